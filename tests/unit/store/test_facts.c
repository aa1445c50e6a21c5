/* Facts are only ever added; transactions keep all or nothing; the schema guards itself. */
#include "core/store/limits.h"
#include "tests/unit/test.h"

#include "tests/unit/store/audit_world.h"
#include "tests/unit/store/bench_world.h"
#include "tests/unit/store/correct_world.h"
#include "tests/unit/store/ekg_world.h"
#include "tests/unit/store/lots_world.h"
#include "tests/unit/store/outbox_world.h"
#include "tests/unit/store/paper_world.h"
#include "tests/unit/store/purge_world.h"
#include "tests/unit/store/qc_world.h"
#include "tests/unit/store/review_world.h"
#include "tests/unit/store/safety_world.h"
#include "tests/unit/store/staff_world.h"

#include "core/store/facts.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

/* Runs SQL as somebody with the database file and Phial's own settings would. */
static int run_sql(struct world *w, const char *text)
{
    sqlite3 *db;
    int code;

    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA recursive_triggers = ON", NULL, NULL, NULL),
                     SQLITE_OK);
    code = sqlite3_exec(db, text, NULL, NULL, NULL);
    sqlite3_close(db);
    return code;
}

static int64_t count_of(struct world *w, const char *text)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    int64_t n;

    assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

/* One row at least in every fact table. */
static void fill_every_table(struct world *w)
{
    struct store_actor by = world_actor(w);
    struct store_specimen specimen;
    struct store_critical_notice told = { .told_to = "Dana",
                                          .method = "in person",
                                          .read_back = "9.1" };
    struct store_review review = { .signed_off = true, .meaning = "reviewed" };
    struct store_label_print print = { .copy = 1, .printer = "bench", .stock = "2x1" };
    struct store_resolution resolution = { .kind = RESOLUTION_QC, .reason = "control" };
    struct store_sign_in in = { .person = w->assistant, .login = "maria", .ok = true };
    struct store_view view = { .person = w->assistant, .what = "inbox" };
    struct store_limit limit = { .loinc = "4548-4", .sex = "", .high = "5.6", .unit = "%" };
    char version[STORE_VERSION_SIZE];
    int64_t id;
    struct arena a;

    arena_init(&a, 1024 * 1024);
    WORLD_MUST(store_begin(w->store));
    specimen = world_specimen(w, &a);
    (void)world_result(w, &specimen, "9.1", SEVERITY_CRITICAL, 0);
    WORLD_MUST(store_order_version(w->store, specimen.order, version));
    told.order = review.order = specimen.order;
    told.version = review.version = version;
    WORLD_MUST(store_critical_notice_add(w->store, &by, &told, NULL));
    by.person = w->provider;
    WORLD_MUST(store_review_add(w->store, &by, &review, NULL));
    print.specimen = specimen.id;
    WORLD_MUST(store_label_print_add(w->store, &print, &id));
    WORLD_MUST(store_label_outcome_add(w->store, id, LABEL_PRINTED, "", w->now, NULL));
    resolution.message = world_message(w, "123", "", DISPOSITION_HELD);
    WORLD_MUST(store_resolution_add(w->store, &resolution, NULL));
    WORLD_MUST(store_sign_in_add(w->store, &in, NULL));
    WORLD_MUST(store_pin_set_add(w->store, &by, w->provider, NULL));
    WORLD_MUST(store_view_add(w->store, &view, NULL));
    WORLD_MUST(store_reference_set_add(w->store, "adult", "invented", w->now, &id));
    WORLD_MUST(store_reference_limit_add(w->store, id, &limit, NULL));
    WORLD_MUST(store_reference_approve(w->store, id, w->provider, w->now, NULL));
    WORLD_MUST(store_reference_set_add(w->store, "a slip", "invented", w->now, &id));
    WORLD_MUST(store_proposal_withdraw(w->store, id, w->provider, "a slip", w->now, NULL));
    ekg_world_fill(w);
    bench_world_fill(w);
    staff_world_fill(w);
    purge_world_fill(w);
    review_world_fill(w);
    audit_world_fill(w);
    lots_world_fill(w, resolution.message);
    qc_world_fill(w);
    correct_world_fill(w);
    outbox_world_fill(w);
    safety_world_fill(w);
    paper_world_fill(w, resolution.message, specimen.id);
    WORLD_MUST(store_commit(w->store, NULL));
    arena_free(&a);
}

