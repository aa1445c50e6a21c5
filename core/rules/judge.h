/*
 * How far from normal: flags of the device and of the site's approved limits, side by side.
 *
 * The machine does not diagnose (DESIGN 3.7). The device's flags stay as sent. The site's flag
 * comes only from a limit of a set that a named person has approved (the store gives no other);
 * without one there is none, and the result is for a person to look at. When both speak, the more
 * severe decides where the result stands in the list, and both are shown (domain.md 5.2).
 *
 * At the limit: a value equal to a critical limit is critical (domain.md 7.2 writes `<=50`); a
 * value equal to a reference limit is within. Numbers are compared as decimals, digit by digit,
 * never as binary fractions. A value with a comparator gets the flag that it has at least: `>15.0`
 * is no less severe than 15.0 and everything above it allows. When some of what it can stand for is
 * critical and some is not (`>300` where 450 is), it keeps that flag, is as urgent as a critical
 * value, and says so: nobody can tell from it.
 */
#ifndef PHIAL_CORE_RULES_JUDGE_H
#define PHIAL_CORE_RULES_JUDGE_H

#include "core/model/record.h"
#include "core/store/store.h"

struct judgement {
    const char *site;       /* "", "N", "L", "H", "LL", "HH", "A": by the limit */
    const char *flag;       /* the more severe of the site's and the device's */
    const char *source;     /* whose that is: "device", "site", "both" or "" */
    enum severity severity; /* of that flag; CRITICAL when `unsure` */
    bool unsure;            /* whether the value is critical cannot be told */
    const char *complaint;  /* why the site has no flag, or what is unsure; else "" */
    char range[96];         /* the limit's reference range as text, "" without a limit */
};

/* `limit` is NULL when no approved set has one for this analyte and patient. */
void judge_result(const struct record_result *result, const struct store_limit *limit,
                  struct judgement *out);

/* Ages in days, so that limits for newborns and for grown-ups stand in one column, but whole years
 * end on the birthday and on no other day. Of a birth date `1981-03-14` at a time in UTC at the
 * site; -1 when it is none, or later. */
int64_t judge_years(int64_t years);
int64_t judge_age_days(const char *birth_date, int64_t at, int zone_offset);

#endif
