/* A message out of a record: the profile's paths, written to instead of read. */
#include "instruments/profile/compose.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/parts.h"

#include <stdio.h>

enum { FIELDS = 40, COMPONENTS = 12 };

/* One record of a message while it is put together. Texts are borrowed. */
struct draft {
    char type[8];
    const char *at[FIELDS + 1][COMPONENTS + 1]; /* [field][component], from 1 */
};

struct composer {
    const struct profile *p;
    const struct record *record;
    struct buffer *out;
    struct arena arena;
    enum error error; /* the first */
};

static void draft_begin(struct draft *d, const char *type)
{
    *d = (struct draft) { "", { { NULL } } };
    (void)text_copy(d->type, sizeof d->type, type);
}

/* Where a path lands in this draft, or NULL when it belongs to another record. */
static const char **draft_slot(struct draft *d, const struct profile_path *path)
{
    unsigned component = path->component ? path->component : 1;
    if (path->repeat > 1 || PROFILE_CONTEXT_LETTERS[path->record] != d->type[0] ||
        path->field > FIELDS || component > COMPONENTS)
        return NULL;
    return &d->at[path->field][component];
}

static void draft_set(struct draft *d, const struct profile_path *path, const char *text)
{
    const char **slot = draft_slot(d, path);
    if (slot)
        *slot = text;
}

/* Writes a place's text where the profile reads it first. */
static void draft_place(const struct profile *p, struct draft *d, enum profile_place place,
                        const char *text)
{
    const struct profile_paths *paths = &p->places[place];
    if (paths->count && !text_empty(text))
        draft_set(d, &paths->at[0], text);
}

static bool term_holds(const struct profile_term *t, const char *text)
{
    if (text_empty(text))
        return false;
    if (t->test == PROFILE_TEST_STARTS)
        return strncmp(text, t->text, strlen(t->text)) == 0;
    if (t->test == PROFILE_TEST_CONTAINS)
        return strstr(text, t->text) != NULL;
    return strcmp(text, t->text) == 0;
}

/* Makes the terms of a condition true, as far as they concern this record. */
static void draft_condition(struct draft *d, const struct profile_condition *condition)
{
    for (size_t i = 0; i < condition->count; i++) {
        const struct profile_term *t = &condition->terms[i];
        const char **slot = draft_slot(d, &t->path);
        if (slot && t->test != PROFILE_TEST_DIFFERENT && !term_holds(t, *slot))
            *slot = t->text;
    }
}

/* The components of a field, joined; a `^` within one separates too, as in names. */
static const char *join_field(struct composer *c, const char *const *components)
{
    char *text;
    size_t last = 0, len = 0, size = 1;
    for (size_t i = 1; i <= COMPONENTS; i++)
        if (components[i]) {
            last = i;
            size += strlen(components[i]);
        }
    if (last == 0)
        return NULL;
    text = arena_take(&c->arena, size + last);
    for (size_t i = 1; text && i <= last; i++) {
        for (const char *from = components[i] ? components[i] : ""; *from; from++)
            text[len++] = *from == '^' ? LIS02_NEXT_COMPONENT[0] : *from;
        if (i < last)
            text[len++] = LIS02_NEXT_COMPONENT[0];
    }
    if (!text && c->error == ERROR_OK)
        c->error = ERROR_NO_MEMORY;
    return text;
}

static void put_draft(struct composer *c, const struct draft *d)
{
    const char *d4 = c->p->delimiters;
    struct lis02_delimiters delimiters = { d4[0], d4[1], d4[2], d4[3] };
    const char *values[FIELDS] = { d->type };
    for (size_t field = 2; field <= FIELDS; field++)
        values[field - 1] = join_field(c, d->at[field]);
    if (c->error == ERROR_OK)
        c->error = lis02_put_record(c->out, &delimiters, values, FIELDS);
}

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

static const char *number_text(struct composer *c, size_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", number);
    return arena_text(&c->arena, span_text(text));
}

/* The rule that the record's kind needs; patients need none. */
static void draft_kind(struct composer *c, struct draft *d)
{
    if (c->record->kind == RECORD_PATIENT || c->record->kind == RECORD_QUERY)
        return;
    for (size_t i = 0; i < c->p->kind_count; i++)
        if (c->p->kinds[i].kind == c->record->kind) {
            draft_condition(d, &c->p->kinds[i]);
            return;
        }
}

static void put_header(struct composer *c)
{
    const struct record *r = c->record;
    struct draft d;
    draft_begin(&d, "H");
    d.at[12][1] = "P";
    d.at[13][1] = "LIS2-A2";
    draft_place(c->p, &d, PROFILE_PLACE_MODEL, text_empty(r->model) ? c->p->model : r->model);
    if (c->p->recognise_count)
        draft_condition(&d, &c->p->recognise[0]);
    draft_place(c->p, &d, PROFILE_PLACE_SERIAL, r->serial);
    draft_place(c->p, &d, PROFILE_PLACE_SOFTWARE, r->software);
    draft_place(c->p, &d, PROFILE_PLACE_SENT_AT, compact_time(c, r->sent_at));
    draft_kind(c, &d);
    put_draft(c, &d);
}

