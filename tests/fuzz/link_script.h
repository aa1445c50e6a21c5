/*
 * A link driven by a script of bytes: what arrives, when the timer fires, what the disk answers.
 *
 * A model beside it joins the frames that the disk kept, and stops the fuzzer when the link hands
 * on anything else, or acknowledges more than was kept. What is of one protocol stands in struct
 * script_kind.
 */
#ifndef PHIAL_TESTS_FUZZ_LINK_SCRIPT_H
#define PHIAL_TESTS_FUZZ_LINK_SCRIPT_H

#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "tests/fuzz/must.h"

#include <string.h>

enum { SCRIPT_FRAMES = 64 }; /* that may wait for the disk at a time */

struct script;

struct script_kind {
    const struct link *link;
    bool reports;       /* whole reports of 64 bytes */
    bool outlives_lost; /* what goes to disk when the connection is lost still counts */
    const char *repeat; /* the note of a frame that is acknowledged again */
    void (*check_frame)(unsigned number, struct span frame);
    /* Whether these bytes to the instrument acknowledge something. */
    bool (*is_acknowledgement)(const struct script *s, struct span out);
    /* How many acknowledgements may follow a kept frame, or bytes that arrive. */
    size_t (*allowed_for_frame)(struct span frame);
    size_t (*allowed_for_input)(struct span in);
    /* Feeds something well-formed, which bytes at random hardly ever are. */
    void (*speak)(struct script *s);
};

struct script {
    struct link_port port;
    const struct script_kind *kind;
    void *state;
    struct span rest;
    bool armed;
    uint64_t tickets;
    struct buffer frames[SCRIPT_FRAMES]; /* that wait for the disk, the oldest first */
    uint64_t waiting[SCRIPT_FRAMES];     /* their tickets */
    size_t count;
    uint64_t session, over; /* with frames; that has ended */
    struct link_options options;
    struct link_text joined; /* kept and not handed on */
    bool whole;
    size_t acknowledged, allowed, last_allowed;
};

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

static inline void script_write(void *context, struct span out)
{
    struct script *s = context;
    must(out.len > 0 && (!s->kind->reports || out.len == 64));
    if (!s->kind->is_acknowledgement(s, out))
        return;
    must(s->count == 0);
    s->acknowledged++;
    must(s->acknowledged <= s->allowed);
}

static inline void script_arm(void *context, unsigned ms)
{
    struct script *s = context;
    must(ms <= 600000);
    s->armed = ms != 0;
}

/* What was kept and is no whole message yet, without what stays for the session's next one. */
static inline struct span script_rest(const struct script *s)
{
    size_t head = s->joined.head, len = s->joined.text.len;
    return len ? span_of(s->joined.text.at + head, len - head) : span_of(NULL, 0);
}

static inline uint64_t script_keep(void *context, uint64_t session, unsigned number,
                                   enum wire_direction direction, struct span frame)
{
    struct script *s = context;
    must(frame.len > 0 && frame.len <= LIMIT_FRAME && session > s->over);
    s->tickets++;
    if (direction == WIRE_TO_INSTRUMENT)
        return s->tickets;
    s->kind->check_frame(number, frame);
    must(s->count < SCRIPT_FRAMES && !s->whole && session >= s->session);
    if (session != s->session)
        must(!script_rest(s).len && s->count == 0);
    s->session = session;
    buffer_init(&s->frames[s->count], LIMIT_FRAME);
    must(buffer_put(&s->frames[s->count], frame) == ERROR_OK);
    s->waiting[s->count++] = s->tickets;
    return s->tickets;
}

static inline void script_message(void *context, uint64_t session, struct span text)
{
    struct script *s = context;
    must(session == s->session && session > s->over);
    must(span_equal(text, buffer_span(&s->joined.text)));
    link_text_next(&s->joined);
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
    must(how == SESSION_END_REFUSED || span_equal(rest, script_rest(s)) ||
         (rest.len == 0 && script_blank(script_rest(s))));
    link_text_clear(&s->joined);
    while (s->count) /* a frame of a lost session is nobody's any more */
        buffer_free(&s->frames[--s->count]);
}

static inline void script_sent(void *context, enum error how)
{
    (void)context;
    must(how < ERROR_COUNT);
}

static inline void script_note(void *context, const char *what)
{
    struct script *s = context;
    if (strcmp(what, s->kind->repeat) == 0)
        s->allowed += s->last_allowed;
}

static inline struct link_time script_now(void *context)
{
    (void)context;
    return (struct link_time) { 0, 0 };
}

static inline void script_settle(struct script *s, enum error kept)
{
    struct buffer frame;
    uint64_t ticket;
    if (s->count == 0)
        return;
    frame = s->frames[0];
    ticket = s->waiting[0];
    s->count--;
    memmove(s->frames, s->frames + 1, s->count * sizeof s->frames[0]);
    memmove(s->waiting, s->waiting + 1, s->count * sizeof s->waiting[0]);
    if (kept == ERROR_OK) {
        s->last_allowed = s->kind->allowed_for_frame(buffer_span(&frame));
        s->allowed += s->last_allowed;
        must(s->kind->link->join(&s->options, buffer_span(&frame), &s->joined, &s->whole) ==
             ERROR_OK);
    }
    buffer_free(&frame);
    s->kind->link->settled(s->state, ticket, kept);
}

static inline void script_feed(struct script *s, struct span in)
{
    s->allowed += s->kind->allowed_for_input(in);
    while (s->kind->reports && in.len) {
        uint8_t report[64] = { 'A', 'B', 'C' };
        size_t len = in.len < 60 ? in.len : 60;
        report[3] = (uint8_t)len;
        memcpy(report + 4, in.at, len);
        s->kind->link->feed(s->state, span_of(report, sizeof report));
        in = span_of(in.at + len, in.len - len);
    }
    if (!s->kind->reports)
        s->kind->link->feed(s->state, in);
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
        s->kind->speak(s);
        break;
    case 4:
    case 5:
        script_settle(s, op & 0x80 ? ERROR_FULL : ERROR_OK);
        break;
    case 6:
        if (s->armed) {
            s->armed = false;
            s->kind->link->expired(s->state);
        }
        break;
    default:
        if (op & 0x80)
            s->kind->link->lost(s->state);
        else
            (void)s->kind->link->send(s->state, script_bytes(s, script_byte(s)));
    }
}

static inline void script_run(const struct script_kind *kind, struct span data)
{
    struct script s = { .kind = kind, .rest = data };
    s.options.instrument = script_byte(&s) & 1;
    s.port =
        (struct link_port) { &s,           script_write, script_arm,  script_keep, script_message,
                             script_ended, script_sent,  script_note, script_now };
    buffer_init(&s.joined.text, LIMIT_MESSAGE);
    s.state = kind->link->open(&s.options, &s.port);
    must(s.state != NULL);
    while (s.rest.len)
        script_step(&s, script_byte(&s));
    kind->link->lost(s.state);
    while (kind->outlives_lost && s.count)
        script_settle(&s, ERROR_OK);
    must(!s.armed && s.joined.text.len == 0 && s.count == 0);
    kind->link->close(s.state);
    buffer_free(&s.joined.text);
}

#endif
