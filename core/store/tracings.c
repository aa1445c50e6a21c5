/* EKGs: the order at a cart, tracings, whose they are, which is for review, the overread. */
#include "core/store/tracings.h"

#include "core/store/internal.h"

#include <string.h>

/* ---- The order that is open at a cart ---- */

static enum error instrument_root(struct store *s, int64_t instrument, int64_t *root)
{
    static const char find[] = "SELECT root FROM instrument WHERE id = ?1";
    return sql_number(&s->sql, find, instrument, root);
}

enum error store_procedure_add(struct store *s, const struct store_actor *by, int64_t instrument,
                               int64_t order, int64_t *id)
{
    const struct store_event opened = { .type = EVENT_EKG_OPENED, .order = order };
    struct store_actor actor = *by;
    int64_t root = 0;
    enum error e = instrument_root(s, instrument, &root);

    if (e != ERROR_OK)
        return store_answer(s, e);
    {
        const struct field columns[] = { field_number("instrument_root", root),
                                         field_id("orders", order), field_id("person", by->person),
                                         field_text("workstation", by->workstation),
                                         field_number("at", by->at) };
        e = FACT_ADD(s, FACT_PROCEDURE, columns, id);
    }
    actor.instrument = instrument;
    return e == ERROR_OK && order ? store_event_add(s, &actor, &opened, NULL) : e;
}

static enum error procedure_take(sqlite3_stmt *q, struct arena *a, struct store_procedure *out)
{
    struct sql_row row = sql_row_of(q, a);

    *out = (struct store_procedure) { .order = sql_row_number(&row) };
    out->patient_id = sql_row_number(&row);
    out->at = sql_row_number(&row);
    out->number = sql_row_text(&row);
    return row.error;
}

/* The one row of a bound query. */
static enum error procedure_one(sqlite3_stmt *q, struct arena *a, struct store_procedure *out)
{
    struct store_procedure found;
    enum error e = sql_next(q);

    if (e != ERROR_OK)
        return e;
    e = procedure_take(q, a, &found);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

enum error store_procedure_open(struct store *s, struct arena *a, int64_t instrument, int64_t at,
                                struct store_procedure *out)
{
    static const char find[] =
        "SELECT o.id, o.patient, p.at, o.number FROM procedure p JOIN orders o ON o.id = p.orders "
        "WHERE p.id = (SELECT max(n.id) FROM procedure n WHERE n.instrument_root = (SELECT root "
        "FROM instrument WHERE id = ?1) AND n.at <= ?3) AND p.at > ?2 AND NOT EXISTS (SELECT 1 "
        "FROM worklist w WHERE w.orders = o.id AND w.state = 'signed')";
    sqlite3_stmt *q;
    enum error e = projection_refresh(s);

    if (e == ERROR_OK)
        e = sql_prepare(&s->sql, find, &q);
    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, instrument);
    (void)sqlite3_bind_int64(q, 2, at - STORE_PROCEDURE_TIME);
    (void)sqlite3_bind_int64(q, 3, at);
    return procedure_one(q, a, out);
}

enum error store_procedure_at(struct store *s, int64_t instrument, int64_t at, int64_t *order)
{
    static const char find[] =
        "SELECT p.orders FROM procedure p WHERE p.id = (SELECT max(n.id) FROM procedure n WHERE "
        "n.instrument_root = (SELECT root FROM instrument WHERE id = ?1) AND n.at <= ?3) "
        "AND p.at > ?2";
    const int64_t keys[] = { instrument, at - STORE_PROCEDURE_TIME, at };
    enum error e;

    *order = 0;
    e = sql_number_by(&s->sql, find, keys, 3, order);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

enum error store_procedure_done(struct store *s, int64_t order, int64_t since, bool *done)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM tracing_tie t WHERE t.orders = ?1 AND t.at >= ?2 AND NOT "
        "EXISTS (SELECT 1 FROM tracing_tie n WHERE n.tracing = t.tracing AND n.id > t.id)) OR "
        "EXISTS (SELECT 1 FROM tracing x WHERE x.proposed = ?1 AND x.at >= ?2 AND x.differs = '')";
    const int64_t keys[] = { order, since };
    int64_t found = 0;
    enum error e = sql_number_by(&s->sql, find, keys, 2, &found);

