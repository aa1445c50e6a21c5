/* Receiving: bytes to frames, frames to disk, then the acknowledgement. See the header. */
#include "instruments/link/receiver.h"

#include "core/base/limits.h"

enum {
    GUARD_MS = 1000, /* far above the time that an answer is under way */
    QUIET_MS = 2000, /* silence after ENQ or EOT inside a frame, or for a missing CR */
    /* A sender gives up 15 s after its frame (LIS01-A2 6.5.2.3); with an answer faster than this,
     * its EOT then comes later than the first stage of silence. */
    SLOW_DISK_MS = 4500,
    INPUT_SLICE = 4096,
};

void receiver_init(struct receiver *r, const struct link_port *port,
                   const struct receiver_rules *rules, uint64_t *sessions)
{
    *r = (struct receiver) { .port = port, .rules = rules, .first = 1 };
    r->sessions = sessions;
    framer_init(&r->framer);
    assembly_init(&r->assembly);
    buffer_init(&r->input, LIMIT_PENDING_INPUT);
}

void receiver_free(struct receiver *r)
{
    framer_free(&r->framer);
    assembly_free(&r->assembly);
    buffer_free(&r->input);
}

static void note(const struct receiver *r, const char *what)
{
    r->port->note(r->port->context, what);
}

static void set_wait(struct receiver *r, unsigned ms)
{
    r->wait = (struct link_wait) { .ms = ms, .fresh = true };
}

/* From now on the instrument has the first stage of silence. */
static void await_instrument(struct receiver *r)
{
    r->stage = 0;
    r->quiet = r->guard = false;
    set_wait(r, r->rules->silence[0]);
}

static void reply(struct receiver *r, uint8_t byte)
{
    r->port->write(r->port->context, span_of(&byte, 1));
    r->doubted = false;
    await_instrument(r);
}

static void refuse_frame(struct receiver *r, const char *what)
{
    note(r, what);
    r->damaged = true;
    reply(r, BYTE_NAK);
}

static void open_session(struct receiver *r)
{
    assembly_clear(&r->assembly);
    r->phase = RECEIVER_OPEN;
    r->session = 0;
    r->damaged = r->doubted = r->noisy = r->slow = false;
    await_instrument(r);
}

static void hand_on_message(struct receiver *r)
{
    r->port->message(r->port->context, r->session, buffer_span(&r->assembly.text));
    assembly_handed_on(&r->assembly);
}

/* Ends the session. Only for NORMAL is the text that is left a message. */
static void close_session(struct receiver *r, enum session_end how)
{
    struct span rest = { NULL, 0 };
    framer_reset(&r->framer);
    r->phase = RECEIVER_IDLE;
    r->quiet = r->guard = false;
    r->closed++;
    set_wait(r, 0);
    if (assembly_has_rest(&r->assembly)) {
        if (how == SESSION_END_NORMAL)
            hand_on_message(r);
        else
            rest = buffer_span(&r->assembly.text);
    }
    if (r->session)
        r->port->ended(r->port->context, r->session, how, rest);
    assembly_clear(&r->assembly);
    r->session = 0;
}

/* How a session ends at EOT; the reasons stand in link.h. */
static enum session_end how_ended(const struct receiver *r)
{
    if (r->damaged)
        return SESSION_END_REFUSED;
    if (r->stage > 0 || r->doubted)
        return SESSION_END_UNANSWERED;
    if (r->assembly.more && !r->rules->etb_ends && assembly_has_rest(&r->assembly))
        return SESSION_END_UNANSWERED;
    return SESSION_END_NORMAL;
}

static void take_end(struct receiver *r)
{
    if (r->phase == RECEIVER_OPEN)
        close_session(r, how_ended(r));
}

/* The next byte in input that is a control, or 0; *next begins with it. */
static uint8_t next_control(struct span *next)
{
    while (next->len && *next->at != BYTE_STX && *next->at != BYTE_ENQ && *next->at != BYTE_EOT)
        *next = span_of(next->at + 1, next->len - 1);
    return next->len ? *next->at : 0;
}

/* Enquiries pile up in a connection that nobody has accepted yet. One that was given up is not
 * answered: its sender would take the answer for that to a frame which is not on disk. */
