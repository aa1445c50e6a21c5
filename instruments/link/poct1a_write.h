/* The documents of POCT1-A that the conversation itself needs (devices.md 5.3). */
#ifndef PHIAL_INSTRUMENTS_LINK_POCT1A_WRITE_H
#define PHIAL_INSTRUMENTS_LINK_POCT1A_WRITE_H

#include "instruments/link/link.h"

/* One field of a document. */
struct poct1a_item {
    const char *aggregate, *field, *value;
};

enum { POCT1A_TIME = 40 };

/* `2026-03-12T14:00:05-05:00` */
void poct1a_time(char out[POCT1A_TIME], struct link_time now);

/* Appends the document `root` with its header and these fields; neighbours of one aggregate stand
 * in one, and an aggregate called `DTV/TM` is a TM within a DTV. */
enum error poct1a_write(struct buffer *out, const char *root, uint64_t control_id,
                        struct link_time now, const struct poct1a_item *items, size_t count);

#endif
