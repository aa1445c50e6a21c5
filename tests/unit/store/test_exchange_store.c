/* What the store gives for a message to a health record (M9, M18, M20): the order as it stands,
 * against what was sent. */
#include "core/store/bench.h"
#include "core/store/correct.h"
#include "core/store/exchange.h"
#include "core/store/gate.h"
#include "core/store/outbox.h"
#include "tests/unit/store/ekg_world.h"
#include "tests/unit/test.h"

static const char ehr[] = "ehr";

/* A specimen at the bench with a result, and what is gathered of its order. */
struct scene {
    struct world *w;
    struct arena a;
    struct store_specimen specimen;
    int64_t result;
    struct exchange_report report;
};

static void scene_open(struct scene *s, struct world *w)
{
    *s = (struct scene) { .w = w };
    arena_init(&s->a, 4 * 1024 * 1024);
    WORLD_MUST(store_begin(w->store));
    s->specimen = world_specimen(w, &s->a);
    s->result = world_result(w, &s->specimen, "7.4", SEVERITY_ABNORMAL, 0);
}

static void scene_close(struct scene *s)
{
    WORLD_MUST(store_commit(s->w->store, NULL));
    arena_free(&s->a);
}

static enum error look(struct scene *s, bool preliminary)
{
    return store_exchange_report(s->w->store, &s->a, s->specimen.order, ehr, preliminary,
                                 &s->report);
}

static void sign(struct scene *s, int64_t order)
{
    char version[STORE_VERSION_SIZE];
    const struct store_actor by = { .person = s->w->provider,
                                    .role = "provider",
                                    .at = ++s->w->now };
    const struct store_review review = { .order = order,
                                         .version = version,
                                         .signed_off = true,
                                         .meaning = "REVIEWED",
                                         .disposition = "no-action",
                                         .note = "" };
    int64_t id;

    WORLD_MUST(store_order_version(s->w->store, order, version));
    WORLD_MUST(store_review_add(s->w->store, &by, &review, &id));
}

/* A message to the health record that carries what was gathered. */
static int64_t sent(struct scene *s, char kind)
{
    static const uint8_t content[STORE_CONTENT] = { 0 };
    static int number;
    char control[16];
    int64_t results[8], id;
    struct store_outgoing out = { .endpoint = ehr,
                                  .order = s->specimen.order,
                                  .kind = kind,
                                  .control_id = control,
                                  .content = content,
                                  .cause = s->result,
                                  .at = s->w->now,
                                  .bytes = span_text("MSH"),
                                  .lacks = "",
                                  .results = results };

    (void)snprintf(control, sizeof control, "PH%d", ++number);
    for (size_t p = 0; p < s->report.panel_count; p++)
        for (size_t i = 0; i < s->report.panels[p].result_count; i++)
            if (s->report.panels[p].results[i].id)
                results[out.result_count++] = s->report.panels[p].results[i].id;
    WORLD_MUST(store_outgoing_add(s->w->store, &out, &id));
    return id;
}

static const struct exchange_result *first(const struct scene *s)
{
    assert_int_equal(s->report.panel_count, 1);
    assert_true(s->report.panels[0].result_count >= 1);
    return &s->report.panels[0].results[0];
}

/* Another version in the place of the scene's result. */
static void replace(struct scene *s, const char *value, const char *status, const char *kind)
{
    struct store_result *old;
    size_t count;
    struct store_correction why = { .result_old = s->result,
                                    .order = s->specimen.order,
                                    .kind = kind,
                                    .reason_code = "typing",
                                    .reason = "read wrongly",
                                    .requested_by = "" };
    const struct store_actor by = world_actor(s->w);
    struct store_result next;
    int64_t id;

    s->w->now++;
    WORLD_MUST(store_results_of_order(s->w->store, &s->a, s->specimen.order, &old, &count));
    next = old[0];
    next.id = 0;
    next.replaces = old[0].id;
    next.value = next.number = value;
    next.status = status;
    next.at = s->w->now;
    why.result_old = old[0].id;
    WORLD_MUST(store_result_add(s->w->store, &next, &s->result));
    why.result_new = s->result;
    WORLD_MUST(store_correction_add(s->w->store, &by, &why, &id));
}

