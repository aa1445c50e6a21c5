/*
 * Which device node a USB device has now.
 *
 * libusb could enumerate too, but then it keeps a thread and a netlink socket for the life of the
 * process, which a confined process is better without.
 */
#ifndef PHIAL_CORE_USB_USB_FIND_H
#define PHIAL_CORE_USB_USB_FIND_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct usb_wanted {
    unsigned vendor, product;
    char path[64];   /* "1-1.2": the socket it must be plugged into; "" is any */
    char serial[64]; /* its serial number; "" is any */
};

/* Looks through sysfs for such a device and opens its node. ERROR_NOT_FOUND: not plugged in;
 * ERROR_DENIED: no right to it; ERROR_CONFLICT: several alike, and nothing said which. */
enum error usb_find_open(const struct usb_wanted *wanted, int *fd, struct complaint *why);
/* The same for the serial port that the kernel made of such a device: the path of its node, which
 * is not opened. ERROR_NOT_FOUND also says when the device is there and the port is not. */
enum error usb_find_serial(const struct usb_wanted *wanted, char *path, size_t size,
                           struct complaint *why);
/* Whether any device of these ids is plugged in. */
bool usb_find_present(unsigned vendor, unsigned product);

#endif
