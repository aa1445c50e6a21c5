/*
 * A file's bytes through link, message and profile; see the header.
 *
 * Invariant: a text is decoded as soon as it is whole, so that what stands before a damaged place
 * is seen.
 */
#include "instruments/recording/decode.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/recording/player.h"
#include "instruments/recording/raw.h"
#include "instruments/recording/recording.h"

#include <dirent.h>
#include <stdio.h>

struct decoding {
    const char *name;
    const struct decode_options *options;
    const struct decode_sink *sink;
    struct complaint *why;
    const char *profile; /* the id that options or the recording name, or "" */
    const char *link;    /* by which the bytes came */
    size_t texts;
    enum error error; /* the first, which ends the decoding */
};

/* Choosing the profile */

static bool folder_profile_id(const char *file, char *id, size_t size)
{
    static const char suffix[] = ".profile";
    size_t len = strlen(file), end = sizeof suffix - 1;

    if (len <= end || len - end >= size || strcmp(file + len - end, suffix) != 0)
        return false;
    memcpy(id, file, len - end);
    id[len - end] = '\0';
    return true;
}

/* The best of the site's own profiles; a profile that cannot be read is a complaint. */
static enum error recognise_in_folder(const struct decoding *d, struct span text, int *best,
                                      struct profile **out)
{
    DIR *folder = opendir(d->options->folder);
    struct dirent *entry;
    enum error e = ERROR_OK;
    char id[64];

    if (!folder)
        return complain(d->why, ERROR_IO, "The folder %s cannot be read.", d->options->folder);
    while (e == ERROR_OK && (entry = readdir(folder)) != NULL) {
        struct profile *p;
        int fit;
        if (!folder_profile_id(entry->d_name, id, sizeof id))
            continue;
        e = profile_load(id, d->options->folder, &p, d->why);
        if (e != ERROR_OK)
            break;
        fit = profile_fit(p, text);
        if (fit > *best) {
            profile_free(*out);
            *out = p;
            *best = fit;
        } else {
            profile_free(p);
        }
    }
    (void)closedir(folder);
    return e;
}

/* For a text that no recogniser fits: any LIS02 instrument, or by its own link the first profile
 * that speaks it. */
static const char *fallback_profile(const char *link)
{
    const char *const *ids = profile_builtin_ids();
    const char *found = NULL;

    for (size_t i = 0; ids[i] && !found && strcmp(link, "lis01") != 0; i++) {
        struct profile *p;
        if (profile_load(ids[i], NULL, &p, NULL) != ERROR_OK)
            continue;
        if (strcmp(profile_link(p), link) == 0)
            found = ids[i];
        profile_free(p);
    }
    return found ? found : "generic-lis02";
}

/* A profile of the folder that fits at least as well as a built-in one wins. */
static enum error recognise(const struct decoding *d, struct span text, struct profile **out)
{
    const char *id = profile_recognise(text);
    struct profile *builtin = NULL, *own = NULL;
    int best;
    enum error e = profile_load(id ? id : fallback_profile(d->link), NULL, &builtin, d->why);

    if (e != ERROR_OK)
        return e;
    best = profile_fit(builtin, text);
    best = best > 0 ? best - 1 : 0;
    if (!text_empty(d->options->folder))
        e = recognise_in_folder(d, text, &best, &own);
    if (e == ERROR_OK && own) {
        *out = own;
        own = builtin;
    } else if (e == ERROR_OK) {
        *out = builtin;
    } else {
        profile_free(builtin);
    }
    profile_free(own);
    return e;
}

static enum error choose_profile(const struct decoding *d, struct span text, struct profile **out)
{
    if (*d->profile)
        return profile_load(d->profile, d->options->folder, out, d->why);
    return recognise(d, text, out);
}

/* One text */

static enum error decode_with(struct decoding *d, const struct profile *p, struct span text,
                              bool whole, struct arena *arena)
{
    struct record *records = NULL;
    size_t count = 0;
    struct complaint why = { "" };
    enum error e = profile_decode(p, text, whole, arena, &records, &count, &why);

    if (e != ERROR_OK)
        return complain(d->why, e, "%s: %s", d->name, why.text);
    for (size_t i = 0; e == ERROR_OK && i < count; i++)
        e = d->sink->record(d->sink->context, &records[i]);
    return e;
}

static void decode_text(void *context, struct span text, bool whole)
{
    struct decoding *d = context;
    struct profile *p = NULL;
    struct arena arena;

    if (d->error != ERROR_OK)
        return;
    d->texts++;
    arena_init(&arena, LIMIT_DECODE_ARENA);
    d->error = choose_profile(d, text, &p);
    if (d->error == ERROR_OK)
        d->error = decode_with(d, p, text, whole, &arena);
    profile_free(p);
    arena_free(&arena);
}

/* Forms of a file */

static enum error play(struct decoding *d, const struct link *link,
                       void (*feed)(struct player *p, const void *what), const void *what)
{
    struct player_sink sink = { d, decode_text };
    static const struct link_options usual = { .max_frame = 0 };
    struct player *p = player_open(link, &usual, &sink);

    if (!p)
        return complain(d->why, ERROR_NO_MEMORY, "There is no memory left to decode %s.", d->name);
    d->link = link->name;
    feed(p, what);
    player_end(p);
    if (d->error == ERROR_OK && player_damage(p))
        d->error = complain(d->why, ERROR_BAD_INPUT,
                            "%s is damaged: a frame was refused (%s) and did not come again.",
                            d->name, player_damage(p));
    player_close(p);
    return d->error;
}

static void feed_bytes(struct player *p, uint64_t at, struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        player_feed(p, at, span_of(bytes.at + i, 1));
}

