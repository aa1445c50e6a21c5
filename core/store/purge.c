/*
 * Finding what is past its retention, and taking it out.
 *
 * A fact's id is its own over all tables, so the set of rows that go is a set of numbers. It begins
 * with orders; what refers to a row of the set joins it; what the rows of the set refer to joins
 * when nothing outside the set needs it. Which column refers to which table the schema itself says:
 * a table of a later migration is taken along without a word here.
 */
#include "core/store/purge.h"

#include "core/store/internal.h"

#include <string.h>

/* A column that refers to a row of another fact table. */
struct reference {
    const char *table, *column, *target;
};

struct references {
    struct reference *at;
    size_t count;
};

enum { PURGE_ARENA = 1024 * 1024, PURGE_REFERENCES = 512 };

/* Rows that others refer to, and that go when nothing else needs them. Those of `along` go with
 * it. */
static const struct owned {
    const char *table, *condition;
    const char *along[4];
} owned[] = {
    { "tracing",
      "message IN (SELECT id FROM message WHERE received_at < ?1) "
      "AND message NOT IN (SELECT message FROM held)",
      { "waveform" } },
    { "message",
      "received_at < ?1 AND id NOT IN (SELECT message FROM held)",
      { "resolution", "gate_warning", "gate_override" } },
    { "session",
      "at < ?1 AND id NOT IN (SELECT session FROM undecoded)",
      { "frame", "session_end", "decoded" } },
    /* All versions of one, or none: the first alone would say again what was put right. Likewise
     * of all records that were ever merged: what is left says who they were together. */
    { "patient",
      "NOT EXISTS (WITH RECURSIVE one (root) AS (SELECT patient.root UNION SELECT iif(g.kept = "
      "o.root, g.merged, g.kept) FROM one o CROSS JOIN patient_merge g ON g.kept = o.root OR "
      "g.merged = o.root WHERE TRUE) SELECT 1 FROM one o CROSS JOIN patient v ON v.root = o.root "
      "WHERE v.at >= ?1 OR v.id IN (SELECT id FROM temp.needed) OR EXISTS (SELECT 1 FROM "
      "patient_merge g WHERE g.kept = o.root AND g.at >= ?1))",
      { "patient", "patient_merge" } },
};
enum { OWNED_COUNT = sizeof owned / sizeof owned[0] };

static bool is_owned(const char *table)
{
    for (size_t i = 0; i < OWNED_COUNT; i++)
        if (strcmp(owned[i].table, table) == 0)
            return true;
    return false;
}

/* Those never join the set by referring to one of its rows. */
static bool stays_by_itself(const char *table)
{
    static const char *const others[] = { "orders", "tombstone", "purge", "purge_approval" };

    if (is_owned(table))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i], table) == 0)
            return true;
    return false;
}

static bool is_fact(const char *table)
{
    for (unsigned i = 0; i < FACT_COUNT; i++)
        if (strcmp(fact_table((enum fact)i), table) == 0)
            return true;
    return false;
}

static enum error references_read(struct store *s, struct arena *a, struct references *out)
{
    static const char list[] = "SELECT t.name, r.\"from\", r.\"table\" FROM sqlite_schema t, "
                               "pragma_foreign_key_list(t.name) r WHERE t.type = 'table'";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, list, &q);

    out->count = 0;
    out->at = arena_take(a, PURGE_REFERENCES * sizeof *out->at);
    if (!out->at)
        return ERROR_NO_MEMORY;
    while (e == ERROR_OK && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, a);
        struct reference r;
        r.table = sql_row_text(&row);
        r.column = sql_row_text(&row);
        r.target = sql_row_text(&row);
        e = row.error;
        if (e == ERROR_OK && !is_fact(r.table))
            continue;
        if (e == ERROR_OK && out->count == PURGE_REFERENCES)
            e = ERROR_BUG;
        if (e == ERROR_OK)
            out->at[out->count++] = r;
    }
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* Runs a statement made of names of our own schema, ?1 bound to `number`; how many rows changed is
 * added to `changed`. */
static enum error run(struct store *s, char *text, int64_t number, int64_t *changed)
{
    sqlite3_stmt *q = NULL;
    int code = text ? sqlite3_prepare_v2(s->sql.db, text, -1, &q, NULL) : SQLITE_NOMEM;

    if (code == SQLITE_OK && sqlite3_bind_parameter_count(q) > 0)
        code = sqlite3_bind_int64(q, 1, number);
    if (code == SQLITE_OK)
        code = sqlite3_step(q);
    if (code == SQLITE_DONE && changed)
        *changed += sqlite3_changes64(s->sql.db);
    (void)sqlite3_finalize(q);
    sqlite3_free(text);
    return code == SQLITE_DONE ? ERROR_OK : sql_error(code);
}

