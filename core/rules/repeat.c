/* The decision: first the run number, then the bytes. */
#include "core/rules/repeat.h"

#include <string.h>

bool repeat_corrects(const char *now, const char *before)
{
    bool unfinished = *before && strchr("PSI", before[0]) && !before[1];

    return strcmp(now, "C") == 0 || (unfinished && strcmp(now, before) != 0);
}

static bool same_analyte(const struct record_result *a, const struct record_result *b)
{
    return strcmp(a->code, b->code) == 0 && strcmp(a->loinc, b->loinc) == 0;
}

static bool same_list(const struct text_list *a, const struct text_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->at[i], b->at[i]) != 0)
            return false;
    return true;
}

/* What makes a result another one: its value, unit, flags, status and time. A message sent again
 * from the instrument's memory may differ in its own time and number, not in these. */
static bool same_result(const struct record_result *a, const struct record_result *b)
{
    return same_analyte(a, b) && strcmp(a->value, b->value) == 0 && strcmp(a->unit, b->unit) == 0 &&
           strcmp(a->status, b->status) == 0 && strcmp(a->observed_at, b->observed_at) == 0 &&
           same_list(&a->flags, &b->flags);
}

static bool same_result_whole(const struct record_result *a, const struct record_result *b)
{
    return same_result(a, b) && strcmp(a->name, b->name) == 0 && strcmp(a->range, b->range) == 0 &&
           strcmp(a->lot, b->lot) == 0 && same_list(&a->comments, &b->comments);
}

bool repeat_same_record(const struct record *a, const struct record *b)
{
    const char *const left[] = { a->specimen,     a->patient_id,
                                 a->patient_name, a->patient_birth_date,
                                 a->patient_sex,  a->operator_id,
                                 a->run,          a->sent_at,
                                 a->serial };
    const char *const right[] = { b->specimen,     b->patient_id,
                                  b->patient_name, b->patient_birth_date,
                                  b->patient_sex,  b->operator_id,
                                  b->run,          b->sent_at,
                                  b->serial };

    if (a->kind != b->kind || a->result_count != b->result_count)
        return false;
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++)
        if (strcmp(left[i], right[i]) != 0)
            return false;
    for (size_t i = 0; i < a->result_count; i++)
        if (!same_result_whole(&a->results[i], &b->results[i]))
            return false;
    return true;
}

/* The newest result of the same analyte in the same run. */
static const struct record_result *find_in_run(const struct record_result *result,
                                               const struct repeat_twin *twins, size_t count,
                                               size_t *which)
{
    for (size_t i = 0; i < count; i++) {
        const struct record *r = twins[i].record;
        if (!twins[i].run)
            continue;
        for (size_t j = 0; j < r->result_count; j++)
            if (same_analyte(result, &r->results[j])) {
                *which = i;
                return &r->results[j];
            }
    }
    return NULL;
}

/* One result against its run; false when it is in conflict. */
static bool change_of(const struct record_result *result, const struct repeat_twin *twins,
                      size_t count, enum repeat_change *change, int64_t *of)
{
    size_t which = 0;
    const struct record_result *before = find_in_run(result, twins, count, &which);

    if (!before) {
        *change = REPEAT_NEW;
        return true;
    }
    *of = twins[which].taken ? 0 : twins[which].message;
    if (same_result(result, before)) {
        *change = REPEAT_KNOWN;
        return true;
    }
    *change = REPEAT_CORRECTS;
    return repeat_corrects(result->status, before->status);
}

static void decide_run(const struct record *record, const struct repeat_twin *twins, size_t count,
                       struct repeat_decision *out)
{
    bool all_known = record->result_count > 0;
    int64_t of = 0;

    for (size_t i = 0; i < record->result_count && i < LIMIT_RESULTS; i++) {
        if (!change_of(&record->results[i], twins, count, &out->change[i], &of)) {
            out->kind = REPEAT_CONFLICT;
            out->conflict = i;
            return;
        }
        all_known = all_known && out->change[i] == REPEAT_KNOWN;
    }
    if (all_known) {
        out->kind = REPEAT_RUN;
        out->of = of;
    }
}

void repeat_decide(const struct record *record, const struct repeat_twin *twins, size_t count,
                   struct repeat_decision *out)
{
    memset(out, 0, sizeof *out);
    if (*record->run)
        decide_run(record, twins, count, out);
    if (out->kind != REPEAT_NEWS)
        return;
    for (size_t i = 0; i < count; i++)
        if (twins[i].bytes && twins[i].broken && !twins[i].taken) {
            out->kind = REPEAT_BYTES;
            out->of = twins[i].message;
            return;
        }
    for (size_t i = 0; i < count; i++)
        out->identical = out->identical || twins[i].bytes;
}
