/*
 * The fake port for MLLP: blocks as text, and of a reply what it says.
 *
 *   w AA M-1 ACK^R01^ACK          an acknowledgement: MSA-1, MSA-2, MSH-9 (with ERR: its code)
 *   w MSH|^~\&|...                any other block that was written
 */
#ifndef PHIAL_TESTS_UNIT_LINK_MLLP_PORT_H
#define PHIAL_TESTS_UNIT_LINK_MLLP_PORT_H

#include "instruments/link/mllp_block.h"
#include "instruments/link/mllp_reply.h"
#include "tests/unit/link/fake_port.h"

#include <stdlib.h>

#define VT "\x0b"
#define END "\x1c\r"
/* A message without MSH-15 and MSH-16: original mode. */
#define RESULT(id, value)                                                                          \
    "MSH|^~\\&|Meter|Ward|||20260312141235||ORU^R01^ORU_R01|" id "|P|2.5" CR                       \
    "OBX|1|NM|WBC||" value CR

struct mllp_fake {
    struct fake fake;
    int64_t now;   /* utc */
    bool verbatim; /* replies are logged as text */
};

static inline void mllp_fake_put(struct fake *f, struct span text)
{
    assert_int_equal(buffer_put(&f->log, text), ERROR_OK);
}

static inline void mllp_fake_reply(struct fake *f, struct span text)
{
    struct span code, id, segment, rest = text;
    struct hl7_header h;

    assert_true(mllp_reply_read(text, &code, &id));
    assert_int_equal(hl7_header_read(text, &h), ERROR_OK);
    mllp_fake_put(f, code);
    mllp_fake_put(f, span_text(" "));
    mllp_fake_put(f, id);
    mllp_fake_put(f, span_text(" "));
    mllp_fake_put(f, h.field[9]);
    while (hl7_take_segment(&rest, &segment))
        if (hl7_segment_is(segment, "ERR"))
            mllp_fake_put(f, span_text(" ERR"));
    mllp_fake_put(f, span_text("\n"));
}

static inline void mllp_fake_write(void *context, struct span out)
{
    struct mllp_fake *m = context;
    struct span text = mllp_text(out), code, id;

    assert_true(out.at[0] == BYTE_VT && mllp_ends(out));
    mllp_fake_put(&m->fake, span_text("w "));
    if (!m->verbatim && mllp_reply_read(text, &code, &id))
        mllp_fake_reply(&m->fake, text);
    else
        fake_put_text(&m->fake, text);
}

static inline uint64_t mllp_fake_keep(void *context, uint64_t session, unsigned number,
                                      enum wire_direction direction, struct span frame)
{
    struct fake *f = &((struct mllp_fake *)context)->fake;
    uint64_t ticket = ++f->tickets;

    assert_true(frame.len > 0 && frame.len <= LIMIT_FRAME);
    if (direction != WIRE_FROM_INSTRUMENT)
        return ticket;
    assert_int_equal(buffer_put_format(&f->log, "k %u.%u\n", (unsigned)session, number), ERROR_OK);
    if (f->disk != FAKE_LATER)
        f->link->settled(f->state, ticket, f->disk == FAKE_KEEPS ? ERROR_OK : ERROR_FULL);
    return ticket;
}

static inline struct link_time mllp_fake_now(void *context)
{
    return (struct link_time) { ((struct mllp_fake *)context)->now, -300 };
}

static inline void mllp_fake_open(struct mllp_fake *m, bool instrument)
{
    struct link_options options = { .instrument = instrument };
    m->verbatim = false;
    m->now = 1775037600000; /* 2026-04-01T10:00:00Z */
    fake_open_with(&m->fake, &link_mllp, &options);
    m->fake.port.context = m;
    m->fake.port.write = mllp_fake_write;
    m->fake.port.keep = mllp_fake_keep;
    m->fake.port.now = mllp_fake_now;
}

static inline void mllp_fake_settle(struct mllp_fake *m, enum error kept)
{
    m->fake.link->settled(m->fake.state, m->fake.tickets, kept);
}

/* Whether the log says so anywhere. */
static inline bool mllp_saw(const struct mllp_fake *m, const char *text)
{
    return memmem(m->fake.log.at, m->fake.log.len, text, strlen(text)) != NULL;
}

static inline void mllp_say(struct mllp_fake *m, const char *bytes)
{
    fake_feed(&m->fake, span_text(bytes));
}

/* What happened is exactly this. */
static inline void mllp_expect(struct mllp_fake *m, const char *lines)
{
    fake_expect(&m->fake, lines);
}

#endif
