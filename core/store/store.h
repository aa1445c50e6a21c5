/*
 * The store: the one SQLite database, and the only code that writes it.
 *
 * Invariants:
 *  - A fact is only ever added (DESIGN 3.6). Every fact row of every table takes its `id` from one
 *    sequence (1, 2, 3 ... without gaps, in order of insertion) and carries `link`, the SHA-256 of
 *    its canonical form and of the link of the row before it: one chain over all facts.
 *  - What is derived from facts (the state of a specimen, the worklist, what is held) is kept in
 *    the same transaction and can be rebuilt from the facts at any time.
 *  - store_commit returns ERROR_OK only when the transaction is on disk. After any other answer
 *    nothing of it happened, and the database has been closed and opened again: a failed
 *    fdatasync is never tried twice on one handle.
 *  - An error that SQLite met inside a transaction (disk full, no memory) spoils that transaction:
 *    every later call answers the same error until store_commit (which then fails) or
 *    store_rollback. A refusal (ERROR_CONFLICT, ERROR_NOT_FOUND) spoils nothing.
 *
 * Conventions: ids are above zero, 0 means none. Times are milliseconds since 1970 in UTC. A text
 * that is not known is "" (NULL is taken as ""). What a lookup gives lives in the arena given to
 * it. Writers need a transaction open (store_begin), else ERROR_BUG. One thread.
 */
#ifndef PHIAL_CORE_STORE_STORE_H
#define PHIAL_CORE_STORE_STORE_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/span.h"
#include "core/model/accession.h"
#include "core/model/people.h"
#include "core/model/record.h"
#include "core/model/specimen.h"
#include "core/model/wire.h"

enum { STORE_LINK = 32, STORE_VERSION_SIZE = 65 };

#define STORE_FILE "phial.db" /* in the data folder */

struct store;
struct ecg;

/* Opens, or makes, the database file; applies what migrations are missing. */
enum error store_open(const char *path, struct store **out, struct complaint *why);
/* NULL is allowed. An open transaction is rolled back. */
void store_close(struct store *s);

/* ---- Transactions ---- */

/* Begins one; does nothing when one is open. */
enum error store_begin(struct store *s);
bool store_in_transaction(const struct store *s);
/* Nothing open: ERROR_OK. See the invariants for failure. */
enum error store_commit(struct store *s, struct complaint *why);
void store_rollback(struct store *s);
/* One request among many in a transaction: undo takes back what was added since the begin, and
 * leaves the rest. Steps do not nest. */
enum error store_step_begin(struct store *s);
enum error store_step_keep(struct store *s);
enum error store_step_undo(struct store *s);

/* Moves the write-ahead log into the database. Never needed for safety: called when idle, it keeps
 * commits quick. store_commit does it by itself when the log has grown past its bound. */
enum error store_checkpoint(struct store *s);
/* A whole copy of the database as of the last commit, in a new file; outside a transaction. */
enum error store_backup(struct store *s, const char *path, struct complaint *why);
/* Pages in the log since the last whole checkpoint; 0 when there is nothing to do. */
int store_log_pages(const struct store *s);

/* The last fact that is committed: its number (0 when none) and link. */
struct store_head {
    int64_t id;
    uint8_t link[STORE_LINK];
};
struct store_head store_head(const struct store *s);

/* ---- The site, its people and instruments ---- */

struct store_site {
    const char *name, *salt, *zone; /* salt: digits; zone: "America/New_York" */
    /* What a report says of the laboratory: on one line, "CW", "PPM", "COC" or "COA" of
     * certificate. NULL or "": not known. */
    const char *address, *clia, *certificate, *director;
};
/* Adds a row when there is none or it differs. */
enum error store_site_set(struct store *s, const struct store_site *site);
enum error store_site_find(struct store *s, struct arena *a, struct store_site *out);

