/*
 * What a parsed profile is made of. For this folder only.
 *
 * Invariant: everything a struct profile points to lives in its own arena or is a constant of the
 * program, except the compiled patterns, which profile_free gives back; and nothing changes after
 * profile_parse.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_PARTS_H
#define PHIAL_INSTRUMENTS_PROFILE_PARTS_H

#include "instruments/profile/format.h"
#include "instruments/profile/profile.h"

/* The places a profile can name, with the keys of its section [paths]. */
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
    X(NUMBER, "number")                                                                            \
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
    X(OPERATOR_REPEATS_PATIENT, "operator-repeats-patient")                                        \
    /* Sysmex fills specimen number, patient and model to a fixed width: the blanks around them    \
     * are no part of them */                                                                      \
    X(PADDED_FIELDS, "padded-fields")                                                              \
    /* The cobas liat sends each analyte twice (devices.md 3.11): the one that [skip] leaves out   \
     * says when and by whom, the one behind it what */                                            \
    X(TWIN_SAYS_WHEN, "twin-says-when")                                                            \
    /* A printer-like device without numbers: only that a test comes again says that another       \
     * report begins, where no silence is between them */                                          \
    X(CODE_BEGINS_RECORD, "code-begins-record")

#define PROFILE_QUIRK_ENUM(name, key) PROFILE_QUIRK_BIT_##name,
enum { PROFILE_QUIRKS(PROFILE_QUIRK_ENUM) PROFILE_QUIRK_COUNT };
#undef PROFILE_QUIRK_ENUM
#define PROFILE_QUIRK_ENUM(name, key) PROFILE_QUIRK_##name = 1 << PROFILE_QUIRK_BIT_##name,
enum profile_quirk { PROFILE_QUIRKS(PROFILE_QUIRK_ENUM) };
#undef PROFILE_QUIRK_ENUM

enum {
    PROFILE_FORMATS_MAX = 2, /* that one device may be set to */
    PROFILE_PATHS_MAX = 8,   /* alternatives of one place */
    PROFILE_TERMS_MAX = 4,   /* terms of one condition */
    PROFILE_RECOGNISE_MAX = 8,
    PROFILE_TYPES_MAX = 32, /* record types that one profile mentions */
};

/* A record type that the profile mentions. Its index is its place in a context. */
struct profile_type {
    const char *name;
    enum profile_role role;
    bool fills; /* a path that fills a record, not a result, leads there */
};

/* The records that paths are looked up in: of each type that the profile mentions the newest, or
 * NULL. */
struct profile_context {
    const struct message_record *at[PROFILE_TYPES_MAX];
    const struct message_record *first; /* of the message */
    const struct message_record *query; /* the one that is being read, or NULL ... */
    unsigned query_repeat; /* ... and which repeat of its fields is meant, from 1; 0 as 1 */
};

/* A PCRE2 pattern, compiled; given back by profile_free. */
struct profile_pattern;

/* `O.24.2`, `H.5[3].2`, `PT.patient_id`, `OBS.value.U`, `SPM.2.1.2`, `NTE.3/Run=([^;]*)/`. */
struct profile_path {
    unsigned type;              /* index of the profile's types */
    unsigned field;             /* from 1; 0 when it is named */
    const char *field_name;     /* NULL when it is numbered */
    unsigned repeat;            /* from 1; 0 when the path does not say */
    unsigned component;         /* from 1; 0 when named, or the whole field or repeat is meant */
    const char *component_name; /* NULL when it is numbered or not said */
    unsigned subcomponent;      /* from 1, apart by `&`; 0 when not said */
    const struct profile_pattern *pattern; /* what of the text is meant; NULL for all of it */
    bool joined; /* `a+b`: this text stands behind the one before, after a blank */
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
    PROFILE_TEST_HAS, /* one of the field's repeats, or markers, is that text */
    PROFILE_TEST_MATCHES,
    PROFILE_TEST_BLANK,
    PROFILE_TEST_GIVEN
};

