/*
 * What is derived from the facts. Each projection has one SELECT that derives it; that SELECT
 * refreshes, rebuilds and verifies it. Triggers (schema/0005) keep the small ones; the worklist,
 * whose version needs a hash, is derived anew for each order that a transaction touched, just
 * before its commit.
 */
#include "core/store/projection.h"

#include "core/base/text.h"
#include "core/store/internal.h"

#include <stdio.h>

/* What the last review makes of what there is now. What was sent back and answered waits again. */
#define WORKLIST_STATE                                                                             \
    "coalesce((SELECT CASE WHEN v.kind = 'signed' THEN 'signed' WHEN EXISTS (SELECT 1 FROM "       \
    "return_answer a WHERE a.review = v.id) THEN 'waiting' ELSE 'returned' END FROM review v "     \
    "WHERE v.id = (SELECT max(w.id) FROM review w WHERE w.orders = d.orders) AND v.version = "     \
    "d.version), 'waiting')"
/* Whose it is: the ordering provider's, unless it changed hands. */
#define WORKLIST_OWNER                                                                             \
    "coalesce((SELECT w.owner FROM ownership w WHERE w.orders = o.id AND w.kind IN ('accepted', "  \
    "'taken', 'assigned') ORDER BY w.id DESC LIMIT 1), o.provider)"
#define LAST_SIGNED                                                                                \
    "coalesce((SELECT max(v.id) FROM review v WHERE v.orders = d.orders AND v.kind = 'signed'), "  \
    "0)"

/* Current results of an order. `since` is when the oldest result came that the last signature does
 * not cover. */
#define WORKLIST_RESULTS(filter)                                                                   \
    "SELECT d.orders, " WORKLIST_OWNER                                                             \
    ", d.severity, coalesce((SELECT min(n.at) FROM result n WHERE "                                \
    "n.orders = d.orders AND n.id > " LAST_SIGNED " AND NOT EXISTS (SELECT 1 FROM result x WHERE " \
    "x.replaces = n.id)), d.since), d.version, " WORKLIST_STATE " FROM (SELECT r.orders AS "       \
    "orders, max(r.severity) AS severity, min(r.at) AS since, result_version(r.link) AS version "  \
    "FROM (SELECT c.orders, c.severity, c.at, c.link FROM result c WHERE " filter                  \
    "NOT EXISTS (SELECT 1 FROM result x WHERE x.replaces = c.id) ORDER BY c.orders, c.id LIMIT "   \
    "-1) r GROUP BY r.orders) d JOIN orders o ON o.id = d.orders"

/* A tie that stands: the newest of its tracing, to an order. */
#define TIE_STANDS(t)                                                                              \
    t ".orders IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tracing_tie n WHERE n.tracing = " t       \
      ".tracing AND n.id > " t ".id)"

/* An EKG order's tracings: the most urgent of them counts. The version is made of each tie and its
 * tracing, and of the choice as long as it counts: its tracing is tied, and none was tied later. */
#define WORKLIST_TRACINGS(tie_filter, choice_filter)                                               \
    "SELECT d.orders, " WORKLIST_OWNER                                                             \
    ", d.severity, coalesce((SELECT min(x.at) FROM tracing_tie t JOIN "                            \
    "tracing x ON x.id = t.tracing WHERE t.orders = d.orders AND t.id > " LAST_SIGNED              \
    " AND " TIE_STANDS(                                                                            \
        "t") "), d.since), d.version, " WORKLIST_STATE " FROM (SELECT r.orders AS "                \
             "orders, max(r.severity) AS severity, min(r.at) AS since, result_version(r.link, "    \
             "r.tracing) "                                                                         \
             "AS version FROM (SELECT t.orders AS orders, t.id AS place, x.severity AS severity, " \
             "x.at AS "                                                                            \
             "at, t.link AS link, x.link AS tracing FROM tracing_tie t JOIN tracing x ON x.id = "  \
             "t.tracing "                                                                          \
             "WHERE " tie_filter TIE_STANDS(                                                       \
                 "t") " UNION ALL SELECT c.orders, c.id, 0, NULL, c.link, "                        \
                      "x'' FROM tracing_choice c WHERE " choice_filter                             \
                      "c.id = (SELECT max(h.id) FROM "                                             \
                      "tracing_choice h WHERE h.orders = c.orders) AND EXISTS (SELECT 1 FROM "     \
                      "tracing_tie t WHERE "                                                       \
                      "t.tracing = c.tracing AND t.orders = c.orders AND " TIE_STANDS(             \
                          "t") ") AND NOT EXISTS "                                                 \
                               "(SELECT 1 FROM tracing_tie t WHERE t.orders = c.orders AND t.id "  \
                               "> c.id AND " TIE_STANDS(                                           \
                                   "t") ") ORDER BY 1, 2 LIMIT -1) r GROUP BY r.orders) d JOIN "   \
                                        "orders o ON o.id = d.orders"

