/* POCT1-A: documents to disk, then the acknowledgement; and the timer. See poct1a_talk.h. */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/link/poct1a_talk.h"

#include <stdlib.h>

static const struct talk_role *role_of(const struct link_options *options)
{
    return options->instrument ? &poct1a_device : &poct1a_host;
}

static void *poct1a_open(const struct link_options *options, const struct link_port *port)
{
    struct talk *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->port = port;
    t->options = *options;
    t->role = role_of(options);
    t->wrapped = options->instrument && options->framing.start == BYTE_VT;
    poct1a_inbox_init(&t->inbox, port);
    buffer_init(&t->hello, LIMIT_MESSAGE);
    buffer_init(&t->text, LIMIT_MESSAGE);
    buffer_init(&t->last, LIMIT_FRAME);
    buffer_init(&t->out, LIMIT_MESSAGE);
    buffer_init(&t->load, LIMIT_MESSAGE);
    return t;
}

static void poct1a_close(void *state)
{
    struct talk *t = state;
    poct1a_inbox_free(&t->inbox);
    buffer_free(&t->hello);
    buffer_free(&t->text);
    buffer_free(&t->last);
    buffer_free(&t->out);
    buffer_free(&t->load);
    free(t);
}

void talk_note(const struct talk *t, const char *what)
{
    t->port->note(t->port->context, what);
}

/* Writing */

static void write_document(struct talk *t, struct span document)
{
    struct buffer block;
    if (!t->wrapped) {
        t->port->write(t->port->context, document);
        return;
    }
    buffer_init(&block, LIMIT_MESSAGE);
    if (mllp_compose(&block, document) == ERROR_OK)
        t->port->write(t->port->context, buffer_span(&block));
    buffer_free(&block);
}

/* What we say is kept where it opens something; an acknowledgement is no news. */
static void put(struct talk *t, struct span document, bool await)
{
    if (await) {
        t->awaiting = true;
        if (document.at != t->out.at) {
            buffer_clear(&t->out);
            (void)buffer_put(&t->out, document);
        }
        if (t->session)
            (void)t->port->keep(t->port->context, t->session, ++t->number, WIRE_TO_INSTRUMENT,
                                document);
    }
    write_document(t, document);
}

void talk_put(struct talk *t, struct span document, bool await)
{
    put(t, document, await);
}

bool talk_say(struct talk *t, const char *root, const struct poct1a_item *items, size_t count,
              bool await)
{
    struct link_time now = t->port->now(t->port->context);
    struct buffer document;
    enum error e;
    buffer_init(&document, LIMIT_MESSAGE);
    e = poct1a_write(&document, root, ++t->control_id, now, items, count);
    if (e == ERROR_OK)
        put(t, buffer_span(&document), await);
    buffer_free(&document);
    return e == ERROR_OK;
}

static void say_acknowledged(struct talk *t, const char *type)
{
    const char *echo = t->peer.short_echo ? "control_id" : "ack_control_id";
    const struct poct1a_item items[] = { { "ACK", "type_cd", type },
                                         { "ACK", echo, t->view.control_id } };
    (void)talk_say(t, "ACK.R01", items, *t->view.control_id ? 2 : 1, false);
}

/* "Cannot be processed", for what is no document at all. */
static void say_escape(struct talk *t)
{
    const struct poct1a_item items[] = {
        { "ESC", "esc_control_id", t->view.control_id },
        { "ESC", "detail_cd", "OTH" },
        { "ESC", "note_txt", "The message is not well-formed." },
    };
    (void)talk_say(t, "ESC.R01", items, sizeof items / sizeof items[0], false);
}

/* Sessions */

void talk_end_session(struct talk *t, enum session_end how)
{
    uint64_t session = t->session;
    bool inside = t->inside, loaded = t->loaded && session;
    t->inside = true;
    t->session = 0;
    t->number = 0;
    t->awaiting = t->load_out = false;
    buffer_clear(&t->hello);
    buffer_clear(&t->last);
    t->role->over(t);
    if (session)
        t->port->ended(t->port->context, session, how, span_of(NULL, 0));
    if (loaded) /* nothing of this session goes into another */
        talk_sent(t, ERROR_CLOSED);
    t->inside = inside;
}

void talk_sent(struct talk *t, enum error how)
{
    t->loaded = t->load_out = t->refused = false;
    t->loaded_at = 0;
    buffer_clear(&t->load);
    t->port->sent(t->port->context, how);
}

bool talk_next_loaded(const struct talk *t, struct span *document)
{
    struct span rest = span_of(t->load.at + t->loaded_at, t->load.len - t->loaded_at);
    size_t len, blank = 0;
    if (!t->loaded || xml_split(rest, &len) != XML_WHOLE)
        return false;
    while (strchr(" \t\r\n", rest.at[blank]))
        blank++;
    *document = span_of(rest.at + blank, len - blank);
    return true;
}

/* Taking a document */

