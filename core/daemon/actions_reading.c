/*
 * Tests that people read by eye, or type.
 *
 * Invariants:
 *  - The clock is core's: a run begins when core says so, and is read within the kit's window by
 *    the same clock, whatever a browser's clock shows.
 *  - A kit whose control line did not show, that was read too late, or on which two people did not
 *    agree, has no result: the run ends and says why, and the test is done again with a new kit.
 *  - A second look is another person's, who is not told what the first one saw.
 *  - What is entered goes the way of an instrument's record (ingest_enter): nothing is filed past
 *    the rules.
 */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/model/gs1.h"
#include "core/rules/reading.h"
#include "core/store/lots.h"
#include "core/store/reading.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ANALYTES_MOST = 64, FOUND_TEXT = 4096 };

/* ---- How a test is read ---- */

/* The choices of the message, a line for each value; or those that the test has had. */
static enum error take_choices(struct request *r, const struct reading *old, char text[FOUND_TEXT],
                               struct complaint *why)
{
    struct span value;
    size_t at = 0, used = 0;

    text[0] = '\0';
    while (wire_next(r->m, WIRE_F_VALUE, &at, &value)) {
        const char *line = (const char *)value.at;
        if (text_empty(line) || used + strlen(line) + 2 > FOUND_TEXT)
            return complain(why, ERROR_BAD_INPUT,
                            "Give the words of a kit separated by semicolons, such as "
                            "Negative;Positive.");
        used += (size_t)snprintf(text + used, FOUND_TEXT - used, "%s%s", used ? "\n" : "", line);
    }
    if (!used)
        (void)text_copy(text, FOUND_TEXT, old->choices ? old->choices : "");
    return ERROR_OK;
}

/* "2-600": what a typed number is asked about when it lies outside. */
static enum error take_range(struct request *r, struct reading *how, struct complaint *why)
{
    const char *range = request_text(r, WIRE_F_RANGE), *dash = strchr(range, '-');
    char comparator[4];
    const char *number;

    if (text_empty(range))
        return ERROR_OK;
    if (dash) {
        how->low = arena_text(r->arena, span_of(range, (size_t)(dash - range)));
        how->high = dash + 1;
    }
    if (!dash || !how->low || !reading_is_number(how->low, comparator, &number) ||
        !reading_is_number(how->high, comparator, &number))
        return complain(why, ERROR_BAD_INPUT,
                        "Give the plausible numbers as lowest and highest, such as 2-600.");
    return ERROR_OK;
}

static enum error take_reading(struct request *r, struct store_reading *out, char text[FOUND_TEXT],
                               struct complaint *why)
{
    struct reading *how = &out->how;
    const char *kind = request_text(r, WIRE_F_KIND);
    const char *control = request_text(r, WIRE_F_CONTROL);
    struct reading old = out->how;
    enum error e = ERROR_OK;

    if (!text_empty(kind))
        e = reading_kind_parse(kind, &how->kind);
    if (e == ERROR_OK)
        e = reading_second_parse(request_text(r, WIRE_F_SECOND_LOOK), &how->second_look);
    if (e != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "Choose whether it is read by eye or typed, and who looks twice: never, "
                        "positive or always.");
    if (!text_empty(control))
        how->control = strcmp(control, "no") != 0;
    how->read_from = (int64_t)wire_number(r->m, WIRE_F_READ_FROM);
    how->read_to = (int64_t)wire_number(r->m, WIRE_F_READ_TO);
    if (how->read_to > 24 * 3600 ||
        (how->read_to ? how->read_from >= how->read_to : how->read_from))
        return complain(why, ERROR_BAD_INPUT,
                        "The kit is read from one time to a later one, in seconds after the "
                        "start; 0 and 0 if it may be read at any time.");
    e = take_choices(r, &old, text, why);
    how->choices = how->kind == READING_CHOICE ? text : "";
    if (e == ERROR_OK && how->kind == READING_CHOICE && !strchr(text, ';'))
        return complain(why, ERROR_BAD_INPUT, "A test that is read by eye needs its words.");
    return e == ERROR_OK ? take_range(r, how, why) : e;
}

