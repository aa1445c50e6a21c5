/* The national provider identifier of the US: ten digits, the last of which checks the others. */
#ifndef PHIAL_CORE_MODEL_NPI_H
#define PHIAL_CORE_MODEL_NPI_H

#include <stdbool.h>

enum { NPI_DIGITS = 10 };

/* By its check digit: Luhn's over the number with the prefix 80840 before it, which says health
 * identifier and United States (45 CFR 162.406; ISO/IEC 7812). It begins with 1 or 2. */
bool npi_is(const char *text);

#endif
