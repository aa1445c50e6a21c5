/*
 * CLINITEK 50 and its family (devices.md 3.2): the host asks, the device answers with one packet.
 *
 * ENQ asks who it is, DC2 for a record; a packet is STX, lines, the sum in two digits, ETX, and is
 * answered with ACK or NAK. XON/XOFF and the low DTR are the port's affair (profile: flow, dtr).
 *
 * Invariants:
 * - A packet is acknowledged only when it is on disk, or when it repeats the one acknowledged last:
 *   the device that missed an ACK says the same again, and the same record is never two.
 * - Half a packet is refused, not kept: it is not acknowledged, so the device still has it.
 * - One question at a time; who does not answer three of them is asked again who it is. The asking
 *   never ends: nobody tells this link that the device was switched on.
 */
#include "instruments/link/report.h"

#include "core/base/limits.h"
#include "instruments/link/framing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BYTE_DC2 = 0x12 };

enum {
    FIRST_MS = 500,   /* after open */
    NEXT_MS = 100,    /* behind an acknowledgement: is there more? */
    POLL_MS = 5000,   /* when there was nothing */
    ANSWER_MS = 3000, /* for a packet to go on */
    MAX_TRIES = 6,    /* of one packet */
    MAX_SILENT = 3,   /* questions without an answer */
};

static const struct link_framing packets = { .start = BYTE_STX,
                                             .end = BYTE_ETX,
                                             .sum = LINK_SUM_MOD256 };

enum asking { RESTING, AWAITING, KEEPING };

struct clinitek {
    const struct link_port *port;
    bool instrument;
    struct cutter cutter;
    enum asking state;
    bool known;          /* it said who it is */
    unsigned silent;     /* questions without an answer, in a row */
    unsigned tries;      /* of the packet under way */
    struct buffer frame; /* that waits for the disk */
    struct buffer last;  /* the text that was acknowledged last */
    uint64_t sessions, session, ticket;
    bool inside, settled; /* within port->keep; the answer came there */
    enum error answer;
    struct buffer out; /* a simulated device's record */
};

static void note(const struct clinitek *c, const char *what)
{
    c->port->note(c->port->context, what);
}

static void write_byte(const struct clinitek *c, uint8_t byte)
{
    c->port->write(c->port->context, span_of(&byte, 1));
}

static void arm(const struct clinitek *c, unsigned ms)
{
    c->port->arm(c->port->context, ms);
}

static void rest_for(struct clinitek *c, unsigned ms)
{
    c->state = RESTING;
    c->tries = 0;
    arm(c, ms);
}

static void ask(struct clinitek *c)
{
    c->state = AWAITING;
    write_byte(c, c->known ? BYTE_DC2 : BYTE_ENQ);
    arm(c, ANSWER_MS);
}

static void refuse(struct clinitek *c)
{
    if (++c->tries >= MAX_TRIES) {
        note(c, "packet given up");
        rest_for(c, POLL_MS);
        return;
    }
    write_byte(c, BYTE_NAK);
    c->state = AWAITING;
    arm(c, ANSWER_MS);
}

static void packet_kept(struct clinitek *c)
{
    struct span text = report_text(&packets, buffer_span(&c->frame));

    write_byte(c, BYTE_ACK);
    c->known = true;
    buffer_clear(&c->last);
    (void)buffer_put(&c->last, text); /* without memory a repeat is kept twice */
    c->port->message(c->port->context, c->session, text);
    c->port->ended(c->port->context, c->session, SESSION_END_NORMAL, span_of(NULL, 0));
    rest_for(c, NEXT_MS);
}

static void take_answer(struct clinitek *c, enum error kept)
{
    c->ticket = 0;
    if (kept == ERROR_OK) {
        packet_kept(c);
        return;
    }
    note(c, "frame not kept");
    c->port->ended(c->port->context, c->session, SESSION_END_REFUSED, span_of(NULL, 0));
    c->state = AWAITING;
    refuse(c);
}

