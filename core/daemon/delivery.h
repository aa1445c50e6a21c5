/*
 * Delivery: what a provider has signed goes to the health records of [exchange NAME], and what
 * became of it is on record (domain.md 5.1, 6.1, 10.5).
 *
 * Invariants:
 *  - Nothing is sent that is not on disk: a message is written within a turn's transaction, handed
 *    over in a later one that says so ('sent'), and only after that one's commit.
 *  - Nothing is lost: what has to be written is found by the facts behind the last one that a
 *    message was written for, also after a core that was killed.
 *  - Nothing is applied twice: a message keeps its bytes and its number (MSH-10) until it is
 *    answered, however often it goes out.
 *  - Of one patient nothing overtakes; one that is refused holds up this patient alone. One message
 *    at a time is under way to each health record.
 *  - Only what is filed on an order goes out; what is corrected or withdrawn after it went out goes
 *    out at once, everything else when it is signed (or filed, where the site says so).
 */
#ifndef PHIAL_CORE_DAEMON_DELIVERY_H
#define PHIAL_CORE_DAEMON_DELIVERY_H

#include "core/base/limits.h"
#include "core/daemon/config.h"
#include "core/exchange/exchange.h"
#include "core/store/outbox.h"

#include <uv.h>

struct core;
struct child;
struct wire_message;

/* How messages leave; a test has its own. */
struct delivery_port {
    void *context;
    bool (*ready)(void *context, size_t line);
    /* The message goes on its way; its answer comes by delivery_answered, or delivery_lost. */
    enum error (*send)(void *context, size_t line, const char *control, struct span bytes);
};

/* One health record. */
struct delivery_line {
    const struct config_exchange *config;
    struct exchange_endpoint *profile;
    struct child *child;
    int64_t from;      /* facts before it are not sent there */
    int64_t under_way; /* the message, or 0 */
    bool recorded;     /* 'sent' waits for its commit */
    bool lost;         /* the connection went before the answer */
    char control[24];
    struct buffer bytes; /* until the commit */
};

struct delivery {
    struct delivery_port port;
    struct delivery_line lines[LIMIT_EXCHANGES];
    size_t count;
    int64_t looked, looking; /* facts that were looked at; the latter when the turn is on disk */
    uv_timer_t due;
    bool open;
};

/* Reads the profiles, and notes who is connected since when. */
enum error delivery_open(struct core *core, struct complaint *why);
/* Closes the timer, while the loop still runs; then frees the rest. */
void delivery_stop(struct core *core);
void delivery_free(struct core *core);

/* Writes what has to be written and hands over what may go; within a turn that it begins. */
void delivery_look(struct core *core);
/* The turn is over. */
void delivery_settle(struct core *core, bool committed);
/* An answer came by that line: `code` of MSA-1, or "" when none came in time. */
void delivery_answered(struct core *core, size_t line, const struct wire_message *m);
/* The line's connection is gone. */
void delivery_lost(struct core *core, size_t line);

/* ---- delivery_child.c ---- */

enum error delivery_add_children(struct core *core, struct complaint *why);
void delivery_child_message(struct core *core, const struct child *c, const struct wire_message *m);
void delivery_child_gone(struct core *core, const struct child *c);

/* ---- delivery_write.c ---- */

/* Writes the order's message for that line, if it tells anything new. ERROR_OK also when it does
 * not; `*written` is the message, 0 when none was, `lacks` why its text could not be made. */
enum error delivery_write(struct core *core, const struct delivery_line *line, int64_t order,
                          int64_t cause, int64_t *written, struct complaint *lacks);

#endif
