/* A patient's data were put right: what the tube's label says is still this tube's, and what other
 * limits judge otherwise says so. */
#include "core/catalogue/catalogue.h"
#include "core/store/bench.h"
#include "core/store/patients.h"
#include "tests/matching/world.h"
#include "tests/unit/test.h"

static const char *const bmp[] = { "BMP" };

static struct store_specimen specimen_of(struct world *w, struct arena *a, const char *accession)
{
    struct store_specimen specimen;

    assert_int_equal(store_specimen_by_accession(w->store, a, accession, &specimen), ERROR_OK);
    return specimen;
}

/* A label of the specimen, that came out or not. */
static void print_label(struct world *w, const char *accession, enum label_outcome outcome)
{
    struct store_label_print row = { .copy = 1, .printer = "bench", .stock = "2x1" };
    struct arena a;
    int64_t id, unused;

    arena_init(&a, 1 << 20);
    row.specimen = specimen_of(w, &a, accession).id;
    row.person = w->person;
    row.at = w->now;
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_label_print_add(w->store, &row, &id), ERROR_OK);
    assert_int_equal(store_label_outcome_add(w->store, id, outcome, "", w->now, &unused), ERROR_OK);
    world_turn(w);
    arena_free(&a);
}

/* The patient with that MRN is now as `to` says, where it says anything. */
static void correct(struct world *w, const char *mrn, struct store_patient to, size_t *rejudged)
{
    const struct store_actor by = world_actor(w);
    struct store_patient was;
    const struct store_patient_change change = { &to, "name", "misspelt", "photo ID, address" };
    struct ingest_rejudge job = { 0, "The birth date was corrected.", &by };
    struct ingest_rejudged out;
    struct arena a;

    arena_init(&a, 1 << 20);
    assert_int_equal(store_patient_by_mrn(w->store, &a, mrn, &was), ERROR_OK);
    job.patient = to.id = was.id;
    to.mrn = to.mrn ? to.mrn : was.mrn;
    to.family = to.family ? to.family : was.family;
    to.given = was.given;
    to.birth_date = to.birth_date ? to.birth_date : was.birth_date;
    to.sex = to.sex ? to.sex : was.sex;
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_patient_correct(w->store, &by, &change), ERROR_OK);
    assert_int_equal(ingest_rejudge(w->ingest, &job, &out), ERROR_OK);
    world_turn(w);
    if (rejudged)
        *rejudged = out.results;
    arena_free(&a);
}

static struct store_patient_tubes tubes_that_differ(struct world *w, const char *mrn)
{
    struct store_patient patient;
    struct store_patient_tubes tubes = { -1, -1 };
    struct arena a;

    arena_init(&a, 1 << 20);
    assert_int_equal(store_patient_by_mrn(w->store, &a, mrn, &patient), ERROR_OK);
    assert_int_equal(store_patient_labels(w->store, patient.id, &tubes), ERROR_OK);
    arena_free(&a);
    return tubes;
}

static int64_t labels_that_differ(struct world *w, const char *mrn)
{
    return tubes_that_differ(w, mrn).here;
}

static const char linked[] = "SELECT count(*) FROM message WHERE disposition = 'linked'";

static void a_header_of_the_old_label_is_linked(void **state)
{
    struct scene s;

    scene_open(&s, state);
    print_label(s.w, s.accession.digits, LABEL_PRINTED);
    correct(s.w, "00012", (struct store_patient) { .family = "Dow-TEST" }, NULL);
    s.record.patient_name = "DOE-TEST^JANE";
    device_session(&s.device, &s.record, "a name alone", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 0);
    s.record.patient_id = "00012";
    device_session(&s.device, &s.record, "as the label says", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 1);
    s.record.patient_name = "DOW-TEST^JANE";
    device_session(&s.device, &s.record, "as it stands", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 2);
    s.record.patient_name = "ROE-TEST^JANE";
    device_session(&s.device, &s.record, "another", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 2);
    print_label(s.w, s.accession.digits, LABEL_PRINTED);
    s.record.patient_name = "DOE-TEST^JANE";
    device_session(&s.device, &s.record, "as the label said", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 2);
}

