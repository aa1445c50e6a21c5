/*
 * A USB device: found, claimed, read and written by transfers, until it is unplugged.
 *
 * Invariants: what the transfers bring is delivered in the order in which they were done; what
 * comes while nobody listens stays in its transfer and is told first when somebody does; one
 * transfer writes at a time. A stalled endpoint is cleared and tried again, three times in a row;
 * then the device is gone.
 */
#include "instruments/transport/usb.h"

#include "core/base/limits.h"
#include "core/usb/usb_loop.h"

#include <stdlib.h>
#include <unistd.h>

enum { FAILURES_IN_A_ROW = 3, CLOSE_MS = 1000 };

static void read_next(struct usb *u, struct usb_read *r);
static void write_next(struct usb *u);

void usb_use_endpoint(struct usb *u, const struct libusb_endpoint_descriptor *e, size_t size)
{
    if (e->bEndpointAddress & LIBUSB_ENDPOINT_IN) {
        u->in_address = e->bEndpointAddress;
        u->in_size = size;
    } else {
        u->out_address = e->bEndpointAddress;
        u->out_size = size;
    }
}

void usb_note(struct usb *u, const char *what)
{
    u->base.events.note(u->base.events.context, what);
}

/* Opening */

static bool find_kind(struct usb *u, const struct libusb_interface_descriptor *i)
{
    static const struct usb_kind *const kinds[] = { &usb_hid, &usb_ftdi };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        if (kinds[k]->take_interface(u, i)) {
            u->kind = kinds[k];
            u->interface = i->bInterfaceNumber;
            return true;
        }
    return false;
}

/* The first interface that is of a known kind. */
static enum error find_interface(struct usb *u)
{
    libusb_device *device = libusb_get_device(u->handle);
    struct libusb_device_descriptor d;
    struct libusb_config_descriptor *c;
    bool found = false;
    if (libusb_get_device_descriptor(device, &d) != 0 ||
        libusb_get_active_config_descriptor(device, &c) != 0)
        return ERROR_IO;
    u->release = d.bcdDevice;
    for (uint8_t i = 0; i < c->bNumInterfaces && !found; i++)
        if (c->interface[i].num_altsetting > 0)
            found = find_kind(u, &c->interface[i].altsetting[0]);
    libusb_free_config_descriptor(c);
    return found ? ERROR_OK : ERROR_UNSUPPORTED;
}

static enum error make_context(struct usb *u)
{
    /* The descriptor is handed in: no discovery, so no thread and no netlink socket. */
    if (libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY) != 0 ||
        libusb_init(&u->context) != 0)
        return ERROR_IO;
    return usb_loop_open(u->base.loop, u->context, &u->events);
}

static bool make_transfers(struct usb *u)
{
    u->out = libusb_alloc_transfer(0);
    for (unsigned i = 0; i < u->kind->reads; i++) {
        u->reads[i].owner = u;
        u->reads[i].transfer = libusb_alloc_transfer(0);
        if (!u->reads[i].transfer)
            return false;
        u->reads[i].transfer->user_data = &u->reads[i];
    }
    return u->out != NULL;
}

static enum error claim_device(struct usb *u, struct complaint *why)
{
    (void)libusb_set_auto_detach_kernel_driver(u->handle, 1);
    if (libusb_claim_interface(u->handle, u->interface) != 0)
        return complain(why, ERROR_BUSY,
                        "Another program uses the USB device. End that one, or plug it in again.");
    u->claimed = true;
    if (!make_transfers(u))
        return complain(why, ERROR_NO_MEMORY, "There is no memory.");
    return u->kind->prepare(u, why);
}

static enum error take_device(struct usb *u, struct complaint *why)
{
    struct usb_wanted wanted;
    enum error e;
    transport_usb_wanted(&u->base.port, &wanted);
    e = usb_find_open(&wanted, &u->fd, why);
    if (e != ERROR_OK)
        return e;
    if (make_context(u) != ERROR_OK || libusb_wrap_sys_device(u->context, u->fd, &u->handle) != 0)
        return complain(why, ERROR_IO, "The USB device cannot be used. Plug it in again.");
    if (find_interface(u) != ERROR_OK)
        return complain(why, ERROR_UNSUPPORTED,
                        "The USB device is neither a HID device nor an FTDI chip. Check that it is "
                        "the one that was meant; if it is a serial cable, name it as "
                        "serial:usb:%04x:%04x.",
                        u->base.port.vendor, u->base.port.product);
    return claim_device(u, why);
}

static bool is_busy(const struct usb *u)
{
    for (unsigned i = 0; i < USB_READS; i++)
        if (u->reads[i].busy)
            return true;
    return u->writing;
}

