/*
 * A cursor over the bytes of an SCP-ECG section: little-endian numbers, never beyond the end.
 *
 * What is taken beyond the end is 0, and `ended` says so from then on: a reader takes what it needs
 * and asks once.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_SCP_BYTES_H
#define PHIAL_INSTRUMENTS_ECG_SCP_BYTES_H

#include "core/base/span.h"

struct scp_cursor {
    struct span rest;
    bool ended;
};

static inline struct scp_cursor scp_cursor_of(struct span bytes)
{
    return (struct scp_cursor) { .rest = bytes };
}

/* `len` bytes; none of them when there are fewer. */
static inline struct span scp_take(struct scp_cursor *c, size_t len)
{
    struct span taken = { NULL, 0 };

    if (len > c->rest.len) {
        c->ended = true;
        c->rest.len = 0;
        return taken;
    }
    if (len == 0)
        return taken;
    taken = span_of(c->rest.at, len);
    c->rest = span_of(c->rest.at + len, c->rest.len - len);
    return taken;
}

static inline uint32_t scp_number(struct scp_cursor *c, size_t bytes)
{
    struct span taken = scp_take(c, bytes);
    uint32_t value = 0;

    for (size_t i = taken.len; i > 0; i--)
        value = value << 8 | taken.at[i - 1];
    return value;
}

static inline unsigned scp_u8(struct scp_cursor *c)
{
    return scp_number(c, 1);
}

static inline unsigned scp_u16(struct scp_cursor *c)
{
    return scp_number(c, 2);
}

static inline uint32_t scp_u32(struct scp_cursor *c)
{
    return scp_number(c, 4);
}

static inline int scp_s16(struct scp_cursor *c)
{
    return (int16_t)(uint16_t)scp_number(c, 2);
}

#endif