static void what_no_label_says_is_held(void **state)
{
    struct scene s;

    scene_open(&s, state);
    print_label(s.w, s.accession.digits, LABEL_FAILED);
    correct(s.w, "00012", (struct store_patient) { .family = "Dow-TEST" }, NULL);
    s.record.patient_id = "00012";
    s.record.patient_name = "DOE-TEST^JANE";
    device_session(&s.device, &s.record, "of no label", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 0);
}

/* What the instrument was told when it asked comes back in its header. */
static void what_an_instrument_was_told_is_linked(void **state)
{
    struct scene s;
    uint64_t ticket;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "Q"), ERROR_OK);
    assert_int_equal(device_query(&s.device, s.accession.digits, &ticket), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    correct(s.w, "00012", (struct store_patient) { .family = "Dow-TEST" }, NULL);
    s.record.patient_id = "00012";
    s.record.patient_name = "DOE-TEST^JANE";
    device_session(&s.device, &s.record, "as it was told", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 1);
}

/* By a slip the label bore the number, or the name, of somebody else who is a patient here by now:
 * what comes under it may be theirs. */
static void is_held_when_another_bears_it(void **state, struct store_patient to,
                                          const struct store_patient *other, const char *id,
                                          const char *name)
{
    struct scene s;

    scene_open(&s, state);
    print_label(s.w, s.accession.digits, LABEL_PRINTED);
    correct(s.w, "00012", to, NULL);
    s.record.patient_id = id;
    s.record.patient_name = name;
    device_session(&s.device, &s.record, "of nobody else yet", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 1);
    assert_int_equal(store_begin(s.w->store), ERROR_OK);
    assert_int_equal(store_patient_add(s.w->store, other, s.w->person, s.w->now, NULL), ERROR_OK);
    world_turn(s.w);
    device_session(&s.device, &s.record, "of another, perhaps", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, linked), 1);
}

static void a_number_that_another_bears_is_held(void **state)
{
    const struct store_patient other = { 0, "00012", "Real-TEST", "Ann", "1990-01-02", "F" };

    is_held_when_another_bears_it(state, (struct store_patient) { .mrn = "00013" }, &other, "00012",
                                  "");
}

static void a_name_that_another_bears_is_held(void **state)
{
    const struct store_patient other = { 0, "00077", "DOE-TEST", "Jane Q", "1981-03-14", "F" };

    is_held_when_another_bears_it(state, (struct store_patient) { .family = "Dow-TEST" }, &other,
                                  "00012", "DOE-TEST^JANE");
}

static void a_label_differs_until_it_is_printed_again(void **state)
{
    struct scene s;

    scene_open(&s, state);
    print_label(s.w, s.accession.digits, LABEL_PRINTED);
    assert_int_equal(labels_that_differ(s.w, "00012"), 0);
    correct(s.w, "00012", (struct store_patient) { .mrn = "00013" }, NULL);
    assert_int_equal(labels_that_differ(s.w, "00013"), 1);
    print_label(s.w, s.accession.digits, LABEL_FAILED);
    assert_int_equal(labels_that_differ(s.w, "00013"), 1);
    print_label(s.w, s.accession.digits, LABEL_PRINTED);
    assert_int_equal(labels_that_differ(s.w, "00013"), 0);
    correct(s.w, "00013", (struct store_patient) { .mrn = "00012" }, NULL);
    assert_int_equal(labels_that_differ(s.w, "00012"), 1);
    correct(s.w, "00012", (struct store_patient) { .mrn = "00013" }, NULL); /* back again */
    assert_int_equal(labels_that_differ(s.w, "00013"), 0);
}

