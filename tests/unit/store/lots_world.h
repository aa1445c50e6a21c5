/* One row in every table of lots and rules: a kit in a refrigerator, received, opened, marked; a
 * rule that was set, that held a message, and was released. */
#ifndef PHIAL_TESTS_UNIT_STORE_LOTS_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_LOTS_WORLD_H

#include "core/store/gate.h"
#include "core/store/lots.h"
#include "tests/unit/store/world.h"

static WORLD_UNUSED void lots_world_fill(struct world *w, int64_t message)
{
    static const char *const tests[] = { "HbA1c" };
    const struct store_actor by = world_actor(w);
    const struct store_place place = {
        .name = "Refrigerator", .measure = "°C", .low = "2", .high = "8", .active = true
    };
    struct store_item item = {
        .name = "Cartridges", .kind = "kit", .active = true, .tests = tests, .test_count = 1
    };
    struct store_temperature reading = { .day = "2026-03-12",
                                         .lowest = "3",
                                         .highest = "7",
                                         .present = "4",
                                         .low = "2",
                                         .high = "8",
                                         .in_range = true,
                                         .usable = true };
    struct store_lot_new lot = { .number = "L-1", .expires = "2027-03-31" };
    const struct store_rule_setting setting = { "lot", "against", "warn", "invented" };
    const struct store_gate_warning warning = { message,   "lot",       "against",
                                                "lockout", "Invented.", by.at };
    int64_t id;

    WORLD_MUST(store_place_put(w->store, &by, &place, &reading.place));
    WORLD_MUST(store_temperature_add(w->store, &by, &reading, &id));
    item.place = reading.place;
    WORLD_MUST(store_item_put(w->store, &by, &item, &lot.item));
    WORLD_MUST(store_lot_add(w->store, &by, &lot, &id));
    WORLD_MUST(store_lot_receive(w->store, &by, id, 2, "S-1", "", &lot.item));
    WORLD_MUST(store_lot_open(w->store, &by, id, "2026-03-01", "2026-05-30", "", &lot.item));
    WORLD_MUST(store_lot_mark(w->store, &by, id, "quarantine", "wet", &lot.item));
    WORLD_MUST(store_rule_setting_add(w->store, &by, &setting, &id));
    WORLD_MUST(store_gate_warning_add(w->store, &warning, &id));
    WORLD_MUST(store_gate_override_add(w->store, &by, message, "lot", "invented", &id));
}

#endif
