/* The interpreters: each reads its bytes from the front and knows only what it may meet. */
#include "tests/labels/interpret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const uint8_t *at, *end;
    struct complaint *why;
    struct bitmap paper;
};

static bool wrong(struct reader *r, const char *what)
{
    (void)complain(r->why, ERROR_BAD_INPUT, "%s, %ld bytes before the end", what,
                   (long)(r->end - r->at));
    return false;
}

static bool take_exactly(struct reader *r, const char *bytes, size_t len)
{
    if ((size_t)(r->end - r->at) < len || memcmp(r->at, bytes, len) != 0)
        return wrong(r, "something else is expected");
    r->at += len;
    return true;
}
#define TAKE(r, text) take_exactly(r, text, sizeof(text) - 1)

static bool take_number(struct reader *r, long *out)
{
    char digits[12] = "";
    size_t len = 0;
    while (r->at < r->end && len < sizeof digits - 1 && *r->at >= '0' && *r->at <= '9')
        digits[len++] = (char)*r->at++;
    *out = strtol(digits, NULL, 10);
    return len > 0 || wrong(r, "a number is expected");
}

static bool take_byte(struct reader *r, unsigned *out)
{
    if (r->at == r->end)
        return wrong(r, "there is too little");
    *out = *r->at++;
    return true;
}

static bool new_paper(struct reader *r, long width, long height)
{
    if (width < 1 || width > 4096 || height < 1 || height > 16384)
        return wrong(r, "no paper is so large");
    return bitmap_new((int)width, (int)height, &r->paper) == ERROR_OK || wrong(r, "no memory");
}

/* A row of bytes onto the paper's row; `dark` is the value of a dark bit. */
static bool take_row(struct reader *r, int y, size_t stride, bool dark)
{
    if ((size_t)(r->end - r->at) < stride)
        return wrong(r, "a row is too short");
    for (int x = 0; x < (int)stride * 8; x++) {
        bool bit = r->at[x / 8] & 0x80 >> (x & 7);
        if (bit == dark && x >= r->paper.width)
            return wrong(r, "there is ink beside the label");
        if (bit == dark)
            bitmap_darken(&r->paper, x, y);
    }
    r->at += stride;
    return true;
}

/* ---- ZPL: ^GFA, its digits with counts before them ---- */

static unsigned long zpl_count(struct reader *r)
{
    unsigned long count = 0;
    for (; r->at < r->end; r->at++)
        if (*r->at >= 'G' && *r->at <= 'Y')
            count += *r->at - 'F';
        else if (*r->at >= 'g' && *r->at <= 'z')
            count += 20UL * (*r->at - 'f');
        else
            break;
    return count ? count : 1;
}

static int hex_digit(unsigned c)
{
    return c >= '0' && c <= '9' ? (int)c - '0' : c >= 'A' && c <= 'F' ? (int)c - 'A' + 10 : -1;
}

static bool zpl_row(struct reader *r, uint8_t *digits, size_t count)
{
    size_t at = 0;
    while (at < count) {
        unsigned long times = zpl_count(r);
        unsigned c;
        if (!take_byte(r, &c))
            return false;
        if (c == ':')
            return at == 0 || wrong(r, "a row is repeated in the middle");
        if (c == ',' || c == '!') {
            memset(digits + at, c == '!' ? 15 : 0, count - at);
            return true;
        }
        if (hex_digit(c) < 0 || times > count - at)
            return wrong(r, "that is no digit of a row");
        memset(digits + at, hex_digit(c), times);
        at += times;
    }
    return true;
}

static bool zpl(struct reader *r)
{
    long width, height, total, again, stride;
    uint8_t digits[1024] = { 0 };

    if (!TAKE(r, "^XA^PW") || !take_number(r, &width) || !TAKE(r, "^LL") ||
        !take_number(r, &height) || !TAKE(r, "^LH0,0^FO0,0^GFA,") || !take_number(r, &total) ||
        !TAKE(r, ",") || !take_number(r, &again) || !TAKE(r, ",") || !take_number(r, &stride) ||
        !TAKE(r, ",") || !new_paper(r, width, height))
        return false;
    if (total != again || total != stride * height || stride != (width + 7) / 8 || stride > 512)
        return wrong(r, "the field's sizes disagree");
    for (int y = 0; y < height; y++) {
        if (!zpl_row(r, digits, 2 * (size_t)stride))
            return false;
        for (int x = 0; x < 8 * stride; x++)
            if (digits[x / 4] & 8 >> (x & 3)) {
                if (x >= width)
                    return wrong(r, "there is ink beside the label");
                bitmap_darken(&r->paper, x, y);
            }
    }
    return TAKE(r, "^FS^PQ1,0,0,N^XZ\n");
}

/* ---- EPL2 and TSPL: raw rows in which 0 is dark ---- */

static bool white_rows(struct reader *r, long stride, long height)
{
    for (int y = 0; y < height; y++)
        if (!take_row(r, y, (size_t)stride, false))
            return false;
    return true;
}

