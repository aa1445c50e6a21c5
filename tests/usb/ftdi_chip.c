/* The chip's logic: see the header. */
#include "tests/usb/ftdi_chip.h"

#include <string.h>

enum {
    REQUEST_RESET = 0,
    REQUEST_MODEM_CTRL = 1,
    REQUEST_SET_FLOW = 2,
    REQUEST_SET_BAUD = 3,
    REQUEST_SET_DATA = 4,
    REQUEST_LATENCY = 9,
    VENDOR_OUT = 0x40,
    STATUS = 2,
    CLOCK = 24000000 /* eighths of the 3 MHz that baud rates divide */
};

/* USB 2.0, full speed, FT232R (release 6.00). */
const uint8_t ftdi_chip_device_descriptor[18] = { 18,   1,    0x00, 0x02, 0,    0, 0, 8, 0x03,
                                                  0x04, 0x18, 0xcd, 0x00, 0x06, 1, 2, 3, 1 };
/* One interface of the vendor's own class, a bulk endpoint each way. */
const uint8_t ftdi_chip_configuration[32] = { 9,  2, 32, 0,    1,    1,    0, 0x80, 45, 9,    4,
                                              0,  0, 2,  0xff, 0xff, 0xff, 2, 7,    5,  0x81, 2,
                                              64, 0, 0,  7,    5,    0x02, 2, 64,   0,  0 };

void ftdi_chip_init(struct ftdi_chip *c)
{
    memset(c, 0, sizeof *c);
}

/* Eighths of the divisor by the code in its high bits; value 0 is 3 Mbaud and 1 is 2 Mbaud. */
static unsigned read_baud(unsigned value, unsigned index)
{
    static const unsigned eighths[8] = { 0, 4, 2, 1, 3, 5, 6, 7 };
    unsigned divisor = (value & 0x3fff) * 8 + eighths[value >> 14 | (index & 1) << 2];
    if (value == 0)
        return 3000000;
    return value == 1 ? 2000000 : (CLOCK + divisor / 2) / divisor;
}

static void set_modem_lines(struct ftdi_chip *c, unsigned value)
{
    c->modem_lines = value;
    if (value & 0x0100)
        c->dtr = value & 1;
    if (value & 0x0200)
        c->rts = (value & 2) != 0;
}

bool ftdi_chip_control(struct ftdi_chip *c, const uint8_t setup[8])
{
    unsigned value = setup[2] | (unsigned)setup[3] << 8, index = setup[4] | (unsigned)setup[5] << 8;
    if (setup[0] != VENDOR_OUT)
        return false;
    switch (setup[1]) {
    case REQUEST_RESET:
        c->resets++;
        return true;
    case REQUEST_MODEM_CTRL:
        set_modem_lines(c, value);
        return true;
    case REQUEST_SET_FLOW:
        c->flow = index >> 8;
        c->flow_characters = value;
        return true;
    case REQUEST_SET_BAUD:
        c->baud = read_baud(value, index);
        return true;
    case REQUEST_SET_DATA:
        c->data = value;
        return true;
    case REQUEST_LATENCY:
        c->latency = value;
        return true;
    default:
        return false;
    }
}

void ftdi_chip_say(struct ftdi_chip *c, const void *bytes, size_t len, uint8_t errors)
{
    for (size_t i = 0; i < len && c->line_len < FTDI_CHIP_ROOM; i++) {
        c->line[c->line_len].byte = ((const uint8_t *)bytes)[i];
        c->line[c->line_len++].errors = errors;
    }
}

bool ftdi_chip_has_data(const struct ftdi_chip *c)
{
    return c->line_len > 0;
}

/* One packet; its length. */
static size_t make_packet(struct ftdi_chip *c, uint8_t *out, size_t room)
{
    size_t taken = 0;
    uint8_t errors = 0;
    while (taken < c->line_len && STATUS + taken < room && !errors) {
        errors = c->line[taken].errors;
        out[STATUS + taken] = c->line[taken].byte;
        taken++;
    }
    out[0] = 0x01 | 0x10;                            /* clear to send */
    out[1] = (uint8_t)(0x60 | (taken > 0) | errors); /* transmitter empty, data ready */
    c->line_len -= taken;
    memmove(c->line, c->line + taken, c->line_len * sizeof c->line[0]);
    return STATUS + taken;
}

size_t ftdi_chip_read(struct ftdi_chip *c, uint8_t *out, size_t room)
{
    size_t len = 0, packet;
    do {
        packet = make_packet(c, out + len,
                             room - len < FTDI_CHIP_PACKET ? room - len : FTDI_CHIP_PACKET);
        len += packet;
    } while (packet == FTDI_CHIP_PACKET && len + STATUS < room);
    return len;
}

void ftdi_chip_write(struct ftdi_chip *c, const void *bytes, size_t len)
{
    if (len > FTDI_CHIP_ROOM - c->heard_len)
        len = FTDI_CHIP_ROOM - c->heard_len;
    memcpy(c->heard + c->heard_len, bytes, len);
    c->heard_len += len;
}
