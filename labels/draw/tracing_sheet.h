/*
 * The layout of an EKG's paper, before any format: where each lead stands, which of its samples it
 * shows, where each of their points lies, what is written beside it.
 *
 * Units are hundredths of a millimetre, whole; y grows downwards; the origin is the upper left
 * corner of a strip. A strip is a piece of paper with its own grid and its own calibration pulses:
 * one at 25 mm/s, two of five seconds each at 50 mm/s.
 *
 * Invariants: a cell's points come from its lead's samples `first` to `end` and nowhere else; the
 * sample that lies on the border of two columns or strips belongs to both, so that no line between
 * two samples is lost where a strip ends.
 */
#ifndef PHIAL_LABELS_DRAW_TRACING_SHEET_H
#define PHIAL_LABELS_DRAW_TRACING_SHEET_H

#include "labels/draw/tracing.h"

enum {
    SHEET_MM = 100,
    SHEET_WIDTH = 265 * SHEET_MM,
    SHEET_HEIGHT = 145 * SHEET_MM, /* of one strip */
    SHEET_GAP = 5 * SHEET_MM,      /* between two strips of one picture */
    SHEET_TRACE_X = 15 * SHEET_MM, /* left of it stand the pulses */
    SHEET_TRACE_WIDTH = SHEET_WIDTH - SHEET_TRACE_X,
    SHEET_STRIPS = 2,
    SHEET_CELLS = (ECG_LEAD_STANDARD + 1) * SHEET_STRIPS,
    SHEET_ROWS = ECG_LEAD_STANDARD,
    SHEET_TEXTS = 2 * SHEET_CELLS + 3 * SHEET_STRIPS, /* label and remark; caption and notes */
    SHEET_LINES = SHEET_ROWS * SHEET_STRIPS + 2 * SHEET_CELLS,
    SHEET_POINTS = 6
};

/* A lead, or a piece of it, in its place. */
struct sheet_cell {
    const struct ecg_lead *lead; /* never NULL; may be one without samples */
    bool inverted;
    int strip, x, y, width; /* the left end of 0 mV */
    double from;            /* the second of the recording at `x` */
    unsigned speed, gain;
    size_t first, end; /* samples; equal when there is none */
};

/* A line of the paper that is no tracing: a pulse, a mark between two columns. */
struct sheet_line {
    int strip;
    bool mark;
    int count;
    struct {
        int x, y;
    } at[SHEET_POINTS];
};

enum sheet_style { SHEET_LABEL, SHEET_QUIET, SHEET_NOTE, SHEET_CAPTION };

/* `x` is where it begins, `y` its base line. */
struct sheet_text {
    int strip, x, y, room; /* `room`: how wide it may be */
    enum sheet_style style;
    char text[512];
    char beside[48]; /* smaller, behind a label */
};

struct sheet {
    int strips;
    struct sheet_cell cells[SHEET_CELLS];
    struct sheet_line lines[SHEET_LINES];
    struct sheet_text texts[SHEET_TEXTS];
    size_t cell_count, line_count, text_count;
};

/* Size of a style's letters, in hundredths of a millimetre; whether they are bold. */
int sheet_em(enum sheet_style style);
bool sheet_bold(enum sheet_style style);

bool tracing_view_valid(struct tracing_view view);
/* Whether a lead has samples whose place in time is known. */
bool sheet_lead_drawable(const struct ecg_lead *lead);
int sheet_strips(struct tracing_view view);
/* Where a strip begins in a picture that shows all of them. */
static inline int sheet_strip_top(int strip)
{
    return strip * (SHEET_HEIGHT + SHEET_GAP);
}

/* ERROR_BAD_INPUT with a sentence: no leads, a view that is none. The sheet is large (60 kB) and
 * points into `ecg`. */
enum error sheet_lay_out(const struct ecg *ecg, struct tracing_view view, const char *caption,
                         struct sheet *out, struct complaint *why);

/* Whether a tracing runs through a box of a strip. */
bool sheet_box_touched(const struct sheet *sheet, int strip, int x, int y, int width, int height);

/* The points of a cell, one after the other. */
enum sheet_step {
    SHEET_END,
    SHEET_START, /* the pen is set down here: no line leads to it */
    SHEET_NEXT,  /* a line from the point before */
    SHEET_ALONE  /* a sample between two gaps: a dot */
};

struct sheet_pen {
    const struct sheet_cell *cell;
    double origin, pitch;  /* of x: in units, and units a sample */
    double zero, per_unit; /* of y */
    size_t at;
    bool down;
};

void sheet_pen_init(struct sheet_pen *pen, const struct sheet_cell *cell);
enum sheet_step sheet_pen_next(struct sheet_pen *pen, int *x, int *y);

#endif
