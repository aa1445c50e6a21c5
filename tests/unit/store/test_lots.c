/* Which lot of the book is meant by a number that several makers use. */
#include "core/store/lots.h"
#include "tests/unit/store/world.h"
#include "tests/unit/test.h"

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    world_open(w);
    WORLD_MUST(store_begin(w->store));
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

/* A lot of tubes of a maker of its own, with that mark unless it is "". */
static int64_t tubes(struct world *w, const char *maker, const char *expires, const char *mark)
{
    const struct store_actor by = world_actor(w);
    const struct store_item item = { .name = maker, .kind = "tube", .active = true };
    struct store_lot_new lot = { .number = "1234", .expires = expires };
    int64_t id, unused;

    WORLD_MUST(store_item_put(w->store, &by, &item, &lot.item));
    WORLD_MUST(store_lot_add(w->store, &by, &lot, &id));
    if (*mark)
        WORLD_MUST(store_lot_mark(w->store, &by, id, mark, "reason", &unused));
    return id;
}

static int64_t found(struct world *w)
{
    struct store_lot lot;
    struct arena a;

    arena_init(&a, 65536);
    WORLD_MUST(store_lot_of_kind(w->store, &a, "tube", " 1234 ", "2026-03-12", &lot));
    arena_free(&a);
    return lot.id;
}

static void of_several_the_worst_is_meant(void **state)
{
    struct world *w = *state;
    int64_t recalled, quarantined, expired, old, good;

    recalled = tubes(w, "A", "2027-01-31", "");
    quarantined = tubes(w, "B", "2027-01-31", "");
    expired = tubes(w, "C", "2026-03-11", "");
    assert_int_equal(found(w), expired);
    old = tubes(w, "D", "2025-01-31", "depleted");
    assert_int_equal(found(w), expired);
    WORLD_MUST(store_lot_mark(w->store, &(struct store_actor) { .role = "" }, expired, "depleted",
                              "used up", &good));
    good = tubes(w, "E", "2026-03-12", "");
    assert_int_equal(found(w), good); /* what is used up is in no drawer */
    assert_true(old < good);
    WORLD_MUST(store_lot_mark(w->store, &(struct store_actor) { .role = "" }, quarantined,
                              "quarantine", "wet", &old));
    assert_int_equal(found(w), quarantined);
    WORLD_MUST(store_lot_mark(w->store, &(struct store_actor) { .role = "" }, recalled, "recalled",
                              "by the maker", &old));
    assert_int_equal(found(w), recalled);
}

static void of_several_good_ones_the_newest_is_meant(void **state)
{
    struct world *w = *state;

    (void)tubes(w, "A", "2027-01-31", "");
    assert_int_equal(found(w), tubes(w, "B", "2027-01-31", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_several_the_worst_is_meant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_several_good_ones_the_newest_is_meant, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
