/*
 * Rows of a label: cells side by side, made to fit.
 *
 * A row gives its cells their natural width while there is room, then makes its text smaller down
 * to `least`, and then cuts the cells that may be cut, the widest first, with "…". Height: text
 * whose ink is higher than the row is made smaller until it is not.
 */
#ifndef PHIAL_LABELS_DRAW_LAYOUT_H
#define PHIAL_LABELS_DRAW_LAYOUT_H

#include "labels/draw/scene.h"

enum { ROW_CELLS = 4 };

struct row {
    double left, right, top, bottom; /* in dots: no ink leaves this box */
    double em, least;                /* size of the text: usual, and the smallest */
};

enum cell_cut {
    CELL_WHOLE,   /* never cut */
    CELL_CUT_END, /* cut at the end of the text */
    CELL_CUT_MIDDLE,
    CELL_NAME /* the name's own rule: given before family */
};

struct cell {
    char *text;  /* owned, cleaned; empty cells take no room */
    char *given; /* CELL_NAME only: `text` is the family name */
    enum cell_cut cut;
    bool bold, plate, at_right;
};

/* Puts the cells into the scene, left to right. */
enum error row_lay_out(struct scene *scene, const struct label_drawer *drawer, enum font_use use,
                       const struct row *row, const struct cell *cells, size_t count);

/* The name in `em` as a layout not wider than `width`: LAST, FIRST MIDDLE; with initials for what
 * follows the first given name; with the given names cut; with the family name cut. */
PangoLayout *name_fit(const struct label_drawer *drawer, enum font_use use, const char *family,
                      const char *given, bool bold, double em, double width);

/* The width a layout's ink and advance take together, in dots. */
double layout_width(PangoLayout *layout);

#endif
