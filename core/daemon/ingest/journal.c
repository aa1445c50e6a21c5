/*
 * Decoding from the journal what was acknowledged and never decoded (DESIGN 3.1): the sessions of
 * drivers that died, of a core that died, and of transactions that failed.
 */
#include "core/daemon/ingest/parts.h"

#include <stdlib.h>

enum { DECODE_TRIES = 2, UNDECODED_AT_ONCE = 512, DECODE_OVERHEAD = 512 };

static struct ingest_failure *find_failure(struct ingest *in, int64_t session)
{
    struct ingest_failure *failure = in->failures;
    while (failure && failure->session != session)
        failure = failure->next;
    return failure;
}

void ingest_note_failure(struct ingest *in, int64_t session)
{
    struct ingest_failure *failure = find_failure(in, session);

    if (!failure)
        failure = calloc(1, sizeof *failure);
    if (!failure) /* counted the next time */
        return;
    if (failure->times++ == 0) {
        failure->session = session;
        failure->next = in->failures;
        in->failures = failure;
    }
}

enum error ingest_detach(struct ingest *in, uint32_t id)
{
    struct ingest_child **at = &in->children, *child;
    enum error e = ERROR_OK;
    int64_t end;

    while (*at && (*at)->id != id)
        at = &(*at)->next;
    child = *at;
    if (!child)
        return ERROR_NOT_FOUND;
    while (child->sessions) {
        struct ingest_session *session = child->sessions;
        if (child->decoder && !session->decoded)
            ingest_note_failure(in, session->row);
        if (!child->decoder && !session->end_stored && e == ERROR_OK)
            e = store_session_end(in->store, session->row,
                                  session->ended ? session->how : SESSION_END_CHILD_LOST,
                                  clock_now(in->clock), &end);
        if (!session->decoded)
            in->leftover = true;
        ingest_drop_session(child, session);
    }
    *at = child->next;
    free(child->name);
    free(child->profile);
    free(child->port);
    free(child);
    return e;
}

static struct ingest_child *idle_decoder(const struct ingest *in)
{
    for (struct ingest_child *child = in->children; child; child = child->next)
        if (child->decoder && !child->sessions)
            return child;
    return NULL;
}

bool ingest_undecoded(const struct ingest *in)
{
    return in->leftover && idle_decoder(in);
}

/* The session of a living child with that row, or NULL. */
static const struct ingest_session *find_owned(const struct ingest *in, int64_t row)
{
    for (const struct ingest_child *child = in->children; child; child = child->next)
        for (const struct ingest_session *s = child->sessions; s; s = s->next)
            if (s->row == row)
                return s;
    return NULL;
}

/* How the session ended, when that was lost with a transaction. */
static enum session_end owed_end(struct ingest *in, int64_t row)
{
    for (struct ingest_session **at = &in->owed; *at; at = &(*at)->next)
        if ((*at)->row == row) {
            struct ingest_session *owed = *at;
            enum session_end how = owed->how;
            *at = owed->next;
            free(owed);
            return how;
        }
    return SESSION_END_CHILD_LOST;
}

/* One packet with as many frames as fit, from `*at` on. */
static enum error put_frames(struct ingest *in, uint32_t decoder,
                             const struct store_session_found *s, const struct store_frame *frames,
                             size_t count, size_t *at)
{
    struct wire_writer w;
    struct span packet;
    size_t size = DECODE_OVERHEAD, end = *at;
    enum error e;

    while (end < count && (end == *at || size + frames[end].bytes.len + 8 < LIMIT_WIRE))
        size += frames[end++].bytes.len + 8;
    wire_begin(&w, WIRE_DECODE);
    wire_put_number(&w, WIRE_F_SESSION, (uint64_t)s->id);
    wire_put_text(&w, WIRE_F_PROFILE, s->profile);
    wire_put_number(&w, WIRE_F_LAST, end == count);
    wire_put_number(&w, WIRE_F_AT, (uint64_t)s->at);
    for (; *at < end; ++*at)
        wire_put_bytes(&w, WIRE_F_BYTES, frames[*at].bytes);
    e = wire_finish(&w, &packet);
    if (e == ERROR_OK)
        e = ingest_after_packet(in, decoder, 0, WIRE_DECODE, packet);
    wire_free(&w);
    return e;
}

