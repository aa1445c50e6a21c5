/* The control socket's side in core: connections of the command line, each a source of requests. */
#include "core/daemon/core.h"

#include "core/base/log.h"
#include "core/daemon/endpoint.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONTROL_CONNECTIONS = 16 };

struct connection {
    struct core *core;
    struct channel *channel;
    uint32_t source; /* 0: the place is free */
};

struct control {
    struct core *core;
    int fd;
    uv_poll_t poll;
    uint32_t last;
    struct connection at[CONTROL_CONNECTIONS];
};

static void hang_up(struct connection *c)
{
    channel_close(c->channel);
    c->channel = NULL;
    c->source = 0;
}

static void on_message(void *context, const struct wire_message *m)
{
    struct connection *c = context;
    requests_take(c->core, c->source, m);
}

static void on_closed(void *context, enum error how, const struct complaint *why)
{
    if (how == ERROR_BAD_INPUT)
        log_line(LOG_CHILD_MALFORMED, "control", "%s It is hung up on.", why->text);
    hang_up(context);
}

static struct connection *free_place(struct control *c)
{
    for (size_t i = 0; i < CONTROL_CONNECTIONS; i++)
        if (!c->at[i].source)
            return &c->at[i];
    return NULL;
}

static void on_connect(uv_poll_t *poll, int status, int events)
{
    struct control *control = poll->data;
    struct connection *c = free_place(control);
    int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC);
    const struct channel_events told = { c, on_message, on_closed, NULL };

    (void)status;
    (void)events;
    if (fd < 0)
        return;
    if (!c) {
        (void)close(fd);
        return;
    }
    if (channel_open(control->core->loop, fd, WIRE_CONTROL, &told, &c->channel) != ERROR_OK)
        return;
    c->core = control->core;
    c->source = ++control->last;
}

void control_send(struct core *core, uint32_t source, struct span packet)
{
    if (!core->control)
        return;
    for (size_t i = 0; i < CONTROL_CONNECTIONS; i++)
        if (core->control->at[i].source == source)
            (void)channel_send_packet(core->control->at[i].channel, packet);
}

enum error control_open(struct core *core, struct complaint *why)
{
    struct control *c = calloc(1, sizeof *c);
    enum error e = c ? endpoint_listen(core->data, &c->fd, why) : ERROR_NO_MEMORY;

    if (e == ERROR_OK && uv_poll_init(core->loop, &c->poll, c->fd) != 0) {
        (void)close(c->fd);
        e = complain(why, ERROR_IO, "The control socket cannot be watched.");
    }
    if (e != ERROR_OK) {
        free(c);
        return e;
    }
    c->core = core;
    c->poll.data = c;
    (void)uv_poll_start(&c->poll, UV_READABLE, on_connect);
    core->control = c;
    return ERROR_OK;
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void control_close(struct core *core)
{
    struct control *c = core->control;

    if (!c)
        return;
    core->control = NULL;
    for (size_t i = 0; i < CONTROL_CONNECTIONS; i++)
        if (c->at[i].source)
            hang_up(&c->at[i]);
    uv_close((uv_handle_t *)&c->poll, on_poll_closed);
    (void)close(c->fd);
}
