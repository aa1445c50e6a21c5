/* Corrections, who is told of them, and decisions of two people. */
#include "core/store/correct.h"

#include "core/store/internal.h"

/* ---- Corrections ---- */

/*
 * Who saw a result between its row and its correction, by the strongest of what is known: told over
 * the telephone, signed, opened (the order, its specimen, its EKG, its report, its message), or in
 * a list that shows values. Rows of facts are in the order of time: ids say before and after.
 */
static const char notified[] =
    "SELECT root, name, CASE min(rank) WHEN 0 THEN 'told' WHEN 1 THEN 'signed' WHEN 2 THEN "
    "'opened' ELSE 'listed' END FROM ("
    "SELECT NULL AS root, n.told_to AS name, 0 AS rank FROM result r JOIN critical_notice n ON "
    "n.orders = r.orders AND n.id > r.id WHERE r.id = ?1 "
    "UNION ALL SELECT p.root, p.name, 1 FROM result r JOIN review v ON v.orders = r.orders AND "
    "v.id > r.id JOIN person p ON p.id = v.person WHERE r.id = ?1 "
    "UNION ALL SELECT p.root, p.name, iif(v.key = '', 3, 2) FROM result r JOIN orders o ON o.id = "
    "r.orders JOIN specimen s ON s.id = r.specimen JOIN view v ON v.id > r.id AND ((v.key <> '' "
    "AND (v.key IN (o.number, s.accession) OR (v.what = 'message' AND v.key = CAST(r.message AS "
    "TEXT)))) OR (v.what = 'inbox' AND (v.key IN ('', o.provider) OR v.key IN (SELECT w.owner FROM "
    "ownership w WHERE w.orders = o.id) OR v.key IN (SELECT c.deputy FROM cover c JOIN cover_step "
    "a "
    "ON a.cover = c.id AND a.kind = 'accepted' WHERE c.provider = o.provider OR c.provider IN "
    "(SELECT w.owner FROM ownership w WHERE w.orders = o.id))))) JOIN person p ON p.id "
    "= v.person WHERE r.id = ?1"
    ") WHERE root IS NOT ?2 GROUP BY coalesce(root, name) ORDER BY min(rank), name LIMIT 200";

enum { NOTIFIED_MAX = 200 };

struct notified {
    int64_t root;
    const char *name, *how;
};

static enum error notified_find(struct store *s, struct arena *a, int64_t result, int64_t but,
                                struct notified *out, size_t *count)
{
    struct sql_row row = { 0 };
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, notified, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, result);
    (void)sqlite3_bind_int64(q, 2, but);
    while (row.error == ERROR_OK && used < NOTIFIED_MAX && (e = sql_next(q)) == ERROR_OK) {
        row = sql_row_of(q, a);
        out[used].root = sql_row_number(&row);
        out[used].name = sql_row_text(&row);
        out[used++].how = sql_row_text(&row);
    }
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK || (e != ERROR_OK && e != ERROR_NOT_FOUND))
        return row.error != ERROR_OK ? row.error : e;
    *count = used;
    return ERROR_OK;
}

static enum error notify(struct store *s, const struct store_actor *by, int64_t correction,
                         int64_t result)
{
    struct notified *who;
    size_t count = 0;
    int64_t root = 0;
    struct arena a;
    enum error e = by->person ? store_person_root(s, by->person, &root) : ERROR_OK;

    arena_init(&a, STORE_FOUND_ARENA);
    who = arena_take(&a, sizeof *who * NOTIFIED_MAX);
    if (e == ERROR_OK)
        e = who ? notified_find(s, &a, result, root, who, &count) : ERROR_NO_MEMORY;
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        const struct field columns[] = { field_number("correction", correction),
                                         field_id("person_root", who[i].root),
                                         field_text("name", who[i].name),
                                         field_text("how", who[i].how),
                                         field_number("at", by->at) };
        e = FACT_ADD(s, FACT_NOTICE_ITEM, columns, NULL);
    }
    arena_free(&a);
    return e;
}