static bool epl2(struct reader *r)
{
    long width, height, gap, stride, rows;
    return TAKE(r, "\nN\nq") && take_number(r, &width) && TAKE(r, "\nQ") &&
           take_number(r, &height) && TAKE(r, ",") && take_number(r, &gap) && TAKE(r, "\nGW0,0,") &&
           take_number(r, &stride) && TAKE(r, ",") && take_number(r, &rows) && TAKE(r, ",") &&
           (rows == height || wrong(r, "the sizes disagree")) && new_paper(r, width, height) &&
           white_rows(r, stride, rows) && TAKE(r, "\nP1\n");
}

/* The paper is as large as SIZE says, in inches; the test knows the dots from BITMAP. */
static bool tspl(struct reader *r)
{
    long stride, height;
    char *after;
    char head[128] = "";
    double wide, high;

    memcpy(head, r->at,
           (size_t)(r->end - r->at) < sizeof head - 1 ? (size_t)(r->end - r->at) : sizeof head - 1);
    if (!TAKE(r, "\r\nSIZE "))
        return false;
    wide = strtod(head + 7, &after);
    high = strtod(after + 1, &after);
    if (wide <= 0 || wide > 4.2 || high <= 0 || high > 4.2)
        return wrong(r, "that is no size of a label");
    r->at += after - head - 7;
    if (!TAKE(r, "\r\nGAP 0.12,0\r\nCLS\r\nBITMAP 0,0,") || !take_number(r, &stride) ||
        !TAKE(r, ",") || !take_number(r, &height) || !TAKE(r, ",0,"))
        return false;
    return new_paper(r, stride * 8, height) && white_rows(r, stride, height) &&
           TAKE(r, "\r\nPRINT 1,1\r\n");
}

/* ---- Brother QL ---- */

enum { BROTHER_HEAD = 720, BROTHER_LINE = 90 };

struct brother_job {
    long width_mm, length_mm, rows;
    unsigned type, margin;
    bool packed, started;
};

static bool brother_command(struct reader *r, struct brother_job *job)
{
    unsigned what, b[10];
    if (!take_byte(r, &what))
        return false;
    switch (what) {
    case 'a':
    case 'M':
    case 'A':
    case 'K':
        return take_byte(r, &b[0]);
    case 'd':
        return take_byte(r, &job->margin) && take_byte(r, &b[0]);
    case 'z':
        for (int i = 0; i < 10; i++)
            if (!take_byte(r, &b[i]))
                return false;
        job->type = b[1];
        job->width_mm = b[2];
        job->length_mm = b[3];
        job->rows = b[4] | b[5] << 8 | b[6] << 16;
        return true;
    default:
        return wrong(r, "that is no command after ESC i");
    }
}

static bool brother_unpack(struct reader *r, unsigned count, uint8_t line[BROTHER_LINE])
{
    const uint8_t *end = r->at + count;
    size_t used = 0;
    if (count > (size_t)(r->end - r->at))
        return wrong(r, "a line is too short");
    while (r->at < end) {
        unsigned n = *r->at++;
        size_t times = n < 128 ? n + 1 : 257 - n;
        if (n == 128 || used + times > BROTHER_LINE || (n < 128 && times > (size_t)(end - r->at)))
            return wrong(r, "a packed line does not come out even");
        if (n < 128)
            memcpy(line + used, r->at, times);
        else
            memset(line + used, *r->at, times);
        r->at += n < 128 ? times : 1;
        used += times;
    }
    return used == BROTHER_LINE || wrong(r, "a packed line is too short");
}

/* The paper under the head: where its dots are from the right, and how many. */
static bool brother_paper(const struct brother_job *job, int *right, int *width)
{
    *right = job->width_mm == 62 ? 12 : 6;
    *width = job->width_mm == 62 ? 696 : 306;
    return job->width_mm == 62 || job->width_mm == 29;
}

static bool brother_line(struct reader *r, const struct brother_job *job, int y)
{
    uint8_t line[BROTHER_LINE] = { 0 };
    unsigned zero, count;
    int right, width;
    if (!take_byte(r, &zero) || !take_byte(r, &count) || !brother_paper(job, &right, &width))
        return wrong(r, "that is no line");
    if (job->packed) {
        if (!brother_unpack(r, count, line))
            return false;
    } else if (zero || count != BROTHER_LINE || !take_exactly(r, (const char *)r->at, count)) {
        return wrong(r, "a line has another length than the head");
    } else {
        memcpy(line, r->at - count, count);
    }
    for (int x = 0; x < BROTHER_HEAD; x++)
        if (line[x / 8] & 0x80 >> (x & 7)) {
            if (x < right || x >= right + width || y >= job->rows)
                return wrong(r, "there is ink beside the paper");
            bitmap_darken(&r->paper, width - 1 - (x - right), y); /* mirrored */
        }
    return true;
}

static bool brother_start(struct reader *r, struct brother_job *job)
{
    int right, width;
    job->started = true;
    if ((job->type == 0x0a) != (job->length_mm == 0) || (job->type != 0x0a && job->margin))
        return wrong(r, "a tape has margins and no length, labels the other way round");
    return brother_paper(job, &right, &width) && new_paper(r, width, job->rows);
}