/* A person changes by a new row with the same login; the newest counts. */
struct store_person {
    int64_t id;
    const char *login, *name;
    enum role role;
    bool active;
    /* How others know who asks for a test (493.1241(c)(1)); NULL or "": not known. */
    const char *npi, *address, *phone;
};
enum error store_person_add(struct store *s, const struct store_person *person, int64_t at,
                            int64_t *id);
enum error store_person_by_login(struct store *s, struct arena *a, const char *login,
                                 struct store_person *out);
/* How many active people have that role. */
enum error store_person_count(struct store *s, enum role role, int64_t *count);

struct store_sign_in {
    int64_t person; /* 0 when nobody has that login */
    const char *login, *workstation;
    bool ok;
    const char *reason; /* why not */
    int64_t at;
    const char *role, *method; /* in which role; "badge"; or NULL */
};
enum error store_sign_in_add(struct store *s, const struct store_sign_in *in, int64_t *id);

/* Somebody saw something (DESIGN 3.10). `what` is "inbox", "order", "specimen", "unmatched" ...;
 * `key` an order number, an accession, a message id, or "". */
struct store_view {
    int64_t person;
    const char *workstation, *what, *key;
    int64_t at;
    const char *role;  /* NULL: not known */
    int64_t emergency; /* the emergency access that alone allowed it, or 0 */
    const char *list;  /* which list of the inbox or the tasks; NULL: that which opens by itself */
};
enum error store_view_add(struct store *s, const struct store_view *in, int64_t *id);

/* The id of the instrument with that configuration; adds a row when it is new or has changed. */
enum error store_instrument_set(struct store *s, const char *name, const char *profile,
                                const char *port, int64_t at, int64_t *id);

/* The same for an EKG cart, which the page lists before it has sent anything. `live`: it can be
 * told to record. */
enum error store_cart_set(struct store *s, const char *name, const char *profile, const char *port,
                          bool live, int64_t at, int64_t *id);
enum error store_cart_is_live(struct store *s, int64_t instrument, bool *out);

/* ---- The test menu ---- */

#define STORE_NO_SPECIMEN "none" /* the specimen type of a test that needs none: an EKG */

struct store_analyte {
    const char *code; /* the vendor's or the site's own, for analytes without LOINC; or "" */
    const char *loinc, *name, *ucum;
    bool expected; /* the test is not whole without it */
};
struct store_test {
    int64_t id;
    const char *code, *name, *specimen_type, *container;
    bool active;
    struct store_analyte *analytes;
    size_t analyte_count;
};
/* Adds the test with its analytes; a newer row with the same code counts instead of the older. */
enum error store_test_add(struct store *s, const struct store_test *test, int64_t at, int64_t *id);
enum error store_test_by_code(struct store *s, struct arena *a, const char *code,
                              struct store_test *out);

/* ---- Patients and orders ---- */

struct store_patient {
    int64_t id; /* of the patient: the same for all versions */
    const char *mrn, *family, *given;
    const char *birth_date; /* 1981-03-14 */
    const char *sex;        /* F, M, X or U */
};
/* ERROR_NOT_FOUND: nobody has that MRN (any more). Gives the newest version. */
enum error store_patient_by_mrn(struct store *s, struct arena *a, const char *mrn,
                                struct store_patient *out);
enum error store_patient_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_patient *out);
/* `patient->id` 0: a new patient; else a new version. ERROR_CONFLICT when somebody else has the
 * MRN. What a person puts right goes by store_patient_correct (core/store/patients.h). */
enum error store_patient_add(struct store *s, const struct store_patient *patient, int64_t person,
                             int64_t at, int64_t *id);

/* Who does something, where and when: the same part of every act. */
struct store_actor {
    int64_t person;   /* 0: nobody, the machine */
    const char *role; /* role_id() at that moment */
    const char *workstation;
    int64_t instrument; /* 0, or by which instrument */
    int64_t at;
    int zone_offset;  /* the site's, minutes east of UTC at `at` */
    bool clock_unset; /* the machine's clock had not been set */
};

