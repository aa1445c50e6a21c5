/*
 * Whole files: each read is one file, kept and only then acknowledged.
 *
 * Invariants:
 *   - a file is a session of its own with one message: its text;
 *   - one file is under way at a time, from feed until ACK or NAK is written for it; ACK means that
 *     every frame of it is on disk, and the transport may move the file away; after NAK it stays
 *     where it is and comes again;
 *   - a text below LIMIT_FRAME is kept byte for byte as one frame. A longer one is cut: a frame of
 *     exactly LIMIT_FRAME bytes that ends in ETB goes on in the next one, and the ETB is ours;
 *   - with the option whole_files the frames hold the file and nothing else: each has LIMIT_FRAME
 *     bytes, and a shorter one ends the file, as on a USB pipe; it is empty when nothing is left;
 *   - at most FRAMES_AHEAD frames wait for the disk.
 *
 * As the instrument it sends one text as one file and waits for the answer.
 */
#include "core/base/limits.h"
#include "instruments/link/framing.h"
#include "instruments/link/link.h"

#include <stdlib.h>

enum { FRAMES_AHEAD = 16, ANSWER_MS = 60000 };

struct file {
    const struct link_port *port;
    bool instrument, awaiting; /* an answer */
    bool bare;                 /* no byte of ours in the frames */
    uint64_t session;
    struct buffer text;        /* of the file under way */
    size_t given, kept, waits; /* bytes given to keep, on disk in order; frames not settled */
    uint64_t first;            /* ticket of this file */
    unsigned frames;           /* given */
    bool busy, refused, giving;
    bool all; /* of it is given */
};

static void *file_open(const struct link_options *options, const struct link_port *port)
{
    struct file *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->port = port;
    f->instrument = options->instrument;
    f->bare = options->whole_files;
    buffer_init(&f->text, f->bare ? LIMIT_ECG_FILE : LIMIT_MESSAGE);
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

/* How much of what is left the next frame holds. */
static size_t piece_of(const struct file *f, size_t rest)
{
    size_t most = f->bare ? LIMIT_FRAME : LIMIT_FRAME - 1;
    return rest > most ? most : rest;
}

/* Whether a piece is the file's last. */
static bool is_last(const struct file *f, size_t piece, size_t rest)
{
    return f->bare ? piece < LIMIT_FRAME : piece == rest;
}

/* A large file does not stay in memory while nothing comes. */
static void drop_text(struct file *f)
{
    if (f->bare)
        buffer_free(&f->text);
    else
        buffer_clear(&f->text);
}

/* Every frame of the file is answered. */
static void finish(struct file *f)
{
    struct span text = buffer_span(&f->text);
    void *context = f->port->context;
    f->busy = false;
    if (f->refused && f->given) {
        f->port->ended(context, f->session, SESSION_END_REFUSED, span_of(text.at, f->kept));
    } else if (!f->refused) {
        f->port->message(context, f->session, text);
        f->port->ended(context, f->session, SESSION_END_NORMAL, span_of(NULL, 0));
    }
    drop_text(f);
    if (f->refused)
        refuse(f, "frame not kept");
    else
        put_byte(f, BYTE_ACK);
}

static enum error keep_piece(struct file *f)
{
    size_t rest = f->text.len - f->given, len = piece_of(f, rest);
    bool last = is_last(f, len, rest);
    struct buffer frame;
    uint64_t ticket;
    enum error e;
    buffer_init(&frame, LIMIT_FRAME);
    e = buffer_put(&frame, span_of(f->text.at + f->given, len));
    if (e == ERROR_OK && !last && !f->bare)
        e = buffer_put_byte(&frame, BYTE_ETB);
    if (e == ERROR_OK) {
        f->given += len;
        f->waits++;
        f->all = last;
        ticket = f->port->keep(f->port->context, f->session, ++f->frames, WIRE_FROM_INSTRUMENT,
                               len ? buffer_span(&frame) : span_of(f->text.at, 0));
        if (f->frames == 1)
            f->first = ticket;
    }
    buffer_free(&frame);
    return e;
}

/* Gives what may be given; the end when there is no more to give and nothing to wait for. A frame
 * may be settled within keep: then this call goes on, not that one. */
static void go_on(struct file *f)
{
    if (f->giving)
        return;
    f->giving = true;
    while (!f->all && !f->refused && f->waits < FRAMES_AHEAD)
        if (keep_piece(f) != ERROR_OK)
            f->refused = true;
    f->giving = false;
    if (f->waits == 0)
        finish(f);
}

static void take_file(struct file *f, struct span in)
{
    if (buffer_put(&f->text, in) != ERROR_OK) {
        refuse(f, "file too large");
        return;
    }
    f->session++;
    f->busy = true;
    f->refused = f->all = false;
    f->given = f->kept = f->waits = 0;
    f->frames = 0;
    go_on(f);
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
        f->kept += piece_of(f, f->text.len - f->kept);
    go_on(f);
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
        drop_text(f);
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
    bool full = frame.len == LIMIT_FRAME, bare = options->whole_files;
    bool marked = full && !bare && frame.at[frame.len - 1] == BYTE_ETB;
    if (frame.len > LIMIT_FRAME || (!bare && (frame.len == 0 || (full && !marked))))
        return ERROR_BAD_INPUT;
    if (buffer_put(&text->text, span_of(frame.at, frame.len - marked)) != ERROR_OK)
        return ERROR_TOO_BIG;
    *whole = !full;
    return ERROR_OK;
}

const struct link link_file = {
    .name = "file",
    .open = file_open,
    .close = file_close,
    .feed = file_feed,
    .settled = file_settled,
    .expired = file_expired,
    .lost = file_lost,
    .send = file_send,
    .join = file_join,
};
