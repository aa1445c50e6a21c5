/* Accessions, specimens, their events and labels. */
#include "core/store/specimens.h"
#include "core/base/limits.h"
#include "core/store/internal.h"
#include "core/store/menu.h"
#include "core/store/paper.h"

/* The salt that every accession of this site is made with. */
static enum error site_salt(struct store *s, struct arena *a, const char **salt)
{
    struct store_site site;
    enum error e = store_site_find(s, a, &site);
    if (e == ERROR_OK)
        *salt = site.salt;
    return e;
}

static enum error issue_add(struct store *s, uint32_t day, uint32_t running, const char *note,
                            int64_t at, int64_t *id)
{
    const struct field columns[] = { field_number("day", day), field_number("running", running),
                                     field_text("note", note), field_number("at", at) };
    return FACT_ADD(s, FACT_ACCESSION_ISSUE, columns, id);
}

static enum error running_next(struct store *s, uint32_t day, uint32_t *out)
{
    static const char last[] = "SELECT coalesce(max(running), 0) FROM accession_issue "
                               "WHERE day = ?1";
    int64_t running = 0;
    enum error e = sql_number(&s->sql, last, day, &running);

    if (e == ERROR_OK && running + 1 >= ACCESSION_PER_DAY)
        return ERROR_FULL;
    if (e == ERROR_OK)
        *out = (uint32_t)running + 1;
    return e;
}

enum error store_accession_skip(struct store *s, uint32_t day, uint32_t running, int64_t at,
                                const char *reason)
{
    uint32_t next;
    enum error e = running_next(s, day, &next);

    if (e != ERROR_OK || running < next)
        return store_answer(s, e);
    return issue_add(s, day, running, reason, at, NULL);
}

enum error accession_issue(struct store *s, uint32_t day, int64_t at, int64_t *issue,
                           struct accession *out)
{
    const char *salt = "";
    uint32_t running = 0;
    struct arena a;
    enum error e;

    arena_init(&a, LIMIT_TEXT);
    e = site_salt(s, &a, &salt);
    if (e == ERROR_OK)
        e = running_next(s, day, &running);
    if (e == ERROR_OK)
        e = accession_make(out, day, running, salt);
    if (e == ERROR_OK)
        e = issue_add(s, day, running, "", at, issue);
    arena_free(&a);
    return e;
}

/* What else is known of the collection, when anything is. */
static enum error detail_add(struct store *s, int64_t specimen, const struct store_collect *in)
{
    const char *const all[] = { in->volume, in->fasting, in->last_menses, in->anticoagulant,
                                in->note };
    const struct field columns[] = { field_number("specimen", specimen),
                                     field_text("volume", in->volume),
                                     field_text("fasting", in->fasting),
                                     field_text("last_menses", in->last_menses),
                                     field_text("anticoagulant", in->anticoagulant),
                                     field_text("note", in->note) };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i] && *all[i])
            return FACT_ADD(s, FACT_COLLECTION_DETAIL, columns, NULL);
    return ERROR_OK;
}

/* Its next number, or the one that its label bears already. */
static enum error specimen_number(struct store *s, const struct store_actor *by,
                                  const struct store_collect *in, int64_t *issue,
                                  struct accession *out)
{
    if (!in->paper)
        return accession_issue(s, in->day, by->at, issue, out);
    *issue = in->paper->issue;
    *out = in->paper->accession;
    return ERROR_OK;
}

/* A number and the specimen that bears it. */
enum error specimen_add(struct store *s, const struct store_actor *by,
                        const struct store_collect *in, struct store_specimen_key *out)
{
    int64_t issue = 0;
    enum error e = specimen_number(s, by, in, &issue, &out->accession);

    if (e == ERROR_OK) {
        const struct field columns[] = { field_text("accession", out->accession.digits),
                                         field_number("issue", issue),
                                         field_number("orders", in->order),
                                         field_text("type", in->type),
                                         field_text("container", in->container),
                                         field_text("site", in->site),
                                         field_text("lot", in->lot),
                                         field_text("collector", in->collector),
                                         field_number("collected_at", in->collected_at) };
        e = FACT_ADD(s, FACT_SPECIMEN, columns, &out->id);
    }
    return e;
}

enum error store_collect(struct store *s, const struct store_actor *by,
                         const struct store_collect *in, struct store_specimen_key *out)
{
    static const char identified[] = "SELECT id FROM identification WHERE orders = ?1 LIMIT 1";
    struct store_event event = { .type = EVENT_COLLECTED,
                                 .order = in->order,
                                 .location = in->location,
                                 .reason = in->reason,
                                 .detail = in->site };
    struct store_specimen_key key = { .id = 0 };
    int64_t unused;
    enum error e = sql_number(&s->sql, identified, in->order, &unused);

    if (e == ERROR_NOT_FOUND)
        e = ERROR_CONFLICT;
    else if (e == ERROR_OK)
        e = specimen_add(s, by, in, &key);
    if (e == ERROR_OK)
        e = detail_add(s, key.id, in);
    if (e != ERROR_OK)
        return store_answer(s, e);
    event.specimen = key.id;
    e = store_event_add(s, by, &event, NULL);
    if (e == ERROR_OK)
        *out = key;
    return e;
}

