/* GS1 codes of products in their three forms, and what is refused; days. */
#include "core/model/gs1.h"
#include "tests/unit/test.h"

#include <string.h>

#define GTIN "00380740000110"

static void check(const char *text, const char *lot, const char *expires)
{
    struct gs1 code;

    if (gs1_parse(text, 2026, &code) != ERROR_OK)
        fail_msg("%s is refused", text);
    assert_string_equal(code.gtin, GTIN);
    assert_string_equal(code.lot, lot);
    assert_string_equal(code.expires, expires);
}

static void three_forms(void **state)
{
    (void)state;
    check("01" GTIN "1727033110LOT-7", "LOT-7", "2027-03-31");
    check("(01)" GTIN "(17)270331(10)LOT-7", "LOT-7", "2027-03-31");
    check("(01)" GTIN "(10)LOT-7(17)270331", "LOT-7", "2027-03-31");
    check("01" GTIN "10LOT-7\x1d"
          "17270331",
          "LOT-7", "2027-03-31");
    check("01" GTIN "10LOT-7<GS>17270331", "LOT-7", "2027-03-31");
    check("\x1d"
          "01" GTIN "1727033110LOT-7",
          "LOT-7", "2027-03-31");
    check("]d201" GTIN "1727033110LOT-7", "LOT-7", "2027-03-31");
    check("01" GTIN "1127010121SER<GS>1727033110LOT-7", "LOT-7", "2027-03-31");
}

static void day_zero_is_the_months_last(void **state)
{
    (void)state;
    check("01" GTIN "1728020010X", "X", "2028-02-29");
    check("01" GTIN "1727020010X", "X", "2027-02-28");
}

static void century_by_the_present_year(void **state)
{
    struct gs1 code;

    (void)state;
    assert_int_equal(gs1_parse("01" GTIN "1776123110X", 2026, &code), ERROR_OK);
    assert_string_equal(code.expires, "2076-12-31");
    assert_int_equal(gs1_parse("01" GTIN "1777123110X", 2026, &code), ERROR_OK);
    assert_string_equal(code.expires, "1977-12-31");
}

static void a_missing_separator_is_not_guessed(void **state)
{
    struct gs1 code;

    (void)state;
    assert_int_equal(gs1_parse("01" GTIN "10LOT17270331", 2026, &code), ERROR_OK);
    assert_string_equal(code.lot, "LOT17270331");
    assert_string_equal(code.expires, ""); /* whoever asks sees that it is not there */
}

static void what_is_no_code(void **state)
{
    static const char *const bad[] = {
        "",
        "hello",
        "261122000017",
        "01003807400001111727033110X",               /* check digit */
        "01" GTIN "1727133110X",                     /* month 13 */
        "01" GTIN "1727023010X",                     /* February 30 */
        "01" GTIN "17270331",                        /* fine, but see below */
        "01" GTIN "1727033110",                      /* an empty lot */
        "01" GTIN "1727033110123456789012345678901", /* 21 characters */
        "01" GTIN "1727033110A<GS>10B",              /* two lots */
        "(01)" GTIN "(17)2703(10)X",                 /* a short date */
        "(01" GTIN "(10)X",
        "(99999)1",
        "01" GTIN "9",
        "01" GTIN "17270331"
        "10\x01"
        "X",
    };
    struct gs1 code = { .lot = "untouched" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (i != 6 && gs1_parse(bad[i], 2026, &code) != ERROR_BAD_INPUT)
            fail_msg("\"%s\" is taken", bad[i]);
    assert_string_equal(code.lot, "untouched");
    assert_int_equal(gs1_parse(bad[6], 2026, &code), ERROR_OK);
    assert_string_equal(code.lot, "");
}

static void every_cut_is_safe(void **state)
{
    static const char whole[] = "(01)" GTIN "(17)270331(10)LOT-7(21)S-1<GS>";
    struct gs1 code;
    char cut[sizeof whole];

    (void)state;
    for (size_t len = 0; len < sizeof whole; len++) {
        memcpy(cut, whole, len);
        cut[len] = '\0';
        (void)gs1_parse(cut, 2026, &code);
        (void)gs1_parse(whole + len, 2026, &code);
    }
}

static void days(void **state)
{
    char day[DATE_SIZE];

    (void)state;
    assert_true(date_is("2028-02-29"));
    assert_false(date_is("2027-02-29"));
    assert_false(date_is("2100-02-29"));
    assert_false(date_is("2027-3-01"));
    assert_int_equal(date_add("2027-12-31", 1, day), ERROR_OK);
    assert_string_equal(day, "2028-01-01");
    assert_int_equal(date_add("2028-02-28", 1, day), ERROR_OK);
    assert_string_equal(day, "2028-02-29");
    assert_int_equal(date_add("2028-03-01", -1, day), ERROR_OK);
    assert_string_equal(day, "2028-02-29");
    assert_int_equal(date_add("9999-12-31", 1, day), ERROR_BAD_INPUT);
    for (long n = -1000; n <= 200000; n += 37) {
        assert_int_equal(date_add("1999-06-15", n, day), ERROR_OK);
        assert_true(date_is(day));
        assert_int_equal(date_between("1999-06-15", day), n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_forms),
        cmocka_unit_test(day_zero_is_the_months_last),
        cmocka_unit_test(century_by_the_present_year),
        cmocka_unit_test(a_missing_separator_is_not_guessed),
        cmocka_unit_test(what_is_no_code),
        cmocka_unit_test(every_cut_is_safe),
        cmocka_unit_test(days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
