/*
 * The status bytes taken out of whatever an FTDI chip sends, against a plain model: byte by byte,
 * and the same in place.
 */
#include "instruments/transport/ftdi.h"
#include "tests/fuzz/must.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4096, STATUS = 2 };

/* What the header promises, written down the long way. */
static size_t model(const uint8_t *in, size_t len, size_t packet, uint8_t *out)
{
    size_t at = 0, put = 0;
    while (len - at >= STATUS) {
        size_t piece = len - at < packet ? len - at : packet;
        uint8_t errors = in[at + 1];
        if (errors & 0x02)
            out[put++] = 0;
        for (size_t i = STATUS; i < piece; i++) {
            bool broken = (errors & 0x10) && i == piece - 1;
            out[put++] = errors & 0x0c || broken ? 0 : in[at + i];
        }
        at += piece;
    }
    return put;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t packets[] = { 8, 16, 32, 64, 512 };
    uint8_t out[MOST], expected[MOST], in[MOST];
    struct ftdi_read r;
    size_t packet, len;
    if (size < 1 || size > MOST)
        return 0;
    packet = packets[data[0] % (sizeof packets / sizeof packets[0])];
    len = model(data + 1, size - 1, packet, expected);
    r = ftdi_read_packets(data + 1, size - 1, packet, out);
    must(r.len == len && r.len < size && memcmp(out, expected, len) == 0);
    memcpy(in, data + 1, size - 1);
    r = ftdi_read_packets(in, size - 1, packet, in);
    must(r.len == len && memcmp(in, expected, len) == 0);
    return 0;
}
