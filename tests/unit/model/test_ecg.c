/* The record of an EKG: names of leads, completing, checking, packed samples. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "core/model/ecg.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 500 };

struct bench {
    struct arena arena;
    struct ecg ecg;
    struct complaint why;
    struct ecg_lead leads[LIMIT_ECG_LEADS + 1];
};

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);

    if (!b)
        return -1;
    arena_init(&b->arena, LIMIT_ECG_ARENA);
    ecg_init(&b->ecg);
    b->ecg.format = ECG_FORMAT_SCP;
    b->ecg.leads = b->leads;
    *state = b;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *b = *state;

    arena_free(&b->arena);
    free(b);
    return 0;
}

/* A wave that no other lead has: number and place in every sample. */
static int32_t wave(unsigned number, size_t at)
{
    return (int32_t)((at * 7 + number * 13) % 101) - 50 + (int32_t)number;
}

static struct ecg_lead *add(struct bench *b, const char *name)
{
    struct ecg_lead *lead = &b->leads[b->ecg.lead_count++];

    *lead = (struct ecg_lead) { .id = ecg_lead_parse(name),
                                .name = name,
                                .recorded = true,
                                .rate = 500,
                                .microvolts_per_unit = 5,
                                .count = SAMPLES };
    lead->samples = arena_take(&b->arena, SAMPLES * sizeof *lead->samples);
    assert_non_null(lead->samples);
    for (size_t i = 0; i < SAMPLES; i++)
        lead->samples[i] = wave((unsigned)b->ecg.lead_count, i);
    return lead;
}

static void add_all(struct bench *b, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(b, names[i]);
}

static double microvolts(const struct bench *b, enum ecg_lead_id id, size_t at)
{
    const struct ecg_lead *lead = ecg_lead_find(&b->ecg, id);
    return lead->microvolts_offset + lead->microvolts_per_unit * lead->samples[at];
}

static bool complains_of(const struct ecg *e, const char *words)
{
    for (size_t i = 0; i < e->complaints.count; i++)
        if (strstr(e->complaints.at[i], words))
            return true;
    return false;
}

static void names_of_leads(void **state)
{
    static const struct {
        const char *text;
        enum ecg_lead_id id;
    } cases[] = {
        { "I", ECG_LEAD_I },        { "Lead I", ECG_LEAD_I },
        { "LEAD_II", ECG_LEAD_II }, { "MDC_ECG_LEAD_AVR", ECG_LEAD_AVR },
        { "avR", ECG_LEAD_AVR },    { "MDC_ECG_LEAD_V6", ECG_LEAD_V6 },
        { " V3 ", ECG_LEAD_V3 },    { "-aVR", ECG_LEAD_OTHER },
        { "V10", ECG_LEAD_OTHER },  { "V", ECG_LEAD_OTHER },
        { "", ECG_LEAD_OTHER },     { "IV", ECG_LEAD_OTHER },
        { "V3R", ECG_LEAD_OTHER },  { "Lead III", ECG_LEAD_III },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ecg_lead_parse(cases[i].text), cases[i].id);
}

static void tables_name_each_format_and_measurement(void **state)
{
    enum ecg_format format;

    (void)state;
    for (unsigned i = 0; i < ECG_FORMAT_COUNT; i++) {
        assert_int_equal(ecg_format_parse(ecg_format_id((enum ecg_format)i), &format), ERROR_OK);
        assert_int_equal(format, i);
        assert_true(*ecg_format_text((enum ecg_format)i));
    }
    assert_int_equal(ecg_format_parse("wave", &format), ERROR_NOT_FOUND);
    assert_true(ecg_format_draft(ECG_FORMAT_CONTEC_ECG90A));
    assert_false(ecg_format_draft(ECG_FORMAT_DICOM));
    assert_string_equal(ecg_measurement_id(ECG_QTC), "qtc");
    assert_string_equal(ecg_measurement_text(ECG_P_AXIS), "P axis");
    assert_string_equal(ecg_measurement_unit(ECG_QT), "ms");
}

