/* The answer to ~HS: three lines of comma-separated fields. */
#include "labels/print/zebra.h"

#include <stdlib.h>
#include <string.h>

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
        line, field, offsetof(struct zebra_status, name)                                           \
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

enum zebra_reply zebra_read_status(struct span bytes, struct zebra_status *out)
{
    struct line lines[LINES];
    struct zebra_status status = { 0 };

    for (size_t i = 0; i < LINES; i++) {
        struct span line;
        if (!next_line(&bytes, &line))
            return ZEBRA_MORE;
        if (!split(line, &lines[i]))
            return ZEBRA_BAD;
    }
    if (lines[0].count < 12 || lines[1].count < 11)
        return ZEBRA_BAD;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        *(bool *)((char *)&status + flags[i].offset) =
            number(lines[flags[i].line].fields[flags[i].field]) != 0;
    status.formats = number(lines[0].fields[FORMATS_FIELD]);
    status.left = number(lines[1].fields[LEFT_FIELD]);
    *out = status;
    return ZEBRA_WHOLE;
}

const char *zebra_fault(const struct zebra_status *s)
{
    const struct {
        bool is;
        const char *sentence;
    } faults[] = {
        { s->head_open, "The label printer's head is open: close it." },
        { s->paper_out, "The label printer is out of labels: load a roll." },
        { s->ribbon_out, "The label printer is out of ribbon: load one." },
        { s->paused, "The label printer is paused: press its pause key." },
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
