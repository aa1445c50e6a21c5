/* A day as devices and carts write it. */
#ifndef PHIAL_CORE_RULES_DAY_H
#define PHIAL_CORE_RULES_DAY_H

#include <stdbool.h>

/* `day` 0: only the month is known; `month` 0 as well: only the year. A year below 100 was written
 * with two digits. */
struct day {
    unsigned year, month, day;
};

/* 1981-03-14, 19810314, 03141981, 3/14/1981 (the month first unless that is none), 14.03.1981,
 * 14-MAR-1981, Mar 14 1981, 1981-03, 1981; a time may stand behind it. */
bool day_read(const char *text, struct day *out);
/* Whether the whole day lies in what `told` says. */
bool day_within(const struct day *told, const struct day *whole);

#endif
