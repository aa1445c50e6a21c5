/* One row in every table of criticals, corrections and decisions of two. */
#ifndef PHIAL_TESTS_UNIT_STORE_CORRECT_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_CORRECT_WORLD_H

#include "core/store/correct.h"
#include "core/store/facts.h"
#include "tests/unit/store/world.h"

/* A critical that nobody answers the telephone for. */
static WORLD_UNUSED void correct_world_critical(struct world *w, const struct store_actor *by,
                                                const struct store_specimen *specimen)
{
    char version[STORE_VERSION_SIZE];
    const int64_t result = world_result(w, specimen, "14.9", SEVERITY_CRITICAL, 0);
    const struct store_critical_attempt attempt = { .order = specimen->order,
                                                    .version = version,
                                                    .outcome = "no-answer",
                                                    .sought = "Dana W-TEST",
                                                    .credential = "MD",
                                                    .contact = "5550100",
                                                    .method = "telephone",
                                                    .value_read = "14.9 %",
                                                    .note = "" };
    const struct field step[] = {
        field_id("orders", specimen->order),
        field_id("anchor", result),
        field_number("step", 1),
        field_text("login", "dana"),
        field_text("role", "provider"),
        field_number("since", w->now),
        field_number("at", w->now),
    };
    int64_t id;

    WORLD_MUST(store_order_version(w->store, specimen->order, version));
    WORLD_MUST(store_critical_attempt_add(w->store, by, &attempt, &id));
    WORLD_MUST(FACT_ADD(w->store, FACT_CRITICAL_STEP, step, NULL));
}

/* A value that was corrected, moved, told of and seen. */
static WORLD_UNUSED void correct_world_correction(struct world *w, const struct store_actor *by,
                                                  const struct store_specimen *specimen)
{
    const int64_t result = world_result(w, specimen, "5.4", SEVERITY_NORMAL, 0);
    const struct store_correction correction = { .result_old = result,
                                                 .result_new = world_result(
                                                     w, specimen, "5.5", SEVERITY_NORMAL, result),
                                                 .order = specimen->order,
                                                 .kind = "value",
                                                 .reason_code = "typed",
                                                 .reason = "invented",
                                                 .requested_by = "" };
    int64_t id, item;

    WORLD_MUST(store_correction_add(w->store, by, &correction, &id));
    WORLD_MUST(store_correction_move_add(w->store, id, correction.result_new));
    const struct field told[] = { field_id("correction", id), field_id("person_root", 0),
                                  field_text("name", "Somebody-TEST"), field_text("how", "told"),
                                  field_number("at", w->now) };
    WORLD_MUST(FACT_ADD(w->store, FACT_NOTICE_ITEM, told, &item));
    WORLD_MUST(store_notice_seen_add(w->store, by, item, "", &id));
}

static WORLD_UNUSED void correct_world_fill(struct world *w)
{
    struct store_actor by = world_actor(w);
    struct store_second second = { .kind = "resolve",
                                   .message = world_message(w, "124", "", DISPOSITION_HELD),
                                   .resolution = "qc",
                                   .accession = "",
                                   .identifiers = "",
                                   .reason_code = "",
                                   .reason = "invented",
                                   .released = "" };
    struct store_specimen specimen;
    struct arena a;
    int64_t id, end;

    arena_init(&a, 256 * 1024);
    specimen = world_specimen(w, &a);
    correct_world_critical(w, &by, &specimen);
    correct_world_correction(w, &by, &specimen);
    WORLD_MUST(store_second_add(w->store, &by, &second, &id));
    by.person = w->provider;
    WORLD_MUST(store_second_end(w->store, &by, id, true, "", "", &end));
    arena_free(&a);
}

#endif
