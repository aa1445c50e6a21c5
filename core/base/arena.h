/*
 * Memory that is given out in pieces and taken back all at once.
 *
 * A decoder puts everything it makes for one message into one arena; the caller frees the arena.
 * Pieces never move. Once `max` bytes are out, every further request fails.
 */
#ifndef PHIAL_CORE_BASE_ARENA_H
#define PHIAL_CORE_BASE_ARENA_H

#include "core/base/span.h"

struct arena_block;

struct arena {
    struct arena_block *blocks;
    size_t used, max;
    bool exhausted; /* a request has failed: what was decoded may be incomplete */
};

void arena_init(struct arena *a, size_t max);
void arena_free(struct arena *a);
/* Zeroed memory aligned for any type, or NULL. */
void *arena_take(struct arena *a, size_t size);
/* A terminated copy, or NULL. NUL bytes within the span are kept: the caller forbids them. */
const char *arena_text(struct arena *a, struct span bytes);

#endif