/* Transfers that are under way belong to libusb until their callback. */
static void end_transfers(struct usb *u)
{
    struct timeval step = { 0, 10000 };
    for (unsigned i = 0; i < USB_READS; i++)
        if (u->reads[i].busy)
            (void)libusb_cancel_transfer(u->reads[i].transfer);
    if (u->writing)
        (void)libusb_cancel_transfer(u->out);
    for (int ms = 0; is_busy(u) && ms < CLOSE_MS; ms += 10)
        (void)libusb_handle_events_timeout_completed(u->context, &step, NULL);
}

static void free_transfers(struct usb *u)
{
    for (unsigned i = 0; i < USB_READS; i++) {
        libusb_free_transfer(u->reads[i].transfer);
        u->reads[i].transfer = NULL;
    }
    libusb_free_transfer(u->out);
    u->out = NULL;
    u->full_count = 0;
}

static void release_device(struct usb *u)
{
    if (u->context)
        end_transfers(u);
    if (u->claimed)
        (void)libusb_release_interface(u->handle, u->interface);
    u->claimed = false;
    free_transfers(u);
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

/* True when the endpoint may be tried again. */
static bool recover(struct usb *u, const struct libusb_transfer *t, unsigned *failures)
{
    if (t->status == LIBUSB_TRANSFER_NO_DEVICE || t->status == LIBUSB_TRANSFER_CANCELLED)
        return false;
    if (++*failures > FAILURES_IN_A_ROW)
        return false;
    if (t->status == LIBUSB_TRANSFER_STALL) {
        usb_note(u, "stall");
        return t->endpoint == 0 || libusb_clear_halt(u->handle, t->endpoint) == 0;
    }
    usb_note(u, t->status == LIBUSB_TRANSFER_OVERFLOW ? "overrun" : "usb error");
    return true;
}

static void lose_device(struct usb *u)
{
    transport_tell_gone(&u->base, "The USB device went away. Plug it in again.");
}

/* The oldest transfer that is done; it is on its way again before the owner has its bytes. */
static void deliver_first(struct usb *u)
{
    struct usb_read *r = u->full[0];
    uint8_t bytes[USB_READ_SIZE];
    size_t len = (size_t)r->transfer->actual_length;
    u->full_count--;
    memmove(u->full, u->full + 1, u->full_count * sizeof(struct usb_read *));
    memcpy(bytes, r->bytes, len);
    read_next(u, r);
    u->kind->deliver(u, bytes, len);
}

static void deliver_all(struct usb *u)
{
    while (u->listening && u->full_count && !u->base.gone && !u->base.closing)
        deliver_first(u);
}

void LIBUSB_CALL usb_on_read(struct libusb_transfer *t)
{
    struct usb_read *r = t->user_data;
    struct usb *u = r->owner;
    r->busy = false;
    if (u->base.closing || u->base.gone)
        return;
    if (t->status == LIBUSB_TRANSFER_COMPLETED) {
        r->failures = 0;
        u->full[u->full_count++] = r;
        deliver_all(u);
    } else if (recover(u, t, &r->failures)) {
        read_next(u, r);
    } else {
        lose_device(u);
    }
}

static void read_next(struct usb *u, struct usb_read *r)
{
    u->kind->fill_read(u, r->transfer, r->bytes);
    r->busy = libusb_submit_transfer(r->transfer) == 0;
    if (!r->busy)
        lose_device(u);
}

void LIBUSB_CALL usb_on_written(struct libusb_transfer *t)
{
    struct usb *u = t->user_data;
    u->writing = false;
    if (u->base.closing || u->base.gone)
        return;
    if (t->status == LIBUSB_TRANSFER_COMPLETED) {
        u->write_failures = 0;
    } else if (!recover(u, t, &u->write_failures)) {
        lose_device(u);
        return;
    }
    buffer_drop(&u->waiting, u->kind->written(u));
    write_next(u);
}

static void write_next(struct usb *u)
{
    if (u->writing || !u->kind->fill_write(u))
        return;
    u->writing = libusb_submit_transfer(u->out) == 0;
    if (!u->writing)
        lose_device(u);
}

static void start_usb(struct transport *t)
{
    struct usb *u = (struct usb *)t;
    u->listening = true;
    t->events.up(t->events.context);
    for (unsigned i = 0; i < u->kind->reads && !t->closing && !t->gone; i++)
        read_next(u, &u->reads[i]);
}

static enum error write_usb(struct transport *t, struct span out)
{
    struct usb *u = (struct usb *)t;
    enum error e = u->kind->put(u, out);
    if (e != ERROR_OK)
        return e;
    write_next(u);
    return t->gone ? ERROR_CLOSED : ERROR_OK;
}

static void listen_usb(struct transport *t, bool on)
{
    struct usb *u = (struct usb *)t;
    u->listening = on;
    deliver_all(u);
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