static bool answer_enquiry(struct receiver *r)
{
    struct span next = span_of(r->input.at + r->at, r->input.len - r->at);
    uint8_t control = next_control(&next);

    if (control == BYTE_ENQ || control == BYTE_EOT) {
        note(r, "late answer");
        return false;
    }
    reply(r, BYTE_ACK);
    return true;
}

static void take_enquiry(struct receiver *r)
{
    bool began;
    if (r->phase == RECEIVER_OPEN && r->rules->opens_by_frame && r->assembly.accepted == 1)
        return; /* devices.md 3.17: ENQ behind the header's frame; that frame is answered */
    if (r->guard) {
        note(r, "second enquiry");
        set_wait(r, GUARD_MS);
        return;
    }
    began = r->phase == RECEIVER_OPEN && r->assembly.accepted;
    if (r->phase == RECEIVER_OPEN)
        close_session(r, SESSION_END_ENQUIRY);
    open_session(r);
    if (answer_enquiry(r) && began) {
        r->guard = true;
        set_wait(r, GUARD_MS);
    }
}

static void take_noise(struct receiver *r, uint8_t byte)
{
    if (byte == BYTE_CR || byte == BYTE_LF || r->noisy)
        return;
    r->noisy = true;
    note(r, "noise");
}

/* Does the sender still wait for an answer to the frame in the framer? One that has sent ENQ since
 * does not. After a slow disk it may have given up, or may have sent the frame once more: that
 * gets the one answer that it waits for. */
static bool sender_waits(const struct receiver *r)
{
    struct span next = span_of(r->input.at + r->at, r->input.len - r->at);
    size_t same = r->framer.bytes.len;
    uint8_t control = next_control(&next);

    if (control == BYTE_EOT && !r->slow) {
        next = span_of(next.at + 1, next.len - 1);
        return next_control(&next) != BYTE_ENQ;
    }
    if (control != BYTE_STX)
        return control == 0;
    if (same > next.len)
        same = next.len;
    return !r->slow || memcmp(next.at, r->framer.bytes.at, same) != 0;
}

static void answer_frame(struct receiver *r, uint8_t byte)
{
    bool waits = r->settled || sender_waits(r); /* settled at once: no time has passed */
    if (waits) {
        reply(r, byte);
    } else {
        note(r, "late answer");
        await_instrument(r);
    }
    r->doubted = r->slow || !waits;
}

static void frame_refused(struct receiver *r)
{
    note(r, "frame not kept");
    assembly_undo(&r->assembly);
    r->damaged = true;
    answer_frame(r, BYTE_NAK);
    framer_reset(&r->framer);
}

static void frame_kept(struct receiver *r)
{
    struct frame_view view = framer_view(&r->framer);
    bool whole = false;

    if (assembly_accept(&r->assembly, &view, buffer_span(&r->framer.bytes), &whole) != ERROR_OK) {
        frame_refused(r);
        return;
    }
    r->damaged = false;
    if (r->assembly.accepted == 1)
        r->first = view.number;
    answer_frame(r, BYTE_ACK);
    framer_reset(&r->framer);
    if (whole)
        hand_on_message(r);
}

static void take_answer(struct receiver *r, enum error kept)
{
    r->phase = RECEIVER_OPEN;
    r->ticket = 0;
    if (kept == ERROR_OK)
        frame_kept(r);
    else
        frame_refused(r);
    r->slow = false;
    if (r->overflow) {
        r->overflow = false;
        close_session(r, SESSION_END_REFUSED);
    }
}

static void keep_frame(struct receiver *r, const struct frame_view *view)
{
    uint64_t ticket;
    if (assembly_try(&r->assembly, view) != ERROR_OK) {
        refuse_frame(r, "message too long");
        return;
    }
    if (r->session == 0)
        r->session = ++*r->sessions;
    r->phase = RECEIVER_KEEPING;
    r->settled = r->slow = false;
    set_wait(r, SLOW_DISK_MS);
    r->asking = true;
    ticket = r->port->keep(r->port->context, r->session, view->number, WIRE_FROM_INSTRUMENT,
                           buffer_span(&r->framer.bytes));
    r->asking = false;
    r->ticket = ticket;
    if (r->settled)
        take_answer(r, r->answer);
}

