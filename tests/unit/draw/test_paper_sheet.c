/* The form for paper: each test of the menu has its box, or there is a line to write it on. */
#include "labels/draw/paper_sheet.h"
#include "tests/unit/draw/pdf_text.h"
#include "tests/unit/test.h"

#include <string.h>

enum { MENU = 120 };

static char *form_of(size_t tests)
{
    static const char *const number[] = { "260312000019" };
    char names[MENU][40];
    const char *menu[MENU];
    const struct paper_sheet sheet = { .site = "Invented Clinic",
                                       .told = "Sheet 1",
                                       .mark = "",
                                       .numbers = number,
                                       .number_count = 1,
                                       .tests = menu,
                                       .test_count = tests };
    struct label_drawer *drawer = NULL;
    struct complaint why = { "" };
    struct buffer out;
    char *text;

    for (size_t i = 0; i < tests; i++) {
        (void)snprintf(names[i], sizeof names[i], "Invented test %03zu", i + 1);
        menu[i] = names[i];
    }
    assert_int_equal(label_draw_prepare(&drawer, &why), ERROR_OK);
    buffer_init(&out, PAPER_SHEET_PDF);
    if (paper_sheet_draw(drawer, &sheet, &out, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    text = pdf_text(&out);
    buffer_free(&out);
    label_draw_free(drawer);
    return text;
}

/* How many of them stand on it, from the first on. */
static size_t shown(const char *text)
{
    size_t count = 0;
    char name[40];

    do
        (void)snprintf(name, sizeof name, "Invented test %03zu", ++count);
    while (strstr(text, name));
    return count - 1;
}

static void a_menu_that_has_room_stands_whole(void **state)
{
    char *text = form_of(12);

    (void)state;
    assert_int_equal(shown(text), 12);
    assert_null(strstr(text, "Other:"));
    free(text);
}

static void what_has_no_room_has_a_line_to_write_on(void **state)
{
    char *text = form_of(MENU), *exact;
    size_t boxes = shown(text) + 1;

    (void)state;
    assert_true(boxes > 30 && boxes < MENU);
    assert_non_null(strstr(text, "Other:"));
    free(text);
    exact = form_of(boxes);
    assert_int_equal(shown(exact), boxes);
    assert_null(strstr(exact, "Other:"));
    free(exact);
    text = form_of(boxes + 1);
    assert_int_equal(shown(text), boxes - 1);
    assert_non_null(strstr(text, "Other:"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_menu_that_has_room_stands_whole),
        cmocka_unit_test(what_has_no_room_has_a_line_to_write_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
