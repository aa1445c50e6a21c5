/* Gathering what a report says out of the store, in the words that people read. */
#include "web/report.h"

#include "core/base/text.h"
#include "core/model/people.h"
#include "labels/draw/lab_report.h"
#include "web/ekg_picture.h"
#include "web/view.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_ARENA = 4 * 1024 * 1024, REPORT_ROWS = 512, REPORT_PLACES = 16 };

static const char prefix[] = "/report/";
static const char ending[] = ".pdf";
static const char policy_pdf[] = "default-src 'none'; base-uri 'none'; form-action 'none'; "
                                 "frame-ancestors 'self'";

/* What is being gathered; all texts live in the arena or in the JSON. */
struct gathering {
    struct arena arena;
    json_t *data;
    struct lab_report report;
    struct lab_report_place places[REPORT_PLACES];
    struct lab_report_specimen specimens[REPORT_ROWS];
    struct lab_report_result results[REPORT_ROWS];
    struct lab_report_signature signatures[REPORT_ROWS];
    const char *not_done[REPORT_ROWS], *remarks[REPORT_ROWS];
};

bool report_path_is_ours(const char *path)
{
    return strncmp(path, prefix, strlen(prefix)) == 0;
}

json_t *report_view(struct request *r, const char *path)
{
    const char *number = path + strlen(prefix);
    size_t len = 0;

    while (isalnum((unsigned char)number[len]) || number[len] == '-')
        len++;
    if (!len || len >= sizeof r->order || strcmp(number + len, ending) != 0)
        return NULL;
    (void)snprintf(r->order, sizeof r->order, "%.*s", (int)len, number);
    return json_pack("{s:s,s:s}", "what", "export", "key", r->order);
}

/* ---- Texts ---- */

__attribute__((format(printf, 2, 3))) static const char *say(struct gathering *g,
                                                             const char *format, ...)
{
    char text[LIMIT_TEXT];
    const char *kept;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    kept = arena_text(&g->arena, span_text(text));
    return kept ? kept : "";
}

static const char *time_of(struct gathering *g, json_t *object, const char *name)
{
    char at[VIEW_TIME];
    view_local_time(view_number(object, name), at);
    return say(g, "%s", at);
}

/* 1958-07-19 as people write it here. */
static const char *date_of(struct gathering *g, const char *iso)
{
    if (strlen(iso) == 10 && iso[4] == '-' && iso[7] == '-')
        return say(g, "%.2s/%.2s/%.4s", iso + 5, iso + 8, iso);
    return iso;
}

/* What the instrument told, 2026-03-12T09:41:00, likewise. */
static const char *moment_of(struct gathering *g, const char *iso)
{
    if (strlen(iso) >= 16 && iso[4] == '-' && iso[7] == '-' && iso[10] == 'T')
        return say(g, "%.2s/%.2s/%.4s %.5s", iso + 5, iso + 8, iso, iso + 11);
    return iso;
}

