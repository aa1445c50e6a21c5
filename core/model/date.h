/* Days as text, 2027-03-31, in the calendar of everyday life. */
#ifndef PHIAL_CORE_MODEL_DATE_H
#define PHIAL_CORE_MODEL_DATE_H

#include "core/base/error.h"

#include <stdbool.h>

enum { DATE_SIZE = 11 };

/* Whether the text is a day that exists, of the years 1850 to 9999. */
bool date_is(const char *text);
/* How many days the month has. */
unsigned date_month_days(unsigned year, unsigned month);
/* The day so many days later (or earlier); ERROR_BAD_INPUT when `day` is none. */
enum error date_add(const char *day, long days, char out[DATE_SIZE]);
/* Days from one to the other; both must be days. */
long date_between(const char *from, const char *to);

#endif
