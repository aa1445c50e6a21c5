/* National provider identifiers by their check digit. */
#include "core/model/npi.h"
#include "tests/unit/test.h"

static void the_check_digit_counts_the_prefix(void **state)
{
    (void)state;
    assert_true(npi_is("1234567893")); /* the rule's own example */
    assert_true(npi_is("1000000004"));
    assert_true(npi_is("2000000002"));
}

static void one_wrong_digit_or_two_swapped_are_found(void **state)
{
    static const char good[] = "1234567893";

    (void)state;
    for (size_t i = 0; i < sizeof good - 1; i++)
        for (char digit = '0'; digit <= '9'; digit++) {
            char text[] = "1234567893";
            text[i] = digit;
            if (digit != good[i] && npi_is(text))
                fail_msg("%s", text);
        }
    assert_false(npi_is("2134567893"));
    assert_false(npi_is("1234568793"));
}

static void what_is_no_number_of_ten_digits_is_none(void **state)
{
    static const char *const none[] = { "",           "123456789",  "12345678930", "123456789X",
                                        "123 456789", "0000000006", "3000000000",  "-123456789" };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (npi_is(none[i]))
            fail_msg("%s", none[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_digit_counts_the_prefix),
        cmocka_unit_test(one_wrong_digit_or_two_swapped_are_found),
        cmocka_unit_test(what_is_no_number_of_ten_digits_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
