/*
 * A badge's bar code as a picture: Code 128, which every scanner at the bench reads.
 *
 * It carries the badge's own text and nothing about the person; the name stands beside it on the
 * page. libzint encodes; a warning of it is a failure (symbol.h).
 */
#ifndef PHIAL_LABELS_DRAW_BADGE_H
#define PHIAL_LABELS_DRAW_BADGE_H

#include "core/base/buffer.h"

enum { BADGE_TEXT_MOST = 24 };

/* Appends an SVG picture, one unit a module. `text`: capital letters, digits and dashes, at most
 * BADGE_TEXT_MOST; else ERROR_BAD_INPUT. */
enum error badge_draw(const char *text, struct buffer *out, struct complaint *why);

#endif
