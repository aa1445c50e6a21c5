/* An instrument's own FTDI cable, 0403:cd18, plugged into umockdev: ftdi_chip.h behind fake_usb.h.
 */
#ifndef PHIAL_TESTS_USB_CABLE_H
#define PHIAL_TESTS_USB_CABLE_H

#include "tests/usb/fake_usb.h"
#include "tests/usb/ftdi_chip.h"

struct cable;

struct cable *cable_new(void);
void cable_free(struct cable *c);
struct fake_usb *cable_usb(struct cable *c);
/* The instrument says something; FTDI_CHIP_PARITY and the like belong to each byte of it. */
void cable_say(struct cable *c, const void *bytes, size_t len, uint8_t errors);
/* The chip's latency timer runs out: status without data. */
void cable_tick(struct cable *c);
/* From now on what the host sends goes to `heard` instead, from umockdev's thread. */
void cable_tell(struct cable *c, void (*heard)(void *context, const uint8_t *bytes, size_t len),
                void *context);
/* A copy of the chip's state: what the host set, what it sent. */
void cable_look(struct cable *c, struct ftdi_chip *out);

#endif
