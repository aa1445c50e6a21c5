/* The test menu. */
#include "core/store/menu.h"
#include "core/store/internal.h"

#include "core/base/limits.h"

static enum error analyte_add(struct store *s, int64_t test, const struct store_analyte *analyte)
{
    const struct field columns[] = {
        field_number("test", test),          field_text("code", analyte->code),
        field_text("loinc", analyte->loinc), field_text("name", analyte->name),
        field_text("ucum", analyte->ucum),   field_id("expected", analyte->expected)
    };
    return FACT_ADD(s, FACT_TEST_ANALYTE, columns, NULL);
}

enum error store_test_add(struct store *s, const struct store_test *test, int64_t at, int64_t *id)
{
    const struct field columns[] = { field_text("code", test->code),
                                     field_text("name", test->name),
                                     field_text("specimen_type", test->specimen_type),
                                     field_text("container", test->container),
                                     field_number("active", test->active),
                                     field_number("at", at) };
    int64_t added;
    enum error e = FACT_ADD(s, FACT_TEST, columns, &added);

    for (size_t i = 0; i < test->analyte_count && e == ERROR_OK; i++)
        e = analyte_add(s, added, &test->analytes[i]);
    if (e == ERROR_OK && id)
        *id = added;
    return e;
}

enum error menu_analytes(struct store *s, struct arena *a, struct store_test *test)
{
    static const char list[] =
        "SELECT code, loinc, name, ucum, coalesce(expected, 0) FROM test_analyte WHERE test = ?1 "
        "ORDER BY id";
    struct store_analyte *analytes = arena_take(a, sizeof *analytes * LIMIT_ANALYTES);
    sqlite3_stmt *q;
    size_t count = 0;
    struct sql_row row = { 0 };
    enum error e = analytes ? sql_prepare(&s->sql, list, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, test->id);
    while (row.error == ERROR_OK && (e = sql_next(q)) == ERROR_OK && count < LIMIT_ANALYTES) {
        row = sql_row_of(q, a);
        analytes[count].code = sql_row_text(&row);
        analytes[count].loinc = sql_row_text(&row);
        analytes[count].name = sql_row_text(&row);
        analytes[count].ucum = sql_row_text(&row);
        analytes[count++].expected = sql_row_number(&row) != 0;
    }
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK || e != ERROR_NOT_FOUND)
        return row.error != ERROR_OK ? row.error : e == ERROR_OK ? ERROR_TOO_BIG : e;
    test->analytes = analytes;
    test->analyte_count = count;
    return ERROR_OK;
}

void menu_test_take(struct sql_row *row, struct store_test *test)
{
    *test = (struct store_test) { .id = sql_row_number(row) };
    test->code = sql_row_text(row);
    test->name = sql_row_text(row);
    test->specimen_type = sql_row_text(row);
    test->container = sql_row_text(row);
    test->active = sql_row_number(row) != 0;
}

enum error store_test_by_code(struct store *s, struct arena *a, const char *code,
                              struct store_test *out)
{
    static const char find[] =
        "SELECT " MENU_TEST_COLUMNS " FROM test t WHERE t.code = ?1 ORDER BY t.id DESC LIMIT 1";
    struct store_test test;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, code);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    menu_test_take(&row, &test);
    (void)sqlite3_reset(q);
    e = row.error != ERROR_OK ? row.error : menu_analytes(s, a, &test);
    if (e == ERROR_OK)
        *out = test;
    return e;
}
