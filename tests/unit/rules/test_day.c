/* Days as carts write them. */
#include "tests/unit/test.h"

#include "core/rules/day.h"

static void every_form_is_read(void **state)
{
    static const struct {
        const char *text;
        struct day day;
    } rows[] = {
        { "1981-03-14", { 1981, 3, 14 } },
        { "19810314", { 1981, 3, 14 } },
        { "03141981", { 1981, 3, 14 } },
        { "19810314094500", { 1981, 3, 14 } },
        { "1981-03-14T09:30:00", { 1981, 3, 14 } },
        { "1981/3/4", { 1981, 3, 4 } },
        { "3/14/1981", { 1981, 3, 14 } },
        { "14/03/1981", { 1981, 3, 14 } },
        { "04/03/1981", { 1981, 4, 3 } }, /* the month first, as here */
        { "04.03.1981", { 1981, 3, 4 } }, /* with dots the day */
        { "03-14-1981", { 1981, 3, 14 } },
        { "14-MAR-1981", { 1981, 3, 14 } },
        { "Mar 14, 1981", { 1981, 3, 14 } },
        { "14 March 1981 09:30", { 1981, 3, 14 } },
        { "1981-MAR-14", { 1981, 3, 14 } },
        { "3/14/81", { 81, 3, 14 } },
        { "1981-03", { 1981, 3, 0 } },
        { "1981", { 1981, 0, 0 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct day day = { 0, 0, 0 };
        if (!day_read(rows[i].text, &day))
            fail_msg("not read: %s", rows[i].text);
        if (day.year != rows[i].day.year || day.month != rows[i].day.month ||
            day.day != rows[i].day.day)
            fail_msg("%s is read as %u-%u-%u", rows[i].text, day.year, day.month, day.day);
    }
}

static void what_is_no_day_is_refused(void **state)
{
    static const char *const texts[] = { "",           "-",          "810314",     "14th of March",
                                         "1981-13-14", "1981-03-32", "14/14/1981", "unknown",
                                         "123",        "9999-01-01", "12345678901" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct day day;
        if (day_read(texts[i], &day))
            fail_msg("\"%s\" is read as %u-%u-%u", texts[i], day.year, day.month, day.day);
    }
}

static void a_part_of_a_day_holds_the_whole(void **state)
{
    static const struct day whole = { 1981, 3, 14 };

    (void)state;
    assert_true(day_within(&(struct day) { 1981, 3, 14 }, &whole));
    assert_true(day_within(&(struct day) { 1981, 0, 0 }, &whole));
    assert_true(day_within(&(struct day) { 81, 3, 14 }, &whole));
    assert_false(day_within(&(struct day) { 1981, 4, 0 }, &whole));
    assert_false(day_within(&(struct day) { 82, 3, 14 }, &whole));
    assert_false(day_within(&(struct day) { 1981, 3, 15 }, &whole));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(what_is_no_day_is_refused),
        cmocka_unit_test(a_part_of_a_day_holds_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
