/*
 * Telling the service manager: ready, still turning, stopping (sd_notify(3), the protocol of
 * NOTIFY_SOCKET: one datagram of lines NAME=VALUE).
 *
 * The watchdog is fed by a timer of core's own loop, twice in each period that the manager grants:
 * a loop that hangs feeds nothing, and the manager starts Phial again. Where nobody asks to be told
 * (no NOTIFY_SOCKET), nothing happens.
 */
#ifndef PHIAL_CORE_DAEMON_NOTIFY_H
#define PHIAL_CORE_DAEMON_NOTIFY_H

#include "core/base/error.h"

#include <uv.h>

struct notify {
    int fd; /* connected to the manager, or -1 */
    uv_timer_t feed;
};

/* Reads the environment and takes what it says out of it, so that no child can speak for core. */
void notify_open(struct notify *n, uv_loop_t *loop);
/* What is served; from now on the watchdog is fed. */
void notify_ready(struct notify *n, const char *serving);
void notify_stopping(struct notify *n);
/* The loop must still run once. */
void notify_close(struct notify *n);

#endif
