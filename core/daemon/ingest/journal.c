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
            in->leftover[child->ekg] = true;
        ingest_drop_session(child, session);
    }
    *at = child->next;
    free(child->name);
    free(child->profile);
    free(child->port);
    free(child);
    return e;
}

static const struct ingest_child *find_decoder(const struct ingest *in, bool ekg)
{
    for (const struct ingest_child *child = in->children; child; child = child->next)
        if (child->decoder && child->ekg == ekg)
            return child;
    return NULL;
}

bool ingest_undecoded(const struct ingest *in, bool ekg)
{
    const struct ingest_child *decoder = find_decoder(in, ekg);
    return in->leftover[ekg] && (!decoder || !decoder->sessions);
}

bool ingest_decoding(const struct ingest *in, uint32_t decoder)
{
    for (const struct ingest_child *child = in->children; child; child = child->next)
        if (child->id == decoder)
            return child->sessions != NULL;
    return false;
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
    if (decoder->ekg)
        e = ingest_file_open(session, s, frames, count);
    if (e != ERROR_OK)
        return e;
    do
        e = put_frames(in, decoder->id, s, frames, count, &at);
    while (e == ERROR_OK && at < count);
    return e;
}

/* The same for a file of an EKG cart. */
static enum error give_up_file(struct ingest *in, const struct store_session_found *s,
                               const struct store_frame *frames, size_t count)
{
    int64_t id;
    enum error e = ingest_park_file(
        in, s, frames, count,
        "This file stopped the program that reads EKG files, twice. It is kept as it came; open it "
        "on the machine that made it, or send it as a PDF.");

    if (e != ERROR_OK)
        return e;
    return store_session_decoded(in->store, s->id, clock_now(in->clock), &id);
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
    const struct ingest_failure *failure = find_failure(in, s->id);
    bool fails = failure && failure->times >= DECODE_TRIES;
    struct store_frame *frames = NULL;
    struct arena arena;
    size_t count = 0;
    int64_t id;
    enum error e = ERROR_OK;

    arena_init(&arena, LIMIT_INGEST_ARENA);
    if (!s->ended)
        e = store_session_end(in->store, s->id, owed_end(in, s->id), clock_now(in->clock), &id);
    if (e == ERROR_OK)
        e = store_frames(in->store, &arena, s->id, &frames, &count);
    if (e == ERROR_NO_MEMORY || (e == ERROR_OK && fails))
        e = decoder->ekg ? give_up_file(in, s, frames, received_frames(frames, count))
                         : give_up(in, s);
    else if (e == ERROR_OK)
        e = hand_over(in, decoder, s, frames, count, given);
    arena_free(&arena);
    return e;
}

/* Goes through a page of sessions for that decoder; `*later`: one of them is not to be had yet. */
static enum error decode_page(struct ingest *in, struct ingest_child *decoder,
                              const struct store_session_found *sessions, size_t count,
                              size_t *given, bool *later)
{
    size_t most = decoder->ekg ? 1 : LIMIT_INGEST_DECODE;
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < count; i++) {
        const struct ingest_session *owned = find_owned(in, sessions[i].id);
        if (ingest_is_ekg(in, sessions[i].profile) != decoder->ekg)
            continue;
        if (*given == most || (owned && owned->ended)) /* its end waits for this very commit */
            *later = true;
        else if (!owned)
            e = decode_one(in, decoder, &sessions[i], given);
        if (*given == most && *later)
            break;
    }
    return e;
}

enum error ingest_decode(struct ingest *in, uint32_t id)
{
    struct ingest_child *decoder = ingest_find_child(in, id);
    size_t count = UNDECODED_AT_ONCE, given = 0;
    int64_t after = 0;
    bool later = false;
    enum error e = ERROR_OK;

    if (!decoder || !decoder->decoder || !store_in_transaction(in->store))
        return ERROR_BUG;
    if (decoder->sessions)
        return ERROR_OK;
    while (e == ERROR_OK && count == UNDECODED_AT_ONCE && !(given && later)) {
        struct store_session_found *sessions;
        struct arena arena;
        arena_init(&arena, LIMIT_INGEST_ARENA);
        e = store_session_undecoded(in->store, &arena, after, UNDECODED_AT_ONCE, &sessions, &count);
        if (e == ERROR_OK)
            e = decode_page(in, decoder, sessions, count, &given, &later);
        if (e == ERROR_OK && count)
            after = sessions[count - 1].id;
        arena_free(&arena);
    }
    if (e == ERROR_OK)
        in->leftover[decoder->ekg] = later;
    return e;
}