static void keep_packet(struct clinitek *c, struct span packet)
{
    uint64_t ticket;

    buffer_clear(&c->frame);
    if (buffer_put(&c->frame, packet) != ERROR_OK) {
        refuse(c);
        return;
    }
    c->state = KEEPING;
    arm(c, 0);
    c->session = ++c->sessions;
    c->settled = false;
    c->inside = true;
    ticket = c->port->keep(c->port->context, c->session, 1, WIRE_FROM_INSTRUMENT, packet);
    c->inside = false;
    c->ticket = ticket;
    if (c->settled)
        take_answer(c, c->answer);
}

static void on_cut(void *context, struct span packet, enum session_end how)
{
    struct clinitek *c = context;

    if (c->state == KEEPING) {
        note(c, "packet too early");
        return;
    }
    c->silent = 0;
    if (how != SESSION_END_NORMAL) {
        note(c, "damaged packet");
        refuse(c);
    } else if (span_equal(report_text(&packets, packet), buffer_span(&c->last))) {
        note(c, "repeated frame");
        write_byte(c, BYTE_ACK);
        rest_for(c, POLL_MS);
    } else {
        keep_packet(c, packet);
    }
}

static void on_note(void *context, const char *what)
{
    note(context, what);
}

/* ---- As the instrument ---- */

/* Who a simulated device is, with the clock of the site. */
static enum error compose_identity(const struct clinitek *c, struct buffer *out)
{
    struct link_time now = c->port->now(c->port->context);
    time_t seconds = (time_t)(now.utc / 1000) + (time_t)now.offset * 60;
    struct tm local;
    char text[128];

    if (!gmtime_r(&seconds, &local))
        return ERROR_BUG;
    (void)snprintf(text, sizeof text,
                   "\r\n6510  01.02 %02u%02u%02u%02u%02u\r\nENGLISH - CONV.\r\n"
                   "MULTISTIX 10 SG\r\n",
                   (unsigned)local.tm_year % 100, (unsigned)local.tm_mon + 1,
                   (unsigned)local.tm_mday, (unsigned)local.tm_hour, (unsigned)local.tm_min);
    return report_compose(&packets, span_text(text), out);
}

static void identify(struct clinitek *c)
{
    struct buffer identity;
    buffer_init(&identity, LIMIT_FRAME);
    if (compose_identity(c, &identity) == ERROR_OK)
        c->port->write(c->port->context, buffer_span(&identity));
    buffer_free(&identity);
}

static void end_sending(struct clinitek *c, enum error how)
{
    buffer_clear(&c->out);
    c->port->ended(c->port->context, c->sessions, SESSION_END_NORMAL, span_of(NULL, 0));
    c->port->sent(c->port->context, how);
}

static void write_record(struct clinitek *c)
{
    c->state = AWAITING;
    c->port->write(c->port->context, buffer_span(&c->out));
}

/* A question or an answer of the host. `state` is AWAITING while a record is out. */
static void serve(struct clinitek *c, uint8_t byte)
{
    bool wanted = byte == BYTE_DC2 || (byte == BYTE_NAK && c->state == AWAITING);

    if (byte == BYTE_ENQ) {
        c->state = RESTING;
        identify(c);
    } else if (wanted && c->out.len) {
        write_record(c);
    } else if (byte == BYTE_ACK && c->state == AWAITING) {
        c->state = RESTING;
        end_sending(c, ERROR_OK);
    }
}

static enum error clinitek_send(void *state, struct span text)
{
    static const char line_end[] = "\r\n";
    struct clinitek *c = state;
    struct buffer lines;
    enum error e;

