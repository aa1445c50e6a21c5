/* LIS02 texts and their dialects: what a profile finds where. */
#include "tests/unit/message/decoded.h"

#define CR "\r"

static void decode(struct decoded *d, const char *text)
{
    decoded_read(d, lis02_decode, span_text(text));
}

/* The text at a place of the first record of that type. */
static const char *at(const struct decoded *d, const char *type, unsigned field, unsigned repeat,
                      unsigned component)
{
    return message_at(decoded_find(d, type, 1), field, repeat, component);
}

static void records_fields_and_components(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "H|\\^&|||DCA VANTAGE^04.04^S000001|||||||P||20260102030405" CR "P|1|TESTPID01" CR
               "O|1||123^0090" CR "R|1|^^^HbA1c|6.1|%||<\\H||F" CR "L|1|N" CR);
    assert_int_equal(d.message.record_count, 5);
    assert_int_equal(d.used, d.len);
    assert_string_equal(at(&d, "H", 1, 1, 1), "H");
    assert_string_equal(at(&d, "H", 2, 1, 1), "\\^&");
    assert_string_equal(at(&d, "H", 5, 1, 1), "DCA VANTAGE");
    assert_string_equal(at(&d, "H", 5, 1, 3), "S000001");
    assert_string_equal(at(&d, "H", 5, 1, 0), "DCA VANTAGE^04.04^S000001");
    assert_string_equal(at(&d, "H", 12, 1, 1), "P");
    assert_string_equal(at(&d, "O", 3, 1, 1), "");
    assert_string_equal(at(&d, "O", 4, 1, 2), "0090");
    assert_string_equal(at(&d, "R", 3, 1, 4), "HbA1c");
    assert_string_equal(at(&d, "R", 7, 1, 1), "<");
    assert_string_equal(at(&d, "R", 7, 2, 1), "H");
    assert_string_equal(at(&d, "R", 7, 0, 0), "<");
    assert_true(span_equal(d.message.records[3].fields[6].raw, span_text("<\\H")));
    forget(&d);
}

static void what_is_not_there_is_empty(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "H|\\^&" CR "O|1|7|" CR "L" CR);
    assert_int_equal(d.message.records[0].field_count, 2);
    assert_int_equal(d.message.records[1].field_count, 4);
    assert_int_equal(d.message.records[2].field_count, 1);
    assert_string_equal(at(&d, "O", 4, 1, 1), "");
    assert_string_equal(at(&d, "O", 5, 1, 1), "");
    assert_string_equal(at(&d, "O", 0, 1, 1), "");
    assert_string_equal(at(&d, "O", 3, 2, 1), "");
    assert_string_equal(at(&d, "O", 3, 1, 2), "");
    assert_string_equal(at(&d, "H", 3, 1, 1), "");
    forget(&d);
}

/* devices.md 3.15: repeat @, escape backslash. */
static void delimiters_are_those_of_the_header(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "H|@^\\|MSG-1||0001^GeneXpert^6.1" CR
               "R|1|^FLU^^A@B&C|NEGATIVE^|||a\\F\\b||F||Op \\| one|20260102020000" CR "L|1" CR);
    assert_string_equal(at(&d, "R", 3, 1, 4), "A");
    assert_string_equal(at(&d, "R", 3, 2, 1), "B&C");
    assert_string_equal(at(&d, "R", 4, 1, 2), "");
    assert_string_equal(at(&d, "R", 7, 1, 1), "a|b");
    assert_string_equal(at(&d, "R", 11, 1, 1), "Op | one");
    assert_string_equal(at(&d, "R", 12, 1, 1), "20260102020000");
    forget(&d);
    decode(&d, "H!~$%" CR "O!1!a$b~c" CR);
    assert_string_equal(at(&d, "O", 3, 1, 2), "b");
    assert_string_equal(at(&d, "O", 3, 2, 1), "c");
    forget(&d);
}

