/*
 * A Contec ECG90A that exists only in umockdev: it answers who it is, streams when it is started,
 * and stops when it is told to. A device of the same ids can answer as something else.
 */
#ifndef PHIAL_TESTS_USB_CART_H
#define PHIAL_TESTS_USB_CART_H

#include "tests/usb/fake_usb.h"

enum { CART_COMMAND = 8, CART_COMMANDS = 32 };

struct cart_usb;

/* Plugged in as 0483:5750 with that serial number. `stranger`: it does not say that it is one. */
struct cart_usb *cart_new(const char *serial, bool stranger);
void cart_free(struct cart_usb *c);
struct fake_usb *cart_usb(struct cart_usb *c);
/* From now on it falls silent after so many frames of a recording. */
void cart_silent_after(struct cart_usb *c, uint64_t frames);
/* The report of these frames goes out as one of so many bytes. */
void cart_cut_report(struct cart_usb *c, uint64_t frames, size_t len);
/* How many frames went out in this recording. */
uint64_t cart_frames(struct cart_usb *c);
/* How many commands came, and the n-th. */
size_t cart_heard(struct cart_usb *c);
void cart_command(struct cart_usb *c, size_t index, uint8_t out[CART_COMMAND]);

#endif
