/*
 * Bytes from another thread, and things to do a little later, on the test's own loop.
 */
#ifndef PHIAL_TESTS_CLINIC_QUEUE_H
#define PHIAL_TESTS_CLINIC_QUEUE_H

#include "core/base/span.h"

#include <uv.h>

struct device_queue;

struct queue_events {
    void *context;
    void (*heard)(void *context, struct span bytes); /* each piece as it was put, on the loop */
    void (*rest)(void *context);                     /* queue_wait: at once ... */
    void (*again)(void *context);                    /* ... and 20 ms later */
};

struct device_queue *queue_new(uv_loop_t *loop, const struct queue_events *events);
void queue_close(struct device_queue *q);
/* From any thread. */
void queue_put(struct device_queue *q, struct span bytes);
void queue_wait(struct device_queue *q);
/* Calls `what` with the context on the loop's next turn. */
void queue_later(struct device_queue *q, void (*what)(void *context));

#endif
