/*
 * What a label stock offers and where things stand on it, in millimetres; one row each.
 *
 * Sources: domain.md 3.4 (2 × 1 inch and its field order, X at least 0.25 mm, bars at least 10 mm
 * high there, quiet zones of ten modules), ISO/IEC 15417 4.3.2 (quiet zone 10 X), ISO/IEC 16022
 * (one cell around the matrix).
 */
#ifndef PHIAL_LABELS_DRAW_STOCK_H
#define PHIAL_LABELS_DRAW_STOCK_H

#include "labels/draw/label.h"

struct stock_row {
    double top, bottom, em, least;
};

struct stock {
    const char *id;
    double width, height;
    double left, right; /* margins of text */
    double bars_top, bars_height;
    double cell;         /* of the matrix, rounded to whole dots */
    double matrix_right; /* from the matrix to the label's right edge */
    bool full;           /* all fields, or name, birth date and accession only */
    struct stock_row name, second, third, fourth; /* a row the stock lacks is zero */
};

const struct stock *stock_of(enum label_stock stock);

#endif
