/*
 * M20: an order that a health record waits for, by a number of its own, and that comes to nothing
 * is told to it; one that it knows nothing of is not.
 */
#include "tests/must/ehr.h"

#include "core/store/bench.h"
#include "tests/unit/store/ekg_world.h"

/* Another order of the first patient, as the health record asked for it. */
static int64_t order_of(struct ehr *e, const char *placer)
{
    const struct store_actor by = world_actor(&e->h->world);
    struct store_order order = { .provider = "dana",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .placer = placer,
                                 .tests = &e->h->world.test,
                                 .test_count = 1 };
    struct store_order_key key;
    struct store_patient patient;

    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_patient_by_mrn(e->h->world.store, &e->h->arena, "00900001", &patient));
    order.patient = patient.id;
    WORLD_MUST(store_order_enter(e->h->world.store, &by, &order, &key));
    hands_turn(e->h);
    return key.id;
}

static void cancel(struct ehr *e, int64_t order)
{
    const struct store_actor by = world_actor(&e->h->world);

    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_order_cancel(e->h->world.store, &by, order, "ordered twice"));
    hands_turn(e->h);
    ehr_pass(e, 1000);
}

static void who_waits_is_told(void **state)
{
    struct ehr *e = *state;
    int64_t known;

    (void)ehr_result(e, "5.1"); /* the patient; nobody signs it */
    known = order_of(e, "EHR-1");
    cancel(e, order_of(e, ""));
    assert_int_equal(e->count, 0);
    cancel(e, known);
    assert_int_equal(e->count, 1);
    ehr_said(e, 0, "ORC", 1, 2, "EHR-1");
    ehr_said(e, 0, "ORC", 1, 5, "CA");
    ehr_said(e, 0, "OBR", 1, 25, "X");
    assert_non_null(strstr(e->sent[0].text, "Cancelled: ordered twice."));
    assert_null(strstr(e->sent[0].text, "\rOBX|"));
    ehr_take_all(e);
    ehr_pass(e, 1000);
    assert_int_equal(e->count, 1);
    hands_verify(e->h);
}

static void an_ekg_is_taken_back(void **state)
{
    const struct ekg_world_file file = { .name = "Nr1-TEST^Ida",
                                         .recorded_at = "2026-03-12T09:41:00" };
    struct ehr *e = *state;
    struct world *w = &e->h->world;
    struct ekg_world carts;
    int64_t order, tracing;

    WORLD_MUST(turn_begin(&e->h->core));
    carts = ekg_world_open(w);
    order = ekg_world_order(w, &carts).id;
    tracing = ekg_world_tracing(w, &carts, &file);
    WORLD_MUST(ekg_world_tie(w, tracing, order));
    hands_turn(e->h);
    ehr_pass(e, 1000);
    assert_int_equal(e->count, 0);
    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(ekg_world_overread(w, order, tracing, "disagree"));
    hands_turn(e->h);
    ehr_pass(e, 1000);
    assert_int_equal(e->count, 1);
    ehr_said(e, 0, "OBR", 1, 24, "EC");
    ehr_said(e, 0, "OBR", 1, 25, "F");
    ehr_said(e, 0, "OBX", 1, 5, "Sinus rhythm, nothing new.");
    assert_non_null(strstr(e->sent[0].text, "Device interpretation, unconfirmed: Sinus rhythm"));
    ehr_answer(e, "AA", "");
    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(ekg_world_tie(w, tracing, 0));
    hands_turn(e->h);
    ehr_pass(e, 1000);
    assert_int_equal(e->count, 2);
    ehr_said(e, 1, "OBR", 1, 25, "W");
    ehr_said(e, 1, "OBX", 1, 5, "Sinus rhythm, nothing new.");
    hands_verify(e->h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_waits_is_told, ehr_open, ehr_close),
        cmocka_unit_test_setup_teardown(an_ekg_is_taken_back, ehr_open, ehr_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
