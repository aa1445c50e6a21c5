/* Whether a test on an instrument may be trusted, by its controls; and the functions by which both
 * sides of the store ask core/model/qc.h. */
#include "core/store/internal.h"
#include "core/store/lots.h"
#include "core/store/qc.h"
#include "core/store/qc_functions.h"

#include <string.h>

/* ---- SQL functions ---- */

static bool seen_read(sqlite3_value **values, struct qc_seen *out)
{
    const char *kind = (const char *)sqlite3_value_text(values[0]);

    *out = (struct qc_seen) { .every = sqlite3_value_int64(values[1]),
                              .passed_at = sqlite3_value_int64(values[2]),
                              .now = sqlite3_value_int64(values[3]),
                              .day_start = sqlite3_value_int64(values[4]),
                              .runs = sqlite3_value_int64(values[5]),
                              .since = sqlite3_value_int(values[6]) != 0 };
    return kind && qc_trigger_parse(kind, &out->trigger) == ERROR_OK;
}

static void due(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct qc_seen seen;

    (void)count;
    sqlite3_result_int(context, seen_read(values, &seen) && qc_is_due(&seen));
}

static void until(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct qc_seen seen;

    (void)count;
    sqlite3_result_int64(context, seen_read(values, &seen) ? qc_good_until(&seen) : 0);
}

static void words(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *id = (const char *)sqlite3_value_text(values[0]);
    enum qc_trigger trigger = QC_TRIGGER_COUNT;

    (void)count;
    if (id)
        (void)qc_trigger_parse(id, &trigger);
    sqlite3_result_text(context, qc_trigger_text(trigger), -1, SQLITE_STATIC);
}

static void basis_words(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *id = (const char *)sqlite3_value_text(values[0]);
    enum qc_basis basis = QC_BASIS_COUNT;

    (void)count;
    if (id)
        (void)qc_basis_parse(id, &basis);
    sqlite3_result_text(context, qc_basis_text(basis), -1, SQLITE_STATIC);
}

/* The vocabularies as JSON: what a person may choose from. */
static void finish(sqlite3_context *context, sqlite3_str *out)
{
    char *text;

    sqlite3_str_appendchar(out, 1, ']');
    text = sqlite3_str_finish(out);
    if (text)
        sqlite3_result_text(context, text, -1, sqlite3_free);
    else
        sqlite3_result_error_nomem(context);
}

static void kinds(sqlite3_context *context, int count, sqlite3_value **values)
{
    sqlite3_str *out = sqlite3_str_new(NULL);

    (void)count;
    (void)values;
    for (unsigned i = 0; i < QC_TRIGGER_COUNT; i++)
        sqlite3_str_appendf(out, "%c{\"id\":\"%s\",\"text\":\"%s\",\"counts\":%d}", i ? ',' : '[',
                            qc_trigger_id((enum qc_trigger)i), qc_trigger_text((enum qc_trigger)i),
                            qc_trigger_counts((enum qc_trigger)i));
    finish(context, out);
}

static void bases(sqlite3_context *context, int count, sqlite3_value **values)
{
    sqlite3_str *out = sqlite3_str_new(NULL);

    (void)count;
    (void)values;
    for (unsigned i = 0; i < QC_BASIS_COUNT; i++)
        sqlite3_str_appendf(out, "%c{\"id\":\"%s\",\"text\":\"%s\"}", i ? ',' : '[',
                            qc_basis_id((enum qc_basis)i), qc_basis_text((enum qc_basis)i));
    finish(context, out);
}

enum error store_qc_functions(struct sql *q)
{
    static const struct {
        const char *name;
        int arguments;
        void (*run)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = { { "qc_due", 7, due },     { "qc_until", 7, until },
                      { "qc_words", 1, words }, { "qc_basis_words", 1, basis_words },
                      { "qc_kinds", 0, kinds }, { "qc_bases", 0, bases } };
    int code = SQLITE_OK;

    for (size_t i = 0; i < sizeof functions / sizeof functions[0] && code == SQLITE_OK; i++)
        code = sqlite3_create_function_v2(q->db, functions[i].name, functions[i].arguments,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                          NULL, functions[i].run, NULL, NULL, NULL);
    return sql_error(code);
}

/* ---- The verdict ---- */

/* Parameters: 1 test, 2 instrument, 3 lot, 4 its other name, 5 its newest receipt, 6 operator,
 * 7 now, 8 start of the day. */
static enum error bind(struct store *s, struct arena *a, const struct store_qc_moment *m,
                       const char *find, sqlite3_stmt **out)
{
    struct store_lot lot = { .number = m->lot, .code = m->lot };
    sqlite3_stmt *q;
    enum error e = ERROR_NOT_FOUND;

    if (*m->lot)
        e = store_lot_by_text(s, a, 0, m->lot, "9999-12-31", &lot);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    e = sql_prepare(&s->sql, find, &q);
    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, m->test);
    (void)sqlite3_bind_int64(q, 2, m->instrument);
    sql_bind_text(q, 3, lot.number);
    sql_bind_text(q, 4, *lot.code ? lot.code : lot.number);
    (void)sqlite3_bind_int64(q, 5, lot.receipt);
    sql_bind_text(q, 6, m->operator_text);
    (void)sqlite3_bind_int64(q, 7, m->now);
    (void)sqlite3_bind_int64(q, 8, m->day_start);
    *out = q;
    return ERROR_OK;
}

