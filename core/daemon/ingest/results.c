/* Results of a record on their specimen: judged, versioned, each with both flags. */
#include "core/daemon/ingest/parts.h"
#include "core/rules/correction.h"
#include "core/rules/judge.h"
#include "core/store/correct.h"
#include "core/store/limits.h"

/* Joins a list into one text. */
static const char *join(struct arena *a, const struct text_list *list, char separator)
{
    size_t len = 1;
    char *text, *at;

    for (size_t i = 0; i < list->count; i++)
        len += strlen(list->at[i]) + 1;
    text = at = arena_take(a, len);
    for (size_t i = 0; text && i < list->count; i++) {
        size_t size = strlen(list->at[i]);
        if (i > 0)
            *at++ = separator;
        memcpy(at, list->at[i], size);
        at += size;
    }
    return text;
}

static bool of_the_run(const struct ingest_filing *f, int64_t message)
{
    for (size_t i = 0; i < f->run_message_count; i++)
        if (f->run_messages[i] == message)
            return true;
    return false;
}

/* Without a run number, a correction is for what the same instrument measured on that specimen. */
static bool of_the_instrument(struct ingest *in, struct arena *a, const struct ingest_filing *f,
                              int64_t message)
{
    struct store_message_found found;

    return store_message_by_id(in->store, a, message, &found) == ERROR_OK &&
           found.instrument == f->instrument;
}

static bool same_analyte(const struct store_result *stored, const struct record_result *result,
                         const char *loinc)
{
    return strcmp(stored->code, result->code) == 0 && strcmp(stored->loinc, loinc) == 0;
}

/* The current result that this one takes the place of, or 0. */
static enum error find_replaced(struct ingest *in, struct arena *a, const struct ingest_filing *f,
                                size_t which, const char *loinc, int64_t *out)
{
    const struct record_result *result = &f->record->results[which];
    bool by_run = f->repeat && f->repeat->change[which] == REPEAT_CORRECTS;
    bool by_word = !*f->record->run && strcmp(result->status, "C") == 0;
    struct store_result *current;
    size_t count;
    enum error e;

    *out = 0;
    if (!f->repeat || (!by_run && !by_word))
        return ERROR_OK;
    e = store_results_of_order(in->store, a, f->specimen->order, &current, &count);
    for (size_t i = count; e == ERROR_OK && i-- > 0;) {
        const struct store_result *r = &current[i];
        if (r->specimen != f->specimen->id || !same_analyte(r, result, loinc) ||
            strcmp(r->status, correction_status(CORRECTION_PATIENT)) == 0)
            continue;
        if (by_run ? of_the_run(f, r->message) : of_the_instrument(in, a, f, r->message)) {
            *out = r->id;
            return ERROR_OK;
        }
    }
    return e;
}

enum error ingest_find_limit(struct ingest *in, struct arena *a, const struct ingest_filing *f,
                             const char *loinc, const char *code, struct store_limit *limit,
                             const struct store_limit **out)
{
    const struct store_patient *patient = &f->specimen->patient;
    /* The age when it was taken: not when it was sent, released or corrected. */
    int64_t taken = f->specimen->collected_at ? f->specimen->collected_at : f->received_at;
    int zone = in->port->zone_offset(in->port->context, taken);
    char key[STORE_ANALYTE_KEY];
    const struct store_limit_wanted wanted = {
        .analyte = key,
        .sex = patient->sex,
        .specimen_type = f->specimen->type,
        .age = judge_age_days(patient->birth_date, taken, zone),
        .at = f->judged ? f->judged->at : clock_now(in->clock),
        .before = f->judged ? f->judged->result : 0,
    };
    enum error e;

    store_analyte_key(loinc, code, key);
    e = store_limit_look(in->store, a, &wanted, limit);

    *out = e == ERROR_OK ? limit : NULL;
    return e == ERROR_NOT_FOUND ? ERROR_OK : e;
}

/* The device's comments on the result, what was remarked on the whole record, and why the limits
 * give no flag: all that a reviewer should read beside the value. */
