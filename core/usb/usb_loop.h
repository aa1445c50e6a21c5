/*
 * libusb's events on a libuv loop.
 *
 * A separate object, because a test that emulates a device links another: the emulator's device
 * node is a regular file, which no loop can wait for.
 */
#ifndef PHIAL_CORE_USB_USB_LOOP_H
#define PHIAL_CORE_USB_USB_LOOP_H

#include "core/base/error.h"

#include <libusb.h>
#include <uv.h>

struct usb_loop;

/* From now on the loop runs `usb`'s callbacks. */
enum error usb_loop_open(uv_loop_t *loop, libusb_context *usb, struct usb_loop **out);
/* Before libusb_exit; the memory goes on one of the loop's next turns. NULL is fine. */
void usb_loop_close(struct usb_loop *l);

#endif
