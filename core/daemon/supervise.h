/*
 * The children of core: started, watched, ended and started again (DESIGN 1).
 *
 * Invariants:
 *  - a child is the same binary, with descriptor 3 to core and, where it has a listener,
 *    descriptor 4; the listener stays open here, whatever happens to the child;
 *  - SETUP is the first thing that it gets, at each start;
 *  - what a child sends is checked by its channel; the first packet that fits no table ends it;
 *  - a child that ended cleanly is started again at once (but not more than once a second), one
 *    that crashed, hung or spoke nonsense after a delay that doubles to a minute;
 *  - a child hangs when more waits for it than its socket holds, for a quarter of a minute, or when
 *    for a minute it neither reads what it was sent nor says anything;
 *  - a child on demand runs from child_wake until child_rest;
 *  - when core ends, every channel is closed, which ends the children; who does not go is killed.
 */
#ifndef PHIAL_CORE_DAEMON_SUPERVISE_H
#define PHIAL_CORE_DAEMON_SUPERVISE_H

#include "core/base/clock.h"
#include "core/model/channel.h"

enum child_kind {
    CHILD_INSTRUMENT,
    CHILD_DECODER,
    CHILD_EKG,
    CHILD_PRINTER,
    CHILD_WEB,
    CHILD_SCANNER,
    CHILD_EXCHANGE, /* the connection to a health record */
    CHILD_PACKER    /* who makes an inspector's pack */
};

struct child;
struct supervise;

struct supervise_events {
    void *context;
    /* A message of that child; READY and LINK have been noted already. */
    void (*message)(void *context, struct child *c, const struct wire_message *m);
    /* It is gone and its messages with it; it may be started again. */
    void (*ended)(void *context, struct child *c);
    /* Its link came, went or was renamed. */
    void (*changed)(void *context, struct child *c);
};

struct child_spec {
    enum child_kind kind;
    const char *name;    /* in phial.conf; copied */
    const char *command; /* the hidden subcommand; borrowed */
    const char *listen;  /* "HOST:PORT" of its listener, or NULL; copied */
    bool on_demand;
};

enum error supervise_open(uv_loop_t *loop, const struct clock *clock,
                          const struct supervise_events *events, struct supervise **out);
/* Adds a child and takes the SETUP writer over; it starts with supervise_start. With a listener
 * that cannot be opened now the start is tried again later. */
enum error supervise_add(struct supervise *s, const struct child_spec *spec,
                         struct wire_writer *setup, struct child **out, struct complaint *why);
void supervise_start(struct supervise *s);
/* Closes every channel and calls `gone` when the last child ended. */
void supervise_stop(struct supervise *s, void (*gone)(void *context), void *context);
/* After the loop has run dry. */
void supervise_free(struct supervise *s);

size_t supervise_count(const struct supervise *s);
struct child *supervise_child(const struct supervise *s, size_t index);
struct child *supervise_find(const struct supervise *s, enum child_kind kind, const char *name);

const char *child_name(const struct child *c);
enum child_kind child_kind(const struct child *c);
/* The index of supervise_child. */
size_t child_index(const struct child *c);
/* Counts the starts: it tells one life from the next. */
unsigned child_life(const struct child *c);
bool child_running(const struct child *c);
/* It said that it is, and can still be told something. */
bool child_ready(const struct child *c);
enum link_state child_link(const struct child *c, int64_t *since, const char **sentence);
/* Takes the writer over. A child that does not read is ended. */
enum error child_send(struct child *c, struct wire_writer *w);
enum error child_send_packet(struct child *c, struct span packet);
/* Starts a child on demand, unless it runs or waits after a crash. */
void child_wake(struct child *c);
/* Lets a child on demand go that has nothing to do: it ends, and costs nothing until child_wake. */
void child_rest(struct child *c);
/* Ends it as one that misbehaved. */
void child_misbehaved(struct child *c, const char *sentence);

#endif
