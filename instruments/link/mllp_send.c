/* Sending; see the header for the invariants. */
#include "instruments/link/mllp_send.h"

#include "core/base/limits.h"
#include "instruments/link/mllp_block.h"

enum { ANSWER_MS = 15000, AGAIN_MS = 10000, MAX_TRIES = 3 };

void mllp_sender_init(struct mllp_sender *s, const struct link_port *port)
{
    *s = (struct mllp_sender) { .port = port };
    buffer_init(&s->block, LIMIT_MESSAGE + 3);
    buffer_init(&s->control_id, LIMIT_TEXT);
}

void mllp_sender_free(struct mllp_sender *s)
{
    buffer_free(&s->block);
    buffer_free(&s->control_id);
}

static void set_state(struct mllp_sender *s, enum mllp_sending state, unsigned ms)
{
    s->state = state;
    s->wait_ms = ms;
    s->fresh = true;
}

static void finish(struct mllp_sender *s, enum error how)
{
    set_state(s, MLLP_IDLE, 0);
    s->port->sent(s->port->context, how);
}

/* Which replies the message itself asks for. */
static void write_message(struct mllp_sender *s)
{
    struct span text = mllp_text(buffer_span(&s->block));
    struct hl7_header header;
    struct mllp_demand demand;

    s->tries++;
    if (hl7_header_read(text, &header) != ERROR_OK)
        return;
    demand = mllp_demand_read(text, &header);
    s->accept = demand.accept;
    s->application = demand.application || demand.query;
    set_state(s, MLLP_AWAITING, ANSWER_MS);
    s->port->write(s->port->context, buffer_span(&s->block));
    if (!s->accept && !s->application)
        finish(s, ERROR_OK);
}

enum error mllp_sender_send(struct mllp_sender *s, struct span text)
{
    struct hl7_header header;
    enum error e;

    if (s->state != MLLP_IDLE)
        return ERROR_BUSY;
    if (hl7_header_read(text, &header) != ERROR_OK || memchr(text.at, BYTE_VT, text.len) ||
        memchr(text.at, BYTE_FS, text.len))
        return ERROR_BAD_INPUT;
    buffer_clear(&s->block);
    buffer_clear(&s->control_id);
    e = mllp_compose(&s->block, text);
    if (e == ERROR_OK)
        e = buffer_put(&s->control_id, header.field[10]);
    if (e != ERROR_OK)
        return e;
    s->tries = 0;
    write_message(s);
    return ERROR_OK;
}

static void try_later(struct mllp_sender *s, unsigned ms, enum error last)
{
    if (s->tries >= MAX_TRIES)
        finish(s, last);
    else
        set_state(s, MLLP_LATER, ms);
}

static void take_code(struct mllp_sender *s, char kind, char outcome)
{
    if (outcome == 'E') {
        s->port->note(s->port->context, "message refused for now");
        try_later(s, AGAIN_MS, ERROR_IO);
    } else if (outcome == 'R') {
        s->port->note(s->port->context, "message rejected");
        finish(s, ERROR_IO);
    } else {
        s->accept = false;
        s->application = s->application && kind != 'A';
        if (s->application)
            set_state(s, MLLP_AWAITING, ANSWER_MS);
        else
            finish(s, ERROR_OK);
    }
}

static bool is_code(struct span code)
{
    return code.len == 2 && (code.at[0] == 'A' || code.at[0] == 'C') &&
           (code.at[1] == 'A' || code.at[1] == 'E' || code.at[1] == 'R');
}

bool mllp_sender_reply(struct mllp_sender *s, struct span text)
{
    struct span code, id;

    if (s->state != MLLP_AWAITING || !mllp_reply_read(text, &code, &id))
        return false;
    if (!span_equal(id, buffer_span(&s->control_id))) {
        s->port->note(s->port->context, "acknowledgement of another message");
        return false;
    }
    if (!is_code(code)) {
        s->port->note(s->port->context, "acknowledgement without a code");
        return false;
    }
    take_code(s, (char)code.at[0], (char)code.at[1]);
    return true;
}

void mllp_sender_expired(struct mllp_sender *s)
{
    s->wait_ms = 0;
    if (s->state == MLLP_LATER) {
        write_message(s);
    } else if (s->state == MLLP_AWAITING) {
        s->port->note(s->port->context, "no answer");
        if (s->tries >= MAX_TRIES)
            finish(s, ERROR_CLOSED);
        else
            write_message(s);
    }
}

void mllp_sender_lost(struct mllp_sender *s)
{
    if (s->state != MLLP_IDLE)
        finish(s, ERROR_CLOSED);
}
