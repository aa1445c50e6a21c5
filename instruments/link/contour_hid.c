/*
 * Contour meters: LIS01 frames in USB HID reports of 64 bytes (devices.md 3.17).
 *
 * A report is three bytes that mean nothing, a length of 0 to 60, the payload, padding. The
 * payloads make the byte stream of a LIS01 exchange with the meter's habits taken out: EOT right
 * before STX and ENQ right behind a frame belong to that frame's burst, a frame may begin a
 * session, and ETB stands where the standard has ETX. The meter speaks only when woken: after
 * open, and after a download that broke off, an EOT goes out, up to six times.
 */
#include "instruments/link/exchange.h"

#include "core/base/limits.h"

#include <stdlib.h>

enum {
    REPORT = 64,
    REPORT_HEAD = 4,
    REPORT_PAYLOAD = 60,
    NUDGE_FIRST_MS = 100,
    NUDGE_MS = 5000,
    MAX_NUDGES = 6,
};

static const unsigned silence[] = { 5000, 5000, 5000, 5000, 5000, 5000 };
static const struct receiver_rules receiving = {
    .silence = silence,
    .stages = sizeof silence / sizeof silence[0],
    .asks_again = true,
    .opens_by_frame = true,
    .etb_ends = true,
};

struct contour {
    struct exchange exchange;
    struct link_port inner;       /* what the exchange sees */
    const struct link_port *port; /* the caller's */
    bool instrument;
    unsigned nudges;  /* sent since a download was complete */
    bool wants_nudge; /* the meter is to be woken */
    bool nudging;     /* the timer is the nudge's */
};

static void write_reports(void *context, struct span out)
{
    struct contour *c = context;
    while (out.len) {
        uint8_t report[REPORT] = { 0 };
        size_t len = out.len < REPORT_PAYLOAD ? out.len : REPORT_PAYLOAD;
        report[REPORT_HEAD - 1] = (uint8_t)len;
        memcpy(report + REPORT_HEAD, out.at, len);
        c->port->write(c->port->context, span_of(report, sizeof report));
        out = span_of(out.at + len, out.len - len);
    }
}

static void forward_arm(void *context, unsigned ms)
{
    struct contour *c = context;
    c->nudging = false;
    c->port->arm(c->port->context, ms);
}

static uint64_t forward_keep(void *context, uint64_t session, unsigned number,
                             enum wire_direction direction, struct span frame)
{
    struct contour *c = context;
    return c->port->keep(c->port->context, session, number, direction, frame);
}

static void forward_message(void *context, uint64_t session, struct span text)
{
    struct contour *c = context;
    c->port->message(c->port->context, session, text);
}

static void forward_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct contour *c = context;
    if (how == SESSION_END_NORMAL)
        c->nudges = 0;
    else if (how != SESSION_END_ENQUIRY)
        c->wants_nudge = how != SESSION_END_DISCONNECTED;
    c->port->ended(c->port->context, session, how, rest);
}

static void forward_sent(void *context, enum error how)
{
    struct contour *c = context;
    c->port->sent(c->port->context, how);
}

static void forward_note(void *context, const char *what)
{
    struct contour *c = context;
    c->port->note(c->port->context, what);
}

static struct link_time forward_now(void *context)
{
    struct contour *c = context;
    return c->port->now(c->port->context);
}

/* After each event: when nobody else wants the timer, it may be the nudge's. */
static void rest(struct contour *c, unsigned ms)
{
    if (!c->wants_nudge || c->nudging || c->instrument || !exchange_idle(&c->exchange))
        return;
    c->nudging = true;
    c->port->arm(c->port->context, ms);
}

static void *contour_open(const struct link_options *options, const struct link_port *port)
{
    struct sender_rules sending = { .instrument = true,
                                    .etb_only = true,
                                    .max_text = LIMIT_FRAME_STANDARD - FRAME_OVERHEAD };
    struct contour *c = malloc(sizeof *c);
    if (!c)
        return NULL;
    *c = (struct contour) { .port = port, .instrument = options->instrument };
    c->inner = (struct link_port) { c,
                                    write_reports,
                                    forward_arm,
                                    forward_keep,
                                    forward_message,
                                    forward_ended,
                                    forward_sent,
                                    forward_note,
                                    forward_now };
    exchange_init(&c->exchange, &c->inner, &receiving, &sending);
    c->wants_nudge = true;
    rest(c, NUDGE_FIRST_MS);
    return c;
}

static void contour_close(void *state)
{
    struct contour *c = state;
    exchange_free(&c->exchange);
    free(c);
}

static void nudge(struct contour *c)
{
    const uint8_t eot = BYTE_EOT;
    c->nudging = false;
    if (c->nudges == MAX_NUDGES) {
        c->wants_nudge = false;
        c->port->note(c->port->context, "the meter does not answer");
        return;
    }
    c->nudges++;
    write_reports(c, span_of(&eot, 1));
    rest(c, NUDGE_MS);
}

/* The payload without the bytes that the meter puts around a frame in one burst. */
static struct span strip_burst(struct span payload)
{
    size_t len = payload.len;
    if (len > 1 && payload.at[0] == BYTE_EOT && payload.at[1] == BYTE_STX)
        payload = span_of(payload.at + 1, --len);
    if (len > 1 && payload.at[len - 1] == BYTE_ENQ && payload.at[len - 2] == BYTE_LF)
        payload.len--;
    return payload;
}

static void contour_feed(void *state, struct span in)
{
    struct contour *c = state;
    struct span payload;

    if (in.len != REPORT || in.at[REPORT_HEAD - 1] > REPORT_PAYLOAD) {
        c->port->note(c->port->context, "report");
        return;
    }
    payload = strip_burst(span_of(in.at + REPORT_HEAD, in.at[REPORT_HEAD - 1]));
    if (receiver_busy(&c->exchange.receiver) || payload.len > 1 ||
        (payload.len == 1 && *payload.at == BYTE_ENQ))
        c->wants_nudge = false;
    exchange_feed(&c->exchange, payload);
    rest(c, NUDGE_MS);
}

static void contour_settled(void *state, uint64_t ticket, enum error kept)
{
    struct contour *c = state;
    exchange_settled(&c->exchange, ticket, kept);
    rest(c, NUDGE_MS);
}

static void contour_expired(void *state)
{
    struct contour *c = state;
    if (c->nudging) {
        nudge(c);
        return;
    }
    exchange_expired(&c->exchange);
    if (!receiver_busy(&c->exchange.receiver)) /* the meter fell silent */
        c->wants_nudge = true;
    rest(c, NUDGE_MS);
}

static void contour_lost(void *state)
{
    struct contour *c = state;
    exchange_lost(&c->exchange);
    c->wants_nudge = false;
    if (c->nudging)
        forward_arm(c, 0);
}

/* The host has nothing to say to a meter; as a simulated meter this is its download. */
static enum error contour_send(void *state, struct span text)
{
    struct contour *c = state;
    return c->instrument ? exchange_send(&c->exchange, text) : ERROR_UNSUPPORTED;
}

static enum error contour_join(const struct link_options *options, struct span frame,
                               struct link_text *text, bool *whole)
{
    return link_lis01.join(options, frame, text, whole);
}

const struct link link_contour_hid = {
    .name = "contour-hid",
    .open = contour_open,
    .close = contour_close,
    .feed = contour_feed,
    .settled = contour_settled,
    .expired = contour_expired,
    .lost = contour_lost,
    .send = contour_send,
    .join = contour_join,
};
