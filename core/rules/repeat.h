/*
 * Is it news: retransmission, correction, or a second result (DESIGN 3.4).
 *
 * Two ways to be a repeat, and no third:
 *
 *   - the instrument's same run number: the same instrument and serial number, the same run, the
 *     same specimen number, and every result as it came before; or
 *   - the same bytes: the whole message is byte-identical to one of a session that ended badly, and
 *     nothing new came from that instrument in between. Each message is repeated at most once, so
 *     that a third equal one is news again. Which of the two was decoded first does not matter:
 *     what a driver left behind when it died may be decoded after the instrument has sent it again.
 *
 * Any other identical message is kept, and its results are marked "identical repeat?".
 *
 * The same run with another value is a new version when the instrument says so: LIS02 R-9 is `C`
 * (corrected), or the earlier one was `P`, `S` or `I` (preliminary, partial, pending). Without such
 * a word nobody knows which of the two is right: the message is held. A device without run numbers
 * corrects in the same way what is stored for that analyte on that specimen.
 *
 * Pure: the caller gives what the store knows.
 */
#ifndef PHIAL_CORE_RULES_REPEAT_H
#define PHIAL_CORE_RULES_REPEAT_H

#include "core/base/limits.h"
#include "core/model/record.h"
#include "core/rules/reason.h"

#include <stdint.h>

/* Another message of the same instrument: with the same text and the same record (`bytes`), or of
 * the same serial number, run and specimen number (`run`), or both. */
struct repeat_twin {
    int64_t message;
    const struct record *record; /* as it was stored */
    bool bytes, run;
    bool broken; /* the earlier one's session ended badly, the two are of different sessions, and
                    nothing new came between them */
    bool taken;  /* another message repeats it already, or it repeats another */
};

enum repeat_kind {
    REPEAT_NEWS,    /* go on */
    REPEAT_RUN,     /* every result of this run is there already */
    REPEAT_BYTES,   /* sent again because a session ended badly */
    REPEAT_CONFLICT /* same run, other value, no word of correction */
};

enum repeat_change {
    REPEAT_NEW,      /* a result of its own */
    REPEAT_KNOWN,    /* this run's result, there already */
    REPEAT_CORRECTS, /* a new version of this run's earlier result */
};

struct repeat_decision {
    enum repeat_kind kind;
    int64_t of;      /* the message that is repeated, 0 when none or when another repeats it */
    bool identical;  /* news, and yet equal to another message: for a person to judge */
    size_t conflict; /* the result in conflict */
    enum repeat_change change[LIMIT_RESULTS]; /* of each result of what is news */
};

/* `twins` newest first. */
void repeat_decide(const struct record *record, const struct repeat_twin *twins, size_t count,
                   struct repeat_decision *out);

/* Whether a result of status `now` takes the place of an earlier one of status `before`. */
bool repeat_corrects(const char *now, const char *before);
/* Whether two records say the same, in every field. */
bool repeat_same_record(const struct record *a, const struct record *b);

#endif
