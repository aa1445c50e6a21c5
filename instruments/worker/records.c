/* Text to records, and records to core, numbered through each session. */
#include "core/base/limits.h"
#include "instruments/worker/internal.h"
#include "instruments/worker/wire_record.h"

#include <sodium.h>
#include <stdio.h>

enum { LIKENESS = 256 }; /* of a wire field looks_like */

/* Sessions of one link follow each other, so one counter serves. */
static uint64_t next_ordinal(struct worker *w, uint64_t session)
{
    if (w->session.number != session)
        w->session = (struct worker_session) { session, 0 };
    return w->session.records++;
}

/* A query waits for its answer under a ticket; the oldest is forgotten when there are many. */
static uint64_t query_ticket(struct worker *w, struct span text)
{
    uint64_t ticket = worker_ticket(w, TICKET_QUERY);
    size_t oldest = 0;
    for (size_t i = 0; i < WORKER_QUERIES; i++)
        if (w->queries[i] < w->queries[oldest])
            oldest = i;
    w->queries[oldest] = ticket;
    w->asked = ticket;
    buffer_clear(&w->question);
    if (buffer_put(&w->question, text) != ERROR_OK) /* the encoder says what it lacks */
        worker_note(w, "query too long");
    return ticket;
}

static void send_record(struct worker *w, uint64_t session, struct span hash, struct span text,
                        const struct record *record)
{
    struct wire_writer out;
    struct wire_record head = { session, next_ordinal(w, session), 0, false, hash };
    if (record->kind == RECORD_QUERY && w->link_state)
        head.ticket = query_ticket(w, text);
    wire_record_write(&out, &head, record);
    worker_send(w, &out);
}

/* What cannot be read at all is still a record, so that a person sees it. */
static void send_unreadable(struct worker *w, const struct profile *profile, uint64_t session,
                            struct span hash, const struct complaint *why)
{
    const char *complaints[] = { why->text };
    struct record record;
    record_init(&record);
    record.profile = profile_id(profile);
    record.complaints = (struct text_list) { complaints, 1 };
    send_record(w, session, hash, span_of(NULL, 0), &record);
}

/* ---- Whether it is this port's instrument that speaks (DESIGN 5) ---- */

/* The instrument that a text looks like when it does not fit the port's profile, or false. A
 * profile of the site's own may be stricter than the built-in one of its name: that is no other
 * instrument.
 */
static bool find_likeness(const struct profile *profile, struct span text, char out[LIKENESS])
{
    const char *id = profile_recognise(text);
    struct profile *other = NULL;
    bool found;

    if (!id || strcmp(id, profile_id(profile)) == 0 ||
        profile_load(id, NULL, &other, NULL) != ERROR_OK)
        return false;
    found = profile_fit(other, text) > 0 || strcmp(profile_message(other), "text") == 0;
    if (found)
        (void)snprintf(out, LIKENESS, "%.80s %.80s (%.60s)", profile_maker(other),
                       profile_model(other), id);
    profile_free(other);
    return found;
}

/* Another sentence among the record's complaints, in the arena. */
static void add_complaint(struct record *record, const char *sentence, struct arena *arena)
{
    struct text_list *list = &record->complaints;
    const char *kept = list->count < LIMIT_LIST ? arena_text(arena, span_text(sentence)) : NULL;
    const char **at = kept ? arena_take(arena, (list->count + 1) * sizeof *list->at) : NULL;

    if (!at)
        return;
    for (size_t i = 0; i < list->count; i++)
        at[i] = list->at[i];
    at[list->count] = kept;
    *list = (struct text_list) { at, list->count + 1 };
}

/* Two cables that were swapped between two instruments show in the first message. One that looks
 * like nobody's is read all the same, and a person is told; of a text report each line that is not
 * known says so already. */
static void judge_fit(const struct profile *profile, struct span text, struct arena *arena,
                      struct record *records, size_t count)
{
    char likeness[LIKENESS] = "", sentence[2 * LIKENESS];
    const char *kept;

    if (!count || profile_fit(profile, text) >= 0)
        return;
    if (find_likeness(profile, text, likeness))
        (void)snprintf(sentence, sizeof sentence,
                       "This looks like a message of %s, on the port of %.80s %.80s.", likeness,
                       profile_maker(profile), profile_model(profile));
    else if (strcmp(profile_message(profile), "text") == 0)
        return;
    else
        (void)snprintf(sentence, sizeof sentence,
                       "This does not look like a message of %.80s %.80s: see whether phial.conf "
                       "names the right profile for this port.",
                       profile_maker(profile), profile_model(profile));
    kept = arena_text(arena, span_text(likeness));
    for (size_t i = 0; i < count; i++) {
        records[i].looks_like = kept ? kept : "";
        if (records[i].kind == RECORD_SERVICE) /* nothing in it is known: it may be a result */
            records[i].kind = RECORD_INCOMPLETE;
        add_complaint(&records[i], sentence, arena);
    }
}

void worker_decode(struct worker *w, const struct profile *profile, uint64_t session,
                   struct span text, bool whole)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    struct span hash = span_of(digest, sizeof digest);
    struct complaint why = { "The message cannot be read; its frames are kept." };
    struct record *records = NULL;
    struct arena arena;
    size_t count = 0;
    if (profile_is_ekg(profile))
        return; /* this process never looks into such a file */
    arena_init(&arena, LIMIT_DECODE_ARENA);
    (void)crypto_hash_sha256(digest, text.at, text.len);
    if (profile_decode(profile, text, whole, &arena, &records, &count, &why) != ERROR_OK)
        send_unreadable(w, profile, session, hash, &why);
    judge_fit(profile, text, &arena, records, count);
    for (size_t i = 0; i < count && !w->ending; i++)
        send_record(w, session, hash, text, &records[i]);
    arena_free(&arena);
}

void worker_end_session(struct worker *w, uint64_t session, enum session_end how)
{
    struct wire_writer out;
    wire_begin(&out, WIRE_SESSION_END);
    wire_put_number(&out, WIRE_F_SESSION, session);
    wire_put_number(&out, WIRE_F_ENDING, how);
    if (!w->profile || !profile_is_ekg(w->profile))
        wire_put_number(&out, WIRE_F_COUNT, w->session.number == session ? w->session.records : 0);
    worker_send(w, &out);
}
