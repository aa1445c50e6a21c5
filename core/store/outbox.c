/* Messages to health records: written once, in order for each patient, with what became of each. */
#include "core/store/outbox.h"

#include "core/base/text.h"
#include "core/store/internal.h"

#include <string.h>

enum { ENDPOINT_ARENA = 16 * 1024 };

/* The first row of a query of a name (?1) and a number (?2, where it has one); as sql_find. */
static enum error find_named(struct store *s, const char *text, const char *name, int64_t number,
                             sqlite3_stmt **out)
{
    enum error e = sql_prepare(&s->sql, text, out);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(*out, 1, name);
    if (sqlite3_bind_parameter_count(*out) > 1)
        (void)sqlite3_bind_int64(*out, 2, number);
    return sql_next(*out);
}

/* ---- Endpoints ---- */

#define ENDPOINT_NEWEST                                                                            \
    "SELECT e.profile, e.target, e.sends = 'filed', e.alarm, e.active FROM outbox_endpoint e "     \
    "WHERE e.id = (SELECT max(n.id) FROM outbox_endpoint n WHERE n.name = ?1)"

static enum error endpoint_find(struct store *s, struct arena *a, const char *name,
                                struct store_endpoint *out)
{
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = find_named(s, ENDPOINT_NEWEST, name, 0, &q);

    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    *out = (struct store_endpoint) { .name = name };
    out->profile = sql_row_text(&row);
    out->target = sql_row_text(&row);
    out->filed = sql_row_number(&row) != 0;
    out->alarm = sql_row_number(&row);
    out->active = sql_row_number(&row) != 0;
    return sql_row_end(&row);
}

static enum error endpoint_add(struct store *s, const struct store_endpoint *in, int64_t at)
{
    const struct field columns[] = { field_text("name", in->name),
                                     field_text("profile", in->profile),
                                     field_text("target", in->target),
                                     field_text("sends", in->filed ? "filed" : "signed"),
                                     field_number("alarm", in->alarm),
                                     field_number("active", in->active),
                                     field_number("at", at) };
    return FACT_ADD(s, FACT_OUTBOX_ENDPOINT, columns, NULL);
}

enum error store_endpoint_set(struct store *s, const struct store_endpoint *endpoint, int64_t at)
{
    struct store_endpoint now;
    struct arena a;
    enum error e;

    arena_init(&a, ENDPOINT_ARENA);
    e = endpoint_find(s, &a, endpoint->name, &now);
    if (e == ERROR_NOT_FOUND ||
        (e == ERROR_OK &&
         (strcmp(now.profile, endpoint->profile) != 0 ||
          strcmp(now.target, endpoint->target) != 0 || now.filed != endpoint->filed ||
          now.alarm != endpoint->alarm || now.active != endpoint->active)))
        e = endpoint_add(s, endpoint, at);
    arena_free(&a);
    return store_answer(s, e);
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* The name after `after` of an endpoint that is active and not among the names. */
static enum error endpoint_stray(struct store *s, struct arena *a, const char *const *names,
                                 size_t count, const char **out)
{
    static const char active[] =
        "SELECT e.name FROM outbox_endpoint e WHERE e.active = 1 AND e.id = (SELECT max(n.id) FROM "
        "outbox_endpoint n WHERE n.name = e.name) ORDER BY e.id";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, active, &q);

    while (e == ERROR_OK && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, a);
        const char *name = sql_row_text(&row);
        e = row.error;
        if (e != ERROR_OK || is_among(name, names, count))
            continue;
        *out = name;
        (void)sqlite3_reset(q);
        return ERROR_OK;
    }
    return e;
}

enum error store_endpoints_retire(struct store *s, const char *const *names, size_t count,
                                  int64_t at)
{
    const char *name;
    struct arena a;
    enum error e;

    arena_init(&a, ENDPOINT_ARENA);
    while ((e = endpoint_stray(s, &a, names, count, &name)) == ERROR_OK) {
        struct store_endpoint gone;
        e = endpoint_find(s, &a, name, &gone);
        gone.active = false;
        if (e == ERROR_OK)
            e = endpoint_add(s, &gone, at);
        if (e != ERROR_OK)
            break;
    }
    arena_free(&a);
    return e == ERROR_NOT_FOUND ? ERROR_OK : store_answer(s, e);
}

