/*
 * A link driven by a script of bytes: what arrives, when the timer fires, what the disk answers.
 *
 * A model beside it joins the frames that the disk kept, and stops the fuzzer when the link hands
 * on anything else, or acknowledges more than was kept.
 */
#ifndef PHIAL_TESTS_FUZZ_LINK_SCRIPT_H
#define PHIAL_TESTS_FUZZ_LINK_SCRIPT_H

#include "core/base/limits.h"
#include "instruments/link/framing.h"
#include "instruments/link/link.h"

#include <stdlib.h>
#include <string.h>

struct script {
    struct link_port port;
    const struct link *link;
    void *state;
    bool reports; /* whole reports of 64 bytes */
    struct span rest;
    bool armed;
    uint64_t ticket; /* that the disk has not answered, or 0 */
    uint64_t tickets;
    uint64_t session, over; /* with frames; that has ended */
    struct buffer frame;    /* that waits for the disk */
    struct link_options options;
    struct link_text joined; /* kept and not handed on */
    bool whole;
    size_t acknowledged, kept, repeated, enquiries;
};

static inline void must(bool true_always)
{
    if (!true_always)
        abort();
}

static inline uint8_t script_byte(struct script *s)
{
    uint8_t byte = 0;
    if (s->rest.len) {
        byte = *s->rest.at;
        s->rest = span_of(s->rest.at + 1, s->rest.len - 1);
    }
    return byte;
}

static inline struct span script_bytes(struct script *s, size_t len)
{
    struct span bytes = span_of(s->rest.at, len < s->rest.len ? len : s->rest.len);
    s->rest = span_of(bytes.at + bytes.len, s->rest.len - bytes.len);
    return bytes;
}

static inline bool script_is(const struct script *s, struct span out, uint8_t byte)
{
    if (s->reports)
        return out.at[3] == 1 && out.at[4] == byte;
    return out.len == 1 && *out.at == byte;
}

static inline void script_write(void *context, struct span out)
{
    struct script *s = context;
    must(out.len > 0 && (!s->reports || out.len == 64));
    if (!script_is(s, out, BYTE_ACK))
        return;
    must(s->ticket == 0);
    s->acknowledged++;
    must(s->acknowledged <= s->kept + s->repeated + s->enquiries);
}

static inline void script_arm(void *context, unsigned ms)
{
    struct script *s = context;
    must(ms <= 60000);
    s->armed = ms != 0;
}

static inline uint64_t script_keep(void *context, uint64_t session, unsigned number,
                                   enum wire_direction direction, struct span frame)
{
    struct script *s = context;
    struct frame_view view;
    must(frame.len <= LIMIT_FRAME && frame_parse(frame, &view) == ERROR_OK);
    must(view.number == number && session > s->over);
    s->tickets++;
    if (direction == WIRE_TO_INSTRUMENT)
        return s->tickets;
    must(s->ticket == 0 && !s->whole && session >= s->session);
    if (session != s->session)
        must(s->joined.text.len == 0);
    s->session = session;
    s->ticket = s->tickets;
    buffer_clear(&s->frame);
    must(buffer_put(&s->frame, frame) == ERROR_OK);
    return s->ticket;
}

static inline void script_message(void *context, uint64_t session, struct span text)
{
    struct script *s = context;
    must(session == s->session && session > s->over);
    must(span_equal(text, buffer_span(&s->joined.text)));
    buffer_clear(&s->joined.text);
    s->whole = false;
}

static inline bool script_blank(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] != '\r' && text.at[i] != '\n')
            return false;
    return true;
}

static inline void script_ended(void *context, uint64_t session, enum session_end how,
                                struct span rest)
{
    struct script *s = context;
    must(session > s->over && !s->whole);
    s->over = session;
    if (session != s->session) { /* the host sent */
        must(rest.len == 0);
        return;
    }
    must(how != SESSION_END_NORMAL || rest.len == 0);
    must(span_equal(rest, buffer_span(&s->joined.text)) ||
         (rest.len == 0 && script_blank(buffer_span(&s->joined.text))));
    buffer_clear(&s->joined.text);
    s->ticket = 0; /* a frame of a lost session is nobody's any more */
}

static inline void script_sent(void *context, enum error how)
{
    (void)context;
    must(how < ERROR_COUNT);
}

static inline void script_note(void *context, const char *what)
{
    struct script *s = context;
    if (strcmp(what, "repeated frame") == 0)
        s->repeated++;
}

static inline struct link_time script_now(void *context)
{
    (void)context;
    return (struct link_time) { 0, 0 };
}

static inline void script_settle(struct script *s, enum error kept)
{
    uint64_t ticket = s->ticket;
    if (ticket == 0)
        return;
    s->ticket = 0;
    if (kept == ERROR_OK) {
        s->kept++;
        must(s->link->join(&s->options, buffer_span(&s->frame), &s->joined, &s->whole) == ERROR_OK);
    }
    s->link->settled(s->state, ticket, kept);
}

static inline void script_feed(struct script *s, struct span in)
{
    for (size_t i = 0; i < in.len; i++)
        s->enquiries += in.at[i] == BYTE_ENQ;
    while (s->reports && in.len) {
        uint8_t report[64] = { 'A', 'B', 'C' };
        size_t len = in.len < 60 ? in.len : 60;
        report[3] = (uint8_t)len;
        memcpy(report + 4, in.at, len);
        s->link->feed(s->state, span_of(report, sizeof report));
        in = span_of(in.at + len, in.len - len);
    }
    if (!s->reports)
        s->link->feed(s->state, in);
}

/* A frame with a right checksum, which bytes at random hardly ever are. */
static inline void script_frame(struct script *s)
{
    uint8_t head = script_byte(s);
    struct span text = script_bytes(s, script_byte(s));
    struct buffer frame;
    buffer_init(&frame, LIMIT_FRAME);
    must(frame_compose(&frame, head & 7, text, head & 8) == ERROR_OK);
    script_feed(s, span_of(frame.at, frame.len - (head >> 4 & 1)));
    buffer_free(&frame);
}

static inline void script_step(struct script *s, uint8_t op)
{
    switch (op % 8) {
    case 0:
    case 1:
        script_feed(s, script_bytes(s, script_byte(s)));
        break;
    case 2:
    case 3:
        script_frame(s);
        break;
    case 4:
    case 5:
        script_settle(s, op & 0x80 ? ERROR_FULL : ERROR_OK);
        break;
    case 6:
        if (s->armed) {
            s->armed = false;
            s->link->expired(s->state);
        }
        break;
    default:
        if (op & 0x80)
            s->link->lost(s->state);
        else
            (void)s->link->send(s->state, script_bytes(s, script_byte(s)));
    }
}

static inline void script_run(const struct link *link, bool reports, struct span data)
{
    struct script s = { .link = link, .reports = reports, .rest = data };
    s.options.instrument = script_byte(&s) & 1;
    s.port =
        (struct link_port) { &s,           script_write, script_arm,  script_keep, script_message,
                             script_ended, script_sent,  script_note, script_now };
    buffer_init(&s.frame, LIMIT_FRAME);
    buffer_init(&s.joined.text, LIMIT_MESSAGE);
    s.state = link->open(&s.options, &s.port);
    must(s.state != NULL);
    while (s.rest.len)
        script_step(&s, script_byte(&s));
    link->lost(s.state);
    must(!s.armed && s.joined.text.len == 0);
    link->close(s.state);
    buffer_free(&s.frame);
    buffer_free(&s.joined.text);
}

#endif
