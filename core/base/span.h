/* A run of bytes that somebody else owns. */
#ifndef PHIAL_CORE_BASE_SPAN_H
#define PHIAL_CORE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *at; /* may be NULL when len is 0 */
    size_t len;
};

static inline struct span span_of(const void *at, size_t len)
{
    return (struct span) { (const uint8_t *)at, len };
}

/* The bytes of a terminated text, without its terminator. */
static inline struct span span_text(const char *text)
{
    return span_of(text, strlen(text));
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

#endif
