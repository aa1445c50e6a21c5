/*
 * Text on a page of a report, in millimetres: wrapped paragraphs, single lines, and a flow of lines
 * that goes on with the next page. Any script; what a reader of the PDF copies out is the text.
 */
#ifndef PHIAL_LABELS_DRAW_WORDS_H
#define PHIAL_LABELS_DRAW_WORDS_H

#include "labels/draw/fonts.h"

enum words_colour { WORDS_INK, WORDS_QUIET, WORDS_WARN };

struct words {
    cairo_t *cr; /* scaled to millimetres */
    const struct label_drawer *drawer;
    bool failed; /* a text could not be put: the page must not be used */
};

struct words_style {
    double em;
    bool bold;
    enum words_colour colour;
    int lines; /* of a paragraph at most, the last one cut with "…"; 0: all */
};

/* One line with its base line at `y`, cut with "…" at `room`. Returns its width. */
double words_line(struct words *w, struct words_style style, double x, double y, double room,
                  const char *text);

/*
 * Lines below each other from `y` to `bottom`. When there is no room for the next one, `turn` is
 * asked for another page (it sets `y`); without it the flow is full and takes nothing more.
 */
struct flow {
    struct words *words;
    double x, y, width, bottom;
    void (*turn)(struct flow *flow, void *context);
    void *context;
    bool full;
};

/* A paragraph, wrapped; line feeds in it begin a new line. Empty text is nothing. */
void flow_put(struct flow *flow, struct words_style style, const char *text);
/* Likewise, composed. */
void flow_put_format(struct flow *flow, struct words_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* White room. */
void flow_skip(struct flow *flow, double millimetres);

#endif
