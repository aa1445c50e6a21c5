/* A lead's samples as bytes: the width, then little-endian integers; the smallest one is the gap.
 * All arithmetic is in unsigned 32 bits, in which a negative number keeps its low bytes. */
#include "core/model/ecg.h"

#include <string.h>

enum { WIDTH_SHORT = 2, WIDTH_LONG = 4 };

static size_t width_of(const struct ecg_lead *lead)
{
    for (size_t i = 0; i < lead->count; i++)
        if (lead->samples[i] != ECG_GAP &&
            (lead->samples[i] <= INT16_MIN || lead->samples[i] > INT16_MAX))
            return WIDTH_LONG;
    return WIDTH_SHORT;
}

static void put_sample(uint8_t *at, size_t width, int32_t sample)
{
    int32_t value = sample == ECG_GAP && width == WIDTH_SHORT ? INT16_MIN : sample;

    for (size_t i = 0; i < width; i++)
        at[i] = (uint8_t)((uint32_t)value >> (8 * i));
}

static int32_t get_sample(const uint8_t *at, size_t width)
{
    uint32_t value = 0;

    for (size_t i = 0; i < width; i++)
        value |= (uint32_t)at[i] << (8 * i);
    if (width == WIDTH_LONG)
        return (int32_t)value;
    return (int16_t)value == INT16_MIN ? ECG_GAP : (int16_t)value;
}

enum error ecg_samples_pack(const struct ecg_lead *lead, struct buffer *out)
{
    enum { PIECE = 1024 };
    uint8_t piece[PIECE * WIDTH_LONG];
    size_t width = width_of(lead), before = out->len;
    enum error e = buffer_put_byte(out, (uint8_t)width);

    for (size_t i = 0; e == ERROR_OK && i < lead->count; i += PIECE) {
        size_t n = lead->count - i < PIECE ? lead->count - i : PIECE;
        for (size_t k = 0; k < n; k++)
            put_sample(piece + k * width, width, lead->samples[i + k]);
        e = buffer_put(out, span_of(piece, n * width));
    }
    if (e != ERROR_OK)
        out->len = before;
    return e;
}

enum error ecg_samples_unpack(struct arena *a, struct span bytes, struct ecg_lead *lead)
{
    size_t width = bytes.len ? bytes.at[0] : 0;
    int32_t *samples;

    if ((width != WIDTH_SHORT && width != WIDTH_LONG) || (bytes.len - 1) % width != 0 ||
        (bytes.len - 1) / width != lead->count)
        return ERROR_BAD_INPUT;
    samples = arena_take(a, (lead->count + 1) * sizeof *samples);
    if (!samples)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < lead->count; i++)
        samples[i] = get_sample(bytes.at + 1 + i * width, width);
    lead->samples = samples;
    return ERROR_OK;
}