/* The orders to begin with. One that a newer order refers to waits for that one. */
static enum error seed(struct store *s, const struct references *refs, int64_t before, int64_t now)
{
    static const char begin[] =
        "INSERT INTO temp.going (gone, fact) SELECT o.id, 'orders' FROM orders o WHERE o.at < ?1 "
        "AND NOT EXISTS (SELECT 1 FROM event e WHERE e.orders = o.id AND e.at >= ?1) "
        "AND NOT EXISTS (SELECT 1 FROM worklist w WHERE w.orders = o.id AND w.state <> 'signed') "
        "AND NOT EXISTS (SELECT 1 FROM outbox_queue q JOIN outbox_message m ON m.id = q.outbox "
        "WHERE m.orders = o.id) "
        "AND NOT EXISTS (SELECT 1 FROM task k WHERE k.orders = o.id AND NOT EXISTS (SELECT 1 FROM "
        "task_step z WHERE z.task = k.id AND z.kind IN ('done', 'not-needed'))) "
        "AND NOT EXISTS (SELECT 1 FROM order_test t JOIN test m ON m.id = t.test "
        "JOIN patient p ON p.id = (SELECT max(v.id) FROM patient v WHERE v.root = coalesce((SELECT "
        "g.kept FROM merge_standing g WHERE g.merged = o.patient), o.patient)) "
        "WHERE t.orders = o.id AND m.specimen_type = 'none' AND coalesce("
        "date(p.birth_date, '+28 years') > date(%lld / 1000, 'unixepoch'), 1)) "
        "AND o.id NOT IN (SELECT id FROM temp.kept) ORDER BY o.id LIMIT %d";
    int64_t dropped = 1;
    enum error e = sql_run(&s->sql, "CREATE TEMP TABLE IF NOT EXISTS going (gone INTEGER PRIMARY "
                                    "KEY, fact TEXT NOT NULL);"
                                    "CREATE TEMP TABLE IF NOT EXISTS needed (id INTEGER PRIMARY "
                                    "KEY);"
                                    "DELETE FROM temp.going");

    if (e == ERROR_OK)
        e = run(s, sqlite3_mprintf(begin, (long long)now, PURGE_ORDERS), before, NULL);
    while (e == ERROR_OK && dropped > 0) {
        dropped = 0;
        for (size_t i = 0; i < refs->count && e == ERROR_OK; i++)
            if (strcmp(refs->at[i].table, "orders") == 0)
                e = run(s,
                        sqlite3_mprintf("DELETE FROM temp.going WHERE gone IN (SELECT %s FROM "
                                        "orders WHERE id NOT IN (SELECT gone FROM temp.going))",
                                        refs->at[i].column),
                        0, &dropped);
    }
    return e;
}

/* What refers to a row of the set joins it, until nothing is new. */
static enum error join_referring(struct store *s, const struct references *refs)
{
    static const char join[] = "INSERT OR IGNORE INTO temp.going (gone, fact) SELECT id, '%s' "
                               "FROM %s WHERE %s IN (SELECT gone FROM temp.going)";
    int64_t joined = 1;
    enum error e = ERROR_OK;

    while (e == ERROR_OK && joined > 0) {
        joined = 0;
        for (size_t i = 0; i < refs->count && e == ERROR_OK; i++) {
            const struct reference *r = &refs->at[i];
            if (!stays_by_itself(r->table))
                e = run(s, sqlite3_mprintf(join, r->table, r->table, r->column), 0, &joined);
        }
    }
    return e;
}

static bool goes_along(const struct owned *o, const char *table)
{
    for (size_t i = 0; i < sizeof o->along / sizeof o->along[0] && o->along[i]; i++)
        if (strcmp(o->along[i], table) == 0)
            return true;
    return false;
}

/* Rows of that table that nothing outside the set needs join it. */
static enum error join_owned(struct store *s, const struct references *refs, const struct owned *o,
                             int64_t before, int64_t *joined)
{
    static const char need[] = "INSERT OR IGNORE INTO temp.needed (id) SELECT %s FROM %s WHERE %s "
                               "IS NOT NULL AND %s <> id AND id NOT IN (SELECT gone FROM "
                               "temp.going)";
    static const char join[] = "INSERT OR IGNORE INTO temp.going (gone, fact) SELECT id, '%s' FROM "
                               "%s WHERE %s AND id NOT IN (SELECT id FROM temp.needed)";
    enum error e = sql_run(&s->sql, "DELETE FROM temp.needed");

    for (size_t i = 0; i < refs->count && e == ERROR_OK; i++) {
        const struct reference *r = &refs->at[i];
        if (strcmp(r->target, o->table) == 0 && !goes_along(o, r->table))
            e = run(s, sqlite3_mprintf(need, r->column, r->table, r->column, r->column), 0, NULL);
    }
    if (e != ERROR_OK)
        return e;
    return run(s, sqlite3_mprintf(join, o->table, o->table, o->condition), before, joined);
}

