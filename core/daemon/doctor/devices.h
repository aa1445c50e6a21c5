/* Which serial ports and USB devices there are, as sysfs and udev say. For this folder only. */
#ifndef PHIAL_CORE_DAEMON_DOCTOR_DEVICES_H
#define PHIAL_CORE_DAEMON_DOCTOR_DEVICES_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { DEVICES_MAX = 64, DEVICE_TEXT = 128, DEVICE_PATH = 512 };

struct device {
    char node[DEVICE_TEXT];     /* "/dev/ttyUSB0", "/dev/bus/usb/001/005" */
    char by_path[DEVICE_TEXT];  /* a link that names the physical port, or "" */
    char usb_port[DEVICE_TEXT]; /* "1-1.2", or "" for a port of the machine's own */
    unsigned vendor, product;   /* of a USB device */
    char maker[DEVICE_TEXT], model[DEVICE_TEXT], serial[DEVICE_TEXT];
    bool tty;
    bool printer, storage, keyboard; /* it has such an interface */
    bool in_udev;                    /* udev has seen it */
    bool ignored_by_modem_manager;
    bool console; /* the machine's own console */
};

struct devices {
    struct device at[DEVICES_MAX];
    size_t count;
};

/* Those that may matter: every serial port and every USB device that is no hub. */
void devices_scan(const char *root, struct devices *out);

/* The first line of a file below the root, without its end; false when it cannot be read. */
bool devices_read(const char *root, const char *path, char out[DEVICE_TEXT]);

#endif
