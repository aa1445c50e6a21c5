/*
 * A site of its own for the tests that play every act of every role: invented people with PINs
 * that are quick to check, and patients named after what is to happen to them (MRN "SIGN": a result
 * that waits to be signed). Laid while core is down. A program includes this once.
 */
#ifndef PHIAL_TESTS_MUST_STORY_WORLD_H
#define PHIAL_TESTS_MUST_STORY_WORLD_H

#include "tests/daemon/site.h"
#include "tests/unit/store/ekg_world.h"
#include "tests/unit/store/outbox_world.h"
#include "tests/unit/store/qc_world.h"
#include "tests/unit/test.h"

#include "core/daemon/folder.h"
#include "core/store/gate.h"
#include "core/store/review.h"

#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>

#define STORY_PIN "271828"

struct story {
    struct site site;
    struct world world; /* the same database, while core is down */
    struct ekg_world ekg;
    sqlite3 *db; /* to look, past the store */
};

static const struct story_person {
    const char *login;
    enum role role;
} story_people[] = {
    { "maria", ROLE_MEDICAL_ASSISTANT }, { "dana", ROLE_PROVIDER },     { "lena", ROLE_LAB_LEAD },
    { "dora", ROLE_DIRECTOR },           { "paul", ROLE_PROVIDER },     { "otto", ROLE_AUDITOR },
    { "kim", ROLE_MEDICAL_ASSISTANT },   { "ada", ROLE_ADMINISTRATOR },
};

/* Hashes that are quick to check, so that what is tested falls on the disk and not on the hash. */
static WORLD_UNUSED void story_quick_pins(const struct site *s)
{
    char path[160], hash[crypto_pwhash_STRBYTES];
    FILE *file;

    assert_int_equal(crypto_pwhash_str(hash, STORY_PIN, strlen(STORY_PIN),
                                       crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN),
                     0);
    (void)snprintf(path, sizeof path, "%s/pins", s->data);
    file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < sizeof story_people / sizeof story_people[0]; i++)
        (void)fprintf(file, "%s %s\n", story_people[i].login, hash);
    assert_int_equal(fclose(file), 0);
}

static WORLD_UNUSED void story_open(struct story *t)
{
    t->world.now = (int64_t)time(NULL) * 1000;
    WORLD_MUST(store_open(t->world.path, &t->world.store, NULL));
    WORLD_MUST(store_begin(t->world.store));
}

static WORLD_UNUSED void story_close(struct story *t)
{
    WORLD_MUST(store_commit(t->world.store, NULL));
    store_close(t->world.store);
}

static void story_folks(struct world *w)
{
    world_people(w);
    for (size_t i = 2; i + 1 < sizeof story_people / sizeof story_people[0]; i++) {
        char name[40];
        struct store_person person = {
            0, story_people[i].login, name, story_people[i].role, true, NULL, NULL, NULL
        };
        int64_t id;
        (void)snprintf(name, sizeof name, "%s-TEST", story_people[i].login);
        WORLD_MUST(store_person_add(w->store, &person, w->now, &id));
    }
}

/* An order of a patient with that MRN. */
static WORLD_UNUSED struct store_order_key story_order(struct world *w, const char *mrn,
                                                       int64_t test)
{
    const struct store_actor by = world_actor(w);
    struct store_order order = { .provider = "dana",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .tests = &test,
                                 .test_count = 1 };
    char family[40];
    const struct store_patient patient = { 0, mrn, family, "Ida", "1981-03-14", "F" };
    struct store_order_key key;

    (void)snprintf(family, sizeof family, "%s-TEST", mrn);
    WORLD_MUST(store_patient_add(w->store, &patient, w->assistant, w->now, &order.patient));
    WORLD_MUST(store_order_enter(w->store, &by, &order, &key));
    return key;
}

/* Its tube, label verified; gives the specimen, whose texts live in the arena. */
static WORLD_UNUSED struct store_specimen story_tube(struct world *w, struct arena *a,
                                                     const char *mrn)
{
    struct store_specimen specimen;
    const int64_t id = world_collect(w, story_order(w, mrn, w->test).id).id;

    world_event(w, id, EVENT_LABEL_PRINTED);
    world_event(w, id, EVENT_LABEL_VERIFIED);
    WORLD_MUST(store_specimen_by_id(w->store, a, id, &specimen));
    return specimen;
}

