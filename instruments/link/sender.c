/* Sending; see the header for the invariants. */
#include "instruments/link/sender.h"

#include "core/base/limits.h"

enum {
    ANSWER_MS = 15000,           /* LIS01-A2 6.5.2.2, 6.5.2.3 */
    BUSY_MS = 10000,             /* after NAK to ENQ, at least */
    HOST_YIELDS_MS = 20000,      /* contention, the computer system */
    INSTRUMENT_YIELDS_MS = 1000, /* contention, the instrument */
    GIVE_WAY_MS = 15000,         /* after an interrupt request */
    TURNAROUND_MS = 100,         /* after the other side's EOT: its next ENQ comes first */
    UNSURE_MS = 1000,
    MAX_TRIES = 6, /* of one frame; and of one message, when there is no answer */
};

void sender_init(struct sender *s, const struct link_port *port, const struct sender_rules *rules,
                 uint64_t *sessions)
{
    *s = (struct sender) { .port = port, .rules = *rules };
    s->sessions = sessions;
    buffer_init(&s->text, LIMIT_MESSAGE);
    buffer_init(&s->frame, LIMIT_FRAME);
}

void sender_free(struct sender *s)
{
    buffer_free(&s->text);
    buffer_free(&s->frame);
}

static void set_state(struct sender *s, enum sender_state state, unsigned ms)
{
    s->state = state;
    s->wait = (struct link_wait) { .ms = ms, .fresh = true };
}

static void write_byte(struct sender *s, uint8_t byte)
{
    s->port->write(s->port->context, span_of(&byte, 1));
}

/* devices.md 5.1: what the text of a message must not hold. CR ends a record. */
static bool is_restricted(uint8_t byte)
{
    static const uint8_t restricted[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a,
                                          0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17 };
    return memchr(restricted, byte, sizeof restricted) != NULL;
}

enum error sender_load(struct sender *s, struct span text)
{
    enum error e;
    if (s->loaded)
        return ERROR_BUSY;
    if (text.len == 0)
        return ERROR_BAD_INPUT;
    for (size_t i = 0; i < text.len; i++)
        if (is_restricted(text.at[i]))
            return ERROR_BAD_INPUT;
    buffer_clear(&s->text);
    e = buffer_put(&s->text, text);
    if (e == ERROR_OK && text.at[text.len - 1] != BYTE_CR)
        e = buffer_put_byte(&s->text, BYTE_CR);
    if (e != ERROR_OK)
        return e;
    s->loaded = true;
    s->attempts = 0;
    if (s->state == SENDER_EMPTY)
        s->state = SENDER_READY;
    return ERROR_OK;
}

void sender_bid(struct sender *s)
{
    s->interrupted = false;
    set_state(s, SENDER_BIDDING, ANSWER_MS);
    write_byte(s, BYTE_ENQ);
}

/* The transfer is over, for whatever reason; the record of it ends. */
static void leave_transfer(struct sender *s, enum session_end how)
{
    uint64_t session = s->session;
    s->session = 0;
    if (session)
        s->port->ended(s->port->context, session, how, span_of(NULL, 0));
}

/* Tells how it went. The caller may load the next message at once. */
static void finish(struct sender *s, enum error how, unsigned rest_ms)
{
    s->loaded = false;
    buffer_clear(&s->text);
    set_state(s, rest_ms ? SENDER_WAITING : SENDER_EMPTY, rest_ms);
    s->port->sent(s->port->context, how);
}

/* The whole message once more after a while, unless that was the last time. */
static void try_later(struct sender *s, unsigned ms, enum error last)
{
    s->attempts++;
    if (s->attempts >= MAX_TRIES)
        finish(s, last, 0);
    else
        set_state(s, SENDER_WAITING, ms);
}

static void end_transfer(struct sender *s)
{
    write_byte(s, BYTE_EOT);
    leave_transfer(s, SESSION_END_NORMAL);
}

/* Composes the frame at s->at: up to the end of its record, or as much as one frame takes. */
static enum error compose(struct sender *s)
{
    const uint8_t *from = s->text.at + s->at;
    size_t left = s->text.len - s->at;
    const uint8_t *end = memchr(from, BYTE_CR, left);
    size_t len = end ? (size_t)(end - from) + 1 : left;
    bool more = len > s->rules.max_text;