/* A new PIN of that person (its hash is not kept here), set by the actor: person 0 when nobody was
 * signed in. */
enum error store_pin_set_add(struct store *s, const struct store_actor *by, int64_t person,
                             int64_t *id);
/* Whether that row is there. */
enum error store_pin_set_stands(struct store *s, int64_t id, bool *out);

struct store_order {
    int64_t patient;
    const char *provider; /* a login, or a name when the provider has none */
    const char *priority; /* "routine", "stat" */
    const char *mode;     /* "electronic", "written", "oral" */
    const char *reason;
    const char *placer, *icd10; /* its number where it came from, codes of the reason; or NULL */
    const int64_t *tests;
    size_t test_count;
};
struct store_order_key {
    int64_t id;
    char number[24];
};
/* Adds the order, its tests and the event "ordered". */
enum error store_order_enter(struct store *s, const struct store_actor *by,
                             const struct store_order *order, struct store_order_key *out);

struct store_order_found {
    int64_t id, patient_id;
    const char *number;
    bool identified; /* two identifiers were confirmed */
    const char *provider, *priority;
    int64_t ordered_at;
    int64_t specimen_count;
    bool complete;                    /* each ordered test is whole (order_missing) */
    char version[STORE_VERSION_SIZE]; /* of its current results; "" when there are none */
    int severity;
    bool ekg;        /* an EKG's order */
    bool signed_off; /* as it stands */
};
enum error store_order_by_number(struct store *s, struct arena *a, const char *number,
                                 struct store_order_found *out);

/* Adds the identification and the event "identified". `identifiers`: "name, birth date". */
enum error store_identify(struct store *s, const struct store_actor *by, int64_t order,
                          const char *identifiers, const char *method, int64_t *id);

/* ---- Specimens ---- */

struct store_collect {
    int64_t order;
    uint32_t day; /* yymmdd in the site's zone: the accession's */
    const char *type, *container, *site, *lot, *collector;
    int64_t collected_at;
    const char *location, *reason; /* reason: why it was dated back; else "" */
    /* What else was asked or seen; all NULL or "" when nothing was. fasting: "yes", "no", "". */
    const char *volume, *fasting, *last_menses, *anticoagulant, *note;
    /* The number that its label bears already (core/store/paper.h); NULL: the day's next one. */
    const struct store_paper_number *paper;
};
struct store_specimen_key {
    int64_t id;
    struct accession accession;
};
/* Issues the next accession of the day, adds the specimen and the event "collected". No number is
 * ever issued twice: the issue is a fact of this transaction. ERROR_CONFLICT when the order has
 * not been identified; ERROR_FULL when the day has no number left. */
enum error store_collect(struct store *s, const struct store_actor *by,
                         const struct store_collect *in, struct store_specimen_key *out);
/* The newest specimen of that type that the order has and that is neither rejected nor an aliquot;
 * ERROR_NOT_FOUND: it has none. */
enum error store_order_collected(struct store *s, struct arena *a, int64_t order, const char *type,
                                 const char **accession, const char **collector);
/* After a restore: numbers of that day up to `running` are never issued. */
enum error store_accession_skip(struct store *s, uint32_t day, uint32_t running, int64_t at,
                                const char *reason);

struct store_specimen {
    int64_t id, order, patient_id;
    const char *accession, *type, *container, *site, *lot, *collector;
    int64_t collected_at;
    enum specimen_state state;
    const char *order_number, *provider, *priority;
    int64_t ordered_at;
    struct store_patient patient; /* the newest version */
    struct store_test *tests;     /* those ordered, with their analytes */
    size_t test_count;
};
enum error store_specimen_by_accession(struct store *s, struct arena *a, const char *accession,
                                       struct store_specimen *out);
