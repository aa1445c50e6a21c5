/* Adding a specimen; of use only within core/store. */
#ifndef PHIAL_CORE_STORE_SPECIMENS_H
#define PHIAL_CORE_STORE_SPECIMENS_H

#include "core/store/store.h"

/* Issues the next number of `in->day` and adds the specimen that bears it, without its event. */
enum error specimen_add(struct store *s, const struct store_actor *by,
                        const struct store_collect *in, struct store_specimen_key *out);

#endif
