/* What is past its retention goes whole, by two people, and custody still verifies. */
#include "tests/unit/test.h"

#include "core/custody/custody.h"
#include "core/store/bench.h"
#include "core/store/purge.h"
#include "core/store/review.h"
#include "tests/unit/store/ekg_world.h"

#include <sqlite3.h>

static const int64_t year = INT64_C(365) * 24 * 3600 * 1000;

struct office {
    struct world w;
    struct custody *custody;
    int64_t lead;
    struct store_specimen old, recent;
    int64_t seen;
    struct arena arena;
};

static void seal(struct office *o)
{
    struct complaint why = { "" };
    assert_int_equal(custody_seal(o->custody, o->w.store, &why), ERROR_OK);
}

static struct store_review review_of(const struct store_order_found *order)
{
    return (struct store_review) { .order = order->id,
                                   .version = order->version,
                                   .signed_off = true,
                                   .meaning = "REVIEWED",
                                   .disposition = "no-action",
                                   .note = "" };
}

static void sign(struct office *o, const char *number)
{
    struct store_actor by = world_actor(&o->w);
    struct store_order_found found;
    struct store_review review;
    int64_t id;

    by.person = o->w.provider;
    WORLD_MUST(store_order_by_number(o->w.store, &o->arena, number, &found));
    review = review_of(&found);
    WORLD_MUST(store_review_add(o->w.store, &by, &review, &id));
}

static void look(struct office *o, const char *what, const char *key)
{
    const struct store_view view = {
        .person = o->w.provider, .workstation = "desk", .what = what, .key = key, .at = o->w.now
    };
    WORLD_MUST(store_view_add(o->w.store, &view, &o->seen));
}

/* Eleven years ago an order with a signed result; today another one. */
static int open_office(void **state)
{
    static struct office o;
    const struct store_person lead = {
        0, "lee", "Lee K-TEST", ROLE_DIRECTOR, true, NULL, NULL, NULL
    };
    struct complaint why = { "" };

    memset(&o, 0, sizeof o);
    world_open(&o.w);
    arena_init(&o.arena, 1 << 20);
    assert_int_equal(
        custody_open(o.w.folder, o.w.store, clock_system(), entropy_system(), &o.custody, &why),
        ERROR_OK);
    o.w.now -= 11 * year;
    WORLD_MUST(store_begin(o.w.store));
    WORLD_MUST(store_person_add(o.w.store, &lead, o.w.now, &o.lead));
    o.old = world_specimen(&o.w, &o.arena);
    (void)world_result(&o.w, &o.old, "5.4", SEVERITY_NORMAL, 0);
    look(&o, "specimen", o.old.accession);
    WORLD_MUST(store_commit(o.w.store, NULL));
    WORLD_MUST(store_begin(o.w.store));
    sign(&o, o.old.order_number);
    WORLD_MUST(store_commit(o.w.store, NULL));
    o.w.now += 11 * year;
    WORLD_MUST(store_begin(o.w.store));
    o.recent = world_specimen(&o.w, &o.arena);
    (void)world_result(&o.w, &o.recent, "7.4", SEVERITY_ABNORMAL, 0);
    WORLD_MUST(store_commit(o.w.store, NULL));
    seal(&o);
    *state = &o;
    return 0;
}

static int close_office(void **state)
{
    struct office *o = *state;
    custody_close(o->custody);
    arena_free(&o->arena);
    world_close(&o->w);
    return 0;
}

static struct custody_report verify(const struct office *o)
{
    char path[128];
    struct custody_report report = { .finding = CUSTODY_WHOLE };
    struct complaint why = { "" };

    (void)snprintf(path, sizeof path, "%s/%s", o->w.folder, CUSTODY_SEAL_FILE);
    assert_int_equal(custody_verify(o->w.path, path, NULL, &report, &why), ERROR_OK);
    return report;
}

static struct store_purge propose(struct office *o, int64_t person)
{
    struct store_actor by = world_actor(&o->w);
    struct store_purge purge = { 0 };

    by.person = person;
    WORLD_MUST(store_begin(o->w.store));
    WORLD_MUST(store_purge_propose(o->w.store, &by, o->w.now - 10 * year, "yearly", &purge));
    WORLD_MUST(store_commit(o->w.store, NULL));
    return purge;
}

