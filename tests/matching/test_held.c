/* What is not surely this specimen's is held, with its reason (DESIGN 3.2), and everything ends
 * somewhere (DESIGN 3.3). */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

/* Sends the record in a session of its own; it must be held for that reason, visibly. */
static void expect_held(struct scene *s, const char *reason)
{
    char sql[160];
    int64_t results = world_count(s->w, "SELECT count(*) FROM result");

    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM held JOIN message ON message.id=held.message WHERE "
                   "reason_code='%s' AND reason<>''",
                   reason);
    device_session(&s->device, &s->record, reason, SESSION_END_NORMAL);
    assert_int_equal(world_count(s->w, "SELECT count(*) FROM result"), results);
    if (world_count(s->w, sql) != 1)
        fail_msg("not held for: %s", reason);
}

static void expect_linked(struct scene *s)
{
    int64_t results = world_count(s->w, "SELECT count(*) FROM result");
    char text[32];

    (void)snprintf(text, sizeof text, "linked %lld", (long long)s->w->now);
    device_session(&s->device, &s->record, text, SESSION_END_NORMAL);
    assert_int_equal(world_count(s->w, "SELECT count(*) FROM result"), results + 1);
}

static void an_exact_number_links(void **state)
{
    struct scene s;

    scene_open(&s, state);
    expect_linked(&s);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM specimen_state WHERE state='tested'"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM event WHERE type='result-received'"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held"), 0);
}

static void a_number_that_is_not_exact_is_held(void **state)
{
    struct scene s;
    char number[32];

    scene_open(&s, state);
    s.record.specimen = "";
    expect_held(&s, "no-specimen");
    (void)snprintf(number, sizeof number, "%s ", s.accession.digits);
    s.record.specimen = number;
    expect_held(&s, "blanks");
    s.record.specimen = "A0017";
    expect_held(&s, "not-accession");
    (void)snprintf(number, sizeof number, "%s", s.accession.digits);
    number[11] = number[11] == '9' ? '0' : (char)(number[11] + 1);
    s.record.specimen = number;
    expect_held(&s, "check-digit");
}

static void a_valid_number_of_nobody_is_held(void **state)
{
    struct scene s;
    struct accession never;

    scene_open(&s, state);
    assert_int_equal(accession_make(&never, 260312, 4242, WORLD_SALT), ERROR_OK);
    s.record.specimen = never.digits;
    expect_held(&s, "unknown");
}

static void a_specimen_that_cannot_be_tested_is_held(void **state)
{
    struct scene s;
    struct accession rejected, unlabelled;

    scene_open(&s, state);
    world_specimen(s.w, "00013", "Roe-TEST", world_a1c, 1, SPECIMEN_REJECTED, &rejected);
    world_specimen(s.w, "00014", "Poe-TEST", world_a1c, 1, SPECIMEN_LABELLED, &unlabelled);
    world_turn(s.w);
    s.record.specimen = rejected.digits;
    expect_held(&s, "state");
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM event WHERE type='result-held'"), 1);
    s.record.specimen = unlabelled.digits;
    device_session(&s.device, &s.record, "not scanned back", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 0);
}

static void a_header_that_disagrees_is_held(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.patient_id = "12"; /* the MRN is 00012 */
    expect_held(&s, "patient-id");
    s.record.patient_id = "00012";
    s.record.patient_name = "ROE-TEST^JANE";
    expect_held(&s, "patient-name");
    s.record.patient_name = "DOE-TEST^JANE";
    s.record.patient_birth_date = "19810413";
    expect_held(&s, "birth-date");
    s.record.patient_birth_date = "19810314";
    s.record.patient_sex = "M";
    expect_held(&s, "sex");
    s.record.patient_sex = "F";
    expect_linked(&s);
}

static void a_test_that_was_not_ordered_is_held(void **state)
{
    struct scene s;
    struct record_result both[2];

    scene_open(&s, state);
    both[0] = s.result;
    record_result_init(&both[1]);
    both[1].code = "CRP", both[1].loinc = "48421-2", both[1].value = both[1].number = "5";
    both[1].unit = both[1].ucum = "mg/L";
    s.record.results = both;
    s.record.result_count = 2;
    expect_held(&s, "not-ordered"); /* the HbA1c, which was ordered, with it */
    both[1].loinc = "";
    expect_held(&s, "unmapped");
    s.record.result_count = 0;
    expect_held(&s, "no-results");
}

