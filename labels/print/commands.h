/* The printer's process, which core starts as `phial child-label` (child.c); and the one that it
 * starts itself for a print queue, `phial child-cups QUEUE TYPE` (queue_worker.c). */
#ifndef PHIAL_LABELS_PRINT_COMMANDS_H
#define PHIAL_LABELS_PRINT_COMMANDS_H

int command_child_label(int argc, char **argv);
int command_child_cups(int argc, char **argv);

#endif
