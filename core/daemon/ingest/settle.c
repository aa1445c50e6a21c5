/* What waits for the commit, and what becomes of children and sessions when it failed. */
#include "core/base/text.h"
#include "core/daemon/ingest/parts.h"

#include <stdlib.h>

static struct ingest_after *add_after(struct ingest *in, uint32_t child, uint64_t ticket,
                                      enum wire_type type)
{
    struct ingest_after *after = calloc(1, sizeof *after);

    if (!after)
        return NULL;
    after->child = child;
    after->ticket = ticket;
    after->type = type;
    *in->after_end = after;
    in->after_end = &after->next;
    return after;
}

enum error ingest_after_ticket(struct ingest *in, uint32_t child, uint64_t ticket)
{
    return add_after(in, child, ticket, WIRE_KEPT) ? ERROR_OK : ERROR_NO_MEMORY;
}

enum error ingest_after_packet(struct ingest *in, uint32_t child, uint64_t ticket,
                               enum wire_type type, struct span packet)
{
    struct ingest_after *after;
    uint8_t *copy = malloc(packet.len ? packet.len : 1);

    if (!copy)
        return ERROR_NO_MEMORY;
    memcpy(copy, packet.at, packet.len);
    after = add_after(in, child, ticket, type);
    if (!after) {
        free(copy);
        return ERROR_NO_MEMORY;
    }
    after->packet = copy;
    after->len = packet.len;
    return ERROR_OK;
}

enum error ingest_after_change(struct ingest *in, const char *topic, const char *key)
{
    struct ingest_after *after;

    if (strcmp(topic, "inbox") == 0)
        in->inbox_changed = true;
    else if (strcmp(topic, "held") == 0)
        in->held_changed = true;
    else {
        after = add_after(in, 0, 0, WIRE_CHANGED);
        if (!after)
            return ERROR_NO_MEMORY;
        (void)text_copy(after->topic, sizeof after->topic, topic);
        (void)text_copy(after->key, sizeof after->key, key);
    }
    return ERROR_OK;
}

static void send_ticket(struct ingest *in, const struct ingest_after *after, const char *sentence)
{
    struct wire_writer w;
    struct span packet;

    wire_begin(&w, sentence ? WIRE_REFUSED : WIRE_KEPT);
    wire_put_number(&w, WIRE_F_TICKET, after->ticket);
    if (sentence)
        wire_put_text(&w, WIRE_F_SENTENCE, sentence);
    if (wire_finish(&w, &packet) == ERROR_OK)
        in->port->send(in->port->context, after->child, packet);
    wire_free(&w);
}

/* One thing that waited. A child that has ended meanwhile is not spoken to. */
static void release(struct ingest *in, const struct ingest_after *after, const char *refusal)
{
    if (after->type == WIRE_CHANGED) {
        if (!refusal)
            in->port->changed(in->port->context, after->topic, after->key);
        return;
    }
    if (!ingest_find_child(in, after->child))
        return;
    if (refusal && after->ticket)
        send_ticket(in, after, refusal);
    else if (!refusal && after->packet)
        in->port->send(in->port->context, after->child, span_of(after->packet, after->len));
    else if (!refusal)
        send_ticket(in, after, NULL);
}

/* The end of a session whose row is older than the lost transaction is owed to the store. */
static void owe_end(struct ingest *in, const struct ingest_session *session)
{
    struct ingest_session *owed = malloc(sizeof *owed);

    if (!owed) /* it will be ended as lost with its driver: true enough, and safe */
        return;
    *owed = *session;
    owed->file = NULL;
    owed->next = in->owed;
    in->owed = owed;
}

/* Takes a session back to what is durable; true when it is to be dropped from the list. A link may
 * go on in a session whose first frame was refused: its number is free again. */
static bool undo_session(struct ingest *in, struct ingest_child *child,
                         struct ingest_session *session)
{
    if (!session->durable && child->last_number >= session->number)
        child->last_number = session->number - 1;
    if (!session->durable)
        return true;
    if (!session->changed)
        return false;
    session->changed = false;
    session->spoilt = true;
    session->decoded = false;
    session->end_stored = false;
    if (session->ended && !child->decoder)
        owe_end(in, session);
    return session->ended;
}

static bool keep_session(struct ingest_session *session)
{
    session->durable = true;
    session->changed = false;
    return session->ended;
}

static void settle_child(struct ingest *in, struct ingest_child *child, bool durable)
{
    struct ingest_session *next;

    for (struct ingest_session *at = child->sessions; at; at = next) {
        next = at->next;
        if (durable ? keep_session(at) : undo_session(in, child, at))
            ingest_drop_session(child, at);
    }
    if (!durable) {
        child->instrument = 0;
        in->leftover[child->ekg] = true;
    }
}

void ingest_settle(struct ingest *in, enum error committed, const char *sentence)
{
    const char *refusal = committed == ERROR_OK   ? NULL
                          : sentence && *sentence ? sentence
                                                  : error_text(committed);
    struct ingest_after *after = in->after, *next;
    bool inbox = in->inbox_changed, held = in->held_changed;

    in->after = NULL;
    in->after_end = &in->after;
    in->inbox_changed = in->held_changed = false;
    for (struct ingest_child *child = in->children; child; child = child->next)
        settle_child(in, child, !refusal);
    for (; after; after = next) {
        next = after->next;
        release(in, after, refusal);
        free(after->packet);
        free(after);
    }
    if (inbox && !refusal)
        in->port->changed(in->port->context, "inbox", "");
    if (held && !refusal)
        in->port->changed(in->port->context, "held", "");
}