/* Orders that have a result and still want one. */
#define PARTIAL_ORDERS(filter)                                                                     \
    "SELECT o.id FROM orders o WHERE " filter                                                      \
    "EXISTS (SELECT 1 FROM result r WHERE r.orders = o.id) AND NOT EXISTS (SELECT 1 FROM "         \
    "order_cancel c WHERE c.orders = o.id) AND NOT EXISTS (SELECT 1 FROM recollection c WHERE "    \
    "c.parent = o.id) AND EXISTS (SELECT 1 FROM order_missing m WHERE m.orders = o.id)"

struct projection {
    const char *table, *key, *columns, *derived;
};

static const struct projection projections[] = {
    { "specimen_state", "specimen", "specimen, state",
      "SELECT specimen, state_to FROM event WHERE id IN (SELECT max(id) FROM event WHERE specimen "
      "IS NOT NULL GROUP BY specimen)" },
    { "held", "message", "message",
      "SELECT id FROM message m WHERE disposition IN ('held', 'incomplete') AND NOT EXISTS "
      "(SELECT 1 FROM resolution r WHERE r.message = m.id) AND NOT EXISTS (SELECT 1 FROM tracing x "
      "JOIN tracing_tie t ON t.tracing = x.id WHERE x.message = m.id AND " TIE_STANDS("t") ")" },
    { "undecoded", "session", "session",
      "SELECT id FROM session s WHERE NOT EXISTS (SELECT 1 FROM decoded d WHERE d.session = "
      "s.id)" },
    { "to_do", "orders", "orders",
      "SELECT id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM result r WHERE r.orders = o.id) AND "
      "NOT EXISTS (SELECT 1 FROM recollection c WHERE c.parent = o.id) AND NOT EXISTS (SELECT 1 "
      "FROM "
      "order_cancel c WHERE c.orders = o.id) AND "
      "NOT EXISTS (SELECT 1 FROM tracing_tie t WHERE t.orders = o.id AND " TIE_STANDS("t") ")" },
    { "partial", "orders", "orders", PARTIAL_ORDERS("") },
    { "outbox_queue", "outbox", "outbox, endpoint, patient, state, tries, due",
      "SELECT m.id, m.endpoint, m.patient, coalesce(l.state, 'new'), (SELECT count(*) FROM "
      "outbox_state t WHERE t.outbox = m.id AND t.state = 'retry' AND t.id > coalesce((SELECT "
      "max(r.id) FROM outbox_state r WHERE r.outbox = m.id AND r.state = 'released'), 0)), "
      "coalesce(l.due, 0) FROM outbox_message m LEFT JOIN outbox_state l ON l.id = (SELECT "
      "max(n.id) FROM outbox_state n WHERE n.outbox = m.id) WHERE l.state IS NULL OR l.state NOT "
      "IN ('acked', 'dropped')" },
    { "worklist", "orders", "orders, provider, severity, since, version, state",
      WORKLIST_RESULTS("") " UNION ALL " WORKLIST_TRACINGS("", "") },
};

enum { PROJECTION_COUNT = sizeof projections / sizeof projections[0] };

/* The aggregate's context: SQLite gives it zeroed and frees it. */
struct version_hash {
    crypto_hash_sha256_state state;
    bool begun;
};

static void version_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct version_hash *h = sqlite3_aggregate_context(context, sizeof *h);

    if (h && !h->begun)
        crypto_hash_sha256_init(&h->state);
    if (h)
        h->begun = true;
    for (int i = 0; i < count; i++) {
        const void *link = sqlite3_value_blob(values[i]);
        size_t len = (size_t)sqlite3_value_bytes(values[i]);
        if (!h || (!link && len)) {
            sqlite3_result_error_nomem(context);
            return;
        }
        if (len)
            crypto_hash_sha256_update(&h->state, link, len);
    }
}

static void version_final(sqlite3_context *context)
{
    struct version_hash *h = sqlite3_aggregate_context(context, 0);
    uint8_t hash[crypto_hash_sha256_BYTES];
    char text[STORE_VERSION_SIZE];

    if (!h || !h->begun)
        return;
    crypto_hash_sha256_final(&h->state, hash);
    text_hex(text, span_of(hash, sizeof hash));
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

enum error projection_functions(struct sql *q)
{
    return sql_error(sqlite3_create_function_v2(
        q->db, "result_version", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
        NULL, version_step, version_final, NULL));
}

enum error projection_stale(struct store *s, int64_t order)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < s->stale_count; i++)
        if (s->stale[i] == order)
            return ERROR_OK;
    if (s->stale_count == STORE_STALE_ORDERS)
        e = projection_refresh(s);
    if (e == ERROR_OK)
        s->stale[s->stale_count++] = order;
    return e;
}

