/* What the files of core/store share about a store. */
#ifndef PHIAL_CORE_STORE_INTERNAL_H
#define PHIAL_CORE_STORE_INTERNAL_H

#include "core/store/facts.h"
#include "core/store/sql.h"

enum { STORE_STALE_ORDERS = 256, STORE_FOUND_ARENA = 64 * 1024 };

struct store {
    struct sql sql;
    char *path;
    bool in_transaction;
    bool in_step;
    enum error spoiled;     /* of the open transaction; ERROR_OK when it is sound */
    struct store_head head; /* of the open transaction, ... */
    struct store_head kept; /* ... of the last commit, ... */
    struct store_head step; /* ... and where the open step began */
    int log_pages;
    /* Orders whose worklist row must be derived again before the commit. */
    int64_t stale[STORE_STALE_ORDERS];
    size_t stale_count;
    sqlite3_stmt *inserts[FACT_COUNT];
    sqlite3_stmt *marks[FACT_COUNT]; /* chain.c */
};

/* schema.c */
enum error store_migrate(struct sql *q, struct complaint *why);
/* Whether the database's table of steps is exactly the one of core/model/specimen.c. */
enum error store_steps_agree(struct sql *q, bool *agree);

/* store.c: whether a writer may go on; ERROR_BUG without a transaction. */
enum error store_writable(struct store *s);
/* Remembers an error that leaves the transaction unsound; returns it. */
enum error store_spoil(struct store *s, enum error e);

/* What a writer answers that looked something up first: a look-up that the machine failed (no
 * memory, no disk) leaves the transaction unsound too; a refusal does not. */
enum error store_answer(struct store *s, enum error e);

/* people.c: the next row of a query that gives these of person p. */
#define PERSON_COLUMNS                                                                             \
    "p.id, p.login, p.name, p.role, p.active, coalesce(p.npi, ''), coalesce(p.address, ''), "      \
    "coalesce(p.phone, '')"
enum error store_person_take(sqlite3_stmt *q, struct arena *a, struct store_person *out);

/* patients.c: that event of each order that is the patient's. */
enum error store_patient_tell(struct store *s, const struct store_actor *by, enum event type,
                              int64_t patient, const char *reason, const char *detail);

/* projection.c */
/* The aggregate result_version(link ...), for connections that derive the worklist. */
enum error projection_functions(struct sql *q);
enum error projection_stale(struct store *s, int64_t order);
enum error projection_refresh(struct store *s);

#endif
