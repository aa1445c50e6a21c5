/*
 * Whether whoever ran a test may run it (domain.md 7.6, M12).
 *
 * The book is the list of certificates: who was found competent for which test, by which methods,
 * until which day, that day included. A lab that never certified anybody for a test keeps no book
 * about it. Pure: the day is passed in, as the site's own.
 */
#ifndef PHIAL_CORE_RULES_OPERATOR_H
#define PHIAL_CORE_RULES_OPERATOR_H

#include "core/rules/gate.h"

#include <stdbool.h>

#define OPERATOR_METHOD_TABLE(X)                                                                   \
    X(OBSERVATION, "observation", "watched at the work")                                           \
    X(BLIND, "blind-specimen", "a specimen of known value")                                        \
    X(QC, "quality-control", "quality control run and judged")                                     \
    X(QUIZ, "quiz", "written questions")
#define OPERATOR_METHOD_ENUM(name, id, text) OPERATOR_METHOD_##name,
enum operator_method { OPERATOR_METHOD_TABLE(OPERATOR_METHOD_ENUM) OPERATOR_METHOD_COUNT };
#undef OPERATOR_METHOD_ENUM
/* By how many of them somebody must have been found competent. */
enum { OPERATOR_METHODS_LEAST = 2 };
const char *operator_method_id(enum operator_method method);
enum error operator_method_parse(const char *id, enum operator_method *out);

struct operator_case {
    const char *test;         /* its name, for the sentence */
    bool kept;                /* somebody was certified for it once */
    const char *told;         /* as the instrument or the entry said; "" when it did not */
    bool known, active;       /* it is somebody here, who still works here */
    bool certified;           /* for the test; it was not withdrawn */
    const char *from, *until; /* 2026-03-14: the days of the certificate, both included */
    const char *day;          /* the day of the test */
};
/* Fills in finding and sentence. */
void operator_judge(const struct operator_case *c, struct gate_verdict *out);

#endif
