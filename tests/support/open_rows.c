/*
 * open_rows DATA ROWS READY [MINUTES]: fills the database of a site that is not being served with
 * that many orders whose results await review by dr.kay, and with READY specimens that stand at the
 * bench, whose accessions it prints, one a line. Everybody is invented. The site has the people and
 * the test menu of tests/browser/site.mjs.
 */
#include "core/base/clock.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA = 1024 * 1024, PANEL = 4, MINUTE = 60000 };

struct filler {
    struct store *store;
    struct store_test test;
    struct store_actor by, machine;
    int64_t session, now;
    uint32_t day;
    unsigned number;
    int64_t minutes;
};

static void must(enum error e, const char *what)
{
    if (e == ERROR_OK)
        return;
    fprintf(stderr, "open_rows: %s: %s\n", what, error_text(e));
    exit(1);
}

static void open_site(struct filler *f, struct arena *a, const char *data)
{
    const struct clock clock = clock_system();
    struct complaint why = { "" };
    struct store_person maria;
    int64_t instrument;
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/phial.db", data);
    must(store_open(path, &f->store, &why), why.text);
    must(store_begin(f->store), "begin");
    must(store_person_by_login(f->store, a, "maria", &maria), "maria");
    must(store_test_by_code(f->store, a, "HbA1c", &f->test), "the test");
    must(store_instrument_set(f->store, "Filler", "abbott-afinion-2", "tcp-listen:1", 1,
                              &instrument),
         "the instrument");
    f->now = clock_now(&clock);
    f->by = (struct store_actor) { .person = maria.id,
                                   .role = role_id(ROLE_MEDICAL_ASSISTANT),
                                   .workstation = "bench",
                                   .at = f->now };
    f->machine = (struct store_actor) { .instrument = instrument, .at = f->now };
    must(store_session_open(f->store, instrument, "abbott-afinion-2", "tcp-listen:1", f->now,
                            &f->session),
         "a session");
}

static void event(struct filler *f, const struct store_actor *by, int64_t specimen, enum event type,
                  int64_t message)
{
    const struct store_event each = { .type = type, .specimen = specimen, .message = message };
    must(store_event_add(f->store, by, &each, NULL), event_text(type));
}

/* An order with a specimen that is labelled and scanned back. */
static struct store_specimen_key specimen(struct filler *f, struct store_order_key *order,
                                          int64_t *patient)
{
    struct store_order entered = { .provider = "dr.kay",
                                   .priority = "routine",
                                   .mode = "written",
                                   .reason = "",
                                   .tests = &f->test.id,
                                   .test_count = 1 };
    struct store_collect collect = { .day = f->day,
                                     .type = "whole blood",
                                     .container = "capillary",
                                     .site = "finger",
                                     .collector = "maria",
                                     .collected_at = f->now };
    char mrn[32], family[32];
    struct store_patient person = { 0, mrn, family, "Filip", "1980-01-02", "F" };
    struct store_specimen_key key;

    (void)snprintf(mrn, sizeof mrn, "F-%06u", f->number);
    (void)snprintf(family, sizeof family, "FILLER%u-TEST", f->number++);
    must(store_patient_add(f->store, &person, f->by.person, f->now, patient), "patient");
    entered.patient = *patient;
    must(store_order_enter(f->store, &f->by, &entered, order), "order");
    must(store_identify(f->store, &f->by, order->id, "name, birth date", "stated", NULL),
         "identify");
    collect.order = order->id;
    must(store_collect(f->store, &f->by, &collect, &key), "collect");
    event(f, &f->by, key.id, EVENT_LABEL_PRINTED, 0);
    event(f, &f->by, key.id, EVENT_LABEL_VERIFIED, 0);
    return key;
}

static int64_t message(struct filler *f)
{
    struct record record;
    struct store_message m = { .session = f->session,
                               .ordinal = f->number,
                               .record = &record,
                               .received_at = f->now,
                               .disposition = DISPOSITION_LINKED,
                               .reason_code = "",
                               .reason = "" };
    int64_t id;

    record_init(&record);
    record.kind = RECORD_PATIENT;
    memcpy(m.hash, &f->number, sizeof f->number);
    must(store_message_add(f->store, &m, &id), "message");
    return id;
}

/* Every fiftieth row is critical, every third abnormal, every fifth a panel. */
static void row(struct filler *f)
{
    unsigned n = f->number;
    enum severity severity = n % 50 == 0  ? SEVERITY_CRITICAL
                             : n % 3 == 0 ? SEVERITY_ABNORMAL
                                          : SEVERITY_NORMAL;
    struct store_order_key order;
    struct store_result result = { .test = f->test.id,
                                   .code = "HbA1c",
                                   .name = "Hemoglobin A1c",
                                   .value = severity ? "9.4" : "5.4",
                                   .number = severity ? "9.4" : "5.4",
                                   .unit = "%",
                                   .ucum = "%",
                                   .reference_range = "4.0-5.6",
                                   .flag = severity ? "H" : "N",
                                   .flag_source = severity ? "device" : "",
                                   .status = "F",
                                   .at = f->now - (int64_t)n * f->minutes * MINUTE };
    int64_t patient = 0;
    struct store_specimen_key key = specimen(f, &order, &patient);

    result.order = order.id;
    result.specimen = key.id;
    result.patient_id = patient;
    result.severity = severity;
    result.message = message(f);
    result.loinc = f->test.analytes[0].loinc;
    for (int i = 0; i < (n % 5 == 0 ? PANEL : 1); i++) {
        int64_t id;
        result.position = i;
        must(store_result_add(f->store, &result, &id), "result");
        result.loinc = "";
        result.severity = SEVERITY_NORMAL;
        result.code = result.name = "Another value";
    }
    event(f, &f->machine, key.id, EVENT_RESULT_RECEIVED, result.message);
}

int main(int argc, char **argv)
{
    struct filler f = { .day = 260101, .number = 1, .minutes = 1 };
    struct complaint why = { "" };
    struct arena a;

    if (argc < 4)
        return 2;
    if (argc > 4)
        f.minutes = (int64_t)strtoul(argv[4], NULL, 10);
    arena_init(&a, ARENA);
    open_site(&f, &a, argv[1]);
    for (unsigned long i = 0; i < strtoul(argv[2], NULL, 10); i++)
        row(&f);
    for (unsigned long i = 0; i < strtoul(argv[3], NULL, 10); i++) {
        struct store_order_key order;
        int64_t patient;
        struct store_specimen_key key = specimen(&f, &order, &patient);
        (void)puts(key.accession.digits);
    }
    must(store_session_decoded(f.store, f.session, f.now, NULL), "decoded");
    must(store_commit(f.store, &why), why.text);
    store_close(f.store);
    arena_free(&a);
    return 0;
}
