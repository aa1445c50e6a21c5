/*
 * Both sides of one half-duplex line: a receiver and a sender that share its bytes and its timer.
 *
 * Invariants: at most one of the two is in a session. What arrives belongs to the sender while it
 * awaits an answer, else to the receiver. The timer is the receiver's while that is busy, else the
 * sender's. port->arm is called at most once for an event, after everything else, and only then
 * does the sender bid: all that had arrived was looked at before.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_EXCHANGE_H
#define PHIAL_INSTRUMENTS_LINK_EXCHANGE_H

#include "instruments/link/receiver.h"
#include "instruments/link/sender.h"

struct exchange {
    const struct link_port *port;
    struct receiver receiver;
    struct sender sender;
    uint64_t sessions;
    bool inside;                   /* an event is being worked at */
    uint64_t closed;               /* sessions of the receiver that the sender knows to be over */
    const struct link_wait *armed; /* whose timer was armed last */
    bool running;                  /* and has not fired */
};

void exchange_init(struct exchange *x, const struct link_port *port,
                   const struct receiver_rules *receiving, const struct sender_rules *sending);
void exchange_free(struct exchange *x);
void exchange_feed(struct exchange *x, struct span in);
void exchange_settled(struct exchange *x, uint64_t ticket, enum error kept);
void exchange_expired(struct exchange *x);
void exchange_lost(struct exchange *x);
enum error exchange_send(struct exchange *x, struct span text);

/* True when nobody wants the timer. */
static inline bool exchange_idle(const struct exchange *x)
{
    return !receiver_busy(&x->receiver) && x->sender.wait.ms == 0;
}

#endif
