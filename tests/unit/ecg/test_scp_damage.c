/*
 * SCP-ECG files that are damaged at every byte: refused, because everything is under a checksum.
 * With the checksums made right again, the damage is a different statement: refused, or nothing but
 * what was touched is different, and it costs no more than the file does.
 */
#include "tests/unit/ecg/scp_case.h"

enum { MEMORY_PER_BYTE = 200, NO_SECTION = 99 };

/* A small file with everything in it. */
static void make_small(struct scp_case *c, bool beats)
{
    ecg_scp_synthetic(&c->f);
    if (beats)
        ecg_scp_add_beats(&c->f);
    c->f.lead_count = 3;
    c->f.sample_count = beats ? 420 : 40;
    c->f.beat_count = beats ? 1 : 0;
    c->f.huffman = beats ? ECG_SCP_SWITCHING : ECG_SCP_PLAIN;
    c->f.difference = beats ? 2 : 0;
    c->f.coded_status = 0;
    c->f.coded[0] = "NSR";
    c->f.has_lead_measurements = true;
    c->f.confirmed_by = "DR INVENTED-TEST";
    c->f.status = 1;
    scp_case_write(c);
}

static void cut_at_every_byte_it_is_refused(void **state)
{
    struct scp_case *c = *state;
    make_small(c, true);
    assert_int_equal(scp_case_read(c), ERROR_OK);
    for (size_t len = c->bytes.len; len-- > 0;) {
        c->bytes.len = len;
        assert_int_not_equal(scp_case_read(c), ERROR_OK);
        assert_true(*c->why.text);
    }
}

static void with_any_byte_flipped_it_is_refused(void **state)
{
    static const uint8_t flips[] = { 0xff, 0x01, 0x80 };
    struct scp_case *c = *state;
    make_small(c, true);
    for (size_t at = 0; at < c->bytes.len; at++) {
        uint8_t flip = flips[at % sizeof flips];
        c->bytes.at[at] ^= flip;
        if (scp_case_read(c) == ERROR_OK)
            fail_msg("byte %zu may be damaged unseen", at);
        assert_true(*c->why.text);
        c->bytes.at[at] ^= flip;
    }
}

/* ---- with checksums that are right ---- */

/* What a file said before it was touched. */
struct before {
    struct arena arena;
    struct ecg e;
};

static bool same_list(const struct text_list *a, const struct text_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->at[i], b->at[i]) != 0)
            return false;
    return true;
}

static bool same_header(const struct ecg *a, const struct ecg *b)
{
    return !strcmp(a->patient_id, b->patient_id) && !strcmp(a->patient_name, b->patient_name) &&
           !strcmp(a->patient_birth_date, b->patient_birth_date) &&
           !strcmp(a->patient_sex, b->patient_sex) && !strcmp(a->patient_age, b->patient_age) &&
           !strcmp(a->recorded_at, b->recorded_at) && !strcmp(a->maker, b->maker) &&
           !strcmp(a->model, b->model) && !strcmp(a->serial, b->serial) &&
           !strcmp(a->software, b->software) && !strcmp(a->operator_id, b->operator_id) &&
           same_list(&a->filters, &b->filters);
}

static bool same_measurements(const struct ecg *a, const struct ecg *b)
{
    for (unsigned m = 0; m < ECG_MEASUREMENT_COUNT; m++)
        if (strcmp(a->measurements[m], b->measurements[m]) != 0)
            return false;
    return true;
}

static size_t different_samples(const struct ecg *a, const struct ecg *b)
{
    size_t different = 0;

    if (a->lead_count != b->lead_count)
        return SIZE_MAX;
    for (size_t i = 0; i < a->lead_count; i++) {
        if (a->leads[i].count != b->leads[i].count)
            return SIZE_MAX;
        for (size_t k = 0; k < a->leads[i].count; k++)
            different += a->leads[i].samples[k] != b->leads[i].samples[k];
    }
    return different;
}

/* In which section's data or header a byte lies. */
static unsigned section_of(const struct scp_case *c, size_t at)
{
    for (unsigned id = 1; id < 12; id++) {
        size_t size, begin = ecg_scp_section(c->bytes.at, c->bytes.len, id, &size);
        if (begin && at >= begin - 16 && at < begin + size)
            return id;
    }
    return NO_SECTION;
}

