/* Blocks of memory in a list; each piece is cut from the newest. */
#include "core/base/arena.h"

#include <stdlib.h>

enum { ARENA_BLOCK = 8192, ARENA_ALIGN = 16 };

struct arena_block {
    struct arena_block *next;
    size_t used, cap;
    _Alignas(ARENA_ALIGN) uint8_t bytes[];
};

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena) { .max = max };
}

void arena_free(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
    a->used = 0;
    a->exhausted = false;
}

static struct arena_block *arena_grow(struct arena *a, size_t size)
{
    size_t cap = size > ARENA_BLOCK ? size : ARENA_BLOCK;
    struct arena_block *block = calloc(1, sizeof *block + cap);
    if (!block)
        return NULL;
    block->cap = cap;
    block->next = a->blocks;
    a->blocks = block;
    return block;
}

void *arena_take(struct arena *a, size_t size)
{
    struct arena_block *block = a->blocks;
    void *piece;

    if (a->used > a->max || size > a->max - a->used) {
        a->exhausted = true;
        return NULL;
    }
    size = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (!block || size > block->cap - block->used)
        block = arena_grow(a, size);
    if (!block) {
        a->exhausted = true;
        return NULL;
    }
    piece = block->bytes + block->used;
    block->used += size;
    a->used += size;
    return piece;
}

const char *arena_text(struct arena *a, struct span bytes)
{
    char *text = arena_take(a, bytes.len + 1);
    if (text && bytes.len)
        memcpy(text, bytes.at, bytes.len);
    return text;
}
