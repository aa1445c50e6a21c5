/*
 * One SQLite connection with its prepared statements: the layer below the store, of use only
 * within core/store.
 *
 * A statement is prepared at its first use and kept; it is found by the address of its text, so
 * the text must be a constant. After sql_next has answered anything but ERROR_OK the statement is
 * reset; a caller that stops earlier calls sqlite3_reset.
 */
#ifndef PHIAL_CORE_STORE_SQL_H
#define PHIAL_CORE_STORE_SQL_H

#include "core/base/arena.h"
#include "core/base/error.h"

#include <sqlite3.h>

enum { SQL_STATEMENTS = 640 };

struct sql {
    sqlite3 *db; /* NULL when closed */
    struct {
        const char *text;
        sqlite3_stmt *statement;
    } cache[SQL_STATEMENTS];
    size_t count;
};

/* Opens with extended error codes and foreign keys; `flags` of sqlite3_open_v2. */
enum error sql_open(struct sql *q, const char *path, int flags, struct complaint *why);
void sql_close(struct sql *q);

/* What an error code of SQLite means to us: a refused constraint is ERROR_CONFLICT. */
enum error sql_error(int code);
/* The same with SQLite's own sentence in `why`. */
enum error sql_complain(struct sql *q, int code, const char *doing, struct complaint *why);

/* Runs statements without parameters or results. */
enum error sql_run(struct sql *q, const char *text);
enum error sql_prepare(struct sql *q, const char *text, sqlite3_stmt **out);
/* Lets a prepared statement go, and what it holds with it; false when it is not there, or in use.
 */
bool sql_forget(struct sql *q, const char *text);
/* ERROR_OK: a row stands in the statement; ERROR_NOT_FOUND: no more rows. */
enum error sql_next(sqlite3_stmt *statement);
/* The first row of a query, with ?1, where it has one, bound to `key`. After ERROR_OK the caller
 * resets the statement. */
enum error sql_find(struct sql *q, const char *text, int64_t key, sqlite3_stmt **out);
/* For a statement that gives no rows. */
enum error sql_finish(sqlite3_stmt *statement);

/* NULL is bound as "". The text must live until the statement is reset. */
void sql_bind_text(sqlite3_stmt *statement, int at, const char *text);

/* The one number that the query gives; ERROR_NOT_FOUND when it gives no row, or NULL. */
enum error sql_number(struct sql *q, const char *text, int64_t first, int64_t *out);
/* The same, with `count` keys bound to ?1 and on. */
enum error sql_number_by(struct sql *q, const char *text, const int64_t keys[], size_t count,
                         int64_t *out);

/*
 * Reading a row's columns one after the other into an arena. The first failure sticks.
 */
struct sql_row {
    sqlite3_stmt *statement;
    struct arena *arena;
    int at; /* the next column */
    enum error error;
};
struct sql_row sql_row_of(sqlite3_stmt *statement, struct arena *arena);
const char *sql_row_text(struct sql_row *row);
int64_t sql_row_number(struct sql_row *row);
struct span sql_row_blob(struct sql_row *row);
/* The first row, as sql_find gives it. After ERROR_OK the caller ends it. */
enum error sql_row_find(struct sql *q, const char *text, int64_t key, struct arena *arena,
                        struct sql_row *out);
/* Resets the statement; what failed of the row's columns. */
enum error sql_row_end(const struct sql_row *row);

#endif
