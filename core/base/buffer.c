/* A byte buffer with a maximum; see the header for its invariant. */
#include "core/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_FIRST = 256 };

void buffer_init(struct buffer *b, size_t max)
{
    *b = (struct buffer) { .max = max };
}

void buffer_free(struct buffer *b)
{
    free(b->at);
    *b = (struct buffer) { .max = b->max };
}

void buffer_clear(struct buffer *b)
{
    b->len = 0;
}

static enum error buffer_reserve(struct buffer *b, size_t more)
{
    size_t cap = b->cap ? b->cap : BUFFER_FIRST;
    uint8_t *at;

    if (more > b->max - b->len)
        return ERROR_TOO_BIG;
    if (b->len + more <= b->cap)
        return ERROR_OK;
    while (cap < b->len + more)
        cap *= 2;
    if (cap > b->max)
        cap = b->max;
    at = realloc(b->at, cap);
    if (!at)
        return ERROR_NO_MEMORY;
    b->at = at;
    b->cap = cap;
    return ERROR_OK;
}

enum error buffer_put(struct buffer *b, struct span bytes)
{
    enum error e = buffer_reserve(b, bytes.len);
    if (e != ERROR_OK || bytes.len == 0)
        return e;
    memcpy(b->at + b->len, bytes.at, bytes.len);
    b->len += bytes.len;
    return ERROR_OK;
}

enum error buffer_put_byte(struct buffer *b, uint8_t byte)
{
    return buffer_put(b, span_of(&byte, 1));
}

enum error buffer_put_text(struct buffer *b, const char *text)
{
    return buffer_put(b, span_text(text));
}

enum error buffer_put_format(struct buffer *b, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    int len;
    enum error e;

    va_start(args, format);
    len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0)
        return ERROR_NO_MEMORY;
    e = buffer_put(b, span_of(text, (size_t)len));
    free(text);
    return e;
}

void buffer_drop(struct buffer *b, size_t count)
{
    if (count >= b->len) {
        b->len = 0;
        return;
    }
    memmove(b->at, b->at + count, b->len - count);
    b->len -= count;
}
