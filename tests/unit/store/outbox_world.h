/* One row in every table of what goes to health records: a message that was refused and dropped. */
#ifndef PHIAL_TESTS_UNIT_STORE_OUTBOX_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_OUTBOX_WORLD_H

#include "core/store/outbox.h"
#include "tests/unit/store/world.h"

static WORLD_UNUSED void outbox_world_step(struct world *w, int64_t outbox, enum outbox_state state)
{
    const struct store_outbox_step step = {
        .outbox = outbox,
        .state = state,
        .code = state == OUTBOX_PARKED ? "AE" : "",
        .sentence = state == OUTBOX_SENT ? "" : "invented",
        .person = state == OUTBOX_DROPPED || state == OUTBOX_RELEASED ? w->provider : 0,
        .due = w->now,
        .at = w->now
    };
    WORLD_MUST(store_outbox_step_add(w->store, &step));
}

/* A message of that order, which carries that result, to that endpoint. */
static WORLD_UNUSED int64_t outbox_world_to(struct world *w, const char *name, int64_t order,
                                            int64_t result, const char *control)
{
    const struct store_endpoint endpoint = { name, "generic-251", "127.0.0.1:1", false, 15, true };
    static const uint8_t content[STORE_CONTENT] = { 1 };
    const struct store_outgoing out = { .endpoint = name,
                                        .order = order,
                                        .kind = 'F',
                                        .control_id = control,
                                        .content = content,
                                        .cause = result,
                                        .at = w->now,
                                        .bytes = span_text("MSH|"),
                                        .results = &result,
                                        .result_count = 1 };
    int64_t id;

    WORLD_MUST(store_endpoint_set(w->store, &endpoint, w->now));
    WORLD_MUST(store_outgoing_add(w->store, &out, &id));
    return id;
}

static WORLD_UNUSED int64_t outbox_world_of(struct world *w, int64_t order, int64_t result,
                                            const char *control)
{
    return outbox_world_to(w, "EHR", order, result, control);
}

/* An order with a result, and its message. */
static WORLD_UNUSED int64_t outbox_world_message(struct world *w, const char *control)
{
    struct store_specimen specimen;
    struct arena a;
    int64_t id;

    arena_init(&a, 256 * 1024);
    specimen = world_specimen(w, &a);
    id = outbox_world_of(w, specimen.order, world_result(w, &specimen, "5.1", SEVERITY_NORMAL, 0),
                         control);
    arena_free(&a);
    return id;
}

static WORLD_UNUSED void outbox_world_fill(struct world *w)
{
    int64_t id = outbox_world_message(w, "PH1");

    outbox_world_step(w, id, OUTBOX_SENT);
    outbox_world_step(w, id, OUTBOX_PARKED);
    outbox_world_step(w, id, OUTBOX_DROPPED);
}

#endif
