/* What is known of devices and programs that are no instrument of a profile, in one table. For this
 * folder only. */
#ifndef PHIAL_CORE_DAEMON_DOCTOR_FACTS_H
#define PHIAL_CORE_DAEMON_DOCTOR_FACTS_H

#include <stdbool.h>

enum { FACT_ANY_PRODUCT = -1 };

enum fact_kind {
    FACT_BRIDGE,  /* a cable: what is at its end, it does not say */
    FACT_WRONG,   /* this will never work as it is; the sentence says what to do */
    FACT_PRINTER, /* a label printer */
    FACT_SCANNER, /* a bar-code scanner */
    FACT_OTHER    /* known, and not supported */
};

struct fact {
    unsigned vendor;
    int product; /* or FACT_ANY_PRODUCT */
    enum fact_kind kind;
    const char *name;
    const char *sentence; /* what to do, or NULL */
};

/* The row for a device, an exact one before one of its maker; NULL when nothing is known. */
const struct fact *fact_find(unsigned vendor, unsigned product);

/* A program that opens serial ports by itself. */
struct fact_program {
    const char *name;     /* as /proc/PID/comm has it */
    bool asked;           /* it leaves a port alone whose udev properties ask for it */
    const char *starter;  /* a udev rule by which it starts when a cable is plugged in, or NULL */
    const char *sentence; /* what to do */
};

/* NULL after the last. */
const struct fact_program *fact_program(unsigned index);

#endif