static enum error approve(struct office *o, int64_t person, const struct store_purge *purge)
{
    struct store_actor by = world_actor(&o->w);
    enum error e;

    by.person = person;
    WORLD_MUST(store_begin(o->w.store));
    WORLD_MUST(store_step_begin(o->w.store));
    e = store_purge_approve(o->w.store, &by, purge);
    WORLD_MUST(e == ERROR_OK ? store_step_keep(o->w.store) : store_step_undo(o->w.store));
    WORLD_MUST(store_commit(o->w.store, NULL));
    return e;
}

static int64_t count(const struct office *o, const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    int64_t number;

    assert_int_equal(sqlite3_open(o->w.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    number = sqlite3_column_int64(q, 0);
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
    return number;
}

static void what_is_old_goes_whole_and_the_rest_stays(void **state)
{
    struct office *o = *state;
    struct store_purge purge = propose(o, o->lead);
    struct custody_report report;

    assert_int_equal(purge.orders, 1);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    seal(o);
    assert_int_equal(count(o, "SELECT count(*) FROM orders"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM specimen"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM patient"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM result"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM message"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM session"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM frame"), 2);
    assert_int_equal(count(o, "SELECT count(*) FROM review"), 0);
    assert_int_equal(count(o, "SELECT count(*) FROM view"), 0);
    assert_int_equal(count(o, "SELECT count(*) FROM accession_issue"), 2);
    assert_int_equal(count(o, "SELECT count(*) FROM tombstone"), purge.facts);
    assert_int_equal(count(o, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    report = verify(o);
    assert_int_equal(report.finding, CUSTODY_WHOLE);
    assert_int_equal(report.gone, purge.facts);
    assert_int_equal(report.unsealed, 0);
}

/* The name that went is not left in the file's free pages. */
static void nothing_of_it_is_left_in_the_file(void **state)
{
    struct office *o = *state;
    static char bytes[8 * 1024 * 1024];
    struct store_purge purge = propose(o, o->lead);
    FILE *file;
    size_t len;

    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    custody_close(o->custody);
    o->custody = NULL;
    store_close(o->w.store); /* moves the log into the file and removes it */
    o->w.store = NULL;
    file = fopen(o->w.path, "re");
    assert_non_null(file);
    len = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    assert_null(memmem(bytes, len, "Nr1-TEST", 8));
    assert_non_null(memmem(bytes, len, "Nr2-TEST", 8));
}

static void one_person_is_not_two(void **state)
{
    struct office *o = *state;
    struct store_purge purge = propose(o, o->lead);

    assert_int_equal(approve(o, o->lead, &purge), ERROR_CONFLICT);
    assert_int_equal(count(o, "SELECT count(*) FROM orders"), 2);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_CONFLICT); /* once */
}

static void an_order_that_came_alive_again_stays(void **state)
{
    struct office *o = *state;
    struct store_purge purge = propose(o, o->lead);

    WORLD_MUST(store_begin(o->w.store));
    (void)world_result(&o->w, &o->old, "5.5", SEVERITY_NORMAL, 0);
    WORLD_MUST(store_commit(o->w.store, NULL));
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_CONFLICT);
    assert_int_equal(count(o, "SELECT count(*) FROM orders"), 2);
}

/* Both were proposed of the same order; what the first took is not there for the second, even when
 * another order of as many rows has come of age meanwhile. */
static void an_older_proposal_is_void_after_another_approval(void **state)
{
    struct office *o = *state;
    struct store_purge first = propose(o, o->lead), second = propose(o, o->lead);

    assert_int_equal(approve(o, o->w.provider, &second), ERROR_OK);
    o->w.now -= 11 * year;
    WORLD_MUST(store_begin(o->w.store));
    o->old = world_specimen(&o->w, &o->arena);
    (void)world_result(&o->w, &o->old, "5.4", SEVERITY_NORMAL, 0);
    look(o, "specimen", o->old.accession);
    WORLD_MUST(store_commit(o->w.store, NULL));
    WORLD_MUST(store_begin(o->w.store));
    sign(o, o->old.order_number);
    WORLD_MUST(store_commit(o->w.store, NULL));
    o->w.now += 11 * year;
    assert_int_equal(approve(o, o->w.provider, &first), ERROR_CONFLICT);
    assert_int_equal(count(o, "SELECT count(*) FROM orders"), 2);
}

static void an_order_with_an_open_task_stays(void **state)
{
    struct office *o = *state;
    struct store_actor by = world_actor(&o->w);
    struct store_order_found found;
    struct store_task task = {
        .kind = "call-patient", .instruction = "Call them", .owner = "maria", .due = "2015-03-20"
    };
    struct store_task_step done = { .kind = "done", .note = "called", .owner = "", .due = "" };
    struct store_purge purge;

    by.at -= 11 * year;
    WORLD_MUST(store_begin(o->w.store));
    WORLD_MUST(store_order_by_number(o->w.store, &o->arena, o->old.order_number, &found));
    task.order = found.id;
    task.version = found.version;
    WORLD_MUST(store_task_add(o->w.store, &by, &task, &done.task));
    WORLD_MUST(store_commit(o->w.store, NULL));
    WORLD_MUST(store_begin(o->w.store));
    assert_int_equal(store_purge_propose(o->w.store, &by, o->w.now - 10 * year, "early", &purge),
                     ERROR_NOT_FOUND);
    WORLD_MUST(store_task_step_add(o->w.store, &by, &done, &task.order));
    WORLD_MUST(store_commit(o->w.store, NULL));
    purge = propose(o, o->lead);
    assert_int_equal(purge.orders, 1);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
}

/* An old EKG order to which a tracing was proposed that is another order's now. */
static void an_order_that_a_kept_tracing_names_stays_with_it(void **state)
{
    struct office *o = *state;
    struct ekg_world e;
    struct store_order_key old, recent;
    struct store_purge purge;
    int64_t tracing;

    o->w.now -= 11 * year;
    WORLD_MUST(store_begin(o->w.store));
    e = ekg_world_open(&o->w);
    old = ekg_world_order(&o->w, &e);
    tracing = ekg_world_tracing(
        &o->w, &e, &(struct ekg_world_file) { .name = "Nr3-TEST", .proposed = old.id });
    o->w.now += 11 * year;
    recent = ekg_world_again(&o->w, &e, &old);
    WORLD_MUST(ekg_world_tie(&o->w, tracing, recent.id));
    WORLD_MUST(store_commit(o->w.store, NULL));
    purge = propose(o, o->lead);
    assert_int_equal(purge.orders, 1); /* that of the laboratory, not the EKG's */
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    assert_int_equal(count(o, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(count(o, "SELECT count(*) FROM orders"), 3);
}

/* A minor's EKG is kept until the patient is 28, by the day that is on record now. */
static void the_age_is_by_the_birth_date_on_record_now(void **state)
{
    static const char *const born[][2] = { { "1950-01-01", "2010-01-01" },
                                           { "2010-01-01", "1950-01-01" } };
    struct office *o = *state;
    struct ekg_world e;
    struct store_order_found found;
    struct store_purge purge;

    o->w.now -= 11 * year;
    WORLD_MUST(store_begin(o->w.store));
    e = ekg_world_open(&o->w);
    for (size_t i = 0; i < 2; i++) {
        struct store_order_key key = ekg_world_order(&o->w, &e);
        struct store_patient patient = { 0, "", "Age-TEST", "Ida", "", "F" };
        char mrn[16];
        (void)snprintf(mrn, sizeof mrn, "009%05d", o->w.patients);
        patient.mrn = mrn;
        WORLD_MUST(store_order_by_number(o->w.store, &o->arena, key.number, &found));
        for (size_t version = 0; version < 2; version++) {
            patient.id = found.patient_id;
            patient.birth_date = born[i][version];
            WORLD_MUST(store_patient_add(o->w.store, &patient, o->w.assistant, o->w.now, NULL));
        }
    }
    WORLD_MUST(store_commit(o->w.store, NULL));
    o->w.now += 11 * year;
    purge = propose(o, o->lead);
    assert_int_equal(purge.orders, 2); /* that of the laboratory, and that of the grown-up */
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    assert_int_equal(count(o, "SELECT count(*) FROM orders o JOIN patient p ON p.root = o.patient "
                              "WHERE p.birth_date = '2010-01-01' AND p.id = (SELECT max(n.id) "
                              "FROM patient n WHERE n.root = p.root)"),
                     1);
}

/* Another version of the patient's data, as of then. */
static void version(struct office *o, int64_t patient, const char *mrn, const char *family)
{
    const struct store_patient to = { patient, mrn, family, "Ida", "1981-03-14", "F" };

    WORLD_MUST(store_patient_add(o->w.store, &to, o->w.assistant, o->w.now, NULL));
}

static void merge(struct office *o, int64_t kept, int64_t merged)
{
    const struct store_actor by = world_actor(&o->w);
    const struct store_merge in = { kept, merged, "address, telephone", "registered twice" };
    int64_t id;

    WORLD_MUST(store_patient_merge(o->w.store, &by, &in, &id));
}

/* A record that stays because another one is shown as of it keeps all its versions: the first alone
 * would say again what was put right. */
static void a_record_that_stays_keeps_what_was_put_right(void **state)
{
    struct office *o = *state;
    struct store_purge purge;

    o->w.now -= 11 * year;
    WORLD_MUST(store_begin(o->w.store));
    version(o, o->old.patient_id, "00900001", "Right-TEST");
    merge(o, o->old.patient_id, o->recent.patient_id);
    WORLD_MUST(store_commit(o->w.store, NULL));
    o->w.now += 11 * year;
    purge = propose(o, o->lead);
    assert_int_equal(purge.orders, 1);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    assert_int_equal(count(o, "SELECT count(*) FROM patient WHERE family = 'Right-TEST'"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM patient"), 3);
    assert_int_equal(count(o, "SELECT count(*) FROM merge_standing"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void merged_records_of_which_nothing_is_left_go_together(void **state)
{
    struct office *o = *state;
    const struct store_patient twin = { 0, "M-2", "Twin-TEST", "Ida", "1981-03-14", "F" };
    struct store_purge purge;
    int64_t merged;

    o->w.now -= 11 * year;
    WORLD_MUST(store_begin(o->w.store));
    WORLD_MUST(store_patient_add(o->w.store, &twin, o->w.assistant, o->w.now, &merged));
    version(o, merged, "M-2", "Right-TEST");
    merge(o, o->old.patient_id, merged);
    WORLD_MUST(store_commit(o->w.store, NULL));
    seal(o);
    o->w.now += 11 * year;
    purge = propose(o, o->lead);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    assert_int_equal(count(o, "SELECT count(*) FROM patient"), 1);
    assert_int_equal(count(o, "SELECT count(*) FROM patient_merge"), 0);
    assert_int_equal(count(o, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    seal(o);
    assert_int_equal(verify(o).finding, CUSTODY_WHOLE);
}

/* All versions go together, also when it was put right after the order's time. */
static void what_was_put_right_lately_keeps_the_record(void **state)
{
    struct office *o = *state;
    struct store_purge purge;

    WORLD_MUST(store_begin(o->w.store));
    version(o, o->recent.patient_id, "00900002", "Right-TEST");
    version(o, o->old.patient_id, "00900001", "Right-TEST");
    WORLD_MUST(store_commit(o->w.store, NULL));
    purge = propose(o, o->lead);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    assert_int_equal(count(o, "SELECT count(*) FROM patient"), 4);
}

/* A look by the patient's number says who the patient was; not when it is another's number now. */
static void looks_by_the_number_go_with_the_patient(void **state)
{
    struct office *o = *state;
    struct store_purge purge;

    o->w.now -= 11 * year;
    WORLD_MUST(store_begin(o->w.store));
    version(o, o->old.patient_id, "A-7", "Nr1-TEST");
    version(o, o->old.patient_id, "A-8", "Nr1-TEST");
    version(o, o->old.patient_id, "A-9", "Nr1-TEST");
    o->w.now += 11 * year;
    version(o, o->recent.patient_id, "A-8", "Nr2-TEST");
    look(o, "patient", "A-7");
    look(o, "trace", "a-9 ");
    look(o, "find", "nr1-Test, I");
    look(o, "search", "Nr2-TEST");
    look(o, "patient", "A-8");
    look(o, "access", "00900002");
    WORLD_MUST(store_commit(o->w.store, NULL));
    purge = propose(o, o->lead);
    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    assert_int_equal(count(o, "SELECT count(*) FROM view"), 3);
    assert_int_equal(
        count(o, "SELECT count(*) FROM view WHERE key IN ('A-8', '00900002', 'Nr2-TEST')"), 3);
}

static void nothing_old_is_nothing_to_propose(void **state)
{
    struct office *o = *state;
    const struct store_actor by = world_actor(&o->w);
    struct store_purge purge;

    WORLD_MUST(store_begin(o->w.store));
    assert_int_equal(store_purge_propose(o->w.store, &by, o->w.now - 12 * year, "early", &purge),
                     ERROR_NOT_FOUND);
    store_rollback(o->w.store);
}

/* Without a tombstone nothing goes; with one that says another hash, nothing either. */
static void a_row_goes_only_with_its_own_tombstone(void **state)
{
    struct office *o = *state;
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(o->w.path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM review", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "INSERT INTO purge (id, link, before, reason, orders, facts, person, at) "
                     "SELECT 900000, zeroblob(32), 1, 'x', 1, 1, max(id), 1 FROM person;"
                     "INSERT INTO tombstone (id, link, purge, fact, gone, hash) SELECT 900001, "
                     "zeroblob(32), 900000, 'review', id, zeroblob(32) FROM review",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "DELETE FROM review", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
    assert_int_equal(verify(o).finding, CUSTODY_BROKEN_ROW);
}

/* A tombstone whose hash was changed afterwards, and one of a row that was never sealed so. */
static void a_changed_tombstone_is_found(void **state)
{
    struct office *o = *state;
    struct store_purge purge = propose(o, o->lead);
    sqlite3 *db = NULL;

    assert_int_equal(approve(o, o->w.provider, &purge), ERROR_OK);
    seal(o);
    assert_int_equal(sqlite3_open(o->w.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "DROP TRIGGER tombstone_no_update;"
                                  "UPDATE tombstone SET hash = zeroblob(32) WHERE fact = 'review'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    (void)sqlite3_close(db);
    assert_int_equal(verify(o).finding, CUSTODY_BROKEN_ROW);
}

/* A deleted row's children are looked up by their references: without an index each would read a
 * whole table. */
static void every_reference_to_what_may_go_has_an_index(void **state)
{
    struct office *o = *state;
    static const char missing[] =
        "SELECT coalesce(group_concat(t.name || '.' || r.\"from\", ' '), '') FROM sqlite_schema t, "
        "pragma_foreign_key_list(t.name) r WHERE t.type = "
        "'table' AND r.\"table\" IN ('orders', 'specimen', 'message', 'session', 'result', "
        "'tracing', 'patient', 'review', 'label_print', 'event') AND NOT EXISTS (SELECT 1 FROM "
        "pragma_index_list(t.name) i, pragma_index_info(i.name) c WHERE c.seqno = 0 AND c.name = "
        "r.\"from\") AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) k WHERE k.name = "
        "r.\"from\" AND k.pk = 1)";

    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;

    assert_int_equal(sqlite3_open(o->w.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, missing, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(q, 0), "");
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
}

int main(void)
{
#define PURGE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)
    const struct CMUnitTest tests[] = {
        PURGE_TEST(what_is_old_goes_whole_and_the_rest_stays),
        PURGE_TEST(nothing_of_it_is_left_in_the_file),
        PURGE_TEST(one_person_is_not_two),
        PURGE_TEST(an_order_that_came_alive_again_stays),
        PURGE_TEST(an_older_proposal_is_void_after_another_approval),
        PURGE_TEST(an_order_with_an_open_task_stays),
        PURGE_TEST(an_order_that_a_kept_tracing_names_stays_with_it),
        PURGE_TEST(the_age_is_by_the_birth_date_on_record_now),
        PURGE_TEST(a_record_that_stays_keeps_what_was_put_right),
        PURGE_TEST(merged_records_of_which_nothing_is_left_go_together),
        PURGE_TEST(what_was_put_right_lately_keeps_the_record),
        PURGE_TEST(looks_by_the_number_go_with_the_patient),
        PURGE_TEST(nothing_old_is_nothing_to_propose),
        PURGE_TEST(a_row_goes_only_with_its_own_tombstone),
        PURGE_TEST(a_changed_tombstone_is_found),
        PURGE_TEST(every_reference_to_what_may_go_has_an_index),
    };
#undef PURGE_TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
