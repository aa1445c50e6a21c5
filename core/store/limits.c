/* Versions of limits: proposals, signatures, and which row is live for whom. */
#include "core/store/limits.h"
#include "core/store/internal.h"

#include <stdio.h>

void store_analyte_key(const char *loinc, const char *code, char out[STORE_ANALYTE_KEY])
{
    bool coded = loinc && *loinc;

    (void)snprintf(out, STORE_ANALYTE_KEY, "%s%s", coded ? "" : "local:",
                   coded  ? loinc
                   : code ? code
                          : "");
}

/* ---- Writing ---- */

enum error store_proposal_add(struct store *s, const struct store_proposal *in, int64_t *id)
{
    const struct field columns[] = { field_text("name", in->name), field_text("source", in->source),
                                     field_number("at", in->at), field_id("person", in->person),
                                     field_id("effective", in->effective) };
    return FACT_ADD(s, FACT_REFERENCE_SET, columns, id);
}

enum error store_reference_set_add(struct store *s, const char *name, const char *source,
                                   int64_t at, int64_t *id)
{
    const struct store_proposal set = { .name = name, .source = source, .at = at };
    return store_proposal_add(s, &set, id);
}

enum error store_reference_limit_add(struct store *s, int64_t set, const struct store_limit *limit,
                                     int64_t *id)
{
    const struct field columns[] = { field_number("reference_set", set),
                                     field_text("loinc", limit->loinc),
                                     field_text("sex", limit->sex),
                                     field_number("age_from", limit->age_from),
                                     field_number("age_to", limit->age_to),
                                     field_text("low", limit->low),
                                     field_text("high", limit->high),
                                     field_text("critical_low", limit->critical_low),
                                     field_text("critical_high", limit->critical_high),
                                     field_text("text_normal", limit->text_normal),
                                     field_text("unit", limit->unit),
                                     field_known("specimen_type", limit->specimen_type) };
    return FACT_ADD(s, FACT_REFERENCE_LIMIT, columns, id);
}

enum error store_reference_approve(struct store *s, int64_t set, int64_t person, int64_t at,
                                   int64_t *id)
{
    const struct field columns[] = { field_number("reference_set", set), field_id("person", person),
                                     field_number("at", at) };
    return FACT_ADD(s, FACT_REFERENCE_APPROVAL, columns, id);
}

enum error store_proposal_withdraw(struct store *s, int64_t set, int64_t person, const char *reason,
                                   int64_t at, int64_t *id)
{
    static const char decided[] =
        "SELECT EXISTS (SELECT 1 FROM reference_approval WHERE reference_set = ?1) OR "
        "EXISTS (SELECT 1 FROM reference_withdrawal WHERE reference_set = ?1)";
    const struct field columns[] = { field_number("reference_set", set),
                                     field_number("person", person), field_text("reason", reason),
                                     field_number("at", at) };
    int64_t gone;
    enum error e = sql_number(&s->sql, decided, set, &gone);

    if (e == ERROR_OK && gone)
        e = ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_REFERENCE_WITHDRAWAL, columns, id);
    return store_answer(s, e);
}

/* ---- Looking up ---- */

enum error store_set_find(struct store *s, const char *name, struct store_set_found *out)
{
    static const char find[] =
        "SELECT id, EXISTS (SELECT 1 FROM reference_approval a WHERE a.reference_set = r.id), "
        "EXISTS (SELECT 1 FROM reference_withdrawal w WHERE w.reference_set = r.id) FROM "
        "reference_set r WHERE name = ?1 ORDER BY id DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, name);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    *out = (struct store_set_found) { sqlite3_column_int64(q, 0), sqlite3_column_int(q, 1) != 0,
                                      sqlite3_column_int(q, 2) != 0 };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_reference_set_by_name(struct store *s, const char *name, int64_t *id,
                                       bool *approved)
{
    struct store_set_found found;
    enum error e = store_set_find(s, name, &found);

    if (e != ERROR_OK)
        return e;
    *id = found.id;
    *approved = found.approved;
    return ERROR_OK;
}

static void limit_take(struct sql_row *row, struct store_limit *limit)
{
    limit->id = sql_row_number(row);
    limit->loinc = sql_row_text(row);
    limit->sex = sql_row_text(row);
    limit->age_from = sql_row_number(row);
    limit->age_to = sql_row_number(row);
    limit->low = sql_row_text(row);
    limit->high = sql_row_text(row);
    limit->critical_low = sql_row_text(row);
    limit->critical_high = sql_row_text(row);
    limit->text_normal = sql_row_text(row);
    limit->unit = sql_row_text(row);
    limit->specimen_type = sql_row_text(row);
}

/* Rows of the version of ?1 that is live at ?5, as far as was known before the fact ?6. */
#define LIMIT_COLUMNS                                                                              \
    "SELECT l.id, l.loinc, sex, age_from, age_to, low, high, critical_low, critical_high, "        \
    "text_normal, unit, coalesce(specimen_type, '') FROM reference_limit l "
#define LIMIT_IN_FORCE                                                                             \
    "l.reference_set = (SELECT v.reference_set FROM limit_signed v WHERE v.loinc = l.loinc AND "   \
    "v.since <= ?5 AND v.approval < coalesce(?6, 0x7fffffffffffffff) ORDER BY v.since DESC, "      \
    "v.approval DESC LIMIT 1)"
