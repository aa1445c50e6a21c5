/* Numbers of FTDI chips: see the header. */
#include "instruments/transport/ftdi.h"

#include <string.h>

enum {
    RESET = 0,
    MODEM_CTRL = 1,
    SET_FLOW = 2,
    SET_BAUD = 3,
    SET_DATA = 4,
    SET_LATENCY = 9,
    LATENCY_MS = 16,
    STATUS = 2, /* bytes at the start of each packet */
    LINE_OVERRUN = 0x02,
    LINE_PARITY = 0x04,
    LINE_FRAMING = 0x08,
    LINE_BREAK = 0x10,
    CLOCK_EIGHTHS = 24000000, /* eighths of 3 MHz */
    XON = 0x11,
    XOFF = 0x13
};

/* Chips with several lines in one want to be told which, counted from 1: releases 5.00 (2232C),
 * 7.00 (2232H) and 8.00 (4232H). */
static uint16_t line_number(unsigned release, unsigned interface)
{
    bool several = release == 0x0500 || release == 0x0700 || release == 0x0800;
    return several ? (uint16_t)(interface + 1) : 0;
}

/* The divisor in eighths; its fraction is coded, above the 14 bits of its whole. 9600 is 0x4138. */
static bool divide(unsigned baud, uint32_t *out)
{
    static const uint8_t codes[8] = { 0, 3, 2, 4, 1, 5, 6, 7 };
    uint32_t eighths, real, off;
    if (baud == 0 || baud > 3000000)
        return false;
    eighths = (CLOCK_EIGHTHS + baud / 2) / baud;
    if (eighths >> 3 > 0x3fff || (eighths > 8 && eighths < 12) || (eighths > 12 && eighths < 16))
        return false; /* between 3, 2 and 1.5 Mbaud there is nothing */
    real = CLOCK_EIGHTHS / eighths;
    off = real > baud ? real - baud : baud - real;
    if (off * 100 > baud * 3)
        return false;
    *out = eighths == 8 ? 0 : eighths == 12 ? 1 : eighths >> 3 | (uint32_t)codes[eighths & 7] << 14;
    return true;
}

static uint16_t data_value(const struct transport_line *line)
{
    unsigned parity = line->parity == 'O' ? 1 : line->parity == 'E' ? 2 : 0;
    unsigned stop = line->stop_bits == 2 ? 2 : 0;
    return (uint16_t)(line->data_bits | parity << 8 | stop << 11);
}

static uint16_t modem_value(const struct transport_line *line)
{
    return (uint16_t)(0x0300 | (line->rts ? 2U : 0U) | (line->dtr ? 1U : 0U));
}

enum error ftdi_requests(const struct transport_line *line, unsigned release, unsigned interface,
                         struct ftdi_request out[FTDI_REQUESTS])
{
    uint16_t number = line_number(release, interface);
    unsigned flow = line->flow == 'R' ? 1 : line->flow == 'X' ? 4 : 0;
    uint16_t flow_value = line->flow == 'X' ? (uint16_t)(XOFF << 8 | XON) : 0;
    uint32_t divisor;
    uint16_t high;
    if (!divide(line->baud, &divisor))
        return ERROR_UNSUPPORTED;
    high = (uint16_t)(divisor >> 16);
    out[0] = (struct ftdi_request) { RESET, 0, number };
    out[1] = (struct ftdi_request) { MODEM_CTRL, modem_value(line), number };
    out[2] = (struct ftdi_request) { SET_FLOW, flow_value, (uint16_t)(flow << 8 | number) };
    out[3] = (struct ftdi_request) { SET_BAUD, (uint16_t)divisor,
                                     (uint16_t)(number ? high << 8 | number : high) };
    out[4] = (struct ftdi_request) { SET_DATA, data_value(line), number };
    out[5] = (struct ftdi_request) { SET_LATENCY, LATENCY_MS, number };
    return ERROR_OK;
}

/* One packet; its bytes start behind the status and end up at `out`. */
static void read_packet(const uint8_t *in, size_t len, uint8_t *out, struct ftdi_read *r)
{
    uint8_t errors = in[1];
    size_t data = len - STATUS;
    if (errors & LINE_OVERRUN) {
        r->overruns++;
        /* from behind the status, so in place there is room for one byte more */
        memmove(out + r->len + 1, in + STATUS, data);
        out[r->len++] = 0;
    } else {
        memmove(out + r->len, in + STATUS, data);
    }
    if (data && errors & (LINE_PARITY | LINE_FRAMING)) {
        r->damaged++;
        memset(out + r->len, 0, data);
    }
    if (data && errors & LINE_BREAK) {
        r->breaks++;
        out[r->len + data - 1] = 0;
    }
    r->len += data;
}

struct ftdi_read ftdi_read_packets(const uint8_t *in, size_t len, size_t packet, uint8_t *out)
{
    struct ftdi_read r = { 0, 0, 0, 0 };
    for (size_t at = 0; packet > STATUS && len - at >= STATUS;) {
        size_t piece = len - at < packet ? len - at : packet;
        read_packet(in + at, piece, out, &r);
        at += piece;
    }
    return r;
}
