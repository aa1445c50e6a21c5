/* Opening, transactions, checkpoints; the invariants stand in store.h. */
#include "core/store/internal.h"
#include "core/store/qc_functions.h"

#include "core/base/limits.h"

#include <stdlib.h>
#include <string.h>

static const char journal[] = "PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = FULL;"
                              "PRAGMA cache_size = -8000;"
                              "PRAGMA wal_autocheckpoint = 0;"
                              "PRAGMA journal_size_limit = 67108864;";

/* The number and link of the newest fact, over all fact tables. */
static enum error head_read(struct store *s)
{
    struct store_head head = { 0 };

    for (unsigned i = 0; i < FACT_COUNT; i++) {
        char *text = sqlite3_mprintf("SELECT id, link FROM %s ORDER BY id DESC LIMIT 1",
                                     fact_table((enum fact)i));
        sqlite3_stmt *last = NULL;
        int code = text ? sqlite3_prepare_v2(s->sql.db, text, -1, &last, NULL) : SQLITE_NOMEM;

        sqlite3_free(text);
        if (code == SQLITE_OK)
            code = sqlite3_step(last);
        if (code == SQLITE_ROW && sqlite3_column_int64(last, 0) > head.id &&
            sqlite3_column_bytes(last, 1) == STORE_LINK) {
            head.id = sqlite3_column_int64(last, 0);
            memcpy(head.link, sqlite3_column_blob(last, 1), STORE_LINK);
        }
        (void)sqlite3_finalize(last);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            return sql_error(code);
    }
    s->head = s->kept = head;
    return ERROR_OK;
}

static int log_grown(void *context, sqlite3 *db, const char *name, int pages)
{
    struct store *s = context;
    (void)db;
    (void)name;
    s->log_pages = pages;
    return SQLITE_OK;
}

static enum error connection_open(struct store *s, struct complaint *why)
{
    enum error e = sql_open(&s->sql, s->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_wal_hook(s->sql.db, log_grown, s);
    e = sql_run(&s->sql, journal);
    /* wal_autocheckpoint is itself a log hook: ours goes in again after it was switched off. */
    (void)sqlite3_wal_hook(s->sql.db, log_grown, s);
    if (e == ERROR_OK)
        e = projection_functions(&s->sql);
    if (e == ERROR_OK)
        e = store_qc_functions(&s->sql);
    if (e == ERROR_OK)
        e = store_migrate(&s->sql, why);
    else
        (void)complain(why, e, "The database cannot be prepared: %s.", sqlite3_errmsg(s->sql.db));
    return e;
}

static void connection_close(struct store *s)
{
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        (void)sqlite3_finalize(s->inserts[i]);
        (void)sqlite3_finalize(s->marks[i]);
        s->inserts[i] = s->marks[i] = NULL;
    }
    sql_close(&s->sql);
    s->in_transaction = s->in_step = false;
    s->spoiled = ERROR_OK;
    s->stale_count = 0;
    s->head = s->kept;
}

static enum error connection_make(struct store *s, struct complaint *why)
{
    enum error e = connection_open(s, why);

    if (e == ERROR_OK) {
        e = head_read(s);
        if (e != ERROR_OK)
            (void)complain(why, e, "The end of the database cannot be read: %s.",
                           sqlite3_errmsg(s->sql.db));
    }
    if (e != ERROR_OK)
        connection_close(s);
    return e;
}

enum error store_open(const char *path, struct store **out, struct complaint *why)
{
    struct store *s = calloc(1, sizeof *s);
    enum error e = ERROR_NO_MEMORY;

    if (s)
        s->path = strdup(path);
    if (s && s->path)
        e = connection_make(s, why);
    else
        (void)complain(why, e, "There is no memory to open the database.");
    if (e != ERROR_OK) {
        store_close(s);
        return e;
    }
    *out = s;
    return ERROR_OK;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    connection_close(s);
    free(s->path);
    free(s);
}

bool store_in_transaction(const struct store *s)
{
    return s->in_transaction;
}

struct store_head store_head(const struct store *s)
{
    return s->kept;
}

int store_log_pages(const struct store *s)
{
    return s->log_pages;
}

enum error store_spoil(struct store *s, enum error e)
{
    bool lost = s->in_transaction && s->sql.db && sqlite3_get_autocommit(s->sql.db);

