/*
 * Changes XML as XML: a text or a value becomes a word that readers know, a piece between two
 * brackets is repeated or left out. It begins with whole synthetic files, so that the fuzzer does
 * not have to invent one.
 */
#ifndef PHIAL_TESTS_FUZZ_XML_MUTATOR_H
#define PHIAL_TESTS_FUZZ_XML_MUTATOR_H

#include "core/base/buffer.h"
#include "tests/fuzz/must.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

struct xml_mutator {
    void (*begin)(unsigned seed, struct buffer *out);
    const char *const *words;
    size_t count;
};

enum { XML_MUTATOR_SMALL = 64 };

static inline size_t xml_mutator_find(const uint8_t *data, size_t size, size_t from, char c)
{
    const uint8_t *at = from < size ? memchr(data + from, c, size - from) : NULL;
    return at ? (size_t)(at - data) : size;
}

/* Puts `with` in the place of [from, to). */
static inline size_t xml_mutator_splice(uint8_t *data, size_t size, size_t max_size, size_t from,
                                        size_t to, struct span with)
{
    if (size - (to - from) + with.len > max_size)
        return size;
    memmove(data + from + with.len, data + to, size - to);
    memcpy(data + from, with.at, with.len);
    return size - (to - from) + with.len;
}

/* A text between `>` and `<`, or a value between quotes, becomes a word. */
static inline size_t xml_mutator_word(const struct xml_mutator *m, uint8_t *data, size_t size,
                                      size_t max_size, unsigned random)
{
    bool value = random & 1;
    size_t from = xml_mutator_find(data, size, random / 2 % size, value ? '"' : '>') + 1;
    size_t to = xml_mutator_find(data, size, from, value ? '"' : '<');
    if (from > size || to >= size)
        return size;
    return xml_mutator_splice(data, size, max_size, from, to,
                              span_text(m->words[random % m->count]));
}

/* Some elements are left out, or repeated at another place. */
static inline size_t xml_mutator_piece(uint8_t *data, size_t size, size_t max_size, unsigned random)
{
    size_t from = xml_mutator_find(data, size, random % size, '<');
    size_t to = xml_mutator_find(data, size, from + 1 + random / 7 % 512, '<');
    size_t at = xml_mutator_find(data, size, random / 3 % size, '<');
    uint8_t piece[2048];
    if (to >= size || to - from > sizeof piece)
        return size;
    memcpy(piece, data + from, to - from);
    if (random & 1)
        return xml_mutator_splice(data, size, max_size, from, to, span_of(piece, 0));
    return xml_mutator_splice(data, size, max_size, at, at, span_of(piece, to - from));
}

static inline size_t xml_mutator_run(const struct xml_mutator *m, uint8_t *data, size_t size,
                                     size_t max_size, unsigned seed)
{
    unsigned random = seed * 2654435761U;
    if (size < XML_MUTATOR_SMALL) {
        struct buffer made;
        buffer_init(&made, (size_t)1 << 20);
        m->begin(seed, &made);
        if (made.len <= max_size) {
            memcpy(data, made.at, made.len);
            size = made.len;
        }
        buffer_free(&made);
    }
    if (size < XML_MUTATOR_SMALL || seed % 4 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    if (seed % 4 == 1)
        return xml_mutator_piece(data, size, max_size, random >> 4);
    return xml_mutator_word(m, data, size, max_size, random >> 4);
}

#endif
