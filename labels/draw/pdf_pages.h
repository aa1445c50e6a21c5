/* A PDF of several pages of one size, drawn in millimetres into a buffer. */
#ifndef PHIAL_LABELS_DRAW_PDF_PAGES_H
#define PHIAL_LABELS_DRAW_PDF_PAGES_H

#include "core/base/buffer.h"

#include <cairo.h>

/* US Letter, upright. */
#define PDF_LETTER_WIDTH 215.9
#define PDF_LETTER_HEIGHT 279.4

struct pdf_pages {
    struct buffer *out; /* NULL: nothing is kept */
    enum error error;
    cairo_surface_t *surface;
    cairo_t *cr; /* scaled to millimetres; cairo_show_page ends a page */
};

/* `p` must stay where it is until it is closed. */
void pdf_pages_open(struct pdf_pages *p, const char *title, struct buffer *out);
/* The rest of the bytes; what went wrong on the way. */
enum error pdf_pages_close(struct pdf_pages *p);

#endif