static void a_unit_that_is_not_expected_is_held(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.result.unit = s.result.ucum = "";
    expect_held(&s, "unit-missing");
    s.result.unit = s.result.ucum = "mmol/mol";
    expect_held(&s, "unit");
    s.result.unit = "%";
    s.result.ucum = ""; /* the profile maps nothing, the text is the unit */
    s.result.loinc = "";
    expect_linked(&s);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result WHERE loinc='4548-4'"), 1);
}

static void quality_control_never_reaches_a_patient(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.kind = RECORD_QC;
    device_session(&s.device, &s.record, "control", SESSION_END_NORMAL);
    s.record.kind = RECORD_CALIBRATION;
    device_session(&s.device, &s.record, "calibration", SESSION_END_NORMAL);
    s.record.kind = RECORD_SERVICE;
    device_session(&s.device, &s.record, "service", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 0);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM message WHERE disposition='qc' AND "
                                      "reason_code='qc-specimen'"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(DISTINCT disposition) FROM message"), 3);
}

static void what_cannot_be_read_is_shown(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "gibberish"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held JOIN message ON "
                                      "message.id=held.message WHERE reason_code='unreadable'"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM decoded"), 1);
}

static struct wire_message answer_of(struct world *w)
{
    struct wire_message m;
    struct complaint why;

    assert_int_equal(w->packet_count, 1);
    assert_int_equal(wire_read(span_of(w->packets[0], w->packet_lens[0]), WIRE_CORE, &m, &why),
                     ERROR_OK);
    assert_int_equal(m.type, WIRE_ANSWER);
    return m;
}

static struct wire_message ask(struct scene *s, const char *specimen)
{
    uint64_t ticket;
    struct wire_message m;

    world_forget_packets(s->w);
    device_begin(&s->device);
    assert_int_equal(device_keep(&s->device, "Q"), ERROR_OK);
    assert_int_equal(device_query(&s->device, specimen, &ticket), ERROR_OK);
    assert_int_equal(s->w->packet_count, 0); /* not before the commit */
    assert_int_equal(device_end(&s->device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s->w);
    m = answer_of(s->w);
    assert_int_equal(wire_number(&m, WIRE_F_TICKET), ticket);
    assert_string_equal(wire_text(&m, WIRE_F_SPECIMEN), specimen);
    return m;
}

static void a_query_is_answered_for_exactly_that_specimen(void **state)
{
    struct scene s;
    struct wire_message m;
    char near[32];

    scene_open(&s, state);
    m = ask(&s, s.accession.digits);
    assert_int_equal(wire_number(&m, WIRE_F_FOUND), 1);
    assert_string_equal(wire_text(&m, WIRE_F_CODE), "4548-4");
    assert_string_equal(wire_text(&m, WIRE_F_PATIENT_ID), "00012");
    (void)snprintf(near, sizeof near, "0%s", s.accession.digits);
    m = ask(&s, near);
    assert_int_equal(wire_number(&m, WIRE_F_FOUND), 0);
    assert_false(wire_has(&m, WIRE_F_PATIENT_ID));
    expect_linked(&s);
    m = ask(&s, s.accession.digits); /* nothing is open any more */
    assert_int_equal(wire_number(&m, WIRE_F_FOUND), 0);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM event WHERE type='queried'"), 2);
}

static void a_driver_that_misbehaves_is_refused(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.device.session = 1; /* no frame of it was kept */
    assert_int_equal(device_send(&s.device, &s.record, "x"), ERROR_BAD_INPUT);
    world_turn(s.w);
    s.device.session = 0;
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(device_keep(&s.device, "late"), ERROR_BAD_INPUT);
    world_turn(s.w);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "two"), ERROR_OK);
    s.device.ordinal = 5;
    assert_int_equal(device_send(&s.device, &s.record, "two"), ERROR_BAD_INPUT);
    world_turn(s.w);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(an_exact_number_links),
        IN_WORLD(a_number_that_is_not_exact_is_held),
        IN_WORLD(a_valid_number_of_nobody_is_held),
        IN_WORLD(a_specimen_that_cannot_be_tested_is_held),
        IN_WORLD(a_header_that_disagrees_is_held),
        IN_WORLD(a_test_that_was_not_ordered_is_held),
        IN_WORLD(a_unit_that_is_not_expected_is_held),
        IN_WORLD(quality_control_never_reaches_a_patient),
        IN_WORLD(what_cannot_be_read_is_shown),
        IN_WORLD(a_query_is_answered_for_exactly_that_specimen),
        IN_WORLD(a_driver_that_misbehaves_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
