/*
 * Any bytes through ecg_decode: refused with a sentence, or a whole record that keeps what records
 * promise, comes back from its JSON, and whose samples come back from their packed bytes.
 */
#ifndef PHIAL_TESTS_FUZZ_ECG_DECODE_CHECK_H
#define PHIAL_TESTS_FUZZ_ECG_DECODE_CHECK_H

#include "tests/fuzz/ecg_reader_check.h"

static inline void ecg_check_samples(struct arena *a, const struct ecg_lead *lead)
{
    struct ecg_lead again = *lead;
    struct buffer bytes;

    if (lead->recorded) {
        must(lead->rate > 0 && lead->count <= LIMIT_ECG_SAMPLES && lead->samples);
        buffer_init(&bytes, LIMIT_ECG_PACKED);
        must(ecg_samples_pack(lead, &bytes) == ERROR_OK);
        if (ecg_samples_unpack(a, buffer_span(&bytes), &again) == ERROR_OK)
            must(memcmp(again.samples, lead->samples, lead->count * sizeof *lead->samples) == 0);
        else
            must(a->exhausted);
        buffer_free(&bytes);
    } else {
        must(lead->count == 0);
    }
}

/* Written, read and written again is the same, to the letter. */
static inline void ecg_check_json(struct arena *a, const struct ecg *e)
{
    struct buffer once, twice;
    struct ecg again;

    buffer_init(&once, SIZE_MAX);
    buffer_init(&twice, SIZE_MAX);
    must(ecg_to_json(e, false, &once) == ERROR_OK);
    if (ecg_from_json(a, buffer_span(&once), &again) == ERROR_OK) {
        must(ecg_to_json(&again, false, &twice) == ERROR_OK);
        must(span_equal(buffer_span(&once), buffer_span(&twice)));
    } else {
        must(a->exhausted);
    }
    buffer_free(&once);
    buffer_free(&twice);
}

static inline void ecg_decode_check(struct span file)
{
    struct complaint why = { "" };
    struct arena arena;
    struct ecg e;
    enum error error;

    arena_init(&arena, LIMIT_ECG_ARENA);
    error = ecg_decode(&arena, file, 0, &e, &why);
    must((error == ERROR_OK) != (*why.text != '\0'));
    if (error == ERROR_OK) {
        ecg_check_facts(&e);
        must(e.lead_count <= LIMIT_ECG_LEADS);
        for (size_t i = 0; i < e.lead_count; i++) {
            ecg_check_text(e.leads[i].name);
            ecg_check_samples(&arena, &e.leads[i]);
        }
        ecg_check_json(&arena, &e);
    }
    arena_free(&arena);
}

#endif
