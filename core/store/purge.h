/*
 * Retention (domain.md 2.6): what is past it goes, proposed by one person and approved by another,
 * and a tombstone stays for every row, so that custody still verifies.
 *
 * What goes are whole orders: closed, no task of theirs open, without anything new since `before`,
 * oldest first, with all that belongs to them: specimens, results, reviews, custody's events, and
 * the messages, sessions
 * and frames that nothing else needs; of EKGs also only when the patient is 28 or older (a minor's
 * tracings are kept longer). A patient of whom nothing is left goes too, with all versions of the
 * data, with the records that were ever merged with this one, and with the looks by that MRN or
 * name; not while something of one of them stays, or somebody asked for the names behind it.
 * People, instruments, the menu, limits, accession numbers and the log of sign-ins stay.
 *
 * READ_PURGES (now; since: the oldest time that retention still covers) gives {"past": orders that
 *   may go, "rows":[{"id","before","reason","orders","facts","by":PERSON,"at","approved_by":PERSON,
 *   "approved_at"}]}, newest first.
 */
#ifndef PHIAL_CORE_STORE_PURGE_H
#define PHIAL_CORE_STORE_PURGE_H

#include "core/store/store.h"

enum { PURGE_ORDERS = 1000 }; /* of one purge at most: core answers nobody meanwhile */

struct store_purge {
    int64_t id, before, orders, facts, person;
    bool approved;
};

/* Looks what would go and adds the proposal. ERROR_NOT_FOUND when nothing would. */
enum error store_purge_propose(struct store *s, const struct store_actor *by, int64_t before,
                               const char *reason, struct store_purge *out);
enum error store_purge_by_id(struct store *s, int64_t id, struct store_purge *out);
/* Adds the approval and takes out what was proposed. ERROR_CONFLICT when that is no longer exactly
 * what would go, or the approver is the proposer. */
enum error store_purge_approve(struct store *s, const struct store_actor *by,
                               const struct store_purge *purge);

#endif
