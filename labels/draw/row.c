/* Fitting the cells of a row; see layout.h for the order in which room is found. */
#include "labels/draw/layout.h"

#include <math.h>

/* How a row is shrunk, in steps of this many hundredths of its usual size. */
enum { SHRINK_STEP = 4 };
#define ROUNDING 0.01 /* dots: sums of widths are not exact */

struct row_state {
    const struct label_drawer *drawer;
    enum font_use use;
    const struct row *row;
    const struct cell *cells;
    size_t count;
    double em;
    double widths[ROW_CELLS]; /* natural, then granted; 0 for an empty cell */
    PangoLayout *layouts[ROW_CELLS];
};

static double left_of(PangoLayout *layout)
{
    PangoRectangle ink, logical;
    pango_layout_get_extents(layout, &ink, &logical);
    return (double)MIN(ink.x, logical.x) / PANGO_SCALE;
}

double layout_width(PangoLayout *layout)
{
    PangoRectangle ink, logical;
    int right;
    pango_layout_get_extents(layout, &ink, &logical);
    right = MAX(ink.x + ink.width, logical.x + logical.width);
    return (double)right / PANGO_SCALE - left_of(layout);
}

/* Room between two cells, and around the text on a plate. */
static double gap_of(const struct row_state *s)
{
    return s->em * 0.7;
}

static double plate_of(const struct row_state *s, const struct cell *cell)
{
    return cell->plate ? s->em * 0.25 : 0;
}

static PangoLayout *natural_layout(const struct row_state *s, const struct cell *cell)
{
    char *name;
    PangoLayout *layout;
    if (cell->cut != CELL_NAME || !cell->given || !*cell->given)
        return font_layout(s->drawer, s->use, cell->text, cell->bold, s->em);
    name = g_strconcat(cell->text, ", ", cell->given, NULL);
    layout = font_layout(s->drawer, s->use, name, cell->bold, s->em);
    g_free(name);
    return layout;
}

/* Sets the natural widths; returns what is missing (negative: what is left). */
static double measure(struct row_state *s)
{
    double sum = 0;
    unsigned shown = 0;
    for (size_t i = 0; i < s->count; i++) {
        PangoLayout *layout;
        s->widths[i] = 0;
        if (!*s->cells[i].text)
            continue;
        layout = natural_layout(s, &s->cells[i]);
        s->widths[i] = layout_width(layout) + 2 * plate_of(s, &s->cells[i]);
        g_object_unref(layout);
        sum += s->widths[i];
        shown++;
    }
    if (shown > 1)
        sum += gap_of(s) * (shown - 1);
    return sum - (s->row->right - s->row->left);
}

/* Takes `missing` from the cells that may be cut: always from the widest, down to the next. */
static void grant(struct row_state *s, double missing)
{
    while (missing > ROUNDING) {
        size_t widest = s->count;
        double next = 0, take;
        for (size_t i = 0; i < s->count; i++)
            if (s->cells[i].cut != CELL_WHOLE && s->widths[i] > 0 &&
                (widest == s->count || s->widths[i] > s->widths[widest]))
                widest = i;
        if (widest == s->count)
            return;
        for (size_t i = 0; i < s->count; i++)
            if (i != widest && s->cells[i].cut != CELL_WHOLE && s->widths[i] < s->widths[widest])
                next = MAX(next, s->widths[i]);
        take = MIN(missing, MAX(s->widths[widest] - next, 1));
        s->widths[widest] = MAX(s->widths[widest] - take, 0);
        missing -= take;
    }
}

/* One layout not wider than `width`; NULL when nothing of it can be shown. */
static PangoLayout *cell_layout(const struct row_state *s, const struct cell *cell, double width)
{
    PangoLayout *layout;
    if (cell->cut == CELL_NAME)
        return name_fit(s->drawer, s->use, cell->text, cell->given, cell->bold, s->em, width);
    layout = font_layout(s->drawer, s->use, cell->text, cell->bold, s->em);
    if (cell->cut != CELL_WHOLE && layout_width(layout) > width + ROUNDING) {
        pango_layout_set_width(layout, (int)floor(width * PANGO_SCALE));
        pango_layout_set_ellipsize(layout, cell->cut == CELL_CUT_MIDDLE ? PANGO_ELLIPSIZE_MIDDLE
                                                                        : PANGO_ELLIPSIZE_END);
    }
    return layout;
}

/* Ink that is higher or wider than its room (stacked marks, a glyph wider than the ellipsis
 * leaves) is scaled until it is not. */
