/* One row in every table of the bench. */
#ifndef PHIAL_TESTS_UNIT_STORE_BENCH_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_BENCH_WORLD_H

#include "core/store/bench.h"
#include "core/store/reading.h"

#include "tests/unit/store/world.h"

/* A kit is begun on the specimen, looked at and stopped. */
static WORLD_UNUSED void bench_world_run(struct world *w, const struct store_actor *by,
                                         const struct store_specimen *specimen)
{
    const struct store_reading kit = { .test_code = specimen->tests[0].code,
                                       .how = { .choices = "Negative;Positive", .read_to = 9 },
                                       .source = "invented",
                                       .person = w->provider,
                                       .at = w->now };
    struct store_run run = { .test = specimen->tests[0].id,
                             .test_code = specimen->tests[0].code,
                             .lot = "K-1",
                             .specimen = specimen->id };
    struct store_look look = { .place = 1, .control = "valid", .found = "Positive" };

    WORLD_MUST(store_reading_add(w->store, &kit, &run.reading));
    WORLD_MUST(store_run_add(w->store, by, specimen, &run, &run.id));
    look.run = run.id;
    WORLD_MUST(store_look_add(w->store, by, &look));
    WORLD_MUST(store_run_end(w->store, by, &run, READING_VOID, 0, "invented"));
}

static WORLD_UNUSED void bench_world_merge(struct world *w, const struct store_actor *by,
                                           int64_t patient)
{
    const struct store_patient twin = {
        .mrn = "M-TWIN", .family = "Twin-TEST", .given = "", .birth_date = "1990-01-02", .sex = "U"
    };
    struct store_merge merge = { .kept = patient,
                                 .identifiers = "address, telephone",
                                 .reason = "registered twice" };
    int64_t id;

    WORLD_MUST(store_patient_add(w->store, &twin, by->person, w->now, &merge.merged));
    WORLD_MUST(store_patient_merge(w->store, by, &merge, &id));
    WORLD_MUST(store_patient_unmerge(w->store, by, id, "two people", &id));
}

/* In an open transaction. */
static WORLD_UNUSED void bench_world_fill(struct world *w)
{
    const struct store_stability good = { .test_code = "A", .minutes = 5, .source = "invented" };
    struct store_actor by = world_actor(w);
    struct store_order oral = { .provider = "kay", .priority = "routine", .mode = "oral" };
    struct store_collect collect = { .day = 260315,
                                     .type = "urine",
                                     .collector = "maria",
                                     .collected_at = w->now,
                                     .fasting = "yes" };
    struct store_specimen_key key;
    struct store_order_key order;
    struct store_specimen specimen;
    struct store_aliquot aliquot = { .parent = &specimen, .day = 260315, .container = "tube" };
    struct arena a;
    int64_t id;

    arena_init(&a, 1024 * 1024);
    by.person = w->provider;
    specimen = world_specimen(w, &a);
    collect.order = specimen.order;
    WORLD_MUST(store_collect(w->store, &by, &collect, &key));
    WORLD_MUST(store_storage_add(w->store, &by, specimen.id, STABILITY_COLD, "refrigerator"));
    WORLD_MUST(store_stability_add(w->store, &good, &id));
    WORLD_MUST(store_aliquot(w->store, &by, &aliquot, &key));
    bench_world_run(w, &by, &specimen);
    world_event(w, specimen.id, EVENT_REJECTED);
    WORLD_MUST(store_recollect(w->store, &by, specimen.id, "invented", &order));
    WORLD_MUST(store_rejection_seen(w->store, &by, specimen.id));
    WORLD_MUST(store_order_cancel(w->store, &by, order.id, "invented"));
    oral.patient = specimen.patient_id;
    oral.tests = &specimen.tests[0].id;
    oral.test_count = 1;
    WORLD_MUST(store_order_enter(w->store, &by, &oral, &order));
    WORLD_MUST(store_oral_authorise(w->store, &by, order.id, "signed", ""));
    bench_world_merge(w, &by, specimen.patient_id);
    arena_free(&a);
}

#endif
