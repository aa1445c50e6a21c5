/*
 * The answer to ~HS: three lines of comma-separated fields, each STX ... ETX CR LF.
 *
 * Source: ZPL II Programming Guide, ~HS (Host Status Return); devices.md 5.7.
 */
#include "labels/print/envelopes.h"

#include <stdlib.h>
#include <string.h>

struct zpl_status {
    bool paper_out, paused, buffer_full, partial, corrupt, cold, hot, head_open, ribbon_out,
        label_waiting;
    unsigned formats, left;
};

enum { STX = 0x02, ETX = 0x03, LINES = 3, FIELDS_MAX = 16, FIELD_SIZE = 12 };

struct line {
    char fields[FIELDS_MAX][FIELD_SIZE];
    size_t count;
};

/* Which field of which line sets which flag. Numbering from 0: the guide's b is field 1. */
struct flag_place {
    size_t line, field, offset;
};
#define FLAG(line, field, name)                                                                    \
    {                                                                                              \
        line, field, offsetof(struct zpl_status, name)                                             \
    }
static const struct flag_place flags[] = {
    FLAG(0, 1, paper_out),     FLAG(0, 2, paused),    FLAG(0, 5, buffer_full),
    FLAG(0, 7, partial),       FLAG(0, 9, corrupt),   FLAG(0, 10, cold),
    FLAG(0, 11, hot),          FLAG(1, 2, head_open), FLAG(1, 3, ribbon_out),
    FLAG(1, 7, label_waiting),
};
enum { FORMATS_FIELD = 4, LEFT_FIELD = 8 };

static bool is_field_byte(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || byte == ' ';
}

static bool split(struct span bytes, struct line *out)
{
    size_t len = 0;

    memset(out, 0, sizeof *out);
    for (size_t at = 0; at < bytes.len; at++) {
        if (bytes.at[at] == ',') {
            len = 0;
            if (++out->count == FIELDS_MAX)
                return false;
            continue;
        }
        if (!is_field_byte(bytes.at[at]) || len == FIELD_SIZE - 1)
            return false;
        out->fields[out->count][len++] = (char)bytes.at[at];
    }
    out->count++;
    return true;
}

/* Cuts the next STX ... ETX off; false when it is not there yet. */
static bool next_line(struct span *rest, struct span *line)
{
    const uint8_t *start = rest->len ? memchr(rest->at, STX, rest->len) : NULL;
    const uint8_t *end;

    if (!start)
        return false;
    start++;
    end = memchr(start, ETX, rest->len - (size_t)(start - rest->at));
    if (!end)
        return false;
    *line = span_of(start, (size_t)(end - start));
    *rest = span_of(end + 1, rest->len - (size_t)(end + 1 - rest->at));
    return true;
}

static unsigned number(const char *field)
{
    return (unsigned)strtoul(field, NULL, 10);
}

static const char *find_fault(const struct zpl_status *s)
{
    const struct {
        bool is;
        const char *sentence;
    } faults[] = {
        { s->head_open, FAULT_OPEN },
        { s->paper_out, FAULT_EMPTY },
        { s->ribbon_out, FAULT_RIBBON },
        { s->paused, FAULT_PAUSED },
        { s->corrupt, "The label printer has lost its settings: switch it off and on, and have it "
                      "serviced if this comes back." },
        { s->hot, "The label printer's head is too hot: wait until it has cooled." },
        { s->cold, "The label printer's head is too cold: wait until it has warmed up." },
        { s->label_waiting, "A label waits at the label printer: take it." },
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].is)
            return faults[i].sentence;
    return NULL;
}

/* The three lines' fields as what they mean. */
static bool take_lines(const struct line lines[LINES], struct zpl_status *out)
{
    if (lines[0].count < 12 || lines[1].count < 11)
        return false;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        *(bool *)((char *)out + flags[i].offset) =
            number(lines[flags[i].line].fields[flags[i].field]) != 0;
    out->formats = number(lines[0].fields[FORMATS_FIELD]);
    out->left = number(lines[1].fields[LEFT_FIELD]);
    return true;
}

enum report_found zpl_read(struct span bytes, size_t *used, struct printer_report *out)
{
    struct line lines[LINES];
    struct zpl_status status = { 0 };
    struct span rest = bytes;

    for (size_t i = 0; i < LINES; i++) {
        struct span line;
        if (!next_line(&rest, &line))
            return REPORT_MORE;
        *used = bytes.len - rest.len;
        if (!split(line, &lines[i]))
            return REPORT_BAD;
    }
    if (!take_lines(lines, &status))
        return REPORT_BAD;
    *out = (struct printer_report) {
        .fault = find_fault(&status),
        .busy = status.formats || status.left || status.partial || status.buffer_full,
    };
    return REPORT_WHOLE;
}
