/* Controls: ranges and words at their limits, Westgard's rules, what makes no sense. */
#include "core/rules/qc.h"
#include "tests/unit/test.h"

static const struct qc_expected level_1 = { .low = "5.1", .high = "6.0" };

static bool passes(const struct qc_expected *expected, const char *comparator, const char *number,
                   const char *value)
{
    const struct qc_observed observed = { value, comparator, number };
    struct qc_outcome out;

    qc_judge(expected, &observed, &out);
    assert_int_equal(out.passed, out.sentence.text[0] == '\0');
    return out.passed;
}

static void a_number_passes_up_to_the_ends_of_its_range(void **state)
{
    static const struct {
        const char *comparator, *number;
        bool passed;
    } cases[] = { { "", "5.1", true },   { "", "5.10", true },  { "", "6.0", true },
                  { "", "6", true },     { "", "5.09", false }, { "", "6.01", false },
                  { "", "5.55", true },  { "", "-5.5", false }, { "<", "5.5", false },
                  { ">", "5.5", false }, { "", "", false },     { "", "12", false } };
    static const struct qc_expected upper = { .high = "0.5" };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (passes(&level_1, cases[i].comparator, cases[i].number, "as sent") != cases[i].passed)
            fail_msg("%s%s", cases[i].comparator, cases[i].number);
    assert_true(passes(&upper, "<", "0.5", "<0.5"));
    assert_true(passes(&upper, "<", "0.3", "<0.3"));
    assert_false(passes(&upper, "<", "0.6", "<0.6"));
    assert_false(passes(&upper, ">", "0.1", ">0.1"));
}

static void a_word_passes_whatever_its_case(void **state)
{
    static const struct qc_expected positive = { .text = "Positive" };

    (void)state;
    assert_true(passes(&positive, "", "", "POSITIVE"));
    assert_true(passes(&positive, "", "", "positive "));
    assert_false(passes(&positive, "", "", "Negative"));
    assert_false(passes(&positive, "", "", ""));
    assert_false(passes(&positive, "", "", "Invalid"));
}

static void what_makes_no_sense_cannot_be_expected(void **state)
{
    static const struct qc_expected wrong[] = {
        { .low = "" },
        { .low = "5,1" },
        { .low = "6.0", .high = "5.1" },
        { .low = "1", .text = "Positive" },
        { .high = "9", .mean = "5" },
        { .high = "9", .mean = "5", .sd = "0" },
        { .high = "9", .mean = "5", .sd = "-1" },
    };
    static const struct qc_expected right[] = {
        { .low = "5.1", .high = "6.0" },
        { .high = "1" },
        { .text = "Negative" },
        { .low = "5", .high = "5" },
        { .low = "1", .high = "9", .mean = "5", .sd = "0.5" },
    };
    struct complaint why;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        why.text[0] = '\0';
        assert_int_equal(qc_expected_check(&wrong[i], &why), ERROR_BAD_INPUT);
        assert_true(why.text[0]);
    }
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
        assert_int_equal(qc_expected_check(&right[i], &why), ERROR_OK);
}

/* Mean 100, SD 2 throughout; "" is no value. */
static struct qc_outcome westgard(const char *now, const char *before, const char *other)
{
    const struct qc_point n = { now, "100", "2" }, b = { before, "100", "2" };
    const struct qc_point o = { other, "100", "2" };
    struct qc_outcome out;

    qc_westgard(&n, *before ? &b : NULL, &o, *other ? 1 : 0, &out);
    return out;
}

static void westgards_rules_speak_beyond_their_limits_only(void **state)
{
    static const struct {
        const char *now, *before, *other;
        enum qc_rule rule;
        bool passed;
    } cases[] = {
        { "100", "", "", QC_RULE_NONE, true },
        { "104", "", "", QC_RULE_NONE, true }, /* exactly 2 SD */
        { "104.1", "", "", QC_RULE_1_2S, true },
        { "95.9", "", "", QC_RULE_1_2S, true },
        { "106", "", "", QC_RULE_1_2S, true }, /* exactly 3 SD */
        { "106.000001", "", "", QC_RULE_1_3S, false },
        { "93.9", "", "", QC_RULE_1_3S, false },
        { "104.1", "104.1", "", QC_RULE_2_2S, false },
        { "104.1", "95.9", "", QC_RULE_1_2S, true }, /* on two sides */
        { "104.1", "104", "", QC_RULE_1_2S, true },
        { "103", "105", "", QC_RULE_NONE, true },
        { "104.1", "", "104.1", QC_RULE_2_2S, false },
        { "104.5", "", "96", QC_RULE_R_4S, false },
        { "104", "", "96", QC_RULE_NONE, true }, /* exactly 4 SD apart */
        { "103", "", "97", QC_RULE_NONE, true },
        { "95", "", "103.5", QC_RULE_R_4S, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct qc_outcome out = westgard(cases[i].now, cases[i].before, cases[i].other);
        if (out.rule != cases[i].rule || out.passed != cases[i].passed)
            fail_msg("%s after %s beside %s: %s", cases[i].now, cases[i].before, cases[i].other,
                     qc_rule_name(out.rule));
        assert_int_equal(out.rule != QC_RULE_NONE, out.sentence.text[0] != '\0');
    }
}

static void without_mean_and_sd_no_rule_speaks(void **state)
{
    static const struct qc_point bare = { "500", "", "" }, word = { "", "100", "2" };
    static const struct qc_point huge = { "99999999999999999999", "100", "2" };
    struct qc_outcome out;

    (void)state;
    qc_westgard(&bare, NULL, NULL, 0, &out);
    assert_int_equal(out.rule, QC_RULE_NONE);
    qc_westgard(&word, NULL, NULL, 0, &out);
    assert_int_equal(out.rule, QC_RULE_NONE);
    qc_westgard(&huge, &huge, NULL, 0, &out);
    assert_true(out.passed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_passes_up_to_the_ends_of_its_range),
        cmocka_unit_test(a_word_passes_whatever_its_case),
        cmocka_unit_test(what_makes_no_sense_cannot_be_expected),
        cmocka_unit_test(westgards_rules_speak_beyond_their_limits_only),
        cmocka_unit_test(without_mean_and_sd_no_rule_speaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
