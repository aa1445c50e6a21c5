/*
 * M18, M9, M20: what a health record is sent of results that change. Nothing before it is signed
 * (or, where the site says so, as preliminary); a correction goes out at once and names the value
 * before; what stood on the wrong patient is withdrawn there and reported where it belongs; nothing
 * is told twice; what is refused holds up its own patient, and a person decides.
 */
#include "tests/must/ehr.h"

#include "core/store/bench.h"
#include "core/store/correct.h"
#include "core/store/patients.h"

static int ehr_open_filed(void **state)
{
    return ehr_open_as(state, true);
}

static int64_t newest_result(struct ehr *e, const struct store_specimen *p)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT max(id) FROM result WHERE orders = %lld",
                   (long long)p->order);
    return hands_number(e->h, sql);
}

static enum error correct(struct ehr *e, const struct store_specimen *p, const char *kind,
                          const char *value)
{
    char result[24], version[STORE_VERSION_SIZE];

    (void)snprintf(result, sizeof result, "%lld", (long long)newest_result(e, p));
    WORLD_MUST(store_order_version(e->h->world.store, p->order, version));
    return hands_ask(e->h, e->h->lead, ROLE_LAB_LEAD, WIRE_CORRECT, WIRE_F_ORDER, p->order_number,
                     WIRE_F_VERSION, version, WIRE_F_RESULT_ID, result, WIRE_F_KIND, kind,
                     WIRE_F_VALUE, value, WIRE_F_UNIT, *value ? "%" : "", WIRE_F_REASON_CODE,
                     "typing", WIRE_F_REASON, "misread", WIRE_F_PIN, "1", WIRE_FIELD_COUNT);
}

static void nothing_goes_before_it_is_signed(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;

    p = ehr_result(e, "5.1");
    ehr_pass(e, 60 * 60 * 1000);
    assert_int_equal(e->count, 0);
    ehr_sign(e, &p);
    assert_int_equal(e->count, 1);
    ehr_said(e, 0, "OBR", 1, 25, "F");
    ehr_said(e, 0, "OBX", 1, 5, "5.1");
    ehr_said(e, 0, "OBX", 1, 11, "F");
    ehr_answer(e, "AA", "");
    ehr_pass(e, 60 * 60 * 1000);
    assert_int_equal(e->count, 1);
    hands_verify(e->h);
}

static void a_correction_goes_out_at_once_with_the_value_before(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;

    p = ehr_result(e, "5.7");
    ehr_sign(e, &p);
    ehr_answer(e, "AA", "");
    assert_int_equal(correct(e, &p, "value", "6.4"), ERROR_OK);
    assert_int_equal(e->count, 2);
    ehr_said(e, 1, "OBR", 1, 25, "C");
    ehr_said(e, 1, "OBX", 1, 11, "C");
    ehr_said(e, 1, "OBX", 1, 5, "6.4");
    assert_non_null(strstr(strstr(e->sent[1].text, "\rNTE|"), "5.7"));
    assert_string_not_equal(e->sent[1].control, e->sent[0].control);
    ehr_answer(e, "AA", "");
    ehr_sign(e, &p); /* the health record has it as it stands: that is no news */
    assert_int_equal(e->count, 2);
    assert_int_equal(correct(e, &p, "cancel", ""), ERROR_OK);
    assert_int_equal(e->count, 3);
    ehr_said(e, 2, "OBX", 1, 11, "X");
}

/* What was never sent is no correction to who never saw it. */
static void what_was_corrected_before_it_went_out_is_final(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;

    p = ehr_result(e, "5.1");
    assert_int_equal(correct(e, &p, "value", "6.4"), ERROR_OK);
    assert_int_equal(e->count, 0);
    ehr_sign(e, &p);
    assert_int_equal(e->count, 1);
    ehr_said(e, 0, "OBX", 1, 11, "F");
    ehr_said(e, 0, "OBX", 1, 5, "6.4");
}

