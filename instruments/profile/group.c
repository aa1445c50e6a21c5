/*
 * From a message to records: which orders and results belong together, and whom they are about.
 *
 * Invariants: an order opens a record, and so do the first result below a patient without one, each
 * item of a query, and a specimen that stands before its orders; the next of them, a patient, a
 * query and the end close it. A record is never continued by another message. A detail belongs to
 * the open record wherever it stands: it is looked for before the first result is read. Everything
 * lives in the caller's arena; when that is exhausted the whole decoding fails, so that no record
 * is silently incomplete.
 */
#include "core/base/limits.h"
#include "instruments/profile/decoder.h"
#include "instruments/profile/result.h"

#define ROLE(name) (1u << PROFILE_ROLE_##name)

static const struct message_record *current(const struct decoder *d)
{
    return &d->message->records[d->at];
}

static void note(struct decoder *d, size_t index)
{
    if (d->marks[index].type < PROFILE_TYPES_MAX)
        d->context.at[d->marks[index].type] = &d->message->records[index];
}

/* Takes the records of these roles out of the context. */
static void forget(struct decoder *d, unsigned roles)
{
    for (size_t i = 0; i < d->p->type_count; i++)
        if (roles >> d->p->types[i].role & 1)
            d->context.at[i] = NULL;
}

static struct record *open_one(struct decoder *d)
{
    return d->open == DECODER_NONE ? NULL : &d->records[d->open];
}

struct record *decoder_add_record(struct decoder *d)
{
    if (!d->records || d->count == d->room) {
        size_t room = d->room ? 2 * d->room : 4;
        struct record *records = arena_take(d->arena, room * sizeof *records);
        if (!records)
            return NULL;
        if (d->records)
            memcpy(records, d->records, d->count * sizeof *records);
        d->records = records;
        d->room = room;
    }
    record_init(&d->records[d->count]);
    d->records[d->count].profile = d->id;
    return &d->records[d->count++];
}

enum record_kind decoder_kind(const struct decoder *d, enum record_kind otherwise)
{
    if (!d->whole || !d->ended)
        return RECORD_INCOMPLETE;
    return d->kind < d->p->kind_count ? d->p->kinds[d->kind].kind : otherwise;
}

/* Closing */

void decoder_close_record(struct decoder *d)
{
    struct record *r = open_one(d);

    d->skipping = d->behind = false;
    d->twin = NULL;
    if (!r)
        return;
    decoder_settle_waiting(d, r);
    decoder_drop_odd_operator(d, r);
    r->kind = decoder_kind(d, d->torn ? RECORD_INCOMPLETE : RECORD_PATIENT);
    d->torn = false;
    d->open = DECODER_NONE;
    d->kind = d->p->kind_count;
}

/* Opening */

/* Whether the lead at `index` belongs to an order that follows, before any result. */
static bool leads_on(const struct decoder *d, size_t index)
{
    for (size_t i = index + 1; i < d->message->record_count; i++) {
        enum profile_role role = d->marks[i].role;
        if (role == PROFILE_ROLE_ORDER)
            return !d->by_specimen;
        if (1u << role & (ROLE(RESULT) | ROLE(PATIENT) | ROLE(QUERY) | ROLE(HEADER) | ROLE(END)))
            return false;
    }
    return false;
}

/* Whether the record at `index` begins another group than the one that stands before it. */
static bool begins_group(const struct decoder *d, size_t index)
{
    switch (d->marks[index].role) {
    case PROFILE_ROLE_PATIENT:
    case PROFILE_ROLE_QUERY:
        return true;
    case PROFILE_ROLE_SPECIMEN:
        return d->by_specimen;
    case PROFILE_ROLE_ORDER:
        return !d->by_specimen;
    case PROFILE_ROLE_LEAD:
        return leads_on(d, index);
    default:
        return false;
    }
}

static size_t group_end(const struct decoder *d)
{
    size_t end = d->at + 1;
    while (end < d->message->record_count && !begins_group(d, end))
        end++;
    return end;
}

static size_t count_results(const struct decoder *d, size_t end)
{
    size_t count = 0;
    for (size_t i = d->at; i < end && count < LIMIT_RESULTS; i++)
        count += d->marks[i].role == PROFILE_ROLE_RESULT;
    return d->p->quirks & PROFILE_QUIRK_RESULT_IS_RECORD && count > 1 ? 1 : count;
}

