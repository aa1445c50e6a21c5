/*
 * What comes back from a reference laboratory. It is kept as the laboratory wrote it and never
 * judged by this site's limits (42 CFR 493.1291(i)): its range, its flag, its number, its date.
 */
#include "core/daemon/action.h"

#include "core/base/text.h"
#include "core/rules/decimal.h"
#include "core/rules/judge.h"
#include "core/store/sendouts.h"

#include <sodium.h>
#include <string.h>

/* One entry: what the person copied from the laboratory's report. */
struct referred {
    struct store_specimen specimen;
    struct store_line_found line;
    struct record record;
    const struct store_analyte *analytes[LIMIT_LIST];
    int64_t tests[LIMIT_LIST];
};

/* The n-th of a repeated text, or "". */
static const char *nth(const struct request *r, enum wire_field field, size_t n)
{
    struct span content;
    size_t at = 0;

    for (size_t i = 0; wire_next(r->m, field, &at, &content); i++)
        if (i == n)
            return (const char *)content.at;
    return "";
}

static size_t how_many(const struct request *r, enum wire_field field)
{
    struct span content;
    size_t at = 0, count = 0;

    while (wire_next(r->m, field, &at, &content))
        count++;
    return count;
}

static enum error find_line(struct request *r, struct referred *in, struct complaint *why)
{
    enum error e = request_specimen(r, &in->specimen, why);

    if (e != ERROR_OK)
        return e;
    e = store_manifest_line_of(r->core->store, r->arena, in->specimen.id, &in->line);
    if (e == ERROR_NOT_FOUND || (e == ERROR_OK && (!in->line.packed || !in->line.handed_over)))
        return complain(why, ERROR_CONFLICT,
                        "Specimen %s was not sent out. Compare the number on the report with the "
                        "outstanding list.",
                        in->specimen.accession);
    if (e == ERROR_OK && in->line.closed)
        return complain(why, ERROR_CONFLICT,
                        "Nothing is outstanding for specimen %s. If the laboratory corrected its "
                        "result, correct it on the order's page.",
                        in->specimen.accession);
    return e == ERROR_OK ? e : request_failed(e, why);
}

/* The ordered analyte with that code or LOINC. */
static bool find_analyte(struct referred *in, const char *code, size_t place)
{
    const struct store_specimen *s = &in->specimen;

    for (size_t t = 0; t < s->test_count; t++)
        for (size_t i = 0; i < s->tests[t].analyte_count; i++) {
            const struct store_analyte *a = &s->tests[t].analytes[i];
            if (*code && (strcmp(code, a->code) == 0 || strcmp(code, a->loinc) == 0)) {
                in->analytes[place] = a;
                in->tests[place] = s->tests[t].id;
                return true;
            }
        }
    return false;
}

/* ">=1000" is a comparator and a number; what is not one stays only as it was written. */
static void read_value(struct record_result *out)
{
    static const char *const comparators[] = { ">=", "<=", ">", "<" };
    const char *rest = out->value;

    for (size_t i = 0; i < 4; i++)
        if (strncmp(out->value, comparators[i], strlen(comparators[i])) == 0) {
            rest = out->value + strlen(comparators[i]);
            if (decimal_is(rest))
                out->comparator = comparators[i];
            break;
        }
    if (decimal_is(rest))
        out->number = rest;
}

static enum error take_one(struct request *r, struct referred *in, size_t i, struct complaint *why)
{
    struct record_result *out = &in->record.results[i];
    const char *code = nth(r, WIRE_F_CODE, i), *flag = nth(r, WIRE_F_FLAG, i);

