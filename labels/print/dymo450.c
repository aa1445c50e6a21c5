/*
 * DYMO LabelWriter 450: one line of dots after the other at 300 dpi; one byte of status.
 *
 * Source: devices.md 5.7 (grade V): the commands, and bit 5 of the status. The other bits have no
 * source, and there is no word for "printed".
 */
#include "labels/print/envelopes.h"

enum { HEAD_DOTS = 672, PAPER_OUT = 0x20, SEARCH_ROWS = 300 };

/* The paper, as far as the head reaches over it. */
enum error dymo_area(struct media media, unsigned dpi, int *width, int *height)
{
    int across = (int)(media.width_mm * dpi / 25.4), along = (int)(media.length_mm * dpi / 25.4);

    if (!media.length_mm)
        return ERROR_NOT_FOUND;
    *width = across < HEAD_DOTS ? across & ~7 : HEAD_DOTS; /* whole bytes */
    *height = along;
    return ERROR_OK;
}

enum error dymo_place(const struct bitmap *picture, const struct envelope *envelope,
                      struct bitmap *out)
{
    int width, height;
    enum error e = dymo_area(envelope->media, envelope->dpi, &width, &height);

    return e == ERROR_OK ? bitmap_place(picture, width, height, out) : e;
}

enum error dymo450_wrap(const struct bitmap *picture, const struct envelope *envelope,
                        struct buffer *out)
{
    int height;
    struct bitmap placed;
    enum error e = dymo_place(picture, envelope, &placed);

    if (e != ERROR_OK)
        return e;
    height = placed.height;
    /* normal density, 300 x 300, how far to look for the label's end, bytes of a line */
    e = buffer_put(out, span_of((uint8_t[]) { 0x1b, 'e', 0x1b, 'h', 0x1b, 'L',
                                              (uint8_t)((height + SEARCH_ROWS) >> 8),
                                              (uint8_t)(height + SEARCH_ROWS), 0x1b, 'D',
                                              (uint8_t)placed.stride },
                                11));
    for (int y = 0; y < height && e == ERROR_OK; y++) {
        e = buffer_put_byte(out, 0x16);
        if (e == ERROR_OK)
            e = buffer_put(out, span_of(bitmap_row(&placed, y), placed.stride));
    }
    if (e == ERROR_OK)
        e = buffer_put(out, span_of("\x1b\x45", 2));
    bitmap_free(&placed);
    return e;
}

enum report_found dymo450_read(struct span bytes, size_t *used, struct printer_report *out)
{
    if (bytes.len == 0)
        return REPORT_MORE;
    *used = 1;
    *out = (struct printer_report) { .fault = bytes.at[0] & PAPER_OUT ? FAULT_EMPTY : NULL };
    return REPORT_WHOLE;
}
