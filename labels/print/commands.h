/* The printer's process, which core starts as `phial child-label`: see child.c. */
#ifndef PHIAL_LABELS_PRINT_COMMANDS_H
#define PHIAL_LABELS_PRINT_COMMANDS_H

int command_child_label(int argc, char **argv);

#endif
