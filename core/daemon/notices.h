/*
 * What the drivers noticed on their lines since core started: frames refused, by reason. Counted
 * for each instrument, told to the page with the state of its link, gone with core.
 */
#ifndef PHIAL_CORE_DAEMON_NOTICES_H
#define PHIAL_CORE_DAEMON_NOTICES_H

#include "core/base/limits.h"
#include "core/model/wire.h"

struct notices; /* of one instrument */

/* One for each child, by its index; NULL until it noticed something. */
struct notices_table {
    struct notices *of[LIMIT_CHILDREN];
};

/* Adds what a message NOTICED says. A reason too many is counted with the last. */
void notices_add(struct notices_table *table, size_t child, const struct wire_message *m);
/* Appends a field NOTE, "checksum 3", for each reason. */
void notices_put(const struct notices_table *table, size_t child, struct wire_writer *w);
void notices_free(struct notices_table *table);

#endif
