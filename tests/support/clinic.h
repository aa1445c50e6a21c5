/*
 * An invented clinic, written straight into a new database: people, a test, patients, and specimens
 * that are labelled, scanned back and ready to be tested.
 */
#ifndef PHIAL_TESTS_SUPPORT_CLINIC_H
#define PHIAL_TESTS_SUPPORT_CLINIC_H

#include "core/model/accession.h"
#include "core/store/store.h"

struct clinic {
    int64_t lead, provider; /* people */
    int64_t test;           /* hemoglobin A1c, LOINC 4548-4 */
    int64_t now;
};

#define CLINIC_SALT "4711"

/* Opens (or makes) DATA/phial.db with the clinic's people and test, nothing else. The caller closes
 * it. */
struct store *clinic_open(const char *data, struct clinic *clinic);
/* The provider signs that the analyte has no limits: its test is live. In a transaction. */
void clinic_sign(struct store *store, const struct clinic *clinic, const char *loinc,
                 const char *code);
/* One patient, one order, one specimen in state "label verified", in the open transaction. */
struct accession clinic_specimen(struct store *store, const struct clinic *clinic, unsigned number);
/* `count` of them in one transaction; `out` has room for as many. */
void clinic_fill(const char *data, unsigned count, struct accession *out);

#endif
