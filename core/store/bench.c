/* Storage, stability, aliquots, recollections, cancelled and oral orders. */
#include "core/store/bench.h"

#include "core/base/text.h"
#include "core/store/internal.h"
#include "core/store/specimens.h"

#include <stdio.h>
#include <string.h>

/* ---- Storage and stability ---- */

enum error store_storage_add(struct store *s, const struct store_actor *by, int64_t specimen,
                             enum stability_temperature temperature, const char *location)
{
    const struct field columns[] = { field_number("specimen", specimen),
                                     field_text("temperature",
                                                stability_temperature_id(temperature)),
                                     field_text("location", location), field_number("at", by->at) };
    return FACT_ADD(s, FACT_STORAGE, columns, NULL);
}

enum error store_stays(struct store *s, int64_t specimen, struct stability_stay out[STORE_STAYS],
                       size_t *count)
{
    static const char list[] =
        "SELECT g.at, g.temperature FROM storage g WHERE g.specimen = ?1 OR g.id < (SELECT a.id "
        "FROM aliquot a WHERE a.specimen = ?1 AND a.parent = g.specimen) ORDER BY g.id";
    sqlite3_stmt *q;
    size_t found = 0;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, specimen);
    while ((e = sql_next(q)) == ERROR_OK && found < STORE_STAYS) {
        out[found].from = sqlite3_column_int64(q, 0);
        if (stability_temperature_parse((const char *)sqlite3_column_text(q, 1),
                                        &out[found].temperature) == ERROR_OK)
            found++;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND)
        return e == ERROR_OK ? ERROR_TOO_BIG : e;
    *count = found;
    return ERROR_OK;
}

enum error store_stability_add(struct store *s, const struct store_stability *in, int64_t *id)
{
    const struct field columns[] = { field_text("test_code", in->test_code),
                                     field_text("temperature",
                                                stability_temperature_id(in->temperature)),
                                     field_number("minutes", in->minutes),
                                     field_text("source", in->source),
                                     field_id("person", in->person),
                                     field_number("at", in->at) };
    return FACT_ADD(s, FACT_STABILITY, columns, id);
}

enum error store_stability_of(struct store *s, const char *test_code, struct stability_book *out)
{
    static const char find[] =
        "SELECT b.temperature, b.minutes FROM stability b WHERE b.test_code = ?1 AND b.person IS "
        "NOT NULL AND b.id = (SELECT max(n.id) FROM stability n WHERE n.test_code = b.test_code "
        "AND n.temperature = b.temperature)";
    struct stability_book book = { { 0 } };
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, test_code);
    while ((e = sql_next(q)) == ERROR_OK) {
        enum stability_temperature at;
        if (stability_temperature_parse((const char *)sqlite3_column_text(q, 0), &at) == ERROR_OK)
            book.minutes[at] = sqlite3_column_int64(q, 1);
    }
    if (e != ERROR_NOT_FOUND)
        return e;
    *out = book;
    return ERROR_OK;
}

/* ---- Aliquots ---- */

static enum error aliquot_add(struct store *s, int64_t specimen, int64_t parent, int64_t place,
                              const char *volume)
{
    const struct field columns[] = { field_number("specimen", specimen),
                                     field_number("parent", parent), field_number("place", place),
                                     field_text("volume", volume) };
    return FACT_ADD(s, FACT_ALIQUOT, columns, NULL);
}

enum error store_aliquot(struct store *s, const struct store_actor *by,
                         const struct store_aliquot *in, struct store_specimen_key *out)
{
    static const char next[] = "SELECT count(*) + 1 FROM aliquot WHERE parent = ?1";
    const struct store_specimen *p = in->parent;
    struct store_specimen_key key;
    char site[64];
    struct store_collect child = { .order = p->order,
                                   .day = in->day,
                                   .type = p->type,
                                   .container = in->container,
                                   .site = site,
                                   .lot = "",
                                   .collector = in->collector,
                                   .collected_at = p->collected_at };
    struct store_event event = { .type = EVENT_ALIQUOTED, .order = p->order, .detail = site };
    int64_t place = 0;
    enum error e = sql_number(&s->sql, next, p->id, &place);

    /* The label shows where a specimen was taken: here, out of which one. */
    (void)snprintf(site, sizeof site, "Aliquot %lld of %s", (long long)place, p->accession);
    if (e == ERROR_OK)
        e = specimen_add(s, by, &child, &key);
    if (e == ERROR_OK)
        e = aliquot_add(s, key.id, p->id, place, in->volume);
    if (e != ERROR_OK)
        return store_answer(s, e);
    event.specimen = key.id;
    e = store_event_add(s, by, &event, NULL);
    event.type = EVENT_DIVIDED;
    event.specimen = p->id;
    event.detail = key.accession.digits;
    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    if (e == ERROR_OK)
        *out = key;
    return e;
}

