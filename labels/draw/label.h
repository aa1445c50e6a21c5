/*
 * A specimen's label: a description in, one picture out (domain.md 3.4).
 *
 * label_draw_prepare opens every font Phial claims and keeps it open; after it returned, drawing
 * opens no file, so that a process draws after it has confined itself. One preparation a process:
 * fontconfig keeps its configuration for the whole process.
 *
 * The picture is laid out on the printer's own dots: bars and cells start and end on whole dots.
 * PNG is that bitmap, and bitmap.h hands it to the printers' languages; SVG and PDF are the same
 * layout as shapes and as text. No text of the label stands in the SVG or in what a printer gets as
 * characters, so a name can be neither markup nor a printer command. The bar codes carry the
 * accession and nothing else (DESIGN 3.9).
 */
#ifndef PHIAL_LABELS_DRAW_LABEL_H
#define PHIAL_LABELS_DRAW_LABEL_H

#include "core/base/buffer.h"

/* What is printed. Texts are UTF-8 without control characters; NULL counts as "". Needed:
 * accession, family, mrn, birth_date. */
struct label {
    const char *accession; /* 12 digits */
    const char *family;    /* printed in the case it is given in */
    const char *given;     /* all given names; shortened as far as the stock needs it */
    const char *mrn;
    const char *birth_date; /* yyyy-mm-dd */
    const char *sex;
    const char *container;
    const char *priority;     /* "routine" and "" are not printed, anything else stands out */
    const char *collected_at; /* the site's own time, yyyy-mm-ddThh:mm, seconds ignored, no zone */
    const char *collector;
    const char *specimen_type;
    const char *site; /* of the body, such as "L arm" */
    unsigned copy;    /* 0: the original; n: the n-th further print, marked "COPY n" */
    bool practice;    /* of a site for practice: marked "PRACTICE" */
};

/* Stocks by their id, which is also their name on the wire: "2x1", "1.5x0.5" and "62x29". */
enum label_stock { LABEL_STOCK_2X1, LABEL_STOCK_SMALL, LABEL_STOCK_62X29, LABEL_STOCK_COUNT };
const char *label_stock_id(enum label_stock stock);
/* In millimetres. */
void label_stock_size(enum label_stock stock, double *width, double *height);
/* "" is 2x1. ERROR_NOT_FOUND for another text. */
enum error label_stock_parse(const char *id, enum label_stock *out);

enum label_format { LABEL_SVG, LABEL_PNG, LABEL_PDF, LABEL_FORMAT_COUNT };
const char *label_format_id(enum label_format format); /* "svg", also the file name's ending */
enum error label_format_parse(const char *id, enum label_format *out);

struct label_medium {
    enum label_stock stock;
    unsigned dpi; /* 203, 300 or 600 */
};

/* Its dots. */
void label_size(struct label_medium medium, int *width, int *height);

struct label_drawer;

/* Opens the fonts. Fails with ERROR_NOT_FOUND, naming the Debian package, when one that the label
 * cannot do without is missing. */
enum error label_draw_prepare(struct label_drawer **out, struct complaint *why);
void label_draw_free(struct label_drawer *drawer);

/* Whether the label can be drawn: needed fields there, accession and dates well formed. */
enum error label_check(const struct label *label, struct complaint *why);

/* Appends the label in that format to `out`, whose maximum should be LABEL_PICTURE_MAX or more.
 * `unknown` (may be NULL) receives how many characters of the printed text no
 * font of ours can show: they stand as boxes with their number. */
enum { LABEL_PICTURE_MAX = 1024 * 1024 };
enum error label_draw(struct label_drawer *drawer, const struct label *label,
                      struct label_medium medium, enum label_format format, struct buffer *out,
                      unsigned *unknown, struct complaint *why);

#endif
