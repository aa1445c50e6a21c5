/* A signature names a page that was drawn: of that tracing, in that layout, those very bytes. */
#include "tests/unit/test.h"
#include "web/ekg_shown.h"

#include <stdio.h>

static const char layout[] = "3x4 standard 25 10";
static const char picture[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void only_what_was_drawn_was_shown(void **state)
{
    static struct ekg_shown s;

    (void)state;
    assert_false(ekg_shown_has(&s, 7, layout, picture));
    assert_false(ekg_shown_has(&s, 0, "", ""));
    ekg_shown_add(&s, 7, layout, picture);
    assert_true(ekg_shown_has(&s, 7, layout, picture));
    assert_false(ekg_shown_has(&s, 8, layout, picture));
    assert_false(ekg_shown_has(&s, 7, "12x1 standard 25 10", picture));
    assert_false(ekg_shown_has(&s, 7, layout, layout));
}

static void the_oldest_makes_room_and_looking_twice_takes_none(void **state)
{
    static struct ekg_shown s;
    char each[EKG_SHOWN_HASH];

    (void)state;
    ekg_shown_add(&s, 7, layout, picture);
    for (int i = 1; i < EKG_SHOWN_PAGES; i++) {
        (void)snprintf(each, sizeof each, "%064x", (unsigned)i);
        ekg_shown_add(&s, 7, layout, each);
        ekg_shown_add(&s, 7, layout, each);
    }
    assert_true(ekg_shown_has(&s, 7, layout, picture));
    ekg_shown_add(&s, 8, layout, picture);
    assert_false(ekg_shown_has(&s, 7, layout, picture));
    assert_true(ekg_shown_has(&s, 8, layout, picture));
    assert_true(ekg_shown_has(&s, 7, layout, each));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_drawn_was_shown),
        cmocka_unit_test(the_oldest_makes_room_and_looking_twice_takes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
