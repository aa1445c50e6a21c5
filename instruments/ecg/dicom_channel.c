/* One channel of a multiplex group as a lead (PS3.3 C.10.9.1.4): which lead, which scale, its
 * samples, its filters. */
#include "core/base/limits.h"
#include "instruments/ecg/dicom.h"
#include "instruments/ecg/ecg_told.h"
#include "instruments/ecg/ecg_xml.h"

#include <stdio.h>
#include <string.h>

/* ---- which lead ---- */

/* Codes of CID 3001: MDC counts leads as SCP-ECG does, `2:` in front (PS3.16). */
static const struct scheme {
    const char *name, *prefix;
} schemes[] = { { "SCPECG", "5.6.3-9-" }, { "MDC", "2:" } };

static const struct lead_number {
    const char *number;
    enum ecg_lead_id id;
} lead_numbers[] = {
    { "1", ECG_LEAD_I },    { "2", ECG_LEAD_II },   { "61", ECG_LEAD_III }, { "62", ECG_LEAD_AVR },
    { "63", ECG_LEAD_AVL }, { "64", ECG_LEAD_AVF }, { "3", ECG_LEAD_V1 },   { "4", ECG_LEAD_V2 },
    { "5", ECG_LEAD_V3 },   { "6", ECG_LEAD_V4 },   { "7", ECG_LEAD_V5 },   { "8", ECG_LEAD_V6 },
};

static enum ecg_lead_id lead_of_code(const struct dicom_code *code)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t len = strlen(schemes[i].prefix);
        if (strncmp(code->scheme, schemes[i].name, strlen(schemes[i].name)) != 0 ||
            strncmp(code->value, schemes[i].prefix, len) != 0)
            continue;
        for (size_t k = 0; k < sizeof lead_numbers / sizeof lead_numbers[0]; k++)
            if (strcmp(code->value + len, lead_numbers[k].number) == 0)
                return lead_numbers[k].id;
    }
    return ecg_lead_parse(code->value); /* MDC_ECG_LEAD_V1, or just V1 */
}

/* "Lead I (Einthoven)" without what stands in parentheses. */
static enum ecg_lead_id lead_of_meaning(const char *meaning)
{
    char name[32];
    size_t len = strcspn(meaning, "(");

    if (len >= sizeof name)
        return ECG_LEAD_OTHER;
    memcpy(name, meaning, len);
    name[len] = '\0';
    return ecg_lead_parse(name);
}

static const char *name_of(const struct dicom_code *code, const char *label)
{
    const char *name = *code->meaning ? code->meaning : *label ? label : code->value;
    return strncmp(name, "Lead ", 5) == 0 && name[5] ? name + 5 : name;
}

static enum error read_lead(struct dicom_reading *r, uint32_t number,
                            const struct dicom_node *definition, struct ecg_lead *out)
{
    struct dicom_code code = { "", "", "" };
    const char *label = "";
    enum ecg_lead_id by_name;
    enum error e = dicom_code(r, definition, DICOM_TAG(0x003a, 0x0208), &code);

    if (e == ERROR_OK)
        e = dicom_text(r, definition, DICOM_TAG(0x003a, 0x0203), &label);
    if (e != ERROR_OK)
        return e;
    out->id = lead_of_code(&code);
    by_name = lead_of_meaning(*code.meaning ? code.meaning : label);
    if (out->id != ECG_LEAD_OTHER && by_name != ECG_LEAD_OTHER && out->id != by_name)
        return complain(r->why, ERROR_BAD_INPUT,
                        "The DICOM file contradicts itself: the code of channel %u says lead %s, "
                        "its name says lead %s. Export it again.",
                        number, ecg_lead_text(out->id), ecg_lead_text(by_name));
    if (out->id == ECG_LEAD_OTHER)
        out->id = by_name;
    out->name = out->id == ECG_LEAD_OTHER ? name_of(&code, label) : ecg_lead_text(out->id);
    if (!*out->name)
        return complain(r->why, ERROR_BAD_INPUT,
                        "The DICOM file does not say which lead channel %u is.", number);
    return ERROR_OK;
}

