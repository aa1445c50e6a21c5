/*
 * The sending side of LIS01 (devices.md 5.1).
 *
 * Invariants:
 * - The whole message is remembered until its last frame is acknowledged or it is given up; a
 *   transfer that breaks off is begun again from its first frame.
 * - A frame that was refused is sent again, the same bytes with the same number, never skipped.
 * - One answer acknowledges one frame: after a byte that is no answer the line must first fall
 *   silent before the frame goes out again, so that no late ACK counts for the next frame.
 * - In contention the instrument has priority: the host waits 20 s and listens (LIS01-A2
 *   6.2.7.1), the instrument asks again after 1 s.
 * - EOT instead of ACK: the frame is accepted and the receiver wants to speak. The host stops,
 *   gives way for 15 s and then sends the whole message again (orders may come twice); an
 *   instrument finishes first (results must not) and then gives way.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_SENDER_H
#define PHIAL_INSTRUMENTS_LINK_SENDER_H

#include "instruments/link/framing.h"
#include "instruments/link/receiver.h"

struct sender_rules {
    bool instrument;
    bool etb_only;   /* ETB where ETX is meant: a simulated Contour meter */
    size_t max_text; /* of one frame */
};

enum sender_state {
    SENDER_EMPTY,   /* nothing to send */
    SENDER_READY,   /* bids as soon as the line is free */
    SENDER_WAITING, /* bids, or is empty, when the timer fires; listens meanwhile */
    SENDER_BIDDING, /* ENQ is out */
    SENDER_SENDING, /* a frame is out */
    SENDER_UNSURE,  /* something came that is no answer */
};

struct sender {
    const struct link_port *port;
    struct sender_rules rules;
    uint64_t *sessions;
    struct link_wait wait;
    enum sender_state state;
    bool loaded;
    bool interrupted; /* the receiver asked for the line */
    struct buffer text, frame;
    size_t at, next;   /* text of the frame that is out, and behind it */
    size_t kept;       /* text up to here was recorded by keep in this transfer */
    unsigned number;   /* of the frame that is out */
    unsigned tries;    /* of this frame */
    unsigned attempts; /* to bring the whole message over */
    uint64_t session;  /* 0 outside a transfer */
};

void sender_init(struct sender *s, const struct link_port *port, const struct sender_rules *rules,
                 uint64_t *sessions);
void sender_free(struct sender *s);
/* ERROR_BUSY; ERROR_BAD_INPUT when the text is empty or holds what LIS01 forbids; ERROR_TOO_BIG. */
enum error sender_load(struct sender *s, struct span text);
/* Writes ENQ; only when READY. */
void sender_bid(struct sender *s);
void sender_byte(struct sender *s, uint8_t byte);
void sender_expired(struct sender *s);
void sender_lost(struct sender *s);
/* A session of the other side is over: whatever was waited for is done, the line turns round. */
void sender_line_free(struct sender *s);

/* True while what arrives is an answer to the sender. */
static inline bool sender_active(const struct sender *s)
{
    return s->state >= SENDER_BIDDING;
}

#endif