static enum error order_run(struct store *s, const char *text, int64_t order)
{
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, text, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, order);
    return sql_finish(q);
}

/* Most orders are whole with what comes: then nothing is written. */
static enum error refresh_partial(struct store *s, int64_t order)
{
    static const char whole[] =
        "DELETE FROM partial WHERE orders = ?1 AND NOT EXISTS (" PARTIAL_ORDERS(
            "o.id = ?1 AND ") ")";
    static const char wants[] =
        "INSERT OR IGNORE INTO partial (orders) " PARTIAL_ORDERS("o.id = ?1 AND ");
    enum error e = order_run(s, whole, order);

    return e == ERROR_OK ? order_run(s, wants, order) : e;
}

/* An order that has nothing left, its only tracing having been taken off, leaves the list. */
static enum error refresh_worklist(struct store *s, int64_t order)
{
    static const char gone[] = "DELETE FROM worklist WHERE orders = ?1";
    static const char derive[] =
        "INSERT INTO worklist (orders, provider, severity, since, version, state) SELECT * FROM "
        "(" WORKLIST_RESULTS("c.orders = ?1 AND ") " UNION ALL " WORKLIST_TRACINGS(
            "t.orders = ?1 AND ", "c.orders = ?1 AND ") ") WHERE true ON CONFLICT (orders) DO "
                                                        "UPDATE SET provider = excluded.provider, "
                                                        "severity = excluded.severity, since = "
                                                        "excluded.since, version = "
                                                        "excluded.version, state = excluded.state";
    enum error e = order_run(s, derive, order);

    return e == ERROR_OK && sqlite3_changes(s->sql.db) == 0 ? order_run(s, gone, order) : e;
}

static enum error refresh_one(struct store *s, int64_t order)
{
    enum error e = refresh_worklist(s, order);
    return e == ERROR_OK ? refresh_partial(s, order) : e;
}

enum error projection_refresh(struct store *s)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < s->stale_count && e == ERROR_OK; i++)
        e = refresh_one(s, s->stale[i]);
    if (e != ERROR_OK)
        return store_spoil(s, e);
    s->stale_count = 0;
    return ERROR_OK;
}

/* Runs a statement made of a projection's parts. */
static enum error projection_run(struct sql *q, char *text)
{
    enum error e = text ? sql_run(q, text) : ERROR_NO_MEMORY;
    sqlite3_free(text);
    return e;
}

enum error store_projections_rebuild(struct store *s)
{
    enum error e = store_writable(s);

    for (size_t i = 0; i < PROJECTION_COUNT && e == ERROR_OK; i++) {
        const struct projection *p = &projections[i];
        e = projection_run(&s->sql, sqlite3_mprintf("DELETE FROM %s", p->table));
        if (e == ERROR_OK)
            e = projection_run(&s->sql, sqlite3_mprintf("INSERT INTO %s (%s) %s", p->table,
                                                        p->columns, p->derived));
    }
    if (e == ERROR_OK)
        s->stale_count = 0;
    return store_spoil(s, e);
}

/* The first key that is in one of both and not, or not alike, in the other. */
static enum error difference_find(struct sql *q, const struct projection *p, int64_t *key)
{
    char *text = sqlite3_mprintf(
        "WITH d (%s) AS (%s) SELECT min(k) FROM (SELECT %s AS k FROM (SELECT %s FROM %s EXCEPT "
        "SELECT %s FROM d) UNION ALL SELECT %s AS k FROM (SELECT %s FROM d EXCEPT SELECT %s FROM "
        "%s))",
        p->columns, p->derived, p->key, p->columns, p->table, p->columns, p->key, p->columns,
        p->columns, p->table);
    sqlite3_stmt *find = NULL;
    enum error e = ERROR_NO_MEMORY;

    if (text)
        e = sql_error(sqlite3_prepare_v2(q->db, text, -1, &find, NULL));
    sqlite3_free(text);
    if (e == ERROR_OK)
        e = sql_error(sqlite3_step(find));
    if (e == ERROR_OK && sqlite3_column_type(find, 0) == SQLITE_NULL)
        e = ERROR_NOT_FOUND;
    if (e == ERROR_OK)
        *key = sqlite3_column_int64(find, 0);
    (void)sqlite3_finalize(find);
    return e;
}

enum error projection_check(struct sql *q, const char **table, int64_t *key)
{
    for (size_t i = 0; i < PROJECTION_COUNT; i++) {
        enum error e = difference_find(q, &projections[i], key);
        if (e == ERROR_NOT_FOUND)
            continue;
        if (e == ERROR_OK)
            *table = projections[i].table;
        return e;
    }
    return ERROR_NOT_FOUND;
}
