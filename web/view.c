/* Views: which query answers what, and the picture of a label. */
#include "web/view.h"

#include "web/api.h"

#include "labels/draw/badge.h"

#include <string.h>
#include <time.h>

/* Of one object that is read here. */
enum { OBJECT_MAX = 4 * 1024 * 1024 };

/* The name that the page and core know, and the query behind it. */
static const struct {
    const char *what;
    enum store_query query;
} queries[] = {
    { "inbox", READ_INBOX },
    { "order", READ_ORDER },
    { "order_list", READ_ORDER_LIST },
    { "specimen", READ_SPECIMEN },
    { "people", READ_PEOPLE },
    { "purges", READ_PURGES },
    { "unmatched", READ_UNMATCHED },
    { "criticals", READ_CRITICALS },
    { "notices", READ_NOTICES },
    { "proposals", READ_PROPOSALS },
    { "outbox", READ_OUTBOX },
    { "message", READ_MESSAGE },
    { "tests", READ_TESTS },
    { "limits", READ_LIMITS },
    { "today", READ_TODAY },
    { "search", READ_SEARCH },
    { "providers", READ_PEOPLE },
    { "instruments", READ_INSTRUMENTS },
    { "instrument", READ_INSTRUMENT },
    { "qc", READ_QC },
    { "qc_level", READ_QC_LEVEL },
    { "qc_look_back", READ_QC_LOOK_BACK },
    { "ekgs", READ_EKGS },
    { "ekg", READ_EKG },
    { "tracing", READ_TRACING },
    { "sendouts", READ_SENDOUTS },
    { "find", READ_FIND },
    { "huddle", READ_HUDDLE },
    { "metrics", READ_METRICS },
    { "trace", READ_TRACE },
    { "lots", READ_LOTS },
    { "lot", READ_LOT },
    { "lot_scan", READ_LOT_SCAN },
    { "temperatures", READ_TEMPERATURES },
    { "rules", READ_RULES },
    { "inbox_index", READ_INBOX_INDEX },
    { "tasks", READ_TASKS },
    { "overdue", READ_OVERDUE },
    { "covers", READ_COVERS },
    { "staff", READ_STAFF },
    { "operators", READ_OPERATORS },
    { "access", READ_ACCESS },
    { "access_by", READ_ACCESS_BY },
    { "emergencies", READ_EMERGENCIES },
    { "emergencies_audit", READ_EMERGENCIES },
    { "by_hand", READ_BY_HAND },
    { "readings", READ_READINGS },
    { "oral", READ_ORAL },
    { "paper", READ_PAPER },
    { "rejections", READ_REJECTIONS },
    { "patients", READ_PATIENTS },
    { "patient", READ_PATIENT },
};

