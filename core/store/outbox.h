/*
 * What goes to health records. Conventions as in store.h.
 *
 * A message is written once and sent with the same bytes until it is answered. Of one patient, to
 * one health record, the next goes only when the one before is over: taken, or dropped by a person.
 *
 * READ_OUTBOX (now) gives
 *   {"endpoints":[{"name","profile","target","sends":"signed" or "filed","active":0 or 1,
 *      "alarm" (minutes),"waiting","parked","oldest" (since when the first that is not parked
 *      waits, or null),"late":0 or 1,"last_acked_at"}],
 *    "parked":[MESSAGE], "waiting":[MESSAGE] (of each endpoint the next 50),
 *    "over":[MESSAGE] (the last 50)}
 *   A MESSAGE is {"outbox","endpoint","order","patient":PATIENT,"tests":[name],"kind","control_id",
 *     "at","state" (new, sent, acked, retry, parked, released, dropped),"since","code","sentence",
 *     "tries","due","behind": the outbox that it waits behind or null,"written":0 when it could not
 *     be written,"by":PERSON or null}
 * READ_ORDER and READ_EKG have
 *   "delivery":[{"endpoint","active","sends","messages":[MESSAGE without patient and tests]}],
 *   newest message first; READ_INBOX rows have "delivery": the worst state of the newest messages
 *   of the order ("parked", "waiting", "acked", "dropped"), or "" when none was written.
 */
#ifndef PHIAL_CORE_STORE_OUTBOX_H
#define PHIAL_CORE_STORE_OUTBOX_H

#include "core/store/store.h"

enum { STORE_CONTENT = 32 };

struct store_endpoint {
    const char *name, *profile, *target;
    bool filed; /* sends what is filed, before it is signed */
    int64_t alarm;
    bool active;
};
/* Adds a row when there is none or it differs. */
enum error store_endpoint_set(struct store *s, const struct store_endpoint *endpoint, int64_t at);
/* Those of phial.conf no longer: each active one that is not among the names becomes inactive. */
enum error store_endpoints_retire(struct store *s, const char *const *names, size_t count,
                                  int64_t at);
/* The fact behind which that health record's messages begin, and the last that one was written
 * for; both the same when none was. */
enum error store_endpoint_reach(struct store *s, const char *name, int64_t *from, int64_t *done);

/* Orders of which a fact behind `after` speaks (a result, a review, a cancellation, a tracing, a
 * patient's other number), each with its first such fact, in the order of these; at most `max`.
 * `newest` is the last that says something new of the order itself: 0 when only the patient's data
 * are others. */
struct store_touched {
    int64_t order, cause, newest;
};
enum error store_orders_touched(struct store *s, int64_t after, size_t max,
                                struct store_touched *out, size_t *count);

/* Whether a message of the order was ever written for that health record. */
enum error store_outbox_knows(struct store *s, const char *endpoint, int64_t order, bool *out);

struct store_outgoing {
    const char *endpoint;
    int64_t order;
    char kind; /* P F X C W */
    const char *control_id;
    const uint8_t *content; /* STORE_CONTENT */
    int64_t cause, at;
    struct span bytes; /* empty: it could not be written, `lacks` says why */
    const char *lacks; /* unless "": it is parked with that sentence */
    const int64_t *results;
    size_t result_count;
};
enum error store_outgoing_add(struct store *s, const struct store_outgoing *in, int64_t *id);
/* What the newest message of that order to that endpoint tells, dropped ones that could not be
 * written left out. ERROR_NOT_FOUND: there is none. */
enum error store_outgoing_content(struct store *s, const char *endpoint, int64_t order,
                                  uint8_t out[STORE_CONTENT]);
/* The MRN that the newest message of that order bears that was ever handed to that endpoint: what
 * was refused or not answered may be in a chart all the same. ERROR_NOT_FOUND: there is none. */
enum error store_outgoing_mrn(struct store *s, struct arena *a, const char *endpoint, int64_t order,
                              const char **mrn);

/* The next that may go to that endpoint now. ERROR_NOT_FOUND: there is none; `*due` is then when
 * one will be, or 0. */
struct store_next {
    int64_t id, tries;
    const char *control_id, *order;
    struct span bytes;
    bool moved; /* it bears another MRN than the order has today */
};
enum error store_outbox_next(struct store *s, struct arena *a, const char *endpoint, int64_t now,
                             struct store_next *out, int64_t *due);

enum outbox_state {
    OUTBOX_SENT,
    OUTBOX_ACKED,
    OUTBOX_RETRY,
    OUTBOX_PARKED,
    OUTBOX_RELEASED,
    OUTBOX_DROPPED
};
struct store_outbox_step {
    int64_t outbox;
    enum outbox_state state;
    const char *code, *sentence;
    struct span answer;
    int64_t due;    /* of a retry */
    int64_t person; /* of who releases or drops */
    int64_t at;
};
/* ERROR_CONFLICT when the message cannot take that step. */
enum error store_outbox_step_add(struct store *s, const struct store_outbox_step *in);

struct store_outbox_found {
    int64_t id, order, cause;
    const char *endpoint, *number, *state; /* of the order; "new" when nothing became of it yet */
    int64_t tries;
    bool written;
    bool overtaken; /* a later message of the order has gone out */
    bool moved;     /* it bears another MRN than the order has today */
};
enum error store_outbox_by_id(struct store *s, struct arena *a, int64_t id,
                              struct store_outbox_found *out);
enum error store_outbox_by_control(struct store *s, struct arena *a, const char *endpoint,
                                   const char *control_id, struct store_outbox_found *out);

#endif
