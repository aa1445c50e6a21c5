/*
 * Verification: the rows of the database against their own links and against the seal.
 *
 * Rows come by number. The first number at which the database and the seal disagree, or at which a
 * row does not give its own link, is the first broken row: everything before it is as it was when
 * it was sealed.
 */
#include "core/custody/custody.h"
#include "core/custody/seal.h"

#include <stdarg.h>
#include <stdlib.h>

struct verification {
    struct store_chain *chain;
    struct seal_reader reader;
    struct seal *seal;   /* the one that `expected` lies in, while `sealed` */
    uint32_t at;         /* the next mark in it */
    bool sealed;         /* there are marks left */
    enum error seal_end; /* why there are none: ERROR_NOT_FOUND, or ERROR_BAD_INPUT */
    struct complaint seal_why;
    int64_t expected; /* the next row's number */
    struct custody_report *report;
};

static void broken(struct verification *v, const char *table, int64_t id, const char *what)
{
    v->report->finding = CUSTODY_BROKEN_ROW;
    v->report->id = id;
    (void)snprintf(v->report->table, sizeof v->report->table, "%s", table);
    (void)snprintf(v->report->what, sizeof v->report->what, "%s", what);
}

/* Reads on until there is a mark for the next row, or no seal is left. */
static void seal_advance(struct verification *v)
{
    if (!v->sealed || v->at < v->seal->count)
        return;
    v->at = 0;
    v->seal_end = seal_next(&v->reader, v->seal, &v->seal_why);
    v->sealed = v->seal_end == ERROR_OK;
    if (!v->sealed)
        return;
    v->report->sealed_to = v->seal->first + v->seal->count - 1;
    v->report->sealed_at = v->seal->at;
    if (!v->seal->late)
        return;
    v->report->late += v->seal->count;
    v->report->late_last = v->report->sealed_to;
    if (v->report->late_first == 0)
        v->report->late_first = v->seal->first;
}

static void row_check(struct verification *v, const struct chain_row *row,
                      const struct chain_mark *mark)
{
    const char *table = mark ? fact_table((enum fact)mark->table) : fact_table(row->table);
    bool own = memcmp(row->stored, row->computed, STORE_LINK) == 0;
    bool same = !mark || memcmp(row->stored, mark->link, CHAIN_MARK) == 0;

    if (mark && mark->table != (uint8_t)row->table)
        broken(v, table, v->expected,
               "Another row has taken the place of the one that was sealed.");
    else if (!own && same)
        broken(v, table, v->expected,
               "Its content, or its place in the chain, is not what its link says.");
    else if (!own)
        broken(v, table, v->expected, "Neither its content nor its link is what was sealed.");
    else if (!same)
        broken(v, table, v->expected,
               "Its link was recomputed after a change: it is not the one that was sealed.");
}

/* Holds one row against its number and mark; false when it is the first broken one. */
static bool row_holds(struct verification *v, const struct chain_row *row)
{
    const struct chain_mark *mark;

    seal_advance(v);
    mark = v->sealed ? &v->seal->marks[v->at] : NULL;
    if (row->id < v->expected)
        broken(v, fact_table(row->table), row->id,
               "Its number is outside the sequence, or used a second time.");
    else if (row->id > v->expected)
        broken(v, mark ? fact_table((enum fact)mark->table) : "", v->expected,
               "The row with this number is missing.");
    else
        row_check(v, row, mark);
    if (v->report->finding != CUSTODY_WHOLE)
        return false;
    v->report->rows++;
    v->report->gone += row->gone;
    v->report->unsealed += mark == NULL;
    v->expected++;
    v->at++;
    return true;
}

/* After the last row: whether the seal knows more. */
static void end_check(struct verification *v)
{
    seal_advance(v);
    if (v->sealed)
        broken(v, fact_table((enum fact)v->seal->marks[v->at].table), v->expected,
               "The row with this number is missing: the end was cut off.");
}

