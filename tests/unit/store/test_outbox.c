/* Messages to health records: the steps that they may take, and what stands in the queue. */
#include "core/store/outbox.h"

#include "core/store/internal.h"
#include "core/store/projection.h"
#include "tests/unit/store/outbox_world.h"
#include "tests/unit/store/world_json.h"
#include "tests/unit/test.h"

static enum error step(struct world *w, int64_t outbox, enum outbox_state state)
{
    const struct store_outbox_step in = { .outbox = outbox,
                                          .state = state,
                                          .code = "",
                                          .sentence = "invented",
                                          .person = state >= OUTBOX_RELEASED ? w->provider : 0,
                                          .due = w->now + 5000,
                                          .at = w->now };
    return store_outbox_step_add(w->store, &in);
}

static enum error next(struct world *w, int64_t now, int64_t *id, int64_t *due)
{
    struct store_next found;
    struct arena a;
    enum error e;

    arena_init(&a, 256 * 1024);
    e = store_outbox_next(w->store, &a, "EHR", now, &found, due);
    if (e == ERROR_OK)
        *id = found.id;
    arena_free(&a);
    return e;
}

static void steps_that_make_no_sense_are_refused(void **state)
{
    struct world *w = *state;
    int64_t id;

    WORLD_MUST(store_begin(w->store));
    id = outbox_world_message(w, "PH1");
    assert_int_equal(step(w, id, OUTBOX_ACKED), ERROR_CONFLICT); /* it never went out */
    assert_int_equal(step(w, id, OUTBOX_RETRY), ERROR_CONFLICT);
    assert_int_equal(step(w, id, OUTBOX_DROPPED), ERROR_CONFLICT); /* nobody drops what may go */
    WORLD_MUST(step(w, id, OUTBOX_SENT));
    assert_int_equal(step(w, id, OUTBOX_RELEASED), ERROR_CONFLICT);
    WORLD_MUST(step(w, id, OUTBOX_ACKED));
    assert_int_equal(step(w, id, OUTBOX_SENT), ERROR_CONFLICT); /* not again */
    assert_int_equal(step(w, id, OUTBOX_DROPPED), ERROR_CONFLICT);
    WORLD_MUST(step(w, id, OUTBOX_PARKED)); /* a refusal that came late */
    WORLD_MUST(step(w, id, OUTBOX_DROPPED));
    assert_int_equal(step(w, id, OUTBOX_RELEASED), ERROR_CONFLICT);
    WORLD_MUST(store_commit(w->store, NULL));
}

static void the_queue_is_what_the_facts_say(void **state)
{
    struct world *w = *state;
    int64_t first, second, id = 0, due = 0, key;
    const char *table;

    WORLD_MUST(store_begin(w->store));
    first = outbox_world_message(w, "PH1");
    second = outbox_world_message(w, "PH2");
    WORLD_MUST(next(w, w->now, &id, &due));
    assert_int_equal(id, first);
    WORLD_MUST(step(w, first, OUTBOX_SENT));
    WORLD_MUST(step(w, first, OUTBOX_RETRY));
    WORLD_MUST(next(w, w->now, &id, &due)); /* another patient's need not wait */
    assert_int_equal(id, second);
    WORLD_MUST(step(w, second, OUTBOX_SENT));
    WORLD_MUST(step(w, second, OUTBOX_ACKED));
    assert_int_equal(next(w, w->now, &id, &due), ERROR_NOT_FOUND);
    assert_int_equal(due, w->now + 5000);
    WORLD_MUST(next(w, due, &id, &due));
    assert_int_equal(id, first);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(projection_check(&w->store->sql, &table, &key), ERROR_NOT_FOUND);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_projections_rebuild(w->store));
    WORLD_MUST(next(w, w->now + 5000, &id, &due));
    assert_int_equal(id, first);
    WORLD_MUST(store_commit(w->store, NULL));
}

