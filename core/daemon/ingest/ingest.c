/* Children, sessions, frames, and the moment of the commit; the invariants stand in ingest.h. */
#include "core/base/text.h"
#include "core/daemon/ingest/parts.h"

#include <stdlib.h>

/* Whether an earlier core left sessions behind that nobody has decoded; in doubt they are looked
 * for. A reader that is started for nothing costs memory. */
static bool has_leftover(struct store *store)
{
    struct store_session_found *found;
    struct arena arena;
    size_t count = 0;
    enum error e;

    arena_init(&arena, LIMIT_INGEST_ARENA);
    e = store_session_undecoded(store, &arena, 0, 1, &found, &count);
    arena_free(&arena);
    return e != ERROR_OK || count > 0;
}

enum error ingest_open(struct store *store, const char *salt, const struct clock *clock,
                       const struct ingest_port *port, struct ingest **out)
{
    struct ingest *in = calloc(1, sizeof *in);

    if (!in)
        return ERROR_NO_MEMORY;
    in->salt = strdup(salt);
    if (!in->salt) {
        free(in);
        return ERROR_NO_MEMORY;
    }
    in->store = store;
    in->clock = clock;
    in->port = port;
    in->after_end = &in->after;
    in->leftover[0] = in->leftover[1] = has_leftover(store);
    *out = in;
    return ERROR_OK;
}

void ingest_free_session(struct ingest_session *session)
{
    ingest_file_free(session->file);
    free(session);
}

static void free_sessions(struct ingest_session *at)
{
    while (at) {
        struct ingest_session *next = at->next;
        ingest_free_session(at);
        at = next;
    }
}

static void free_child(struct ingest_child *child)
{
    free_sessions(child->sessions);
    free(child->name);
    free(child->profile);
    free(child->port);
    free(child);
}

static void free_after(struct ingest *in)
{
    while (in->after) {
        struct ingest_after *next = in->after->next;
        free(in->after->packet);
        free(in->after);
        in->after = next;
    }
    in->after_end = &in->after;
}

void ingest_close(struct ingest *in)
{
    if (!in)
        return;
    free_after(in);
    free_sessions(in->owed);
    while (in->children) {
        struct ingest_child *next = in->children->next;
        free_child(in->children);
        in->children = next;
    }
    while (in->failures) {
        struct ingest_failure *next = in->failures->next;
        free(in->failures);
        in->failures = next;
    }
    free(in->salt);
    free(in);
}

/* ---- Children and sessions ---- */

struct ingest_child *ingest_find_child(struct ingest *in, uint32_t id)
{
    struct ingest_child *child = in->children;
    while (child && child->id != id)
        child = child->next;
    return child;
}

static enum error attach(struct ingest *in, uint32_t id, bool decoder, bool ekg, const char *name,
                         const char *profile, const char *port)
{
    struct ingest_child *child;

    if (ingest_find_child(in, id))
        return ERROR_CONFLICT;
    child = calloc(1, sizeof *child);
    if (!child)
        return ERROR_NO_MEMORY;
    child->id = id;
    child->decoder = decoder;
    child->ekg = ekg;
    child->name = strdup(name);
    child->profile = strdup(profile);
    child->port = strdup(port);
    if (!child->name || !child->profile || !child->port) {
        free_child(child);
        return ERROR_NO_MEMORY;
    }
    child->next = in->children;
    in->children = child;
    return ERROR_OK;
}

enum error ingest_attach(struct ingest *in, uint32_t child, const char *instrument,
                         const char *profile, const char *port, struct complaint *why)
{
    enum error e = attach(in, child, false, ingest_is_ekg(in, profile), instrument, profile, port);

    return e == ERROR_OK ? e : complain(why, e, "The driver of %s is there already.", instrument);
}

enum error ingest_attach_decoder(struct ingest *in, uint32_t child, bool ekg)
{
    return attach(in, child, true, ekg, "", "", "");
}

bool ingest_is_ekg(const struct ingest *in, const char *profile)
{
    return in->port->is_ekg && in->port->is_ekg(in->port->context, profile);
}

static struct ingest_session *find_session(struct ingest_child *child, uint64_t number)
{
    struct ingest_session *session = child->sessions;
    while (session && session->number != number)
        session = session->next;
    return session;
}

enum error ingest_add_session(struct ingest_child *child, uint64_t number,
                              struct ingest_session **out)
{
    struct ingest_session *session = NULL;

