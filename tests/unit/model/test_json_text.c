/* Texts as JSON: written as jansson would write them, and read back as they were. */
#include "core/model/json_text.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

enum { RANDOM_TEXTS = 20000, LONGEST = 24 };

static void as_jansson_writes_it(const char *text)
{
    struct buffer out;
    json_t *value = json_string(text);
    char *wanted = json_dumps(value, JSON_ENCODE_ANY);

    buffer_init(&out, 4096);
    assert_non_null(wanted);
    assert_int_equal(json_text_string(text, &out), ERROR_OK);
    assert_int_equal(out.len, strlen(wanted));
    assert_memory_equal(out.at, wanted, out.len);
    buffer_free(&out);
    json_decref(value);
    free(wanted);
}

static void every_text_is_written_as_jansson_writes_it(void **state)
{
    static const char *const texts[] = { "", "HbA1c", "a \"quoted\" \\ word / and more",
                                         "\b\f\n\r\t\x01\x1f\x7f",
                                         "Nguy\xe1\xbb\x85n \xf0\x9f\xa7\xaa" };
    static const char alphabet[] = "\x01\x08\x0c\n\r\t\x1f\"\\/ab\x7f";
    uint32_t random = 7;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        as_jansson_writes_it(texts[i]);
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        char text[LONGEST + 1] = "";
        for (size_t at = 0; at < (size_t)i % LONGEST; at++) {
            random = random * 1664525 + 1013904223;
            text[at] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
        }
        as_jansson_writes_it(text);
    }
}

static void what_is_no_text_is_refused(void **state)
{
    struct buffer out;

    (void)state;
    buffer_init(&out, 8);
    assert_int_equal(json_text_string("\xc3(", &out), ERROR_BAD_INPUT);
    assert_int_equal(json_text_string("\xed\xa0\x80", &out), ERROR_BAD_INPUT);
    assert_int_equal(out.len, 0);
    assert_int_equal(json_text_string("longer than eight", &out), ERROR_TOO_BIG);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_written_as_jansson_writes_it),
        cmocka_unit_test(what_is_no_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
