/* Send-outs: laboratories, manifests, counts, hand-overs, and what ends the waiting. */
#include "core/store/sendouts.h"

#include "core/store/internal.h"

#include <stdio.h>
#include <string.h>

/* ---- Laboratories ---- */

static enum error lab_test_add(struct store *s, int64_t lab, const struct store_lab_test *test)
{
    const struct field columns[] = { field_number("lab", lab), field_text("test_code", test->code),
                                     field_number("days", test->days) };
    return FACT_ADD(s, FACT_REFERENCE_LAB_TEST, columns, NULL);
}

enum error store_lab_add(struct store *s, const struct store_actor *by, const struct store_lab *lab,
                         int64_t *id)
{
    static const char known[] = "SELECT id FROM reference_lab WHERE id = ?1 AND root = id";
    int64_t root = lab->root ? lab->root : s->head.id + 1, found, row = 0;
    enum error e = lab->root ? sql_number(&s->sql, known, root, &found) : ERROR_OK;
    const struct field columns[] = {
        field_number("root", root),          field_text("name", lab->name),
        field_text("address", lab->address), field_text("clia", lab->clia),
        field_text("phone", lab->phone),     field_number("active", lab->active),
        field_number("person", by->person),  field_number("at", by->at)
    };

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_REFERENCE_LAB, columns, &row);
    for (size_t i = 0; i < lab->test_count && e == ERROR_OK; i++)
        e = lab_test_add(s, row, &lab->tests[i]);
    if (e != ERROR_OK)
        return store_answer(s, e);
    *id = row;
    return ERROR_OK;
}

enum error store_lab_find(struct store *s, struct arena *a, int64_t root, struct store_lab *out)
{
    static const char find[] = "SELECT id, root, active, name, address, clia, phone FROM "
                               "reference_lab WHERE root = ?1 ORDER BY id DESC LIMIT 1";
    struct store_lab lab = { .id = 0 };
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, root, a, &row);

    if (e != ERROR_OK)
        return e;
    lab.id = sql_row_number(&row);
    lab.root = sql_row_number(&row);
    lab.active = sql_row_number(&row) != 0;
    lab.name = sql_row_text(&row);
    lab.address = sql_row_text(&row);
    lab.clia = sql_row_text(&row);
    lab.phone = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = lab;
    return e;
}

enum error store_lab_days(struct store *s, int64_t lab, int64_t order, int64_t *days)
{
    static const char find[] =
        "SELECT max(l.days) FROM order_test o JOIN test t ON t.id = o.test JOIN reference_lab_test "
        "l ON l.test_code = t.code WHERE o.orders = ?1 AND l.lab = ?2";
    const int64_t keys[] = { order, lab };

    return sql_number_by(&s->sql, find, keys, 2, days);
}

/* ---- Manifests ---- */

/* The next running number of that day. */
static enum error manifest_running(struct store *s, const char *prefix, int64_t *out)
{
    static const char count[] = "SELECT count(*) FROM manifest WHERE number >= ?1 AND number < "
                                "?1 || ':'";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, count, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, prefix);
    e = sql_next(q);
    if (e == ERROR_OK)
        *out = sqlite3_column_int64(q, 0) + 1;
    (void)sqlite3_reset(q);
    return e;
}

enum error store_manifest_open(struct store *s, const struct store_actor *by, int64_t lab,
                               const char *temperature, uint32_t day,
                               char number[STORE_MANIFEST_NUMBER], int64_t *id)
{
    char prefix[STORE_MANIFEST_NUMBER / 2], made[STORE_MANIFEST_NUMBER];
    int64_t running = 0;
    enum error e;

    (void)snprintf(prefix, sizeof prefix, "M%06u-", (unsigned)(day % 1000000));
    e = manifest_running(s, prefix, &running);
    if (e != ERROR_OK)
        return store_answer(s, e);
    (void)snprintf(made, sizeof made, "%.8s%u", prefix, (unsigned)(running % 1000000));
    {
        const struct field columns[] = { field_text("number", made),
                                         field_number("lab", lab),
                                         field_text("temperature", temperature),
                                         field_number("person", by->person),
                                         field_text("workstation", by->workstation),
                                         field_number("at", by->at) };
        e = FACT_ADD(s, FACT_MANIFEST, columns, id);
    }
    if (e == ERROR_OK)
        memcpy(number, made, sizeof made);
    return e;
}

