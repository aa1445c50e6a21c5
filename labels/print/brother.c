/*
 * Brother QL: rasters of 720 dots, mirrored, at 300 dpi; 32 bytes of status, also unasked:
 * "printed", an error, a change of phase.
 *
 * Source: devices.md 5.7 (grade V): the sizes that can be printed on, the commands, the status.
 */
#include "labels/print/envelopes.h"

#include <string.h>

enum {
    HEAD_DOTS = 720,
    LINE_BYTES = 90,
    INVALID_BYTES = 400,
    TAPE_MARGIN = 35, /* rows before and after the picture: 3 mm */
    TAPE_ROWS_MAX = 11811,
    STATUS_BYTES = 32,
    TYPE_TAPE = 0x0a,
    TYPE_LABELS = 0x0b,
};

/* `right` is between the head's right end and the paper's dots. */
static const struct {
    struct media media;
    int width, height, right;
} papers[] = {
    { { 62, 0 }, 696, 0, 12 },
    { { 62, 29 }, 696, 271, 12 },
    { { 29, 90 }, 306, 991, 6 },
};
enum { PAPERS = sizeof papers / sizeof *papers };

_Static_assert((int)HEAD_DOTS == 8 * (int)LINE_BYTES, "a line is the whole head");

static int find_paper(struct media media)
{
    for (int i = 0; i < PAPERS; i++)
        if (media_same(papers[i].media, media))
            return i;
    return -1;
}

enum error brother_area(struct media media, unsigned dpi, int *width, int *height)
{
    int paper = find_paper(media);

    (void)dpi;
    if (paper < 0)
        return ERROR_NOT_FOUND;
    *width = papers[paper].width;
    *height = papers[paper].height ? papers[paper].height : TAPE_ROWS_MAX;
    return ERROR_OK;
}

/* PackBits: a count below 128 and that many bytes and one more, or 257 minus a count and one byte
 * that stands so often. */
static size_t pack(const uint8_t line[LINE_BYTES], uint8_t out[2 * LINE_BYTES])
{
    size_t used = 0, at = 0;

    while (at < LINE_BYTES) {
        size_t run = 1, start = at;
        while (at + run < LINE_BYTES && line[at + run] == line[at])
            run++;
        if (run > 1) {
            out[used++] = (uint8_t)(257 - run);
            out[used++] = line[at];
            at += run;
            continue;
        }
        while (at < LINE_BYTES && (at + 1 == LINE_BYTES || line[at] != line[at + 1]))
            at++;
        out[used++] = (uint8_t)(at - start - 1);
        memcpy(out + used, line + start, at - start);
        used += at - start;
    }
    return used;
}

/* One row: mirrored, at its place under the head. */
static enum error put_line(const struct bitmap *picture, int y, int right, bool compress,
                           struct buffer *out)
{
    uint8_t line[LINE_BYTES] = { 0 }, packed[2 * LINE_BYTES];
    size_t len = LINE_BYTES;
    enum error e;

    for (int x = 0; x < picture->width; x++)
        if (bitmap_dark(picture, x, y)) {
            int at = right + picture->width - 1 - x;
            line[at / 8] |= (uint8_t)(0x80 >> (at & 7));
        }
    if (compress)
        len = pack(line, packed);
    e = buffer_put(out, span_of((uint8_t[]) { 'g', 0, (uint8_t)len }, 3));
    return e == ERROR_OK ? buffer_put(out, span_of(compress ? packed : line, len)) : e;
}

static enum error put_head(const struct bitmap *picture, const struct envelope *envelope,
                           struct buffer *out)
{
    static const uint8_t invalid[INVALID_BYTES];
    const struct media m = envelope->media;
    bool tape = m.length_mm == 0;
    unsigned rows = (unsigned)picture->height;
    const uint8_t head[] = {
        0x1b,
        '@',
        0x1b,
        'i',
        'a',
        1,
        /* type, width and length are valid, and quality comes before speed */
        0x1b,
        'i',
        'z',
        0xce,
        tape ? TYPE_TAPE : TYPE_LABELS,
        (uint8_t)m.width_mm,
        (uint8_t)m.length_mm,
        (uint8_t)rows,
        (uint8_t)(rows >> 8),
        (uint8_t)(rows >> 16),
        (uint8_t)(rows >> 24),
        0,
        0,
        /* cut after each label */
        0x1b,
        'i',
        'M',
        0x40,
        0x1b,
        'i',
        'A',
        1,
        0x1b,
        'i',
        'K',
        8,
        0x1b,
        'i',
        'd',
        tape ? TAPE_MARGIN : 0,
        0,
        'M',
        envelope->compress ? 2 : 0,
    };
    enum error e = buffer_put(out, span_of(invalid, sizeof invalid));
    return e == ERROR_OK ? buffer_put(out, span_of(head, sizeof head)) : e;
}

enum error brother_wrap(const struct bitmap *picture, const struct envelope *envelope,
                        struct buffer *out)
{
    int paper = find_paper(envelope->media);
    struct bitmap placed;
    enum error e;

    if (paper < 0)
        return ERROR_NOT_FOUND;
    e = bitmap_place(picture, papers[paper].width,
                     papers[paper].height ? papers[paper].height : picture->height, &placed);
    if (e != ERROR_OK)
        return e;
    e = put_head(&placed, envelope, out);
    for (int y = 0; y < placed.height && e == ERROR_OK; y++)
        e = put_line(&placed, y, papers[paper].right, envelope->compress, out);
    if (e == ERROR_OK)
        e = buffer_put_byte(out, 0x1a);
    bitmap_free(&placed);
    return e;
}

static const char *find_fault(const uint8_t status[STATUS_BYTES])
{
    static const struct fault_bit errors[] = {
        { 0x0001, FAULT_EMPTY },
        { 0x0002, "The roll of labels is at its end: load a new one." },
        { 0x0004, "The label printer's cutter is jammed: open it and free the cutter." },
        { 0x0010, "Somebody else is printing on the label printer." },
        { 0x0020, "The label printer is switched off: switch it on." },
        { 0x0100, "The wrong labels are loaded." },
        { 0x0200, "The label printer ran out of memory: switch it off and on." },
        { 0x0400, "The label printer did not understand what was sent: switch it off and on." },
        { 0x1000, "The label printer's cover is open: close it." },
        { 0x4000, "The label printer cannot feed its labels: open it and put the roll in anew." },
        { 0x8000, "The label printer is out of order: switch it off and on, and have it serviced "
                  "if this comes back." },
        { 0xffff, FAULT_OTHER },
    };
    return fault_of_bits(errors, sizeof errors / sizeof *errors,
                         status[8] | (unsigned)status[9] << 8);
}

enum report_found brother_read(struct span bytes, size_t *used, struct printer_report *out)
{
    enum { ANSWER = 0x00, PRINTED = 0x01, PRINTING = 0x01 };
    const uint8_t *at = bytes.at;

    if (bytes.len < STATUS_BYTES)
        return REPORT_MORE;
    if (at[0] != 0x80 || at[1] != STATUS_BYTES || at[2] != 'B') {
        *used = 1; /* it may begin at the next byte */
        return REPORT_BAD;
    }
    *used = STATUS_BYTES;
    *out = (struct printer_report) {
        .fault = find_fault(at),
        .notice = at[18] != ANSWER,
        .printed = at[18] == PRINTED,
        .busy = at[19] == PRINTING,
        .media = { at[10], at[11] == TYPE_LABELS ? at[17] : 0 },
    };
    return REPORT_WHOLE;
}
