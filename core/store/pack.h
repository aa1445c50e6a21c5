/*
 * The inspector's pack (domain.md 3.6): what auditors ask to see of a span of time, as one page
 * that opens offline, without a script or a server, and a CSV file beside it for each table. Every
 * number on the page is the number of rows of its file.
 *
 * A pack that is read through a covered connection names no patient.
 */
#ifndef PHIAL_CORE_STORE_PACK_H
#define PHIAL_CORE_STORE_PACK_H

#include "core/store/read.h"

/* id (the file's name, and PACK_<ID> of the queries), title, what it is for. */
#define PACK_TABLE(X)                                                                              \
    X(RESULTS, "results", "Results log",                                                           \
      "Every patient result of the span, with what it can be traced by.")                          \
    X(SPECIMENS, "specimens", "Specimens", "Every specimen that was collected in the span.")       \
    X(REJECTED, "rejected", "Rejected specimens",                                                  \
      "Those that could not be used, why, and what was asked for instead.")                        \
    X(CORRECTED, "corrected", "Corrected reports", "Both versions, why, and who was told.")        \
    X(CRITICALS, "criticals", "Critical calls", "To whom, what was read, what was read back.")     \
    X(REVIEWS, "reviews", "Signatures", "Who signed what, when, and with what meaning.")           \
    X(QC, "qc", "Quality control", "Runs, values, failures and what was done about them.")         \
    X(LOTS, "lots", "Lots", "Every lot on the books, its openings and its results.")               \
    X(TEMPERATURES, "temperatures", "Temperatures", "As written down in the span.")                \
    X(MAINTENANCE, "maintenance", "Maintenance", "What was done to instruments in the span.")      \
    X(CERTIFICATES, "certificates", "Operators", "Who may run which test, and until when.")        \
    X(SEND_OUTS, "send_outs", "Send-outs", "Manifests of the span, and what came back.")           \
    X(UNMATCHED, "unmatched", "Held and unmatched", "What was held, and what became of it.")       \
    X(OVERRIDES, "overrides", "Released by a person", "What a rule held and somebody released.")   \
    X(MENU, "menu", "Test menu", "As it stands.")                                                  \
    X(LIMITS, "limits", "Reference and critical limits", "Every version, and who signed it.")      \
    X(PEOPLE, "people", "People", "Everybody with access, and each change of a role.")             \
    X(SIGN_INS, "sign_ins", "Sign-ins", "And those that were refused, in the span.")               \
    X(VIEWS, "views", "Who saw what", "In the span.")                                              \
    X(REVEALS, "reveals", "Names asked for, emergency access", "In the span, with the reasons.")

#define PACK_ENUM(id, file, title, note) PACK_##id,
enum pack_section { PACK_TABLE(PACK_ENUM) PACK_COUNT };
#undef PACK_ENUM

/* On the page; the file holds them all. */
enum { PACK_PAGE_ROWS = 500 };

/* Where the files go. */
struct pack_sink {
    enum error (*file)(void *context, const char *name, struct span bytes);
    void *context;
};

/* What the page says of itself; texts may be "". */
struct pack_about {
    int64_t since, until, now;
    const char *from, *to; /* days, as asked for: the last one included */
    const char *by;        /* who takes it, and in which role */
    const char *site, *address, *clia, *certificate, *director;
    const char *custody; /* what verification said, or how to run it */
    bool covered, practice;
    /* "instrument | test | specimen | population | category | checked" each: what the profiles say
     * of the CLIA waiver. */
    const char *const *waivers;
    size_t waiver_count;
};

/* When the site's day (2026-03-14, in the zone that tzset was told) begins, `later` days on; false
 * when it is no day. */
bool pack_day_begins(const char *text, int later, int64_t *out);

enum error pack_make(struct store_reader *r, const struct pack_about *about,
                     const struct pack_sink *sink, struct complaint *why);

#endif
