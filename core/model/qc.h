/*
 * When quality control is due (domain.md 7.5): the triggers that a laboratory sets for a test on an
 * instrument, and the one function that says whether a control is due by one of them.
 *
 * Pure: the store looks up what has happened and asks (core/store/qc.h), for the gate in front of
 * results and for the page alike, so that both say the same.
 */
#ifndef PHIAL_CORE_MODEL_QC_H
#define PHIAL_CORE_MODEL_QC_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* The trigger, its id (stored and sent), what makes it due in words; whether it counts something.
 */
#define QC_TRIGGER_TABLE(X)                                                                        \
    X(EACH_DAY, "each_day_of_use", false, "each day of use")                                       \
    X(HOURS, "every_n_hours", true, "every so many hours")                                         \
    X(DAYS, "every_n_days", true, "every so many days")                                            \
    X(RUNS, "every_n_runs", true, "every so many patient results")                                 \
    X(NEW_LOT, "new_lot", false, "each new lot")                                                   \
    X(NEW_SHIPMENT, "new_shipment", false, "each new shipment")                                    \
    X(NEW_OPERATOR, "new_operator", false, "each new operator")                                    \
    X(MAINTENANCE, "after_maintenance", false, "after maintenance")                                \
    X(TEMPERATURE, "temp_excursion", false, "after a temperature out of range")                    \
    X(PLAUSIBILITY, "after_failed_patient_plausibility", false, "after a doubtful patient result") \
    X(ON_DEMAND, "on_demand", false, "when somebody asks for it")

#define QC_ENUM(name, id, counts, text) QC_##name,
enum qc_trigger { QC_TRIGGER_TABLE(QC_ENUM) QC_TRIGGER_COUNT };
#undef QC_ENUM

/* On whose word a trigger stands. What is only recommended is shown as due and warned of; it holds
 * nothing (domain.md 2.4: surveyors look for what is required, or what the site has adopted). */
#define QC_BASIS_TABLE(X)                                                                          \
    X(REQUIRED, "ifu-required", "the instructions require it")                                     \
    X(RECOMMENDED, "ifu-recommended", "the instructions recommend it")                             \
    X(POLICY, "site-policy", "our own policy")

#define QC_ENUM(name, id, text) QC_BASIS_##name,
enum qc_basis { QC_BASIS_TABLE(QC_ENUM) QC_BASIS_COUNT };
#undef QC_ENUM

enum { QC_EVERY_MAX = 10000 };

const char *qc_trigger_id(enum qc_trigger trigger);
const char *qc_trigger_text(enum qc_trigger trigger);
/* Whether it needs a number: hours, days, results. */
bool qc_trigger_counts(enum qc_trigger trigger);
enum error qc_trigger_parse(const char *id, enum qc_trigger *out);
const char *qc_basis_id(enum qc_basis basis);
const char *qc_basis_text(enum qc_basis basis);
enum error qc_basis_parse(const char *id, enum qc_basis *out);

/* What has happened to one level of a test's control. Times in milliseconds, UTC. */
struct qc_seen {
    enum qc_trigger trigger;
    int64_t every;     /* of a trigger that counts */
    int64_t passed_at; /* when the level last passed; 0: never */
    int64_t now;
    int64_t day_start; /* of the site's day of `now` */
    int64_t runs;      /* patient results since it last passed */
    bool since;        /* the lot, shipment, operator, maintenance or temperature that the trigger
                          names has come, and the level has not passed with it or after it */
};

/* Whether the level is to be run before the next patient result counts. A level that never passed
 * is due by every trigger but ON_DEMAND. */
bool qc_is_due(const struct qc_seen *seen);
/* Until when it counts by this trigger; 0 when time does not end it. */
int64_t qc_good_until(const struct qc_seen *seen);

#endif
