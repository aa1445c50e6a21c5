/* Cutting scans; the rules stand in scan.h. */
#include "instruments/scanner/scan.h"

#include <string.h>

enum { PREFIX = 3 };

void scan_init(struct scan *s)
{
    *s = (struct scan) { .len = 0 };
}

/* "]", the symbology's letter, its modifier: Code 39, Code 128 and GS1-128, Data Matrix, EAN,
 * Codabar, Code 93, ITF, PDF417, QR. */
static bool has_prefix(const char *text, size_t len)
{
    return len > PREFIX && text[0] == ']' && text[1] != '\0' && strchr("ACdEFGILQ", text[1]) &&
           ((text[2] >= '0' && text[2] <= '9') || (text[2] >= 'A' && text[2] <= 'F'));
}

static enum scan_found finish(struct scan *s, char *out)
{
    bool spoiled = s->spoiled;
    size_t skip = has_prefix(s->text, s->len) ? PREFIX : 0, len = s->len;

    s->spoiled = false;
    s->len = 0;
    if (spoiled)
        return SCAN_SPOILED;
    if (len == 0)
        return SCAN_MORE; /* LF after CR */
    memcpy(out, s->text + skip, len - skip);
    out[len - skip] = '\0';
    return SCAN_WHOLE;
}

enum scan_found scan_take(struct scan *s, uint8_t byte, char *out)
{
    if (byte == '\r' || byte == '\n' || byte == '\t')
        return finish(s, out);
    if (byte < ' ' || byte > '~' || s->len == SCAN_MAX)
        s->spoiled = true;
    else
        s->text[s->len++] = (char)byte;
    return SCAN_MORE;
}

bool scan_drop(struct scan *s)
{
    bool under_way = s->len > 0 || s->spoiled;
    scan_init(s);
    return under_way;
}
