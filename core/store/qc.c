/* Quality control: what is expected, what makes it due, what was run, and how a test stands. */
#include "core/store/qc.h"

#include "core/store/internal.h"

#include <string.h>

enum { LEVELS_MAX = 256, RANGES_MAX = 64 };

enum error store_instrument_root(struct store *s, const char *name, int64_t *root)
{
    static const char find[] = "SELECT root FROM instrument WHERE name = ?1 ORDER BY id DESC "
                               "LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, name);
    e = sql_next(q);
    if (e == ERROR_OK)
        *root = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    return e;
}

enum error store_instrument_root_of(struct store *s, int64_t instrument, int64_t *root)
{
    return sql_number(&s->sql, "SELECT root FROM instrument WHERE id = ?1", instrument, root);
}

/* ---- Levels ---- */

static enum error ranges_add(struct store *s, const struct store_qc_level *in, int64_t level)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < in->range_count && e == ERROR_OK; i++) {
        const struct store_qc_range *r = &in->ranges[i];
        const struct field columns[] = {
            field_number("level", level), field_text("analyte", r->analyte),
            field_text("name", r->name),  field_text("low", r->low),
            field_text("high", r->high),  field_text("expected", r->expected),
            field_text("mean", r->mean),  field_text("sd", r->sd),
            field_text("unit", r->unit)
        };
        e = FACT_ADD(s, FACT_QC_RANGE, columns, NULL);
    }
    return e;
}

/* The root is of the same test on the same instrument, and no other level has the name. */
static enum error level_fits(struct store *s, const struct store_qc_level *in)
{
    static const char find[] =
        "SELECT count(*) FROM qc_level_now WHERE test = ?1 AND instrument_root = ?2 AND control = "
        "?3 AND level = ?4 AND root <> ?5";
    static const char same[] = "SELECT count(*) FROM qc_level WHERE id = ?5 AND test = ?1 AND "
                               "instrument_root = ?2 AND ?3 <> '' AND ?4 <> ''";
    const char *const asked[] = { find, same };

    for (size_t i = 0; i < (in->root ? 2 : 1); i++) {
        sqlite3_stmt *q;
        int64_t count;
        enum error e = sql_prepare(&s->sql, asked[i], &q);
        if (e != ERROR_OK)
            return e;
        sql_bind_text(q, 1, in->test);
        (void)sqlite3_bind_int64(q, 2, in->instrument);
        sql_bind_text(q, 3, in->control);
        sql_bind_text(q, 4, in->level);
        (void)sqlite3_bind_int64(q, 5, in->root);
        e = sql_next(q);
        count = sqlite3_column_int64(q, 0);
        (void)sqlite3_reset(q);
        if (e != ERROR_OK)
            return e;
        if (count != (int64_t)i)
            return ERROR_CONFLICT;
    }
    return ERROR_OK;
}

enum error store_qc_level_add(struct store *s, const struct store_actor *by,
                              const struct store_qc_level *in, int64_t *root)
{
    int64_t id, first = in->root ? in->root : s->head.id + 1;
    const struct field columns[] = { field_number("root", first),
                                     field_text("test", in->test),
                                     field_number("instrument_root", in->instrument),
                                     field_id("item", in->item),
                                     field_text("control", in->control),
                                     field_text("level", in->level),
                                     field_text("matches", in->matches),
                                     field_text("source", in->source),
                                     field_number("westgard", in->westgard),
                                     field_number("active", in->active),
                                     field_id("person", by->person),
                                     field_text("role", by->role),
                                     field_number("at", by->at) };
    enum error e = level_fits(s, in);

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_QC_LEVEL, columns, &id);
    if (e == ERROR_OK)
        e = ranges_add(s, in, id);
    if (e != ERROR_OK)
        return store_answer(s, e);
    *root = first;
    return ERROR_OK;
}

static void range_take(struct sql_row *row, struct store_qc_range *out)
{
    out->id = sql_row_number(row);
    out->analyte = sql_row_text(row);
    out->name = sql_row_text(row);
    out->low = sql_row_text(row);
    out->high = sql_row_text(row);
    out->expected = sql_row_text(row);
    out->mean = sql_row_text(row);
    out->sd = sql_row_text(row);
    out->unit = sql_row_text(row);
}

