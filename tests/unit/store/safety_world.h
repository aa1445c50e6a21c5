/* One row in every table of what nobody could place. */
#ifndef PHIAL_TESTS_UNIT_STORE_SAFETY_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_SAFETY_WORLD_H

#include "core/store/correct.h"
#include "tests/unit/store/world.h"

static WORLD_UNUSED void safety_world_fill(struct world *w)
{
    const struct store_held_critical row = {
        .message = world_message(w, "A0017", "77", DISPOSITION_HELD),
        .name = "Hemoglobin A1c",
        .value = "17.4",
        .unit = "%",
        .flag = "HH",
    };

    const struct store_critical held = { .anchor = row.message, .since = w->now };
    const struct store_surrogate lead = { "lena", "lab-lead" };
    const struct store_actor by = world_actor(w);
    int64_t id;

    WORLD_MUST(store_held_critical_add(w->store, &row));
    WORLD_MUST(store_critical_step_add(w->store, &by, &held, 1, &lead, &id));
}

#endif
