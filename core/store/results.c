/* Results in versions, reviews, and the notices of critical values. */
#include "core/store/correct.h"
#include "core/store/internal.h"

#include "core/base/limits.h"

#include <stdio.h>
#include <string.h>

enum { ANALYTE_SIZE = LIMIT_TEXT + 8 };

/* What results of one patient are compared by. */
static void analyte_of(char out[ANALYTE_SIZE], const struct store_result *r)
{
    bool coded = r->loinc && *r->loinc;
    (void)snprintf(out, ANALYTE_SIZE, "%s%s", coded ? "" : "local:",
                   coded     ? r->loinc
                   : r->code ? r->code
                             : "");
}

static enum error result_row(struct store *s, const struct store_result *r, int64_t version,
                             int64_t *id)
{
    char analyte[ANALYTE_SIZE];

    analyte_of(analyte, r);
    {
        const struct field columns[] = { field_number("message", r->message),
                                         field_number("orders", r->order),
                                         field_number("specimen", r->specimen),
                                         field_number("patient", r->patient_id),
                                         field_id("test", r->test),
                                         field_number("position", r->position),
                                         field_number("version", version),
                                         field_id("replaces", r->replaces),
                                         field_text("analyte", analyte),
                                         field_text("code", r->code),
                                         field_text("loinc", r->loinc),
                                         field_text("name", r->name),
                                         field_text("value", r->value),
                                         field_text("comparator", r->comparator),
                                         field_text("number", r->number),
                                         field_text("unit", r->unit),
                                         field_text("ucum", r->ucum),
                                         field_text("device_range", r->device_range),
                                         field_text("device_flags", r->device_flags),
                                         field_text("site_flag", r->site_flag),
                                         field_text("flag", r->flag),
                                         field_text("flag_source", r->flag_source),
                                         field_number("severity", r->severity),
                                         field_id("reference_limit", r->reference_limit),
                                         field_text("reference_range", r->reference_range),
                                         field_text("status", r->status),
                                         field_text("observed_at", r->observed_at),
                                         field_text("lot", r->lot),
                                         field_text("comments", r->comments),
                                         field_number("identical_repeat", r->identical_repeat),
                                         field_number("at", r->at) };
        return FACT_ADD(s, FACT_RESULT, columns, id);
    }
}

static enum error newest_version(struct store *s, int64_t message, int64_t position,
                                 int64_t *version)
{
    static const char find[] =
        "SELECT coalesce(max(version), 0) FROM result WHERE message = ?1 AND "
        "position = ?2";
    const int64_t keys[] = { message, position };

    return sql_number_by(&s->sql, find, keys, 2, version);
}

enum error store_result_add(struct store *s, const struct store_result *result, int64_t *id)
{
    static const char version_of[] = "SELECT version FROM result WHERE id = ?1";
    int64_t version = 0;
    enum error e = ERROR_OK;

    if (result->replaces)
        e = sql_number(&s->sql, version_of, result->replaces, &version);
    else if (result->moved)
        e = newest_version(s, result->message, result->position, &version);
    if (e == ERROR_OK)
        e = result_row(s, result, version + 1, id);
    return e == ERROR_OK ? projection_stale(s, result->order) : store_answer(s, e);
}

#define RESULT_SELECT                                                                              \
    "SELECT r.id, r.message, r.orders, r.specimen, r.patient, coalesce(r.test, 0), r.position, "   \
    "coalesce(r.replaces, 0), r.version, r.code, r.loinc, r.name, r.value, r.comparator, "         \
    "r.number, r.unit, r.ucum, r.device_range, r.device_flags, r.site_flag, r.flag, "              \
    "r.flag_source, r.reference_range, coalesce(r.reference_limit, 0), r.severity, r.status, "     \
    "r.observed_at, r.lot, r.comments, r.at, r.identical_repeat FROM result r WHERE NOT EXISTS "   \
    "(SELECT 1 FROM result n WHERE n.replaces = r.id) AND "

static enum error result_take(sqlite3_stmt *q, struct arena *a, struct store_result *out)
{
    struct sql_row row = sql_row_of(q, a);

