/* What came under the number of a paper label is filed when its specimen is entered, unless it came
 * before the tube was taken: then it is of another one (M26). */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

static const char *const test_code[] = { "HbA1c" };
static const int64_t minute = 60 * 1000;

/* A number of a sheet, and the message that waits under it. */
static int64_t result_waits(struct world *w, struct store_paper_number *number)
{
    const struct store_paper_sheet sheet = { .day = 260312, .count = 1, .reason = "drawer" };
    const struct store_actor by = world_actor(w);
    struct record_result result;
    struct record record;
    struct accession last = { "" };
    struct device d;
    int64_t id, unused;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_paper_reserve(w->store, &by, &sheet, &id), ERROR_OK);
    world_turn(w);
    (void)snprintf(
        last.digits, sizeof last.digits, "%012lld",
        (long long)world_count(w, "SELECT CAST(accession AS INTEGER) FROM paper_number"));
    assert_int_equal(store_paper_find(w->store, last.digits, number), ERROR_OK);
    record = world_record(number->accession.digits, &result);
    device_attach(&d, w, "chem-1");
    device_session(&d, &record, "waits", SESSION_END_NORMAL);
    assert_int_equal(store_paper_waiting(w->store, number->accession.digits, 0, &unused), ERROR_OK);
    device_detach(&d);
    return unused;
}

static bool is_filed(struct world *w, int64_t collected_later)
{
    const struct store_actor by = world_actor(w);
    struct store_paper_number number;
    struct accession accession;
    int64_t message = result_waits(w, &number);
    bool filed = false;

    w->now += collected_later;
    w->paper = &number;
    world_specimen(w, "M1", "One-TEST", test_code, 1, SPECIMEN_VERIFIED, &accession);
    w->paper = NULL;
    assert_string_equal(accession.digits, number.accession.digits);
    assert_int_equal(ingest_look_again(w->ingest, message, &by, &filed), ERROR_OK);
    world_turn(w);
    return filed;
}

static void what_came_after_the_tube_was_taken_is_filed(void **state)
{
    assert_true(is_filed(*state, 0));
}

static void what_came_before_is_held_and_says_so(void **state)
{
    struct world *w = *state;

    assert_false(is_filed(w, 10 * minute));
    assert_int_equal(world_count(w, "SELECT count(*) FROM result"), 0);
    assert_int_equal(
        world_count(w, "SELECT count(*) FROM paper_held WHERE reason_code = 'before-collected'"),
        1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_came_after_the_tube_was_taken_is_filed, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(what_came_before_is_held_and_says_so, world_set_up,
                                        world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
