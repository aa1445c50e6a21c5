/*
 * The laboratory's rules in the store: how far each reaches, what they said about a message, who
 * released what they held. Conventions as in store.h; rules, findings and levels by their ids
 * (core/rules/gate.h).
 *
 * READ_RULES gives
 *   {"rules":[{"rule","text","against":LEVEL,"unknown":LEVEL,"overrides","held"}],
 *    "history":[{"rule","finding","level","reason","by":PERSON,"at"}] newest first,
 *    "overrides":[{"rule","message","sentence","reason","by":PERSON,"role","at","accession"}]
 *      newest first}
 *   where a LEVEL is {"level","first" (the level at first),"by":PERSON or null,"at"}; overrides
 *   counts the releases of the rule, held what it holds now.
 */
#ifndef PHIAL_CORE_STORE_GATE_H
#define PHIAL_CORE_STORE_GATE_H

#include "core/store/store.h"

enum { STORE_GATE_LEVEL = 16 };

/* One row of the list of rules, so that the read side knows them. */
struct store_rule_type {
    const char *id, *text, *against, *unknown; /* the last two: the levels at first */
    int position;
};
enum error store_rule_type_put(struct store *s, const struct store_rule_type *in);

struct store_rule_setting {
    const char *rule, *finding, *level, *reason;
};
enum error store_rule_setting_add(struct store *s, const struct store_actor *by,
                                  const struct store_rule_setting *in, int64_t *id);
/* The newest setting's level; ERROR_NOT_FOUND when the rule was never set. */
enum error store_rule_level(struct store *s, const char *rule, const char *finding,
                            char out[STORE_GATE_LEVEL]);

struct store_gate_warning {
    int64_t message;
    const char *rule, *finding, *level, *sentence;
    int64_t at;
};
enum error store_gate_warning_add(struct store *s, const struct store_gate_warning *in,
                                  int64_t *id);
/* What was said about the message, oldest first. */
enum error store_gate_warnings(struct store *s, struct arena *a, int64_t message,
                               struct store_gate_warning **out, size_t *count);

enum error store_gate_override_add(struct store *s, const struct store_actor *by, int64_t message,
                                   const char *rule, const char *reason, int64_t *id);

#endif
