/* The queue: a list behind a lock, an async handle, two timers. */
#include "tests/clinic/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { REST_MS = 20, HANDLES = 3 };

struct piece {
    struct piece *next;
    size_t len;
    uint8_t bytes[];
};

struct device_queue {
    struct queue_events events;
    uv_async_t async;
    uv_timer_t rest, later;
    pthread_mutex_t lock;
    struct piece *first, **last;
    void (*what)(void *context);
    unsigned handles;
};

static struct piece *take_all(struct device_queue *q)
{
    struct piece *all;
    pthread_mutex_lock(&q->lock);
    all = q->first;
    q->first = NULL;
    q->last = &q->first;
    pthread_mutex_unlock(&q->lock);
    return all;
}

static void on_async(uv_async_t *async)
{
    struct device_queue *q = async->data;
    struct piece *p = take_all(q);
    while (p) {
        struct piece *next = p->next;
        q->events.heard(q->events.context, span_of(p->bytes, p->len));
        free(p);
        p = next;
    }
}

static void on_rest(uv_timer_t *timer)
{
    struct device_queue *q = timer->data;
    q->events.again(q->events.context);
}

static void on_later(uv_timer_t *timer)
{
    struct device_queue *q = timer->data;
    q->what(q->events.context);
}

struct device_queue *queue_new(uv_loop_t *loop, const struct queue_events *events)
{
    struct device_queue *q = calloc(1, sizeof *q);
    if (!q)
        abort();
    q->events = *events;
    q->last = &q->first;
    q->handles = HANDLES;
    pthread_mutex_init(&q->lock, NULL);
    (void)uv_async_init(loop, &q->async, on_async);
    (void)uv_timer_init(loop, &q->rest);
    (void)uv_timer_init(loop, &q->later);
    q->async.data = q->rest.data = q->later.data = q;
    return q;
}

static void on_closed(uv_handle_t *handle)
{
    struct device_queue *q = handle->data;
    struct piece *p;
    if (--q->handles)
        return;
    while ((p = q->first)) {
        q->first = p->next;
        free(p);
    }
    pthread_mutex_destroy(&q->lock);
    free(q);
}

void queue_close(struct device_queue *q)
{
    uv_close((uv_handle_t *)&q->async, on_closed);
    uv_close((uv_handle_t *)&q->rest, on_closed);
    uv_close((uv_handle_t *)&q->later, on_closed);
}

void queue_put(struct device_queue *q, struct span bytes)
{
    struct piece *p = malloc(sizeof *p + bytes.len);
    if (!p)
        abort();
    *p = (struct piece) { NULL, bytes.len };
    if (bytes.len)
        memcpy(p->bytes, bytes.at, bytes.len);
    pthread_mutex_lock(&q->lock);
    *q->last = p;
    q->last = &p->next;
    pthread_mutex_unlock(&q->lock);
    (void)uv_async_send(&q->async);
}

void queue_wait(struct device_queue *q)
{
    q->events.rest(q->events.context);
    (void)uv_timer_start(&q->rest, on_rest, REST_MS, 0);
}

void queue_later(struct device_queue *q, void (*what)(void *context))
{
    q->what = what;
    (void)uv_timer_start(&q->later, on_later, 0, 0);
}
