/*
 * A message out of a record: the profile's paths, written to instead of read.
 *
 * Which records a message has, and what they say beside the profile's places, stands in the
 * format's skeleton (skeleton.c).
 */
#include "instruments/profile/compose.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/draft.h"
#include "instruments/profile/template.h"
#include "instruments/profile/value.h"

#include <stdio.h>

enum { RECORDS_MAX = LIMIT_RECORDS };

struct composer {
    const struct profile *p;
    const struct record *record;
    const struct profile_condition *kind; /* what this kind of message has to say, or NULL */
    struct buffer *out;
    struct arena arena;
    struct message message;
    const char *event; /* MSH.9.2, where there is one */
    enum error error;  /* the first */
};

static void fail(struct composer *c, enum error e)
{
    if (c->error == ERROR_OK)
        c->error = e;
}

/* Times */

/* `2026-03-12T07:00:00` as `20260312070000`. */
static const char *compact_time(struct composer *c, const char *time)
{
    char *text = arena_take(&c->arena, strlen(time) + 1);
    size_t len = 0;

    for (; text && *time; time++)
        if (*time >= '0' && *time <= '9')
            text[len++] = *time;
    return text;
}

/* In the device's own form, when the profile has one. */
static const char *own_time(struct composer *c, const char *time)
{
    char text[64];
    value_time_as(c->p->times[0], time, text, sizeof text);
    return arena_text(&c->arena, span_text(text));
}

static const char *time_text(struct composer *c, const char *time)
{
    if (text_empty(time))
        return NULL;
    if (c->p->time_count)
        return own_time(c, time);
    return c->p->formats[0]->iso_times ? time : compact_time(c, time);
}

/* Texts */

static const char *number_text(struct composer *c, size_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", number);
    return arena_text(&c->arena, span_text(text));
}

/* The marker that the instrument itself uses for a flag of LIS02. */
static const char *vendor_flag(const struct profile *p, const char *flag)
{
    for (size_t i = 0; i < p->flag_count; i++)
        if (p->flags[i].flag && strcmp(p->flags[i].flag, flag) == 0)
            return p->flags[i].vendor;
    return flag;
}

/* What a skeleton's `{...}` stands for. */
static const char *stands_for(struct composer *c, struct span name, size_t index)
{
    const struct record *r = c->record;
    const struct record_result *result =
        r->result_count ? &r->results[index < r->result_count ? index : 0] : NULL;
    const struct {
        const char *name, *text;
    } texts[] = { { "number", number_text(c, index + 1) },
                  { "code", result ? result->code : "" },
                  { "type", result && *result->number && !*result->comparator ? "NM" : "ST" },
                  { "sent_at", time_text(c, r->sent_at) },
                  { "observed_at", result ? time_text(c, result->observed_at) : "" },
                  { "run", *r->run ? r->run : "1" },
                  { "specimen", r->specimen } };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (span_equal(name, span_text(texts[i].name)))
            return texts[i].text ? texts[i].text : "";
    return "";
}

/* A skeleton's text, its one `{...}` filled in. */
static const char *expand(struct composer *c, const char *text, size_t index)
{
    size_t before = strcspn(text, "{"), name;
    const char *value;
    char *whole;

    if (!text[before])
        return text;
    name = strcspn(text + before + 1, "}");
    value = stands_for(c, span_of(text + before + 1, name), index);
    whole = arena_take(&c->arena, before + strlen(value) + 1);
    if (!whole) {
        fail(c, ERROR_NO_MEMORY);
        return "";
    }
    memcpy(whole, text, before);
    memcpy(whole + before, value, strlen(value) + 1);
    return whole;
}

/* Records */

static void finish_message(struct composer *c)
{
    if (c->error == ERROR_OK && c->message.record_count)
        fail(c, c->p->formats[0]->encode(c->p, &c->message, c->out));
    c->message.record_count = 0;
}

static void put_draft(struct composer *c, const struct draft *d)
{
    if (c->message.record_count == RECORDS_MAX)
        fail(c, ERROR_TOO_BIG);
    else if (!draft_finish(d, &c->message.records[c->message.record_count++]))
        fail(c, ERROR_NO_MEMORY);
}

