/*
 * A label on the printer's dots.
 *
 * One bit a dot, 1 is dark, rows of whole bytes, the highest bit at the left; bits beyond the width
 * are 0. Whoever makes one owns its bits and calls bitmap_free.
 */
#ifndef PHIAL_LABELS_DRAW_BITMAP_H
#define PHIAL_LABELS_DRAW_BITMAP_H

#include "labels/draw/label.h"

#include <stdbool.h>

struct bitmap {
    int width, height;
    size_t stride;
    uint8_t *bits;
};

/* All white. ERROR_NO_MEMORY. */
enum error bitmap_new(int width, int height, struct bitmap *out);
void bitmap_free(struct bitmap *bitmap);
bool bitmap_dark(const struct bitmap *bitmap, int x, int y);
void bitmap_darken(struct bitmap *bitmap, int x, int y);
static inline const uint8_t *bitmap_row(const struct bitmap *bitmap, int y)
{
    return bitmap->bits + (size_t)y * bitmap->stride;
}

/* The picture in the middle of an area of that size; turned by a quarter (its left edge comes out
 * first) when it only fits so. ERROR_TOO_BIG when it fits neither way. */
enum error bitmap_place(const struct bitmap *picture, int width, int height, struct bitmap *out);

/* The label in dots of `medium`; `unknown` as in label_draw. */
enum error label_draw_bitmap(struct label_drawer *drawer, const struct label *label,
                             struct label_medium medium, struct bitmap *out, unsigned *unknown,
                             struct complaint *why);

#endif
