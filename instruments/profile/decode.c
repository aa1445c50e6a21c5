/*
 * From messages to records: which O and R records belong together, and whom they are about.
 *
 * Invariants: an O record opens a record, and so do the first R below a P without one, and each
 * item of a Q; P, Q, L and the next O close it. A record is never continued by another message.
 * Everything lives in the caller's arena; when that is exhausted the whole decoding fails, so that
 * no record is silently incomplete.
 */
#include "core/base/limits.h"
#include "instruments/profile/result.h"

enum { NONE = -1 };

struct decoder {
    const struct profile *p;
    struct arena *arena;
    const char *id; /* the profile's, in the arena */
    bool whole;
    struct record *records;
    size_t count, room;
    ptrdiff_t open;           /* the index of the record that R and C belong to, or NONE */
    size_t open_room;         /* how many results it has room for */
    size_t kind;              /* the first line of [kinds] that holds for it */
    size_t first;             /* the index of the message's first record */
    struct text_list waiting; /* comments before any result of the open or the next record */
    struct text_list strange; /* complaints about the message as a whole */
    struct profile_context context;
    const struct message *message;
    size_t at; /* the index of the record that is being read */
    bool ended;
};

/* The texts of a record that stand in H, P, O or R; the first place that says something wins. */
enum text_kind { AS_SENT, A_NAME, A_TIME };
static const struct {
    size_t offset;
    enum profile_place place;
    enum text_kind kind;
} record_texts[] = {
    { offsetof(struct record, model), PROFILE_PLACE_MODEL, AS_SENT },
    { offsetof(struct record, serial), PROFILE_PLACE_SERIAL, AS_SENT },
    { offsetof(struct record, software), PROFILE_PLACE_SOFTWARE, AS_SENT },
    { offsetof(struct record, sent_at), PROFILE_PLACE_SENT_AT, A_TIME },
    { offsetof(struct record, specimen), PROFILE_PLACE_SPECIMEN, AS_SENT },
    { offsetof(struct record, patient_id), PROFILE_PLACE_PATIENT_ID, AS_SENT },
    { offsetof(struct record, patient_name), PROFILE_PLACE_PATIENT_NAME, A_NAME },
    { offsetof(struct record, patient_birth_date), PROFILE_PLACE_PATIENT_BIRTH_DATE, A_TIME },
    { offsetof(struct record, patient_sex), PROFILE_PLACE_PATIENT_SEX, AS_SENT },
    { offsetof(struct record, operator_id), PROFILE_PLACE_OPERATOR, AS_SENT },
    { offsetof(struct record, run), PROFILE_PLACE_RUN, AS_SENT },
};

static const char **record_text(struct record *r, size_t offset)
{
    return (const char **)(void *)((char *)r + offset);
}

static void fill_texts(struct decoder *d, struct record *r)
{
    for (size_t i = 0; i < sizeof record_texts / sizeof record_texts[0]; i++) {
        const char **text = record_text(r, record_texts[i].offset);
        enum profile_place place = record_texts[i].place;
        if (**text)
            continue;
        if (record_texts[i].kind == A_TIME)
            *text = profile_place_time(d->p, place, &d->context, d->arena, &r->complaints);
        else if (record_texts[i].kind == A_NAME)
            *text = profile_place_name(d->p, place, &d->context, d->arena);
        else
            *text = profile_place_text(d->p, place, &d->context, d->arena);
    }
}

/* Remembers the first line of [kinds] that holds at this point. */
static void judge_kind(struct decoder *d)
{
    for (size_t i = 0; i < d->p->kind_count && i < d->kind; i++)
        if (profile_condition_holds(d->p, &d->p->kinds[i], &d->context, d->arena))
            d->kind = i;
}

static struct record *add_record(struct decoder *d)
{
    if (d->count == d->room) {
        size_t room = d->room ? 2 * d->room : 4;
        struct record *records = arena_take(d->arena, room * sizeof *records);
        if (!records)
            return NULL;
        if (d->count)
            memcpy(records, d->records, d->count * sizeof *records);
        d->records = records;
        d->room = room;
    }
    record_init(&d->records[d->count]);
    d->records[d->count].profile = d->id;
    return &d->records[d->count++];
}

