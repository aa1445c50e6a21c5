/*
 * Corrections: why a result may be corrected, what the corrected one says, and when a decision
 * needs a second person (domain.md 2.1, 493.1291(k); 3.2; 5.5).
 */
#ifndef PHIAL_CORE_RULES_CORRECTION_H
#define PHIAL_CORE_RULES_CORRECTION_H

#include "core/base/error.h"
#include "core/model/record.h"

#include <stdbool.h>
#include <stdint.h>

/* What becomes of the result: the kind, as stored and sent, and the status that the new version
 * bears (HL7 table 0085). */
#define CORRECTION_KIND_TABLE(X)                                                                   \
    X(VALUE, "value", "C")                                                                         \
    X(CANCEL, "cancel", "X")                                                                       \
    X(PATIENT, "patient", "W")                                                                     \
    X(DEVICE, "device", "C")

#define CORRECTION_KIND_ENUM(name, id, status) CORRECTION_##name,
enum correction_kind { CORRECTION_KIND_TABLE(CORRECTION_KIND_ENUM) CORRECTION_KIND_COUNT };
#undef CORRECTION_KIND_ENUM

const char *correction_kind_id(enum correction_kind kind);
const char *correction_status(enum correction_kind kind);
enum error correction_kind_parse(const char *id, enum correction_kind *out);

/* Why, of the list that the page shows. */
#define CORRECTION_REASON_TABLE(X)                                                                 \
    X("typing", "typed or read wrongly")                                                           \
    X("unit", "wrong unit")                                                                        \
    X("wrong-patient", "wrong patient")                                                            \
    X("wrong-specimen", "wrong specimen or tube")                                                  \
    X("instrument", "instrument fault")                                                            \
    X("control", "quality control had failed")                                                     \
    X("repeat", "a repeat measured otherwise")                                                     \
    X("specimen", "specimen unfit for the test")                                                   \
    X("other", "another reason")

bool correction_reason_known(const char *code);

/* The value as a person typed it, read as an instrument's would be: the comparator in front, the
 * number behind it, "" when it is none. The texts live in the arena. */
enum error correction_read_value(struct arena *a, const char *typed, struct record_result *out);

/* Whether a decision about something held since then needs a second person. */
enum { CORRECTION_ALONE_MS = 24 * 60 * 60 * 1000 };
bool correction_needs_second(int64_t held_since, int64_t now);

#endif
