/*
 * A Zebra of the USB printer class, as data: no descriptor, no thread.
 *
 * It speaks just enough ZPL: ~HS is answered at once, ^XA ... ^XZ is one label. What a test sets
 * here is what it says of itself. Source: devices.md 5.7.
 */
#ifndef PHIAL_TESTS_USB_LABEL_PRINTER_H
#define PHIAL_TESTS_USB_LABEL_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LABEL_PRINTER_VENDOR = 0x0a5f,
    LABEL_PRINTER_PRODUCT = 0x0084,
    LABEL_PRINTER_IN = 0x82,
    LABEL_PRINTER_OUT = 0x01,
    LABEL_PRINTER_ROOM = 256 * 1024
};

/* Device, configuration, interface 07/01/02, bulk OUT, bulk IN. */
extern const uint8_t label_printer_descriptors[50];

struct label_printer {
    const char *id;      /* IEEE 1284 */
    uint8_t port_status; /* 0x18: all is well */
    bool paper_out, paused, head_open;
    bool silent, silent_after_label; /* it takes everything and says nothing */
    bool empty_reads;                /* it answers a read at once, with nothing */
    unsigned labels, questions, ids, statuses;
    uint8_t heard[LABEL_PRINTER_ROOM]; /* since the last command ended */
    size_t heard_len;
    uint8_t label[LABEL_PRINTER_ROOM]; /* the last whole one */
    size_t label_len;
    uint8_t says[1024]; /* not read yet */
    size_t says_len;
};

void label_printer_init(struct label_printer *p);
void label_printer_hear(struct label_printer *p, const uint8_t *bytes, size_t len);
/* What a read of `room` bytes gets; false: it has to wait. */
bool label_printer_say(struct label_printer *p, uint8_t *out, size_t room, size_t *len);
/* GET_DEVICE_ID and GET_PORT_STATUS. */
bool label_printer_control(struct label_printer *p, const uint8_t setup[8], uint8_t *out,
                           size_t room, size_t *len);

#endif
