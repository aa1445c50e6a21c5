/*
 * Case files of a Contec ECG90A, as an owner of one published what he found in his (draft).
 *
 * A header of 43 bytes (case 8, 2 unknown, time 20, 2 unknown, name 8, sex, age, weight), then
 * frames of eight little-endian 16-bit values at 800 a second, 5 microvolts each around 2048, then
 * 37 bytes unknown, of which the first 16 are zero: the frame that ends the samples. 0x6800: the
 * electrode was not connected. The file protects itself by nothing but its size.
 *
 * Which leads the first two of a frame are, two sources tell differently: II and III, or I and II.
 */
#include "core/base/limits.h"
#include "instruments/ecg/ecg_bytes.h"
#include "instruments/ecg/ecg_reader.h"
#include "instruments/ecg/ecg_text.h"

#include <stdio.h>

enum {
    CASE = 0,
    CASE_SIZE = 8,
    TIME = 10,
    TIME_SIZE = 20,
    NAME = 32,
    NAME_SIZE = 8,
    SEX = 40,
    AGE = 41,
    HEADER = 43,
    FOOTER = 37,
    CHANNELS = 8,
    FRAME = CHANNELS * 2,
    RATE = 800,
    ZERO = 2048,
    UNIT = 5,
    NOT_CONNECTED = 0x6800,
    SEX_BLANK = 255
};

static const enum ecg_lead_id channels[CHANNELS] = { ECG_LEAD_II, ECG_LEAD_III, ECG_LEAD_V1,
                                                     ECG_LEAD_V2, ECG_LEAD_V3,  ECG_LEAD_V4,
                                                     ECG_LEAD_V5, ECG_LEAD_V6 };

/* '0' stands for any digit. */
static bool has_form(const uint8_t *at, const char *form)
{
    for (; *form; form++, at++)
        if (*form == '0' ? *at < '0' || *at > '9' : *at != (uint8_t)*form)
            return false;
    return *at == '\0';
}

static enum ecg_claim contec_claim(struct span file)
{
    return file.len >= HEADER && has_form(file.at + CASE, "0000000") &&
                   has_form(file.at + TIME, "0000-00-00 00:00:00")
               ? ECG_MINE
               : ECG_NOT_MINE;
}

static enum error read_person(struct arena *a, struct span file, struct ecg *out)
{
    static const char *const sexes[] = { "F", "M" };
    uint8_t sex = file.at[SEX], age = file.at[AGE];
    char time[TIME_SIZE], years[8];
    enum error e = ecg_text_take(a, span_of(file.at + NAME, NAME_SIZE), &out->patient_name);

    if (e == ERROR_OK && sex != SEX_BLANK && sex > 1)
        e = ecg_note(a, out, "The file's code for the sex, %u, is not known.", sex);
    out->patient_sex = sex <= 1 ? sexes[sex] : "";
    (void)snprintf(years, sizeof years, "%u a", age);
    if (e == ERROR_OK && age)
        e = ecg_text_take(a, span_text(years), &out->patient_age);
    memcpy(time, file.at + TIME, sizeof time);
    time[10] = 'T';
    if (e == ERROR_OK)
        e = ecg_text_take(a, span_of(time, sizeof time), &out->recorded_at);
    return e;
}

static unsigned value_at(const uint8_t *frames, size_t frame, size_t channel)
{
    return ecg_little16(frames + frame * FRAME + channel * 2);
}

static enum error read_channel(struct arena *a, const uint8_t *frames, size_t count, size_t channel,
                               struct ecg_lead *lead)
{
    bool connected = false;
    int32_t *samples = arena_take(a, count * sizeof *samples);

    if (!samples)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        unsigned value = value_at(frames, i, channel);
        samples[i] = value == NOT_CONNECTED ? ECG_GAP : (int32_t)value - ZERO;
        connected = connected || value != NOT_CONNECTED;
    }
    *lead = (struct ecg_lead) { .id = channels[channel],
                                .name = ecg_lead_text(channels[channel]),
                                .recorded = connected };
    if (connected) {
        lead->rate = RATE;
        lead->microvolts_per_unit = UNIT;
        lead->samples = samples;
        lead->count = count;
    }
    return ERROR_OK;
}

/* The first all-zero frame: no electrode's value is so low, least of all eight at once. */
static size_t frames_before_end(const uint8_t *frames, size_t room)
{
    static const uint8_t zeros[FRAME];
    size_t i = 0;

    while (i < room && memcmp(frames + i * FRAME, zeros, FRAME) != 0)
        i++;
    return i;
}

static enum error read_frames(struct arena *a, const uint8_t *frames, size_t count, struct ecg *out)
{
    enum error e = ERROR_OK;

    out->leads = arena_take(a, CHANNELS * sizeof *out->leads);
    if (!out->leads)
        return ERROR_NO_MEMORY;
    out->lead_count = CHANNELS;
    for (size_t i = 0; e == ERROR_OK && i < CHANNELS; i++)
        e = read_channel(a, frames, count, i, &out->leads[i]);
    return e;
}

static enum error contec_read(struct arena *a, struct span file, struct ecg *out,
                              struct complaint *why)
{
    size_t payload = file.len >= HEADER + FOOTER ? file.len - HEADER - FOOTER : 0;
    size_t count = payload / FRAME;
    enum error e;

    if (count == 0 || payload % FRAME != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The case file is cut off: %zu bytes hold no whole number of frames. Copy "
                        "it from the cart again.",
                        file.len);
    if (frames_before_end(file.at + HEADER, count + 1) != count)
        return complain(
            why, ERROR_BAD_INPUT,
            "The case file is damaged: the samples' end mark is not where the file's size "
            "puts it. Copy it from the cart again.");
    if (count > LIMIT_ECG_SAMPLES)
        return complain(why, ERROR_TOO_BIG, "The case file is longer than an EKG may be.");
    out->maker = "Contec";
    out->model = "ECG90A";
    e = read_person(a, file, out);
    if (e == ERROR_OK)
        e = read_frames(a, file.at + HEADER, count, out);
    if (e == ERROR_OK)
        e = ecg_note(a, out,
                     "The order of the leads in this format is not confirmed by its maker: compare "
                     "with the cart's own print before reading an axis from it.");
    return e;
}

const struct ecg_reader ecg_contec_ecg90a = { ECG_FORMAT_CONTEC_ECG90A, contec_claim, contec_read };