    if (s->in_transaction && s->spoiled == ERROR_OK &&
        (lost || (e != ERROR_OK && e != ERROR_CONFLICT && e != ERROR_NOT_FOUND)))
        s->spoiled = e == ERROR_OK ? ERROR_IO : e;
    return s->spoiled != ERROR_OK ? s->spoiled : e;
}

enum error store_answer(struct store *s, enum error e)
{
    return e == ERROR_NO_MEMORY || e == ERROR_IO ? store_spoil(s, e) : e;
}

enum error store_writable(struct store *s)
{
    if (!s->in_transaction)
        return ERROR_BUG;
    return store_spoil(s, ERROR_OK);
}

enum error store_begin(struct store *s)
{
    sqlite3_stmt *begin;
    enum error e;

    if (s->in_transaction)
        return ERROR_OK;
    if (!s->sql.db) {
        e = connection_make(s, NULL);
        if (e != ERROR_OK)
            return e;
    }
    e = sql_prepare(&s->sql, "BEGIN IMMEDIATE", &begin);
    if (e == ERROR_OK)
        e = sql_finish(begin);
    if (e != ERROR_OK)
        return e;
    s->in_transaction = true;
    return ERROR_OK;
}

/* A handle that failed is not used again; when it cannot be opened, the next begin tries. */
static void start_over(struct store *s)
{
    connection_close(s);
    (void)connection_make(s, NULL);
}

enum error store_commit(struct store *s, struct complaint *why)
{
    sqlite3_stmt *commit;
    enum error e;

    if (!s->in_transaction)
        return ERROR_OK;
    if (s->in_step)
        return complain(why, ERROR_BUG, "A step was still open at the commit.");
    e = store_writable(s);
    if (e == ERROR_OK)
        e = projection_refresh(s);
    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, "COMMIT", &commit);
    if (e == ERROR_OK)
        e = sql_finish(commit);
    if (e != ERROR_OK) {
        (void)complain(why, e, "Nothing was stored (%s): %s. Check the disk; then try again.",
                       error_text(e), s->sql.db ? sqlite3_errmsg(s->sql.db) : "closed");
        start_over(s);
        return e;
    }
    s->in_transaction = false;
    s->kept = s->head;
    if (s->log_pages > LIMIT_LOG_PAGES)
        (void)store_checkpoint(s); /* the commit is durable whether or not this succeeds */
    return ERROR_OK;
}

void store_rollback(struct store *s)
{
    if (!s->in_transaction)
        return;
    if (s->spoiled != ERROR_OK || sql_run(&s->sql, "ROLLBACK") != ERROR_OK) {
        start_over(s);
        return;
    }
    s->in_transaction = s->in_step = false;
    s->stale_count = 0;
    s->head = s->kept;
}

enum error store_step_begin(struct store *s)
{
    sqlite3_stmt *mark;
    enum error e = s->in_step ? ERROR_BUG : store_writable(s);

    /* What is derived anew within a step is undone with it: what was touched before must not be. */
    if (e == ERROR_OK)
        e = projection_refresh(s);
    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, "SAVEPOINT step", &mark);
    if (e == ERROR_OK)
        e = sql_finish(mark);
    if (e != ERROR_OK)
        return store_spoil(s, e);
    s->in_step = true;
    s->step = s->head;
    return ERROR_OK;
}

static enum error step_end(struct store *s, const char *text)
{
    sqlite3_stmt *end = NULL;
    enum error e = s->in_step ? store_writable(s) : ERROR_BUG;

    s->in_step = false;
    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, text, &end);
    if (e == ERROR_OK)
        e = sql_finish(end);
    return store_spoil(s, e);
}

enum error store_step_keep(struct store *s)
{
    return step_end(s, "RELEASE step");
}

enum error store_step_undo(struct store *s)
{
    enum error e;

    s->head = s->in_step ? s->step : s->head;
    e = step_end(s, "ROLLBACK TO step");
    if (e != ERROR_OK)
        return e;
    return store_spoil(s, sql_run(&s->sql, "RELEASE step"));
}

enum error store_checkpoint(struct store *s)
{
    int in_log = 0, moved = 0, code;

    if (!s->sql.db)
        return ERROR_CLOSED;
    if (s->in_transaction)
        return ERROR_BUSY;
    code = sqlite3_wal_checkpoint_v2(s->sql.db, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
    if (code == SQLITE_OK)
        s->log_pages = in_log > moved ? in_log - moved : 0;
    return sql_error(code);
}