/* ---- Recollections ---- */

enum { TESTS_MOST = 64 };

/* Withdrawn, cancelled and replaced versions are no result. */
#define RESULT_COUNTS                                                                              \
    "r.status NOT IN ('W', 'X') AND NOT EXISTS (SELECT 1 FROM result n WHERE n.replaces = r.id)"

#define TEST_LACKS(x)                                                                              \
    "(NOT EXISTS (SELECT 1 FROM result r WHERE r.orders = " x ".orders AND r.test = " x            \
    ".test AND " RESULT_COUNTS ") OR EXISTS (SELECT 1 FROM order_missing m WHERE m.orders = " x    \
    ".orders AND m.test = " x ".test))"

/* The order's tests that are not whole; all of them when each is. */
static enum error tests_to_repeat(struct store *s, int64_t order, int64_t tests[TESTS_MOST],
                                  size_t *count)
{
    static const char list[] =
        "SELECT x.test FROM order_test x WHERE x.orders = ?1 AND (" TEST_LACKS(
            "x") " OR NOT EXISTS (SELECT 1 FROM order_test y WHERE y.orders = x.orders "
                 "AND " TEST_LACKS("y") ")) ORDER BY x.id";
    sqlite3_stmt *q;
    size_t found = 0;
    enum error e = sql_prepare(&s->sql, list, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, order);
    while ((e = sql_next(q)) == ERROR_OK && found < TESTS_MOST)
        tests[found++] = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND)
        return e == ERROR_OK ? ERROR_TOO_BIG : e;
    *count = found;
    return ERROR_OK;
}

/* The order of the specimen, as a new one is to be. */
static enum error order_like(struct store *s, struct arena *a, int64_t specimen, int64_t *parent,
                             struct store_order *out)
{
    static const char find[] =
        "SELECT o.id, o.patient, o.provider, o.priority, o.mode, o.placer, o.icd10 FROM specimen p "
        "JOIN orders o ON o.id = p.orders WHERE p.id = ?1";
    struct sql_row row;
    enum error e = sql_row_find(&s->sql, find, specimen, a, &row);

    if (e != ERROR_OK)
        return e;
    *parent = sql_row_number(&row);
    out->patient = sql_row_number(&row);
    out->provider = sql_row_text(&row);
    out->priority = sql_row_text(&row);
    out->mode = sql_row_text(&row);
    out->placer = sql_row_text(&row);
    out->icd10 = sql_row_text(&row);
    return sql_row_end(&row);
}

static enum error recollection_add(struct store *s, int64_t specimen, int64_t parent, int64_t order)
{
    const struct field columns[] = { field_number("specimen", specimen),
                                     field_number("parent", parent),
                                     field_number("orders", order) };
    return FACT_ADD(s, FACT_RECOLLECTION, columns, NULL);
}

enum error store_recollect(struct store *s, const struct store_actor *by, int64_t specimen,
                           const char *reason, struct store_order_key *out)
{
    static const char asked[] = "SELECT count(*) FROM recollection WHERE specimen = ?1";
    struct store_event event = { .type = EVENT_RECOLLECT_ASKED, .specimen = specimen };
    int64_t tests[TESTS_MOST], parent = 0, there = 0;
    struct store_order order = { .reason = reason, .tests = tests };
    struct store_order_key key;
    struct arena arena;
    enum error e = sql_number(&s->sql, asked, specimen, &there);

    arena_init(&arena, STORE_FOUND_ARENA);
    if (e == ERROR_OK && there)
        e = ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = order_like(s, &arena, specimen, &parent, &order);
    if (e == ERROR_OK)
        e = tests_to_repeat(s, parent, tests, &order.test_count);
    if (e == ERROR_OK)
        e = store_order_enter(s, by, &order, &key);
    arena_free(&arena);
    if (e == ERROR_OK)
        e = recollection_add(s, specimen, parent, key.id);
    if (e == ERROR_OK)
        e = projection_stale(s, parent);
    event.order = parent;
    event.detail = key.number;
    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    if (e == ERROR_OK)
        *out = key;
    return store_answer(s, e);
}

