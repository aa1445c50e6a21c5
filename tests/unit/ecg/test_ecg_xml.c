/* What the readers of XML files share: claims, numbers in any locale, lists of them, Base64, facts.
 */
#include "core/base/limits.h"
#include "instruments/ecg/base64.h"
#include "instruments/ecg/ecg_xml.h"
#include "tests/unit/test.h"

#include <locale.h>
#include <stdio.h>

static void numbers_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {
        { "0", 0 },
        { "-0", 0 },
        { "500", 500 },
        { "+5", 5 },
        { "0.002", 0.002 },
        { "-44", -44 },
        { "4.88E0", 4.88 },
        { "1e-3", 1e-3 },
        { " 2.5\n", 2.5 },
        { ".5", 0.5 },
        { "5.", 5 },
        { "0.1", 0.1 },
        { "4.88", 4.88 },
        { "000000000000000000000000012", 12 },
        { "1.0000000000", 1 },
        { "123456789012345678901234567890", 123456789012345678e12 },
        { "0.30517578125", 0.30517578125 },
    };
    static const char *const bad[] = {
        "",   " ",  ".",   "-",     "1,5",   "0x10",   "NaN", "inf",           "1 2",
        "1e", "e5", "--1", "1.2.3", "1e999", "1e-999", "5ms", "1e400000000000"
    };
    double value;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(ecg_number(good[i].text, &value));
        if (value != good[i].value)
            fail_msg("%s is read as %.17g", good[i].text, value);
    }
    value = 77;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ecg_number(bad[i], &value) || value != 77)
            fail_msg("\"%s\" is taken for a number", bad[i]);
}

static void no_locale_changes_a_number(void **state)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C.UTF-8" };
    double value;
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)setlocale(LC_ALL, names[i]);
        assert_true(ecg_number("2.5", &value) && value == 2.5);
        assert_false(ecg_number("2,5", &value));
    }
    (void)setlocale(LC_ALL, "C");
}

static void units_are_those_of_voltage_and_time(void **state)
{
    double v;
    (void)state;
    assert_true(ecg_microvolts("2.5", "uV", &v) && v == 2.5);
    assert_true(ecg_microvolts("0.0049", "mV", &v) && v == 4.9); /* one rounding, not two */
    assert_true(ecg_microvolts("2500", "nV", &v) && v == 2.5);
    assert_true(ecg_microvolts("1e-6", "V", &v) && v == 1);
    assert_true(ecg_microvolts("1", "\u00b5V", &v) && v == 1);
    assert_true(ecg_microvolts("1", "\u03bcV", &v) && v == 1);
    assert_false(ecg_microvolts("1", "uv", &v));
    assert_false(ecg_microvolts("1", "", &v));
    assert_false(ecg_microvolts("", "uV", &v));
    assert_true(ecg_seconds("2", "ms", &v) && v == 0.002 && 1 / v == 500);
    assert_true(ecg_seconds("1250", "us", &v) && 1 / v == 800);
    assert_false(ecg_seconds("1", "min", &v));
}

static void integers(void **state)
{
    int32_t n = 77;
    (void)state;
    assert_true(ecg_integer(" -12 ", &n) && n == -12);
    assert_true(ecg_integer("2147483647", &n) && n == INT32_MAX);
    assert_true(ecg_integer("-2147483647", &n) && n == -INT32_MAX);
    n = 77;
    assert_false(ecg_integer("-2147483648", &n)); /* the gap */
    assert_false(ecg_integer("2147483648", &n));
    assert_false(ecg_integer("99999999999999999999", &n));
    assert_false(ecg_integer("1.0", &n) || ecg_integer("", &n) || ecg_integer("1 2", &n));
    assert_int_equal(n, 77);
}