static void delimiters_that_are_not_named_are_the_standard_ones(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "H||||" CR "O|1|a^b\\c&F&" CR);
    assert_string_equal(at(&d, "O", 3, 1, 2), "b");
    assert_string_equal(at(&d, "O", 3, 2, 1), "c|");
    assert_string_equal(at(&d, "H", 2, 1, 1), "");
    forget(&d);
    decode(&d, "H|\\\\^&|||H550" CR "O|1|a^b" CR); /* backslashes doubled on the way */
    assert_string_equal(at(&d, "O", 3, 1, 2), "b");
    assert_string_equal(at(&d, "H", 5, 1, 1), "H550");
    forget(&d);
}

static void escapes_are_resolved_after_splitting(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d,
           "H|\\^&" CR "C|1|I|a&F&b&S&c&R&d&E&e&H&f&N&g&X41c3A9&h&Q1&i & j&k|G&X4&|R&D|x&X0d&y" CR);
    assert_string_equal(at(&d, "C", 4, 1, 1), "a|b^c\\d&efgA\xc3\xa9h&Q1&i & j&k");
    assert_string_equal(at(&d, "C", 5, 1, 1), "G&X4&");
    assert_string_equal(at(&d, "C", 6, 1, 1), "R&D");
    assert_string_equal(at(&d, "C", 7, 1, 1), "x\xef\xbf\xbdy"); /* a control is never text */
    forget(&d);
}

static void every_line_end_is_forgiven(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "\r\nH|\\^&\nP|1\r\nO|1|7\r\r\nL|1");
    assert_int_equal(d.message.record_count, 4);
    assert_string_equal(at(&d, "O", 3, 1, 1), "7");
    forget(&d);
}

static void text_of_other_encodings_becomes_readable(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "H|\\^&" CR "P|1|||\xd1|M\xfcller\x01^\xc3\x91" CR);
    assert_string_equal(at(&d, "P", 5, 1, 1), "\xc3\x91");
    assert_string_equal(at(&d, "P", 6, 1, 1), "M\xc3\xbcller\xef\xbf\xbd");
    assert_string_equal(at(&d, "P", 6, 1, 0), "M\xc3\xbcller\xef\xbf\xbd^\xc3\x91");
    forget(&d);
}

static void several_messages_in_one_text(void **state)
{
    static const char text[] = "H|\\^&" CR "L|1" CR "\n"
                               "H|@^\\" CR "O|1|x@y" CR "H|\\^&" CR;
    struct decoded d;
    (void)state;
    decode(&d, text);
    assert_int_equal(d.message.record_count, 2);
    assert_int_equal(d.used, 11);
    forget(&d);
    decode(&d, text + 11);
    assert_int_equal(d.message.record_count, 2); /* broken off before the next header */
    assert_string_equal(at(&d, "O", 3, 2, 1), "y");
    assert_int_equal(d.used, strlen("H|@^\\" CR "O|1|x@y" CR));
    forget(&d);
}

static void what_is_no_message_is_refused(void **state)
{
    static const char *const texts[] = { "",         "\r\n",  "P|1" CR, "H" CR,
                                         "Hello" CR, "HELP|", "H^" CR,  "H|\\a&" CR };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct decoded d;
        decode(&d, texts[i]);
        assert_int_equal(d.error, ERROR_BAD_INPUT);
        assert_int_equal(d.used, 12345);
        assert_null(d.message.records);
        assert_true(strlen(d.why.text) > 10);
        forget(&d);
    }
}

static void too_many_records_are_refused(void **state)
{
    struct buffer text;
    struct decoded d;
    (void)state;
    buffer_init(&text, LIMIT_MESSAGE);
    (void)buffer_put_text(&text, "H|\\^&" CR);
    for (int i = 1; i < LIMIT_RECORDS; i++)
        (void)buffer_put_text(&text, "R|1" CR);
    (void)buffer_put_byte(&text, 0);
    decode(&d, (char *)text.at);
    assert_int_equal(d.error, ERROR_OK);
    assert_int_equal(d.message.record_count, LIMIT_RECORDS);
    forget(&d);
    text.len--;
    (void)buffer_put_text(&text, "R|2" CR);
    (void)buffer_put_byte(&text, 0);
    decode(&d, (char *)text.at);
    assert_int_equal(d.error, ERROR_TOO_BIG);
    forget(&d);
    buffer_free(&text);
}

