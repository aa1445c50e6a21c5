/*
 * Core without its loop and its children, for tests of what people ask: a store, custody, ingest
 * and the table of actions, with a clock that the test turns. Each request goes the way that
 * requests.c sends it, past the PIN: the token's person, the right, a step of the turn's
 * transaction. A program includes this once.
 */
#ifndef PHIAL_TESTS_MUST_HANDS_H
#define PHIAL_TESTS_MUST_HANDS_H

#include "core/custody/custody.h"
#include "core/daemon/criticals.h"
#include "core/daemon/permit.h"
#include "tests/unit/store/world.h"
#include "tests/unit/test.h"

#include <sqlite3.h>
#include <stdarg.h>

enum {
    HANDS_ARENA = 1024 * 1024,
    HANDS_KEPT = 8 * HANDS_ARENA,
    HANDS_FIELDS = 24,
    HANDS_KNOWN = 64
};

struct hands_known {
    int64_t person;
    char login[65];
};

struct hands {
    struct world world;
    struct arena arena; /* what a test keeps to its end */
    struct core core;
    uv_loop_t loop;
    struct ingest_port port;
    int64_t lead, director, deputy;
    struct hands_known known[HANDS_KNOWN];
    struct complaint why;      /* the last answer's sentence */
    char order[24], said[600]; /* of the last answer: its order, the sentence when it was done */
    char key[24], accession[16];
};

static int64_t hands_now(void *context)
{
    return ((struct hands *)context)->world.now;
}

static int hands_zone(void *context, int64_t at)
{
    (void)context;
    (void)at;
    return -240;
}

static void hands_send(void *context, uint32_t child, struct span packet)
{
    (void)context;
    (void)child;
    (void)packet;
}

static void hands_changed(void *context, const char *topic, const char *key)
{
    (void)context;
    (void)topic;
    (void)key;
}

/* Commits what is open, as the end of a turn does. */
static WORLD_UNUSED void hands_turn(struct hands *h)
{
    do
        (void)uv_run(&h->loop, UV_RUN_NOWAIT);
    while (store_in_transaction(h->world.store));
}