/* And its result, as an instrument would have filed it. */
static WORLD_UNUSED struct store_specimen story_result(struct world *w, struct arena *a,
                                                       const char *mrn, enum severity severity)
{
    const struct store_specimen specimen = story_tube(w, a, mrn);
    const struct store_actor by = { .instrument = w->instrument, .at = w->now };
    struct store_event event = { .type = EVENT_RESULT_RECEIVED, .specimen = specimen.id };
    struct store_result result = { .order = specimen.order,
                                   .specimen = specimen.id,
                                   .patient_id = specimen.patient_id,
                                   .test = w->test,
                                   .code = "HbA1c",
                                   .loinc = "4548-4",
                                   .name = "Hemoglobin A1c",
                                   .value = "7.4",
                                   .number = "7.4",
                                   .unit = "%",
                                   .ucum = "%",
                                   .flag = severity == SEVERITY_NORMAL ? "N" : "HH",
                                   .flag_source = "device",
                                   .severity = severity,
                                   .status = "F",
                                   .at = w->now };
    int64_t id;

    event.message = result.message = world_message(w, specimen.accession, "5", DISPOSITION_LINKED);
    WORLD_MUST(store_result_add(w->store, &result, &id));
    WORLD_MUST(store_event_add(w->store, &by, &event, NULL));
    return specimen;
}

/* A control of the analyzer, known before anything was measured. */
static void story_control(struct world *w)
{
    const struct store_actor by = world_actor(w);
    struct store_qc_range range = { .analyte = "4548-4", .name = "HbA1c", .low = "5", .high = "6" };
    struct store_qc_level level = { .test = "A1C",
                                    .control = "Invented control",
                                    .level = "1",
                                    .source = "insert",
                                    .active = true,
                                    .ranges = &range,
                                    .range_count = 1 };
    int64_t root;

    WORLD_MUST(store_instrument_root_of(w->store, w->instrument, &level.instrument));
    WORLD_MUST(store_qc_level_add(w->store, &by, &level, &root));
}

/* What a rule holds, and what nobody can be found for. */
static void story_held(struct world *w, struct arena *a)
{
    const struct store_specimen specimen = story_tube(w, a, "RELEASE");
    const struct store_gate_warning warning = { world_message(w, specimen.accession, "6",
                                                              DISPOSITION_HELD),
                                                "qc",
                                                "against",
                                                "lockout",
                                                "Invented.",
                                                w->now };
    int64_t id;

    WORLD_MUST(store_gate_warning_add(w->store, &warning, &id));
    (void)world_message(w, "999", "7", DISPOSITION_HELD);
    (void)world_message(w, "998", "8", DISPOSITION_HELD);
    (void)world_message(w, "CONTROL", "9", DISPOSITION_QC);
    (void)story_tube(w, a, "LINK");
}

static void story_tracings(struct story *t)
{
    struct world *w = &t->world;
    const struct ekg_world_file file = { .name = "EKG-TEST^Ida" };

    t->ekg = ekg_world_open(w);
    (void)story_order(w, "EKG", t->ekg.test);
    (void)ekg_world_tracing(w, &t->ekg, &file);
    (void)ekg_world_tracing(w, &t->ekg, &file);
}

/* What a health record refused, twice. */
static void story_refused(struct world *w)
{
    static const char *const controls[] = { "S1", "S2" };

    for (size_t i = 0; i < 2; i++) {
        const int64_t id = outbox_world_message(w, controls[i]);
        outbox_world_step(w, id, OUTBOX_SENT);
        outbox_world_step(w, id, OUTBOX_PARKED);
    }
}