const char *view_member(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

int64_t view_number(json_t *object, const char *name)
{
    return (int64_t)json_integer_value(json_object_get(object, name));
}

static bool known(const char *what)
{
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (strcmp(what, queries[i].what) == 0)
            return true;
    return false;
}

static enum error parse_label(json_t *body, json_t **for_core, struct complaint *why)
{
    if (*view_member(body, "badge")) {
        *for_core = json_pack("{s:s}", "what", "staff");
        return *for_core ? ERROR_OK : ERROR_NO_MEMORY;
    }
    if (!*view_member(body, "accession"))
        return complain(why, ERROR_BAD_INPUT, "accession is missing.");
    *for_core = json_pack("{s:s,s:s}", "what", "label", "key", view_member(body, "accession"));
    return *for_core ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error check_members(json_t *body, struct complaint *why)
{
    static const char *const texts[] = { "what", "key", "state", "accession", "stock", "badge" };
    static const char *const numbers[] = { "from", "limit", "since", "automatic" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *value = json_object_get(body, texts[i]);
        if (value && !json_is_string(value))
            return complain(why, ERROR_BAD_INPUT, "%s must be a text.", texts[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        json_t *value = json_object_get(body, numbers[i]);
        if (value && (!json_is_integer(value) || json_integer_value(value) < 0))
            return complain(why, ERROR_BAD_INPUT, "%s must be a whole number.", numbers[i]);
    }
    return ERROR_OK;
}

enum error view_parse(struct request *r, json_t *body, json_t **for_core, struct complaint *why)
{
    enum error e = check_members(body, why);

    if (e != ERROR_OK)
        return e;
    r->view = json_incref(body);
    if (r->kind == REQUEST_LABEL)
        return parse_label(body, for_core, why);
    if (!known(view_member(body, "what")))
        return complain(why, ERROR_BAD_INPUT, "what names nothing that can be shown.");
    *for_core = json_pack("{s:s,s:s,s:s*,s:I}", "what", view_member(body, "what"), "key",
                          view_member(body, "key"), "list",
                          json_string_value(json_object_get(body, "state")), "automatic",
                          (json_int_t)view_number(body, "automatic"));
    return *for_core ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error read_query(struct request *r, enum store_query query, const char *key,
                             struct buffer *out)
{
    const struct store_params params = {
        .key = key,
        .state = view_member(r->view, "state"),
        .from = view_number(r->view, "from"),
        .limit = view_number(r->view, "limit"),
        .now = clock_now(&r->web->clock),
        .since = view_number(r->view, "since"),
    };
    return store_read_json(r->web->reader, query, &params, out);
}

static enum error answer_query(struct request *r)
{
    const char *what = view_member(r->view, "what");
    enum error e = ERROR_NOT_FOUND;

    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (strcmp(what, queries[i].what) == 0) {
            e = buffer_put_text(&r->answer, r->web->reader == r->web->covered
                                                ? "{\"ok\":true,\"covered\":true,\"data\":"
                                                : "{\"ok\":true,\"data\":");
            if (e == ERROR_OK)
                e = read_query(r, queries[i].query, view_member(r->view, "key"), &r->answer);
            if (e == ERROR_OK)
                e = buffer_put_text(&r->answer, "}");
        }
    return e;
}

static bool local(int64_t ms, struct tm *tm)
{
    time_t seconds = (time_t)(ms / 1000);
    return ms > 0 && localtime_r(&seconds, tm);
}

void view_local_time(int64_t ms, char out[VIEW_TIME])
{
    struct tm tm = { 0 };

    out[0] = '\0';
    if (local(ms, &tm))
        (void)strftime(out, VIEW_TIME, "%m/%d/%Y %H:%M %Z", &tm);
}

/* The time of collection as the label wants it. */
static void label_time(int64_t ms, char out[VIEW_TIME])
{
    struct tm tm = { 0 };

    out[0] = '\0';
    if (local(ms, &tm))
        (void)strftime(out, VIEW_TIME, "%Y-%m-%dT%H:%M", &tm);
}

enum error view_object(struct web *web, enum store_query query, const char *key, json_t **out)
{
    const struct store_params params = { .key = key, .now = clock_now(&web->clock) };
    struct buffer text;
    json_t *object = NULL;
    enum error e;

    buffer_init(&text, OBJECT_MAX);
    e = store_read_json(web->reader, query, &params, &text);
    if (e == ERROR_OK)
        object = json_loadb((const char *)text.at, text.len, 0, NULL);
    buffer_free(&text);
    if (e == ERROR_OK && !object)
        e = ERROR_NO_MEMORY;
    if (e == ERROR_OK)
        *out = object;
    return e;
}

static enum error draw_specimen(struct request *r, json_t *specimen)
{
    json_t *patient = json_object_get(specimen, "patient");
    struct complaint why = { "" };
    char collected[VIEW_TIME];
    struct label label = {
        .accession = view_member(specimen, "accession"),
        .family = view_member(patient, "family"),
        .given = view_member(patient, "given"),
        .mrn = view_member(patient, "mrn"),
        .birth_date = view_member(patient, "birth_date"),
        .sex = view_member(patient, "sex"),
        .container = view_member(specimen, "container"),
        .priority = view_member(specimen, "priority"),
        .collected_at = collected,
        .collector = view_member(specimen, "collector"),
        .specimen_type = view_member(specimen, "type"),
        .site = view_member(specimen, "site"),
        .practice = r->web->settings.practice,
    };
    struct label_medium medium = { LABEL_STOCK_2X1, 300 };

    label_time(view_number(specimen, "collected_at"), collected);
    if (label_stock_parse(view_member(r->view, "stock"), &medium.stock) != ERROR_OK)
        return ERROR_BAD_INPUT;
    return label_draw(r->web->drawer, &label, medium, LABEL_SVG, &r->answer, NULL, &why);
}

static enum error answer_label(struct request *r)
{
    json_t *specimen = NULL;
    struct complaint why = { "" };
    enum error e;

    if (*view_member(r->view, "badge"))
        return badge_draw(view_member(r->view, "badge"), &r->answer, &why);
    e = view_object(r->web, READ_SPECIMEN, view_member(r->view, "accession"), &specimen);

    if (e == ERROR_OK && !json_object_get(specimen, "accession"))
        e = ERROR_NOT_FOUND;
    if (e == ERROR_OK)
        e = draw_specimen(r, specimen);
    json_decref(specimen);
    return e;
}

void view_answer(struct request *r)
{
    enum error e = r->kind == REQUEST_LABEL ? answer_label(r) : answer_query(r);

    if (e == ERROR_OK) {
        r->type = r->kind == REQUEST_LABEL ? "image/svg+xml" : "application/json";
        return;
    }
    buffer_clear(&r->answer);
    r->status = api_http_status_of(e);
    (void)api_print_failure(&r->answer, e, "It cannot be shown. Load the page again.");
}