static void the_wrong_patient_gets_w_and_the_right_one_the_report(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p, other;
    char message[24], sql[128], mrn[256];

    p = ehr_result(e, "7.4");
    (void)snprintf(sql, sizeof sql, "SELECT message FROM result WHERE orders = %lld",
                   (long long)p.order);
    (void)snprintf(message, sizeof message, "%lld", (long long)hands_number(e->h, sql));
    WORLD_MUST(turn_begin(&e->h->core));
    other = world_specimen(&e->h->world, &e->h->arena);
    hands_turn(e->h);
    ehr_sign(e, &p);
    ehr_answer(e, "AA", "");
    assert_int_equal(hands_ask(e->h, e->h->lead, ROLE_LAB_LEAD, WIRE_UNDO, WIRE_F_MESSAGE, message,
                               WIRE_F_ACCESSION, other.accession, WIRE_F_IDENTIFIER, "name",
                               WIRE_F_IDENTIFIER, "MRN", WIRE_F_REASON_CODE, "wrong-patient",
                               WIRE_F_REASON, "tubes swapped", WIRE_FIELD_COUNT),
                     ERROR_OK);
    assert_int_equal(e->count, 1);
    assert_int_equal(hands_ask(e->h, e->h->director, ROLE_DIRECTOR, WIRE_PROPOSAL_END,
                               WIRE_F_PROPOSAL, e->h->key, WIRE_F_OUTCOME, "confirmed",
                               WIRE_F_IDENTIFIER, "name", WIRE_F_IDENTIFIER, "MRN", WIRE_F_NOTE,
                               "looked again", WIRE_FIELD_COUNT),
                     ERROR_OK);
    assert_int_equal(e->count, 2);
    ehr_said(e, 1, "OBX", 1, 11, "W");
    assert_int_equal(
        strncmp(ehr_field(e, 1, "PID", 1, 3, mrn), p.patient.mrn, strlen(p.patient.mrn)), 0);
    ehr_answer(e, "AA", "");
    ehr_sign(e, &other);
    assert_int_equal(e->count, 3);
    ehr_said(e, 2, "OBX", 1, 11, "F");
    ehr_said(e, 2, "OBX", 1, 5, "7.4");
    assert_int_equal(
        strncmp(ehr_field(e, 2, "PID", 1, 3, mrn), other.patient.mrn, strlen(other.patient.mrn)),
        0);
    hands_verify(e->h);
}

static void a_site_may_send_what_is_filed_as_preliminary(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;

    p = ehr_result(e, "5.1");
    assert_int_equal(e->count, 1);
    ehr_said(e, 0, "OBX", 1, 11, "P");
    ehr_answer(e, "AA", "");
    ehr_sign(e, &p);
    assert_int_equal(e->count, 2);
    ehr_said(e, 1, "OBX", 1, 11, "F");
}

static enum error decide(struct ehr *e, int64_t person, enum role role, enum wire_type type,
                         const char *reason)
{
    char outbox[24];
    (void)snprintf(outbox, sizeof outbox, "%lld",
                   (long long)hands_number(
                       e->h, "SELECT outbox FROM outbox_queue ORDER BY state <> 'parked'"));
    return hands_ask(e->h, person, role, type, WIRE_F_OUTBOX, outbox, WIRE_F_REASON, reason,
                     WIRE_FIELD_COUNT);
}

static void what_is_refused_waits_for_a_person(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p, other;

    p = ehr_result(e, "5.1");
    ehr_sign(e, &p);
    ehr_answer(e, "AE", "no such patient");
    assert_int_equal(correct(e, &p, "value", "5.2"), ERROR_OK);
    ehr_pass(e, 60 * 60 * 1000);
    assert_int_equal(e->count, 1); /* the correction waits behind it ... */
    other = ehr_result(e, "5.3");
    ehr_sign(e, &other);
    assert_int_equal(e->count, 2); /* ... and nobody else does */
    ehr_answer(e, "AA", "");
    assert_int_equal(decide(e, e->h->world.assistant, ROLE_MEDICAL_ASSISTANT, WIRE_OUTBOX_RELEASE,
                            "registered there"),
                     ERROR_DENIED);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, " "),
                     ERROR_BAD_INPUT);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "registered there"),
                     ERROR_OK);
    assert_int_equal(e->count, 3);
    assert_string_equal(e->sent[2].text, e->sent[0].text);
    ehr_answer(e, "AR", "still none");
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_DROP, "entered by hand"),
                     ERROR_OK);
    assert_int_equal(e->count, 4); /* what waited behind it goes */
    ehr_said(e, 3, "OBX", 1, 5, "5.2");
    ehr_answer(e, "AA", "");
    ehr_answer(e, "AE", "thought better of it"); /* a late refusal of what was taken is seen */
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 1);
    hands_verify(e->h);
}

