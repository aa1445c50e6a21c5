/*
 * Live recordings of Contec carts, as instruments/link/contec_live.c kept them: the cart's own
 * bytes from its first word on (ecg.md 7; one owner's published findings, so both are drafts).
 *
 * ECG90A: reports of 64 bytes. The first answers who it is; those that begin with E0 hold five
 * frames of eight 12-bit values, 800 frames a second, 5 microvolts around 2048: II, III, V1 to V6.
 * Others are the cart's answers to commands.
 *
 * 8000G: a mark, then records that begin with A0 (eight 12-bit values in twelve bytes of seven
 * bits, their eighth bits in two bytes before them) or B0 (a state, not read). All other bytes are
 * below 80, so a lost or damaged byte shows: then nothing can tell how much time is missing, and
 * the recording is refused. A thousand records a second, 2.5 microvolts around 2048: I, II, V1 to
 * V6.
 */
#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "instruments/ecg/ecg_text.h"

enum {
    REPORT = 64,
    REPORT_ANSWER = 0x82, /* to the question who it is */
    REPORT_DATA = 0xe0,
    REPORT_NAME = 3,
    FRAMES = 5,
    FRAME = 12,
    CHANNELS = 8,
    ZERO = 2048,
    MARK = 2, /* its length */
    RECORD_DATA = 0xa0,
    RECORD_STATE = 0xb0,
    RECORD_DATA_SIZE = 15,
    RECORD_STATE_SIZE = 6,
    MASKS = 2, /* bytes of eighth bits, each for seven */
    MASKED = 7
};

static const uint8_t name_of_ecg90a[] = { 'E', 'C', 'G', '9', '0', 'A' };
static const uint8_t mark_of_8000g[MARK] = { 0xee, 0x10 };

/* Which cart, and what its values mean. */
struct cart {
    const char *model;
    enum ecg_lead_id channels[CHANNELS];
    double rate, unit;
};

static const struct cart cart_ecg90a = {
    .model = "ECG90A",
    .channels = { ECG_LEAD_II, ECG_LEAD_III, ECG_LEAD_V1, ECG_LEAD_V2, ECG_LEAD_V3, ECG_LEAD_V4,
                  ECG_LEAD_V5, ECG_LEAD_V6 },
    .rate = 800,
    .unit = 5,
};

static const struct cart cart_8000g = {
    .model = "8000G",
    .channels = { ECG_LEAD_I, ECG_LEAD_II, ECG_LEAD_V1, ECG_LEAD_V2, ECG_LEAD_V3, ECG_LEAD_V4,
                  ECG_LEAD_V5, ECG_LEAD_V6 },
    .rate = 1000,
    .unit = 2.5,
};

static bool is_ecg90a(struct span file)
{
    return file.len >= REPORT && file.at[0] == REPORT_ANSWER &&
           memcmp(file.at + REPORT_NAME, name_of_ecg90a, sizeof name_of_ecg90a) == 0;
}

static bool is_8000g(struct span file)
{
    return file.len > MARK && memcmp(file.at, mark_of_8000g, MARK) == 0 &&
           (file.at[MARK] == RECORD_DATA || file.at[MARK] == RECORD_STATE);
}

static enum ecg_claim live_claim(struct span file)
{
    return is_ecg90a(file) || is_8000g(file) ? ECG_MINE : ECG_NOT_MINE;
}

