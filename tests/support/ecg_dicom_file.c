/* Synthetic DICOM waveform files; see the header. */
#include "tests/support/ecg_dicom_file.h"

#include "core/base/limits.h"
#include "tests/support/ecg_dicom_bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { BIAS = 20000, LETTERS = 256 };

struct writing {
    struct dicom_bytes d;
    const struct ecg *e;
    const struct ecg_dicom_form *form;
};

/* ---- text ---- */

/* UTF-8 as the file's letters: ISO 8859-1 where it says so. */
static void put_words(struct writing *w, uint32_t tag, const char *vr, const char *text)
{
    bool latin = w->form->letters && strcmp(w->form->letters, "ISO_IR 100") == 0;
    char bytes[LETTERS];
    size_t len = 0;

    for (; *text && len < sizeof bytes; text++) {
        bool pair = latin && ((uint8_t)*text & 0xe0) == 0xc0;
        bytes[len++] =
            pair ? (char)(((uint8_t)text[0] & 3) << 6 | ((uint8_t)text[1] & 0x3f)) : *text;
        text += pair;
    }
    dicom_put(&w->d, tag, vr, span_of(bytes, len));
}

/* `2026-03-12T09:44:00` without its marks. */
static void digits_of(char *out, const char *text)
{
    for (; *text; text++)
        if (*text >= '0' && *text <= '9')
            *out++ = *text;
    *out = '\0';
}

/* ---- who and when ---- */

static void put_times(struct writing *w)
{
    char when[64], time[64];

    if (!*w->e->recorded_at)
        return;
    digits_of(when, w->e->recorded_at);
    if (!w->form->apart) {
        dicom_put_text(&w->d, 0x0008002a, "DT", when);
        return;
    }
    (void)snprintf(time, sizeof time, "%s", when + 8);
    when[8] = '\0';
    dicom_put_text(&w->d, 0x00080022, "DA", when);
    dicom_put_text(&w->d, 0x00080023, "DA", "19990101");
    dicom_put_text(&w->d, 0x00080032, "TM", time);
    dicom_put_text(&w->d, 0x00080033, "TM", "010101");
}

static void put_patient(struct writing *w)
{
    char birth[64], age[8] = "";
    const struct ecg *e = w->e;

    digits_of(birth, e->patient_birth_date);
    if (*e->patient_age)
        (void)snprintf(age, sizeof age, "%03luY", strtoul(e->patient_age, NULL, 10) % 1000);
    put_words(w, 0x00100010, "PN", e->patient_name);
    put_words(w, 0x00100020, "LO", e->patient_id);
    dicom_put_text(&w->d, 0x00100030, "DA", birth);
    dicom_put_text(&w->d, 0x00100040, "CS",
                   strcmp(e->patient_sex, "X") == 0 ? "O" : e->patient_sex);
    dicom_put_text(&w->d, 0x00101010, "AS", age);
    dicom_put_text(&w->d, 0x00181000, "LO", e->serial);
    dicom_put_text(&w->d, 0x00181020, "LO", e->software);
}

static void put_head(struct writing *w)
{
    const char *class_uid = w->form->class_uid;

    if (w->form->letters)
        dicom_put_text(&w->d, 0x00080005, "CS", w->form->letters);
    dicom_put_text(&w->d, 0x00080016, "UI",
                   class_uid ? class_uid : "1.2.840.10008.5.1.4.1.1.9.1.1");
    dicom_put_text(&w->d, 0x00080018, "UI", "2.25.7.20260312.1");
    put_times(w);
    dicom_put_text(&w->d, 0x00080060, "CS", "ECG");
    put_words(w, 0x00080070, "LO", w->e->maker);
    put_words(w, 0x00081060, "PN", w->e->confirmed_by);
    put_words(w, 0x00081070, "PN", w->e->operator_id);
    put_words(w, 0x00081090, "LO", w->e->model);
    put_patient(w);
}

/* ---- what the cart measured and said ---- */

