/*
 * Listening sockets, opened by core before any child starts and open for as long as core lives, so
 * that nobody who connects is refused while a child starts again (DESIGN 1).
 */
#ifndef PHIAL_CORE_DAEMON_LISTENER_H
#define PHIAL_CORE_DAEMON_LISTENER_H

#include "core/base/error.h"

/* Binds and listens on "HOST:PORT" (IPv6: "[::1]:PORT"; HOST a number or a name of this
 * machine; ":PORT" alone is 127.0.0.1).
 * The descriptor is close-on-exec and non-blocking; the caller closes it. */
enum error listener_open(const char *address, int *fd, struct complaint *why);
/* The port that it got, for an address with port 0. */
unsigned listener_port(int fd);

#endif