static void nobody_has_signed(void **state)
{
    struct scene s;

    scene_open(&s, *state);
    assert_int_equal(look(&s, false), ERROR_NOT_FOUND);
    assert_int_equal(look(&s, true), ERROR_OK);
    assert_int_equal(first(&s)->status, EXCHANGE_PRELIMINARY);
    assert_int_equal(exchange_report_status(&s.report), EXCHANGE_PRELIMINARY);
    assert_string_equal(s.report.signer.name, "");
    scene_close(&s);
}

/* As many results as an order may have are told; one more is too many. */
static void as_many_as_there_may_be(void **state)
{
    struct scene s;

    scene_open(&s, *state);
    for (size_t i = 1; i < LIMIT_RESULTS; i++)
        (void)world_result(s.w, &s.specimen, "7.4", SEVERITY_NORMAL, 0);
    assert_int_equal(look(&s, true), ERROR_OK);
    assert_int_equal(s.report.panels[0].result_count, LIMIT_RESULTS);
    (void)world_result(s.w, &s.specimen, "7.4", SEVERITY_NORMAL, 0);
    assert_int_equal(look(&s, true), ERROR_TOO_BIG);
    scene_close(&s);
}

static void signed_is_final(void **state)
{
    const struct exchange_panel *p;
    struct scene s;

    scene_open(&s, *state);
    sign(&s, s.specimen.order);
    assert_int_equal(look(&s, false), ERROR_OK);
    p = &s.report.panels[0];
    assert_int_equal(first(&s)->status, EXCHANGE_FINAL);
    assert_int_equal(first(&s)->id, s.result);
    assert_string_equal(first(&s)->value, "7.4");
    assert_string_equal(first(&s)->loinc, "4548-4");
    assert_string_equal(first(&s)->serial, "AF0001");
    assert_string_equal(first(&s)->performed_by.name, "Invented Clinic");
    assert_string_equal(p->accession, s.specimen.accession);
    assert_string_equal(p->specimen_type, "blood");
    assert_string_equal(p->collector, "maria");
    assert_int_equal(p->collected_at, s.specimen.collected_at);
    assert_int_equal(p->place, 1);
    assert_string_equal(s.report.mrn, s.specimen.patient.mrn);
    assert_string_equal(s.report.provider.name, "Dana W-TEST");
    assert_string_equal(s.report.signer.login, "dana");
    assert_string_equal(s.report.signature, "reviewed");
    assert_int_equal(s.report.reported_at, s.w->now);
    scene_close(&s);
}

/* A correction goes at once, unsigned, with every value that was sent; nothing new goes with it. */
static void a_correction_goes_alone(void **state)
{
    struct scene s;

    scene_open(&s, *state);
    sign(&s, s.specimen.order);
    WORLD_MUST(look(&s, false));
    (void)sent(&s, 'F');
    replace(&s, "6.4", "C", "value");
    (void)world_result(s.w, &s.specimen, "5.5", SEVERITY_NORMAL, 0);
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_int_equal(s.report.panels[0].result_count, 1);
    assert_int_equal(first(&s)->status, EXCHANGE_CORRECTED);
    assert_string_equal(first(&s)->value, "6.4");
    assert_int_equal(first(&s)->previous_count, 1);
    assert_string_equal(first(&s)->previous[0].value, "7.4");
    assert_string_equal(first(&s)->correction_by, "Maria L-TEST");
    assert_string_equal(first(&s)->correction_reason, "read wrongly");
    assert_int_equal(exchange_report_status(&s.report), EXCHANGE_CORRECTED);
    scene_close(&s);
}