static enum error find_book(struct store *s, const struct store_qc_moment *m, bool *levels,
                            bool *triggers)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM qc_level_now l WHERE l.test = ?1 AND l.instrument_root = "
        "i.root), EXISTS (SELECT 1 FROM qc_trigger_now t WHERE t.test = ?1 AND t.instrument_root "
        "= i.root) FROM instrument i WHERE i.id = ?2";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, m->test);
    (void)sqlite3_bind_int64(q, 2, m->instrument);
    e = sql_next(q);
    *levels = e == ERROR_OK && sqlite3_column_int(q, 0);
    *triggers = e == ERROR_OK && sqlite3_column_int(q, 1);
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* The first level whose last control is bad, or ERROR_NOT_FOUND. */
static enum error find_failed(struct store *s, struct arena *a, const struct store_qc_moment *m,
                              struct store_qc_verdict *out)
{
    static const char find[] =
        "SELECT l.control, l.level, coalesce((SELECT v.reason FROM qc_void v WHERE v.run = r.id), "
        "r.finding), r.at FROM qc_state s JOIN qc_level l ON l.id = s.level JOIN qc_run r ON r.id "
        "= s.bad_run WHERE s.test = ?1 AND s.instrument_root = (SELECT root FROM instrument WHERE "
        "id = ?2) AND s.bad_run > s.good_run ORDER BY s.level_root LIMIT 1";
    struct store_qc_verdict found = { .standing = STORE_QC_FAILED };
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, m->test);
    (void)sqlite3_bind_int64(q, 2, m->instrument);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    found.control = sql_row_text(&row);
    found.level = sql_row_text(&row);
    found.finding = sql_row_text(&row);
    found.since = sql_row_number(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

/* The first level and trigger that is due for this result, what is required before what is only
 * recommended; or ERROR_NOT_FOUND. The result's own lot and operator count, where it names them. */
static enum error find_due(struct store *s, struct arena *a, const struct store_qc_moment *m,
                           struct store_qc_verdict *out)
{
#define GOOD_WITH "NOT EXISTS (SELECT 1 FROM qc_good g WHERE g.level_root = w.level_root AND "
    static const char find[] =
        "SELECT l.control, l.level, w.kind, w.every, w.basis, w.good_at FROM qc_watch w JOIN "
        "qc_level l ON l.id = w.level WHERE w.test = ?1 AND w.instrument_root = (SELECT root FROM "
        "instrument WHERE id = ?2) AND qc_due(w.kind, w.every, w.good_at, ?7, ?8, w.runs, CASE "
        "WHEN w.kind = 'new_lot' AND ?3 <> '' THEN " GOOD_WITH
        "g.reagent_lot COLLATE NOCASE IN (?3, ?4)) WHEN w.kind = 'new_shipment' AND ?3 <> '' "
        "THEN " GOOD_WITH "g.reagent_lot COLLATE NOCASE IN (?3, ?4) AND g.id > ?5) WHEN w.kind = "
        "'new_operator' THEN ?6 <> '' AND " GOOD_WITH "g.operator COLLATE NOCASE = ?6) ELSE "
        "w.since END) ORDER BY w.basis = 'ifu-recommended', w.level_root, w.trigger_root LIMIT 1";
#undef GOOD_WITH
    struct store_qc_verdict found = { .finding = "" };
    const char *kind, *basis;
    enum qc_basis on = QC_BASIS_REQUIRED;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = bind(s, a, m, find, &q);

    if (e == ERROR_OK)
        e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    found.control = sql_row_text(&row);
    found.level = sql_row_text(&row);
    kind = sql_row_text(&row);
    found.every = sql_row_number(&row);
    basis = sql_row_text(&row);
    found.since = sql_row_number(&row);
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK)
        return row.error;
    (void)qc_trigger_parse(kind, &found.kind);
    (void)qc_basis_parse(basis, &on);
    found.standing = on == QC_BASIS_RECOMMENDED ? STORE_QC_RECOMMENDED : STORE_QC_DUE;
    *out = found;
    return ERROR_OK;
}

enum error store_qc_judge(struct store *s, struct arena *a, const struct store_qc_moment *moment,
                          struct store_qc_verdict *out)
{
    struct store_qc_verdict found = { .control = "", .level = "", .finding = "" };
    bool levels, triggers;
    enum error e = find_book(s, moment, &levels, &triggers);

    if (e != ERROR_OK)
        return e;
    if (!levels) {
        found.standing = triggers ? STORE_QC_NO_LEVEL : STORE_QC_NO_BOOK;
        *out = found;
        return ERROR_OK;
    }
    e = find_failed(s, a, moment, &found);
    if (e == ERROR_NOT_FOUND)
        e = find_due(s, a, moment, &found);
    if (e == ERROR_NOT_FOUND) {
        found.standing = STORE_QC_GOOD;
        e = ERROR_OK;
    }
    if (e == ERROR_OK)
        *out = found;
    return e;
}