static const struct measured {
    const char *scp, *mdc, *meaning, *unit;
} measured[ECG_MEASUREMENT_COUNT] = {
    { "5.10.2.5-1", "2:16016", "Vent Rate", "/min" },
    { "5.13.5-7", "2:15872", "PR Interval", "ms" },
    { "5.13.5-9", "2:16156", "QRS Duration", "ms" },
    { "5.13.5-11", "2:16160", "QT Interval", "ms" },
    { "5.10.2.5-5", "2:15876", "QTc Interval", "ms" },
    { "5.10.3-11", NULL, "P Axis", "deg" },
    { "5.10.3-13", NULL, "QRS Axis", "deg" },
    { "5.10.3-15", NULL, "T Axis", "deg" },
};

/* Group and channel; of one channel or place it is no measurement of the whole. */
static void put_measurement(struct writing *w, enum ecg_measurement m, const char *value,
                            uint8_t channel, bool place)
{
    struct dicom_place item = dicom_open_item(&w->d);
    const uint8_t channels[] = { 1, 0, channel, 0 };
    const struct measured *k = &measured[m];
    bool mdc = w->form->codes == ECG_DICOM_MDC && k->mdc;

    dicom_put_code(&w->d, 0x004008ea, k->unit, "UCUM", k->unit);
    dicom_put_code(&w->d, 0x0040a043, mdc ? k->mdc : k->scp, mdc ? "MDC" : "SCPECG", k->meaning);
    dicom_put(&w->d, 0x0040a0b0, "US", span_of(channels, sizeof channels));
    if (place)
        dicom_put_text(&w->d, 0x0040a130, "CS", "POINT");
    dicom_put_text(&w->d, 0x0040a30a, "DS", value);
    dicom_close_item(&w->d, item);
}

static void put_annotations(struct writing *w)
{
    struct dicom_place all = dicom_open(&w->d, 0x0040b020);

    for (size_t i = 0; i < w->e->statements.count; i++) {
        struct dicom_place item = dicom_open_item(&w->d);
        put_words(w, 0x00700006, "ST", w->e->statements.at[i]);
        dicom_close_item(&w->d, item);
    }
    for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++) {
        const char *value = w->e->measurements[i];
        if (w->form->unconfirmed) {
            put_measurement(w, (enum ecg_measurement)i, "11", 3, false);
            put_measurement(w, (enum ecg_measurement)i, "12", 0, true);
        }
        if (*value)
            put_measurement(w, (enum ecg_measurement)i, value, 0, false);
    }
    dicom_close(&w->d, all);
}

/* ---- waveforms ---- */

static const char *const lead_numbers[ECG_LEAD_STANDARD] = { "1", "2", "61", "62", "63", "64",
                                                             "3", "4", "5",  "6",  "7",  "8" };

static void put_lead_code(struct writing *w, const struct ecg_lead *lead, bool first)
{
    enum ecg_dicom_codes codes = w->form->codes;
    bool known = lead->id != ECG_LEAD_OTHER && codes != ECG_DICOM_NAMES;
    const char *number = !known                                      ? lead->name
                         : codes == ECG_DICOM_CONTRADICTING && first ? "3"
                                                                     : lead_numbers[lead->id];
    char value[64], meaning[64];

    (void)snprintf(value, sizeof value, "%s%s",
                   !known                   ? "X-"
                   : codes == ECG_DICOM_MDC ? "2:"
                                            : "5.6.3-9-",
                   number);
    (void)snprintf(meaning, sizeof meaning, "%s%s%s", codes == ECG_DICOM_NAMES ? "" : "Lead ",
                   w->form->nameless ? "of the cart" : lead->name,
                   w->form->explained ? " (Einthoven)" : "");
    dicom_put_code(&w->d, 0x003a0208, value,
                   !known                   ? "99MAKER"
                   : codes == ECG_DICOM_MDC ? "MDC"
                                            : "SCPECG",
                   meaning);
}

static void put_filters(struct writing *w)
{
    double low, high;
    char *end = NULL;

    if (w->e->filters.count == 0)
        return;
    low = strtod(w->e->filters.at[0], &end); /* "0.05-150 Hz" */
    high = *end == '-' ? strtod(end + 1, NULL) : 0;
    dicom_put_decimal(&w->d, 0x003a0220, low);
    dicom_put_decimal(&w->d, 0x003a0221, high);
    if (w->e->filters.count > 1)
        dicom_put_decimal(&w->d, 0x003a0222, strtod(w->e->filters.at[1], NULL));
}

