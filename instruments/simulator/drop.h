/*
 * Inside instruments/simulator: the other end of a folder, as a maker's program would be.
 *
 * A file is written under a hidden name and renamed, or slowly under its own. It was taken when it
 * lies in the folder `taken`.
 */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_DROP_H
#define PHIAL_INSTRUMENTS_SIMULATOR_DROP_H

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/span.h"

#include <stdbool.h>
#include <uv.h>

struct drop_events {
    void *context;
    /* The folder is there. */
    void (*up)(void *context);
    /* The newest file was taken. */
    void (*taken)(void *context);
};

struct drop;

enum error drop_open(uv_loop_t *loop, const char *path, const struct clock *clock,
                     const struct drop_events *events, struct drop **out, struct complaint *why);
/* ERROR_IO when the folder does not take it. */
enum error drop_put(struct drop *d, struct span bytes, bool slowly);
/* NULL is fine; the memory goes on one of the loop's next turns. */
void drop_close(struct drop *d);

#endif
