/* One row in every table of send-outs, of names asked for, and of practice. */
#ifndef PHIAL_TESTS_UNIT_STORE_AUDIT_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_AUDIT_WORLD_H

#include "core/store/audit.h"
#include "core/store/facts.h"
#include "core/store/sendouts.h"
#include "tests/unit/store/world.h"

static WORLD_UNUSED void audit_world_fill(struct world *w)
{
    const struct store_actor by = world_actor(w);
    const struct store_lab_test test = { "A1C", 2 };
    const struct store_lab lab = { .name = "Faraway Laboratory-TEST",
                                   .address = "1 Far Street, Elsewhere, NY 10001",
                                   .clia = "33D1234567",
                                   .active = true,
                                   .tests = &test,
                                   .test_count = 1 };
    const struct store_reveal reveal = { "order", "R000000", "invented" };
    const struct field marked[] = { field_number("at", w->now) };
    struct store_manifest manifest;
    struct store_manifest_line line = { .packed = true, .reason = "", .days = 2 };
    struct store_hand_over over = { .manifest = &manifest, .courier = "Rider-TEST" };
    struct store_reference_result lost = { .lab_number = "", .reported_at = "", .reason = "lost" };
    char number[STORE_MANIFEST_NUMBER];
    struct arena a;
    int64_t id;

    arena_init(&a, 256 * 1024);
    line.specimen = lost.specimen = world_specimen(w, &a).id;
    WORLD_MUST(store_lab_add(w->store, &by, &lab, &id));
    WORLD_MUST(store_manifest_open(w->store, &by, id, "cold", WORLD_DAY, number, &line.manifest));
    line.number = over.scanned = number;
    WORLD_MUST(store_manifest_line_add(w->store, &by, &line, &lost.line));
    WORLD_MUST(store_manifest_by_number(w->store, &a, number, &manifest));
    WORLD_MUST(
        store_manifest_count_add(w->store, &by, manifest.id, 1, 1, over.courier, &over.count));
    WORLD_MUST(store_hand_over_add(w->store, &by, &over, &id));
    WORLD_MUST(store_reference_result_add(w->store, &by, &lost, &id));
    WORLD_MUST(store_reveal_add(w->store, &by, &reveal, &id));
    WORLD_MUST(FACT_ADD(w->store, FACT_PRACTICE, marked, NULL));
    arena_free(&a);
}

#endif
