/* What this folder adds to the command line: the hidden child that core starts. */
#ifndef PHIAL_CORE_EXCHANGE_DELIVER_COMMANDS_H
#define PHIAL_CORE_EXCHANGE_DELIVER_COMMANDS_H

/* `phial child-exchange NAME`: descriptor 3 is the channel to core. Everything else comes by SETUP.
 * Exit 0: the connection or core went away, start again; else the reason is in LINK. */
int command_child_exchange(int argc, char **argv);

#endif