static void shrink_ink(const struct row *row, PangoLayout *layout, double width)
{
    for (int tries = 0; tries < 8; tries++) {
        PangoRectangle ink;
        PangoFontDescription *font;
        double high, factor;
        pango_layout_get_extents(layout, &ink, NULL);
        high = (double)ink.height / PANGO_SCALE;
        factor =
            MIN((row->bottom - row->top - 1) / MAX(high, 1), width / MAX(layout_width(layout), 1));
        if (factor >= 1)
            return;
        font = pango_font_description_copy(pango_layout_get_font_description(layout));
        pango_font_description_set_absolute_size(font, pango_font_description_get_size(font) *
                                                           factor * 0.98);
        pango_layout_set_font_description(layout, font);
        pango_font_description_free(font);
    }
}

/* Baselines of a row stand at one height; ink that would leave the row is moved back. */
static double top_of(const struct row_state *s, PangoLayout *layout)
{
    PangoRectangle ink;
    double capital = s->em * 0.73; /* height of a capital of DejaVu Sans */
    double middle = (s->row->top + s->row->bottom) / 2;
    double y = middle + capital / 2 - (double)pango_layout_get_baseline(layout) / PANGO_SCALE;
    double ink_top, ink_bottom;

    pango_layout_get_extents(layout, &ink, NULL);
    y = round(y);
    ink_top = y + (double)ink.y / PANGO_SCALE;
    ink_bottom = ink_top + (double)ink.height / PANGO_SCALE;
    if (ink_bottom > s->row->bottom)
        y -= ceil(ink_bottom - s->row->bottom);
    else if (ink_top < s->row->top)
        y += ceil(s->row->top - ink_top);
    return y;
}

static enum error put_plate(struct scene *scene, const struct row_state *s, double x, double width)
{
    struct scene_rect *r = &scene->rects[scene->rect_count];
    if (scene->rect_count == SCENE_RECTS)
        return ERROR_BUG;
    r->x = (int)floor(x);
    r->y = (int)ceil(s->row->top);
    r->width = (int)ceil(width);
    r->height = (int)floor(s->row->bottom) - r->y;
    scene->rect_count++;
    return ERROR_OK;
}

static enum error put_cell(struct scene *scene, const struct row_state *s, size_t i, double *x)
{
    const struct cell *cell = &s->cells[i];
    PangoLayout *layout = s->layouts[i];
    double plate = plate_of(s, cell), wide = layout_width(layout) + 2 * plate;
    double at = cell->at_right ? s->row->right - wide : *x;
    struct scene_text *text = &scene->texts[scene->text_count];

    if (scene->text_count == SCENE_TEXTS)
        return ERROR_BUG;
    if (cell->plate && put_plate(scene, s, at, wide) != ERROR_OK)
        return ERROR_BUG;
    text->layout = g_object_ref(layout);
    text->x = round(at + plate) - left_of(layout);
    text->y = top_of(s, layout);
    text->light = cell->plate;
    scene->text_count++;
    *x = at + wide + gap_of(s);
    return ERROR_OK;
}

static enum error put_cells(struct scene *scene, struct row_state *s)
{
    double x = s->row->left;
    enum error e = ERROR_OK;
    for (size_t i = 0; i < s->count && e == ERROR_OK; i++) {
        double width = s->widths[i] - 2 * plate_of(s, &s->cells[i]);
        if (width <= s->em) /* not even room for an ellipsis */
            width = s->widths[i] > 0 && s->cells[i].cut == CELL_WHOLE ? width : 0;
        if (width <= 0)
            continue;
        s->layouts[i] = cell_layout(s, &s->cells[i], width);
        shrink_ink(s->row, s->layouts[i], width);
        e = put_cell(scene, s, i, &x);
    }
    return e;
}

enum error row_lay_out(struct scene *scene, const struct label_drawer *drawer, enum font_use use,
                       const struct row *row, const struct cell *cells, size_t count)
{
    struct row_state s = {
        .drawer = drawer, .use = use, .row = row, .cells = cells, .count = count, .em = row->em
    };
    double missing = measure(&s);
    enum error e;

    if (count > ROW_CELLS)
        return ERROR_BUG;
    while (missing > ROUNDING && s.em > row->least) {
        s.em = MAX(s.em - row->em * SHRINK_STEP / 100, row->least);
        missing = measure(&s);
    }
    grant(&s, missing);
    e = put_cells(scene, &s);
    for (size_t i = 0; i < count; i++)
        g_clear_object(&s.layouts[i]);
    return e;
}
