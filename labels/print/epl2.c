/*
 * EPL2: one GW graphic, in which 0 is dark; ^ee answers with codes of two digits.
 *
 * Source: devices.md 5.7 (grade R). The codes 00, 07 and 11 are those of EPL2's error report; any
 * other is told as an error without a name. There is no word for "printed".
 */
#include "labels/print/envelopes.h"

#include <string.h>

enum { CODE_DIGITS = 2 };

enum error epl2_wrap(const struct bitmap *picture, const struct envelope *envelope,
                     struct buffer *out)
{
    /* An empty line first: the printer may be in the middle of one. Between labels 0.12 inch. */
    enum error e =
        buffer_put_format(out, "\nN\nq%d\nQ%d,%u\nGW0,0,%zu,%d,", picture->width, picture->height,
                          envelope->dpi * 12 / 100, picture->stride, picture->height);
    if (e == ERROR_OK)
        e = envelope_put_white_rows(picture, out);
    return e == ERROR_OK ? buffer_put_text(out, "\nP1\n") : e;
}

static const char *find_fault(const char *code)
{
    static const struct {
        const char *code, *sentence;
    } faults[] = {
        { "00", NULL },
        { "07", "The label printer is out of labels or ribbon: load a roll." },
        { "11", FAULT_OPEN },
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (strncmp(code, faults[i].code, CODE_DIGITS) == 0)
            return faults[i].sentence;
    return FAULT_OTHER;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* "00" or "07,11": the first that is a fault. */
static enum report_found read_codes(struct span line, struct printer_report *out)
{
    const char *fault = NULL;

    for (size_t at = 0; at < line.len; at += CODE_DIGITS + 1) {
        if (line.len - at < CODE_DIGITS || !is_digit(line.at[at]) || !is_digit(line.at[at + 1]) ||
            (line.len - at > CODE_DIGITS && line.at[at + CODE_DIGITS] != ','))
            return REPORT_BAD;
        if (!fault)
            fault = find_fault((const char *)line.at + at);
    }
    *out = (struct printer_report) { .fault = fault };
    return REPORT_WHOLE;
}

enum report_found epl2_read(struct span bytes, size_t *used, struct printer_report *out)
{
    size_t start = 0, end;

    /* XON, XOFF and the rest of the line before */
    while (start < bytes.len && bytes.at[start] < ' ')
        start++;
    for (end = start; end < bytes.len && bytes.at[end] >= ' ';)
        end++;
    if (end == bytes.len)
        return REPORT_MORE;
    *used = end + 1;
    return read_codes(span_of(bytes.at + start, end - start), out);
}
