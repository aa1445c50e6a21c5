/*
 * The chain of facts, as custody seals and verifies it.
 *
 * A chain reader works on its own read-only connection and one snapshot. It trusts nothing of the
 * database but its rows: names and order of columns come from Phial's own schema.
 */
#ifndef PHIAL_CORE_STORE_CHAIN_H
#define PHIAL_CORE_STORE_CHAIN_H

#include "core/store/facts.h"

enum { CHAIN_MARK = 16, CHAIN_WINDOW = 4096 };

/* What the seal keeps of a row. */
struct chain_mark {
    uint8_t table; /* enum fact */
    uint8_t link[CHAIN_MARK];
};

/* The marks of the committed rows after `after`, at most CHAIN_WINDOW; outside a transaction.
 * ERROR_IO when there is a gap among them. */
enum error store_marks(struct store *s, int64_t after, struct chain_mark out[CHAIN_WINDOW],
                       size_t *count);

struct store_chain;

struct chain_row {
    enum fact table;
    int64_t id;
    uint8_t stored[STORE_LINK];
    uint8_t computed[STORE_LINK]; /* from the row and the link stored in the row before */
    bool gone; /* past its retention: only its tombstone speaks, both links are the tombstone's */
};

/* ERROR_IO also when a table cannot be read as ours: `why` says which. */
enum error store_chain_open(const char *path, struct store_chain **out, struct complaint *why);
void store_chain_close(struct store_chain *c); /* NULL is allowed */
/* All rows of all fact tables by id, tombstones in the place of what went; ERROR_NOT_FOUND after
 * the last. A tombstone is a fact as well: what it says is vouched for by its own row's place in
 * the chain and in the seal. */
enum error store_chain_next(struct store_chain *c, struct chain_row *out);
/* Whether tables, indexes, triggers and the table of steps are ours: ERROR_CONFLICT with the first
 * that is not. */
enum error store_chain_schema(struct store_chain *c, struct complaint *why);
/* The first projection that differs from what the facts say; ERROR_NOT_FOUND when none does. */
enum error store_chain_projection(struct store_chain *c, const char **table, int64_t *key);

#endif