    if (e == ERROR_OK)
        *done = found != 0;
    return e;
}

enum error store_procedure_of(struct store *s, struct arena *a, int64_t order, int64_t until,
                              struct store_procedure *out)
{
    static const char find[] =
        "SELECT o.id, o.patient, coalesce((SELECT max(p.at) FROM procedure p WHERE p.orders = o.id "
        "AND p.at <= ?2), o.at), o.number FROM orders o WHERE o.id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, order);
    (void)sqlite3_bind_int64(q, 2, until);
    return procedure_one(q, a, out);
}

enum error store_ekg_to_do(struct store *s, struct arena *a, size_t max,
                           struct store_procedure **out, size_t *count)
{
    static const char list[] =
        "SELECT o.id, o.patient, o.at, o.number FROM to_do d JOIN orders o ON o.id = d.orders "
        "WHERE "
        "EXISTS (SELECT 1 FROM order_test x JOIN test t ON t.id = x.test WHERE x.orders = o.id AND "
        "t.specimen_type = '" STORE_NO_SPECIMEN "') ORDER BY o.id DESC LIMIT ?1";
    struct store_procedure *found = arena_take(a, sizeof *found * (max + 1));
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = found ? sql_prepare(&s->sql, list, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, (int64_t)max);
    while ((e = sql_next(q)) == ERROR_OK && used < max) {
        e = procedure_take(q, a, &found[used++]);
        if (e != ERROR_OK)
            break;
    }
    (void)sqlite3_reset(q);
    if (e != ERROR_NOT_FOUND && e != ERROR_OK)
        return e;
    *out = found;
    *count = used;
    return ERROR_OK;
}

/* ---- Tracings ---- */

enum error store_ekg_earlier(struct store *s, const uint8_t hash[32], bool readable,
                             int64_t *message)
{
    /* Each repeat names the one before it. What was read counts until a person takes it off the
     * list; what could not be read is not asked about again in any case. */
    static const char find[] =
        "WITH RECURSIVE first (id, last) AS (SELECT m.id, m.id FROM message m WHERE m.text_hash = "
        "?1 AND m.kind = 'ecg' AND m.disposition <> 'repeat' AND EXISTS (SELECT 1 FROM tracing x "
        "WHERE x.message = m.id) = ?2 AND (NOT ?2 OR NOT EXISTS (SELECT 1 FROM resolution r WHERE "
        "r.message = m.id)) UNION ALL SELECT f.id, n.id FROM first f JOIN message n ON n.repeats = "
        "f.last) SELECT max(last) FROM first";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_blob(q, 1, hash, 32, SQLITE_STATIC);
    (void)sqlite3_bind_int(q, 2, readable);
    e = sql_next(q);
    if (e == ERROR_OK && sqlite3_column_type(q, 0) == SQLITE_NULL)
        e = ERROR_NOT_FOUND;
    if (e == ERROR_OK)
        *message = sqlite3_column_int64(q, 0);
    (void)sqlite3_reset(q);
    return e;
}

/* Whether every frame of session `b` that the cart sent stands at the same place in `w`. */
#define FRAMES_BEGIN(b, w)                                                                         \
    "NOT EXISTS (SELECT 1 FROM frame f WHERE f.session = " b                                       \
    " AND f.direction = 0 AND NOT EXISTS "                                                         \
    "(SELECT 1 FROM frame g WHERE g.session = " w " AND g.direction = 0 AND g.number = f.number "  \
    "AND g.bytes = f.bytes))"

enum error store_ekg_counterpart(struct store *s, int64_t message, bool broken, int64_t *other)
{
    static const char find_broken[] =
        "SELECT b.id FROM message m, held h CROSS JOIN message b ON b.id = h.message WHERE m.id = "
        "?1 AND b.instrument_root = m.instrument_root AND b.kind = 'ecg' AND b.disposition = "
        "'incomplete' AND b.session <> m.session AND " FRAMES_BEGIN("b.session",
                                                                    "m.session") " LIMIT 1";
    static const char find_whole[] =
        "SELECT w.id FROM message m JOIN session z ON z.instrument_root = m.instrument_root AND "
        "z.id > m.session JOIN message w ON w.session = z.id AND w.kind = 'ecg' AND w.disposition "
        "<> 'incomplete' WHERE m.id = ?1 AND " FRAMES_BEGIN("m.session", "w.session") " LIMIT 1";