enum error action_reading_set(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_reading reading = { .id = 0 };
    char text[FOUND_TEXT];
    struct store_test test;
    int64_t id;
    enum error e = request_test(r, &test, why);

    if (e == ERROR_OK)
        e = store_reading_of(r->core->store, r->arena, test.code, &reading);
    if (e == ERROR_NOT_FOUND && !why->text[0]) {
        reading.how = (struct reading) { .kind = READING_CHOICE, .control = true };
        e = ERROR_OK;
    }
    if (e == ERROR_OK && text_empty(request_text(r, WIRE_F_SOURCE)))
        e = complain(why, ERROR_BAD_INPUT,
                     "Name the package insert that says so, with its revision.");
    if (e == ERROR_OK)
        e = take_reading(r, &reading, text, why);
    if (e != ERROR_OK)
        return e;
    reading.test_code = test.code;
    reading.source = request_text(r, WIRE_F_SOURCE);
    reading.person = r->actor.person;
    reading.at = r->actor.at;
    e = store_reading_add(r->core->store, &reading, &id);
    answer->sentence = "From now on the test is read like that.";
    turn_changed(r->core, "tests", test.code);
    return e;
}

/* ---- The record ---- */

/* The test among those ordered on the specimen. */
static const struct store_test *ordered(const struct store_specimen *s, const char *code)
{
    for (size_t i = 0; i < s->test_count; i++)
        if (strcmp(s->tests[i].code, code) == 0)
            return &s->tests[i];
    return NULL;
}

/* A result for each analyte, without values. */
static enum error make_record(struct request *r, const struct store_specimen *specimen,
                              const struct store_test *test, const char *lot, struct record *out)
{
    size_t count = test->analyte_count;

    record_init(out);
    out->results = arena_take(r->arena, (count + 1) * sizeof *out->results);
    if (!out->results)
        return ERROR_NO_MEMORY;
    out->kind = RECORD_PATIENT;
    out->profile = INGEST_HAND_PROFILE;
    out->model = INGEST_HAND;
    out->specimen = specimen->accession;
    out->operator_id = r->who->login;
    out->result_count = count;
    for (size_t i = 0; i < count; i++) {
        record_result_init(&out->results[i]);
        out->results[i].code = test->analytes[i].code;
        out->results[i].loinc = test->analytes[i].loinc;
        out->results[i].name = test->analytes[i].name;
        out->results[i].lot = lot;
        out->results[i].status = "F";
    }
    return ERROR_OK;
}

/* The time of the look as devices write it, in the site's zone. */
static void put_time(int64_t at, char out[32])
{
    time_t seconds = (time_t)(at / 1000);
    struct tm tm;

    out[0] = '\0';
    if (localtime_r(&seconds, &tm))
        (void)strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
}

/* ---- Beginning ---- */

static enum error check_specimen(struct request *r, const struct store_specimen *specimen,
                                 const struct store_test *test, struct complaint *why)
{
    bool running = false, resulted = false;
    enum error e;

    if (!test)
        return complain(why, ERROR_CONFLICT,
                        "%s is not ordered on this specimen. Scan the right tube, or add the test.",
                        request_text(r, WIRE_F_TEST));
    if (!specimen_testable(specimen->state))
        return complain(why, ERROR_CONFLICT,
                        "It cannot be tested yet: the specimen is %s. Scan its label back first.",
                        specimen_state_text(specimen->state));
    e = store_run_busy(r->core->store, specimen->id, test->id, &running, &resulted);
    if (e == ERROR_OK && running)
        return complain(why, ERROR_CONFLICT,
                        "This test is running on this specimen already. Go on with it below.");
    return e;
}

/* A typed number such as 1023456 reads as the identifier 10 with the lot 23456, and is neither. */
static bool is_scan(const char *text, const struct gs1 *code)
{
    return *code->gtin || *code->expires || strchr("(]", text[0]);
}

/* The lot as the books write it, when they know it: what was scanned is a GS1 code or a number. */
static enum error find_lot(struct request *r, const struct reading *how, const char **out,
                           struct complaint *why)
{
    const char *text = request_text(r, WIRE_F_LOT);
    char day[32];
    struct store_lot lot;
    struct gs1 code;
    enum error e;

