/*
 * The traffic of a fault test: several instruments that each send numbered messages, one for each
 * specimen, and the books of what was acknowledged; and the audit of the database against them.
 */
#ifndef PHIAL_TESTS_FAULT_TRAFFIC_H
#define PHIAL_TESTS_FAULT_TRAFFIC_H

#include "core/model/accession.h"
#include "tests/fault/line.h"
#include "tests/support/sender.h"

#include <pthread.h>
#include <sqlite3.h>

enum { TRAFFIC_LINKS = 4, TRAFFIC_RECORDS = 5 };

struct traffic_link {
    struct traffic *traffic;
    struct sender sender;
    pthread_t thread;
    unsigned number;
    struct line line;
    unsigned done;    /* messages that were delivered */
    unsigned sending; /* the message under way, of the link's own count */
    volatile bool finished;
};

struct traffic {
    struct traffic_link links[TRAFFIC_LINKS];
    unsigned link_count, messages;     /* messages of each link */
    const struct accession *specimens; /* link_count * messages of them */
    unsigned *acknowledged; /* [specimen][record]: how often its frame was acknowledged */
    volatile bool stop;
};

/* The lines are opened by the caller before traffic_start. */
void traffic_init(struct traffic *t, unsigned links, unsigned messages,
                  const struct accession *specimens, const struct sender_faults *faults,
                  uint64_t seed);
void traffic_start(struct traffic *t);
bool traffic_finished(const struct traffic *t);
void traffic_join(struct traffic *t);
void traffic_free(struct traffic *t);
void traffic_print(const struct traffic *t);

/* The audit: exits with a sentence at the first thing that is wrong. */
void traffic_audit(const struct traffic *t, const char *data);
/* Sessions that broke off with their child and were decoded from the journal afterwards. */
long long traffic_decoded_later(const char *data);
/* Waits until nothing is left to decode. */
void traffic_settle(const char *data);

#endif