    *out = (struct store_result) { .id = sql_row_number(&row) };
    out->message = sql_row_number(&row);
    out->order = sql_row_number(&row);
    out->specimen = sql_row_number(&row);
    out->patient_id = sql_row_number(&row);
    out->test = sql_row_number(&row);
    out->position = sql_row_number(&row);
    out->replaces = sql_row_number(&row);
    out->version = sql_row_number(&row);
    out->code = sql_row_text(&row);
    out->loinc = sql_row_text(&row);
    out->name = sql_row_text(&row);
    out->value = sql_row_text(&row);
    out->comparator = sql_row_text(&row);
    out->number = sql_row_text(&row);
    out->unit = sql_row_text(&row);
    out->ucum = sql_row_text(&row);
    out->device_range = sql_row_text(&row);
    out->device_flags = sql_row_text(&row);
    out->site_flag = sql_row_text(&row);
    out->flag = sql_row_text(&row);
    out->flag_source = sql_row_text(&row);
    out->reference_range = sql_row_text(&row);
    out->reference_limit = sql_row_number(&row);
    out->severity = (enum severity)sql_row_number(&row);
    out->status = sql_row_text(&row);
    out->observed_at = sql_row_text(&row);
    out->lot = sql_row_text(&row);
    out->comments = sql_row_text(&row);
    out->at = sql_row_number(&row);
    out->identical_repeat = sql_row_number(&row) != 0;
    return row.error;
}

/* How many rows a bound statement gives. */
static enum error rows_count(sqlite3_stmt *q, size_t *count)
{
    size_t rows = 0;
    enum error e;

    while ((e = sql_next(q)) == ERROR_OK)
        rows++;
    if (e != ERROR_NOT_FOUND)
        return e;
    *count = rows;
    return ERROR_OK;
}

static enum error results_list(struct store *s, struct arena *a, const char *list, int64_t key,
                               struct store_result **out, size_t *count)
{
    struct store_result *results;
    size_t total = 0, used = 0;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, key);
    e = rows_count(q, &total);
    if (e != ERROR_OK)
        return e;
    results = arena_take(a, sizeof *results * (total + 1));
    if (!results)
        return ERROR_NO_MEMORY;
    while (used < total && (e = sql_next(q)) == ERROR_OK) {
        e = result_take(q, a, &results[used++]);
        if (e != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_OK)
        return e;
    *out = results;
    *count = used;
    return ERROR_OK;
}

enum error store_results_of_order(struct store *s, struct arena *a, int64_t order,
                                  struct store_result **out, size_t *count)
{
    static const char list[] = RESULT_SELECT "r.orders = ?1 ORDER BY r.id";
    return results_list(s, a, list, order, out, count);
}

enum error store_results_of_message(struct store *s, struct arena *a, int64_t message,
                                    struct store_result **out, size_t *count)
{
    static const char list[] = RESULT_SELECT "r.message = ?1 AND r.status <> 'W' ORDER BY r.id";
    return results_list(s, a, list, message, out, count);
}

enum error store_result_by_id(struct store *s, struct arena *a, int64_t id,
                              struct store_result *out)
{
    static const char list[] = RESULT_SELECT "r.id = ?1";
    struct store_result *found;
    size_t count = 0;
    enum error e = results_list(s, a, list, id, &found, &count);

    if (e != ERROR_OK)
        return e;
    if (count == 0)
        return ERROR_CONFLICT;
    *out = found[0];
    return ERROR_OK;
}

enum error store_order_version(struct store *s, int64_t order, char out[STORE_VERSION_SIZE])
{
    static const char find[] = "SELECT version FROM worklist WHERE orders = ?1";
    sqlite3_stmt *q;
    enum error e = projection_refresh(s);

