/*
 * What lies between a sender of the fault tests and the program: a TCP connection, a
 * pseudo-terminal that the program takes for a serial port, or an emulated USB meter whose reports
 * carry LIS01.
 *
 * All three outlive the program: when it is killed, the sender sees its line go down and dials
 * until somebody is there again. What the dead program left unread or unheard is thrown away then,
 * as the drivers of real ports do.
 */
#ifndef PHIAL_TESTS_FAULT_LINE_H
#define PHIAL_TESTS_FAULT_LINE_H

#include "tests/support/serve.h"
#include "tests/usb/meter.h"

#include <pthread.h>

enum line_kind { LINE_TCP = 't', LINE_PTY = 'p', LINE_USB = 'u' };

struct line {
    enum line_kind kind;
    int port;       /* TCP */
    int master;     /* pseudo-terminal */
    char slave[64]; /* its name for the program */
    struct meter *meter;
    pthread_mutex_t lock;
    int far; /* USB: our end of what the sender writes into; -1 when nobody is connected */
};

/* Makes the line and puts an instrument of that name on it into the settings. */
void line_open(struct line *line, enum line_kind kind, struct serve *serve, const char *name);
void line_close(struct line *line);
/* A descriptor for a sender, or -1 while nobody listens at the other end. Context: the line. */
int line_dial(void *context);

#endif
