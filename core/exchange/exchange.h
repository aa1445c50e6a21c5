/*
 * Results for a health record as HL7 version 2: ORU^R01 messages of 2.5.1 and 2.3.1.
 *
 * Pure: out of a report (core/model/exchange.h), an endpoint's profile and an envelope come the
 * bytes, always the same for the same input. What goes out is read back by the parser that reads
 * instruments (exchange_lint) before anybody keeps it.
 *
 * An endpoint's profile says how that health record wants it (docs/health-records.md): a text file
 * like an instrument's, built in or a site's own.
 */
#ifndef PHIAL_CORE_EXCHANGE_H
#define PHIAL_CORE_EXCHANGE_H

#include "core/base/buffer.h"
#include "core/model/exchange.h"

/* ---- Endpoint profiles ---- */

struct exchange_endpoint; /* owned by the caller until exchange_endpoint_free */

/* What ends a message's way: AA, AE or AR; or, enhanced, CA (CE, CR) alone, or CA and then AA. */
enum exchange_ack { EXCHANGE_ACK_ORIGINAL, EXCHANGE_ACK_ENHANCED, EXCHANGE_ACK_BOTH };

/* The built-in profile of that id, such as generic-251; ERROR_NOT_FOUND: there is none, and `why`
 * names those that are. */
enum error exchange_endpoint_builtin(const char *id, struct exchange_endpoint **out,
                                     struct complaint *why);
/* A site's own, from its text; complaints begin with `file`:line. */
enum error exchange_endpoint_read(const char *file, struct span text,
                                  struct exchange_endpoint **out, struct complaint *why);
void exchange_endpoint_free(struct exchange_endpoint *endpoint);
const char *exchange_endpoint_id(const struct exchange_endpoint *endpoint);
enum exchange_ack exchange_endpoint_ack(const struct exchange_endpoint *endpoint);
/* The ids of the built-in ones, ended by NULL. */
const char *const *exchange_endpoint_names(void);

/* ---- Messages ---- */

/* What the report does not know: whose connection it is, this message's number and time. */
struct exchange_envelope {
    const char *sending_application, *sending_facility; /* MSH-3, MSH-4; "" of MSH-4: the site */
    const char *receiving_application, *receiving_facility; /* MSH-5, MSH-6 */
    const char *assigner;   /* PID-3.4, the authority of medical record numbers; "": MSH-4 */
    const char *control_id; /* MSH-10 */
    int64_t at;             /* MSH-7 */
    int (*zone_offset)(int64_t at); /* the site's, minutes east of UTC: sitetime_offset */
    bool production; /* MSH-11: P; else T, which a health record keeps out of charts */
};

/* Appends the message. ERROR_BAD_INPUT when the report lacks what the endpoint or the law asks for;
 * ERROR_TOO_BIG when it has no room. */
enum error exchange_compose(const struct exchange_endpoint *endpoint,
                            const struct exchange_envelope *envelope,
                            const struct exchange_report *report, struct buffer *out,
                            struct complaint *why);

/* Reads a message back with the parser of instruments: whether it says of whom, of what, by whom
 * and how far it stands, in the endpoint's version and within its lengths. ERROR_BAD_INPUT with the
 * first thing that is wrong. exchange_compose has done it. */
enum error exchange_lint(const struct exchange_endpoint *endpoint, struct span message,
                         struct complaint *why);

/* ---- Acknowledgements: pure, for the child that holds the connection ---- */

struct exchange_answer {
    char code[3];      /* AA AE AR CA CE CR */
    char control[200]; /* MSA-2: of the message that it answers */
    char text[512];    /* what the health record says: MSA-3 or ERR, in its words; or "" */
};
/* ERROR_BAD_INPUT when it is no acknowledgement. */
enum error exchange_answer_read(struct span message, struct exchange_answer *out,
                                struct complaint *why);

#endif
