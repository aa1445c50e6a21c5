/* Synthetic SCP-ECG files: sections put together byte by byte, checksums last. */
#include "tests/support/ecg_scp_file.h"

#include "tests/support/ecg_scp_bits.h"

#include <stdlib.h>
#include <string.h>

enum {
    SECTIONS = 12,
    HEADER = 16,
    POINTER = 10,
    RECORD_HEADER = 6,
    NOT_MEASURED = 29999,
    FILE_MAX = 4 * 1024 * 1024,
    END = 255
};

static void put_number(struct buffer *b, uint32_t value, size_t bytes)
{
    while (bytes--) {
        (void)buffer_put_byte(b, (uint8_t)value);
        value >>= 8;
    }
}

static void put_u8(struct buffer *b, uint32_t value)
{
    put_number(b, value, 1);
}

static void put_u16(struct buffer *b, uint32_t value)
{
    put_number(b, value, 2);
}

static void put_u32(struct buffer *b, uint32_t value)
{
    put_number(b, value, 4);
}

static void put_text(struct buffer *b, const char *text)
{
    (void)buffer_put_text(b, text);
    put_u8(b, 0);
}

/* ---- section 1 ---- */

static void put_text_tag(struct buffer *b, unsigned tag, const char *text)
{
    if (!text || !*text)
        return;
    put_u8(b, tag);
    put_u16(b, (uint32_t)strlen(text) + 1);
    put_text(b, text);
}

/* A tag whose value is `bytes` wide; left out when the number is below 0. */
static void put_number_tag(struct buffer *b, unsigned tag, int value, size_t bytes)
{
    if (value < 0)
        return;
    put_u8(b, tag);
    put_u16(b, (uint32_t)bytes);
    put_number(b, (uint32_t)value, bytes);
}

static void put_device_tag(struct buffer *b, const struct ecg_scp_file *f)
{
    const char *texts[] = { "", f->serial, f->software, "", f->maker };
    uint8_t fixed[36] = { 0 };
    size_t len = sizeof fixed;

    for (size_t i = 0; i < 5; i++)
        len += strlen(texts[i]) + 1;
    fixed[7] = 255; /* the maker's code: see the text */
    memcpy(fixed + 8, f->model, strnlen(f->model, 6));
    fixed[14] = f->protocol;
    fixed[15] = 0xc0;
    fixed[16] = f->language;
    put_u8(b, 14);
    put_u16(b, (uint32_t)len);
    (void)buffer_put(b, span_of(fixed, sizeof fixed));
    for (size_t i = 0; i < 5; i++)
        put_text(b, texts[i]);
}

static void put_date_tag(struct buffer *b, unsigned tag, int year, int month, int day)
{
    if (year < 0)
        return;
    put_u8(b, tag);
    put_u16(b, 4);
    put_u16(b, (uint32_t)year);
    put_u8(b, (uint32_t)month);
    put_u8(b, (uint32_t)day);
}

static void put_age_tag(struct buffer *b, const struct ecg_scp_file *f)
{
    if (f->age < 0)
        return;
    put_u8(b, 4);
    put_u16(b, 3);
    put_u16(b, (uint32_t)f->age);
    put_u8(b, (uint32_t)f->age_unit);
}

static void put_time_tags(struct buffer *b, const struct ecg_scp_file *f)
{
    put_date_tag(b, 25, f->year, f->month, f->day);
    if (f->hour >= 0) {
        put_u8(b, 26);
        put_u16(b, 3);
        put_u8(b, (uint32_t)f->hour);
        put_u8(b, (uint32_t)f->minute);
        put_u8(b, (uint32_t)f->second);
    }
}

static void put_zone_tag(struct buffer *b, const struct ecg_scp_file *f)
{
    if (!f->zone_sent)
        return;
    put_u8(b, 34);
    put_u16(b, 5);
    put_u16(b, (uint32_t)f->zone_minutes);
    put_u16(b, 0);
    put_u8(b, 0);
}

