/*
 * A port for POCT1-A: whatever the link does is a line of text.
 *
 *   w ACK.R01 ACK.type_cd=AA ...   written to the instrument, without its header ([...] in a block)
 *   k 1.2 OBS.R01                  document 2 of session 1 given to keep (o: a record of ours)
 *   m 1 HEL.R01+OBS.R01            a message of session 1, its documents
 *   e 1 how                        the end of session 1
 *   s ...                          sent, with its error
 *   n what                         a note
 */
#ifndef PHIAL_TESTS_UNIT_LINK_POCT1A_PORT_H
#define PHIAL_TESTS_UNIT_LINK_POCT1A_PORT_H

#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "instruments/message/xml.h"
#include "tests/unit/link/fake_port.h"

#define HDR(id) "<HDR><HDR.control_id V=\"" id "\"/><HDR.version_id V=\"POCT1\"/></HDR>"
#define DEVICE(vendor) "<DEV><DEV.vendor_id V=\"" vendor "\"/><DEV.serial_id V=\"S1\"/>"
#define SKILLS(timeout, what)                                                                      \
    "<DCP><DCP.application_timeout V=\"" timeout "\"/></DCP><DSC>" what "</DSC></DEV>"
#define CAN(what) "<DSC.directives_supported_cd V=\"" what "\"/>"
#define HEL(id, what) "<HEL.R01>" HDR(id) DEVICE("TEST") SKILLS("60", what) "</HEL.R01>"
#define DST(id, observations, events)                                                              \
    "<DST.R01>" HDR(id) "<DST><DST.new_observations_qty V=\"" observations "\"/>"                  \
                        "<DST.new_events_qty V=\"" events "\"/></DST></DST.R01>"
#define OBS(id, value)                                                                             \
    "<OBS.R01>" HDR(id) "<SVC><PT><PT.patient_id V=\"P1\"/><OBS><OBS.observation_id V=\"INR\"/>"   \
                        "<OBS.value V=\"" value "\"/></OBS></PT></SVC></OBS.R01>"
#define EOT(id) "<EOT.R01>" HDR(id) "<EOT><EOT.topic_cd V=\"OBS\"/></EOT></EOT.R01>"
#define END(id) "<END.R01>" HDR(id) "<TRM><TRM.reason_cd V=\"NRM\"/></TRM></END.R01>"
#define KPA(id) "<KPA.R01>" HDR(id) "</KPA.R01>"
#define ACK(id, type, to)                                                                          \
    "<ACK.R01>" HDR(id) "<ACK><ACK.type_cd V=\"" type "\"/><ACK.ack_control_id V=\"" to "\"/>"     \
                        "</ACK></ACK.R01>"
#define VT "\x0b"
#define FS "\x1c\r"

/* The documents of a text, with what they say besides HDR, or only their roots. */
static inline void poct1a_log(struct fake *f, struct span text, bool fields)
{
    struct arena arena;
    struct message m;
    size_t used = 0;
    bool first = true;
    arena_init(&arena, LIMIT_DECODE_ARENA);
    while (text.len && poct1a_decode(text, &arena, &m, &used, NULL) == ERROR_OK) {
        assert_int_equal(buffer_put_format(&f->log, "%s%s", first ? "" : "+",
                                           message_named(&m.records[0], "root", NULL)),
                         ERROR_OK);
        for (size_t i = 1; fields && i < m.record_count; i++)
            for (size_t k = 0; k < m.records[i].field_count; k++)
                if (strcmp(m.records[i].type, "HDR") != 0)
                    assert_int_equal(buffer_put_format(&f->log, " %s=%s",
                                                       m.records[i].fields[k].name,
                                                       m.records[i].fields[k].repeats[0].whole),
                                     ERROR_OK);
        text = span_of(text.at + used, text.len - used);
        first = false;
    }
    if (text.len)
        assert_int_equal(buffer_put_format(&f->log, "%s?%zu", first ? "" : "+", text.len),
                         ERROR_OK);
    arena_free(&arena);
}

static inline struct span poct1a_bare(struct span piece)
{
    if (piece.len < 3 || piece.at[0] != 0x0b)
        return piece;
    while (piece.at[piece.len - 1] == '\r' || piece.at[piece.len - 1] == 0x1c)
        piece.len--;
    return span_of(piece.at + 1, piece.len - 1);
}

static inline void poct1a_fake_write(void *context, struct span out)
{
    struct fake *f = context;
    bool block = out.at[0] == 0x0b;
    assert_int_equal(buffer_put_text(&f->log, block ? "w [" : "w "), ERROR_OK);
    poct1a_log(f, poct1a_bare(out), true);
    assert_int_equal(buffer_put_text(&f->log, block ? "]\n" : "\n"), ERROR_OK);
}

static inline uint64_t poct1a_fake_keep(void *context, uint64_t session, unsigned number,
                                        enum wire_direction direction, struct span frame)
{
    struct fake *f = context;
    uint64_t ticket = ++f->tickets;
    assert_int_equal(buffer_put_format(&f->log, "%c %u.%u ",
                                       direction == WIRE_FROM_INSTRUMENT ? 'k' : 'o',
                                       (unsigned)session, number),
                     ERROR_OK);
    poct1a_log(f, poct1a_bare(frame), false);
    assert_int_equal(buffer_put_byte(&f->log, '\n'), ERROR_OK);
    if (direction == WIRE_FROM_INSTRUMENT && f->disk != FAKE_LATER)
        f->link->settled(f->state, ticket, f->disk == FAKE_KEEPS ? ERROR_OK : ERROR_FULL);
    return ticket;
}

static inline void poct1a_fake_message(void *context, uint64_t session, struct span text)
{
    struct fake *f = context;
    assert_int_equal(buffer_put_format(&f->log, "m %u ", (unsigned)session), ERROR_OK);
    poct1a_log(f, text, false);
    assert_int_equal(buffer_put_byte(&f->log, '\n'), ERROR_OK);
}

static inline void poct1a_fake_open(struct fake *f, const struct link_options *options)
{
    *f = (struct fake) { .link = &link_poct1a };
    f->port = (struct link_port) {
        f,          poct1a_fake_write, fake_arm,  poct1a_fake_keep, poct1a_fake_message,
        fake_ended, fake_sent,         fake_note, fake_now
    };
    buffer_init(&f->log, 64 * 1024 * 1024);
    f->state = link_poct1a.open(options, &f->port);
    assert_non_null(f->state);
}

static inline void feed_text(struct fake *f, const char *text)
{
    fake_feed(f, span_text(text));
}

/* Forgets what happened so far. */
static inline void fake_forget(struct fake *f)
{
    buffer_clear(&f->log);
}

#endif
