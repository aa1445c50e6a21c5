/*
 * A stand-in for a health record: it listens for HL7 messages over MLLP and acknowledges each, as a
 * real one would, and keeps nothing. One message it refuses, so that what becomes of a refusal can
 * be seen; sent again, it takes that one too.
 */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_HEALTH_RECORD_H
#define PHIAL_INSTRUMENTS_SIMULATOR_HEALTH_RECORD_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <uv.h>

struct health_record_plan {
    const char *port;    /* "tcp-listen:127.0.0.1:5000" */
    const char *stumble; /* the medical record number whose first message it refuses; NULL: none */
    const char *words;   /* what it says of that; plain text without HL7's delimiters */
    struct clock clock;
};

struct health_record;

/* The plan's texts must outlive it. */
enum error health_record_open(uv_loop_t *loop, const struct health_record_plan *plan,
                              struct health_record **out, struct complaint *why);
/* Closes; NULL is fine. The loop has to turn once more. */
void health_record_close(struct health_record *r);

#endif
