/*
 * The schema: numbered migrations, applied in order and once each; the triggers that refuse
 * changes of facts, made from the one list of fact tables; and the vocabulary of core/model, which
 * the database must agree with.
 */
#include "core/store/internal.h"

#include "core/store/schema.inc"

#include <stdio.h>

struct migration {
    int number;
    const char *name, *text;
};

#define MIGRATION_ROW(number, name, text) { number, name, text },
static const struct migration migrations[] = { SCHEMA_MIGRATIONS(MIGRATION_ROW) };
#undef MIGRATION_ROW

enum { MIGRATION_COUNT = sizeof migrations / sizeof migrations[0], GUARD_TEXT = 512 };

static enum error migration_apply(struct sql *q, const struct migration *m)
{
    static const char record[] = "INSERT INTO migration (number, name) VALUES (?1, ?2)";
    sqlite3_stmt *insert;
    enum error e = sql_run(q, m->text);

    if (e == ERROR_OK)
        e = sql_prepare(q, record, &insert);
    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int(insert, 1, m->number);
    sql_bind_text(insert, 2, m->name);
    return sql_finish(insert);
}

static enum error migrations_apply(struct sql *q, struct complaint *why)
{
    static const char made[] = "CREATE TABLE IF NOT EXISTS migration "
                               "(number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT";
    int64_t done = 0;
    enum error e = sql_run(q, made);

    if (e == ERROR_OK)
        e = sql_number(q, "SELECT coalesce(max(number), 0) FROM migration", 0, &done);
    if (e == ERROR_OK && done > migrations[MIGRATION_COUNT - 1].number)
        return complain(why, ERROR_UNSUPPORTED,
                        "The database was made by a newer Phial. Start that one.");
    for (size_t i = 0; i < MIGRATION_COUNT && e == ERROR_OK; i++)
        if (migrations[i].number > done)
            e = migration_apply(q, &migrations[i]);
    return e;
}

/* Facts refuse UPDATE, and DELETE of all that has no tombstone (core/store/purge.h); with
 * recursive_triggers REPLACE fires the latter as well. */
static enum error guards_make(struct sql *q)
{
    enum error e = ERROR_OK;

    for (unsigned i = 0; i < FACT_COUNT && e == ERROR_OK; i++) {
        const char *t = fact_table((enum fact)i);
        char text[GUARD_TEXT];
        int len = snprintf(text, sizeof text,
                           "CREATE TRIGGER IF NOT EXISTS %s_no_update BEFORE UPDATE ON %s BEGIN "
                           "SELECT RAISE(ABORT, 'facts are only ever added'); END;"
                           "CREATE TRIGGER IF NOT EXISTS %s_no_delete BEFORE DELETE ON %s WHEN NOT "
                           "EXISTS (SELECT 1 FROM tombstone WHERE gone = OLD.id AND hash = "
                           "OLD.link AND fact = '%s') BEGIN "
                           "SELECT RAISE(ABORT, 'facts are only ever added'); END;",
                           t, t, t, t, t);
        e = len < 0 || len >= GUARD_TEXT ? ERROR_BUG : sql_run(q, text);
    }
    return e;
}

/* One row of a vocabulary: added, or its text brought up to date. */
static enum error word_put(struct sql *q, const char *text, const char *id, const char *shown,
                           int number)
{
    sqlite3_stmt *put;
    enum error e = sql_prepare(q, text, &put);

    if (e != ERROR_OK)
        return e;
    if (id)
        sql_bind_text(put, 1, id);
    else
        (void)sqlite3_bind_int(put, 1, number);
    sql_bind_text(put, 2, shown);
    if (sqlite3_bind_parameter_count(put) > 2)
        (void)sqlite3_bind_int(put, 3, number);
    return sql_finish(put);
}

static enum error names_put(struct sql *q)
{
    static const char role[] = "INSERT INTO role_type (id, text) VALUES (?1, ?2) ON CONFLICT (id) "
                               "DO UPDATE SET text = excluded.text WHERE text <> excluded.text";
    static const char state[] =
        "INSERT INTO specimen_state_type (id, text) VALUES (?1, ?2) ON CONFLICT (id) "
        "DO UPDATE SET text = excluded.text WHERE text <> excluded.text";
    static const char ending[] =
        "INSERT INTO session_end_type (id, text) VALUES (?1, ?2) ON CONFLICT (id) "
        "DO UPDATE SET text = excluded.text WHERE text <> excluded.text";
    enum error e = ERROR_OK;