static void a_small_arena_is_an_error_and_no_crash(void **state)
{
    static const char text[] = "H|\\^&|||x" CR "O|1|a^b\\c|&F&" CR "L|1" CR;
    (void)state;
    for (size_t max = 0; max < 3000; max += 16) {
        struct arena arena;
        struct message message = { 0 };
        size_t used = 0;
        enum error e;
        arena_init(&arena, max);
        e = lis02_decode(span_text(text), &arena, &message, &used, NULL);
        assert_true(e == ERROR_OK ? used == strlen(text) : message.records == NULL);
        assert_true(e == ERROR_OK || e == ERROR_NO_MEMORY);
        arena_free(&arena);
    }
}

static void expect_record(const struct lis02_delimiters *d, const char *const *values, size_t count,
                          const char *text)
{
    struct buffer out;
    buffer_init(&out, LIMIT_MESSAGE);
    assert_int_equal(lis02_put_record(&out, d, values, count), ERROR_OK);
    assert_true(span_equal(buffer_span(&out), span_text(text)));
    buffer_free(&out);
}

static void records_are_composed(void **state)
{
    static const char sender[] = "Phial" LIS02_NEXT_COMPONENT "1";
    static const char codes[] = LIS02_NEXT_COMPONENT "A" LIS02_NEXT_REPEAT "B";
    static const char *const header[] = { "H", NULL, "", NULL, sender };
    static const char *const order[] = { "O", "1", "26|0^1&2\\", NULL, codes, "a\rb\x02", "" };
    struct lis02_delimiters standard = lis02_delimiters_standard(), other;
    (void)state;
    expect_record(&standard, header, 5, "H|\\^&|||Phial^1" CR);
    expect_record(&standard, header, 1, "H|\\^&" CR);
    expect_record(&standard, order, 7, "O|1|26&F&0&S&1&E&2&R&||^A\\B|a b " CR);
    assert_int_equal(lis02_delimiters_read(span_text("H|@^\\|x"), &other), ERROR_OK);
    expect_record(&other, header, 3, "H|@^\\" CR);
    expect_record(&other, order, 5, "O|1|26\\F\\0\\S\\1&2\\E\\||^A@B" CR);
}

/* What is composed is decoded to the same, whatever the value holds. */
static void composed_and_decoded_is_the_same(void **state)
{
    static const char *const headers[] = { "H|\\^&", "H|@^\\", "H!~$%", "H|^~\\&" };
    const char *const values[] = { "C", "1", "&F&|^\\&~$%@! \\E\\ &X41& \\|", "x" };
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        struct lis02_delimiters delimiters;
        struct buffer text;
        struct decoded d;
        buffer_init(&text, LIMIT_MESSAGE);
        assert_int_equal(lis02_delimiters_read(span_text(headers[i]), &delimiters), ERROR_OK);
        (void)buffer_put_text(&text, headers[i]);
        (void)buffer_put_text(&text, CR);
        assert_int_equal(lis02_put_record(&text, &delimiters, values, 4), ERROR_OK);
        (void)buffer_put_byte(&text, 0);
        decode(&d, (char *)text.at);
        assert_string_equal(at(&d, "C", 3, 1, 1), values[2]);
        assert_string_equal(at(&d, "C", 4, 1, 1), "x");
        forget(&d);
        buffer_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_fields_and_components),
        cmocka_unit_test(what_is_not_there_is_empty),
        cmocka_unit_test(delimiters_are_those_of_the_header),
        cmocka_unit_test(delimiters_that_are_not_named_are_the_standard_ones),
        cmocka_unit_test(escapes_are_resolved_after_splitting),
        cmocka_unit_test(every_line_end_is_forgiven),
        cmocka_unit_test(text_of_other_encodings_becomes_readable),
        cmocka_unit_test(several_messages_in_one_text),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(too_many_records_are_refused),
        cmocka_unit_test(a_small_arena_is_an_error_and_no_crash),
        cmocka_unit_test(records_are_composed),
        cmocka_unit_test(composed_and_decoded_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