static void hand_on(struct talk *t)
{
    enum error e;
    buffer_clear(&t->text);
    e = buffer_put(&t->text, buffer_span(&t->hello));
    if (e == ERROR_OK)
        e = buffer_put(&t->text, t->view.document);
    if (e == ERROR_OK)
        t->port->message(t->port->context, t->session, buffer_span(&t->text));
    else
        talk_note(t, "message not decoded");
}

static void answer(struct talk *t)
{
    if (t->view.kind == POCT1A_MALFORMED)
        say_escape(t);
    else if (t->view.does & POCT1A_ACKNOWLEDGE)
        say_acknowledged(t, "AA");
}

static void accept(struct talk *t, struct span piece)
{
    buffer_clear(&t->last);
    if (t->view.kind != POCT1A_MALFORMED)
        (void)buffer_put(&t->last, piece);
    if (t->view.kind == POCT1A_HELLO)
        t->peer = t->view.peer;
    answer(t);
    if ((t->view.does & POCT1A_HAND_ON) && t->role->hands_on(&t->view))
        hand_on(t);
    t->role->taken(t, &t->view);
}

static void refuse(struct talk *t)
{
    talk_note(t, "frame not kept");
    if (t->view.kind == POCT1A_HELLO)
        buffer_clear(&t->hello);
    if (t->view.kind == POCT1A_MALFORMED)
        say_escape(t);
    else if (t->view.does & POCT1A_ACKNOWLEDGE)
        say_acknowledged(t, "AE");
}

static void finish(struct talk *t, enum error kept)
{
    struct span piece;
    t->keeping = false;
    t->ticket = 0;
    if (!poct1a_inbox_next(&t->inbox, &piece))
        return;
    (void)poct1a_unwrap(piece, &t->view.document); /* what arrived may have moved it */
    if (kept == ERROR_OK)
        accept(t, piece);
    else
        refuse(t);
    poct1a_inbox_drop(&t->inbox);
    if (t->overflow) {
        t->overflow = false;
        poct1a_inbox_clear(&t->inbox);
        talk_end_session(t, SESSION_END_REFUSED);
    }
}

static void keep(struct talk *t, struct span piece)
{
    uint64_t ticket;
    if (t->session == 0)
        t->session = ++t->sessions;
    t->keeping = t->asking = true;
    t->settled = false;
    ticket = t->port->keep(t->port->context, t->session, ++t->number, WIRE_FROM_INSTRUMENT, piece);
    t->asking = false;
    t->ticket = ticket;
    if (t->settled)
        finish(t, t->answer);
}

/* The last document once more: its acknowledgement was lost. */
static bool is_repeat(const struct talk *t, struct span piece)
{
    return t->session && (t->view.does & POCT1A_KEEP) && t->last.len &&
           t->view.kind != POCT1A_HELLO && span_equal(piece, buffer_span(&t->last));
}

static void take(struct talk *t, struct span piece)
{
    struct buffer hello;
    t->wrapped = poct1a_is_block(piece);
    buffer_init(&hello, LIMIT_MESSAGE);
    if (poct1a_view_read(piece, &t->view, &hello) != ERROR_OK) {
        t->view = (struct poct1a_view) { .kind = POCT1A_MALFORMED, .document = piece };
        talk_note(t, "no memory to read a document");
    }
    if (t->view.kind == POCT1A_MALFORMED)
        talk_note(t, "malformed document");
    if (t->view.kind == POCT1A_HELLO) {
        if (t->session)
            talk_end_session(t, SESSION_END_ENQUIRY);
        buffer_free(&t->hello);
        t->hello = hello;
        buffer_init(&hello, LIMIT_MESSAGE);
    }
    buffer_free(&hello);
    if (is_repeat(t, piece)) {
        talk_note(t, "repeated frame");
        answer(t);
        poct1a_inbox_drop(&t->inbox);
    } else if (t->view.does & POCT1A_KEEP) {
        keep(t, piece);
    } else {
        answer(t);
        t->role->taken(t, &t->view);
        poct1a_inbox_drop(&t->inbox);
    }
}

/* The timer */

static unsigned wait_wanted(const struct talk *t)
{
    unsigned timeout = talk_timeout(t);
    unsigned left = t->silent_ms < timeout ? timeout - t->silent_ms : 1;
    unsigned wanted = left;

    if (t->keeping)
        return 0;
    if (poct1a_inbox_damaged(&t->inbox))
        return POCT1A_QUIET_MS;
    if (t->awaiting || t->host.topic || t->device.waits)
        wanted = talk_patience(t);
    else if (!t->session)
        return 0;
    else if (t->host.continuous && t->silent_ms < timeout / 2)
        wanted = timeout / 2 - t->silent_ms;
    else if (t->peer.ends && t->host.ready && t->silent_ms < talk_patience(t))
        wanted = talk_patience(t) - t->silent_ms;
    return wanted < left || !t->session ? wanted : left;
}

