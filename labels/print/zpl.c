/*
 * ZPL II: one ^GF graphic field, one label. What ~HS answers is read in zpl_status.c.
 *
 * Source: ZPL II Programming Guide, ^GF and its "Alternative Data Compression Scheme".
 */
#include "labels/print/envelopes.h"

#include <string.h>

/* A run of one hexadecimal digit in the alternative scheme of ^GF: g..z count twenties, G..Y ones.
 */
static enum error put_run(struct buffer *out, char digit, size_t count)
{
    enum error e = ERROR_OK;
    for (; count >= 400 && e == ERROR_OK; count -= 400)
        e = buffer_put_format(out, "z%c", digit);
    if (count >= 20 && e == ERROR_OK)
        e = buffer_put_byte(out, (uint8_t)('f' + count / 20));
    if (count > 1 && count % 20 && e == ERROR_OK)
        e = buffer_put_byte(out, (uint8_t)('F' + count % 20));
    return count && e == ERROR_OK ? buffer_put_byte(out, (uint8_t)digit) : e;
}

/* The hexadecimal digit at that place of a row. */
static char digit_at(const uint8_t *row, size_t at)
{
    unsigned byte = row[at / 2];
    return "0123456789ABCDEF"[at & 1 ? byte & 15 : byte >> 4];
}

/* Zeros up to the end of a row are ','. */
static enum error put_row_digits(struct buffer *out, const uint8_t *row, size_t stride)
{
    size_t count = 2 * stride, at = 0;
    enum error e = ERROR_OK;

    while (count && digit_at(row, count - 1) == '0')
        count--;
    while (at < count && e == ERROR_OK) {
        size_t end = at + 1;
        while (end < count && digit_at(row, end) == digit_at(row, at))
            end++;
        e = put_run(out, digit_at(row, at), end - at);
        at = end;
    }
    return e == ERROR_OK && count < 2 * stride ? buffer_put_byte(out, ',') : e;
}

enum error zpl_wrap(const struct bitmap *picture, const struct envelope *envelope,
                    struct buffer *out)
{
    size_t total = picture->stride * (size_t)picture->height;
    enum error e =
        buffer_put_format(out, "^XA^PW%d^LL%d^LH0,0^FO0,0^GFA,%zu,%zu,%zu,", picture->width,
                          picture->height, total, total, picture->stride);

    (void)envelope;
    for (int y = 0; y < picture->height && e == ERROR_OK; y++) {
        const uint8_t *row = bitmap_row(picture, y);
        /* ':' repeats the row before */
        if (y && memcmp(row, row - picture->stride, picture->stride) == 0)
            e = buffer_put_byte(out, ':');
        else
            e = put_row_digits(out, row, picture->stride);
    }
    return e == ERROR_OK ? buffer_put_text(out, "^FS^PQ1,0,0,N^XZ\n") : e;
}
