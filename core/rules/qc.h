/*
 * Whether a control passes: each value against what is expected of its level, and Westgard's rules
 * where the laboratory has given a mean and a standard deviation (domain.md 7.5).
 *
 * At the limit: a value equal to the end of the range is within. Numbers are compared as decimals.
 * A value beyond what the instrument measures (`>15.0`) passes only when all that it may be lies
 * within the range, which then has one end. What is no number does not pass a range of numbers.
 *
 * Westgard, each value as its distance from the mean of its level in standard deviations (SD):
 *   1-3s  it is more than 3 SD away                              fails
 *   2-2s  it and the one before it are more than 2 SD away,
 *         on the same side (of its level, or across levels)      fails
 *   R-4s  of one series two levels are more than 4 SD apart      fails
 *   1-2s  it is more than 2 SD away                              a warning, passes
 */
#ifndef PHIAL_CORE_RULES_QC_H
#define PHIAL_CORE_RULES_QC_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* What is expected of one analyte of one level; "" where a thing is not set. */
struct qc_expected {
    const char *low, *high; /* decimals */
    const char *text;       /* "Negative", "Positive": of what is no number */
    const char *mean, *sd;  /* decimals; both, or Westgard's rules do not count */
};

/* One value as it came. */
struct qc_observed {
    const char *value;               /* as sent */
    const char *comparator, *number; /* as read; number "" when it is none */
};

/* A value of a level with that level's mean and SD. */
struct qc_point {
    const char *number, *mean, *sd;
};

enum qc_rule { QC_RULE_NONE, QC_RULE_1_2S, QC_RULE_1_3S, QC_RULE_2_2S, QC_RULE_R_4S };

struct qc_outcome {
    bool passed;
    enum qc_rule rule;         /* that was broken, or warns */
    struct complaint sentence; /* what is wrong; "" when nothing is */
};

/* ERROR_BAD_INPUT with a sentence when what is expected says nothing, or makes no sense. */
enum error qc_expected_check(const struct qc_expected *expected, struct complaint *why);
/* The value against its range or word alone. */
void qc_judge(const struct qc_expected *expected, const struct qc_observed *observed,
              struct qc_outcome *out);
/* Westgard's rules for the newest value: `before` is the one before it of the same level (NULL:
 * none), `others` the newest of each other level of the same series. What has no mean or SD breaks
 * no rule. */
void qc_westgard(const struct qc_point *now, const struct qc_point *before,
                 const struct qc_point *others, size_t other_count, struct qc_outcome *out);
const char *qc_rule_name(enum qc_rule rule); /* "1-3s" */

#endif