    return sql_number(&s->sql, broken ? find_whole : find_broken, message, other);
}

enum error store_tracing_add(struct store *s, const struct store_actor *by,
                             const struct store_tracing *in, int64_t *id)
{
    const struct store_event received = { .type = EVENT_EKG_RECEIVED,
                                          .order = in->proposed,
                                          .message = in->message,
                                          .detail = ecg_format_text(in->format) };
    const struct field columns[] = { field_number("message", in->message),
                                     field_text("format", ecg_format_id(in->format)),
                                     field_blob("original",
                                                span_of(in->original, sizeof in->original)),
                                     field_number("size", in->size),
                                     field_id("proposed", in->proposed),
                                     field_text("differs", in->differs),
                                     field_number("severity", in->severity),
                                     field_text("routing", in->routing),
                                     field_number("at", in->at) };
    enum error e = FACT_ADD(s, FACT_TRACING, columns, id);

    return e == ERROR_OK && in->proposed ? store_event_add(s, by, &received, NULL) : e;
}

enum error store_waveform_add(struct store *s, int64_t tracing, int64_t position,
                              struct span samples)
{
    const struct field columns[] = { field_number("tracing", tracing),
                                     field_number("position", position),
                                     field_blob("samples", samples) };
    return FACT_ADD(s, FACT_WAVEFORM, columns, NULL);
}

static enum error tracing_take(sqlite3_stmt *q, struct arena *a, struct store_tracing_found *out)
{
    struct sql_row row = sql_row_of(q, a);
    struct span original;

    *out = (struct store_tracing_found) { .id = sql_row_number(&row) };
    out->message = sql_row_number(&row);
    out->instrument = sql_row_number(&row);
    out->order = sql_row_number(&row);
    out->proposed = sql_row_number(&row);
    out->waiting = sql_row_number(&row) != 0;
    out->at = sql_row_number(&row);
    out->format = sql_row_text(&row);
    out->recorded_at = sql_row_text(&row);
    out->patient_id = sql_row_text(&row);
    out->patient_name = sql_row_text(&row);
    out->patient_birth_date = sql_row_text(&row);
    out->patient_sex = sql_row_text(&row);
    original = sql_row_blob(&row);
    if (row.error == ERROR_OK) /* the table's CHECK gives it that length */
        memcpy(out->original, original.at, sizeof out->original);
    return row.error;
}

enum error store_tracing_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_tracing_found *out)
{
    static const char find[] =
        "SELECT x.id, x.message, z.instrument, coalesce((SELECT t.orders FROM tracing_tie t WHERE "
        "t.tracing = x.id ORDER BY t.id DESC LIMIT 1), 0), coalesce(x.proposed, 0), EXISTS (SELECT "
        "1 FROM held h WHERE h.message = x.message), x.at, x.format, m.sent_at, m.patient_id, "
        "m.patient_name, m.patient_birth_date, m.patient_sex, x.original FROM tracing x JOIN "
        "message m ON m.id = x.message JOIN session z ON z.id = m.session WHERE x.id = ?1";
    struct store_tracing_found found;
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, id, &q);

    if (e != ERROR_OK)
        return e;
    e = tracing_take(q, a, &found);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        *out = found;
    return e;
}

/* ---- Whose a tracing is ---- */

/* What the event says of it: the cart, the message. */
static enum error tie_event(struct store *s, const struct store_actor *by,
                            const struct store_tie *in, const struct store_tracing_found *tracing)
{
    struct store_actor actor = *by;
    struct store_event event = { .type = in->order ? EVENT_EKG_TIED : EVENT_EKG_UNTIED,
                                 .order = in->order ? in->order : tracing->order,
                                 .message = tracing->message,
                                 .reason = in->reason,
                                 .detail = in->identifiers };

    actor.instrument = tracing->instrument;
    return store_event_add(s, &actor, &event, NULL);
}

