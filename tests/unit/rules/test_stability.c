/* How long a specimen is good: limits at their edges, warm and cold time, what is not on record. */
#include "core/rules/stability.h"
#include "tests/unit/test.h"

enum { MINUTE = 60 * 1000 };

static const struct stability_book urine = { { [STABILITY_ROOM] = 120, [STABILITY_COLD] = 360 } };

static struct stability_judgement judge(const struct stability_book *book,
                                        const struct stability_stay *stays, size_t count,
                                        int64_t minutes, int64_t more)
{
    struct stability_judgement j;

    stability_judge(book, 1000000, stays, count, 1000000 + minutes * MINUTE + more, &j);
    return j;
}

static void at_the_limit_it_is_good(void **state)
{
    struct stability_judgement j;

    (void)state;
    assert_int_equal(judge(&urine, NULL, 0, 0, 0).finding, GATE_NOTHING);
    assert_int_equal(judge(&urine, NULL, 0, 120, 0).finding, GATE_NOTHING);
    j = judge(&urine, NULL, 0, 120, 1);
    assert_int_equal(j.finding, GATE_AGAINST);
    assert_int_equal(j.temperature, STABILITY_ROOM);
    assert_int_equal(j.used, 121);
    assert_int_equal(j.limit, 120);
}

static void the_cold_stops_the_clock_of_the_room(void **state)
{
    const struct stability_stay cold[] = { { 1000000 + 60 * MINUTE, STABILITY_COLD } };
    const struct stability_stay back[] = { { 1000000 + 60 * MINUTE, STABILITY_COLD },
                                           { 1000000 + 200 * MINUTE, STABILITY_ROOM } };

    (void)state;
    assert_int_equal(judge(&urine, cold, 1, 360, 0).finding, GATE_NOTHING);
    assert_int_equal(judge(&urine, cold, 1, 361, 0).finding, GATE_AGAINST);
    assert_int_equal(judge(&urine, cold, 1, 361, 0).temperature, STABILITY_COLD);
    assert_int_equal(judge(&urine, back, 2, 260, 0).finding, GATE_NOTHING);
    assert_int_equal(judge(&urine, back, 2, 261, 0).finding, GATE_AGAINST);
    assert_int_equal(judge(&urine, back, 2, 261, 0).temperature, STABILITY_ROOM);
}

static void what_the_book_does_not_say_is_unknown(void **state)
{
    static const struct stability_book none, room = { { [STABILITY_ROOM] = 120 } };
    const struct stability_stay frozen[] = { { 1000000 + 10 * MINUTE, STABILITY_FROZEN } };

    (void)state;
    assert_int_equal(judge(&none, NULL, 0, 5, 0).finding, GATE_UNKNOWN);
    assert_int_equal(judge(&room, frozen, 1, 5, 0).finding, GATE_NOTHING);
    assert_int_equal(judge(&room, frozen, 1, 500, 0).finding, GATE_UNKNOWN);
    assert_int_equal(judge(&room, frozen, 1, 500, 0).temperature, STABILITY_FROZEN);
}

static void what_lies_outside_the_time_between_counts_nothing(void **state)
{
    const struct stability_stay early[] = { { 0, STABILITY_COLD } };
    const struct stability_stay later[] = { { 1000000 + 500 * MINUTE, STABILITY_FROZEN } };

    (void)state;
    assert_int_equal(judge(&urine, early, 1, 360, 0).finding, GATE_NOTHING);
    assert_int_equal(judge(&urine, later, 1, 119, 0).finding, GATE_NOTHING);
    assert_int_equal(judge(&urine, later, 1, 121, 0).finding, GATE_AGAINST);
    assert_int_equal(judge(&urine, NULL, 0, -5, 0).finding, GATE_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_limit_it_is_good),
        cmocka_unit_test(the_cold_stops_the_clock_of_the_room),
        cmocka_unit_test(what_the_book_does_not_say_is_unknown),
        cmocka_unit_test(what_lies_outside_the_time_between_counts_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
