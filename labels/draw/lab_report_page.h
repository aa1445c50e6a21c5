/* The pages of a laboratory report, put on a surface (lab_report.h). */
#ifndef PHIAL_LABELS_DRAW_LAB_REPORT_PAGE_H
#define PHIAL_LABELS_DRAW_LAB_REPORT_PAGE_H

#include "labels/draw/lab_report.h"
#include "labels/draw/pdf_pages.h"
#include "labels/draw/words.h"

#define LAB_REPORT_WIDTH PDF_LETTER_WIDTH
#define LAB_REPORT_HEIGHT PDF_LETTER_HEIGHT

struct lab_pages {
    struct words words, unseen; /* unseen: where nothing is kept, to measure */
    const struct lab_report *report;
    unsigned page, pages; /* the one that is being written, of how many (0: not known yet) */
};

/* Writes all pages; `page` is then how many there were. */
void lab_pages_write(struct lab_pages *p);

#endif
