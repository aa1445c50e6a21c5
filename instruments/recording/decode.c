/*
 * A file's bytes through link, message and profile; see the header.
 *
 * Invariant: a text is decoded as soon as it is whole, so that what stands before a damaged place
 * is seen.
 */
#include "instruments/recording/decode.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/ecg/ecg_reader.h"
#include "instruments/recording/decoding.h"
#include "instruments/recording/recording.h"

/* Choosing the profile */

enum error decoding_give(struct decoding *d, const char *id)
{
    return profile_load(id, d->options->folder, &d->given, d->why);
}

/* For a text that no recogniser fits: the first profile that speaks the link it came by. */
static const struct profile *speaks(const struct profile_shelf *shelf, const char *link)
{
    for (size_t i = 0; *link && i < profile_shelf_count(shelf); i++)
        if (strcmp(profile_link(profile_shelf_at(shelf, i)), link) == 0)
            return profile_shelf_at(shelf, i);
    return NULL;
}

enum error decoding_choose(struct decoding *d, struct span text, const struct profile **out)
{
    enum error e = ERROR_OK;
    int fit = 0;

    if (d->given) {
        *out = d->given;
        return ERROR_OK;
    }
    if (!d->shelf)
        e = profile_shelf_open(d->options->folder, &d->shelf, d->why);
    if (e != ERROR_OK)
        return e;
    *out = profile_shelf_recognise(d->shelf, text, &fit);
    if (fit <= 0 && speaks(d->shelf, d->link))
        *out = speaks(d->shelf, d->link);
    if (!*out)
        *out = profile_shelf_find(d->shelf, d->generic);
    if (!*out)
        e = complain(d->why, ERROR_BAD_INPUT,
                     "%s: no profile knows this kind of message; name one with --profile, or write "
                     "one as docs/adding-an-instrument.md shows.",
                     d->name);
    return e;
}

/* One text */

/* Says behind the record's own complaints that its profile is a guess. */
static enum error mark_guess(struct record *r, struct arena *arena)
{
    struct text_list *list = &r->complaints;
    const char **at = arena_take(arena, (list->count + 1) * sizeof *at);

    if (!at)
        return ERROR_NO_MEMORY;
    if (list->count)
        memcpy(at, list->at, list->count * sizeof *at);
    at[list->count++] = "No profile recognises this report; this one reads most of its lines. Name "
                        "the right one with --profile.";
    list->at = at;
    return ERROR_OK;
}

static enum error decode_with(struct decoding *d, const struct profile *p, struct span text,
                              bool whole, struct arena *arena)
{
    struct record *records = NULL;
    size_t count = 0;
    struct complaint why = { "" };
    enum error e = profile_decode(p, text, whole, arena, &records, &count, &why);

    if (e != ERROR_OK)
        return complain(d->why, e, "%s: %s", d->name, *why.text ? why.text : error_text(e));
    for (size_t i = 0; e == ERROR_OK && i < count; i++) {
        if (d->guessed)
            e = mark_guess(&records[i], arena);
        if (e == ERROR_OK)
            e = d->sink->record(d->sink->context, &records[i]);
    }
    return e;
}

/* A whole file of an EKG cart. */
static enum error decode_ecg(struct decoding *d, struct span file, bool whole)
{
    struct complaint why = { "" };
    struct arena arena;
    struct ecg ecg;
    enum error e;

    if (!d->sink->ecg)
        return complain(d->why, ERROR_UNSUPPORTED, "%s is a file of an EKG cart.", d->name);
    if (!whole)
        return complain(d->why, ERROR_BAD_INPUT, "%s holds a file that broke off.", d->name);
    arena_init(&arena, LIMIT_ECG_ARENA);
    e = ecg_decode(&arena, file, d->options->now, &ecg, &why);
    e = e == ERROR_OK ? d->sink->ecg(d->sink->context, &ecg)
                      : complain(d->why, e, "%s: %s", d->name, why.text);
    arena_free(&arena);
    return e;
}

void decoding_take(void *context, struct span text, bool whole)
{
    struct decoding *d = context;
    const struct profile *p = NULL;
    struct arena arena;

    if (d->error != ERROR_OK)
        return;
    d->texts++;
    if (d->given && profile_is_ekg(d->given)) {
        d->error = decode_ecg(d, text, whole);
        return;
    }
    arena_init(&arena, LIMIT_DECODE_ARENA);
    d->error = decoding_choose(d, text, &p);
    if (d->error == ERROR_OK)
        d->error = decode_with(d, p, text, whole, &arena);
    arena_free(&arena);
}

enum error decode_bytes(const char *name, struct span bytes, const struct decode_options *options,
                        const struct decode_sink *sink, struct complaint *why)
{
    struct decoding d = {
        .name = name, .options = options, .sink = sink, .why = why, .link = "", .generic = ""
    };
    const struct ecg_reader *reader = NULL;
    struct complaint looks = { "" };
    enum error e = ERROR_OK, kind = ERROR_NOT_FOUND;

    if (bytes.len > LIMIT_CAPTURE_FILE)
        return complain(why, ERROR_TOO_BIG, "%s is larger than a capture may be.", name);
    if (!text_empty(options->profile))
        e = decoding_give(&d, options->profile);
    else if (!recording_is(bytes)) /* a session may hold such a file */
        kind = ecg_recognise(bytes, &reader, &looks);
    if (d.given && profile_is_ekg(d.given) && !recording_is(bytes))
        kind = ERROR_OK;
    if (e == ERROR_OK && kind == ERROR_OK)
        e = decode_ecg(&d, bytes, true);
    else if (e == ERROR_OK)
        e = decoding_read(&d, bytes);
    if (e != ERROR_OK && kind == ERROR_UNSUPPORTED)
        e = complain(why, e, "%s: %s", name, looks.text);
    profile_shelf_close(d.shelf);
    profile_free(d.given);
    return e;
}