/* The first detail of each type that stands behind, where none stood before. */
static void look_ahead(struct decoder *d, size_t end)
{
    const unsigned details = ROLE(DETAIL) | ROLE(LEAD) | ROLE(SPECIMEN);
    for (size_t i = d->at + 1; i < end; i++)
        if (1u << d->marks[i].role & details && d->marks[i].type < PROFILE_TYPES_MAX &&
            !d->context.at[d->marks[i].type])
            note(d, i);
}

static void open_record(struct decoder *d)
{
    size_t end = group_end(d), room = count_results(d, end);
    struct record_result *results;
    struct record *r;

    decoder_close_record(d);
    results = room ? arena_take(d->arena, room * sizeof *results) : NULL;
    r = room && !results ? NULL : decoder_add_record(d);
    if (!r)
        return;
    r->results = results;
    d->open = (ptrdiff_t)d->count - 1;
    d->open_room = room;
    d->grouped = true;
    d->led = false;
    look_ahead(d, end);
    decoder_fill(d, r);
    decoder_judge(d);
}

/* Comments that stand in other records than comments: for the open record as a whole. */
static void take_remarks(struct decoder *d)
{
    struct text_list remarks = decoder_remarks(d, current(d), d->marks[d->at].type);
    decoder_move_list(&remarks, &d->waiting, d->arena);
}

/* Whether a place says something else now than it said when the record was filled. */
static bool says_other(struct decoder *d, const char *said, enum profile_place place)
{
    const char *now = decoder_text(d, place);
    return *said && *now && strcmp(said, now) != 0;
}

/* A detail that names another specimen or patient than the open record: which of the results are
 * whose cannot be told, so that a person must. */
static void compare_names(struct decoder *d, struct record *r)
{
    bool other = says_other(d, r->specimen, PROFILE_PLACE_SPECIMEN) ||
                 says_other(d, r->patient_id, PROFILE_PLACE_PATIENT_ID);

    if (other && !d->torn)
        profile_complain(&r->complaints, d->arena,
                         "One order names two specimens or two patients: its results may be of "
                         "either.");
    d->torn = d->torn || other;
}

/* Whether a path that fills records leads to this one. */
static bool fills(const struct decoder *d)
{
    size_t type = d->marks[d->at].type;
    return type < PROFILE_TYPES_MAX && d->p->types[type].fills;
}

/* Roles */

static void on_header(struct decoder *d)
{
    note(d, d->at);
    take_remarks(d);
}

static void on_patient(struct decoder *d)
{
    decoder_close_record(d);
    forget(d, ROLE(PATIENT) | ROLE(ORDER) | ROLE(RESULT) | ROLE(COMMENT) | ROLE(QUERY));
    if (d->grouped)
        forget(d, ROLE(DETAIL) | ROLE(LEAD) | ROLE(SPECIMEN) | ROLE(OTHER));
    d->patient = true;
    note(d, d->at);
    take_remarks(d);
}

static void on_detail(struct decoder *d)
{
    struct record *r = open_one(d);

    note(d, d->at);
    take_remarks(d);
    d->skipping = false;
    d->twin = NULL;
    if (!r)
        return;
    d->behind = r->result_count > 0;
    compare_names(d, r);
    decoder_fill(d, r);
    decoder_judge(d);
}

static void on_specimen(struct decoder *d)
{
    if (!d->by_specimen) {
        on_detail(d);
        return;
    }
    decoder_close_record(d);
    forget(d, ROLE(RESULT) | ROLE(COMMENT));
    if (d->grouped)
        forget(d, ROLE(SPECIMEN) | ROLE(ORDER) | ROLE(LEAD) | ROLE(DETAIL));
    note(d, d->at);
    take_remarks(d);
    open_record(d);
}

static void on_lead(struct decoder *d)
{
    if (!leads_on(d, d->at)) {
        on_detail(d);
        return;
    }
    decoder_close_record(d);
    forget(d, ROLE(RESULT) | ROLE(COMMENT));
    if (d->grouped && !d->led)
        forget(d, ROLE(ORDER) | ROLE(LEAD) | ROLE(DETAIL) | ROLE(SPECIMEN));
    d->led = true;
    note(d, d->at);
    take_remarks(d);
}

/* An order below a specimen goes on with its record, unless the specimen has no number of its own
 * and the order has another than the one before. */