enum error store_correction_add(struct store *s, const struct store_actor *by,
                                const struct store_correction *in, int64_t *id)
{
    const struct field columns[] = { field_number("result_old", in->result_old),
                                     field_number("result_new", in->result_new),
                                     field_number("orders", in->order),
                                     field_text("kind", in->kind),
                                     field_text("reason_code", in->reason_code),
                                     field_text("reason", in->reason),
                                     field_text("requested_by", in->requested_by),
                                     field_id("person", by->person),
                                     field_number("at", by->at) };
    int64_t correction = 0;
    enum error e = FACT_ADD(s, FACT_CORRECTION, columns, &correction);

    if (e == ERROR_OK)
        e = notify(s, by, correction, in->result_old);
    if (e != ERROR_OK)
        return store_answer(s, e);
    *id = correction;
    return ERROR_OK;
}

enum error store_correction_move_add(struct store *s, int64_t correction, int64_t result)
{
    const struct field columns[] = { field_number("correction", correction),
                                     field_number("result", result) };
    return FACT_ADD(s, FACT_CORRECTION_MOVE, columns, NULL);
}

enum error store_correction_of(struct store *s, struct arena *a, int64_t result,
                               struct store_correction *out)
{
    static const char find[] = "SELECT result_old, result_new, orders, kind, reason_code, reason, "
                               "requested_by FROM correction WHERE result_new = ?1";
    struct store_correction found;
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, result, a, &row);

    if (e != ERROR_OK)
        return e;
    found.result_old = sql_row_number(&row);
    found.result_new = sql_row_number(&row);
    found.order = sql_row_number(&row);
    found.kind = sql_row_text(&row);
    found.reason_code = sql_row_text(&row);
    found.reason = sql_row_text(&row);
    found.requested_by = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_result_judged(struct store *s, int64_t result, struct store_judged *out)
{
    /* Whoever files results tells of it in the same turn; `at` of a result is when it came. */
    static const char find[] =
        "WITH RECURSIVE same (id) AS (SELECT ?1 UNION ALL SELECT c.result_old FROM same s CROSS "
        "JOIN correction c ON c.result_new = s.id WHERE c.reason_code = '" STORE_PATIENT_DATA "') "
        "SELECT r.id, coalesce((SELECT e.at FROM event e WHERE e.message = r.message AND e.id > "
        "r.id ORDER BY e.id LIMIT 1), r.at) FROM result r WHERE r.id = (SELECT min(id) FROM same)";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, result, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_judged) { sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1) };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_message_is_referred(struct store *s, int64_t message, bool *out)
{
    static const char find[] = "SELECT count(*) FROM reference_result WHERE message = ?1";
    int64_t count = 0;
    enum error e = sql_number(&s->sql, find, message, &count);

    if (e == ERROR_OK)
        *out = count > 0;
    return e;
}

enum error store_result_at(struct store *s, int64_t message, int64_t position, int64_t order,
                           int64_t *out)
{
    static const char find[] =
        "SELECT r.id FROM result r WHERE r.message = ?1 AND r.position = ?2 AND r.orders = ?3 AND "
        "NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id) ORDER BY r.id DESC LIMIT 1";
    const int64_t keys[] = { message, position, order };

    return sql_number_by(&s->sql, find, keys, 3, out);
}

enum error store_notice_by_id(struct store *s, int64_t id, struct store_notice *out)
{
    static const char find[] =
        "SELECT i.id, coalesce(i.person_root, 0), EXISTS (SELECT 1 FROM notice_seen n WHERE n.item "
        "= i.id) FROM notice_item i WHERE i.id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, id, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_notice) { sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                                   sqlite3_column_int(q, 2) != 0 };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_notice_seen_add(struct store *s, const struct store_actor *by, int64_t item,
                                 const char *note, int64_t *id)
{
    const struct field columns[] = { field_number("item", item), field_text("note", note),
                                     field_id("person", by->person), field_number("at", by->at) };
    return FACT_ADD(s, FACT_NOTICE_SEEN, columns, id);
}

