/*
 * What may be entered of a test that people read or type (domain.md 2.2, M10): within the kit's
 * window, one of the kit's words, a number twice. Pure: time is passed in.
 */
#ifndef PHIAL_CORE_RULES_READING_H
#define PHIAL_CORE_RULES_READING_H

#include "core/base/error.h"
#include "core/model/reading.h"

#include <stddef.h>

enum reading_clock { READING_EARLY, READING_OPEN, READING_TOO_LATE };

/* Whether the kit may be read at that time, having begun then (ms). At both ends it may. */
enum reading_clock reading_clock(const struct reading *how, int64_t began, int64_t now);

/* Whether the text is one of the words of that analyte (from 0). `*first`: it is the first of them,
 * the one that finds nothing. */
bool reading_has_choice(const struct reading *how, size_t analyte, const char *text, bool *first);

/* Whether somebody else must look as well. `found` has one text for each analyte. */
bool reading_needs_second(const struct reading *how, const char *const *found, size_t count);

/* A decimal, with a comparator before it or none. `number` receives what follows the comparator. */
bool reading_is_number(const char *text, char comparator[4], const char **number);
/* Whether it lies beyond the limits within which such a number is plausible. */
bool reading_is_odd(const struct reading *how, const char *number);

#endif
