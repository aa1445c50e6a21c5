/* A synthetic record and what the DICOM reader makes of it, for the tests of that reader. */
#ifndef PHIAL_TESTS_UNIT_ECG_DICOM_CASE_H
#define PHIAL_TESTS_UNIT_ECG_DICOM_CASE_H

#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/support/ecg_dicom_file.h"
#include "tests/support/ecg_tracing.h"

#include <stdlib.h>
#include <string.h>

struct dicom_case {
    struct arena arena;
    struct ecg said, read; /* what the file is made of, and what comes out of it */
    struct ecg_dicom_form form;
    struct buffer file;
    struct complaint why;
};

static int dicom_case_open(void **state)
{
    const struct ecg_tracing how = { .rate = 500, .seconds = 10, .noise = 7 };
    struct dicom_case *c = calloc(1, sizeof *c);

    if (!c)
        return -1;
    arena_init(&c->arena, LIMIT_ECG_ARENA);
    buffer_init(&c->file, LIMIT_ECG_FILE);
    *state = c;
    return ecg_tracing_make(&c->arena, how, &c->said) == ERROR_OK ? 0 : -1;
}

static int dicom_case_close(void **state)
{
    struct dicom_case *c = *state;

    buffer_free(&c->file);
    arena_free(&c->arena);
    free(c);
    return 0;
}

static inline void dicom_case_write(struct dicom_case *c)
{
    buffer_clear(&c->file);
    assert_int_equal(ecg_dicom_write(&c->said, &c->form, &c->file), ERROR_OK);
}

/* Reads the file as it lies. */
static inline enum error dicom_case_decode(struct dicom_case *c)
{
    return ecg_decode(&c->arena, buffer_span(&c->file), 0, &c->read, &c->why);
}

static inline void dicom_case_read(struct dicom_case *c)
{
    dicom_case_write(c);
    if (dicom_case_decode(c) != ERROR_OK)
        fail_msg("%s", c->why.text);
}

/* The reason holds these words. */
static inline void dicom_case_refused(struct dicom_case *c, enum error e, const char *words)
{
    c->why.text[0] = '\0';
    assert_int_equal(dicom_case_decode(c), e);
    if (!strstr(c->why.text, words))
        fail_msg("\"%s\" is not in \"%s\"", words, c->why.text);
}

static inline double dicom_case_microvolts(const struct ecg_lead *lead, size_t at)
{
    return lead->microvolts_offset + lead->microvolts_per_unit * lead->samples[at];
}

/* Every lead that was recorded is there, to the last sample, and no other. */
static inline void dicom_case_same_leads(const struct dicom_case *c)
{
    assert_int_equal(c->read.lead_count, ECG_LEAD_STANDARD);
    for (size_t i = 0; i < ECG_LEAD_STANDARD; i++) {
        const struct ecg_lead *said = &c->said.leads[i], *read = &c->read.leads[i];
        assert_int_equal(read->recorded, said->recorded);
        assert_int_equal(read->count, said->count);
        for (size_t k = 0; k < said->count; k++)
            if (said->samples[k] == ECG_GAP)
                assert_int_equal(read->samples[k], ECG_GAP);
            else if (dicom_case_microvolts(read, k) != dicom_case_microvolts(said, k))
                fail_msg("lead %s, sample %zu: %g, not %g", said->name, k,
                         dicom_case_microvolts(read, k), dicom_case_microvolts(said, k));
    }
}

static inline bool dicom_case_complains(const struct dicom_case *c, const char *words)
{
    for (size_t i = 0; i < c->read.complaints.count; i++)
        if (strstr(c->read.complaints.at[i], words))
            return true;
    return false;
}

/* Where bytes stand in the file. */
static inline uint8_t *dicom_case_find(struct dicom_case *c, const void *bytes, size_t len)
{
    uint8_t *at = memmem(c->file.at, c->file.len, bytes, len);
    assert_non_null(at);
    return at;
}

#define DICOM_TEST(name) cmocka_unit_test_setup_teardown(name, dicom_case_open, dicom_case_close)

#endif
