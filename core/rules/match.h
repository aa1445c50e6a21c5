/*
 * Whose result is it: the decision on one decoded record (DESIGN 3.2).
 *
 * Pure: the caller has looked up the specimen by the exact text that the device sent; this says
 * what becomes of the record. Only an exact, valid accession of a specimen that can be tested, with
 * every result ordered on it, in the unit that the test is set to, and with a patient header that
 * does not disagree, is linked. Everything else is held, with the first reason found.
 *
 * A record is linked whole or held whole. One result that does not belong makes the others
 * doubtful as well: the usual cause is another patient's tube in the instrument.
 */
#ifndef PHIAL_CORE_RULES_MATCH_H
#define PHIAL_CORE_RULES_MATCH_H

#include "core/base/limits.h"
#include "core/model/record.h"
#include "core/model/specimen.h"
#include "core/rules/reason.h"
#include "core/store/store.h"

#include <stdint.h>

/* One analyte of one test that is ordered on the specimen, in the order of the tests. `code` is how
 * an instrument without a code map calls it, by the site's own menu; or "". */
struct match_analyte {
    int64_t test;
    const char *code, *loinc, *name;
    const char *ucum; /* the unit that the test is set to; "" when it has none */
};

/* The specimen with that number, with its patient. */
struct match_specimen {
    const char *accession;
    enum specimen_state state;
    const char *mrn, *family, *given, *birth_date, *sex; /* birth date as `1981-03-14` */
    /* What else its label says of the patient, or an instrument was told: before they were put
     * right. */
    const struct store_patient *told;
    size_t told_count;
    const struct match_analyte *analytes;
    size_t analyte_count;
};

struct match_decision {
    enum disposition disposition;
    enum reason reason;        /* NONE when it is linked */
    struct complaint sentence; /* the reason in full, "" when it is linked */
    /* What each result of a linked record measures. */
    const struct match_analyte *analyte[LIMIT_RESULTS];
};

/* `specimen` is NULL when none has exactly the record's specimen number. `salt` is the site's. */
void match_decide(const struct record *record, const char *salt,
                  const struct match_specimen *specimen, struct match_decision *out);

/* What a result measures among what is ordered: by its LOINC, or, when the profile gave none, by
 * the code that the site's menu names. NULL when it was not ordered. */
const struct match_analyte *match_analyte_find(const struct match_specimen *specimen,
                                               const struct record_result *result);

/* Whether what the device sent of a name is the patient's: without regard to case, blanks and
 * punctuation; a given or middle name that was not sent is not missed. */
bool match_name(const char *sent, const char *family, const char *given);
/* Whether `19810314`, `1981-03-14` or a longer time that begins so is that date. */
bool match_birth_date(const char *sent, const char *birth_date);
/* Equal without regard to case and blanks. */
bool match_text(const char *a, const char *b);

#endif
