/* The clinic and its devices. */
#include "tests/matching/world.h"

#include "tests/support/kept_database.h"
#include "tests/unit/test.h"

#include "core/catalogue/catalogue.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

enum { DAY = 260312, ZONE = -300 };

const char *const world_a1c[1] = { "HbA1c" };

static int64_t now_of(void *context)
{
    return ((struct world *)context)->now;
}

static int zone_of(void *context, int64_t at)
{
    (void)context;
    (void)at;
    return ZONE;
}

static void send_to(void *context, uint32_t child, struct span packet)
{
    struct world *w = context;
    struct wire_message m;
    struct complaint why;

    (void)child;
    assert_int_equal(wire_read(packet, WIRE_CORE, &m, &why), ERROR_OK);
    w->kept += m.type == WIRE_KEPT;
    w->refused += m.type == WIRE_REFUSED;
    if (m.type == WIRE_KEPT || m.type == WIRE_REFUSED)
        return;
    assert_true(w->packet_count < WORLD_PACKETS);
    w->packets[w->packet_count] = malloc(packet.len);
    assert_non_null(w->packets[w->packet_count]);
    memcpy(w->packets[w->packet_count], packet.at, packet.len);
    w->packet_lens[w->packet_count++] = packet.len;
}

static void note_change(void *context, const char *topic, const char *key)
{
    (void)topic;
    (void)key;
    ((struct world *)context)->changed++;
}

static bool is_ekg(void *context, const char *profile)
{
    (void)context;
    return strcmp(profile, WORLD_EKG_PROFILE) == 0;
}