/* Who looked at an order or a specimen is known by its number; at a patient by the MRN, or by the
 * family name, that somebody typed: as far as it is nobody's who stays. */
static enum error join_views(struct store *s)
{
    static const char join[] =
        "INSERT OR IGNORE INTO temp.going (gone, fact) SELECT id, 'view' FROM view WHERE key IN "
        "(SELECT number FROM orders WHERE id IN (SELECT gone FROM temp.going) UNION ALL SELECT "
        "accession FROM specimen WHERE id IN (SELECT gone FROM temp.going));"
        "INSERT OR IGNORE INTO temp.going (gone, fact) SELECT id, 'view' FROM view WHERE what IN "
        "('search', 'find', 'patients', 'patient', 'trace', 'access') AND (lower(trim(key)) IN "
        "(SELECT lower(p.mrn) FROM patient p WHERE p.id IN (SELECT gone FROM temp.going) AND NOT "
        "EXISTS (SELECT 1 FROM patient n WHERE n.mrn = p.mrn AND n.id NOT IN (SELECT gone FROM "
        "temp.going))) OR lower(trim(substr(key, 1, instr(key || ',', ',') - 1))) IN (SELECT "
        "lower(p.family) FROM patient p WHERE p.id IN (SELECT gone FROM temp.going) AND NOT EXISTS "
        "(SELECT 1 FROM patient n WHERE n.family = p.family COLLATE NOCASE AND n.id NOT IN (SELECT "
        "gone FROM temp.going))))";
    return sql_run(&s->sql, join);
}

/* Fills temp.going from the orders that may go. */
static enum error close_going(struct store *s, const struct references *refs, int64_t before,
                              int64_t now)
{
    int64_t joined = 1;
    enum error e = seed(s, refs, before, now);

    if (e == ERROR_OK)
        e = join_referring(s, refs);
    while (e == ERROR_OK && joined > 0) {
        joined = 0;
        for (size_t i = 0; i < OWNED_COUNT && e == ERROR_OK; i++) {
            e = join_owned(s, refs, &owned[i], before, &joined);
            if (e == ERROR_OK)
                e = join_referring(s, refs);
        }
    }
    return e;
}

/* An order that a row which stays refers to (a tracing was proposed to it, and is another order's
 * now) stays with that row. */
static enum error keep_needed(struct store *s, const struct references *refs, int64_t *kept)
{
    static const char keep[] = "INSERT OR IGNORE INTO temp.kept (id) SELECT %s FROM %s WHERE %s IN "
                               "(SELECT gone FROM temp.going WHERE fact = 'orders') AND id NOT IN "
                               "(SELECT gone FROM temp.going)";
    enum error e = ERROR_OK;

    for (size_t i = 0; i < refs->count && e == ERROR_OK; i++) {
        const struct reference *r = &refs->at[i];
        if (strcmp(r->target, "orders") == 0 && is_owned(r->table))
            e = run(s, sqlite3_mprintf(keep, r->column, r->table, r->column), 0, kept);
    }
    return e;
}

/* Fills temp.going; counts its orders and rows. */
static enum error find_going(struct store *s, const struct references *refs, int64_t before,
                             int64_t now, struct store_purge *out)
{
    int64_t kept = 1;
    enum error e = sql_run(&s->sql, "CREATE TEMP TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY);"
                                    "DELETE FROM temp.kept");

    while (e == ERROR_OK && kept > 0) {
        kept = 0;
        e = close_going(s, refs, before, now);
        if (e == ERROR_OK)
            e = keep_needed(s, refs, &kept);
    }
    if (e == ERROR_OK)
        e = sql_number(&s->sql, "SELECT count(*) FROM temp.going WHERE fact = 'orders'", 0,
                       &out->orders);
    if (e == ERROR_OK && out->orders == 0)
        return ERROR_NOT_FOUND;
    if (e == ERROR_OK)
        e = join_views(s);
    if (e == ERROR_OK)
        e = sql_number(&s->sql, "SELECT count(*) FROM temp.going", 0, &out->facts);
    return e;
}

static enum error find(struct store *s, int64_t before, int64_t now, struct store_purge *out)
{
    struct references refs;
    struct arena a;
    enum error e = store_writable(s);

    if (e != ERROR_OK)
        return e;
    arena_init(&a, PURGE_ARENA);
    e = references_read(s, &a, &refs);
    if (e == ERROR_OK)
        e = find_going(s, &refs, before, now, out);
    arena_free(&a);
    return store_answer(s, e);
}

