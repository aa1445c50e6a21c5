/* Gathering what a message to a health record says of an order; see exchange.h. */
#include "core/store/exchange_parts.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdio.h>

enum { EXCHANGE_CALLS = 16 };

/* A message that went, or waits to go, to the endpoint ?2. */
#define CARRIED(result)                                                                            \
    "FROM outbox_result b JOIN outbox_message m ON m.id = b.outbox WHERE b.result = " result       \
    " AND m.endpoint = ?2 AND length(m.bytes) > 0 AND 'dropped' IS NOT (SELECT z.state FROM "      \
    "outbox_state z WHERE z.outbox = m.id ORDER BY z.id DESC LIMIT 1)"

/* Somebody had signed the order with that result when the message was written. A message may carry
 * a correction of one result, and another that nobody has signed yet. */
#define CARRIED_SIGNED(result)                                                                     \
    CARRIED(result)                                                                                \
    " AND EXISTS (SELECT 1 FROM review v WHERE v.orders = m.orders AND v.kind = 'signed' AND "     \
    "v.id > b.result AND v.id < m.id)"

enum error exchange_begin(const struct exchange_gathering *g, const char *text, int64_t key,
                          sqlite3_stmt **q)
{
    enum error e = sql_prepare(&g->s->sql, text, q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(*q, 1, key);
    if (sqlite3_bind_parameter_count(*q) > 1)
        sql_bind_text(*q, 2, g->endpoint);
    return ERROR_OK;
}

/* ---- The order ---- */

static enum error take_order(struct exchange_gathering *g)
{
    static const char find[] =
        "SELECT o.number, coalesce(o.placer, ''), o.priority, o.reason, coalesce(o.icd10, ''), "
        "p.mrn, p.family, p.given, p.birth_date, p.sex, o.provider, coalesce(n.name, o.provider), "
        "coalesce(n.npi, ''), "
        "s.name, coalesce(s.address, ''), coalesce(s.clia, ''), "
        "coalesce(s.director, ''), (SELECT max(t.specimen_type = 'none') FROM order_test x JOIN "
        "test t ON t.id = x.test WHERE x.orders = o.id) "
        "FROM orders o JOIN patient p ON p.id = (SELECT max(v.id) FROM patient v WHERE v.root = "
        "coalesce((SELECT g.kept FROM merge_standing g WHERE g.merged = o.patient), o.patient)) "
        "LEFT JOIN person n ON n.id = (SELECT max(k.id) FROM person k WHERE k.login = o.provider) "
        "JOIN site s ON s.id = (SELECT max(k.id) FROM site k) WHERE o.id = ?1";
    struct exchange_report *r = &g->report;
    struct sql_row row;
    enum error e = sql_row_find(&g->s->sql, find, g->order, g->a, &row);

    if (e != ERROR_OK)
        return e;
    r->order = sql_row_text(&row);
    r->placer = sql_row_text(&row);
    r->priority = sql_row_text(&row);
    r->reason = sql_row_text(&row);
    r->icd10 = sql_row_text(&row);
    r->mrn = sql_row_text(&row);
    r->family = sql_row_text(&row);
    r->given = sql_row_text(&row);
    r->birth_date = sql_row_text(&row);
    r->sex = sql_row_text(&row);
    r->provider.login = sql_row_text(&row);
    r->provider.name = sql_row_text(&row);
    r->provider.npi = sql_row_text(&row);
    r->site.name = sql_row_text(&row);
    r->site.address = sql_row_text(&row);
    r->site.clia = sql_row_text(&row);
    r->site.director = sql_row_text(&row);
    g->ekg = sql_row_number(&row) != 0;
    r->provider.credential = "";
    return sql_row_end(&row);
}

/* Who has signed it as it stands, when anybody has. */
static enum error take_signature(struct exchange_gathering *g)
{
    static const char find[] =
        "SELECT v.at, lower(replace(v.meaning, '_', ' ')), "
        "n.login, n.name, coalesce((SELECT k.npi FROM person k WHERE k.root = n.root ORDER BY "
        "k.id DESC LIMIT 1), '') FROM worklist w JOIN review v ON v.orders = w.orders "
        "AND v.kind = 'signed' AND v.version = w.version JOIN person n ON n.id = v.person WHERE "
        "w.orders = ?1 AND w.state = 'signed' ORDER BY v.id LIMIT 1";
    struct exchange_report *r = &g->report;
    struct sql_row row;
    sqlite3_stmt *q;
    enum error e = projection_refresh(g->s);

    r->signer = (struct exchange_person) { "", "", "", "" };
    r->signature = "";
    if (e == ERROR_OK)
        e = sql_find(&g->s->sql, find, g->order, &q);
    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    row = sql_row_of(q, g->a);
    r->reported_at = sql_row_number(&row);
    r->signature = sql_row_text(&row);
    r->signer.login = sql_row_text(&row);
    r->signer.name = sql_row_text(&row);
    r->signer.npi = sql_row_text(&row);
    g->signed_off = true;
    return sql_row_end(&row);
}

static enum error take_calls(struct exchange_gathering *g)
{
    static const char list[] =
        "SELECT c.told_to, coalesce(c.credential, ''), coalesce(c.value_read, ''), n.name, c.at "
        "FROM critical_notice c JOIN person n ON n.id = c.person WHERE c.orders = ?1 ORDER BY c.id";
    struct exchange_call *calls = arena_take(g->a, sizeof *calls * EXCHANGE_CALLS);
    size_t count = 0;
    sqlite3_stmt *q;
    enum error e = calls ? exchange_begin(g, list, g->order, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    while (count < EXCHANGE_CALLS && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, g->a);
        struct exchange_call *c = &calls[count++];
        c->to = sql_row_text(&row);
        c->credential = sql_row_text(&row);
        c->value = sql_row_text(&row);
        c->by = sql_row_text(&row);
        c->at = sql_row_number(&row);
        if (row.error != ERROR_OK) {
            e = row.error;
            break;
        }
    }
    (void)sqlite3_reset(q);
    g->report.calls = calls;
    g->report.call_count = count;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* ---- Results ---- */

/* A current result, and what of it and of what it replaces has been sent. */
struct current {
    struct exchange_result r;
    int64_t test, specimen, message, at;
    const char *status;
    bool corrected;               /* another version stood there before */
    bool sent, sent_as_final;     /* this version */
    bool before, before_as_final; /* an earlier one */
};

#define RESULT_COLUMNS                                                                             \
    "r.code, r.loinc, r.name, r.value, r.comparator, r.number, r.unit, r.ucum, "                   \
    "iif(r.reference_range <> '', r.reference_range, r.device_range), r.flag"

static void take_value(struct sql_row *row, struct exchange_result *r)
{
    r->code = sql_row_text(row);
    r->loinc = sql_row_text(row);
    r->name = sql_row_text(row);
    r->value = sql_row_text(row);
    r->comparator = sql_row_text(row);
    r->number = sql_row_text(row);
    r->unit = sql_row_text(row);
    r->ucum = sql_row_text(row);
    r->range = sql_row_text(row);
    r->flag = sql_row_text(row);
}

/* Earlier versions that were sent, the newest first. What was sent as another patient's is told as
 * it was sent. */
static enum error take_previous(struct exchange_gathering *g, struct current *c)
{
    static const char list[] =
        "WITH RECURSIVE older (id) AS (SELECT replaces FROM result WHERE id = ?1 UNION ALL SELECT "
        "n.replaces FROM older JOIN result n ON n.id = older.id) SELECT " RESULT_COLUMNS
        ", r.at, EXISTS (SELECT 1 " CARRIED_SIGNED(
            "r.id") ") FROM older JOIN result r "
                    "ON r.id = older.id WHERE EXISTS (SELECT 1 " CARRIED(
                        "r.id") ") ORDER BY r.id DESC";
    bool wrong = strcmp(c->status, "W") == 0;
    sqlite3_stmt *q;
    enum error e = exchange_begin(g, list, c->r.id, &q);

    while (e == ERROR_OK && c->r.previous_count < EXCHANGE_PREVIOUS &&
           (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, g->a);
        struct exchange_result told = c->r;
        int64_t at;

        take_value(&row, &told);
        at = sql_row_number(&row);
        c->before_as_final = sql_row_number(&row) != 0 || c->before_as_final;
        e = row.error;
        if (wrong && !c->before)
            c->r = told;
        else if (!wrong)
            c->r.previous[c->r.previous_count++] =
                (struct exchange_previous) { told.value, told.unit, at };
        c->before = true;
        if (wrong)
            break;
    }
    if (e == ERROR_OK || e == ERROR_NOT_FOUND)
        (void)sqlite3_reset(q);
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* Against which rules of the laboratory a message was filed: told with the first of its results.
 * What a rule could not tell for want of a book is the laboratory's own affair. */
#define RESULT_WARNINGS                                                                            \
    "coalesce((SELECT group_concat(char(10) || w.sentence, '') FROM gate_warning w WHERE "         \
    "w.message = r.message AND w.finding = 'against' AND r.position = (SELECT min(k.position) "    \
    "FROM result k WHERE k.message = r.message AND k.orders = r.orders)), '')"
#define RESULT_LIST                                                                                \
    "SELECT r.id, " RESULT_COLUMNS                                                                 \
    ", coalesce(r.test, 0), r.specimen, r.message, r.at, r.status, "                               \
    "r.replaces IS NOT NULL, r.observed_at, r.comments || " RESULT_WARNINGS ", g.operator, "       \
    "g.model, g.serial, coalesce(l.name, ''), coalesce(l.address, ''), coalesce(l.clia, ''), "     \
    "l.id IS NOT NULL, coalesce(nullif(c.reason, ''), c.reason_code, ''), "                        \
    "coalesce((SELECT n.name FROM person n WHERE n.id = c.person), ''), coalesce(c.at, 0), "       \
    "EXISTS (SELECT 1 " CARRIED("r.id") "), EXISTS (SELECT 1 " CARRIED_SIGNED(                     \
        "r.id") ") FROM result r JOIN message g ON g.id = r.message LEFT JOIN "                    \
                "correction c "                                                                    \
                "ON c.result_new = r.id LEFT JOIN reference_result f ON f.message = r.message "    \
                "LEFT JOIN "                                                                       \
                "manifest_line h ON h.id = f.line LEFT JOIN manifest k ON k.id = h.manifest LEFT " \
                "JOIN "                                                                            \
                "reference_lab l ON l.id = k.lab WHERE r.orders = ?1 AND NOT EXISTS (SELECT 1 "    \
                "FROM result n "                                                                   \
                "WHERE n.replaces = r.id) ORDER BY r.message, r.position, r.id"

static enum error take_current(struct exchange_gathering *g, sqlite3_stmt *q, struct current *c)
{
    struct sql_row row = sql_row_of(q, g->a);
    bool elsewhere;

    *c = (struct current) { .r = { .id = sql_row_number(&row) } };
    take_value(&row, &c->r);
    c->test = sql_row_number(&row);
    c->specimen = sql_row_number(&row);
    c->message = sql_row_number(&row);
    c->at = sql_row_number(&row);
    c->status = sql_row_text(&row);
    c->corrected = sql_row_number(&row) != 0;
    c->r.observed_at = sql_row_text(&row);
    c->r.comments = sql_row_text(&row);
    c->r.comments += strspn(c->r.comments, "\n");
    c->r.operator_name = sql_row_text(&row);
    c->r.model = sql_row_text(&row);
    c->r.serial = sql_row_text(&row);
    c->r.performed_by.name = sql_row_text(&row);
    c->r.performed_by.address = sql_row_text(&row);
    c->r.performed_by.clia = sql_row_text(&row);
    c->r.performed_by.director = "";
    elsewhere = sql_row_number(&row) != 0;
    c->r.correction_reason = sql_row_text(&row);
    c->r.correction_by = sql_row_text(&row);
    c->r.corrected_at = sql_row_number(&row);
    c->sent = sql_row_number(&row) != 0;
    c->sent_as_final = sql_row_number(&row) != 0;
    if (!elsewhere)
        c->r.performed_by = g->report.site;
    return row.error;
}

/* How it stands for the health record. */
static enum exchange_status status_of(const struct exchange_gathering *g, const struct current *c)
{
    if (strcmp(c->status, "W") == 0)
        return EXCHANGE_WRONG;
    if (strcmp(c->status, "X") == 0)
        return EXCHANGE_NOT_DONE;
    if (c->before_as_final)
        return EXCHANGE_CORRECTED;
    return g->signed_off || c->sent_as_final ? EXCHANGE_FINAL : EXCHANGE_PRELIMINARY;
}

/* Whether a message may tell it now. */
static bool is_told(const struct exchange_gathering *g, const struct current *c)
{
    if (strcmp(c->status, "W") == 0)
        return c->before;
    return c->sent || c->before || g->signed_off || g->preliminary;
}

static enum error take_results(struct exchange_gathering *g, struct current **out, size_t *count)
{
    struct current *all = arena_take(g->a, sizeof *all * LIMIT_RESULTS);
    size_t used = 0, told = 0;
    sqlite3_stmt *q;
    enum error e = all ? exchange_begin(g, RESULT_LIST, g->order, &q) : ERROR_NO_MEMORY;

    if (e != ERROR_OK)
        return e;
    while (used < LIMIT_RESULTS && (e = sql_next(q)) == ERROR_OK &&
           (e = take_current(g, q, &all[used])) == ERROR_OK)
        used++;
    if (used == LIMIT_RESULTS && e == ERROR_OK && (e = sql_next(q)) == ERROR_OK)
        e = ERROR_TOO_BIG; /* there is one more */
    (void)sqlite3_reset(q);
    e = e == ERROR_NOT_FOUND ? ERROR_OK : e;
    for (size_t i = 0; i < used && e == ERROR_OK; i++) {
        if (all[i].corrected)
            e = take_previous(g, &all[i]);
        all[i].r.status = status_of(g, &all[i]);
        if (is_told(g, &all[i]))
            all[told++] = all[i];
    }
    *out = all;
    *count = told;
    return e;
}

/* ---- Panels ---- */

static enum error take_specimen(struct exchange_gathering *g, int64_t specimen,
                                struct exchange_panel *p)
{
    static const char find[] =
        "SELECT p.accession, p.type, p.site, p.container, p.collector, p.collected_at, "
        "coalesce((SELECT min(e.at) FROM event e WHERE e.specimen = p.id AND e.type = 'received'), "
        "0), coalesce((SELECT e.detail FROM event e WHERE e.specimen = p.id AND e.type = "
        "'received' "
        "AND e.detail <> '' ORDER BY e.id DESC LIMIT 1), ''), coalesce((SELECT e.reason FROM event "
        "e WHERE e.specimen = p.id AND e.type = 'rejected' ORDER BY e.id DESC LIMIT 1), ''), "
        "coalesce(d.fasting, ''), coalesce(d.note, '') || iif(coalesce(d.last_menses, '') = '', "
        "'', ' Last menses: ' || d.last_menses) || iif(coalesce(d.anticoagulant, '') = '', '', "
        "' Anticoagulant: ' || d.anticoagulant) FROM specimen p LEFT JOIN collection_detail d ON "
        "d.specimen = p.id WHERE p.id = ?1";
    struct sql_row row;
    enum error e = sql_row_find(&g->s->sql, find, specimen, g->a, &row);

    if (e != ERROR_OK)
        return e;
    p->accession = sql_row_text(&row);
    p->specimen_type = sql_row_text(&row);
    p->specimen_site = sql_row_text(&row);
    p->container = sql_row_text(&row);
    p->collector = sql_row_text(&row);
    p->collected_at = sql_row_number(&row);
    p->received_at = sql_row_number(&row);
    p->condition = sql_row_text(&row);
    p->rejected = sql_row_text(&row);
    p->fasting = sql_row_text(&row);
    p->collection_note = sql_row_text(&row);
    p->collection_note += strspn(p->collection_note, " ");
    return sql_row_end(&row);
}

/* ---- Panels ---- */

static size_t count_of_test(const struct current *all, size_t count, int64_t test)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += all[i].test == test;
    return found;
}

/* The results of one ordered test. */
static enum error fill_panel(struct exchange_gathering *g, struct exchange_panel *p, int64_t test,
                             struct current *all, size_t count)
{
    size_t found = count_of_test(all, count, test);
    struct exchange_result *results = arena_take(g->a, sizeof *results * (found + 1));
    const struct current *last = NULL;

    if (!results)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct current *c = &all[i];
        if (c->test != test)
            continue;
        results[p->result_count] = c->r;
        /* What was remarked on a whole message is told once. */
        if (last && last->message == c->message && strcmp(last->r.comments, c->r.comments) == 0)
            results[p->result_count].comments = "";
        p->result_count++;
        last = c;
        if (!g->signed_off && c->at > g->report.reported_at)
            g->report.reported_at = c->at;
    }
    p->results = results;
    return last ? take_specimen(g, last->specimen, p) : ERROR_OK;
}

/* Whether a result stands for that test that may not be told yet; of the first also one of no
 * ordered test. What else was cancelled says nothing of it. */
static enum error is_answered(struct exchange_gathering *g, int64_t test, bool first, bool *out)
{
    static const char find[] =
        "SELECT EXISTS (SELECT 1 FROM result_standing r WHERE r.orders = ?1 AND (r.test = ?2 OR "
        "(?3 AND NOT EXISTS (SELECT 1 FROM order_test x WHERE x.orders = ?1 AND x.test = "
        "r.test))))";
    sqlite3_stmt *q;
    enum error e = sql_prepare(&g->s->sql, find, &q);

    if (e != ERROR_OK)
        return e;
    (void)sqlite3_bind_int64(q, 1, g->order);
    (void)sqlite3_bind_int64(q, 2, test);
    (void)sqlite3_bind_int(q, 3, first);
    e = sql_next(q);
    if (e == ERROR_OK)
        *out = sqlite3_column_int(q, 0) != 0;
    (void)sqlite3_reset(q);
    return e;
}

/* Why nothing will come of the order, when the health record waits for it by a number of its own.
 */
static enum error take_end(struct exchange_gathering *g, struct exchange_panel *p)
{
    static const char find[] =
        "SELECT coalesce((SELECT c.reason FROM order_cancel c WHERE c.orders = ?1), ''), "
        "coalesce((SELECT c.specimen FROM recollection c WHERE c.parent = ?1 ORDER BY c.id DESC "
        "LIMIT 1), 0), max(coalesce((SELECT c.at FROM order_cancel c WHERE c.orders = ?1), 0), "
        "coalesce((SELECT max(e.at) FROM event e WHERE e.orders = ?1 AND e.type = 'rejected'), 0))";
    struct sql_row row;
    sqlite3_stmt *q;
    int64_t specimen, at;
    enum error e;

    if (text_empty(g->report.placer))
        return ERROR_OK;
    e = sql_find(&g->s->sql, find, g->order, &q);
    if (e != ERROR_OK)
        return e;
    row = sql_row_of(q, g->a);
    p->cancelled = sql_row_text(&row);
    specimen = sql_row_number(&row);
    at = sql_row_number(&row);
    (void)sqlite3_reset(q);
    if ((*p->cancelled || specimen) && at > g->report.reported_at)
        g->report.reported_at = at;
    if (row.error != ERROR_OK || !specimen)
        return row.error;
    return take_specimen(g, specimen, p);
}

static struct exchange_panel panel_new(unsigned place, bool ekg)
{
    return (struct exchange_panel) { .place = place,
                                     .ekg = ekg,
                                     .loinc = "",
                                     .accession = "",
                                     .specimen_type = "",
                                     .specimen_site = "",
                                     .container = "",
                                     .condition = "",
                                     .collector = "",
                                     .fasting = "",
                                     .collection_note = "",
                                     .rejected = "",
                                     .cancelled = "" };
}

/* A result of no ordered test stands with the first. */
static void adopt(struct current *all, size_t count, const int64_t *tests, size_t test_count)
{
    for (size_t i = 0; i < count; i++) {
        bool ordered = false;
        for (size_t t = 0; t < test_count; t++)
            ordered = ordered || all[i].test == tests[t];
        if (!ordered && test_count)
            all[i].test = tests[0];
    }
}

static enum error take_tests(struct exchange_gathering *g, struct exchange_panel *panels,
                             int64_t *tests, size_t *count)
{
    static const char list[] = "SELECT t.id, t.code, t.name FROM order_test x JOIN test t ON t.id "
                               "= x.test WHERE x.orders = ?1 ORDER BY x.id";
    size_t used = 0;
    sqlite3_stmt *q;
    enum error e = exchange_begin(g, list, g->order, &q);

    if (e != ERROR_OK)
        return e;
    while (used < LIMIT_TESTS && (e = sql_next(q)) == ERROR_OK) {
        struct sql_row row = sql_row_of(q, g->a);
        panels[used] = panel_new((unsigned)used + 1, g->ekg);
        tests[used] = sql_row_number(&row);
        panels[used].code = sql_row_text(&row);
        panels[used].name = sql_row_text(&row);
        e = row.error;
        if (e != ERROR_OK)
            break;
        used++;
    }
    (void)sqlite3_reset(q);
    *count = used;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static enum error take_panels(struct exchange_gathering *g)
{
    struct exchange_panel *panels = arena_take(g->a, sizeof *panels * LIMIT_TESTS);
    int64_t tests[LIMIT_TESTS];
    struct current *all = NULL;
    size_t count = 0, results = 0, used = 0;
    enum error e = panels ? take_tests(g, panels, tests, &count) : ERROR_NO_MEMORY;

    if (e == ERROR_OK)
        e = take_results(g, &all, &results);
    if (e == ERROR_OK)
        adopt(all, results, tests, count);
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        struct exchange_panel p = panels[i];
        bool answered = false;
        e = g->ekg ? exchange_take_ekg(g, &p) : fill_panel(g, &p, tests[i], all, results);
        if (e == ERROR_OK && !p.result_count)
            e = is_answered(g, tests[i], i == 0, &answered);
        if (e == ERROR_OK && !p.result_count && !answered)
            e = take_end(g, &p);
        if (p.result_count || *p.cancelled || *p.rejected)
            panels[used++] = p;
    }
    g->report.panels = panels;
    g->report.panel_count = used;
    return e;
}

enum error store_exchange_report(struct store *s, struct arena *a, int64_t order,
                                 const char *endpoint, bool preliminary,
                                 struct exchange_report *out)
{
    struct exchange_gathering *g = arena_take(a, sizeof *g);
    enum error e = ERROR_NO_MEMORY;

    if (!g)
        return e;
    *g = (struct exchange_gathering) {
        .s = s, .a = a, .order = order, .endpoint = endpoint, .preliminary = preliminary
    };
    e = take_order(g);
    if (e == ERROR_OK)
        e = take_signature(g);
    if (e == ERROR_OK)
        e = take_panels(g);
    if (e == ERROR_OK && !g->report.panel_count)
        e = ERROR_NOT_FOUND;
    if (e == ERROR_OK)
        e = take_calls(g);
    if (e == ERROR_OK)
        *out = g->report;
    return e;
}
