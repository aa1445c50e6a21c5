/* Opening a listening TCP socket; see listener.h. */
#include "core/daemon/listener.h"

#include "core/base/text.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A queue that a flood does not fill: whoever finds it full tries again after a second only. */
enum { LISTENER_WAITING = 4096, LISTENER_HOST = 256 };

/* "HOST:PORT" into its two halves; the brackets of an IPv6 address go. */
static enum error split(const char *address, char host[LISTENER_HOST], const char **port)
{
    const char *colon = strrchr(address, ':');
    size_t len = colon ? (size_t)(colon - address) : 0;

    if (!colon || len >= LISTENER_HOST)
        return ERROR_BAD_INPUT;
    *port = colon + 1;
    if (len == 0)
        return text_copy(host, LISTENER_HOST, "127.0.0.1");
    if (address[0] == '[' && len > 2 && address[len - 1] == ']') {
        address++;
        len -= 2;
    }
    memcpy(host, address, len);
    host[len] = '\0';
    return ERROR_OK;
}

static int listen_on(const struct addrinfo *at)
{
    int one = 1;
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int failed;

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, LISTENER_WAITING) == 0)
        return fd;
    failed = errno;
    (void)close(fd);
    errno = failed;
    return -1;
}

enum error listener_open(const char *address, int *fd, struct complaint *why)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    struct addrinfo *found = NULL;
    char host[LISTENER_HOST];
    const char *port;
    int got, failed;

    if (split(address, host, &port) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "\"%s\" is not an address and a port.", address);
    got = getaddrinfo(host, port, &hints, &found);
    if (got != 0)
        return complain(why, ERROR_BAD_INPUT, "The address %s is not known: %s.", address,
                        gai_strerror(got));
    got = listen_on(found);
    failed = errno;
    freeaddrinfo(found);
    if (got < 0)
        return complain(why, failed == EADDRINUSE ? ERROR_BUSY : ERROR_IO,
                        "Phial cannot listen on %s: %s. Stop the other program, or choose another "
                        "port in phial.conf.",
                        address, strerror(failed));
    *fd = got;
    return ERROR_OK;
}

unsigned listener_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = { .v6 = { .sin6_port = 0 } };
    socklen_t len = sizeof at;

    if (getsockname(fd, &at.any, &len) != 0)
        return 0;
    return ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
}
