/*
 * Core's side of a printer's child, played by a test: a process with a socket on descriptor 3, told
 * its setup, given labels of an invented patient.
 */
#ifndef PHIAL_TESTS_SUPPORT_PRINTER_SIDE_H
#define PHIAL_TESTS_SUPPORT_PRINTER_SIDE_H

#include "core/model/wire.h"
#include "labels/print/printer.h"

#include <sys/types.h>

struct printer_side {
    pid_t pid;
    int core;
};

/* A fork, in which `run` becomes the child: the command itself, or a function that starts a
 * program. */
void printer_side_start(struct printer_side *p, int (*run)(int argc, char **argv));
/* `settings` ends with NULL. */
void printer_side_setup(struct printer_side *p, const char *port, const char *const *settings);
/* A label of 2 x 1 inch with the accession 260314000423. */
void printer_side_print(struct printer_side *p, uint64_t ticket, const char *family);
/* The next message of that type, within 20 s; others before it are passed over. The caller frees
 * it. NULL at the end. */
struct printer_told {
    uint8_t bytes[LIMIT_WIRE];
    struct wire_message message;
};
struct printer_told *printer_side_next(struct printer_side *p, enum wire_type type);
/* Each waits for its message, and fails when it says something else. */
void printer_side_expect_printed(struct printer_side *p, uint64_t ticket, enum print_status status,
                                 const char *words);
void printer_side_expect_link(struct printer_side *p, enum link_state state, const char *words);
void printer_side_expect_ready(struct printer_side *p);
/* Says goodbye as core does, and expects the process to end so. */
void printer_side_end(struct printer_side *p, int expected);
/* Only waits. */
void printer_side_wait(struct printer_side *p, int expected);

#endif
