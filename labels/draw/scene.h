/*
 * A label laid out: dark rectangles on whole dots, and lines of text, still without any format.
 *
 * Coordinates are dots of the printer from the upper left corner. Invariants after layout_label:
 * every rectangle and the ink of every text lie inside the label, no text's ink lies inside the
 * quiet zone of a symbol. The writers (picture.h) only translate.
 */
#ifndef PHIAL_LABELS_DRAW_SCENE_H
#define PHIAL_LABELS_DRAW_SCENE_H

#include "labels/draw/fonts.h"

enum {
    /* Code 128 has 25 bars, the matrix at most 98 runs of cells, the priority a plate. */
    SCENE_RECTS = 256,
    SCENE_TEXTS = 16
};

struct scene_rect {
    int x, y, width, height;
};

struct scene_text {
    PangoLayout *layout; /* owned */
    double x, y;         /* of the layout's upper left corner */
    bool light;          /* on a dark plate */
};

struct scene {
    int width, height;
    unsigned dpi;
    struct scene_rect rects[SCENE_RECTS];
    size_t rect_count;
    struct scene_text texts[SCENE_TEXTS];
    size_t text_count;
    struct scene_rect quiet[2]; /* Code 128 and matrix, each with its quiet zone */
};

/* Lays the label out; the caller calls scene_free, also after a failure. */
enum error scene_lay_out(struct scene *scene, const struct label_drawer *drawer, enum font_use use,
                         const struct label *label, struct label_medium medium,
                         struct complaint *why);
void scene_free(struct scene *scene);
/* Whether every font of the texts can be used: a label without its name must not be printed. */
bool scene_drawable(const struct scene *scene);
/* Characters without a glyph. */
unsigned scene_unknown(const struct scene *scene);

/* Paints in the units of the scene. */
void scene_paint_rects(const struct scene *scene, cairo_t *cr);
void scene_paint_texts(const struct scene *scene, cairo_t *cr);

#endif
