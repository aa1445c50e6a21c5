/*
 * DYMO LabelWriter 550 and Wireless: a job with a lock around it, each label one raw bitmap; 32
 * bytes of status.
 *
 * The lock: who asks with 1 gets it, with 2 keeps it, with 0 gives it back; a lock that is left
 * held keeps everybody out, so talk.c gives it back on every way out. The form feed and the end of
 * the job follow when the printer has answered (language.c, `end`).
 *
 * Source: devices.md 5.7 (protocol V, the printer's USB id P). The answers after a label are the
 * same when there was no paper for it, so "printed" cannot rest on them.
 */
#include "labels/print/envelopes.h"

enum { STATUS_BYTES = 32, AT_STATE = 0, AT_PAPER = 15 };

static enum error put_u32(struct buffer *out, unsigned value)
{
    return buffer_put(out, span_of((uint8_t[]) { (uint8_t)value, (uint8_t)(value >> 8),
                                                 (uint8_t)(value >> 16), (uint8_t)(value >> 24) },
                                   4));
}

enum error dymo550_wrap(const struct bitmap *picture, const struct envelope *envelope,
                        struct buffer *out)
{
    /* job 1, normal density, 300 x 300, standard paper, label 1, one bit a dot */
    static const uint8_t head[] = { 0x1b, 's',  1,   0, 0, 0,    0x1b, 'C', 0x64, 0x1b,
                                    'h',  0x1b, 'M', 0, 0, 0,    0,    0,   0,    0,
                                    0,    0x1b, 'n', 1, 0, 0x1b, 'D',  1,   2 };
    struct bitmap placed;
    enum error e = dymo_place(picture, envelope, &placed);

    if (e != ERROR_OK)
        return e;
    e = buffer_put(out, span_of(head, sizeof head));
    if (e == ERROR_OK)
        e = put_u32(out, (unsigned)placed.height);
    if (e == ERROR_OK)
        e = put_u32(out, (unsigned)placed.width);
    if (e == ERROR_OK)
        e = buffer_put(out, span_of(placed.bits, placed.stride * (size_t)placed.height));
    if (e == ERROR_OK)
        e = buffer_put(out, span_of("\x1b\x47", 2));
    bitmap_free(&placed);
    return e;
}

enum report_found dymo550_read(struct span bytes, size_t *used, struct printer_report *out)
{
    if (bytes.len < STATUS_BYTES)
        return REPORT_MORE;
    *used = STATUS_BYTES;
    *out = (struct printer_report) {
        .fault = bytes.at[AT_PAPER] ? FAULT_EMPTY : NULL,
        .busy = bytes.at[AT_STATE] != 0,
    };
    return REPORT_WHOLE;
}
