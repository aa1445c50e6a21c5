/* The subcommand of this folder: the process that serves the page. */
#ifndef PHIAL_WEB_COMMANDS_H
#define PHIAL_WEB_COMMANDS_H

int command_child_web(int argc, char **argv);

#endif