static void eight_leads_become_twelve_without_rounding(void **state)
{
    static const char *const eight[] = { "V6", "V5", "V4", "V3", "V2", "V1", "II", "I" };
    struct bench *b = *state;

    add_all(b, eight, 8);
    b->leads[6].samples[3] = ECG_GAP;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    assert_int_equal(b->ecg.lead_count, ECG_LEAD_STANDARD);
    for (unsigned i = 0; i < ECG_LEAD_STANDARD; i++) {
        assert_int_equal(b->ecg.leads[i].id, i);
        assert_true(b->ecg.leads[i].recorded);
        assert_int_equal(b->ecg.leads[i].derived, i >= ECG_LEAD_III && i <= ECG_LEAD_AVF);
    }
    for (size_t i = 0; i < SAMPLES; i++) {
        double one = microvolts(b, ECG_LEAD_I, i), two = microvolts(b, ECG_LEAD_II, i);
        if (i == 3) {
            assert_int_equal(ecg_lead_find(&b->ecg, ECG_LEAD_AVF)->samples[i], ECG_GAP);
            continue;
        }
        assert_true(microvolts(b, ECG_LEAD_III, i) == two - one);
        assert_true(microvolts(b, ECG_LEAD_AVR, i) == -(one + two) / 2);
        assert_true(microvolts(b, ECG_LEAD_AVL, i) == one - two / 2);
        assert_true(microvolts(b, ECG_LEAD_AVF, i) == two - one / 2);
    }
}

static void two_and_three_give_the_others(void **state)
{
    static const char *const eight[] = { "II", "III", "V1", "V2", "V3", "V4", "V5", "V6" };
    struct bench *b = *state;

    add_all(b, eight, 8);
    b->leads[0].microvolts_offset = 30;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    for (size_t i = 0; i < SAMPLES; i++) {
        double two = microvolts(b, ECG_LEAD_II, i), three = microvolts(b, ECG_LEAD_III, i);
        double one = two - three;
        assert_true(microvolts(b, ECG_LEAD_I, i) == one);
        assert_true(microvolts(b, ECG_LEAD_AVR, i) == -(one + two) / 2);
        assert_true(microvolts(b, ECG_LEAD_AVL, i) == one - two / 2);
        assert_true(microvolts(b, ECG_LEAD_AVF, i) == two - one / 2);
    }
}

static void fewer_leads_stay_fewer(void **state)
{
    static const char *const five[] = { "I", "II", "V1", "V2", "V5" };
    struct bench *b = *state;

    add_all(b, five, 5);
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    assert_int_equal(b->ecg.lead_count, ECG_LEAD_STANDARD);
    assert_true(ecg_lead_find(&b->ecg, ECG_LEAD_V5)->recorded);
    assert_false(ecg_lead_find(&b->ecg, ECG_LEAD_AVR)->recorded);
    assert_int_equal(ecg_lead_find(&b->ecg, ECG_LEAD_AVR)->count, 0);
    assert_string_equal(ecg_lead_find(&b->ecg, ECG_LEAD_V6)->name, "V6");
    assert_int_equal(b->ecg.complaints.count, 0);
}

static void others_stand_behind_the_twelve(void **state)
{
    struct bench *b = *state;

    add(b, "V3R");
    add(b, "Lead aVR");
    add(b, "V7");
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    assert_int_equal(b->ecg.lead_count, ECG_LEAD_STANDARD + 2);
    assert_string_equal(b->ecg.leads[ECG_LEAD_AVR].name, "aVR");
    assert_string_equal(b->ecg.leads[ECG_LEAD_STANDARD].name, "V3R");
    assert_string_equal(b->ecg.leads[ECG_LEAD_STANDARD + 1].name, "V7");
}

static void limb_leads_that_differ_are_not_added_up(void **state)
{
    static const char *const eight[] = { "I", "II", "V1", "V2", "V3", "V4", "V5", "V6" };
    struct bench *b = *state;

    add_all(b, eight, 8);
    b->leads[1].microvolts_per_unit = 2.5;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    assert_false(ecg_lead_find(&b->ecg, ECG_LEAD_III)->recorded);
    assert_true(complains_of(&b->ecg, "not computed"));
}

