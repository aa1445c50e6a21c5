/* The Zebra's firmware. */
#include "tests/usb/label_printer.h"

#include <stdio.h>
#include <string.h>

const uint8_t label_printer_descriptors[50] = {
    18,
    1,
    0x00,
    0x02,
    0,
    0,
    0,
    64,
    0x5f,
    0x0a,
    0x84,
    0x00,
    0x00,
    0x01,
    1,
    2,
    3,
    1,
    9,
    2,
    32,
    0,
    1,
    1,
    0,
    0xc0,
    50,
    9,
    4,
    0,
    0,
    2,
    7,
    1,
    2,
    0,
    7,
    5,
    LABEL_PRINTER_OUT,
    2,
    64,
    0,
    0,
    7,
    5,
    LABEL_PRINTER_IN,
    2,
    64,
    0,
    0,
};

void label_printer_init(struct label_printer *p)
{
    memset(p, 0, sizeof *p);
    p->id = "MFG:Zebra Technologies ;CMD:ZPL;MDL:ZTC GX420d;CLS:PRINTER;";
    p->port_status = 0x18;
}

static void answer(struct label_printer *p)
{
    int len = snprintf((char *)p->says + p->says_len, sizeof p->says - p->says_len,
                       "\x02"
                       "030,%d,%d,0203,000,0,0,0,000,0,0,0\x03\r\n"
                       "\x02"
                       "000,0,%d,0,0,2,4,0,00000000,1,000\x03\r\n"
                       "\x02"
                       "1234,0\x03\r\n",
                       p->paper_out, p->paused, p->head_open);
    p->says_len += (size_t)len;
}

static uint8_t *find(struct label_printer *p, const char *command)
{
    return memmem(p->heard, p->heard_len, command, strlen(command));
}

static void forget(struct label_printer *p, const uint8_t *end)
{
    size_t used = (size_t)(end - p->heard);
    p->heard_len -= used;
    memmove(p->heard, end, p->heard_len);
}

void label_printer_hear(struct label_printer *p, const uint8_t *bytes, size_t len)
{
    if (len > sizeof p->heard - p->heard_len)
        len = sizeof p->heard - p->heard_len;
    memcpy(p->heard + p->heard_len, bytes, len);
    p->heard_len += len;
    for (;;) {
        uint8_t *question = find(p, "~HS"), *start = find(p, "^XA"), *end = find(p, "^XZ");
        if (question && (!start || question < start)) {
            p->questions++;
            if (!p->silent && !(p->silent_after_label && p->labels))
                answer(p);
            forget(p, question + 3);
        } else if (start && end) {
            p->label_len = (size_t)(end + 3 - start);
            memcpy(p->label, start, p->label_len);
            p->labels++;
            forget(p, end + 3);
        } else {
            return;
        }
    }
}

bool label_printer_say(struct label_printer *p, uint8_t *out, size_t room, size_t *len)
{
    *len = p->says_len < room ? p->says_len : room;
    memcpy(out, p->says, *len);
    p->says_len -= *len;
    memmove(p->says, p->says + *len, p->says_len);
    return *len > 0 || p->empty_reads;
}

bool label_printer_control(struct label_printer *p, const uint8_t setup[8], uint8_t *out,
                           size_t room, size_t *len)
{
    size_t id = strlen(p->id) + 2;

    if (setup[0] != 0xa1)
        return false;
    if (setup[1] == 1 && room >= 1) {
        p->statuses++;
        out[0] = p->port_status;
        *len = 1;
        return true;
    }
    if (setup[1] != 0 || room < id)
        return false;
    p->ids++;
    out[0] = (uint8_t)(id >> 8);
    out[1] = (uint8_t)id;
    memcpy(out + 2, p->id, id - 2);
    *len = id;
    return true;
}
