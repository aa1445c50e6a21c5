/*
 * Roles and rights: who may do what, in one table, judged only in core.
 *
 * A medical assistant cannot sign (DESIGN 3.8): the table has no such cell.
 */
#ifndef PHIAL_CORE_MODEL_PEOPLE_H
#define PHIAL_CORE_MODEL_PEOPLE_H

#include "core/base/error.h"

#include <stdbool.h>

#define ROLE_TABLE(X)                                                                              \
    X(MEDICAL_ASSISTANT, "medical-assistant", "medical assistant")                                 \
    X(LAB_LEAD, "lab-lead", "lab lead")                                                            \
    X(PROVIDER, "provider", "provider")                                                            \
    X(AUDITOR, "auditor", "auditor")                                                               \
    X(ADMINISTRATOR, "administrator", "administrator")

#define ROLE_ENUM(name, id, text) ROLE_##name,
enum role { ROLE_TABLE(ROLE_ENUM) ROLE_COUNT };
#undef ROLE_ENUM

#define RIGHT_TABLE(X)                                                                             \
    X(ENTER_ORDER, "enter an order")                                                               \
    X(COLLECT, "collect, label and receive specimens")                                             \
    X(DISPOSE, "reject or dispose of a specimen")                                                  \
    X(VIEW_RESULTS, "see results")                                                                 \
    X(VIEW_CUSTODY, "see custody")                                                                 \
    X(RESOLVE, "resolve what is held or unmatched")                                                \
    X(SIGN, "sign results")                                                                        \
    X(APPROVE_LIMITS, "approve reference sets")                                                    \
    X(MANAGE_PEOPLE, "manage people")

#define RIGHT_ENUM(name, text) RIGHT_##name,
enum right { RIGHT_TABLE(RIGHT_ENUM) RIGHT_COUNT };
#undef RIGHT_ENUM

bool role_may(enum role role, enum right right);
const char *role_id(enum role role);   /* stored and sent: "lab-lead" */
const char *role_text(enum role role); /* shown: "lab lead" */
const char *right_text(enum right right);
enum error role_parse(const char *id, enum role *out);

#endif
