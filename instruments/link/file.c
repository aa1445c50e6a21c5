/*
 * Whole files: each read is one file, kept and only then acknowledged.
 *
 * Invariants:
 *   - a file is a session of its own with one message: its text;
 *   - one file is under way at a time, from feed until ACK or NAK is written for it; ACK means that
 *     every frame of it is on disk, and the transport may move the file away; after NAK it stays
 *     where it is and comes again;
 *   - a file below LIMIT_FRAME is kept byte for byte as one frame. A longer one is cut: a frame of
 *     exactly LIMIT_FRAME bytes that ends in ETB goes on in the next one, and the ETB is ours.
 *
 * As the instrument it sends one text as one file and waits for the answer.
 */
#include "core/base/limits.h"
#include "instruments/link/framing.h"
#include "instruments/link/link.h"

#include <stdlib.h>

enum { PIECE = LIMIT_FRAME - 1, ANSWER_MS = 60000 };

struct file {
    const struct link_port *port;
    bool instrument, awaiting; /* an answer */
    uint64_t session;
    struct buffer text;        /* of the file under way */
    size_t given, kept, waits; /* bytes given to keep, on disk in order; frames not settled */
    uint64_t first;            /* ticket of this file */
    bool busy, refused, giving;
};

static void *file_open(const struct link_options *options, const struct link_port *port)
{
    struct file *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->port = port;
    f->instrument = options->instrument;
    buffer_init(&f->text, LIMIT_MESSAGE);
    return f;
}

static void file_close(void *state)
{
    struct file *f = state;
    buffer_free(&f->text);
    free(f);
}

static void put_byte(struct file *f, uint8_t byte)
{
    f->port->write(f->port->context, span_of(&byte, 1));
}

static void refuse(struct file *f, const char *why)
{
    f->port->note(f->port->context, why);
    put_byte(f, BYTE_NAK);
}

static size_t piece_of(size_t rest)
{
    return rest > PIECE ? PIECE : rest;
}

/* Every frame of the file is answered. */
static void finish(struct file *f)
{
    struct span text = buffer_span(&f->text);
    void *context = f->port->context;
    if (f->giving || f->waits)
        return;
    f->busy = false;
    if (f->refused && f->given) {
        f->port->ended(context, f->session, SESSION_END_REFUSED, span_of(text.at, f->kept));
    } else if (!f->refused) {
        f->port->message(context, f->session, text);
        f->port->ended(context, f->session, SESSION_END_NORMAL, span_of(NULL, 0));
    }
    buffer_clear(&f->text);
    if (f->refused)
        refuse(f, "frame not kept");
    else
        put_byte(f, BYTE_ACK);
}

static enum error keep_piece(struct file *f, unsigned number)
{
    size_t rest = f->text.len - f->given, len = piece_of(rest);
    struct buffer frame;
    uint64_t ticket;
    enum error e;
    buffer_init(&frame, LIMIT_FRAME);
    e = buffer_put(&frame, span_of(f->text.at + f->given, len));
    if (e == ERROR_OK && len < rest)
        e = buffer_put_byte(&frame, BYTE_ETB);
    if (e == ERROR_OK) {
        f->given += len;
        f->waits++;
        ticket = f->port->keep(f->port->context, f->session, number, WIRE_FROM_INSTRUMENT,
                               buffer_span(&frame));
        if (number == 1)
            f->first = ticket;
    }
    buffer_free(&frame);
    return e;
}

static void take_file(struct file *f, struct span in)
{
    enum error e = ERROR_OK;
    if (buffer_put(&f->text, in) != ERROR_OK) {
        refuse(f, "file too large");
        return;
    }
    f->session++;
    f->busy = f->giving = true;
    f->refused = false;
    f->given = f->kept = f->waits = 0;
    for (unsigned number = 1; f->given < f->text.len && e == ERROR_OK; number++)
        e = keep_piece(f, number);
    f->refused = f->refused || e != ERROR_OK;
    f->giving = false;
    finish(f);
}

static void take_answer(struct file *f, struct span in)
{
    bool taken = in.at[in.len - 1] == BYTE_ACK;
    if (!f->awaiting || (!taken && in.at[in.len - 1] != BYTE_NAK))
        return;
    f->awaiting = false;
    f->port->arm(f->port->context, 0);
    f->port->sent(f->port->context, taken ? ERROR_OK : ERROR_IO);
}

static void file_feed(void *state, struct span in)
{
    struct file *f = state;
    if (f->instrument && in.len)
        take_answer(f, in);
    else if (in.len == 0)
        refuse(f, "empty file");
    else if (f->busy)
        refuse(f, "file out of turn");
    else
        take_file(f, in);
}

/* Tickets come back in order; one of before the line was lost is nobody's. What is kept behind one
 * that was refused is no beginning of the text any more. */
static void file_settled(void *state, uint64_t ticket, enum error kept)
{
    struct file *f = state;
    if (!f->busy || f->waits == 0 || (!f->giving && ticket < f->first))
        return;
    f->waits--;
    if (kept != ERROR_OK)
        f->refused = true;
    else if (!f->refused)
        f->kept += piece_of(f->text.len - f->kept);
    finish(f);
}

static void file_expired(void *state)
{
    struct file *f = state;
    if (!f->awaiting)
        return;
    f->awaiting = false;
    f->port->sent(f->port->context, ERROR_CLOSED);
}

static void file_lost(void *state)
{
    struct file *f = state;
    if (f->busy) {
        f->busy = false;
        f->port->ended(f->port->context, f->session, SESSION_END_DISCONNECTED,
                       span_of(f->text.at, f->kept));
        buffer_clear(&f->text);
    }
    if (f->awaiting) {
        f->port->arm(f->port->context, 0);
        file_expired(f);
    }
}

static enum error file_send(void *state, struct span text)
{
    struct file *f = state;
    if (!f->instrument)
        return ERROR_UNSUPPORTED; /* nobody reads what is put into the folder */
    if (f->awaiting)
        return ERROR_BUSY;
    f->awaiting = true;
    f->port->arm(f->port->context, ANSWER_MS);
    f->port->write(f->port->context, text);
    return ERROR_OK;
}

static enum error file_join(const struct link_options *options, struct span frame,
                            struct link_text *text, bool *whole)
{
    bool more = frame.len == LIMIT_FRAME && frame.at[frame.len - 1] == BYTE_ETB;
    (void)options;
    if (frame.len == 0 || frame.len > LIMIT_FRAME || (frame.len == LIMIT_FRAME && !more))
        return ERROR_BAD_INPUT;
    if (buffer_put(&text->text, span_of(frame.at, frame.len - more)) != ERROR_OK)
        return ERROR_TOO_BIG;
    *whole = !more;
    return ERROR_OK;
}

const struct link link_file = {
    "file",       file_open, file_close, file_feed, file_settled,
    file_expired, file_lost, file_send,  file_join,
};
