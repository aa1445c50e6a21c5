/*
 * When a critical value that nobody has been told is taken further, and to whom (domain.md 5.3).
 *
 * The clock runs from the receipt of the result. Every 15 minutes somebody further is called: the
 * surrogates one after the other, then the laboratory director. The fourth step, at 60 minutes,
 * says that the outer limit has passed; there are no more.
 */
#ifndef PHIAL_CORE_RULES_CRITICAL_H
#define PHIAL_CORE_RULES_CRITICAL_H

#include <stddef.h>
#include <stdint.h>

enum {
    CRITICAL_STEP_MS = 15 * 60 * 1000,
    CRITICAL_LIMIT_MS = 60 * 60 * 1000,
    CRITICAL_STEPS = CRITICAL_LIMIT_MS / CRITICAL_STEP_MS,
    CRITICAL_SURROGATES = 2,
};

/* How many steps have come by `now`. A clock that was set back makes none. */
unsigned critical_steps_due(int64_t since, int64_t now);

/* Who is called at a step (from 1): one of `surrogates`, by index, or CRITICAL_DIRECTOR. */
enum { CRITICAL_DIRECTOR = -1 };
int critical_whom(unsigned step, size_t surrogates);

#endif
