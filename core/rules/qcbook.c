/* Controls that were run become rows of the quality control book. */
#include "core/rules/qcbook.h"

#include "core/base/limits.h"
#include "core/rules/lot.h"
#include "core/rules/match.h"
#include "core/store/limits.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Levels run within this time of each other are of one series. */
static const int64_t series_ms = 4 * 3600000;
static const int64_t day_ms = 86400000;
enum { OTHERS_MAX = 16 };

void qcbook_day(int64_t at, int zone_offset, char out[QCBOOK_DAY])
{
    time_t local = (time_t)((at + (int64_t)zone_offset * 60000) / 1000);
    struct tm tm = { 0 };

    (void)gmtime_r(&local, &tm);
    if (strftime(out, QCBOOK_DAY, "%Y-%m-%d", &tm) == 0)
        out[0] = '\0';
}

int64_t qcbook_day_start(int64_t at, int zone_offset)
{
    int64_t shift = (int64_t)zone_offset * 60000;
    return (at + shift) / day_ms * day_ms - shift;
}

const char *qcbook_analyte(struct arena *a, const char *loinc, const char *code)
{
    char key[STORE_ANALYTE_KEY];

    store_analyte_key(loinc, code, key);
    return arena_text(a, span_text(key));
}

/* ---- The control's lot ---- */

/* The lot that was named, else the one of the item that is in use. */
static enum error find_lot(struct store *s, struct arena *a, const struct qcbook_entry *in,
                           const char *day, struct store_lot *out)
{
    int64_t lot;
    enum error e;

    if (*in->lot_text)
        return store_lot_by_text(s, a, in->level->item, in->lot_text, day, out);
    e = store_qc_open_lot(s, in->level->item, &lot);
    return e == ERROR_OK ? store_lot_by_id(s, a, lot, day, out) : e;
}

/* `why` is "" when the control may be used. */
static enum error judge_lot(struct store *s, struct arena *a, const struct qcbook_entry *in,
                            const char *day, int64_t at, struct store_qc_run *run,
                            struct complaint *why)
{
    struct store_lot lot;
    enum error e = in->level->item ? find_lot(s, a, in, day, &lot) : ERROR_NOT_FOUND;

    run->lot_text = in->lot_text;
    run->expires = in->expires;
    if (e == ERROR_OK) {
        run->lot = lot.id;
        run->lot_text = lot.number;
        run->expires = lot.use_by;
        (void)lot_usable(&lot, day, at, why);
        return ERROR_OK;
    }
    if (e != ERROR_NOT_FOUND)
        return e;
    if (in->level->item)
        (void)complain(why, ERROR_OK, "%s%.60s%s",
                       *in->lot_text ? "Control lot " : "No lot of this control", in->lot_text,
                       *in->lot_text ? " is not in the book of lots. Scan it in under Lab, Lots."
                                     : " is open in the book of lots. Scan it under Lab, Lots.");
    else if (*in->expires && strcmp(in->expires, day) < 0)
        (void)complain(why, ERROR_OK, "The control expired on %.10s.", in->expires);
    return ERROR_OK;
}

/* ---- Values ---- */

static const struct store_qc_value *value_of(const struct qcbook_entry *in, const char *analyte)
{
    for (size_t i = 0; i < in->value_count; i++)
        if (strcmp(in->values[i].analyte, analyte) == 0)
            return &in->values[i];
    return NULL;
}

static const struct store_qc_range *range_of(const struct store_qc_level *level,
                                             const char *analyte)
{
    for (size_t i = 0; i < level->range_count; i++)
        if (strcmp(level->ranges[i].analyte, analyte) == 0)
            return &level->ranges[i];
    return NULL;
}

