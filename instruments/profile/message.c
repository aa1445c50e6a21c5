/*
 * One message from its first record to its end: what its records are, and what becomes of a message
 * that made none.
 */
#include "instruments/profile/decoder.h"
#include "instruments/profile/result.h"

static bool is_report(const struct decoder *d)
{
    return d->message && d->format->is_report && d->format->is_report(d->message);
}

/* What a message is that holds no order, result or question. A report, and one in which something
 * is not known, may hold a result in another language or layout: a person looks at it (devices.md
 * 7, trap 17). */
static enum record_kind bare_kind(const struct decoder *d)
{
    if (d->patient)
        return RECORD_PATIENT;
    return d->strange.count || is_report(d) ? RECORD_INCOMPLETE : RECORD_SERVICE;
}

void decoder_add_bare(struct decoder *d)
{
    struct record *r = decoder_add_record(d);

    if (!r)
        return;
    decoder_fill(d, r);
    decoder_judge(d);
    if (d->patient)
        profile_complain(&r->complaints, d->arena,
                         "The message names a patient, but no specimen and no result.");
    decoder_settle_waiting(d, r);
    r->kind = decoder_kind(d, bare_kind(d));
}

static void finish_message(struct decoder *d, bool talk)
{
    struct record *first;

    decoder_close_record(d);
    if (d->count == d->first && !talk)
        decoder_add_bare(d);
    if (d->count == d->first)
        return;
    first = &d->records[d->first];
    if (!d->ended)
        profile_complain(&first->complaints, d->arena,
                         "The instrument did not end this message; it may not be complete.");
    decoder_settle_waiting(d, &d->records[d->count - 1]);
    decoder_move_list(&d->strange, &first->complaints, d->arena);
}

/* NULL when memory is out. */
static const struct decoder_mark *mark_records(const struct decoder *d,
                                               const struct message *message)
{
    struct decoder_mark *marks = arena_take(d->arena, (message->record_count + 1) * sizeof *marks);

    for (size_t i = 0; marks && i < message->record_count; i++) {
        const char *type = message->records[i].type;
        marks[i] = (struct decoder_mark) { profile_role_of(d->p, d->format, type),
                                           profile_type_index(d->p, type) };
    }
    return marks;
}

static bool specimens_open(const struct decoder *d)
{
    for (size_t i = 0; i < d->message->record_count; i++) {
        if (d->marks[i].role == PROFILE_ROLE_SPECIMEN)
            return true;
        if (d->marks[i].role == PROFILE_ROLE_ORDER || d->marks[i].role == PROFILE_ROLE_RESULT)
            return false;
    }
    return false;
}

void decoder_read_message(struct decoder *d, const struct message *message,
                          const struct profile_format *format, bool talk)
{
    d->message = message;
    d->format = format;
    d->marks = mark_records(d, message);
    if (!d->marks)
        return;
    d->first = d->count;
    d->open = DECODER_NONE;
    d->kind = d->p->kind_count;
    d->ended = !format->ended || format->ended(d->p, message);
    d->patient = d->grouped = d->led = d->behind = d->skipping = false;
    d->by_specimen = specimens_open(d);
    for (d->at = 0; d->at < message->record_count; d->at++)
        decoder_take_record(d);
    finish_message(d, talk);
    d->message = NULL;
}
