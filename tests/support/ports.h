/*
 * Ports for the programs that a test starts, each given once while the test lives, on the whole
 * machine: a socket of ours stays bound to it, so that the kernel gives it to nobody who asks for
 * just any port, and lets those listen there who ask for it by its number (SO_REUSEADDR, see
 * socket(7)).
 */
#ifndef PHIAL_TESTS_SUPPORT_PORTS_H
#define PHIAL_TESTS_SUPPORT_PORTS_H

/* A TCP port of 127.0.0.1. Ends the program when there is none. */
int ports_free(void);

#endif
