/* Numbers, and adding a specimen; of use only within core/store. */
#ifndef PHIAL_CORE_STORE_SPECIMENS_H
#define PHIAL_CORE_STORE_SPECIMENS_H

#include "core/store/store.h"

/* Gives out the next number of the day. ERROR_FULL when it has none left. */
enum error accession_issue(struct store *s, uint32_t day, int64_t at, int64_t *issue,
                           struct accession *out);

/* Issues the next number of `in->day` and adds the specimen that bears it, without its event. */
enum error specimen_add(struct store *s, const struct store_actor *by,
                        const struct store_collect *in, struct store_specimen_key *out);

#endif