static enum record_kind kind_of(const struct decoder *d, enum record_kind otherwise)
{
    if (!d->whole || !d->ended)
        return RECORD_INCOMPLETE;
    return d->kind < d->p->kind_count ? d->p->kinds[d->kind].kind : otherwise;
}

static void move_list(struct text_list *from, struct text_list *to, struct arena *arena)
{
    for (size_t i = 0; i < from->count; i++)
        profile_list_add(to, from->at[i], arena);
    *from = (struct text_list) { NULL, 0 };
}

/* Comments that stood before any result: to the first result, in front of its own; without any
 * result to the complaints, so that they are seen. */
static void settle_waiting(struct decoder *d, struct record *r)
{
    if (r->result_count) {
        struct text_list own = r->results[0].comments;
        r->results[0].comments = (struct text_list) { NULL, 0 };
        move_list(&d->waiting, &r->results[0].comments, d->arena);
        move_list(&own, &r->results[0].comments, d->arena);
        return;
    }
    for (size_t i = 0; i < d->waiting.count; i++)
        profile_complain(&r->complaints, d->arena, "The instrument remarked: %.400s",
                         d->waiting.at[i]);
    d->waiting = (struct text_list) { NULL, 0 };
}

static void drop_odd_operator(struct decoder *d, struct record *r)
{
    if (!(d->p->quirks & PROFILE_QUIRK_OPERATOR_REPEATS_PATIENT) || !*r->operator_id ||
        strcmp(r->operator_id, r->patient_id) != 0)
        return;
    r->operator_id = "";
    profile_complain(&r->complaints, d->arena,
                     "The operator's field repeats the patient's number, so that the operator is "
                     "not known.");
}

static void close_record(struct decoder *d)
{
    if (d->open == NONE)
        return;
    settle_waiting(d, &d->records[d->open]);
    drop_odd_operator(d, &d->records[d->open]);
    d->records[d->open].kind = kind_of(d, RECORD_PATIENT);
    d->open = NONE;
    d->kind = d->p->kind_count;
}

/* R records from here to the next that opens or closes a record. */
static size_t count_results(const struct decoder *d)
{
    size_t count = 0;
    for (size_t i = d->at; i < d->message->record_count && count < LIMIT_RESULTS; i++) {
        char type = d->message->records[i].type[0];
        if (type == 'R')
            count++;
        else if (i > d->at && (type == 'O' || type == 'P' || type == 'Q'))
            break;
    }
    return d->p->quirks & PROFILE_QUIRK_RESULT_IS_RECORD && count > 1 ? 1 : count;
}

static void open_record(struct decoder *d)
{
    size_t room = count_results(d);
    struct record_result *results;
    struct record *r;

    close_record(d);
    results = room ? arena_take(d->arena, room * sizeof *results) : NULL;
    r = room && !results ? NULL : add_record(d);
    if (!r)
        return;
    r->results = results;
    d->open = (ptrdiff_t)d->count - 1;
    d->open_room = room;
    fill_texts(d, r);
    judge_kind(d);
}

static void on_header(struct decoder *d)
{
    d->context.at[PROFILE_H] = &d->message->records[d->at];
}

static void on_patient(struct decoder *d)
{
    close_record(d);
    d->context = (struct profile_context) { .at = { d->context.at[PROFILE_H],
                                                    &d->message->records[d->at] } };
}

static void on_order(struct decoder *d)
{
    close_record(d);
    d->context.at[PROFILE_O] = &d->message->records[d->at];
    d->context.at[PROFILE_R] = NULL;
    d->context.at[PROFILE_C] = NULL;
    open_record(d);
}

/* An R without an O, each R of a meter, and an R beyond the room of a record open another. */
static void on_result(struct decoder *d)
{
    bool fresh = d->open == NONE;
    struct record *r;

    d->context.at[PROFILE_R] = &d->message->records[d->at];
    if (!fresh && d->records[d->open].result_count == d->open_room)
        fresh = true;
    if (fresh)
        open_record(d);
    if (d->open == NONE)
        return;
    r = &d->records[d->open];
    profile_read_result(d->p, &d->context, d->arena, &r->results[r->result_count++],
                        &r->complaints);
    fill_texts(d, r);
    judge_kind(d);
}

