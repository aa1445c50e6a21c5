/* Reading the chain: marks for the seal, rows for verification. */
#include "core/store/chain.h"

#include "core/store/internal.h"
#include "core/store/projection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One table's rows, in order of id, read one ahead. */
struct chain_source {
    sqlite3_stmt *rows;
    int64_t id;
    bool over;
};

struct store_chain {
    struct sql sql;
    struct sql ours; /* an empty database of our own schema, in memory */
    struct chain_source sources[FACT_COUNT];
    uint8_t previous[STORE_LINK];
    int64_t last; /* the row that was given last */
};

static enum error marks_prepare(struct store *s, enum fact table)
{
    char *text;
    int code;

    if (s->marks[table])
        return ERROR_OK;
    text = sqlite3_mprintf("SELECT id, link FROM %s WHERE id > ?1 AND id <= ?2", fact_table(table));
    code = text ? sqlite3_prepare_v3(s->sql.db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                     &s->marks[table], NULL)
                : SQLITE_NOMEM;
    sqlite3_free(text);
    return sql_error(code);
}

static enum error marks_of_table(struct store *s, enum fact table, int64_t after, int64_t last,
                                 struct chain_mark *out, size_t *found)
{
    enum error e = marks_prepare(s, table);
    sqlite3_stmt *q = s->marks[table];

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, after);
    (void)sqlite3_bind_int64(q, 2, last);
    while ((e = sql_next(q)) == ERROR_OK) {
        struct chain_mark *mark = &out[sqlite3_column_int64(q, 0) - after - 1];
        const void *link = sqlite3_column_blob(q, 1);
        if (!link || sqlite3_column_bytes(q, 1) != STORE_LINK)
            break;
        mark->table = (uint8_t)table;
        memcpy(mark->link, link, CHAIN_MARK);
        (*found)++;
    }
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e == ERROR_OK ? ERROR_IO : e;
}

enum error store_marks(struct store *s, int64_t after, struct chain_mark out[CHAIN_WINDOW],
                       size_t *count)
{
    int64_t last = after + CHAIN_WINDOW < s->kept.id ? after + CHAIN_WINDOW : s->kept.id;
    size_t found = 0;
    enum error e = s->in_transaction ? ERROR_BUSY : ERROR_OK;

    if (!s->sql.db)
        return ERROR_CLOSED;
    for (unsigned i = 0; i < FACT_COUNT && e == ERROR_OK && after < last; i++)
        e = marks_of_table(s, (enum fact)i, after, last, out, &found);
    if (e != ERROR_OK)
        return e;
    if (after < last && found != (size_t)(last - after))
        return ERROR_IO;
    *count = found;
    return ERROR_OK;
}

/* "SELECT id, link, <the columns of our own table>"; sqlite3_free it. */
static enum error rows_text(struct sql *ours, const char *table, char **out)
{
    static const char list[] = "SELECT group_concat(name, ', ') FROM (SELECT name FROM "
                               "pragma_table_info(?1) WHERE name NOT IN ('id', 'link') "
                               "ORDER BY cid LIMIT -1)";
    sqlite3_stmt *q;
    enum error e = sql_prepare(ours, list, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, table);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    *out = sqlite3_mprintf("SELECT id, link, %s FROM %s ORDER BY id",
                           (const char *)sqlite3_column_text(q, 0), table);
    (void)sqlite3_reset(q);
    return *out ? ERROR_OK : ERROR_NO_MEMORY;
}

/* Steps to the table's next row. */
static enum error source_next(struct chain_source *source)
{
    enum error e = sql_next(source->rows);

    source->over = e != ERROR_OK;
    if (e == ERROR_OK)
        source->id = sqlite3_column_int64(source->rows, 0);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static enum error source_open(struct store_chain *c, enum fact table)
{
    char *text = NULL;
    enum error e = rows_text(&c->ours, fact_table(table), &text);
    int code;

    if (e != ERROR_OK)
        return e;
    code = sqlite3_prepare_v2(c->sql.db, text, -1, &c->sources[table].rows, NULL);
    sqlite3_free(text);
    if (code != SQLITE_OK)
        return (code & 0xff) == SQLITE_ERROR ? ERROR_IO : sql_error(code);
    return source_next(&c->sources[table]);
}

/* A copy on a medium that cannot be written has no -shm file and can get none: it is read as it
 * is, if no log lies beside it. */
static enum error database_open(struct sql *q, const char *path, struct complaint *why)
{
    char *beside = sqlite3_mprintf("%s-wal", path);
    char *as_is = sqlite3_mprintf("file:%s?immutable=1", path);
    struct stat log;
    enum error e = beside && as_is ? sql_open(q, path, SQLITE_OPEN_READONLY, why) : ERROR_NO_MEMORY;

