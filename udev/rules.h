/*
 * The udev rules of all profiles, as text.
 *
 * Every USB id of every built-in profile gets a line: what is at the end of a serial bridge is
 * reached by its tty, what speaks HID by libusb. Nothing of Phial runs as root; these rules give
 * its group the ports (DESIGN 1).
 */
#ifndef PHIAL_UDEV_RULES_H
#define PHIAL_UDEV_RULES_H

#include "core/base/buffer.h"

/* Appends the whole of 60-phial.rules. */
enum error rules_write(struct buffer *out, struct complaint *why);

#endif
