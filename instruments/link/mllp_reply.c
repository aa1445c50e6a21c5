/* Acknowledgements; see the header. */
#include "instruments/link/mllp_reply.h"

#include "core/base/limits.h"

#include <stdio.h>

enum { ID_SIZE = 24 };

/* What an outcome is in MSA-1's second letter, table 0357 and a sentence for the device's log. */
static const struct {
    char letter;
    const char *code, *text, *sentence;
} outcomes[] = {
    [MLLP_STORED] = { 'A', "0", "Message accepted", "" },
    [MLLP_NOT_STORED] = { 'E', "207", "Application internal error",
                          "The message could not be stored. Send it again later." },
    [MLLP_UNREADABLE] = { 'R', "100", "Segment sequence error",
                          "The message does not begin with a header segment (MSH)." },
    [MLLP_TOO_LONG] = { 'R', "207", "Application internal error",
                        "The message is longer than this receiver takes." },
    [MLLP_NO_ANSWER] = { 'E', "207", "Application internal error",
                         "There is no answer to this query now. Ask again later." },
};

/* MSH-9.2 of the acknowledgement where it is another than the message's own. */
static const struct {
    const char *event, *answer;
} events[] = { { "R30", "R33" }, { "R31", "R33" }, { "R32", "R33" } };

static bool span_is(struct span s, const char *text)
{
    return span_equal(s, span_text(text));
}

/* Table 0155. */
static bool wants(struct span condition, bool good)
{
    if (!hl7_field_is_given(condition) || span_is(condition, "NE"))
        return false;
    if (span_is(condition, "ER"))
        return !good;
    return good || !span_is(condition, "SU");
}

static bool message_is(const struct hl7_header *h, const char *type)
{
    return span_is(hl7_raw_component(&h->delimiters, h->field[9], 1), type);
}

struct mllp_demand mllp_demand_read(struct span text, const struct hl7_header *header)
{
    struct mllp_demand d = { .application = true, .application_bad = true };
    struct span code, id;

    d.response = message_is(header, "ACK") || mllp_reply_read(text, &code, &id);
    d.query = message_is(header, "QBP") || message_is(header, "QRY");
    if (hl7_field_is_given(header->field[15]) || hl7_field_is_given(header->field[16])) {
        d.accept = wants(header->field[15], true);
        d.accept_bad = wants(header->field[15], false);
        d.application = wants(header->field[16], true);
        d.application_bad = wants(header->field[16], false);
    }
    return d;
}

const char *mllp_code(char kind, enum mllp_outcome outcome)
{
    static const char *const application[] = { "AA", "AE", "AR" };
    static const char *const accept[] = { "CA", "CE", "CR" };
    size_t which = outcomes[outcome].letter == 'A' ? 0 : outcomes[outcome].letter == 'E' ? 1 : 2;
    return kind == 'C' ? accept[which] : application[which];
}

bool mllp_reply_read(struct span text, struct span *code, struct span *control_id)
{
    struct hl7_header header;
    struct span segment, rest = text;
    size_t messages = 0;

    if (hl7_header_read(text, &header) != ERROR_OK)
        return false;
    while (hl7_take_segment(&rest, &segment) && messages < 2) {
        struct span fields[2] = { { NULL, 0 }, { NULL, 0 } };
        const uint8_t *at, *end = segment.at + segment.len;
        messages += hl7_segment_is(segment, "MSH");
        if (!hl7_segment_is(segment, "MSA") || segment.len < 4)
            continue;
        at = segment.at + 4;
        for (size_t i = 0; i < 2 && at; i++) {
            const uint8_t *next = memchr(at, header.delimiters.field, (size_t)(end - at));
            fields[i] = span_of(at, (size_t)((next ? next : end) - at));
            at = next ? next + 1 : NULL;
        }
        *code = fields[0];
        *control_id = fields[1];
        return true;
    }
    return false;
}

/* Our own acknowledgements */

struct reply {
    struct buffer *out;
    struct hl7_header to;
    enum error error; /* the first */
};

static void put_text(struct reply *r, const char *text)
{
    if (r->error == ERROR_OK)
        r->error = buffer_put_text(r->out, text);
}

/* `|` `^` `&` stand for the sender's own delimiters. */
static void put_character(struct reply *r, char c)
{
    const struct hl7_delimiters *d = &r->to.delimiters;
    char own = c == '|' ? d->field : c == '^' ? d->component : c == '&' ? d->subcomponent : c;
    if (r->error == ERROR_OK)
        r->error = buffer_put_byte(r->out, (uint8_t)own);
}

/* MSH-9: ACK, the event that answers theirs, the structure. */
static enum error put_type(struct buffer *out, const struct hl7_header *to)
{
    struct span event = hl7_raw_component(&to->delimiters, to->field[9], 2);
    char separator = to->delimiters.component;
    enum error e = buffer_put_text(out, "ACK");

    if (!event.len || e != ERROR_OK)
        return e;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (span_is(event, events[i].event))
            event = span_text(events[i].answer);
    e = buffer_put_byte(out, (uint8_t)separator);
    if (e == ERROR_OK)
        e = buffer_put(out, event);
    return e == ERROR_OK ? buffer_put_format(out, "%cACK", separator) : e;
}

static void put_header(struct reply *r, const char *code, const struct mllp_stamp *stamp)
{
    char id[ID_SIZE], time[HL7_TIME_SIZE];
    struct hl7_reply head = { .to = &r->to, .control = id, .time = time };
    struct buffer type;

    buffer_init(&type, LIMIT_MESSAGE);
    hl7_format_time(stamp->now.utc, stamp->now.offset, time);
    (void)snprintf(id, sizeof id, "PH%011llX-%04llX", (unsigned long long)stamp->now.utc,
                   (unsigned long long)(stamp->serial & 0xffff));
    r->error = put_type(&type, &r->to);
    head.type = buffer_span(&type);
    head.wants_nothing = code[0] == 'A' && hl7_field_is_given(r->to.field[16]);
    if (r->error == ERROR_OK)
        r->error = hl7_put_reply_header(r->out, &head);
    buffer_free(&type);
}

/* ERR has its fields since 2.5; before, ERR-1 says where and what. */
static void put_error(struct reply *r, enum mllp_outcome outcome)
{
    struct span version = hl7_raw_component(&r->to.delimiters, r->to.field[12], 1);
    bool old = version.len >= 3 && version.at[0] == '2' && version.at[2] < '5';
    const char *const layout[] = { "ERR",
                                   old ? "|^^^" : "|||",
                                   outcomes[outcome].code,
                                   old ? "&" : "^",
                                   outcomes[outcome].text,
                                   old ? "" : "^HL70357|E||||",
                                   old ? "" : outcomes[outcome].sentence };

    for (size_t i = 0; i < sizeof layout / sizeof layout[0]; i++)
        for (const char *c = layout[i]; *c; c++)
            put_character(r, *c);
    put_text(r, "\r");
}

enum error mllp_put_reply(struct buffer *out, const struct hl7_header *to, const char *code,
                          enum mllp_outcome outcome, const struct mllp_stamp *stamp)
{
    struct reply r = { .out = out, .error = ERROR_OK };
    size_t before = out->len;

    r.to.delimiters = hl7_delimiters_standard();
    if (to)
        r.to = *to;
    put_header(&r, code, stamp);
    if (r.error == ERROR_OK)
        r.error = hl7_put_acknowledgement(out, &r.to, code);
    if (outcome != MLLP_STORED)
        put_error(&r, outcome);
    if (r.error != ERROR_OK)
        out->len = before;
    return r.error;
}
