/* One row in every table of paper labels and billing codes. */
#ifndef PHIAL_TESTS_UNIT_STORE_PAPER_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_PAPER_WORLD_H

#include "core/store/paper.h"

#include "tests/unit/store/world.h"

/* In an open transaction, with a specimen and a message there. */
static WORLD_UNUSED void paper_world_fill(struct world *w, int64_t message, int64_t specimen)
{
    const struct store_paper_sheet sheet = { .day = 260316, .count = 2, .reason = "drawer" };
    struct store_actor by = world_actor(w);
    unsigned count;
    int64_t id;

    by.person = w->provider;
    WORLD_MUST(store_paper_reserve(w->store, &by, &sheet, &id));
    WORLD_MUST(store_paper_void_rest(w->store, &by, id, "shredded", &count));
    assert_int_equal(count, 2);
    WORLD_MUST(store_paper_held(w->store, message, specimen, "state", "It is stored.", w->now));
    WORLD_MUST(store_billing_set(w->store, &by, "A", "own code"));
}

#endif
