/* What every test of a transport counts, and its loop. */
#include "tests/support/port_bench.h"

#include "tests/unit/test.h"

#include <stdio.h>

static void on_waiting(void *context, const char *sentence)
{
    struct port_bench *b = context;
    b->waits++;
    (void)snprintf(b->sentence, sizeof b->sentence, "%s", sentence);
}

static void on_ready(void *context)
{
    struct port_bench *b = context;
    b->readies++;
}

static void on_up(void *context)
{
    struct port_bench *b = context;
    b->ups++;
}

static void on_down(void *context, const char *sentence, bool gone)
{
    struct port_bench *b = context;
    b->downs++;
    b->gone += gone;
    (void)snprintf(b->sentence, sizeof b->sentence, "%s", sentence);
}

void port_bench_open(struct port_bench *b, const char *name, const struct transport_line *line,
                     void (*on_bytes)(void *context, struct span in),
                     void (*on_note)(void *context, const char *what), struct transport **out)
{
    struct transport_events events = { b, on_waiting, on_ready, on_up, on_bytes, on_down, on_note };
    struct transport_port port;
    struct complaint why;

    assert_int_equal(transport_parse(name, &port, &why), ERROR_OK);
    assert_int_equal(transport_open(&b->loop, &port, line, -1, &events, out, &why), ERROR_OK);
}

int port_bench_close(struct port_bench *b)
{
    transport_close(b->transport);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&b->loop) == 0 ? 0 : -1;
}

static void on_time(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

void port_bench_run(struct port_bench *b, unsigned ms)
{
    uv_timer_t timer;

    (void)uv_timer_init(&b->loop, &timer);
    (void)uv_timer_start(&timer, on_time, ms, 0);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    (void)uv_run(&b->loop, UV_RUN_NOWAIT);
}

void port_bench_until(struct port_bench *b, const unsigned *counter, unsigned least)
{
    for (int i = 0; i < 250 && *counter < least; i++)
        port_bench_run(b, 20);
    if (*counter < least)
        fail_msg("it never came; the last sentence was: %s", b->sentence);
}
