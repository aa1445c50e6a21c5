/*
 * A port made of arrays, with a clock that a test moves: whatever a link does is a line of text.
 *
 *   w 06            written to the instrument
 *   k 1.2 text      frame 2 of session 1 given to keep (o instead of k: a record of what was sent)
 *   m 1 text        a whole message of session 1
 *   e 1 how rest    the end of session 1
 *   s 0             sent, with its error
 *   n what          a note
 */
#ifndef PHIAL_TESTS_UNIT_LINK_FAKE_PORT_H
#define PHIAL_TESTS_UNIT_LINK_FAKE_PORT_H

#include "core/base/buffer.h"
#include "instruments/link/framing.h"
#include "instruments/link/link.h"
#include "tests/unit/test.h"

enum fake_disk { FAKE_KEEPS, FAKE_REFUSES, FAKE_LATER };

struct fake {
    struct link_port port;
    const struct link *link;
    void *state;
    struct buffer log;
    enum fake_disk disk;
    uint64_t tickets; /* given so far; with FAKE_LATER the last one is open */
    unsigned timer;   /* ms until it fires, 0 when it does not run */
    bool quiet;       /* notes are left out */
};

#define CR "\r"

static inline void fake_put_text(struct fake *f, struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '\r')
            assert_int_equal(buffer_put_byte(&f->log, '/'), ERROR_OK);
        else
            assert_int_equal(buffer_put_byte(&f->log, text.at[i]), ERROR_OK);
    assert_int_equal(buffer_put_byte(&f->log, '\n'), ERROR_OK);
}

static inline void fake_write(void *context, struct span out)
{
    struct fake *f = context;
    struct frame_view view;
    if (frame_parse(out, &view) == ERROR_OK) {
        assert_int_equal(buffer_put_format(&f->log, "w %u%s", view.number, view.more ? "+" : " "),
                         ERROR_OK);
        fake_put_text(f, view.text);
        return;
    }
    assert_int_equal(buffer_put_text(&f->log, "w"), ERROR_OK);
    for (size_t i = 0; i < out.len; i++)
        assert_int_equal(buffer_put_format(&f->log, " %02x", out.at[i]), ERROR_OK);
    assert_int_equal(buffer_put_byte(&f->log, '\n'), ERROR_OK);
}

static inline void fake_arm(void *context, unsigned ms)
{
    ((struct fake *)context)->timer = ms;
}

static inline uint64_t fake_keep(void *context, uint64_t session, unsigned number,
                                 enum wire_direction direction, struct span frame)
{
    struct fake *f = context;
    struct frame_view view;
    uint64_t ticket = ++f->tickets;
    assert_int_equal(frame_parse(frame, &view), ERROR_OK);
    assert_int_equal(view.number, number);
    assert_int_equal(buffer_put_format(&f->log, "%c %u.%u ",
                                       direction == WIRE_FROM_INSTRUMENT ? 'k' : 'o',
                                       (unsigned)session, number),
                     ERROR_OK);
    fake_put_text(f, view.text);
    if (direction == WIRE_FROM_INSTRUMENT && f->disk != FAKE_LATER)
        f->link->settled(f->state, ticket, f->disk == FAKE_KEEPS ? ERROR_OK : ERROR_FULL);
    return ticket;
}

static inline void fake_message(void *context, uint64_t session, struct span text)
{
    struct fake *f = context;
    assert_int_equal(buffer_put_format(&f->log, "m %u ", (unsigned)session), ERROR_OK);
    fake_put_text(f, text);
}

static inline void fake_ended(void *context, uint64_t session, enum session_end how,
                              struct span rest)
{
    static const char *const names[] = { "normal", "timeout", "enquiry",    "disconnected",
                                         "child",  "refused", "unanswered", "damaged" };
    struct fake *f = context;
    assert_int_equal(
        buffer_put_format(&f->log, "e %u %s%s", (unsigned)session, names[how], rest.len ? " " : ""),
        ERROR_OK);
    fake_put_text(f, rest);
}

static inline void fake_sent(void *context, enum error how)
{
    struct fake *f = context;
    assert_int_equal(buffer_put_format(&f->log, "s %s\n", error_text(how)), ERROR_OK);
}

static inline void fake_note(void *context, const char *what)
{
    struct fake *f = context;
    if (!f->quiet)
        assert_int_equal(buffer_put_format(&f->log, "n %s\n", what), ERROR_OK);
}

static inline struct link_time fake_now(void *context)
{
    (void)context;
    return (struct link_time) { 1775037600000, -300 }; /* 2026-04-01T10:00:00Z, five hours behind */
}

static inline void fake_open_with(struct fake *f, const struct link *link,
                                  const struct link_options *options)
{
    *f = (struct fake) { .link = link };
    f->port = (struct link_port) { f,          fake_write, fake_arm,  fake_keep, fake_message,
                                   fake_ended, fake_sent,  fake_note, fake_now };
    buffer_init(&f->log, 64 * 1024 * 1024);
    f->state = link->open(options, &f->port);
    assert_non_null(f->state);
}

static inline void fake_open(struct fake *f, const struct link *link)
{
    struct link_options options = { 0 };
    fake_open_with(f, link, &options);
}

static inline void fake_close(struct fake *f)
{
    f->link->close(f->state);
    buffer_free(&f->log);
}

static inline void fake_feed(struct fake *f, struct span in)
{
    f->link->feed(f->state, in);
}

static inline void fake_byte(struct fake *f, uint8_t byte)
{
    f->link->feed(f->state, span_of(&byte, 1));
}

/* A frame as an instrument sends it. */
static inline void fake_frame(struct fake *f, unsigned number, const char *text, bool more)
{
    struct buffer frame;
    buffer_init(&frame, LIMIT_FRAME);
    assert_int_equal(frame_compose(&frame, number, span_text(text), more), ERROR_OK);
    fake_feed(f, buffer_span(&frame));
    buffer_free(&frame);
}

/* Time passes: timers fire when they are due. */
static inline void fake_pass(struct fake *f, unsigned ms)
{
    while (f->timer && f->timer <= ms) {
        ms -= f->timer;
        f->timer = 0;
        f->link->expired(f->state);
    }
    if (f->timer)
        f->timer -= ms;
}

/* What happened since the last look is exactly this. */
static inline void fake_expect(struct fake *f, const char *lines)
{
    assert_int_equal(buffer_put_byte(&f->log, 0), ERROR_OK);
    assert_string_equal((const char *)f->log.at, lines);
    buffer_clear(&f->log);
}

#endif
