/*
 * Reports of printer-like devices (devices.md 6): one report, one frame, one session.
 *
 * Invariants:
 * - The cutter sees every byte when it arrives, also while the disk is busy: where silence ends a
 *   report, two must not grow together because the disk was slow.
 * - A device that sends and does not listen cannot send again: what the disk refused is held, up to
 *   LIMIT_PENDING_INPUT, and tried again until it is kept. Only a report beyond that is lost, and
 *   said to be.
 * - A device that waits for an answer gets ACK after its whole report is on disk, NAK for what was
 *   damaged, broke off or was not kept; then it is the device's to send it again.
 * - Reports are kept in the order in which they were over, one at a time.
 */
#include "instruments/link/report.h"

#include "core/base/limits.h"
#include "instruments/link/framing.h"
#include "instruments/link/text_link.h"

#include <stdlib.h>

enum {
    RETRY_MS = 2000,   /* between two tries to keep what the disk refused */
    PAUSE_MS = 50,     /* a simulator's, behind a report that needs no silence to end */
    ANSWER_MS = 15000, /* a simulator's patience for ACK or NAK */
    MAX_TRIES = 6,
};

struct report {
    struct report *next;
    enum session_end how;
    size_t len;
    uint8_t bytes[];
};

struct text_link {
    const struct link_port *port;
    struct link_framing framing;
    bool instrument;
    struct cutter cutter;
    struct report *head, **tail; /* not kept yet, oldest first */
    size_t held;                 /* their bytes */
    uint64_t sessions, session;  /* given so far; of the head, 0 before its first try */
    uint64_t ticket;             /* the head's, 0 when it is not with the disk */
    bool asking;                 /* within port->keep */
    bool settled;                /* the answer came within it */
    enum error answer;
    bool refused;                          /* the head waits for its next try */
    enum { NOBODY, SILENCE, RETRY } timer; /* whose it is */
    struct buffer out;                     /* a simulator's report that is under way */
    unsigned tries;
};

static void note(const struct text_link *t, const char *what)
{
    t->port->note(t->port->context, what);
}

static void answer(const struct text_link *t, uint8_t byte)
{
    if (t->framing.acknowledge)
        t->port->write(t->port->context, span_of(&byte, 1));
}

/* ---- Keeping ---- */

static void drop_head(struct text_link *t)
{
    struct report *r = t->head;
    t->head = r->next;
    if (!t->head)
        t->tail = &t->head;
    t->held -= r->len;
    t->session = 0;
    t->refused = false;
    free(r);
}

static void head_kept(struct text_link *t)
{
    struct span text = report_text(&t->framing, span_of(t->head->bytes, t->head->len));
    bool whole = t->head->how == SESSION_END_NORMAL;

    if (whole) {
        answer(t, BYTE_ACK);
        t->port->message(t->port->context, t->session, text);
        text.len = 0;
    }
    t->port->ended(t->port->context, t->session, t->head->how, text);
    drop_head(t);
}

static void head_refused(struct text_link *t)
{
    note(t, "report not kept");
    if (!t->framing.acknowledge) {
        t->refused = true;
        return;
    }
    answer(t, BYTE_NAK);
    t->port->ended(t->port->context, t->session, SESSION_END_REFUSED, span_of(NULL, 0));
    drop_head(t);
}

static void take_answer(struct text_link *t, enum error kept)
{
    t->ticket = 0;
    if (kept == ERROR_OK)
        head_kept(t);
    else
        head_refused(t);
}

/* Gives the head to the disk, and the next when that answered at once. */
static void pump(struct text_link *t)
{
    while (t->head && !t->ticket && !t->refused) {
        uint64_t ticket;
        if (!t->session)
            t->session = ++t->sessions;
        t->settled = false;
        t->asking = true;
        ticket = t->port->keep(t->port->context, t->session, 1, WIRE_FROM_INSTRUMENT,
                               span_of(t->head->bytes, t->head->len));
        t->asking = false;
        t->ticket = ticket;
        if (t->settled)
            take_answer(t, t->answer);
    }
}

static void add_report(struct text_link *t, struct span bytes, enum session_end how)
{
    struct report *r =
        t->held + bytes.len <= LIMIT_PENDING_INPUT ? malloc(sizeof *r + bytes.len) : NULL;
    if (!r) {
        note(t, "report lost");
        return;
    }
    *r = (struct report) { .how = how, .len = bytes.len };
    memcpy(r->bytes, bytes.at, bytes.len);
    *t->tail = r;
    t->tail = &r->next;
    t->held += bytes.len;
}

static void on_cut(void *context, struct span bytes, enum session_end how)
{
    struct text_link *t = context;

    if (how == SESSION_END_DAMAGED)
        note(t, "damaged report");
    if (t->framing.acknowledge && how != SESSION_END_NORMAL) {
        if (how != SESSION_END_DISCONNECTED)
            answer(t, BYTE_NAK);
        return;
    }
    add_report(t, bytes, how);
    t->refused = false;
    pump(t);
}

static void on_note(void *context, const char *what)
{
    note(context, what);
}

