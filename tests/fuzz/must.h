/* What must hold for every input: else the target ends, and the fuzzer keeps the input. */
#ifndef PHIAL_TESTS_FUZZ_MUST_H
#define PHIAL_TESTS_FUZZ_MUST_H

#include <stdbool.h>
#include <stdlib.h>

static inline void must(bool true_always)
{
    if (!true_always)
        abort();
}

#endif
