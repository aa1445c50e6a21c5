/*
 * The record tree: what one message of an instrument means, before anybody decides whose it is.
 *
 * A profile makes it out of a message (instruments/profile); core judges it (core/rules); `phial
 * decode` prints it (DESIGN 6). All text is terminated, valid UTF-8 and never NULL: what is not
 * known is "". Values stand as sent; beside them what was read from them. A record and everything
 * it points to lives in the arena that it was decoded into.
 */
#ifndef PHIAL_CORE_MODEL_RECORD_H
#define PHIAL_CORE_MODEL_RECORD_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

/* Whom a record is about, in the order that a clinic cares. */
#define RECORD_KIND_TABLE(X)                                                                       \
    X(PATIENT, "patient")                                                                          \
    X(QC, "qc")                                                                                    \
    X(CALIBRATION, "calibration")                                                                  \
    X(QUERY, "query")                                                                              \
    X(SERVICE, "service")                                                                          \
    X(INCOMPLETE, "incomplete")

#define RECORD_KIND_ENUM(name, text) RECORD_##name,
enum record_kind { RECORD_KIND_TABLE(RECORD_KIND_ENUM) RECORD_KIND_COUNT };
#undef RECORD_KIND_ENUM

/* A list of texts in the arena. */
struct text_list {
    const char **at;
    size_t count;
};

struct record_result {
    const char *code;  /* the vendor's code, as sent */
    const char *loinc; /* by the profile's analyte map; "" when unmapped */
    const char *name;
    const char *value;      /* as sent, to the byte: `1.020`, `>=1000`, `--- ` */
    const char *comparator; /* `<`, `<=`, `>`, `>=` or "" */
    const char *number; /* decimal digits as sent without the comparator; "" when not a number */
    const char *unit;   /* as sent */
    const char *ucum;   /* by the profile's unit map; "" when unknown */
    struct text_list flags;  /* LIS02 R-7, as sent: L H LL HH < > N A U D B W */
    const char *range;       /* the device's own, as sent */
    const char *status;      /* LIS02 R-9: F C P X I S M R N Q V W */
    const char *observed_at; /* device time, `2024-12-06T14:06:15`, no zone unless sent */
    const char *lot;
    struct text_list comments;
};

struct record {
    enum record_kind kind;
    const char *profile;
    const char *model, *serial, *software; /* of the instrument, as sent */
    const char *specimen;                  /* as sent, to the byte: matching is exact */
    const char *patient_id, *patient_name, *patient_birth_date, *patient_sex;
    const char *operator_id;
    const char *run;
    const char *sent_at;
    const char *looks_like; /* another instrument whose message this seems to be; "" when it fits */
    struct record_result *results;
    size_t result_count;
    struct text_list complaints; /* sentences: what could not be read, what does not fit */
};

const char *record_kind_text(enum record_kind kind);
enum error record_kind_parse(const char *text, enum record_kind *out);

/* Every text "", every list empty, kind INCOMPLETE. */
void record_init(struct record *r);
/* The same for one result. */
void record_result_init(struct record_result *r);

/* Appends one JSON object in the shape of DESIGN 6, on one line, without a line end. */
enum error record_to_json(const struct record *r, struct buffer *out);

#endif
