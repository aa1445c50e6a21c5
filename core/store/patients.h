/*
 * Who patients are, version by version. Conventions as in store.h.
 *
 * A version is never changed: what was wrong is put right by the next one, with a reason and what
 * was compared. What was printed, told or signed before keeps saying what it said, and Phial knows
 * which version that was by the order of the facts.
 *
 * READ_PATIENT (key: an MRN that the patient has or had; of two, whose it is now):
 *   {"patient":PATIENT,"version" (of what stands),"settled":0 or 1 (as store_patient_settled),
 *    "versions":[{"version","mrn","family","given","birth_date","sex","changed":[text],"reason",
 *      "identifiers","by":PERSON or null,"at"}] newest first (changed: what differs from the one
 *      before, [] of the first),
 *    "labels":[{"accession","order","container","state","state_text","copy","printed_at",
 *      "label":{"mrn","family","given","birth_date","sex"}}]} (tubes whose newest label says
 *      something else than what stands, newest first; not what nobody tests any more: rejected,
 *      disposed of, or sent out with its result back),
 *   or {}. A patient whose record was merged is the one that was kept.
 */
#ifndef PHIAL_CORE_STORE_PATIENTS_H
#define PHIAL_CORE_STORE_PATIENTS_H

#include "core/store/store.h"

/* Which version of the patient's data stands. */
enum error store_patient_version(struct store *s, int64_t patient, int64_t *version);
/* The last who had that MRN and has another one now. ERROR_NOT_FOUND: nobody. */
enum error store_patient_formerly(struct store *s, struct arena *a, const char *mrn,
                                  struct store_patient *out);
/* Whether some version of the patient has just that name and birth date. */
enum error store_patient_was(struct store *s, const struct store_patient *patient, bool *out);

struct store_patient_change {
    const struct store_patient *to;
    const char *changed; /* "name, birth date": without what they are */
    const char *reason, *identifiers;
};
/* Adds the version, and the event "patient-corrected" of each of the patient's orders: it says what
 * changed and what was compared. The reason may name the patient, and stays with the version.
 * ERROR_CONFLICT when somebody else has the MRN. */
enum error store_patient_correct(struct store *s, const struct store_actor *by,
                                 const struct store_patient_change *in);

/* Whether a tube was collected, or a result is on file, for what stands. */
enum error store_patient_settled(struct store *s, int64_t patient, bool *out);
/* How many tubes bear a label that says something else: of those that somebody here can label
 * again, and of those that a reference laboratory has and owes a result of. */
struct store_patient_tubes {
    int64_t here, away;
};
enum error store_patient_labels(struct store *s, int64_t patient, struct store_patient_tubes *out);
/* Who else could be taken for the patient: another with that family name and birth date. */
enum error store_patient_has_twin(struct store *s, const struct store_patient *patient, bool *out);

/* The orders that are the patient's, merged records' included, above `after`, by id; 0 ends. */
enum error store_patient_next_order(struct store *s, int64_t patient, int64_t after,
                                    int64_t *order);

/* What the specimen's newest label says of the patient, and what instruments were told that asked
 * for it: the versions that stood then, newest first. Not those whose number or name is another
 * patient's now: whoever says them may mean that one. */
enum { STORE_TOLD = 8 };
enum error store_patient_told(struct store *s, struct arena *a, int64_t specimen,
                              struct store_patient out[STORE_TOLD], size_t *count);

#endif
