/* The subcommand `phial custody`: show, verify, export; by reading the data folder only. */
#ifndef PHIAL_CORE_CUSTODY_COMMANDS_H
#define PHIAL_CORE_CUSTODY_COMMANDS_H

/* `argv[0]` is "custody". Exit status as in DESIGN 6: 0 done, 1 the answer is no, 2 usage, 3 the
 * environment failed. */
int command_custody(int argc, char **argv);

#endif
