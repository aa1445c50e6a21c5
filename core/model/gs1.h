/*
 * The GS1 bar code of a kit, a vial or a tube: which product (01), which lot (10), until when (17).
 *
 * Three forms are read: the element string as scanned, with FNC1 as the control character GS (or
 * written <GS>, as a keyboard cannot type it); the human-readable one with parentheses; and the
 * element string without any separator. A field of varying length that is not the last one ends at
 * a separator; where that is missing it would swallow the next field, and what it swallowed is then
 * missing: nothing is guessed. The GTIN's check digit and the dates are checked.
 * (GS1 General Specifications, sections 3 and 7.)
 */
#ifndef PHIAL_CORE_MODEL_GS1_H
#define PHIAL_CORE_MODEL_GS1_H

#include "core/model/date.h"

enum { GS1_GTIN = 15, GS1_TEXT = 21 };

struct gs1 {
    char gtin[GS1_GTIN]; /* 14 digits, or "" */
    char lot[GS1_TEXT], serial[GS1_TEXT];
    char expires[DATE_SIZE]; /* 2027-03-31, or "" */
};

/* ERROR_BAD_INPUT when the text is no such code. `year` is the present one: a date has two digits
 * of its year, and lies at most 49 years before or 50 after. */
enum error gs1_parse(const char *text, unsigned year, struct gs1 *out);

/* Whether 14 digits are a GTIN by their check digit. */
bool gs1_gtin_is(const char *gtin);

#endif