enum error store_specimen_by_id(struct store *s, struct arena *a, int64_t id,
                                struct store_specimen *out);

struct store_event {
    enum event type;
    int64_t specimen, order; /* at least one; the order is found by the specimen when 0 */
    int64_t message;         /* of an instrument, or 0 */
    const char *location, *reason, *detail;
};
/* Adds an event to custody; the specimen moves as core/model/specimen.c says. ERROR_CONFLICT when
 * it may not happen in the specimen's state (the database refuses it as well). */
enum error store_event_add(struct store *s, const struct store_actor *by,
                           const struct store_event *event, int64_t *id);

struct store_label_print {
    int64_t specimen;
    int64_t copy; /* 1 is the label; more are copies */
    const char *printer, *stock, *reason;
    int64_t person, at;
};
/* What is about to be sent to a printer ... */
enum error store_label_print_add(struct store *s, const struct store_label_print *in, int64_t *id);
/* ... and what became of it. */
enum label_outcome { LABEL_PRINTED, LABEL_FAILED, LABEL_UNKNOWN };
enum error store_label_outcome_add(struct store *s, int64_t label_print, enum label_outcome outcome,
                                   const char *sentence, int64_t at, int64_t *id);
/* The oldest label of which nothing was heard; ERROR_NOT_FOUND: there is none. */
struct store_label_lost {
    int64_t id, specimen;
};
enum error store_label_unfinished(struct store *s, struct store_label_lost *out);
/* The number of the specimen's next label: one more than were printed, perhaps printed, or are
 * being printed, and than stand on a paper sheet; those that failed do not count. 1 is the label,
 * more are copies. */
enum error store_label_next_copy(struct store *s, int64_t specimen, int64_t *copy);

/* ---- The journal: sessions, frames, messages ---- */

enum error store_session_open(struct store *s, int64_t instrument, const char *profile,
                              const char *port, int64_t at, int64_t *id);
enum error store_frame_add(struct store *s, int64_t session, int64_t number,
                           enum wire_direction direction, int64_t at, struct span bytes,
                           int64_t *id);
enum error store_session_end(struct store *s, int64_t session, enum session_end how, int64_t at,
                             int64_t *id);
/* All records of the session are stored. */
enum error store_session_decoded(struct store *s, int64_t session, int64_t at, int64_t *id);

struct store_session_found {
    int64_t id, instrument, at;
    const char *instrument_name, *profile;
    bool ended, decoded;
    enum session_end how; /* when ended */
    int64_t message_count;
};
enum error store_session_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_session_found *out);
/* Sessions with frames that are not decoded and younger than `after`, oldest first, at most `max`.
 */
enum error store_session_undecoded(struct store *s, struct arena *a, int64_t after, size_t max,
                                   struct store_session_found **out, size_t *count);

struct store_frame {
    int64_t id, number, at;
    enum wire_direction direction;
    struct span bytes;
};
enum error store_frames(struct store *s, struct arena *a, int64_t session, struct store_frame **out,
                        size_t *count);

#define DISPOSITION_TABLE(X)                                                                       \
    X(LINKED, "linked")                                                                            \
    X(HELD, "held")                                                                                \
    X(QC, "qc")                                                                                    \
    X(SERVICE, "service")                                                                          \
    X(QUERY, "query")                                                                              \
    X(REPEAT, "repeat")                                                                            \
    X(INCOMPLETE, "incomplete")                                                                    \
    X(CALIBRATION, "calibration")
#define DISPOSITION_ENUM(name, text) DISPOSITION_##name,
enum disposition { DISPOSITION_TABLE(DISPOSITION_ENUM) DISPOSITION_COUNT };
#undef DISPOSITION_ENUM

