/*
 * A printer at a network address (port 9100): a TCP connection, made before the process confines
 * itself, and kept. When it breaks the port is closed: the process ends, and core starts it again.
 */
#include "labels/print/port.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 5000, READ_SIZE = 1024 };

struct network {
    struct port base;
    uv_tcp_t tcp;
    uv_timer_t timer; /* for the connection to be made */
    uv_connect_t connect;
    bool over, closing;
    int handles;
    char where[300];
    uint8_t in[READ_SIZE];
};

struct outgoing {
    uv_write_t request;
    struct network *network;
    uint8_t bytes[];
};

static void tell_closed(struct network *n, const char *sentence)
{
    if (n->over)
        return;
    n->over = true;
    (void)uv_timer_stop(&n->timer);
    n->base.events.closed(n->base.events.context, sentence);
}

static void broke(struct network *n)
{
    tell_closed(n, "The connection to the label printer broke.");
}

static void on_written(uv_write_t *request, int status)
{
    struct outgoing *o = request->data;
    struct network *n = o->network;
    free(o);
    if (status < 0)
        broke(n);
}

static void on_timer(uv_timer_t *timer)
{
    struct network *n = timer->data;
    struct complaint why;

    (void)complain(&why, ERROR_IO,
                   "The label printer at %s does not answer. Check that it is on and connected.",
                   n->where);
    tell_closed(n, why.text);
}

static void write_network(struct port *port, struct span bytes)
{
    struct network *n = (struct network *)port;
    struct outgoing *o;
    uv_buf_t part;

    if (n->over || !bytes.len || !(o = malloc(sizeof *o + bytes.len)))
        return; /* the printer's silence is noticed */
    *o = (struct outgoing) { .network = n };
    o->request.data = o;
    memcpy(o->bytes, bytes.at, bytes.len);
    part = uv_buf_init((char *)o->bytes, (unsigned)bytes.len);
    if (uv_write(&o->request, (uv_stream_t *)&n->tcp, &part, 1, on_written) != 0)
        free(o);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    struct network *n = handle->data;
    (void)suggested;
    *room = uv_buf_init((char *)n->in, sizeof n->in);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *room)
{
    struct network *n = stream->data;
    (void)room;
    if (n->over)
        return;
    if (count > 0)
        n->base.events.bytes(n->base.events.context, span_of(n->in, (size_t)count));
    else if (count < 0)
        broke(n);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct network *n = request->data;
    struct complaint why;

    if (n->closing || n->over)
        return;
    if (status < 0) {
        (void)complain(&why, ERROR_IO,
                       "The label printer at %s cannot be reached (%s). Check that it is on and "
                       "connected.",
                       n->where, uv_strerror(status));
        tell_closed(n, why.text);
        return;
    }
    (void)uv_timer_stop(&n->timer);
    (void)uv_tcp_nodelay(&n->tcp, 1);
    (void)uv_tcp_keepalive(&n->tcp, 1, 30);
    n->base.events.opened(n->base.events.context);
    if (!n->closing && uv_read_start((uv_stream_t *)&n->tcp, on_room, on_read) != 0)
        broke(n);
}

static enum error resolve(const struct printer_setup *setup, struct addrinfo **found,
                          struct complaint *why)
{
    const struct addrinfo wanted = { .ai_socktype = SOCK_STREAM };
    int rc = getaddrinfo(setup->host, setup->service, &wanted, found);
    if (rc != 0)
        return complain(why, ERROR_NOT_FOUND,
                        "The label printer's address %s:%s is not known (%s). Check phial.conf.",
                        setup->host, setup->service, gai_strerror(rc));
    return ERROR_OK;
}

static enum error start(uv_loop_t *loop, struct network *n, const struct addrinfo *address,
                        struct complaint *why)
{
    int rc = uv_tcp_init(loop, &n->tcp);

    if (rc == 0) {
        n->handles = 1;
        rc = uv_timer_init(loop, &n->timer);
    }
    if (rc == 0) {
        n->handles = 2;
        n->tcp.data = n->timer.data = n->connect.data = n;
        rc = uv_timer_start(&n->timer, on_timer, CONNECT_MS, 0);
    }
    if (rc == 0)
        rc = uv_tcp_connect(&n->connect, &n->tcp, address->ai_addr, on_connected);
    if (rc == 0)
        return ERROR_OK;
    return complain(why, ERROR_IO, "The label printer at %s cannot be reached (%s).", n->where,
                    uv_strerror(rc));
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct network *n = handle->data;
    if (--n->handles == 0)
        free(n);
}

static void close_network(struct port *port)
{
    struct network *n = (struct network *)port;

    if (n->closing)
        return;
    n->closing = n->over = true;
    if (n->handles == 0) {
        free(n);
        return;
    }
    n->tcp.data = n->timer.data = n;
    if (n->handles > 1)
        uv_close((uv_handle_t *)&n->timer, on_handle_closed);
    uv_close((uv_handle_t *)&n->tcp, on_handle_closed);
}

static const struct port_functions network_functions = { write_network, NULL, close_network };

enum error network_open(uv_loop_t *loop, const struct printer_setup *setup,
                        const struct port_events *events, struct port **out, struct complaint *why)
{
    struct addrinfo *found = NULL;
    struct network *n = NULL;
    enum error e = resolve(setup, &found, why);

    if (e != ERROR_OK)
        return e;
    n = calloc(1, sizeof *n);
    if (!n) {
        e = ERROR_NO_MEMORY;
        goto out;
    }
    n->base = (struct port) { &network_functions, *events, false };
    (void)snprintf(n->where, sizeof n->where, "%s:%s", setup->host, setup->service);
    e = start(loop, n, found, why);
    if (e == ERROR_OK)
        *out = &n->base;
    else
        close_network(&n->base);
out:
    freeaddrinfo(found);
    return e;
}
