/* Inside instruments/worker: a decoded record as a RECORD packet. */
#ifndef PHIAL_INSTRUMENTS_WORKER_WIRE_RECORD_H
#define PHIAL_INSTRUMENTS_WORKER_WIRE_RECORD_H

#include "core/model/record.h"
#include "core/model/wire.h"

struct wire_record {
    uint64_t session, ordinal, ticket; /* ticket 0: none */
    bool last;
    struct span hash;
};

/* Begins and fills `w`, whose packet is one that core accepts: a text longer than its field is cut
 * and a complaint says so; a record that is larger than a packet goes as INCOMPLETE without its
 * results, with a complaint, so that a person sees it held. The caller sends or frees `w`. */
void wire_record_write(struct wire_writer *w, const struct wire_record *head,
                       const struct record *record);

#endif
