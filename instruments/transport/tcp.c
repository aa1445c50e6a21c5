/*
 * TCP both ways: we listen and the instrument connects, or we connect to it.
 *
 * Invariants: at most one connection is open; `up` was told for it and `down` was not yet. A
 * listener that is given a second connection tells `down` for the first, closes it, and goes on
 * with the second. Keep-alive probes find a peer that was switched off after about a minute.
 */
#include "instruments/transport/kind.h"

#include "core/base/limits.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    KEEPALIVE_SECONDS = 30,
    UNANSWERED_MS = 60000,
    LISTEN_BACKLOG = 8,
    RECONNECT_MS = 2000,
    INHERITED_NONE = -1
};

struct tcp;

/* One connection; lives until its handle is closed, while the next may be open already. */
struct connection {
    uv_tcp_t stream;
    struct tcp *owner;
    uint8_t in[TRANSPORT_READ];
};

struct tcp {
    struct transport base;
    uv_tcp_t server;
    bool has_server, waits_for_start, paused;
    struct connection *current;
    uv_connect_t connect;
};

struct request {
    uv_write_t write;
    uint8_t bytes[];
};

static void on_connection_closed(uv_handle_t *handle)
{
    struct connection *c = handle->data;
    struct transport *t = &c->owner->base;
    free(c);
    if (--t->handles == 0)
        free(t);
}

static void drop_connection(struct tcp *p)
{
    struct connection *c = p->current;
    p->current = NULL;
    if (c)
        uv_close((uv_handle_t *)&c->stream, on_connection_closed);
}

/* The connection is over: a listener waits for the next, a connector is gone. */
static void lose_connection(struct tcp *p, const char *sentence)
{
    if (!p->current)
        return;
    drop_connection(p);
    if (p->has_server)
        p->base.events.down(p->base.events.context, sentence, false);
    else
        transport_tell_gone(&p->base, sentence);
}

static struct connection *make_connection(struct tcp *p)
{
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->owner = p;
    (void)uv_tcp_init(p->base.loop, &c->stream);
    c->stream.data = c;
    p->base.handles++;
    return c;
}

static void prepare_stream(struct connection *c)
{
    unsigned unanswered = UNANSWERED_MS;
    uv_os_fd_t fd;
    (void)uv_tcp_nodelay(&c->stream, 1);
    (void)uv_tcp_keepalive(&c->stream, 1, KEEPALIVE_SECONDS);
    if (uv_fileno((uv_handle_t *)&c->stream, &fd) == 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered, sizeof unanswered);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    struct connection *c = handle->data;
    (void)suggested;
    *room = uv_buf_init((char *)c->in, sizeof c->in);
}

static void on_bytes(uv_stream_t *stream, ssize_t len, const uv_buf_t *room)
{
    struct connection *c = stream->data;
    struct tcp *p = c->owner;
    (void)room;
    if (p->current != c || len == 0)
        return;
    if (len > 0)
        p->base.events.bytes(p->base.events.context, span_of(c->in, (size_t)len));
    else
        lose_connection(p, len == UV_EOF ? "The instrument closed the connection."
                                         : "The connection to the instrument broke.");
}

static void begin_reading(struct tcp *p)
{
    if (p->current && !p->paused)
        (void)uv_read_start((uv_stream_t *)&p->current->stream, give_room, on_bytes);
}

/* The server */

static void accept_connection(struct tcp *p)
{
    struct connection *c = make_connection(p);
    p->waits_for_start = false;
    if (!c)
        return; /* no memory: it stays in the queue */
    if (uv_accept((uv_stream_t *)&p->server, (uv_stream_t *)&c->stream) != 0) {
        uv_close((uv_handle_t *)&c->stream, on_connection_closed);
        return;
    }
    lose_connection(p, "The instrument connected again without ending its last connection.");
    if (p->base.closing) {
        uv_close((uv_handle_t *)&c->stream, on_connection_closed);
        return;
    }
    prepare_stream(c);
    p->current = c;
    p->paused = false;
    p->base.events.up(p->base.events.context);
    begin_reading(p);
}

static void on_connection(uv_stream_t *server, int status)
{
    struct tcp *p = server->data;
    if (status < 0 || p->base.closing)
        return;
    if (p->base.started)
        accept_connection(p);
    else
        p->waits_for_start = true;
}

static enum error resolve(const struct transport_port *port, int flags, struct addrinfo **out,
                          struct complaint *why)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = flags | AI_NUMERICSERV };
    if (getaddrinfo(port->path, port->service, &hints, out) != 0)
        return complain(why, ERROR_NOT_FOUND, "The address %s is not known. Check its spelling.",
                        port->path);
    return ERROR_OK;
}

enum error transport_bind(const char *text, int *out, struct complaint *why)
{
    struct transport_port port;
    struct addrinfo *address;
    int fd, on = 1;
    enum error e = transport_parse(text, &port, why);
    if (e != ERROR_OK)
        return e;
    if (port.kind != TRANSPORT_TCP_LISTEN)
        return complain(why, ERROR_BAD_INPUT, "Only a tcp-listen port can be listened on.");
    e = resolve(&port, AI_PASSIVE, &address, why);
    if (e != ERROR_OK)
        return e;
    fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, LISTEN_BACKLOG) != 0)
        e = complain(why, ERROR_IO, "%s port %s cannot be listened on: %s.", port.path,
                     port.service,
                     errno == EADDRINUSE ? "another program has it; end that one"
                                         : "check that the address is one of this machine");
    freeaddrinfo(address);
    if (e != ERROR_OK && fd >= 0)
        (void)close(fd);
    if (e == ERROR_OK)
        *out = fd;
    return e;
}

