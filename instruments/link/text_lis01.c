/*
 * A device that prints or speaks LIS01, as it is set (Urisys 1100, devices.md 3.12).
 *
 * Two links side by side, each with its own state. ENQ outside a report gives the line to LIS01,
 * until that is idle again; everything else is the print-out's. Their sessions are numbered
 * together, in the order in which each was first kept.
 *
 * Invariants: each ticket is settled with the side that asked for it. The one timer belongs to the
 * side that has the line; the other's runs anew when it gets the line back, so it may fire late,
 * never early.
 */
#include "instruments/link/link.h"

#include "instruments/link/framing.h"
#include "instruments/link/text_link.h"

#include <stdlib.h>

enum { PRINTED, SPOKEN, SIDES };
static const struct link *const links[SIDES] = { &link_text, &link_lis01 };

struct both;

struct side {
    struct both *both;
    struct link_port port;
    void *state;
    unsigned wish;         /* for the timer, in ms */
    uint64_t inner, outer; /* its newest session, and what that is called outside */
    uint64_t ticket;       /* that it waits for */
};

struct both {
    const struct link_port *port;
    struct side sides[SIDES];
    uint64_t sessions;
    unsigned has_line, armed; /* whose line, and whose timer, it is */
    bool instrument;
};

static bool is_busy(const struct side *s)
{
    return s->wish != 0 || s->ticket != 0;
}

/* ---- What a side does ---- */

static void on_write(void *context, struct span out)
{
    struct side *s = context;
    s->both->port->write(s->both->port->context, out);
}

static void on_arm(void *context, unsigned ms)
{
    struct side *s = context;
    struct both *b = s->both;
    s->wish = ms;
    if (s != &b->sides[b->has_line])
        return;
    b->armed = b->has_line;
    b->port->arm(b->port->context, ms);
}

static uint64_t outer_session(struct side *s, uint64_t session)
{
    if (session != s->inner) {
        s->inner = session;
        s->outer = ++s->both->sessions;
    }
    return s->outer;
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct side *s = context;
    const struct link_port *port = s->both->port;
    uint64_t outer = outer_session(s, session), ticket;
    bool waits = direction == WIRE_FROM_INSTRUMENT;

    if (waits)
        s->ticket = UINT64_MAX; /* the answer may come before keep returns */
    ticket = port->keep(port->context, outer, number, direction, frame);
    if (waits && s->ticket == UINT64_MAX)
        s->ticket = ticket;
    return ticket;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct side *s = context;
    const struct link_port *port = s->both->port;
    port->message(port->context, outer_session(s, session), text);
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct side *s = context;
    const struct link_port *port = s->both->port;
    port->ended(port->context, outer_session(s, session), how, rest);
}

static void on_sent(void *context, enum error how)
{
    struct side *s = context;
    s->both->port->sent(s->both->port->context, how);
}

static void on_note(void *context, const char *what)
{
    struct side *s = context;
    s->both->port->note(s->both->port->context, what);
}

static struct link_time on_now(void *context)
{
    struct side *s = context;
    return s->both->port->now(s->both->port->context);
}

/* ---- Whose line it is ---- */

static void give_line(struct both *b, unsigned side)
{
    b->has_line = side;
    if (b->armed != side || b->sides[side].wish)
        b->port->arm(b->port->context, b->sides[side].wish);
    b->armed = side;
}

/* The print-out has the line whenever LIS01 is idle; a simulated device's speaking side is idle
 * until it is told to send. */
static void settle_line(struct both *b)
{
    unsigned side = is_busy(&b->sides[SPOKEN]) ? SPOKEN : PRINTED;
    if (side != b->has_line)
        give_line(b, side);
}

/* How many of the bytes go to one side, and to which. */
static size_t route(const struct both *b, struct span in, unsigned *side)
{
    size_t len = 0;

    *side = SPOKEN;
    if (is_busy(&b->sides[SPOKEN]))
        return in.len;
    if (*in.at == BYTE_ENQ && !text_link_busy(b->sides[PRINTED].state))
        return in.len;
    *side = PRINTED;
    while (len < in.len && (len == 0 || in.at[len] != BYTE_ENQ))
        len++;
    return len;
}

/* ---- The link ---- */

static void both_close(void *state)
{
    struct both *b = state;
    for (unsigned i = 0; i < SIDES; i++)
        if (b->sides[i].state)
            links[i]->close(b->sides[i].state);
    free(b);
}

static void *both_open(const struct link_options *options, const struct link_port *port)
{
    struct both *b = calloc(1, sizeof *b);

    if (!b)
        return NULL;
    b->port = port;
    b->instrument = options->instrument;
    for (unsigned i = 0; i < SIDES; i++) {
        struct side *s = &b->sides[i];
        s->both = b;
        s->port = (struct link_port) { s,        on_write, on_arm,  on_keep, on_message,
                                       on_ended, on_sent,  on_note, on_now };
        s->state = links[i]->open(options, &s->port);
        if (!s->state) {
            both_close(b);
            return NULL;
        }
    }
    return b;
}

static void both_feed(void *state, struct span in)
{
    struct both *b = state;
    while (in.len) {
        unsigned side;
        size_t len = route(b, in, &side);
        if (side != b->has_line)
            give_line(b, side);
        links[side]->feed(b->sides[side].state, span_of(in.at, len));
        settle_line(b);
        in = span_of(in.at + len, in.len - len);
    }
}

static void both_settled(void *state, uint64_t ticket, enum error kept)
{
    struct both *b = state;
    for (unsigned i = 0; i < SIDES; i++) {
        struct side *s = &b->sides[i];
        if (s->ticket != ticket && s->ticket != UINT64_MAX)
            continue;
        s->ticket = 0;
        links[i]->settled(s->state, ticket, kept);
        break;
    }
    settle_line(b);
}

static void both_expired(void *state)
{
    struct both *b = state;
    struct side *s = &b->sides[b->armed];
    s->wish = 0;
    links[b->armed]->expired(s->state);
    settle_line(b);
}

static void both_lost(void *state)
{
    struct both *b = state;
    for (unsigned i = 0; i < SIDES; i++)
        links[i]->lost(b->sides[i].state);
    b->sides[SPOKEN].ticket = 0;
    settle_line(b);
}

/* A simulated device prints what is no LIS02; the host has something to say only by LIS01. */
static enum error both_send(void *state, struct span text)
{
    struct both *b = state;
    bool records = text.len > 1 && text.at[0] == 'H' && text.at[1] == '|';
    unsigned side = b->instrument && !records ? PRINTED : SPOKEN;
    enum error e = links[side]->send(b->sides[side].state, text);
    settle_line(b);
    return e;
}

static enum error both_join(const struct link_options *options, struct span frame,
                            struct link_text *text, bool *whole)
{
    struct frame_view view;
    bool spoken = frame_parse(frame, &view) == ERROR_OK;
    return links[spoken ? SPOKEN : PRINTED]->join(options, frame, text, whole);
}

const struct link link_text_lis01 = {
    .name = "text-lis01",
    .open = both_open,
    .close = both_close,
    .feed = both_feed,
    .settled = both_settled,
    .expired = both_expired,
    .lost = both_lost,
    .send = both_send,
    .join = both_join,
};