/* A meter that begins again with its header, without ENQ, after a session that broke off. */
static bool begins_again(const struct receiver *r, const struct frame_view *view)
{
    const struct buffer *text = &r->assembly.text;
    bool at_record = text->len == 0 || text->at[text->len - 1] == BYTE_CR;
    return r->rules->opens_by_frame && at_record && view->number == 1 && view->text.len &&
           view->text.at[0] == 'H';
}

/* The first frame of a session may have any number, but not when one before it was refused: then
 * it is the second, sent by somebody who took our NAK for its answer. */
static bool first_is_missing(const struct receiver *r, const struct frame_view *view)
{
    return r->assembly.accepted == 0 && r->damaged && view->number != 1 && view->number != r->first;
}

static void take_frame(struct receiver *r)
{
    struct frame_view view = framer_view(&r->framer);
    enum assembly_verdict verdict =
        assembly_judge(&r->assembly, &view, buffer_span(&r->framer.bytes));

    if (first_is_missing(r, &view))
        verdict = ASSEMBLY_WRONG;
    if (verdict == ASSEMBLY_NEXT) {
        keep_frame(r, &view);
    } else if (verdict == ASSEMBLY_REPEAT) {
        note(r, "repeated frame");
        r->damaged = false;
        reply(r, BYTE_ACK);
    } else {
        refuse_frame(r, verdict == ASSEMBLY_REUSED ? "frame number reused" : "frame number");
    }
}

/* The header of a new session behind an open one: the frame survives the change of session. */
static void change_session(struct receiver *r)
{
    struct framer header = r->framer;
    framer_init(&r->framer);
    close_session(r, SESSION_END_ENQUIRY);
    open_session(r);
    framer_free(&r->framer);
    r->framer = header;
}

static bool must_change_session(const struct receiver *r)
{
    struct frame_view view = framer_view(&r->framer);
    return begins_again(r, &view) &&
           (assembly_judge(&r->assembly, &view, buffer_span(&r->framer.bytes)) > ASSEMBLY_REPEAT ||
            r->assembly.accepted >= FRAME_NUMBERS);
}

static void take_whole(struct receiver *r)
{
    if (r->phase == RECEIVER_IDLE) { /* neutral: no answer (devices.md 5.1) */
        note(r, "frame outside a session");
        framer_reset(&r->framer);
        return;
    }
    if (must_change_session(r))
        change_session(r);
    take_frame(r);
    if (r->phase != RECEIVER_KEEPING)
        framer_reset(&r->framer);
}

static void take_bad(struct receiver *r)
{
    if (r->phase == RECEIVER_IDLE)
        note(r, "frame outside a session");
    else
        refuse_frame(r, r->framer.what);
    framer_reset(&r->framer);
}

static void begin_frame(struct receiver *r)
{
    if (r->phase == RECEIVER_IDLE && r->rules->opens_by_frame)
        open_session(r);
    framer_begin(&r->framer);
}

static void take_outside(struct receiver *r, uint8_t byte)
{
    framer_reset(&r->framer);
    switch (byte) {
    case BYTE_STX:
        begin_frame(r);
        break;
    case BYTE_ENQ:
        take_enquiry(r);
        break;
    case BYTE_EOT:
        take_end(r);
        break;
    default:
        take_noise(r, byte);
    }
}

static bool is_control(uint8_t byte)
{
    return byte == BYTE_ENQ || byte == BYTE_EOT;
}

static void take_byte(struct receiver *r, uint8_t byte)
{
    enum frame_verdict verdict;
    if (!framer_inside(&r->framer) ||
        (framer_empty(&r->framer) && (is_control(byte) || byte == BYTE_STX))) {
        take_outside(r, byte);
        return;
    }
    verdict = framer_put(&r->framer, byte);
    if (verdict == FRAME_WHOLE)
        take_whole(r);
    else if (verdict == FRAME_BAD)
        take_bad(r);
}

/* The timer while a frame is under way: bytes prove that the line lives, until there are too many
 * for a frame; and after a byte that may have been meant as a control, silence decides. */