static void on_order_below(struct decoder *d, struct record *r)
{
    forget(d, ROLE(RESULT) | ROLE(COMMENT));
    note(d, d->at);
    if (says_other(d, r->specimen, PROFILE_PLACE_SPECIMEN)) {
        decoder_close_record(d);
        take_remarks(d);
        open_record(d);
        return;
    }
    take_remarks(d);
    decoder_fill(d, r);
    decoder_judge(d);
}

static void on_order(struct decoder *d)
{
    struct record *r = open_one(d);

    d->skipping = d->behind = false;
    d->twin = NULL;
    if (d->by_specimen && r) {
        on_order_below(d, r);
        return;
    }
    decoder_close_record(d);
    forget(d, ROLE(RESULT) | ROLE(COMMENT));
    if (d->grouped && !d->led)
        forget(d, ROLE(LEAD) | ROLE(DETAIL) | ROLE(SPECIMEN));
    note(d, d->at);
    take_remarks(d);
    open_record(d);
}

static bool is_skipped(const struct decoder *d)
{
    for (size_t i = 0; i < d->p->skip_count; i++)
        if (profile_condition_holds(d->p, &d->p->skips[i], &d->context, d->arena))
            return true;
    return false;
}

/* What a skipped result of the same code, right before this one, says beside it. */
static void take_from_twin(struct decoder *d, struct record *r, struct record_result *result)
{
    const struct message_record **newest, *own;

    if (!d->twin || d->marks[d->at].type == PROFILE_TYPES_MAX)
        return;
    newest = &d->context.at[d->marks[d->at].type];
    own = *newest;
    *newest = d->twin;
    d->twin = NULL;
    if (strcmp(profile_place_text(d->p, PROFILE_PLACE_CODE, &d->context, d->arena), result->code) ==
        0) {
        if (!*result->observed_at)
            result->observed_at = profile_place_time(d->p, PROFILE_PLACE_OBSERVED_AT, &d->context,
                                                     d->arena, &r->complaints);
        decoder_fill(d, r);
    }
    *newest = own;
}

static void read_result(struct decoder *d, struct record *r)
{
    struct record_result *result = &r->results[r->result_count++];
    struct text_list remarks;

    profile_read_result(d->p, &d->context, d->arena, result, &r->complaints);
    take_from_twin(d, r, result);
    remarks = decoder_remarks(d, current(d), d->marks[d->at].type);
    decoder_move_list(&remarks, &result->comments, d->arena);
    d->depth = current(d)->depth;
    d->behind = false;
}

/* Whether the record has a result of the code that is being read. */
static bool has_code(const struct decoder *d, const struct record *r)
{
    const char *code = profile_place_text(d->p, PROFILE_PLACE_CODE, &d->context, d->arena);
    for (size_t i = 0; i < r->result_count; i++)
        if (strcmp(r->results[i].code, code) == 0)
            return true;
    return false;
}

/* A result without an order, each one of a meter, one beyond the room of a record, and at quirk
 * CODE_BEGINS_RECORD one of a test that is there already open another. */
static void on_result(struct decoder *d)
{
    struct record *r = open_one(d);

    note(d, d->at);
    d->skipping = is_skipped(d);
    if (d->skipping) {
        d->twin = d->p->quirks & PROFILE_QUIRK_TWIN_SAYS_WHEN ? current(d) : NULL;
        return;
    }
    if (!r || r->result_count == d->open_room ||
        (d->p->quirks & PROFILE_QUIRK_CODE_BEGINS_RECORD && has_code(d, r)))
        open_record(d);
    r = open_one(d);
    if (!r)
        return;
    read_result(d, r);
    decoder_fill(d, r);
    decoder_judge(d);
}

/* A comment that is nested belongs to what it stands in; any other to the result before it, unless
 * a detail stands between. */
static bool is_of_result(const struct decoder *d, const struct record *r)
{
    unsigned depth = current(d)->depth;
    if (!r || !r->result_count)
        return false;
    return depth ? depth > d->depth : !d->behind;
}

/* A comment of a result is out of the context behind it: what a comment of the order says still
 * holds for the results that follow. */
