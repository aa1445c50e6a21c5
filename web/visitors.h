/*
 * Who is connected: those that showed a session, and strangers.
 *
 * Anybody who can reach the port can connect, and connect again, and send slowly. So a connection
 * that has not been answered with a session behind it is a stranger's: it is closed after a while
 * whatever it is doing. When strangers become many, the oldest is closed of those who come from
 * where most come from, so that a person's browser, at a place of its own, always finds room; but
 * only so many in a second: a flood then waits in the kernel's queue, a third of a second long, and
 * costs no more of the processor. A connection with a session is left alone.
 */
#ifndef PHIAL_WEB_VISITORS_H
#define PHIAL_WEB_VISITORS_H

#include "core/base/clock.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <uv.h>

enum {
    VISITORS_MOST = 512,      /* connections */
    VISITORS_STRANGERS = 384, /* of them, strangers */
    VISITORS_STRANGER_SECONDS = 15,
    VISITORS_ORIGINS = 256, /* that are told apart */
};

struct visitor {
    struct visitor *next, **place; /* in the list of strangers, the oldest first */
    struct MHD_Connection *connection;
    int64_t since;
    uint8_t origin;
    bool known;
};

struct visitors {
    struct clock clock;
    uv_timer_t timer; /* runs while there are strangers */
    struct visitor *strangers, **end;
    size_t count;                      /* of strangers */
    unsigned counts[VISITORS_ORIGINS]; /* of them, by where they come from */
    uint64_t salt;                     /* nobody outside knows who shares a count with whom */
};

enum error visitors_open(struct visitors *v, uv_loop_t *loop, struct clock clock,
                         struct entropy entropy);
/* MHD_OPTION_NOTIFY_CONNECTION, with the struct visitors as context. */
void visitors_notify(void *context, struct MHD_Connection *connection, void **place,
                     enum MHD_ConnectionNotificationCode what);
/* The connection's request was answered for somebody with a session. */
void visitors_know(struct visitors *v, struct MHD_Connection *connection);

#endif