static void rest_inside_frame(struct receiver *r)
{
    bool ask = is_control(r->framer.tail[1]) || r->framer.stage == FRAMER_END;
    if (ask) {
        r->quiet = true;
        set_wait(r, QUIET_MS);
    } else if (r->phase == RECEIVER_IDLE) {
        r->quiet = false;
        if (r->wait.ms)
            set_wait(r, 0);
    } else if (!r->framer.overlong || r->quiet) {
        await_instrument(r);
    }
}

static void drain(struct receiver *r)
{
    while (r->at < r->input.len && r->phase != RECEIVER_KEEPING)
        take_byte(r, r->input.at[r->at++]);
    buffer_drop(&r->input, r->at);
    r->at = 0;
    if (r->phase == RECEIVER_KEEPING)
        return;
    if (framer_inside(&r->framer)) {
        rest_inside_frame(r);
    } else if (r->quiet) { /* a stray frame is over */
        r->quiet = false;
        set_wait(r, 0);
    }
}

/* What is lost may have held the end of the session: it must not go on. */
static void lose_input(struct receiver *r)
{
    note(r, "input overflow");
    buffer_clear(&r->input);
    if (r->phase == RECEIVER_KEEPING)
        r->overflow = true;
    else if (r->phase == RECEIVER_OPEN)
        close_session(r, SESSION_END_REFUSED);
}

void receiver_feed(struct receiver *r, struct span in)
{
    while (in.len && !r->overflow) {
        size_t len = in.len < INPUT_SLICE ? in.len : INPUT_SLICE;
        if (buffer_put(&r->input, span_of(in.at, len)) != ERROR_OK)
            lose_input(r);
        if (r->phase != RECEIVER_KEEPING)
            drain(r);
        in = span_of(in.at + len, in.len - len);
    }
}

void receiver_settled(struct receiver *r, uint64_t ticket, enum error kept)
{
    if (r->asking) {
        r->settled = true;
        r->answer = kept;
        return;
    }
    if (r->phase != RECEIVER_KEEPING || ticket != r->ticket)
        return; /* a frame of a session that is over */
    take_answer(r, kept);
    drain(r);
}

/* Silence inside a frame: what came last was meant as it reads. */
static void quiet_expired(struct receiver *r)
{
    uint8_t before = r->framer.tail[0], last = r->framer.tail[1];
    r->quiet = false;
    if (r->phase == RECEIVER_IDLE)
        set_wait(r, 0);
    if (r->framer.stage == FRAMER_END) {
        take_byte(r, BYTE_CR);
        return;
    }
    note(r, "half a frame");
    framer_reset(&r->framer);
    r->damaged = true;
    if (before == BYTE_EOT && last == BYTE_ENQ)
        take_end(r);
    take_outside(r, last);
}

static void silence_expired(struct receiver *r)
{
    r->stage++;
    if (r->stage == r->rules->stages) {
        note(r, "silence");
        close_session(r, SESSION_END_TIMEOUT);
        return;
    }
    if (r->rules->asks_again && (r->assembly.accepted || r->damaged)) {
        uint8_t nak = BYTE_NAK;
        framer_reset(&r->framer);
        r->port->write(r->port->context, span_of(&nak, 1));
    }
    set_wait(r, r->rules->silence[r->stage]);
}

void receiver_expired(struct receiver *r)
{
    r->wait.ms = 0;
    if (r->phase == RECEIVER_KEEPING)
        r->slow = true;
    else if (r->guard)
        await_instrument(r);
    else if (r->quiet)
        quiet_expired(r);
    else if (r->phase == RECEIVER_OPEN)
        silence_expired(r);
}

void receiver_lost(struct receiver *r)
{
    if (r->phase == RECEIVER_KEEPING)
        assembly_undo(&r->assembly);
    if (r->phase != RECEIVER_IDLE)
        close_session(r, SESSION_END_DISCONNECTED);
    framer_reset(&r->framer);
    buffer_clear(&r->input);
    r->at = 0;
    r->ticket = 0;
    r->overflow = r->slow = r->quiet = r->guard = false;
    set_wait(r, 0);
}

void receiver_yield(struct receiver *r)
{
    framer_reset(&r->framer);
    r->noisy = false;
}
