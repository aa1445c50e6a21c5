/*
 * A whole text, message after message. What belongs together within one is for group.c.
 *
 * In a conversation (POCT1-A) the header of an earlier message holds for the later ones of the
 * text: a device says once who it is.
 */
#include "instruments/profile/decoder.h"
#include "instruments/profile/result.h"

/* What the headers said stays when they hold for the whole text. */
static void begin_message(struct decoder *d, const struct message *message)
{
    struct profile_context before = d->context;

    d->context = (struct profile_context) { .first = message->records };
    for (size_t i = 0; d->p->formats[0]->is_talk && i < d->p->type_count; i++)
        if (d->p->types[i].role == PROFILE_ROLE_HEADER)
            d->context.at[i] = before.at[i];
}

static void read_message(struct decoder *d, const struct message *message,
                         const struct profile_format *format)
{
    begin_message(d, message);
    decoder_read_message(d, message, format, format->is_talk && format->is_talk(message));
}

/* Reads a text that lost its header behind one that says only what is usual. */
static enum error read_headless(struct decoder *d, const struct profile_format *format,
                                struct span text)
{
    size_t len = strlen(format->header), used = 0;
    uint8_t *whole = arena_take(d->arena, len + text.len);
    struct message message = { NULL, 0 };
    enum error e;

    if (!whole)
        return ERROR_NO_MEMORY;
    memcpy(whole, format->header, len);
    memcpy(whole + len, text.at, text.len);
    e = format->decode(d->p, span_of(whole, len + text.len), d->arena, &message, &used, NULL);
    if (e != ERROR_OK)
        return e;
    d->whole = false;
    profile_complain(&d->strange, d->arena,
                     "The message came without its header record; the usual delimiters were "
                     "assumed.");
    read_message(d, &message, format);
    return ERROR_OK;
}

/* Only the words around the messages of a conversation were read so far. */
static bool only_talk(const struct decoder *d)
{
    return d->count == 0 && d->p->formats[0]->is_talk;
}

static enum error read_text(struct decoder *d, struct span text, struct complaint *why)
{
    bool first = true;

    for (text = profile_skip_gap(d->p, text); text.len || first;
         text = profile_skip_gap(d->p, text)) {
        const struct profile_format *format = NULL;
        struct message message = { NULL, 0 };
        size_t used = 0;
        enum error e = profile_read_message(d->p, text, d->arena, &format, &message, &used, why);

        if (e == ERROR_BAD_INPUT && first && format->is_headless && format->is_headless(text))
            return read_headless(d, format, text);
        if (e != ERROR_OK && (first || e == ERROR_NO_MEMORY || only_talk(d)))
            return e;
        if (e != ERROR_OK || used == 0) {
            if (d->count)
                profile_complain(&d->records[d->count - 1].complaints, d->arena,
                                 "After this message came bytes that are no message.");
            return ERROR_OK;
        }
        read_message(d, &message, format);
        text = span_of(text.at + used, text.len - used);
        first = false;
    }
    return ERROR_OK;
}

enum error profile_decode(const struct profile *p, struct span text, bool whole,
                          struct arena *arena, struct record **records, size_t *count,
                          struct complaint *why)
{
    struct decoder d = { .p = p, .arena = arena, .whole = whole, .open = DECODER_NONE };
    enum error e;

    d.id = arena_text(arena, span_text(p->id));
    e = d.id ? read_text(&d, text, why) : ERROR_OK;
    if (e == ERROR_OK && d.count == 0)
        decoder_add_bare(&d);
    if (e == ERROR_OK && arena->exhausted)
        e = complain(why, ERROR_NO_MEMORY, "The message is too large to be decoded.");
    if (e != ERROR_OK)
        return e;
    *records = d.records;
    *count = d.count;
    return ERROR_OK;
}
