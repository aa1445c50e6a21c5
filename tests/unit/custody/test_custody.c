/* The seal: what it reaches, what it survives, what it gives away. */
#include "tests/unit/test.h"

#include "tests/unit/store/ekg_world.h"

#include "core/base/clock.h"
#include "core/custody/commands.h"
#include "core/custody/custody.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

struct sealed {
    struct world w;
    struct custody *custody;
    char seal[128];
};

static enum error open_custody(struct sealed *s, struct complaint *why)
{
    return custody_open(s->w.folder, s->w.store, clock_system(), entropy_system(), &s->custody,
                        why);
}

static int set_up(void **state)
{
    struct sealed *s = calloc(1, sizeof *s);
    world_open(&s->w);
    (void)snprintf(s->seal, sizeof s->seal, "%s/" CUSTODY_SEAL_FILE, s->w.folder);
    WORLD_MUST(open_custody(s, NULL));
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct sealed *s = *state;
    custody_close(s->custody);
    world_close(&s->w);
    free(s);
    return 0;
}

static void add_order(struct sealed *s)
{
    struct store_specimen specimen;
    struct arena a;

    arena_init(&a, 1 << 20);
    WORLD_MUST(store_begin(s->w.store));
    specimen = world_specimen(&s->w, &a);
    (void)world_result(&s->w, &specimen, "7.4", SEVERITY_ABNORMAL, 0);
    WORLD_MUST(store_commit(s->w.store, NULL));
    arena_free(&a);
}