enum error store_order_has_other(struct store *s, int64_t order, int64_t specimen, bool *out)
{
    static const char count[] =
        "SELECT count(*) FROM specimen p JOIN specimen_state c ON c.specimen = p.id WHERE p.orders "
        "= ?1 AND p.id <> ?2 AND c.state NOT IN ('rejected', 'disposed')";
    const int64_t keys[] = { order, specimen };
    int64_t others = 0;
    enum error e = sql_number_by(&s->sql, count, keys, 2, &others);

    if (e == ERROR_OK)
        *out = others != 0;
    return e;
}

enum error store_rejection_seen(struct store *s, const struct store_actor *by, int64_t specimen)
{
    static const char find[] =
        "SELECT max(id) FROM event WHERE specimen = ?1 AND type = 'rejected'";
    int64_t event = 0;
    enum error e = sql_number(&s->sql, find, specimen, &event);
    const struct field columns[] = { field_number("event", event), field_id("person", by->person),
                                     field_number("at", by->at) };

    return e == ERROR_OK ? FACT_ADD(s, FACT_REJECTION_SEEN, columns, NULL) : store_answer(s, e);
}

/* ---- Orders ---- */

enum error store_order_add_test(struct store *s, const struct store_actor *by,
                                const struct store_specimen *specimen, int64_t test,
                                const char *detail)
{
    const struct field columns[] = { field_number("orders", specimen->order),
                                     field_number("test", test) };
    const struct store_event event = {
        .type = EVENT_ADDED_ON, .specimen = specimen->id, .order = specimen->order, .detail = detail
    };
    enum error e = FACT_ADD(s, FACT_ORDER_TEST, columns, NULL);

    if (e == ERROR_OK)
        e = projection_stale(s, specimen->order);
    return e == ERROR_OK ? store_event_add(s, by, &event, NULL) : e;
}

enum error store_order_cancel(struct store *s, const struct store_actor *by, int64_t order,
                              const char *reason)
{
    static const char waits[] =
        "SELECT orders FROM to_do WHERE orders = ?1 UNION ALL SELECT orders "
        "FROM partial WHERE orders = ?1";
    const struct field columns[] = { field_number("orders", order), field_text("reason", reason),
                                     field_id("person", by->person), field_number("at", by->at) };
    const struct store_event event = { .type = EVENT_CANCELLED, .order = order, .reason = reason };
    int64_t unused;
    enum error e = projection_refresh(s);

    if (e == ERROR_OK)
        e = sql_number(&s->sql, waits, order, &unused);
    if (e == ERROR_NOT_FOUND)
        return ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_ORDER_CANCEL, columns, NULL);
    if (e == ERROR_OK)
        e = projection_stale(s, order);
    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    return store_answer(s, e);
}

enum error store_order_cancelled(struct store *s, int64_t order, bool *out)
{
    static const char find[] = "SELECT count(*) FROM order_cancel WHERE orders = ?1";
    int64_t count = 0;
    enum error e = sql_number(&s->sql, find, order, &count);

    if (e == ERROR_OK)
        *out = count != 0;
    return e;
}

enum error store_oral_authorise(struct store *s, const struct store_actor *by, int64_t order,
                                const char *method, const char *note)
{
    static const char oral[] = "SELECT id FROM orders WHERE id = ?1 AND mode = 'oral'";
    const struct field columns[] = { field_number("orders", order), field_text("method", method),
                                     field_text("note", note), field_id("person", by->person),
                                     field_number("at", by->at) };
    const struct store_event event = {
        .type = EVENT_AUTHORISED, .order = order, .reason = note, .detail = method
    };
    int64_t unused;
    enum error e = sql_number(&s->sql, oral, order, &unused);

    if (e == ERROR_NOT_FOUND)
        return ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_ORAL_AUTHORISATION, columns, NULL);
    if (e == ERROR_OK)
        e = store_event_add(s, by, &event, NULL);
    return store_answer(s, e);
}
