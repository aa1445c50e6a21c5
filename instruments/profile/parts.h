/*
 * What a parsed profile is made of. For this folder only.
 *
 * Invariant: everything a struct profile points to lives in its own arena or is a constant of the
 * program, and nothing changes after profile_parse.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_PARTS_H
#define PHIAL_INSTRUMENTS_PROFILE_PARTS_H

#include "instruments/profile/profile.h"

/* The places a profile can name, with the keys of its section [paths]. WHERE says to whom the text
 * belongs: the record or the single result. */
#define PROFILE_PLACES(X)                                                                          \
    X(MODEL, "model")                                                                              \
    X(SERIAL, "serial")                                                                            \
    X(SOFTWARE, "software")                                                                        \
    X(SENT_AT, "sent_at")                                                                          \
    X(SPECIMEN, "specimen")                                                                        \
    X(PATIENT_ID, "patient_id")                                                                    \
    X(PATIENT_NAME, "patient_name")                                                                \
    X(PATIENT_BIRTH_DATE, "patient_birth_date")                                                    \
    X(PATIENT_SEX, "patient_sex")                                                                  \
    X(OPERATOR, "operator")                                                                        \
    X(RUN, "run")                                                                                  \
    X(QUERY_SPECIMEN, "query_specimen")                                                            \
    X(QUERY_PATIENT, "query_patient")                                                              \
    X(CODE, "code")                                                                                \
    X(LOINC, "loinc")                                                                              \
    X(NAME, "name")                                                                                \
    X(VALUE, "value")                                                                              \
    X(UNIT, "unit")                                                                                \
    X(FLAGS, "flags")                                                                              \
    X(RANGE, "range")                                                                              \
    X(STATUS, "status")                                                                            \
    X(OBSERVED_AT, "observed_at")                                                                  \
    X(LOT, "lot")                                                                                  \
    X(COMMENT, "comment")

#define PROFILE_PLACE_ENUM(name, key) PROFILE_PLACE_##name,
enum profile_place { PROFILE_PLACES(PROFILE_PLACE_ENUM) PROFILE_PLACE_COUNT };
#undef PROFILE_PLACE_ENUM

/* What a table cannot say, each with its name in a profile's `quirk` line (DESIGN 5). */
#define PROFILE_QUIRKS(X)                                                                          \
    /* Contour meters send one header and then results of any number of people, without orders */  \
    X(RESULT_IS_RECORD, "result-is-record")                                                        \
    /* ... and put several markers into one field: `>/A/M0` (devices.md 3.17) */                   \
    X(MARKERS_BY_SLASH, "markers-by-slash")                                                        \
    /* Afinion repeats the patient's number as the operator where a site keys one number into      \
     * every field (devices.md 3.5): such an operator is not known */                              \
    X(OPERATOR_REPEATS_PATIENT, "operator-repeats-patient")

#define PROFILE_QUIRK_ENUM(name, key) PROFILE_QUIRK_BIT_##name,
enum { PROFILE_QUIRKS(PROFILE_QUIRK_ENUM) PROFILE_QUIRK_COUNT };
#undef PROFILE_QUIRK_ENUM
#define PROFILE_QUIRK_ENUM(name, key) PROFILE_QUIRK_##name = 1 << PROFILE_QUIRK_BIT_##name,
enum profile_quirk { PROFILE_QUIRKS(PROFILE_QUIRK_ENUM) };
#undef PROFILE_QUIRK_ENUM

enum {
    PROFILE_PATHS_MAX = 8, /* alternatives of one place */
    PROFILE_TERMS_MAX = 4, /* terms of one condition */
    PROFILE_RECOGNISE_MAX = 4,
};