static void lists_of_integers(void **state)
{
    struct complaint why;
    struct arena a;
    int32_t *numbers = NULL;
    size_t count = 77;
    (void)state;
    arena_init(&a, LIMIT_ECG_ARENA);
    assert_int_equal(ecg_integers(&a, " 1 -2\n+3\t0004 ", &numbers, &count, &why), ERROR_OK);
    assert_int_equal(count, 4);
    assert_int_equal(numbers[1], -2);
    assert_int_equal(numbers[3], 4);
    assert_int_equal(ecg_integers(&a, " \n", &numbers, &count, &why), ERROR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(ecg_integers(&a, "1 2 3;4", &numbers, &count, &why), ERROR_BAD_INPUT);
    assert_non_null(strstr(why.text, "sample 3"));
    assert_int_equal(ecg_integers(&a, "1 - 2", &numbers, &count, &why), ERROR_BAD_INPUT);
    assert_int_equal(ecg_integers(&a, "1--2", &numbers, &count, &why), ERROR_BAD_INPUT);
    assert_int_equal(count, 0);
    arena_free(&a);
}

static void a_list_has_a_bound(void **state)
{
    struct buffer text;
    struct complaint why;
    struct arena a;
    int32_t *numbers;
    size_t count;
    (void)state;
    arena_init(&a, LIMIT_ECG_ARENA);
    buffer_init(&text, 4 * (size_t)LIMIT_ECG_SAMPLES);
    for (size_t i = 0; i < LIMIT_ECG_SAMPLES; i++)
        assert_int_equal(buffer_put_text(&text, "1 "), ERROR_OK);
    assert_int_equal(buffer_put(&text, span_of("\0", 2)), ERROR_OK);
    assert_int_equal(ecg_integers(&a, (const char *)text.at, &numbers, &count, &why), ERROR_OK);
    assert_int_equal(count, LIMIT_ECG_SAMPLES);
    text.at[text.len - 2] = '1';
    assert_int_equal(ecg_integers(&a, (const char *)text.at, &numbers, &count, &why),
                     ERROR_TOO_BIG);
    buffer_free(&text);
    arena_free(&a);
}

/* The examples of RFC 4648 section 10. */
static void base64_is_read(void **state)
{
    static const struct {
        const char *text, *bytes;
    } rows[] = {
        { "", "" },
        { "Zg==", "f" },
        { "Zm8=", "fo" },
        { "Zm9v", "foo" },
        { "Zm9vYg==", "foob" },
        { "Zm9vYmE=", "fooba" },
        { "Zm9vYmFy", "foobar" },
        { " Zm\n9v\r\nYm Fy\t", "foobar" },
        { "+/+/", "\xfb\xff\xbf" },
    };
    static const char *const bad[] = { "Zg",   "Zg=",      "Z===", "Zm9vY", "=",
                                       "====", "Zg==Zg==", "Zm9!", "Zm=v",  "Zm-_" };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a;
        struct span bytes;
        arena_init(&a, LIMIT_ECG_ARENA);
        assert_int_equal(base64_decode(&a, rows[i].text, &bytes), ERROR_OK);
        assert_true(span_equal(bytes, span_text(rows[i].bytes)));
        arena_free(&a);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena a;
        struct span bytes;
        arena_init(&a, LIMIT_ECG_ARENA);
        if (base64_decode(&a, bad[i], &bytes) != ERROR_BAD_INPUT)
            fail_msg("\"%s\" is taken for Base64", bad[i]);
        arena_free(&a);
    }
}

static void base64_has_a_bound(void **state)
{
    struct arena a;
    struct span bytes;
    size_t len = 17 * (size_t)1024 * 1024;
    char *text;
    (void)state;
    arena_init(&a, 64 * (size_t)1024 * 1024);
    text = arena_take(&a, len + 1);
    assert_non_null(text);
    memset(text, 'A', len);
    assert_int_equal(base64_decode(&a, text, &bytes), ERROR_TOO_BIG);
    arena_free(&a);
}

static void facts_are_taken_where_they_stand(void **state)
{
    static const struct ecg_xml_fact table[] = {
        { offsetof(struct ecg, patient_id), "a/b", NULL },
        { offsetof(struct ecg, patient_id), "a", "id" },
        { offsetof(struct ecg, model), "a", "model" },
        { offsetof(struct ecg, maker), "none", NULL },
    };
    static const char file[] = "<r><a id=' 7 ' model='\x7fM'><b> </b></a></r>";
    const struct xml_node *root = NULL;
    struct complaint why;
    struct arena a;
    struct ecg e;
    (void)state;
    arena_init(&a, LIMIT_ECG_ARENA);
    ecg_init(&e);
    e.maker = "as it was";
    assert_int_equal(ecg_xml_read(&a, span_text(file), &root, &why), ERROR_OK);
    assert_int_equal(ecg_xml_facts(&a, root, table, 4, &e), ERROR_OK);
    assert_string_equal(e.patient_id, "7");
    assert_string_equal(e.maker, "as it was");
    assert_string_equal(e.model, "\xef\xbf\xbdM"); /* a control character is no text */
    assert_int_equal(ecg_xml_claim(span_text(file), "r"), ECG_MINE);
    assert_int_equal(ecg_xml_claim(span_text(file), "R"), ECG_NOT_MINE);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_exactly),
        cmocka_unit_test(no_locale_changes_a_number),
        cmocka_unit_test(units_are_those_of_voltage_and_time),
        cmocka_unit_test(integers),
        cmocka_unit_test(lists_of_integers),
        cmocka_unit_test(a_list_has_a_bound),
        cmocka_unit_test(base64_is_read),
        cmocka_unit_test(base64_has_a_bound),
        cmocka_unit_test(facts_are_taken_where_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
