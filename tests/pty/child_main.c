/* The instrument's child as it is, with whatever interposer is linked beside it. */
#include "instruments/worker/commands.h"

int main(int argc, char **argv)
{
    return command_child_instrument(argc - 1, argv + 1);
}
