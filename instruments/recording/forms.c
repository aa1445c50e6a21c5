/* The forms that a file may have: each is taken apart into texts, by the link where there is one.
 */
#include "core/base/limits.h"
#include "instruments/link/mllp_block.h"
#include "instruments/message/xml_split.h"
#include "instruments/recording/decoding.h"
#include "instruments/recording/player.h"
#include "instruments/recording/raw.h"
#include "instruments/recording/recording.h"

#include <stdio.h>

/* Playing bytes through a link */

static enum error play(struct decoding *d, const struct link *link,
                       const struct link_options *options,
                       void (*feed)(struct player *p, const void *what), const void *what)
{
    struct player_sink sink = { d, decoding_take };
    static const struct link_options usual = { .max_frame = 0 };
    struct player *p = player_open(link, options ? options : &usual, &sink);

    if (!p)
        return complain(d->why, ERROR_NO_MEMORY, "There is no memory left to decode %s.", d->name);
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

static void feed_stream(struct player *p, const void *what)
{
    feed_bytes(p, 0, *(const struct span *)what);
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

static void feed_reports(struct player *p, const void *what)
{
    const struct span *all = what;
    for (size_t i = 0; i + RAW_REPORT <= all->len; i += RAW_REPORT)
        player_feed(p, 0, span_of(all->at + i, RAW_REPORT));
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

static enum error nothing_whole(struct decoding *d, const struct link *link)
{
    return complain(d->why, ERROR_BAD_INPUT, "%s holds no whole frame of %s.", d->name,
                    link == &link_lis01 ? "LIS01" : link->name);
}

/* Text reports */

/* The profile that reads the first report that any reads. */
static enum error choose_for_report(struct decoding *d, struct span bytes,
                                    const struct profile **out)
{
    struct span report;
    enum error e =
        complain(d->why, ERROR_BAD_INPUT, "%s holds nothing that an instrument says.", d->name);

    while (e == ERROR_BAD_INPUT && raw_take_report(&bytes, &report))
        e = decoding_choose(d, report, out);
    return e;
}

/* The profile that reads most of the first report, though none recognises it. */
static enum error guess_for_report(struct decoding *d, struct span bytes,
                                   const struct profile **out)
{
    struct span report;

    if (!d->shelf || !raw_take_report(&bytes, &report))
        return ERROR_BAD_INPUT;
    *out = profile_shelf_nearest(d->shelf, report);
    d->guessed = *out != NULL;
    return d->guessed ? ERROR_OK : ERROR_BAD_INPUT;
}

static void take_reports(struct decoding *d, struct span bytes)
{
    struct span report;
    while (raw_take_report(&bytes, &report))
        decoding_take(d, report, true);
}

static bool is_text_link(const char *name)
{
    static const char *const names[] = { "text", "text-lis01", "clinitek-50" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Plays a file's bytes through the profile's own link. Where only silence ends a report, the end of
 * the last line, which publication often costs, is put back: without it the report broke off. */
static enum error play_text(struct decoding *d, const struct link *link, struct span bytes)
{
    const struct link_options *options = profile_link_options(d->given);
    bool cut = bytes.len && bytes.at[bytes.len - 1] != '\r' && bytes.at[bytes.len - 1] != '\n' &&
               !options->framing.end && !*options->framing.last_line;
    struct buffer mended;
    struct span whole = bytes;
    enum error e = ERROR_OK;

    buffer_init(&mended, (size_t)2 * LIMIT_CAPTURE_FILE);
    if (cut)
        e = buffer_put(&mended, bytes);
    if (cut && e == ERROR_OK)
        e = buffer_put_text(&mended, "\r\n");
    if (cut && e == ERROR_OK)
        whole = buffer_span(&mended);
    if (e == ERROR_OK)
        e = play(d, link, options, feed_stream, &whole);
    buffer_free(&mended);
    return e;
}

/* By the profile's own link, so that a file is cut as a stream would be; what publication has cost
 * its control characters is read as it lies. */
static enum error read_reports_of_text(struct decoding *d, struct span bytes)
{
    const struct profile *p = NULL;
    const struct link *link;
    enum error e = choose_for_report(d, bytes, &p);

    if (e == ERROR_BAD_INPUT)
        e = guess_for_report(d, bytes, &p);
    if (e != ERROR_OK)
        return e;
    if (!d->given)
        e = decoding_give(d, profile_id(p));
    if (e != ERROR_OK)
        return e;
    link = is_text_link(profile_link(d->given)) ? link_find(profile_link(d->given)) : NULL;
    if (link)
        e = play_text(d, link, bytes);
    if (e == ERROR_OK && d->texts == 0)
        take_reports(d, bytes);
    return e == ERROR_OK ? d->error : e;
}

/* Recorded sessions */

/* The link that the recording names, else its profile's. */
static enum error find_link(struct decoding *d, const struct recording *r, const struct link **out)
{
    const char *name = *r->link ? r->link : d->given ? profile_link(d->given) : "lis01";

    *out = link_find(name);
    if (*out)
        return ERROR_OK;
    return complain(d->why, ERROR_BAD_INPUT, "%s: there is no link \"%s\".", d->name, name);
}

/* Of a printer-like device that the recording does not name: what it sent, without its times. */
static enum error read_unknown_recording(struct decoding *d, const struct recording *r)
{
    struct buffer bytes;
    enum error e = ERROR_OK;

    buffer_init(&bytes, LIMIT_CAPTURE_FILE);
    for (size_t i = 0; i < r->chunk_count && e == ERROR_OK; i++)
        if (r->chunks[i].direction == WIRE_FROM_INSTRUMENT)
            e = buffer_put(&bytes, r->chunks[i].bytes);
    if (e == ERROR_OK)
        e = read_reports_of_text(d, buffer_span(&bytes));
    buffer_free(&bytes);
    return e;
}

static enum error read_recording(struct decoding *d, struct span bytes)
{
    struct recording r;
    const struct link *link = NULL;
    enum error e = recording_read(d->name, bytes, &r, d->why);

    if (e != ERROR_OK)
        return e;
    if (!d->given && *r.profile)
        e = decoding_give(d, r.profile);
    if (e == ERROR_OK)
        e = find_link(d, &r, &link);
    if (e == ERROR_OK && !d->given && is_text_link(link->name)) {
        e = read_unknown_recording(d, &r);
    } else if (e == ERROR_OK) {
        d->link = link == &link_lis01 ? "" : link->name;
        e = play(d, link, d->given ? profile_link_options(d->given) : NULL,
                 link_reads_whole(link) ? feed_recorded_reports : feed_recording, &r);
    }
    if (e == ERROR_OK && d->texts == 0 && link != &link_contour_hid && recording_speaks(&r))
        e = nothing_whole(d, link);
    recording_free(&r);
    return e;
}

/* LIS01 */

static enum error read_reports(struct decoding *d, struct span bytes)
{
    d->link = link_contour_hid.name;
    return play(d, &link_contour_hid, NULL, feed_reports, &bytes);
}

static enum error read_frames(struct decoding *d, struct span bytes)
{
    struct buffer mended;
    struct span whole;
    enum error e;

    buffer_init(&mended, (size_t)2 * LIMIT_CAPTURE_FILE);
    e = raw_mend_frames(bytes, &mended);
    whole = buffer_span(&mended);
    e = e == ERROR_OK ? play(d, &link_lis01, NULL, feed_stream, &whole)
                      : complain(d->why, e, "%s is too large.", d->name);
    buffer_free(&mended);
    if (e == ERROR_OK && d->texts == 0 && says_something(bytes))
        e = nothing_whole(d, &link_lis01);
    return e;
}

static enum error read_lines(struct decoding *d, struct span bytes)
{
    struct buffer mended;
    enum error e;

    buffer_init(&mended, LIMIT_CAPTURE_FILE);
    e = raw_mend_lines(bytes, &mended);
    if (e == ERROR_OK && mended.len > LIMIT_MESSAGE)
        e = ERROR_TOO_BIG;
    if (e == ERROR_OK)
        decoding_take(d, buffer_span(&mended), true);
    buffer_free(&mended);
    return e == ERROR_OK ? d->error : complain(d->why, e, "%s is too large.", d->name);
}

/* XML. The documents of one conversation belong together: the first says who the device is. */

enum { RUN = 64 * 1024 }; /* bytes after which a conversation is decoded before it is over */

struct documents {
    struct decoding *d;
    struct buffer text; /* whole documents that have not been decoded */
    size_t head;        /* the first so many bytes say who the device is, and stay */
    bool damaged;
};

static void take_documents(struct documents *all)
{
    if (all->text.len > all->head)
        decoding_take(all->d, buffer_span(&all->text), true);
    all->text.len = all->head;
}

static bool has_root(struct span document, const char *root)
{
    return memmem(document.at, document.len, root, strlen(root)) != NULL;
}

static enum error put_document(struct documents *all, struct span document)
{
    enum error e;

    if (!has_root(document, "<HEL.R")) {
        if (all->text.len > RUN && has_root(document, "<OBS.R"))
            take_documents(all);
        return buffer_put(&all->text, document);
    }
    take_documents(all);
    all->text.len = all->head = 0;
    e = buffer_put(&all->text, document);
    all->head = all->text.len;
    return e;
}

/* One that is damaged ends what stands before it; the next is looked for behind its beginning. */
static enum error read_documents(struct documents *all, struct span bytes)
{
    enum error e = ERROR_OK;

    while (e == ERROR_OK && raw_says(bytes)) {
        size_t len = 0;
        enum xml_verdict verdict = xml_split(bytes, &len);
        if (verdict == XML_WHOLE) {
            e = put_document(all, span_of(bytes.at, len));
        } else {
            take_documents(all);
            all->damaged = true;
            len = verdict == XML_BAD ? xml_find_document(bytes, 1) : bytes.len;
        }
        bytes = span_of(bytes.at + len, bytes.len - len);
    }
    return e;
}

static enum error read_xml(struct decoding *d, struct span bytes)
{
    struct documents all = { .d = d };
    enum error e;

    buffer_init(&all.text, LIMIT_CAPTURE_FILE);
    e = read_documents(&all, bytes);
    if (e == ERROR_OK && all.text.len == all.head && all.head && d->texts == 0)
        all.head = 0; /* nothing else is there */
    take_documents(&all);
    buffer_free(&all.text);
    if (e != ERROR_OK)
        return complain(d->why, e, "%s is too large.", d->name);
    if (d->error == ERROR_OK && all.damaged)
        d->error = complain(d->why, ERROR_BAD_INPUT,
                            "%s is damaged: a document in it is not well-formed XML or not whole.",
                            d->name);
    return d->error;
}

/* MLLP, with HL7 or XML in its blocks */

/* Appends the texts of all blocks that hold XML. */
static enum error unwrap_xml(struct span bytes, struct buffer *out)
{
    struct mllp_splitter s;
    enum error e = ERROR_OK;
    size_t at = 0;
    bool restarted;

    mllp_splitter_init(&s);
    while (e == ERROR_OK && at <= bytes.len) {
        uint8_t byte = at < bytes.len ? bytes.at[at] : BYTE_VT; /* the last may lack its CR */
        enum mllp_verdict verdict = mllp_splitter_put(&s, byte);
        at += verdict != MLLP_WHOLE_BEFORE;
        if (verdict != MLLP_WHOLE && verdict != MLLP_WHOLE_BEFORE)
            continue;
        e = buffer_put(out, mllp_text(mllp_splitter_block(&s, &restarted)));
        mllp_splitter_reset(&s);
    }
    mllp_splitter_free(&s);
    return e;
}

static enum error read_blocks_of_xml(struct decoding *d, struct span bytes)
{
    struct buffer documents;
    enum error e;

    buffer_init(&documents, LIMIT_CAPTURE_FILE);
    e = unwrap_xml(bytes, &documents);
    e = e == ERROR_OK ? read_xml(d, buffer_span(&documents))
                      : complain(d->why, e, "%s is too large.", d->name);
    buffer_free(&documents);
    return e;
}

static enum error read_blocks(struct decoding *d, struct span bytes)
{
    enum error e;

    if (raw_holds_xml(bytes))
        return read_blocks_of_xml(d, bytes);
    e = play(d, &link_mllp, NULL, feed_stream, &bytes);
    return e == ERROR_OK && d->texts == 0 ? nothing_whole(d, &link_mllp) : e;
}

/* HL7 without its blocks: one message after the other */
static enum error read_segments(struct decoding *d, struct span bytes)
{
    while (bytes.len && d->error == ERROR_OK) {
        size_t len = raw_message_length(bytes);
        decoding_take(d, span_of(bytes.at, len), true);
        bytes = span_of(bytes.at + len, bytes.len - len);
    }
    return d->error;
}

/* Which form */

static bool is_lis02(enum raw_form form)
{
    return form == RAW_REPORTS || form == RAW_FRAMES || form == RAW_LINES;
}

/* A given profile always wins over what the bytes look like. */
static enum error read_form(struct decoding *d, struct span bytes)
{
    static enum error (*const readers[])(struct decoding * d,
                                         struct span bytes) = { [RAW_REPORTS] = read_reports,
                                                                [RAW_FRAMES] = read_frames,
                                                                [RAW_LINES] = read_lines,
                                                                [RAW_BLOCKS] = read_blocks,
                                                                [RAW_XML] = read_xml,
                                                                [RAW_SEGMENTS] = read_segments,
                                                                [RAW_TEXT] = read_reports_of_text };
    enum raw_form form = raw_form_of(bytes);

    if (d->given && profile_reads(d->given, "text") &&
        !(is_lis02(form) && profile_reads(d->given, "lis02")))
        form = RAW_TEXT;
    if (d->given && form == RAW_TEXT && !profile_reads(d->given, "text"))
        form = RAW_LINES;
    d->generic = is_lis02(form) ? "generic-lis02" : "";
    return readers[form](d, raw_without_mark(bytes));
}

enum error decoding_read(struct decoding *d, struct span bytes)
{
    struct buffer named;
    enum error e;

    if (recording_is(bytes))
        return read_recording(d, bytes);
    buffer_init(&named, LIMIT_CAPTURE_FILE);
    e = raw_read_names(bytes, &named);
    if (e == ERROR_NOT_FOUND)
        e = read_form(d, bytes);
    else if (e == ERROR_OK)
        e = read_form(d, buffer_span(&named));
    buffer_free(&named);
    return e;
}
