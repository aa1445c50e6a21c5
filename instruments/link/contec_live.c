/*
 * Contec carts that record while the host listens: ECG90A by HID reports, 8000G by a serial line
 * (ecg.md 7; one owner's published findings, so both are drafts).
 *
 * The host starts and stops the stream; core says when, by `run`. What the cart sends from its
 * first word on is kept as it comes: a file of the cart's own bytes, in frames as of a whole file
 * (file.c), which the reader of contec-live takes apart.
 *
 * Invariants:
 *   - a recording is a session of its own with one message; one is under way at a time;
 *   - commands go out by `script`, one after the other; the stop goes out at the end of whatever
 *     was begun. Commands that delete recordings in the cart exist and are not here;
 *   - what comes while no recording is under way is counted and dropped: it belongs to nobody. The
 *     end of a stream that was just stopped is not counted;
 *   - a cart that says nothing for QUIET_MS, takes LATE times as long as its bytes are worth, or
 *     is unplugged, ends the recording: what came of it is kept, and its session says so. What the
 *     disk refuses ends it likewise, and its session has no last, short frame. A person then
 *     records again;
 *   - a report that is not whole ends it as well: nothing behind it would stand at its time;
 *   - while `giving`, only give hands out frames and ends the session: what the disk says within
 *     keep is written down alone.
 */
#include "core/base/limits.h"
#include "instruments/link/framing.h"
#include "instruments/link/link.h"

#include <stdlib.h>

enum { COMMAND = 8, SCRIPT = 5, QUIET_MS = 3000, TAIL_MS = 1000, SPARE_SECONDS = 1, LATE = 3 };

struct command {
    uint8_t bytes[COMMAND];
    size_t len;
    unsigned wait_ms; /* before the next one; 0: until the cart says `greeting` */
};

struct dialect {
    struct command script[SCRIPT];
    size_t steps;
    struct command stop;
    uint8_t greeting[COMMAND];        /* the cart's first word, from which on its bytes are kept; */
    size_t greeting_at, greeting_len; /* where it stands behind the start of what was read */
    size_t bytes_per_second;          /* of the stream */
    size_t report;                    /* of how many bytes each is; 0: the stream has none */
};

/* Reports have eight bytes out, 64 in. The answer to 82 names the model in its fourth byte: the
 * USB ids alone are those of many devices. 160 reports of five frames a second. */
static const struct dialect ecg90a = {
    .script = { { { 0x91 }, COMMAND, 320 },
                { { 0x82 }, COMMAND, 0 },
                { { 0x93 }, COMMAND, 15 },
                { { 0xa1, 0x01 }, COMMAND, 15 },
                { { 0x90 }, COMMAND, 15 } },
    .steps = 5,
    .stop = { { 0x91 }, COMMAND, 0 },
    .greeting = { 'E', 'C', 'G', '9', '0', 'A' },
    .greeting_at = 3,
    .greeting_len = 6,
    .bytes_per_second = 160 * 64,
    .report = 64,
};

/* Records of fifteen bytes, a thousand a second, behind a mark. */
static const struct dialect cart_8000g = {
    .script = { { { 0x90, 0x00 }, 2, 40 }, { { 0x85, 0x01 }, 2, 40 }, { { 0x90, 0x05 }, 2, 0 } },
    .steps = 3,
    .stop = { { 0x90, 0x00 }, 2, 0 },
    .greeting = { 0xee, 0x10 },
    .greeting_len = 2,
    .bytes_per_second = 15 * 1000,
};

struct live {
    const struct link_port *port;
    const struct dialect *dialect;
    uint64_t session;
    struct buffer text;        /* of the recording under way, from the greeting on */
    size_t step;               /* the next command */
    size_t wanted;             /* bytes that make the recording whole */
    int64_t latest;            /* when it ends whatever came */
    size_t given, kept, waits; /* as in file.c */
    uint64_t first;
    unsigned frames;
    bool running, greeted, giving;
    bool over; /* the recording: nothing more is taken, the frames settle */
    bool tail; /* what still comes is of the stream that was stopped */
    enum session_end how;
};

static void *open_dialect(const struct link_port *port, const struct dialect *dialect)
{
    struct live *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->port = port;
    l->dialect = dialect;
    buffer_init(&l->text, LIMIT_ECG_FILE);
    return l;
}

