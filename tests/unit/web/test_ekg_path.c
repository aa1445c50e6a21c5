/* What an address may ask of an EKG: exactly what is offered, and never who it is. */
#include "tests/unit/test.h"
#include "web/ekg_path.h"

#include <string.h>

static void a_picture_is_named_by_its_row(void **state)
{
    static const struct {
        const char *path;
        int64_t tracing;
        enum ekg_form form;
    } cases[] = {
        { "/ekg/1.svg", 1, EKG_SVG },
        { "/ekg/4711.pdf", 4711, EKG_PDF },
        { "/ekg/9223372036854775807/signed", INT64_MAX, EKG_SIGNED },
        { "/ekg/12/original", 12, EKG_ORIGINAL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ekg_wanted wanted;
        char view[TRACING_VIEW_TEXT];
        assert_int_equal(ekg_path_parse(cases[i].path, &wanted), ERROR_OK);
        assert_int_equal(wanted.tracing, cases[i].tracing);
        assert_int_equal(wanted.form, cases[i].form);
        assert_false(wanted.automatic);
        tracing_view_text(wanted.view, view);
        assert_string_equal(view, "3x4 standard 25 10");
    }
}

static void anything_else_is_no_picture(void **state)
{
    static const char *const paths[] = { "/ekg/",
                                         "/ekg/.svg",
                                         "/ekg/1",
                                         "/ekg/1.SVG",
                                         "/ekg/1.svg/",
                                         "/ekg/-1.svg",
                                         "/ekg/1/../2/original",
                                         "/ekg/9223372036854775808.svg",
                                         "/ekg/99999999999999999999999999999999.svg",
                                         "/ekg/1/original.pdf",
                                         "/api/ekg/1.svg" };
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct ekg_wanted wanted;
        if (ekg_path_parse(paths[i], &wanted) != ERROR_NOT_FOUND)
            fail_msg("%s is taken", paths[i]);
    }
}

static void options_change_the_view(void **state)
{
    static const char *const options[][2] = {
        { "layout", "12x1" }, { "order", "cabrera" }, { "speed", "50" },
        { "gain", "20" },     { "from", "10" },       { "automatic", "1" },
    };
    struct ekg_wanted wanted;
    struct complaint why;
    char view[TRACING_VIEW_TEXT];
    (void)state;
    assert_int_equal(ekg_path_parse("/ekg/1.svg", &wanted), ERROR_OK);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        assert_int_equal(ekg_path_option(options[i][0], options[i][1], &wanted, &why), ERROR_OK);
    tracing_view_text(wanted.view, view);
    assert_string_equal(view, "12x1 cabrera 50 20 from 10");
    assert_true(wanted.automatic);
}

static void an_option_that_is_none_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *name, *value, *sentence;
    } cases[] = {
        { "layout", "4x3", "this layout" },     { "layout", NULL, "this layout" },
        { "speed", "100", "this speed" },       { "gain", "", "this gain" },
        { "patient", "T-1", "no such option" },
    };
    struct ekg_wanted wanted;
    (void)state;
    assert_int_equal(ekg_path_parse("/ekg/1.svg", &wanted), ERROR_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct complaint why = { "" };
        assert_int_equal(ekg_path_option(cases[i].name, cases[i].value, &wanted, &why),
                         ERROR_BAD_INPUT);
        assert_non_null(strstr(why.text, cases[i].sentence));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_is_named_by_its_row),
        cmocka_unit_test(anything_else_is_no_picture),
        cmocka_unit_test(options_change_the_view),
        cmocka_unit_test(an_option_that_is_none_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
