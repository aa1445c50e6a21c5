/* What may be entered by hand: the window at its edges, the words of each analyte, numbers. */
#include "core/rules/reading.h"
#include "tests/unit/test.h"

static const struct reading kit = { .kind = READING_CHOICE,
                                    .choices = "Negative;Positive",
                                    .read_from = 300,
                                    .read_to = 600,
                                    .control = true,
                                    .second_look = READING_POSITIVE,
                                    .low = "",
                                    .high = "" };

static void a_kit_is_read_from_one_time_to_another(void **state)
{
    struct reading any = kit;

    (void)state;
    assert_int_equal(reading_clock(&kit, 1000, 1000), READING_EARLY);
    assert_int_equal(reading_clock(&kit, 1000, 300999), READING_EARLY);
    assert_int_equal(reading_clock(&kit, 1000, 301000), READING_OPEN);
    assert_int_equal(reading_clock(&kit, 1000, 601000), READING_OPEN);
    assert_int_equal(reading_clock(&kit, 1000, 601001), READING_TOO_LATE);
    any.read_from = any.read_to = 0;
    assert_int_equal(reading_clock(&any, 1000, 1), READING_OPEN);
    assert_int_equal(reading_clock(&any, 1000, INT64_MAX), READING_OPEN);
}

static void the_words_of_a_kit_are_taken_whole(void **state)
{
    bool first = false;

    (void)state;
    assert_true(reading_has_choice(&kit, 0, "Negative", &first));
    assert_true(first);
    assert_true(reading_has_choice(&kit, 5, "Positive", &first));
    assert_false(first);
    assert_false(reading_has_choice(&kit, 0, "Neg", &first));
    assert_false(reading_has_choice(&kit, 0, "positive", &first));
    assert_false(reading_has_choice(&kit, 0, "Negative;Positive", &first));
    assert_false(reading_has_choice(&kit, 0, "", &first));
}

static void each_analyte_can_have_words_of_its_own(void **state)
{
    struct reading strip = kit;
    bool first = false;

    (void)state;
    strip.choices = "Negative;100\n-\nClear;Cloudy";
    assert_true(reading_has_choice(&strip, 0, "100", &first));
    assert_false(reading_has_choice(&strip, 0, "Clear", &first));
    assert_true(reading_has_choice(&strip, 1, READING_ABSENT, &first));
    assert_true(first);
    assert_true(reading_has_choice(&strip, 2, "Cloudy", &first));
    assert_false(reading_has_choice(&strip, 2, "-", &first));
    assert_false(reading_has_choice(&strip, 3, "Clear", &first));
}

static void a_second_person_looks_when_that_is_wanted(void **state)
{
    static const char *const none[] = { "Negative", "Negative" };
    static const char *const one[] = { "Negative", "Positive" };
    struct reading how = kit;

    (void)state;
    assert_false(reading_needs_second(&how, none, 2));
    assert_true(reading_needs_second(&how, one, 2));
    how.second_look = READING_ALWAYS;
    assert_true(reading_needs_second(&how, none, 2));
    how.second_look = READING_NEVER;
    assert_false(reading_needs_second(&how, one, 2));
}

static void a_number_is_read_with_its_comparator(void **state)
{
    static const char *const bad[] = {
        "", "<", "=5", "=>5", "<<5", "5 ", "5,4", "<=", "1e3", "--"
    };
    char comparator[4];
    const char *number;

    (void)state;
    assert_true(reading_is_number("7.4", comparator, &number));
    assert_string_equal(comparator, "");
    assert_true(reading_is_number(">=600", comparator, &number));
    assert_string_equal(comparator, ">=");
    assert_string_equal(number, "600");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(reading_is_number(bad[i], comparator, &number));
}

static void a_number_is_odd_beyond_its_limits_only(void **state)
{
    struct reading how = kit;

    (void)state;
    assert_false(reading_is_odd(&how, "100000"));
    how.low = "20";
    how.high = "600";
    assert_true(reading_is_odd(&how, "19.9"));
    assert_false(reading_is_odd(&how, "20"));
    assert_false(reading_is_odd(&how, "600.0"));
    assert_true(reading_is_odd(&how, "601"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kit_is_read_from_one_time_to_another),
        cmocka_unit_test(the_words_of_a_kit_are_taken_whole),
        cmocka_unit_test(each_analyte_can_have_words_of_its_own),
        cmocka_unit_test(a_second_person_looks_when_that_is_wanted),
        cmocka_unit_test(a_number_is_read_with_its_comparator),
        cmocka_unit_test(a_number_is_odd_beyond_its_limits_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