    for (unsigned i = 0; i < ROLE_COUNT && e == ERROR_OK; i++)
        e = word_put(q, role, role_id((enum role)i), role_text((enum role)i), 0);
    for (unsigned i = 0; i < SPECIMEN_STATE_COUNT && e == ERROR_OK; i++)
        e = word_put(q, state, specimen_state_id((enum specimen_state)i),
                     specimen_state_text((enum specimen_state)i), 0);
    for (unsigned i = 0; i < SESSION_END_COUNT && e == ERROR_OK; i++)
        e = word_put(q, ending, NULL, session_end_text((enum session_end)i), (int)i);
    return e;
}

static enum error events_put(struct sql *q)
{
    static const char put[] =
        "INSERT INTO event_type (id, text, moves) VALUES (?1, ?2, ?3) ON CONFLICT (id) "
        "DO UPDATE SET text = excluded.text, moves = excluded.moves "
        "WHERE text <> excluded.text OR moves <> excluded.moves";
    size_t count;
    const struct specimen_step *steps = specimen_steps(&count);
    enum error e = ERROR_OK;

    for (unsigned i = 0; i < EVENT_COUNT && e == ERROR_OK; i++) {
        int moves = 0;
        for (size_t j = 0; j < count; j++)
            moves |= steps[j].event == (enum event)i;
        e = word_put(q, put, event_id((enum event)i), event_text((enum event)i), moves);
    }
    return e;
}

static enum error step_run(struct sql *q, const char *text, const struct specimen_step *step,
                           bool *found)
{
    sqlite3_stmt *statement;
    enum error e = sql_prepare(q, text, &statement);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(statement, 1, event_id(step->event));
    sql_bind_text(statement, 2, specimen_state_id(step->from));
    sql_bind_text(statement, 3, specimen_state_id(step->to));
    e = sql_next(statement);
    if (found)
        *found = e == ERROR_OK;
    (void)sqlite3_reset(statement);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error store_steps_agree(struct sql *q, bool *agree)
{
    static const char find[] = "SELECT 1 FROM specimen_step WHERE event = ?1 AND state_from = ?2 "
                               "AND state_to = ?3";
    size_t count;
    const struct specimen_step *steps = specimen_steps(&count);
    int64_t rows = 0;
    bool found = true;
    enum error e = sql_number(q, "SELECT count(*) FROM specimen_step", 0, &rows);

    for (size_t i = 0; i < count && e == ERROR_OK && found; i++)
        e = step_run(q, find, &steps[i], &found);
    if (e == ERROR_OK)
        *agree = found && rows == (int64_t)count;
    return e;
}

static enum error steps_put(struct sql *q, struct complaint *why)
{
    static const char put[] =
        "INSERT INTO specimen_step (event, state_from, state_to) VALUES (?1, ?2, ?3)";
    size_t count;
    const struct specimen_step *steps = specimen_steps(&count);
    bool agree = false;
    enum error e = store_steps_agree(q, &agree);

    if (e != ERROR_OK || agree)
        return e;
    e = sql_run(q, "DELETE FROM specimen_step");
    for (size_t i = 0; i < count && e == ERROR_OK; i++)
        e = step_run(q, put, &steps[i], NULL);
    if (e == ERROR_OK)
        e = store_steps_agree(q, &agree);
    if (e == ERROR_OK && !agree)
        e = complain(why, ERROR_BUG, "The database's table of a specimen's steps is not ours.");
    return e;
}

enum error store_migrate(struct sql *q, struct complaint *why)
{
    struct complaint own = { "" };
    enum error e = sql_run(q, "BEGIN IMMEDIATE");

    if (e == ERROR_OK)
        e = migrations_apply(q, &own);
    if (e == ERROR_OK)
        e = guards_make(q);
    if (e == ERROR_OK)
        e = names_put(q);
    if (e == ERROR_OK)
        e = events_put(q);
    if (e == ERROR_OK)
        e = steps_put(q, &own);
    if (e == ERROR_OK)
        e = sql_run(q, "COMMIT");
    if (e == ERROR_OK)
        return ERROR_OK;
    if (own.text[0])
        (void)complain(why, e, "%s", own.text);
    else
        (void)complain(why, e, "The database could not be brought up to date: %s.",
                       q->db ? sqlite3_errmsg(q->db) : error_text(e));
    if (q->db && !sqlite3_get_autocommit(q->db))
        (void)sql_run(q, "ROLLBACK");
    return e;
}