static const char *meaning_text(const char *meaning)
{
    static const char *const texts[][2] = {
        { "REVIEWED", "reviewed" },
        { "REVIEWED_ACTION_ORDERED", "reviewed, action ordered" },
        { "COSIGNED", "cosigned" },
        { "CORRECTION_APPROVED", "correction approved" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(meaning, texts[i][0]) == 0)
            return texts[i][1];
    return meaning;
}

/* ---- Places, specimens ---- */

/* The laboratory's place in the list, added when it is new; REPORT_PLACES when there is no room. */
static size_t place_of(struct gathering *g, json_t *performed_by)
{
    const struct lab_report_place place = { .name = view_member(performed_by, "name"),
                                            .address = view_member(performed_by, "address"),
                                            .clia = view_member(performed_by, "clia"),
                                            .phone = view_member(performed_by, "phone") };

    if (!json_is_object(performed_by))
        return 0;
    for (size_t i = 1; i < g->report.place_count; i++)
        if (strcmp(g->places[i].name, place.name) == 0 &&
            strcmp(g->places[i].address, place.address) == 0)
            return i;
    if (g->report.place_count == REPORT_PLACES)
        return REPORT_PLACES;
    g->places[g->report.place_count] = place;
    return g->report.place_count++;
}

/* What was remarked about it, and what became of it. */
static const char *condition_of(struct gathering *g, json_t *specimen)
{
    json_t *rejected = json_object_get(specimen, "rejected");
    const char *condition = view_member(specimen, "condition");

    if (json_is_object(rejected))
        return say(g, "REJECTED %s: %s%s%s%s", time_of(g, rejected, "at"),
                   view_member(rejected, "reason"), *condition ? "; on receipt: " : "", condition,
                   view_number(specimen, "disposed_at") ? "; disposed of" : "; not tested");
    return *condition ? condition : "acceptable, no remark";
}

static void take_specimen(struct gathering *g, json_t *specimen)
{
    const char *site = view_member(specimen, "site"), *part = view_member(specimen, "part_of");
    const char *type = view_member(specimen, "type");

    g->specimens[g->report.specimen_count++] = (struct lab_report_specimen) {
        .number = *part ? say(g, "%s (part of %s)", view_member(specimen, "accession"), part)
                        : view_member(specimen, "accession"),
        .source = *site && *type ? say(g, "%s, %s", type, site) : type,
        .container = view_member(specimen, "container"),
        .collected = time_of(g, specimen, "collected_at"),
        .received = time_of(g, specimen, "received_at"),
        .condition = condition_of(g, specimen),
    };
}

static size_t specimen_index(json_t *specimens, const char *accession)
{
    json_t *each;
    size_t i;

    json_array_foreach(specimens, i, each)
    {
        if (strcmp(view_member(each, "accession"), accession) == 0)
            return i;
    }
    return REPORT_ROWS;
}

/* ---- Results ---- */

/* The interval that judged it; a reference laboratory's own where it did the test. */
static const char *reference_of(struct gathering *g, json_t *result)
{
    const char *range = view_member(result, "reference_range");
    const char *device = view_member(result, "device_range");

    if (json_is_object(json_object_get(result, "performed_by")))
        return *device ? device : "none given by the laboratory that did it";
    if (*range)
        return range;
    if (json_is_integer(json_object_get(result, "limit")))
        return "none set by the laboratory director";
    return *device ? say(g, "%s (the instrument's)", device) : "none set for this patient";
}

static const char *corrected_of(struct gathering *g, json_t *corrections)
{
    const char *all = "";
    json_t *each;
    size_t i;

    json_array_foreach(corrections, i, each)
    {
        const char *by = view_member(each, "by"), *reason = view_member(each, "reason");
        all =
            say(g, "%s%sit was %s%s%s, reported %s; corrected %s by %s%s%s", all, *all ? ". " : "",
                view_member(each, "value"), *view_member(each, "unit") ? " " : "",
                view_member(each, "unit"), time_of(g, each, "at"), time_of(g, each, "corrected_at"),
                *by ? by : "the instrument", *reason ? ": " : "", reason);
    }
    return all;
}

static void add_note(struct lab_report_result *out, const char *text)
{
    if (!text_empty(text) && out->note_count < LAB_REPORT_NOTES)
        out->notes[out->note_count++] = text;
}

/* Said once of the whole report, however many results it is about. */
static void add_remark(struct gathering *g, const char *text)
{
    for (size_t i = 0; i < g->report.remark_count; i++)
        if (strcmp(g->remarks[i], text) == 0)
            return;
    if (!text_empty(text) && g->report.remark_count < REPORT_ROWS)
        g->remarks[g->report.remark_count++] = text;
}

static void take_notes(struct gathering *g, json_t *result, struct lab_report_result *out)
{
    const char *at = view_member(result, "comments");
    json_t *warning;
    size_t i;

    while (*at) {
        size_t len = strcspn(at, "\n");
        add_note(out, say(g, "%.*s", (int)len, at));
        at += len + (at[len] == '\n');
    }
    json_array_foreach(json_object_get(result, "warnings"), i, warning)
    {
        add_remark(g, view_member(warning, "sentence"));
    }
}

static const char *value_of(json_t *result)
{
    const char *value = view_member(result, "value"), *status = view_member(result, "status");

    if (*value)
        return value;
    return strcmp(status, "W") == 0 ? "withdrawn" : strcmp(status, "X") == 0 ? "cancelled" : "";
}

static void take_result(struct gathering *g, json_t *result)
{
    struct lab_report_result *out = &g->results[g->report.result_count++];
    const char *name = view_member(result, "name");

    *out = (struct lab_report_result) {
        .test = view_member(result, "test"),
        .name = *name ? name : view_member(result, "code"),
        .value = value_of(result),
        .unit = view_member(result, "unit"),
        .needs_unit = *view_member(result, "number") && *view_member(result, "expected_unit"),
        .flag = view_member(result, "flag"),
        .reference = reference_of(g, result),
        .measured = moment_of(g, view_member(result, "observed_at")),
        .corrected = corrected_of(g, json_object_get(result, "corrections")),
        .specimen =
            specimen_index(json_object_get(g->data, "specimens"), view_member(result, "accession")),
        .place = place_of(g, json_object_get(result, "performed_by")),
    };
    g->report.corrected = g->report.corrected || *out->corrected;
    take_notes(g, result, out);
}

/* ---- The whole ---- */

static void take_signature(struct gathering *g, json_t *review)
{
    json_t *by = json_object_get(review, "by");
    enum role role;
    const bool known = role_parse(view_member(by, "role"), &role) == ERROR_OK;

    g->signatures[g->report.signature_count++] = (struct lab_report_signature) {
        .person = say(g, "%s%s%s%s", view_member(by, "name"), known ? " (" : "",
                      known ? role_text(role) : "", known ? ")" : ""),
        .meaning = meaning_text(view_member(review, "meaning")),
        .at = time_of(g, review, "at"),
        .note = view_member(review, "note"),
        .current = json_is_true(json_object_get(review, "current")),
    };
}

/* Each of a list, as far as there is room; false when there is not. */
static bool take_each(struct gathering *g, const char *name,
                      void (*take)(struct gathering *g, json_t *each))
{
    json_t *list = json_object_get(g->data, name), *each;
    size_t i;

    if (json_array_size(list) > REPORT_ROWS)
        return false;
    json_array_foreach(list, i, each)
    {
        take(g, each);
    }
    return true;
}

static void take_not_done(struct gathering *g, json_t *name)
{
    const char *text = json_string_value(name);
    g->not_done[g->report.not_done_count++] = text ? text : "";
}

/* When its newest result was there to be read. */
static const char *reported_of(struct gathering *g)
{
    json_t *each, *newest = NULL;
    size_t i;

    json_array_foreach(json_object_get(g->data, "results"), i, each)
    {
        if (!newest || view_number(each, "at") > view_number(newest, "at"))
            newest = each;
    }
    return newest ? time_of(g, newest, "at") : "";
}

static const char *status_of(const struct gathering *g)
{
    if (strcmp(view_member(g->data, "state"), "signed") != 0)
        return "PRELIMINARY: not reviewed";
    return g->report.not_done_count ? "PARTIAL: not all tests are done" : "FINAL";
}

static const char *requester_of(struct gathering *g)
{
    json_t *known = json_object_get(g->data, "requester");
    const char *npi = view_member(known, "npi"), *address = view_member(known, "address");
    const char *phone = view_member(known, "phone");

    return say(g, "%s%s%s%s%s%s", *npi ? "NPI " : "", npi, *npi && *address ? ", " : "", address,
               *phone ? (*npi || *address ? ", phone " : "Phone ") : "", phone);
}

/* A signed report keeps what it said of the patient, and says what stands since. */
static const char *restated_of(struct gathering *g, json_t *signed_as)
{
    json_t *now = json_object_get(g->data, "patient");
    json_t *since = json_object_get(signed_as, "since");
    const char *how = view_member(since, "how");

    if (!json_is_object(signed_as))
        return "";
    return say(g, "%s %s by %s, after the signature: now %s, %s, MRN %s, DOB %s, sex %s",
               strcmp(how, "merged") == 0 ? "The patient's record was merged into another one"
               : strcmp(how, "unmerged") == 0
                   ? "The merge of the patient's record into another one was undone"
                   : "The patient's data were corrected",
               time_of(g, since, "at"), view_member(since, "by"), view_member(now, "family"),
               view_member(now, "given"), view_member(now, "mrn"),
               date_of(g, view_member(now, "birth_date")), view_member(now, "sex"));
}

static void take_head(struct gathering *g, const struct web *web)
{
    json_t *signed_as = json_object_get(g->data, "signed_as");
    json_t *patient = json_is_object(signed_as) ? signed_as : json_object_get(g->data, "patient");
    json_t *site = json_object_get(g->data, "site");
    struct lab_report *r = &g->report;
    char now[VIEW_TIME];

    view_local_time(clock_now(&web->clock), now);
    g->places[0] = (struct lab_report_place) { .name = view_member(site, "name"),
                                               .address = view_member(site, "address"),
                                               .clia = view_member(site, "clia"),
                                               .phone = "" };
    *r = (struct lab_report) {
        .family = view_member(patient, "family"),
        .given = view_member(patient, "given"),
        .mrn = view_member(patient, "mrn"),
        .birth_date = date_of(g, view_member(patient, "birth_date")),
        .sex = view_member(patient, "sex"),
        .restated = restated_of(g, signed_as),
        .mrn_now = view_member(json_object_get(g->data, "patient"), "mrn"),
        .requester = requester_of(g),
        .order = view_member(g->data, "order"),
        .provider = view_member(g->data, "provider"),
        .ordered = time_of(g, g->data, "ordered_at"),
        .reported = reported_of(g),
        .director = view_member(site, "director"),
        .printed = say(g, "Printed %s%s%s", now, *view_member(g->data, "printed_by") ? " by " : "",
                       view_member(g->data, "printed_by")),
        .mark = web->settings.practice ? "PRACTICE"
                : web->settings.demo   ? "NOT REAL"
                                       : "",
        .places = g->places,
        .place_count = 1,
        .specimens = g->specimens,
        .results = g->results,
        .signatures = g->signatures,
        .not_done = g->not_done,
        .remarks = g->remarks,
    };
}

/* The specimen that was not acceptable, in whose place this order's was collected. */
static void take_recollection(struct gathering *g)
{
    json_t *earlier = json_object_get(g->data, "recollects");

    if (json_is_object(earlier))
        add_remark(
            g, say(g, "Collected in the place of specimen %s of order %s, which was rejected: %s",
                   view_member(earlier, "accession"), view_member(earlier, "order"),
                   view_member(earlier, "reason")));
}

static enum error gather(struct request *r, struct gathering *g, struct complaint *why)
{
    enum error e = view_object(r->web, READ_REPORT, r->order, &g->data);

    if (e == ERROR_OK && !json_object_get(g->data, "order"))
        e = ERROR_NOT_FOUND;
    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? complain(why, e, "There is no order %s.", r->order) : e;
    if (json_is_true(json_object_get(g->data, "ekg")) || view_number(g->data, "ekg"))
        return complain(why, ERROR_CONFLICT,
                        "An EKG has a report of its own: open it on the EKG page.");
    if (!json_array_size(json_object_get(g->data, "results")))
        return complain(why, ERROR_CONFLICT,
                        "Order %s has no result yet, so there is nothing to report.", r->order);
    take_head(g, r->web);
    g->report.corrected = *g->report.restated != '\0';
    take_recollection(g);
    if (!take_each(g, "specimens", take_specimen) || !take_each(g, "results", take_result) ||
        !take_each(g, "reviews", take_signature) || !take_each(g, "not_done", take_not_done))
        return complain(why, ERROR_TOO_BIG,
                        "The order has more than %d rows: no report holds them.", REPORT_ROWS);
    g->report.status = status_of(g);
    return ERROR_OK;
}

static enum error draw(struct request *r, struct gathering *g, struct complaint *why)
{
    enum error e = gather(r, g, why);

    if (e != ERROR_OK)
        return e;
    r->answer.max = LAB_REPORT_PDF;
    e = lab_report_draw(r->web->drawer, &g->report, &r->answer, why);
    if (e == ERROR_BAD_INPUT) /* the report lacks something, not the request */
        e = ERROR_CONFLICT;
    if (e != ERROR_OK)
        return e;
    r->type = "application/pdf";
    r->policy = policy_pdf;
    (void)snprintf(r->disposition, sizeof r->disposition, "inline; filename=\"report-%s.pdf\"",
                   r->order);
    return ERROR_OK;
}

void report_answer(struct request *r)
{
    struct complaint why = { "" };
    struct gathering *g = calloc(1, sizeof *g);
    enum error e = g ? ERROR_OK : ERROR_NO_MEMORY;

    if (g) {
        arena_init(&g->arena, REPORT_ARENA);
        e = r->web->pictures < EKG_ROOM ? draw(r, g, &why) : ERROR_BUSY;
        json_decref(g->data);
        arena_free(&g->arena);
        free(g);
    }
    if (e != ERROR_OK) {
        request_refuse(r, e, why.text[0] ? why.text : "It cannot be shown. Try again in a moment.");
        return;
    }
    r->counted = r->answer.cap;
    r->web->pictures += r->counted;
}
