/* When quality control is due. */
#include "core/model/qc.h"

#include <string.h>

static const int64_t hour_ms = 3600000, day_ms = 86400000;

#define ROW(name, id, counts, text) { id, text, counts },
static const struct {
    const char *id, *text;
    bool counts;
} triggers[QC_TRIGGER_COUNT] = { QC_TRIGGER_TABLE(ROW) };
#undef ROW

#define ROW(name, id, text) { id, text },
static const struct {
    const char *id, *text;
} bases[QC_BASIS_COUNT] = { QC_BASIS_TABLE(ROW) };
#undef ROW

const char *qc_trigger_id(enum qc_trigger trigger)
{
    return (unsigned)trigger < QC_TRIGGER_COUNT ? triggers[trigger].id : "";
}

const char *qc_trigger_text(enum qc_trigger trigger)
{
    return (unsigned)trigger < QC_TRIGGER_COUNT ? triggers[trigger].text : "";
}

bool qc_trigger_counts(enum qc_trigger trigger)
{
    return (unsigned)trigger < QC_TRIGGER_COUNT && triggers[trigger].counts;
}

enum error qc_trigger_parse(const char *id, enum qc_trigger *out)
{
    for (unsigned i = 0; i < QC_TRIGGER_COUNT; i++)
        if (strcmp(id, triggers[i].id) == 0) {
            *out = (enum qc_trigger)i;
            return ERROR_OK;
        }
    return ERROR_BAD_INPUT;
}

const char *qc_basis_id(enum qc_basis basis)
{
    return (unsigned)basis < QC_BASIS_COUNT ? bases[basis].id : "";
}

const char *qc_basis_text(enum qc_basis basis)
{
    return (unsigned)basis < QC_BASIS_COUNT ? bases[basis].text : "";
}

enum error qc_basis_parse(const char *id, enum qc_basis *out)
{
    for (unsigned i = 0; i < QC_BASIS_COUNT; i++)
        if (strcmp(id, bases[i].id) == 0) {
            *out = (enum qc_basis)i;
            return ERROR_OK;
        }
    return ERROR_BAD_INPUT;
}

/* The start of the day in which it passed, seen from today's. */
static int64_t start_of_day_of(int64_t at, int64_t day_start)
{
    int64_t days = (day_start - at + day_ms - 1) / day_ms;
    return at >= day_start ? day_start : day_start - days * day_ms;
}

int64_t qc_good_until(const struct qc_seen *seen)
{
    if (!seen->passed_at)
        return 0;
    switch (seen->trigger) {
    case QC_EACH_DAY:
        return start_of_day_of(seen->passed_at, seen->day_start) + day_ms;
    case QC_DAYS:
        return start_of_day_of(seen->passed_at, seen->day_start) + seen->every * day_ms;
    case QC_HOURS:
        return seen->passed_at + seen->every * hour_ms;
    default:
        return 0;
    }
}

bool qc_is_due(const struct qc_seen *seen)
{
    if (seen->trigger == QC_ON_DEMAND)
        return false;
    if (!seen->passed_at)
        return true;
    switch (seen->trigger) {
    case QC_EACH_DAY:
    case QC_DAYS:
    case QC_HOURS:
        return seen->now >= qc_good_until(seen);
    case QC_RUNS:
        return seen->runs >= seen->every;
    default:
        return seen->since;
    }
}