static enum error rows_check(struct verification *v)
{
    struct chain_row row;
    enum error e;

    while ((e = store_chain_next(v->chain, &row)) == ERROR_OK)
        if (!row_holds(v, &row))
            return ERROR_OK;
    if (e != ERROR_NOT_FOUND)
        return e;
    end_check(v);
    return ERROR_OK;
}

/* What stands beside the facts, when the facts are whole. */
static enum error rest_check(struct verification *v)
{
    struct custody_report *report = v->report;
    struct complaint why = { "" };
    const char *table = "";
    enum error e;

    if (v->seal_end == ERROR_BAD_INPUT || v->seal_end == ERROR_IO) {
        report->finding = CUSTODY_BROKEN_SEAL;
        (void)snprintf(report->what, sizeof report->what, "%.250s", v->seal_why.text);
        return ERROR_OK;
    }
    e = store_chain_schema(v->chain, &why);
    if (e == ERROR_CONFLICT) {
        report->finding = CUSTODY_BROKEN_SCHEMA;
        (void)snprintf(report->what, sizeof report->what, "%.250s", why.text);
        return ERROR_OK;
    }
    if (e == ERROR_OK)
        e = store_chain_projection(v->chain, &table, &report->id);
    if (e != ERROR_OK)
        return e == ERROR_NOT_FOUND ? ERROR_OK : e;
    report->finding = CUSTODY_BROKEN_PROJECTION;
    (void)snprintf(report->table, sizeof report->table, "%s", table);
    (void)snprintf(report->what, sizeof report->what,
                   "It is not what the facts say. The facts are whole: `phial backup`, and "
                   "`phial restore` into a new folder, derives it from them again.");
    return ERROR_OK;
}

/* A missing or foreign seal is itself a finding; the chain is still read. */
static enum error seal_open(struct verification *v, const char *seal, const uint8_t *public_key)
{
    v->seal_end = seal_reader_open(&v->reader, seal, public_key, &v->seal_why);
    v->sealed = v->seal_end == ERROR_OK;
    if (v->seal_end == ERROR_NOT_FOUND)
        v->seal_end = ERROR_BAD_INPUT;
    return v->seal_end == ERROR_NO_MEMORY ? ERROR_NO_MEMORY : ERROR_OK;
}

enum error custody_verify(const char *database, const char *seal, const uint8_t *public_key,
                          struct custody_report *report, struct complaint *why)
{
    struct verification v = { .expected = 1 };
    struct custody_report found = { .finding = CUSTODY_WHOLE };
    enum error e;

    v.report = &found;
    v.seal = calloc(1, sizeof *v.seal);
    if (!v.seal)
        return complain(why, ERROR_NO_MEMORY, "There is no memory to verify.");
    /* The seal first: all that it names is in the database's later snapshot, though core writes. */
    e = seal_open(&v, seal, public_key);
    if (e == ERROR_OK)
        e = store_chain_open(database, &v.chain, why);
    if (e == ERROR_OK)
        e = rows_check(&v);
    if (e == ERROR_OK && found.finding == CUSTODY_WHOLE)
        e = rest_check(&v);
    if (e == ERROR_OK)
        *report = found;
    else if (v.chain)
        (void)complain(why, e, "The verification could not be finished: %s.", error_text(e));
    store_chain_close(v.chain);
    seal_reader_close(&v.reader);
    free(v.seal);
    return e;
}

enum error custody_reach(const char *seal, const uint8_t *public_key, int64_t *row, int64_t *at,
                         struct complaint *why)
{
    struct seal_reader r;
    struct seal *last = malloc(sizeof *last);
    enum error e = last ? seal_reader_open(&r, seal, public_key, why) : ERROR_NO_MEMORY;

    if (e == ERROR_OK) {
        bool found = seal_last(&r, last) == ERROR_OK;
        *row = found ? last->first + last->count - 1 : 0;
        *at = found ? last->at : 0;
        seal_reader_close(&r);
    }
    free(last);
    return e;
}
