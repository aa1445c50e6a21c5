/*
 * One instrument: its port, its link and its profile, wired to core (DESIGN 1 and 2).
 *
 * Order, which is the promise: SETUP comes; the profile is read; the port is waited for and
 * opened; the process confines itself; READY goes to core; only then the first byte is read. When
 * the port is "decode:" there is none: what core kept and nobody decoded comes by DECODE.
 *
 * A worker ends when core is gone, when its port is gone, and when anything cannot be said to
 * core: core starts another, and decodes what this one kept and did not finish. It never drops a
 * record and goes on.
 */
#ifndef PHIAL_INSTRUMENTS_WORKER_H
#define PHIAL_INSTRUMENTS_WORKER_H

#include "core/base/clock.h"

#include <uv.h>

struct worker;

struct worker_options {
    int core;     /* the channel's descriptor, taken over */
    int listener; /* a listening socket, taken over when the port is a listener; else -1 */
    struct clock clock;
};

/* Begins on the loop; the worker ends by itself, and then the loop has nothing of it any more.
 * The memory stays until worker_free. */
enum error worker_open(uv_loop_t *loop, const struct worker_options *options, struct worker **out);
/* The exit status, once the loop has ended. */
int worker_status(const struct worker *w);
void worker_free(struct worker *w);

#endif