/* The lines of a manifest that count: each specimen's newest, where it is packed. */
#define LINES_PACKED                                                                               \
    "FROM manifest_line l WHERE l.manifest = ?1 AND l.packed = 1 AND NOT EXISTS (SELECT 1 FROM "   \
    "manifest_line n WHERE n.specimen = l.specimen AND n.id > l.id)"

enum error store_manifest_by_number(struct store *s, struct arena *a, const char *number,
                                    struct store_manifest *out)
{
    static const char find[] =
        "SELECT m.id, m.lab, r.root, EXISTS (SELECT 1 FROM hand_over h WHERE h.manifest = m.id), "
        "m.number, r.name FROM manifest m JOIN reference_lab r ON r.id = m.lab WHERE m.number = ?1";
    static const char count[] = "SELECT count(*) " LINES_PACKED;
    struct store_manifest found = { .id = 0 };
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, number);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    found.id = sql_row_number(&row);
    found.lab = sql_row_number(&row);
    found.lab_root = sql_row_number(&row);
    found.handed_over = sql_row_number(&row) != 0;
    found.number = sql_row_text(&row);
    found.lab_name = sql_row_text(&row);
    (void)sqlite3_reset(q);
    e = row.error;
    if (e == ERROR_OK)
        e = sql_number(&s->sql, count, found.id, &found.count);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_manifest_line_add(struct store *s, const struct store_actor *by,
                                   const struct store_manifest_line *in, int64_t *id)
{
    const struct store_event event = { .type = in->packed ? EVENT_PACKED : EVENT_UNPACKED,
                                       .specimen = in->specimen,
                                       .reason = in->reason,
                                       .detail = in->number };
    const struct field columns[] = { field_number("manifest", in->manifest),
                                     field_number("specimen", in->specimen),
                                     field_number("packed", in->packed),
                                     field_number("days", in->days),
                                     field_text("reason", in->reason),
                                     field_number("person", by->person),
                                     field_number("at", by->at) };
    enum error e = store_event_add(s, by, &event, NULL);

    return e == ERROR_OK ? FACT_ADD(s, FACT_MANIFEST_LINE, columns, id) : e;
}

enum error store_manifest_line_of(struct store *s, struct arena *a, int64_t specimen,
                                  struct store_line_found *out)
{
    static const char find[] =
        "SELECT l.id, l.manifest, m.lab, l.days, l.packed, EXISTS (SELECT 1 FROM hand_over h WHERE "
        "h.manifest = l.manifest), EXISTS (SELECT 1 FROM reference_result r WHERE r.line = l.id "
        "AND r.complete = 1), m.number FROM manifest_line l JOIN manifest m ON m.id = l.manifest "
        "WHERE l.specimen = ?1 ORDER BY l.id DESC LIMIT 1";
    struct store_line_found found = { .id = 0 };
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, specimen, a, &row);

    if (e != ERROR_OK)
        return e;
    found.id = sql_row_number(&row);
    found.manifest = sql_row_number(&row);
    found.lab = sql_row_number(&row);
    found.days = sql_row_number(&row);
    found.packed = sql_row_number(&row) != 0;
    found.handed_over = sql_row_number(&row) != 0;
    found.closed = sql_row_number(&row) != 0;
    found.number = sql_row_text(&row);
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

/* ---- The hand-over ---- */

