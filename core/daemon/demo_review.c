/* What the demo's provider has seen before: earlier results of two patients, signed, with a task
 * that is late, one that is due, and cover that a colleague is asked for. Everybody is invented. */
#include "core/daemon/demo.h"

#include "core/store/review.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { REVIEW_ARENA = 256 * 1024, DAY_TEXT = 11 };

static const int64_t day_ms = 86400000;

struct earlier {
    struct demo_patient patient;
    const char *value, *flag;
    const char *instruction; /* of a task, or NULL */
    int days;                /* ago */
    int due;                 /* days from now */
};

static const struct earlier results[] = {
    { { "T-1001", "Abernathy-TEST", "June", "1951-02-11", "F" }, "6.9", "H", NULL, 272, 0 },
    { { "T-1001", "Abernathy-TEST", "June", "1951-02-11", "F" }, "7.4", "H", NULL, 181, 0 },
    { { "T-1001", "Abernathy-TEST", "June", "1951-02-11", "F" },
      "7.8",
      "H",
      "Call the patient: bring the glucose diary to the next visit.",
      92,
      -2 },
    { { "T-1004", "García Márquez-TEST", "José Luis", "1963-09-19", "M" },
      "5.4",
      "N",
      NULL,
      365,
      0 },
    { { "T-1004", "García Márquez-TEST", "José Luis", "1963-09-19", "M" },
      "5.6",
      "N",
      "Send the patient the dates of the nutrition course.",
      12,
      3 },
};

struct filler {
    struct store *store;
    struct arena *arena;
    struct store_test test;
    struct store_actor bench, provider, machine;
    int64_t session, now;
    int64_t ordinal;
};

static void day_text(int64_t now, int days, char out[DAY_TEXT])
{
    time_t at = (time_t)(now / 1000) + (time_t)days * 24 * 3600;
    struct tm tm = { 0 };

    if (!localtime_r(&at, &tm) || strftime(out, DAY_TEXT, "%Y-%m-%d", &tm) == 0)
        memcpy(out, "1970-01-01", DAY_TEXT);
}

static enum error patient_of(struct filler *f, const struct demo_patient *patient, int64_t *id)
{
    struct store_patient found;
    struct store_patient person = {
        0, patient->mrn, patient->family, patient->given, patient->birth_date, patient->sex
    };
    enum error e = store_patient_by_mrn(f->store, f->arena, patient->mrn, &found);

    if (e == ERROR_OK)
        *id = found.id;
    return e == ERROR_NOT_FOUND
               ? store_patient_add(f->store, &person, f->bench.person, f->bench.at, id)
               : e;
}

static enum error event(struct filler *f, const struct store_actor *by, int64_t specimen,
                        enum event type, int64_t message)
{
    const struct store_event each = { .type = type, .specimen = specimen, .message = message };
    return store_event_add(f->store, by, &each, NULL);
}

/* Ordered, collected, labelled and scanned back on that day. */
static uint32_t two_digits(const char *at)
{
    return (uint32_t)((at[0] - '0') * 10 + (at[1] - '0'));
}

static enum error collect(struct filler *f, int64_t patient, struct store_order_key *order,
                          struct store_specimen_key *specimen)
{
    const struct store_order entered = { .patient = patient,
                                         .provider = "dr.kay",
                                         .priority = "routine",
                                         .mode = "written",
                                         .reason = "",
                                         .tests = &f->test.id,
                                         .test_count = 1 };
    struct store_collect in = { .type = f->test.specimen_type,
                                .container = f->test.container,
                                .site = "finger",
                                .collector = "maria",
                                .collected_at = f->bench.at };
    char day[DAY_TEXT];
    enum error e = store_order_enter(f->store, &f->bench, &entered, order);

    day_text(f->bench.at, 0, day);
    in.day = two_digits(day + 2) * 10000 + two_digits(day + 5) * 100 + two_digits(day + 8);
    in.order = order->id;
    if (e == ERROR_OK)
        e = store_identify(f->store, &f->bench, order->id, "name, birth date", "stated", NULL);
    if (e == ERROR_OK)
        e = store_collect(f->store, &f->bench, &in, specimen);
    if (e == ERROR_OK)
        e = event(f, &f->bench, specimen->id, EVENT_LABEL_PRINTED, 0);
    return e == ERROR_OK ? event(f, &f->bench, specimen->id, EVENT_LABEL_VERIFIED, 0) : e;
}

static enum error message(struct filler *f, int64_t *id)
{
    struct record record;
    struct store_message m = { .session = f->session,
                               .ordinal = f->ordinal++,
                               .record = &record,
                               .received_at = f->bench.at,
                               .disposition = DISPOSITION_LINKED,
                               .reason_code = "",
                               .reason = "" };

    record_init(&record);
    record.kind = RECORD_PATIENT;
    memcpy(m.hash, &f->ordinal, sizeof f->ordinal);
    return store_message_add(f->store, &m, id);
}

