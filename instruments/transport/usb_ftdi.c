/* An FTDI chip that the kernel left to us: a serial line over two bulk endpoints. */
#include "instruments/transport/ftdi.h"
#include "instruments/transport/usb.h"

enum { REQUEST_MS = 500, PACKET_LEAST = 8 };

static void take_endpoint(struct usb *u, const struct libusb_endpoint_descriptor *e)
{
    size_t size = e->wMaxPacketSize & 0x7ffU;
    if ((e->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK ||
        size < PACKET_LEAST || USB_READ_SIZE % size != 0)
        return;
    usb_use_endpoint(u, e, size);
}

/* The maker of the chip, its own interface class, and a bulk endpoint each way: no other device of
 * that vendor id looks so, and no byte has to be sent to find out. */
static bool take_interface(struct usb *u, const struct libusb_interface_descriptor *i)
{
    if (u->base.port.vendor != FTDI_VENDOR || i->bInterfaceClass != LIBUSB_CLASS_VENDOR_SPEC)
        return false;
    u->in_address = u->out_address = 0;
    for (uint8_t e = 0; e < i->bNumEndpoints; e++)
        take_endpoint(u, &i->endpoint[e]);
    return u->in_address && u->out_address;
}

static enum error prepare(struct usb *u, struct complaint *why)
{
    const struct transport_line *line = &u->base.line;
    struct ftdi_request requests[FTDI_REQUESTS];
    if (ftdi_requests(line, u->release, (unsigned)u->interface, requests) != ERROR_OK)
        return complain(why, ERROR_UNSUPPORTED,
                        "The USB device's chip has no rate of %u baud. Change the line settings.",
                        line->baud);
    for (size_t i = 0; i < FTDI_REQUESTS; i++)
        if (libusb_control_transfer(
                u->handle,
                LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_VENDOR | LIBUSB_RECIPIENT_DEVICE,
                requests[i].request, requests[i].value, requests[i].index, NULL, 0, REQUEST_MS) < 0)
            return complain(why, ERROR_IO,
                            "The USB device does not take the line settings %u %u%c%u. Plug it in "
                            "again, or change them.",
                            line->baud, line->data_bits, line->parity, line->stop_bits);
    return ERROR_OK;
}

static void fill_read(struct usb *u, struct libusb_transfer *t, uint8_t *room)
{
    libusb_fill_bulk_transfer(t, u->handle, u->in_address, room, USB_READ_SIZE, usb_on_read,
                              t->user_data, 0);
}

static void note_times(struct usb *u, const char *what, size_t times)
{
    while (times--)
        usb_note(u, what);
}

static void deliver(struct usb *u, uint8_t *bytes, size_t len)
{
    struct ftdi_read r = ftdi_read_packets(bytes, len, u->in_size, bytes);
    note_times(u, "parity", r.damaged);
    note_times(u, "break", r.breaks);
    note_times(u, "overrun", r.overruns);
    if (r.len)
        u->base.events.bytes(u->base.events.context, span_of(bytes, r.len));
}

static bool fill_write(struct usb *u)
{
    size_t len = u->waiting.len < USB_WRITE_SIZE ? u->waiting.len : USB_WRITE_SIZE;
    if (len == 0)
        return false;
    memcpy(u->sending, u->waiting.at, len);
    libusb_fill_bulk_transfer(u->out, u->handle, u->out_address, u->sending, (int)len,
                              usb_on_written, u, USB_WRITE_MS);
    return true;
}

static size_t written(const struct usb *u)
{
    return (size_t)u->out->actual_length;
}

static enum error put(struct usb *u, struct span out)
{
    return buffer_put(&u->waiting, out) == ERROR_OK ? ERROR_OK : ERROR_FULL;
}

const struct usb_kind usb_ftdi = {
    .reads = 2, /* one is filled while the other is read */
    .take_interface = take_interface,
    .prepare = prepare,
    .fill_read = fill_read,
    .deliver = deliver,
    .fill_write = fill_write,
    .written = written,
    .put = put,
};
