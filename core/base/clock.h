/*
 * Time and randomness, passed in.
 *
 * Whoever needs them holds a struct clock or struct entropy, so that a test can give its own.
 */
#ifndef PHIAL_CORE_BASE_CLOCK_H
#define PHIAL_CORE_BASE_CLOCK_H

#include "core/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct clock {
    int64_t (*now)(void *context); /* milliseconds since 1970-01-01T00:00:00Z */
    void *context;
};

struct entropy {
    void (*fill)(void *context, void *out, size_t size);
    void *context;
};

/* The machine's own. */
struct clock clock_system(void);
struct entropy entropy_system(void);

static inline int64_t clock_now(const struct clock *c)
{
    return c->now(c->context);
}

enum { CLOCK_TEXT = 25 }; /* "2026-03-12T09:41:02.345Z" and its terminator */

/* Writes UTC in the form above; `out` has room for CLOCK_TEXT. */
void clock_format(char *out, int64_t ms);
/* Reads that form; also without the fraction. */
enum error clock_parse(const char *text, int64_t *ms);

#endif
