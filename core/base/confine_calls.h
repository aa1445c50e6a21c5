/* Inside core/base/confine: which system calls a confined child keeps. */
#ifndef PHIAL_CORE_BASE_CONFINE_CALLS_H
#define PHIAL_CORE_BASE_CONFINE_CALLS_H

#include <stddef.h>
#include <stdint.h>

/* How an argument is judged: not at all; must equal `value`; and with `mask`, equal `value`. */
enum confine_argument { CONFINE_ANY, CONFINE_EQUAL, CONFINE_MASKED };

struct confine_call {
    unsigned roles; /* bit of each enum confine_role that keeps it */
    int number;
    enum confine_argument argument;
    unsigned index;
    uint64_t mask, value;
};

/* The whole list, a constant. */
const struct confine_call *confine_calls(size_t *count);

#endif