    if (e == ERROR_OK)
        e = sql_find(&s->sql, find, order, &q);
    if (e != ERROR_OK)
        return e;
    (void)snprintf(out, STORE_VERSION_SIZE, "%s", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

/* ERROR_CONFLICT when the order's results are not that version (any more). */
static enum error version_check(struct store *s, int64_t order, const char *version)
{
    char present[STORE_VERSION_SIZE];
    enum error e = store_order_version(s, order, present);

    if (e == ERROR_OK && strcmp(present, version) != 0)
        e = ERROR_CONFLICT;
    return e;
}

/* An event for each specimen of the order that has a result, in its present state; for an EKG one
 * of the order itself. */
static enum error order_event(struct store *s, const struct store_actor *by,
                              const struct store_event *event)
{
    static const char next[] = "SELECT min(specimen) FROM result WHERE orders = ?1 AND "
                               "specimen > ?2";
    struct store_event each = *event;
    bool any = false;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, next, &q);

    while (e == ERROR_OK) {
        (void)sqlite3_bind_int64(q, 1, event->order);
        (void)sqlite3_bind_int64(q, 2, each.specimen);
        e = sql_next(q);
        if (e != ERROR_OK)
            break;
        each.specimen = sqlite3_column_int64(q, 0);
        (void)sqlite3_reset(q);
        if (!each.specimen)
            return any ? ERROR_OK : store_event_add(s, by, event, NULL);
        any = true;
        e = store_event_add(s, by, &each, NULL);
    }
    return e;
}

/* ERROR_CONFLICT when the order is signed as it stands: no version is signed twice, nor sent back
 * once it is signed. */
static enum error unsigned_check(struct store *s, int64_t order)
{
    static const char find[] = "SELECT state = 'signed' FROM worklist WHERE orders = ?1";
    int64_t is_signed = 0;
    enum error e = sql_number(&s->sql, find, order, &is_signed);

    if (e == ERROR_OK && is_signed)
        e = ERROR_CONFLICT;
    return e;
}

/* Signed as it stands, and not by that person. */
static enum error cosign_check(struct store *s, int64_t order, int64_t person)
{
    static const char find[] =
        "SELECT w.state = 'signed' AND NOT EXISTS (SELECT 1 FROM review v JOIN person p ON p.id = "
        "v.person WHERE v.orders = w.orders AND v.version = w.version AND v.kind = 'signed' AND "
        "p.root = (SELECT n.root FROM person n WHERE n.id = ?2)) FROM worklist w WHERE w.orders = "
        "?1";
    sqlite3_stmt *q;
    bool may = false;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, order);
    (void)sqlite3_bind_int64(q, 2, person);
    e = sql_next(q);
    if (e == ERROR_OK)
        may = sqlite3_column_int(q, 0) != 0;
    (void)sqlite3_reset(q);
    return e == ERROR_OK && !may ? ERROR_CONFLICT : e;
}

enum error store_review_add(struct store *s, const struct store_actor *by,
                            const struct store_review *in, int64_t *id)
{
    const struct store_event event = { .type = in->signed_off ? EVENT_SIGNED : EVENT_RETURNED,
                                       .order = in->order,
                                       .reason = in->signed_off ? in->disposition : in->note,
                                       .detail = in->meaning };
    const struct field columns[] = { field_number("orders", in->order),
                                     field_text("version", in->version),
                                     field_text("kind", in->signed_off ? "signed" : "returned"),
                                     field_text("meaning", in->meaning),
                                     field_text("disposition", in->disposition),
                                     field_text("note", in->note),
                                     field_id("person", by->person),
                                     field_number("at", by->at) };
    enum error e = version_check(s, in->order, in->version);

    if (e == ERROR_OK)
        e = in->signed_off && in->meaning && strcmp(in->meaning, STORE_COSIGNED) == 0
                ? cosign_check(s, in->order, by->person)
                : unsigned_check(s, in->order);
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_REVIEW, columns, id);
    if (e == ERROR_OK)
        e = order_event(s, by, &event);
    return e == ERROR_OK ? projection_stale(s, in->order) : store_answer(s, e);
}

enum error store_critical_notice_add(struct store *s, const struct store_actor *by,
                                     const struct store_critical_notice *in, int64_t *id)
{
    const struct store_event event = {
        .type = EVENT_CRITICAL_TOLD, .order = in->order, .reason = in->method, .detail = in->told_to
    };
    const struct field columns[] = {
        field_number("orders", in->order),        field_text("version", in->version),
        field_text("told_to", in->told_to),       field_text("method", in->method),
        field_text("read_back", in->read_back),   field_text("note", in->note),
        field_id("person", by->person),           field_number("at", by->at),
        field_told("credential", in->credential), field_told("contact", in->contact),
        field_told("value_read", in->value_read)
    };
    enum error e = version_check(s, in->order, in->version);

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_CRITICAL_NOTICE, columns, id);
    if (e == ERROR_OK)
        e = order_event(s, by, &event);
    return store_answer(s, e);
}