/* ---- Two people ---- */

static enum error second_event(struct store *s, const struct store_actor *by, enum event type,
                               int64_t message, const char *reason, const char *detail)
{
    static const char order_of[] = "SELECT coalesce((SELECT r.orders FROM result r WHERE r.message "
                                   "= ?1 LIMIT 1), 0)";
    struct store_event event = {
        .type = type, .message = message, .reason = reason, .detail = detail
    };
    enum error e = sql_number(&s->sql, order_of, message, &event.order);

    if (e != ERROR_OK || !event.order) /* a message of no order yet has no custody of its own */
        return e;
    return store_event_add(s, by, &event, NULL);
}

enum error store_second_add(struct store *s, const struct store_actor *by,
                            const struct store_second *in, int64_t *id)
{
    const struct field columns[] = { field_text("kind", in->kind),
                                     field_number("message", in->message),
                                     field_text("resolution", in->resolution),
                                     field_text("accession", in->accession),
                                     field_text("identifiers", in->identifiers),
                                     field_text("reason_code", in->reason_code),
                                     field_text("reason", in->reason),
                                     field_text("released", in->released),
                                     field_id("person", by->person),
                                     field_number("at", by->at),
                                     field_text("role", by->role),
                                     field_text("rules", in->rules) };
    enum error e = FACT_ADD(s, FACT_PROPOSAL, columns, id);

    if (e == ERROR_OK)
        e = second_event(s, by, EVENT_PROPOSED, in->message, in->reason, in->kind);
    return store_answer(s, e);
}

enum error store_second_by_id(struct store *s, struct arena *a, int64_t id,
                              struct store_second *out)
{
    static const char find[] =
        "SELECT p.id, p.kind, p.message, p.resolution, p.accession, p.identifiers, p.reason_code, "
        "p.reason, p.released, p.person, coalesce(p.role, n.role), coalesce(p.rules, ''), NOT "
        "EXISTS (SELECT 1 FROM "
        "proposal_end e WHERE e.proposal = p.id) FROM proposal p JOIN person n ON n.id = p.person "
        "WHERE p.id = ?1";
    struct store_second found = { 0 };
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, id, a, &row);

    if (e != ERROR_OK)
        return e;
    found.id = sql_row_number(&row);
    found.kind = sql_row_text(&row);
    found.message = sql_row_number(&row);
    found.resolution = sql_row_text(&row);
    found.accession = sql_row_text(&row);
    found.identifiers = sql_row_text(&row);
    found.reason_code = sql_row_text(&row);
    found.reason = sql_row_text(&row);
    found.released = sql_row_text(&row);
    found.person = sql_row_number(&row);
    found.role = sql_row_text(&row);
    found.rules = sql_row_text(&row);
    found.open = sql_row_number(&row) != 0;
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_second_end(struct store *s, const struct store_actor *by, int64_t proposal,
                            bool confirmed, const char *identifiers, const char *note, int64_t *id)
{
    static const char message_of[] = "SELECT message FROM proposal WHERE id = ?1";
    const char *kind = confirmed ? "confirmed" : "declined";
    const struct field columns[] = {
        field_number("proposal", proposal),     field_text("kind", kind),
        field_text("identifiers", identifiers), field_text("note", note),
        field_id("person", by->person),         field_number("at", by->at)
    };
    int64_t message = 0;
    enum error e = sql_number(&s->sql, message_of, proposal, &message);

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_PROPOSAL_END, columns, id);
    if (e == ERROR_OK)
        e = second_event(s, by, EVENT_PROPOSAL_ENDED, message, note, kind);
    return store_answer(s, e);
}
