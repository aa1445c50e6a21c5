/*
 * The pages of an EKG's report, all but its lines: who, when, what the cart measured and said, and
 * the signature (tracing.h). Millimetres on US Letter, landscape.
 */
#ifndef PHIAL_LABELS_DRAW_TRACING_REPORT_H
#define PHIAL_LABELS_DRAW_TRACING_REPORT_H

#include "labels/draw/tracing_sheet.h"
#include "labels/draw/words.h"

/* In tenths of a millimetre. */
enum {
    REPORT_WIDTH = 2794,
    REPORT_HEIGHT = 2159,
    REPORT_MARGIN = 72, /* left and right: between them the sheet fits exactly */
    REPORT_TOP = 75,
    REPORT_SHEET = 555, /* where the sheet begins */
    REPORT_BOTTOM = 2085,
    /* the frame around what the cart said */
    REPORT_FRAME_X = 1500,
    REPORT_FRAME_WIDTH = REPORT_WIDTH - REPORT_MARGIN - REPORT_FRAME_X,
    REPORT_FRAME_HEIGHT = REPORT_SHEET - REPORT_TOP - 25
};

struct report {
    struct words words;
    const struct ecg *ecg;
    const struct tracing_report *facts;
    struct tracing_view view;
    unsigned page; /* the one that is being written, from 1 */
};

/* A page of the tracing: head, what stands on the sheet's strip, foot. `sheet` NULL: none. */
void report_tracing_page(struct report *r, const struct sheet *sheet, int strip);
/* What the cart said in full, when the head had no room for it. Each ends with the page begun. */
bool report_statements_fit(const struct report *r);
void report_statement_pages(struct report *r);
void report_signature_pages(struct report *r);

#endif