/* ---- the scale ---- */

static enum error refuse_scale(const struct dicom_reading *r, const struct ecg_lead *lead)
{
    return complain(r->why, ERROR_BAD_INPUT,
                    "The DICOM file does not say what one unit of lead %s is.", lead->name);
}

static enum error read_scale(struct dicom_reading *r, const struct dicom_node *definition,
                             struct ecg_lead *out, bool *is_voltage)
{
    struct dicom_code unit = { "", "", "" };
    const char *sensitivity = "", *baseline = "";
    double correction = 1, one = 0;
    enum error e = dicom_code(r, definition, DICOM_TAG(0x003a, 0x0211), &unit);

    if (e == ERROR_OK)
        e = dicom_text(r, definition, DICOM_TAG(0x003a, 0x0210), &sensitivity);
    if (e == ERROR_OK)
        e = dicom_text(r, definition, DICOM_TAG(0x003a, 0x0213), &baseline);
    if (e != ERROR_OK)
        return e;
    *is_voltage = ecg_microvolts("1", unit.value, &one);
    if (!*is_voltage && *unit.value)
        return ecg_note(r->arena, r->ecg, "Channel %s is left out: its unit is \"%s\".", out->name,
                        unit.value);
    if (!ecg_microvolts(sensitivity, unit.value, &out->microvolts_per_unit))
        return refuse_scale(r, out);
    if (dicom_find(definition, DICOM_TAG(0x003a, 0x0212)) &&
        !dicom_decimal(definition, DICOM_TAG(0x003a, 0x0212), &correction))
        return refuse_scale(r, out);
    if (*baseline && !ecg_microvolts(baseline, unit.value, &out->microvolts_offset))
        return refuse_scale(r, out);
    out->microvolts_per_unit *= correction;
    return out->microvolts_per_unit != 0 ? ERROR_OK : refuse_scale(r, out);
}

/* ---- samples ---- */

struct samples {
    const uint8_t *at; /* the channel's first */
    size_t step, bytes;
    bool is_signed, has_padding;
    uint32_t padding;
};

static uint32_t raw_at(const struct samples *s, size_t i)
{
    const uint8_t *at = s->at + i * s->step;
    uint32_t value = 0;

    for (size_t k = 0; k < s->bytes; k++)
        value |= (uint32_t)at[k] << (8 * k);
    return value;
}

/* The lowest `bits` of a value as a number with a sign. */
static int32_t extend(uint32_t value, unsigned bits)
{
    uint32_t sign = 1U << (bits - 1);

    if (bits < 32)
        value &= (sign << 1) - 1;
    return (int32_t)((value ^ sign) - sign);
}

static bool is_gap(const struct samples *s, uint32_t raw)
{
    return s->has_padding && raw == s->padding;
}

/* Bits above those stored are the sign's, or zero: some writers leave them so. What holds more than
 * the bits that it claims is read whole. */
static unsigned bits_used(const struct samples *s, size_t count, unsigned stored)
{
    unsigned allocated = (unsigned)s->bytes * 8;

    if (stored == 0 || stored >= allocated || !s->is_signed)
        return allocated;
    for (size_t i = 0; i < count; i++) {
        uint32_t raw = raw_at(s, i);
        if (!is_gap(s, raw) && raw >> stored != 0 && extend(raw, allocated) != extend(raw, stored))
            return allocated;
    }
    return stored;
}

/* A mark for missing samples that lies among the others' values cannot be told from a sample: some
 * writers always say 0. */
static bool is_among_others(const struct samples *s, size_t count, unsigned bits)
{
    int32_t mark = s->is_signed ? extend(s->padding, bits) : (int32_t)s->padding;
    bool below = false, above = false;

    for (size_t i = 0; i < count && !(below && above); i++) {
        int32_t value = s->is_signed ? extend(raw_at(s, i), bits) : (int32_t)raw_at(s, i);
        below = below || value < mark;
        above = above || value > mark;
    }
    return below && above;
}

