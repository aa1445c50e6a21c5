/* The datagrams to the service manager; see notify.h. */
#include "core/daemon/notify.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { US_PER_MS = 1000, FEEDS_PER_PERIOD = 2 };

/* A socket connected to `address`: a path, or `@` and an abstract name. -1 when there is none. */
static int connect_to(const char *address)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    size_t len = strlen(address);
    int fd;

    if (text_copy(at.sun_path, sizeof at.sun_path, address) != ERROR_OK || len < 2)
        return -1;
    if (at.sun_path[0] == '@')
        at.sun_path[0] = '\0';
    else if (at.sun_path[0] != '/')
        return -1;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&at,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static void say(const struct notify *n, const char *text)
{
    if (n->fd >= 0)
        (void)send(n->fd, text, strlen(text), MSG_NOSIGNAL);
}

static void on_feed(uv_timer_t *timer)
{
    say(timer->data, "WATCHDOG=1");
}

/* Milliseconds between two feeds; 0 when there is no watchdog, or it is another process's. */
static uint64_t feed_period(void)
{
    const char *period = getenv("WATCHDOG_USEC"), *whose = getenv("WATCHDOG_PID");
    uint64_t us = 0, pid = 0;

    if (!period || text_to_u64(period, &us) != ERROR_OK)
        return 0;
    if (whose && (text_to_u64(whose, &pid) != ERROR_OK || pid != (uint64_t)getpid()))
        return 0;
    us /= (uint64_t)US_PER_MS * FEEDS_PER_PERIOD;
    return us;
}

void notify_open(struct notify *n, uv_loop_t *loop)
{
    const char *address = getenv("NOTIFY_SOCKET");
    uint64_t period = feed_period();

    n->fd = address ? connect_to(address) : -1;
    (void)uv_timer_init(loop, &n->feed);
    n->feed.data = n;
    if (n->fd >= 0 && period)
        (void)uv_timer_start(&n->feed, on_feed, period, period);
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
}

void notify_ready(struct notify *n, const char *serving)
{
    char text[LIMIT_TEXT];

    if (snprintf(text, sizeof text, "READY=1\nSTATUS=Serving on %s", serving) < (int)sizeof text)
        say(n, text);
}

void notify_stopping(struct notify *n)
{
    say(n, "STOPPING=1");
}

void notify_close(struct notify *n)
{
    uv_close((uv_handle_t *)&n->feed, NULL);
    if (n->fd >= 0)
        (void)close(n->fd);
    n->fd = -1;
}
