/* Runs of controls, what was done about them, and maintenance. */
#include "core/store/internal.h"
#include "core/store/qc.h"

static enum error values_add(struct store *s, const struct store_qc_run *in, int64_t run)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < in->value_count && e == ERROR_OK; i++) {
        const struct store_qc_value *v = &in->values[i];
        const struct field columns[] = {
            field_number("run", run),          field_id("expectation", v->range),
            field_text("analyte", v->analyte), field_text("name", v->name),
            field_text("value", v->value),     field_text("comparator", v->comparator),
            field_text("number", v->number),   field_text("unit", v->unit),
            field_number("passed", v->passed), field_text("finding", v->finding)
        };
        e = FACT_ADD(s, FACT_QC_VALUE, columns, NULL);
    }
    return e;
}

enum error store_qc_run_add(struct store *s, const struct store_actor *by,
                            const struct store_qc_run *in, int64_t *id)
{
    const struct field columns[] = { field_number("level", in->level->id),
                                     field_number("level_root", in->level->root),
                                     field_text("test", in->level->test),
                                     field_number("instrument_root", in->level->instrument),
                                     field_id("message", in->message),
                                     field_id("lot", in->lot),
                                     field_text("lot_text", in->lot_text),
                                     field_text("expires", in->expires),
                                     field_text("reagent_lot", in->reagent_lot),
                                     field_number("passed", in->passed),
                                     field_text("finding", in->finding),
                                     field_text("reason", in->reason),
                                     field_text("operator", in->operator_text),
                                     field_id("person", by->person),
                                     field_text("role", by->role),
                                     field_text("workstation", by->workstation),
                                     field_number("at", by->at) };
    int64_t run;
    enum error e = FACT_ADD(s, FACT_QC_RUN, columns, &run);

    if (e == ERROR_OK)
        e = values_add(s, in, run);
    if (e == ERROR_OK)
        *id = run;
    return e;
}

enum error store_qc_run_find(struct store *s, int64_t id, struct store_qc_run_found *out)
{
    static const char find[] =
        "SELECT r.level_root, coalesce(r.message, 0), r.passed, EXISTS (SELECT 1 FROM qc_void v "
        "WHERE v.run = r.id), EXISTS (SELECT 1 FROM qc_review v WHERE v.run = r.id), (SELECT "
        "count(*) FROM qc_action a WHERE a.run = r.id) FROM qc_run r WHERE r.id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, id, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_qc_run_found) { .id = id,
                                         .level_root = sqlite3_column_int64(q, 0),
                                         .message = sqlite3_column_int64(q, 1),
                                         .passed = sqlite3_column_int(q, 2) != 0,
                                         .is_void = sqlite3_column_int(q, 3) != 0,
                                         .reviewed = sqlite3_column_int(q, 4) != 0,
                                         .actions = sqlite3_column_int64(q, 5) };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_qc_last_point(struct store *s, struct arena *a, int64_t level_root,
                               const char *analyte, struct store_qc_point *out)
{
    static const char find[] =
        "SELECT r.id, r.at, v.number, x.mean, x.sd FROM qc_run r JOIN qc_value v ON v.run = r.id "
        "AND v.analyte = ?2 JOIN qc_range x ON x.id = v.expectation WHERE r.level_root = ?1 AND "
        "NOT EXISTS (SELECT 1 FROM qc_void z WHERE z.run = r.id) ORDER BY r.id DESC LIMIT 1";
    struct store_qc_point found;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, level_root);
    sql_bind_text(q, 2, analyte);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    found.run = sql_row_number(&row);
    found.at = sql_row_number(&row);
    found.number = sql_row_text(&row);
    found.mean = sql_row_text(&row);
    found.sd = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_qc_open_lot(struct store *s, int64_t item, int64_t *lot)
{
    static const char find[] =
        "SELECT n.lot FROM lot_now n LEFT JOIN lot_mark k ON k.id = n.mark WHERE n.item_root = ?1 "
        "AND n.opening IS NOT NULL AND coalesce(k.kind, 'usable') = 'usable' ORDER BY n.opening "
        "DESC LIMIT 1";
    return sql_number(&s->sql, find, item, lot);
}

enum error store_qc_is_unplaced(struct store *s, int64_t message, bool *out)
{
    static const char find[] = "SELECT count(*) FROM qc_unplaced WHERE message = ?1";
    int64_t count;
    enum error e = sql_number(&s->sql, find, message, &count);

    if (e == ERROR_OK)
        *out = count != 0;
    return e;
}

