/* Where each lead of an EKG stands on the paper, with its pulses and marks; see tracing_sheet.h. */
#include "labels/draw/tracing_sheet.h"

#include "labels/draw/tracing_notes.h"

#include <limits.h>
#include <math.h>

/* Volts that a millimetre of paper cannot mean: far beyond any sheet, and safe as an int. */
#define FAR (1e4 * SHEET_MM)

enum {
    PULSE_MS = 200, /* how long the calibration pulse of 1 mV lasts */
    MARK_FROM = 2 * SHEET_MM + SHEET_MM / 2,
    MARK_TO = 5 * SHEET_MM
};

/* What a layout is, in columns and rows; heights in millimetres. */
struct arrangement {
    int columns, rows;
    bool rhythm;
    int first, spacing; /* of the rows' 0 mV */
    int label;          /* above it */
};

static const struct arrangement arrangements[TRACING_LAYOUT_COUNT] = {
    [TRACING_3X4] = { 4, 3, true, 30, 30, 13 },
    [TRACING_6X2] = { 2, 6, false, 20, 22, 8 },
    [TRACING_12X1] = { 1, 12, false, 15, 11, 4 },
};

static const enum ecg_lead_id orders[TRACING_ORDER_COUNT][ECG_LEAD_STANDARD] = {
    [TRACING_STANDARD] = { ECG_LEAD_I, ECG_LEAD_II, ECG_LEAD_III, ECG_LEAD_AVR, ECG_LEAD_AVL,
                           ECG_LEAD_AVF, ECG_LEAD_V1, ECG_LEAD_V2, ECG_LEAD_V3, ECG_LEAD_V4,
                           ECG_LEAD_V5, ECG_LEAD_V6 },
    [TRACING_CABRERA] = { ECG_LEAD_AVL, ECG_LEAD_I, ECG_LEAD_AVR, ECG_LEAD_II, ECG_LEAD_AVF,
                          ECG_LEAD_III, ECG_LEAD_V1, ECG_LEAD_V2, ECG_LEAD_V3, ECG_LEAD_V4,
                          ECG_LEAD_V5, ECG_LEAD_V6 },
};

bool sheet_lead_drawable(const struct ecg_lead *lead)
{
    return lead->recorded && lead->count > 0 && lead->samples && isfinite(lead->rate) &&
           lead->rate > 0 && isfinite(lead->start) && isfinite(lead->microvolts_per_unit) &&
           isfinite(lead->microvolts_offset);
}

static int trace_width(struct tracing_view view)
{
    return TRACING_SECONDS * (int)view.speed * SHEET_MM;
}

int sheet_strips(struct tracing_view view)
{
    return trace_width(view) / SHEET_TRACE_WIDTH;
}

static double units_per_second(const struct sheet_cell *cell)
{
    return (double)cell->speed * SHEET_MM;
}

/* The samples from the cell's left border to its right one, both included. */
static void choose_samples(struct sheet_cell *cell)
{
    const struct ecg_lead *lead = cell->lead;
    const double hair = 1e-6; /* of a sample: 2.5 s times 500 Hz is sample 1250 */
    double from, to;

    if (!sheet_lead_drawable(lead))
        return;
    from = (cell->from - lead->start) * lead->rate;
    to = from + cell->width / units_per_second(cell) * lead->rate;
    from = fmax(ceil(from - hair), 0);
    to = fmin(floor(to + hair), (double)(lead->count - 1));
    if (from > to)
        return;
    cell->first = (size_t)from;
    cell->end = (size_t)to + 1;
}

static void add_mark(struct sheet *sheet, const struct sheet_cell *cell, int from, int to)
{
    struct sheet_line *line = &sheet->lines[sheet->line_count++];
    *line = (struct sheet_line) {
        cell->strip, true, 2, { { cell->x, cell->y + from }, { cell->x, cell->y + to } }
    };
}

/* A column's left border is marked above and below the tracing, never on it. */
static void add_marks(struct sheet *sheet, const struct sheet_cell *cell)
{
    if (cell->x == SHEET_TRACE_X)
        return;
    add_mark(sheet, cell, -MARK_TO, -MARK_FROM);
    add_mark(sheet, cell, MARK_FROM, MARK_TO);
}

