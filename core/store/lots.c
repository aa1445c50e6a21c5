/* Items, their lots, what became of them. */
#include "core/store/lots.h"

#include "core/store/internal.h"

enum { SUPPLIES_MAX = 64 };

/* ---- Items ---- */

static enum error item_tests_add(struct store *s, const struct store_item *in, int64_t row)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < in->test_count && e == ERROR_OK; i++) {
        const struct field columns[] = { field_number("item", row),
                                         field_text("test", in->tests[i]) };
        e = FACT_ADD(s, FACT_ITEM_TEST, columns, NULL);
    }
    return e;
}

enum error store_item_put(struct store *s, const struct store_actor *by,
                          const struct store_item *in, int64_t *id)
{
    int64_t root = in->id ? in->id : s->head.id + 1, row;
    const struct field columns[] = { field_number("root", root),
                                     field_text("name", in->name),
                                     field_text("kind", in->kind),
                                     field_text("maker", in->maker),
                                     field_text("gtin", in->gtin),
                                     field_text("instrument", in->instrument),
                                     field_number("open_days", in->open_days),
                                     field_text("storage", in->storage),
                                     field_id("place", in->place),
                                     field_number("active", in->active),
                                     field_id("person", by->person),
                                     field_text("role", by->role),
                                     field_number("at", by->at) };
    enum error e = FACT_ADD(s, FACT_ITEM, columns, &row);

    if (e == ERROR_OK)
        e = item_tests_add(s, in, row);
    if (e == ERROR_OK && id)
        *id = root;
    return e;
}

#define ITEM_SELECT                                                                                \
    "SELECT i.root, i.name, i.kind, i.maker, i.gtin, i.instrument, i.open_days, i.storage, "       \
    "coalesce(i.place, 0), i.active FROM item_now i "

static enum error item_take(sqlite3_stmt *q, struct arena *a, struct store_item *out)
{
    struct store_item found = { 0 };
    struct sql_row row;
    enum error e = sql_next(q);

    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    found.id = sql_row_number(&row);
    found.name = sql_row_text(&row);
    found.kind = sql_row_text(&row);
    found.maker = sql_row_text(&row);
    found.gtin = sql_row_text(&row);
    found.instrument = sql_row_text(&row);
    found.open_days = sql_row_number(&row);
    found.storage = sql_row_text(&row);
    found.place = sql_row_number(&row);
    found.active = sql_row_number(&row) != 0;
    e = sql_row_end(&row);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_item_by_id(struct store *s, struct arena *a, int64_t item, struct store_item *out)
{
    static const char find[] = ITEM_SELECT "WHERE i.root = ?1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, item);
    return item_take(q, a, out);
}

enum error store_item_by_gtin(struct store *s, struct arena *a, const char *gtin,
                              struct store_item *out)
{
    static const char find[] =
        ITEM_SELECT "WHERE i.active AND ?1 <> '' AND (i.gtin = ?1 OR EXISTS (SELECT 1 FROM lot_now "
                    "l LEFT JOIN lot_mark m ON m.id = l.mark WHERE l.item_root = i.root AND l.gtin "
                    "= ?1 AND coalesce(m.kind, '') <> 'void')) ORDER BY i.gtin = ?1 DESC, i.id "
                    "DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, gtin);
    return item_take(q, a, out);
}

/* ---- Lots ---- */

/* ?1 is the day: openings after it do not count. A container that was opened later starts the clock
 * anew, but never past the printed date. */
#define LOT_SELECT                                                                                 \
    "SELECT l.lot, l.item_root, i.name, i.kind, l.number, l.code, l.expires, l.gtin, "             \
    "coalesce(o.opened_on, ''), min(l.expires, coalesce(o.use_by, l.expires)), CASE "              \
    "coalesce(m.kind, 'usable') WHEN 'usable' THEN '' ELSE m.kind END, coalesce(m.at, 0), "        \
    "coalesce(m.reason, ''), coalesce(l.receipt, 0), coalesce(o.id, 0) FROM lot_now l JOIN "       \
    "item_now i ON i.root = l.item_root LEFT JOIN lot_mark m ON m.id = l.mark LEFT JOIN "          \
    "lot_opening o ON o.id = (SELECT max(n.id) FROM lot_opening n WHERE n.lot = l.lot AND "        \
    "n.opened_on <= ?1) "

static enum error lot_read(sqlite3_stmt *q, struct arena *a, struct store_lot *out)
{
    struct sql_row row = sql_row_of(q, a);