struct store_message {
    int64_t id;
    int64_t session, ordinal;
    const struct record *record; /* writing only: kept whole, as JSON and in columns */
    const struct ecg *ecg;       /* instead of it: a message of kind 'ecg' */
    uint8_t hash[32];            /* SHA-256 of the message's text */
    int64_t received_at;
    bool has_offset; /* the device's clock could be compared ... */
    int64_t device_offset_ms;
    int64_t repeats; /* the message that this one repeats, at most one does; or 0 */
    enum disposition disposition;
    const char *reason_code; /* short and stable: "check-digit", "not-ordered" ...; or "" */
    const char *reason;      /* a sentence for a person; "" when linked */
};
/* Held and incomplete ones stand in the unmatched list until a resolution. ERROR_CONFLICT when the
 * session already has a message with that ordinal, or another one repeats the same. */
enum error store_message_add(struct store *s, const struct store_message *message, int64_t *id);

struct store_message_found {
    int64_t id, session, ordinal, instrument, received_at;
    enum disposition disposition;
    bool resolved, waiting; /* waiting: on the unmatched list, or among the EKGs that wait */
    bool ekg;               /* of kind 'ecg': `record_json` is an EKG's */
    const char *specimen, *run;
    const char *record_json; /* in the shape of DESIGN 6 */
};
/* The text's hash of the session's message with that ordinal. */
enum error store_message_hash(struct store *s, int64_t session, int64_t ordinal, uint8_t out[32]);
enum error store_message_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_message_found *out);

/* A message that another might repeat (DESIGN 3.4), with how its session went. */
struct store_twin {
    int64_t id, session, ordinal;
    enum disposition disposition;
    bool resolved;
    bool ended;
    enum session_end how; /* when ended */
    int64_t repeats;      /* the message that it repeats, or 0 */
    bool repeated;        /* a later message repeats it */
    bool dismissed;       /* it, or the first that it repeats, was resolved without being linked */
    const char *specimen, *record_json;
};
/* Those of the instrument (by name) of `session`, that session included, newest first, at most
 * `max`: with that hash; with that run and specimen text, and that serial or none told (a
 * device that says who it is only when it connects); and, of earlier sessions, broken-off ones of
 * that specimen text that wait. */
enum error store_twins_by_hash(struct store *s, struct arena *a, int64_t session,
                               const uint8_t hash[32], size_t max, struct store_twin **out,
                               size_t *count);
enum error store_twins_by_run(struct store *s, struct arena *a, int64_t session, const char *serial,
                              const char *run, const char *specimen, size_t max,
                              struct store_twin **out, size_t *count);
enum error store_twins_incomplete(struct store *s, struct arena *a, int64_t session,
                                  const char *specimen, size_t max, struct store_twin **out,
                                  size_t *count);
/* Whether a session of that instrument strictly between the two holds a message that is news:
 * not a repeat, not broken off, no query and no service message. */
enum error store_news_between(struct store *s, int64_t earlier_session, int64_t later_session,
                              bool *news);

#define RESOLUTION_TABLE(X)                                                                        \
    X(LINK, "link")                                                                                \
    X(QC, "qc")                                                                                    \
    X(NOT_OURS, "not-ours")                                                                        \
    X(TEST_RUN, "test-run")                                                                        \
    X(SUPERSEDED, "superseded") /* by the machine: what was broken off came again whole */
#define RESOLUTION_ENUM(name, text) RESOLUTION_##name,
enum resolution { RESOLUTION_TABLE(RESOLUTION_ENUM) RESOLUTION_COUNT };
#undef RESOLUTION_ENUM
enum error resolution_parse(const char *text, enum resolution *out);

struct store_resolution {
    int64_t message;
    enum resolution kind;
    int64_t specimen;        /* for LINK */
    const char *identifiers; /* that the person compared */
    const char *reason;
    int64_t person, at;
};
/* Takes the message off the unmatched list. ERROR_CONFLICT when it is not on it. */
enum error store_resolution_add(struct store *s, const struct store_resolution *in, int64_t *id);

/* ---- Results and their review ---- */

