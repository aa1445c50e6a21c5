/*
 * One synthetic file of a cart that writes XML in a test: written, changed by text, read, and held
 * against what another reading gave.
 */
#ifndef PHIAL_TESTS_UNIT_ECG_XML_BENCH_H
#define PHIAL_TESTS_UNIT_ECG_XML_BENCH_H

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/support/ecg_tracing.h"
#include "tests/support/ecg_xml_files.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

struct xml_bench {
    const struct ecg_reader *reader;
    struct arena made_in, read_in;
    struct ecg made, read; /* what was written; what was read, not completed */
    struct buffer file;
    struct complaint why;
};

/* A record that says everything that both formats can hold. */
static inline void xml_bench_open(struct xml_bench *b, const struct ecg_reader *reader,
                                  struct ecg_tracing how)
{
    static const char *filters[] = { "high pass 0.05 Hz", "low pass 150 Hz", "notch 60 Hz" };
    *b = (struct xml_bench) { .reader = reader };
    arena_init(&b->made_in, LIMIT_ECG_ARENA);
    arena_init(&b->read_in, LIMIT_ECG_ARENA);
    buffer_init(&b->file, 4 * (size_t)LIMIT_ECG_FILE);
    assert_int_equal(ecg_tracing_make(&b->made_in, how, &b->made), ERROR_OK);
    b->made.format = reader->format;
    b->made.patient_age = "67 a";
    b->made.operator_id = "TECH-7";
    b->made.software = "1.2.3";
    b->made.filters = (struct text_list) { filters, 3 };
}

static inline void xml_bench_close(struct xml_bench *b)
{
    arena_free(&b->made_in);
    arena_free(&b->read_in);
    buffer_free(&b->file);
}

/* Reads any bytes; without a claim they are not even tried. */
static inline enum error xml_bench_read_bytes(struct xml_bench *b, struct span file)
{
    arena_free(&b->read_in);
    ecg_init(&b->read);
    b->read.format = b->reader->format;
    b->why.text[0] = '\0';
    if (b->reader->claim(file) != ECG_MINE)
        return complain(&b->why, ERROR_UNSUPPORTED, "It is not claimed.");
    return b->reader->read(&b->read_in, file, &b->read, &b->why);
}

static inline enum error xml_bench_read(struct xml_bench *b)
{
    return xml_bench_read_bytes(b, buffer_span(&b->file));
}

/* Puts `to` in the place of the first `from` behind `behind` (NULL: of all). */
static inline void xml_bench_change(struct xml_bench *b, const char *behind, const char *from,
                                    const char *to)
{
    struct buffer out;
    const char *start, *at;
    assert_int_equal(buffer_put_byte(&b->file, '\0'), ERROR_OK);
    b->file.len--;
    start = (const char *)b->file.at;
    at = behind ? strstr(start, behind) : start;
    assert_non_null(at);
    at = strstr(at, from);
    assert_non_null(at);
    buffer_init(&out, b->file.max);
    assert_int_equal(buffer_put(&out, span_of(start, (size_t)(at - start))), ERROR_OK);
    assert_int_equal(buffer_put_text(&out, to), ERROR_OK);
    assert_int_equal(buffer_put_text(&out, at + strlen(from)), ERROR_OK);
    buffer_free(&b->file);
    b->file = out;
}

/* Refused with this error, and a sentence that says this. */
static inline void xml_bench_refused(struct xml_bench *b, enum error error, const char *says)
{
    assert_int_equal(xml_bench_read(b), error);
    if (!strstr(b->why.text, says))
        fail_msg("\"%s\" does not say \"%s\"", b->why.text, says);
}

/* The file with one change is refused so; then it is as before. */
static inline void xml_bench_refuses(struct xml_bench *b, const char *behind, const char *from,
                                     const char *to, enum error error, const char *says)
{
    struct buffer whole;
    buffer_init(&whole, b->file.max);
    assert_int_equal(buffer_put(&whole, buffer_span(&b->file)), ERROR_OK);
    xml_bench_change(b, behind, from, to);
    xml_bench_refused(b, error, says);
    buffer_free(&b->file);
    b->file = whole;
}

/* ---- what differs between two records ---- */

static inline size_t xml_bench_text(const char *x, const char *y)
{
    return strcmp(x, y) != 0;
}

static inline size_t xml_bench_list(const struct text_list *x, const struct text_list *y)
{
    if (x->count != y->count)
        return 1;
    for (size_t i = 0; i < x->count; i++)
        if (strcmp(x->at[i], y->at[i]) != 0)
            return 1;
    return 0;
}

static inline size_t xml_bench_facts(const struct ecg *x, const struct ecg *y)
{
    size_t n =
        xml_bench_text(x->patient_id, y->patient_id) +
        xml_bench_text(x->patient_name, y->patient_name) +
        xml_bench_text(x->patient_birth_date, y->patient_birth_date) +
        xml_bench_text(x->patient_sex, y->patient_sex) +
        xml_bench_text(x->patient_age, y->patient_age) +
        xml_bench_text(x->recorded_at, y->recorded_at) + xml_bench_text(x->maker, y->maker) +
        xml_bench_text(x->model, y->model) + xml_bench_text(x->serial, y->serial) +
        xml_bench_text(x->software, y->software) + xml_bench_text(x->operator_id, y->operator_id) +
        xml_bench_text(x->severity, y->severity) +
        xml_bench_text(x->confirmed_by, y->confirmed_by) +
        xml_bench_list(&x->statements, &y->statements) + xml_bench_list(&x->filters, &y->filters);
    for (int m = 0; m < ECG_MEASUREMENT_COUNT; m++)
        n += xml_bench_text(x->measurements[m], y->measurements[m]);
    return n;
}