/* A report that lacks what the law asks for is not sent; it is written anew when that is there. */
static void what_cannot_be_written_says_what_lacks(void **state)
{
    struct ehr *e = *state;
    struct store_site site = {
        .name = "Invented Clinic", .salt = "4711", .zone = "America/New_York", .clia = "99D0000000"
    };
    struct store_specimen p;

    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_site_set(e->h->world.store, &site));
    hands_turn(e->h);
    p = ehr_result(e, "5.1");
    ehr_sign(e, &p);
    assert_int_equal(e->count, 0);
    assert_int_equal(
        hands_number(e->h, "SELECT count(*) FROM outbox_state WHERE sentence LIKE '%address%'"), 1);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "again"),
                     ERROR_CONFLICT);
    site.address = "1 Invented Street";
    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_site_set(e->h->world.store, &site));
    hands_turn(e->h);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "it is there now"),
                     ERROR_OK);
    assert_int_equal(e->count, 1);
    ehr_answer(e, "AA", "");
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 0);
    hands_verify(e->h);
}

static void merge(struct ehr *e, const struct store_specimen *p, const struct store_specimen *into,
                  int64_t *id)
{
    const struct store_actor by = world_actor(&e->h->world);
    const struct store_merge in = { into->patient.id, p->patient.id, "name, birth date",
                                    "entered twice" };

    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_patient_merge(e->h->world.store, &by, &in, id));
    hands_turn(e->h);
    ehr_pass(e, 1000);
}

static void unmerge(struct ehr *e, int64_t id)
{
    const struct store_actor by = world_actor(&e->h->world);

    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_patient_unmerge(e->h->world.store, &by, id, "two people after all", &id));
    hands_turn(e->h);
    ehr_pass(e, 1000);
}

static void bears(const struct ehr *e, size_t message, const struct store_specimen *p)
{
    char mrn[256];
    (void)ehr_field(e, message, "PID", 1, 3, mrn);
    assert_memory_equal(mrn, p->patient.mrn, strlen(p->patient.mrn));
}

/* The health record has it in a chart where it does not belong (any more): nothing tells it so but
 * a person, who then sends it under the right number. */
static void what_went_out_under_another_number_waits_for_a_person(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p, into;
    int64_t id;

    p = ehr_result(e, "5.1");
    into = ehr_result(e, "5.2");
    ehr_sign(e, &p);
    ehr_answer(e, "AA", "");
    merge(e, &p, &into, &id);
    assert_int_equal(e->count, 1);
    assert_int_equal(
        hands_number(e->h, "SELECT count(*) FROM outbox_state WHERE state = 'parked' AND sentence "
                           "LIKE '%not in the first chart%'"),
        1);
    ehr_pass(e, 1000);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 1);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "they moved it"),
                     ERROR_OK);
    assert_int_equal(e->count, 2);
    bears(e, 0, &p);
    bears(e, 1, &into);
    ehr_answer(e, "AA", "");
    unmerge(e, id);
    assert_int_equal(e->count, 2);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "they moved it"),
                     ERROR_OK);
    assert_int_equal(e->count, 3);
    bears(e, 2, &p);
    hands_verify(e->h);
}

