/* The printer's child and its queue worker as they are, with whatever interposer is linked beside
 * them. */
#include "labels/print/commands.h"

#include <stdbool.h>
#include <string.h>

int main(int argc, char **argv)
{
    bool worker = argc > 1 && strcmp(argv[1], "child-cups") == 0;
    return worker ? command_child_cups(argc - 1, argv + 1)
                  : command_child_label(argc - 1, argv + 1);
}
