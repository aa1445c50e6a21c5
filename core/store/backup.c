/* A whole copy of the database while core goes on. */
#include "core/store/internal.h"

enum error store_backup(struct store *s, const char *path, struct complaint *why)
{
    struct sql to;
    sqlite3_backup *copy;
    int code;
    enum error e;

    if (s->in_transaction || !s->sql.db)
        return complain(why, ERROR_BUSY, "The database is busy. Try again in a moment.");
    e = sql_open(&to, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);
    if (e != ERROR_OK)
        return e;
    copy = sqlite3_backup_init(to.db, "main", s->sql.db, "main");
    code = copy ? sqlite3_backup_step(copy, -1) : sqlite3_extended_errcode(to.db);
    if (copy)
        (void)sqlite3_backup_finish(copy);
    if (code == SQLITE_DONE)
        e = sql_run(&to, "PRAGMA journal_mode = DELETE"); /* one file, nothing beside it */
    else
        e = sql_complain(&to, code, "copying", why);
    sql_close(&to);
    return e;
}
