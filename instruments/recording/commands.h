/* What this folder adds to the command line. */
#ifndef PHIAL_INSTRUMENTS_RECORDING_COMMANDS_H
#define PHIAL_INSTRUMENTS_RECORDING_COMMANDS_H

/* `phial decode [--profile ID] [--profiles FOLDER] FILE...`: JSON lines on standard output. Exit
 * codes as in DESIGN 6. argv[0] is "decode". */
int command_decode(int argc, char **argv);

#endif
