/* What this folder adds to the command line. argv[0] is the command's name; exit codes as in
 * DESIGN 6. */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_COMMANDS_H
#define PHIAL_INSTRUMENTS_SIMULATOR_COMMANDS_H

/* `phial simulate PROFILE --to LINK --specimen ID`: be that instrument. */
int command_simulate(int argc, char **argv);
/* `phial record PORT FILE`: a wire session, as it comes, to a text file. */
int command_record(int argc, char **argv);
/* `phial replay FILE --to LINK`: the instrument's side of a recorded session. */
int command_replay(int argc, char **argv);

#endif