static void story_menu(struct world *w)
{
    struct store_analyte sugar = {
        .code = "SUGAR", .loinc = "2339-0", .name = "Glucose", .ucum = "mg/dL"
    };
    const struct store_test test = { .code = "SUGAR",
                                     .name = "Glucose",
                                     .specimen_type = "blood",
                                     .container = "GRY",
                                     .active = true,
                                     .analytes = &sugar,
                                     .analyte_count = 1 };
    int64_t id;

    world_menu(w);
    WORLD_MUST(store_test_add(w->store, &test, w->now, &id));
}

/* An order of fifteen years ago, which nothing came of. */
static void story_old(struct world *w)
{
    const int64_t now = w->now, year = INT64_C(365) * 24 * 3600 * 1000;

    w->now = now - 15 * year;
    (void)story_order(w, "OLD", w->test);
    w->now = now;
}

static void story_lay(struct story *t)
{
    static const struct {
        const char *mrn;
        enum severity severity;
    } results[] = { { "SIGN", SEVERITY_ABNORMAL },  { "RETURN", SEVERITY_ABNORMAL },
                    { "TELL", SEVERITY_CRITICAL },  { "CORRECT", SEVERITY_ABNORMAL },
                    { "NORMAL1", SEVERITY_NORMAL }, { "NORMAL2", SEVERITY_NORMAL },
                    { "OWN", SEVERITY_ABNORMAL },   { "UNDO", SEVERITY_ABNORMAL },
                    { "TASK", SEVERITY_ABNORMAL } };
    struct world *w = &t->world;
    struct arena a;

    arena_init(&a, 4 * 1024 * 1024);
    story_open(t);
    story_folks(w);
    story_menu(w);
    story_old(w);
    story_control(w);
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        (void)story_result(w, &a, results[i].mrn, results[i].severity);
    story_held(w, &a);
    story_tracings(t);
    (void)story_tube(w, &a, "AWAY1");
    (void)story_tube(w, &a, "AWAY2");
    (void)story_order(w, "PAPER", w->test);
    story_refused(w);
    story_close(t);
    arena_free(&a);
}

/* The folder, the people, the patients; core is not started. */
static WORLD_UNUSED void story_make(struct story *t)
{
    const char *add[] = { "user", "add", "--data", NULL, NULL };
    char cart[96];

    memset(t, 0, sizeof *t);
    assert_true(sodium_init() >= 0);
    site_make(&t->site, "");
    (void)snprintf(cart, sizeof cart, "%s/cart", t->site.folder);
    assert_int_equal(mkdir(cart, 0700), 0);
    site_configure(&t->site, "[instrument cart-1]\nprofile = ekg-files\nport = folder:%s\n", cart);
    add[3] = t->site.data;
    assert_int_equal(site_run(add, "login: ada\nname: Ada-TEST\nnew_pin: " STORY_PIN "\n"), 0);
    story_quick_pins(&t->site);
    (void)snprintf(t->world.path, sizeof t->world.path, "%.80s/" FOLDER_DATABASE, t->site.data);
    story_lay(t);
}

/* Ends core, if it still runs, and removes the folder. */
static WORLD_UNUSED void story_over(struct story *t)
{
    (void)sqlite3_close(t->db);
    if (t->site.folder[0])
        (void)site_over(&t->site, 0);
}

/* ---- Looking, past the store ---- */

/* The one value that the query gives, as text; false when it gives none. `key` NULL: none. */
static WORLD_UNUSED bool story_look(struct story *t, const char *sql, const char *key, char *out,
                                    size_t size)
{
    sqlite3_stmt *q;
    bool found;

    if (!t->db)
        assert_int_equal(sqlite3_open_v2(t->world.path, &t->db, SQLITE_OPEN_READWRITE, NULL),
                         SQLITE_OK);
    if (sqlite3_prepare_v2(t->db, sql, -1, &q, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(t->db), sql);
    if (key)
        (void)sqlite3_bind_text(q, 1, key, -1, SQLITE_STATIC);
    found = sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL;
    if (found)
        (void)snprintf(out, size, "%s", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    return found;
}

static WORLD_UNUSED int64_t story_number(struct story *t, const char *sql)
{
    char text[32] = "-1";
    (void)story_look(t, sql, NULL, text, sizeof text);
    return strtoll(text, NULL, 10);
}

#endif
