/*
 * The drawn lines of an EKG's strip in the writers' hands: what both share.
 *
 * Numbers are put into a small piece of memory and handed on when it is nearly full: a tracing has
 * 60,000 points, and a buffer checks its bounds at each put.
 */
#ifndef PHIAL_LABELS_DRAW_TRACING_PATH_H
#define PHIAL_LABELS_DRAW_TRACING_PATH_H

#include "labels/draw/tracing_sheet.h"

enum {
    PATH_NUMBER = 12, /* a sign and ten digits, a letter */
    PATH_ROOM = 4096
};

/* The paper's colours and lines, as the pages' own (web): red-brown grid on warm white. Widths in
 * hundredths of a millimetre. */
#define PAPER_COLOUR "#fffaf8"
#define FINE_COLOUR "#f5cfc9"
#define STRONG_COLOUR "#e39a92"
#define INK_COLOUR "#111111"
#define QUIET_COLOUR "#475863"
enum {
    BIG_SQUARE = 5 * SHEET_MM,
    FINE_WIDTH = 10,
    STRONG_WIDTH = 22,
    TRACE_WIDTH = 30,
    MARK_WIDTH = 30
};

struct path {
    struct buffer *out;
    enum error error; /* the first one; nothing is put after it */
    size_t len;
    char room[PATH_ROOM];
};

void path_init(struct path *p, struct buffer *out);
/* Hands on what is left; the first error. */
enum error path_finish(struct path *p);
void path_put(struct path *p, const char *text);
void path_char(struct path *p, char c);
void path_number(struct path *p, int value);

#endif
