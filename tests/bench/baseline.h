/*
 * What the machine itself can do, measured in the same run as Phial: a figure of Phial means
 * something only beside these (performance.md).
 */
#ifndef PHIAL_TESTS_BENCH_BASELINE_H
#define PHIAL_TESTS_BENCH_BASELINE_H

#include <stdint.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BENCH_SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BENCH_SANITIZED 1
#endif
#ifndef BENCH_SANITIZED
#define BENCH_SANITIZED 0
#endif

/* Commits a second of one row of 250 bytes, SQLite in WAL with synchronous=FULL, in `folder`. */
double baseline_commits(const char *folder, double seconds);
/* Frames a second that a receiver answers which keeps nothing, for `links` connections at once. */
double baseline_exchange(unsigned links, double seconds);

/* Seconds on the monotonic clock. */
double bench_now(void);

/* Runs `links` senders against 127.0.0.1:port, port+1, ... (or all against the one port) for so
 * many seconds; gives the acknowledged frames and, when not NULL, whole messages. `records` is what
 * each message holds; the specimen in it is one nobody ordered: it is kept and held. */
struct bench_load {
    unsigned links;
    int port;
    int port_step; /* 1: a port for each link; 0: one for all */
    double seconds;
};
uint64_t bench_load_run(const struct bench_load *load, uint64_t *messages);

#endif