static void put_header(struct buffer *b, const struct ecg_scp_file *f)
{
    put_text_tag(b, 0, f->family);
    put_text_tag(b, 1, f->given);
    put_text_tag(b, 2, f->patient_id);
    put_text_tag(b, 3, f->second_family);
    put_age_tag(b, f);
    put_date_tag(b, 5, f->birth_year, f->birth_month, f->birth_day);
    put_number_tag(b, 8, f->sex, 1);
    put_device_tag(b, f);
    put_text_tag(b, 21, f->confirmed_by);
    put_text_tag(b, 22, f->operator_id);
    put_time_tags(b, f);
    put_number_tag(b, 27, f->high_pass_centihertz, 2);
    put_number_tag(b, 28, f->low_pass_hertz, 2);
    put_number_tag(b, 29, f->filter_bits, 1);
    put_zone_tag(b, f);
    put_u8(b, END);
    put_u16(b, 0);
}

/* ---- sections 3 and 4 ---- */

static void put_leads(struct buffer *b, const struct ecg_scp_file *f)
{
    put_u8(b, (uint32_t)f->lead_count);
    put_u8(b, (f->subtracts ? 1u : 0u) | 4u | ((uint32_t)f->lead_count << 3 & 0xf8u));
    for (size_t i = 0; i < f->lead_count; i++) {
        uint32_t first = f->counts_from_zero ? 0 : f->leads[i].first;
        uint32_t last = f->leads[i].first - 1 + (uint32_t)f->sample_count;
        put_u32(b, first);
        put_u32(b, last + (uint32_t)f->promised_more);
        put_u8(b, f->leads[i].id);
    }
}

static void put_beats(struct buffer *b, const struct ecg_scp_file *f)
{
    if (f->beat_count == 0)
        return;
    put_u16(b, f->reference_length * f->interval_us / 1000);
    put_u16(b, f->reference_fiducial);
    put_u16(b, (uint32_t)f->beat_count);
    for (size_t i = 0; i < f->beat_count; i++) {
        put_u16(b, f->beats[i].type);
        put_u32(b, f->beats[i].from);
        put_u32(b, f->beats[i].fiducial);
        put_u32(b, f->beats[i].to);
    }
    for (size_t i = 0; i < f->beat_count; i++) {
        put_u32(b, f->beats[i].protected_from);
        put_u32(b, f->beats[i].protected_to);
    }
}

/* ---- sections 5 and 6 ---- */

static void put_signal_header(struct buffer *b, const struct ecg_scp_file *f, unsigned nanovolts,
                              unsigned interval_us, bool bimodal)
{
    put_u16(b, nanovolts);
    put_u16(b, interval_us);
    put_u8(b, f->difference);
    put_u8(b, bimodal);
}

/* Leads one after the other, behind a table of how many bytes each has. */
static void put_packed(struct buffer *b, const struct ecg_scp_file *f, int16_t *values,
                       const size_t *counts, struct buffer *data)
{
    for (size_t i = 0; i < f->lead_count; i++) {
        size_t before = data->len;
        ecg_scp_difference(values + i * ECG_SCP_SAMPLES, counts[i], f->difference);
        ecg_scp_pack(f->huffman, values + i * ECG_SCP_SAMPLES, counts[i], data);
        put_u16(b, (uint32_t)(data->len - before));
    }
    (void)buffer_put(b, buffer_span(data));
}

static void put_reference(struct buffer *b, const struct ecg_scp_file *f, int16_t *room,
                          struct buffer *data)
{
    size_t counts[ECG_SCP_LEADS];
    unsigned own = f->reference_nanovolts ? f->reference_nanovolts : f->nanovolts;

    if (f->beat_count == 0)
        return;
    for (size_t i = 0; i < f->lead_count; i++) {
        counts[i] = f->reference_length;
        memcpy(room + i * ECG_SCP_SAMPLES, f->leads[i].reference,
               counts[i] * sizeof *f->leads[i].reference);
    }
    put_signal_header(b, f, own, f->interval_us, false);
    put_packed(b, f, room, counts, data);
}