static void on_comment(struct decoder *d)
{
    struct record *r = open_one(d);
    size_t type = d->marks[d->at].type;
    bool own = is_of_result(d, r);
    const struct message_record *before = NULL;
    struct text_list remarks;

    if (d->skipping && (own || !current(d)->depth))
        return;
    if (type < PROFILE_TYPES_MAX)
        before = d->context.at[type];
    note(d, d->at);
    if (r && fills(d))
        decoder_fill(d, r);
    decoder_judge(d);
    remarks = decoder_remarks(d, current(d), type);
    decoder_move_list(&remarks, own ? &r->results[r->result_count - 1].comments : &d->waiting,
                      d->arena);
    if (own && before)
        d->context.at[type] = before;
}

static void on_query_item(struct decoder *d)
{
    struct record *r = decoder_add_record(d);

    if (!r)
        return;
    d->kind = d->p->kind_count;
    decoder_fill(d, r);
    r->specimen = decoder_text(d, PROFILE_PLACE_QUERY_SPECIMEN);
    r->patient_id = decoder_text(d, PROFILE_PLACE_QUERY_PATIENT);
    if (strcmp(r->specimen, r->patient_id) == 0)
        r->patient_id = "";
    if (!*r->specimen || strcmp(r->specimen, "ALL") == 0)
        profile_complain(&r->complaints, d->arena,
                         "The instrument asks without naming one specimen; there is no answer to "
                         "that.");
    decoder_judge(d);
    r->kind = decoder_kind(d, RECORD_QUERY);
    d->kind = d->p->kind_count;
}

/* How many items the query asks for: LIS02-A2 11.4 has them as repeats of Q-3. */
static size_t query_items(const struct decoder *d)
{
    const struct profile_paths *paths = &d->p->places[PROFILE_PLACE_QUERY_SPECIMEN];
    const struct message_field *field =
        paths->count ? profile_path_field(&paths->at[0], &d->context) : NULL;
    return field && paths->at[0].type == d->marks[d->at].type ? field->repeat_count : 1;
}

/* Each item is a question of its own. */
static void on_query(struct decoder *d)
{
    size_t items;

    decoder_close_record(d);
    forget(d, ~ROLE(HEADER));
    note(d, d->at);
    d->context.query = current(d);
    items = query_items(d);
    for (size_t i = 1; i <= items; i++) {
        d->context.query_repeat = (unsigned)i;
        on_query_item(d);
    }
    d->context.query = NULL;
}

static void on_end(struct decoder *d)
{
    decoder_close_record(d);
}

/* Kept as raw bytes only, but a path may lead there. */
static void on_other(struct decoder *d)
{
    struct record *r = open_one(d);

    note(d, d->at);
    take_remarks(d);
    if (r && fills(d))
        decoder_fill(d, r);
}

static void on_unknown(struct decoder *d)
{
    on_other(d);
    profile_complain(&d->strange, d->arena,
                     "A record of the unknown type \"%.31s\" stands in the message; it is kept in "
                     "the raw transmission.",
                     current(d)->type);
}

/* devices.md 7, trap 17: a print layout changes with language, unit and firmware. */
static void on_line(struct decoder *d)
{
    const char *line = profile_plain(message_named(current(d), "line", NULL), d->arena);
    const char *why = message_named(current(d), "why", NULL);

    profile_complain(
        &d->strange, d->arena,
        *why ? "This line could not be read within the limits of its pattern: \"%.200s\"."
             : "This line is not known: \"%.200s\".",
        line);
    note(d, d->at);
    decoder_judge(d);
}

static void (*const on_role[])(struct decoder *d) = {
    [PROFILE_ROLE_OTHER] = on_other,     [PROFILE_ROLE_UNKNOWN] = on_unknown,
    [PROFILE_ROLE_LINE] = on_line,       [PROFILE_ROLE_HEADER] = on_header,
    [PROFILE_ROLE_PATIENT] = on_patient, [PROFILE_ROLE_SPECIMEN] = on_specimen,
    [PROFILE_ROLE_LEAD] = on_lead,       [PROFILE_ROLE_ORDER] = on_order,
    [PROFILE_ROLE_RESULT] = on_result,   [PROFILE_ROLE_COMMENT] = on_comment,
    [PROFILE_ROLE_DETAIL] = on_detail,   [PROFILE_ROLE_QUERY] = on_query,
    [PROFILE_ROLE_END] = on_end,
};

void decoder_take_record(struct decoder *d)
{
    on_role[d->marks[d->at].role](d);
}
