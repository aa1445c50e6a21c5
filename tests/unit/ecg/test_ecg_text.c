/* Bytes of carts as text, and dates as the record writes them. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_text.h"

#include <string.h>

static void text_is_trimmed_plain_and_bounded(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *text;
    } cases[] = {
        { "  JANE \0OLD NAME", 16, "JANE" },
        { "\0\0\0", 3, "" },
        { "M\xdcLLER", 6, "MÜLLER" },
        { "MÜLLER", 7, "MÜLLER" },
        { "A\x01"
          "B\r\n",
          5,
          "A\xef\xbf\xbd"
          "B" },
        { NULL, 0, "" },
    };
    uint8_t large[LIMIT_TEXT + 100];
    struct arena arena;
    const char *text = NULL;

    (void)state;
    arena_init(&arena, LIMIT_ECG_ARENA);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ecg_text_take(&arena, span_of(cases[i].bytes, cases[i].len), &text),
                         ERROR_OK);
        assert_string_equal(text, cases[i].text);
    }
    memset(large, 0xfc, sizeof large);
    assert_int_equal(ecg_text_take(&arena, span_of(large, sizeof large), &text), ERROR_OK);
    assert_int_equal(strlen(text), LIMIT_TEXT);
    arena_free(&arena);
}

static void dates_are_written_with_their_marks(void **state)
{
    static const struct {
        const char *sent, *date, *date_time;
    } cases[] = {
        { "19580719", "1958-07-19", "19580719" },
        { "1958-07-19", "1958-07-19", "1958-07-19" },
        { "", "", "" },
        { "202603120944", "202603120944", "2026-03-12T09:44:00" },
        { "20260312094431", "20260312094431", "2026-03-12T09:44:31" },
        { "20260312094431.250", "20260312094431.250", "2026-03-12T09:44:31.250" },
        { "20260312094431-0500", "20260312094431-0500", "2026-03-12T09:44:31-05:00" },
        { "20260312094431.5+0100", "20260312094431.5+0100", "2026-03-12T09:44:31.5+01:00" },
        { "20260312094431.", "20260312094431.", "20260312094431." },
        { "20260312094431+01", "20260312094431+01", "20260312094431+01" },
        { "2026031209443", "2026031209443", "2026031209443" },
    };
    struct arena arena;
    const char *text = NULL;

    (void)state;
    arena_init(&arena, LIMIT_ECG_ARENA);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ecg_date(&arena, cases[i].sent, &text), ERROR_OK);
        assert_string_equal(text, cases[i].date);
        assert_int_equal(ecg_date_time(&arena, cases[i].sent, &text), ERROR_OK);
        assert_string_equal(text, cases[i].date_time);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_trimmed_plain_and_bounded),
        cmocka_unit_test(dates_are_written_with_their_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