/* What is left of a lead without the reference beat. */
static void subtract(const struct ecg_scp_file *f, const struct ecg_scp_lead *lead,
                     int16_t *samples)
{
    int weight = f->reference_nanovolts ? (int)(f->reference_nanovolts / f->nanovolts) : 1;

    for (size_t i = 0; f->subtracts && i < f->beat_count; i++) {
        const struct ecg_scp_beat *beat = &f->beats[i];
        for (uint32_t x = beat->from; beat->type == 0 && x <= beat->to; x++) {
            long in_beat = (long)x - (long)beat->fiducial + (long)f->reference_fiducial - 1;
            long in_lead = (long)x - (long)lead->first;
            if (in_beat < 0 || in_beat >= (long)f->reference_length || in_lead < 0 ||
                in_lead >= (long)f->sample_count)
                continue;
            samples[in_lead] = (int16_t)(samples[in_lead] - weight * lead->reference[in_beat]);
        }
    }
}

static void put_rhythm(struct buffer *b, const struct ecg_scp_file *f, int16_t *room,
                       struct buffer *data)
{
    unsigned factor = f->decimation > 1 ? f->decimation : 1;
    size_t counts[ECG_SCP_LEADS];

    for (size_t i = 0; i < f->lead_count; i++) {
        int16_t *samples = room + i * ECG_SCP_SAMPLES;
        memcpy(samples, f->leads[i].samples, f->sample_count * sizeof *samples);
        subtract(f, &f->leads[i], samples);
        counts[i] = factor > 1 ? ecg_scp_decimate(f, &f->leads[i], samples) : f->sample_count;
    }
    put_signal_header(b, f, f->nanovolts, f->interval_us * factor, factor > 1);
    put_packed(b, f, room, counts, data);
}

/* ---- sections 7, 8, 10, 11 ---- */

static void put_measurements(struct buffer *b, const struct ecg_scp_file *f)
{
    if (!f->has_measurements)
        return;
    put_u8(b, 2);
    put_u8(b, f->spikes);
    put_u16(b, f->rr);
    put_u16(b, f->pp);
    put_u16(b, f->p_onset);
    put_u16(b, f->p_offset);
    put_u16(b, f->qrs_onset);
    put_u16(b, f->qrs_offset);
    put_u16(b, f->t_offset);
    put_u16(b, (uint32_t)f->p_axis);
    put_u16(b, (uint32_t)f->qrs_axis);
    put_u16(b, (uint32_t)f->t_axis);
    for (unsigned i = 0; i < 8; i++) /* another type of beat, not measured */
        put_u16(b, NOT_MEASURED);
    for (unsigned i = 0; i < f->spikes * 5; i++)
        put_u16(b, 1);
    if (f->qtc_formula < 0)
        return;
    put_u16(b, 3);
    put_number(b, 0, 3); /* three beats of type 0 */
    put_u16(b, f->rate);
    put_u16(b, NOT_MEASURED);
    put_u16(b, f->qtc);
    put_u8(b, (uint32_t)f->qtc_formula);
    put_u16(b, 0);
}

static size_t count_texts(const char *const *texts)
{
    size_t count = 0;

    while (count < ECG_SCP_STATEMENTS && texts[count])
        count++;
    return count;
}

static void put_report(struct buffer *b, const struct ecg_scp_file *f, int status,
                       const char *const *texts, bool coded)
{
    size_t count = count_texts(texts);

    if (status < 0)
        return;
    put_u8(b, (uint32_t)status);
    put_u16(b, f->year > 0 ? (uint32_t)f->year : 0);
    put_number(b, 0, 5);
    put_u8(b, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        put_u8(b, (uint32_t)i + 1);
        put_u16(b, (uint32_t)(strlen(texts[i]) + 1 + coded));
        if (coded)
            put_u8(b, 1);
        for (const char *at = texts[i]; *at; at++) /* codes have a NUL between them */
            put_u8(b, coded && *at == ' ' ? 0 : (uint8_t)*at);
        put_u8(b, 0);
    }
}

