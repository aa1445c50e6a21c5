/*
 * An EKG drawn as on paper: one layout (tracing_sheet.h), written as SVG for the page and as PDF to
 * sign and to print.
 *
 * What is drawn is what the cart sent: every sample of the seconds shown, joined to the next one by
 * a straight line, nothing between leads, nothing over a gap, no filter, no smoothing, nothing left
 * out. A lead that was not recorded has its name and the words "not recorded". A voltage beyond
 * its row runs over the neighbour's, as on paper; it is never cut. Both writers put every point on
 * the same hundredth of a millimetre.
 *
 * The SVG needs no script, no style, no font of ours and no network: presentation attributes only.
 * It is meant for <img> (two on one page do not share names then). The same input gives the same
 * bytes, in both formats: there is no clock in them.
 */
#ifndef PHIAL_LABELS_DRAW_TRACING_H
#define PHIAL_LABELS_DRAW_TRACING_H

#include "core/model/ecg.h"
#include "labels/draw/label.h"

/* What a signature binds; it changes whenever the drawing does. */
#define TRACING_RENDERER "phial-tracing-1"

/* 3x4: three rows of four columns of 2.5 s and a rhythm strip of 10 s (lead II, or the first lead
 * that was recorded); 6x2: six rows of two columns of 5 s; 12x1: twelve rows of 10 s. */
#define TRACING_LAYOUT_TABLE(X)                                                                    \
    X(3X4, "3x4")                                                                                  \
    X(6X2, "6x2")                                                                                  \
    X(12X1, "12x1")

#define TRACING_LAYOUT_ENUM(name, id) TRACING_##name,
enum tracing_layout { TRACING_LAYOUT_TABLE(TRACING_LAYOUT_ENUM) TRACING_LAYOUT_COUNT };
#undef TRACING_LAYOUT_ENUM

/* Cabrera: aVL, I, -aVR, II, aVF, III; -aVR is aVR drawn upside down and named so. */
enum tracing_order { TRACING_STANDARD, TRACING_CABRERA, TRACING_ORDER_COUNT };

struct tracing_view {
    enum tracing_layout layout;
    enum tracing_order order;
    unsigned speed; /* mm/s: 25 or 50 */
    unsigned gain;  /* mm/mV: 5, 10 or 20 */
    unsigned from;  /* the first second shown of a longer recording, usually 0 */
};

enum {
    TRACING_SECONDS = 10,   /* what a sheet shows */
    TRACING_VIEW_TEXT = 48, /* room for tracing_view_text, with its terminator */
    TRACING_SVG_MAX = 4 * 1024 * 1024
};

/* 3x4 standard, 25 mm/s, 10 mm/mV, from the beginning. */
struct tracing_view tracing_view_usual(void);

/* "3x4" "6x2" "12x1"; "standard" "cabrera"; "25" "50"; "5" "10" "20"; "0" to "3600". Each sets its
 * member of `view`; ERROR_NOT_FOUND for another text changes nothing. */
enum error tracing_layout_parse(const char *text, struct tracing_view *view);
enum error tracing_order_parse(const char *text, struct tracing_view *view);
enum error tracing_speed_parse(const char *text, struct tracing_view *view);
enum error tracing_gain_parse(const char *text, struct tracing_view *view);
enum error tracing_from_parse(const char *text, struct tracing_view *view);

/* "3x4 standard 25 10", and " from 10" behind it when it is not 0: the `layout` of a signature. */
void tracing_view_text(struct tracing_view view, char out[TRACING_VIEW_TEXT]);
/* The reverse: to draw again what was signed. ERROR_NOT_FOUND. */
enum error tracing_view_parse(const char *text, struct tracing_view *out);

/* Whether there is anything to draw: a PDF's record has no leads. */
bool tracing_drawable(const struct ecg *ecg);

/* The sheet in millimetres, as the SVG says it in width and height (265 mm wide in every view; at
 * 50 mm/s two strips below each other). */
void tracing_size(struct tracing_view view, double *width, double *height);

/* Appends the SVG to `out`, whose maximum should be TRACING_SVG_MAX. `ecg` has been through
 * ecg_complete. `caption` is written over the tracing, such as whose it is; "" or NULL: nothing.
 * ERROR_BAD_INPUT: no leads, or a view that is none; ERROR_TOO_BIG: more samples in ten seconds
 * than TRACING_SVG_MAX holds. */
enum error tracing_draw_svg(const struct ecg *ecg, struct tracing_view view, const char *caption,
                            struct buffer *out, struct complaint *why);

/* A signed overread. Texts are UTF-8, NULL counts as ""; times are the site's own, as a person
 * reads them. */
struct tracing_overread {
    const char *opinion;           /* "agree", "change" or "disagree" */
    const char *reading;           /* the provider's own words */
    const char *person;            /* "Dana Whitfield, NP (provider)" */
    const char *meaning;           /* of the signature */
    const char *signed_at;         /* "03/12/2026 09:52 EST" */
    const char *original;          /* SHA-256 of the cart's file, 64 hex */
    const char *picture;           /* SHA-256 of the PDF shown before signing */
    const char *renderer, *layout; /* as they were signed */
};

/* What a report says beside the record itself: as whose it was ordered. NULL counts as "". */
struct tracing_report {
    const char *family, *given; /* of the ordered patient, in any script */
    const char *birth_date;     /* yyyy-mm-dd */
    const char *sex, *mrn;
    const char *order, *provider, *reason; /* the order's number, by whom, why */
    const char *site;                      /* the clinic */
    const char *received_at;               /* the site's own time */
    const char *tied;     /* "two identifiers confirmed by Maria L. 03/12/2026 09:47" */
    const char *original; /* SHA-256 of the cart's file, 64 hex */
    const struct tracing_overread *overread; /* NULL: not signed */
};

/* Appends the report to `out`, whose maximum should be LIMIT_ECG_PDF: US Letter, landscape. The
 * tracing at its true size, one page (at 50 mm/s two); with an overread one more, the signature
 * page; the pages before it are the same with and without. A record without leads (a PDF) has the
 * signature page only, and needs an overread. */
enum error tracing_draw_pdf(struct label_drawer *drawer, const struct ecg *ecg,
                            struct tracing_view view, const struct tracing_report *report,
                            struct buffer *out, struct complaint *why);

#endif