    if (!c->instrument)
        return ERROR_UNSUPPORTED;
    if (c->out.len)
        return ERROR_BUSY;
    if (!text.len)
        return ERROR_BAD_INPUT;
    buffer_init(&lines, LIMIT_FRAME);
    e = *text.at == BYTE_CR ? ERROR_OK : buffer_put_text(&lines, line_end);
    if (e == ERROR_OK)
        e = buffer_put(&lines, text);
    if (e == ERROR_OK)
        e = report_compose(&packets, buffer_span(&lines), &c->out);
    buffer_free(&lines);
    if (e != ERROR_OK) {
        buffer_clear(&c->out);
        return e;
    }
    (void)c->port->keep(c->port->context, ++c->sessions, 1, WIRE_TO_INSTRUMENT,
                        buffer_span(&c->out));
    return ERROR_OK;
}

/* ---- The link ---- */

static void *clinitek_open(const struct link_options *options, const struct link_port *port)
{
    struct clinitek *c = malloc(sizeof *c);

    if (!c)
        return NULL;
    *c = (struct clinitek) { .port = port, .instrument = options->instrument };
    cutter_init(&c->cutter, &packets, &(struct cutter_events) { c, on_cut, on_note });
    buffer_init(&c->frame, LIMIT_FRAME);
    buffer_init(&c->last, LIMIT_FRAME);
    buffer_init(&c->out, LIMIT_FRAME);
    if (!c->instrument)
        arm(c, FIRST_MS);
    return c;
}

static void clinitek_close(void *state)
{
    struct clinitek *c = state;
    cutter_free(&c->cutter);
    buffer_free(&c->frame);
    buffer_free(&c->last);
    buffer_free(&c->out);
    free(c);
}

static void clinitek_feed(void *state, struct span in)
{
    struct clinitek *c = state;

    for (size_t i = 0; i < in.len; i++)
        if (c->instrument)
            serve(c, in.at[i]);
        else
            cutter_put(&c->cutter, in.at[i]);
    if (!c->instrument && in.len && c->state != KEEPING && cutter_waits(&c->cutter)) {
        c->state = AWAITING;
        arm(c, ANSWER_MS);
    }
}

static void clinitek_settled(void *state, uint64_t ticket, enum error kept)
{
    struct clinitek *c = state;

    if (c->inside) {
        c->settled = true;
        c->answer = kept;
    } else if (c->state == KEEPING && ticket == c->ticket) {
        take_answer(c, kept);
    }
}

static void clinitek_expired(void *state)
{
    struct clinitek *c = state;
    unsigned tries = c->tries;

    if (c->instrument || c->state == KEEPING)
        return;
    if (c->state == RESTING) {
        ask(c);
        return;
    }
    cutter_silence(&c->cutter); /* a packet that broke off is refused by on_cut */
    if (c->tries != tries)
        return;
    if (++c->silent >= MAX_SILENT)
        c->known = false;
    rest_for(c, POLL_MS);
}

static void clinitek_lost(void *state)
{
    struct clinitek *c = state;

    if (c->instrument) {
        c->state = RESTING;
        if (c->out.len)
            end_sending(c, ERROR_CLOSED);
        return;
    }
    if (c->state == KEEPING)
        c->port->ended(c->port->context, c->session, SESSION_END_DISCONNECTED, span_of(NULL, 0));
    c->cutter.inside = false; /* half a packet is not acknowledged: it comes again */
    cutter_lost(&c->cutter);
    c->known = false;
    c->silent = 0;
    c->ticket = 0;
    rest_for(c, POLL_MS);
}

static enum error clinitek_join(const struct link_options *options, struct span frame,
                                struct link_text *text, bool *whole)
{
    enum error e;

    (void)options;
    if (report_judge(&packets, frame) != SESSION_END_NORMAL)
        return ERROR_BAD_INPUT;
    e = buffer_put(&text->text, report_text(&packets, frame));
    if (e == ERROR_OK)
        *whole = true;
    return e;
}

const struct link link_clinitek_50 = {
    .name = "clinitek-50",
    .open = clinitek_open,
    .close = clinitek_close,
    .feed = clinitek_feed,
    .settled = clinitek_settled,
    .expired = clinitek_expired,
    .lost = clinitek_lost,
    .send = clinitek_send,
    .join = clinitek_join,
};
