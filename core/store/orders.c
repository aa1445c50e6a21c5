/* Orders and identifications. */
#include "core/store/internal.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

static enum error order_test_add(struct store *s, int64_t order, int64_t test)
{
    const struct field columns[] = { field_number("orders", order), field_number("test", test) };
    return FACT_ADD(s, FACT_ORDER_TEST, columns, NULL);
}

enum error store_order_enter(struct store *s, const struct store_actor *by,
                             const struct store_order *order, struct store_order_key *out)
{
    struct store_order_key key = { .id = s->head.id + 1 };
    struct store_event ordered = { .type = EVENT_ORDERED, .order = key.id };
    enum error e;

    (void)snprintf(key.number, sizeof key.number, "R%06lld", (long long)key.id);
    {
        const struct field columns[] = {
            field_text("number", key.number),        field_number("patient", order->patient),
            field_text("provider", order->provider), field_text("priority", order->priority),
            field_text("mode", order->mode),         field_text("reason", order->reason),
            field_id("person", by->person),          field_number("at", by->at),
            field_told("placer", order->placer),     field_told("icd10", order->icd10)
        };
        e = FACT_ADD(s, FACT_ORDERS, columns, NULL);
    }
    for (size_t i = 0; i < order->test_count && e == ERROR_OK; i++)
        e = order_test_add(s, key.id, order->tests[i]);
    ordered.reason = order->reason;
    if (e == ERROR_OK)
        e = store_event_add(s, by, &ordered, NULL);
    if (e == ERROR_OK)
        *out = key;
    return e;
}

/* Whether everything that was ordered has a result that stands. */
#define ORDER_COMPLETE                                                                             \
    "NOT EXISTS (SELECT 1 FROM order_missing m WHERE m.orders = o.id) AND EXISTS (SELECT 1 FROM "  \
    "result r WHERE r.orders = o.id)"

#define ORDER_EKG                                                                                  \
    "EXISTS (SELECT 1 FROM order_test x JOIN test t ON t.id = x.test WHERE x.orders = o.id AND "   \
    "t.specimen_type = '" STORE_NO_SPECIMEN "')"

static void order_take(sqlite3_stmt *q, struct sql_row *row, struct store_order_found *order)
{
    *order = (struct store_order_found) { .id = sql_row_number(row) };
    order->patient_id = sql_row_number(row);
    order->number = sql_row_text(row);
    order->provider = sql_row_text(row);
    order->priority = sql_row_text(row);
    order->ordered_at = sql_row_number(row);
    order->identified = sql_row_number(row) != 0;
    order->specimen_count = sql_row_number(row);
    order->complete = sql_row_number(row) != 0;
    order->severity = (int)sql_row_number(row);
    order->ekg = sql_row_number(row) != 0;
    order->signed_off = sql_row_number(row) != 0;
    (void)snprintf(order->version, sizeof order->version, "%s",
                   sqlite3_column_type(q, row->at) == SQLITE_NULL
                       ? ""
                       : (const char *)sqlite3_column_text(q, row->at));
}

enum error store_order_by_number(struct store *s, struct arena *a, const char *number,
                                 struct store_order_found *out)
{
    static const char find[] =
        "SELECT o.id, o.patient, o.number, o.provider, o.priority, o.at, EXISTS (SELECT 1 FROM "
        "identification i WHERE i.orders = o.id), (SELECT count(*) FROM specimen p WHERE p.orders "
        "= o.id), " ORDER_COMPLETE ", coalesce(w.severity, 0), " ORDER_EKG
        ", coalesce(w.state = 'signed', 0), "
        "w.version FROM orders o LEFT JOIN "
        "worklist w ON w.orders = o.id WHERE o.number = ?1";
    struct store_order_found order;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = projection_refresh(s);

    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, find, &q);
    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, number);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    order_take(q, &row, &order);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = order;
    return e;
}

enum error store_identify(struct store *s, const struct store_actor *by, int64_t order,
                          const char *identifiers, const char *method, int64_t *id)
{
    const struct store_event identified = {
        .type = EVENT_IDENTIFIED, .order = order, .reason = method, .detail = identifiers
    };
    const struct field columns[] = { field_number("orders", order),
                                     field_text("identifiers", identifiers),
                                     field_text("method", method), field_id("person", by->person),
                                     field_number("at", by->at) };
    enum error e = FACT_ADD(s, FACT_IDENTIFICATION, columns, id);

    return e == ERROR_OK ? store_event_add(s, by, &identified, NULL) : e;
}
