/*
 * What the parts of ingest share: children, their sessions, and what waits for the commit.
 *
 * Life of a session: its row is made with its first frame. When the commit fails, a session whose
 * row was new is forgotten with it; of one whose row is older, the records of this turn are lost:
 * it is `spoilt`, its further records are not stored, and it is decoded from the journal once its
 * child has ended it. An ended session stays in the list until its end is durable.
 */
#ifndef PHIAL_CORE_DAEMON_INGEST_PARTS_H
#define PHIAL_CORE_DAEMON_INGEST_PARTS_H

#include "core/daemon/ingest.h"
#include "core/rules/correction.h"
#include "core/rules/gate.h"
#include "core/rules/match.h"
#include "core/rules/repeat.h"

/* A file of an EKG cart at the reader: what core knows of it, and what came of it so far. */
struct ingest_file {
    uint8_t hash[32]; /* SHA-256 of its bytes */
    int64_t size;
    bool broken;                          /* its session did not end as it should */
    size_t packed, last;                  /* bytes of all leads; the lead that came last */
    struct buffer leads[LIMIT_ECG_LEADS]; /* samples, packed */
};

struct ingest_session {
    struct ingest_session *next;
    uint64_t number;   /* the child's own; the row itself for a decoder */
    int64_t row;       /* in the store */
    int64_t at;        /* when its last frame was kept */
    uint64_t records;  /* that came, and that were stored or met */
    uint64_t received; /* frames from the instrument */
    bool durable;      /* the row is committed */
    bool changed;      /* a record or its end came in this turn */
    bool spoilt;       /* records of it were lost with a transaction */
    bool decoded;      /* marked so */
    bool ended;        /* by the child, or with it */
    bool end_stored;   /* and that is in the store */
    enum session_end how;
    struct ingest_file *file; /* of the EKG reader's, else NULL */
};

struct ingest_child {
    struct ingest_child *next;
    uint32_t id;
    bool decoder;       /* it decodes from the journal */
    bool ekg;           /* it is an EKG cart's, or the EKG reader */
    int64_t instrument; /* 0 until the first frame, or when its row was lost */
    char *name, *profile, *port;
    uint64_t last_number; /* of the newest session */
    struct ingest_session *sessions;
    size_t session_count;
};

/* Something to send when the turn is durable, or to refuse when it is not. */
struct ingest_after {
    struct ingest_after *next;
    uint32_t child;
    uint64_t ticket; /* 0: nothing to refuse */
    enum wire_type type;
    uint8_t *packet; /* of ANSWER and DECODE; NULL for KEPT */
    size_t len;
    char topic[16], key[ACCESSION_SIZE]; /* for browsers; the child is 0 */
};

/* A session whose decoding failed: given up after the second time. */
struct ingest_failure {
    struct ingest_failure *next;
    int64_t session;
    unsigned times;
};

struct ingest {
    struct store *store;
    char *salt;
    const struct clock *clock;
    const struct ingest_port *port;
    struct ingest_child *children;
    struct ingest_after *after, **after_end;
    struct ingest_session *owed; /* ends that were lost with a transaction */
    struct ingest_failure *failures;
    bool leftover[2]; /* sessions may wait in the journal; [1]: files of EKG carts */
    bool inbox_changed, held_changed;
};

struct ingest_child *ingest_find_child(struct ingest *in, uint32_t id);
/* Adds a session to a child's list; ERROR_BAD_INPUT when it holds too many. */
enum error ingest_add_session(struct ingest_child *child, uint64_t number,
                              struct ingest_session **out);
void ingest_drop_session(struct ingest_child *child, struct ingest_session *session);
void ingest_free_session(struct ingest_session *session);
/* Whether sessions of that profile are files for the EKG reader. */
bool ingest_is_ekg(const struct ingest *in, const char *profile);

/* The session could not be decoded; after the second time it is shown to a person instead. */
void ingest_note_failure(struct ingest *in, int64_t session);

/* What waits for the commit. */
enum error ingest_after_ticket(struct ingest *in, uint32_t child, uint64_t ticket);
enum error ingest_after_packet(struct ingest *in, uint32_t child, uint64_t ticket,
                               enum wire_type type, struct span packet);
enum error ingest_after_change(struct ingest *in, const char *topic, const char *key);

/* The machine as an actor, by an instrument, now. */
struct store_actor ingest_actor(const struct ingest *in, int64_t instrument);

/* A record of that session, whose row and ordinal have been checked. */
enum error ingest_take_record(struct ingest *in, struct ingest_child *child,
                              struct ingest_session *session, const struct wire_message *m,
                              struct complaint *why);
/* Keeps a session in which nothing could be read in the unmatched list. */
enum error ingest_park(struct ingest *in, struct ingest_session *session, const char *sentence);