static void *ecg90a_open(const struct link_options *options, const struct link_port *port)
{
    (void)options;
    return open_dialect(port, &ecg90a);
}

static void *cart_8000g_open(const struct link_options *options, const struct link_port *port)
{
    (void)options;
    return open_dialect(port, &cart_8000g);
}

static void live_close(void *state)
{
    struct live *l = state;
    buffer_free(&l->text);
    free(l);
}

static void note(struct live *l, const char *what)
{
    l->port->note(l->port->context, what);
}

static void put_command(struct live *l, const struct command *command)
{
    l->port->write(l->port->context, span_of(command->bytes, command->len));
}

/* The session is told, and the cart is free again. */
static void finish(struct live *l)
{
    struct span text = buffer_span(&l->text);
    void *context = l->port->context;
    bool whole = l->how != SESSION_END_REFUSED && l->waits == 0;
    l->running = false;
    if (l->frames && whole)
        l->port->message(context, l->session, text);
    if (l->frames)
        l->port->ended(context, l->session, l->how, span_of(text.at, whole ? 0 : l->kept));
    buffer_free(&l->text);
}

static void keep_frame(struct live *l, size_t len)
{
    uint64_t ticket;
    struct span frame = span_of(l->text.at + l->given, len);
    l->given += len;
    l->waits++;
    ticket = l->port->keep(l->port->context, l->session, ++l->frames, WIRE_FROM_INSTRUMENT, frame);
    if (l->frames == 1)
        l->first = ticket;
}

/* Gives the full frames that are there; when the recording is over, what is left in a short one,
 * empty if nothing is, as that says that the file ends. */
static void give(struct live *l)
{
    l->giving = true;
    while (l->text.len - l->given >= LIMIT_FRAME && l->how != SESSION_END_REFUSED)
        keep_frame(l, LIMIT_FRAME);
    if (l->over && l->text.len && l->how != SESSION_END_REFUSED)
        keep_frame(l, l->text.len - l->given);
    l->giving = false;
}

/* Whatever was given may be answered by now. */
static void rest(struct live *l)
{
    if (l->running && l->over && !l->giving && l->waits == 0)
        finish(l);
}

static void end(struct live *l, enum session_end how)
{
    if (l->over)
        return;
    l->over = l->tail = true;
    l->how = how;
    put_command(l, &l->dialect->stop);
    l->port->arm(l->port->context, TAIL_MS);
    if (l->giving)
        return;
    give(l);
    rest(l);
}

/* The next command, and how long until the one after it. */
static void go_on(struct live *l)
{
    const struct command *command = &l->dialect->script[l->step++];
    bool last = l->step == l->dialect->steps;
    put_command(l, command);
    l->port->arm(l->port->context, last || !command->wait_ms ? QUIET_MS : command->wait_ms);
}

static enum error live_run(void *state, unsigned seconds)
{
    struct live *l = state;
    if (l->running)
        return ERROR_BUSY;
    l->session++;
    l->step = l->given = l->kept = l->waits = 0;
    l->frames = 0;
    l->running = true;
    l->greeted = l->over = l->tail = false;
    l->how = SESSION_END_NORMAL;
    l->wanted = (size_t)(seconds + SPARE_SECONDS) * l->dialect->bytes_per_second;
    l->latest =
        l->port->now(l->port->context).utc + (int64_t)LATE * 1000 * (seconds + SPARE_SECONDS);
    buffer_clear(&l->text);
    go_on(l);
    return ERROR_OK;
}

/* Where the greeting begins in what came, or the end: the cart's echo of commands before it, and
 * a stream that was still running, are not of this recording. */
static size_t find_greeting(const struct live *l, struct span in)
{
    const struct dialect *d = l->dialect;
    for (size_t at = 0; at + d->greeting_at + d->greeting_len <= in.len; at++) {
        if (memcmp(in.at + at + d->greeting_at, d->greeting, d->greeting_len) == 0)
            return at;
        if (d->report) /* it is looked at from its first byte */
            return in.len;
    }
    return in.len;
}

/* The greeting of a stream may come in two pieces: its first byte is remembered as text. */
static struct span before_greeting(struct live *l, struct span in)
{
    size_t at;
    if (l->dialect->greeting_at == 0 && l->text.len) {
        l->greeted = in.at[0] == l->dialect->greeting[1];
        if (l->greeted)
            return in;
        buffer_clear(&l->text);
    }
    at = find_greeting(l, in);
    l->greeted = at < in.len;
    if (!l->greeted && l->dialect->greeting_at == 0 && in.at[in.len - 1] == l->dialect->greeting[0])
        at = in.len - 1;
    else if (!l->greeted)
        note(l, "bytes before the recording");
    return span_of(in.at + at, in.len - at);
}

