/* A scene as bytes of each format. Each appends to `out`, and says ERROR_TOO_BIG, ERROR_NO_MEMORY
 * or ERROR_BUG. */
#ifndef PHIAL_LABELS_DRAW_PICTURE_H
#define PHIAL_LABELS_DRAW_PICTURE_H

#include "labels/draw/bitmap.h"
#include "labels/draw/scene.h"

/* Shapes only: paths with fill attributes; no text, no style, no reference, no script. */
enum error picture_svg(const struct scene *scene, struct buffer *out);
/* Text as text, in embedded fonts. */
enum error picture_pdf(const struct scene *scene, struct buffer *out);
/* One bit a dot, with the printer's resolution in pHYs. */
enum error picture_png(const struct scene *scene, struct buffer *out);
/* The dots themselves, which a printer's language carries (labels/print). */
enum error picture_bitmap(const struct scene *scene, struct bitmap *out);

#endif