#define LIMIT_LIVE LIMIT_COLUMNS "WHERE l.loinc = ?1 AND " LIMIT_IN_FORCE

/* Rows in the arena, of which there may always be another. */
struct limit_rows {
    struct store_limit *at;
    size_t count, room;
};

static struct store_limit *next_row(struct arena *a, struct limit_rows *rows)
{
    enum { FIRST_ROOM = 16 };

    if (rows->count == rows->room) {
        size_t room = rows->room ? rows->room * 2 : FIRST_ROOM;
        struct store_limit *more = arena_take(a, sizeof *more * room);
        if (!more)
            return NULL;
        if (rows->count)
            memcpy(more, rows->at, sizeof *more * rows->count);
        rows->at = more;
        rows->room = room;
    }
    return &rows->at[rows->count++];
}

static enum error rows_of(struct store *s, struct arena *a, const char *find, const char *text,
                          int64_t at, struct limit_rows *rows)
{
    struct store_limit *limit;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, text);
    (void)sqlite3_bind_int64(q, 5, at);
    while ((e = sql_next(q)) == ERROR_OK) {
        limit = next_row(a, rows);
        row = sql_row_of(q, a);
        if (limit)
            limit_take(&row, limit);
        if (!limit || row.error != ERROR_OK) {
            (void)sqlite3_reset(q);
            return limit ? row.error : ERROR_NO_MEMORY;
        }
    }
    (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

#define LIMIT_CRITICAL " AND (critical_low <> '' OR critical_high <> '') ORDER BY l.id"

enum error store_limit_criticals(struct store *s, struct arena *a, const char *loinc,
                                 const char *code, int64_t at, struct store_limit **out,
                                 size_t *count)
{
    static const char by_key[] = LIMIT_LIVE LIMIT_CRITICAL;
    static const char by_code[] =
        LIMIT_COLUMNS "WHERE l.loinc IN (SELECT t.loinc FROM test_analyte t WHERE t.code = ?1 AND "
                      "t.code <> '' AND t.loinc <> '') AND " LIMIT_IN_FORCE LIMIT_CRITICAL;
    struct limit_rows rows = { .count = 0 };
    char key[STORE_ANALYTE_KEY];
    bool live = false;
    enum error e;

    store_analyte_key(loinc, code, key);
    e = store_limit_live(s, key, at, &live);
    if (e == ERROR_OK && live)
        e = rows_of(s, a, by_key, key, at, &rows);
    if (e == ERROR_OK && (!live || !*loinc))
        e = rows_of(s, a, by_code, code, at, &rows);
    *out = rows.at;
    *count = rows.count;
    return e;
}

enum error store_limit_look(struct store *s, struct arena *a, const struct store_limit_wanted *in,
                            struct store_limit *out)
{
    /* The row that says most of the patient and specimen. */
    static const char find[] = LIMIT_LIVE
        " AND (sex = '' OR sex = ?2) AND "
        "(specimen_type IS NULL OR specimen_type = ?4) AND CASE WHEN ?3 < 0 THEN "
        "age_from = 0 AND age_to = 0 ELSE ?3 >= age_from AND (age_to = 0 OR ?3 < age_to) END "
        "ORDER BY specimen_type IS NULL, sex DESC, age_from DESC, age_to = 0, l.id DESC LIMIT 1";
    struct store_limit limit;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, in->analyte);
    sql_bind_text(q, 2, in->sex);
    (void)sqlite3_bind_int64(q, 3, in->age);
    sql_bind_text(q, 4, in->specimen_type);
    (void)sqlite3_bind_int64(q, 5, in->at);
    if (in->before)
        (void)sqlite3_bind_int64(q, 6, in->before);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    limit_take(&row, &limit);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = limit;
    return e;
}

/* Whether the query, given the analyte (and the time, where it asks for one), finds anything. */
static enum error analyte_ask(struct store *s, const char *text, const char *analyte, int64_t at,
                              bool *yes)
{
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, text, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, analyte);
    if (sqlite3_bind_parameter_count(q) > 1)
        (void)sqlite3_bind_int64(q, 2, at);
    e = sql_next(q);
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *yes = e == ERROR_OK;
    return ERROR_OK;
}

enum error store_limit_live(struct store *s, const char *analyte, int64_t at, bool *live)
{
    return analyte_ask(s, "SELECT 1 FROM limit_signed WHERE loinc = ?1 AND since <= ?2 LIMIT 1",
                       analyte, at, live);
}

enum error store_limit_known(struct store *s, const char *analyte, bool *known)
{
    return analyte_ask(s, "SELECT 1 FROM reference_limit WHERE loinc = ?1 LIMIT 1", analyte, 0,
                       known);
}

enum error store_test_dead(struct store *s, const struct store_test *test, int64_t at,
                           const struct store_analyte **out)
{
    for (size_t i = 0; i < test->analyte_count; i++) {
        char key[STORE_ANALYTE_KEY];
        bool live;
        enum error e;

        store_analyte_key(test->analytes[i].loinc, test->analytes[i].code, key);
        e = store_limit_live(s, key, at, &live);
        if (e != ERROR_OK)
            return e;
        if (!live) {
            *out = &test->analytes[i];
            return ERROR_OK;
        }
    }
    return ERROR_NOT_FOUND;
}