enum error store_endpoint_reach(struct store *s, const char *name, int64_t *from, int64_t *done)
{
    static const char find[] =
        "SELECT min(e.id), max(min(e.id), coalesce((SELECT max(m.cause) FROM outbox_message m "
        "WHERE m.endpoint = ?1), 0)) FROM outbox_endpoint e WHERE e.name = ?1 HAVING count(*) > 0";
    sqlite3_stmt *q;
    enum error e = find_named(s, find, name, 0, &q);

    if (e != ERROR_OK)
        return e;
    *from = sqlite3_column_int64(q, 0);
    *done = sqlite3_column_int64(q, 1);
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_orders_touched(struct store *s, int64_t after, size_t max,
                                struct store_touched *out, size_t *count)
{
    static const char find[] =
        "SELECT t.orders, min(t.id), max(t.id * t.own) FROM (SELECT orders, id, 1 AS own FROM "
        "result WHERE id > ?1 UNION ALL SELECT orders, id, 1 FROM review WHERE id > ?1 UNION ALL "
        "SELECT orders, id, 1 FROM order_cancel WHERE id > ?1 UNION ALL SELECT parent, id, 1 FROM "
        "recollection WHERE id > ?1 UNION ALL SELECT orders, id, 1 FROM tracing_choice WHERE id > "
        "?1 UNION ALL SELECT p.orders, t.id, 1 FROM tracing_tie t JOIN tracing_tie p ON p.tracing "
        "= t.tracing AND p.id <= t.id WHERE t.id > ?1 AND p.orders IS NOT NULL UNION ALL SELECT "
        "orders, id, 0 FROM event WHERE id > ?1 AND type IN ('merged', 'unmerged', "
        "'patient-corrected')) t GROUP BY t.orders ORDER BY 2 LIMIT ?2";
    sqlite3_stmt *q;
    size_t used = 0;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, after);
    (void)sqlite3_bind_int64(q, 2, (int64_t)max);
    while ((e = sql_next(q)) == ERROR_OK && used < max) {
        out[used].order = sqlite3_column_int64(q, 0);
        out[used].cause = sqlite3_column_int64(q, 1);
        out[used++].newest = sqlite3_column_int64(q, 2);
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND && e != ERROR_OK)
        return e;
    *count = used;
    return ERROR_OK;
}

enum error store_outbox_knows(struct store *s, const char *endpoint, int64_t order, bool *out)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM outbox_message WHERE orders = ?2 AND endpoint = ?1)";
    sqlite3_stmt *q;
    enum error e = find_named(s, find, endpoint, order, &q);

    if (e != ERROR_OK)
        return e;
    *out = sqlite3_column_int(q, 0) != 0;
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

/* ---- Messages ---- */

/* The MRN that message m bears, and the one that its order o has. */
#define MRN_BORNE                                                                                  \
    "(SELECT v.mrn FROM patient v WHERE v.root = m.patient AND v.id < m.id ORDER BY v.id DESC "    \
    "LIMIT 1)"
#define MRN_TODAY                                                                                  \
    "(SELECT v.mrn FROM patient v WHERE v.root = coalesce((SELECT g.kept FROM merge_standing g "   \
    "WHERE g.merged = o.patient), o.patient) ORDER BY v.id DESC LIMIT 1)"

static enum error park(struct store *s, const struct store_outgoing *in, int64_t id)
{
    const struct store_outbox_step step = {
        .outbox = id, .state = OUTBOX_PARKED, .code = "", .sentence = in->lacks, .at = in->at
    };
    return store_outbox_step_add(s, &step);
}

