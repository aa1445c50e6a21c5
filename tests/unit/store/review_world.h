/* One row in every table of review: a task with a step, cover that was accepted, an order that
 * changed hands, and an answer to what was sent back. */
#ifndef PHIAL_TESTS_UNIT_STORE_REVIEW_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_REVIEW_WORLD_H

#include "core/store/review.h"
#include "tests/unit/store/world.h"

static WORLD_UNUSED void review_world_fill(struct world *w)
{
    char version[STORE_VERSION_SIZE];
    struct store_actor by = world_actor(w);
    struct store_review review = {
        .version = version, .note = "why?", .meaning = "", .disposition = ""
    };
    struct store_task task = { .version = version,
                               .kind = "call-patient",
                               .instruction = "Call.",
                               .owner = "maria",
                               .due = "2026-03-13" };
    const struct store_cover cover = { .provider = "dana",
                                       .deputy = "dora",
                                       .from_day = "2026-03-12",
                                       .until_day = "2026-03-13",
                                       .reason = "a holiday" };
    struct store_task_step step = {
        .kind = "attempt", .note = "no answer", .owner = "", .due = ""
    };
    struct store_specimen specimen;
    struct arena a;
    int64_t id;

    arena_init(&a, 256 * 1024);
    specimen = world_specimen(w, &a);
    (void)world_result(w, &specimen, "5.1", SEVERITY_NORMAL, 0);
    WORLD_MUST(store_order_version(w->store, specimen.order, version));
    task.order = review.order = specimen.order;
    by.person = w->provider;
    WORLD_MUST(store_task_add(w->store, &by, &task, &step.task));
    WORLD_MUST(store_task_step_add(w->store, &by, &step, NULL));
    WORLD_MUST(store_cover_add(w->store, &by, &cover, &id));
    WORLD_MUST(store_cover_step_add(w->store, &by, id, "accepted", "", NULL));
    WORLD_MUST(store_ownership_add(w->store, &by, specimen.order, "taken", "dana", "", NULL));
    WORLD_MUST(store_review_add(w->store, &by, &review, NULL));
    WORLD_MUST(store_return_answer_add(w->store, &by, specimen.order, "because", NULL));
    arena_free(&a);
}

#endif