enum severity { SEVERITY_NORMAL = 0, SEVERITY_ABNORMAL = 1, SEVERITY_CRITICAL = 2 };

struct store_result {
    int64_t id;
    int64_t message, order, specimen, patient_id, test;
    int64_t position; /* in its message, from 0 */
    int64_t replaces; /* the result that this one corrects, or 0 */
    int64_t version;  /* given by the store: 1, or one more than what it replaces */
    const char *code, *loinc, *name, *value, *comparator, *number, *unit, *ucum;
    const char *device_range;
    const char *device_flags;    /* as sent, separated by blanks */
    const char *site_flag;       /* by the site's approved limits, or "" */
    const char *flag;            /* the more severe of both: what the page shows */
    const char *flag_source;     /* "device", "site", "both" or "" */
    const char *reference_range; /* the site's, as shown; or "" */
    int64_t reference_limit;     /* the limit that judged it, or 0 */
    enum severity severity;
    const char *status; /* as sent: F, C ... */
    const char *observed_at, *lot;
    const char *comments; /* one a line */
    int64_t at;           /* received */
    bool identical_repeat;
    bool moved; /* from another order: its version follows the newest of that message's */
};
/* ERROR_CONFLICT when what it replaces has been replaced already. */
enum error store_result_add(struct store *s, const struct store_result *result, int64_t *id);
/* Those of an order that nothing has replaced, by id. */
enum error store_results_of_order(struct store *s, struct arena *a, int64_t order,
                                  struct store_result **out, size_t *count);
/* Lower-case SHA-256 over the links of the order's current results: what a signature binds. */
enum error store_order_version(struct store *s, int64_t order, char out[STORE_VERSION_SIZE]);

#define STORE_COSIGNED "COSIGNED"

struct store_review {
    int64_t order;
    const char *version; /* what the person saw */
    bool signed_off;     /* else sent back with a note */
    const char *meaning, *disposition, *note;
};
/* Adds the review and the event "signed" or "returned" (for each specimen with results).
 * ERROR_CONFLICT when the results are no longer that version, or are signed already; a co-signature
 * is one more signature of the same version, by somebody who has not signed it. */
enum error store_review_add(struct store *s, const struct store_actor *by,
                            const struct store_review *in, int64_t *id);

struct store_critical_notice {
    int64_t order;
    const char *version, *told_to, *method, *read_back, *note;
    const char *credential, *contact, *value_read; /* as what they may act on it; where; what was
                                                    * read out */
};
/* Adds the notice and the event "critical-told". */
enum error store_critical_notice_add(struct store *s, const struct store_actor *by,
                                     const struct store_critical_notice *in, int64_t *id);

/* ---- Reference sets ---- */

struct store_limit {
    int64_t id;
    const char *loinc;
    const char *sex;                                       /* F, M or "" for any */
    int64_t age_from, age_to;                              /* in days, [from, to); to 0: no end */
    const char *low, *high, *critical_low, *critical_high; /* decimals, or "" */
    const char *text_normal;                               /* "Negative", or "" */
    const char *unit;          /* UCUM; a limit judges only values in its unit */
    const char *specimen_type; /* NULL or "": of every type */
};
enum error store_reference_set_add(struct store *s, const char *name, const char *source,
                                   int64_t at, int64_t *id);
enum error store_reference_limit_add(struct store *s, int64_t set, const struct store_limit *limit,
                                     int64_t *id);
/* Only an approved set judges (DESIGN 4). */
enum error store_reference_approve(struct store *s, int64_t set, int64_t person, int64_t at,
                                   int64_t *id);
/* The newest set of that name. */
enum error store_reference_set_by_name(struct store *s, const char *name, int64_t *id,
                                       bool *approved);
/* Which limit judges whom: store_limit_look (limits.h). */

/* ---- Projections ---- */

/* Derives every projection again from the facts; in a transaction. */
enum error store_projections_rebuild(struct store *s);

#endif