static const char *comments_of(struct arena *a, const struct record *record,
                               const struct record_result *r, const struct judgement *j,
                               const struct store_limit *limit)
{
    const char *all[2 * LIMIT_LIST + 1];
    struct text_list list = { all, 0 };

    for (size_t i = 0; i < r->comments.count && i < LIMIT_LIST; i++)
        all[list.count++] = r->comments.at[i];
    for (size_t i = 0; i < record->complaints.count && i < LIMIT_LIST; i++)
        all[list.count++] = record->complaints.at[i];
    if (limit && *j->complaint)
        all[list.count++] = j->complaint;
    return join(a, &list, '\n');
}

/* The instrument has corrected itself: whoever saw the old value learns of it. */
static enum error note_correction(struct ingest *in, const struct ingest_filing *f,
                                  int64_t replaces, int64_t id)
{
    const struct store_actor by = ingest_actor(in, f->instrument);
    const struct store_correction correction = { .result_old = replaces,
                                                 .result_new = id,
                                                 .order = f->specimen->order,
                                                 .kind = correction_kind_id(CORRECTION_DEVICE),
                                                 .reason_code = "instrument",
                                                 .reason = "The instrument sent another value." };
    int64_t unused;
    enum error e = store_correction_add(in->store, &by, &correction, &unused);

    return e == ERROR_OK ? ingest_after_change(in, "notice", "") : e;
}

static enum error file_one(struct ingest *in, struct arena *a, const struct ingest_filing *f,
                           size_t which)
{
    const struct record_result *r = &f->record->results[which];
    const struct match_analyte *analyte = f->analytes[which];
    const char *loinc = !*r->loinc && analyte ? analyte->loinc : r->loinc;
    struct record_result judged = *r;
    struct judgement j;
    struct store_limit limit;
    const struct store_limit *found;
    struct store_result row;
    int64_t id, replaces;
    enum error e = find_replaced(in, a, f, which, loinc, &replaces);

    if (e == ERROR_OK)
        e = ingest_find_limit(in, a, f, loinc, analyte ? analyte->code : r->code, &limit, &found);
    if (e != ERROR_OK)
        return e;
    if (!*judged.ucum)
        judged.ucum = judged.unit;
    judge_result(&judged, found, &j);
    row = (struct store_result) { .message = f->message,
                                  .order = f->specimen->order,
                                  .specimen = f->specimen->id,
                                  .patient_id = f->specimen->patient_id,
                                  .test = analyte ? analyte->test : 0,
                                  .position = (int64_t)which,
                                  .replaces = replaces,
                                  .code = r->code,
                                  .loinc = loinc,
                                  .name = !*r->name && analyte ? analyte->name : r->name,
                                  .value = r->value,
                                  .comparator = r->comparator,
                                  .number = r->number,
                                  .unit = r->unit,
                                  .ucum = r->ucum,
                                  .device_range = r->range,
                                  .device_flags = join(a, &r->flags, ' '),
                                  .site_flag = j.site,
                                  .flag = j.flag,
                                  .flag_source = j.source,
                                  .reference_range = j.range,
                                  .reference_limit = found ? found->id : 0,
                                  .severity = j.severity,
                                  .status = r->status,
                                  .observed_at = r->observed_at,
                                  .lot = r->lot,
                                  .comments = comments_of(a, f->record, r, &j, found),
                                  .at = f->received_at,
                                  .identical_repeat = f->repeat && f->repeat->identical,
                                  .moved = f->moved };
    e = store_result_add(in->store, &row, &id);
    return e == ERROR_OK && replaces ? note_correction(in, f, replaces, id) : e;
}

enum error ingest_file_results(struct ingest *in, struct arena *a, const struct ingest_filing *f)
{
    for (size_t i = 0; i < f->record->result_count; i++) {
        enum error e;
        if (f->repeat && f->repeat->change[i] == REPEAT_KNOWN)
            continue;
        e = file_one(in, a, f, i);
        if (e != ERROR_OK)
            return e;
    }
    return ERROR_OK;
}
