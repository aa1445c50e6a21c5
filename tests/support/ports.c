/* Ports that stay ours; see ports.h. */
#include "tests/support/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int ports_free(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof at;
    int on = 1;
    int held = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (held < 0 || setsockopt(held, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(held, (struct sockaddr *)&at, sizeof at) != 0 ||
        getsockname(held, (struct sockaddr *)&at, &size) != 0) {
        perror("test support: no free port");
        exit(1);
    }
    return ntohs(at.sin_port);
}
