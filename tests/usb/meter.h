/*
 * A Contour meter that exists only in umockdev (fake_usb.h has what can go wrong on its wire).
 *
 * One HID interface with an interrupt endpoint each way (devices.md 3.17). Its firmware is a queue
 * of reports to send and a list of reports received.
 */
#ifndef PHIAL_TESTS_USB_METER_H
#define PHIAL_TESTS_USB_METER_H

#include "tests/usb/fake_usb.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METER_REPORT = 64, METER_REPORTS = 64 };

struct meter;

/* Plugged in at port 1-1 as 1a79:7800. Only one exists at a time. It is seen by processes started
 * later that have umockdev's library preloaded (umockdev-wrapper), and by this one if it has. */
struct meter *meter_new(void);
void meter_free(struct meter *m);
void meter_unplug(struct meter *m);
void meter_plug(struct meter *m);
/* Queues a report of `len` bytes (short ones are short packets). */
void meter_say(struct meter *m, const void *report, size_t len);
/* The device on the wire. */
struct fake_usb *meter_usb(struct meter *m);
/* How many reports the host sent, and the n-th of them with its length. */
size_t meter_heard(struct meter *m);
size_t meter_report(struct meter *m, size_t index, uint8_t *out);
/* A meter with a brain of its own: from now on each report of the host's goes to `heard` instead of
 * into the list, and `gone` is told when the host's process is no more. Both are called from
 * umockdev's thread. */
void meter_tell(struct meter *m, void (*heard)(void *context, const uint8_t *report, size_t len),
                void (*gone)(void *context), void *context);
/* Throws away what is queued and was not read. */
void meter_forget(struct meter *m);

#endif
