/* The line between receiver and sender; see the header. */
#include "instruments/link/exchange.h"

void exchange_init(struct exchange *x, const struct link_port *port,
                   const struct receiver_rules *receiving, const struct sender_rules *sending)
{
    *x = (struct exchange) { .port = port };
    receiver_init(&x->receiver, port, receiving, &x->sessions);
    sender_init(&x->sender, port, sending, &x->sessions);
}

void exchange_free(struct exchange *x)
{
    receiver_free(&x->receiver);
    sender_free(&x->sender);
}

/* The timer goes to whom it belongs; what did not change is not armed again. */
static void arm(struct exchange *x)
{
    struct link_wait *wait = receiver_busy(&x->receiver) ? &x->receiver.wait : &x->sender.wait;

    if ((wait->fresh || x->armed != wait) && (wait->ms || x->running)) {
        x->running = wait->ms != 0;
        x->port->arm(x->port->context, wait->ms);
    }
    x->receiver.wait.fresh = x->sender.wait.fresh = false;
    x->armed = wait;
}

/* After each event: the line turns round, the sender bids, the timer is armed. */
static void rest(struct exchange *x)
{
    x->inside = false;
    if (x->receiver.phase == RECEIVER_IDLE && x->closed != x->receiver.closed) {
        x->closed = x->receiver.closed;
        sender_line_free(&x->sender);
    }
    if (x->sender.state == SENDER_READY && !receiver_busy(&x->receiver)) {
        receiver_yield(&x->receiver);
        sender_bid(&x->sender);
    }
    arm(x);
}

void exchange_feed(struct exchange *x, struct span in)
{
    x->inside = true;
    while (in.len && sender_active(&x->sender)) {
        sender_byte(&x->sender, *in.at);
        in = span_of(in.at + 1, in.len - 1);
    }
    receiver_feed(&x->receiver, in);
    rest(x);
}

void exchange_settled(struct exchange *x, uint64_t ticket, enum error kept)
{
    if (x->inside) { /* from within keep */
        receiver_settled(&x->receiver, ticket, kept);
        return;
    }
    x->inside = true;
    receiver_settled(&x->receiver, ticket, kept);
    rest(x);
}

void exchange_expired(struct exchange *x)
{
    x->inside = true;
    x->running = false;
    if (receiver_busy(&x->receiver))
        receiver_expired(&x->receiver);
    else
        sender_expired(&x->sender);
    rest(x);
}

void exchange_lost(struct exchange *x)
{
    x->inside = true;
    receiver_lost(&x->receiver);
    sender_lost(&x->sender);
    x->closed = x->receiver.closed;
    rest(x);
}

enum error exchange_send(struct exchange *x, struct span text)
{
    enum error e = sender_load(&x->sender, text);
    if (e == ERROR_OK && !x->inside)
        rest(x);
    return e;
}
