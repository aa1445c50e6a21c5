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
    X(ADMINISTRATOR, "administrator", "administrator")                                             \
    X(DIRECTOR, "director", "laboratory director")                                                 \
    X(FRONT_DESK, "front-desk", "front desk")

#define ROLE_ENUM(name, id, text) ROLE_##name,
enum role { ROLE_TABLE(ROLE_ENUM) ROLE_COUNT };
#undef ROLE_ENUM

#define RIGHT_TABLE(X)                                                                             \
    X(ENTER_ORDER, "enter-order", "enter an order")                                                \
    X(COLLECT, "collect", "collect, label and receive specimens")                                  \
    X(DISPOSE, "dispose", "reject or dispose of a specimen")                                       \
    X(VIEW_RESULTS, "view-results", "see results")                                                 \
    X(VIEW_CUSTODY, "view-custody", "see the books of the laboratory")                             \
    X(RESOLVE, "resolve", "resolve what is held or unmatched")                                     \
    X(SIGN, "sign", "sign results")                                                                \
    X(APPROVE_LIMITS, "approve-limits", "approve reference sets")                                  \
    X(MANAGE_PEOPLE, "manage-people", "manage people")                                             \
    X(RUN_TEST, "run-test", "run tests and quality control")                                       \
    X(KEEP_LOTS, "keep-lots", "keep lots, quality control and temperatures")                       \
    X(CERTIFY, "certify", "certify operators")                                                     \
    X(OVERRIDE, "override", "release what a rule holds")                                           \
    X(CORRECT, "correct", "correct a result")                                                      \
    X(MERGE, "merge", "merge patients")                                                            \
    X(CORRECT_PATIENT, "correct-patient", "correct the data of a patient who has specimens")       \
    X(DIRECT, "direct", "set the rules of the laboratory")                                         \
    X(SEND_OUT, "send-out", "send specimens out")                                                  \
    X(FOLLOW_UP, "follow-up", "do the tasks that providers set")                                   \
    X(SEE_STATUS, "see-status", "see how far an order is")                                         \
    X(AUDIT, "audit", "take the inspector's pack and see who saw what")                            \
    X(PURGE, "purge", "take out what is past its retention")

#define RIGHT_ENUM(name, id, text) RIGHT_##name,
enum right { RIGHT_TABLE(RIGHT_ENUM) RIGHT_COUNT };
#undef RIGHT_ENUM

bool role_may(enum role role, enum right right);
/* What emergency access lets anybody do: see, and nothing else (45 CFR 164.312(a)(2)(ii)). */
bool right_in_emergency(enum right right);
const char *role_id(enum role role);      /* stored and sent: "lab-lead" */
const char *role_text(enum role role);    /* shown: "lab lead" */
const char *right_id(enum right right);   /* the page asks by it: "view-results" */
const char *right_text(enum right right); /* shown: "see results" */
enum error role_parse(const char *id, enum role *out);

#endif
