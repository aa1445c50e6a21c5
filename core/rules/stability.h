/*
 * Whether a specimen was still good when it was tested (domain.md 3.2, EXPIRED; 7.3).
 *
 * The book names, for a test, how long a specimen is good at each temperature. A limit of a
 * temperature is held against the time that the specimen spent there or warmer: an hour on the
 * bench counts against what it may spend in the refrigerator as well. That is never more lenient
 * than what a package insert says of either. Pure: time is passed in.
 */
#ifndef PHIAL_CORE_RULES_STABILITY_H
#define PHIAL_CORE_RULES_STABILITY_H

#include "core/model/stability.h"
#include "core/rules/gate.h"

#include <stddef.h>

struct stability_judgement {
    enum gate_finding finding;
    enum stability_temperature temperature; /* whose limit was passed, or is not in the book */
    int64_t used, limit;                    /* minutes; of AGAINST */
};

/* Of a specimen that was collected then and stood at room temperature until the first of its stays,
 * which are in the order of time. UNKNOWN when it was at a temperature of which the book does not
 * speak. Up to and at the limit it is good. */
void stability_judge(const struct stability_book *book, int64_t collected_at,
                     const struct stability_stay *stays, size_t count, int64_t at,
                     struct stability_judgement *out);

#endif
