/* Flags by limits: boundaries, comparators, words, units, and the more severe of two sources. */
#include "core/rules/decimal.h"
#include "core/rules/judge.h"
#include "tests/unit/test.h"

#include <stdio.h>

static const struct store_limit potassium = { .id = 1,
                                              .loinc = "2823-3",
                                              .sex = "",
                                              .low = "3.5",
                                              .high = "5.0",
                                              .critical_low = "2.8",
                                              .critical_high = "6.0",
                                              .text_normal = "",
                                              .unit = "mmol/L" };

static struct record_result value_of(const char *comparator, const char *number)
{
    struct record_result r;

    record_result_init(&r);
    r.value = *number ? number : "---";
    r.number = number;
    r.comparator = comparator;
    r.ucum = "mmol/L";
    return r;
}

static void a_number_gets_its_flag(void **state)
{
    static const struct {
        const char *comparator, *number, *flag;
    } cases[] = {
        { "", "2.7", "LL" },   { "", "2.8", "LL" },   { "", "2.80", "LL" },  { "", "2.81", "L" },
        { "", "3.4999", "L" }, { "", "3.5", "N" },    { "", "5.0", "N" },    { "", "5.000", "N" },
        { "", "5.01", "H" },   { "", "5.99", "H" },   { "", "6", "HH" },     { "", "06.0", "HH" },
        { "", "15", "HH" },    { ">", "15.0", "HH" }, { ">=", "6.0", "HH" }, { "<", "2.0", "LL" },
        { "<=", "2.8", "LL" }, { "", "-1", "LL" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct record_result r = value_of(cases[i].comparator, cases[i].number);
        struct judgement j;
        judge_result(&r, &potassium, &j);
        if (strcmp(j.site, cases[i].flag) != 0)
            fail_msg("%s%s: %s", cases[i].comparator, cases[i].number, j.site);
        assert_int_equal(*j.complaint == '\0', *cases[i].flag != '\0');
    }
}

/* `>300` where 450 is critical: it may be 301 or 900. It keeps the flag that it has at least, is as
 * urgent as a critical value, and says why. */
static void what_may_be_critical_is_treated_as_if_it_were(void **state)
{
    static const struct {
        const char *comparator, *number, *flag, *says;
    } cases[] = {
        { ">", "5.0", "H", "Above the range" }, { ">", "5.99", "H", "Above the range" },
        { ">=", "5.0", "A", "Above" },          { ">", "4.0", "A", "Above" },
        { "<", "3.5", "L", "Below the range" }, { "<", "2.81", "L", "Below the range" },
        { "<=", "3.5", "A", "Below" },          { "<", "4.0", "A", "Below" },
    };
    struct store_limit reference = potassium;
    struct record_result r = value_of(">", "5.0");
    struct judgement j;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        r = value_of(cases[i].comparator, cases[i].number);
        judge_result(&r, &potassium, &j);
        if (strcmp(j.flag, cases[i].flag) != 0)
            fail_msg("%s%s: %s", cases[i].comparator, cases[i].number, j.flag);
        assert_int_equal(j.severity, SEVERITY_CRITICAL);
        assert_true(j.unsure);
        assert_non_null(strstr(j.complaint, cases[i].says));
        assert_non_null(strstr(j.complaint, "whether it is critical cannot be told"));
    }
    reference.critical_high = "";
    r = value_of(">", "5.0");
    judge_result(&r, &reference, &j);
    assert_string_equal(j.flag, "H");
    assert_int_equal(j.severity, SEVERITY_ABNORMAL);
    assert_string_equal(j.complaint, "");
    r = value_of(">", "4.0");
    judge_result(&r, &reference, &j);
    assert_string_equal(j.flag, "");
    assert_string_not_equal(j.complaint, "");
}

static void without_limits_or_unit_there_is_no_flag(void **state)
{
    struct record_result r = value_of("", "9.9");
    struct judgement j;

    (void)state;
    judge_result(&r, NULL, &j);
    assert_string_equal(j.flag, "");
    assert_string_equal(j.source, "");
    assert_string_not_equal(j.complaint, "");
    r.ucum = "mg/dL";
    judge_result(&r, &potassium, &j);
    assert_string_equal(j.site, "");
    assert_string_not_equal(j.complaint, "");
    r = value_of("", "");
    judge_result(&r, &potassium, &j);
    assert_string_equal(j.site, "");
}

