/*
 * A byte buffer that grows up to a maximum given once.
 *
 * Invariant: len <= cap <= max. A put that would pass the maximum changes nothing and returns
 * ERROR_TOO_BIG. The owner calls buffer_free.
 */
#ifndef PHIAL_CORE_BASE_BUFFER_H
#define PHIAL_CORE_BASE_BUFFER_H

#include "core/base/error.h"
#include "core/base/span.h"

struct buffer {
    uint8_t *at;
    size_t len, cap, max;
};

void buffer_init(struct buffer *b, size_t max);
void buffer_free(struct buffer *b);
/* Forgets the bytes, keeps the room. */
void buffer_clear(struct buffer *b);
enum error buffer_put(struct buffer *b, struct span bytes);
enum error buffer_put_byte(struct buffer *b, uint8_t byte);
enum error buffer_put_text(struct buffer *b, const char *text);
enum error buffer_put_format(struct buffer *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Removes the first `count` bytes (at most all). */
void buffer_drop(struct buffer *b, size_t count);

static inline struct span buffer_span(const struct buffer *b)
{
    return span_of(b->at, b->len);
}

#endif
