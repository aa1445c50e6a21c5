/*
 * Inside instruments/transport: what an FTDI chip is told and what it sends, as numbers.
 *
 * For chips under a maker's own product id, which the kernel's ftdi_sio does not know (devices.md
 * 3.9, section 4). That each packet begins with two status bytes is graded V there. The numbers of
 * the requests are graded R: from the kernel's ftdi_sio, not from a sheet of the maker's.
 */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_FTDI_H
#define PHIAL_INSTRUMENTS_TRANSPORT_FTDI_H

#include "instruments/transport/transport.h"

#include <stddef.h>
#include <stdint.h>

/* One control transfer without data, to the device, of the vendor's type. */
struct ftdi_request {
    uint8_t request;
    uint16_t value, index;
};

enum { FTDI_VENDOR = 0x0403, FTDI_REQUESTS = 6 };

/* The requests that make a chip a line with these settings, in order. `release` is the device's
 * bcdDevice, `interface` its interface's number. ERROR_UNSUPPORTED when the chip has no such rate
 * within 3 %. */
enum error ftdi_requests(const struct transport_line *line, unsigned release, unsigned interface,
                         struct ftdi_request out[FTDI_REQUESTS]);

struct ftdi_read {
    size_t len;                       /* bytes written to the output */
    size_t damaged, breaks, overruns; /* packets that said so */
};

/*
 * Takes the status out of what one read brought: packets of `packet` bytes (the endpoint's
 * wMaxPacketSize), the last one may be shorter. `out` has room for `len` bytes and may be `in`.
 *
 * The status says that a parity or framing error was in this packet, and not where: each of its
 * bytes becomes a NUL, as the kernel marks each of them. A break is the last byte. An overrun lost
 * bytes before this packet: a NUL stands for them, so that a protocol without a checksum notices.
 */
struct ftdi_read ftdi_read_packets(const uint8_t *in, size_t len, size_t packet, uint8_t *out);

#endif
