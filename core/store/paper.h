/*
 * Working on paper while the machine is down: sheets of labels with numbers that were given out
 * beforehand, entered afterwards. And the site's own billing codes. Conventions as in store.h.
 *
 * A number of a sheet is open until its specimen is entered or it is declared void. A result that
 * an instrument sends under an open number is held with the reason REASON_PAPER (core/rules) and
 * looked at again when the number is entered: filed by the ordinary rules, or held for another
 * reason (paper_held).
 *
 * READ_PAPER gives
 *   {"open","waiting" (messages),"sheets":[{"sheet","count","entered","void","open","reason",
 *     "by":PERSON,"workstation","at"}], newest first,
 *    "rows":[{"accession","sheet","place","at" (of the sheet),"messages":[{"message","instrument",
 *     "received_at","tests":["HbA1c"]}]}], the numbers that are open, those with messages first,
 *   "ended":[{"accession","sheet","place","how" (entered, void),"reason","by":PERSON,"at",
 *     "collected_at","collector"}], newest first}. Nothing here names a patient.
 * READ_PAPER_SHEET (key: a sheet) gives
 *   {"sheet","count","reason","by":PERSON,"at","site","numbers":[accession]}.
 */
#ifndef PHIAL_CORE_STORE_PAPER_H
#define PHIAL_CORE_STORE_PAPER_H

#include "core/store/store.h"

enum { STORE_PAPER_MOST = 150 }; /* numbers of one sheet */

struct store_paper_sheet {
    uint32_t day; /* yymmdd in the site's zone: of the accessions */
    unsigned count;
    const char *reason;
};
/* Gives out that many numbers, one after the other. ERROR_FULL when the day has not so many. */
enum error store_paper_reserve(struct store *s, const struct store_actor *by,
                               const struct store_paper_sheet *in, int64_t *sheet);

enum paper_state { PAPER_OPEN, PAPER_ENTERED, PAPER_VOID };

struct store_paper_number {
    int64_t id, issue, sheet, printed_at;
    struct accession accession;
    enum paper_state state;
};
/* ERROR_NOT_FOUND: it stands on no sheet. */
enum error store_paper_find(struct store *s, const char *accession, struct store_paper_number *out);

/* Its specimen was entered, or it is void. ERROR_CONFLICT when it has ended already. */
enum error store_paper_end(struct store *s, const struct store_actor *by, int64_t number,
                           enum paper_state how, const char *reason);
/* All numbers of the sheet that are open and under which nothing waits; `count` receives how many.
 * ERROR_NOT_FOUND: there is no such sheet. */
enum error store_paper_void_rest(struct store *s, const struct store_actor *by, int64_t sheet,
                                 const char *reason, unsigned *count);

/* Whether anything that was sent under the number waits, for whatever reason. */
enum error store_paper_used(struct store *s, const char *accession, bool *used);
/* The oldest message younger than `after` that waits because its number was open; ERROR_NOT_FOUND:
 * none does. */
enum error store_paper_waiting(struct store *s, const char *accession, int64_t after,
                               int64_t *message);
/* It cannot be filed by itself after all. */
enum error store_paper_held(struct store *s, int64_t message, int64_t specimen, const char *code,
                            const char *reason, int64_t at);

/* The codes, in the site's own words, that it bills a test with; "" takes them away. */
enum error store_billing_set(struct store *s, const struct store_actor *by, const char *test_code,
                             const char *codes);

#endif