/* The rate is one value of the file, whatever number of leads it has. */
static inline size_t xml_bench_leads(const struct ecg *x, const struct ecg *y)
{
    size_t n = 0;
    bool rate = false;
    if (x->lead_count != y->lead_count)
        return SIZE_MAX / 2;
    for (size_t i = 0; i < x->lead_count; i++) {
        const struct ecg_lead *p = &x->leads[i], *q = &y->leads[i];
        if (p->count != q->count)
            return SIZE_MAX / 2;
        rate |= p->rate != q->rate;
        n += xml_bench_text(p->name, q->name) + (p->microvolts_per_unit != q->microvolts_per_unit) +
             (p->microvolts_offset != q->microvolts_offset) + (p->start != q->start);
        for (size_t k = 0; k < p->count; k++)
            n += p->samples[k] != q->samples[k];
    }
    return n + rate;
}

/* The leads that the file holds are those of the record, sample by sample. */
static inline void xml_bench_same_leads(const struct xml_bench *b, size_t expected)
{
    assert_int_equal(b->read.lead_count, expected);
    for (size_t i = 0; i < expected; i++) {
        const struct ecg_lead *p = &b->read.leads[i], *q = ecg_lead_find(&b->made, p->id);
        assert_non_null(q);
        assert_true(p->recorded && p->count == q->count && p->rate == q->rate);
        assert_true(p->microvolts_per_unit == q->microvolts_per_unit && p->start == 0);
        assert_memory_equal(p->samples, q->samples, q->count * sizeof *q->samples);
    }
}

/* What every format says of the synthetic record, to the letter. */
static inline void xml_bench_usual(const struct ecg *e)
{
    assert_string_equal(e->patient_name, "MARLOWE-TEST^IRIS^J");
    assert_string_equal(e->patient_id, "00900142");
    assert_string_equal(e->patient_birth_date, "1958-07-19");
    assert_string_equal(e->patient_sex, "F");
    assert_string_equal(e->patient_age, "67 a");
    assert_string_equal(e->recorded_at, "2026-03-12T09:44:00");
    assert_string_equal(e->model, "Cart");
    assert_string_equal(e->serial, "0001");
    assert_string_equal(e->software, "1.2.3");
    assert_string_equal(e->operator_id, "TECH-7");
    assert_string_equal(e->measurements[ECG_HEART_RATE], "74");
    assert_string_equal(e->measurements[ECG_PR], "168");
    assert_string_equal(e->measurements[ECG_QTC], "435");
    assert_string_equal(e->measurements[ECG_QRS_AXIS], "41");
    assert_string_equal(e->measurements[ECG_T_AXIS], "47");
    assert_int_equal(e->statements.count, 2);
    assert_string_equal(e->statements.at[1], "Nonspecific T wave abnormality");
    assert_string_equal(e->filters.at[0], "high pass 0.05 Hz");
    assert_string_equal(e->filters.at[2], "notch 60 Hz");
}

/* ---- damage (tests/ecg damages every byte of a file in one way; here samples, in several) ---- */

/* From one place to the next: a prime, so that what repeats is met at each of its bytes. */
enum { XML_BENCH_STEP = 7 };

/* The beginnings of a whole file are refused, with a reason; of its last 100 bytes all of them. */
static inline void xml_bench_truncate(struct xml_bench *b)
{
    enum { LAST = 100 };
    size_t whole = b->file.len;
    while (whole && b->file.at[whole - 1] == '\n')
        whole--;
    assert_true(whole > LAST && whole < 20000);
    for (size_t len = 0; len < whole; len += len + LAST < whole ? XML_BENCH_STEP : 1) {
        assert_int_not_equal(xml_bench_read_bytes(b, span_of(b->file.at, len)), ERROR_OK);
        assert_true(*b->why.text);
    }
}

/* Bytes flipped, in two ways each: refused with a reason, or no more than so many values differ. */
static inline void xml_bench_flip(struct xml_bench *b, size_t values)
{
    struct arena kept;
    struct ecg whole;
    size_t accepted = 0, tried = 0;

    assert_int_equal(xml_bench_read(b), ERROR_OK);
    kept = b->read_in;
    whole = b->read;
    arena_init(&b->read_in, LIMIT_ECG_ARENA);
    for (size_t at = 0; at < b->file.len; at += tried++ % 2 ? XML_BENCH_STEP : 0) {
        uint8_t *byte = &b->file.at[at];
        uint8_t bit = (uint8_t)(tried % 2 ? 0x80 : 1 << (tried / 2 * 5 % 7));
        enum error e;
        *byte ^= bit;
        e = xml_bench_read(b);
        if (e != ERROR_OK)
            assert_true(*b->why.text);
        else if (xml_bench_facts(&whole, &b->read) + xml_bench_leads(&whole, &b->read) > values)
            fail_msg("flip of bit %02x at %zu changes more than %zu values: %.40s", bit, at, values,
                     (const char *)byte);
        accepted += e == ERROR_OK;
        *byte ^= bit;
    }
    assert_true(accepted > 0 && accepted < tried);
    arena_free(&kept);
}

#endif
