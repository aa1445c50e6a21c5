/* The header of a message that answers another: addressed back, in its delimiters and version. */
#include "instruments/message/hl7.h"

#include <stdio.h>
#include <time.h>

void hl7_format_time(int64_t utc, int offset, char *out)
{
    time_t seconds = (time_t)(utc / 1000) + (time_t)offset * 60;
    unsigned ahead = (unsigned)(offset < 0 ? -offset : offset);
    char text[16];
    struct tm tm;

    out[0] = '\0';
    if (gmtime_r(&seconds, &tm) && strftime(text, sizeof text, "%Y%m%d%H%M%S", &tm))
        (void)snprintf(out, HL7_TIME_SIZE, "%s%c%02u%02u", text, offset < 0 ? '-' : '+',
                       ahead / 60 % 24, ahead % 60);
}

bool hl7_field_is_given(struct span raw)
{
    return raw.len && !span_equal(raw, span_text("\"\""));
}

/* A field: the other side's own bytes, or a text where it has none. */
static enum error put_field(struct buffer *out, char separator, struct span raw,
                            const char *otherwise)
{
    enum error e = buffer_put_byte(out, (uint8_t)separator);
    if (e == ERROR_OK)
        e = buffer_put(out, raw.len ? raw : span_text(otherwise));
    return e;
}

enum error hl7_put_reply_header(struct buffer *out, const struct hl7_reply *reply)
{
    const struct hl7_header *to = reply->to;
    const struct hl7_delimiters *d = &to->delimiters;
    const char named[5] = { d->field, d->component, d->repeat, d->escape, d->subcomponent };
    const struct span none = { NULL, 0 };
    const char *never = reply->wants_nothing ? "NE" : "";
    const struct {
        struct span raw;
        const char *otherwise;
    } fields[] = { { to->field[5], "Phial" },
                   { to->field[6], "" },
                   { to->field[3], "" },
                   { to->field[4], "" },
                   { none, reply->time },
                   { none, "" },
                   { reply->type, "ACK" },
                   { none, reply->control },
                   { to->field[11], "P" },
                   { to->field[12], "2.5" },
                   { none, "" },
                   { none, "" },
                   { none, never },
                   { none, never },
                   { none, "" },
                   { to->field[18], "" } };
    enum error e = buffer_put_text(out, "MSH");

    if (e == ERROR_OK)
        e = buffer_put(out, span_of(named, sizeof named));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && e == ERROR_OK; i++)
        e = put_field(out, d->field, fields[i].raw, fields[i].otherwise);
    while (e == ERROR_OK && out->at[out->len - 1] == (uint8_t)d->field)
        out->len--;
    return e == ERROR_OK ? buffer_put_byte(out, '\r') : e;
}

enum error hl7_put_acknowledgement(struct buffer *out, const struct hl7_header *to,
                                   const char *code)
{
    enum error e = buffer_put_text(out, "MSA");
    if (e == ERROR_OK)
        e = put_field(out, to->delimiters.field, span_of(NULL, 0), code);
    if (e == ERROR_OK)
        e = put_field(out, to->delimiters.field, to->field[10], "");
    return e == ERROR_OK ? buffer_put_byte(out, '\r') : e;
}
