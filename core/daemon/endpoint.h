/*
 * The control socket, DATA/control.sock: the same vocabulary as between processes, for the command
 * line. Its name may be longer than a socket address holds; both sides reach it by its folder.
 */
#ifndef PHIAL_CORE_DAEMON_ENDPOINT_H
#define PHIAL_CORE_DAEMON_ENDPOINT_H

#include "core/base/error.h"

/* Makes the socket, mode 0600, and listens; an older one is replaced: the caller holds the data
 * folder's lock. */
enum error endpoint_listen(const char *data, int *fd, struct complaint *why);
/* ERROR_CLOSED when no core serves that folder. */
enum error endpoint_connect(const char *data, int *fd, struct complaint *why);

#endif
