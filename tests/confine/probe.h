/*
 * Attempts that a confined child makes from within, and what the kernel said to each.
 *
 * The words below, arriving as the first bytes from outside, stand for code that took the child
 * over: at that point the child tries everything on the list and writes down what came of it, into
 * a page that the test has mapped as well.
 */
#ifndef PHIAL_TESTS_CONFINE_PROBE_H
#define PHIAL_TESTS_CONFINE_PROBE_H

#include <stdatomic.h>
#include <sys/types.h>

#define PROBE_VARIABLE "PHIAL_PROBE_PAGE"
#define PROBE_TRY "TRY-EVERYTHING" /* the child probes, then goes on */
#define PROBE_LIE "TALK-NONSENSE"  /* the child sends core what is no message */

enum { PROBE_ATTEMPTS = 48, PROBE_NAME = 48, PROBE_DATA = 512 };

struct probe_attempt {
    char name[PROBE_NAME];
    int error; /* errno; 0: it worked */
};

struct probe_page {
    char data[PROBE_DATA]; /* the data folder: set by the test */
    pid_t core;            /* set by the test */
    int other_port;        /* of loopback, where something listens: set by the test */
    atomic_int done;       /* how many children have probed */
    int count;
    struct probe_attempt attempts[PROBE_ATTEMPTS];
};

#endif