enum error store_tie_add(struct store *s, const struct store_actor *by, const struct store_tie *in,
                         int64_t *id)
{
    const struct field columns[] = { field_number("tracing", in->tracing),
                                     field_id("orders", in->order),
                                     field_text("identifiers", in->identifiers),
                                     field_text("differs", in->differs),
                                     field_text("reason", in->reason),
                                     field_id("person", by->person),
                                     field_number("at", by->at) };
    struct store_tracing_found tracing;
    struct arena arena;
    enum error e;

    arena_init(&arena, STORE_FOUND_ARENA);
    e = store_tracing_by_id(s, &arena, in->tracing, &tracing);
    if (e == ERROR_OK && (in->order ? !tracing.waiting : !tracing.order))
        e = ERROR_CONFLICT;
    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_TRACING_TIE, columns, id);
    if (e == ERROR_OK)
        e = tie_event(s, by, in, &tracing);
    if (e == ERROR_OK)
        e = projection_stale(s, in->order ? in->order : tracing.order);
    arena_free(&arena);
    return store_answer(s, e);
}

/* ---- Which is for review ---- */

enum error store_order_chosen(struct store *s, int64_t order, struct store_chosen *out)
{
    static const char find[] =
        "WITH tied AS MATERIALIZED (SELECT t.id, t.tracing FROM tracing_tie t WHERE t.orders = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM tracing_tie n WHERE n.tracing = t.tracing AND n.id > t.id)) "
        "SELECT count(*), CASE count(*) WHEN 0 THEN 0 WHEN 1 THEN max(tracing) ELSE "
        "coalesce((SELECT c.tracing FROM tracing_choice c WHERE c.id = (SELECT max(h.id) FROM "
        "tracing_choice h WHERE h.orders = ?1) AND c.id > (SELECT max(id) FROM tied) AND c.tracing "
        "IN (SELECT tracing FROM tied)), 0) END FROM tied";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, order, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_chosen) { .tied = sqlite3_column_int64(q, 0),
                                   .tracing = sqlite3_column_int64(q, 1) };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_choice_add(struct store *s, const struct store_actor *by, int64_t order,
                            int64_t tracing, const char *reason, int64_t *id)
{
    static const char message_of[] = "SELECT message FROM tracing WHERE id = ?1";
    struct store_event chosen = { .type = EVENT_EKG_CHOSEN, .order = order, .reason = reason };
    const struct field columns[] = { field_number("orders", order),
                                     field_number("tracing", tracing), field_text("reason", reason),
                                     field_id("person", by->person), field_number("at", by->at) };
    enum error e = sql_number(&s->sql, message_of, tracing, &chosen.message);

    if (e == ERROR_OK)
        e = FACT_ADD(s, FACT_TRACING_CHOICE, columns, id);
    if (e == ERROR_OK)
        e = store_event_add(s, by, &chosen, NULL);
    return e == ERROR_OK ? projection_stale(s, order) : store_answer(s, e);
}

/* ---- The overread ---- */

static enum error original_of(struct store *s, int64_t tracing, uint8_t out[32])
{
    static const char find[] = "SELECT original FROM tracing WHERE id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, tracing, &q);

    if (e != ERROR_OK)
        return e;
    memcpy(out, sqlite3_column_blob(q, 0), 32); /* the table's CHECK gives it that length */
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_overread_add(struct store *s, const struct store_actor *by,
                              const struct store_overread *in, int64_t *id)
{
    uint8_t original[32];
    int64_t review = 0;
    enum error e = original_of(s, in->tracing, original);

    if (e == ERROR_OK)
        e = store_review_add(s, by, &in->review, &review);
    if (e != ERROR_OK)
        return store_answer(s, e);
    {
        const struct field columns[] = { field_number("review", review),
                                         field_number("tracing", in->tracing),
                                         field_text("opinion", in->opinion),
                                         field_text("reading", in->reading),
                                         field_blob("original", span_of(original, sizeof original)),
                                         field_blob("picture", span_of(in->picture, 32)),
                                         field_text("renderer", in->renderer),
                                         field_text("layout", in->layout) };
        return FACT_ADD(s, FACT_OVERREAD, columns, id);
    }
}
