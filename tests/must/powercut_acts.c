/*
 * The power fails in the middle of a signature, of a collection, of a label: after the restart each
 * is done whole, or visibly not done, and never half. Whoever was told "done" finds it done.
 *
 * Core is killed (SIGKILL, the whole process) at random moments around the request; what an earlier
 * commit holds is on the disk, the rest is gone, as with a power cut of a disk that keeps its word.
 */
#include "tests/daemon/site.h"
#include "tests/must/powercut.h"
#include "tests/unit/store/world.h"
#include "tests/unit/test.h"

#include "core/daemon/folder.h"

#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>

enum { ROUNDS = 10, LATEST_US = 9000, LATEST_LABEL_US = 300000 };

static const char pin[] = "271828";

struct cut {
    struct site site;
    struct world world; /* the same database, while core is down */
    uint64_t random;
    unsigned done, undone, starts;
};

/* Hashes that are quick to check, so that the cut falls on the disk and not on the hash. */
static void make_pins_quick(const struct site *s)
{
    char path[160], hash[crypto_pwhash_STRBYTES];
    FILE *file;

    assert_int_equal(crypto_pwhash_str(hash, pin, strlen(pin), crypto_pwhash_OPSLIMIT_MIN,
                                       crypto_pwhash_MEMLIMIT_MIN),
                     0);
    (void)snprintf(path, sizeof path, "%s/pins", s->data);
    file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file, "ada %s\nmaria %s\ndana %s\n", hash, hash, hash);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    struct cut *c = calloc(1, sizeof *c);
    const char *add[] = { "user", "add", "--data", NULL, NULL };

    assert_true(sodium_init() >= 0);
    c->random = 20261122;
    site_make(&c->site, "");
    add[3] = c->site.data;
    assert_int_equal(site_run(add, "login: ada\nname: Ada-TEST\nnew_pin: 271828\n"), 0);
    make_pins_quick(&c->site);
    (void)snprintf(c->world.path, sizeof c->world.path, "%.80s/" FOLDER_DATABASE, c->site.data);
    c->world.now = (int64_t)time(NULL) * 1000;
    WORLD_MUST(store_open(c->world.path, &c->world.store, NULL));
    WORLD_MUST(store_begin(c->world.store));
    world_people(&c->world);
    world_menu(&c->world);
    WORLD_MUST(store_commit(c->world.store, NULL));
    store_close(c->world.store);
    *state = c;
    return 0;
}

static int tear_down(void **state)
{
    struct cut *c = *state;
    int failed = site_over(&c->site, 0);
    free(c);
    return failed;
}