/* A lead from `left` on (as if there were one endless strip), `width` wide, in as many cells as
 * there are strips under it. */
static void add_lead(struct sheet *sheet, const struct ecg_lead *lead, struct tracing_view view,
                     int left, int width, int y)
{
    while (width > 0) {
        struct sheet_cell *cell = &sheet->cells[sheet->cell_count++];
        int strip = left / SHEET_TRACE_WIDTH, x = left % SHEET_TRACE_WIDTH;
        int here = x + width > SHEET_TRACE_WIDTH ? SHEET_TRACE_WIDTH - x : width;
        *cell = (struct sheet_cell) {
            .lead = lead,
            .inverted = view.order == TRACING_CABRERA && lead->id == ECG_LEAD_AVR,
            .strip = strip,
            .x = SHEET_TRACE_X + x,
            .y = y,
            .width = here,
            .from = view.from + (double)left / view.speed / SHEET_MM,
            .speed = view.speed,
            .gain = view.gain,
        };
        choose_samples(cell);
        add_marks(sheet, cell);
        left += here;
        width -= here;
    }
}

/* 1 mV of 200 ms, in the scale of the sheet. */
static void add_pulse(struct sheet *sheet, struct tracing_view view, int strip, int y)
{
    struct sheet_line *line = &sheet->lines[sheet->line_count++];
    int high = (int)view.gain * SHEET_MM, wide = (int)view.speed * SHEET_MM * PULSE_MS / 1000;
    int x = (SHEET_TRACE_X - wide) / 2, lead_in = SHEET_MM;
    *line = (struct sheet_line) { strip,
                                  false,
                                  6,
                                  { { x - lead_in, y },
                                    { x, y },
                                    { x, y - high },
                                    { x + wide, y - high },
                                    { x + wide, y },
                                    { x + wide + lead_in, y } } };
}

/* One for each row; where the rows stand closer than a pulse is high, one for all. */
static void add_pulses(struct sheet *sheet, struct tracing_view view, const struct arrangement *a,
                       int strip)
{
    int rows = a->rows + (a->rhythm ? 1 : 0);
    for (int row = 0; row < rows; row++)
        if ((int)view.gain <= a->spacing || row == rows - 1)
            add_pulse(sheet, view, strip, (a->first + row * a->spacing) * SHEET_MM);
}

const struct ecg_lead *sheet_rhythm_lead(const struct ecg *ecg)
{
    const struct ecg_lead *second = ecg_lead_find(ecg, ECG_LEAD_II);
    if (second && sheet_lead_drawable(second))
        return second;
    for (size_t i = 0; i < ecg->lead_count; i++)
        if (sheet_lead_drawable(&ecg->leads[i]))
            return &ecg->leads[i];
    return second;
}

static enum error add_leads(struct sheet *sheet, const struct ecg *ecg, struct tracing_view view,
                            const struct arrangement *a, struct complaint *why)
{
    int width = trace_width(view) / a->columns;
    for (int i = 0; i < ECG_LEAD_STANDARD; i++) {
        const struct ecg_lead *lead = ecg_lead_find(ecg, orders[view.order][i]);
        if (!lead)
            return complain(why, ERROR_BUG, "An EKG is to be drawn that was not completed.");
        add_lead(sheet, lead, view, i / a->rows * width, width,
                 (a->first + i % a->rows * a->spacing) * SHEET_MM);
    }
    if (a->rhythm)
        add_lead(sheet, sheet_rhythm_lead(ecg), view, 0, trace_width(view),
                 (a->first + a->rows * a->spacing) * SHEET_MM);
    return ERROR_OK;
}

static bool any_sample(const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->cell_count; i++)
        if (sheet->cells[i].first < sheet->cells[i].end)
            return true;
    return false;
}

enum error sheet_lay_out(const struct ecg *ecg, struct tracing_view view, const char *caption,
                         struct sheet *out, struct complaint *why)
{
    const struct arrangement *a;
    enum error e;

