/*
 * Decimal numbers as text, compared digit by digit: 1.020 stays 1.020, and 0.1 is never
 * 0.1000000000000000055 (devices.md 7.10).
 */
#ifndef PHIAL_CORE_RULES_DECIMAL_H
#define PHIAL_CORE_RULES_DECIMAL_H

#include <stdbool.h>

/* An optional sign, digits, and at most one point with digits on at least one side of it. */
bool decimal_is(const char *text);
/* Below zero, zero or above zero as a is less than, equal to or greater than b; both decimals. */
int decimal_compare(const char *a, const char *b);

#endif