/* Places that say whom a message is about, and who sends it. */
static void place_record(struct composer *c, struct draft *d)
{
    const struct record *r = c->record;
    draft_place(d, PROFILE_PLACE_MODEL, text_empty(r->model) ? c->p->model : r->model);
    if (c->p->recognise_count)
        draft_condition(d, &c->p->recognise[0]);
    draft_place(d, PROFILE_PLACE_SERIAL, r->serial);
    draft_place(d, PROFILE_PLACE_SOFTWARE, r->software);
    draft_place(d, PROFILE_PLACE_SENT_AT, time_text(c, r->sent_at));
    if (r->kind == RECORD_QUERY) {
        draft_place(d, PROFILE_PLACE_QUERY_SPECIMEN, r->specimen);
        return;
    }
    draft_place(d, PROFILE_PLACE_SPECIMEN, r->specimen);
    draft_place(d, PROFILE_PLACE_PATIENT_ID, r->patient_id);
    draft_place(d, PROFILE_PLACE_PATIENT_NAME, r->patient_name);
    draft_place(d, PROFILE_PLACE_PATIENT_BIRTH_DATE, time_text(c, r->patient_birth_date));
    draft_place(d, PROFILE_PLACE_PATIENT_SEX, r->patient_sex);
    draft_place(d, PROFILE_PLACE_RUN, r->run);
    draft_place(d, PROFILE_PLACE_OPERATOR, r->operator_id);
}

static void place_result(struct composer *c, struct draft *d, const struct record_result *r)
{
    draft_place(d, PROFILE_PLACE_LOINC, r->loinc);
    draft_place(d, PROFILE_PLACE_CODE, r->code);
    draft_place(d, PROFILE_PLACE_NAME, r->name);
    draft_place(d, PROFILE_PLACE_VALUE, r->value);
    draft_place(d, PROFILE_PLACE_UNIT, r->unit);
    if (r->flags.count)
        draft_place(d, PROFILE_PLACE_FLAGS, vendor_flag(c->p, r->flags.at[0]));
    draft_place(d, PROFILE_PLACE_RANGE, r->range);
    draft_place(d, PROFILE_PLACE_STATUS, r->status);
    draft_place(d, PROFILE_PLACE_LOT, r->lot);
    draft_place(d, PROFILE_PLACE_OBSERVED_AT, time_text(c, r->observed_at));
}

/* What makes the message of its kind. A patient's says what `kind = PATH != TEXT` wants to see. */
static void place_kind(struct composer *c, struct draft *d)
{
    if (c->kind) {
        draft_condition(d, c->kind);
        return;
    }
    for (size_t i = 0; i < c->p->kind_count; i++) {
        const struct profile_condition *k = &c->p->kinds[i];
        if (k->count == 1 && k->terms[0].test == PROFILE_TEST_DIFFERENT)
            draft_set(d, &k->terms[0].path, k->terms[0].text);
    }
}

static void put_texts(struct composer *c, struct draft *d, const struct skeleton_row *row,
                      size_t index)
{
    for (size_t i = 0; i < SKELETON_PUTS && row->put[i].field; i++) {
        bool as_is = row->put[i].text[0] == '~';
        draft_put(d, row->put[i].field, expand(c, row->put[i].text + as_is, index), as_is);
    }
}

/* `index` is of the result, or of the comment. */
static void put_row(struct composer *c, const struct skeleton_row *row, size_t index,
                    const char *comment)
{
    const struct record *r = c->record;
    struct draft d;

    draft_begin(&d, c->p, &c->arena, row->type);
    if (comment) {
        draft_place(&d, PROFILE_PLACE_COMMENT, comment);
    } else if (!row->fixed) {
        place_record(c, &d);
        if (r->kind != RECORD_QUERY && r->result_count)
            place_result(c, &d, &r->results[index < r->result_count ? index : 0]);
        place_kind(c, &d);
    }
    if (row->when == SKELETON_IF_FILLED && d.count == 0)
        return;
    put_texts(c, &d, row, index);
    if (strcmp(row->type, "MSH") == 0)
        c->event = draft_component(&d, 9, 2);
    put_draft(c, &d);
}

/* The skeleton */

