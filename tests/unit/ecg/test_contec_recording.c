/* Live recordings of Contec carts: each value in its lead, damage refused with its reason. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/support/contec_live.h"

#include <string.h>

enum { FRAMES = 1000 };

struct bench {
    struct arena arena;
    struct buffer file;
    struct ecg ecg;
    struct complaint why;
};

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench) { .why = { "" } };
    arena_init(&bench.arena, LIMIT_ECG_ARENA);
    buffer_init(&bench.file, LIMIT_ECG_FILE);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    arena_free(&b->arena);
    buffer_free(&b->file);
    return 0;
}

static enum error decode(struct bench *b)
{
    return ecg_decode(&b->arena, buffer_span(&b->file), 0, &b->ecg, &b->why);
}

static void expect_lead(const struct ecg *e, enum ecg_lead_id id, unsigned channel, double rate,
                        double unit)
{
    const struct ecg_lead *lead = ecg_lead_find(e, id);
    assert_true(lead->recorded && !lead->derived);
    assert_int_equal(lead->count, FRAMES);
    assert_true(lead->rate == rate && lead->microvolts_per_unit == unit);
    for (unsigned i = 0; i < FRAMES; i++)
        assert_int_equal(lead->samples[i], (int32_t)contec_sample(channel, i) - 2048);
}

static void ecg90a_has_ii_and_iii_first(void **state)
{
    static const enum ecg_lead_id order[] = { ECG_LEAD_II, ECG_LEAD_III, ECG_LEAD_V1, ECG_LEAD_V2,
                                              ECG_LEAD_V3, ECG_LEAD_V4,  ECG_LEAD_V5, ECG_LEAD_V6 };
    struct bench *b = *state;
    assert_int_equal(contec_ecg90a_write(&b->file, FRAMES), ERROR_OK);
    assert_int_equal(decode(b), ERROR_OK);
    assert_int_equal(b->ecg.format, ECG_FORMAT_CONTEC_LIVE);
    assert_string_equal(b->ecg.model, "ECG90A");
    for (unsigned i = 0; i < CONTEC_CHANNELS; i++)
        expect_lead(&b->ecg, order[i], i, 800, 5);
    assert_true(ecg_lead_find(&b->ecg, ECG_LEAD_I)->derived);
    assert_true(ecg_format_draft(b->ecg.format) && b->ecg.complaints.count > 0);
}

static void cart_8000g_has_i_and_ii_first(void **state)
{
    static const enum ecg_lead_id order[] = { ECG_LEAD_I,  ECG_LEAD_II, ECG_LEAD_V1, ECG_LEAD_V2,
                                              ECG_LEAD_V3, ECG_LEAD_V4, ECG_LEAD_V5, ECG_LEAD_V6 };
    struct bench *b = *state;
    assert_int_equal(contec_8000g_write(&b->file, FRAMES), ERROR_OK);
    assert_int_equal(decode(b), ERROR_OK);
    assert_string_equal(b->ecg.model, "8000G");
    for (unsigned i = 0; i < CONTEC_CHANNELS; i++)
        expect_lead(&b->ecg, order[i], i, 1000, 2.5);
    assert_true(ecg_lead_find(&b->ecg, ECG_LEAD_III)->derived);
}

static void lost_byte_of_the_line_is_refused(void **state)
{
    struct bench *b = *state;
    assert_int_equal(contec_8000g_write(&b->file, FRAMES), ERROR_OK);
    memmove(b->file.at + 5000, b->file.at + 5001, b->file.len - 5001);
    b->file.len--;
    assert_int_equal(decode(b), ERROR_BAD_INPUT);
    assert_non_null(strstr(b->why.text, "lost or damaged on the line"));
}

/* Only the first byte of a record has its eighth bit. */
static void damaged_byte_that_shows_is_refused(void **state)
{
    struct bench *b = *state;
    assert_int_equal(contec_8000g_write(&b->file, FRAMES), ERROR_OK);
    b->file.at[5000 + CONTEC_RECORD] |= 0x80;
    assert_int_equal(decode(b), ERROR_BAD_INPUT);
    assert_non_null(strstr(b->why.text, "lost or damaged on the line"));
}

static void last_record_may_be_cut(void **state)
{
    struct bench *b = *state;
    assert_int_equal(contec_8000g_write(&b->file, FRAMES + 1), ERROR_OK);
    for (unsigned cut = 1; cut < CONTEC_RECORD; cut++) {
        b->file.len -= 1;
        assert_int_equal(decode(b), ERROR_OK);
        assert_true(ecg_lead_find(&b->ecg, ECG_LEAD_I)->count >= FRAMES);
    }
}

static void cut_report_and_empty_recording_are_refused(void **state)
{
    struct bench *b = *state;
    assert_int_equal(contec_ecg90a_write(&b->file, 5), ERROR_OK);
    b->file.len--;
    assert_int_equal(decode(b), ERROR_BAD_INPUT);
    b->file.len = CONTEC_REPORT;
    assert_int_equal(decode(b), ERROR_BAD_INPUT);
    assert_non_null(strstr(b->why.text, "no sample"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ecg90a_has_ii_and_iii_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cart_8000g_has_i_and_ii_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lost_byte_of_the_line_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_byte_that_shows_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(last_record_may_be_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cut_report_and_empty_recording_are_refused, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
