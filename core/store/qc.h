/*
 * Quality control in the store: levels and what is expected of them, triggers, runs, what was done
 * about a failure, and whether a test on an instrument may be trusted at a moment. Conventions as
 * in store.h; the instrument is its root (store_instrument_root).
 *
 * A QC_LEVEL is {"level" (its root),"control","level_name","source","matches","westgard",
 *   "item" (root or null),"ranges":[{"analyte","name","low","high","expected","mean","sd","unit"}],
 *   "last": null or QC_RUN,"good_at" (0: never),"failing":0 or 1}.
 * A QC_RUN is
 * {"run","level","level_name","control","test","test_name","instrument","at","passed","void",
 *   "finding","reason","lot","expires","reagent_lot","operator","by":PERSON or null,"message",
 *   "values":[{"analyte","name","value","number","unit","passed","finding","low","high","expected",
 *     "mean","sd"}],"actions":[{"action","by":PERSON,"at"}],
 *   "review": null or {"note","by":PERSON,"at"},"voided": null or {"reason","by":PERSON,"at"},
 *   "reach","reached" (patient results that it speaks against, those of them looked at)}.
 *
 * READ_QC (now; since: the start of the site's day) gives
 *   {"scopes":[{"test","test_name","instrument","failing":0 or 1,"due":0 or 1,
 *      "triggers":[{"trigger" (its root),"kind","text","every","basis","basis_text","note","due":0
 * or 1,"until" (0: time does not end it),"runs","waits":["level name"]}], "levels":[QC_LEVEL]}],
 *    "failures":[QC_RUN] that did not pass or are void and still want an action, a review or a look
 *      back, newest first,
 *    "unplaced":[{"message","instrument","received_at","specimen","operator","run","values":[..as
 *      DESIGN 6],"levels":[{"level","control","level_name","test"}]}] controls that an instrument
 * sent and that fit no level by themselves,
 *    "maintenance":[{"instrument","kind","what","note","by":PERSON,"at"}] the newest 50,
 *    "kinds":[{"id","text","counts"}],"bases":[{"id","text"}]}
 * READ_QC_LEVEL (key: the root of a level) gives
 *   {QC_LEVEL + "test","test_name","instrument","runs":[QC_RUN, newest first, at most 100]}, or {}.
 * READ_QC_LOOK_BACK (key: a run) gives
 *   {QC_RUN + "good_before": null or {"run","at"},"good_after": the same,
 *    "results":[{"result","order","accession","patient":PATIENT,"name","value","unit","flag","at",
 *      "lot","provider","signed":0 or 1,"tick": null or {"outcome","note","by":PERSON,"at"}}],
 *      oldest first}, or {}. It shows patients.
 */
#ifndef PHIAL_CORE_STORE_QC_H
#define PHIAL_CORE_STORE_QC_H

#include "core/model/qc.h"
#include "core/store/store.h"

/* The root of the newest instrument with that name; ERROR_NOT_FOUND. */
enum error store_instrument_root(struct store *s, const char *name, int64_t *root);
/* The root of an instrument by any of its rows. */
enum error store_instrument_root_of(struct store *s, int64_t instrument, int64_t *root);

struct store_qc_range {
    int64_t id;
    const char *analyte; /* the LOINC, else "local:" and the code */
    const char *name, *low, *high, *expected, *mean, *sd, *unit;
};

struct store_qc_level {
    int64_t id, root; /* of the newest row; root 0 when adding: a new level */
    const char *test; /* the code */
    int64_t instrument, item;
    const char *control, *level, *matches, *source;
    bool westgard, active;
    struct store_qc_range *ranges;
    size_t range_count;
};
/* ERROR_CONFLICT: `root` is of another test or instrument, or the test has that level already. */
enum error store_qc_level_add(struct store *s, const struct store_actor *by,
                              const struct store_qc_level *in, int64_t *root);
enum error store_qc_level_find(struct store *s, struct arena *a, int64_t root,
                               struct store_qc_level *out);
/* The levels of every test on the instrument. */
enum error store_qc_levels(struct store *s, struct arena *a, int64_t instrument,
                           struct store_qc_level **out, size_t *count);