/* The newest values of the other levels of the test, of the same series. */
static enum error find_others(struct store *s, struct arena *a, const struct store_qc_level *level,
                              const char *analyte, int64_t at, struct qc_point *out, size_t *count)
{
    struct store_qc_level *all;
    size_t all_count, used = 0;
    enum error e = store_qc_levels(s, a, level->instrument, &all, &all_count);

    for (size_t i = 0; e == ERROR_OK && i < all_count && used < OTHERS_MAX; i++) {
        struct store_qc_point p;
        if (all[i].root == level->root || strcmp(all[i].test, level->test) != 0)
            continue;
        e = store_qc_last_point(s, a, all[i].root, analyte, &p);
        if (e == ERROR_OK && at >= p.at && at - p.at <= series_ms)
            out[used++] = (struct qc_point) { p.number, p.mean, p.sd };
        if (e == ERROR_NOT_FOUND)
            e = ERROR_OK;
    }
    *count = used;
    return e;
}

static enum error judge_westgard(struct store *s, struct arena *a,
                                 const struct store_qc_level *level,
                                 const struct store_qc_range *range, const char *number, int64_t at,
                                 struct qc_outcome *out)
{
    const struct qc_point now = { number, range->mean, range->sd };
    struct qc_point others[OTHERS_MAX], before;
    struct store_qc_point last;
    size_t count = 0;
    enum error e = store_qc_last_point(s, a, level->root, range->analyte, &last);
    bool has_before = e == ERROR_OK;

    if (e != ERROR_OK && e != ERROR_NOT_FOUND)
        return e;
    if (has_before)
        before = (struct qc_point) { last.number, last.mean, last.sd };
    e = find_others(s, a, level, range->analyte, at, others, &count);
    if (e == ERROR_OK)
        qc_westgard(&now, has_before ? &before : NULL, others, count, out);
    return e;
}

static enum error judge_value(struct store *s, struct arena *a, const struct store_qc_level *level,
                              const struct store_qc_range *range, int64_t at,
                              struct store_qc_value *v)
{
    const struct qc_expected expected = { range->low, range->high, range->expected, range->mean,
                                          range->sd };
    const struct qc_observed observed = { v->value, v->comparator, v->number };
    struct qc_outcome out;
    enum error e = ERROR_OK;

    qc_judge(&expected, &observed, &out);
    if (out.passed && *range->unit && *v->unit && !match_text(range->unit, v->unit)) {
        out.passed = false;
        (void)complain(&out.sentence, ERROR_OK, "It came in %.40s; %.40s is expected.", v->unit,
                       range->unit);
    }
    if (out.passed && level->westgard)
        e = judge_westgard(s, a, level, range, v->number, at, &out);
    if (e != ERROR_OK)
        return e;
    v->range = range->id;
    v->passed = out.passed;
    v->finding = arena_text(a, span_text(out.sentence.text));
    return v->finding ? ERROR_OK : ERROR_NO_MEMORY;
}

static void add_finding(struct complaint *all, const char *name, const char *sentence)
{
    size_t len = strlen(all->text);

    if (*sentence && len < sizeof all->text)
        (void)snprintf(all->text + len, sizeof all->text - len, "%s%.60s%s%.200s", len ? " " : "",
                       name, *name ? ": " : "", sentence);
}

static enum error judge_values(struct store *s, struct arena *a, const struct qcbook_entry *in,
                               int64_t at, struct store_qc_value *values, struct store_qc_run *run,
                               struct complaint *finding)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < in->value_count && e == ERROR_OK; i++) {
        const struct store_qc_range *range = range_of(in->level, in->values[i].analyte);
        values[i] = in->values[i];
        values[i].passed = true;
        values[i].finding = "";
        if (range)
            e = judge_value(s, a, in->level, range, at, &values[i]);
        if (e == ERROR_OK && range) {
            run->passed = run->passed && values[i].passed;
            add_finding(finding, range->name, values[i].finding);
        }
    }
    for (size_t i = 0; i < in->level->range_count && e == ERROR_OK; i++)
        if (!value_of(in, in->level->ranges[i].analyte)) {
            run->passed = false;
            add_finding(finding, in->level->ranges[i].name, "No value came.");
        }
    return e;
}

/* ---- The run ---- */