enum error store_outgoing_add(struct store *s, const struct store_outgoing *in, int64_t *id)
{
    static const char patient_of[] =
        "SELECT coalesce((SELECT max(m.kept) FROM merge_standing m WHERE m.merged = o.patient), "
        "o.patient) FROM orders o WHERE o.id = ?1";
    const char kind[2] = { in->kind, '\0' };
    char version[STORE_VERSION_SIZE] = "";
    int64_t patient = 0, made = 0;
    enum error e = sql_number(&s->sql, patient_of, in->order, &patient);

    if (e == ERROR_OK) {
        e = store_order_version(s, in->order, version);
        if (e == ERROR_NOT_FOUND) /* it has no result: cancelled, rejected, an EKG taken off it */
            e = ERROR_OK;
    }
    if (e != ERROR_OK)
        return store_answer(s, e);
    const struct field columns[] = { field_text("endpoint", in->endpoint),
                                     field_number("orders", in->order),
                                     field_number("patient", patient),
                                     field_text("kind", kind),
                                     field_text("control_id", in->control_id),
                                     field_text("version", version),
                                     field_blob("content", span_of(in->content, STORE_CONTENT)),
                                     field_number("cause", in->cause),
                                     field_blob("bytes", in->bytes),
                                     field_number("at", in->at) };
    e = FACT_ADD(s, FACT_OUTBOX_MESSAGE, columns, &made);
    for (size_t i = 0; e == ERROR_OK && in->bytes.len && i < in->result_count; i++) {
        const struct field carried[] = { field_number("outbox", made),
                                         field_number("result", in->results[i]) };
        e = FACT_ADD(s, FACT_OUTBOX_RESULT, carried, NULL);
    }
    if (e == ERROR_OK && !text_empty(in->lacks))
        e = park(s, in, made);
    if (e == ERROR_OK && id)
        *id = made;
    return store_answer(s, e);
}