/* A message that still waits goes to no chart of which a person has said that it is not his. */
static void what_waits_under_another_number_does_not_go_out(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p, into;
    int64_t id;

    p = ehr_result(e, "5.1");
    into = ehr_result(e, "5.2");
    merge(e, &p, &into, &id);
    e->up = false;
    ehr_sign(e, &p);
    unmerge(e, id);
    e->up = true;
    ehr_pass(e, 60 * 60 * 1000);
    assert_int_equal(e->count, 0);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue WHERE state = 'parked'"),
                     1);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "send it"),
                     ERROR_CONFLICT);
    assert_int_equal(e->count, 0);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_DROP, "not his"), ERROR_OK);
    assert_int_equal(e->count, 1);
    bears(e, 0, &p);
    hands_verify(e->h);
}

/* The patient's data are these. */
static void correct_patient(struct ehr *e, const struct store_patient *to)
{
    const struct store_actor by = world_actor(&e->h->world);
    const struct store_patient_change change = { to, "name", "typed wrongly", "name, birth date" };

    WORLD_MUST(turn_begin(&e->h->core));
    WORLD_MUST(store_patient_correct(e->h->world.store, &by, &change));
    hands_turn(e->h);
}

/* Nor does one go out again whose answer never came, when the number was put right meanwhile. */
static void what_was_lost_is_not_repeated_under_another_number(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;
    struct store_patient to;

    p = ehr_result(e, "5.1");
    ehr_sign(e, &p);
    assert_int_equal(e->count, 1);
    to = p.patient;
    to.mrn = "00990099";
    correct_patient(e, &to);
    delivery_lost(&e->h->core, 0);
    hands_turn(e->h);
    ehr_pass(e, 60 * 60 * 1000);
    ehr_pass(e, 60 * 60 * 1000);
    assert_int_equal(e->count, 1);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue WHERE state = 'parked'"),
                     2);
    hands_verify(e->h);
}

/* Another MRN is another chart; another name is not. */
static void a_corrected_number_waits_for_a_person_too(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;
    struct store_patient to;

    p = ehr_result(e, "5.1");
    ehr_sign(e, &p);
    ehr_answer(e, "AA", "");
    to = p.patient;
    to.family = "Another-TEST";
    correct_patient(e, &to);
    ehr_pass(e, 1000);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 0);
    to.mrn = "00990099";
    correct_patient(e, &to);
    ehr_pass(e, 1000);
    assert_int_equal(e->count, 1);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue WHERE state = 'parked'"),
                     1);
    hands_verify(e->h);
}

/* An order that no message can hold waits for a person; everybody else's go on. */
static void an_order_that_is_too_large_holds_up_nobody(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p, other;

    p = ehr_result(e, "5.1");
    WORLD_MUST(turn_begin(&e->h->core));
    for (size_t i = 0; i < LIMIT_RESULTS; i++)
        (void)world_result(&e->h->world, &p, "5.1", SEVERITY_NORMAL, 0);
    hands_turn(e->h);
    ehr_sign(e, &p);
    assert_int_equal(e->count, 0);
    assert_int_equal(
        hands_number(e->h, "SELECT count(*) FROM outbox_state WHERE state = 'parked' AND sentence "
                           "LIKE '%too large%'"),
        1);
    other = ehr_result(e, "5.3");
    ehr_sign(e, &other);
    assert_int_equal(e->count, 1);
    bears(e, 0, &other);
    ehr_answer(e, "AA", "");
    WORLD_MUST(turn_begin(&e->h->core));
    (void)world_result(&e->h->world, &p, "5.2", SEVERITY_NORMAL, 0);
    hands_turn(e->h);
    ehr_sign(e, &p); /* that it is too large is said once */
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_message"), 2);
    hands_verify(e->h);
}

#define EHR_TEST(name) cmocka_unit_test_setup_teardown(name, ehr_open, ehr_close)

