/*
 * An FTDI serial chip under a maker's own product id, as data: no descriptor, no thread.
 *
 * The rung usb puts it behind umockdev, the rung kernel behind usb-redir; both give it the host's
 * requests and take its packets. What it does stands in the reference, devices.md section 4: each
 * packet of the bulk IN endpoint begins with two status bytes; the requests' numbers are graded R
 * there, and agree with the kernel's ftdi_sio, which the rung kernel runs against this same chip.
 */
#ifndef PHIAL_TESTS_USB_FTDI_CHIP_H
#define PHIAL_TESTS_USB_FTDI_CHIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FTDI_CHIP_VENDOR = 0x0403,
    FTDI_CHIP_PRODUCT = 0xcd18, /* the Piccolo Xpress */
    FTDI_CHIP_IN = 0x81,
    FTDI_CHIP_OUT = 0x02,
    FTDI_CHIP_PACKET = 64,
    FTDI_CHIP_ROOM = 8192
};

/* Errors of the line, as they stand in a packet's second status byte. */
enum {
    FTDI_CHIP_OVERRUN = 0x02,
    FTDI_CHIP_PARITY = 0x04,
    FTDI_CHIP_FRAMING = 0x08,
    FTDI_CHIP_BREAK = 0x10
};

/* Device and configuration with interface and endpoints, as the control pipe gives them. */
extern const uint8_t ftdi_chip_device_descriptor[18];
extern const uint8_t ftdi_chip_configuration[32];

struct ftdi_chip {
    /* What the host set: the last value of each request. */
    unsigned resets, modem_lines, flow, flow_characters, data, latency, baud;
    bool dtr, rts;
    /* The line towards the host: bytes and their errors. */
    struct {
        uint8_t byte, errors;
    } line[FTDI_CHIP_ROOM];
    size_t line_len;
    /* What the host sent to the instrument. */
    uint8_t heard[FTDI_CHIP_ROOM];
    size_t heard_len;
};

void ftdi_chip_init(struct ftdi_chip *c);
/* A control request without data: false when the chip stalls it. The eight bytes of the set-up. */
bool ftdi_chip_control(struct ftdi_chip *c, const uint8_t setup[8]);
/* The instrument says something; `errors` belong to each byte of it. */
void ftdi_chip_say(struct ftdi_chip *c, const void *bytes, size_t len, uint8_t errors);
/* Whether there is more to read than status. */
bool ftdi_chip_has_data(const struct ftdi_chip *c);
/* What the chip answers to a read of `room` bytes: whole packets as long as there is data, each
 * with its status, the last one short; at least one packet, which may be status alone (a real
 * chip sends such a one each time its latency timer runs out). A byte with an error ends its
 * packet, and the packet's status carries the error. */
size_t ftdi_chip_read(struct ftdi_chip *c, uint8_t *out, size_t room);
/* The host writes. */
void ftdi_chip_write(struct ftdi_chip *c, const void *bytes, size_t len);

#endif