static void open_store(struct world *w)
{
    struct complaint why = { "" };

    if (store_open(w->path, &w->store, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(ingest_open(w->store, WORLD_SALT, &w->clock, &w->port, &w->ingest), ERROR_OK);
}

/* Whoever is there signs that no analyte of the menu has limits, so that each test is live. */
static void sign_no_limits(struct world *w)
{
    static const char list[] =
        "SELECT DISTINCT iif(loinc = '', 'local:' || code, loinc) FROM test_analyte";
    struct sqlite3 *db = world_database(w);
    sqlite3_stmt *each;
    int64_t set, id;

    assert_int_equal(sqlite3_prepare_v2(db, list, -1, &each, NULL), SQLITE_OK);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_reference_set_add(w->store, "none", "", w->now, &set), ERROR_OK);
    while (sqlite3_step(each) == SQLITE_ROW) {
        const struct store_limit none = { .loinc = (const char *)sqlite3_column_text(each, 0),
                                          .sex = "" };
        assert_int_equal(store_reference_limit_add(w->store, set, &none, NULL), ERROR_OK);
    }
    assert_int_equal(store_reference_approve(w->store, set, w->person, w->now, &id), ERROR_OK);
    assert_int_equal(store_commit(w->store, NULL), ERROR_OK);
    (void)sqlite3_finalize(each);
    (void)sqlite3_close(db);
}

static void furnish(struct world *w)
{
    const struct store_site site = { .name = "Test clinic",
                                     .salt = WORLD_SALT,
                                     .zone = "America/New_York" };
    const struct store_person person = {
        .login = "ma1", .name = "MA ONE-TEST", .role = ROLE_MEDICAL_ASSISTANT, .active = true
    };
    struct complaint why = { "" };

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_site_set(w->store, &site), ERROR_OK);
    assert_int_equal(store_person_add(w->store, &person, w->now, &w->person), ERROR_OK);
    if (catalogue_add_menu(w->store, w->now, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(store_commit(w->store, &why), ERROR_OK);
    sign_no_limits(w);
}

/* Opens the clinic: the first time it is furnished. */
static void open_clinic(struct world *w)
{
    static struct kept_database kept;
    static int64_t person;

    if (!kept.bytes) {
        open_store(w);
        furnish(w);
        person = w->person;
        ingest_close(w->ingest);
        store_close(w->store);
        database_keep(&kept, w->path);
    } else {
        database_lay(&kept, w->path);
    }
    w->person = person;
    open_store(w);
}

void world_open(struct world *w)
{
    const char *base = getenv("TMPDIR");

    memset(w, 0, sizeof *w);
    w->now = 1773300000000;
    w->clock = (struct clock) { now_of, w };
    w->port = (struct ingest_port) { w, send_to, note_change, zone_of, is_ekg, NULL, NULL };
    (void)snprintf(w->folder, sizeof w->folder, "%s/phial-matching-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(w->folder));
    assert_true(snprintf(w->path, sizeof w->path, "%.400s/phial.db", w->folder) > 0);
    open_clinic(w);
}

void world_forget_packets(struct world *w)
{
    while (w->packet_count > 0)
        free(w->packets[--w->packet_count]);
}

void world_close(struct world *w)
{
    static const char *const ends[] = { "", "-wal", "-shm" };

    ingest_close(w->ingest);
    store_close(w->store);
    world_forget_packets(w);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[WORLD_PATH + 8];
        (void)snprintf(path, sizeof path, "%s%s", w->path, ends[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(w->folder), 0);
}

void world_crash(struct world *w)
{
    ingest_close(w->ingest);
    w->decoder = 0;
    store_rollback(w->store);
    store_close(w->store);
    world_forget_packets(w);
    open_store(w);
}

struct sqlite3 *world_database(struct world *w)
{
    struct sqlite3 *db;

    assert_int_equal(sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return db;
}

int64_t world_count(struct world *w, const char *sql)
{
    struct sqlite3 *db = world_database(w);
    sqlite3_stmt *statement;
    int64_t count;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    count = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    return count;
}

struct store_actor world_actor(const struct world *w)
{
    return (struct store_actor) { .person = w->person,
                                  .role = role_id(ROLE_MEDICAL_ASSISTANT),
                                  .workstation = "bench",
                                  .at = w->now,
                                  .zone_offset = ZONE };
}

static int64_t find_patient(struct world *w, struct arena *a, const char *mrn, const char *family)
{
    struct store_patient patient;
    int64_t id;

    if (store_patient_by_mrn(w->store, a, mrn, &patient) == ERROR_OK)
        return patient.id;
    patient = (struct store_patient) {
        .mrn = mrn, .family = family, .given = "Jane Q", .birth_date = "1981-03-14", .sex = "F"
    };
    assert_int_equal(store_patient_add(w->store, &patient, w->person, w->now, &id), ERROR_OK);
    return id;
}

static int64_t enter_order(struct world *w, struct arena *a, int64_t patient,
                           const char *const *tests, size_t count)
{
    struct store_actor by = world_actor(w);
    int64_t ids[WORLD_TESTS], id;
    struct store_order order = { .patient = patient,
                                 .provider = "dr1",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .tests = ids,
                                 .test_count = count };
    struct store_order_key key;

    for (size_t i = 0; i < count; i++) {
        struct store_test test;
        assert_int_equal(store_test_by_code(w->store, a, tests[i], &test), ERROR_OK);
        ids[i] = test.id;
    }
    assert_int_equal(store_order_enter(w->store, &by, &order, &key), ERROR_OK);
    assert_int_equal(store_identify(w->store, &by, key.id, "name, birth date", "stated", &id),
                     ERROR_OK);
    return key.id;
}

static void move(struct world *w, int64_t specimen, enum event type)
{
    struct store_actor by = world_actor(w);
    struct store_event event = { .type = type, .specimen = specimen };
    int64_t id;

    assert_int_equal(store_event_add(w->store, &by, &event, &id), ERROR_OK);
}

void world_specimen(struct world *w, const char *mrn, const char *family, const char *const *tests,
                    size_t test_count, enum specimen_state state, struct accession *out)
{
    struct store_actor by = world_actor(w);
    struct store_collect collect = { .day = DAY, .type = "whole blood", .collected_at = w->now };
    struct store_specimen_key key;
    struct arena arena;

    arena_init(&arena, 1 << 20);
    assert_int_equal(store_begin(w->store), ERROR_OK);
    collect.paper = w->paper;
    collect.order = enter_order(w, &arena, find_patient(w, &arena, mrn, family), tests, test_count);
    assert_int_equal(store_collect(w->store, &by, &collect, &key), ERROR_OK);
    if (state >= SPECIMEN_LABELLED)
        move(w, key.id, EVENT_LABEL_PRINTED);
    if (state >= SPECIMEN_VERIFIED)
        move(w, key.id, EVENT_LABEL_VERIFIED);
    if (state == SPECIMEN_REJECTED)
        move(w, key.id, EVENT_REJECTED);
    *out = key.accession;
    arena_free(&arena);
}

void world_turn(struct world *w)
{
    struct complaint why = { "" };

    if (store_commit(w->store, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    ingest_settle(w->ingest, ERROR_OK, NULL);
}

void world_fail(struct world *w)
{
    store_rollback(w->store);
    ingest_settle(w->ingest, ERROR_IO, "The disk refused.");
}

/* ---- Devices ---- */

void device_attach(struct device *d, struct world *w, const char *instrument)
{
    struct complaint why = { "" };

    memset(d, 0, sizeof *d);
    d->world = w;
    d->child = ++w->next_child;
    if (!instrument)
        assert_int_equal(ingest_attach_decoder(w->ingest, w->decoder = d->child, false), ERROR_OK);
    else if (ingest_attach(w->ingest, d->child, instrument, "generic-lis02", "tcp:1", &why) !=
             ERROR_OK)
        fail_msg("%s", why.text);
}

void device_detach(struct device *d)
{
    assert_int_equal(store_begin(d->world->store), ERROR_OK);
    assert_int_equal(ingest_detach(d->world->ingest, d->child), ERROR_OK);
    if (d->world->decoder == d->child)
        d->world->decoder = 0;
    world_turn(d->world);
}

void device_begin(struct device *d)
{
    d->session++;
    d->ordinal = 0;
}

enum error device_give(struct device *d, struct wire_writer *w)
{
    struct complaint why = { "" };
    struct wire_message m;
    struct span packet;
    enum error e;

    assert_int_equal(wire_finish(w, &packet), ERROR_OK);
    if (wire_read(packet, WIRE_INSTRUMENT, &m, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(store_begin(d->world->store), ERROR_OK);
    e = ingest_receive(d->world->ingest, d->child, &m, &why);
    wire_free(w);
    return e;
}

enum error device_keep(struct device *d, const char *bytes)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_KEEP);
    wire_put_number(&w, WIRE_F_TICKET, ++d->ticket);
    wire_put_number(&w, WIRE_F_SESSION, d->session);
    wire_put_number(&w, WIRE_F_FRAME_NUMBER, 1);
    wire_put_number(&w, WIRE_F_DIRECTION, WIRE_FROM_INSTRUMENT);
    wire_put_bytes(&w, WIRE_F_BYTES, span_text(bytes));
    return device_give(d, &w);
}

static void put_result(struct wire_writer *w, const struct record_result *r)
{
    wire_open_group(w, WIRE_F_RESULT);
    wire_put_text(w, WIRE_F_CODE, r->code);
    wire_put_text(w, WIRE_F_LOINC, r->loinc);
    wire_put_text(w, WIRE_F_NAME, r->name);
    wire_put_text(w, WIRE_F_VALUE, r->value);
    wire_put_text(w, WIRE_F_COMPARATOR, r->comparator);
    wire_put_text(w, WIRE_F_NUMBER, r->number);
    wire_put_text(w, WIRE_F_UNIT, r->unit);
    wire_put_text(w, WIRE_F_UCUM, r->ucum);
    for (size_t i = 0; i < r->flags.count; i++)
        wire_put_text(w, WIRE_F_FLAG, r->flags.at[i]);
    wire_put_text(w, WIRE_F_RESULT_STATUS, r->status);
    wire_put_text(w, WIRE_F_OBSERVED_AT, r->observed_at);
    wire_close_group(w);
}

static void begin_record(struct device *d, struct wire_writer *w, enum record_kind kind,
                         const char *text)
{
    uint8_t hash[crypto_hash_sha256_BYTES];

    (void)crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
    wire_begin(w, WIRE_RECORD);
    wire_put_number(w, WIRE_F_SESSION, d->session);
    wire_put_number(w, WIRE_F_ORDINAL, d->ordinal++);
    wire_put_number(w, WIRE_F_LAST, 0);
    wire_put_text(w, WIRE_F_KIND, record_kind_text(kind));
    wire_put_bytes(w, WIRE_F_HASH, span_of(hash, sizeof hash));
}

enum error device_send(struct device *d, const struct record *r, const char *text)
{
    struct wire_writer w;

    begin_record(d, &w, r->kind, text);
    wire_put_text(&w, WIRE_F_SERIAL, r->serial);
    wire_put_text(&w, WIRE_F_SPECIMEN, r->specimen);
    wire_put_text(&w, WIRE_F_PATIENT_ID, r->patient_id);
    wire_put_text(&w, WIRE_F_PATIENT_NAME, r->patient_name);
    wire_put_text(&w, WIRE_F_PATIENT_BIRTH_DATE, r->patient_birth_date);
    wire_put_text(&w, WIRE_F_PATIENT_SEX, r->patient_sex);
    wire_put_text(&w, WIRE_F_RUN, r->run);
    wire_put_text(&w, WIRE_F_SENT_AT, r->sent_at);
    wire_put_text(&w, WIRE_F_LOOKS_LIKE, r->looks_like);
    for (size_t i = 0; i < r->result_count; i++)
        put_result(&w, &r->results[i]);
    return device_give(d, &w);
}

enum error device_query(struct device *d, const char *specimen, uint64_t *ticket)
{
    struct wire_writer w;

    begin_record(d, &w, RECORD_QUERY, "Q");
    *ticket = ++d->ticket;
    wire_put_number(&w, WIRE_F_TICKET, *ticket);
    wire_put_text(&w, WIRE_F_SPECIMEN, specimen);
    return device_give(d, &w);
}

enum error device_end(struct device *d, enum session_end how)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_SESSION_END);
    wire_put_number(&w, WIRE_F_SESSION, d->session);
    wire_put_number(&w, WIRE_F_ENDING, how);
    wire_put_number(&w, WIRE_F_COUNT, d->ordinal);
    return device_give(d, &w);
}

void device_session(struct device *d, const struct record *r, const char *text,
                    enum session_end how)
{
    device_begin(d);
    assert_int_equal(device_keep(d, text), ERROR_OK);
    world_turn(d->world);
    assert_int_equal(device_send(d, r, text), ERROR_OK);
    assert_int_equal(device_end(d, how), ERROR_OK);
    world_turn(d->world);
    d->world->now += 60000;
}

struct record world_record(const char *specimen, struct record_result *result)
{
    struct record r;

    record_init(&r);
    record_result_init(result);
    r.kind = RECORD_PATIENT;
    r.serial = "T0001";
    r.specimen = specimen;
    r.results = result;
    r.result_count = 1;
    result->code = "HbA1c";
    result->loinc = "4548-4";
    result->name = "Hemoglobin A1c";
    result->value = result->number = "5.9";
    result->unit = result->ucum = "%";
    result->status = "F";
    return r;
}

enum error device_decode(struct device *decoder, const struct wire_message *decode)
{
    struct span content;
    size_t at = 0;
    enum error e = ERROR_OK;

    decoder->session = wire_number(decode, WIRE_F_SESSION);
    decoder->ordinal = 0;
    while (e == ERROR_OK && wire_next(decode, WIRE_F_BYTES, &at, &content)) {
        char text[256], specimen[64];
        struct record_result result;
        struct record r;
        assert_true(content.len < sizeof text);
        memcpy(text, content.at, content.len);
        text[content.len] = '\0';
        (void)snprintf(specimen, sizeof specimen, "%.*s", (int)strcspn(text, " "), text);
        r = world_record(specimen, &result);
        e = device_send(decoder, &r, text);
    }
    return e == ERROR_OK ? device_end(decoder, SESSION_END_NORMAL) : e;
}

/* ---- For cmocka ---- */

int world_set_up(void **state)
{
    static struct world w; /* one test at a time */
    world_open(&w);
    *state = &w;
    return 0;
}

int world_tear_down(void **state)
{
    world_close(*state);
    return 0;
}

void scene_open(struct scene *s, void **state)
{
    s->w = *state;
    world_specimen(s->w, "00012", "Doe-TEST", world_a1c, 1, SPECIMEN_VERIFIED, &s->accession);
    world_turn(s->w);
    device_attach(&s->device, s->w, "a1c-1");
    s->record = world_record(s->accession.digits, &s->result);
}