/* The answers before the stream, and the stream, belong to the recording. */
static void take(struct live *l, struct span in)
{
    if (!l->greeted) {
        bool asked = l->dialect->script[l->step - 1].wait_ms == 0;
        in = asked ? before_greeting(l, in) : span_of(in.at, 0);
        if (l->greeted && l->step < l->dialect->steps)
            go_on(l);
    }
    if (buffer_put(&l->text, in) != ERROR_OK) {
        note(l, "recording too large");
        end(l, SESSION_END_REFUSED);
    } else if (l->greeted && l->step == l->dialect->steps) {
        l->port->arm(l->port->context, QUIET_MS);
        give(l);
        if (l->text.len >= l->wanted)
            end(l, SESSION_END_NORMAL);
    }
}

static void live_feed(void *state, struct span in)
{
    struct live *l = state;
    if (in.len == 0 || ((!l->running || l->over) && l->tail))
        return;
    if (!l->running || l->over) {
        note(l, "bytes out of turn");
        return;
    }
    if (l->dialect->report && in.len != l->dialect->report) {
        note(l, "damaged report");
        if (l->greeted) /* what comes behind it would stand at another time */
            end(l, SESSION_END_TIMEOUT);
    } else {
        take(l, in);
    }
    if (!l->over && l->port->now(l->port->context).utc > l->latest) {
        note(l, "cart is too slow");
        end(l, SESSION_END_TIMEOUT);
    }
    rest(l);
}

/* Tickets come back in order; one of a recording that is over is nobody's. What is kept behind one
 * that was refused is no beginning of the recording any more. */
static void live_settled(void *state, uint64_t ticket, enum error kept)
{
    struct live *l = state;
    if (!l->running || l->waits == 0 || (!l->giving && ticket < l->first))
        return;
    l->waits--;
    if (kept != ERROR_OK && l->how != SESSION_END_REFUSED) {
        note(l, "frame not kept");
        end(l, SESSION_END_REFUSED);
        l->how = SESSION_END_REFUSED;
    } else if (l->how != SESSION_END_REFUSED) {
        l->kept += l->given - l->kept < LIMIT_FRAME ? l->given - l->kept : LIMIT_FRAME;
    }
    rest(l);
}

static void live_expired(void *state)
{
    struct live *l = state;
    if (!l->running || l->over) {
        l->tail = false;
    } else if (l->step < l->dialect->steps && l->dialect->script[l->step - 1].wait_ms) {
        go_on(l);
    } else if (l->waits) { /* a port is not listened to while the disk is far behind */
        l->port->arm(l->port->context, QUIET_MS);
    } else {
        note(l, l->greeted ? "cart fell silent" : "cart does not answer");
        end(l, SESSION_END_TIMEOUT);
    }
}

/* Nobody can be told to stop any more; the rest is kept without waiting for the disk. */
static void live_lost(void *state)
{
    struct live *l = state;
    if (l->running || l->tail)
        l->port->arm(l->port->context, 0);
    l->tail = false;
    if (!l->running)
        return;
    if (!l->over) {
        l->over = true;
        give(l);
    }
    if (l->how != SESSION_END_REFUSED)
        l->how = SESSION_END_DISCONNECTED;
    finish(l);
}

/* A cart takes commands alone, never a text. */
static enum error live_send(void *state, struct span text)
{
    (void)state;
    (void)text;
    return ERROR_UNSUPPORTED;
}

static enum error live_join(const struct link_options *options, struct span frame,
                            struct link_text *text, bool *whole)
{
    return link_file.join(options, frame, text, whole);
}

#define LIVE_LINK(id, opener)                                                                      \
    {                                                                                              \
        .name = (id), .open = (opener), .close = live_close, .feed = live_feed,                    \
        .settled = live_settled, .expired = live_expired, .lost = live_lost, .send = live_send,    \
        .join = live_join, .run = live_run                                                         \
    }

const struct link link_contec_ecg90a = LIVE_LINK("contec-ecg90a", ecg90a_open);
const struct link link_contec_8000g = LIVE_LINK("contec-8000g", cart_8000g_open);
