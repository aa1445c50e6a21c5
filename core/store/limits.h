/*
 * Reference and critical limits in versions: proposed, signed by the director, live (domain.md
 * 7.1).
 *
 * A set is one version of the analytes that it has rows for. It judges from its signature on, or
 * from its effective time when that is later, and from then no earlier version of these analytes
 * judges anybody. What an older version has judged keeps its limit. A row without any limit is the
 * director's word that there are none: the test is live, and every result of it is reviewed.
 * Conventions as in store.h, where the basic calls stand.
 */
#ifndef PHIAL_CORE_STORE_LIMITS_H
#define PHIAL_CORE_STORE_LIMITS_H

#include "core/store/store.h"

enum { STORE_ANALYTE_KEY = LIMIT_TEXT + 8 };

/* What limits of an analyte are kept by: its LOINC, or "local:CODE" when it has none. */
void store_analyte_key(const char *loinc, const char *code, char out[STORE_ANALYTE_KEY]);

struct store_proposal {
    const char *name, *source;
    int64_t person;    /* 0: it came with Phial */
    int64_t effective; /* 0: from its signature on */
    int64_t at;
};
enum error store_proposal_add(struct store *s, const struct store_proposal *in, int64_t *id);
/* ERROR_CONFLICT when it is signed, or taken back already. */
enum error store_proposal_withdraw(struct store *s, int64_t set, int64_t person, const char *reason,
                                   int64_t at, int64_t *id);

struct store_set_found {
    int64_t id;
    bool approved, withdrawn;
};
/* The newest of that name. */
enum error store_set_find(struct store *s, const char *name, struct store_set_found *out);

/* The limit of an analyte (by its key) that is live at a time, for such a patient and specimen;
 * ERROR_NOT_FOUND when the live version has none for them, or no version is live. */
struct store_limit_wanted {
    const char *analyte, *sex, *specimen_type;
    int64_t age; /* in days, or -1 when not known: then only limits for every age count */
    int64_t at;
    int64_t before; /* only what was signed before that fact counts; 0: all that is signed */
};
enum error store_limit_look(struct store *s, struct arena *a, const struct store_limit_wanted *in,
                            struct store_limit *out);

/* Every row with a critical limit of the live version of what such a result may be, whoever it is
 * for: of the analyte with that LOINC; without one, or when none is live for it, of each analyte of
 * the menu that has that code. */
enum error store_limit_criticals(struct store *s, struct arena *a, const char *loinc,
                                 const char *code, int64_t at, struct store_limit **out,
                                 size_t *count);

/* Whether a version of the analyte is live. */
enum error store_limit_live(struct store *s, const char *analyte, int64_t at, bool *live);
/* Whether any version, signed or not, says something of it. */
enum error store_limit_known(struct store *s, const char *analyte, bool *known);
/* The first of the test's analytes that is not live; ERROR_NOT_FOUND: all are. */
enum error store_test_dead(struct store *s, const struct store_test *test, int64_t at,
                           const struct store_analyte **out);

#endif