static enum error bind_here(struct transport *t, int *fd, struct complaint *why)
{
    char text[sizeof t->port.path + sizeof t->port.service + 16];
    (void)snprintf(text, sizeof text, "tcp-listen:[%s]:%s", t->port.path, t->port.service);
    return transport_bind(text, fd, why);
}

static enum error open_listener(struct transport *t, int listener, struct complaint *why)
{
    struct tcp *p = (struct tcp *)t;
    enum error e = ERROR_OK;
    if (listener == INHERITED_NONE)
        e = bind_here(t, &listener, why);
    if (e != ERROR_OK)
        return e;
    (void)uv_tcp_init(t->loop, &p->server);
    transport_own_handle(t, (uv_handle_t *)&p->server);
    p->has_server = true;
    if (uv_tcp_open(&p->server, listener) != 0) {
        (void)close(listener);
        return complain(why, ERROR_IO, "The inherited descriptor is no socket.");
    }
    if (uv_listen((uv_stream_t *)&p->server, LISTEN_BACKLOG, on_connection) != 0)
        return complain(why, ERROR_IO, "The inherited socket cannot be listened on.");
    transport_tell_ready(t);
    return ERROR_OK;
}

static void start_listener(struct transport *t)
{
    struct tcp *p = (struct tcp *)t;
    if (p->waits_for_start)
        accept_connection(p);
}

/* The connector */

static void attempt(uv_timer_t *timer);

static void try_later(struct tcp *p, const struct complaint *why)
{
    (void)uv_timer_start(&p->base.timer, attempt, RECONNECT_MS, 0);
    transport_tell_waiting(&p->base, why);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct tcp *p = connect->data;
    struct complaint why;
    if (p->base.closing)
        return;
    if (status == 0) {
        transport_tell_ready(&p->base);
        return;
    }
    drop_connection(p);
    (void)complain(&why, ERROR_IO,
                   "%s port %s does not answer. Switch the instrument on, or check the network.",
                   p->base.port.path, p->base.port.service);
    try_later(p, &why);
}

static void attempt(uv_timer_t *timer)
{
    struct tcp *p = timer->data;
    struct complaint why;
    struct addrinfo *address;
    if (resolve(&p->base.port, 0, &address, &why) != ERROR_OK) {
        try_later(p, &why);
        return;
    }
    p->current = make_connection(p);
    if (p->current) {
        p->connect.data = p;
        if (uv_tcp_connect(&p->connect, &p->current->stream, address->ai_addr, on_connected) != 0)
            on_connected(&p->connect, UV_EINVAL);
    }
    freeaddrinfo(address);
}

static enum error open_tcp(struct transport *t, int listener, struct complaint *why)
{
    struct tcp *p = (struct tcp *)t;
    (void)listener;
    (void)why;
    p->connect.data = p;
    (void)uv_timer_start(&t->timer, attempt, 0, 0);
    return ERROR_OK;
}

static void start_tcp(struct transport *t)
{
    struct tcp *p = (struct tcp *)t;
    if (!p->current)
        return;
    prepare_stream(p->current);
    t->events.up(t->events.context);
    begin_reading(p);
}

/* Both */

static void on_written(uv_write_t *write, int status)
{
    struct request *r = (struct request *)write;
    (void)status; /* a broken connection shows when it is read */
    free(r);
}

/* An acknowledgement fits the socket nearly always: no request to keep, one system call. True when
 * all went out; else `out` is what is left. */
static bool write_at_once(uv_stream_t *stream, struct span *out)
{
    uv_buf_t bytes = uv_buf_init((char *)out->at, (unsigned)out->len);
    int done = uv_try_write(stream, &bytes, 1);
    if (done > 0)
        *out = span_of(out->at + done, out->len - (size_t)done);
    return out->len == 0;
}

static enum error write_tcp(struct transport *t, struct span out)
{
    struct tcp *p = (struct tcp *)t;
    struct request *r;
    uv_buf_t bytes;
    uv_stream_t *stream = p->current ? (uv_stream_t *)&p->current->stream : NULL;
    if (!stream)
        return ERROR_CLOSED;
    if (write_at_once(stream, &out))
        return ERROR_OK;
    if (uv_stream_get_write_queue_size(stream) + out.len > LIMIT_PORT_OUTPUT)
        return ERROR_FULL;
    r = malloc(sizeof *r + out.len);
    if (!r)
        return ERROR_NO_MEMORY;
    memcpy(r->bytes, out.at, out.len);
    bytes = uv_buf_init((char *)r->bytes, (unsigned)out.len);
    if (uv_write(&r->write, stream, &bytes, 1, on_written) != 0) {
        free(r);
        return ERROR_IO;
    }
    return ERROR_OK;
}

static void listen_tcp(struct transport *t, bool on)
{
    struct tcp *p = (struct tcp *)t;
    p->paused = !on;
    if (!p->current)
        return;
    if (on)
        begin_reading(p);
    else
        (void)uv_read_stop((uv_stream_t *)&p->current->stream);
}

static void close_tcp(struct transport *t)
{
    struct tcp *p = (struct tcp *)t;
    drop_connection(p);
    if (p->has_server)
        transport_close_handle(t, (uv_handle_t *)&p->server);
}

const struct transport_functions transport_listener = {
    sizeof(struct tcp), open_listener, start_listener, write_tcp, listen_tcp, close_tcp,
};
const struct transport_functions transport_tcp = {
    sizeof(struct tcp), open_tcp, start_tcp, write_tcp, listen_tcp, close_tcp,
};
