/*
 * The fonts of labels, all opened at once and never closed before the end.
 *
 * Invariants: fontconfig's configuration is ours, not the machine's: it knows the faces named in
 * fonts.c and no other, so a label looks alike everywhere. Each of these faces is open and locked
 * (cairo closes unlocked faces beyond ten and opens them again by name, which a confined process
 * cannot), and its tables are mapped.
 */
#ifndef PHIAL_LABELS_DRAW_FONTS_H
#define PHIAL_LABELS_DRAW_FONTS_H

#include "labels/draw/label.h"

#include <pango/pangocairo.h>

/* How glyphs are made: ON_DOTS for a one-bit picture (hinted, no grey), AS_SHAPES for vectors.
 * Both have the same widths. */
enum font_use { FONT_ON_DOTS, FONT_AS_SHAPES, FONT_USES };

/* A new layout of one line, `em` dots high; the caller unrefs it. */
PangoLayout *font_layout(const struct label_drawer *drawer, enum font_use use, const char *text,
                         bool bold, double em);

/* Whether every font of a line can be used: Pango draws nothing, and says nothing, when cairo
 * cannot use one. */
bool font_drawable(PangoLayoutLine *line);

/* Replaces what a line of a label cannot show or must not obey: line separators become blanks,
 * directional controls vanish, noncharacters become U+FFFD. The caller frees it with g_free. */
char *font_clean(const char *text);

#endif