static bool comment_is_empty(const struct message_record *c, const struct profile_path *path)
{
    const struct message_field *field;

    if (path->field > c->field_count)
        return true;
    field = &c->fields[path->field - 1];
    for (size_t i = 0; i < field->repeat_count; i++)
        for (size_t k = 0; k < field->repeats[i].component_count; k++)
            if (!profile_blank(field->repeats[i].components[k]))
                return false;
    return true;
}

static void on_comment(struct decoder *d)
{
    const struct profile_paths *paths = &d->p->places[PROFILE_PLACE_COMMENT];
    const struct message_record *c = &d->message->records[d->at];
    struct record *r = d->open == NONE ? NULL : &d->records[d->open];
    const char *text;

    d->context.at[PROFILE_C] = c;
    judge_kind(d);
    if (paths->count == 0 || comment_is_empty(c, &paths->at[0]))
        return;
    text = profile_path_text(&paths->at[0], &d->context, d->arena);
    profile_list_add(r && r->result_count ? &r->results[r->result_count - 1].comments : &d->waiting,
                     text, d->arena);
}

static void on_query_item(struct decoder *d)
{
    struct record *r = add_record(d);

    if (!r)
        return;
    d->kind = d->p->kind_count;
    fill_texts(d, r);
    r->specimen = profile_place_text(d->p, PROFILE_PLACE_QUERY_SPECIMEN, &d->context, d->arena);
    r->patient_id = profile_place_text(d->p, PROFILE_PLACE_QUERY_PATIENT, &d->context, d->arena);
    if (strcmp(r->specimen, r->patient_id) == 0)
        r->patient_id = "";
    if (!*r->specimen || strcmp(r->specimen, "ALL") == 0)
        profile_complain(&r->complaints, d->arena,
                         "The instrument asks without naming one specimen; there is no answer to "
                         "that.");
    judge_kind(d);
    r->kind = kind_of(d, RECORD_QUERY);
    d->kind = d->p->kind_count;
}

/* LIS02-A2 11.4: Q-3 may hold several items as repeats; each is a question of its own. */
static void on_query(struct decoder *d)
{
    const struct message_record *q = &d->message->records[d->at];
    size_t items = q->field_count >= 3 ? q->fields[2].repeat_count : 1;

    close_record(d);
    d->context = (struct profile_context) { .at = { d->context.at[PROFILE_H] } };
    d->context.at[PROFILE_Q] = q;
    for (size_t i = 1; i <= items; i++) {
        d->context.query_repeat = (unsigned)i;
        on_query_item(d);
    }
}

static void on_end(struct decoder *d)
{
    close_record(d);
}

/* M (the maker's) and S (for science) are kept as raw bytes only. */
static void on_other(struct decoder *d)
{
    (void)d;
}

static void on_unknown(struct decoder *d)
{
    profile_complain(&d->strange, d->arena,
                     "A record of the unknown type \"%.7s\" stands in the message; it is kept in "
                     "the raw transmission.",
                     d->message->records[d->at].type);
}

static const struct {
    char type;
    void (*read)(struct decoder *d);
} record_types[] = { { 'H', on_header }, { 'P', on_patient }, { 'O', on_order },
                     { 'R', on_result }, { 'C', on_comment }, { 'Q', on_query },
                     { 'L', on_end },    { 'M', on_other },   { 'S', on_other } };

static void read_record(struct decoder *d)
{
    const char *type = d->message->records[d->at].type;
    for (size_t i = 0; i < sizeof record_types / sizeof record_types[0]; i++)
        if (type[0] == record_types[i].type && !type[1]) {
            record_types[i].read(d);
            return;
        }
    on_unknown(d);
}

/* LIS02-A2 12: the message ends with L; T, R and E say that its sender gave up. */
static bool message_ended(const struct message *message)
{
    for (size_t i = 0; i < message->record_count; i++) {
        const struct message_record *l = &message->records[i];
        const char *code = message_at(l, 3, 1, 1);
        if (l->type[0] == 'L' && !l->type[1])
            return !*code || !strchr("TRE", code[0]) || code[1];
    }
    return false;
}