    if (more)
        len = s->rules.max_text;
    s->next = s->at + len;
    buffer_clear(&s->frame);
    return frame_compose(&s->frame, s->number, span_of(from, len), more || s->rules.etb_only);
}

static void record_frame(struct sender *s)
{
    if (s->session == 0)
        s->session = ++*s->sessions;
    if (s->next <= s->kept)
        return;
    s->kept = s->next;
    s->port->keep(s->port->context, s->session, s->number, WIRE_TO_INSTRUMENT,
                  buffer_span(&s->frame));
}

static void write_frame(struct sender *s)
{
    if (compose(s) != ERROR_OK) {
        end_transfer(s);
        finish(s, ERROR_NO_MEMORY, 0);
        return;
    }
    record_frame(s);
    set_state(s, SENDER_SENDING, ANSWER_MS);
    s->port->write(s->port->context, buffer_span(&s->frame));
}

static void begin_transfer(struct sender *s)
{
    s->at = s->kept = 0;
    s->number = 1;
    s->tries = 0;
    write_frame(s);
}

static void frame_accepted(struct sender *s)
{
    s->at = s->next;
    s->number = (s->number + 1) % FRAME_NUMBERS;
    s->tries = 0;
    if (s->at == s->text.len) {
        end_transfer(s);
        finish(s, ERROR_OK, s->interrupted ? GIVE_WAY_MS : 0);
    } else if (s->interrupted && !s->rules.instrument) {
        end_transfer(s);
        try_later(s, GIVE_WAY_MS, ERROR_BUSY);
    } else {
        write_frame(s);
    }
}

static void frame_refused(struct sender *s)
{
    s->tries++;
    if (s->tries < MAX_TRIES) {
        write_frame(s);
        return;
    }
    s->port->note(s->port->context, "frame refused six times");
    end_transfer(s);
    finish(s, ERROR_IO, 0);
}

static void answer_to_bid(struct sender *s, uint8_t byte)
{
    if (byte == BYTE_ACK) {
        begin_transfer(s);
    } else if (byte == BYTE_NAK) {
        try_later(s, BUSY_MS, ERROR_BUSY);
    } else if (byte == BYTE_ENQ) {
        s->port->note(s->port->context, "contention");
        try_later(s, s->rules.instrument ? INSTRUMENT_YIELDS_MS : HOST_YIELDS_MS, ERROR_BUSY);
    }
}

static void answer_to_frame(struct sender *s, uint8_t byte)
{
    if (byte == BYTE_ACK || byte == BYTE_EOT) {
        s->interrupted |= byte == BYTE_EOT;
        frame_accepted(s);
    } else if (byte == BYTE_NAK) {
        frame_refused(s);
    } else if (s->state == SENDER_SENDING) {
        s->port->note(s->port->context, "no answer but noise");
        set_state(s, SENDER_UNSURE, UNSURE_MS);
    }
}

void sender_byte(struct sender *s, uint8_t byte)
{
    if (s->state == SENDER_BIDDING)
        answer_to_bid(s, byte);
    else if (sender_active(s))
        answer_to_frame(s, byte);
}

void sender_expired(struct sender *s)
{
    s->wait.ms = 0;
    if (s->state == SENDER_WAITING) {
        s->state = s->loaded ? SENDER_READY : SENDER_EMPTY;
    } else if (s->state == SENDER_UNSURE) {
        frame_refused(s);
    } else if (sender_active(s)) {
        s->port->note(s->port->context, "no answer");
        end_transfer(s);
        try_later(s, BUSY_MS, ERROR_CLOSED);
    }
}

void sender_lost(struct sender *s)
{
    bool loaded = s->loaded;
    leave_transfer(s, SESSION_END_DISCONNECTED);
    if (loaded)
        finish(s, ERROR_CLOSED, 0);
    else
        set_state(s, SENDER_EMPTY, 0);
}

void sender_line_free(struct sender *s)
{
    s->attempts = 0;
    if (s->state == SENDER_READY || s->state == SENDER_WAITING)
        set_state(s, SENDER_WAITING, TURNAROUND_MS);
}
