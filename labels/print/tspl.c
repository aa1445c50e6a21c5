/*
 * TSPL: one BITMAP, in which 0 is dark; ESC ! ? answers with one byte of bits, at once.
 *
 * Source: devices.md 5.7 (grade R).
 */
#include "labels/print/envelopes.h"

enum { PRINTING = 0x20 };

enum error tspl_wrap(const struct bitmap *picture, const struct envelope *envelope,
                     struct buffer *out)
{
    enum error e = buffer_put_format(out,
                                     "\r\nSIZE %.2f,%.2f\r\nGAP 0.12,0\r\nCLS\r\n"
                                     "BITMAP 0,0,%zu,%d,0,",
                                     (double)picture->width / envelope->dpi,
                                     (double)picture->height / envelope->dpi, picture->stride,
                                     picture->height);
    if (e == ERROR_OK)
        e = envelope_put_white_rows(picture, out);
    return e == ERROR_OK ? buffer_put_text(out, "\r\nPRINT 1,1\r\n") : e;
}

enum report_found tspl_read(struct span bytes, size_t *used, struct printer_report *out)
{
    static const struct fault_bit faults[] = {
        { 0x01, FAULT_OPEN },   { 0x02, FAULT_JAM },    { 0x04, FAULT_EMPTY },
        { 0x08, FAULT_RIBBON }, { 0x10, FAULT_PAUSED }, { 0xc0, FAULT_OTHER },
    };

    if (bytes.len == 0)
        return REPORT_MORE;
    *used = 1;
    *out = (struct printer_report) {
        .fault = fault_of_bits(faults, sizeof faults / sizeof *faults, bytes.at[0]),
        .busy = bytes.at[0] & PRINTING,
    };
    return REPORT_WHOLE;
}
