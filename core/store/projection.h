/* Checking what is derived from the facts; of use only within core/store. */
#ifndef PHIAL_CORE_STORE_PROJECTION_H
#define PHIAL_CORE_STORE_PROJECTION_H

#include "core/store/sql.h"

/* The first projection that is not what the facts say, and the key of its first wrong row.
 * ERROR_NOT_FOUND: all are. The connection needs projection_functions. */
enum error projection_check(struct sql *q, const char **table, int64_t *key);

#endif