struct profile_term {
    struct profile_path path;
    enum profile_test test;
    const char *text;
    const struct profile_pattern *pattern; /* of MATCHES */
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

/* A line of [structure]: what records of a type are, whatever the format says. */
struct profile_structure {
    const char *type;
    enum profile_role role;
};

/* A line of [template]: what the simulator sends. */
enum profile_template_when {
    PROFILE_TEMPLATE_ONCE,
    PROFILE_TEMPLATE_PATIENT,
    PROFILE_TEMPLATE_QC,
    PROFILE_TEMPLATE_RESULT
};
struct profile_template {
    enum profile_template_when when;
    const char *text; /* with escapes resolved; `{specimen}` and the like stand for values */
};

struct profile {
    struct arena arena;
    const char *id, *maker, *model, *link, *message;
    const struct profile_format *formats[PROFILE_FORMATS_MAX]; /* the first is what it composes */
    size_t format_count;
    enum profile_maturity maturity;
    struct profile_line_settings line;
    struct link_options link_options;
    struct profile_usb_id *usb;
    size_t usb_count;
    const char *delimiters; /* of the host's own messages, "|\\^&" */
    unsigned quirks;        /* of enum profile_quirk */
    struct profile_type types[PROFILE_TYPES_MAX];
    size_t type_count;
    struct profile_paths places[PROFILE_PLACE_COUNT];
    struct profile_condition *kinds;
    size_t kind_count;
    struct profile_condition *skips; /* results that are none */
    size_t skip_count;
    struct profile_condition recognise[PROFILE_RECOGNISE_MAX]; /* one of them holds */
    size_t recognise_count;
    struct profile_analyte *analytes;
    size_t analyte_count;
    struct profile_unit *units;
    size_t unit_count;
    struct profile_flag *flags;
    size_t flag_count;
    struct profile_waiver *waivers;
    size_t waiver_count;
    const char **times; /* as strptime reads them */
    size_t time_count;
    struct profile_structure *structure;
    size_t structure_count;
    struct profile_template *template;
    size_t template_count;
    struct text_patterns *patterns;   /* of format text; NULL otherwise */
    struct profile_pattern *compiled; /* all of them, linked */
};

/* The index of a type that the profile mentions, or PROFILE_TYPES_MAX. */
size_t profile_type_index(const struct profile *p, const char *name);
/* What a record of that type is in one of the profile's formats. */
enum profile_role profile_role_of(const struct profile *p, const struct profile_format *format,
                                  const char *type);
/* The format of the profile that has records of that type. */
const struct profile_format *profile_format_of(const struct profile *p, const char *type);
/* Decodes the first message of a text by that of the profile's formats which it is in. */
enum error profile_read_message(const struct profile *p, struct span text, struct arena *arena,
                                const struct profile_format **format, struct message *out,
                                size_t *used, struct complaint *why);
/* The text without what may stand between two messages. */
struct span profile_skip_gap(const struct profile *p, struct span text);

/* Reads such a path and notes its record type. ERROR_BAD_INPUT when it is none; `why` is filled
 * when there is more to say. */
enum error profile_path_parse(struct profile *p, const char *text, struct profile_path *out,
                              struct complaint *why);
/* The text at a path, in plain UTF-8, in the arena or in the message; "" when it is not there or
 * memory is out. A whole field of one component is unescaped; otherwise it is as sent, repeats and
 * all. */
const char *profile_path_text(const struct profile_path *path,
                              const struct profile_context *context, struct arena *arena);
/* The field that a path leads to, or NULL. */
const struct message_field *profile_path_field(const struct profile_path *path,
                                               const struct profile_context *context);
/* The first alternative of a place that is not blank, or "". */
const char *profile_place_text(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena);
/* The same for a name: components joined by `^`, without empty ones at the end. */
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

/* Compiles a pattern into the profile. ERROR_BAD_INPUT with what is wrong with it in `why`. */
enum error profile_pattern_compile(struct profile *p, const char *text,
                                   const struct profile_pattern **out, struct complaint *why);
void profile_patterns_free(struct profile *p);
bool profile_pattern_matches(const struct profile_pattern *pattern, const char *text);
/* What its first group took, or all it matched when it has none; "" when it does not match. */
const char *profile_pattern_take(const struct profile_pattern *pattern, const char *text,
                                 struct arena *arena);

#endif
