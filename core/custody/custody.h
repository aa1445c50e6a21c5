/*
 * Custody: the seal over the chain of facts, outside the database, and its verification.
 *
 * The seal is an append-only file. Each seal names, for every fact row since the seal before, its
 * table and the first 16 bytes of its link, and is signed (Ed25519) together with the signature
 * before it. So a chain that was recomputed from some row on differs from the seal exactly from
 * that row on, and nothing can be left out of the middle of the seal. What it cannot show by
 * itself is that its own end was cut off together with the database's: for that it is copied off
 * the machine daily.
 *
 * The key lies in a file of mode 0600 beside the database that only core may read.
 */
#ifndef PHIAL_CORE_CUSTODY_CUSTODY_H
#define PHIAL_CORE_CUSTODY_CUSTODY_H

#include "core/base/clock.h"
#include "core/store/store.h"

#define CUSTODY_SEAL_FILE "custody.seal"
#define CUSTODY_KEY_FILE "custody.key"
#define CUSTODY_PUBLIC_FILE "custody.pub"

enum { CUSTODY_PUBLIC = 32 };

struct custody;

/* Opens, or makes, key and seal in the data folder; seals what a crash left unsealed, marked as
 * late. A torn last seal is cut off; a seal that does not verify is ERROR_BAD_INPUT with `why`. */
enum error custody_open(const char *folder, struct store *store, struct clock clock,
                        struct entropy entropy, struct custody **out, struct complaint *why);
/* NULL is allowed. Does not seal: call custody_seal before, on a clean end. */
void custody_close(struct custody *c);

/* Whether facts are committed that are not sealed. */
bool custody_pending(const struct custody *c, const struct store *store);
/* Seals everything committed so far and makes it durable. Call it at most a second after a commit,
 * after the replies of that commit were sent, outside a transaction. Nothing new: nothing done. */
enum error custody_seal(struct custody *c, struct store *store, struct complaint *why);
/* The same in two halves, so that no acknowledgement waits for the disk: custody_sign on the loop
 * (quick; outside a transaction), then custody_write, which may run on another thread while nobody
 * calls anything else here. A failed write is signed and tried again by the next pair. */
enum error custody_sign(struct custody *c, struct store *store, struct complaint *why);
enum error custody_write(struct custody *c, struct complaint *why);

/* ---- Verification: needs neither core nor its key ---- */

enum custody_finding {
    CUSTODY_WHOLE,
    CUSTODY_BROKEN_ROW,        /* `table`, `id`, `what` */
    CUSTODY_BROKEN_SEAL,       /* the seal file itself; `what` */
    CUSTODY_BROKEN_PROJECTION, /* facts are whole, what is derived from them is not; `table`, `id`
                                */
    CUSTODY_BROKEN_SCHEMA      /* facts are whole, tables or triggers are not ours; `what` */
};

struct custody_report {
    enum custody_finding finding;
    char table[64];
    int64_t id;
    char what[256];                /* a sentence */
    int64_t rows;                  /* facts read ... */
    int64_t gone;                  /* ... and, of these, known by their tombstones alone */
    int64_t sealed_to;             /* the last sealed row, 0 when none */
    int64_t sealed_at;             /* when that was, ms UTC */
    int64_t unsealed;              /* rows after it: the chain alone vouches for them */
    int64_t late;                  /* rows that were sealed only at the next start ... */
    int64_t late_first, late_last; /* ... the first and the last of them; others may lie between */
};

/* `public_key` NULL: the seal's own head names it (say where it came from, to a person). Fails only
 * when something cannot be read; a finding is not a failure. */
enum error custody_verify(const char *database, const char *seal, const uint8_t *public_key,
                          struct custody_report *report, struct complaint *why);

/* The last row that the seal names, and when it was sealed; 0 when it names none. */
enum error custody_reach(const char *seal, const uint8_t *public_key, int64_t *row, int64_t *at,
                         struct complaint *why);

#endif
