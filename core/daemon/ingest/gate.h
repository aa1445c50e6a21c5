/*
 * The rules between a result that belongs to its specimen and the provider's list.
 *
 * One checker for each rule of core/rules/gate.h, in core/daemon/ingest/gate_<rule>.c: it looks up
 * what the clinic's books say and lets a pure function of core/rules judge. It finds NOTHING, or
 * UNKNOWN or AGAINST with a sentence (what is wrong, and what to do next). How far that reaches is
 * not its business: the level is looked up here.
 *
 * A record comes this way when the matching would link it: from an instrument, by hand, or by a
 * person's RESOLVE or RELEASE. What was held for a rule stays held until somebody releases it.
 */
#ifndef PHIAL_CORE_DAEMON_INGEST_GATE_H
#define PHIAL_CORE_DAEMON_INGEST_GATE_H

#include "core/daemon/ingest/parts.h"
#include "core/model/date.h"

/* Judges the case by one rule. `out` comes as NOTHING, with the rule set. The case holds the
 * record, the specimen with its tests (has_specimen is true), the instrument (0: none), what each
 * result measures (c->analytes[i], NULL: of no ordered test), when it came and when it was tested.
 * Any error is the store's. What must outlive the call goes into c->arena. */
typedef enum error gate_check(struct ingest *in, struct ingest_case *c, struct gate_verdict *out);

gate_check gate_check_limits, gate_check_waiver, gate_check_lot, gate_check_storage, gate_check_qc,
    gate_check_operator, gate_check_stability, gate_check_clock;

/* Asks every rule; `out` says what they found and how far each reaches. */
enum error ingest_gates_ask(struct ingest *in, struct ingest_case *c, struct ingest_gates *out);
/* The first verdict that holds the record, or NULL. */
const struct gate_verdict *ingest_gates_lock(const struct ingest_gates *gates);
/* All rules that hold it. */
unsigned ingest_gates_locks(const struct ingest_gates *gates);
#define GATES_ALL (~0U)
/* The sentences of those of `rules` that hold it, joined. */
void ingest_gates_sentence(const struct ingest_gates *gates, unsigned rules, struct complaint *out);
/* Keeps what those of `rules` said, warnings and lockouts alike, with the message. */
enum error ingest_gates_keep(struct ingest *in, const struct ingest_gates *gates, unsigned rules,
                             int64_t message);

/* ---- For checkers ---- */

/* Whether one of the results measures that test. */
bool gate_measures(const struct ingest_case *c, int64_t test);
/* The site's day on which the case was tested, 2026-03-12. */
void gate_day(struct ingest *in, const struct ingest_case *c, char out[DATE_SIZE]);

#endif
