/*
 * Practice (domain.md M28): a whole site of its own, never a switch in the real one.
 *
 * Invariants:
 *  - A database is marked for practice when it is made, before it holds anything, and stays so: the
 *    mark is a fact. What is served as practice is marked, and nothing else is.
 *  - The salt of its specimen numbers is drawn for it: no number of it is a number of the real
 * site's but by chance of the check digit, and its analyzers are simulated.
 */
#ifndef PHIAL_CORE_DAEMON_PRACTICE_H
#define PHIAL_CORE_DAEMON_PRACTICE_H

#include "core/store/store.h"

/* Marks the fresh database. */
enum error practice_mark(struct store *store, int64_t at, struct complaint *why);
/* Whether the database is one for practice when the settings say so, and only then; a sentence. */
enum error practice_agrees(struct store *store, bool practice, struct complaint *why);

#endif
