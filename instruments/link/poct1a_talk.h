/*
 * A POCT1-A conversation, whichever side of it we are (devices.md 5.3). For the files poct1a_*
 * only.
 *
 * Invariants:
 * - A document is acknowledged (ACK.R01 AA) only after poct1a_settled said ERROR_OK for it, or when
 *   it repeats the last one of its session that was, byte for byte. Keep-alives own nothing and
 *   are answered at once. What the disk refused is answered AE.
 * - At most one document waits for the disk. Whatever arrives meanwhile waits in the inbox.
 * - Of ours at most one waits for an answer.
 * - A session runs from the first document to END, to another HEL, to silence or to the end of the
 *   connection; nothing of it is left afterwards.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_POCT1A_TALK_H
#define PHIAL_INSTRUMENTS_LINK_POCT1A_TALK_H

#include "instruments/link/link.h"
#include "instruments/link/poct1a_inbox.h"
#include "instruments/link/poct1a_view.h"
#include "instruments/link/poct1a_write.h"

enum {
    POCT1A_TIMEOUT_MS = 120000, /* where a device says no application_timeout */
    POCT1A_ANSWER_MS = 15000,   /* an answer that is still not there will not come */
    POCT1A_QUIET_MS = 2000,     /* silence ends a damaged document */
};

struct talk;

/* What the two sides do differently. */
struct talk_role {
    /* Which kinds of documents are messages for the decoder, of those that may be. */
    bool (*hands_on)(const struct poct1a_view *v);
    /* A document was taken and answered. */
    void (*taken)(struct talk *t, const struct poct1a_view *v);
    /* Nothing is under way: say the next thing, if there is one. */
    void (*next)(struct talk *t);
    /* No answer came to what was said last. */
    void (*unanswered)(struct talk *t);
    /* The session is over: forget it. */
    void (*over)(struct talk *t);
};

/* The host's conversation. */
struct talk_host {
    bool ready;                /* HEL and DST are done, or the device asked for something */
    bool observations, events; /* to be requested */
    bool set_time, start;      /* to be directed */
    bool topic;                /* the device is answering a request */
    bool continuous;           /* it pushes from now on */
    bool closing;              /* our END is out */
    bool alive;                /* our keep-alive is out */
    bool end_of_list;          /* an EOT is due behind a list */
};

/* The device's, of a simulator. */
struct talk_device {
    bool greeted, counted; /* HEL and DST are acknowledged */
    bool asked;            /* the host requested observations, or was waited for in vain */
    bool waits;            /* ... which it may still do */
    bool told;             /* an observation of this load went out since it asked */
    enum poct1a_kind out;  /* what waits for its answer */
    unsigned tries;        /* of it */
};

struct talk {
    const struct link_port *port;
    struct link_options options;
    const struct talk_role *role;
    struct poct1a_inbox inbox;
    struct poct1a_view view; /* of the document that waits for the disk, or is being taken */
    struct poct1a_peer peer; /* of this connection, as its newest HEL said */
    struct buffer hello;     /* what stands in front of each message of this session */
    struct buffer text;      /* hello and document */
    struct buffer last;      /* the last accepted piece of this session */
    struct buffer out;       /* the document that waits for its answer */
    struct buffer load;      /* what link->send gave */
    size_t loaded_at;        /* how much of it is done */
    bool loaded, wrapped;
    uint64_t sessions, session; /* 0 outside one */
    uint64_t control_id;        /* of our newest document */
    unsigned number;            /* of the newest document of the session */
    uint64_t ticket;
    bool keeping, asking, settled;
    enum error answer;
    bool inside;        /* an event is being worked at */
    bool awaiting;      /* our document waits for its answer */
    bool load_out;      /* ... and it is of what was loaded */
    bool refused;       /* of what was loaded something was refused */
    bool overflow;      /* input was lost while the disk was waited for */
    unsigned armed_ms;  /* 0: no timer runs */
    unsigned silent_ms; /* since anything arrived */
    struct talk_host host;
    struct talk_device device;
};

extern const struct talk_role poct1a_host, poct1a_device;

/* Writes our document `root`; with `await` its answer is waited for. False when memory is out. */
bool talk_say(struct talk *t, const char *root, const struct poct1a_item *items, size_t count,
              bool await);
/* Writes a ready-made document. */
void talk_put(struct talk *t, struct span document, bool await);
void talk_note(const struct talk *t, const char *what);
void talk_end_session(struct talk *t, enum session_end how);
/* What link->send gave is over. */
void talk_sent(struct talk *t, enum error how);
/* The next document of what link->send gave; false behind the last. */
bool talk_next_loaded(const struct talk *t, struct span *document);

/* Where the load goes on behind one of its documents. */
static inline size_t talk_behind(const struct talk *t, struct span document)
{
    return (size_t)(document.at - t->load.at) + document.len;
}

static inline unsigned talk_timeout(const struct talk *t)
{
    return t->peer.timeout_ms ? t->peer.timeout_ms : POCT1A_TIMEOUT_MS;
}

/* How long an answer, or the next document of a topic, may take. */
static inline unsigned talk_patience(const struct talk *t)
{
    unsigned half = talk_timeout(t) / 2;
    return half < POCT1A_ANSWER_MS ? half : POCT1A_ANSWER_MS;
}

#endif
