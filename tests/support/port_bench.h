/*
 * A transport under test: its loop, what it told so far, and how to wait for more. A test puts this
 * as the first member of its own bench and gives its own on_bytes and on_note.
 */
#ifndef PHIAL_TESTS_SUPPORT_PORT_BENCH_H
#define PHIAL_TESTS_SUPPORT_PORT_BENCH_H

#include "instruments/transport/transport.h"

struct port_bench {
    uv_loop_t loop;
    struct transport *transport;
    unsigned waits, readies, ups, downs, gone;
    char sentence[512]; /* the last one */
};

/* Closes the transport and the loop; -1 when a handle was left open. */
int port_bench_close(struct port_bench *b);

/* Opens the named port. All three abort the test on failure. */
void port_bench_open(struct port_bench *b, const char *name, const struct transport_line *line,
                     void (*on_bytes)(void *context, struct span in),
                     void (*on_note)(void *context, const char *what), struct transport **out);
/* Runs the loop so long. */
void port_bench_run(struct port_bench *b, unsigned ms);
/* Runs the loop until the counter reaches `least`, for at most 5 s. */
void port_bench_until(struct port_bench *b, const unsigned *counter, unsigned least);

#endif