static void a_number_that_was_given_back_is_free_for_whose_it_is(void **state)
{
    struct world *w;
    struct scene s;
    struct store_patient other = { 0, "00012", "Real-TEST", "Ann", "1990-01-02", "F" }, found;
    struct arena a;

    scene_open(&s, state);
    w = s.w;
    arena_init(&a, 1 << 20);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_patient_add(w->store, &other, w->person, w->now, NULL), ERROR_CONFLICT);
    world_turn(w);
    correct(w, "00012", (struct store_patient) { .mrn = "00013" }, NULL);
    assert_int_equal(store_patient_by_mrn(w->store, &a, "00012", &found), ERROR_NOT_FOUND);
    assert_int_equal(store_patient_formerly(w->store, &a, "00012", &found), ERROR_OK);
    assert_string_equal(found.mrn, "00013");
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_patient_add(w->store, &other, w->person, w->now, NULL), ERROR_OK);
    world_turn(w);
    assert_int_equal(store_patient_by_mrn(w->store, &a, "00012", &found), ERROR_OK);
    assert_string_equal(found.family, "Real-TEST");
    assert_int_equal(store_patient_by_mrn(w->store, &a, "00013", &found), ERROR_OK);
    assert_string_equal(found.family, "Doe-TEST");
    arena_free(&a);
}

static void sign_limits(struct world *w, const char *rows)
{
    struct complaint why = { "" };
    int64_t set, id;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_reference_set_add(w->store, "site", "", w->now, &set), ERROR_OK);
    assert_int_equal(catalogue_read_limits(w->store, set, rows, &why), ERROR_OK);
    assert_int_equal(store_reference_approve(w->store, set, w->person, w->now, &id), ERROR_OK);
    world_turn(w);
}

/* Potassium of 4.1 is normal for grown women, and critical for girls, says this laboratory. */
static void limits_by_age(struct world *w)
{
    sign_limits(w, "2823-3,M,18,,1,2,,,,mmol/L\n"
                   "2823-3,F,,18,1,3,,4,,mmol/L\n"
                   "2823-3,F,18,,1,9,,,,mmol/L\n");
}

/* For M1, Doe-TEST, a woman of 44: sent by the instrument, under that number. */
static void send_potassium(struct device *d, const char *accession, const char *patient_id,
                           const char *value)
{
    struct record_result result;
    struct record record = world_record(accession, &result);

    result.code = result.loinc = "2823-3", result.name = "Potassium";
    result.value = value;
    result.comparator = *value == '>' ? ">" : "";
    result.number = value + (*value == '>');
    result.unit = result.ucum = "mmol/L";
    record.patient_id = patient_id;
    device_session(d, &record, value, SESSION_END_NORMAL);
}

/* With a potassium on file. */
static void open_potassium(struct world *w, struct device *d, struct accession *a)
{
    world_specimen(w, "M1", "Doe-TEST", bmp, 1, SPECIMEN_VERIFIED, a);
    world_turn(w);
    device_attach(d, w, "chem-1");
    send_potassium(d, a->digits, "", "4.1");
}

/* The result that counts has that flag and range. */
static void assert_judged(struct world *w, const char *flag, const char *range, int64_t version)
{
    char text[320];

    (void)snprintf(text, sizeof text,
                   "SELECT count(*) FROM result r WHERE site_flag = '%s' AND reference_range = "
                   "'%s' AND version = %lld AND value = '4.1' AND NOT EXISTS (SELECT 1 FROM result "
                   "n WHERE n.replaces = r.id)",
                   flag, range, (long long)version);
    assert_int_equal(world_count(w, text), 1);
}

static void other_limits_judge_what_is_on_file(void **state)
{
    struct world *w = *state;
    struct device d;
    struct accession a;
    size_t rejudged = 99;

    limits_by_age(w);
    open_potassium(w, &d, &a);
    assert_judged(w, "N", "1-9", 1);
    /* a name changes no limit */
    correct(w, "M1", (struct store_patient) { .family = "Dow-TEST" }, &rejudged);
    assert_int_equal(rejudged, 0);
    /* nor does a year within the same limit */
    correct(w, "M1", (struct store_patient) { .birth_date = "1980-03-14" }, &rejudged);
    assert_int_equal(rejudged, 0);
    correct(w, "M1", (struct store_patient) { .birth_date = "2018-03-14" }, &rejudged);
    assert_int_equal(rejudged, 1);
    assert_int_equal(world_count(w, "SELECT count(*) FROM result WHERE value = '4.1' AND version = "
                                    "2 AND site_flag = 'HH' AND severity = 2 AND "
                                    "reference_range = '1-3' AND status = 'C'"),
                     1);
    assert_int_equal(world_count(w, "SELECT count(*) FROM correction WHERE kind = 'value' AND "
                                    "reason_code = 'patient-data'"),
                     1);
    assert_int_equal(world_count(w, "SELECT count(*) FROM worklist WHERE state = 'waiting' AND "
                                    "severity = 2"),
                     1);
}

