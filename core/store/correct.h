/*
 * Critical values until they are told; corrections and who is told of them; decisions of two
 * people. Conventions as in store.h.
 *
 * A CALL is {"kind":"attempt" or "told","outcome" ("read-back" when told),"to","credential",
 *   "contact","method","value_read","read_back","note","by":PERSON,"at"}.
 * A STEP is {"step","login","name","role","at"}: the clock ran, and who is to be called from then.
 *
 * READ_CRITICALS (now) gives what is critical and nobody has been told yet, oldest first:
 *   {"rows":[{"order","ekg":0 or 1,"patient":PATIENT,"tests":[name],"accession","provider",
 *     "provider_name","version","anchor","since","collected_at","values":[{"name","value","unit",
 *     "flag","range"}],"words":[of an EKG],"calls":[CALL],"steps":[STEP],"credential" (as the
 *     owner was told before, or "")}]}
 *   and "held":[{"message","since","instrument","specimen" (as sent),"reason","locked": 0 or 1 (a
 *   rule holds it),"values":[{"name","value","unit","flag"}],"steps":[STEP]}], oldest first: nobody
 *   knows whose they are, or a rule holds them.
 * READ_TODAY has "criticals":{"open","stamp"}: how many there are, and what changes with them.
 *
 * READ_NOTICES (key: a login) gives corrections of what that person saw, and of what somebody
 *   outside was told, until they are marked as seen; newest first:
 *   {"rows":[{"item","order","patient":PATIENT,"name","old":{"value","unit","flag"},
 *     "new":{"value","unit","flag","status"},"kind","reason_code","reason","by":PERSON,"at","how"
 *     (told, signed, opened, listed),"outside" (a name, or "")}]}
 *
 * READ_ORDER has "corrections":[{"result" (id of the new version),"name","old":{"id","value",
 *   "unit","flag","at"},"new":{"id","value","unit","flag","status"},"kind","reason_code","reason",
 *   "requested_by","by":PERSON or null (the instrument),"at","moved_to" and "moved_from": order
 *   numbers or "","notified":[{"name","how","seen_at"}]}], oldest first; its critical_notices have
 *   "credential","contact","value_read" as well, and it has "critical_calls":[CALL],
 *   "critical_steps":[STEP], "critical_since" (null when told).
 *
 * READ_PROPOSALS gives decisions that wait for a second person, oldest first:
 *   {"rows":[{"proposal","kind":"resolve" or "undo","message","resolution","accession",
 *     "identifiers","reason_code","reason","released","by":PERSON,"at","patient_from":PATIENT or
 *     null,"patient_to":PATIENT or null,"values":[{"name","value","unit"}],"order_from",
 *     "received_at","instrument"}]}
 */
#ifndef PHIAL_CORE_STORE_CORRECT_H
#define PHIAL_CORE_STORE_CORRECT_H

#include "core/store/staff.h"

/* ---- Critical values ---- */

struct store_critical {
    int64_t order, anchor, since; /* of a held message: order 0, and the anchor is the message */
    const char *number, *provider, *version;
    int64_t steps; /* the last that has come for this anchor, or 0 */
};
/* Those that nobody has been told; at most LIMIT_CRITICALS, oldest first. */
enum error store_criticals_open(struct store *s, struct arena *a, struct store_critical **out,
                                size_t *count);
/* Those of held messages that nobody has placed; likewise. */
enum error store_criticals_held(struct store *s, struct arena *a, struct store_critical **out,
                                size_t *count);
/* Who may be called instead of `provider`: who covers for them on that day, then other providers.
 */
struct store_surrogate {
    const char *login, *role;
};
enum error store_surrogates(struct store *s, struct arena *a, const char *provider, const char *day,
                            size_t max, struct store_surrogate *out, size_t *count);
/* Who may find the place of what is held: active lab leads. */
enum error store_leads(struct store *s, struct arena *a, size_t max, struct store_surrogate *out,
                       size_t *count);