    record_result_init(out);
    if (!find_analyte(in, code, i))
        return complain(why, ERROR_CONFLICT,
                        "\"%s\" was not ordered on specimen %s. Compare the report's name and "
                        "number with the specimen.",
                        code, in->specimen.accession);
    out->code = in->analytes[i]->code;
    out->loinc = in->analytes[i]->loinc;
    out->name = in->analytes[i]->name;
    out->value = nth(r, WIRE_F_VALUE, i);
    out->unit = nth(r, WIRE_F_UNIT, i);
    out->range = nth(r, WIRE_F_RANGE, i);
    out->status = "F";
    out->observed_at = request_text(r, WIRE_F_REPORTED_AT);
    if (text_empty(out->value))
        return complain(why, ERROR_BAD_INPUT, "The value of %s is missing.", out->name);
    if (!text_empty(flag)) {
        out->flags.at = arena_take(r->arena, sizeof *out->flags.at);
        if (!out->flags.at)
            return ERROR_NO_MEMORY;
        out->flags.at[0] = flag;
        out->flags.count = 1;
    }
    read_value(out);
    return ERROR_OK;
}

static enum error take_results(struct request *r, struct referred *in, struct complaint *why)
{
    size_t count = how_many(r, WIRE_F_CODE);
    enum error e = ERROR_OK;

    if (count == 0 || count > LIMIT_LIST || how_many(r, WIRE_F_VALUE) != count ||
        how_many(r, WIRE_F_UNIT) != count || how_many(r, WIRE_F_RANGE) != count ||
        how_many(r, WIRE_F_FLAG) != count)
        return complain(why, ERROR_BAD_INPUT,
                        "Each result needs its value, unit, range and flag as on the report (the "
                        "last three may be empty).");
    in->record.results = arena_take(r->arena, sizeof *in->record.results * count);
    if (!in->record.results)
        return ERROR_NO_MEMORY;
    in->record.result_count = count;
    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        e = take_one(r, in, i, why);
    return e;
}

/* The session that holds what was copied, and beside it the report's own words. */
static enum error keep_session(struct request *r, struct span json, int64_t *session)
{
    const char *note = request_text(r, WIRE_F_NOTE);
    struct store *s = r->core->store;
    int64_t instrument, id, at = r->actor.at;
    enum error e =
        store_instrument_set(s, SENDOUT_INSTRUMENT, SENDOUT_PROFILE, "by hand", at, &instrument);

    if (e == ERROR_OK)
        e = store_session_open(s, instrument, SENDOUT_PROFILE, "by hand", at, session);
    if (e == ERROR_OK)
        e = store_frame_add(s, *session, 1, WIRE_FROM_INSTRUMENT, at, json, &id);
    if (e == ERROR_OK && *note)
        e = store_frame_add(s, *session, 2, WIRE_FROM_INSTRUMENT, at, span_text(note), &id);
    if (e == ERROR_OK)
        e = store_session_end(s, *session, SESSION_END_NORMAL, at, &id);
    if (e == ERROR_OK)
        e = store_session_decoded(s, *session, at, &id);
    return e;
}

static enum error keep_message(struct request *r, const struct referred *in, int64_t *message)
{
    struct store_message row = { .ordinal = 0,
                                 .record = &in->record,
                                 .received_at = r->actor.at,
                                 .disposition = DISPOSITION_LINKED,
                                 .reason_code = "",
                                 .reason = "" };
    struct buffer json;
    enum error e;

    buffer_init(&json, LIMIT_MESSAGE);
    e = record_to_json(&in->record, &json);
    if (e == ERROR_OK)
        (void)crypto_hash_sha256(row.hash, json.at, json.len);
    if (e == ERROR_OK)
        e = keep_session(r, buffer_span(&json), &row.session);
    buffer_free(&json);
    return e == ERROR_OK ? store_message_add(r->core->store, &row, message) : e;
}

