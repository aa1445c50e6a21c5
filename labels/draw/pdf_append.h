/*
 * Drawings laid under the pages of a PDF that cairo has made.
 *
 * cairo sets text of any script, embeds its fonts and keeps it extractable, but needs 35 ms for the
 * 20,000 points of an EKG, and joins lines that lie in one direction. So it makes the pages with
 * their text, and the drawing is added as PDF provides for changes (ISO 32000-1, 7.5.6, incremental
 * update): cairo's bytes stay as they are; behind them come the drawings, each page anew with two
 * streams, and a table that says so.
 */
#ifndef PHIAL_LABELS_DRAW_PDF_APPEND_H
#define PHIAL_LABELS_DRAW_PDF_APPEND_H

#include "core/base/buffer.h"

/* Appends `pdf` to `out`, with drawings[i] under its page i; pages from `count` on stay as they
 * are. ERROR_BUG when it is not built as cairo builds PDF 1.4; ERROR_TOO_BIG, ERROR_NO_MEMORY. */
enum error pdf_append(struct span pdf, const struct buffer *drawings, size_t count,
                      struct buffer *out);

#endif