static enum error take_leads(struct arena *a, const struct cart *cart, size_t count,
                             struct ecg *out, struct complaint *why)
{
    if (count == 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The cart sent no sample. Look at its screen, and record again.");
    if (count > LIMIT_ECG_SAMPLES)
        return complain(why, ERROR_TOO_BIG, "The recording is longer than an EKG may be.");
    out->maker = "Contec";
    out->model = cart->model;
    out->leads = arena_take(a, CHANNELS * sizeof *out->leads);
    if (!out->leads)
        return ERROR_NO_MEMORY;
    for (out->lead_count = 0; out->lead_count < CHANNELS; out->lead_count++) {
        enum ecg_lead_id id = cart->channels[out->lead_count];
        int32_t *samples = arena_take(a, count * sizeof *samples);
        if (!samples)
            return ERROR_NO_MEMORY;
        out->leads[out->lead_count] = (struct ecg_lead) { .id = id,
                                                          .name = ecg_lead_text(id),
                                                          .recorded = true,
                                                          .rate = cart->rate,
                                                          .microvolts_per_unit = cart->unit,
                                                          .samples = samples,
                                                          .count = count };
    }
    return ERROR_OK;
}

/* Three bytes hold two values: the first byte their upper nibbles. Which value has the lower
 * nibble differs between the two carts. */
static void put_frame(struct ecg *out, size_t at, const uint8_t frame[FRAME], bool low_first)
{
    for (size_t pair = 0; pair < CHANNELS / 2; pair++) {
        const uint8_t *bytes = frame + pair * 3;
        int32_t low = (bytes[0] & 0x0f) << 8, high = (bytes[0] & 0xf0) << 4;
        out->leads[pair * 2].samples[at] = (low_first ? low : high) + bytes[1] - ZERO;
        out->leads[pair * 2 + 1].samples[at] = (low_first ? high : low) + bytes[2] - ZERO;
    }
}

/* ---- ECG90A ---- */

static enum error read_ecg90a(struct arena *a, struct span file, struct ecg *out,
                              struct complaint *why)
{
    size_t count = 0, at = 0;
    enum error e;

    if (file.len % REPORT != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The recording ends in the middle of a report. Record again.");
    for (size_t i = 0; i < file.len; i += REPORT)
        count += file.at[i] == REPORT_DATA ? FRAMES : 0;
    e = take_leads(a, &cart_ecg90a, count, out, why);
    for (size_t i = 0; e == ERROR_OK && i < file.len; i += REPORT)
        for (size_t frame = 0; file.at[i] == REPORT_DATA && frame < FRAMES; frame++)
            put_frame(out, at++, file.at + i + 1 + frame * FRAME, true);
    return e;
}

/* ---- 8000G ---- */

/* The record at `at`: its size, or 0 when it is none, or not whole. */
static size_t record_size(struct span file, size_t at)
{
    size_t size = file.at[at] == RECORD_DATA    ? RECORD_DATA_SIZE
                  : file.at[at] == RECORD_STATE ? RECORD_STATE_SIZE
                                                : 0;

    if (size == 0 || size > file.len - at)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (file.at[at + i] & 0x80)
            return 0;
    return size;
}

/* How many records of data there are, up to the end; the last one may be cut. */
static enum error count_records(struct span file, size_t *out, struct complaint *why)
{
    size_t count = 0;

    for (size_t at = MARK, size; at < file.len; at += size) {
        size = record_size(file, at);
        if (size == 0 && file.len - at >= RECORD_DATA_SIZE)
            return complain(why, ERROR_BAD_INPUT,
                            "Bytes of the recording were lost or damaged on the line, so its times "
                            "are not known any more. Look at the cable, and record again.");
        if (size == 0)
            break;
        count += file.at[at] == RECORD_DATA;
    }
    *out = count;
    return ERROR_OK;
}

static void put_record(struct ecg *out, size_t at, const uint8_t *record)
{
    uint8_t frame[FRAME];

    for (size_t i = 0; i < FRAME; i++) {
        unsigned eighth = (unsigned)record[1 + i / MASKED] >> (i % MASKED) & 1;
        frame[i] = (uint8_t)(record[1 + MASKS + i] | eighth << 7);
    }
    put_frame(out, at, frame, false);
}

static enum error read_8000g(struct arena *a, struct span file, struct ecg *out,
                             struct complaint *why)
{
    size_t count = 0, at = MARK;
    enum error e = count_records(file, &count, why);

    if (e == ERROR_OK)
        e = take_leads(a, &cart_8000g, count, out, why);
    for (size_t i = 0; e == ERROR_OK && i < count; at += record_size(file, at))
        if (file.at[at] == RECORD_DATA)
            put_record(out, i++, file.at + at);
    return e;
}

static enum error live_read(struct arena *a, struct span file, struct ecg *out,
                            struct complaint *why)
{
    enum error e = is_ecg90a(file) ? read_ecg90a(a, file, out, why) : read_8000g(a, file, out, why);

    return e == ERROR_OK
               ? ecg_note(a, out,
                          "What this cart sends is known from one owner's findings alone: compare "
                          "with the cart's own print before you rely on rate, scale or leads.")
               : e;
}

const struct ecg_reader ecg_contec_live = { ECG_FORMAT_CONTEC_LIVE, live_claim, live_read };
