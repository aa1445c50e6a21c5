/*
 * Any bytes as the file of one EKG reader: refused with a sentence, or read as a record that keeps
 * what records promise (plain text, limits), completes and is checked, and never holds more samples
 * than `per_byte` for each byte of the file.
 */
#ifndef PHIAL_TESTS_FUZZ_ECG_READER_CHECK_H
#define PHIAL_TESTS_FUZZ_ECG_READER_CHECK_H

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/fuzz/must.h"

static inline void ecg_check_text(const char *text)
{
    must(text && strlen(text) <= LIMIT_TEXT && text_is_plain(span_text(text)));
}

static inline void ecg_check_list(const struct text_list *list)
{
    must(list->count <= LIMIT_LIST);
    for (size_t i = 0; i < list->count; i++)
        ecg_check_text(list->at[i]);
}

static inline void ecg_check_facts(const struct ecg *e)
{
    const char *const texts[] = { e->patient_id,  e->patient_name, e->patient_birth_date,
                                  e->patient_sex, e->patient_age,  e->recorded_at,
                                  e->maker,       e->model,        e->serial,
                                  e->software,    e->operator_id,  e->qtc_formula,
                                  e->severity,    e->confirmed_by };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ecg_check_text(texts[i]);
    for (unsigned m = 0; m < ECG_MEASUREMENT_COUNT; m++)
        ecg_check_text(e->measurements[m]);
    ecg_check_list(&e->statements);
    ecg_check_list(&e->filters);
    ecg_check_list(&e->complaints);
}

static inline size_t ecg_check_leads(const struct ecg *e)
{
    size_t samples = 0;

    must(e->lead_count <= LIMIT_ECG_LEADS);
    for (size_t i = 0; i < e->lead_count; i++) {
        ecg_check_text(e->leads[i].name);
        must(e->leads[i].count <= LIMIT_ECG_SAMPLES);
        must(e->leads[i].recorded || e->leads[i].count == 0);
        for (size_t k = 0; k < e->leads[i].count; k++)
            must(e->leads[i].samples[k] != ECG_GAP);
        samples += e->leads[i].count;
    }
    return samples;
}

static inline void ecg_reader_check(const struct ecg_reader *reader, struct span file,
                                    size_t per_byte)
{
    struct complaint why = { "" };
    struct arena arena;
    struct ecg e;
    enum error error;

    ecg_init(&e);
    e.format = reader->format;
    arena_init(&arena, LIMIT_ECG_ARENA);
    error = reader->read(&arena, file, &e, &why);
    must((error == ERROR_OK) != (*why.text != '\0'));
    if (error == ERROR_OK) {
        ecg_check_facts(&e);
        must(ecg_check_leads(&e) <= file.len * per_byte);
        if (ecg_complete(&arena, &e, &why) == ERROR_OK) {
            must(ecg_check(&arena, &e, 0) == ERROR_OK);
            for (size_t i = 0; i < e.lead_count; i++)
                must(!e.leads[i].recorded || e.leads[i].rate > 0);
        }
    }
    arena_free(&arena);
}

#endif