enum error store_order_collected(struct store *s, struct arena *a, int64_t order, const char *type,
                                 const char **accession, const char **collector)
{
    static const char find[] =
        "SELECT p.accession, p.collector FROM specimen p JOIN specimen_state c ON c.specimen = "
        "p.id WHERE p.orders = ?1 AND p.type = ?2 AND c.state <> 'rejected' AND NOT EXISTS (SELECT "
        "1 FROM aliquot q WHERE q.specimen = p.id) ORDER BY p.id DESC LIMIT 1";
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, order);
    sql_bind_text(q, 2, type);
    e = sql_next(q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    *accession = sql_row_text(&row);
    *collector = sql_row_text(&row);
    return sql_row_end(&row);
}

/* The state that a specimen is in; NONE without a specimen. */
static enum error state_find(struct store *s, int64_t specimen, enum specimen_state *out)
{
    static const char find[] = "SELECT state FROM specimen_state WHERE specimen = ?1";
    sqlite3_stmt *q;
    enum error e;

    *out = SPECIMEN_NONE;
    if (!specimen)
        return ERROR_OK;
    e = sql_find(&s->sql, find, specimen, &q);
    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    e = specimen_state_parse((const char *)sqlite3_column_text(q, 0), out);
    (void)sqlite3_reset(q);
    return e;
}

enum error store_event_add(struct store *s, const struct store_actor *by,
                           const struct store_event *event, int64_t *id)
{
    static const char order_of[] = "SELECT orders FROM specimen WHERE id = ?1";
    int64_t order = event->order;
    enum specimen_state from, to;
    enum error e = state_find(s, event->specimen, &from);

    if (e == ERROR_OK && !order)
        e = sql_number(&s->sql, order_of, event->specimen, &order);
    if (e == ERROR_OK)
        e = specimen_next(from, event->type, &to);
    if (e != ERROR_OK)
        return store_answer(s, e);
    {
        const struct field columns[] = { field_id("specimen", event->specimen),
                                         field_number("orders", order),
                                         field_text("type", event_id(event->type)),
                                         field_text("state_from", specimen_state_id(from)),
                                         field_text("state_to", specimen_state_id(to)),
                                         field_number("at", by->at),
                                         field_number("zone_offset", by->zone_offset),
                                         field_number("clock_unset", by->clock_unset),
                                         field_id("person", by->person),
                                         field_text("role", by->role),
                                         field_text("workstation", by->workstation),
                                         field_id("instrument", by->instrument),
                                         field_id("message", event->message),
                                         field_text("location", event->location),
                                         field_text("reason", event->reason),
                                         field_text("detail", event->detail) };
        return FACT_ADD(s, FACT_EVENT, columns, id);
    }
}

#define SPECIMEN_SELECT                                                                            \
    "SELECT p.id, p.orders, o.patient, p.accession, p.type, p.container, p.site, p.lot, "          \
    "p.collector, p.collected_at, o.number, o.provider, o.priority, o.at, t.mrn, t.family, "       \
    "t.given, t.birth_date, t.sex, coalesce(c.state, 'none') FROM specimen p JOIN orders o ON "    \
    "o.id = p.orders JOIN patient t ON t.id = (SELECT max(v.id) FROM patient v WHERE v.root = "    \
    "coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = o.patient), o.patient)) LEFT " \
    "JOIN specimen_state c ON c.specimen = p.id "

static enum error specimen_take(struct sql_row *row, struct store_specimen *out)
{
    *out = (struct store_specimen) { .id = sql_row_number(row) };
    out->order = sql_row_number(row);
    out->patient_id = out->patient.id = sql_row_number(row);
    out->accession = sql_row_text(row);
    out->type = sql_row_text(row);
    out->container = sql_row_text(row);
    out->site = sql_row_text(row);
    out->lot = sql_row_text(row);
    out->collector = sql_row_text(row);
    out->collected_at = sql_row_number(row);
    out->order_number = sql_row_text(row);
    out->provider = sql_row_text(row);
    out->priority = sql_row_text(row);
    out->ordered_at = sql_row_number(row);
    out->patient.mrn = sql_row_text(row);
    out->patient.family = sql_row_text(row);
    out->patient.given = sql_row_text(row);
    out->patient.birth_date = sql_row_text(row);
    out->patient.sex = sql_row_text(row);
    if (specimen_state_parse(sql_row_text(row), &out->state) != ERROR_OK)
        return row->error != ERROR_OK ? row->error : ERROR_IO;
    return row->error;
}

