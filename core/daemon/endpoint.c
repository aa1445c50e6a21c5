/* Making and reaching the control socket; see endpoint.h. */
#include "core/daemon/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { ENDPOINT_WAITING = 16 };

static const char name[] = "control.sock";

/* The socket's address by the open folder, which keeps it short. */
static enum error open_folder(const char *data, int *folder, struct sockaddr_un *address,
                              struct complaint *why)
{
    int fd = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return complain(why, ERROR_NOT_FOUND, "The data folder %s cannot be opened: %s.", data,
                        strerror(errno));
    *address = (struct sockaddr_un) { .sun_family = AF_UNIX };
    (void)snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", fd, name);
    *folder = fd;
    return ERROR_OK;
}

static int make_socket(int flags)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0);
}

enum error endpoint_listen(const char *data, int *fd, struct complaint *why)
{
    struct sockaddr_un address;
    int folder = -1, made;
    enum error e = open_folder(data, &folder, &address, why);

    if (e != ERROR_OK)
        return e;
    (void)unlinkat(folder, name, 0);
    made = make_socket(SOCK_NONBLOCK);
    if (made < 0 || bind(made, (const struct sockaddr *)&address, sizeof address) != 0 ||
        fchmodat(folder, name, 0600, 0) != 0 || listen(made, ENDPOINT_WAITING) != 0) {
        e = complain(why, ERROR_IO, "The control socket in %s cannot be made: %s.", data,
                     strerror(errno));
        if (made >= 0)
            (void)close(made);
    } else {
        *fd = made;
    }
    (void)close(folder);
    return e;
}

enum error endpoint_connect(const char *data, int *fd, struct complaint *why)
{
    struct sockaddr_un address;
    int folder = -1, made;
    enum error e = open_folder(data, &folder, &address, why);

    if (e != ERROR_OK)
        return e;
    made = make_socket(0);
    if (made < 0 || connect(made, (const struct sockaddr *)&address, sizeof address) != 0) {
        e = complain(why, ERROR_CLOSED,
                     "Phial is not running for %s. Start it with `phial serve --data %s`.", data,
                     data);
        if (made >= 0)
            (void)close(made);
    } else {
        *fd = made;
    }
    (void)close(folder);
    return e;
}