    if (child->session_count >= LIMIT_INGEST_SESSIONS)
        return ERROR_BAD_INPUT;
    session = calloc(1, sizeof *session);
    if (!session)
        return ERROR_NO_MEMORY;
    session->number = number;
    session->next = child->sessions;
    child->sessions = session;
    child->session_count++;
    *out = session;
    return ERROR_OK;
}

void ingest_drop_session(struct ingest_child *child, struct ingest_session *session)
{
    struct ingest_session **at = &child->sessions;

    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    child->session_count--;
    ingest_free_session(session);
}

static bool is_sending(const struct ingest_child *child)
{
    for (const struct ingest_session *session = child->sessions; session; session = session->next)
        if (!session->ended)
            return !child->decoder;
    return false;
}

size_t ingest_sending(const struct ingest *in)
{
    size_t count = 0;

    for (const struct ingest_child *child = in->children; child; child = child->next)
        count += is_sending(child);
    return count;
}

struct store_actor ingest_actor(const struct ingest *in, int64_t instrument)
{
    int64_t at = clock_now(in->clock);

    return (struct store_actor) { .role = "",
                                  .workstation = "",
                                  .instrument = instrument,
                                  .at = at,
                                  .zone_offset = in->port->zone_offset(in->port->context, at) };
}

/* ---- Packets ---- */

/* The session of a frame: the one that is there, or the child's next. */
static enum error session_of_frame(struct ingest *in, struct ingest_child *child, uint64_t number,
                                   struct ingest_session **out, struct complaint *why)
{
    struct ingest_session *session = find_session(child, number);
    int64_t at = clock_now(in->clock);
    enum error e = ERROR_OK;

    if (session ? session->ended || session->decoded : number <= child->last_number) {
        (void)complain(why, ERROR_BAD_INPUT, "The driver kept a frame of an ended session.");
        return ERROR_BAD_INPUT;
    }
    if (session) {
        *out = session;
        return ERROR_OK;
    }
    if (!child->instrument)
        e = store_instrument_set(in->store, child->name, child->profile, child->port, at,
                                 &child->instrument);
    if (e == ERROR_OK)
        e = ingest_add_session(child, number, &session);
    if (e != ERROR_OK)
        return e;
    e = store_session_open(in->store, child->instrument, child->profile, child->port, at,
                           &session->row);
    if (e != ERROR_OK) {
        ingest_drop_session(child, session);
        return e;
    }
    child->last_number = number;
    *out = session;
    return ERROR_OK;
}

static enum error take_frame(struct ingest *in, struct ingest_child *child,
                             const struct wire_message *m, struct complaint *why)
{
    uint64_t ticket = wire_number(m, WIRE_F_TICKET), way = wire_number(m, WIRE_F_DIRECTION);
    uint64_t number = wire_number(m, WIRE_F_FRAME_NUMBER);
    struct ingest_session *session = NULL;
    int64_t frame, at = clock_now(in->clock);
    enum error e;

    if (child->decoder || ticket == 0 || way > WIRE_TO_INSTRUMENT || number > INT32_MAX)
        return complain(why, ERROR_BAD_INPUT, "The driver may not keep such a frame.");
    e = session_of_frame(in, child, wire_number(m, WIRE_F_SESSION), &session, why);
    if (e != ERROR_OK)
        goto out;
    e = store_frame_add(in->store, session->row, (int64_t)number, (enum wire_direction)way, at,
                        wire_bytes(m, WIRE_F_BYTES), &frame);
    if (e != ERROR_OK)
        goto out;
    session->at = at;
    session->received += way == WIRE_FROM_INSTRUMENT;
out:
    if (e == ERROR_BAD_INPUT)
        return e;
    /* A failed insert still owes the child an answer: with the turn the ticket is refused. */
    if (ingest_after_ticket(in, child->id, ticket) != ERROR_OK)
        return ERROR_NO_MEMORY;
    return e;
}

/* The open session of a record; NULL with a sentence. Lab instruments send records, the EKG reader
 * what it made of its file, an EKG cart neither. */
static struct ingest_session *session_of_record(struct ingest_child *child,
                                                const struct wire_message *m, struct complaint *why)
{
    struct ingest_session *session = find_session(child, wire_number(m, WIRE_F_SESSION));

    if (child->ekg != (m->type != WIRE_RECORD) || (child->ekg && !child->decoder))
        (void)complain(why, ERROR_BAD_INPUT, "The driver may not send such a record.");
    else if (!session || session->ended || session->decoded)
        (void)complain(why, ERROR_BAD_INPUT,
                       "The driver sent a record of a session that is not open.");
    else if (child->ekg && session->records)
        (void)complain(why, ERROR_BAD_INPUT, "The reader said twice what a file is.");
    else
        return session;
    return NULL;
}

