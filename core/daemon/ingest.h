/*
 * What instruments send becomes facts (DESIGN 2 and 3).
 *
 * Invariants:
 *   - Ingest works inside the transaction that the loop has open, and never begins, commits or
 *     rolls back. It sends nothing before ingest_settle: KEPT, ANSWER and "changed" wait for the
 *     commit; when the commit failed they are dropped and every waiting ticket is REFUSED.
 *   - Each child's session is one row, made with its first frame. A session whose transaction was
 *     lost is made anew, or, when older parts of it are durable, left undecoded: it is then decoded
 *     from the journal, like one whose child died. Each record is stored once: (session, ordinal)
 *     is unique, and a second decode meets the first.
 *   - A child is hostile. What it may not say ends it (ERROR_BAD_INPUT) and changes nothing.
 *   - Nothing here reads device bytes; it keeps and compares them.
 *
 *   - A session of an EKG cart is a file: its frames from the instrument, joined. It goes to the
 * EKG reader, one at a time, which answers with samples in pieces and one TRACING. The tracing
 *     proposes itself to the order that is open at its cart; a person always confirms.
 *
 * The caller drives it:
 *
 *   ingest_attach(child) at a READY; then per turn of the loop: store_begin, ingest_receive for
 *   each packet, (people's actions, each in its savepoint), store_commit, ingest_settle. A child
 *   that ended: ingest_detach within a turn. With a decoder child: ingest_decode within a turn,
 *   at start and whenever ingest_undecoded says that there is something.
 */
#ifndef PHIAL_CORE_DAEMON_INGEST_H
#define PHIAL_CORE_DAEMON_INGEST_H

#include "core/base/clock.h"
#include "core/model/wire.h"
#include "core/store/tracings.h"

struct ingest;
struct waiver_claim;

/* What ingest needs of its surroundings. All are called only from ingest_settle, except
 * zone_offset. */
struct ingest_port {
    void *context;
    /* A packet to that child. The bytes are borrowed. */
    void (*send)(void *context, uint32_t child, struct span packet);
    /* For browsers: what changed ("inbox", "held", "specimen") and which one. */
    void (*changed)(void *context, const char *topic, const char *key);
    /* Minutes east of UTC at the site, at that time. */
    int (*zone_offset)(void *context, int64_t at);
    /* Whether sessions of that profile are files for the EKG reader; NULL: none is. */
    bool (*is_ekg)(void *context, const char *profile);
    /* Words of a cart for which a provider is to look first ([ekg] urgent=); NULL: the usual. */
    const char *urgent;
    /* What the waiver of that profile's system covers; ERROR_NOT_FOUND: there is no such profile.
     * NULL: nothing is known of waivers. */
    enum error (*waivers)(void *context, const char *profile, struct arena *a,
                          struct waiver_claim **out, size_t *count);
};

/* `salt` is the site's, copied. `port`, `store` and `clock` must outlive it. */
enum error ingest_open(struct store *store, const char *salt, const struct clock *clock,
                       const struct ingest_port *port, struct ingest **out);
void ingest_close(struct ingest *in);

/* A child runs for this configured instrument. `child` is the caller's number for one life of one
 * child process, never used again. */
enum error ingest_attach(struct ingest *in, uint32_t child, const char *instrument,
                         const char *profile, const char *port, struct complaint *why);
/* A child that decodes from the journal; `ekg`: the EKG reader. */
enum error ingest_attach_decoder(struct ingest *in, uint32_t child, bool ekg);
/* The child is gone: its open sessions end as CHILD_LOST, its tickets are forgotten. Needs an open
 * transaction. */
enum error ingest_detach(struct ingest *in, uint32_t child);

/* One checked packet (wire_read, WIRE_INSTRUMENT) of an attached child: KEEP, RECORD or
 * SESSION_END; of the EKG reader WAVEFORM and TRACING instead of RECORD (others are not ingest's).
 * ERROR_BAD_INPUT: the child may not say this; end it. Any other error is the store's: roll the
 * turn back. */
