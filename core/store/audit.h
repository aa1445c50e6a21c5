/*
 * What is covered from those who audit, and the mark of a practice site. Conventions as in store.h.
 *
 * READ_FIND (key: as READ_SEARCH; or part of a first name after a comma) gives, without any value,
 *   {"rows":[{"order","patient":PATIENT,"tests":["HbA1c"],"provider","ordered_at","ekg":0 or 1,
 *     "status","status_text" (words for anybody),"at" (since when),"sent_to" (the laboratory, or
 * ""),"due_at","formerly" (as READ_SEARCH)}]}, newest first; status is ordered, collected,
 * at-bench, sent, late, back, returned, signed, rejected or cancelled. READ_HUDDLE (now; since: the
 * start of the site's day) gives
 *   {"due":[LINE],"expiring":[LINE],"outstanding":[LINE],"overdue":[LINE]} where LINE is {"what"
 *   (short and stable),"text","count","oldest" (a time or null),"link" (a screen of the page)};
 *   a LINE with count 0 is there too.
 * READ_METRICS (since, now: from and before which time) gives
 *   {"rows":[{"id","title","n" (the denominator),"count" (the numerator, or null),"value" (a
 * number, or null when n is 0),"p90" (or null),"unit" ("%","/1000","min",""),"target","screen"}]}.
 * READ_TRACE (key: an accession, an order, a lot, an MRN, a login) gives
 *   {"results":[{"result","at","test","value","unit","order","accession","patient":PATIENT,
 *     "instrument","serial","operator","performed_by","lot","qc" (id or null),"qc_at","message",
 *     "version","replaced":0 or 1,"signed_by","signed_at"}],"by":["accession",...]: what the key
 * was} newest first, at most `limit`. READ_PACK_LIST gives {"rows":[{"at","by":PERSON,"key"}]}:
 * packs taken.
 */
#ifndef PHIAL_CORE_STORE_AUDIT_H
#define PHIAL_CORE_STORE_AUDIT_H

#include "core/store/store.h"

/* How long names stay open that somebody asked to see. */
enum { STORE_REVEAL_TIME = 60 * 60 * 1000 };

struct store_reveal {
    const char *what, *key, *reason;
};
enum error store_reveal_add(struct store *s, const struct store_actor *by,
                            const struct store_reveal *in, int64_t *id);
/* Whether that person has asked to see the names of this view, or of its patient. */
enum error store_reveal_covers(struct store *s, int64_t person, const char *what, const char *key,
                               int64_t at, bool *out);

/* Marks a fresh database as one for practice; ERROR_CONFLICT when it holds patients. */
enum error store_practice_mark(struct store *s, int64_t at);
enum error store_practice_is(struct store *s, bool *out);

#endif