static void twins_are_refused(void **state)
{
    struct bench *b = *state;

    add(b, "V1");
    add(b, "Lead V1");
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_BAD_INPUT);
    assert_non_null(strstr(b->why.text, "twice"));
}

static void leads_without_rate_scale_or_samples_are_refused(void **state)
{
    struct bench *b = *state;
    struct ecg_lead *lead = add(b, "V1"), whole = *lead;

    lead->rate = 0;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_BAD_INPUT);
    *lead = whole;
    lead->microvolts_per_unit = 0;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_BAD_INPUT);
    *lead = whole;
    lead->samples = NULL;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_BAD_INPUT);
    *lead = whole;
    lead->count = (size_t)LIMIT_ECG_SAMPLES + 1;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_TOO_BIG);
    *lead = whole;
    for (unsigned i = 0; i < LIMIT_ECG_LEADS - ECG_LEAD_STANDARD + 1; i++)
        add(b, "X");
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_TOO_BIG);
}

static void facts_of_the_data_are_said(void **state)
{
    struct bench *b = *state;
    struct ecg_lead *flat = add(b, "V1"), *saturated = add(b, "V2"), *good = add(b, "V3");

    for (size_t i = 0; i < SAMPLES; i++)
        flat->samples[i] = 7;
    for (size_t i = 100; i < 125; i++) /* 50 ms */
        saturated->samples[i] = 32767;
    good->samples[5] = 32767;
    good->samples[6] = ECG_GAP;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    assert_int_equal(ecg_check(&b->arena, &b->ecg, 0), ERROR_OK);
    assert_int_equal(b->ecg.complaints.count, 2);
    assert_true(complains_of(&b->ecg, "Lead V1 holds one value"));
    assert_true(complains_of(&b->ecg, "Lead V2 stays at its limit"));
}

static void sums_that_do_not_hold_are_said(void **state)
{
    static const char *const three[] = { "I", "II", "III" };
    struct bench *b = *state;

    add_all(b, three, 3);
    for (size_t i = 0; i < SAMPLES; i++)
        b->leads[2].samples[i] = b->leads[1].samples[i] - b->leads[0].samples[i] + 4;
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    assert_int_equal(ecg_check(&b->arena, &b->ecg, 0), ERROR_OK);
    assert_int_equal(b->ecg.complaints.count, 0); /* 20 uV is within the bound */
    b->ecg.leads[ECG_LEAD_III].samples[77]++;
    assert_int_equal(ecg_check(&b->arena, &b->ecg, 0), ERROR_OK);
    assert_int_equal(b->ecg.complaints.count, 1);
    assert_true(complains_of(&b->ecg, "III = II - I does not hold: it differs by up to 25"));
}

/* Some carts end each channel with a pulse of 1 mV: there no sum can hold. */
static void a_pulse_of_calibration_is_no_lead(void **state)
{
    static const char *const three[] = { "I", "II", "III" };
    struct bench *b = *state;

    add_all(b, three, 3);
    for (size_t i = 0; i < SAMPLES; i++) {
        b->leads[2].samples[i] = b->leads[1].samples[i] - b->leads[0].samples[i];
        for (unsigned k = 0; k < 3 && i >= 400; k++)
            b->leads[k].samples[i] = i < 450 ? 200 : 0;
    }
    assert_int_equal(ecg_complete(&b->arena, &b->ecg, &b->why), ERROR_OK);
    assert_int_equal(ecg_check(&b->arena, &b->ecg, 0), ERROR_OK);
    assert_int_equal(b->ecg.complaints.count, 0);
    b->ecg.leads[ECG_LEAD_III].samples[420]--; /* 5 uV off the pulse: no pulse, and no sum */
    assert_int_equal(ecg_check(&b->arena, &b->ecg, 0), ERROR_OK);
    assert_int_equal(b->ecg.complaints.count, 1);
}

