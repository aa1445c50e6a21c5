/*
 * What one message to a health record says: an order with its results, as plain values.
 *
 * core/store gathers it (core/store/exchange.h), core/exchange writes it as HL7. Texts are never
 * NULL ("" is not known) and borrowed; times are milliseconds since 1970, 0 when not known. A
 * device's own time stays text, for it names no zone: 2026-03-14T09:54:00.
 */
#ifndef PHIAL_CORE_MODEL_EXCHANGE_H
#define PHIAL_CORE_MODEL_EXCHANGE_H

#include "core/base/span.h"

/* How far a result, and by it a report, stands (HL7 tables 0085 and 0123), the strongest last.
 * WRONG: what was sent belongs to another patient; NOT_DONE: there will be no value. */
#define EXCHANGE_STATUS_TABLE(X)                                                                   \
    X(PRELIMINARY, 'P')                                                                            \
    X(FINAL, 'F')                                                                                  \
    X(NOT_DONE, 'X')                                                                               \
    X(CORRECTED, 'C')                                                                              \
    X(WRONG, 'W')
#define EXCHANGE_STATUS_ENUM(name, letter) EXCHANGE_##name,
enum exchange_status { EXCHANGE_STATUS_TABLE(EXCHANGE_STATUS_ENUM) EXCHANGE_STATUS_COUNT };
#undef EXCHANGE_STATUS_ENUM

enum { EXCHANGE_PREVIOUS = 8 }; /* earlier values told of one result */

struct exchange_person {
    const char *npi, *login, *name, *credential;
};

/* A laboratory: the site, or a reference laboratory that measured. */
struct exchange_place {
    const char *name, *address, *clia, *director;
};

/* An earlier value of a result that the health record has been sent. */
struct exchange_previous {
    const char *value, *unit;
    int64_t at; /* when it was filed here */
};

struct exchange_result {
    int64_t id; /* of the version here; 0: what a tracing says */
    const char *code, *loinc, *name;
    const char *value; /* verbatim; WRONG: as it was sent */
    const char *comparator, *number, *unit, *ucum;
    bool text;                /* the value is prose: an overread */
    const char *range, *flag; /* of the site's limits, else the device's; L H LL HH A AA N or "" */
    enum exchange_status status;
    const char *observed_at; /* by the device */
    const char *operator_name, *model, *serial;
    const char *comments; /* lines: of the device, and what the laboratory's rules said */
    struct exchange_place performed_by;
    struct exchange_previous previous[EXCHANGE_PREVIOUS];
    size_t previous_count;
    const char *correction_reason, *correction_by; /* "" when it was not corrected */
    int64_t corrected_at;
};

/* One ordered test with its specimen and results. */
struct exchange_panel {
    const char *code, *loinc, *name;
    unsigned place; /* from 1, in the order; the same in every message */
    bool ekg;
    /* The specimen; all "" or 0 when there is none (an EKG). */
    const char *accession, *specimen_type, *specimen_site, *container, *condition;
    const char *collector, *fasting, *collection_note;
    int64_t collected_at, received_at;
    int64_t recorded_at;   /* of an EKG: when it came */
    const char *rejected;  /* why the specimen was rejected, or "" */
    const char *cancelled; /* why there will be no result, or "" */
    const struct exchange_result *results;
    size_t result_count;
};

/* A critical value was told to somebody, who read it back. */
struct exchange_call {
    const char *to, *credential, *value, *by;
    int64_t at;
};

struct exchange_report {
    const char *mrn, *family, *given, *birth_date, *sex;
    const char *order, *placer; /* ours; the health record's own, given back exactly */
    const char *priority, *reason, *icd10;
    struct exchange_person provider;
    struct exchange_place site;
    int64_t reported_at; /* when it came to stand as it is: signed, else the newest result */
    struct exchange_person signer; /* name "" when nobody has signed it as it is */
    const char *signature;         /* what the signature means, in words */
    const struct exchange_call *calls;
    size_t call_count;
    const struct exchange_panel *panels;
    size_t panel_count;
};

/* 'P', 'F', 'X', 'C', 'W'. */
char exchange_status_letter(enum exchange_status status);
/* How an ordered test stands (OBR-25), and the report as a whole: corrected when the health record
 * has been sent anything that does not stand any more, wrong when nothing else is left, preliminary
 * when anything is. */
enum exchange_status exchange_panel_status(const struct exchange_panel *panel);
enum exchange_status exchange_report_status(const struct exchange_report *report);

#endif