/* Where nobody says which lot of the kit was used, the book does, as long as one alone is open. */
static enum error find_kit(struct store *s, struct arena *a, const struct qcbook_entry *in,
                           const char *day, const char **out)
{
    const char *found = "";
    struct store_supplies kits;
    size_t open = 0;
    enum error e;

    if (*in->reagent_lot) {
        *out = in->reagent_lot;
        return ERROR_OK;
    }
    e = store_supplies_of_test(s, a, in->level->test, "kit", in->level->instrument, day, &kits);
    for (size_t i = 0; e == ERROR_OK && i < kits.lot_count; i++)
        if (*kits.lots[i].opened_on && !*kits.lots[i].mark) {
            found = kits.lots[i].number;
            open++;
        }
    if (e == ERROR_OK)
        *out = open == 1 ? found : "";
    return e;
}

/* For which trigger it was run: the one that was due, as far as one was. */
static enum error find_reason(struct store *s, struct arena *a, const struct store_actor *by,
                              const struct qcbook_entry *in, const char **out)
{
    const struct store_qc_moment moment = { .test = in->level->test,
                                            .instrument = in->level->instrument,
                                            .lot = in->reagent_lot,
                                            .operator_text = in->operator_text,
                                            .now = by->at,
                                            .day_start =
                                                qcbook_day_start(by->at, by->zone_offset) };
    struct store_qc_verdict verdict;
    enum error e = store_qc_judge(s, a, &moment, &verdict);

    if (e != ERROR_OK)
        return e;
    *out = qc_trigger_id(QC_ON_DEMAND);
    if (verdict.standing == STORE_QC_FAILED)
        *out = "after_failure";
    else if (verdict.standing == STORE_QC_DUE || verdict.standing == STORE_QC_RECOMMENDED)
        *out = qc_trigger_id(verdict.kind);
    return ERROR_OK;
}

enum error qcbook_enter(struct store *s, struct arena *a, const struct store_actor *by,
                        const struct qcbook_entry *in, struct qcbook_outcome *out)
{
    struct store_qc_value *values = arena_take(a, sizeof *values * (in->value_count + 1));
    struct store_qc_run run = { .level = in->level,
                                .message = in->message,
                                .operator_text = in->operator_text,
                                .passed = true,
                                .values = values,
                                .value_count = in->value_count };
    struct complaint lot = { "" }, finding = { "" };
    char day[QCBOOK_DAY];
    int64_t id = 0;
    enum error e = values ? ERROR_OK : ERROR_NO_MEMORY;

    qcbook_day(by->at, by->zone_offset, day);
    if (e == ERROR_OK)
        e = judge_lot(s, a, in, day, by->at, &run, &lot);
    if (e == ERROR_OK && *lot.text) {
        run.passed = false;
        add_finding(&finding, "", lot.text);
    }
    if (e == ERROR_OK)
        e = judge_values(s, a, in, by->at, values, &run, &finding);
    if (e == ERROR_OK)
        e = find_kit(s, a, in, day, &run.reagent_lot);
    if (e == ERROR_OK)
        e = find_reason(s, a, by, in, &run.reason);
    run.finding = finding.text;
    if (e == ERROR_OK)
        e = store_qc_run_add(s, by, &run, &id);
    if (e == ERROR_OK)
        *out = (struct qcbook_outcome) { id, run.passed, finding };
    return e;
}

/* ---- What an instrument sent ---- */

static bool holds(const char *text, const char *words)
{
    return *words && strcasestr(text, words) != NULL;
}

/* Whether the record says that it is that level: its specimen's number is the level's name for the
 * instrument; or a comment, or the lot of a result, holds it. */
static bool says(const struct record *record, const char *matches)
{
    if (match_text(record->specimen, matches))
        return true;
    for (size_t i = 0; i < record->result_count; i++) {
        const struct record_result *r = &record->results[i];
        if (holds(r->lot, matches))
            return true;
        for (size_t k = 0; k < r->comments.count; k++)
            if (holds(r->comments.at[k], matches))
                return true;
    }
    return false;
}

static bool measures(const struct record *record, const struct store_qc_level *level)
{
    for (size_t i = 0; i < record->result_count; i++)
        for (size_t k = 0; k < level->range_count; k++) {
            char key[STORE_ANALYTE_KEY];
            store_analyte_key(record->results[i].loinc, record->results[i].code, key);
            if (strcmp(key, level->ranges[k].analyte) == 0)
                return true;
        }
    return false;
}

