/*
 * Inside instruments/simulator: what an instrument has to say, invented; and what it was told.
 */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_INVENT_H
#define PHIAL_INSTRUMENTS_SIMULATOR_INVENT_H

#include "instruments/simulator/faults.h"

struct profile;
struct arena;

enum { SIMULATOR_SAID = 64 };

struct invent {
    const struct profile *profile;
    const struct simulator_message *message;
    int64_t now;
    uint64_t run;
    struct faults *random;
    char *said; /* receives the first result's value, cut at SIMULATOR_SAID; "" without one */
};

/* The message's text by the profile, into `out`, which is cleared: a query when `query`, else the
 * results of these codes, or of the profile's first. */
enum error invent_text(const struct invent *i, bool query, const char *const *codes, size_t count,
                       struct arena *arena, struct buffer *out);

/* The host's answer to a query, in the profile's format: whether it has something for the specimen,
 * and the codes of the tests that it names, in the arena. */
bool invent_read_answer(const struct profile *profile, struct span text, struct arena *arena,
                        const char **codes, size_t most, size_t *count);

#endif
