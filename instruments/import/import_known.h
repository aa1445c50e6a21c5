/* Inside instruments/import: a set of SHA-256 hashes, of files that were brought before. */
#ifndef PHIAL_INSTRUMENTS_IMPORT_KNOWN_H
#define PHIAL_INSTRUMENTS_IMPORT_KNOWN_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct import_known;

/* NULL when memory is out. */
struct import_known *import_known_new(void);
void import_known_free(struct import_known *k);
bool import_known_has(const struct import_known *k, const uint8_t hash[32]);
/* ERROR_FULL beyond what one list and one import can hold. */
enum error import_known_add(struct import_known *k, const uint8_t hash[32]);

#endif
