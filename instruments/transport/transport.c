/* What all transports share: their life, and the telling of events. */
#include "core/base/text.h"
#include "instruments/transport/kind.h"

#include <stdlib.h>

static const struct transport_functions *const kinds[] = {
    [TRANSPORT_SERIAL] = &transport_serial, [TRANSPORT_TCP_LISTEN] = &transport_listener,
    [TRANSPORT_TCP] = &transport_tcp,       [TRANSPORT_USB] = &transport_usb,
    [TRANSPORT_FOLDER] = &transport_folder,
};

static void on_handle_closed(uv_handle_t *handle)
{
    struct transport *t = handle->data;
    if (--t->handles == 0)
        free(t);
}

void transport_own_handle(struct transport *t, uv_handle_t *handle)
{
    handle->data = t;
    t->handles++;
}

void transport_close_handle(struct transport *t, uv_handle_t *handle)
{
    (void)t;
    if (!uv_is_closing(handle))
        uv_close(handle, on_handle_closed);
}

static void on_ready(uv_timer_t *timer)
{
    struct transport *t = timer->data;
    t->events.ready(t->events.context);
}

void transport_usb_wanted(const struct transport_port *port, struct usb_wanted *out)
{
    *out = (struct usb_wanted) { .vendor = port->vendor, .product = port->product };
    (void)text_copy(out->path, sizeof out->path, port->path);
    (void)text_copy(out->serial, sizeof out->serial, port->serial);
}

void transport_tell_ready(struct transport *t)
{
    (void)uv_timer_start(&t->timer, on_ready, 0, 0);
}

void transport_tell_waiting(struct transport *t, const struct complaint *why)
{
    if (t->closing || strcmp(t->waits.text, why->text) == 0)
        return;
    t->waits = *why;
    t->events.waiting(t->events.context, why->text);
}

void transport_tell_gone(struct transport *t, const char *sentence)
{
    if (t->gone || t->closing)
        return;
    t->gone = true;
    t->functions->listen(t, false);
    t->events.down(t->events.context, sentence, true);
}

enum error transport_open(uv_loop_t *loop, const struct transport_port *port,
                          const struct transport_line *line, int listener,
                          const struct transport_events *events, struct transport **out,
                          struct complaint *why)
{
    struct transport *t;
    enum error e;
    if ((unsigned)port->kind >= sizeof kinds / sizeof kinds[0])
        return complain(why, ERROR_BAD_INPUT, "This port carries no bytes; name another one.");
    t = calloc(1, kinds[port->kind]->size);
    if (!t)
        return complain(why, ERROR_NO_MEMORY, "There is no memory for the port.");
    t->functions = kinds[port->kind];
    t->loop = loop;
    t->port = *port;
    t->events = *events;
    if (line)
        t->line = *line;
    (void)uv_timer_init(loop, &t->timer);
    transport_own_handle(t, (uv_handle_t *)&t->timer);
    e = t->functions->open(t, listener, why);
    if (e == ERROR_OK)
        *out = t;
    else
        transport_close(t);
    return e;
}

void transport_start(struct transport *t)
{
    if (t->started || t->closing)
        return;
    t->started = true;
    t->functions->start(t);
}

enum error transport_write(struct transport *t, struct span out)
{
    if (!t->started || t->gone || t->closing)
        return ERROR_CLOSED;
    return out.len ? t->functions->write(t, out) : ERROR_OK;
}

void transport_listen(struct transport *t, bool on)
{
    if (t->started && !t->gone && !t->closing)
        t->functions->listen(t, on);
}

void transport_close(struct transport *t)
{
    if (!t || t->closing)
        return;
    t->closing = true;
    t->functions->close(t);
    transport_close_handle(t, (uv_handle_t *)&t->timer);
}
