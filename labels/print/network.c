/* The TCP connection under a ZPL conversation. */
#include "labels/print/network.h"

#include "labels/print/zebra.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 5000 };

struct network {
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_connect_t connect;
    struct printer_events events;
    struct zebra zebra;
    bool opened, over, closing;
    int handles;
    char where[300];
    uint8_t in[ZEBRA_REPLY_MAX];
};

struct outgoing {
    uv_write_t request;
    struct network *network;
    size_t len;
    uint8_t bytes[];
};

static void tell_closed(struct network *n, const char *sentence)
{
    if (n->over)
        return;
    n->over = true;
    (void)uv_timer_stop(&n->timer);
    n->events.closed(n->events.context, sentence);
}

/* The connection broke: the conversation tells its label's fate, then `over`. */
static void broke(struct network *n)
{
    if (!n->over && !n->closing)
        zebra_failed(&n->zebra);
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

    if (n->opened) {
        zebra_timer(&n->zebra);
        return;
    }
    (void)complain(&why, ERROR_IO,
                   "The label printer at %s does not answer. Check that it is on and connected.",
                   n->where);
    tell_closed(n, why.text);
}

static void zebra_wants_write(void *context, struct span bytes)
{
    struct network *n = context;
    struct outgoing *o = malloc(sizeof *o + bytes.len);
    uv_buf_t part;

    if (!o)
        return; /* the printer's silence is noticed */
    *o = (struct outgoing) { .network = n, .len = bytes.len };
    o->request.data = o;
    memcpy(o->bytes, bytes.at, bytes.len);
    part = uv_buf_init((char *)o->bytes, (unsigned)bytes.len);
    if (uv_write(&o->request, (uv_stream_t *)&n->tcp, &part, 1, on_written) != 0)
        free(o);
}

static void zebra_wants_timer(void *context, unsigned ms)
{
    struct network *n = context;
    if (ms)
        (void)uv_timer_start(&n->timer, on_timer, ms, 0);
    else
        (void)uv_timer_stop(&n->timer);
}

static void zebra_done(void *context, enum print_status status, const char *sentence)
{
    struct network *n = context;
    n->events.done(n->events.context, status, sentence);
}

static void zebra_condition(void *context, const char *sentence)
{
    struct network *n = context;
    n->events.condition(n->events.context, sentence);
}

static void zebra_over(void *context, const char *sentence)
{
    tell_closed(context, sentence);
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
    if (count > 0)
        zebra_bytes(&n->zebra, span_of(n->in, (size_t)count));
    else if (count < 0)
        broke(n);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct network *n = request->data;
    struct complaint why;

    if (n->closing || n->over)
        return;
    if (status == 0)
        status = uv_read_start((uv_stream_t *)&n->tcp, on_room, on_read);
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
    n->opened = true;
    n->events.opened(n->events.context);
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

enum error network_open(uv_loop_t *loop, const struct printer_setup *setup,
                        const struct printer_events *events, struct network **out,
                        struct complaint *why)
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
    n->events = *events;
    zebra_init(&n->zebra,
               &(struct zebra_effects) { n, zebra_wants_write, zebra_wants_timer, zebra_done,
                                         zebra_condition, zebra_over },
               setup->answers);
    (void)snprintf(n->where, sizeof n->where, "%s:%s", setup->host, setup->service);
    e = start(loop, n, found, why);
    if (e == ERROR_OK)
        *out = n;
    else
        network_close(n);
out:
    freeaddrinfo(found);
    return e;
}

enum error network_print(struct network *n, struct span zpl)
{
    return n->opened && !n->over ? zebra_print(&n->zebra, zpl) : ERROR_CLOSED;
}

enum error network_check(struct network *n)
{
    return n->opened && !n->over ? zebra_check(&n->zebra) : ERROR_CLOSED;
}

bool network_free(const struct network *n)
{
    return n->opened && !n->over && !zebra_busy(&n->zebra);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct network *n = handle->data;
    if (--n->handles == 0)
        free(n);
}

void network_close(struct network *n)
{
    if (!n || n->closing)
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
