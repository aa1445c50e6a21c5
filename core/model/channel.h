/*
 * The packets of wire.h over one SOCK_SEQPACKET socket, on a libuv loop.
 *
 * Both ends use it: core for each child, a child for core (descriptor 3), the command line for the
 * control socket. Every packet is read with recvmsg under uv_poll, because a uv_pipe cuts packets
 * silently; a packet that was cut (MSG_TRUNC) or does not fit its table ends the channel.
 *
 * Invariants: packets leave in the order they were given; a full socket is waited for, nothing is
 * dropped; at most LIMIT_CHANNEL_QUEUE bytes wait; `closed` is called at most once, never from
 * within channel_open or channel_send, and no event follows it or channel_close.
 */
#ifndef PHIAL_CORE_MODEL_CHANNEL_H
#define PHIAL_CORE_MODEL_CHANNEL_H

#include "core/model/wire.h"

#include <uv.h>

struct channel;

struct channel_events {
    void *context;
    /* A packet that fits its table, borrowed for the call. The channel may be closed in it. */
    void (*message)(void *context, const struct wire_message *m);
    /* Nothing more comes or goes: ERROR_CLOSED when the other side ended, ERROR_BAD_INPUT when it
     * sent what is no message of its side (end it), else what failed. `why` is a sentence without
     * data of the packet. The owner calls channel_close, here or later. */
    void (*closed)(void *context, enum error how, const struct complaint *why);
    /* Everything that waited is gone. May be NULL. */
    void (*drained)(void *context);
};

/* Takes `fd` over (made non-blocking and close-on-exec) also when it fails. `from` is the side
 * that sits at the other end; several sides may be or-ed together. `events` is copied. */
enum error channel_open(uv_loop_t *loop, int fd, enum wire_side from,
                        const struct channel_events *events, struct channel **out);
/* Finishes, sends and frees the writer, whatever happens. ERROR_FULL: too much waits already;
 * ERROR_CLOSED: the channel ended (its `closed` comes or came); else the writer's own error. */
enum error channel_send(struct channel *c, struct wire_writer *w);
/* The same for a finished packet, which is copied when it must wait. */
enum error channel_send_packet(struct channel *c, struct span packet);
/* Bytes that wait for room in the socket. A producer that can pause does so above half of
 * LIMIT_CHANNEL_QUEUE and goes on when `drained` is called. */
size_t channel_waiting(const struct channel *c);
/* Whether something that was sent has not been read at the other end. */
bool channel_unread(const struct channel *c);
/* Ends it: tries once to send what waits, closes the descriptor, frees the memory on the loop's
 * next turn. NULL is fine. */
void channel_close(struct channel *c);

#endif
