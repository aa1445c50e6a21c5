/* HID: whole reports in and out, of a fixed size, each in a transfer of its own. */
#include "instruments/transport/usb.h"

enum {
    REPORT_MAX = 64,       /* of a full-speed interrupt endpoint (USB 2.0, 5.7.3) */
    HID_SET_REPORT = 0x09, /* HID 1.11, 7.2.2 */
    HID_OUTPUT_REPORT = 0x0200
};

static void take_endpoint(struct usb *u, const struct libusb_endpoint_descriptor *e)
{
    size_t size = e->wMaxPacketSize & 0x7ffU;
    if ((e->bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_INTERRUPT ||
        size == 0 || size > REPORT_MAX)
        return;
    usb_use_endpoint(u, e, size);
}

static bool take_interface(struct usb *u, const struct libusb_interface_descriptor *i)
{
    if (i->bInterfaceClass != LIBUSB_CLASS_HID)
        return false;
    u->in_address = u->out_address = 0;
    u->in_size = u->out_size = REPORT_MAX;
    for (uint8_t e = 0; e < i->bNumEndpoints; e++)
        take_endpoint(u, &i->endpoint[e]);
    return u->in_address != 0;
}

static enum error prepare(struct usb *u, struct complaint *why)
{
    (void)u;
    (void)why;
    return ERROR_OK;
}

static void fill_read(struct usb *u, struct libusb_transfer *t, uint8_t *room)
{
    libusb_fill_interrupt_transfer(t, u->handle, u->in_address, room, (int)u->in_size, usb_on_read,
                                   t->user_data, 0);
}

static void deliver(struct usb *u, uint8_t *bytes, size_t len)
{
    if (len)
        u->base.events.bytes(u->base.events.context, span_of(bytes, len));
}

/* HID 1.11, 7.2: a device without an OUT endpoint takes its reports by SET_REPORT. */
static void fill_control(struct usb *u)
{
    libusb_fill_control_setup(
        u->sending, LIBUSB_ENDPOINT_OUT | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE,
        HID_SET_REPORT, HID_OUTPUT_REPORT, (uint16_t)u->interface, (uint16_t)u->out_size);
    memcpy(u->sending + LIBUSB_CONTROL_SETUP_SIZE, u->waiting.at, u->out_size);
    libusb_fill_control_transfer(u->out, u->handle, u->sending, usb_on_written, u, USB_WRITE_MS);
}

static bool fill_write(struct usb *u)
{
    if (u->waiting.len < u->out_size)
        return false;
    if (u->out_address) {
        memcpy(u->sending, u->waiting.at, u->out_size);
        libusb_fill_interrupt_transfer(u->out, u->handle, u->out_address, u->sending,
                                       (int)u->out_size, usb_on_written, u, USB_WRITE_MS);
    } else {
        fill_control(u);
    }
    return true;
}

static size_t written(const struct usb *u)
{
    return u->out->status == LIBUSB_TRANSFER_COMPLETED ? u->out_size : 0;
}

static enum error put(struct usb *u, struct span out)
{
    static const uint8_t zeros[REPORT_MAX];
    if (out.len > u->out_size)
        return ERROR_TOO_BIG;
    if (u->waiting.max - u->waiting.len < u->out_size || buffer_put(&u->waiting, out) != ERROR_OK ||
        buffer_put(&u->waiting, span_of(zeros, u->out_size - out.len)) != ERROR_OK)
        return ERROR_FULL;
    return ERROR_OK;
}

const struct usb_kind usb_hid = {
    .reads = 1, /* so that reports keep their order whatever happens to one */
    .take_interface = take_interface,
    .prepare = prepare,
    .fill_read = fill_read,
    .deliver = deliver,
    .fill_write = fill_write,
    .written = written,
    .put = put,
};
