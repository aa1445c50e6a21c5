/*
 * A small clinic in a fresh database, for the tests of core/store and core/custody.
 *
 * Every person in it is invented. A test includes this once; what it does not use costs nothing.
 */
#ifndef PHIAL_TESTS_UNIT_STORE_WORLD_H
#define PHIAL_TESTS_UNIT_STORE_WORLD_H

#include "core/store/read.h"
#include "core/store/store.h"
#include "tests/support/kept_database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORLD_UNUSED __attribute__((unused))

enum { WORLD_DAY = 260312 };
static const int64_t world_start = 1773308400000; /* 2026-03-12T09:40:00Z */

struct world {
    char folder[64];
    char path[96];
    struct store *store;
    struct store_reader *reader; /* from the first look on */
    int64_t assistant, provider, instrument, test;
    int64_t now;
    int patients;
};

/* A step that a test's set-up relies on. */
#define WORLD_MUST(expression)                                                                     \
    do {                                                                                           \
        enum error world_error = (expression);                                                     \
        if (world_error != ERROR_OK) {                                                             \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #expression,                    \
                    error_text(world_error));                                                      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static WORLD_UNUSED struct store_actor world_actor(const struct world *w)
{
    return (struct store_actor) { .person = w->assistant,
                                  .role = "medical-assistant",
                                  .workstation = "bench",
                                  .at = w->now,
                                  .zone_offset = -240 };
}

static WORLD_UNUSED void world_people(struct world *w)
{
    const struct store_person assistant = { 0,    "maria", "Maria L-TEST", ROLE_MEDICAL_ASSISTANT,
                                            true, NULL,    NULL,           NULL };
    const struct store_person provider = { 0,    "dana", "Dana W-TEST", ROLE_PROVIDER,
                                           true, NULL,   NULL,          NULL };

    WORLD_MUST(store_person_add(w->store, &assistant, w->now, &w->assistant));
    WORLD_MUST(store_person_add(w->store, &provider, w->now, &w->provider));
}

static WORLD_UNUSED void world_menu(struct world *w)
{
    struct store_analyte a1c = { "", "4548-4", "Hemoglobin A1c", "%", false };
    const struct store_test test = { .code = "A1C",
                                     .name = "HbA1c",
                                     .specimen_type = "blood",
                                     .container = "LAV EDTA",
                                     .active = true,
                                     .analytes = &a1c,
                                     .analyte_count = 1 };

    WORLD_MUST(store_test_add(w->store, &test, w->now, &w->test));
    WORLD_MUST(store_instrument_set(w->store, "afinion-1", "abbott-afinion-2", "tcp-listen:1",
                                    w->now, &w->instrument));
}

static WORLD_UNUSED void world_store(struct world *w)
{
    struct complaint why = { "" };

    if (store_open(w->path, &w->store, &why) != ERROR_OK) {
        fprintf(stderr, "%s\n", why.text);
        abort();
    }
}

static WORLD_UNUSED void world_furnish(struct world *w)
{
    const struct store_site site = { .name = "Invented Clinic",
                                     .salt = "4711",
                                     .zone = "America/New_York" };

    world_store(w);
    WORLD_MUST(store_begin(w->store));
    WORLD_MUST(store_site_set(w->store, &site));
    world_people(w);
    world_menu(w);
    WORLD_MUST(store_commit(w->store, NULL));
    store_close(w->store);
}

/* A fresh folder and database with a site, two people, a test and an instrument. */
static WORLD_UNUSED void world_open(struct world *w)
{
    static struct kept_database kept;
    static struct world furnished;
    const char *base = getenv("TMPDIR");

    *w = furnished;
    (void)snprintf(w->folder, sizeof w->folder, "%.40s/phial-store-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(w->folder))
        abort();
    (void)snprintf(w->path, sizeof w->path, "%s/phial.db", w->folder);
    w->now = world_start;
    if (kept.bytes) {
        database_lay(&kept, w->path);
    } else {
        world_furnish(w);
        database_keep(&kept, w->path);
        furnished = *w;
    }
    world_store(w);
}

static WORLD_UNUSED void world_close(struct world *w)
{
    static const char *const ends[] = {
        "", "-wal", "-shm", "-journal", "/../custody.seal", "/../custody.key", "/../custody.pub"
    };
    char path[160];

    store_close_read(w->reader);
    store_close(w->store);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (strncmp(ends[i], "/../", 4) == 0)
            (void)snprintf(path, sizeof path, "%s/%s", w->folder, ends[i] + 4);
        else
            (void)snprintf(path, sizeof path, "%s%s", w->path, ends[i]);
        (void)unlink(path);
    }
    (void)rmdir(w->folder);
}

/* The next invented patient with an order for the test; in a transaction. */
static WORLD_UNUSED struct store_order_key world_order(struct world *w)
{
    const struct store_actor by = world_actor(w);
    struct store_order order = { .provider = "dana",
                                 .priority = "routine",
                                 .mode = "electronic",
                                 .reason = "",
                                 .tests = &w->test,
                                 .test_count = 1 };
    struct store_order_key key;
    char mrn[16], family[32];
    struct store_patient patient = { 0, mrn, family, "Ida", "1981-03-14", "F" };

    (void)snprintf(mrn, sizeof mrn, "009%05d", ++w->patients);
    (void)snprintf(family, sizeof family, "Nr%d-TEST", w->patients);
    WORLD_MUST(store_patient_add(w->store, &patient, w->assistant, w->now, &order.patient));
    WORLD_MUST(store_order_enter(w->store, &by, &order, &key));
    return key;
}

/* Identified and collected. */
static WORLD_UNUSED struct store_specimen_key world_collect(struct world *w, int64_t order)
{
    const struct store_actor by = world_actor(w);
    const struct store_collect in = { .order = order,
                                      .day = WORLD_DAY,
                                      .type = "blood",
                                      .container = "LAV EDTA",
                                      .site = "left arm",
                                      .collector = "maria",
                                      .collected_at = w->now,
                                      .location = "chair" };
    struct store_specimen_key key;

    WORLD_MUST(store_identify(w->store, &by, order, "name, birth date", "stated", NULL));
    WORLD_MUST(store_collect(w->store, &by, &in, &key));
    return key;
}

static WORLD_UNUSED void world_event(struct world *w, int64_t specimen, enum event type)
{
    const struct store_actor by = world_actor(w);
    const struct store_event event = { .type = type, .specimen = specimen };
    WORLD_MUST(store_event_add(w->store, &by, &event, NULL));
}

/* An order whose specimen stands at the bench, label verified. */
static WORLD_UNUSED struct store_specimen world_specimen(struct world *w, struct arena *a)
{
    struct store_order_key order = world_order(w);
    struct store_specimen_key key = world_collect(w, order.id);
    struct store_specimen specimen;

    world_event(w, key.id, EVENT_LABEL_PRINTED);
    world_event(w, key.id, EVENT_LABEL_VERIFIED);
    WORLD_MUST(store_specimen_by_id(w->store, a, key.id, &specimen));
    return specimen;
}

/* A session with one frame each way and one message; gives the message. */
static WORLD_UNUSED int64_t world_message(struct world *w, const char *specimen, const char *run,
                                          enum disposition disposition)
{
    static const uint8_t frame[] = "\x02"
                                   "1H|\\^&|||Afinion\r\x03"
                                   "7C\r\n";
    struct record_result result;
    struct record record;
    struct store_message message = { .record = &record,
                                     .received_at = w->now,
                                     .disposition = disposition,
                                     .reason_code =
                                         disposition == DISPOSITION_HELD ? "unknown" : "",
                                     .reason = "" };
    int64_t id;

    record_init(&record);
    record_result_init(&result);
    result.code = "HbA1c";
    result.loinc = "4548-4";
    result.value = result.number = "7.4";
    result.unit = "%";
    record.kind = RECORD_PATIENT;
    record.specimen = specimen;
    record.run = run;
    record.serial = "AF0001";
    record.results = &result;
    record.result_count = 1;
    WORLD_MUST(store_session_open(w->store, w->instrument, "abbott-afinion-2", "tcp-listen:1",
                                  w->now, &message.session));
    WORLD_MUST(store_frame_add(w->store, message.session, 1, WIRE_FROM_INSTRUMENT, w->now,
                               span_of(frame, sizeof frame - 1), NULL));
    WORLD_MUST(store_frame_add(w->store, message.session, 1, WIRE_TO_INSTRUMENT, w->now,
                               span_text("\x06"), NULL));
    memset(message.hash, (int)(w->now % 251), sizeof message.hash);
    WORLD_MUST(store_message_add(w->store, &message, &id));
    WORLD_MUST(store_session_end(w->store, message.session, SESSION_END_NORMAL, w->now, NULL));
    WORLD_MUST(store_session_decoded(w->store, message.session, w->now, NULL));
    return id;
}

/* A linked result of the specimen, with its message and event. */
static WORLD_UNUSED int64_t world_result(struct world *w, const struct store_specimen *specimen,
                                         const char *value, enum severity severity,
                                         int64_t replaces)
{
    const struct store_actor by = { .instrument = w->instrument, .at = w->now };
    struct store_event event = { .type = EVENT_RESULT_RECEIVED, .specimen = specimen->id };
    struct store_result result = { .order = specimen->order,
                                   .specimen = specimen->id,
                                   .patient_id = specimen->patient_id,
                                   .test = w->test,
                                   .replaces = replaces,
                                   .code = "HbA1c",
                                   .loinc = "4548-4",
                                   .name = "Hemoglobin A1c",
                                   .value = value,
                                   .number = value,
                                   .unit = "%",
                                   .ucum = "%",
                                   .flag = severity == SEVERITY_NORMAL ? "" : "H",
                                   .flag_source = severity == SEVERITY_NORMAL ? "" : "device",
                                   .severity = severity,
                                   .status = "F",
                                   .at = w->now };
    int64_t id;

    event.message = result.message = world_message(w, specimen->accession, "5", DISPOSITION_LINKED);
    WORLD_MUST(store_result_add(w->store, &result, &id));
    WORLD_MUST(store_event_add(w->store, &by, &event, NULL));
    return id;
}

/* The JSON of a query, terminated; the caller frees it. */
static WORLD_UNUSED char *world_read(struct world *w, enum store_query query,
                                     const struct store_params *params)
{
    struct complaint why = { "" };
    struct buffer out;

    buffer_init(&out, 4 * 1024 * 1024);
    if (!w->reader && store_open_read(w->path, &w->reader, &why) != ERROR_OK) {
        fprintf(stderr, "%s\n", why.text);
        abort();
    }
    WORLD_MUST(store_read_json(w->reader, query, params, &out));
    WORLD_MUST(buffer_put_byte(&out, 0));
    return (char *)out.at;
}

static WORLD_UNUSED int world_set_up(void **state)
{
    struct world *w = malloc(sizeof *w);
    world_open(w);
    *state = w;
    return 0;
}

static WORLD_UNUSED int world_tear_down(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

#endif
