/*
 * EKG carts: the instruments whose profile is of EKG files. Core registers them in the database at
 * the start, so that an order can be opened at a cart that has not sent anything yet.
 */
#ifndef PHIAL_CORE_DAEMON_CARTS_H
#define PHIAL_CORE_DAEMON_CARTS_H

#include "core/daemon/core.h"

/* Whether the configured instrument is a cart, and whether it can be told to record: then its link
 * is more than files. */
bool cart_is(const struct config *c, const struct config_instrument *at, bool *live);

enum error carts_register(struct core *core, struct complaint *why);

struct cart {
    int64_t id; /* in the store */
    bool live;  /* it can be told to record */
};
/* The configured cart of that name, or a sentence. Needs an open transaction. */
enum error cart_find(struct core *core, const char *name, struct cart *out, struct complaint *why);

#endif