static bool is_of_kind(const struct composer *c, unsigned kinds)
{
    unsigned kind = c->record->kind == RECORD_QUERY ? SKELETON_QUERY
                    : c->record->kind == RECORD_QC  ? SKELETON_QC
                                                    : SKELETON_PATIENT;
    return !kinds || kinds & kind;
}

static bool is_of_event(const struct composer *c, const char *event)
{
    const char *own = c->event ? c->event : "";
    if (!event)
        return true;
    return event[0] == '!' ? strcmp(own, event + 1) != 0 : strcmp(own, event) == 0;
}

/* A meter sends results without orders. */
static bool is_left_out(const struct composer *c, const struct skeleton_row *row)
{
    return !is_of_kind(c, row->kinds) || !is_of_event(c, row->event) ||
           (c->p->quirks & PROFILE_QUIRK_RESULT_IS_RECORD &&
            profile_role_of(c->p, c->p->formats[0], row->type) == PROFILE_ROLE_ORDER);
}

static void put_results(struct composer *c, const struct skeleton_row *row)
{
    for (size_t i = 0; i < c->record->result_count; i++) {
        const struct text_list *comments = &c->record->results[i].comments;
        put_row(c, row, i, NULL);
        for (size_t k = 0; row[1].type && row[1].when == SKELETON_COMMENT && k < comments->count;
             k++)
            put_row(c, &row[1], k, comments->at[k]);
    }
}

static void put_skeleton(struct composer *c, const struct skeleton_row *rows)
{
    for (const struct skeleton_row *row = rows; row->type; row++) {
        if (row->when == SKELETON_COMMENT || is_left_out(c, row))
            continue;
        if (row->begins)
            finish_message(c);
        if (row->when == SKELETON_RESULT)
            put_results(c, row);
        else
            put_row(c, row, 0, NULL);
    }
    finish_message(c);
}

/* Of a format whose records the profile itself names: each type that it mentions, results last. */
static void put_structure(struct composer *c)
{
    struct skeleton_row rows[PROFILE_TYPES_MAX + 2] = { { .type = NULL } };
    size_t count = 0;

    for (int results = 0; results < 2; results++)
        for (size_t i = 0; i < c->p->type_count; i++) {
            bool result = c->p->types[i].role == PROFILE_ROLE_RESULT;
            if (result == (results == 1) && c->p->types[i].role != PROFILE_ROLE_COMMENT)
                rows[count++] =
                    (struct skeleton_row) { .type = c->p->types[i].name,
                                            .when = result ? SKELETON_RESULT : SKELETON_IF_FILLED };
        }
    put_skeleton(c, rows);
}

/* The first rule for this kind of record that can be met by writing texts. */
static const struct profile_condition *find_kind(const struct profile *p, enum record_kind kind)
{
    const struct profile_condition *found = NULL;

    if (kind == RECORD_PATIENT || kind == RECORD_QUERY)
        return NULL;
    for (size_t i = 0; i < p->kind_count; i++) {
        const struct profile_condition *k = &p->kinds[i];
        bool plain = k->kind == kind;
        for (size_t t = 0; t < k->count; t++)
            plain = plain && k->terms[t].test != PROFILE_TEST_MATCHES && !k->terms[t].path.pattern;
        if (plain)
            return k;
        found = !found && k->kind == kind ? k : found;
    }
    return found;
}

static enum error compose(struct composer *c)
{
    c->message.records = arena_take(&c->arena, RECORDS_MAX * sizeof *c->message.records);
    if (!c->message.records)
        return ERROR_NO_MEMORY;
    c->kind = find_kind(c->p, c->record->kind);
    if (c->p->formats[0]->skeleton)
        put_skeleton(c, c->p->formats[0]->skeleton);
    else
        put_structure(c);
    if (c->error == ERROR_OK && c->arena.exhausted)
        c->error = ERROR_NO_MEMORY;
    return c->error;
}

enum error profile_compose(const struct profile *p, const struct record *record,
                           struct buffer *text)
{
    struct composer c = { .p = p, .record = record, .out = text };
    size_t before = text->len;
    enum error e;

    if (!p->formats[0]->encode)
        return template_write(p, record, text);
    arena_init(&c.arena, LIMIT_DECODE_ARENA);
    e = compose(&c);
    arena_free(&c.arena);
    if (e != ERROR_OK)
        text->len = before;
    return e;
}