/* Keeps only the frames that came from the instrument. */
static size_t received_frames(struct store_frame *frames, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (frames[i].direction == WIRE_FROM_INSTRUMENT)
            frames[kept++] = frames[i];
    return kept;
}

static enum error give(struct ingest *in, struct ingest_child *decoder,
                       const struct store_session_found *s, struct store_frame *frames,
                       size_t count)
{
    struct ingest_session *session;
    size_t at = 0;
    enum error e = ingest_add_session(decoder, (uint64_t)s->id, &session);

    if (e != ERROR_OK)
        return e;
    session->row = s->id; /* not durable: when the commit fails, it is not handed over */
    session->received = count;
    session->at = frames[count - 1].at;
    do
        e = put_frames(in, decoder->id, s, frames, count, &at);
    while (e == ERROR_OK && at < count);
    return e;
}

/* A session that the decoder cannot survive, or that is too large to be handed over, is shown to a
 * person instead. */
static enum error give_up(struct ingest *in, const struct store_session_found *s)
{
    struct ingest_session session = { .row = s->id,
                                      .at = s->at,
                                      .records = (uint64_t)s->message_count };
    int64_t id;
    enum error e = ingest_park(in, &session,
                               "This transmission could not be read from the journal. What arrived "
                               "is kept; send it again from the instrument.");

    if (e != ERROR_OK)
        return e;
    return store_session_decoded(in->store, s->id, clock_now(in->clock), &id);
}

/* The frames that came from the instrument go to the decoder; when there are none, nothing is to be
 * decoded. */
static enum error hand_over(struct ingest *in, struct ingest_child *decoder,
                            const struct store_session_found *s, struct store_frame *frames,
                            size_t count, size_t *given)
{
    int64_t id;
    enum error e;

    count = received_frames(frames, count);
    if (count == 0)
        return store_session_decoded(in->store, s->id, clock_now(in->clock), &id);
    e = give(in, decoder, s, frames, count);
    *given += e == ERROR_OK;
    return e;
}

/* Ends and hands out one session; `*given` counts what went to the decoder. */
static enum error decode_one(struct ingest *in, struct ingest_child *decoder,
                             const struct store_session_found *s, size_t *given)
{
    struct ingest_failure *failure = find_failure(in, s->id);
    struct store_frame *frames;
    struct arena arena;
    size_t count;
    int64_t id;
    enum error e = ERROR_OK;

    arena_init(&arena, LIMIT_INGEST_ARENA);
    if (!s->ended)
        e = store_session_end(in->store, s->id, owed_end(in, s->id), clock_now(in->clock), &id);
    if (e == ERROR_OK && failure && failure->times >= DECODE_TRIES) {
        e = give_up(in, s);
        goto out;
    }
    if (e == ERROR_OK)
        e = store_frames(in->store, &arena, s->id, &frames, &count);
    if (e == ERROR_NO_MEMORY)
        e = give_up(in, s);
    else if (e == ERROR_OK)
        e = hand_over(in, decoder, s, frames, count, given);
out:
    arena_free(&arena);
    return e;
}

enum error ingest_decode(struct ingest *in, uint32_t id)
{
    struct ingest_child *decoder = ingest_find_child(in, id);
    struct store_session_found *sessions;
    struct arena arena;
    size_t count, given = 0, at = 0;
    bool later = false;
    enum error e;

    if (!decoder || !decoder->decoder || !store_in_transaction(in->store))
        return ERROR_BUG;
    if (decoder->sessions)
        return ERROR_OK;
    arena_init(&arena, LIMIT_INGEST_ARENA);
    e = store_session_undecoded(in->store, &arena, UNDECODED_AT_ONCE, &sessions, &count);
    for (; e == ERROR_OK && at < count && given < LIMIT_INGEST_DECODE; at++) {
        const struct ingest_session *owned = find_owned(in, sessions[at].id);
        later = later || (owned && owned->ended); /* its end waits for this very commit */
        if (!owned)
            e = decode_one(in, decoder, &sessions[at], &given);
    }
    if (e == ERROR_OK)
        in->leftover = later || at < count || count == UNDECODED_AT_ONCE;
    arena_free(&arena);
    return e;
}
