/*
 * Core's side of an instrument's child, played by a test: it starts the real child program as an
 * ordinary user and talks to it over descriptor 3.
 */
#ifndef PHIAL_TESTS_PTY_CORE_SIDE_H
#define PHIAL_TESTS_PTY_CORE_SIDE_H

#include "core/model/wire.h"

#include <sys/types.h>

struct core_side {
    pid_t child;
    int channel;
    enum wire_side side; /* what the child is: an instrument, unless the test says otherwise */
    uint8_t packet[LIMIT_WIRE]; /* the message read last lives here */
};

/* Starts `program` with the other end of the channel as descriptor 3 and `listener` (or -1) as 4.
 * When the test runs as root, the child runs as nobody. */
void core_side_start(struct core_side *c, const char *program, int listener);
void core_side_setup(struct core_side *c, const char *profile, const char *port,
                     const char *setting);
/* The next message, which must be of that type, within 10 s. What was NOTICED is passed over unless
 * it is asked for. */
struct wire_message core_side_expect(struct core_side *c, enum wire_type type);
/* The next message, whatever it is; false when none comes within so long. */
bool core_side_next(struct core_side *c, int ms, struct wire_message *m);
void core_side_kept(struct core_side *c, uint64_t ticket);
void core_side_refused(struct core_side *c, uint64_t ticket);
void core_side_send(struct core_side *c, struct wire_writer *w);
/* Waits for READY and for LINK with state up. */
void core_side_expect_up(struct core_side *c);
/* Hangs up and waits: the child's exit status, or 1000 + the signal that ended it. */
int core_side_end(struct core_side *c);
/* Only waits. */
int core_side_wait(struct core_side *c);
/* A number out of a line of /proc/PID/status, such as "Seccomp:". */
int core_side_status(const struct core_side *c, const char *line);

#endif
