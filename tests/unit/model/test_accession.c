/* The accession's check digit: no slip of a finger gives another valid number. */
#include "core/model/accession.h"
#include "tests/unit/test.h"

#include <string.h>

static const char salt[] = "4711";

static void numbers_are_twelve_digits_with_their_day(void **state)
{
    struct accession a;
    (void)state;
    assert_int_equal(accession_make(&a, 260314, 42, salt), ERROR_OK);
    assert_int_equal(strlen(a.digits), 12);
    assert_memory_equal(a.digits, "26031400042", 11);
    assert_true(accession_valid(a.digits, salt));
    assert_int_equal(accession_make(&a, 260314, 100000, salt), ERROR_BAD_INPUT);
    assert_int_equal(accession_make(&a, 1000000, 1, salt), ERROR_BAD_INPUT);
}

/* Every wrong digit and every swap of neighbours, in 500 numbers. */
static void every_single_slip_is_caught(void **state)
{
    (void)state;
    for (uint32_t running = 0; running < 500; running++) {
        struct accession a, b;
        assert_int_equal(accession_make(&a, 260314, running * 199, salt), ERROR_OK);
        for (size_t i = 0; i < ACCESSION_DIGITS; i++) {
            for (char c = '0'; c <= '9'; c++) {
                b = a;
                b.digits[i] = c;
                assert_true(accession_valid(b.digits, salt) == (c == a.digits[i]));
            }
            if (i == 0)
                continue;
            b = a;
            b.digits[i] = a.digits[i - 1];
            b.digits[i - 1] = a.digits[i];
            assert_true(accession_valid(b.digits, salt) == (a.digits[i] == a.digits[i - 1]));
        }
    }
}

static void nothing_but_twelve_digits_is_valid(void **state)
{
    struct accession a;
    char padded[32];
    (void)state;
    assert_int_equal(accession_make(&a, 260314, 42, salt), ERROR_OK);
    padded[0] = ' ';
    memcpy(padded + 1, a.digits, sizeof a.digits);
    assert_false(accession_valid(padded, salt));
    memcpy(padded, a.digits, ACCESSION_DIGITS);
    memcpy(padded + ACCESSION_DIGITS, " ", 2);
    assert_false(accession_valid(padded, salt));
    assert_false(accession_valid("", salt));
    assert_false(accession_valid("26031400042", salt));
    assert_false(accession_valid(a.digits, "4712"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_twelve_digits_with_their_day),
        cmocka_unit_test(every_single_slip_is_caught),
        cmocka_unit_test(nothing_but_twelve_digits_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
