/*
 * The laboratory's report of an order, as PDF on US Letter: what a provider keeps on paper.
 *
 * It has every element of 42 CFR 493.1291(c) and (d): who, where it was done, when it was reported,
 * which test, of which source, the result with its unit, what was wrong with the specimen, and the
 * reference interval. lab_report_lint names the first one that is missing, and nothing is drawn
 * without it: a report that lacks one does not exist. Times are texts as people here write them.
 */
#ifndef PHIAL_LABELS_DRAW_LAB_REPORT_H
#define PHIAL_LABELS_DRAW_LAB_REPORT_H

#include "core/base/buffer.h"
#include "labels/draw/label.h"

enum { LAB_REPORT_NOTES = 24, LAB_REPORT_PDF = 4 * 1024 * 1024 };

/* Where tests were done: this laboratory, or one that it sends to. */
struct lab_report_place {
    const char *name, *address, *clia, *phone;
};

struct lab_report_specimen {
    const char *number;    /* the accession */
    const char *source;    /* its type, and the site of the body where it matters */
    const char *container; /* or "" */
    const char *collected, *received;
    const char *condition; /* and what became of it when it was not acceptable */
};

struct lab_report_result {
    const char *test; /* as it was ordered; "" when it was not */
    const char *name; /* what was measured */
    const char *value, *unit;
    bool needs_unit;       /* the test is one with a unit, and the value is a number */
    const char *flag;      /* its letters, or "" */
    const char *reference; /* the interval, or the words that there is none */
    const char *measured;  /* when */
    const char *corrected; /* what it was, who changed it, when and why; "" when it never changed */
    size_t specimen, place;
    const char *notes[LAB_REPORT_NOTES];
    size_t note_count;
};

struct lab_report_signature {
    const char *person, *meaning, *at, *note;
    bool current; /* of the results as they are printed here */
};

struct lab_report {
    const char *family, *given, *mrn, *birth_date, *sex;
    const char *restated;  /* what of these was put right after it was signed; or "" */
    const char *mrn_now;   /* by which the patient is found now, or "": at the foot when another */
    const char *requester; /* the provider's NPI, address, telephone; or "" */
    const char *order, *provider, *ordered, *status; /* status: "FINAL", "PRELIMINARY: ..." */
    const char *reported;                            /* the date of the report */
    const char *director;
    const char *printed;                   /* by whom and when */
    const char *mark;                      /* across each page: "PRACTICE", or "" */
    const struct lab_report_place *places; /* the first is this laboratory */
    size_t place_count;
    const struct lab_report_specimen *specimens;
    size_t specimen_count;
    const struct lab_report_result *results;
    size_t result_count;
    const struct lab_report_signature *signatures;
    size_t signature_count;
    const char *const *not_done; /* ordered tests without a result */
    size_t not_done_count;
    const char *const *remarks; /* about the whole */
    size_t remark_count;
    bool corrected;
};

/* ERROR_BAD_INPUT with a sentence that names what is missing, where the law asks for it, and who
 * can put it right. */
enum error lab_report_lint(const struct lab_report *r, struct complaint *why);

/* Appends the PDF; refuses what the lint refuses. */
enum error lab_report_draw(struct label_drawer *drawer, const struct lab_report *r,
                           struct buffer *out, struct complaint *why);

#endif