static void set_timer(struct talk *t)
{
    unsigned wanted = wait_wanted(t);
    if (wanted == 0 && t->armed_ms == 0)
        return;
    t->armed_ms = wanted;
    t->port->arm(t->port->context, wanted);
}

/* What is to be said, and everything that has arrived, document after document. */
static void work(struct talk *t)
{
    struct span piece;
    t->inside = true;
    if (!t->keeping && !t->awaiting)
        t->role->next(t);
    while (!t->keeping && poct1a_inbox_next(&t->inbox, &piece)) {
        take(t, piece);
        if (!t->keeping && !t->awaiting)
            t->role->next(t);
    }
    t->inside = false;
    set_timer(t);
}

static void poct1a_expired(void *state)
{
    struct talk *t = state;
    t->silent_ms += t->armed_ms;
    t->armed_ms = 0;
    if (poct1a_inbox_damaged(&t->inbox)) {
        poct1a_inbox_silence(&t->inbox);
    } else if (t->session && t->silent_ms >= talk_timeout(t)) {
        talk_note(t, "silence");
        talk_end_session(t, SESSION_END_TIMEOUT);
    } else if (t->awaiting || t->host.topic || t->device.waits) {
        t->awaiting = false;
        t->inside = true;
        t->role->unanswered(t);
        t->inside = false;
    }
    work(t);
}

/* What is lost may have held the end of the session: it must not go on. */
static void lose_input(struct talk *t)
{
    talk_note(t, "input overflow");
    if (t->keeping) {
        t->overflow = true;
        return;
    }
    poct1a_inbox_clear(&t->inbox);
    if (t->session)
        talk_end_session(t, SESSION_END_REFUSED);
}

static void poct1a_feed(void *state, struct span in)
{
    enum { SLICE = 4096 };
    struct talk *t = state;
    t->silent_ms = 0;
    while (in.len && !t->overflow) {
        size_t len = in.len < SLICE ? in.len : SLICE;
        if (poct1a_inbox_put(&t->inbox, span_of(in.at, len)) != ERROR_OK)
            lose_input(t);
        work(t);
        in = span_of(in.at + len, in.len - len);
    }
}

static void poct1a_settled(void *state, uint64_t ticket, enum error kept)
{
    struct talk *t = state;
    if (t->asking) {
        t->settled = true;
        t->answer = kept;
        return;
    }
    if (!t->keeping || ticket != t->ticket)
        return; /* a document of a session that is over */
    t->inside = true;
    finish(t, kept);
    work(t);
}

static void poct1a_lost(void *state)
{
    struct talk *t = state;
    bool closing = t->host.closing;
    t->inside = true;
    t->keeping = false;
    t->ticket = 0;
    poct1a_inbox_clear(&t->inbox);
    talk_end_session(t, closing ? SESSION_END_NORMAL : SESSION_END_DISCONNECTED);
    t->peer = (struct poct1a_peer) { .timeout_ms = 0 };
    t->overflow = t->awaiting = false;
    t->silent_ms = 0;
    if (t->loaded)
        talk_sent(t, ERROR_CLOSED);
    t->inside = false;
    set_timer(t);
}

static enum error poct1a_send(void *state, struct span text)
{
    struct talk *t = state;
    size_t len;
    enum error e;
    if (t->loaded)
        return ERROR_BUSY;
    if (xml_split(text, &len) != XML_WHOLE)
        return ERROR_BAD_INPUT;
    e = buffer_put(&t->load, text);
    if (e != ERROR_OK)
        return e;
    t->loaded = true;
    t->loaded_at = 0;
    if (!t->inside)
        work(t);
    return ERROR_OK;
}

/* A frame of the journal: what hand_on would have handed on. */
static enum error poct1a_join(const struct link_options *options, struct span frame,
                              struct link_text *text, bool *whole)
{
    struct poct1a_view view;
    struct buffer hello;
    enum error e;

    const struct talk_role *role = role_of(options);

    *whole = false;
    if (frame.len == 0)
        return ERROR_BAD_INPUT;
    buffer_init(&hello, LIMIT_MESSAGE);
    e = poct1a_view_read(frame, &view, &hello);
    if (e == ERROR_OK && view.kind == POCT1A_HELLO) {
        link_text_clear(text);
        e = buffer_put(&text->text, buffer_span(&hello));
        text->head = text->text.len;
    }
    buffer_free(&hello);
    if (e != ERROR_OK || !(view.does & POCT1A_HAND_ON) || !role->hands_on(&view))
        return e;
    e = buffer_put(&text->text, view.document);
    *whole = e == ERROR_OK;
    return e;
}

const struct link link_poct1a = {
    .name = "poct1a",
    .open = poct1a_open,
    .close = poct1a_close,
    .feed = poct1a_feed,
    .settled = poct1a_settled,
    .expired = poct1a_expired,
    .lost = poct1a_lost,
    .send = poct1a_send,
    .join = poct1a_join,
};
