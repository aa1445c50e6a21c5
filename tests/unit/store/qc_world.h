/* A row in each table of quality control, for the tests that need one of everything. */
#ifndef PHIAL_TESTS_UNIT_STORE_QC_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_QC_WORLD_H

#include "core/store/qc.h"
#include "tests/unit/store/world.h"

/* A level and its trigger, a run that is void, what was done about it, and maintenance; with an
 * order's result for the look back. In a transaction. */
static WORLD_UNUSED void qc_world_fill(struct world *w)
{
    const struct store_actor by = world_actor(w);
    struct store_qc_range range = { .analyte = "4548-4", .name = "HbA1c", .low = "5", .high = "6" };
    struct store_qc_level level = { .test = "A1C",
                                    .control = "Invented control",
                                    .level = "I",
                                    .source = "insert",
                                    .active = true,
                                    .ranges = &range,
                                    .range_count = 1 };
    struct store_qc_trigger trigger = { .test = "A1C", .kind = QC_EACH_DAY, .active = true };
    const struct store_qc_value value = { .analyte = "4548-4", .value = "5.5", .passed = true };
    struct store_qc_run run = {
        .level = &level, .reason = "on_demand", .passed = true, .values = &value, .value_count = 1
    };
    int64_t root, id, bad, result;
    struct store_specimen specimen;
    struct arena a;

    arena_init(&a, 1024 * 1024);
    WORLD_MUST(store_instrument_root_of(w->store, w->instrument, &level.instrument));
    trigger.instrument = level.instrument;
    WORLD_MUST(store_qc_level_add(w->store, &by, &level, &root));
    WORLD_MUST(store_qc_trigger_add(w->store, &by, &trigger, &id));
    WORLD_MUST(store_qc_level_find(w->store, &a, root, &level));
    specimen = world_specimen(w, &a);
    result = world_result(w, &specimen, "5.5", SEVERITY_NORMAL, 0);
    WORLD_MUST(store_qc_run_add(w->store, &by, &run, &bad));
    WORLD_MUST(store_qc_void_add(w->store, &by, bad, "it had expired", &id));
    WORLD_MUST(store_qc_action_add(w->store, &by, bad, "a new vial", &id));
    WORLD_MUST(store_qc_review_add(w->store, &by, bad, "seen", &id));
    WORLD_MUST(store_qc_look_back_add(w->store, &by, bad, result, "stands", "", &id));
    WORLD_MUST(store_qc_dismiss(w->store, &by, world_message(w, "CTRL", "", DISPOSITION_QC),
                                "none of ours", &id));
    WORLD_MUST(store_maintenance_add(w->store, &by, level.instrument, false, "cleaned", "", &id));
    arena_free(&a);
}

#endif
