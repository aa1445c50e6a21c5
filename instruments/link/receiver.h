/*
 * The receiving side of LIS01 (devices.md 5.1).
 *
 * Invariants:
 * - A frame is acknowledged only after receiver_settled said ERROR_OK for it, or when it repeats
 *   the last accepted frame of the session, number and bytes.
 * - At most one frame waits for the disk. Whatever arrives meanwhile waits in `input`, in order,
 *   and is looked at afterwards; so an ENQ or EOT takes effect after the frame before it.
 * - A session's text, numbers and last frame are forgotten before another session begins.
 * - Bytes outside frames other than STX, ENQ and EOT have no effect but a note.
 * - An ENQ or EOT inside a frame takes effect only if the line then falls silent: a flipped bit
 *   makes either out of a letter, and an ACK for such an ENQ would be taken for the frame's.
 * - Nothing is written in answer to a frame that the sender has stopped waiting for: an ENQ behind
 *   it would take that answer for its own, and the answer to the ENQ for its first frame's.
 * - Never two answers where the sender waits for one: a bit that makes ENQ out of EOT, with the
 *   real ENQ right behind it, would put the sender one answer ahead for the rest of its session.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_RECEIVER_H
#define PHIAL_INSTRUMENTS_LINK_RECEIVER_H

#include "instruments/link/assembly.h"
#include "instruments/link/link.h"

/* A wish for the link's one timer: 0 none. `fresh` when it is to be armed anew. */
struct link_wait {
    unsigned ms;
    bool fresh;
};

struct receiver_rules {
    const unsigned *silence; /* how long to wait, stage after stage, for the next byte */
    size_t stages;
    bool asks_again;     /* between two stages NAK the silence: the last frame comes again */
    bool opens_by_frame; /* a frame begins a session without ENQ */
    bool etb_ends;       /* ETB says nothing about more to come */
};

enum receiver_phase { RECEIVER_IDLE, RECEIVER_OPEN, RECEIVER_KEEPING };

struct receiver {
    const struct link_port *port;
    const struct receiver_rules *rules;
    uint64_t *sessions; /* counter of the link, shared with the sender */
    struct link_wait wait;
    enum receiver_phase phase;
    struct framer framer;
    struct assembly assembly;
    struct buffer input; /* LIMIT_PENDING_INPUT at most */
    size_t at;           /* how much of input is done */
    uint64_t session;    /* 0 until a frame was given to keep */
    uint64_t ticket;
    uint64_t closed; /* sessions that are over, of whatever length */
    bool asking;     /* within port->keep */
    bool settled;    /* the answer came within port->keep */
    enum error answer;
    size_t stage;   /* of silence */
    bool quiet;     /* the timer waits for silence inside a frame */
    bool guard;     /* an ENQ just ended a session: another at once is not answered */
    bool slow;      /* the disk took longer than a sender waits */
    bool doubted;   /* the last answer came late or not at all: it may have been missed */
    bool damaged;   /* a frame was refused and no good one came since */
    bool overflow;  /* input was lost while waiting for the disk */
    unsigned first; /* number of the last session's first frame */
    bool noisy;     /* noise was noted already */
};

void receiver_init(struct receiver *r, const struct link_port *port,
                   const struct receiver_rules *rules, uint64_t *sessions);
void receiver_free(struct receiver *r);
void receiver_feed(struct receiver *r, struct span in);
void receiver_settled(struct receiver *r, uint64_t ticket, enum error kept);
void receiver_expired(struct receiver *r);
void receiver_lost(struct receiver *r);
/* Forgets half a frame of stray bytes: the line is the sender's now. Only when not busy. */
void receiver_yield(struct receiver *r);

/* True while a session is open or the receiver wants the timer. */
static inline bool receiver_busy(const struct receiver *r)
{
    return r->phase != RECEIVER_IDLE || r->wait.ms != 0;
}

#endif