static bool is_rhythm(unsigned section)
{
    return section >= 2 && section <= 6;
}

/* The letters of all texts depend on one byte of section 1; a header says the section's number. */
static void compare(const struct before *b, const struct scp_case *c, size_t at, unsigned section)
{
    if (section == NO_SECTION)
        return; /* the frame: another length of the record, or of a section */
    if (section != 1 && !same_header(&b->e, &c->e))
        fail_msg("byte %zu of section %u changes the header", at, section);
    if (section != 7 && !same_measurements(&b->e, &c->e))
        fail_msg("byte %zu of section %u changes measurements", at, section);
    if (section != 8 && section != 11 && section != 1 &&
        !same_list(&b->e.statements, &c->e.statements))
        fail_msg("byte %zu of section %u changes statements", at, section);
    if (!is_rhythm(section) && different_samples(&b->e, &c->e) != 0)
        fail_msg("byte %zu of section %u changes samples", at, section);
}

static void flip_repaired(struct scp_case *c, const struct before *b, size_t at, uint8_t flip)
{
    unsigned section = section_of(c, at);
    uint8_t *copy = malloc(c->bytes.len);

    assert_non_null(copy);
    memcpy(copy, c->bytes.at, c->bytes.len);
    c->bytes.at[at] ^= flip;
    scp_case_repair(c);
    if (scp_case_read(c) == ERROR_OK)
        compare(b, c, at, section);
    else
        assert_true(*c->why.text);
    if (c->arena.used > MEMORY_PER_BYTE * c->bytes.len)
        fail_msg("byte %zu makes %zu bytes out of %zu", at, c->arena.used, c->bytes.len);
    memcpy(c->bytes.at, copy, c->bytes.len);
    free(copy);
}

static void remember(struct scp_case *c, struct before *b)
{
    assert_int_equal(scp_case_read(c), ERROR_OK);
    b->arena = c->arena;
    b->e = c->e;
    arena_init(&c->arena, LIMIT_ECG_ARENA);
}

static void with_right_checksums_only_the_touched_differs(void **state)
{
    static const uint8_t flips[] = { 0x01, 0x80, 0x04 };
    struct scp_case *c = *state;
    for (int beats = 0; beats < 2; beats++) {
        struct before b;
        make_small(c, beats);
        remember(c, &b);
        for (size_t at = 0; at < c->bytes.len; at++) {
            flip_repaired(c, &b, at, 0xff);
            flip_repaired(c, &b, at, flips[at % sizeof flips]);
        }
        arena_free(&b.arena);
    }
}

/* Plain numbers: a byte of section 6 is a byte of one sample. */
static void a_byte_of_a_sample_is_that_sample(void **state)
{
    struct scp_case *c = *state;
    struct before b;
    uint8_t *data;
    make_small(c, false);
    remember(c, &b);
    data = scp_case_section(c, 6) + 6 + 2 * c->f.lead_count;
    for (size_t i = 0; i < 2 * c->f.lead_count * c->f.sample_count; i++) {
        data[i] ^= 0x5a;
        scp_case_repair(c);
        assert_int_equal(scp_case_read(c), ERROR_OK);
        assert_int_equal(different_samples(&b.e, &c->e), 1);
        data[i] ^= 0x5a;
    }
    arena_free(&b.arena);
}

/* Too little memory is an answer, not a crash. */
static void without_memory_it_says_so(void **state)
{
    struct scp_case *c = *state;
    make_small(c, true);
    for (size_t max = 0; max < 200000; max += 197) {
        arena_free(&c->arena);
        arena_init(&c->arena, max);
        if (scp_case_read(c) == ERROR_OK)
            break;
        assert_true(c->arena.exhausted);
        assert_true(*c->why.text);
    }
    assert_int_equal(scp_case_read(c), ERROR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scp_case_test(cut_at_every_byte_it_is_refused),
        scp_case_test(with_any_byte_flipped_it_is_refused),
        scp_case_test(with_right_checksums_only_the_touched_differs),
        scp_case_test(a_byte_of_a_sample_is_that_sample),
        scp_case_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
