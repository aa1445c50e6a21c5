/*
 * Inside instruments/transport: a USB device by libusb's asynchronous calls, and the kinds of it.
 *
 * usb.c finds the device, claims it, keeps its transfers going and notices its end; a kind says
 * which interface is its own, how the device is made ready, and what its bytes are.
 */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_USB_H
#define PHIAL_INSTRUMENTS_TRANSPORT_USB_H

#include "instruments/transport/kind.h"

#include <libusb.h>

enum { USB_READS = 4, USB_READ_SIZE = 512, USB_WRITE_SIZE = 512, USB_WRITE_MS = 5000 };

struct usb;

struct usb_kind {
    unsigned reads; /* transfers that wait for the device at a time */
    /* Whether this interface is one of its own; then endpoints, sizes and `interface` are set. */
    bool (*take_interface)(struct usb *u, const struct libusb_interface_descriptor *i);
    /* Makes the claimed device ready, before confinement; nothing is read. */
    enum error (*prepare)(struct usb *u, struct complaint *why);
    void (*fill_read)(struct usb *u, struct libusb_transfer *t, uint8_t *room);
    /* What one transfer brought, as bytes for the owner. It may change them in place. */
    void (*deliver)(struct usb *u, uint8_t *bytes, size_t len);
    /* Fills u->out with the first of what waits; false when that is not enough for a transfer. */
    bool (*fill_write)(struct usb *u);
    /* How much of what waits the transfer that ended has taken, however it ended. */
    size_t (*written)(const struct usb *u);
    enum error (*put)(struct usb *u, struct span out);
};

extern const struct usb_kind usb_hid, usb_ftdi;

struct usb_read {
    struct usb *owner;
    struct libusb_transfer *transfer;
    unsigned failures; /* in a row */
    bool busy;
    uint8_t bytes[USB_READ_SIZE];
};

struct usb {
    struct transport base;
    const struct usb_kind *kind;
    libusb_context *context;
    libusb_device_handle *handle;
    struct usb_loop *events;
    int fd, interface;
    unsigned release; /* bcdDevice */
    uint8_t in_address, out_address;
    size_t in_size, out_size; /* of the endpoints' packets */
    bool claimed, listening, writing;
    struct usb_read reads[USB_READS];
    struct usb_read *full[USB_READS]; /* done and not delivered, the oldest first */
    size_t full_count;
    struct libusb_transfer *out;
    unsigned write_failures;
    uint8_t sending[LIBUSB_CONTROL_SETUP_SIZE + USB_WRITE_SIZE];
    struct buffer waiting; /* bytes for the device */
};

/* For a kind: its endpoint to read from or to write to; a thing to count; the ends of a transfer
 * that writes and of one that reads. */
void usb_use_endpoint(struct usb *u, const struct libusb_endpoint_descriptor *e, size_t size);
void usb_note(struct usb *u, const char *what);
void LIBUSB_CALL usb_on_written(struct libusb_transfer *t);
void LIBUSB_CALL usb_on_read(struct libusb_transfer *t);

#endif
