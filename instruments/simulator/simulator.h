/*
 * Being an instrument: the profile's own dialect over a real link and a real transport, with the
 * faults of real ones. For `phial simulate`, the demo and tests; several run in one process.
 *
 * Everything it sends is invented. One message is under way at a time.
 */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_H
#define PHIAL_INSTRUMENTS_SIMULATOR_H

#include "core/base/clock.h"
#include "core/base/span.h"

#include <stdbool.h>
#include <uv.h>

/* How often, per thousand. */
#define SIMULATOR_FAULTS(X)                                                                        \
    X(NOISE, "noise", "stray bytes between frames")                                                \
    X(DAMAGE, "damage", "a frame with one bit turned")                                             \
    X(DROP, "drop", "an acknowledgement that the instrument never sees")                           \
    X(NAK, "nak", "the host's frame is refused")                                                   \
    X(REPEAT, "repeat", "a frame sent again although it was acknowledged")                         \
    X(HALF, "half", "a message that breaks off, and silence")                                      \
    X(SPLIT, "split", "each byte in a write of its own")
#define SIMULATOR_FAULT_ENUM(name, text, what) SIMULATOR_##name,
enum simulator_fault { SIMULATOR_FAULTS(SIMULATOR_FAULT_ENUM) SIMULATOR_FAULT_COUNT };
#undef SIMULATOR_FAULT_ENUM

enum simulator_values {
    SIMULATOR_NORMAL,
    SIMULATOR_ABNORMAL,
    SIMULATOR_CRITICAL,
    SIMULATOR_CONTROL, /* quality control */
    SIMULATOR_VALUES_COUNT
};

/* As an instrument does, the whole message is sent again when it was not acknowledged. */
enum { SIMULATOR_TRIES = 10 };

/* A port that the caller has: an emulated device, say. It tells simulator_up, simulator_feed and
 * simulator_down, all from the loop. */
struct simulator_wire {
    void *context;
    void (*write)(void *context, struct span out); /* borrowed */
};

struct simulator_plan {
    const char *profile;
    const char *profile_folder; /* NULL for built-in profiles only */
    const char *port; /* "tcp:127.0.0.1:5000", "tcp-listen:...", "serial:/dev/...", "folder:/..." */
    const struct simulator_wire *wire; /* NULL, or in the place of `port`; copied */
    unsigned faults[SIMULATOR_FAULT_COUNT];
    uint64_t seed;      /* of the faults and the last digits of values */
    uint64_t first_run; /* 0 is 1 */
    struct clock clock;
};

struct simulator_message {
    const char *specimen;
    const char *patient_id, *patient_name, *patient_birth_date, *patient_sex; /* may be NULL */
    const char *operator_id;                                                  /* may be NULL */
    const char *lot;                                                          /* may be NULL */
    const char *const *codes; /* LOINC or vendor codes; none: the profile's first */
    size_t code_count;
    enum simulator_values values;
    bool ask; /* first ask the host which tests the specimen needs, then send those */
};

struct simulator_events {
    void *context;
    /* The message is over: acknowledged (ERROR_OK), or given up after SIMULATOR_TRIES. Or, for one
     * that asks, the host said that there is nothing for the specimen (ERROR_NOT_FOUND). */
    void (*sent)(void *context, enum error how);
};

struct simulator;

enum error simulator_open(uv_loop_t *loop, const struct simulator_plan *plan,
                          const struct simulator_events *events, struct simulator **out,
                          struct complaint *why);
/* Composes and sends as soon as the link is up. ERROR_BUSY while one is under way. */
enum error simulator_send(struct simulator *s, const struct simulator_message *message);
/* The value of the first result of the message under way or sent last, as the instrument shows it;
 * "" when there is none. Valid until the next simulator_send. */
const char *simulator_said(const struct simulator *s);
/* Whether the instrument's line can have that fault at all; others never happen. */
bool simulator_suffers(const struct simulator *s, enum simulator_fault fault);
/* With a wire of the caller's: it is there, it says something, it is gone. */
void simulator_up(struct simulator *s);
void simulator_feed(struct simulator *s, struct span in);
void simulator_down(struct simulator *s);
/* Closes; the memory goes on one of the loop's next turns. NULL is fine. */
void simulator_close(struct simulator *s);

#endif
