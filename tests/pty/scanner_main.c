/* The scanner's child as it is, with whatever interposer is linked beside it. */
#include "instruments/scanner/commands.h"

int main(int argc, char **argv)
{
    return command_child_scanner(argc - 1, argv + 1);
}
