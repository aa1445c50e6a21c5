/*
 * The bench in the store: aliquots, recollections, where a specimen is kept and how long it is good
 * for, orders that are cancelled or were given by word of mouth, merged patients. Conventions as in
 * store.h.
 *
 * Read shapes (see read.h for PATIENT and PERSON):
 *
 * Every PATIENT has "twin": "" or who else there is: "name" (another patient of that name) or
 *   "birth date" (of that family name and birth date), and "merged": the MRNs of records that were
 *   merged into this one. A merged record is shown as the one that is kept.
 *
 * READ_SPECIMEN has
 *   "parent": null or {"accession","site"},"aliquots":[{"accession","container","volume","state",
 *     "state_text"}],"detail": null or {"volume","fasting","last_menses","anticoagulant","note"},
 *   "storage":[{"temperature","location","at"}], "stability":[{"test","code","temperature",
 *     "minutes","deadline"}] (one for each test and temperature in the book; deadline: when that
 *     limit is reached if the specimen stays where it is, or null when it does not run),
 *   "recollection":"" or the order that asks for another one,"recollects":"" or {"order",
 *     "accession","reason"} what this order's specimen stands in for.
 * READ_ORDER has for each of its specimens "parent" (the accession that it is an aliquot of, or
 * ""), and "placer","icd10","cancelled": null or {"reason","by","at"},"authorised": null or
 *   {"method","note","by","at"} and "recollects" as above, "recollected_by": the order, or "".
 *
 * READ_ORAL: {"rows":[{"order","patient":PATIENT,"provider","tests":["HbA1c"],"ordered_at",
 *   "entered_by":PERSON,"due","days": to the day it is due, below zero when overdue}]}, oldest
 * first. READ_REJECTIONS (key: a provider's login, or ""): rejections that nobody has taken note
 * of,
 *   {"rows":[{"order","accession","patient":PATIENT,"provider","tests":[..],"reason","at",
 *     "by":PERSON,"recollection": the new order or ""}]}, newest first.
 * READ_PATIENTS (key: the beginning of a name or an MRN; limit): {"rows":[PATIENT + "orders",
 *   "last_order","formerly" (as
 * READ_SEARCH)],"merges":[{"merge","kept":PATIENT,"merged":{"mrn","family","given","birth_date",
 *   "sex"},"identifiers","reason","by":PERSON,"at","undone": null or {"reason","by":PERSON,"at"}}]}
 *   where merges are the newest.
 */
#ifndef PHIAL_CORE_STORE_BENCH_H
#define PHIAL_CORE_STORE_BENCH_H

#include "core/model/stability.h"
#include "core/store/store.h"

/* ---- Where a specimen is kept, and how long it is good for ---- */

enum { STORE_STAYS = 64 };

enum error store_storage_add(struct store *s, const struct store_actor *by, int64_t specimen,
                             enum stability_temperature temperature, const char *location);
/* Its stays, oldest first, the parent's until it was divided among them; at most STORE_STAYS. */
enum error store_stays(struct store *s, int64_t specimen, struct stability_stay out[STORE_STAYS],
                       size_t *count);
/* `person` 0: an example, which judges nothing. */
struct store_stability {
    const char *test_code;
    enum stability_temperature temperature;
    int64_t minutes;
    const char *source;
    int64_t person, at;
};
enum error store_stability_add(struct store *s, const struct store_stability *in, int64_t *id);
/* What the book says of the test; all 0 when it says nothing. */
enum error store_stability_of(struct store *s, const char *test_code, struct stability_book *out);

/* ---- Aliquots, recollections, added tests ---- */

struct store_aliquot {
    const struct store_specimen *parent;
    uint32_t day; /* as in store_collect */
    const char *container, *volume, *collector;
};
/* Adds the child with a number of its own, the event "aliquoted" of it and "divided" of the parent.
 */
enum error store_aliquot(struct store *s, const struct store_actor *by,
                         const struct store_aliquot *in, struct store_specimen_key *out);

/* Enters an order like that of the rejected specimen, for its tests without a result, or for all
 * when each has one; the old order leaves the list of what is to be done. ERROR_CONFLICT: one was
 * asked for already. */
enum error store_recollect(struct store *s, const struct store_actor *by, int64_t specimen,
                           const char *reason, struct store_order_key *out);
/* Whether the order has a specimen, other than that one, that can still be tested. */
enum error store_order_has_other(struct store *s, int64_t order, int64_t specimen, bool *out);
/* The provider, or a cover, takes note of the rejection. ERROR_CONFLICT: somebody did already;
 * ERROR_NOT_FOUND: it was not rejected. */
enum error store_rejection_seen(struct store *s, const struct store_actor *by, int64_t specimen);

/* Adds a test to the specimen's order and the event "added-on". ERROR_CONFLICT: it is ordered. */
enum error store_order_add_test(struct store *s, const struct store_actor *by,
                                const struct store_specimen *specimen, int64_t test,
                                const char *detail);

/* ---- Orders ---- */

/* What has no result is not going to have one. ERROR_CONFLICT: nothing of it waits for a result. */
enum error store_order_cancel(struct store *s, const struct store_actor *by, int64_t order,
                              const char *reason);
enum error store_order_cancelled(struct store *s, int64_t order, bool *out);
/* `method`: "signed" or "paper". ERROR_CONFLICT: it was not oral, or is authorised. */
enum error store_oral_authorise(struct store *s, const struct store_actor *by, int64_t order,
                                const char *method, const char *note);

/* ---- Merged patients ---- */

/* The patient that this one is shown as: itself, or the one that it was merged into. */
enum error store_patient_current(struct store *s, int64_t patient, int64_t *current);

struct store_merge {
    int64_t kept, merged;
    const char *identifiers, *reason;
};
/* Adds the merge and the event "merged" of each order of the merged record. ERROR_CONFLICT: one of
 * them takes part in a merge in a way that would make a chain. */
enum error store_patient_merge(struct store *s, const struct store_actor *by,
                               const struct store_merge *in, int64_t *id);
/* `*merged` receives whose record is by itself again. ERROR_NOT_FOUND: no such merge stands. */
enum error store_patient_unmerge(struct store *s, const struct store_actor *by, int64_t merge,
                                 const char *reason, int64_t *merged);

#endif