    *out = (struct store_lot) { .id = sql_row_number(&row) };
    out->item = sql_row_number(&row);
    out->item_name = sql_row_text(&row);
    out->kind = sql_row_text(&row);
    out->number = sql_row_text(&row);
    out->code = sql_row_text(&row);
    out->expires = sql_row_text(&row);
    out->gtin = sql_row_text(&row);
    out->opened_on = sql_row_text(&row);
    out->use_by = sql_row_text(&row);
    out->mark = sql_row_text(&row);
    out->marked_at = sql_row_number(&row);
    out->mark_reason = sql_row_text(&row);
    out->receipt = sql_row_number(&row);
    out->opening = sql_row_number(&row);
    return row.error;
}

static enum error lot_take(sqlite3_stmt *q, struct arena *a, struct store_lot *out)
{
    struct store_lot found;
    enum error e = sql_next(q);

    if (e != ERROR_OK)
        return e;
    e = lot_read(q, a, &found);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_lot_by_id(struct store *s, struct arena *a, int64_t lot, const char *day,
                           struct store_lot *out)
{
    static const char find[] = LOT_SELECT "WHERE l.lot = ?2";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, day);
    (void)sqlite3_bind_int64(q, 2, lot);
    return lot_take(q, a, out);
}

enum error store_lot_by_text(struct store *s, struct arena *a, int64_t item, const char *text,
                             const char *day, struct store_lot *out)
{
    static const char find[] =
        LOT_SELECT "WHERE (?2 = 0 OR l.item_root = ?2) AND trim(?3) <> '' AND (l.number = trim(?3) "
                   "COLLATE NOCASE OR l.code = trim(?3) COLLATE NOCASE) AND coalesce(m.kind, '') "
                   "<> 'void' ORDER BY l.lot DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, day);
    (void)sqlite3_bind_int64(q, 2, item);
    sql_bind_text(q, 3, text);
    return lot_take(q, a, out);
}

enum error store_lot_of_kind(struct store *s, struct arena *a, const char *kind, const char *text,
                             const char *day, struct store_lot *out)
{
    static const char find[] = LOT_SELECT
        "WHERE i.kind = ?2 AND trim(?3) <> '' AND (l.number = trim(?3) COLLATE NOCASE OR "
        "l.code = trim(?3) COLLATE NOCASE) AND coalesce(m.kind, '') <> 'void' ORDER BY CASE "
        "coalesce(m.kind, '') WHEN 'recalled' THEN 0 WHEN 'quarantine' THEN 1 WHEN 'depleted' THEN "
        "4 ELSE iif(l.expires < ?1, 2, 3) END, l.lot DESC LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, day);
    sql_bind_text(q, 2, kind);
    sql_bind_text(q, 3, text);
    return lot_take(q, a, out);
}

enum error store_lot_add(struct store *s, const struct store_actor *by,
                         const struct store_lot_new *in, int64_t *id)
{
    static const char find[] =
        "SELECT l.lot FROM lot_now l LEFT JOIN lot_mark m ON m.id = l.mark WHERE l.item_root = ?1 "
        "AND l.number = ?2 COLLATE NOCASE AND coalesce(m.kind, '') <> 'void'";
    const struct field columns[] = {
        field_number("item_root", in->item), field_text("number", in->number),
        field_text("code", in->code),        field_text("expires", in->expires),
        field_text("gtin", in->gtin),        field_id("person", by->person),
        field_text("role", by->role),        field_number("at", by->at)
    };
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return store_answer(s, e);
    (void)sqlite3_bind_int64(q, 1, in->item);
    sql_bind_text(q, 2, in->number);
    e = sql_next(q);
    if (e == ERROR_OK)
        (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND)
        return e == ERROR_OK ? ERROR_CONFLICT : store_answer(s, e);
    return FACT_ADD(s, FACT_LOT, columns, id);
}

enum error store_lot_receive(struct store *s, const struct store_actor *by, int64_t lot,
                             int64_t quantity, const char *shipment, const char *scanned,
                             int64_t *id)
{
    const struct field columns[] = {
        field_number("lot", lot),         field_number("quantity", quantity),
        field_text("shipment", shipment), field_text("scanned", scanned),
        field_id("person", by->person),   field_text("role", by->role),
        field_number("at", by->at)
    };
    return FACT_ADD(s, FACT_LOT_RECEIPT, columns, id);
}

enum error store_lot_open(struct store *s, const struct store_actor *by, int64_t lot,
                          const char *opened_on, const char *use_by, const char *reason,
                          int64_t *id)
{
    const struct field columns[] = {
        field_number("lot", lot),       field_text("opened_on", opened_on),
        field_text("use_by", use_by),   field_text("reason", reason),
        field_id("person", by->person), field_text("role", by->role),
        field_number("at", by->at)
    };
    return FACT_ADD(s, FACT_LOT_OPENING, columns, id);
}

enum error store_lot_mark(struct store *s, const struct store_actor *by, int64_t lot,
                          const char *kind, const char *reason, int64_t *id)
{
    const struct field columns[] = { field_number("lot", lot),     field_text("kind", kind),
                                     field_text("reason", reason), field_id("person", by->person),
                                     field_text("role", by->role), field_number("at", by->at) };
    return FACT_ADD(s, FACT_LOT_MARK, columns, id);
}

/* ---- What a test uses ---- */

/* Whether the item_now `i` is for the test ?2, of the kind ?3, on the instrument ?4. */
#define ITEM_FITS                                                                                  \
    "i.active AND i.kind = ?3 AND EXISTS (SELECT 1 FROM item_test t WHERE t.item = i.id AND "      \
    "t.test = ?2) AND (i.instrument = '' OR i.instrument = (SELECT x.name FROM instrument x "      \
    "WHERE "                                                                                       \
    "x.id = ?4)) "

static void supplies_bind(sqlite3_stmt *q, const char *day, const char *test, const char *kind,
                          int64_t instrument)
{
    sql_bind_text(q, 1, day);
    sql_bind_text(q, 2, test);
    sql_bind_text(q, 3, kind);
    (void)sqlite3_bind_int64(q, 4, instrument);
}

enum error store_supplies_of_test(struct store *s, struct arena *a, const char *test,
                                  const char *kind, int64_t instrument, const char *day,
                                  struct store_supplies *out)
{
    static const char count[] = "SELECT count(*) FROM item_now i WHERE ?1 = ?1 AND " ITEM_FITS;
    static const char list[] =
        LOT_SELECT "WHERE " ITEM_FITS "AND coalesce(m.kind, '') <> 'void' ORDER BY l.lot DESC";
    struct store_supplies found = { .lots = arena_take(a, sizeof *found.lots * SUPPLIES_MAX) };
    sqlite3_stmt *q;
    enum error e = found.lots ? sql_prepare(&s->sql, count, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    supplies_bind(q, day, test, kind, instrument);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    found.item_count = (size_t)sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    e = sql_prepare(&s->sql, list, &q);
    if (e != ERROR_OK)
        return e;
    supplies_bind(q, day, test, kind, instrument);
    while (found.lot_count < SUPPLIES_MAX && (e = sql_next(q)) == ERROR_OK &&
           (e = lot_read(q, a, &found.lots[found.lot_count])) == ERROR_OK)
        found.lot_count++;
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *out = found;
    return ERROR_OK;
}

/* ---- Where they are kept ---- */

enum error store_keeping_of_test(struct store *s, struct arena *a, const char *test,
                                 int64_t instrument, const char *day, struct store_keeping **out,
                                 size_t *count)
{
    static const char list[] =
        "SELECT i.name, coalesce(p.name, ''), coalesce(t.id, 0), coalesce(t.day, ''), "
        "coalesce(t.in_range, 0), coalesce(t.usable, 0), coalesce((SELECT max(x.id) FROM "
        "temperature x WHERE x.place_root = i.place AND x.in_range = 0), 0) FROM item_now i LEFT "
        "JOIN place_now p ON p.root = i.place AND p.active LEFT JOIN temperature t ON t.id = "
        "(SELECT max(n.id) FROM temperature n WHERE n.place_root = i.place AND n.day <= ?1) "
        "WHERE " ITEM_FITS "ORDER BY i.root";
    struct store_keeping *found = arena_take(a, sizeof *found * SUPPLIES_MAX);
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = found ? sql_prepare(&s->sql, list, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    supplies_bind(q, day, test, "kit", instrument);
    while (used < SUPPLIES_MAX && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, a);
        struct store_keeping *k = &found[used++];
        k->item = sql_row_text(&row);
        k->place = sql_row_text(&row);
        k->reading = sql_row_number(&row);
        k->day = sql_row_text(&row);
        k->in_range = sql_row_number(&row) != 0;
        k->usable = sql_row_number(&row) != 0;
        k->excursion = sql_row_number(&row);
        if ((e = row.error) != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    *out = found;
    *count = used;
    return ERROR_OK;
}
