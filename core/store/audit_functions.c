/* Times as people read them, and percentiles. */
#include "core/store/audit_functions.h"

#include <stdlib.h>
#include <time.h>

enum { TIME_TEXT = 32, FIRST_VALUES = 64 };

static void site_time(sqlite3_context *context, int count, sqlite3_value **values)
{
    time_t seconds = (time_t)(sqlite3_value_int64(values[0]) / 1000);
    char text[TIME_TEXT];
    struct tm tm;

    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL || !localtime_r(&seconds, &tm) ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        sqlite3_result_text(context, "", 0, SQLITE_STATIC);
    else
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

/* All values so far; SQLite gives it zeroed. */
struct percentile {
    double *at;
    size_t count, room;
    double share;
};

static void percentile_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct percentile *p = sqlite3_aggregate_context(context, sizeof *p);

    (void)count;
    if (!p || sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    if (p->count == p->room) {
        size_t room = p->room ? 2 * p->room : FIRST_VALUES;
        double *more = realloc(p->at, room * sizeof *more);

        if (!more) {
            sqlite3_result_error_nomem(context);
            return;
        }
        p->at = more;
        p->room = room;
    }
    p->at[p->count++] = sqlite3_value_double(values[0]);
    p->share = sqlite3_value_double(values[1]);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void percentile_final(sqlite3_context *context)
{
    struct percentile *p = sqlite3_aggregate_context(context, 0);
    double place;
    size_t at;

    if (!p || p->count == 0) {
        sqlite3_result_null(context);
        return;
    }
    qsort(p->at, p->count, sizeof *p->at, by_size);
    place = p->share * (double)p->count;
    at = (size_t)place;
    at = (double)at < place ? at : at - (at > 0);
    sqlite3_result_double(context, p->at[at < p->count ? at : p->count - 1]);
    free(p->at);
    *p = (struct percentile) { 0 };
}

enum error store_audit_functions(struct sql *q)
{
    int code = sqlite3_create_function_v2(q->db, "site_time", 1, SQLITE_UTF8, NULL, site_time, NULL,
                                          NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(q->db, "percentile", 2, SQLITE_UTF8, NULL, NULL,
                                          percentile_step, percentile_final, NULL);
    return sql_error(code);
}
