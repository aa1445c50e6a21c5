/*
 * Critical values of what is held. Nobody knows whose they are, or a rule holds them, and the clock
 * of a critical value runs from its receipt (domain.md 5.3): the bench is told at once, and finds
 * out.
 *
 * Where only a rule holds the record, the limits are those of its patient. Else it may be
 * anybody's: what is critical by any row of the live limits counts, and a code without LOINC may be
 * any analyte of the menu that has it. A false alarm costs a look at a tube.
 */
#include "core/daemon/ingest/parts.h"
#include "core/rules/judge.h"
#include "core/store/correct.h"
#include "core/store/limits.h"

/* The most severe that a row of the live limits makes of it. */
static enum error judge_anybody(struct ingest *in, struct arena *a,
                                const struct record_result *result, struct judgement *out)
{
    struct store_limit *rows;
    struct judgement each;
    size_t count;
    enum error e = store_limit_criticals(in->store, a, result->loinc, result->code,
                                         clock_now(in->clock), &rows, &count);

    judge_result(result, NULL, out);
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        judge_result(result, &rows[i], &each);
        if (each.severity > out->severity)
            *out = each;
    }
    return e;
}

static enum error judge_patient(struct ingest *in, struct ingest_case *c, size_t which,
                                const struct record_result *result, struct judgement *out)
{
    const struct ingest_filing filing = { .specimen = &c->specimen, .received_at = c->received_at };
    const struct match_analyte *analyte = match_analyte_find(&c->match, &c->record.results[which]);
    const char *loinc = !*result->loinc && analyte ? analyte->loinc : result->loinc;
    const struct store_limit *found;
    struct store_limit limit;
    enum error e = ingest_find_limit(in, &c->arena, &filing, loinc,
                                     analyte ? analyte->code : result->code, &limit, &found);

    if (e == ERROR_OK)
        judge_result(result, found, out);
    return e;
}

static enum error note_one(struct ingest *in, struct ingest_case *c, int64_t message, size_t which,
                           bool linkable)
{
    struct record_result result = c->record.results[which];
    struct store_held_critical row = { .message = message,
                                       .position = (int64_t)which,
                                       .name = *result.name ? result.name : result.code,
                                       .value = result.value,
                                       .unit = result.unit };
    struct judgement j;
    enum error e;

    if (!*result.ucum)
        result.ucum = result.unit;
    e = linkable ? judge_patient(in, c, which, &result, &j)
                 : judge_anybody(in, &c->arena, &result, &j);
    if (e != ERROR_OK || j.severity != SEVERITY_CRITICAL)
        return e;
    row.flag = j.flag;
    return store_held_critical_add(in->store, &row);
}

enum error ingest_note_held(struct ingest *in, struct ingest_case *c, int64_t message,
                            bool linkable)
{
    enum error e = ERROR_OK;

    if (c->record.kind != RECORD_PATIENT && c->record.kind != RECORD_INCOMPLETE)
        return ERROR_OK;
    for (size_t i = 0; i < c->record.result_count && e == ERROR_OK; i++)
        e = note_one(in, c, message, i, linkable);
    return e;
}
