/* The session file: what is written is read again, and what is wrong is named by its line. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/recording/recording.h"

#include <string.h>

static void test_round_trip(void **state)
{
    uint8_t every[256], padded[64] = { 'A', 'B', 'C', 1, 5 };
    const struct recording header = { .source = RECORDING_SIMULATOR,
                                      .profile = "generic-lis02",
                                      .link = "lis01",
                                      .started = "2026-03-12T09:41:02.345Z",
                                      .note = "One line." };
    const struct recording_chunk chunks[] = {
        { 0, WIRE_FROM_INSTRUMENT, span_of("\x05", 1) },
        { 13, WIRE_TO_INSTRUMENT, span_of("\x06", 1) },
        { 1013, WIRE_FROM_INSTRUMENT, span_of(every, sizeof every) },
        { 61013, WIRE_FROM_INSTRUMENT, span_of(padded, sizeof padded) },
        { 61013, WIRE_FROM_INSTRUMENT, span_of("ends in a blank ", 16) },
        { 61014, WIRE_FROM_INSTRUMENT, span_of("", 0) },
    };
    struct recording read;
    struct buffer text;

    (void)state;
    for (unsigned i = 0; i < 256; i++)
        every[i] = (uint8_t)i;
    buffer_init(&text, LIMIT_CAPTURE_FILE);
    assert_int_equal(recording_put_header(&text, &header), ERROR_OK);
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++)
        assert_int_equal(recording_put_chunk(&text, &chunks[i]), ERROR_OK);
    assert_true(recording_is(buffer_span(&text)));
    assert_int_equal(recording_read("x", buffer_span(&text), &read, NULL), ERROR_OK);
    assert_int_equal(read.source, RECORDING_SIMULATOR);
    assert_string_equal(read.profile, "generic-lis02");
    assert_string_equal(read.started, "2026-03-12T09:41:02.345Z");
    assert_string_equal(read.note, "One line.");
    assert_int_equal(read.chunk_count, sizeof chunks / sizeof chunks[0]);
    for (size_t i = 0; i < read.chunk_count; i++) {
        assert_int_equal(read.chunks[i].at, chunks[i].at);
        assert_int_equal(read.chunks[i].direction, chunks[i].direction);
        assert_true(span_equal(read.chunks[i].bytes, chunks[i].bytes));
    }
    recording_free(&read);
    buffer_free(&text);
}

static void test_complaints(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "phial-session 2\n", "not a recorded session" },
        { "phial-session 1\n\n0.000 < A\n", "does not say the source" },
        { "phial-session 1\nsource: hearsay\n", "x:2: A source is" },
        { "phial-session 1\nsource: document\nweather: fine\n", "x:3: The header knows" },
        { "phial-session 1\nsource: document\nnonsense\n", "x:3: A line of the header" },
        { "phial-session 1\nsource: document\n\nnonsense\n", "x:4: A line is a time" },
        { "phial-session 1\nsource: document\n\n0.00 < A\n", "A line is a time" },
        { "phial-session 1\nsource: document\n\n0.000 = A\n", "A line is a time" },
        { "phial-session 1\nsource: document\n\n1.000 < A\n0.999 < B\n",
          "x:5: This time is before" },
        { "phial-session 1\nsource: document\n\n0.000 < <STIX>\n", "There is no such byte" },
        { "phial-session 1\nsource: document\n\n0.000 < <STX\n", "begins a name" },
        { "phial-session 1\nsource: document\n\n0.000 < <00*0>\n", "There is no such byte" },
        { "phial-session 1\nsource: document\n\n0.000 < <00*99999>\n", "There is no such byte" },
        { "phial-session 1\nsource: document\n\n0.000 < \x05\n", "not printable" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct complaint why = { "" };
        struct recording r;
        assert_int_equal(recording_read("x", span_text(cases[i].text), &r, &why), ERROR_BAD_INPUT);
        if (!strstr(why.text, cases[i].says))
            fail_msg("%zu: %s", i, why.text);
    }
}

static void test_remarks_and_line_ends(void **state)
{
    static const char text[] = "phial-session 1\r\nsource: capture\r\n# a remark\r\nnote: One.\r\n"
                               "note: Two.\r\n\r\n# another\r\n0.000 < <ENQ>\r\n";
    struct recording r;

    (void)state;
    assert_int_equal(recording_read("x", span_text(text), &r, NULL), ERROR_OK);
    assert_string_equal(r.note, "One. Two.");
    assert_int_equal(r.chunk_count, 1);
    assert_true(span_equal(r.chunks[0].bytes, span_of("\x05", 1)));
    recording_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_complaints),
        cmocka_unit_test(test_remarks_and_line_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