enum error store_outgoing_content(struct store *s, const char *endpoint, int64_t order,
                                  uint8_t out[STORE_CONTENT])
{
    static const char find[] =
        "SELECT m.content FROM outbox_message m WHERE m.orders = ?2 AND m.endpoint = ?1 AND NOT "
        "(length(m.bytes) = 0 AND (SELECT s.state FROM outbox_state s WHERE s.outbox = m.id ORDER "
        "BY s.id DESC LIMIT 1) = 'dropped') ORDER BY m.id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = find_named(s, find, endpoint, order, &q);

    if (e != ERROR_OK)
        return e;
    memcpy(out, sqlite3_column_blob(q, 0), STORE_CONTENT); /* the table's CHECK */
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_outgoing_mrn(struct store *s, struct arena *a, const char *endpoint, int64_t order,
                              const char **mrn)
{
    static const char find[] =
        "SELECT " MRN_BORNE " FROM outbox_message m WHERE m.orders = ?2 AND m.endpoint = ?1 AND "
        "EXISTS (SELECT 1 FROM outbox_state s WHERE s.outbox = m.id AND s.state = 'sent') ORDER BY "
        "m.id DESC LIMIT 1";
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = find_named(s, find, endpoint, order, &q);

    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    *mrn = sql_row_text(&row);
    return sql_row_end(&row);
}

/* ---- The queue ---- */

/* Of each patient the first that is not over, unless a person is to look at it. No order overtakes
 * itself either, whoever's it has become by a merge. */
#define QUEUE_HEADS                                                                                \
    "FROM outbox_queue q JOIN outbox_message m ON m.id = q.outbox JOIN orders o ON o.id = "        \
    "m.orders WHERE q.endpoint = ?1 AND q.state <> 'parked' AND NOT EXISTS (SELECT 1 FROM "        \
    "outbox_queue b WHERE b.endpoint = q.endpoint AND b.patient = q.patient AND b.outbox < "       \
    "q.outbox) AND NOT EXISTS (SELECT 1 FROM outbox_message n JOIN outbox_queue b ON b.outbox = "  \
    "n.id WHERE n.orders = m.orders AND n.endpoint = q.endpoint AND n.id < q.outbox)"

static enum error queue_due(struct store *s, const char *endpoint, int64_t *due)
{
    static const char find[] = "SELECT min(q.due) " QUEUE_HEADS;
    sqlite3_stmt *q;
    enum error e = find_named(s, find, endpoint, 0, &q);

    if (e != ERROR_OK)
        return e;
    *due = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_outbox_next(struct store *s, struct arena *a, const char *endpoint, int64_t now,
                             struct store_next *out, int64_t *due)
{
    static const char find[] =
        "SELECT m.id, q.tries, m.control_id, o.number, m.bytes, " MRN_BORNE " <> " MRN_TODAY
        " " QUEUE_HEADS " AND q.due <= ?2 ORDER BY q.outbox LIMIT 1";
    struct store_next next = { 0 };
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = find_named(s, find, endpoint, now, &q);

    if (e == ERROR_NOT_FOUND) {
        enum error looked = queue_due(s, endpoint, due);
        return looked == ERROR_OK ? ERROR_NOT_FOUND : looked;
    }
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    next.id = sql_row_number(&row);
    next.tries = sql_row_number(&row);
    next.control_id = sql_row_text(&row);
    next.order = sql_row_text(&row);
    next.bytes = sql_row_blob(&row);
    next.moved = sql_row_number(&row) != 0;
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = next;
    return e;
}

enum error store_outbox_step_add(struct store *s, const struct store_outbox_step *in)
{
    static const char *const states[] = {
        "sent", "acked", "retry", "parked", "released", "dropped"
    };
    struct field due = field_number("due", in->due);
    if (in->state != OUTBOX_RETRY)
        due.kind = FIELD_NULL;
    const struct field columns[] = {
        field_number("outbox", in->outbox), field_text("state", states[in->state]),
        field_text("code", in->code),       field_text("sentence", in->sentence),
        field_blob("answer", in->answer),   due,
        field_id("person", in->person),     field_number("at", in->at)
    };
    return FACT_ADD(s, FACT_OUTBOX_STATE, columns, NULL);
}

#define OUTBOX_FOUND                                                                               \
    "SELECT m.id, m.orders, m.cause, m.endpoint, o.number, coalesce((SELECT s.state FROM "         \
    "outbox_state s WHERE s.outbox = m.id ORDER BY s.id DESC LIMIT 1), 'new'), coalesce((SELECT "  \
    "q.tries FROM outbox_queue q WHERE q.outbox = m.id), 0), length(m.bytes) > 0, EXISTS (SELECT " \
    "1 FROM outbox_message n WHERE n.orders = m.orders AND n.endpoint = m.endpoint AND n.id > "    \
    "m.id AND EXISTS (SELECT 1 FROM outbox_state s WHERE s.outbox = n.id AND s.state IN ('sent', " \
    "'acked'))), " MRN_BORNE " <> " MRN_TODAY                                                      \
    " FROM outbox_message m JOIN orders o ON o.id = m.orders WHERE "

static enum error outbox_take(sqlite3_stmt *q, struct arena *a, struct store_outbox_found *out)
{
    struct store_outbox_found found = { 0 };
    struct sql_row row = sql_row_of(q, a);
    enum error e;

    found.id = sql_row_number(&row);
    found.order = sql_row_number(&row);
    found.cause = sql_row_number(&row);
    found.endpoint = sql_row_text(&row);
    found.number = sql_row_text(&row);
    found.state = sql_row_text(&row);
    found.tries = sql_row_number(&row);
    found.written = sql_row_number(&row) != 0;
    found.overtaken = sql_row_number(&row) != 0;
    found.moved = sql_row_number(&row) != 0;
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_outbox_by_id(struct store *s, struct arena *a, int64_t id,
                              struct store_outbox_found *out)
{
    static const char find[] = OUTBOX_FOUND "m.id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, id, &q);

    return e == ERROR_OK ? outbox_take(q, a, out) : e;
}

enum error store_outbox_by_control(struct store *s, struct arena *a, const char *endpoint,
                                   const char *control_id, struct store_outbox_found *out)
{
    static const char find[] = OUTBOX_FOUND "m.control_id = ?1 AND m.endpoint = ?2";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, control_id);
    sql_bind_text(q, 2, endpoint);
    e = sql_next(q);
    return e == ERROR_OK ? outbox_take(q, a, out) : e;
}
