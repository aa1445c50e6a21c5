/* What text_patterns.c compiles and text.c matches. For these two only. */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_TEXT_PATTERN_H
#define PHIAL_INSTRUMENTS_MESSAGE_TEXT_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8

#include "instruments/message/text.h"

#include <pcre2.h>

/* In the order in which they hold each other: a new one of a type closes those behind it. */
#define TEXT_TYPES(X)                                                                              \
    X(HEADER, "header")                                                                            \
    X(PATIENT, "patient")                                                                          \
    X(ORDER, "order")                                                                              \
    X(DETAIL, "detail")                                                                            \
    X(RESULT, "result")                                                                            \
    X(COMMENT, "comment")                                                                          \
    X(END, "end")                                                                                  \
    X(UNKNOWN, "?")                                                                                \
    X(SKIP, "skip")

#define TEXT_TYPE_ENUM(name, text) TEXT_##name,
enum text_type { TEXT_TYPES(TEXT_TYPE_ENUM) TEXT_TYPE_COUNT };
#undef TEXT_TYPE_ENUM

enum { TEXT_PATTERNS_MAX = 128, TEXT_CODE_SIZE = 64 };

struct text_pattern {
    enum text_type type;
    char code[TEXT_CODE_SIZE]; /* the constant one, or "" */
    bool front;                /* takes the front of a line, not all of it */
    pcre2_code *compiled;
    /* The table of named groups: `group_count` entries of `group_size` bytes, each a number in two
     * bytes and a terminated name. */
    const unsigned char *groups;
    uint32_t group_count, group_size;
};

struct text_patterns {
    struct text_pattern at[TEXT_PATTERNS_MAX];
    size_t count;
    struct buffer defined; /* what stands before each pattern: `(?(DEFINE)(?<name>...))` */
    bool separates[256], stripped[256];
    pcre2_match_context *limits;
};

/* The name of a type, for as long as the program runs. */
const char *text_type_name(enum text_type type);

#endif