/* Places that belong to the patient or to the order; each lands in the record of its path. */
static void place_specimen(struct composer *c, struct draft *d)
{
    const struct record *r = c->record;
    draft_place(c->p, d, PROFILE_PLACE_SPECIMEN, r->specimen);
    draft_place(c->p, d, PROFILE_PLACE_PATIENT_ID, r->patient_id);
    draft_place(c->p, d, PROFILE_PLACE_PATIENT_NAME, r->patient_name);
    draft_place(c->p, d, PROFILE_PLACE_PATIENT_BIRTH_DATE, compact_time(c, r->patient_birth_date));
    draft_place(c->p, d, PROFILE_PLACE_PATIENT_SEX, r->patient_sex);
    draft_place(c->p, d, PROFILE_PLACE_RUN, r->run);
    if (r->result_count)
        draft_place(c->p, d, PROFILE_PLACE_LOT, r->results[0].lot);
    draft_kind(c, d);
}

static void put_patient(struct composer *c)
{
    struct draft d;
    draft_begin(&d, "P");
    d.at[2][1] = "1";
    place_specimen(c, &d);
    put_draft(c, &d);
}

static void put_order(struct composer *c)
{
    struct draft d;
    draft_begin(&d, "O");
    d.at[2][1] = "1";
    if (c->record->result_count)
        d.at[5][4] = c->record->results[0].code;
    d.at[26][1] = "F";
    place_specimen(c, &d);
    if (c->record->result_count)
        draft_place(c->p, &d, PROFILE_PLACE_OBSERVED_AT,
                    compact_time(c, c->record->results[0].observed_at));
    put_draft(c, &d);
}

/* The marker that the instrument itself uses for a flag of LIS02. */
static const char *vendor_flag(const struct profile *p, const char *flag)
{
    for (size_t i = 0; i < p->flag_count; i++)
        if (p->flags[i].flag && strcmp(p->flags[i].flag, flag) == 0)
            return p->flags[i].vendor;
    return flag;
}

static void put_comments(struct composer *c, const struct record_result *r)
{
    for (size_t i = 0; i < r->comments.count; i++) {
        struct draft d;
        draft_begin(&d, "C");
        d.at[2][1] = number_text(c, i + 1);
        d.at[3][1] = "I";
        draft_place(c->p, &d, PROFILE_PLACE_COMMENT, r->comments.at[i]);
        put_draft(c, &d);
    }
}

static void put_result(struct composer *c, size_t index)
{
    const struct record_result *r = &c->record->results[index];
    struct draft d;
    draft_begin(&d, "R");
    d.at[2][1] = number_text(c, index + 1);
    draft_place(c->p, &d, PROFILE_PLACE_LOINC, r->loinc);
    draft_place(c->p, &d, PROFILE_PLACE_CODE, r->code);
    draft_place(c->p, &d, PROFILE_PLACE_NAME, r->name);
    draft_place(c->p, &d, PROFILE_PLACE_VALUE, r->value);
    draft_place(c->p, &d, PROFILE_PLACE_UNIT, r->unit);
    if (r->flags.count)
        draft_place(c->p, &d, PROFILE_PLACE_FLAGS, vendor_flag(c->p, r->flags.at[0]));
    draft_place(c->p, &d, PROFILE_PLACE_RANGE, r->range);
    draft_place(c->p, &d, PROFILE_PLACE_STATUS, r->status);
    draft_place(c->p, &d, PROFILE_PLACE_OBSERVED_AT, compact_time(c, r->observed_at));
    draft_place(c->p, &d, PROFILE_PLACE_OPERATOR, c->record->operator_id);
    draft_kind(c, &d);
    put_draft(c, &d);
    put_comments(c, r);
}

static void put_query(struct composer *c)
{
    struct draft d;
    draft_begin(&d, "Q");
    d.at[2][1] = "1";
    draft_place(c->p, &d, PROFILE_PLACE_QUERY_SPECIMEN, c->record->specimen);
    d.at[5][4] = "ALL";
    put_draft(c, &d);
}

static void put_end(struct composer *c)
{
    struct draft d;
    draft_begin(&d, "L");
    d.at[2][1] = "1";
    d.at[3][1] = "N";
    put_draft(c, &d);
}

enum error profile_compose(const struct profile *p, const struct record *record,
                           struct buffer *text)
{
    struct composer c = { .p = p, .record = record, .out = text, .error = ERROR_OK };
    size_t before = text->len;
    arena_init(&c.arena, LIMIT_DECODE_ARENA);
    put_header(&c);
    if (record->kind == RECORD_QUERY) {
        put_query(&c);
    } else {
        put_patient(&c);
        if (!(p->quirks & PROFILE_QUIRK_RESULT_IS_RECORD))
            put_order(&c);
        for (size_t i = 0; i < record->result_count; i++)
            put_result(&c, i);
    }
    put_end(&c);
    arena_free(&c.arena);
    if (c.error != ERROR_OK)
        text->len = before;
    return c.error;
}
