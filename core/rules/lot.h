/*
 * Whether a lot may be used on a day, and what the lot that an instrument told means against the
 * laboratory's book of lots (domain.md 2.3, 7.3, 7.6). Pure: the caller looked the lots up.
 */
#ifndef PHIAL_CORE_RULES_LOT_H
#define PHIAL_CORE_RULES_LOT_H

#include "core/model/date.h"
#include "core/rules/gate.h"
#include "core/store/lots.h"

/* The last day on which a container may be used that was opened on that day: the printed date, or
 * earlier when opening shortens its life. ERROR_BAD_INPUT when a day is none. */
enum error lot_use_by(const char *expires, const char *opened_on, int64_t open_days,
                      char out[DATE_SIZE]);

/* Whether the lot, as it stood on that day, may be used at that time. When not, `why` says so, and
 * what to do. `day` is the site's day of `at`. */
bool lot_usable(const struct store_lot *lot, const char *day, int64_t at, struct complaint *why);

/* Whether a tube of that lot may be filled on that day: not when the lot is recalled, in quarantine
 * or past its date. */
bool lot_tube_usable(const struct store_lot *lot, const char *day, struct complaint *why);

/* One test of a result: the lot that the instrument told ("" when it did not), and what the
 * laboratory keeps for the test. */
struct lot_question {
    const char *test, *told;
    const struct store_supplies *supplies;
    const char *day;
    int64_t at;
};
/* Judges one; `out` keeps what weighs more. */
void lot_judge(const struct lot_question *q, struct gate_verdict *out);

/* Where the kits were kept: the newest reading of each place must not be older than the day before,
 * and in range, or what is kept there declared usable by whoever looked. */
void keeping_judge(const struct store_keeping *keeping, size_t count, const char *day,
                   struct gate_verdict *out);

/* Whether lowest to highest lie within the range; "" is no bound. All are decimals. */
bool temperature_in_range(const struct store_place *place, const char *lowest, const char *highest);

#endif
