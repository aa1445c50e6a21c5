/*
 * The message formats: which decoder reads them, and what part their records play. For this folder.
 *
 * The engine (group.c) knows only the roles; no format has code of its own there.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_FORMAT_H
#define PHIAL_INSTRUMENTS_PROFILE_FORMAT_H

#include "instruments/message/message.h"

struct profile;
struct profile_answer;

enum profile_role {
    PROFILE_ROLE_OTHER,    /* kept as raw bytes; paths may lead there */
    PROFILE_ROLE_UNKNOWN,  /* of a type that the format does not have: a complaint */
    PROFILE_ROLE_LINE,     /* a line of a text report that no pattern takes: a complaint */
    PROFILE_ROLE_HEADER,   /* says who sends */
    PROFILE_ROLE_PATIENT,  /* closes what stands before */
    PROFILE_ROLE_SPECIMEN, /* opens a record when it stands before the first order, else a detail */
    PROFILE_ROLE_LEAD,     /* belongs to the order that follows, when one does before any result */
    PROFILE_ROLE_ORDER,    /* opens a record */
    PROFILE_ROLE_RESULT,
    PROFILE_ROLE_COMMENT, /* belongs to the result before it */
    PROFILE_ROLE_DETAIL,  /* belongs to the open record, though it may stand after its results */
    PROFILE_ROLE_QUERY,
    PROFILE_ROLE_END
};

struct profile_role_row {
    const char *type;
    enum profile_role role;
};

/* A record of a message that the simulator composes, in order. */
enum skeleton_when {
    SKELETON_ONCE,
    SKELETON_IF_FILLED, /* ... when a path of the profile leads there */
    SKELETON_RESULT,    /* for each result, followed by the rows of its comments */
    SKELETON_COMMENT
};
enum { SKELETON_PATIENT = 1, SKELETON_QC = 2, SKELETON_QUERY = 4, SKELETON_PUTS = 8 };
struct skeleton_row {
    const char *type;
    enum skeleton_when when;
    unsigned kinds;    /* SKELETON_PATIENT | ...: in which messages; 0 for all */
    const char *event; /* only in messages of this event (MSH.9.2); with `!` in any other */
    bool begins;       /* this record begins another message */
    bool fixed;        /* the profile has no say in it */
    /* Fields and what they say where the profile says nothing: `{number}` `{code}` `{type}`
     * `{sent_at}` `{run}` `{specimen}` stand for those texts. `~` in front: not cut at `^`. */
    struct {
        const char *field, *text;
    } put[SKELETON_PUTS];
};

struct profile_format {
    const char *name;
    const char *example; /* of paths, for a complaint */
    enum error (*decode)(const struct profile *p, struct span text, struct arena *arena,
                         struct message *out, size_t *used, struct complaint *why);
    const struct profile_role_row *roles; /* up to one without a type */
    /* Whether the message came to its end; NULL when the link sees to that. */
    bool (*ended)(const struct profile *p, const struct message *message);
    /* Whether a message only keeps the conversation going: no record, when the text holds more. */
    bool (*is_talk)(const struct message *message);
    /* Whether a message brings results, so that one without any was not understood. */
    bool (*is_report)(const struct message *message);
    /* What stands in for a header that was lost, and whether a text goes on without one. */
    const char *header;
    bool (*is_headless)(struct span text);
    /* The message tree as text, for simulators; NULL where a template says it. */
    enum error (*encode)(const struct profile *p, const struct message *message,
                         struct buffer *out);
    const char *main_component;          /* of named fields, where a path names none */
    const struct skeleton_row *skeleton; /* up to one without a type; NULL where [structure] or
                                            [template] says it */
    /* What the host says to a query; NULL when there is no such thing. */
    enum error (*answer)(const struct profile *p, const struct profile_answer *answer,
                         struct buffer *text);
    enum profile_role otherwise; /* what a type is that `roles` does not have */
    bool named;                  /* fields have names, not numbers */
    bool subcomponents;          /* components are cut at `&` once more */
    bool closed;                 /* only the types of `roles` may be named in a path */
    bool needs_patterns;
    bool iso_times;     /* else times are written as 20260312070000 */
    bool blanks_matter; /* a message may begin with blanks that say something */
    bool elsewhere;     /* read by a reader of its own: a profile says nothing of what is in it */
};

/* The format of that name, or NULL. */
const struct profile_format *profile_format_find(const char *name);
/* The names of all, for a complaint: "lis02, hl7, ...". */
const char *profile_format_names(void);
/* Whether the type is one that the format itself has. */
bool profile_format_has(const struct profile_format *format, const char *type);
/* All formats, from 0; NULL behind the last. */
const struct profile_format *profile_format_at(size_t index);
/* The text without line ends and blanks before it. */
struct span profile_format_skip_gap(struct span text);

#endif
