/* Inside instruments/worker: the state that its files share. */
#ifndef PHIAL_INSTRUMENTS_WORKER_INTERNAL_H
#define PHIAL_INSTRUMENTS_WORKER_INTERNAL_H

#include "core/model/channel.h"
#include "core/model/record.h"
#include "instruments/link/link.h"
#include "instruments/profile/profile.h"
#include "instruments/transport/transport.h"
#include "instruments/worker/profiles.h"
#include "instruments/worker/settings.h"
#include "instruments/worker/worker.h"

enum { WORKER_NOTES = 24, WORKER_ANSWERS = 8, WORKER_QUERIES = 16, WORKER_RUN_SECONDS = 600 };

/* What a ticket is for; it stands in the ticket's last bits. */
enum ticket_use { TICKET_FRAME, TICKET_SENT, TICKET_QUERY };

struct worker_note {
    const char *what; /* a constant of the link or the transport */
    uint64_t count;   /* since the log was told */
    uint64_t untold;  /* ... and since core was */
};

/* Which records of a session went to core. */
struct worker_session {
    uint64_t number, records;
};

/* The state of a decoder: the text of the session that is being joined. */
struct worker_decoder {
    struct worker_profiles profiles;
    uint64_t session;
    bool open;
    struct link_text joined;
};

struct worker {
    uv_loop_t *loop;
    struct clock clock;
    struct channel *core;
    struct transport *transport;
    int listener;
    char name[96];
    struct profile *profile;
    struct settings settings;
    const struct link *link;
    struct link_options options; /* the profile's, with the site's settings over them */
    struct link_port port;
    void *link_state;
    uv_timer_t timer; /* the link's */
    uv_timer_t notices;
    uv_timer_t last; /* closes everything, when the worker ends */
    uint64_t last_ticket;
    /* Input is stopped while much of it waits for the disk. */
    uint64_t unsettled; /* frames given to core and not answered */
    size_t fed;         /* bytes given to the link since one of them was answered */
    struct worker_session session;
    uint64_t queries[WORKER_QUERIES]; /* tickets not answered, 0 is free */
    uint64_t asked;                   /* the ticket of the newest */
    struct buffer question;           /* and the text that asked */
    struct buffer answers[WORKER_ANSWERS];
    size_t answer_count;
    struct worker_note notes[WORKER_NOTES];
    struct worker_decoder decoder;
    bool set_up, confined, up, ending, closed;
    int status;
};

/* Ends the worker with this exit status, once what waits for core is sent. */
void worker_end(struct worker *w, int status);
/* Sends, and ends the worker when that cannot be. */
void worker_send(struct worker *w, struct wire_writer *out);
void worker_note(void *context, const char *what);
/* Writes what was noted since the last time into the log. */
void worker_log_notes(struct worker *w);

/* effects.c: the link's effects, and core's answers to them. */
void worker_link_open(struct worker *w);
void worker_link_feed(struct worker *w, struct span in);
void worker_link_lost(struct worker *w);
void worker_on_kept(struct worker *w, uint64_t ticket, enum error kept);
void worker_on_answer(struct worker *w, const struct wire_message *m);
void worker_on_run(struct worker *w, uint64_t seconds);

/* records.c: text to records, records to core. ERROR_BAD_INPUT when the text is no message. */
void worker_decode(struct worker *w, const struct profile *profile, uint64_t session,
                   struct span text, bool whole);
/* Also tells core how many records went before; for files of EKG carts it does not, so that core
 * has them read by their own reader. */
void worker_end_session(struct worker *w, uint64_t session, enum session_end how);
uint64_t worker_ticket(struct worker *w, enum ticket_use use);

/* decoder.c */
void worker_decoder_load(struct worker *w, const char *folder);
void worker_on_decode(struct worker *w, const struct wire_message *m);
void worker_decoder_free(struct worker *w);

#endif
