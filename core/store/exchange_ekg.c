/* What a message to a health record says of an EKG: how a provider has read it. */
#include "core/store/exchange_parts.h"

#include "core/base/text.h"

/* What of a cart's measurements goes on: its name in the record, LOINC, name, unit. */
#define EKG_MEASUREMENTS(X)                                                                        \
    X("heart_rate", "8867-4", "Heart rate", "/min")                                                \
    X("pr", "8625-6", "PR interval", "ms")                                                         \
    X("qrs", "8633-0", "QRS duration", "ms")                                                       \
    X("qt", "8634-8", "QT interval", "ms")                                                         \
    X("qtc", "8636-3", "QT interval, corrected", "ms")                                             \
    X("p_axis", "8626-4", "P axis", "deg")                                                         \
    X("qrs_axis", "8632-2", "QRS axis", "deg")                                                     \
    X("t_axis", "8638-9", "T axis", "deg")
#define EKG_COLUMN(key, loinc, name, unit)                                                         \
    ", coalesce(json_extract(m.record, '$.measurements." key "'), '')"
#define EKG_ROW(key, loinc, name, unit) { key, loinc, name, unit },
enum { EKG_RESULTS = 16 };

static struct exchange_result ekg_result(const struct exchange_gathering *g,
                                         enum exchange_status status)
{
    return (struct exchange_result) { .code = "",
                                      .loinc = "",
                                      .name = "",
                                      .value = "",
                                      .comparator = "",
                                      .number = "",
                                      .unit = "",
                                      .ucum = "",
                                      .range = "",
                                      .flag = "",
                                      .status = status,
                                      .observed_at = "",
                                      .operator_name = "",
                                      .model = "",
                                      .serial = "",
                                      .comments = "",
                                      .performed_by = g->report.site,
                                      .correction_reason = "",
                                      .correction_by = "" };
}

/* The reading, what the cart said of it, and its measurements. */
static enum error take_reading(struct exchange_gathering *g, sqlite3_stmt *q,
                               struct exchange_panel *p)
{
    static const struct {
        const char *key, *loinc, *name, *unit;
    } measured[] = { EKG_MEASUREMENTS(EKG_ROW) };
    struct exchange_result *results = arena_take(g->a, sizeof *results * EKG_RESULTS);
    struct sql_row row = sql_row_of(q, g->a);
    bool tied, again;
    int64_t changed; /* when it was tied, or taken off */
    enum exchange_status status;

    if (!results)
        return ERROR_NO_MEMORY;
    tied = sql_row_number(&row) != 0;
    again = sql_row_number(&row) != 0;
    status = !tied ? EXCHANGE_WRONG : again ? EXCHANGE_CORRECTED : EXCHANGE_FINAL;
    results[0] = ekg_result(g, status);
    results[0].code = "EKG-READING";
    results[0].loinc = "18844-1";
    results[0].name = "EKG reading";
    results[0].text = true;
    results[0].value = sql_row_text(&row);
    results[0].comments = sql_row_text(&row);
    results[0].model = sql_row_text(&row);
    results[0].serial = sql_row_text(&row);
    results[0].observed_at = sql_row_text(&row);
    p->recorded_at = sql_row_number(&row);
    changed = sql_row_number(&row);
    if (!g->signed_off)
        g->report.reported_at = changed;
    p->result_count = 1;
    for (size_t i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        struct exchange_result *r = &results[p->result_count];
        *r = ekg_result(g, status);
        r->code = measured[i].key;
        r->loinc = measured[i].loinc;
        r->name = measured[i].name;
        r->value = r->number = sql_row_text(&row);
        r->unit = r->ucum = measured[i].unit;
        r->model = results[0].model;
        r->serial = results[0].serial;
        r->observed_at = results[0].observed_at;
        p->result_count += !text_empty(r->value);
    }
    p->results = results;
    return row.error;
}

/* It was sent: written, and not dropped by a person. */
#define EKG_CARRIED                                                                                \
    "length(e.bytes) > 0 AND 'dropped' IS NOT (SELECT z.state FROM outbox_state z WHERE "          \
    "z.outbox = e.id ORDER BY z.id DESC LIMIT 1)"

/* The newest overread; it is told when it is the signature that stands, or when its tracing was
 * sent and has been taken off the order since. */
enum error exchange_take_ekg(struct exchange_gathering *g, struct exchange_panel *p)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM tracing_tie t WHERE t.tracing = x.id AND t.orders = ?1 AND "
        "NOT EXISTS (SELECT 1 FROM tracing_tie n WHERE n.tracing = t.tracing AND n.id > t.id)), "
        "EXISTS (SELECT 1 FROM outbox_message e WHERE e.orders = ?1 AND e.endpoint = ?2 "
        "AND " EKG_CARRIED " AND e.version <> v.version), "
        "iif(d.opinion = 'agree' AND d.reading = '', 'Agrees with the device''s interpretation.', "
        "d.reading), coalesce((SELECT group_concat('Device interpretation, unconfirmed: ' || "
        "j.value, char(10)) FROM json_each(m.record, '$.statements') j), ''), m.model, m.serial, "
        "m.sent_at, m.received_at, (SELECT max(t.at) FROM tracing_tie t WHERE t.tracing = "
        "x.id)" EKG_MEASUREMENTS(
            EKG_COLUMN) " FROM overread d JOIN review v "
                        "ON v.id = d.review JOIN tracing x ON x.id = d.tracing JOIN message m ON "
                        "m.id = x.message "
                        "WHERE v.orders = ?1 ORDER BY v.id DESC LIMIT 1";
    static const char sent[] = "SELECT count(*) FROM outbox_message e WHERE e.orders = ?1 AND "
                               "e.endpoint = ?2 AND " EKG_CARRIED;
    sqlite3_stmt *q;
    bool known = false;
    enum error e = exchange_begin(g, sent, g->order, &q);

    if (e == ERROR_OK && (e = sql_next(q)) == ERROR_OK) {
        known = sqlite3_column_int64(q, 0) > 0;
        (void)sqlite3_reset(q);
    }
    if (e == ERROR_OK)
        e = exchange_begin(g, find, g->order, &q);
    if (e != ERROR_OK)
        return e;
    e = sql_next(q);
    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    e = take_reading(g, q, p);
    (void)sqlite3_reset(q);
    if (!g->signed_off && !(known && p->result_count && p->results[0].status == EXCHANGE_WRONG))
        p->result_count = 0;
    return e;
}
