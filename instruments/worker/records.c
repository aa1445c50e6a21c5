/* Text to records, and records to core, numbered through each session. */
#include "core/base/limits.h"
#include "instruments/worker/internal.h"
#include "instruments/worker/wire_record.h"

#include <sodium.h>

/* Sessions of one link follow each other, so one counter serves. */
static uint64_t next_ordinal(struct worker *w, uint64_t session)
{
    if (w->session.number != session)
        w->session = (struct worker_session) { session, 0 };
    return w->session.records++;
}

/* A query waits for its answer under a ticket; the oldest is forgotten when there are many. */
static uint64_t query_ticket(struct worker *w)
{
    uint64_t ticket = worker_ticket(w, TICKET_QUERY);
    size_t oldest = 0;
    for (size_t i = 0; i < WORKER_QUERIES; i++)
        if (w->queries[i] < w->queries[oldest])
            oldest = i;
    w->queries[oldest] = ticket;
    return ticket;
}

static void send_record(struct worker *w, uint64_t session, struct span hash,
                        const struct record *record)
{
    struct wire_writer out;
    struct wire_record head = { session, next_ordinal(w, session), 0, false, hash };
    if (record->kind == RECORD_QUERY && w->link_state)
        head.ticket = query_ticket(w);
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
    send_record(w, session, hash, &record);
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
    arena_init(&arena, LIMIT_DECODE_ARENA);
    (void)crypto_hash_sha256(digest, text.at, text.len);
    if (profile_decode(profile, text, whole, &arena, &records, &count, &why) != ERROR_OK)
        send_unreadable(w, profile, session, hash, &why);
    for (size_t i = 0; i < count && !w->ending; i++)
        send_record(w, session, hash, &records[i]);
    arena_free(&arena);
}

void worker_end_session(struct worker *w, uint64_t session, enum session_end how)
{
    struct wire_writer out;
    wire_begin(&out, WIRE_SESSION_END);
    wire_put_number(&out, WIRE_F_SESSION, session);
    wire_put_number(&out, WIRE_F_ENDING, how);
    wire_put_number(&out, WIRE_F_COUNT, w->session.number == session ? w->session.records : 0);
    worker_send(w, &out);
}