static enum error keep_result(struct request *r, const struct referred *in, size_t i,
                              int64_t message)
{
    const struct record_result *result = &in->record.results[i];
    struct judgement j;
    int64_t id;

    judge_result(result, NULL, &j);
    {
        const struct store_result row = { .message = message,
                                          .order = in->specimen.order,
                                          .specimen = in->specimen.id,
                                          .patient_id = in->specimen.patient_id,
                                          .test = in->tests[i],
                                          .position = (int64_t)i,
                                          .code = result->code,
                                          .loinc = result->loinc,
                                          .name = result->name,
                                          .value = result->value,
                                          .comparator = result->comparator,
                                          .number = result->number,
                                          .unit = result->unit,
                                          .ucum = "",
                                          .device_range = result->range,
                                          .device_flags =
                                              result->flags.count ? result->flags.at[0] : "",
                                          .flag = j.flag,
                                          .flag_source = j.source,
                                          .severity = j.severity,
                                          .status = result->status,
                                          .observed_at = result->observed_at,
                                          .lot = "",
                                          .at = r->actor.at };
        return store_result_add(r->core->store, &row, &id);
    }
}

static enum error keep(struct request *r, const struct referred *in, const char *identifiers)
{
    struct store_reference_result row = { .line = in->line.id,
                                          .specimen = in->specimen.id,
                                          .lab_number = in->record.run,
                                          .reported_at = in->record.sent_at,
                                          .reason = identifiers };
    int64_t id;
    enum error e = keep_message(r, in, &row.message);

    for (size_t i = 0; i < in->record.result_count && e == ERROR_OK; i++)
        e = keep_result(r, in, i, row.message);
    return e == ERROR_OK ? store_reference_result_add(r->core->store, &r->actor, &row, &id) : e;
}

static void tell(struct request *r, const struct store_specimen *specimen)
{
    turn_changed(r->core, "sendouts", "");
    turn_changed(r->core, "inbox", "");
    turn_changed(r->core, "specimen", specimen->accession);
}

enum error action_reference_result(struct request *r, struct answer *answer, struct complaint *why)
{
    char identifiers[REQUEST_IDENTIFIERS_TEXT];
    struct referred *in = arena_take(r->arena, sizeof *in);
    enum error e = in ? find_line(r, in, why) : ERROR_NO_MEMORY;

    if (e == ERROR_OK)
        e = request_identifiers(r, identifiers, why);
    if (e != ERROR_OK)
        return e;
    record_init(&in->record);
    in->record.kind = RECORD_PATIENT;
    in->record.profile = SENDOUT_PROFILE;
    in->record.specimen = in->specimen.accession;
    in->record.run = request_text(r, WIRE_F_LAB_NUMBER);
    in->record.sent_at = request_text(r, WIRE_F_REPORTED_AT);
    if (text_empty(in->record.run) || text_empty(in->record.sent_at))
        return complain(why, ERROR_BAD_INPUT,
                        "Copy the laboratory's own number and the date of its report.");
    e = take_results(r, in, why);
    if (e == ERROR_OK)
        e = keep(r, in, identifiers);
    if (e != ERROR_OK)
        return text_empty(why->text) ? request_failed(e, why) : e;
    answer->order = in->specimen.order_number;
    answer->accession = in->specimen.accession;
    answer->sentence = "The result is with the provider, as the laboratory wrote it.";
    tell(r, &in->specimen);
    return ERROR_OK;
}

enum error action_sendout_close(struct request *r, struct answer *answer, struct complaint *why)
{
    struct referred *in = arena_take(r->arena, sizeof *in);
    struct store_reference_result row = { .lab_number = "",
                                          .reported_at = "",
                                          .reason = request_text(r, WIRE_F_REASON) };
    int64_t id;
    enum error e = in ? find_line(r, in, why) : ERROR_NO_MEMORY;

    if (e == ERROR_OK && text_empty(row.reason))
        e = complain(why, ERROR_BAD_INPUT,
                     "Say why there will be no result: lost by the courier, broken, cancelled ...");
    if (e != ERROR_OK)
        return e;
    row.line = in->line.id;
    row.specimen = in->specimen.id;
    e = store_reference_result_add(r->core->store, &r->actor, &row, &id);
    if (e != ERROR_OK)
        return request_failed(e, why);
    answer->accession = in->specimen.accession;
    answer->sentence = "It is off the outstanding list. Ask the provider for a new order.";
    tell(r, &in->specimen);
    return ERROR_OK;
}
