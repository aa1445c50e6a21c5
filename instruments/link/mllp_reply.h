/*
 * HL7's acknowledgements: what a message asks for, what one says, and how ours are written
 * (devices.md 5.4; HL7 2.5 chapter 2.9).
 *
 * Original mode: one answer AA, AE or AR. Enhanced mode, where MSH-15 or MSH-16 says something: an
 * accept acknowledgement CA, CE or CR by MSH-15, and an application one by MSH-16, each AL always,
 * NE never, ER after an error, SU after success. MSA-2 is the sender's own MSH-10, to the byte.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_MLLP_REPLY_H
#define PHIAL_INSTRUMENTS_LINK_MLLP_REPLY_H

#include "instruments/link/link.h"
#include "instruments/message/hl7.h"

enum mllp_outcome {
    MLLP_STORED,
    MLLP_NOT_STORED, /* the disk refused: the sender may try again */
    MLLP_UNREADABLE, /* no MSH */
    MLLP_TOO_LONG,
    MLLP_NO_ANSWER /* to a query */
};

/* What a message needs in reply. */
struct mllp_demand {
    bool response;   /* it is itself a reply: never acknowledged (no replies to replies) */
    bool query;      /* its answer is its application acknowledgement */
    bool accept;     /* CA wanted on success */
    bool accept_bad; /* CE or CR wanted on failure */
    bool application, application_bad;
};
struct mllp_demand mllp_demand_read(struct span text, const struct hl7_header *header);

/* Numbers for control ids. */
struct mllp_stamp {
    struct link_time now;
    uint64_t serial;
};

/* Appends the text of one acknowledgement: `code` of MSA-1, addressed back to `to` (NULL when its
 * header could not be read). */
enum error mllp_put_reply(struct buffer *out, const struct hl7_header *to, const char *code,
                          enum mllp_outcome outcome, const struct mllp_stamp *stamp);
/* The code of a failure or of success: 'A' application or 'C' accept. */
const char *mllp_code(char kind, enum mllp_outcome outcome);

/* What a reply says: MSA-1 and MSA-2, raw. False when the text has no MSA segment. */
bool mllp_reply_read(struct span text, struct span *code, struct span *control_id);

#endif