static void times_are_judged(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = { { "2026-03-12T10:00:00", NULL },
                  { "2026-03-13T01:59:59", NULL }, /* in the zone +14 it is that late already */
                  { "2026-03-13T02:00:01", "future" },
                  { "2026-03-12T12:00:01Z", "future" },
                  { "2026-03-12T12:00:01+00:30", NULL },
                  { "2026-03-12T11:59:59.123-05:00", "future" },
                  { "2026-02-30T11:00:00", "no date" },
                  { "yesterday", "no date" },
                  { "", NULL } };
    const int64_t noon = 1773316800000; /* 2026-03-12T12:00:00Z */
    struct bench *b = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        b->ecg.complaints.count = 0;
        b->ecg.recorded_at = cases[i].text;
        assert_int_equal(ecg_check(&b->arena, &b->ecg, noon), ERROR_OK);
        assert_int_equal(b->ecg.complaints.count, cases[i].words != NULL);
        if (cases[i].words)
            assert_true(complains_of(&b->ecg, cases[i].words));
    }
}

static void check_packed(struct bench *b, const struct ecg_lead *lead, size_t size)
{
    struct ecg_lead again = *lead;
    struct buffer bytes;

    buffer_init(&bytes, LIMIT_ECG_PACKED);
    assert_int_equal(ecg_samples_pack(lead, &bytes), ERROR_OK);
    assert_int_equal(bytes.len, size);
    again.samples = NULL;
    assert_int_equal(ecg_samples_unpack(&b->arena, buffer_span(&bytes), &again), ERROR_OK);
    assert_memory_equal(again.samples, lead->samples, lead->count * sizeof *lead->samples);
    again.count++;
    assert_int_equal(ecg_samples_unpack(&b->arena, buffer_span(&bytes), &again), ERROR_BAD_INPUT);
    buffer_free(&bytes);
}

static void samples_pack_into_the_smallest_width(void **state)
{
    struct bench *b = *state;
    struct ecg_lead *lead = add(b, "I");

    lead->samples[0] = ECG_GAP;
    lead->samples[1] = INT16_MAX;
    lead->samples[2] = INT16_MIN + 1;
    check_packed(b, lead, 1 + 2 * SAMPLES);
    lead->samples[3] = INT16_MIN; /* would be the gap in two bytes */
    check_packed(b, lead, 1 + 4 * SAMPLES);
    lead->samples[3] = INT32_MAX;
    check_packed(b, lead, 1 + 4 * SAMPLES);
    assert_int_equal(ecg_samples_unpack(&b->arena, span_of(NULL, 0), lead), ERROR_BAD_INPUT);
    assert_int_equal(ecg_samples_unpack(&b->arena, span_of("\3", 1), lead), ERROR_BAD_INPUT);
}

static void lists_have_a_limit(void **state)
{
    struct bench *b = *state;

    for (unsigned i = 0; i < LIMIT_LIST; i++)
        assert_int_equal(ecg_note(&b->arena, &b->ecg, "Sentence %u.", i), ERROR_OK);
    assert_string_equal(b->ecg.complaints.at[LIMIT_LIST - 1], "Sentence 63.");
    assert_int_equal(ecg_note(&b->arena, &b->ecg, "One more."), ERROR_OK);
    assert_int_equal(b->ecg.complaints.count, LIMIT_LIST);
    assert_int_equal(ecg_list_add(&b->arena, &b->ecg.complaints, "One more."), ERROR_FULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_of_leads),
        TEST(tables_name_each_format_and_measurement),
        TEST(eight_leads_become_twelve_without_rounding),
        TEST(two_and_three_give_the_others),
        TEST(fewer_leads_stay_fewer),
        TEST(others_stand_behind_the_twelve),
        TEST(limb_leads_that_differ_are_not_added_up),
        TEST(twins_are_refused),
        TEST(leads_without_rate_scale_or_samples_are_refused),
        TEST(facts_of_the_data_are_said),
        TEST(sums_that_do_not_hold_are_said),
        TEST(a_pulse_of_calibration_is_no_lead),
        TEST(times_are_judged),
        TEST(samples_pack_into_the_smallest_width),
        TEST(lists_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
