/*
 * A USB HID device by libusb's asynchronous calls: reports in, reports out.
 *
 * Invariants: at most one transfer each way is under way, so reports keep their order; a report
 * that arrives while nobody listens stays in its transfer and is told first when somebody does.
 * A stalled endpoint is cleared and tried again, three times in a row; then the device is gone.
 */
#include "core/base/limits.h"
#include "instruments/transport/kind.h"
#include "instruments/transport/usb_find.h"
#include "instruments/transport/usb_loop.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    REPORT_MAX = 64, /* of a full-speed interrupt endpoint (USB 2.0, 5.7.3) */
    FAILURES_IN_A_ROW = 3,
    WRITE_MS = 5000,
    CLOSE_MS = 1000,
    HID_SET_REPORT = 0x09, /* HID 1.11, 7.2.2 */
    HID_OUTPUT_REPORT = 0x0200
};

struct usb {
    struct transport base;
    libusb_context *context;
    libusb_device_handle *handle;
    struct usb_loop *events;
    int fd;
    int interface;
    uint8_t in_address, out_address; /* 0: reports go out by control transfers */
    size_t in_size, out_size;
    struct libusb_transfer *in, *out;
    bool claimed, reading, writing, listening, holding;
    unsigned failures;
    uint8_t report[REPORT_MAX];
    uint8_t sending[LIBUSB_CONTROL_SETUP_SIZE + REPORT_MAX];
    struct buffer waiting; /* whole reports of out_size bytes */
};

static void read_next(struct usb *u);
static void write_next(struct usb *u);

/* Descriptors: the first HID interface and its interrupt endpoints. */

static void take_endpoint(struct usb *u, const struct libusb_endpoint_descriptor *e)
{
    size_t size = e->wMaxPacketSize & 0x7ffU;
    if ((e->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_INTERRUPT ||
        size == 0 || size > REPORT_MAX)
        return;
    if (e->bEndpointAddress & LIBUSB_ENDPOINT_IN) {
        u->in_address = e->bEndpointAddress;
        u->in_size = size;
    } else {
        u->out_address = e->bEndpointAddress;
        u->out_size = size;
    }
}

static bool take_interface(struct usb *u, const struct libusb_interface_descriptor *i)
{
    if (i->bInterfaceClass != LIBUSB_CLASS_HID)
        return false;
    u->in_address = u->out_address = 0;
    u->in_size = u->out_size = REPORT_MAX;
    for (uint8_t e = 0; e < i->bNumEndpoints; e++)
        take_endpoint(u, &i->endpoint[e]);
    u->interface = i->bInterfaceNumber;
    return u->in_address != 0;
}

static enum error find_interface(struct usb *u)
{
    struct libusb_config_descriptor *c;
    bool found = false;
    if (libusb_get_active_config_descriptor(libusb_get_device(u->handle), &c) != 0)
        return ERROR_IO;
    for (uint8_t i = 0; i < c->bNumInterfaces && !found; i++)
        if (c->interface[i].num_altsetting > 0)
            found = take_interface(u, &c->interface[i].altsetting[0]);
    libusb_free_config_descriptor(c);
    return found ? ERROR_OK : ERROR_UNSUPPORTED;
}

/* Opening */

static enum error make_context(struct usb *u)
{
    /* The descriptor is handed in: no discovery, so no thread and no netlink socket. */
    if (libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY) != 0 ||
        libusb_init(&u->context) != 0)
        return ERROR_IO;
    return usb_loop_open(u->base.loop, u->context, &u->events);
}

static enum error take_device(struct usb *u, struct complaint *why)
{
    enum error e = usb_find_open(&u->base.port, &u->fd, why);
    if (e != ERROR_OK)
        return e;
    if (make_context(u) != ERROR_OK || libusb_wrap_sys_device(u->context, u->fd, &u->handle) != 0)
        return complain(why, ERROR_IO, "The USB device cannot be used. Plug it in again.");
    if (find_interface(u) != ERROR_OK)
        return complain(why, ERROR_UNSUPPORTED,
                        "The USB device has no HID interface with interrupt reports. Check that "
                        "it is the one that was meant.");
    (void)libusb_set_auto_detach_kernel_driver(u->handle, 1);
    if (libusb_claim_interface(u->handle, u->interface) != 0)
        return complain(why, ERROR_BUSY,
                        "Another program uses the USB device. End that one, or plug it in again.");
    u->claimed = true;
    u->in = libusb_alloc_transfer(0);
    u->out = libusb_alloc_transfer(0);
    return u->in && u->out ? ERROR_OK : complain(why, ERROR_NO_MEMORY, "There is no memory.");
}

/* Transfers that are under way belong to libusb until their callback. */
static void end_transfers(struct usb *u)
{
    struct timeval step = { 0, 10000 };
    if (u->reading)
        (void)libusb_cancel_transfer(u->in);
    if (u->writing)
        (void)libusb_cancel_transfer(u->out);
    for (int ms = 0; (u->reading || u->writing) && ms < CLOSE_MS; ms += 10)
        (void)libusb_handle_events_timeout_completed(u->context, &step, NULL);
}

static void release_device(struct usb *u)
{
    if (u->context)
        end_transfers(u);
    if (u->claimed)
        (void)libusb_release_interface(u->handle, u->interface);
    u->claimed = false;
    libusb_free_transfer(u->in);
    libusb_free_transfer(u->out);
    u->in = u->out = NULL;
    if (u->handle)
        libusb_close(u->handle);
    u->handle = NULL;
    usb_loop_close(u->events);
    u->events = NULL;
    if (u->context)
        libusb_exit(u->context);
    u->context = NULL;
    if (u->fd >= 0)
        (void)close(u->fd);
    u->fd = -1;
}

