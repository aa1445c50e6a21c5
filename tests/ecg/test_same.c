/* One recording in every format: what comes out of the files is the same. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_tracing.h"

#include <string.h>

struct read {
    struct arena arena;
    struct buffer file;
    struct ecg ecg;
};

static void read_back(struct read *r, const struct ecg *made, enum ecg_format format)
{
    struct complaint why = { "" };

    arena_init(&r->arena, LIMIT_ECG_ARENA);
    buffer_init(&r->file, LIMIT_ECG_FILE);
    assert_int_equal(ecg_write(made, format, &r->file), ERROR_OK);
    if (ecg_decode(&r->arena, buffer_span(&r->file), 0, &r->ecg, &why) != ERROR_OK)
        fail_msg("%s: %s", ecg_format_id(format), why.text);
    assert_int_equal(r->ecg.format, format);
}

static void drop(struct read *r)
{
    arena_free(&r->arena);
    buffer_free(&r->file);
}

static double microvolts(const struct ecg_lead *lead, size_t at)
{
    return lead->microvolts_offset + lead->microvolts_per_unit * lead->samples[at];
}

static void check_lead(const struct ecg *e, const struct ecg_lead *made)
{
    const struct ecg_lead *lead = ecg_lead_find(e, made->id);

    assert_non_null(lead);
    if (lead->derived) /* a format of eight leads: within the rounding of what was made */
        return;
    assert_true(lead->recorded);
    assert_int_equal(lead->count, made->count);
    assert_true(lead->rate == made->rate);
    for (size_t i = 0; i < made->count; i++)
        if (microvolts(lead, i) != microvolts(made, i))
            fail_msg("%s, lead %s, sample %zu: %g, not %g", ecg_format_id(e->format), made->name, i,
                     microvolts(lead, i), microvolts(made, i));
}

static void one_recording_is_the_same_in_every_format(void **state)
{
    static const enum ecg_format formats[] = { ECG_FORMAT_SCP,     ECG_FORMAT_DICOM,
                                               ECG_FORMAT_AECG,    ECG_FORMAT_MUSE,
                                               ECG_FORMAT_PHILIPS, ECG_FORMAT_MORTARA };
    const struct ecg_tracing how = { .rate = 500, .seconds = 10, .noise = 9 };
    struct arena arena;
    struct ecg made;

    (void)state;
    arena_init(&arena, LIMIT_ECG_ARENA);
    assert_int_equal(ecg_tracing_make(&arena, how, &made), ERROR_OK);
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        struct read r;
        read_back(&r, &made, formats[f]);
        for (size_t i = 0; i < ECG_LEAD_STANDARD; i++)
            check_lead(&r.ecg, &made.leads[i]);
        for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++)
            assert_string_equal(r.ecg.measurements[i], made.measurements[i]);
        assert_string_equal(r.ecg.patient_id, made.patient_id);
        assert_string_equal(r.ecg.patient_birth_date, made.patient_birth_date);
        assert_string_equal(r.ecg.recorded_at, made.recorded_at);
        drop(&r);
    }
    arena_free(&arena);
}

static void leads_that_were_not_recorded_are_so_in_every_format(void **state)
{
    static const enum ecg_format formats[] = { ECG_FORMAT_SCP,     ECG_FORMAT_DICOM,
                                               ECG_FORMAT_AECG,    ECG_FORMAT_MUSE,
                                               ECG_FORMAT_PHILIPS, ECG_FORMAT_MORTARA };
    const struct ecg_tracing how = { .rate = 500, .seconds = 2 };
    struct arena arena;
    struct ecg made;

    (void)state;
    arena_init(&arena, LIMIT_ECG_ARENA);
    assert_int_equal(ecg_tracing_make(&arena, how, &made), ERROR_OK);
    for (unsigned i = ECG_LEAD_III; i < ECG_LEAD_STANDARD; i++)
        if (i != ECG_LEAD_V1 && i != ECG_LEAD_V2 && i != ECG_LEAD_V5)
            made.leads[i] = (struct ecg_lead) { .id = (enum ecg_lead_id)i,
                                                .name = ecg_lead_text((enum ecg_lead_id)i) };
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        struct read r;
        read_back(&r, &made, formats[f]);
        for (unsigned i = 0; i < ECG_LEAD_STANDARD; i++)
            assert_int_equal(ecg_lead_find(&r.ecg, (enum ecg_lead_id)i)->recorded,
                             made.leads[i].recorded);
        drop(&r);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_recording_is_the_same_in_every_format),
        cmocka_unit_test(leads_that_were_not_recorded_are_so_in_every_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