    *out = text;
    if (text_empty(text))
        return how->kind == READING_CHOICE
                   ? complain(why, ERROR_BAD_INPUT, "Scan the kit's box, or type its lot number.")
                   : ERROR_OK;
    put_time(r->actor.at, day);
    day[10] = '\0'; /* the date alone */
    e = store_lot_by_text(r->core->store, r->arena, 0, text, day, &lot);
    if (e == ERROR_NOT_FOUND &&
        gs1_parse(text, 2000 + sitetime_day(r->actor.at) / 10000, &code) == ERROR_OK && *code.lot &&
        is_scan(text, &code)) {
        *out = text = request_keep(r, code.lot);
        e = store_lot_by_text(r->core->store, r->arena, 0, text, day, &lot);
    }
    if (e == ERROR_OK)
        *out = lot.number;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static enum error live_reading(struct request *r, const char *code, struct store_reading *out,
                               struct complaint *why)
{
    enum error e = store_reading_of(r->core->store, r->arena, code, out);

    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && !out->person))
        return complain(why, ERROR_CONFLICT,
                        "The director has not set how %s is entered by hand. Lab, Reading and "
                        "stability is the place for it.",
                        code);
    return e;
}

enum error action_reading_begin(struct request *r, struct answer *answer, struct complaint *why)
{
    struct store_specimen specimen;
    const struct store_test *test = NULL;
    struct store_reading reading = { .id = 0 };
    struct record record;
    struct complaint lock = { "" };
    struct store_run run = { .test_code = "", .found = "" };
    const struct ingest_entry entry = { &r->actor, &record };
    char number[24];
    enum error e = request_specimen(r, &specimen, why);

    if (e == ERROR_OK)
        e = check_specimen(r, &specimen, test = ordered(&specimen, request_text(r, WIRE_F_TEST)),
                           why);
    if (e == ERROR_OK)
        e = live_reading(r, test->code, &reading, why);
    if (e == ERROR_OK)
        e = find_lot(r, &reading.how, &run.lot, why);
    if (e == ERROR_OK)
        e = make_record(r, &specimen, test, run.lot, &record);
    if (e == ERROR_OK)
        e = ingest_entry_judge(r->core->ingest, &entry, &lock);
    if (e == ERROR_OK && lock.text[0])
        e = complain(why, ERROR_CONFLICT, "Do not start: %s", lock.text);
    if (e != ERROR_OK)
        return e;
    run.test = test->id;
    run.test_code = test->code;
    run.reading = reading.id;
    e = store_run_add(r->core->store, &r->actor, &specimen, &run, &run.id);
    (void)snprintf(number, sizeof number, "%lld", (long long)run.id);
    answer->key = request_keep(r, number);
    answer->accession = specimen.accession;
    answer->order = specimen.order_number;
    turn_changed(r->core, "specimen", specimen.accession);
    return e;
}

/* ---- Looking ---- */

static enum error find_run(struct request *r, struct store_run *out, struct complaint *why)
{
    uint64_t id = 0;
    enum error e = text_to_u64(request_text(r, WIRE_F_RUN), &id);

    if (e == ERROR_OK)
        e = store_run_by_id(r->core->store, r->arena, (int64_t)id, out);
    if (e != ERROR_OK)
        return complain(why, ERROR_NOT_FOUND, "There is no such test under way. Load the list.");
    if (out->ended)
        return complain(why, ERROR_CONFLICT, "This test is over. Load the list.");
    return ERROR_OK;
}

/* The run ends without a result; the answer says what to do, and what was written stays. */
static enum error end_without(struct request *r, struct answer *answer, const struct store_run *run,
                              enum reading_end how, const char *sentence)
{
    answer->status = ERROR_CONFLICT;
    answer->sentence = sentence;
    answer->accession = run->accession;
    turn_changed(r->core, "specimen", run->accession);
    return store_run_end(r->core->store, &r->actor, run, how, 0, "");
}

/* What was seen, a line for each analyte. */
struct found {
    const char *at[ANALYTES_MOST];
    size_t count;
    char text[FOUND_TEXT];
};

static void take_values(struct request *r, enum wire_field field, struct found *out)
{
    struct span value;
    size_t at = 0;

    out->count = 0;
    while (out->count < ANALYTES_MOST && wire_next(r->m, field, &at, &value))
        out->at[out->count++] = (const char *)value.at;
}

static enum error join_values(struct found *f)
{
    size_t used = 0;

    f->text[0] = '\0';
    for (size_t i = 0; i < f->count; i++) {
        if (used + strlen(f->at[i]) + 2 > sizeof f->text)
            return ERROR_TOO_BIG;
        used += (size_t)snprintf(f->text + used, sizeof f->text - used, "%s%s", i ? "\n" : "",
                                 f->at[i]);
    }
    return ERROR_OK;
}