static void attempt(uv_timer_t *timer)
{
    struct usb *u = timer->data;
    struct complaint why;
    if (take_device(u, &why) == ERROR_OK) {
        transport_tell_ready(&u->base);
        return;
    }
    release_device(u);
    (void)uv_timer_start(&u->base.timer, attempt, TRANSPORT_RETRY_MS, 0);
    transport_tell_waiting(&u->base, &why);
}

static enum error open_usb(struct transport *t, int listener, struct complaint *why)
{
    struct usb *u = (struct usb *)t;
    (void)listener;
    (void)why;
    u->fd = -1;
    buffer_init(&u->waiting, LIMIT_PORT_OUTPUT);
    (void)uv_timer_start(&t->timer, attempt, 0, 0);
    return ERROR_OK;
}

/* What a transfer's end means */

static void note(struct usb *u, const char *what)
{
    u->base.events.note(u->base.events.context, what);
}

/* True when the endpoint may be tried again. */
static bool recover(struct usb *u, const struct libusb_transfer *t)
{
    if (t->status == LIBUSB_TRANSFER_NO_DEVICE || t->status == LIBUSB_TRANSFER_CANCELLED)
        return false;
    if (++u->failures > FAILURES_IN_A_ROW)
        return false;
    if (t->status == LIBUSB_TRANSFER_STALL) {
        note(u, "stall");
        return t->endpoint == 0 || libusb_clear_halt(u->handle, t->endpoint) == 0;
    }
    note(u, t->status == LIBUSB_TRANSFER_OVERFLOW ? "overrun" : "usb error");
    return true;
}

static void lose_device(struct usb *u)
{
    transport_tell_gone(&u->base, "The USB device went away. Plug it in again.");
}

static void deliver(struct usb *u)
{
    uint8_t report[REPORT_MAX];
    size_t len = (size_t)u->in->actual_length;
    u->holding = false;
    u->failures = 0;
    memcpy(report, u->report, len); /* the next read may overwrite it before the owner is done */
    read_next(u);
    if (len)
        u->base.events.bytes(u->base.events.context, span_of(report, len));
}

static void LIBUSB_CALL on_read(struct libusb_transfer *t)
{
    struct usb *u = t->user_data;
    u->reading = false;
    if (u->base.closing || u->base.gone)
        return;
    if (t->status == LIBUSB_TRANSFER_COMPLETED) {
        u->holding = true;
        if (u->listening)
            deliver(u);
    } else if (recover(u, t)) {
        read_next(u);
    } else {
        lose_device(u);
    }
}

static void read_next(struct usb *u)
{
    if (u->reading || u->holding)
        return;
    libusb_fill_interrupt_transfer(u->in, u->handle, u->in_address, u->report, (int)u->in_size,
                                   on_read, u, 0);
    u->reading = libusb_submit_transfer(u->in) == 0;
    if (!u->reading)
        lose_device(u);
}

static void LIBUSB_CALL on_write(struct libusb_transfer *t)
{
    struct usb *u = t->user_data;
    u->writing = false;
    if (u->base.closing || u->base.gone)
        return;
    if (t->status == LIBUSB_TRANSFER_COMPLETED)
        buffer_drop(&u->waiting, u->out_size);
    else if (!recover(u, t)) {
        lose_device(u);
        return;
    }
    write_next(u);
}

/* HID 1.11, 7.2: a device without an OUT endpoint takes its reports by SET_REPORT. */
static void fill_control(struct usb *u)
{
    libusb_fill_control_setup(
        u->sending, LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
        HID_SET_REPORT, HID_OUTPUT_REPORT, (uint16_t)u->interface, (uint16_t)u->out_size);
    memcpy(u->sending + LIBUSB_CONTROL_SETUP_SIZE, u->waiting.at, u->out_size);
    libusb_fill_control_transfer(u->out, u->handle, u->sending, on_write, u, WRITE_MS);
}

static void write_next(struct usb *u)
{
    if (u->writing || u->waiting.len < u->out_size)
        return;
    if (u->out_address) {
        memcpy(u->sending, u->waiting.at, u->out_size);
        libusb_fill_interrupt_transfer(u->out, u->handle, u->out_address, u->sending,
                                       (int)u->out_size, on_write, u, WRITE_MS);
    } else {
        fill_control(u);
    }
    u->writing = libusb_submit_transfer(u->out) == 0;
    if (!u->writing)
        lose_device(u);
}

static void start_usb(struct transport *t)
{
    struct usb *u = (struct usb *)t;
    u->listening = true;
    t->events.up(t->events.context);
    if (!t->closing && !t->gone)
        read_next(u);
}

static enum error write_usb(struct transport *t, struct span out)
{
    static const uint8_t zeros[REPORT_MAX];
    struct usb *u = (struct usb *)t;
    if (out.len > u->out_size)
        return ERROR_TOO_BIG;
    if (u->waiting.max - u->waiting.len < u->out_size || buffer_put(&u->waiting, out) != ERROR_OK ||
        buffer_put(&u->waiting, span_of(zeros, u->out_size - out.len)) != ERROR_OK)
        return ERROR_FULL;
    write_next(u);
    return t->gone ? ERROR_CLOSED : ERROR_OK;
}

static void listen_usb(struct transport *t, bool on)
{
    struct usb *u = (struct usb *)t;
    u->listening = on;
    if (on && u->holding)
        deliver(u);
}

static void close_usb(struct transport *t)
{
    struct usb *u = (struct usb *)t;
    release_device(u);
    buffer_free(&u->waiting);
}

const struct transport_functions transport_usb = {
    sizeof(struct usb), open_usb, start_usb, write_usb, listen_usb, close_usb,
};