/* Another health record is put into the configuration, before or in the place of the first. */
static void connect_again(struct ehr *e, const char *first, const char *second)
{
    struct core *core = &e->h->core;
    struct config_exchange *lines = core->config.exchanges;
    struct complaint why = { "" };

    delivery_stop(core);
    hands_turn(e->h);
    delivery_free(core);
    lines[1] = lines[0];
    lines[0].name = first;
    lines[1].name = second;
    core->config.exchange_count = second ? 2 : 1;
    if (delivery_open(core, &why) != ERROR_OK)
        fail_msg("%s", why.text);
}

static void who_is_connected_later_gets_what_is_signed_then(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;

    p = ehr_result(e, "5.1");
    connect_again(e, "Other", "EHR"); /* whose first look finds the result and the signature */
    ehr_sign(e, &p);
    assert_int_equal(e->count, 1);
    ehr_said(e, 0, "OBX", 1, 5, "5.1");
    assert_int_equal(hands_number(e->h, "SELECT count(DISTINCT endpoint) FROM outbox_message"), 2);
    hands_verify(e->h);
}

/* A new name is no reason to send what was over before. */
static void who_is_connected_later_gets_no_old_reports_of_a_corrected_patient(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;
    struct store_patient to;

    p = ehr_result(e, "5.1");
    ehr_sign(e, &p);
    ehr_take_all(e);
    assert_int_equal(e->count, 1);
    connect_again(e, "Other", "EHR");
    to = p.patient;
    to.family = "Renamed-TEST";
    correct_patient(e, &to);
    ehr_pass(e, 1000);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_message WHERE endpoint = "
                                        "'Other'"),
                     0);
    hands_verify(e->h);
}

static void what_waits_for_a_health_record_that_is_gone_can_be_dropped(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;

    e->up = false;
    p = ehr_result(e, "5.1");
    ehr_sign(e, &p);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 1);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_DROP, "by hand"),
                     ERROR_CONFLICT); /* it may go yet */
    connect_again(e, "Other", NULL);
    ehr_pass(e, 1000);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "send it"),
                     ERROR_CONFLICT);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_DROP, "by hand"), ERROR_OK);
    assert_int_equal(hands_number(e->h, "SELECT count(*) FROM outbox_queue"), 0);
    hands_verify(e->h);
}

/* Nobody is told that it was sent again. */
static void what_a_health_record_that_is_gone_refused_waits_for_it(void **state)
{
    struct ehr *e = *state;
    struct store_specimen p;

    p = ehr_result(e, "5.1");
    ehr_sign(e, &p);
    ehr_answer(e, "AE", "no such patient");
    connect_again(e, "Other", NULL);
    assert_int_equal(decide(e, e->h->lead, ROLE_LAB_LEAD, WIRE_OUTBOX_RELEASE, "registered there"),
                     ERROR_OK);
    assert_string_equal(e->h->said, "It waits until that health record is connected again.");
    assert_int_equal(e->count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EHR_TEST(nothing_goes_before_it_is_signed),
        EHR_TEST(a_correction_goes_out_at_once_with_the_value_before),
        EHR_TEST(what_was_corrected_before_it_went_out_is_final),
        EHR_TEST(the_wrong_patient_gets_w_and_the_right_one_the_report),
        cmocka_unit_test_setup_teardown(a_site_may_send_what_is_filed_as_preliminary,
                                        ehr_open_filed, ehr_close),
        EHR_TEST(what_is_refused_waits_for_a_person),
        EHR_TEST(what_cannot_be_written_says_what_lacks),
        EHR_TEST(what_went_out_under_another_number_waits_for_a_person),
        EHR_TEST(what_waits_under_another_number_does_not_go_out),
        EHR_TEST(what_was_lost_is_not_repeated_under_another_number),
        EHR_TEST(a_corrected_number_waits_for_a_person_too),
        EHR_TEST(an_order_that_is_too_large_holds_up_nobody),
        EHR_TEST(who_is_connected_later_gets_what_is_signed_then),
        EHR_TEST(who_is_connected_later_gets_no_old_reports_of_a_corrected_patient),
        EHR_TEST(what_waits_for_a_health_record_that_is_gone_can_be_dropped),
        EHR_TEST(what_a_health_record_that_is_gone_refused_waits_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