/* A message that held no order, result or question: service, or a patient without anything. */
static void add_bare_record(struct decoder *d)
{
    bool patient = d->context.at[PROFILE_P] != NULL;
    struct record *r = add_record(d);

    if (!r)
        return;
    fill_texts(d, r);
    judge_kind(d);
    if (patient)
        profile_complain(&r->complaints, d->arena,
                         "The message names a patient, but no specimen and no result.");
    settle_waiting(d, r);
    r->kind = kind_of(d, patient ? RECORD_PATIENT : RECORD_SERVICE);
}

static void finish_message(struct decoder *d)
{
    struct record *first;

    close_record(d);
    if (d->count == d->first)
        add_bare_record(d);
    if (d->count == d->first)
        return;
    first = &d->records[d->first];
    if (!d->ended)
        profile_complain(&first->complaints, d->arena,
                         "The instrument did not end this message; it may not be complete.");
    settle_waiting(d, &d->records[d->count - 1]);
    move_list(&d->strange, &first->complaints, d->arena);
}

static void read_message(struct decoder *d, const struct message *message)
{
    d->message = message;
    d->context = (struct profile_context) { .query_repeat = 0 };
    d->first = d->count;
    d->open = NONE;
    d->kind = d->p->kind_count;
    d->ended = message_ended(message);
    for (d->at = 0; d->at < message->record_count; d->at++)
        read_record(d);
    finish_message(d);
}

static struct span skip_gap(struct span text)
{
    while (text.len && (text.at[0] == '\r' || text.at[0] == '\n' || text.at[0] == ' '))
        text = span_of(text.at + 1, text.len - 1);
    return text;
}

/* Whether the text goes on as a message does whose header was lost: a record type, then `|`. */
static bool is_headless(struct span text)
{
    return text.len > 1 && text.at[1] == '|' && text.at[0] && strchr("PORCQL", text.at[0]);
}

/* Reads such a text behind a header that says only the usual delimiters. */
static enum error read_headless(struct decoder *d, struct span text)
{
    static const char header[] = "H|\\^&\r";
    size_t len = sizeof header - 1;
    uint8_t *whole = arena_take(d->arena, len + text.len);
    struct message message = { NULL, 0 };
    size_t used = 0;
    enum error e;

    if (!whole)
        return ERROR_NO_MEMORY;
    memcpy(whole, header, len);
    memcpy(whole + len, text.at, text.len);
    e = lis02_decode(span_of(whole, len + text.len), d->arena, &message, &used, NULL);
    if (e != ERROR_OK)
        return e;
    d->whole = false;
    profile_complain(&d->strange, d->arena,
                     "The message came without its header record; the usual delimiters were "
                     "assumed.");
    read_message(d, &message);
    return ERROR_OK;
}

static enum error read_text(struct decoder *d, struct span text, struct complaint *why)
{
    bool first = true;

    for (text = skip_gap(text); text.len || first; text = skip_gap(text)) {
        struct message message = { NULL, 0 };
        size_t used = 0;
        enum error e = lis02_decode(text, d->arena, &message, &used, why);

        if (e == ERROR_BAD_INPUT && first && is_headless(text))
            return read_headless(d, text);
        if (e != ERROR_OK && (first || e == ERROR_NO_MEMORY))
            return e;
        if (e != ERROR_OK || used == 0) {
            if (d->count)
                profile_complain(&d->records[d->count - 1].complaints, d->arena,
                                 "After this message came bytes that are no message.");
            return ERROR_OK;
        }
        read_message(d, &message);
        text = span_of(text.at + used, text.len - used);
        first = false;
    }
    return ERROR_OK;
}

enum error profile_decode(const struct profile *p, struct span text, bool whole,
                          struct arena *arena, struct record **records, size_t *count,
                          struct complaint *why)
{
    struct decoder d = { .p = p, .arena = arena, .whole = whole, .open = NONE };
    enum error e;

    d.id = arena_text(arena, span_text(p->id));
    e = d.id ? read_text(&d, text, why) : ERROR_OK;
    if (e == ERROR_OK && arena->exhausted)
        e = complain(why, ERROR_NO_MEMORY, "The message is too large to be decoded.");
    if (e != ERROR_OK)
        return e;
    *records = d.records;
    *count = d.count;
    return ERROR_OK;
}
