/*
 * Reports cut out of a stream of bytes, as struct link_framing says (options.h).
 *
 * The cutter takes byte after byte and hands on each report as soon as it is over, as it came, with
 * its start and end bytes. Nothing that looks like a report is thrown away: what broke off, came
 * without its beginning, or does not hold its sum is handed on too, and said to be so. Only noise
 * in front of a start byte, and what is longer than LIMIT_FRAME, is noted and forgotten. How the
 * bytes were cut on their way never changes what a report is.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_REPORT_H
#define PHIAL_INSTRUMENTS_LINK_REPORT_H

#include "instruments/link/link.h"

struct cutter_events {
    void *context;
    /* A report is over; NORMAL says that it is whole. `bytes` are borrowed for the call. */
    void (*cut)(void *context, struct span bytes, enum session_end how);
    void (*note)(void *context, const char *what);
};

struct cutter {
    const struct link_framing *framing;
    struct cutter_events events;
    struct buffer bytes; /* of the report under way, or in front of a start byte */
    size_t line;         /* where its newest line begins */
    bool inside;         /* a report has begun */
    bool overlong;       /* ... and is too long: its rest is let go by */
};

void cutter_init(struct cutter *c, const struct link_framing *framing,
                 const struct cutter_events *events);
void cutter_free(struct cutter *c);
void cutter_put(struct cutter *c, uint8_t byte);
/* The line fell silent for cutter_patience: the report is over, or broke off. */
void cutter_silence(struct cutter *c);
/* The line is gone: what was under way broke off. */
void cutter_lost(struct cutter *c);

/* True while silence would mean something. */
static inline bool cutter_waits(const struct cutter *c)
{
    return c->inside || c->bytes.len > 0;
}

static inline unsigned cutter_patience(const struct link_framing *f)
{
    return f->idle_ms ? f->idle_ms : LINK_SILENCE_MS;
}

/* A report without its start and end bytes and its sum. */
struct span report_text(const struct link_framing *f, struct span report);
/* NORMAL when a report is whole, else DAMAGED or, without its end, TIMEOUT. */
enum session_end report_judge(const struct link_framing *f, struct span report);
/* Appends a report with this text, as the instrument sends it. */
enum error report_compose(const struct link_framing *f, struct span text, struct buffer *out);

#endif