enum error ingest_receive(struct ingest *in, uint32_t child, const struct wire_message *m,
                          struct complaint *why);

/* Instruments in the middle of a message: frames of it came, its end did not. */
size_t ingest_sending(const struct ingest *in);

/* The turn is over. ERROR_OK: it is durable; what waited is sent. Otherwise every waiting ticket
 * is refused with `sentence`. */
void ingest_settle(struct ingest *in, enum error committed, const char *sentence);

/* Whether sessions may wait to be decoded from the journal by the decoder, or by the EKG reader,
 * and it is idle, or not there. */
bool ingest_undecoded(const struct ingest *in, bool ekg);
/* Whether that decoder is at work. */
bool ingest_decoding(const struct ingest *in, uint32_t decoder);
/* Gives the oldest such sessions (of no living child) to the decoder, as WIRE_DECODE packets after
 * the commit; those that were left open are ended. Does nothing while the decoder has work. */
enum error ingest_decode(struct ingest *in, uint32_t decoder);

/* Whether an EKG's file is that of an order: whose it says it is, and when it was recorded: not a
 * day before `order->at`, when the order was opened at the cart or entered, and, when the file
 * names nobody, not while another order was open at that cart. `differs` is what does not agree,
 * "name, time of recording"; "" without agreement: the file does not say enough. */
enum { INGEST_DIFFERS = 96 };
struct ingest_told {
    const char *id, *name, *birth_date, *sex, *recorded_at;
    int64_t cart; /* any id of it */
    int64_t received_at;
    bool live; /* a cart recorded it at our word, for the order: its bytes name nobody by nature */
};
struct ingest_judgement {
    bool agrees;
    char differs[INGEST_DIFFERS];
};
/* Whether a tracing of that format, of that instrument, was recorded live. */
enum error ingest_is_live(struct ingest *in, const char *format, int64_t instrument, bool *out);
enum error ingest_judge(struct ingest *in, const struct ingest_told *told,
                        const struct store_procedure *order, struct ingest_judgement *out);

/*
 * A person's decision on a message that is held or incomplete (domain.md 5.5). Needs an open
 * transaction, in a step of its own: on failure the caller undoes it. SUPERSEDED is not a person's.
 */
struct ingest_resolve {
    int64_t message;
    enum resolution kind;
    const char *accession;          /* to link to; "" otherwise */
    const char *reason;             /* in the person's words */
    const char *const *identifiers; /* the two that were compared; for a link */
    size_t identifier_count;
    const char *release; /* why what the laboratory's rules hold is linked all the same; or NULL */
    bool may_release;    /* the person may say so */
    const struct store_actor *by;
    const struct store_actor *released_by; /* who said so, when it was another; or NULL */
    const char *covers; /* the rules that they knew of, "lot, qc"; NULL: any that holds it */
};
enum { INGEST_RULES = 96 };
/* Whether it could be done now, so far as the message and the specimen say: for a proposal. `rules`
 * receives which ones hold it: what its release covers. */
enum error ingest_resolve_check(struct ingest *in, const struct ingest_resolve *request,
                                char rules[INGEST_RULES], struct complaint *why);
/* For a LINK, `order` receives the order's number (may be NULL): for the answer to the person. */
enum error ingest_resolve(struct ingest *in, const struct ingest_resolve *request,
                          struct store_order_key *order, struct complaint *why);

/* Files what a rule of the laboratory holds, on the specimen that it names, with the rule's
 * sentence beside the results. ERROR_CONFLICT when no rule holds it, or the specimen cannot take
 * it. A release covers the rules that its person saw. They are asked again: one that came since is
 * kept with the message and told in `further`, and nothing is released; where another confirms the
 * release it is ERROR_CONFLICT, as is a rule that stands with the message and was not seen. */