/* By the director's newer limits 4.1 would be high for women of her age; nobody has judged it by
 * them, and her name or her age put right is no reason to. */
static void limits_that_were_signed_since_judge_nothing(void **state)
{
    struct world *w = *state;
    struct device d;
    struct accession a;
    size_t rejudged = 99;

    limits_by_age(w);
    open_potassium(w, &d, &a);
    sign_limits(w, "2823-3,F,,45,1,9,,,,mmol/L\n2823-3,F,45,,1,2,,,,mmol/L\n");
    correct(w, "M1", (struct store_patient) { .birth_date = "1950-03-14" }, &rejudged);
    assert_int_equal(rejudged, 0);
    assert_judged(w, "N", "1-9", 1);
    correct(w, "M1", (struct store_patient) { .birth_date = "2018-03-14" }, &rejudged);
    assert_int_equal(rejudged, 1);
    assert_judged(w, "HH", "1-3", 2);
    correct(w, "M1", (struct store_patient) { .birth_date = "1950-03-14" }, &rejudged);
    assert_int_equal(rejudged, 1); /* back by the limits that it was judged by first */
    assert_judged(w, "N", "1-9", 3);
}

/* `>3.5` may be critical for a girl: that nobody can tell stands beside it. */
static void what_other_limits_leave_unsure_is_said(void **state)
{
    struct world *w = *state;
    struct device d;
    struct accession a;

    limits_by_age(w);
    open_potassium(w, &d, &a);
    send_potassium(&d, a.digits, "", ">3.5");
    correct(w, "M1", (struct store_patient) { .birth_date = "2018-03-14" }, NULL);
    assert_int_equal(world_count(w, "SELECT count(*) FROM result WHERE value = '>3.5' AND version "
                                    "= 2 AND severity = 2 AND comments LIKE '%critical%'"),
                     1);
}

/* Where no limits judged it, those that were signed since do not either. */
static void limits_do_not_judge_what_none_had_judged(void **state)
{
    struct world *w = *state;
    struct device d;
    struct accession a;
    size_t rejudged = 99;

    open_potassium(w, &d, &a);
    w->now += 1000;
    limits_by_age(w);
    correct(w, "M1", (struct store_patient) { .birth_date = "2018-03-14" }, &rejudged);
    assert_int_equal(rejudged, 0);
}

/* It waited for a person, and was judged when it was linked. */
static void limits_of_the_linking_judge_what_waited(void **state)
{
    static const char *const identifiers[] = { "name", "birth date" };
    struct world *w = *state;
    struct store_actor by = world_actor(w);
    struct ingest_resolve link = { .kind = RESOLUTION_LINK,
                                   .identifiers = identifiers,
                                   .identifier_count = 2,
                                   .reason = "asked at the bench",
                                   .by = &by };
    struct complaint why = { "" };
    struct device d;
    struct accession a;
    size_t rejudged = 99;

    world_specimen(w, "M1", "Doe-TEST", bmp, 1, SPECIMEN_VERIFIED, &a);
    world_turn(w);
    device_attach(&d, w, "chem-1");
    send_potassium(&d, a.digits, "another", "4.1");
    w->now += 1000;
    limits_by_age(w);
    w->now += 1000;
    by.at = w->now;
    link.message = world_count(w, "SELECT message FROM held");
    link.accession = a.digits;
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(ingest_resolve(w->ingest, &link, NULL, &why), ERROR_OK);
    world_turn(w);
    assert_judged(w, "N", "1-9", 1);
    correct(w, "M1", (struct store_patient) { .birth_date = "2018-03-14" }, &rejudged);
    assert_int_equal(rejudged, 1);
    assert_judged(w, "HH", "1-3", 2);
}

