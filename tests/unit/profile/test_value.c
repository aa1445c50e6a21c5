/* Numbers, times and LOINC codes: what is read from a text, and what is not. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/profile/value.h"

#include <string.h>

struct number_case {
    const char *text, *comparator, *number;
};

static void test_numbers(void **state)
{
    static const struct number_case cases[] = {
        { "5.9", "", "5.9" },
        { "1.020", "", "1.020" },
        { ">15.0", ">", "15.0" },
        { ">=1000", ">=", "1000" },
        { "<= 1.005", "<=", "1.005" },
        { "<0.2", "<", "0.2" },
        { "\xe2\x89\xa5 8", ">=", "8" },
        { "-0.3", "", "-0.3" },
        { "  5.5", "", "5.5" },
        { "7,41", "", "7.41" },
        { ".5", "", ".5" },
        { "12,5 ", "", "12.5" },
        { ">^100", ">", "100" },
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, LIMIT_MESSAGE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value_reading r = value_read(cases[i].text, &arena);
        assert_string_equal(r.comparator, cases[i].comparator);
        assert_string_equal(r.number, cases[i].number);
    }
    arena_free(&arena);
}

/* Grades, words, ranges and ambiguous thousands are no numbers, and lend no comparator either. */
static void test_no_numbers(void **state)
{
    static const char *const cases[] = { "",         "--- ",  "Trace-lysed", "+1",   "1+",
                                         "+-",       "N/A",   "1,234",       "5.",   ",5",
                                         "1-2",      "1.2.3", "5 mg/dL",     "1e3",  "<",
                                         ">high",    "-",     "3+^3+^45",    "0x10", "NEGATIVE",
                                         "^10^-^20", ">=^",   "5^6" };
    struct arena arena;

    (void)state;
    arena_init(&arena, LIMIT_MESSAGE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct value_reading r = value_read(cases[i], &arena);
        if (*r.number || *r.comparator)
            fail_msg("\"%s\" was read as %s %s", cases[i], r.comparator, r.number);
    }
    arena_free(&arena);
}

static void test_times(void **state)
{
    static const struct {
        const char *text, *time;
    } cases[] = {
        { "20241206141235", "2024-12-06T14:12:35" },
        { "202412061412", "2024-12-06T14:12" },
        { "20241206", "2024-12-06" },
        { "20241206141235-0500", "2024-12-06T14:12:35-05:00" },
        { "202412061412+0130", "2024-12-06T14:12+01:30" },
        { "20241206141235.250", "2024-12-06T14:12:35.250" },
        { "2024-12-06T14:12:35", "2024-12-06T14:12:35" },
        { "2024-12-06T14:12:35Z", "2024-12-06T14:12:35Z" },
        { "2024-12-06T14:12+05:00", "2024-12-06T14:12+05:00" },
        { "20240229", "2024-02-29" },
        { " 20241206 ", "2024-12-06" },
        { "2024-12-06 14:12:35", "2024-12-06T14:12:35" },
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, LIMIT_MESSAGE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *time = "untouched";
        assert_int_equal(value_time(cases[i].text, &arena, &time), ERROR_OK);
        assert_string_equal(time, cases[i].time);
    }
    arena_free(&arena);
}

static void test_no_times(void **state)
{
    static const char *const cases[] = {
        "",          "0",          "20241306",          "20241232",        "20230229",
        "00000000",  "2024120614", "202412062512",      "20241206141260x", "12/06/2024",
        "2024-12-0", "20241206+0", "202412061412+9900", "2024-1206",       "yesterday"
    };
    struct arena arena;

    (void)state;
    arena_init(&arena, LIMIT_MESSAGE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *time = "untouched";
        if (value_time(cases[i], &arena, &time) != ERROR_BAD_INPUT)
            fail_msg("\"%s\" was read as %s", cases[i], time);
        assert_string_equal(time, "untouched");
    }
    arena_free(&arena);
}

static void test_loinc(void **state)
{
    static const char *const right[] = { "4548-4", "2951-2",  "41653-7",
                                         "718-7",  "17861-6", "14957-5" };
    static const char *const wrong[] = { "4548-3",  "2591-2", "4548",       "4548-", "-4",
                                         "4548-44", "a548-4", "12345678-9", "WBC",   "" };

    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
        assert_true(value_is_loinc(right[i]));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(value_is_loinc(wrong[i]));
}

/* The device's own form, read and written. */
static void test_own_times(void **state)
{
    static const struct {
        const char *format, *text, *time;
    } cases[] = {
        { "%d-%m-%Y %I:%M %p", "06-12-2024 02:12 PM", "2024-12-06T14:12" },
        { "%d-%m-%Y %I:%M %p", "06-12-2024 12:12 AM", "2024-12-06T00:12" },
        { "%m/%d/%y", "12/06/24", "2024-12-06" },
        { "%d.%m.%Y %T", "06.12.2024 14:12:35", "2024-12-06T14:12:35" },
        { "%d %b %Y", "06 Dec 2024", "2024-12-06" },
        { "%D %R", "12/06/24 14:12", "2024-12-06T14:12" },
    };
    static const char *const wrong[] = { "31-02-2024 02:12 PM", "06-13-2024 02:12 PM",
                                         "06-12-2024 02:12 PM later", "06-12-2024", "" };
    struct arena arena;
    const char *time;
    char text[64];

    (void)state;
    arena_init(&arena, LIMIT_MESSAGE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(value_time_format_is(cases[i].format));
        assert_int_equal(value_time_by(cases[i].format, cases[i].text, &arena, &time), ERROR_OK);
        assert_string_equal(time, cases[i].time);
        value_time_as(cases[i].format, cases[i].time, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(value_time_by("%d-%m-%Y %I:%M %p", wrong[i], &arena, &time),
                         ERROR_BAD_INPUT);
    assert_false(value_time_format_is("%H:%M"));
    value_time_as("%Y", "no time", text, sizeof text);
    assert_string_equal(text, "no time");
    value_time_as("%Y-%m-%d %H:%M:%S", "2024-12-06T14:12:35", text, 6);
    assert_string_equal(text, "2024-");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),  cmocka_unit_test(test_no_numbers),
        cmocka_unit_test(test_times),    cmocka_unit_test(test_own_times),
        cmocka_unit_test(test_no_times), cmocka_unit_test(test_loinc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