static void put_channel(struct writing *w, const struct ecg_lead *lead, bool first, unsigned bits)
{
    const struct ecg_dicom_form *form = w->form;
    struct dicom_place item = dicom_open_item(&w->d);
    double scale = form->millivolts ? 1000 : 1;
    double baseline =
        lead->microvolts_offset - (form->unsigned_ ? BIAS * lead->microvolts_per_unit : 0);

    put_lead_code(w, lead, first);
    dicom_put_decimal(&w->d, 0x003a0210,
                      lead->microvolts_per_unit / scale * (form->millivolts ? 2 : 1));
    dicom_put_code(&w->d, 0x003a0211, form->millivolts ? "mV" : "uV", "UCUM", "a voltage");
    dicom_put_decimal(&w->d, 0x003a0212, form->millivolts ? 0.5 : 1);
    dicom_put_decimal(&w->d, 0x003a0213, baseline / scale);
    dicom_put_number(&w->d, 0x003a021a, "US", form->stored ? form->stored : bits);
    put_filters(w);
    dicom_close_item(&w->d, item);
}

static uint32_t sample_of(const struct writing *w, const struct ecg_lead *lead, size_t at)
{
    int32_t sample = lead->samples[at];

    if (sample == ECG_GAP)
        return 0x8000;
    sample += w->form->unsigned_ ? BIAS : 0;
    return w->form->stored ? (uint32_t)sample & ((1U << w->form->stored) - 1) : (uint32_t)sample;
}

/* Samples of all channels of one moment beside each other, from `from` on. */
static void put_samples(struct writing *w, const struct ecg_lead *const *leads, size_t channels,
                        size_t from, size_t count, unsigned bits)
{
    struct buffer data;
    enum error e = ERROR_OK;

    buffer_init(&data, LIMIT_ECG_FILE);
    for (size_t i = from; e == ERROR_OK && i < from + count; i++)
        for (size_t k = 0; e == ERROR_OK && k < channels; k++) {
            uint32_t sample = sample_of(w, leads[k], i);
            e = buffer_put_byte(&data, (uint8_t)sample);
            if (e == ERROR_OK && bits == 16)
                e = buffer_put_byte(&data, (uint8_t)(sample >> 8));
        }
    if (e != ERROR_OK && w->d.error == ERROR_OK)
        w->d.error = e;
    dicom_put(&w->d, 0x54001010, bits == 8 ? "OB" : "OW", buffer_span(&data));
    buffer_free(&data);
}

struct part {
    const struct ecg_lead *leads[ECG_LEAD_STANDARD];
    size_t channels, from, count;
    const char *originality, *label;
};

static void put_group(struct writing *w, const struct part *p)
{
    unsigned bits = w->form->bits ? w->form->bits : 16;
    struct dicom_place item, channels;

    if (p->channels == 0)
        return;
    item = dicom_open_item(&w->d);
    dicom_put_decimal(&w->d, 0x00181068, 1000.0 * (double)p->from / p->leads[0]->rate);
    dicom_put_text(&w->d, 0x003a0004, "CS", p->originality);
    dicom_put_number(&w->d, 0x003a0005, "US", (uint32_t)p->channels);
    dicom_put_number(&w->d, 0x003a0010, "UL", (uint32_t)p->count);
    dicom_put_decimal(&w->d, 0x003a001a, p->leads[0]->rate);
    dicom_put_text(&w->d, 0x003a0020, "SH", p->label);
    channels = dicom_open(&w->d, 0x003a0200);
    for (size_t i = 0; i < p->channels; i++)
        put_channel(w, p->leads[i], i == 0, bits);
    dicom_close(&w->d, channels);
    dicom_put_number(&w->d, 0x54001004, "US", bits);
    dicom_put_text(&w->d, 0x54001006, "CS",
                   bits == 8            ? (w->form->unsigned_ ? "UB" : "SB")
                   : w->form->unsigned_ ? "US"
                                        : "SS");
    if (w->form->padding || w->form->padding_zero)
        dicom_put(&w->d, 0x5400100a, "OW", span_of(w->form->padding ? "\0\x80" : "\0\0", 2));
    put_samples(w, p->leads, p->channels, p->from, p->count, bits);
    dicom_close_item(&w->d, item);
}

static size_t recorded(const struct ecg *e, const struct ecg_lead **out)
{
    size_t count = 0;

    for (size_t i = 0; i < e->lead_count && count < ECG_LEAD_STANDARD; i++)
        if (e->leads[i].recorded)
            out[count++] = &e->leads[i];
    return count;
}