static int64_t number(const struct cut *c, const char *sql, int64_t key)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    int64_t found = -1;

    assert_int_equal(sqlite3_open(c->world.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    (void)sqlite3_bind_int64(q, 1, key);
    if (sqlite3_step(q) == SQLITE_ROW)
        found = sqlite3_column_int64(q, 0);
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
    return found;
}

/* What somebody is about to do something with; made while core is down. */
struct thing {
    int64_t order, specimen;
    char number[24], accession[16], version[STORE_VERSION_SIZE];
};

static struct thing prepare(struct cut *c, bool collected, bool resulted)
{
    struct world *w = &c->world;
    const struct store_actor by = world_actor(w);
    struct thing t = { 0 };
    struct store_order_key order;
    struct store_specimen_key key = { 0 };

    w->now = (int64_t)time(NULL) * 1000;
    WORLD_MUST(store_open(w->path, &w->store, NULL));
    WORLD_MUST(store_begin(w->store));
    order = world_order(w);
    t.order = order.id;
    (void)snprintf(t.number, sizeof t.number, "%s", order.number);
    if (collected) {
        key = world_collect(w, order.id);
        t.specimen = key.id;
        (void)snprintf(t.accession, sizeof t.accession, "%s", key.accession.digits);
    } else {
        WORLD_MUST(store_identify(w->store, &by, order.id, "name, birth date", "stated", NULL));
    }
    if (resulted) {
        struct store_event event = { .type = EVENT_RESULT_RECEIVED, .specimen = key.id };
        struct store_result result = { .order = order.id,
                                       .specimen = key.id,
                                       .test = w->test,
                                       .code = "HbA1c",
                                       .loinc = "4548-4",
                                       .value = "5.1",
                                       .status = "F",
                                       .at = w->now };
        int64_t id;
        world_event(w, key.id, EVENT_LABEL_PRINTED);
        world_event(w, key.id, EVENT_LABEL_VERIFIED);
        result.message = event.message = world_message(w, t.accession, "", DISPOSITION_LINKED);
        {
            struct store_specimen specimen;
            struct arena a;
            arena_init(&a, 256 * 1024);
            WORLD_MUST(store_specimen_by_id(w->store, &a, key.id, &specimen));
            result.patient_id = specimen.patient_id;
            arena_free(&a);
        }
        WORLD_MUST(store_result_add(w->store, &result, &id));
        WORLD_MUST(store_event_add(w->store, &by, &event, NULL));
        WORLD_MUST(store_order_version(w->store, order.id, t.version));
    }
    WORLD_MUST(store_commit(w->store, NULL));
    store_close(w->store);
    return t;
}

typedef enum error act(struct cut *c, const struct thing *t);

/* Core serves, and its printer with it. */
static void start(struct cut *c)
{
    site_start(&c->site);
    assert_true(site_log_wait(&c->site, "printer labels: started", ++c->starts));
}

/* Starts core, signs in, does it, and cuts the power around it; gives what the person was told. The
 * first cut comes before anything was done and the second after all of it, so that both ends are
 * among the cuts on a machine of any speed; then anywhere. */
static enum error cut_around(struct cut *c, const char *login, act *run, const struct thing *t,
                             unsigned latest_us)
{
    const unsigned round = c->done + c->undone;
    struct kill_at k = { 0, 0 };
    pthread_t thread;
    enum error told;

    c->random = c->random * 6364136223846793005ULL + 1442695040888963407ULL;
    start(c);
    assert_int_equal(site_sign_in(&c->site, login, pin), ERROR_OK);
    k.pid = c->site.core;
    k.after_us = (unsigned)(c->random >> 33) % latest_us;
    if (round == 0)
        (void)kill(k.pid, SIGKILL);
    if (round > 1)
        assert_int_equal(pthread_create(&thread, NULL, kill_later, &k), 0);
    told = run(c, t);
    if (round > 1)
        (void)pthread_join(thread, NULL);
    (void)site_stop(&c->site, SIGKILL);
    return told;
}

static void count(struct cut *c, enum error told, int64_t done)
{
    if (told == ERROR_OK)
        assert_int_equal(done, 1);
    c->done += done != 0;
    c->undone += done == 0;
}

/* Core starts again, finds nothing half, and ends; every row is vouched for. */
static void verify(struct cut *c)
{
    start(c);
    assert_int_equal(WEXITSTATUS(site_stop(&c->site, SIGTERM)), 0);
    assert_int_equal(number(c, "SELECT count(*) FROM pragma_foreign_key_check", 0), 0);
    printf("cut: %u done, %u not done\n", c->done, c->undone);
    assert_true(c->done > 0 && c->undone > 0);
    c->done = c->undone = 0;
}

static enum error sign(struct cut *c, const struct thing *t)
{
    return site_ask(&c->site, WIRE_SIGN, 0, NULL, WIRE_F_ORDER, t->number, WIRE_F_VERSION,
                    t->version, WIRE_F_MEANING, "REVIEWED", WIRE_F_DISPOSITION, "no-action",
                    WIRE_F_PIN, pin, SITE_END);
}

static void in_the_middle_of_a_signature(void **state)
{
    struct cut *c = *state;

    for (unsigned i = 0; i < ROUNDS; i++) {
        struct thing t = prepare(c, true, true);
        enum error told = cut_around(c, "dana", sign, &t, LATEST_US);
        int64_t reviews = number(c, "SELECT count(*) FROM review WHERE orders = ?1", t.order);
        assert_int_equal(
            number(c, "SELECT count(*) FROM event WHERE orders = ?1 AND type = 'signed'", t.order),
            reviews);
        assert_int_equal(
            number(c, "SELECT state = 'signed' FROM worklist WHERE orders = ?1", t.order), reviews);
        count(c, told, reviews);
    }
    verify(c);
}

static enum error collect(struct cut *c, const struct thing *t)
{
    return site_ask(&c->site, WIRE_COLLECT, 0, NULL, WIRE_F_ORDER, t->number, WIRE_F_SPECIMEN_TYPE,
                    "blood", WIRE_F_SITE, "left arm", WIRE_F_FASTING, "yes", SITE_END);
}

static void in_the_middle_of_a_collection(void **state)
{
    struct cut *c = *state;

    for (unsigned i = 0; i < ROUNDS; i++) {
        struct thing t = prepare(c, false, false);
        enum error told = cut_around(c, "maria", collect, &t, LATEST_US);
        int64_t specimens = number(c, "SELECT count(*) FROM specimen WHERE orders = ?1", t.order);
        assert_int_equal(number(c,
                                "SELECT count(*) FROM event WHERE orders = ?1 AND type = "
                                "'collected'",
                                t.order),
                         specimens);
        assert_int_equal(number(c,
                                "SELECT count(*) FROM collection_detail d JOIN specimen s ON "
                                "s.id = d.specimen WHERE s.orders = ?1",
                                t.order),
                         specimens);
        assert_int_equal(number(c,
                                "SELECT count(*) FROM accession_issue a WHERE NOT EXISTS (SELECT "
                                "1 FROM specimen s WHERE s.issue = a.id) AND ?1 = ?1",
                                0),
                         0);
        count(c, told, specimens);
    }
    verify(c);
}

static enum error print(struct cut *c, const struct thing *t)
{
    return site_ask(&c->site, WIRE_LABEL_PRINT, 0, NULL, WIRE_F_ACCESSION, t->accession, SITE_END);
}

/* A label of which nobody knows whether it came out says so, and the next one is a copy. */
static void in_the_middle_of_a_label(void **state)
{
    struct cut *c = *state;

    for (unsigned i = 0; i < ROUNDS; i++) {
        struct thing t = prepare(c, true, false);
        enum error told = cut_around(c, "maria", print, &t, LATEST_LABEL_US);
        int64_t begun =
            number(c, "SELECT count(*) FROM label_print WHERE specimen = ?1", t.specimen);
        int64_t printed = number(c,
                                 "SELECT count(*) FROM label_print p JOIN label_outcome o ON "
                                 "o.label_print = p.id WHERE p.specimen = ?1 AND o.outcome = "
                                 "'printed'",
                                 t.specimen);
        assert_int_equal(number(c,
                                "SELECT count(*) FROM event WHERE specimen = ?1 AND type = "
                                "'label-printed'",
                                t.specimen),
                         printed);
        if (told == ERROR_OK)
            assert_int_equal(printed, 1);
        start(c);
        (void)site_stop(&c->site, SIGTERM);
        assert_int_equal(number(c,
                                "SELECT count(*) FROM label_print p JOIN label_outcome o ON "
                                "o.label_print = p.id WHERE p.specimen = ?1",
                                t.specimen),
                         begun);
        count(c, told, printed);
    }
    verify(c);
}

int main(int argc, char **argv)
{
    int child = site_child(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_middle_of_a_signature),
        cmocka_unit_test(in_the_middle_of_a_collection),
        cmocka_unit_test(in_the_middle_of_a_label),
    };
    return child >= 0 ? child : cmocka_run_group_tests(tests, set_up, tear_down);
}