    if (e == ERROR_OK) {
        e = sql_run(q, "BEGIN; SELECT count(*) FROM sqlite_schema");
        if (e == ERROR_IO && !strpbrk(path, "?#%") &&
            (stat(beside, &log) != 0 || log.st_size == 0)) {
            sql_close(q);
            e = sql_open(q, as_is, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, why);
        }
    }
    sqlite3_free(beside);
    sqlite3_free(as_is);
    return e;
}

enum error store_chain_open(const char *path, struct store_chain **out, struct complaint *why)
{
    struct store_chain *c = calloc(1, sizeof *c);
    enum error e = c ? database_open(&c->sql, path, why) : ERROR_NO_MEMORY;
    unsigned i;

    if (e == ERROR_OK)
        e = sql_open(&c->ours, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);
    if (e == ERROR_OK)
        e = store_migrate(&c->ours, why);
    if (e == ERROR_OK)
        e = projection_functions(&c->sql);
    if (e != ERROR_OK) {
        (void)complain(why, e, "The database %s cannot be read: %s.", path,
                       c && c->sql.db ? sqlite3_errmsg(c->sql.db) : error_text(e));
        goto out;
    }
    for (i = 0; i < FACT_COUNT && e == ERROR_OK; i++)
        e = source_open(c, (enum fact)i);
    if (e != ERROR_OK)
        (void)complain(why, e, "The table %s of the database cannot be read: %s.",
                       fact_table((enum fact)(i - 1)), sqlite3_errmsg(c->sql.db));
out:
    if (e == ERROR_OK)
        *out = c;
    else
        store_chain_close(c);
    return e;
}

void store_chain_close(struct store_chain *c)
{
    if (!c)
        return;
    for (unsigned i = 0; i < FACT_COUNT; i++)
        (void)sqlite3_finalize(c->sources[i].rows);
    sql_close(&c->sql);
    sql_close(&c->ours);
    free(c);
}

/* Hashes one column as it stands; a kind that no fact has counts as its text. */
static void hash_column(struct fact_hash *h, sqlite3_stmt *q, int at)
{
    switch (sqlite3_column_type(q, at)) {
    case SQLITE_NULL:
        fact_hash_column(h, FIELD_NULL, 0, span_of(NULL, 0));
        break;
    case SQLITE_INTEGER:
        fact_hash_column(h, FIELD_INTEGER, sqlite3_column_int64(q, at), span_of(NULL, 0));
        break;
    case SQLITE_BLOB: {
        const void *bytes = sqlite3_column_blob(q, at);
        fact_hash_column(h, FIELD_BLOB, 0, span_of(bytes, (size_t)sqlite3_column_bytes(q, at)));
        break;
    }
    default: {
        const void *bytes = sqlite3_column_text(q, at);
        fact_hash_column(h, FIELD_TEXT, 0, span_of(bytes, (size_t)sqlite3_column_bytes(q, at)));
        break;
    }
    }
}

static void row_read(struct store_chain *c, enum fact table, struct chain_row *out)
{
    sqlite3_stmt *q = c->sources[table].rows;
    const void *link = sqlite3_column_blob(q, 1);
    struct fact_hash h;

    *out = (struct chain_row) { .table = table, .id = c->sources[table].id };
    if (link && sqlite3_column_bytes(q, 1) == STORE_LINK)
        memcpy(out->stored, link, STORE_LINK);
    fact_hash_begin(&h, fact_table(table), out->id);
    for (int i = 2; i < sqlite3_column_count(q); i++)
        hash_column(&h, q, i);
    fact_hash_end(&h, c->previous, out->computed);
    memcpy(c->previous, out->stored, STORE_LINK);
}

static enum error fact_parse(const char *table, enum fact *out)
{
    for (unsigned i = 0; i < FACT_COUNT; i++)
        if (strcmp(fact_table((enum fact)i), table) == 0) {
            *out = (enum fact)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

/* The tombstone of that row. */
static enum error tombstone_read(struct store_chain *c, int64_t id, struct chain_row *out)
{
    static const char find[] = "SELECT fact, hash FROM tombstone WHERE gone = ?1";
    sqlite3_stmt *q;
    struct chain_row row = { .id = id, .gone = true };
    enum error e = sql_find(&c->sql, find, id, &q);
    const void *hash;

    if (e != ERROR_OK)
        return e;
    hash = sqlite3_column_blob(q, 1);
    e = hash && sqlite3_column_bytes(q, 1) == STORE_LINK
            ? fact_parse((const char *)sqlite3_column_text(q, 0), &row.table)
            : ERROR_NOT_FOUND;
    if (e == ERROR_OK) {
        memcpy(row.stored, hash, STORE_LINK);
        memcpy(row.computed, hash, STORE_LINK);
        *out = row;
    }
    (void)sqlite3_reset(q);
    return e;
}

enum error store_chain_next(struct store_chain *c, struct chain_row *out)
{
    int least = -1;
    enum error e = ERROR_NOT_FOUND;

    for (int i = 0; i < FACT_COUNT; i++)
        if (!c->sources[i].over && (least < 0 || c->sources[i].id < c->sources[least].id))
            least = i;
    if (least < 0)
        return ERROR_NOT_FOUND; /* whatever went, its tombstone came after it */
    if (c->sources[least].id > c->last + 1)
        e = tombstone_read(c, c->last + 1, out);
    if (e == ERROR_OK)
        memcpy(c->previous, out->stored, STORE_LINK);
    if (e == ERROR_NOT_FOUND) {
        row_read(c, (enum fact)least, out);
        e = source_next(&c->sources[least]);
    }
    if (e == ERROR_OK)
        c->last = out->id;
    return e;
}

/* The SQL of one object of the schema in `q`, or NULL; valid until the next call. */
static const char *object_sql(struct sql *q, const char *type, const char *name)
{
    static const char find[] = "SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2";
    sqlite3_stmt *statement;

    if (sql_prepare(q, find, &statement) != ERROR_OK)
        return NULL;
    (void)sqlite3_reset(statement);
    sql_bind_text(statement, 1, type);
    sql_bind_text(statement, 2, name);
    if (sqlite3_step(statement) != SQLITE_ROW)
        return NULL;
    return (const char *)sqlite3_column_text(statement, 0);
}

/* The first object of `a` that `b` does not have alike. */
static enum error schema_compare(struct sql *a, struct sql *b, const char *what,
                                 struct complaint *why)
{
    static const char list[] = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
                               "AND name NOT GLOB 'sqlite_*' ORDER BY type DESC, name";
    sqlite3_stmt *q;
    enum error e = sql_prepare(a, list, &q);

    while (e == ERROR_OK && (e = sql_next(q)) == ERROR_OK) {
        const char *type = (const char *)sqlite3_column_text(q, 0);
        const char *name = (const char *)sqlite3_column_text(q, 1);
        const char *sql = (const char *)sqlite3_column_text(q, 2);
        const char *other = object_sql(b, type, name);
        if (!other || strcmp(other, sql) != 0)
            e = complain(why, ERROR_CONFLICT, "The %s %s of the database is %s.", type, name,
                         other ? "not Phial's own" : what);
    }
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error store_chain_schema(struct store_chain *c, struct complaint *why)
{
    bool agree = false;
    enum error e = schema_compare(&c->ours, &c->sql, "missing", why);

    if (e == ERROR_OK)
        e = schema_compare(&c->sql, &c->ours, "not known to Phial", why);
    if (e == ERROR_OK)
        e = store_steps_agree(&c->sql, &agree);
    if (e == ERROR_OK && !agree)
        e = complain(why, ERROR_CONFLICT,
                     "The table specimen_step of the database is not Phial's own.");
    return e;
}

enum error store_chain_projection(struct store_chain *c, const char **table, int64_t *key)
{
    return projection_check(&c->sql, table, key);
}
