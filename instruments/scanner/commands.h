/* What this folder adds to the command line: the hidden child that core starts. */
#ifndef PHIAL_INSTRUMENTS_SCANNER_COMMANDS_H
#define PHIAL_INSTRUMENTS_SCANNER_COMMANDS_H

#include "core/base/error.h"

#include <stddef.h>

/* `phial child-scanner NAME`: descriptor 3 is the channel to core. Everything else comes by SETUP.
 * Exit 0: the port or core went away, start again; else the reason is in LINK. */
int command_child_scanner(int argc, char **argv);

/* Whether the port of a scanner, and its settings ("baud=9600"), are right. */
enum error scanner_check(const char *port, const char *const *settings, size_t setting_count,
                         struct complaint *why);

#endif