/* After an event: who has the timer now. `fresh` when bytes came. */
static void rest(struct text_link *t, bool fresh)
{
    unsigned before = t->timer;

    t->timer = cutter_waits(&t->cutter) ? SILENCE : t->refused ? RETRY : NOBODY;
    if (t->timer == before && !(fresh && t->timer == SILENCE))
        return;
    if (t->timer == SILENCE)
        t->port->arm(t->port->context, cutter_patience(&t->framing));
    else
        t->port->arm(t->port->context, t->timer == RETRY ? RETRY_MS : 0);
}

/* ---- As the instrument ---- */

static void end_sending(struct text_link *t, enum error how)
{
    buffer_clear(&t->out);
    t->port->arm(t->port->context, 0);
    t->port->ended(t->port->context, t->sessions, SESSION_END_NORMAL, span_of(NULL, 0));
    t->port->sent(t->port->context, how);
}

static unsigned pause_behind(const struct link_framing *f)
{
    if (f->acknowledge)
        return ANSWER_MS;
    return f->end || *f->last_line || !f->idle_ms ? PAUSE_MS : 2 * f->idle_ms;
}

static void write_report(struct text_link *t)
{
    t->tries++;
    t->port->write(t->port->context, buffer_span(&t->out));
    t->port->arm(t->port->context, pause_behind(&t->framing));
}

static void again_or_give_up(struct text_link *t)
{
    if (t->tries < MAX_TRIES)
        write_report(t);
    else
        end_sending(t, ERROR_IO);
}

static void take_reply(struct text_link *t, uint8_t byte)
{
    if (!t->out.len || !t->framing.acknowledge)
        return;
    if (byte == BYTE_ACK)
        end_sending(t, ERROR_OK);
    else if (byte == BYTE_NAK)
        again_or_give_up(t);
}

static enum error text_send(void *state, struct span text)
{
    struct text_link *t = state;
    enum error e;

    if (!t->instrument)
        return ERROR_UNSUPPORTED;
    if (t->out.len)
        return ERROR_BUSY;
    e = text.len ? report_compose(&t->framing, text, &t->out) : ERROR_BAD_INPUT;
    if (e != ERROR_OK) {
        buffer_clear(&t->out);
        return e;
    }
    t->tries = 0;
    t->sessions++;
    (void)t->port->keep(t->port->context, t->sessions, 1, WIRE_TO_INSTRUMENT, buffer_span(&t->out));
    write_report(t);
    return ERROR_OK;
}

/* ---- The link ---- */

static void *text_open(const struct link_options *options, const struct link_port *port)
{
    struct text_link *t = malloc(sizeof *t);

    if (!t)
        return NULL;
    *t = (struct text_link) { .port = port,
                              .framing = options->framing,
                              .instrument = options->instrument };
    t->tail = &t->head;
    cutter_init(&t->cutter, &t->framing, &(struct cutter_events) { t, on_cut, on_note });
    buffer_init(&t->out, LIMIT_FRAME);
    return t;
}

static void text_close(void *state)
{
    struct text_link *t = state;
    while (t->head) {
        note(t, "report lost");
        drop_head(t);
    }
    cutter_free(&t->cutter);
    buffer_free(&t->out);
    free(t);
}

static void text_feed(void *state, struct span in)
{
    struct text_link *t = state;
    for (size_t i = 0; i < in.len; i++)
        if (t->instrument)
            take_reply(t, in.at[i]);
        else
            cutter_put(&t->cutter, in.at[i]);
    if (!t->instrument && in.len)
        rest(t, true);
}

static void text_settled(void *state, uint64_t ticket, enum error kept)
{
    struct text_link *t = state;
    if (t->asking) {
        t->settled = true;
        t->answer = kept;
        return;
    }
    if (!t->ticket || ticket != t->ticket)
        return;
    take_answer(t, kept);
    pump(t);
    rest(t, false);
}

static void text_expired(void *state)
{
    struct text_link *t = state;

    if (t->instrument) {
        if (t->framing.acknowledge)
            again_or_give_up(t);
        else
            end_sending(t, ERROR_OK);
        return;
    }
    if (t->timer == SILENCE)
        cutter_silence(&t->cutter);
    t->timer = NOBODY;
    t->refused = false;
    pump(t);
    rest(t, false);
}

/* What came whole before is still tried: nobody else has it. */
static void text_lost(void *state)
{
    struct text_link *t = state;
    if (t->instrument) {
        if (t->out.len)
            end_sending(t, ERROR_CLOSED);
        return;
    }
    cutter_lost(&t->cutter);
    rest(t, false);
}

bool text_link_busy(const void *state)
{
    const struct text_link *t = state;
    return t->instrument ? t->out.len > 0 : t->cutter.inside;
}

static enum error text_join(const struct link_options *options, struct span frame,
                            struct link_text *text, bool *whole)
{
    const struct link_framing *f = &options->framing;
    enum error e = frame.len ? buffer_put(&text->text, report_text(f, frame)) : ERROR_BAD_INPUT;

    if (e == ERROR_OK)
        *whole = report_judge(f, frame) == SESSION_END_NORMAL;
    return e;
}

const struct link link_text = {
    .name = "text",
    .open = text_open,
    .close = text_close,
    .feed = text_feed,
    .settled = text_settled,
    .expired = text_expired,
    .lost = text_lost,
    .send = text_send,
    .join = text_join,
};