    if (!tracing_view_valid(view))
        return complain(why, ERROR_BAD_INPUT, "An EKG cannot be drawn in that way.");
    if (!tracing_drawable(ecg))
        return complain(why, ERROR_BAD_INPUT,
                        "There is no tracing in this file to draw: open the original.");
    a = &arrangements[view.layout];
    out->strips = sheet_strips(view);
    out->cell_count = out->line_count = out->text_count = 0;
    for (int strip = 0; strip < out->strips; strip++)
        add_pulses(out, view, a, strip);
    e = add_leads(out, ecg, view, a, why);
    if (e != ERROR_OK)
        return e;
    if (!any_sample(out))
        return complain(why, ERROR_BAD_INPUT,
                        "The recording has nothing from second %u on: choose an earlier one.",
                        view.from);
    sheet_write(out, ecg, view, a->label * SHEET_MM, caption);
    return ERROR_OK;
}

/* The part of a cell that lies over the columns of a box; false when there is none. */
static bool crop(const struct sheet_cell *cell, int x, int width, struct sheet_cell *out)
{
    int left = cell->x > x ? cell->x : x;
    int right = cell->x + cell->width < x + width ? cell->x + cell->width : x + width;

    if (left >= right)
        return false;
    *out = *cell;
    out->from += (left - cell->x) / units_per_second(cell);
    out->x = left;
    out->width = right - left;
    out->first = out->end = 0;
    choose_samples(out);
    return out->first < out->end;
}

bool sheet_box_touched(const struct sheet *sheet, int strip, int x, int y, int width, int height)
{
    for (size_t i = 0; i < sheet->cell_count; i++) {
        int lowest = INT_MIN, highest = INT_MAX, point_x, point_y;
        struct sheet_cell part;
        struct sheet_pen pen;

        if (sheet->cells[i].strip != strip || !crop(&sheet->cells[i], x, width, &part))
            continue;
        sheet_pen_init(&pen, &part);
        while (sheet_pen_next(&pen, &point_x, &point_y) != SHEET_END) {
            lowest = point_y > lowest ? point_y : lowest;
            highest = point_y < highest ? point_y : highest;
        }
        if (highest < y + height && lowest > y)
            return true;
    }
    return false;
}

void sheet_pen_init(struct sheet_pen *pen, const struct sheet_cell *cell)
{
    const struct ecg_lead *lead = cell->lead;
    /* gain is mm/mV: a microvolt is a thousandth of it, a millimetre has SHEET_MM units */
    double scale = (cell->inverted ? 1.0 : -1.0) * cell->gain * SHEET_MM / 1000.0;
    *pen = (struct sheet_pen) { .cell = cell, .at = cell->first };
    if (cell->first == cell->end)
        return;
    pen->pitch = units_per_second(cell) / lead->rate;
    pen->origin = cell->x + (lead->start - cell->from) * units_per_second(cell);
    pen->zero = cell->y + scale * lead->microvolts_offset;
    pen->per_unit = scale * lead->microvolts_per_unit;
}

/* A number that is none, and one that no sheet reaches, lie far outside. */
static int place(double at)
{
    return (int)lrint(fmin(fmax(at, -FAR), FAR));
}

enum sheet_step sheet_pen_next(struct sheet_pen *pen, int *x, int *y)
{
    const struct sheet_cell *cell = pen->cell;
    const int32_t *samples = cell->lead->samples;
    enum sheet_step step = SHEET_NEXT;

    while (pen->at < cell->end && samples[pen->at] == ECG_GAP) {
        pen->down = false;
        pen->at++;
    }
    if (pen->at >= cell->end)
        return SHEET_END;
    if (!pen->down)
        step =
            pen->at + 1 < cell->end && samples[pen->at + 1] != ECG_GAP ? SHEET_START : SHEET_ALONE;
    *x = place(pen->origin + pen->pitch * (double)pen->at);
    *y = place(pen->zero + pen->per_unit * samples[pen->at]);
    pen->down = true;
    pen->at++;
    return step;
}
