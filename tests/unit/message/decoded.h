/* A text and what a decoder made of it, for the tests of the decoders. */
#ifndef PHIAL_TESTS_UNIT_MESSAGE_DECODED_H
#define PHIAL_TESTS_UNIT_MESSAGE_DECODED_H

#include "core/base/limits.h"
#include "instruments/message/message.h"
#include "tests/unit/test.h"

#include <stdlib.h>

typedef enum error decode_function(struct span text, struct arena *arena, struct message *out,
                                   size_t *used, struct complaint *why);

struct decoded {
    struct arena arena;
    struct message message;
    struct complaint why;
    size_t used, len;
    char *copy; /* its own block, so that ASan sees a read past the text */
    enum error error;
};

static inline void decoded_read(struct decoded *d, decode_function *decode, struct span text)
{
    *d = (struct decoded) { .used = 12345, .len = text.len };
    arena_init(&d->arena, LIMIT_DECODE_ARENA);
    d->copy = malloc(text.len ? text.len : 1);
    assert_non_null(d->copy);
    memcpy(d->copy, text.at, text.len);
    d->error = decode(span_of(d->copy, text.len), &d->arena, &d->message, &d->used, &d->why);
}

static inline void forget(struct decoded *d)
{
    arena_free(&d->arena);
    free(d->copy);
}

/* The nth record of that type, from 1. */
static inline const struct message_record *decoded_find(const struct decoded *d, const char *type,
                                                        unsigned n)
{
    assert_int_equal(d->error, ERROR_OK);
    for (size_t i = 0; i < d->message.record_count; i++)
        if (strcmp(d->message.records[i].type, type) == 0 && --n == 0)
            return &d->message.records[i];
    fail_msg("no such %s record", type);
    return NULL;
}

#endif
