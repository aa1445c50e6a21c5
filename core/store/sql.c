/* A connection and its statements; see the header. */
#include "core/store/sql.h"

#include <string.h>

enum { BUSY_MS = 5000 };

static const char setup[] = "PRAGMA foreign_keys = ON;"
                            "PRAGMA recursive_triggers = ON;"
                            "PRAGMA trusted_schema = OFF;"
                            "PRAGMA cell_size_check = ON;"
                            "PRAGMA temp_store = MEMORY;";

enum error sql_error(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERROR_OK;
    case SQLITE_CONSTRAINT:
        return ERROR_CONFLICT;
    case SQLITE_NOMEM:
        return ERROR_NO_MEMORY;
    case SQLITE_FULL:
        return ERROR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERROR_BUSY;
    case SQLITE_TOOBIG:
        return ERROR_TOO_BIG;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
        return ERROR_IO;
    default:
        return ERROR_BUG;
    }
}

enum error sql_complain(struct sql *q, int code, const char *doing, struct complaint *why)
{
    return complain(why, sql_error(code), "The database failed while %s: %s.", doing,
                    q->db ? sqlite3_errmsg(q->db) : sqlite3_errstr(code));
}

enum error sql_open(struct sql *q, const char *path, int flags, struct complaint *why)
{
    int code;

    *q = (struct sql) { 0 };
    code = sqlite3_open_v2(path, &q->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(q->db, BUSY_MS);
    if (code == SQLITE_OK)
        code = sqlite3_exec(q->db, setup, NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        enum error e = sql_complain(q, code, "opening", why);
        sql_close(q);
        return e;
    }
    return ERROR_OK;
}

void sql_close(struct sql *q)
{
    for (size_t i = 0; i < q->count; i++)
        sqlite3_finalize(q->cache[i].statement);
    (void)sqlite3_close(q->db);
    *q = (struct sql) { 0 };
}

enum error sql_run(struct sql *q, const char *text)
{
    if (!q->db)
        return ERROR_CLOSED;
    return sql_error(sqlite3_exec(q->db, text, NULL, NULL, NULL));
}

enum error sql_prepare(struct sql *q, const char *text, sqlite3_stmt **out)
{
    sqlite3_stmt *statement = NULL;
    int code;

    if (!q->db)
        return ERROR_CLOSED;
    for (size_t i = 0; i < q->count; i++)
        if (q->cache[i].text == text) {
            *out = q->cache[i].statement;
            return ERROR_OK;
        }
    if (q->count == SQL_STATEMENTS)
        return ERROR_BUG;
    code = sqlite3_prepare_v3(q->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (code != SQLITE_OK)
        return sql_error(code);
    q->cache[q->count].text = text;
    q->cache[q->count++].statement = statement;
    *out = statement;
    return ERROR_OK;
}

bool sql_forget(struct sql *q, const char *text)
{
    for (size_t i = 0; i < q->count; i++)
        if (q->cache[i].text == text && !sqlite3_stmt_busy(q->cache[i].statement)) {
            (void)sqlite3_finalize(q->cache[i].statement);
            q->cache[i] = q->cache[--q->count];
            return true;
        }
    return false;
}

enum error sql_next(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return ERROR_OK;
    (void)sqlite3_reset(statement);
    return code == SQLITE_DONE ? ERROR_NOT_FOUND : sql_error(code);
}

enum error sql_finish(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return code == SQLITE_ROW ? ERROR_BUG : sql_error(code);
}

void sql_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    (void)sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

enum error sql_find(struct sql *q, const char *text, int64_t key, sqlite3_stmt **out)
{
    sqlite3_stmt *statement = NULL;
    enum error e = sql_prepare(q, text, &statement);

    if (e != ERROR_OK)
        return e;
    if (sqlite3_bind_parameter_count(statement) > 0)
        (void)sqlite3_bind_int64(statement, 1, key);
    e = sql_next(statement);
    if (e == ERROR_OK)
        *out = statement;
    return e;
}

/* Of the row that stands in the statement, which is reset. */
static enum error number_of(sqlite3_stmt *statement, int64_t *out)
{
    bool null = sqlite3_column_type(statement, 0) == SQLITE_NULL;

    if (!null)
        *out = sqlite3_column_int64(statement, 0);
    (void)sqlite3_reset(statement);
    return null ? ERROR_NOT_FOUND : ERROR_OK;
}

enum error sql_number(struct sql *q, const char *text, int64_t first, int64_t *out)
{
    sqlite3_stmt *statement;
    enum error e = sql_find(q, text, first, &statement);

    return e == ERROR_OK ? number_of(statement, out) : e;
}

enum error sql_number_by(struct sql *q, const char *text, const int64_t keys[], size_t count,
                         int64_t *out)
{
    sqlite3_stmt *statement;
    enum error e = sql_prepare(q, text, &statement);

    if (e != ERROR_OK)
        return e;
    for (size_t i = 0; i < count; i++)
        (void)sqlite3_bind_int64(statement, (int)i + 1, keys[i]);
    e = sql_next(statement);
    return e == ERROR_OK ? number_of(statement, out) : e;
}

struct sql_row sql_row_of(sqlite3_stmt *statement, struct arena *arena)
{
    return (struct sql_row) { .statement = statement, .arena = arena };
}

const char *sql_row_text(struct sql_row *row)
{
    const void *text = sqlite3_column_text(row->statement, row->at);
    size_t len = (size_t)sqlite3_column_bytes(row->statement, row->at++);
    const char *copy;

    if (row->error != ERROR_OK || !text)
        return "";
    copy = arena_text(row->arena, span_of(text, len));
    if (!copy)
        row->error = ERROR_NO_MEMORY;
    return copy ? copy : "";
}

int64_t sql_row_number(struct sql_row *row)
{
    return sqlite3_column_int64(row->statement, row->at++);
}

struct span sql_row_blob(struct sql_row *row)
{
    const void *bytes = sqlite3_column_blob(row->statement, row->at);
    size_t len = (size_t)sqlite3_column_bytes(row->statement, row->at++);
    void *copy;

    if (row->error != ERROR_OK || len == 0 || !bytes)
        return span_of(NULL, 0);
    copy = arena_take(row->arena, len);
    if (!copy) {
        row->error = ERROR_NO_MEMORY;
        return span_of(NULL, 0);
    }
    memcpy(copy, bytes, len);
    return span_of(copy, len);
}

enum error sql_row_find(struct sql *q, const char *text, int64_t key, struct arena *arena,
                        struct sql_row *out)
{
    sqlite3_stmt *statement = NULL;
    enum error e = sql_find(q, text, key, &statement);

    if (e == ERROR_OK)
        *out = sql_row_of(statement, arena);
    return e;
}

enum error sql_row_end(const struct sql_row *row)
{
    (void)sqlite3_reset(row->statement);
    return row->error;
}
