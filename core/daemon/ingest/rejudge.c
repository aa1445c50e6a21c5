/*
 * Results of a patient whose birth date or sex is another now: by other limits they may be high,
 * low or critical. The values stay; where the data choose other limits and those say something
 * else, a new version says it in the old one's place, and the order is to be reviewed again (42 CFR
 * 493.1291(k)).
 */
#include "core/daemon/ingest/parts.h"
#include "core/rules/correction.h"
#include "core/rules/judge.h"
#include "core/store/correct.h"
#include "core/store/patients.h"

#include <stdio.h>

/* What the instrument had flagged, one by one again. */
static enum error split_flags(struct arena *a, const char *text, struct text_list *out)
{
    size_t room = 1;

    for (const char *at = text; *at; at++)
        room += *at == ' ';
    out->at = arena_take(a, sizeof *out->at * room);
    out->count = 0;
    while (out->at && *text) {
        size_t len = strcspn(text, " ");
        const char *flag = arena_text(a, span_of(text, len));
        if (!flag)
            return ERROR_NO_MEMORY;
        if (len)
            out->at[out->count++] = flag;
        text += len + (text[len] == ' ');
    }
    return out->at ? ERROR_OK : ERROR_NO_MEMORY;
}

/* The stored value as it was judged. */
static enum error stored_value(struct arena *a, const struct store_result *r,
                               struct record_result *out)
{
    record_result_init(out);
    out->code = r->code;
    out->loinc = r->loinc;
    out->value = r->value;
    out->comparator = r->comparator;
    out->number = r->number;
    out->unit = r->unit;
    out->ucum = *r->ucum ? r->ucum : r->unit;
    out->range = r->device_range;
    return split_flags(a, r->device_flags, &out->flags);
}

/* The limit for whom the patient is now, of the version that was live when it was judged: one that
 * was signed since is not held against what it has not judged. */
static enum error find_limit(struct ingest *in, struct arena *a, const struct store_result *r,
                             const struct store_specimen *specimen, struct store_limit *limit,
                             const struct store_limit **found)
{
    struct store_judged then;
    const struct ingest_filing filing = { .specimen = specimen,
                                          .received_at = r->at,
                                          .judged = &then };
    enum error e = store_result_judged(in->store, r->id, &then);

    return e == ERROR_OK ? ingest_find_limit(in, a, &filing, r->loinc, r->code, limit, found) : e;
}

static bool says_other(const struct store_result *r, const struct judgement *j)
{
    return strcmp(r->flag, j->flag) != 0 || strcmp(r->site_flag, j->site) != 0 ||
           r->severity != j->severity || strcmp(r->reference_range, j->range) != 0;
}

/* What the limits leave unsure stands beside the value, as when it was filed. */
static const char *add_remark(struct arena *a, const char *comments, const char *remark)
{
    size_t size = strlen(comments) + strlen(remark) + 2;
    char *both;

    if (!*remark || strstr(comments, remark))
        return comments;
    both = arena_take(a, size);
    if (both)
        (void)snprintf(both, size, "%s%s%s", comments, *comments ? "\n" : "", remark);
    return both;
}

static enum error judge_again(struct ingest *in, struct arena *a, const struct ingest_rejudge *job,
                              const struct store_result *old, struct ingest_rejudged *out)
{
    const struct ingest_correct why = {
        .reason_code = STORE_PATIENT_DATA, .reason = job->reason, .requested_by = "", .by = job->by
    };
    struct judgement *j = arena_take(a, sizeof *j);
    const struct store_limit *found = NULL;
    struct record_result value;
    struct store_specimen specimen;
    struct store_limit limit;
    struct store_result next = *old;
    int64_t correction;
    enum error e =
        j ? store_specimen_by_id(in->store, a, old->specimen, &specimen) : ERROR_NO_MEMORY;

    if (e == ERROR_OK)
        e = find_limit(in, a, old, &specimen, &limit, &found);
    if (e != ERROR_OK || (found ? found->id : 0) == old->reference_limit)
        return e;
    e = stored_value(a, old, &value);
    if (e != ERROR_OK)
        return e;
    judge_result(&value, found, j);
    if (!says_other(old, j))
        return ERROR_OK;
    next.replaces = old->id;
    next.status = correction_status(CORRECTION_VALUE);
    next.at = job->by->at;
    next.site_flag = j->site;
    next.flag = j->flag;
    next.flag_source = j->source;
    next.severity = j->severity;
    next.reference_range = j->range;
    next.reference_limit = found ? found->id : 0;
    next.comments = add_remark(a, old->comments, found ? j->complaint : "");
    if (!next.comments)
        return ERROR_NO_MEMORY;
    out->results++;
    out->critical = out->critical || j->severity == SEVERITY_CRITICAL;
    return ingest_replace(in, old, &next, CORRECTION_VALUE, &why, &correction);
}

/* Not what was withdrawn or cancelled, and not what a reference laboratory judged by its own. */
static enum error is_judged(struct ingest *in, const struct store_result *r, bool *out)
{
    bool referred = false;
    enum error e = store_message_is_referred(in->store, r->message, &referred);

    *out = !referred && strcmp(r->status, correction_status(CORRECTION_PATIENT)) != 0 &&
           strcmp(r->status, correction_status(CORRECTION_CANCEL)) != 0;
    return e;
}

static enum error judge_order(struct ingest *in, const struct ingest_rejudge *job, int64_t order,
                              struct ingest_rejudged *out)
{
    struct store_result *results;
    struct arena a;
    size_t count = 0;
    bool judged = false;
    enum error e;

    arena_init(&a, LIMIT_INGEST_ARENA);
    e = store_results_of_order(in->store, &a, order, &results, &count);
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        e = is_judged(in, &results[i], &judged);
        if (e == ERROR_OK && judged)
            e = judge_again(in, &a, job, &results[i], out);
    }
    arena_free(&a);
    return e;
}

enum error ingest_rejudge(struct ingest *in, const struct ingest_rejudge *job,
                          struct ingest_rejudged *out)
{
    int64_t order = 0;
    enum error e = store_patient_next_order(in->store, job->patient, 0, &order);

    *out = (struct ingest_rejudged) { 0, false };
    while (e == ERROR_OK && order) {
        e = judge_order(in, job, order, out);
        if (e == ERROR_OK)
            e = store_patient_next_order(in->store, job->patient, order, &order);
    }
    if (e == ERROR_OK && out->results)
        e = ingest_after_change(in, "inbox", "");
    if (e == ERROR_OK && out->results)
        e = ingest_after_change(in, "notice", "");
    return e;
}