/* What one patient's data made of a result does not follow it to the patient whose it is. */
static void what_is_moved_leaves_the_other_data_behind(void **state)
{
    struct world *w = *state;
    const struct store_actor by = world_actor(w);
    struct ingest_undo undo = { .reason_code = "wrong-patient",
                                .reason = "tubes were swapped",
                                .requested_by = "",
                                .by = &by };
    struct store_order_key from, to;
    struct complaint why = { "" };
    struct device d;
    struct accession a, right;

    limits_by_age(w);
    open_potassium(w, &d, &a);
    world_specimen(w, "M2", "Roe-TEST", bmp, 1, SPECIMEN_VERIFIED, &right);
    world_turn(w);
    correct(w, "M1", (struct store_patient) { .birth_date = "2018-03-14" }, NULL);
    assert_judged(w, "HH", "1-3", 2);
    undo.message = world_count(w, "SELECT max(message) FROM result");
    undo.accession = right.digits;
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(ingest_undo(w->ingest, &undo, &from, &to, &why), ERROR_OK);
    world_turn(w);
    assert_judged(w, "N", "1-9", 4); /* after the withdrawn one */
    assert_int_equal(world_count(w, "SELECT count(*) FROM correction WHERE kind = 'value'"), 1);
}

/* As the records are merged, or are two again. */
static size_t rejudge(struct world *w, int64_t patient)
{
    const struct store_actor by = world_actor(w);
    const struct ingest_rejudge job = { patient, "The record was merged.", &by };
    struct ingest_rejudged out = { 99, false };

    assert_int_equal(ingest_rejudge(w->ingest, &job, &out), ERROR_OK);
    world_turn(w);
    return out.results;
}

static void a_merged_record_is_judged_as_who_it_is_shown_as(void **state)
{
    const struct store_patient girl = { 0, "M2", "Doe-TEST", "Jane", "2018-03-14", "F" };
    struct world *w = *state;
    const struct store_actor by = world_actor(w);
    struct store_merge merge = { .identifiers = "address, telephone", .reason = "twice" };
    int64_t id, again = 0;
    struct device d;
    struct accession a;

    limits_by_age(w);
    open_potassium(w, &d, &a);
    merge.merged = world_count(w, "SELECT patient FROM orders");
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_patient_add(w->store, &girl, w->person, w->now, &merge.kept), ERROR_OK);
    assert_int_equal(store_patient_merge(w->store, &by, &merge, &id), ERROR_OK);
    assert_int_equal(rejudge(w, merge.merged), 1);
    assert_judged(w, "HH", "1-3", 2);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_patient_unmerge(w->store, &by, id, "two people", &again), ERROR_OK);
    assert_int_equal(again, merge.merged);
    assert_int_equal(rejudge(w, again), 1);
    assert_judged(w, "N", "1-9", 3);
}

static void each_order_has_the_event(void **state)
{
    struct scene s;

    scene_open(&s, state);
    correct(s.w, "00012", (struct store_patient) { .family = "Dow-TEST" }, NULL);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM event WHERE type = 'patient-corrected' "
                                      "AND detail = 'name' AND reason = 'photo ID, address'"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM patient WHERE reason = 'misspelt' AND "
                                      "identifiers = 'photo ID, address' AND root < id"),
                     1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM patient WHERE family = 'Doe-TEST'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_header_of_the_old_label_is_linked),
        IN_WORLD(what_no_label_says_is_held),
        IN_WORLD(what_an_instrument_was_told_is_linked),
        IN_WORLD(a_number_that_another_bears_is_held),
        IN_WORLD(a_name_that_another_bears_is_held),
        IN_WORLD(a_label_differs_until_it_is_printed_again),
        IN_WORLD(a_number_that_was_given_back_is_free_for_whose_it_is),
        IN_WORLD(other_limits_judge_what_is_on_file),
        IN_WORLD(limits_that_were_signed_since_judge_nothing),
        IN_WORLD(what_other_limits_leave_unsure_is_said),
        IN_WORLD(limits_do_not_judge_what_none_had_judged),
        IN_WORLD(limits_of_the_linking_judge_what_waited),
        IN_WORLD(what_is_moved_leaves_the_other_data_behind),
        IN_WORLD(a_merged_record_is_judged_as_who_it_is_shown_as),
        IN_WORLD(each_order_has_the_event),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
