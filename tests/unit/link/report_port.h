/* The fake port for links whose frames are reports: they are kept as they came. */
#ifndef PHIAL_TESTS_UNIT_LINK_REPORT_PORT_H
#define PHIAL_TESTS_UNIT_LINK_REPORT_PORT_H

#include "tests/unit/link/fake_port.h"

static inline uint64_t report_keep(void *context, uint64_t session, unsigned number,
                                   enum wire_direction direction, struct span frame)
{
    struct fake *f = context;
    uint64_t ticket = ++f->tickets;
    assert_int_equal(number, 1);
    assert_int_equal(buffer_put_format(&f->log, "%c %u ",
                                       direction == WIRE_FROM_INSTRUMENT ? 'k' : 'o',
                                       (unsigned)session),
                     ERROR_OK);
    fake_put_text(f, frame.len > 200 ? span_text("(long)") : frame);
    if (direction == WIRE_FROM_INSTRUMENT && f->disk != FAKE_LATER)
        f->link->settled(f->state, ticket, f->disk == FAKE_KEEPS ? ERROR_OK : ERROR_FULL);
    return ticket;
}

static inline void report_open(struct fake *f, const struct link *link,
                               const struct link_options *options)
{
    fake_open_with(f, link, options);
    f->port.keep = report_keep;
}

/* Whether this happened since the last look, without forgetting it. */
static inline bool report_saw(const struct fake *f, const char *line)
{
    return memmem(f->log.at, f->log.len, line, strlen(line)) != NULL;
}

static inline void report_say(struct fake *f, const char *text)
{
    fake_feed(f, span_text(text));
}

#endif
