/*
 * How a test is read by eye, or typed: the words that are stored and sent.
 */
#ifndef PHIAL_CORE_MODEL_READING_H
#define PHIAL_CORE_MODEL_READING_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define READING_KIND_TABLE(X) X(CHOICE, "choice") X(NUMBER, "number")
#define READING_SECOND_TABLE(X) X(NEVER, "never") X(POSITIVE, "positive") X(ALWAYS, "always")
#define READING_END_TABLE(X)                                                                       \
    X(ENTERED, "entered", "entered")                                                               \
    X(INVALID, "invalid", "the control line did not show")                                         \
    X(LATE, "late", "it was not read in time")                                                     \
    X(DISAGREE, "disagree", "two people did not see the same")                                     \
    X(VOID, "void", "stopped")

#define READING_KIND_ENUM(name, id) READING_##name,
enum reading_kind { READING_KIND_TABLE(READING_KIND_ENUM) READING_KINDS };
#undef READING_KIND_ENUM
#define READING_SECOND_ENUM(name, id) READING_##name,
enum reading_second { READING_SECOND_TABLE(READING_SECOND_ENUM) READING_SECONDS };
#undef READING_SECOND_ENUM
#define READING_END_ENUM(name, id, text) READING_##name,
enum reading_end { READING_END_TABLE(READING_END_ENUM) READING_ENDS };
#undef READING_END_ENUM

#define READING_ABSENT "-" /* the only word of an analyte that the kit has no line for */

struct reading {
    enum reading_kind kind;
    const char *choices;        /* a line for all analytes, or one for each; separated by `;` */
    int64_t read_from, read_to; /* seconds from the start; read_to 0: there is no clock */
    bool control;               /* the kit shows whether it worked */
    enum reading_second second_look;
    const char *low, *high; /* a number beyond them is asked about once more; or "" */
};

const char *reading_kind_id(enum reading_kind kind);
const char *reading_second_id(enum reading_second second);
const char *reading_end_id(enum reading_end how);
const char *reading_end_text(enum reading_end how);
enum error reading_kind_parse(const char *id, enum reading_kind *out);
enum error reading_second_parse(const char *id, enum reading_second *out);

#endif