enum error store_manifest_count_add(struct store *s, const struct store_actor *by, int64_t manifest,
                                    int64_t counted, int64_t listed, const char *courier,
                                    int64_t *id)
{
    const struct field columns[] = {
        field_number("manifest", manifest), field_number("counted", counted),
        field_number("listed", listed),     field_text("courier", courier),
        field_number("person", by->person), field_number("at", by->at)
    };
    return FACT_ADD(s, FACT_MANIFEST_COUNT, columns, id);
}

/* The event of every specimen on the manifest. */
static enum error handed_over(struct store *s, const struct store_actor *by,
                              const struct store_hand_over *in)
{
    static const char next[] = "SELECT min(l.specimen) " LINES_PACKED " AND l.specimen > ?2";
    const struct store_event event = { .type = EVENT_HANDED_OVER,
                                       .location = in->manifest->lab_name,
                                       .detail = in->manifest->number,
                                       .reason = in->courier };
    struct store_event one = event;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, next, &q);

    one.specimen = 0;
    while (e == ERROR_OK) {
        bool more;

        (void)sqlite3_bind_int64(q, 1, in->manifest->id);
        (void)sqlite3_bind_int64(q, 2, one.specimen);
        e = sql_next(q);
        if (e != ERROR_OK)
            return e;
        more = sqlite3_column_type(q, 0) != SQLITE_NULL;
        one.specimen = sqlite3_column_int64(q, 0);
        (void)sqlite3_reset(q);
        if (!more)
            return ERROR_OK;
        e = store_event_add(s, by, &one, NULL);
    }
    return e;
}

enum error store_hand_over_add(struct store *s, const struct store_actor *by,
                               const struct store_hand_over *in, int64_t *id)
{
    const struct field columns[] = { field_number("manifest", in->manifest->id),
                                     field_number("count", in->count),
                                     field_text("scanned", in->scanned),
                                     field_number("person", by->person),
                                     field_number("at", by->at) };
    enum error e = handed_over(s, by, in);

    return e == ERROR_OK ? FACT_ADD(s, FACT_HAND_OVER, columns, id) : store_answer(s, e);
}

/* ---- What came back ---- */

/* Whether each analyte of the tests that the line's laboratory does for the order has a result. */
static enum error line_complete(struct store *s, int64_t line, int64_t *out)
{
    static const char find[] =
        "SELECT NOT EXISTS (SELECT 1 FROM manifest_line l JOIN manifest m ON m.id = l.manifest "
        "JOIN specimen p ON p.id = l.specimen JOIN order_test o ON o.orders = p.orders JOIN test t "
        "ON t.id = o.test JOIN reference_lab_test k ON k.lab = m.lab AND k.test_code = t.code JOIN "
        "test_analyte a ON a.test = t.id WHERE l.id = ?1 AND NOT EXISTS (SELECT 1 FROM result r "
        "WHERE r.orders = p.orders AND r.test = t.id AND r.status <> 'W' AND r.loinc = a.loinc AND "
        "(a.loinc <> '' OR r.code = a.code) AND NOT EXISTS (SELECT 1 FROM result n WHERE "
        "n.replaces = r.id)))";
    return sql_number(&s->sql, find, line, out);
}

enum error store_reference_result_add(struct store *s, const struct store_actor *by,
                                      const struct store_reference_result *in, int64_t *id)
{
    const struct store_event event = { .type =
                                           in->message ? EVENT_REFERENCE_RESULT : EVENT_EXCEPTION,
                                       .specimen = in->specimen,
                                       .message = in->message,
                                       .reason = in->reason,
                                       .detail = in->lab_number };
    int64_t complete = 1;
    enum error e = in->message ? line_complete(s, in->line, &complete) : ERROR_OK;

    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    if (e != ERROR_OK)
        return store_answer(s, e);
    {
        const struct field columns[] = {
            field_number("line", in->line),           field_id("message", in->message),
            field_text("lab_number", in->lab_number), field_text("reported_at", in->reported_at),
            field_number("complete", complete),       field_text("reason", in->reason),
            field_number("person", by->person),       field_number("at", by->at)
        };
        return FACT_ADD(s, FACT_REFERENCE_RESULT, columns, id);
    }
}
