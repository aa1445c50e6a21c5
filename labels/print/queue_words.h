/* Inside labels/print: what a queue's printer (queue.c) and its worker (queue_worker.c) tell each
 * other over a socket: whole structures, and after a job its bytes. */
#ifndef PHIAL_LABELS_PRINT_QUEUE_WORDS_H
#define PHIAL_LABELS_PRINT_QUEUE_WORDS_H

#include "core/base/error.h"

#include <stdint.h>

/* To the worker: print that many bytes that follow; none is a check. */
struct queue_job {
    uint32_t len;
    char media[32]; /* "Custom.50.8x25.4mm" */
};

enum queue_told { QUEUE_OPENED, QUEUE_DONE, QUEUE_CONDITION, QUEUE_CLOSED };

/* From the worker. */
struct queue_word {
    uint32_t told, status; /* enum queue_told; enum print_status of QUEUE_DONE */
    struct complaint sentence;
};

#endif