static enum error measured(struct filler *f, const struct earlier *each, int64_t patient,
                           const struct store_order_key *order,
                           const struct store_specimen_key *specimen)
{
    struct store_result result = { .order = order->id,
                                   .specimen = specimen->id,
                                   .patient_id = patient,
                                   .test = f->test.id,
                                   .code = "HbA1c",
                                   .loinc = f->test.analytes[0].loinc,
                                   .name = f->test.analytes[0].name,
                                   .value = each->value,
                                   .number = each->value,
                                   .unit = "%",
                                   .ucum = "%",
                                   .reference_range = "4.0-5.6",
                                   .site_flag = each->flag,
                                   .flag = each->flag,
                                   .flag_source = "site",
                                   .severity = strcmp(each->flag, "N") == 0 ? SEVERITY_NORMAL
                                                                            : SEVERITY_ABNORMAL,
                                   .status = "F",
                                   .at = f->bench.at };
    int64_t id;
    enum error e = message(f, &result.message);

    if (e == ERROR_OK)
        e = store_result_add(f->store, &result, &id);
    return e == ERROR_OK
               ? event(f, &f->machine, specimen->id, EVENT_RESULT_RECEIVED, result.message)
               : e;
}

static enum error reviewed(struct filler *f, const struct earlier *each, int64_t order)
{
    char version[STORE_VERSION_SIZE], due[DAY_TEXT];
    const struct store_review review = { .order = order,
                                         .version = version,
                                         .signed_off = true,
                                         .meaning = "REVIEWED",
                                         .disposition =
                                             each->instruction ? "call-patient" : "already-managed",
                                         .note = "" };
    const struct store_task task = { .order = order,
                                     .version = version,
                                     .kind = review.disposition,
                                     .instruction = each->instruction,
                                     .owner = "maria",
                                     .due = due };
    struct store_task_step tried = {
        .kind = "attempt", .note = "No answer; tried twice.", .owner = "", .due = ""
    };
    int64_t id;
    enum error e = store_order_version(f->store, order, version);

    day_text(f->now, each->due, due);
    if (e == ERROR_OK)
        e = store_review_add(f->store, &f->provider, &review, &id);
    if (e != ERROR_OK || !each->instruction)
        return e;
    e = store_task_add(f->store, &f->provider, &task, &tried.task);
    return e == ERROR_OK && each->due < 0 ? store_task_step_add(f->store, &f->bench, &tried, NULL)
                                          : e;
}

static enum error add_earlier(struct filler *f, const struct earlier *each)
{
    struct store_order_key order = { .id = 0 };
    struct store_specimen_key specimen = { .id = 0 };
    int64_t patient = 0;
    enum error e;

    f->bench.at = f->provider.at = f->machine.at = f->now - each->days * day_ms;
    e = patient_of(f, &each->patient, &patient);
    if (e == ERROR_OK)
        e = collect(f, patient, &order, &specimen);
    if (e == ERROR_OK)
        e = measured(f, each, patient, &order, &specimen);
    return e == ERROR_OK ? reviewed(f, each, order.id) : e;
}

static enum error person_of(struct filler *f, const char *login, enum role role,
                            struct store_actor *out)
{
    struct store_person person;
    enum error e = store_person_by_login(f->store, f->arena, login, &person);

    if (e == ERROR_OK)
        *out = (struct store_actor) { .person = person.id,
                                      .role = role_id(role),
                                      .workstation = "demo" };
    return e;
}

static enum error open_bench(struct filler *f)
{
    enum error e = person_of(f, "maria", ROLE_MEDICAL_ASSISTANT, &f->bench);

    if (e == ERROR_OK)
        e = person_of(f, "dr.kay", ROLE_PROVIDER, &f->provider);
    if (e == ERROR_OK)
        e = store_test_by_code(f->store, f->arena, "HbA1c", &f->test);
    if (e == ERROR_OK)
        e = store_instrument_set(f->store, "Afinion front", "abbott-afinion-2", "", f->now,
                                 &f->machine.instrument);
    return e == ERROR_OK ? store_session_open(f->store, f->machine.instrument, "abbott-afinion-2",
                                              "", f->now, &f->session)
                         : e;
}

static enum error ask_cover(struct filler *f)
{
    char from[DAY_TEXT], until[DAY_TEXT];
    const struct store_cover cover = { .provider = "dr.kay",
                                       .deputy = "dora",
                                       .from_day = from,
                                       .until_day = until,
                                       .reason = "a course (invented)" };
    int64_t id;

    day_text(f->now, 7, from);
    day_text(f->now, 10, until);
    f->provider.at = f->now;
    return store_cover_add(f->store, &f->provider, &cover, &id);
}

enum error demo_review(struct store *store, int64_t now)
{
    struct arena arena;
    struct filler f = { .store = store, .arena = &arena, .now = now };
    enum error e;

    arena_init(&arena, REVIEW_ARENA);
    e = open_bench(&f);
    for (size_t i = 0; e == ERROR_OK && i < sizeof results / sizeof results[0]; i++)
        e = add_earlier(&f, &results[i]);
    if (e == ERROR_OK)
        e = store_session_end(store, f.session, SESSION_END_NORMAL, now, NULL);
    if (e == ERROR_OK)
        e = store_session_decoded(store, f.session, now, NULL);
    if (e == ERROR_OK)
        e = ask_cover(&f);
    arena_free(&arena);
    return e;
}