/* What was corrected before anything went is simply the value. */
static void what_never_went_is_not_corrected(void **state)
{
    struct scene s;
    int64_t id;

    scene_open(&s, *state);
    replace(&s, "6.4", "C", "value");
    sign(&s, s.specimen.order);
    WORLD_MUST(look(&s, false));
    assert_int_equal(first(&s)->status, EXCHANGE_FINAL);
    assert_int_equal(first(&s)->previous_count, 0);
    /* A message that a person dropped never arrived. */
    id = sent(&s, 'F');
    WORLD_MUST(store_outbox_step_add(s.w->store,
                                     &(struct store_outbox_step) { .outbox = id,
                                                                   .state = OUTBOX_PARKED,
                                                                   .code = "AE",
                                                                   .sentence = "unknown patient",
                                                                   .at = s.w->now }));
    WORLD_MUST(
        store_outbox_step_add(s.w->store, &(struct store_outbox_step) { .outbox = id,
                                                                        .state = OUTBOX_DROPPED,
                                                                        .code = "",
                                                                        .sentence = "entered there",
                                                                        .person = s.w->assistant,
                                                                        .at = s.w->now }));
    replace(&s, "6.5", "C", "value");
    assert_int_equal(look(&s, false), ERROR_NOT_FOUND);
    scene_close(&s);
}

/* Sent as preliminary, changed, signed: final, and the note says what it was. */
static void a_preliminary_value_becomes_final(void **state)
{
    struct scene s;

    scene_open(&s, *state);
    WORLD_MUST(look(&s, true));
    (void)sent(&s, 'P');
    replace(&s, "6.4", "C", "value");
    sign(&s, s.specimen.order);
    WORLD_MUST(look(&s, false));
    assert_int_equal(first(&s)->status, EXCHANGE_FINAL);
    assert_int_equal(first(&s)->previous_count, 1);
    assert_int_equal(exchange_report_status(&s.report), EXCHANGE_FINAL);
    scene_close(&s);
}

/* W says what was sent, so that the health record knows what to take back. */
static void another_patients_result_is_taken_back(void **state)
{
    struct scene s, never;

    scene_open(&s, *state);
    sign(&s, s.specimen.order);
    WORLD_MUST(look(&s, false));
    (void)sent(&s, 'F');
    replace(&s, "withdrawn", "W", "patient");
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_int_equal(first(&s)->status, EXCHANGE_WRONG);
    assert_string_equal(first(&s)->value, "7.4");
    assert_int_equal(first(&s)->id, s.result);
    assert_int_equal(exchange_report_status(&s.report), EXCHANGE_WRONG);
    scene_close(&s);

    scene_open(&never, *state);
    replace(&never, "withdrawn", "W", "patient");
    assert_int_equal(look(&never, true), ERROR_NOT_FOUND);
    scene_close(&never);
}

static void a_cancelled_value_is_withdrawn(void **state)
{
    struct scene s;

    scene_open(&s, *state);
    sign(&s, s.specimen.order);
    WORLD_MUST(look(&s, false));
    (void)sent(&s, 'F');
    replace(&s, "cancelled", "X", "cancel");
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_int_equal(first(&s)->status, EXCHANGE_NOT_DONE);
    assert_string_equal(first(&s)->previous[0].value, "7.4");
    assert_int_equal(exchange_report_status(&s.report), EXCHANGE_CORRECTED);
    scene_close(&s);
}

/* What a result was filed against is told; that a book is missing is the laboratory's own affair.
 */
static void what_stands_against_it_is_told(void **state)
{
    static const char *const findings[] = { "unknown", "against" };
    struct scene s;
    struct store_result *of;
    size_t count;

    scene_open(&s, *state);
    WORLD_MUST(store_results_of_order(s.w->store, &s.a, s.specimen.order, &of, &count));
    for (size_t i = 0; i < 2; i++)
        WORLD_MUST(store_gate_warning_add(s.w->store,
                                          &(struct store_gate_warning) { .message = of[0].message,
                                                                         .rule = "lot",
                                                                         .finding = findings[i],
                                                                         .level = "warn",
                                                                         .sentence = findings[i],
                                                                         .at = s.w->now },
                                          &(int64_t) { 0 }));
    WORLD_MUST(look(&s, true));
    assert_string_equal(first(&s)->comments, "against");
    scene_close(&s);
}

