/* The rule "operator", case by case, with the days at its edges. */
#include "tests/unit/test.h"

#include "core/rules/operator.h"

#include <string.h>

static struct operator_case good(void)
{
    return (struct operator_case) { .test = "Hemoglobin A1c",
                                    .kept = true,
                                    .told = "4711",
                                    .known = true,
                                    .active = true,
                                    .certified = true,
                                    .from = "2026-03-14",
                                    .until = "2027-03-14",
                                    .day = "2026-11-22" };
}

static enum gate_finding judged(const struct operator_case *c, const char *words)
{
    struct gate_verdict v = { GATE_OPERATOR, GATE_NOTHING, { "" } };

    operator_judge(c, &v);
    assert_non_null(strstr(v.sentence.text, words));
    return v.finding;
}

static void a_certified_operator_passes(void **state)
{
    struct operator_case c = good();

    (void)state;
    assert_int_equal(judged(&c, ""), GATE_NOTHING);
}

static void both_days_of_the_certificate_count(void **state)
{
    struct operator_case c = good();

    (void)state;
    c.day = c.until;
    assert_int_equal(judged(&c, ""), GATE_NOTHING);
    c.day = "2027-03-15";
    assert_int_equal(judged(&c, "ended on 2027-03-14"), GATE_AGAINST);
    c.day = c.from;
    assert_int_equal(judged(&c, ""), GATE_NOTHING);
    c.day = "2026-03-13";
    assert_int_equal(judged(&c, "trained for Hemoglobin A1c only on 2026-03-14"), GATE_AGAINST);
}

static void what_speaks_against_it(void **state)
{
    struct operator_case c = good();

    (void)state;
    c.known = c.active = c.certified = false;
    assert_int_equal(judged(&c, "Nobody here is known as operator \"4711\""), GATE_AGAINST);
    c.known = true;
    assert_int_equal(judged(&c, "no longer works here"), GATE_AGAINST);
    c.active = true;
    assert_int_equal(judged(&c, "is not certified for"), GATE_AGAINST);
    c = good();
    c.active = false; /* a certificate does not outlive the work here */
    assert_int_equal(judged(&c, "no longer works here"), GATE_AGAINST);
}

static void without_a_book_or_a_name_nobody_knows(void **state)
{
    struct operator_case c = good();

    (void)state;
    c.told = "";
    assert_int_equal(judged(&c, "did not say who ran"), GATE_UNKNOWN);
    c.kept = false;
    assert_int_equal(judged(&c, "Nobody is certified for Hemoglobin A1c yet"), GATE_UNKNOWN);
}

static void methods_have_ids(void **state)
{
    enum operator_method method;

    (void)state;
    for (unsigned i = 0; i < OPERATOR_METHOD_COUNT; i++) {
        assert_int_equal(
            operator_method_parse(operator_method_id((enum operator_method)i), &method), ERROR_OK);
        assert_int_equal(method, i);
    }
    assert_int_equal(operator_method_parse("hearsay", &method), ERROR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certified_operator_passes),
        cmocka_unit_test(both_days_of_the_certificate_count),
        cmocka_unit_test(what_speaks_against_it),
        cmocka_unit_test(without_a_book_or_a_name_nobody_knows),
        cmocka_unit_test(methods_have_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