/* An active laboratory director; ERROR_NOT_FOUND: there is none. */
enum error store_director(struct store *s, struct arena *a, struct store_surrogate *out);
/* With the event "critical-late", which a held message has no order for. */
enum error store_critical_step_add(struct store *s, const struct store_actor *by,
                                   const struct store_critical *critical, int64_t step,
                                   const struct store_surrogate *whom, int64_t *id);

/* A value of a held message that is, or may be, critical. */
struct store_held_critical {
    int64_t message, position;
    const char *name, *value, *unit, *flag;
};
enum error store_held_critical_add(struct store *s, const struct store_held_critical *in);

struct store_critical_attempt {
    int64_t order;
    const char *version, *outcome, *sought, *credential, *contact, *method, *value_read, *note;
};
/* With the event "critical-sought". ERROR_CONFLICT when the results are no longer that version. */
enum error store_critical_attempt_add(struct store *s, const struct store_actor *by,
                                      const struct store_critical_attempt *in, int64_t *id);

/* ---- Corrections ---- */

/* A current result by id; ERROR_CONFLICT when another has replaced it. */
enum error store_result_by_id(struct store *s, struct arena *a, int64_t id,
                              struct store_result *out);
/* Those of a message that nothing has replaced and that are not withdrawn. */
enum error store_results_of_message(struct store *s, struct arena *a, int64_t message,
                                    struct store_result **out, size_t *count);

#define STORE_PATIENT_DATA "patient-data" /* the reason code: other limits hold for the patient */

struct store_correction {
    int64_t result_old, result_new, order;
    const char *kind, *reason_code, *reason, *requested_by;
};
/* Notes why the one stands in the other's place, and everybody who had seen or been told the old
 * one. The event "corrected" or "withdrawn" is the caller's. */
enum error store_correction_add(struct store *s, const struct store_actor *by,
                                const struct store_correction *in, int64_t *id);
enum error store_correction_move_add(struct store *s, int64_t correction, int64_t result);
/* Why the result stands in another's place; ERROR_NOT_FOUND: it does not, by anybody's word. */
enum error store_correction_of(struct store *s, struct arena *a, int64_t result,
                               struct store_correction *out);
/* As which version, and when, the result was judged: the one that it came from where only the
 * patient's data made it another. */
struct store_judged {
    int64_t result, at;
};
enum error store_result_judged(struct store *s, int64_t result, struct store_judged *out);
/* Whether a reference laboratory measured it: nobody here revises that (493.1291(i)). */
enum error store_message_is_referred(struct store *s, int64_t message, bool *out);
/* The result of that message and position on that order that counts. */
enum error store_result_at(struct store *s, int64_t message, int64_t position, int64_t order,
                           int64_t *out);

struct store_notice {
    int64_t id, person_root;
    bool seen;
};
enum error store_notice_by_id(struct store *s, int64_t id, struct store_notice *out);
/* ERROR_CONFLICT when it was seen already. */
enum error store_notice_seen_add(struct store *s, const struct store_actor *by, int64_t item,
                                 const char *note, int64_t *id);

/* ---- Two people ---- */

struct store_second {
    int64_t id;
    const char *kind; /* resolve, undo */
    int64_t message;
    const char *resolution, *accession, *identifiers, *reason_code, *reason, *released;
    const char *rules; /* that `released` is for, as then known: "lot, qc"; or "" */
    int64_t person;    /* found: who proposed, ... */
    const char *role;  /* ... and in which role */
    bool open;         /* found */
};
/* ERROR_CONFLICT when the message has an open proposal. */
enum error store_second_add(struct store *s, const struct store_actor *by,
                            const struct store_second *in, int64_t *id);
enum error store_second_by_id(struct store *s, struct arena *a, int64_t id,
                              struct store_second *out);
/* ERROR_CONFLICT when it is over, or confirmed by who proposed it. */
enum error store_second_end(struct store *s, const struct store_actor *by, int64_t proposal,
                            bool confirmed, const char *identifiers, const char *note, int64_t *id);

#endif
