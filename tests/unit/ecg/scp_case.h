/* One synthetic SCP-ECG file in a test: described, written, changed, read. */
#ifndef PHIAL_TESTS_UNIT_ECG_SCP_CASE_H
#define PHIAL_TESTS_UNIT_ECG_SCP_CASE_H

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/support/ecg_scp_file.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

struct scp_case {
    struct ecg_scp_file f; /* what the file says */
    struct buffer bytes;   /* after scp_case_write */
    struct arena arena;
    struct ecg e; /* after a scp_case_read that succeeded */
    struct complaint why;
};

static inline int scp_case_open(void **state)
{
    struct scp_case *c = calloc(1, sizeof *c);

    if (!c)
        return -1;
    ecg_scp_synthetic(&c->f);
    buffer_init(&c->bytes, LIMIT_ECG_FILE);
    arena_init(&c->arena, LIMIT_ECG_ARENA);
    *state = c;
    return 0;
}

static inline int scp_case_close(void **state)
{
    struct scp_case *c = *state;

    arena_free(&c->arena);
    buffer_free(&c->bytes);
    free(c);
    return 0;
}

static inline void scp_case_write(struct scp_case *c)
{
    buffer_clear(&c->bytes);
    assert_int_equal(ecg_scp_write(&c->f, &c->bytes), ERROR_OK);
}

/* Reads bytes; without a claim they are not even tried. */
static inline enum error scp_case_read_bytes(struct scp_case *c, struct span file)
{
    arena_free(&c->arena);
    ecg_init(&c->e);
    c->e.format = ECG_FORMAT_SCP; /* as ecg_decode */
    c->why.text[0] = '\0';
    if (ecg_scp.claim(file) != ECG_MINE)
        return complain(&c->why, ERROR_UNSUPPORTED, "not claimed");
    return ecg_scp.read(&c->arena, file, &c->e, &c->why);
}

/* From memory of the file's own size, which is gone afterwards: a byte too far is seen. */
static inline enum error scp_case_read(struct scp_case *c)
{
    uint8_t *copy = malloc(c->bytes.len + 1);
    enum error e;

    assert_non_null(copy);
    memcpy(copy + 1, c->bytes.at, c->bytes.len);
    e = scp_case_read_bytes(c, span_of(copy + 1, c->bytes.len));
    free(copy);
    return e;
}

/* Writes and reads what must be readable. */
static inline void scp_case_take(struct scp_case *c)
{
    scp_case_write(c);
    if (scp_case_read(c) != ERROR_OK)
        fail_msg("refused: %s", c->why.text);
}

/* Writes and reads what must be refused, with words that the reason must hold. */
static inline void scp_case_refuse(struct scp_case *c, enum error e, const char *words)
{
    enum error got = scp_case_read(c);

    if (got != e || !strstr(c->why.text, words))
        fail_msg("got %s: %s", error_text(got), c->why.text);
}

/* The data of a section within the written file. */
static inline uint8_t *scp_case_section(struct scp_case *c, unsigned id)
{
    size_t size, at = ecg_scp_section(c->bytes.at, c->bytes.len, id, &size);

    assert_true(at > 0);
    return c->bytes.at + at;
}

static inline void scp_case_repair(struct scp_case *c)
{
    ecg_scp_repair(c->bytes.at, c->bytes.len);
}

static inline bool scp_case_complains(const struct scp_case *c, const char *words)
{
    for (size_t i = 0; i < c->e.complaints.count; i++)
        if (strstr(c->e.complaints.at[i], words))
            return true;
    return false;
}

#define scp_case_test(f) cmocka_unit_test_setup_teardown(f, scp_case_open, scp_case_close)

#endif