enum error store_qc_dismiss(struct store *s, const struct store_actor *by, int64_t message,
                            const char *reason, int64_t *id)
{
    const struct field columns[] = { field_number("message", message), field_text("reason", reason),
                                     field_id("person", by->person), field_text("role", by->role),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_QC_DISMISSAL, columns, id);
}

/* ---- What was done about it ---- */

enum error store_qc_action_add(struct store *s, const struct store_actor *by, int64_t run,
                               const char *action, int64_t *id)
{
    const struct field columns[] = { field_number("run", run), field_text("action", action),
                                     field_id("person", by->person), field_text("role", by->role),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_QC_ACTION, columns, id);
}

enum error store_qc_review_add(struct store *s, const struct store_actor *by, int64_t run,
                               const char *note, int64_t *id)
{
    const struct field columns[] = { field_number("run", run), field_text("note", note),
                                     field_id("person", by->person), field_text("role", by->role),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_QC_REVIEW, columns, id);
}

enum error store_qc_void_add(struct store *s, const struct store_actor *by, int64_t run,
                             const char *reason, int64_t *id)
{
    const struct field columns[] = { field_number("run", run), field_text("reason", reason),
                                     field_id("person", by->person), field_text("role", by->role),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_QC_VOID, columns, id);
}

/* The next run behind `*run` that passed with the lot. A run that only names a number is of the lot
 * when its level is of the lot's item: another maker's lot may bear the same number. A level that
 * is of no item in the book may be of any that serves its test. */
static enum error next_of_lot(struct store *s, int64_t lot, int64_t *run)
{
    static const char find[] =
        "SELECT g.id FROM lot l CROSS JOIN qc_good g JOIN qc_level v ON v.id = g.level LEFT JOIN "
        "qc_level_now n ON n.root = g.level_root WHERE l.id = ?1 AND g.id > ?2 AND (g.lot = l.id "
        "OR (g.lot IS NULL AND g.lot_text <> '' AND g.lot_text COLLATE NOCASE IN (l.number, "
        "l.code) AND CASE WHEN coalesce(v.item, n.item) IS NOT NULL THEN coalesce(v.item, n.item) "
        "= l.item_root ELSE EXISTS (SELECT 1 FROM item_now i JOIN item_test t ON t.item = i.id "
        "WHERE i.root = l.item_root AND t.test = g.test) END)) ORDER BY g.id LIMIT 1";
    const int64_t keys[] = { lot, *run };

    return sql_number_by(&s->sql, find, keys, 2, run);
}

enum error store_qc_void_lot(struct store *s, const struct store_actor *by, int64_t lot,
                             const char *reason, int64_t *count)
{
    int64_t run = 0, unused, done = 0;
    enum error e;

    while ((e = next_of_lot(s, lot, &run)) == ERROR_OK) {
        e = store_qc_void_add(s, by, run, reason, &unused);
        if (e != ERROR_OK)
            return e;
        done++;
    }
    if (e != ERROR_NOT_FOUND)
        return store_answer(s, e);
    *count = done;
    return ERROR_OK;
}

static enum error reaches(struct store *s, int64_t run, int64_t result)
{
    static const char find[] = "SELECT 1 FROM qc_reach WHERE run = ?1 AND result = ?2";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, run);
    (void)sqlite3_bind_int64(q, 2, result);
    e = sql_next(q);
    (void)sqlite3_reset(q);
    return e;
}

enum error store_qc_look_back_add(struct store *s, const struct store_actor *by, int64_t run,
                                  int64_t result, const char *outcome, const char *note,
                                  int64_t *id)
{
    const struct field columns[] = { field_number("run", run),       field_number("result", result),
                                     field_text("outcome", outcome), field_text("note", note),
                                     field_id("person", by->person), field_text("role", by->role),
                                     field_number("at", by->at) };
    enum error e = reaches(s, run, result);

    return e == ERROR_OK ? FACT_ADD(s, FACT_QC_LOOK_BACK, columns, id) : store_answer(s, e);
}

enum error store_maintenance_add(struct store *s, const struct store_actor *by, int64_t instrument,
                                 bool doubt, const char *what, const char *note, int64_t *id)
{
    const struct field columns[] = { field_number("instrument_root", instrument),
                                     field_text("kind", doubt ? "doubt" : "maintenance"),
                                     field_text("what", what),
                                     field_text("note", note),
                                     field_id("person", by->person),
                                     field_text("role", by->role),
                                     field_text("workstation", by->workstation),
                                     field_number("at", by->at) };
    return FACT_ADD(s, FACT_MAINTENANCE, columns, id);
}