/* The login of that person: results are their owner's. */
static void hands_login(struct hands *h, int64_t person, char *out, size_t size)
{
    struct hands_known *known = &h->known[(uint64_t)person % HANDS_KNOWN];
    sqlite3 *db;
    sqlite3_stmt *q;

    (void)snprintf(out, size, "%s", known->login);
    if (known->person == person)
        return;
    assert_int_equal(sqlite3_open_v2(h->world.path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT login FROM person WHERE id = ?1", -1, &q, NULL),
                     SQLITE_OK);
    (void)sqlite3_bind_int64(q, 1, person);
    if (sqlite3_step(q) == SQLITE_ROW)
        (void)snprintf(known->login, sizeof known->login, "%s",
                       (const char *)sqlite3_column_text(q, 0));
    known->person = person;
    (void)snprintf(out, size, "%s", known->login);
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
}

/* One request of that person. `fields` are pairs of field and text, ended by WIRE_FIELD_COUNT. */
static enum error hands_askv(struct hands *h, int64_t person, enum role role, enum wire_type type,
                             va_list pairs)
{
    const struct permit_action *row = permit_action(type);
    struct signin who = { .person = person, .role = role };
    struct answer answer = { 0 };
    struct wire_message m;
    struct wire_writer w;
    struct arena arena;
    struct request r = { .core = &h->core, .m = &m, .who = &who, .arena = &arena, .new_hash = "" };
    struct span packet;
    enum error e;

    h->why = (struct complaint) { "" };
    hands_login(h, person, who.login, sizeof who.login);
    wire_begin(&w, type);
    wire_put_number(&w, WIRE_F_ID, 1);
    wire_put_text(&w, WIRE_F_TOKEN, "token");
    for (;;) {
        int field = va_arg(pairs, int);
        const char *text;
        if (field == WIRE_FIELD_COUNT)
            break;
        text = va_arg(pairs, const char *);
        if (wire_field_kind((enum wire_field)field) == WIRE_NUMBER)
            wire_put_number(&w, (enum wire_field)field, strtoull(text, NULL, 10));
        else
            wire_put_text(&w, (enum wire_field)field, text);
    }
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    e = wire_read(packet, WIRE_WEB, &m, &h->why);
    if (e != ERROR_OK)
        fail_msg("%s", h->why.text);
    arena_init(&arena, HANDS_ARENA);
    r.actor = (struct store_actor) { .person = person,
                                     .role = role_id(role),
                                     .workstation = "bench",
                                     .at = h->world.now,
                                     .zone_offset = -240 };
    e = row->right == RIGHT_COUNT || role_may(role, row->right) ? turn_begin(&h->core)
                                                                : ERROR_DENIED;
    if (e == ERROR_OK)
        e = store_step_begin(h->world.store);
    if (e == ERROR_OK) {
        e = row->run(&r, &answer, &h->why);
        if (e == ERROR_OK)
            e = store_step_keep(h->world.store);
        else
            (void)store_step_undo(h->world.store);
    }
    (void)snprintf(h->order, sizeof h->order, "%s", answer.order ? answer.order : "");
    (void)snprintf(h->key, sizeof h->key, "%s", answer.key ? answer.key : "");
    (void)snprintf(h->accession, sizeof h->accession, "%s",
                   e == ERROR_OK && answer.accession ? answer.accession : "");
    (void)snprintf(h->said, sizeof h->said, "%s", answer.sentence ? answer.sentence : "");
    arena_free(&arena);
    wire_free(&w);
    return e;
}

static WORLD_UNUSED enum error hands_ask(struct hands *h, int64_t person, enum role role,
                                         enum wire_type type, ...)
{
    va_list pairs;
    enum error e;

    va_start(pairs, type);
    e = hands_askv(h, person, role, type, pairs);
    va_end(pairs);
    hands_turn(h);
    return e;
}

static int64_t hands_person(struct hands *h, const char *login, const char *name, enum role role)
{
    const struct store_person person = { 0, login, name, role, true, NULL, NULL, NULL };
    int64_t id;

    WORLD_MUST(store_person_add(h->world.store, &person, h->world.now, &id));
    return id;
}

/* The director has signed: no limits for the world's test, every result is reviewed. */
static void hands_limits(struct hands *h)
{
    const struct store_limit none = { .loinc = "4548-4",
                                      .sex = "",
                                      .low = "",
                                      .high = "",
                                      .critical_low = "",
                                      .critical_high = "",
                                      .text_normal = "",
                                      .unit = "%" };
    int64_t set, id;

    WORLD_MUST(store_reference_set_add(h->world.store, "invented", "test", h->world.now, &set));
    WORLD_MUST(store_reference_limit_add(h->world.store, set, &none, &id));
    WORLD_MUST(store_reference_approve(h->world.store, set, h->director, h->world.now, &id));
}

static WORLD_UNUSED int hands_open(void **state)
{
    struct hands *h = calloc(1, sizeof *h);
    struct complaint why = { "" };

    world_open(&h->world);
    arena_init(&h->arena, HANDS_KEPT);
    (void)setenv("TZ", "America/New_York", 1);
    tzset();
    assert_int_equal(uv_loop_init(&h->loop), 0);
    h->port = (struct ingest_port) {
        .context = h, .send = hands_send, .changed = hands_changed, .zone_offset = hands_zone
    };
    h->core = (struct core) { .loop = &h->loop,
                              .store = h->world.store,
                              .clock = { hands_now, h },
                              .entropy = entropy_system() };
    WORLD_MUST(custody_open(h->world.folder, h->world.store, h->core.clock, h->core.entropy,
                            &h->core.custody, &why));
    WORLD_MUST(turn_open(&h->core));
    WORLD_MUST(ingest_open(h->world.store, "4711", &h->core.clock, &h->port, &h->core.ingest));
    WORLD_MUST(turn_begin(&h->core));
    h->lead = hands_person(h, "lena", "Lena-TEST", ROLE_LAB_LEAD);
    h->director = hands_person(h, "dora", "Dora-TEST", ROLE_DIRECTOR);
    h->deputy = hands_person(h, "paul", "Paul-TEST", ROLE_PROVIDER);
    hands_limits(h);
    hands_turn(h);
    *state = h;
    return 0;
}

static void hands_close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Every row is what it was when it was written, and everything derived is what the rows say. */
static WORLD_UNUSED void hands_verify(struct hands *h)
{
    struct custody_report report;
    struct complaint why = { "" };
    char seal[128];

    (void)snprintf(seal, sizeof seal, "%s/custody.seal", h->world.folder);
    WORLD_MUST(custody_seal(h->core.custody, h->world.store, &why));
    if (custody_verify(h->world.path, seal, NULL, &report, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    if (report.finding != CUSTODY_WHOLE)
        fail_msg("%s %lld: %s", report.table, (long long)report.id, report.what);
}

static WORLD_UNUSED int hands_close(void **state)
{
    struct hands *h = *state;

    hands_turn(h);
    turn_close(&h->core);
    uv_walk(&h->loop, hands_close_handle, NULL);
    (void)uv_run(&h->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&h->loop);
    ingest_close(h->core.ingest);
    custody_close(h->core.custody);
    arena_free(&h->arena);
    world_close(&h->world);
    free(h);
    return 0;
}

/* The one number that the query gives, read past the store. */
static WORLD_UNUSED int64_t hands_number(const struct hands *h, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *q;
    int64_t number = -1;

    assert_int_equal(sqlite3_open_v2(h->world.path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(db), sql);
    if (sqlite3_step(q) == SQLITE_ROW)
        number = sqlite3_column_int64(q, 0);
    (void)sqlite3_finalize(q);
    (void)sqlite3_close(db);
    return number;
}

#endif