static enum error check_number(struct request *r, const struct reading *how,
                               const struct found *found, const struct found *again, size_t i,
                               struct complaint *why)
{
    char comparator[4];
    const char *number;

    if (!reading_is_number(found->at[i], comparator, &number))
        return complain(why, ERROR_BAD_INPUT,
                        "\"%.40s\" is no number. Type it as it is shown, such as 7.4 or >300.",
                        found->at[i]);
    if (i >= again->count || strcmp(found->at[i], again->at[i]) != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The two entries are not the same. Look at the value again and type both "
                        "anew.");
    if (reading_is_odd(how, number) && !wire_number(r->m, WIRE_F_CONFIRMED))
        return complain(why, ERROR_DENIED,
                        "%s is unusual: %s to %s is expected. If it is what is shown, confirm it.",
                        found->at[i], how->low, how->high);
    return ERROR_OK;
}

static enum error check_values(struct request *r, const struct reading *how, size_t analytes,
                               struct found *found, struct complaint *why)
{
    struct found again;
    bool first;
    enum error e = ERROR_OK;

    take_values(r, WIRE_F_VALUE, found);
    take_values(r, WIRE_F_AGAIN, &again);
    if (found->count != analytes)
        return complain(why, ERROR_BAD_INPUT, "Say what you see, for each line of the test.");
    for (size_t i = 0; e == ERROR_OK && i < analytes; i++)
        if (how->kind == READING_NUMBER)
            e = check_number(r, how, found, &again, i, why);
        else if (!reading_has_choice(how, i, found->at[i], &first))
            e = complain(why, ERROR_BAD_INPUT, "\"%.40s\" is none of the words of this kit.",
                         found->at[i]);
    return e == ERROR_OK ? join_values(found) : e;
}

/* What the kit has no line for is no result. */
static void drop_absent(struct record *record)
{
    size_t kept = 0;

    for (size_t i = 0; i < record->result_count; i++)
        if (strcmp(record->results[i].value, READING_ABSENT) != 0)
            record->results[kept++] = record->results[i];
    record->result_count = kept;
}

static void fill_record(struct request *r, const struct store_test *test,
                        const struct store_run *run, const struct found *found,
                        struct record *record)
{
    char text[32];
    const char *observed;

    put_time(r->actor.at, text);
    observed = request_keep(r, text);
    (void)snprintf(text, sizeof text, "H%lld", (long long)run->id);
    record->run = request_keep(r, text);
    for (size_t i = 0; i < record->result_count; i++) {
        struct record_result *result = &record->results[i];
        char comparator[4] = "";
        const char *number;
        result->value = found->at[i];
        result->observed_at = observed;
        if (reading_is_number(result->value, comparator, &number)) {
            result->number = number;
            result->comparator = request_keep(r, comparator);
            result->unit = result->ucum = test->analytes[i].ucum;
        }
    }
    drop_absent(record);
}

/* Everybody has seen the same: it is filed, or held by a rule. */
static enum error enter(struct request *r, struct answer *answer, const struct store_run *run,
                        const struct store_specimen *specimen, const struct store_test *test,
                        const struct found *found)
{
    struct ingest_entered entered = { .message = 0 };
    struct record record;
    const struct ingest_entry entry = { &r->actor, &record };
    enum error e = make_record(r, specimen, test, run->lot, &record);

    if (e != ERROR_OK)
        return e;
    fill_record(r, test, run, found, &record);
    e = ingest_enter(r->core->ingest, &entry, &entered);
    if (e == ERROR_OK)
        e = store_run_end(r->core->store, &r->actor, run, READING_ENTERED, entered.message, "");
    if (e != ERROR_OK)
        return e;
    answer->key = entered.linked ? "filed" : "held";
    answer->sentence = entered.linked ? "Entered. It is on its way to the provider."
                                      : request_keep(r, entered.sentence.text);
    return ERROR_OK;
}

/* The second look is another person's and finds the same; else the run ends. */
static enum error second_look(struct request *r, const struct store_run *run, struct complaint *why)
{
    int64_t first, mine;
    enum error e = store_person_root(r->core->store, run->looked_by, &first);