static void a_merged_patient_is_the_kept_one(void **state)
{
    struct scene s;
    struct store_actor by;
    struct store_order_key kept;
    struct store_order_found found;
    struct store_merge merge = { .identifiers = "name, birth date", .reason = "one person" };
    int64_t id;

    scene_open(&s, *state);
    by = world_actor(s.w);
    kept = world_order(s.w);
    WORLD_MUST(store_order_by_number(s.w->store, &s.a, kept.number, &found));
    merge.kept = found.patient_id;
    merge.merged = s.specimen.patient_id;
    WORLD_MUST(store_patient_merge(s.w->store, &by, &merge, &id));
    WORLD_MUST(look(&s, true));
    assert_string_not_equal(s.report.mrn, s.specimen.patient.mrn);
    assert_int_equal(s.report.mrn[7], '2');
    scene_close(&s);
}

/* The rest of an order is cancelled: what came of it stands as it is, reviewed or not. */
static void what_came_is_not_cancelled_with_the_rest(void **state)
{
    struct scene s = { .w = *state };
    struct store_actor by = world_actor(s.w);
    const struct store_test other = { .code = "CRP",
                                      .name = "C-reactive protein",
                                      .specimen_type = "blood",
                                      .container = "tube",
                                      .active = true };
    int64_t tests[2] = { s.w->test };
    struct store_order order = { .provider = "dana",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .placer = "EHR-1",
                                 .tests = tests,
                                 .test_count = 2 };
    struct store_specimen_key tube;
    struct store_order_key key;
    struct store_patient patient;

    arena_init(&s.a, 1 << 20);
    WORLD_MUST(store_begin(s.w->store));
    WORLD_MUST(store_test_add(s.w->store, &other, s.w->now, &tests[1]));
    (void)world_order(s.w);
    WORLD_MUST(store_patient_by_mrn(s.w->store, &s.a, "00900001", &patient));
    order.patient = patient.id;
    WORLD_MUST(store_order_enter(s.w->store, &by, &order, &key));
    tube = world_collect(s.w, key.id);
    world_event(s.w, tube.id, EVENT_LABEL_PRINTED);
    world_event(s.w, tube.id, EVENT_LABEL_VERIFIED);
    WORLD_MUST(store_specimen_by_id(s.w->store, &s.a, tube.id, &s.specimen));
    s.result = world_result(s.w, &s.specimen, "7.4", SEVERITY_ABNORMAL, 0);
    WORLD_MUST(store_order_cancel(s.w->store, &by, key.id, "ordered twice"));
    assert_int_equal(look(&s, false), ERROR_OK); /* nobody has signed what came */
    assert_int_equal(s.report.panel_count, 1);
    assert_string_equal(s.report.panels[0].code, "CRP");
    assert_string_equal(s.report.panels[0].cancelled, "ordered twice");
    sign(&s, key.id);
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_int_equal(s.report.panel_count, 2);
    assert_string_equal(s.report.panels[0].cancelled, "");
    assert_int_equal(exchange_panel_status(&s.report.panels[0]), EXCHANGE_FINAL);
    assert_int_equal(exchange_panel_status(&s.report.panels[1]), EXCHANGE_NOT_DONE);
    scene_close(&s);
}