static void every_fact_table_refuses_change(void **state)
{
    /* Each is a verb, the table and an ending. */
    static const struct {
        const char *verb, *ending;
        bool from; /* copies rows of the table itself */
    } attempts[] = {
        { "UPDATE", "SET link = zeroblob(32)", false },
        { "DELETE FROM", "", false },
        { "INSERT OR REPLACE INTO", "LIMIT 1", true },
        { "REPLACE INTO", "ORDER BY id DESC LIMIT 1", true },
        { "UPDATE OR REPLACE", "SET id = id + 1", false },
    };
    struct world *w = *state;
    char text[256];

    fill_every_table(w);
    for (unsigned t = 0; t < FACT_COUNT; t++) {
        const char *table = fact_table((enum fact)t);
        (void)snprintf(text, sizeof text, "SELECT count(*) FROM %s", table);
        if (count_of(w, text) == 0)
            fail_msg("no row was added to %s", table);
        for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
            (void)snprintf(text, sizeof text, "%s %s %s %s %s", attempts[i].verb, table,
                           attempts[i].from ? "SELECT * FROM" : "", attempts[i].from ? table : "",
                           attempts[i].ending);
            if (run_sql(w, text) != SQLITE_CONSTRAINT)
                fail_msg("not refused: %s", text);
        }
    }
}

static void ids_run_without_gaps_over_all_tables(void **state)
{
    struct world *w = *state;
    struct store_head head;
    int64_t rows = 0;

    fill_every_table(w);
    for (unsigned t = 0; t < FACT_COUNT; t++) {
        char text[96];
        (void)snprintf(text, sizeof text, "SELECT count(*) FROM %s", fact_table((enum fact)t));
        rows += count_of(w, text);
    }
    rows += count_of(w, "SELECT count(*) FROM tombstone"); /* each stands for a row that went */
    head = store_head(w->store);
    assert_int_equal(head.id, rows);
    assert_int_equal(count_of(w, "SELECT min(id) FROM site"), 1);
}

static void rolled_back_rows_leave_no_trace(void **state)
{
    struct world *w = *state;
    struct store_head before = store_head(w->store), after;
    int64_t id;

    WORLD_MUST(store_begin(w->store));
    (void)world_order(w);
    store_rollback(w->store);
    after = store_head(w->store);
    assert_memory_equal(&before, &after, sizeof before);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 1, &id));
    assert_int_equal(id, before.id + 1);
    WORLD_MUST(store_commit(w->store, NULL));
}

static void undone_step_leaves_the_others(void **state)
{
    struct world *w = *state;
    int64_t first, undone, second;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "first", 1, &first));
    WORLD_MUST(store_step_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "undone", 1, &undone));
    WORLD_MUST(store_step_undo(w->store));
    WORLD_MUST(store_step_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "second", 1, &second));
    WORLD_MUST(store_step_keep(w->store));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(undone, second);
    assert_int_equal(second, first + 1);
    assert_int_equal(count_of(w, "SELECT count(*) FROM session WHERE port = 'undone'"), 0);
    assert_int_equal(count_of(w, "SELECT count(*) FROM session"), 2);
}

static void refusal_does_not_spoil_the_transaction(void **state)
{
    struct world *w = *state;
    const struct store_view nobody = { .person = 999999, .what = "inbox" };
    int64_t id;

    WORLD_MUST(store_begin(w->store));
    assert_int_equal(store_view_add(w->store, &nobody, NULL), ERROR_CONFLICT);
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 1, &id));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(store_head(w->store).id, id);
}

static void writing_needs_a_transaction(void **state)
{
    struct world *w = *state;
    const struct store_view view = { .person = w->assistant, .what = "inbox" };
    assert_int_equal(store_view_add(w->store, &view, NULL), ERROR_BUG);
}

/* A limit on the file's size stands for a full disk: the write itself fails. */
static void full_disk_keeps_nothing_and_does_not_stop_the_store(void **state)
{
    struct world *w = *state;
    static uint8_t bytes[60000];
    struct rlimit old, small = { 0 };
    struct store_head before = store_head(w->store), after;
    struct complaint why = { "" };
    int64_t session = 0;
    enum error e = ERROR_OK;

    WORLD_MUST(store_checkpoint(w->store));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    small.rlim_cur = 400000;
    small.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 1, &session));
    for (int i = 0; i < 400 && e == ERROR_OK; i++)
        e = store_frame_add(w->store, session, i, WIRE_FROM_INSTRUMENT, 1,
                            span_of(bytes, sizeof bytes), NULL);
    e = store_commit(w->store, &why);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_not_equal(e, ERROR_OK);
    assert_true(strlen(why.text) > 20);
    assert_false(store_in_transaction(w->store));
    after = store_head(w->store);
    assert_memory_equal(&before, &after, sizeof before);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 1, &session));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(session, before.id + 1);
    assert_int_equal(count_of(w, "SELECT count(*) FROM frame"), 0);
}