static struct custody_report verify(struct sealed *s)
{
    struct custody_report report;
    struct complaint why = { "" };
    if (custody_verify(s->w.path, s->seal, NULL, &report, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return report;
}

static void sealed_facts_verify_while_core_has_them_open(void **state)
{
    struct sealed *s = *state;
    struct custody_report report;

    add_order(s);
    assert_true(custody_pending(s->custody, s->w.store));
    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    assert_false(custody_pending(s->custody, s->w.store));
    report = verify(s);
    assert_int_equal(report.finding, CUSTODY_WHOLE);
    assert_int_equal(report.rows, store_head(s->w.store).id);
    assert_int_equal(report.sealed_to, report.rows);
    assert_int_equal(report.unsealed, 0);
    assert_int_equal(report.late, 0);
    assert_true(report.sealed_at > world_start);
}

static void the_seal_says_how_far_it_reaches(void **state)
{
    struct sealed *s = *state;
    struct custody_report report;
    int64_t sealed, row, at;

    add_order(s);
    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    sealed = store_head(s->w.store).id;
    add_order(s);
    report = verify(s);
    assert_int_equal(report.finding, CUSTODY_WHOLE);
    assert_int_equal(report.sealed_to, sealed);
    assert_int_equal(report.unsealed, store_head(s->w.store).id - sealed);
    WORLD_MUST(custody_reach(s->seal, NULL, &row, &at, NULL));
    assert_int_equal(row, sealed);
}

static void rows_found_at_the_next_start_are_sealed_late(void **state)
{
    struct sealed *s = *state;
    struct custody_report report;
    int64_t sealed = store_head(s->w.store).id;

    add_order(s); /* and core is killed before the seal */
    custody_close(s->custody);
    s->custody = NULL;
    WORLD_MUST(open_custody(s, NULL));
    report = verify(s);
    assert_int_equal(report.finding, CUSTODY_WHOLE);
    assert_int_equal(report.unsealed, 0);
    assert_int_equal(report.late, store_head(s->w.store).id - sealed);
    assert_int_equal(report.late_first, sealed + 1);
    assert_int_equal(report.late_last, store_head(s->w.store).id);
}

static void a_torn_last_seal_is_cut_off_and_made_again(void **state)
{
    struct sealed *s = *state;
    struct stat before;

    add_order(s);
    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    add_order(s);
    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    custody_close(s->custody);
    s->custody = NULL;
    assert_int_equal(stat(s->seal, &before), 0);
    assert_int_equal(truncate(s->seal, before.st_size - 30), 0);
    assert_int_equal(verify(s).finding, CUSTODY_WHOLE);
    assert_true(verify(s).unsealed > 0);
    WORLD_MUST(open_custody(s, NULL));
    assert_int_equal(verify(s).finding, CUSTODY_WHOLE);
    assert_int_equal(verify(s).unsealed, 0);
}

/* Turns one byte of a file over. */
static void damage(const char *path, off_t at)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    uint8_t byte;

    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 1;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

static void a_changed_seal_is_found(void **state)
{
    struct sealed *s = *state;
    struct custody_report report;
    struct stat whole;

    for (int i = 0; i < 3; i++) {
        add_order(s);
        WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    }
    assert_int_equal(stat(s->seal, &whole), 0);
    for (off_t at = 50; at < whole.st_size; at += 97) {
        damage(s->seal, at);
        report = verify(s);
        if (report.finding == CUSTODY_WHOLE && report.unsealed == 0)
            fail_msg("a changed byte at %lld was not found", (long long)at);
        damage(s->seal, at);
    }
    assert_int_equal(verify(s).finding, CUSTODY_WHOLE);
}

static void a_seal_of_another_key_is_refused(void **state)
{
    struct sealed *s = *state;
    uint8_t other[CUSTODY_PUBLIC] = { 1 };
    struct custody_report report;

    WORLD_MUST(custody_verify(s->w.path, s->seal, other, &report, NULL));
    assert_int_equal(report.finding, CUSTODY_BROKEN_SEAL);
}

static void a_missing_seal_is_a_finding(void **state)
{
    struct sealed *s = *state;

    assert_int_equal(unlink(s->seal), 0);
    assert_int_equal(verify(s).finding, CUSTODY_BROKEN_SEAL);
}

static void run_sql(struct sealed *s, const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(s->w.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_changed_projection_is_named(void **state)
{
    struct sealed *s = *state;
    struct custody_report report;

    add_order(s);
    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    run_sql(s, "UPDATE worklist SET severity = 0");
    report = verify(s);
    assert_int_equal(report.finding, CUSTODY_BROKEN_PROJECTION);
    assert_string_equal(report.table, "worklist");
    WORLD_MUST(store_begin(s->w.store));
    WORLD_MUST(store_projections_rebuild(s->w.store));
    WORLD_MUST(store_commit(s->w.store, NULL));
    assert_int_equal(verify(s).finding, CUSTODY_WHOLE);
}

static void a_dropped_trigger_is_named(void **state)
{
    struct sealed *s = *state;
    struct custody_report report;

    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    run_sql(s, "DROP TRIGGER result_no_update");
    report = verify(s);
    assert_int_equal(report.finding, CUSTODY_BROKEN_SCHEMA);
    assert_non_null(strstr(report.what, "result_no_update"));
}

static void an_added_step_is_named(void **state)
{
    struct sealed *s = *state;

    run_sql(s, "INSERT INTO specimen_step VALUES ('received', 'none', 'tested')");
    assert_int_equal(verify(s).finding, CUSTODY_BROKEN_SCHEMA);
}

static void an_older_database_does_not_fit_its_seal(void **state)
{
    struct sealed *s = *state;
    struct complaint why = { "" };
    char older[128];

    (void)snprintf(older, sizeof older, "%s/older.db", s->w.folder);
    WORLD_MUST(store_backup(s->w.store, older, NULL));
    add_order(s);
    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    custody_close(s->custody);
    s->custody = NULL;
    store_close(s->w.store);
    s->w.store = NULL;
    assert_int_equal(rename(older, s->w.path), 0);
    WORLD_MUST(store_open(s->w.path, &s->w.store, NULL));
    assert_int_equal(open_custody(s, &why), ERROR_CONFLICT);
    assert_null(s->custody);
    assert_non_null(strstr(why.text, "custody"));
}

static void the_key_is_for_core_alone(void **state)
{
    struct sealed *s = *state;
    char path[128];
    struct stat about;

    (void)snprintf(path, sizeof path, "%s/" CUSTODY_KEY_FILE, s->w.folder);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

/* `phial custody WORD DATA [MORE]`; the exit status. */
static int run_command(const char *word, const char *data, const char *more)
{
    char words[4][128];
    char *argv[5] = { words[0], words[1], words[2], more ? words[3] : NULL, NULL };

    (void)snprintf(words[0], sizeof words[0], "custody");
    (void)snprintf(words[1], sizeof words[1], "%s", word);
    (void)snprintf(words[2], sizeof words[2], "%s", data);
    (void)snprintf(words[3], sizeof words[3], "%s", more ? more : "");
    return command_custody(more ? 4 : 3, argv);
}

static void the_command_answers_by_its_status(void **state)
{
    struct sealed *s = *state;
    char data[96];

    (void)snprintf(data, sizeof data, "--data=%s", s->w.folder);
    WORLD_MUST(custody_seal(s->custody, s->w.store, NULL));
    assert_int_equal(run_command("verify", data, NULL), 0);
    assert_int_equal(run_command("verify", data, "--json"), 0);
    assert_int_equal(run_command("export", data, NULL), 0);
    assert_int_equal(run_command("show", data, "260312000017"), 1);
    assert_int_equal(run_command("show", data, NULL), 2);
    assert_int_equal(run_command("nonsense", data, NULL), 2);
    assert_int_equal(run_command("export", data, "--from=yesterday"), 2);
    run_sql(s, "DROP TRIGGER result_no_update");
    assert_int_equal(run_command("verify", data, NULL), 1);
    assert_int_equal(run_command("verify", "--data=/nonexistent", NULL), 3);
}

static void an_ekg_is_shown_by_its_order(void **state)
{
    struct sealed *s = *state;
    struct store_order_key order;
    struct ekg_world e;
    char data[96];

    (void)snprintf(data, sizeof data, "--data=%s", s->w.folder);
    WORLD_MUST(store_begin(s->w.store));
    e = ekg_world_open(&s->w);
    order = ekg_world_order(&s->w, &e);
    WORLD_MUST(store_commit(s->w.store, NULL));
    assert_int_equal(run_command("show", data, order.number), 0);
    assert_int_equal(run_command("export", data, order.number), 0);
    assert_int_equal(run_command("show", data, "R999999"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sealed_facts_verify_while_core_has_them_open, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_seal_says_how_far_it_reaches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_found_at_the_next_start_are_sealed_late, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_torn_last_seal_is_cut_off_and_made_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_changed_seal_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_seal_of_another_key_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_seal_is_a_finding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_changed_projection_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dropped_trigger_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_added_step_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_older_database_does_not_fit_its_seal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_key_is_for_core_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_command_answers_by_its_status, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_ekg_is_shown_by_its_order, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