static void put_medians(struct writing *w, const struct part *all)
{
    struct part p = *all;

    if (!w->form->medians)
        return;
    p.count = all->count / 10;
    p.originality = "DERIVED";
    p.label = "MEDIAN BEAT";
    put_group(w, &p);
}

static void put_waveforms(struct writing *w)
{
    enum { STRIPS = 4 };
    struct dicom_place sequence = dicom_open(&w->d, 0x54000100);
    struct part all = { .originality = "ORIGINAL", .label = "RHYTHM" }, p;

    all.channels = recorded(w->e, all.leads);
    all.count = all.channels ? all.leads[0]->count : 0;
    put_medians(w, &all);
    if (!w->form->strips)
        put_group(w, &all);
    for (size_t s = 0; w->form->strips && s < STRIPS; s++) {
        p = all;
        p.channels = all.channels / STRIPS;
        p.count = all.count / STRIPS;
        p.from = s * p.count;
        for (size_t i = 0; i < p.channels; i++)
            p.leads[i] = all.leads[s * p.channels + i];
        put_group(w, &p);
    }
    if (w->form->rhythm) {
        p = all;
        p.channels = 1;
        p.leads[0] = ecg_lead_find(w->e, ECG_LEAD_II);
        put_group(w, &p);
    }
    put_medians(w, &all);
    dicom_close(&w->d, sequence);
}

/* ---- the file ---- */

static enum error put_deflated(struct span set, struct buffer *out)
{
    uLong bound = compressBound(set.len) + 64;
    uint8_t *room = malloc(bound);
    z_stream z = { .next_in = (z_const Bytef *)set.at, .avail_in = (uInt)set.len };
    enum error e = ERROR_NO_MEMORY;

    if (room && deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK) {
        z.next_out = room;
        z.avail_out = (uInt)bound;
        e = deflate(&z, Z_FINISH) == Z_STREAM_END ? buffer_put(out, span_of(room, z.total_out))
                                                  : ERROR_BUG;
        (void)deflateEnd(&z);
    }
    free(room);
    return e;
}

static enum error put_meta(const struct ecg_dicom_form *form, struct buffer *out)
{
    static const char *const syntaxes[] = { "1.2.840.10008.1.2.1", "1.2.840.10008.1.2",
                                            "1.2.840.10008.1.2.1.99" };
    static const uint8_t preamble[128];
    struct dicom_bytes d = { .out = out };
    size_t start;

    d.error = buffer_put(out, span_of(preamble, sizeof preamble));
    if (d.error == ERROR_OK)
        d.error = buffer_put_text(out, "DICM");
    dicom_put_number(&d, 0x00020000, "UL", 0);
    start = out->len;
    dicom_put(&d, 0x00020001, "OB", span_of("\0\1", 2));
    dicom_put_text(&d, 0x00020002, "UI",
                   form->class_uid ? form->class_uid : "1.2.840.10008.5.1.4.1.1.9.1.1");
    dicom_put_text(&d, 0x00020003, "UI", "2.25.7.20260312.1");
    dicom_put_text(&d, 0x00020010, "UI",
                   form->syntax_uid ? form->syntax_uid : syntaxes[form->syntax]);
    dicom_put_text(&d, 0x00020012, "UI", "2.25.7");
    if (d.error == ERROR_OK)
        out->at[start - 4] = (uint8_t)(out->len - start);
    return d.error;
}

enum error ecg_dicom_write(const struct ecg *e, const struct ecg_dicom_form *form,
                           struct buffer *out)
{
    struct buffer set;
    struct writing w = { { &set, form->syntax == ECG_DICOM_IMPLICIT, form->undefined,
                           form->nul_padded, ERROR_OK },
                         e,
                         form };
    enum error error;

    buffer_init(&set, LIMIT_ECG_FILE);
    put_head(&w);
    put_annotations(&w);
    put_waveforms(&w);
    error = w.d.error;
    if (error == ERROR_OK)
        error = put_meta(form, out);
    if (error == ERROR_OK)
        error = form->syntax == ECG_DICOM_DEFLATED ? put_deflated(buffer_span(&set), out)
                                                   : buffer_put(out, buffer_span(&set));
    buffer_free(&set);
    return error;
}
