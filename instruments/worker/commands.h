/* What this folder adds to the command line: the hidden children that core starts. */
#ifndef PHIAL_INSTRUMENTS_WORKER_COMMANDS_H
#define PHIAL_INSTRUMENTS_WORKER_COMMANDS_H

/* `phial child-instrument NAME`: descriptor 3 is the channel to core, descriptor 4 an inherited
 * listening socket when the port is one. Everything else comes by SETUP. Exit 0: the port or core
 * went away, start again; else the reason is on standard error and in LINK. */
int command_child_instrument(int argc, char **argv);

/* `phial child-ekg`: reads files of EKG carts for core (ekg.h). Descriptor 3 is the channel. */
int command_child_ekg(int argc, char **argv);

#endif