/* An order that the health record knows by "EHR-1", of which nothing will come. */
static void what_never_comes_is_said(void **state)
{
    struct scene s = { .w = *state };
    struct store_actor by = world_actor(s.w);
    struct store_order order = { .provider = "dana",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .placer = "EHR-1",
                                 .tests = &s.w->test,
                                 .test_count = 1 };
    struct store_order_key key, again;
    struct store_specimen_key tube;
    struct store_patient patient;

    arena_init(&s.a, 1 << 20);
    WORLD_MUST(store_begin(s.w->store));
    s.specimen.order = world_order(s.w).id;
    WORLD_MUST(store_order_cancel(s.w->store, &by, s.specimen.order, "ordered twice"));
    assert_int_equal(look(&s, false), ERROR_NOT_FOUND); /* nobody there knows of it */
    WORLD_MUST(store_patient_by_mrn(s.w->store, &s.a, "00900001", &patient));
    order.patient = patient.id;
    WORLD_MUST(store_order_enter(s.w->store, &by, &order, &key));
    s.specimen.order = key.id;
    assert_int_equal(look(&s, false), ERROR_NOT_FOUND);
    WORLD_MUST(store_order_cancel(s.w->store, &by, key.id, "ordered twice"));
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_string_equal(s.report.placer, "EHR-1");
    assert_string_equal(s.report.panels[0].cancelled, "ordered twice");
    assert_int_equal(s.report.reported_at, by.at);
    assert_int_equal(exchange_report_status(&s.report), EXCHANGE_NOT_DONE);

    WORLD_MUST(store_order_enter(s.w->store, &by, &order, &key));
    tube = world_collect(s.w, key.id);
    WORLD_MUST(store_event_add(s.w->store, &by,
                               &(struct store_event) { .type = EVENT_REJECTED,
                                                       .specimen = tube.id,
                                                       .reason = "hemolysed" },
                               NULL));
    WORLD_MUST(store_recollect(s.w->store, &by, tube.id, "hemolysed", &again));
    s.specimen.order = key.id;
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_string_equal(s.report.panels[0].rejected, "hemolysed");
    assert_string_equal(s.report.panels[0].accession, tube.accession.digits);
    assert_int_equal(exchange_report_status(&s.report), EXCHANGE_NOT_DONE);
    scene_close(&s);
}

/* An EKG goes when it is read; taken off the order, it is taken back. */
static void an_ekg_goes_when_it_is_read(void **state)
{
    struct scene s = { .w = *state };
    const struct ekg_world_file file = { .name = "Nr1-TEST^Ida" };
    struct ekg_world e;
    int64_t tracing;

    arena_init(&s.a, 1 << 20);
    WORLD_MUST(store_begin(s.w->store));
    e = ekg_world_open(s.w);
    s.specimen.order = ekg_world_order(s.w, &e).id;
    tracing = ekg_world_tracing(s.w, &e, &file);
    WORLD_MUST(ekg_world_tie(s.w, tracing, s.specimen.order));
    assert_int_equal(look(&s, true), ERROR_NOT_FOUND);
    WORLD_MUST(ekg_world_overread(s.w, s.specimen.order, tracing, "disagree"));
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_true(s.report.panels[0].ekg);
    assert_int_equal(first(&s)->id, 0);
    assert_true(first(&s)->text);
    assert_string_equal(first(&s)->value, "Sinus rhythm, nothing new.");
    assert_string_equal(first(&s)->comments, "Device interpretation, unconfirmed: Sinus rhythm");
    assert_int_equal(first(&s)->status, EXCHANGE_FINAL);
    assert_string_equal(s.report.signer.login, "dana");
    s.result = tracing;
    (void)sent(&s, 'F');
    WORLD_MUST(ekg_world_tie(s.w, tracing, 0));
    assert_int_equal(look(&s, false), ERROR_OK);
    assert_int_equal(first(&s)->status, EXCHANGE_WRONG);
    assert_string_equal(first(&s)->value, "Sinus rhythm, nothing new.");
    assert_int_equal(s.report.reported_at, s.w->now);
    scene_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_has_signed, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(as_many_as_there_may_be, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(signed_is_final, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(a_correction_goes_alone, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(what_never_went_is_not_corrected, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_preliminary_value_becomes_final, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(another_patients_result_is_taken_back, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_value_is_withdrawn, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(what_came_is_not_cancelled_with_the_rest, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(what_never_comes_is_said, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(an_ekg_goes_when_it_is_read, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(what_stands_against_it_is_told, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_merged_patient_is_the_kept_one, world_set_up,
                                        world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