/* SQLite gets no more memory at some point of the transaction, a little later each time. */
static void no_memory_keeps_nothing_and_does_not_stop_the_store(void **state)
{
    struct world *w = *state;
    static uint8_t bytes[8000];
    int failures = 0;

    for (int room = 0; room < 40; room++) {
        struct store_head before = store_head(w->store), after;
        int64_t session = 0;
        enum error e;

        (void)sqlite3_hard_heap_limit64(sqlite3_memory_used() + 1 + room * 4096);
        e = store_begin(w->store);
        if (e == ERROR_OK)
            e = store_session_open(w->store, w->instrument, "p", "q", 1, &session);
        for (int i = 0; i < 8 && e == ERROR_OK; i++)
            e = store_frame_add(w->store, session, i, WIRE_FROM_INSTRUMENT, 1,
                                span_of(bytes, sizeof bytes), NULL);
        if (store_in_transaction(w->store)) {
            enum error committed = store_commit(w->store, NULL);
            assert_true(e == ERROR_OK || committed != ERROR_OK);
            e = committed;
        }
        (void)sqlite3_hard_heap_limit64(0);
        failures += e != ERROR_OK;
        after = store_head(w->store);
        assert_int_equal(after.id, e == ERROR_OK ? before.id + 9 : before.id);
    }
    assert_true(failures > 3);
    WORLD_MUST(store_begin(w->store));
    (void)world_order(w);
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(count_of(w, "SELECT count(*) FROM frame") % 8, 0);
}

static void the_log_stays_bounded(void **state)
{
    struct world *w = *state;
    int64_t session;

    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 1, &session));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_true(store_log_pages(w->store) > 0);
    WORLD_MUST(store_checkpoint(w->store));
    assert_int_equal(store_log_pages(w->store), 0);
}

static void opening_again_goes_on_with_the_chain(void **state)
{
    struct world *w = *state;
    struct store_head before, after;
    int64_t id;

    fill_every_table(w);
    before = store_head(w->store);
    store_close(w->store);
    WORLD_MUST(store_open(w->path, &w->store, NULL));
    after = store_head(w->store);
    assert_memory_equal(&before, &after, sizeof before);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_session_open(w->store, w->instrument, "p", "q", 1, &id));
    WORLD_MUST(store_commit(w->store, NULL));
    assert_int_equal(id, before.id + 1);
}

static void a_newer_database_is_refused(void **state)
{
    struct world *w = *state;
    struct store *other = NULL;
    struct complaint why = { "" };

    assert_int_equal(run_sql(w, "INSERT INTO migration VALUES (9999, 'later')"), SQLITE_OK);
    assert_int_equal(store_open(w->path, &other, &why), ERROR_UNSUPPORTED);
    assert_non_null(strstr(why.text, "newer"));
    assert_null(other);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    struct world *w = *state;
    char path[128];
    struct store *other = NULL;
    struct complaint why = { "" };
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/other", w->folder);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs("This is not a database, whatever its name says.", f);
    fclose(f);
    assert_int_equal(store_open(path, &other, &why), ERROR_IO);
    assert_true(why.text[0] != 0);
    unlink(path);
}

static void backup_is_the_same_database(void **state)
{
    struct world *w = *state;
    struct world copy = { 0 };
    struct store_head here, there;

    fill_every_table(w);
    (void)snprintf(copy.path, sizeof copy.path, "%s/copy.db", w->folder);
    WORLD_MUST(store_backup(w->store, copy.path, NULL));
    WORLD_MUST(store_open(copy.path, &copy.store, NULL));
    here = store_head(w->store);
    there = store_head(copy.store);
    assert_memory_equal(&here, &there, sizeof here);
    store_close(copy.store);
    unlink(copy.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_fact_table_refuses_change, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(ids_run_without_gaps_over_all_tables, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(rolled_back_rows_leave_no_trace, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(undone_step_leaves_the_others, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(refusal_does_not_spoil_the_transaction, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(writing_needs_a_transaction, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(full_disk_keeps_nothing_and_does_not_stop_the_store,
                                        world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(no_memory_keeps_nothing_and_does_not_stop_the_store,
                                        world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(the_log_stays_bounded, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(opening_again_goes_on_with_the_chain, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(a_newer_database_is_refused, world_set_up, world_tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_refused, world_set_up,
                                        world_tear_down),
        cmocka_unit_test_setup_teardown(backup_is_the_same_database, world_set_up, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