struct store_qc_trigger {
    int64_t root; /* 0: a new one */
    const char *test;
    int64_t instrument;
    enum qc_trigger kind;
    enum qc_basis basis;
    int64_t every;
    const char *note;
    bool active;
};
enum error store_qc_trigger_add(struct store *s, const struct store_actor *by,
                                const struct store_qc_trigger *in, int64_t *root);

struct store_qc_value {
    int64_t range; /* that judged it, or 0 */
    const char *analyte, *name, *value, *comparator, *number, *unit, *finding;
    bool passed;
};
struct store_qc_run {
    const struct store_qc_level *level;
    int64_t message, lot;
    const char *lot_text, *expires, *reagent_lot, *finding, *reason, *operator_text;
    bool passed;
    const struct store_qc_value *values;
    size_t value_count;
};
/* ERROR_CONFLICT: the message is a run of that level already. */
enum error store_qc_run_add(struct store *s, const struct store_actor *by,
                            const struct store_qc_run *in, int64_t *id);

struct store_qc_run_found {
    int64_t id, level_root, message;
    bool passed, is_void, reviewed;
    int64_t actions;
};
enum error store_qc_run_find(struct store *s, int64_t id, struct store_qc_run_found *out);
/* The value of that analyte in the level's newest run that counts, and the mean and SD that it was
 * held against; ERROR_NOT_FOUND. */
struct store_qc_point {
    int64_t run, at;
    const char *number, *mean, *sd;
};
enum error store_qc_last_point(struct store *s, struct arena *a, int64_t level_root,
                               const char *analyte, struct store_qc_point *out);

/* The control's lot whose container was opened last and that is not marked; ERROR_NOT_FOUND. */
enum error store_qc_open_lot(struct store *s, int64_t item, int64_t *lot);
/* Whether the message waits for a person to say which control it is. */
enum error store_qc_is_unplaced(struct store *s, int64_t message, bool *out);
/* It is none of ours. */
enum error store_qc_dismiss(struct store *s, const struct store_actor *by, int64_t message,
                            const char *reason, int64_t *id);

enum error store_qc_action_add(struct store *s, const struct store_actor *by, int64_t run,
                               const char *action, int64_t *id);
enum error store_qc_review_add(struct store *s, const struct store_actor *by, int64_t run,
                               const char *note, int64_t *id);
/* ERROR_CONFLICT: it is void already. */
enum error store_qc_void_add(struct store *s, const struct store_actor *by, int64_t run,
                             const char *reason, int64_t *id);
/* Every run of the control's lot that passed is void; `*count` receives how many. */
enum error store_qc_void_lot(struct store *s, const struct store_actor *by, int64_t lot,
                             const char *reason, int64_t *count);
/* ERROR_NOT_FOUND: the run does not reach that result. ERROR_CONFLICT: it was looked at already. */
enum error store_qc_look_back_add(struct store *s, const struct store_actor *by, int64_t run,
                                  int64_t result, const char *outcome, const char *note,
                                  int64_t *id);
/* `doubt`: a control is asked for, since a patient result seems wrong. */
enum error store_maintenance_add(struct store *s, const struct store_actor *by, int64_t instrument,
                                 bool doubt, const char *what, const char *note, int64_t *id);

/* ---- Whether a result may be trusted ---- */

struct store_qc_moment {
    const char *test;
    int64_t instrument;              /* any row of it */
    const char *lot, *operator_text; /* of the result; "" when not told */
    int64_t now, day_start;
};
enum store_qc_standing {
    STORE_QC_NO_BOOK,     /* neither a level nor a trigger: the laboratory keeps none */
    STORE_QC_NO_LEVEL,    /* a trigger, and no level that could pass */
    STORE_QC_FAILED,      /* the last control of `level` did not pass */
    STORE_QC_DUE,         /* by `kind` */
    STORE_QC_RECOMMENDED, /* due by what the instructions only recommend */
    STORE_QC_GOOD
};
struct store_qc_verdict {
    enum store_qc_standing standing;
    const char *control, *level, *finding;
    enum qc_trigger kind;
    int64_t every, since; /* since: when the level was last good, or when it failed; 0: never */
};
enum error store_qc_judge(struct store *s, struct arena *a, const struct store_qc_moment *moment,
                          struct store_qc_verdict *out);

#endif