/* The records that paths are looked up in: the newest of each type, or NULL. */
#define PROFILE_CONTEXT_LETTERS "HPORCQ"
enum { PROFILE_H, PROFILE_P, PROFILE_O, PROFILE_R, PROFILE_C, PROFILE_Q, PROFILE_CONTEXT_TYPES };
struct profile_context {
    const struct message_record *at[PROFILE_CONTEXT_TYPES];
    unsigned query_repeat; /* which repeat of a Q record's fields is meant, from 1; 0 as 1 */
};

/* `O.24.2`, `H.5[3].2` in the third repeat; component 0 is the whole field or repeat. */
struct profile_path {
    unsigned record; /* of PROFILE_H ... */
    unsigned field, component;
    unsigned repeat; /* from 1; 0 when the path does not say */
};

/* Alternatives, tried in order: the first that is not blank is taken. */
struct profile_paths {
    struct profile_path at[PROFILE_PATHS_MAX];
    size_t count;
};

enum profile_test {
    PROFILE_TEST_EQUAL,
    PROFILE_TEST_DIFFERENT,
    PROFILE_TEST_CONTAINS,
    PROFILE_TEST_STARTS,
    PROFILE_TEST_HAS /* one of the field's repeats, or markers, is that text */
};

struct profile_term {
    struct profile_path path;
    enum profile_test test;
    const char *text;
};

/* All terms hold. */
struct profile_condition {
    struct profile_term terms[PROFILE_TERMS_MAX];
    size_t count;
    enum record_kind kind; /* what it means, in section [kinds] */
};

/* A line of [flags]: what a marker of the device means. */
struct profile_flag {
    const char *vendor;
    const char *flag;    /* the flag of LIS02 R-7, or NULL ... */
    const char *comment; /* ... when it is a comment */
};

struct profile_unit {
    const char *vendor, *ucum;
};

struct profile {
    struct arena arena;
    const char *id, *maker, *model, *link, *message;
    enum profile_maturity maturity;
    struct profile_line_settings line;
    struct link_options link_options;
    struct profile_usb_id *usb;
    size_t usb_count;
    const char *delimiters; /* of the host's own messages, "|\\^&" */
    unsigned quirks;        /* of enum profile_quirk */
    struct profile_paths places[PROFILE_PLACE_COUNT];
    struct profile_condition *kinds;
    size_t kind_count;
    struct profile_condition recognise[PROFILE_RECOGNISE_MAX]; /* one of them holds */
    size_t recognise_count;
    struct profile_analyte *analytes;
    size_t analyte_count;
    struct profile_unit *units;
    size_t unit_count;
    struct profile_flag *flags;
    size_t flag_count;
};

/* Reads such a path; ERROR_BAD_INPUT when it is none. */
enum error profile_path_parse(const char *text, struct profile_path *out);
/* The text at a path, in plain UTF-8, in the arena or in the message; "" when it is not there or
 * memory is out. A whole field of one component is unescaped; otherwise it is as sent, repeats and
 * all. */
const char *profile_path_text(const struct profile_path *path,
                              const struct profile_context *context, struct arena *arena);
/* A name: components joined by `^`, without empty ones at the end. */
const char *profile_path_name(const struct profile_path *path,
                              const struct profile_context *context, struct arena *arena);
/* The first alternative of a place that is not blank, or "". */
const char *profile_place_text(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena);
/* The same for a name. */
const char *profile_place_name(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena);
/* Whether all terms hold. A condition without terms never does. */
bool profile_condition_holds(const struct profile *p, const struct profile_condition *condition,
                             const struct profile_context *context, struct arena *arena);

/* The field's repeats, and at quirk MARKERS_BY_SLASH their parts, that are not blank. */
struct text_list profile_place_list(const struct profile *p, const struct profile_path *path,
                                    const struct profile_context *context, struct arena *arena);

/* Plain text of a message's text: control characters (from escapes) become U+FFFD. At most
 * LIMIT_TEXT bytes, cut between characters. "" when memory is out. */
const char *profile_plain(const char *text, struct arena *arena);
bool profile_blank(const char *text);

#endif
