/* XLI: second differences, high bytes before low bytes, LZW with 10 bits; see the header. */
#include "tests/support/ecg_xli_write.h"

#include <stdlib.h>

enum { FIRST_STRING = 256, END = 1023, BITS = 10, ZERO = 64 };

/* The table of strings as a tree: the children of a string are one byte longer. */
struct writer {
    struct buffer *out;
    unsigned held, bits, next;
    unsigned child[END], sibling[END];
    uint8_t byte[END];
};

static enum error put_bits(struct writer *w, unsigned code)
{
    enum error e = ERROR_OK;
    w->held = w->held << BITS | code;
    w->bits += BITS;
    while (w->bits >= 8 && e == ERROR_OK) {
        w->bits -= 8;
        e = buffer_put_byte(w->out, (uint8_t)(w->held >> w->bits & 0xff));
    }
    return e;
}

static enum error flush(struct writer *w)
{
    return w->bits ? buffer_put_byte(w->out, (uint8_t)(w->held << (8 - w->bits) & 0xff)) : ERROR_OK;
}

/* The string `string` and a byte more, 0 when the table has none. */
static unsigned longer(const struct writer *w, unsigned string, uint8_t byte)
{
    unsigned i = w->child[string];
    while (i && w->byte[i] != byte)
        i = w->sibling[i];
    return i;
}

static void learn(struct writer *w, unsigned string, uint8_t byte)
{
    if (w->next == END)
        return;
    w->byte[w->next] = byte;
    w->sibling[w->next] = w->child[string];
    w->child[string] = w->next++;
}

enum error ecg_xli_put_codes(struct buffer *out, struct span bytes)
{
    struct writer w = { .out = out, .next = FIRST_STRING };
    unsigned string = bytes.len ? bytes.at[0] : END;
    enum error e = ERROR_OK;

    for (size_t i = 1; i < bytes.len && e == ERROR_OK; i++) {
        unsigned next = longer(&w, string, bytes.at[i]);
        if (next) {
            string = next;
            continue;
        }
        e = put_bits(&w, string);
        learn(&w, string, bytes.at[i]);
        string = bytes.at[i];
    }
    if (e == ERROR_OK && bytes.len)
        e = put_bits(&w, string);
    if (e == ERROR_OK)
        e = put_bits(&w, END);
    return e == ERROR_OK ? flush(&w) : e;
}

/* What the difference behind sample `i` is, as 16 bits. */
static uint16_t difference(const int32_t *s, size_t count, size_t i)
{
    int32_t next = i + 1 < count ? s[i + 1] : 2 * s[i] - s[i - 1];
    return (uint16_t)(2 * s[i] - s[i - 1] - next);
}

static uint16_t stored(const int32_t *s, size_t count, size_t i)
{
    return i < 2 ? (uint16_t)s[i] : (uint16_t)(difference(s, count, i) + ZERO);
}

static enum error put_little(struct buffer *out, uint32_t value, unsigned size)
{
    enum error e = ERROR_OK;
    for (unsigned i = 0; i < size && e == ERROR_OK; i++)
        e = buffer_put_byte(out, (uint8_t)(value >> 8 * i));
    return e;
}

enum error ecg_xli_put_chunk(struct buffer *out, const int32_t *samples, size_t count)
{
    uint8_t *bytes = malloc(2 * count + 1);
    struct buffer codes;
    enum error e = bytes ? ERROR_OK : ERROR_NO_MEMORY;

    buffer_init(&codes, 4 * count + 16);
    for (size_t i = 0; bytes && i < count; i++) {
        uint16_t value = stored(samples, count, i);
        bytes[i] = (uint8_t)(value >> 8);
        bytes[count + i] = (uint8_t)value;
    }
    if (e == ERROR_OK)
        e = ecg_xli_put_codes(&codes, span_of(bytes, 2 * count));
    if (e == ERROR_OK)
        e = put_little(out, (uint32_t)codes.len, 4);
    if (e == ERROR_OK)
        e = put_little(out, 1, 2);
    if (e == ERROR_OK)
        e = put_little(out, count > 1 ? difference(samples, count, 1) : 0, 2);
    if (e == ERROR_OK)
        e = buffer_put(out, buffer_span(&codes));
    buffer_free(&codes);
    free(bytes);
    return e;
}

/* What is left of a limb lead's sample; whole numbers divide towards zero in C, as there. */
static int32_t left_over(const int32_t *const *leads, size_t lead, size_t i)
{
    int32_t one = leads[0][i], two = leads[1][i], three = leads[2][i];
    switch (lead) {
    case 2:
        return two - one - three;
    case 3:
        return -((one + two) / 2) - leads[3][i];
    case 4:
        return (one - three) / 2 - leads[4][i];
    case 5:
        return (two + three) / 2 - leads[5][i];
    default:
        return leads[lead][i];
    }
}

enum error ecg_xli_put_leads(struct buffer *out, const int32_t *const *leads, size_t lead_count,
                             size_t count)
{
    int32_t *samples = malloc((count + 1) * sizeof *samples);
    enum error e = samples ? ERROR_OK : ERROR_NO_MEMORY;

    for (size_t lead = 0; lead < lead_count && e == ERROR_OK; lead++) {
        for (size_t i = 0; i < count; i++)
            samples[i] = lead < 2 ? leads[lead][i] : left_over(leads, lead, i);
        e = ecg_xli_put_chunk(out, samples, count);
    }
    free(samples);
    return e;
}