struct ingest_release {
    int64_t message;
    const char *reason;
    const struct store_actor *by;
    const struct store_actor *released_by; /* whose release it is, when another's; or NULL */
    const char *covers;                    /* the rules that were seen, "lot, qc" */
};
struct ingest_released {
    struct store_order_key order; /* on which it is filed; id 0: it is not */
    struct complaint further;     /* what holds it besides; "" when nothing does */
};
enum error ingest_release(struct ingest *in, const struct ingest_release *request,
                          struct ingest_released *out, struct complaint *why);
/* Whether it could be done now: for a proposal. */
struct ingest_releasable {
    char accession[ACCESSION_SIZE], rules[INGEST_RULES]; /* what it names; what holds it */
    struct complaint further;                            /* as above: there is nothing to propose */
};
enum error ingest_release_check(struct ingest *in, const struct ingest_release *request,
                                struct ingest_releasable *out, struct complaint *why);

/* A message that came under the number of a paper label, whose specimen has been entered now: filed
 * by the ordinary rules, or held for what they say. Needs an open transaction, in a step. */
enum error ingest_look_again(struct ingest *in, int64_t message, const struct store_actor *by,
                             bool *filed);

/*
 * What a person read by eye or typed: it goes the way of an instrument's record, as a session of
 * the built-in instrument "By hand" whose one frame is the entry. Needs an open transaction, in a
 * step of its own.
 */
#define INGEST_HAND "By hand"
#define INGEST_HAND_PROFILE "manual"

struct ingest_entry {
    const struct store_actor *by;
    const struct record *record; /* kind PATIENT, with its run and its results */
};
/* Asks the laboratory's rules before anything is opened or written. `lock`: why it would be held,
 * or "". The results need no values yet. */
enum error ingest_entry_judge(struct ingest *in, const struct ingest_entry *entry,
                              struct complaint *lock);
struct ingest_entered {
    int64_t message;
    bool linked;               /* else it is held ... */
    struct complaint sentence; /* ... for this reason */
};
enum error ingest_enter(struct ingest *in, const struct ingest_entry *entry,
                        struct ingest_entered *out);

/*
 * A result that is on an order is corrected: the old version stays, a new one stands in its place,
 * and whoever saw the old one learns of it (493.1291(k)). Needs an open transaction, in a step.
 */
struct ingest_correct {
    int64_t result, order; /* the version that the person saw, and its order */
    bool cancel;           /* there is no result; else it is `value` */
    const char *value, *unit;
    const char *reason_code, *reason, *requested_by;
    const struct store_actor *by;
};
/* ERROR_CONFLICT when the result was corrected meanwhile, or is withdrawn. */
enum error ingest_correct(struct ingest *in, const struct ingest_correct *request,
                          struct complaint *why);

/*
 * A patient's birth date or sex is another now, because it was put right, or the record was merged,
 * or is by itself again: what other limits of the version that judged it judge otherwise stands as
 * a new version, with the reason. Needs an open transaction, in a step, after what changed it.
 */
struct ingest_rejudge {
    int64_t patient; /* whose orders, with those of the records that are merged into it */
    const char *reason;
    const struct store_actor *by;
};
struct ingest_rejudged {
    size_t results; /* that say something else now ... */
    bool critical;  /* ... and whether one of them is critical */
};
enum error ingest_rejudge(struct ingest *in, const struct ingest_rejudge *job,
                          struct ingest_rejudged *out);

/* The results of a linked message are not this patient's: each is withdrawn (W), and, with an
 * accession, filed on that specimen. `order` receives the number of the order that lost them, and
 * `target` that of the other, or "". */
struct ingest_undo {
    int64_t message;
    const char *accession; /* "": it belongs to nobody here */
    const char *reason_code, *reason, *requested_by;
    const struct store_actor *by;
};
enum error ingest_undo(struct ingest *in, const struct ingest_undo *request,
                       struct store_order_key *order, struct store_order_key *target,
                       struct complaint *why);
/* Whether it could be done now: for a proposal. */
enum error ingest_undo_check(struct ingest *in, const struct ingest_undo *request,
                             struct complaint *why);

#endif