/* The only level of its test that the record can be; NULL when there are several, or none. */
static const struct store_qc_level *only_of(const struct record *record,
                                            const struct store_qc_level *levels, size_t count,
                                            const char *test)
{
    const struct store_qc_level *named = NULL, *alone = NULL;
    size_t named_count = 0, all = 0;

    for (size_t i = 0; i < count; i++) {
        const struct store_qc_level *l = &levels[i];
        if (strcmp(l->test, test) != 0 || !measures(record, l))
            continue;
        all++;
        alone = *l->matches ? alone : l;
        if (*l->matches && says(record, l->matches)) {
            named = l;
            named_count++;
        }
    }
    if (named_count)
        return named_count == 1 ? named : NULL;
    return all == 1 ? alone : NULL;
}

size_t qcbook_match(const struct record *record, const struct store_qc_level *levels, size_t count,
                    const struct store_qc_level **out, size_t max)
{
    size_t used = 0;

    for (size_t i = 0; i < count && used < max; i++) {
        const struct store_qc_level *found;
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first = first && strcmp(levels[k].test, levels[i].test) != 0;
        found = first ? only_of(record, levels, count, levels[i].test) : NULL;
        if (found)
            out[used++] = found;
    }
    return used;
}

enum error qcbook_values(struct arena *a, const struct record *record, struct store_qc_value **out)
{
    struct store_qc_value *values = arena_take(a, sizeof *values * (record->result_count + 1));

    if (!values)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < record->result_count; i++) {
        const struct record_result *r = &record->results[i];
        values[i] = (struct store_qc_value) { .analyte = qcbook_analyte(a, r->loinc, r->code),
                                              .name = *r->name ? r->name : r->code,
                                              .value = r->value,
                                              .comparator = r->comparator,
                                              .number = r->number,
                                              .unit = *r->ucum ? r->ucum : r->unit };
        if (!values[i].analyte)
            return ERROR_NO_MEMORY;
    }
    *out = values;
    return ERROR_OK;
}

/* The control's lot, as far as the record names one that the level's item has. */
static enum error named_lot(struct store *s, struct arena *a, const struct store_qc_level *level,
                            const struct record *record, const char *day, const char **out)
{
    struct store_lot lot;
    enum error e = ERROR_NOT_FOUND;

    *out = "";
    if (!level->item)
        return ERROR_OK;
    if (*record->specimen)
        e = store_lot_by_text(s, a, level->item, record->specimen, day, &lot);
    for (size_t i = 0; e == ERROR_NOT_FOUND && i < record->result_count; i++)
        if (*record->results[i].lot)
            e = store_lot_by_text(s, a, level->item, record->results[i].lot, day, &lot);
    if (e == ERROR_OK)
        *out = lot.number;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

static const char *reagent_lot(const struct record *record)
{
    for (size_t i = 0; i < record->result_count; i++)
        if (*record->results[i].lot)
            return record->results[i].lot;
    return "";
}

enum error qcbook_enter_record(struct store *s, struct arena *a, const struct store_actor *by,
                               const struct store_qc_level *level, const struct record *record,
                               int64_t message, struct qcbook_outcome *out)
{
    struct qcbook_entry entry = { .level = level,
                                  .message = message,
                                  .expires = "",
                                  .reagent_lot = reagent_lot(record),
                                  .operator_text = record->operator_id,
                                  .value_count = record->result_count };
    struct store_qc_value *values;
    char day[QCBOOK_DAY];
    enum error e = qcbook_values(a, record, &values);

    qcbook_day(by->at, by->zone_offset, day);
    if (e == ERROR_OK)
        e = named_lot(s, a, level, record, day, &entry.lot_text);
    if (e != ERROR_OK)
        return e;
    entry.values = values;
    if (*entry.lot_text && strcmp(entry.reagent_lot, entry.lot_text) == 0)
        entry.reagent_lot = ""; /* the lot that the instrument named is the control's own */
    return qcbook_enter(s, a, by, &entry, out);
}