static void put_lead_measurements(struct buffer *b, const struct ecg_scp_file *f)
{
    if (!f->has_lead_measurements)
        return;
    put_u16(b, (uint32_t)f->lead_count);
    put_u16(b, 0);
    for (size_t i = 0; i < f->lead_count; i++) {
        put_u16(b, f->leads[i].id);
        put_u16(b, 4);
        put_u32(b, 0);
    }
}

/* ---- the record ---- */

static void put_section_data(struct buffer *b, unsigned id, const struct ecg_scp_file *f,
                             int16_t *room, struct buffer *data)
{
    buffer_clear(data);
    switch (id) {
    case 1:
        put_header(b, f);
        break;
    case 2:
        ecg_scp_tables(f->huffman, b);
        break;
    case 3:
        put_leads(b, f);
        break;
    case 4:
        put_beats(b, f);
        break;
    case 5:
        put_reference(b, f, room, data);
        break;
    case 6:
        put_rhythm(b, f, room, data);
        break;
    case 7:
        put_measurements(b, f);
        break;
    case 8:
        put_report(b, f, f->status, f->statements, false);
        break;
    case 10:
        put_lead_measurements(b, f);
        break;
    case 11:
        put_report(b, f, f->coded_status, f->coded, true);
        break;
    default:
        break;
    }
}

static void put_section(struct buffer *b, unsigned id, uint8_t protocol, struct span data)
{
    put_u16(b, 0); /* the checksum, later */
    put_u16(b, id);
    put_u32(b, (uint32_t)data.len + HEADER);
    put_u8(b, protocol);
    put_u8(b, protocol);
    (void)buffer_put(b, id == 0 ? span_text("SCPECG") : span_of("\0\0\0\0\0\0", 6));
    (void)buffer_put(b, data);
}

/* Sections 1 to 11 behind the pointers to them; a section without data has no place. */
static void put_sections(const struct ecg_scp_file *f, struct buffer *pointers,
                         struct buffer *sections, int16_t *room)
{
    uint32_t begin = RECORD_HEADER + HEADER + SECTIONS * POINTER;
    struct buffer one, data;

    buffer_init(&one, FILE_MAX);
    buffer_init(&data, FILE_MAX);
    put_u16(pointers, 0);
    put_u32(pointers, HEADER + SECTIONS * POINTER);
    put_u32(pointers, RECORD_HEADER + 1);
    for (unsigned id = 1; id < SECTIONS; id++) {
        buffer_clear(&one);
        put_section_data(&one, id, f, room, &data);
        if (one.len % 2)
            put_u8(&one, 0);
        put_u16(pointers, id);
        put_u32(pointers, one.len ? (uint32_t)one.len + HEADER : 0);
        put_u32(pointers, one.len ? begin + (uint32_t)sections->len + 1 : 0);
        if (one.len)
            put_section(sections, id, f->protocol, buffer_span(&one));
    }
    buffer_free(&data);
    buffer_free(&one);
}

enum error ecg_scp_write(const struct ecg_scp_file *f, struct buffer *out)
{
    int16_t *room = calloc(ECG_SCP_LEADS * ECG_SCP_SAMPLES, sizeof *room);
    struct buffer pointers, sections;
    size_t begin = out->len;

    if (!room)
        return ERROR_NO_MEMORY;
    buffer_init(&pointers, FILE_MAX);
    buffer_init(&sections, FILE_MAX);
    put_sections(f, &pointers, &sections, room);
    put_u16(out, 0);
    put_u32(out, (uint32_t)(RECORD_HEADER + HEADER + pointers.len + sections.len));
    put_section(out, 0, f->protocol, buffer_span(&pointers));
    (void)buffer_put(out, buffer_span(&sections));
    if (out->len > begin)
        ecg_scp_repair(out->at + begin, out->len - begin);
    buffer_free(&sections);
    buffer_free(&pointers);
    free(room);
    return ERROR_OK;
}
