/* What a waiver reaches, and what a certificate makes of the rest. */
#include "core/rules/judge.h"
#include "core/rules/waiver.h"
#include "tests/unit/test.h"

static const struct waiver_claim piccolo[] = {
    { "*", "whole blood (lithium heparin)", "all; selected panels", "waived" },
};
static const struct waiver_claim counter[] = {
    { "*", "whole blood (EDTA)", "from 2 years; not oncology, not the critically ill", "waived" },
};

static struct waiver_case blood(const char *certificate)
{
    return (struct waiver_case) { .certificate = certificate,
                                  .system = "Piccolo Xpress",
                                  .name = "Glucose",
                                  .code = "GLU",
                                  .loinc = "2345-7",
                                  .specimen_type = "whole blood",
                                  .container = "lithium heparin",
                                  .age = judge_years(40) };
}

static void serum_is_not_what_was_waived(void **state)
{
    struct waiver_case c = blood("CW");
    struct complaint why = { "" };

    (void)state;
    assert_int_equal(waiver_judge(piccolo, 1, &c, &why), GATE_NOTHING);
    c.container = "";
    assert_int_equal(waiver_judge(piccolo, 1, &c, &why), GATE_NOTHING);
    c.container = "Green, Lithium Heparin tube";
    assert_int_equal(waiver_judge(piccolo, 1, &c, &why), GATE_NOTHING);
    c.container = "EDTA";
    assert_int_equal(waiver_judge(piccolo, 1, &c, &why), GATE_AGAINST);
    c.specimen_type = "serum";
    assert_int_equal(waiver_judge(piccolo, 1, &c, &why), GATE_AGAINST);
    assert_non_null(strstr(why.text, "Piccolo Xpress is outside the CLIA waiver"));
    assert_non_null(strstr(why.text, "this is serum"));
    assert_non_null(strstr(why.text, "Ask the director"));
}

static void the_certificate_says_how_much_it_matters(void **state)
{
    static const struct {
        const char *certificate;
        enum gate_finding finding;
    } rows[] = { { "CW", GATE_AGAINST },
                 { "PPM", GATE_AGAINST },
                 { "COC", GATE_NOTHING },
                 { "COA", GATE_NOTHING },
                 { "", GATE_UNKNOWN } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct waiver_case c = blood(rows[i].certificate);
        struct complaint why = { "" };
        c.specimen_type = "serum";
        assert_int_equal(waiver_judge(piccolo, 1, &c, &why), rows[i].finding);
        assert_int_equal(*why.text != '\0', rows[i].finding != GATE_NOTHING);
    }
}

static void a_child_below_the_age_is_outside_until_the_birthday(void **state)
{
    struct waiver_case c = blood("CW");
    struct complaint why = { "" };

    (void)state;
    c.container = "EDTA";
    c.age = judge_years(2);
    assert_int_equal(waiver_judge(counter, 1, &c, &why), GATE_NOTHING);
    c.age = judge_years(2) - 1;
    assert_int_equal(waiver_judge(counter, 1, &c, &why), GATE_AGAINST);
    assert_non_null(strstr(why.text, "1 years old"));
    c.age = -1;
    assert_int_equal(waiver_judge(counter, 1, &c, &why), GATE_UNKNOWN);
}

static void a_line_of_its_own_counts_before_the_one_for_all(void **state)
{
    static const struct waiver_claim claims[] = {
        { "*", "whole blood", "all", "waived" },
        { "2345-7", "whole blood", "to 17 years", "waived" },
        { "APTT", "whole blood", "all", "moderate" },
    };
    struct waiver_case c = blood("CW");
    struct complaint why = { "" };

    (void)state;
    assert_int_equal(waiver_judge(claims, 3, &c, &why), GATE_AGAINST);
    c.age = judge_years(18) - 1;
    assert_int_equal(waiver_judge(claims, 3, &c, &why), GATE_NOTHING);
    c = blood("CW");
    c.code = "APTT", c.loinc = "14979-9";
    assert_int_equal(waiver_judge(claims, 3, &c, &why), GATE_AGAINST);
    assert_non_null(strstr(why.text, "moderate"));
}

static void nobody_looked_it_up(void **state)
{
    struct waiver_case c = blood("CW");
    struct complaint why = { "" };

    (void)state;
    assert_int_equal(waiver_judge(NULL, 0, &c, &why), GATE_UNKNOWN);
    c.certificate = "";
    assert_int_equal(waiver_judge(NULL, 0, &c, &why), GATE_NOTHING);
}

static void claims_are_read_or_refused(void **state)
{
    static const struct waiver_claim good[] = {
        { "*", "urine", "all", "waived" },
        { "*", "insert", "insert; see there", "waived" },
        { "*", "whole blood (EDTA), serum", "from 2 years, to 17 years; not newborns", "waived" },
    };
    static const struct waiver_claim bad[] = {
        { "*", "", "all", "waived" },
        { "*", "whole blood (", "all", "waived" },
        { "*", "whole blood ()", "all", "waived" },
        { "*", "urine", "", "waived" },
        { "*", "urine", "all ages", "waived" },
        { "*", "urine", "from two years", "waived" },
        { "*", "urine", "from 2000 years", "waived" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(waiver_claim_readable(&good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (waiver_claim_readable(&bad[i]))
            fail_msg("%s | %s is read", bad[i].specimen, bad[i].population);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serum_is_not_what_was_waived),
        cmocka_unit_test(the_certificate_says_how_much_it_matters),
        cmocka_unit_test(a_child_below_the_age_is_outside_until_the_birthday),
        cmocka_unit_test(a_line_of_its_own_counts_before_the_one_for_all),
        cmocka_unit_test(nobody_looked_it_up),
        cmocka_unit_test(claims_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