static void words_are_compared_with_the_normal_ones(void **state)
{
    struct store_limit limit = potassium;
    struct record_result r = value_of("", "");
    struct judgement j;

    (void)state;
    limit.low = limit.high = limit.critical_low = limit.critical_high = "";
    limit.text_normal = "Negative;Neg";
    r.value = "NEGATIVE ";
    judge_result(&r, &limit, &j);
    assert_string_equal(j.site, "N");
    r.value = "Neg";
    judge_result(&r, &limit, &j);
    assert_string_equal(j.site, "N");
    r.value = "Positive";
    judge_result(&r, &limit, &j);
    assert_string_equal(j.site, "A");
    assert_int_equal(j.severity, SEVERITY_ABNORMAL);
    r.value = "Ne";
    judge_result(&r, &limit, &j);
    assert_string_equal(j.site, "A");
}

static void the_more_severe_source_counts(void **state)
{
    static const struct {
        const char *number, *device, *flag, *source;
        enum severity severity;
    } cases[] = {
        { "4.0", "", "N", "site", SEVERITY_NORMAL },
        { "4.0", "N", "N", "both", SEVERITY_NORMAL },
        { "4.0", "HH", "HH", "device", SEVERITY_CRITICAL },
        { "6.5", "H", "HH", "site", SEVERITY_CRITICAL },
        { "5.5", "H", "H", "both", SEVERITY_ABNORMAL },
        { "5.5", "", "H", "site", SEVERITY_ABNORMAL },
        { "4.0", "W", "W", "device", SEVERITY_ABNORMAL }, /* not known here: a person looks */
        { "", "A", "A", "device", SEVERITY_ABNORMAL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct record_result r = value_of("", cases[i].number);
        struct judgement j;
        if (*cases[i].device)
            r.flags = (struct text_list) { (const char **)&cases[i].device, 1 };
        judge_result(&r, &potassium, &j);
        assert_string_equal(j.flag, cases[i].flag);
        assert_string_equal(j.source, cases[i].source);
        assert_int_equal(j.severity, cases[i].severity);
    }
}

static void decimals_are_exact(void **state)
{
    (void)state;
    assert_int_equal(decimal_compare("0.1", "0.10"), 0);
    assert_int_equal(decimal_compare("-0", "0"), 0);
    assert_true(decimal_compare("9", "10") < 0);
    assert_true(decimal_compare("-9", "-10") > 0);
    assert_true(decimal_compare("-1", "1") < 0);
    assert_true(decimal_compare("1.020", "1.0200000000000000000000001") < 0);
    assert_true(decimal_compare(".5", "0.49") > 0);
    assert_true(decimal_compare("007", "7.0") == 0);
    assert_true(decimal_is("5.9") && decimal_is("-5") && decimal_is(".5") && decimal_is("5."));
    assert_false(decimal_is("") || decimal_is(".") || decimal_is("1e3") || decimal_is("1,5") ||
                 decimal_is("--1") || decimal_is("1.2.3") || decimal_is(" 1"));
}

static void ages_are_whole_days(void **state)
{
    const int64_t noon = 1773316800000; /* 2026-03-12T12:00:00Z */

    (void)state;
    assert_int_equal(judge_age_days("2026-03-12", noon, 0), 0);
    assert_int_equal(judge_age_days("2025-03-12", noon, 0), 365);
    assert_int_equal(judge_age_days("2026-03-12", noon, -780), -1); /* not born yet over there */
    assert_int_equal(judge_age_days("2026-03-13", noon, 0), -1);
    assert_int_equal(judge_age_days("", noon, 0), -1);
    assert_int_equal(judge_age_days("1981-13-14", noon, 0), -1);
}

/* Whole years end on the birthday and on no other day, whatever leap years lie between. */
static void a_year_of_age_begins_on_the_birthday(void **state)
{
    const int64_t noon = 1773316800000; /* 2026-03-12T12:00:00Z */

    (void)state;
    for (int years = 1; years < 110; years++) {
        char birthday[16], next[16];
        (void)snprintf(birthday, sizeof birthday, "%d-03-12", 2026 - years);
        (void)snprintf(next, sizeof next, "%d-03-13", 2026 - years);
        assert_int_equal(judge_age_days(birthday, noon, 0), judge_years(years));
        assert_true(judge_age_days(next, noon, 0) < judge_years(years));
    }
    /* born on February 29: a year older on March 1 */
    assert_int_equal(judge_age_days("2024-02-29", 1772366400000, 0), judge_years(2));
    assert_true(judge_age_days("2024-02-29", 1772366400000 - 86400000, 0) < judge_years(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_gets_its_flag),
        cmocka_unit_test(what_may_be_critical_is_treated_as_if_it_were),
        cmocka_unit_test(without_limits_or_unit_there_is_no_flag),
        cmocka_unit_test(words_are_compared_with_the_normal_ones),
        cmocka_unit_test(the_more_severe_source_counts),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(ages_are_whole_days),
        cmocka_unit_test(a_year_of_age_begins_on_the_birthday),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