/* After a merge an order's next message is another patient's than the one that waits. */
static void no_order_overtakes_itself(void **state)
{
    struct world *w = *state;
    struct store_outbox_found found;
    struct store_specimen specimen;
    int64_t result, first, second, id = 0, due = 0;
    struct arena a;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    specimen = world_specimen(w, &a);
    result = world_result(w, &specimen, "5.1", SEVERITY_NORMAL, 0);
    first = outbox_world_of(w, specimen.order, result, "PH1");
    second = outbox_world_of(w, specimen.order, result, "PH2");
    WORLD_MUST(sql_run(&w->store->sql, "UPDATE outbox_queue SET patient = 0 WHERE outbox = "
                                       "(SELECT max(outbox) FROM outbox_queue)"));
    WORLD_MUST(step(w, first, OUTBOX_SENT));
    WORLD_MUST(step(w, first, OUTBOX_PARKED));
    assert_int_equal(next(w, w->now, &id, &due), ERROR_NOT_FOUND);
    WORLD_MUST(step(w, first, OUTBOX_RELEASED));
    WORLD_MUST(next(w, w->now, &id, &due));
    assert_int_equal(id, first);
    WORLD_MUST(step(w, first, OUTBOX_SENT));
    WORLD_MUST(step(w, first, OUTBOX_ACKED));
    WORLD_MUST(next(w, w->now, &id, &due));
    assert_int_equal(id, second);
    WORLD_MUST(store_outbox_by_id(w->store, &a, first, &found));
    assert_false(found.overtaken);
    WORLD_MUST(step(w, second, OUTBOX_SENT));
    WORLD_MUST(
        step(w, first, OUTBOX_PARKED)); /* refused, but late: sent again, it would undo PH2 */
    WORLD_MUST(store_outbox_by_id(w->store, &a, first, &found));
    assert_true(found.overtaken);
    store_rollback(w->store);
    arena_free(&a);
}

/* However much waits for one health record, what waits for another is shown: it may be gone. */
static void the_next_of_each_endpoint_are_shown(void **state)
{
    enum { MORE_THAN_SHOWN = 60 };
    struct world *w = *state;
    const struct store_params params = { .now = w->now };
    struct store_specimen specimen;
    json_t *shown = NULL, *waiting;
    char control[16];
    struct arena a;
    int64_t result;
    size_t count;

    arena_init(&a, 256 * 1024);
    WORLD_MUST(store_begin(w->store));
    specimen = world_specimen(w, &a);
    result = world_result(w, &specimen, "5.1", SEVERITY_NORMAL, 0);
    for (int i = 0; i < MORE_THAN_SHOWN; i++) {
        (void)snprintf(control, sizeof control, "PH%d", i);
        (void)outbox_world_of(w, specimen.order, result, control);
    }
    (void)outbox_world_to(w, "Other", specimen.order, result, "PX1");
    WORLD_MUST(store_commit(w->store, NULL));
    waiting = json_object_get(world_json(w, READ_OUTBOX, &params, &shown), "waiting");
    count = json_array_size(waiting);
    assert_int_equal(count, 51);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(waiting, count - 1), "endpoint")),
        "Other");
    json_decref(shown);
    arena_free(&a);
}

static void an_endpoint_is_noted_when_it_changes(void **state)
{
    struct world *w = *state;
    struct store_endpoint endpoint = { "EHR", "generic-251", "127.0.0.1:1", false, 15, true };
    const char *const others[] = { "another" };
    int64_t from = 0, done = 0, first;

    WORLD_MUST(store_begin(w->store));
    assert_int_equal(store_endpoint_reach(w->store, "EHR", &from, &done), ERROR_NOT_FOUND);
    WORLD_MUST(store_endpoint_set(w->store, &endpoint, w->now));
    first = store_head(w->store).id;
    WORLD_MUST(store_endpoint_set(w->store, &endpoint, w->now));
    assert_int_equal(w->store->head.id, w->store->kept.id + 1);
    WORLD_MUST(store_endpoint_reach(w->store, "EHR", &from, &done));
    assert_int_equal(from, first + 1);
    assert_int_equal(done, from);
    WORLD_MUST(store_endpoints_retire(w->store, others, 1, w->now));
    WORLD_MUST(store_endpoints_retire(w->store, others, 1, w->now));
    assert_int_equal(w->store->head.id, w->store->kept.id + 2);
    WORLD_MUST(store_commit(w->store, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(steps_that_make_no_sense_are_refused, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(the_queue_is_what_the_facts_say, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(no_order_overtakes_itself, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(the_next_of_each_endpoint_are_shown, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(an_endpoint_is_noted_when_it_changes, world_set_up,
                                        world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