/* Makes what the reader's answer about a file is held against. */
enum error ingest_file_open(struct ingest_session *session, const struct store_session_found *found,
                            const struct store_frame *frames, size_t count);
void ingest_file_free(struct ingest_file *file);
/* Samples of a lead, piece by piece. */
enum error ingest_take_waveform(struct ingest_session *session, const struct wire_message *m,
                                struct complaint *why);
/* What the EKG reader says of the file. */
enum error ingest_take_tracing(struct ingest *in, struct ingest_session *session,
                               const struct wire_message *m, struct complaint *why);
/* Keeps a file that the EKG reader did not survive. */
enum error ingest_park_file(struct ingest *in, const struct store_session_found *found,
                            const struct store_frame *frames, size_t count, const char *sentence);

/* A record out of its packet; it borrows the packet. */
enum error ingest_read_record(struct arena *a, const struct wire_message *m, struct record *out,
                              struct complaint *why);

/* What the store knows of the record on its way to becoming facts. */
struct ingest_case {
    struct arena arena;
    struct record record;
    uint8_t hash[32];
    struct ingest_session *session;
    int64_t instrument;
    bool has_specimen;
    struct store_specimen specimen;              /* exactly the record's */
    struct match_specimen match;                 /* the same for the rules */
    const struct match_analyte *const *analytes; /* of each result; NULL: of no ordered test */
    int64_t received_at;
    int64_t tested_at; /* by our clock, as far as the device lets us know; else received_at */
    bool has_offset;   /* the device's clock could be compared ... */
    int64_t device_offset_ms;     /* ... and was so far ahead of ours */
    const struct store_actor *by; /* who entered it by hand; NULL: the instrument sent it */
    int64_t message;              /* as it is stored already, when it is looked at again; else 0 */
};

/* Files a record that a person entered; `out` says where it stands. */
enum error ingest_file_entry(struct ingest *in, struct ingest_case *c, struct ingest_entered *out);

/* What the laboratory's rules said about a case (gate.h). */
struct ingest_gates {
    struct gate_verdict found[GATE_COUNT];
    enum gate_level level[GATE_COUNT];
};

/* How far a time that a device told ("2026-03-12T09:41:00", with or without a zone) is ahead of
 * `at`; false when it is none. Without a zone it is the site's, `zone_offset`. */
bool ingest_time_ahead(const char *told, int64_t at, int zone_offset, int64_t *out);
/* Fills in the case's times. */
void ingest_case_times(struct ingest *in, struct ingest_case *c, int64_t received_at);

/* Looks the specimen up by the exact text. Not found is no error. */
enum error ingest_find_specimen(struct ingest *in, struct ingest_case *c, const char *accession);
/* Stores the results of a linked record on its specimen. */
struct ingest_filing {
    const struct record *record;
    const struct store_specimen *specimen;
    int64_t message, instrument, received_at;
    const struct match_analyte *const *analytes; /* of each result; NULL: of no ordered test */
    const struct repeat_decision *repeat;        /* NULL: all are new (linked by a person) */
    const int64_t *run_messages; /* of the same run, whose results may be corrected */
    size_t run_message_count;
    bool moved;                        /* the message's results stood on another order */
    const struct store_judged *judged; /* by the limits of then; NULL: by those that are live now */
};
enum error ingest_file_results(struct ingest *in, struct arena *a, const struct ingest_filing *f);
/* The live limit of an analyte for the filing's patient; `*out` NULL when there is none. */
enum error ingest_find_limit(struct ingest *in, struct arena *a, const struct ingest_filing *f,
                             const char *loinc, const char *code, struct store_limit *limit,
                             const struct store_limit **out);
/* The new version in the old one's place, and why (correct.c). */
enum error ingest_replace(struct ingest *in, const struct store_result *old,
                          const struct store_result *next, enum correction_kind kind,
                          const struct ingest_correct *c, int64_t *correction);
/* The specimen to link to, which must be one that a result can be linked to, and what the record's
 * results measure there (resolve.c). */
enum error ingest_link_target(struct ingest *in, struct ingest_case *c, const char *accession,
                              struct complaint *why);
/* A control: its run in the quality control book, where it says which control it is (control.c). */
enum error ingest_take_control(struct ingest *in, struct ingest_case *c, int64_t message,
                               const struct store_actor *by);
/* What of a held record is, or may be, critical, is noted: the bench is told at once (held.c).
 * `linkable`: the specimen is the record's, and only a rule of the laboratory holds it. */
enum error ingest_note_held(struct ingest *in, struct ingest_case *c, int64_t message,
                            bool linkable);
/* Broken-off messages of which this session now holds the whole: off the unmatched list. */
enum error ingest_supersede(struct ingest *in, struct ingest_case *c);
/* The host's answer to a query. */
enum error ingest_answer(struct ingest *in, struct ingest_child *child, struct ingest_case *c,
                         uint64_t ticket);

#endif