static enum error take_waveform(struct ingest_child *child, const struct wire_message *m,
                                struct complaint *why)
{
    struct ingest_session *session = session_of_record(child, m, why);

    return session ? ingest_take_waveform(session, m, why) : ERROR_BAD_INPUT;
}

static enum error take_record(struct ingest *in, struct ingest_child *child,
                              const struct wire_message *m, struct complaint *why)
{
    struct ingest_session *session = session_of_record(child, m, why);
    enum error e = ERROR_OK;

    if (!session)
        return ERROR_BAD_INPUT;
    if (!child->ekg && wire_number(m, WIRE_F_ORDINAL) != session->records)
        return complain(why, ERROR_BAD_INPUT, "The driver sent its records out of order.");
    if (!session->spoilt)
        e = child->ekg ? ingest_take_tracing(in, session, m, why)
                       : ingest_take_record(in, child, session, m, why);
    if (e == ERROR_BAD_INPUT)
        return e;
    /* A record that the store does not take would come back with every decode. */
    if (child->decoder && e != ERROR_OK && e != ERROR_FULL && e != ERROR_IO)
        ingest_note_failure(in, session->row);
    session->changed = true;
    session->records++;
    if (e == ERROR_OK && !session->spoilt && wire_number(m, WIRE_F_LAST)) {
        int64_t id;
        session->decoded = true;
        e = store_session_decoded(in->store, session->row, clock_now(in->clock), &id);
    }
    return e;
}

/* Marks the session as decoded when all that was sent is here. Frames of which nothing became a
 * record would be invisible: they are parked. */
static enum error finish_decoding(struct ingest *in, struct ingest_session *session)
{
    int64_t id;

    if (session->received > 0 && session->records == 0) {
        enum error e = ingest_park(in, session, "Nothing in this transmission could be read.");
        if (e != ERROR_OK)
            return e;
    }
    session->decoded = true;
    return store_session_decoded(in->store, session->row, clock_now(in->clock), &id);
}

static enum error take_end(struct ingest *in, struct ingest_child *child,
                           const struct wire_message *m, struct complaint *why)
{
    struct ingest_session *session = find_session(child, wire_number(m, WIRE_F_SESSION));
    uint64_t how = wire_number(m, WIRE_F_ENDING);
    bool complete;
    enum error e = ERROR_OK;
    int64_t id;

    if (how >= SESSION_END_COUNT || (session && session->ended))
        return complain(why, ERROR_BAD_INPUT, "The driver ended a session in no known way.");
    if (!session) /* not one frame was kept: an instrument that only said hello */
        return ERROR_OK;
    if (child->ekg && child->decoder && !session->records)
        return complain(why, ERROR_BAD_INPUT, "The reader ended a file without a word on it.");
    session->changed = session->ended = true;
    complete = wire_has(m, WIRE_F_COUNT) && wire_number(m, WIRE_F_COUNT) == session->records &&
               (child->decoder || !child->ekg);
    if (!child->decoder) {
        session->how = (enum session_end)how;
        e = store_session_end(in->store, session->row, session->how, clock_now(in->clock), &id);
        session->end_stored = true;
    }
    if (e == ERROR_OK && complete && !session->spoilt && !session->decoded)
        e = finish_decoding(in, session);
    if (!session->decoded)
        in->leftover[child->ekg] = true;
    if (child->decoder && !complete) /* it would say the same the next time */
        ingest_note_failure(in, session->row);
    return e;
}

enum error ingest_receive(struct ingest *in, uint32_t id, const struct wire_message *m,
                          struct complaint *why)
{
    struct ingest_child *child = ingest_find_child(in, id);

    if (!child || !store_in_transaction(in->store))
        return ERROR_BUG;
    switch (m->type) {
    case WIRE_KEEP:
        return take_frame(in, child, m, why);
    case WIRE_RECORD:
    case WIRE_TRACING:
        return take_record(in, child, m, why);
    case WIRE_WAVEFORM:
        return take_waveform(child, m, why);
    case WIRE_SESSION_END:
        return take_end(in, child, m, why);
    default:
        return complain(why, ERROR_BAD_INPUT, "The driver sent what is not for ingest.");
    }
}