static enum error ranges_find(struct store *s, struct arena *a, struct store_qc_level *level)
{
    static const char find[] = "SELECT id, analyte, name, low, high, expected, mean, sd, unit FROM "
                               "qc_range WHERE level = ?1 ORDER BY id";
    struct store_qc_range *found = arena_take(a, sizeof *found * RANGES_MAX);
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = found ? sql_prepare(&s->sql, find, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, level->id);
    while (used < RANGES_MAX && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, a);
        range_take(&row, &found[used++]);
        if (row.error != ERROR_OK) {
            e = row.error;
            break;
        }
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND && e != ERROR_OK)
        return e;
    level->ranges = found;
    level->range_count = used;
    return ERROR_OK;
}

static enum error level_take(sqlite3_stmt *q, struct arena *a, struct store_qc_level *out)
{
    struct sql_row row = sql_row_of(q, a);

    *out = (struct store_qc_level) { .id = sql_row_number(&row), .active = true };
    out->root = sql_row_number(&row);
    out->test = sql_row_text(&row);
    out->instrument = sql_row_number(&row);
    out->item = sql_row_number(&row);
    out->control = sql_row_text(&row);
    out->level = sql_row_text(&row);
    out->matches = sql_row_text(&row);
    out->source = sql_row_text(&row);
    out->westgard = sql_row_number(&row) != 0;
    return row.error;
}

#define LEVEL_COLUMNS                                                                              \
    "SELECT id, root, test, instrument_root, coalesce(item, 0), control, level, matches, source, " \
    "westgard FROM qc_level_now "

static enum error levels_find(struct store *s, struct arena *a, const char *find, int64_t key,
                              struct store_qc_level **out, size_t *count)
{
    struct store_qc_level *found = arena_take(a, sizeof *found * LEVELS_MAX);
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = found ? sql_prepare(&s->sql, find, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, key);
    while (used < LEVELS_MAX && (e = sql_next(q)) == ERROR_OK)
        if ((e = level_take(q, a, &found[used++])) != ERROR_OK)
            break;
    (void)sqlite3_reset(q);
    if (e == ERROR_NOT_FOUND)
        e = ERROR_OK;
    for (size_t i = 0; i < used && e == ERROR_OK; i++)
        e = ranges_find(s, a, &found[i]);
    if (e != ERROR_OK)
        return e;
    *out = found;
    *count = used;
    return ERROR_OK;
}

enum error store_qc_level_find(struct store *s, struct arena *a, int64_t root,
                               struct store_qc_level *out)
{
    static const char find[] = LEVEL_COLUMNS "WHERE root = ?1";
    struct store_qc_level *found;
    size_t count;
    enum error e = levels_find(s, a, find, root, &found, &count);

    if (e != ERROR_OK)
        return e;
    if (count == 0)
        return ERROR_NOT_FOUND;
    *out = found[0];
    return ERROR_OK;
}

enum error store_qc_levels(struct store *s, struct arena *a, int64_t instrument,
                           struct store_qc_level **out, size_t *count)
{
    static const char find[] =
        LEVEL_COLUMNS "WHERE instrument_root = (SELECT root FROM instrument WHERE id = ?1) "
                      "ORDER BY root";
    return levels_find(s, a, find, instrument, out, count);
}

/* ---- Triggers ---- */

enum error store_qc_trigger_add(struct store *s, const struct store_actor *by,
                                const struct store_qc_trigger *in, int64_t *root)
{
    static const char find[] = "SELECT root FROM qc_trigger WHERE id = ?1 AND id = root";
    int64_t old, first = in->root ? in->root : s->head.id + 1;
    const struct field columns[] = { field_number("root", first),
                                     field_text("test", in->test),
                                     field_number("instrument_root", in->instrument),
                                     field_text("kind", qc_trigger_id(in->kind)),
                                     field_number("every", in->every),
                                     field_text("basis", qc_basis_id(in->basis)),
                                     field_text("note", in->note),
                                     field_number("active", in->active),
                                     field_id("person", by->person),
                                     field_text("role", by->role),
                                     field_number("at", by->at) };
    enum error e = in->root ? sql_number(&s->sql, find, in->root, &old) : ERROR_OK;

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_QC_TRIGGER, columns, NULL);
    if (e != ERROR_OK)
        return store_answer(s, e);
    *root = first;
    return ERROR_OK;
}
