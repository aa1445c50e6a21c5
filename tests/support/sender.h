/*
 * An instrument that sends by LIS01, written from devices.md 5.1 and sharing no code with Phial, so
 * that a mistake in Phial's own link cannot hide in its test.
 *
 * It blocks, remembers the whole message until its last frame is acknowledged, and starts again
 * after a lost link. Faults are drawn from its own seeded generator. Timers are short: the waits of
 * the standard are tested with time passed in (tests/unit/link).
 */
#ifndef PHIAL_TESTS_SUPPORT_SENDER_H
#define PHIAL_TESTS_SUPPORT_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sender_faults {
    unsigned flip_per_mille;     /* frames in which one bit is flipped on the way */
    unsigned drop_ack_per_mille; /* acknowledgements that never arrive */
    unsigned cut_per_mille;      /* frames after which the link is cut */
    bool resend_frame;           /* after silence: the same frame again, instead of EOT and anew */
};

struct sender_counts {
    uint64_t messages, frames_sent, frames_acknowledged, naks, reconnects, flips, drops, cuts;
};

struct sender {
    int (*dial)(void *context); /* a connected descriptor, or -1; it is called again after a loss */
    void *context;
    int fd;
    int timeout_ms;
    uint64_t random;
    bool late; /* an answer is still owed */
    struct sender_faults faults;
    struct sender_counts counts;
    /* Called for each frame that was acknowledged, with its bytes on the wire. May be NULL. */
    void (*acknowledged)(void *context, const uint8_t *frame, size_t len);
    const volatile bool *stop; /* give up when it becomes true; may be NULL */
};

void sender_prepare(struct sender *s, int (*dial)(void *), void *context, uint64_t seed);
/* Sends one message, one frame for each record, until its last frame is acknowledged. False when
 * told to stop or when `tries` attempts failed. */
bool sender_send(struct sender *s, const char *const *records, size_t count, unsigned tries);
void sender_hang_up(struct sender *s);
uint64_t sender_draw(struct sender *s, uint64_t below);

/* The frame that carries a record, as it goes over the wire; `frame` has room for the record
 * and 16. */
size_t sender_frame(uint8_t *frame, unsigned number, const char *record);

/* A TCP connection to 127.0.0.1; -1 when refused. */
int sender_dial_tcp(int port);

#endif