static enum error note_mark(struct dicom_reading *r)
{
    if (r->said_mark)
        return ERROR_OK;
    r->said_mark = true;
    return ecg_note(r->arena, r->ecg,
                    "The file's mark for missing samples is also a value of the recording: no "
                    "sample is taken as missing.");
}

static enum error read_samples(struct dicom_reading *r, struct samples *s, unsigned stored,
                               struct ecg_lead *out)
{
    unsigned bits = bits_used(s, out->count, stored);
    int32_t *samples = arena_take(r->arena, (out->count + 1) * sizeof *samples);
    bool ambiguous = s->has_padding && is_among_others(s, out->count, bits);

    if (!samples)
        return ERROR_NO_MEMORY;
    s->has_padding = s->has_padding && !ambiguous;
    for (size_t i = 0; i < out->count; i++) {
        uint32_t raw = raw_at(s, i);
        samples[i] = is_gap(s, raw) ? ECG_GAP : s->is_signed ? extend(raw, bits) : (int32_t)raw;
        out->recorded = out->recorded || samples[i] != ECG_GAP;
    }
    out->samples = samples;
    return ambiguous ? note_mark(r) : ERROR_OK;
}

static struct samples samples_of(const struct dicom_group *group, uint32_t number)
{
    struct samples s = { .bytes = group->bits / 8, .is_signed = group->is_signed };

    s.step = s.bytes * group->channels;
    s.at = group->data.at + (size_t)number * s.bytes;
    s.has_padding = group->padding.len >= s.bytes;
    for (size_t k = 0; s.has_padding && k < s.bytes; k++)
        s.padding |= (uint32_t)group->padding.at[k] << (8 * k);
    return s;
}

/* ---- filters ---- */

/* Channels mostly have the same. */
static enum error add_filter(struct dicom_reading *r, const char *text)
{
    const struct text_list *list = &r->ecg->filters;

    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i], text) == 0)
            return ERROR_OK;
    return ecg_told_filter(r->arena, r->ecg, "%s", text);
}

static enum error read_filters(struct dicom_reading *r, const struct dicom_node *definition)
{
    double low = 0, high = 0, notch = 0;
    char text[64] = "";
    enum error e = ERROR_OK;

    (void)dicom_decimal(definition, DICOM_TAG(0x003a, 0x0220), &low);
    (void)dicom_decimal(definition, DICOM_TAG(0x003a, 0x0221), &high);
    (void)dicom_decimal(definition, DICOM_TAG(0x003a, 0x0222), &notch);
    if (low > 0 && high > 0)
        (void)snprintf(text, sizeof text, "%g-%g Hz", low, high);
    else if (low > 0)
        (void)snprintf(text, sizeof text, "from %g Hz", low);
    else if (high > 0)
        (void)snprintf(text, sizeof text, "to %g Hz", high);
    if (*text)
        e = add_filter(r, text);
    (void)snprintf(text, sizeof text, "%g Hz notch", notch);
    if (e == ERROR_OK && notch > 0)
        e = add_filter(r, text);
    return e;
}

/* ---- */

enum error dicom_channel_read(struct dicom_reading *r, const struct dicom_group *group,
                              uint32_t number, const struct dicom_node *definition,
                              struct ecg_lead *out, bool *is_lead)
{
    struct ecg_lead lead = { .rate = group->rate, .start = group->offset, .count = group->samples };
    struct samples samples = samples_of(group, number);
    uint32_t stored = 0;
    enum error e = read_lead(r, number + 1, definition, &lead);

    if (e == ERROR_OK)
        e = read_scale(r, definition, &lead, is_lead);
    if (e != ERROR_OK || !*is_lead)
        return e;
    (void)dicom_number(definition, DICOM_TAG(0x003a, 0x021a), &stored);
    e = read_samples(r, &samples, stored, &lead);
    if (e == ERROR_OK)
        e = read_filters(r, definition);
    if (e == ERROR_OK)
        *out = lead;
    return e;
}
