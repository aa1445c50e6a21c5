/* A port and a conversation, put together. */
#include "labels/print/device.h"

#include "labels/print/port.h"
#include "labels/print/talk.h"

#include <stdlib.h>
#include <string.h>

struct device {
    struct printer base;
    uv_timer_t timer;
    struct printer_events events;
    struct port *port;
    struct talk talk;
    bool opened, over, closing;
    const char *gone;  /* what the port said when it went */
    bool asking;       /* the port is asked before the printer is */
    struct span label; /* to be printed when the port has answered; empty for a check */
};

static void tell_closed(struct device *d, const char *sentence)
{
    if (d->over || d->closing)
        return;
    d->over = true;
    (void)uv_timer_stop(&d->timer);
    d->events.closed(d->events.context, sentence);
}

/* The conversation's effects */

static void on_timer(uv_timer_t *timer)
{
    struct device *d = timer->data;
    talk_timer(&d->talk);
}

static void talk_writes(void *context, struct span bytes)
{
    struct device *d = context;
    d->port->functions->write(d->port, bytes);
}

static void talk_arms(void *context, unsigned ms)
{
    struct device *d = context;
    if (ms)
        (void)uv_timer_start(&d->timer, on_timer, ms, 0);
    else
        (void)uv_timer_stop(&d->timer);
}

static void talk_is_done(void *context, enum print_status status, const char *sentence)
{
    struct device *d = context;
    d->events.done(d->events.context, status, sentence);
}

static void talk_has_condition(void *context, const char *sentence)
{
    struct device *d = context;
    d->events.condition(d->events.context, sentence);
}

static void talk_is_over(void *context, const char *sentence)
{
    struct device *d = context;
    tell_closed(d, d->gone ? d->gone : sentence);
}

/* The port's events */

static void on_opened(void *context)
{
    struct device *d = context;
    d->opened = true;
    if (d->port->one_way)
        d->talk.answers = false;
    d->events.opened(d->events.context);
}

static void on_bytes(void *context, struct span bytes)
{
    struct device *d = context;
    talk_bytes(&d->talk, bytes);
}

static void proceed(struct device *d)
{
    struct span label = d->label;

    d->label = span_of(NULL, 0);
    if (label.len)
        (void)talk_print(&d->talk, label);
    else if (talk_check(&d->talk) == ERROR_UNSUPPORTED) /* the port alone knows something */
        d->events.condition(d->events.context, d->talk.hint ? d->talk.hint : "");
}

static void on_status(void *context, const char *fault)
{
    struct device *d = context;
    if (!d->asking || d->over || d->closing)
        return;
    d->asking = false;
    talk_hint(&d->talk, fault);
    proceed(d);
}

/* The conversation tells its label's fate, then that it is over; a label that was not even begun is
 * told of here. */
static void on_closed(void *context, const char *sentence)
{
    struct device *d = context;
    bool waiting = d->asking && d->label.len;

    if (d->over || d->closing)
        return;
    d->asking = false;
    if (waiting)
        d->events.done(d->events.context, PRINT_FAILED,
                       "The label printer went away before the label was sent. Print again when "
                       "it is back.");
    d->gone = sentence;
    if (d->opened)
        talk_failed(&d->talk);
    tell_closed(d, sentence);
}

static enum error open_port(uv_loop_t *loop, struct device *d, const struct printer_setup *setup,
                            struct complaint *why)
{
    const struct port_events events = { d, on_opened, on_bytes, on_status, on_closed };
    if (setup->kind == PRINTER_USB)
        return usb_open(loop, setup, &events, &d->port, why);
    return network_open(loop, setup, &events, &d->port, why);
}

static enum error begin(struct device *d, struct span label)
{
    if (!d->opened || d->over)
        return ERROR_CLOSED;
    if (d->asking || talk_busy(&d->talk))
        return ERROR_BUSY;
    d->label = label;
    if (!d->port->functions->ask) {
        proceed(d);
        return ERROR_OK;
    }
    d->asking = true;
    d->port->functions->ask(d->port);
    return ERROR_OK;
}

static enum error print_device(struct printer *printer, struct span label, enum label_stock stock)
{
    (void)stock; /* the envelope says it */
    return begin((struct device *)printer, label);
}

static enum error check_device(struct printer *printer)
{
    struct device *d = (struct device *)printer;

    if (!d->talk.answers && !d->port->functions->ask)
        return ERROR_UNSUPPORTED;
    return begin(d, span_of(NULL, 0));
}

static bool idle_device(const struct printer *printer)
{
    const struct device *d = (const struct device *)printer;
    return d->opened && !d->over && !d->asking && !talk_busy(&d->talk);
}

static void on_handle_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void close_device(struct printer *printer)
{
    struct device *d = (struct device *)printer;
    struct span last;

    if (d->closing)
        return;
    d->closing = true;
    last = talk_last_words(&d->talk);
    if (last.len && !d->over)
        d->port->functions->write(d->port, last);
    d->port->functions->close(d->port);
    uv_close((uv_handle_t *)&d->timer, on_handle_closed);
}

static const struct printer_functions device_functions = { print_device, check_device, idle_device,
                                                           close_device };

enum error device_open(uv_loop_t *loop, const struct printer_setup *setup,
                       const struct printer_events *events, struct printer **out,
                       struct complaint *why)
{
    struct device *d = calloc(1, sizeof *d);
    enum error e;

    if (!d)
        return complain(why, ERROR_NO_MEMORY, "There is no memory for the label printer.");
    d->base.functions = &device_functions;
    d->events = *events;
    d->timer.data = d;
    (void)uv_timer_init(loop, &d->timer);
    talk_init(&d->talk,
              &(struct talk_effects) { d, talk_writes, talk_arms, talk_is_done, talk_has_condition,
                                       talk_is_over },
              setup->language, setup->media, setup->answers);
    e = open_port(loop, d, setup, why);
    if (e == ERROR_OK)
        *out = &d->base;
    else
        uv_close((uv_handle_t *)&d->timer, on_handle_closed);
    return e;
}
