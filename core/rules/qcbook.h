/*
 * A control that was run becomes a row of the quality control book: judged value by value, by
 * Westgard's rules where the level asks for them, and by its own lot: a control that has expired
 * proves nothing. The same way for what an instrument sent and what a person types.
 */
#ifndef PHIAL_CORE_RULES_QCBOOK_H
#define PHIAL_CORE_RULES_QCBOOK_H

#include "core/model/record.h"
#include "core/rules/qc.h"
#include "core/store/lots.h"
#include "core/store/qc.h"

/* "2026-03-12": the site's day. */
enum { QCBOOK_DAY = 11 };
void qcbook_day(int64_t at, int zone_offset, char out[QCBOOK_DAY]);
/* The start of that day, in UTC. */
int64_t qcbook_day_start(int64_t at, int zone_offset);

/* What a result is compared by: the LOINC, else "local:" and the code. NULL: no memory. */
const char *qcbook_analyte(struct arena *a, const char *loinc, const char *code);

struct qcbook_entry {
    const struct store_qc_level *level;
    int64_t message;      /* 0: by hand */
    const char *lot_text; /* the control's lot, as scanned or sent; "": the one in use */
    const char *expires;  /* as typed, of a control that the lots' book does not know; or "" */
    const char *reagent_lot, *operator_text;
    const struct store_qc_value *values; /* without range, passed and finding */
    size_t value_count;
};
struct qcbook_outcome {
    int64_t run;
    bool passed;
    struct complaint finding; /* why it did not pass, or a warning; "" */
};
/* Judges and stores; in a transaction. The actor's time and zone count. */
enum error qcbook_enter(struct store *s, struct arena *a, const struct store_actor *by,
                        const struct qcbook_entry *in, struct qcbook_outcome *out);

/* Which of the levels the record is a run of: one of each test at most, by what the instrument
 * calls it; a test with several that fit is left to a person. Gives how many. */
size_t qcbook_match(const struct record *record, const struct store_qc_level *levels, size_t count,
                    const struct store_qc_level **out, size_t max);
/* The values of a record, for an entry. */
enum error qcbook_values(struct arena *a, const struct record *record, struct store_qc_value **out);
/* The record's run of the level: with its operator and its reagent's lot. */
enum error qcbook_enter_record(struct store *s, struct arena *a, const struct store_actor *by,
                               const struct store_qc_level *level, const struct record *record,
                               int64_t message, struct qcbook_outcome *out);

#endif
