/* Buffers, arenas, text and time: their limits hold, and failure changes nothing. */
#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "tests/unit/test.h"

#include <stdlib.h>

static void a_buffer_keeps_its_maximum(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 5);
    assert_int_equal(buffer_put_text(&b, "abc"), ERROR_OK);
    assert_int_equal(buffer_put_text(&b, "def"), ERROR_TOO_BIG);
    assert_true(span_equal(buffer_span(&b), span_text("abc")));
    assert_int_equal(buffer_put_text(&b, "de"), ERROR_OK);
    buffer_drop(&b, 3);
    assert_true(span_equal(buffer_span(&b), span_text("de")));
    buffer_drop(&b, 99);
    assert_int_equal(b.len, 0);
    buffer_free(&b);
}

static void an_arena_keeps_its_maximum(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 64 * 1024);
    assert_null(arena_take(&a, 64 * 1024 + 1));
    for (size_t i = 0; i < 4000; i++) {
        uint8_t *piece = arena_take(&a, 10);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % 16, 0);
        memset(piece, 0xff, 10);
    }
    assert_null(arena_take(&a, 4000));
    assert_string_equal(arena_text(&a, span_text("x")), "x");
    arena_free(&a);
}

static void utf8_is_judged_by_rfc_3629(void **state)
{
    static const char *const good[] = {
        "", "abc", "Nuñez", "Nguyễn Thị", "محمد", "\xf0\x9f\xa7\xaa"
    };
    static const char *const bad[] = { "\x80",
                                       "\xc0\xaf",
                                       "\xc3",
                                       "\xe0\x80\x80",
                                       "\xed\xa0\x80",
                                       "\xf0\x80\x80\x80",
                                       "\xf4\x90\x80\x80",
                                       "\xff" };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(text_is_plain(span_text(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(text_is_utf8(span_text(bad[i])));
    assert_false(text_is_plain(span_text("a\rb")));
}

static void a_code_point_becomes_utf8(void **state)
{
    static const struct {
        uint32_t point;
        const char *text;
    } cases[] = {
        { 'A', "A" },
        { 0x7ff, "\xdf\xbf" },
        { 0x800, "\xe0\xa0\x80" },
        { 0xffff, "\xef\xbf\xbf" },
        { 0x10000, "\xf0\x90\x80\x80" },
        { 0x10ffff, "\xf4\x8f\xbf\xbf" },
        { 0xd800, "\xef\xbf\xbd" },
        { 0x110000, "\xef\xbf\xbd" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer out;
        buffer_init(&out, 8);
        assert_int_equal(utf8_put(&out, cases[i].point), ERROR_OK);
        assert_true(span_equal(buffer_span(&out), span_text(cases[i].text)));
        buffer_free(&out);
    }
}

static void device_text_becomes_plain(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 100);
    assert_int_equal(text_from_device(&b, span_text("Mu\xf1"
                                                    "oz \xb5g\x01")),
                     ERROR_OK);
    assert_true(span_equal(buffer_span(&b), span_text("Muñoz µg\xef\xbf\xbd")));
    assert_true(text_is_plain(buffer_span(&b)));
    buffer_free(&b);
}

static void numbers_are_whole_and_unsigned(void **state)
{
    static const char *const bad[] = { "", " 1", "-1", "+1", "1 ", "1x", "18446744073709551616" };
    uint64_t value = 7;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(text_to_u64(bad[i], &value), ERROR_BAD_INPUT);
    assert_int_equal(value, 7);
    assert_int_equal(text_to_u64("18446744073709551615", &value), ERROR_OK);
    assert_true(value == UINT64_MAX);
}

static void hex_goes_both_ways(void **state)
{
    uint8_t bytes[3] = { 0 };
    char text[7];
    (void)state;
    assert_int_equal(text_unhex(bytes, sizeof bytes, "00aBff"), ERROR_OK);
    text_hex(text, span_of(bytes, sizeof bytes));
    assert_string_equal(text, "00abff");
    assert_int_equal(text_unhex(bytes, sizeof bytes, "00abf"), ERROR_BAD_INPUT);
    assert_int_equal(text_unhex(bytes, sizeof bytes, "00abfg"), ERROR_BAD_INPUT);
}

static void time_goes_both_ways(void **state)
{
    char text[CLOCK_TEXT];
    int64_t ms = 0;
    (void)state;
    clock_format(text, 1773308462345);
    assert_string_equal(text, "2026-03-12T09:41:02.345Z");
    assert_int_equal(clock_parse(text, &ms), ERROR_OK);
    assert_true(ms == 1773308462345);
    assert_int_equal(clock_parse("2026-03-12T09:41:02Z", &ms), ERROR_OK);
    assert_true(ms == 1773308462000);
    assert_int_equal(clock_parse("2026-03-12 09:41:02Z", &ms), ERROR_BAD_INPUT);
    assert_int_equal(clock_parse("2026-03-12T09:41:02", &ms), ERROR_BAD_INPUT);
    assert_int_equal(clock_parse("2026-03-12T09:41:02.+12Z", &ms), ERROR_BAD_INPUT);
    assert_int_equal(clock_parse("2026-03-12T09:41:02.1234Z", &ms), ERROR_BAD_INPUT);
}

/* A format that cuts a character in two leaves nothing of it. */
static void a_cut_character_is_left_out(void **state)
{
    char text[] = "a\xc3\xb6\xc3 \xe2\x82z\xf0\x9f\x98";
    struct complaint why;
    (void)state;
    text_drop_halves(text);
    assert_string_equal(text, "a\u00f6 z");
    assert_int_equal(complain(&why, ERROR_BAD_INPUT, "%.2s|", "a\u00f6"), ERROR_BAD_INPUT);
    assert_string_equal(why.text, "a|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_character_is_left_out),
        cmocka_unit_test(a_buffer_keeps_its_maximum),
        cmocka_unit_test(an_arena_keeps_its_maximum),
        cmocka_unit_test(utf8_is_judged_by_rfc_3629),
        cmocka_unit_test(a_code_point_becomes_utf8),
        cmocka_unit_test(device_text_becomes_plain),
        cmocka_unit_test(numbers_are_whole_and_unsigned),
        cmocka_unit_test(hex_goes_both_ways),
        cmocka_unit_test(time_goes_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