static bool brother(struct reader *r)
{
    struct brother_job job = { 0 };
    size_t zeros = 0;
    unsigned what = 0, b;
    int y = 0;

    for (; r->at < r->end && *r->at == 0; r->at++)
        zeros++;
    if (zeros < 200 || !TAKE(r, "\x1b@\x1bia\x01"))
        return wrong(r, "the job before is not ended");
    while (what != 0x1a) {
        if (!take_byte(r, &what))
            return false;
        if (what == 0x1b) {
            if (!TAKE(r, "i") || !brother_command(r, &job))
                return false;
        } else if (what == 'M') {
            if (!take_byte(r, &b))
                return false;
            job.packed = b == 2;
        } else if (what == 'g') {
            if ((!job.started && !brother_start(r, &job)) || !brother_line(r, &job, y++))
                return false;
        } else if (what != 0x1a) {
            return wrong(r, "that is no command");
        }
    }
    return y == job.rows || wrong(r, "there are more or fewer rows than were told");
}

/* ---- DYMO ---- */

static bool dymo_450(struct reader *r)
{
    unsigned high, low, stride;
    int rows = 0;
    const uint8_t *lines;

    if (!TAKE(r, "\x1b\x65\x1bh\x1bL") || !take_byte(r, &high) || !take_byte(r, &low) ||
        !TAKE(r, "\x1b\x44") || !take_byte(r, &stride))
        return false;
    if (stride == 0 || stride > 84)
        return wrong(r, "the head has 672 dots");
    for (lines = r->at; lines < r->end && *lines == 0x16; lines += stride + 1)
        rows++;
    if ((unsigned)rows > (high << 8 | low) || !new_paper(r, 8L * stride, rows))
        return wrong(r, "the label is longer than was told");
    for (int y = 0; y < rows; y++)
        if (!TAKE(r, "\x16") || !take_row(r, y, stride, true))
            return false;
    return TAKE(r, "\x1b\x45");
}

static bool take_u32(struct reader *r, long *out)
{
    unsigned b[4];
    for (int i = 0; i < 4; i++)
        if (!take_byte(r, &b[i]))
            return false;
    *out = (long)(b[0] | b[1] << 8 | b[2] << 16);
    return b[3] == 0;
}

static bool dymo_550(struct reader *r)
{
    long width, height;
    if (!TAKE(r,
              "\x1bs\x01\0\0\0\x1b\x43\x64\x1bh\x1bM\0\0\0\0\0\0\0\0\x1bn\x01\0\x1b\x44\x01\x02") ||
        !take_u32(r, &height) || !take_u32(r, &width) || !new_paper(r, width, height))
        return false;
    if (width % 8 || width > 672)
        return wrong(r, "the head has 672 dots, in whole bytes");
    for (int y = 0; y < height; y++)
        if (!take_row(r, y, (size_t)width / 8, true))
            return false;
    return TAKE(r, "\x1bG");
}

static const struct {
    const char *language;
    bool (*run)(struct reader *r);
} interpreters[] = {
    { "zpl", zpl },           { "epl2", epl2 },         { "tspl", tspl }, { "brother-ql", brother },
    { "dymo-450", dymo_450 }, { "dymo-550", dymo_550 },
};

bool interpret(const char *language, struct span bytes, struct bitmap *out, struct complaint *why)
{
    struct reader r = { bytes.at, bytes.at + bytes.len, why, { 0 } };
    bool well = false;

    for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; i++)
        if (strcmp(language, interpreters[i].language) == 0)
            well = interpreters[i].run(&r) && (r.at == r.end || wrong(&r, "there is more"));
    if (well)
        *out = r.paper;
    else
        bitmap_free(&r.paper);
    return well;
}

static size_t count_dark(const struct bitmap *b)
{
    size_t count = 0;
    for (int y = 0; y < b->height; y++)
        for (int x = 0; x < b->width; x++)
            count += bitmap_dark(b, x, y);
    return count;
}

static bool lies_at(const struct bitmap *paper, const struct bitmap *picture, bool turned, int left,
                    int top)
{
    int wide = turned ? picture->height : picture->width;
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++)
            if (bitmap_dark(picture, x, y) !=
                (turned ? bitmap_dark(paper, left + wide - 1 - y, top + x)
                        : bitmap_dark(paper, left + x, top + y)))
                return false;
    return true;
}

/* In the middle; at the left where the paper is the picture in whole bytes. */
static bool lies_in(const struct bitmap *paper, const struct bitmap *picture, bool turned)
{
    int wide = turned ? picture->height : picture->width;
    int high = turned ? picture->width : picture->height;

    if (wide > paper->width || high > paper->height)
        return false;
    return lies_at(paper, picture, turned, (paper->width - wide) / 2, (paper->height - high) / 2) ||
           (paper->width - wide < 8 && paper->height == high &&
            lies_at(paper, picture, turned, 0, 0));
}

bool interpret_holds(const struct bitmap *paper, const struct bitmap *picture)
{
    return count_dark(paper) == count_dark(picture) &&
           (lies_in(paper, picture, false) || lies_in(paper, picture, true));
}