static void feed_recording(struct player *p, const void *what)
{
    const struct recording *r = what;
    for (size_t i = 0; i < r->chunk_count; i++)
        if (r->chunks[i].direction == WIRE_FROM_INSTRUMENT)
            feed_bytes(p, r->chunks[i].at, r->chunks[i].bytes);
}

static void feed_recorded_reports(struct player *p, const void *what)
{
    const struct recording *r = what;
    for (size_t i = 0; i < r->chunk_count; i++)
        if (r->chunks[i].direction == WIRE_FROM_INSTRUMENT)
            player_feed(p, r->chunks[i].at, r->chunks[i].bytes);
}

static void feed_stream(struct player *p, const void *what)
{
    feed_bytes(p, 0, *(const struct span *)what);
}

static void feed_reports(struct player *p, const void *what)
{
    enum { REPORT = 64 };
    const struct span *all = what;
    for (size_t i = 0; i + REPORT <= all->len; i += REPORT)
        player_feed(p, 0, span_of(all->at + i, REPORT));
}

/* Whether there is more than the handshake of an empty session: ENQ, ACK, NAK, EOT, line ends. */
static bool says_something(struct span bytes)
{
    static const char handshake[] = "\x04\x05\x06\x15\r\n ";
    for (size_t i = 0; i < bytes.len; i++)
        if (!bytes.at[i] || !strchr(handshake, bytes.at[i]))
            return true;
    return false;
}

static bool recording_speaks(const struct recording *r)
{
    for (size_t i = 0; i < r->chunk_count; i++)
        if (r->chunks[i].direction == WIRE_FROM_INSTRUMENT && says_something(r->chunks[i].bytes))
            return true;
    return false;
}

/* The link that the recording names, else its profile's. */
static enum error link_of(struct decoding *d, const struct recording *r, const struct link **out)
{
    const char *name = r->link;
    struct profile *p = NULL;
    enum error e = ERROR_OK;

    if (!*name && *d->profile) {
        e = profile_load(d->profile, d->options->folder, &p, d->why);
        name = e == ERROR_OK ? profile_link(p) : "";
    }
    if (e == ERROR_OK) {
        *out = link_find(*name ? name : "lis01");
        if (!*out)
            e = complain(d->why, ERROR_BAD_INPUT, "%s: there is no link \"%s\".", d->name, name);
    }
    profile_free(p);
    return e;
}

static enum error decode_recording(struct decoding *d, struct span bytes)
{
    struct recording r;
    const struct link *link = NULL;
    enum error e = recording_read(d->name, bytes, &r, d->why);

    if (e != ERROR_OK)
        return e;
    if (!*d->profile)
        d->profile = r.profile;
    e = link_of(d, &r, &link);
    if (e == ERROR_OK)
        e = play(d, link, link == &link_contour_hid ? feed_recorded_reports : feed_recording, &r);
    if (e == ERROR_OK && d->texts == 0 && link != &link_contour_hid && recording_speaks(&r))
        e = complain(d->why, ERROR_BAD_INPUT, "%s holds no whole frame of LIS01.", d->name);
    recording_free(&r);
    return e;
}

static enum error decode_frames(struct decoding *d, struct span bytes)
{
    struct buffer mended;
    struct span whole;
    enum error e;

    buffer_init(&mended, (size_t)2 * LIMIT_CAPTURE_FILE);
    e = raw_mend_frames(bytes, &mended);
    whole = buffer_span(&mended);
    e = e == ERROR_OK ? play(d, &link_lis01, feed_stream, &whole)
                      : complain(d->why, e, "%s is too large.", d->name);
    buffer_free(&mended);
    if (e == ERROR_OK && d->texts == 0 && says_something(bytes))
        e = complain(d->why, ERROR_BAD_INPUT, "%s holds no whole frame of LIS01.", d->name);
    return e;
}

static enum error decode_lines(struct decoding *d, struct span bytes)
{
    struct buffer mended;
    enum error e;

    buffer_init(&mended, LIMIT_CAPTURE_FILE);
    e = raw_mend_lines(bytes, &mended);
    if (e == ERROR_OK && mended.len > LIMIT_MESSAGE)
        e = ERROR_TOO_BIG;
    if (e == ERROR_OK)
        decode_text(d, buffer_span(&mended), true);
    buffer_free(&mended);
    return e == ERROR_OK ? d->error : complain(d->why, e, "%s is too large.", d->name);
}

static enum error decode_form(struct decoding *d, struct span bytes)
{
    struct buffer named;
    enum error e;

    if (recording_is(bytes))
        return decode_recording(d, bytes);
    if (raw_is_reports(bytes))
        return play(d, &link_contour_hid, feed_reports, &bytes);
    if (raw_is_framed(bytes))
        return decode_frames(d, bytes);
    buffer_init(&named, LIMIT_CAPTURE_FILE);
    e = raw_read_names(bytes, &named);
    if (e == ERROR_OK)
        e = decode_frames(d, buffer_span(&named));
    else if (e == ERROR_NOT_FOUND)
        e = decode_lines(d, bytes);
    buffer_free(&named);
    return e;
}

enum error decode_bytes(const char *name, struct span bytes, const struct decode_options *options,
                        const struct decode_sink *sink, struct complaint *why)
{
    struct decoding d = { .name = name,
                          .options = options,
                          .sink = sink,
                          .why = why,
                          .link = "lis01",
                          .profile = options->profile ? options->profile : "" };

    if (bytes.len > LIMIT_CAPTURE_FILE)
        return complain(why, ERROR_TOO_BIG, "%s is larger than a capture may be.", name);
    return decode_form(&d, bytes);
}
