/* What this folder adds to the command line. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_COMMANDS_H
#define PHIAL_INSTRUMENTS_PROFILE_COMMANDS_H

/* `phial livd FILE --profile ID [--profiles FOLDER]`: a maker's LIVD sheet as lines of a profile,
 * on standard output. Exit codes as in DESIGN 6. argv[0] is "livd". */
int command_livd(int argc, char **argv);

#endif