    if (e == ERROR_OK)
        e = store_person_root(r->core->store, r->actor.person, &mine);
    if (e == ERROR_OK && first == mine)
        e = complain(why, ERROR_DENIED,
                     "The second look is another person's. Ask a colleague to sign in and look.");
    return e;
}

static enum error note_look(struct request *r, const struct store_run *run, const char *control,
                            const char *found)
{
    const struct store_look look = {
        .run = run->id, .place = run->looks + 1, .control = control, .found = found
    };
    return store_look_add(r->core->store, &r->actor, &look);
}

/* What the look leads to, once it is noted. */
static enum error conclude(struct request *r, struct answer *answer, const struct store_run *run,
                           const struct store_specimen *specimen, const struct store_test *test,
                           const struct found *found)
{
    if (run->looks && strcmp(run->found, found->text) != 0)
        return end_without(r, answer, run, READING_DISAGREE,
                           "You do not see what the first person saw, so this kit gives no result. "
                           "Do the test again with a new kit.");
    if (!run->looks && reading_needs_second(&run->how, found->at, found->count)) {
        answer->key = "second";
        answer->sentence = "Ask a colleague to look as well, before the time is over.";
        return ERROR_OK;
    }
    return enter(r, answer, run, specimen, test, found);
}

static enum error check_clock(struct request *r, struct answer *answer, const struct store_run *run,
                              bool *late, struct complaint *why)
{
    int64_t opens = run->at + run->how.read_from * 1000;

    *late = false;
    switch (reading_clock(&run->how, run->at, r->actor.at)) {
    case READING_EARLY:
        return complain(why, ERROR_BUSY, "It is too early: read it in %lld seconds.",
                        (long long)((opens - r->actor.at + 999) / 1000));
    case READING_TOO_LATE:
        *late = true;
        return end_without(r, answer, run, READING_LATE,
                           "It is too late to read this kit, so it gives no result. Do the test "
                           "again with a new kit.");
    case READING_OPEN:
        break;
    }
    return ERROR_OK;
}

enum error action_reading_look(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *control = request_text(r, WIRE_F_CONTROL);
    struct store_specimen specimen;
    const struct store_test *test = NULL;
    struct store_run run = { .test_code = "", .found = "" };
    struct found found;
    bool late = false;
    enum error e = find_run(r, &run, why);

    if (e == ERROR_OK)
        e = store_specimen_by_id(r->core->store, r->arena, run.specimen, &specimen);
    if (e == ERROR_OK && (test = ordered(&specimen, run.test_code)) == NULL)
        e = ERROR_BUG;
    if (e == ERROR_OK && run.looks)
        e = second_look(r, &run, why);
    if (e == ERROR_OK)
        e = check_clock(r, answer, &run, &late, why);
    if (e != ERROR_OK || late)
        return e;
    if (run.how.control && strcmp(control, "valid") != 0 && strcmp(control, "invalid") != 0)
        return complain(why, ERROR_BAD_INPUT, "Say first whether the control line shows.");
    turn_changed(r->core, "specimen", specimen.accession);
    if (strcmp(control, "invalid") == 0) {
        e = note_look(r, &run, control, "");
        return e != ERROR_OK
                   ? e
                   : end_without(r, answer, &run, READING_INVALID,
                                 "Without its control line the kit gives no result. Do the test "
                                 "again with a new kit; if that fails too, tell the lab lead.");
    }
    e = check_values(r, &run.how, test->analyte_count, &found, why);
    if (e == ERROR_OK)
        e = note_look(r, &run, run.how.control ? control : "", found.text);
    if (e != ERROR_OK)
        return e;
    answer->accession = specimen.accession;
    answer->order = specimen.order_number;
    return conclude(r, answer, &run, &specimen, test, &found);
}

enum error action_reading_void(struct request *r, struct answer *answer, struct complaint *why)
{
    const char *reason = request_text(r, WIRE_F_REASON);
    struct store_run run = { .test_code = "", .found = "" };
    enum error e = find_run(r, &run, why);

    if (e == ERROR_OK && text_empty(reason))
        e = complain(why, ERROR_BAD_INPUT, "Say why the test is stopped.");
    if (e != ERROR_OK)
        return e;
    answer->accession = run.accession;
    answer->sentence = "Stopped. The test waits to be done again.";
    turn_changed(r->core, "specimen", run.accession);
    return store_run_end(r->core->store, &r->actor, &run, READING_VOID, 0, reason);
}
