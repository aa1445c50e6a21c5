/* One row in every table of retention: an order of eleven years ago that two people let go. */
#ifndef PHIAL_TESTS_UNIT_STORE_PURGE_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_PURGE_WORLD_H

#include "core/store/purge.h"
#include "tests/unit/store/world.h"

static WORLD_UNUSED void purge_world_fill(struct world *w)
{
    const int64_t now = w->now, year = INT64_C(365) * 24 * 3600 * 1000;
    struct store_actor by;
    struct store_purge purge;

    w->now = now - 11 * year;
    (void)world_order(w);
    w->now = now;
    by = world_actor(w);
    WORLD_MUST(store_purge_propose(w->store, &by, now - 10 * year, "invented", &purge));
    by.person = w->provider;
    WORLD_MUST(store_purge_approve(w->store, &by, &purge));
}

#endif
