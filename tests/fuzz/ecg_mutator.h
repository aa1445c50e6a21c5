/*
 * A mutator for targets that take the bytes of an EKG's file: it begins with a small synthetic file
 * and changes that, because a file is far from random bytes.
 */
#ifndef PHIAL_TESTS_FUZZ_ECG_MUTATOR_H
#define PHIAL_TESTS_FUZZ_ECG_MUTATOR_H

#include "core/base/limits.h"
#include "tests/fuzz/must.h"
#include "tests/support/ecg_tracing.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* A record as a file, in a form that the seed says. */
typedef enum error ecg_write_form(const struct ecg *e, unsigned seed, struct buffer *out);

/* A short record of all leads, or of the limbs alone, as a file; 0 when it does not fit. */
static inline size_t ecg_begin(ecg_write_form *write, uint8_t *data, size_t max_size, unsigned seed)
{
    const struct ecg_tracing how = { .rate = 50, .seconds = 0.4, .limbs = seed & 1 };
    struct buffer file;
    struct arena arena;
    struct ecg e;
    size_t size = 0;

    arena_init(&arena, LIMIT_ECG_ARENA);
    buffer_init(&file, LIMIT_ECG_FILE);
    must(ecg_tracing_make(&arena, how, &e) == ERROR_OK);
    must(write(&e, seed >> 1, &file) == ERROR_OK);
    if (file.len <= max_size) {
        size = file.len;
        memcpy(data, file.at, size);
    }
    buffer_free(&file);
    arena_free(&arena);
    return size;
}

/* One in sixteen begins anew. */
static inline size_t ecg_mutate(ecg_write_form *write, uint8_t *data, size_t size, size_t max_size,
                                unsigned seed)
{
    enum { SMALL = 64, ANEW = 16 };

    if (size < SMALL || seed % ANEW == 0) {
        size_t made = ecg_begin(write, data, max_size, seed / ANEW);
        size = made ? made : size;
    }
    return LLVMFuzzerMutate(data, size, max_size);
}

#endif
