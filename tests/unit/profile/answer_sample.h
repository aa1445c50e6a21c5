/* An answer to a query, and what a profile makes of it, for the tests of each format's answers. */
#ifndef PHIAL_TESTS_UNIT_PROFILE_ANSWER_SAMPLE_H
#define PHIAL_TESTS_UNIT_PROFILE_ANSWER_SAMPLE_H

#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/profile/profile.h"

#include <string.h>

/* Of a patient with that name, with these open tests. */
static inline struct profile_answer answer_sample(const char *name, const char *const *codes,
                                                  size_t code_count)
{
    return (struct profile_answer) {
        .found = true,
        .specimen = "260312000013",
        .patient_id = "MRN|1",
        .patient_name = name,
        .patient_birth_date = "1985-06-07",
        .patient_sex = "F",
        .priority = "S",
        .codes = codes,
        .code_count = code_count,
        .now = 1773308462000, /* 2026-03-12T09:41:02Z */
    };
}

/* `out` is "" when there is none. */
static inline enum error answer_encode(const char *profile, const struct profile_answer *answer,
                                       char *out, size_t size)
{
    struct profile *p = NULL;
    struct buffer text;
    enum error e;

    assert_int_equal(profile_load(profile, NULL, &p, NULL), ERROR_OK);
    buffer_init(&text, LIMIT_MESSAGE);
    e = profile_encode_answer(p, answer, &text);
    assert_true(text.len < size);
    if (text.len)
        memcpy(out, text.at, text.len);
    out[text.len] = '\0';
    buffer_free(&text);
    profile_free(p);
    return e;
}

#endif
