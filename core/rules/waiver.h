/*
 * The waiver guard: whether what the CLIA waiver of a test system covers reaches this result
 * (42 CFR 493.15; domain.md, finding 3). Waived is not a test but a test on a system, with a
 * specimen, for a population: the same system with serum is not waived.
 *
 * A claim is a line of a profile's [waiver] section:
 *   test        the vendor's code or the LOINC, or `*` for every test
 *   specimen    types as on Phial's specimens, with commas between; `type (container)` means that
 *               container alone, in whatever words it stands; `insert`: as the insert of each kit
 * says, which nobody here knows population  `all`, or `from N years` and `to N years` (the last
 * year that is covered), with commas between; behind a `;` what only a person can judge category
 * waived, moderate, high
 *
 * The site's certificate says how much that matters: CW (waiver) and PPM (microscopy) cover nothing
 * else; COC and COA cover all. While the site has told none, what is outside is UNKNOWN.
 */
#ifndef PHIAL_CORE_RULES_WAIVER_H
#define PHIAL_CORE_RULES_WAIVER_H

#include "core/rules/gate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct waiver_claim {
    const char *test, *specimen, *population, *category;
};

struct waiver_case {
    const char *certificate; /* of the site, or "" */
    const char *system;      /* its name, for the sentence */
    const char *name, *code, *loinc;
    const char *specimen_type, *container;
    int64_t age; /* judge_age_days, or -1 */
};

bool waiver_certificate_known(const char *text);
/* Whether the specimen and population columns have the form above. */
bool waiver_claim_readable(const struct waiver_claim *claim);
/* NOTHING, or UNKNOWN or AGAINST with a sentence. */
enum gate_finding waiver_judge(const struct waiver_claim *claims, size_t count,
                               const struct waiver_case *c, struct complaint *sentence);

#endif