enum error store_purge_propose(struct store *s, const struct store_actor *by, int64_t before,
                               const char *reason, struct store_purge *out)
{
    struct store_purge found = { .before = before, .person = by->person };
    enum error e = find(s, before, by->at, &found);

    if (e != ERROR_OK)
        return e;
    const struct field columns[] = {
        field_number("before", before),       field_text("reason", reason),
        field_number("orders", found.orders), field_number("facts", found.facts),
        field_id("person", by->person),       field_number("at", by->at),
    };
    e = FACT_ADD(s, FACT_PURGE, columns, &found.id);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_purge_by_id(struct store *s, int64_t id, struct store_purge *out)
{
    static const char find_text[] =
        "SELECT before, orders, facts, person, EXISTS (SELECT 1 FROM purge_approval a WHERE "
        "a.purge = p.id) FROM purge p WHERE p.id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find_text, id, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_purge) { .id = id,
                                  .before = sqlite3_column_int64(q, 0),
                                  .orders = sqlite3_column_int64(q, 1),
                                  .facts = sqlite3_column_int64(q, 2),
                                  .person = sqlite3_column_int64(q, 3),
                                  .approved = sqlite3_column_int(q, 4) != 0 };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

/* A tombstone for each row of that table which goes. */
static enum error bury(struct store *s, const char *table, int64_t purge)
{
    char *text = sqlite3_mprintf("SELECT t.id, t.link FROM temp.going g JOIN %s t ON t.id = g.gone "
                                 "WHERE g.fact = '%s' ORDER BY t.id",
                                 table, table);
    sqlite3_stmt *rows = NULL;
    int code = text ? sqlite3_prepare_v2(s->sql.db, text, -1, &rows, NULL) : SQLITE_NOMEM;
    enum error e = sql_error(code);

    while (e == ERROR_OK && (e = sql_next(rows)) == ERROR_OK) {
        const void *link = sqlite3_column_blob(rows, 1);
        const struct field columns[] = {
            field_id("purge", purge),
            field_text("fact", table),
            field_number("gone", sqlite3_column_int64(rows, 0)),
            field_blob("hash", span_of(link, (size_t)sqlite3_column_bytes(rows, 1))),
        };
        e = FACT_ADD(s, FACT_TOMBSTONE, columns, NULL);
    }
    (void)sqlite3_finalize(rows);
    sqlite3_free(text);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* References are looked at once more when all of it is gone, at the commit. What was deleted is
 * overwritten in the file. */
static enum error take_out(struct store *s, int64_t purge)
{
    enum error e = sql_run(&s->sql, "PRAGMA defer_foreign_keys = ON; PRAGMA secure_delete = ON;"
                                    "DELETE FROM worklist WHERE orders IN (SELECT gone FROM "
                                    "temp.going);"
                                    "DELETE FROM to_do WHERE orders IN (SELECT gone FROM "
                                    "temp.going);"
                                    "DELETE FROM partial WHERE orders IN (SELECT gone FROM "
                                    "temp.going);"
                                    "DELETE FROM specimen_state WHERE specimen IN (SELECT gone "
                                    "FROM temp.going)");

    for (unsigned i = 0; i < FACT_COUNT && e == ERROR_OK; i++)
        e = bury(s, fact_table((enum fact)i), purge);
    for (unsigned i = 0; i < FACT_COUNT && e == ERROR_OK; i++) {
        const char *t = fact_table((enum fact)i);
        e = run(s,
                sqlite3_mprintf("DELETE FROM %s WHERE id IN (SELECT gone FROM temp.going WHERE "
                                "fact = '%s')",
                                t, t),
                0, NULL);
    }
    if (e == ERROR_OK)
        e = sql_run(&s->sql, "DELETE FROM temp.going");
    return store_spoil(s, e);
}

enum error store_purge_approve(struct store *s, const struct store_actor *by,
                               const struct store_purge *purge)
{
    struct store_purge now = { .before = purge->before };
    const struct field columns[] = { field_id("purge", purge->id), field_id("person", by->person),
                                     field_number("at", by->at) };
    int64_t others = 0;
    enum error e = sql_number(&s->sql, "SELECT count(*) FROM purge_approval WHERE id > ?1",
                              purge->id, &others);

    /* What another purge left is something else than what was looked at, however many it is. */
    if (e == ERROR_OK && others > 0)
        return ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = find(s, purge->before, by->at, &now);
    if (e == ERROR_NOT_FOUND ||
        (e == ERROR_OK && (now.orders != purge->orders || now.facts != purge->facts)))
        return ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_PURGE_APPROVAL, columns, NULL);
    return e == ERROR_OK ? take_out(s, purge->id) : e;
}
