/*
 * What a clinic keeps in a drawer for the day the machine is down, as PDF on US Letter: labels with
 * numbers that were given out beforehand, and a form to write on.
 *
 * Labels stand on the grid of 30 that office shops sell (1 × 2 5/8 inch, three columns, ten rows).
 * Each number has two: one for the tube, one for the form. Print without scaling.
 */
#ifndef PHIAL_LABELS_DRAW_PAPER_SHEET_H
#define PHIAL_LABELS_DRAW_PAPER_SHEET_H

#include "core/base/buffer.h"
#include "labels/draw/label.h"

enum { PAPER_SHEET_PDF = 4 * 1024 * 1024 };

struct paper_sheet {
    const char *site;           /* the laboratory's name */
    const char *told;           /* "Sheet 12, printed 03/12/2026 09:41 by Maria" */
    const char *mark;           /* "PRACTICE", "NOT REAL" or "" */
    const char *const *numbers; /* accessions */
    size_t number_count;
    const char *const *tests; /* the menu, by name; what has no room is "Other: ____" */
    size_t test_count;
};

/* Appends the PDF: the labels, then one form. ERROR_BAD_INPUT: no number, or one that is none. */
enum error paper_sheet_draw(struct label_drawer *drawer, const struct paper_sheet *sheet,
                            struct buffer *out, struct complaint *why);

#endif
