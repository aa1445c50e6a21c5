/*
 * A USB device that exists only in umockdev: real libusb talks to it through ioctl.
 *
 * The device's own logic is a few functions; here are usbfs, its transfers, and what goes wrong on
 * a wire: stalls, babble, short writes, unplugging in the middle. The ioctl handler runs in a
 * thread of umockdev's; it holds the device's lock while it calls the functions.
 */
#ifndef PHIAL_TESTS_USB_FAKE_USB_H
#define PHIAL_TESTS_USB_FAKE_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_usb;

struct fake_usb_device {
    const uint8_t *descriptors; /* device and configuration, one behind the other */
    size_t descriptors_len;
    unsigned vendor, product;
    const char *serial; /* or NULL */
    void *context;
    /* The host reads: true when the transfer is done, with `*len` bytes of at most `room`. */
    bool (*read)(void *context, uint8_t endpoint, uint8_t *out, size_t room, size_t *len);
    /* The host writes. */
    void (*write)(void *context, uint8_t endpoint, const uint8_t *bytes, size_t len);
    /* A control request without data: false is a stall. May be NULL: none are known. */
    bool (*control)(void *context, const uint8_t setup[8]);
    /* A control request that reads at most `room` bytes: false is a stall. May be NULL likewise. */
    bool (*control_read)(void *context, const uint8_t setup[8], uint8_t *out, size_t room,
                         size_t *len);
    /* The host's process is no more. May be NULL. */
    void (*host_gone)(void *context);
};

/* Plugged in at port 1-1. Only one exists at a time. It is seen by processes started later that
 * have umockdev's library preloaded (umockdev-wrapper), and by this one if it has. */
struct fake_usb *fake_usb_new(const struct fake_usb_device *device);
void fake_usb_free(struct fake_usb *f);
void fake_usb_unplug(struct fake_usb *f);
void fake_usb_plug(struct fake_usb *f);
/* Around whatever a test does with the device's own state; unlock lets the transfers go on. */
void fake_usb_lock(struct fake_usb *f);
void fake_usb_unlock(struct fake_usb *f);
/* The next `times` reads stall. */
void fake_usb_stall(struct fake_usb *f, unsigned times);
/* The next read is longer than the endpoint's packet. */
void fake_usb_babble(struct fake_usb *f);
/* From now on a write takes at most so many bytes; 0: all. */
void fake_usb_shorten(struct fake_usb *f, size_t most);
/* How often the host cleared a stalled endpoint; how many transfers are under way. */
unsigned fake_usb_clears(struct fake_usb *f);
unsigned fake_usb_pending(struct fake_usb *f);
/* The emulated tree becomes usable for every user, as udev's rules would make it. */
void fake_usb_open_to_all(void);

#endif
