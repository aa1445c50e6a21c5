/*
 * The rules between a result that belongs to its specimen and the provider's list (domain.md 7.3):
 * what a clinic's own books say about the lot, the control, the operator, the specimen's age and
 * the waiver.
 *
 * Each rule finds nothing, or something to say; how far that reaches is the level that the director
 * has set for the rule (core/store/gate.h): ALLOW says nothing, WARN files the result with the
 * sentence beside it, LOCKOUT holds it until somebody who may releases it with a reason. A result
 * is real whatever a rule says of it: none is ever thrown away.
 *
 * A rule has two findings. AGAINST: the books speak against the result (the lot is expired).
 * UNKNOWN: the lab keeps no book about this, or the instrument did not say. A site that begins with
 * empty books gets warnings, and is locked by a rule from the day on which it keeps the book.
 */
#ifndef PHIAL_CORE_RULES_GATE_H
#define PHIAL_CORE_RULES_GATE_H

#include "core/base/error.h"

#include <stddef.h>

/* The rule, its id (stored and sent; also the reason code of what it holds), its level at first for
 * AGAINST and for UNKNOWN, what it is about. */
#define GATE_TABLE(X)                                                                              \
    X(LIMITS, "limits", LOCKOUT, LOCKOUT, "the test is live: its limits are signed")               \
    X(WAIVER, "waiver", LOCKOUT, WARN, "the waiver covers specimen, patient and test")             \
    X(LOT, "lot", LOCKOUT, WARN, "the lot is open, within its date and not recalled")              \
    X(STORAGE, "storage", LOCKOUT, WARN, "the kit was kept within its range, on record")           \
    X(QC, "qc", LOCKOUT, WARN, "quality control has passed and is not overdue")                    \
    X(OPERATOR, "operator", LOCKOUT, WARN, "the operator is known and certified")                  \
    X(STABILITY, "stability", LOCKOUT, WARN, "the specimen was still stable")                      \
    X(CLOCK, "clock", WARN, ALLOW, "the instrument's clock is right")

#define GATE_ENUM(name, id, against, unknown, text) GATE_##name,
enum gate { GATE_TABLE(GATE_ENUM) GATE_COUNT };
#undef GATE_ENUM

enum gate_level { GATE_ALLOW, GATE_WARN, GATE_LOCKOUT };
enum gate_finding { GATE_NOTHING, GATE_UNKNOWN, GATE_AGAINST };

/* What one rule has found about one result. */
struct gate_verdict {
    enum gate rule;
    enum gate_finding finding;
    struct complaint sentence; /* what is wrong, and what to do next; "" for NOTHING */
};

const char *gate_id(enum gate rule);
const char *gate_text(enum gate rule);
/* The level at first. */
enum gate_level gate_first_level(enum gate rule, enum gate_finding finding);
const char *gate_level_id(enum gate_level level); /* "allow", "warn", "lockout" */
enum error gate_level_parse(const char *id, enum gate_level *out);

/* Several rules: bit 1 << rule of each. As text their ids, "lot, qc"; unknown ids are left out. */
enum { GATE_SET_TEXT = 96 };
unsigned gate_set_parse(const char *text);
void gate_set_text(unsigned set, char out[GATE_SET_TEXT]);

#endif