static enum error specimen_tests(struct store *s, struct arena *a, struct store_specimen *specimen)
{
    static const char list[] =
        "SELECT " MENU_TEST_COLUMNS " FROM order_test x JOIN test t ON t.id = x.test "
        "WHERE x.orders = ?1 ORDER BY x.id";
    struct store_test *tests = arena_take(a, sizeof *tests * LIMIT_TESTS);
    sqlite3_stmt *q;
    size_t count = 0;
    struct sql_row row = { 0 };
    enum error e = tests ? sql_prepare(&s->sql, list, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, specimen->order);
    while (row.error == ERROR_OK && (e = sql_next(q)) == ERROR_OK && count < LIMIT_TESTS) {
        row = sql_row_of(q, a);
        menu_test_take(&row, &tests[count++]);
    }
    (void)sqlite3_reset(q);
    if (row.error != ERROR_OK || e != ERROR_NOT_FOUND)
        return row.error != ERROR_OK ? row.error : e == ERROR_OK ? ERROR_TOO_BIG : e;
    for (size_t i = 0; i < count; i++) {
        e = menu_analytes(s, a, &tests[i]);
        if (e != ERROR_OK)
            return e;
    }
    specimen->tests = tests;
    specimen->test_count = count;
    return ERROR_OK;
}

/* Reads the one row of a bound SPECIMEN_SELECT, and the tests. */
static enum error specimen_read(struct store *s, struct arena *a, sqlite3_stmt *q,
                                struct store_specimen *out)
{
    struct store_specimen specimen;
    struct sql_row row;
    enum error e = sql_next(q);

    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, a);
    e = specimen_take(&row, &specimen);
    (void)sqlite3_reset(q);
    if (e == ERROR_OK)
        e = specimen_tests(s, a, &specimen);
    if (e == ERROR_OK)
        *out = specimen;
    return e;
}

enum error store_specimen_by_accession(struct store *s, struct arena *a, const char *accession,
                                       struct store_specimen *out)
{
    static const char find[] = SPECIMEN_SELECT "WHERE p.accession = ?1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    sql_bind_text(q, 1, accession);
    return specimen_read(s, a, q, out);
}

enum error store_specimen_by_id(struct store *s, struct arena *a, int64_t id,
                                struct store_specimen *out)
{
    static const char find[] = SPECIMEN_SELECT "WHERE p.id = ?1";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, id);
    return specimen_read(s, a, q, out);
}

enum error store_label_print_add(struct store *s, const struct store_label_print *in, int64_t *id)
{
    const struct field columns[] = { field_number("specimen", in->specimen),
                                     field_number("copy", in->copy),
                                     field_text("printer", in->printer),
                                     field_text("stock", in->stock),
                                     field_text("reason", in->reason),
                                     field_id("person", in->person),
                                     field_number("at", in->at) };
    return FACT_ADD(s, FACT_LABEL_PRINT, columns, id);
}

enum error store_label_outcome_add(struct store *s, int64_t label_print, enum label_outcome outcome,
                                   const char *sentence, int64_t at, int64_t *id)
{
    static const char *const names[] = { "printed", "failed", "unknown" };
    const struct field columns[] = { field_number("label_print", label_print),
                                     field_text("outcome", names[outcome]),
                                     field_text("sentence", sentence), field_number("at", at) };
    return FACT_ADD(s, FACT_LABEL_OUTCOME, columns, id);
}

enum error store_label_unfinished(struct store *s, struct store_label_lost *out)
{
    static const char find[] =
        "SELECT p.id, p.specimen FROM label_print p WHERE NOT EXISTS (SELECT 1 "
        "FROM label_outcome o WHERE o.label_print = p.id) ORDER BY p.id "
        "LIMIT 1";
    sqlite3_stmt *q;
    enum error e = sql_find(&s->sql, find, 0, &q);

    if (e != ERROR_OK)
        return e;
    *out = (struct store_label_lost) { sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1) };
    (void)sqlite3_reset(q);
    return ERROR_OK;
}

enum error store_label_next_copy(struct store *s, int64_t specimen, int64_t *copy)
{
    static const char count[] =
        "SELECT 1 + count(*) + EXISTS (SELECT 1 FROM paper_number n JOIN specimen z ON z.accession "
        "= n.accession WHERE z.id = ?1) FROM label_print p LEFT JOIN label_outcome o ON "
        "o.label_print = p.id WHERE p.specimen = ?1 AND coalesce(o.outcome, '') <> 'failed'";
    return sql_number(&s->sql, count, specimen, copy);
}
