/*
 * An EKG's sheet as SVG.
 *
 * Each strip is an <svg> within the picture: its edge ends what runs over it, as paper does, and
 * its points count from its own corner. No style, class, id, reference or script: presentation
 * attributes only, so that the strictest content security policy lets it through and two pictures
 * on one page have nothing in common.
 */
#include "labels/draw/fonts.h"
#include "labels/draw/tracing_path.h"

/* Markup and what XML cannot hold or a reader should not obey (font_clean) do not come through. */
static void put_escaped(struct path *p, const char *text)
{
    char *clean = font_clean(text);
    for (const char *at = clean; *at; at++) {
        char c = *at;
        if (c == '<')
            path_put(p, "&lt;");
        else if (c == '>')
            path_put(p, "&gt;");
        else if (c == '&')
            path_put(p, "&amp;");
        else if (c == '"')
            path_put(p, "&quot;");
        else
            path_char(p, c);
    }
    g_free(clean);
}

static void put_attribute(struct path *p, const char *name, int value)
{
    path_char(p, ' ');
    path_put(p, name);
    path_put(p, "=\"");
    path_number(p, value);
    path_char(p, '"');
}

/* "3-12": a blank only where the sign does not part two numbers. */
static void put_pair(struct path *p, int x, int y)
{
    path_number(p, x);
    if (y >= 0)
        path_char(p, ' ');
    path_number(p, y);
}

static void put_stroke(struct path *p, const char *colour, int width)
{
    path_put(p, "<g fill=\"none\" stroke=\"");
    path_put(p, colour);
    path_char(p, '"');
    put_attribute(p, "stroke-width", width);
    path_char(p, '>');
}

/* Lines every `pitch` from the edge on, except where the coarser grid draws its own. */
static void put_grid(struct path *p, int pitch, int except, const char *colour, int width)
{
    put_stroke(p, colour, width);
    path_put(p, "<path d=\"");
    for (int x = 0; x <= SHEET_WIDTH; x += pitch)
        if (!except || x % except) {
            path_char(p, 'M');
            path_number(p, x);
            path_put(p, " 0v");
            path_number(p, SHEET_HEIGHT);
        }
    for (int y = 0; y <= SHEET_HEIGHT; y += pitch)
        if (!except || y % except) {
            path_put(p, "M0 ");
            path_number(p, y);
            path_char(p, 'h');
            path_number(p, SHEET_WIDTH);
        }
    path_put(p, "\"/></g>\n");
}

static void put_lines(struct path *p, const struct sheet *sheet, int strip, bool marks)
{
    for (size_t i = 0; i < sheet->line_count; i++) {
        const struct sheet_line *line = &sheet->lines[i];
        if (line->strip != strip || line->mark != marks)
            continue;
        path_put(p, "<path d=\"M");
        put_pair(p, line->at[0].x, line->at[0].y);
        for (int k = 1; k < line->count; k++) {
            path_char(p, 'l');
            put_pair(p, line->at[k].x - line->at[k - 1].x, line->at[k].y - line->at[k - 1].y);
        }
        path_put(p, "\"/>\n");
    }
}

/* Relative whole numbers: nothing adds up, each is the difference of two places. */
static void put_cell(struct path *p, const struct sheet_cell *cell)
{
    struct sheet_pen pen;
    enum sheet_step step;
    bool first = true; /* of a run of lines */
    int x = 0, y = 0, last_x = 0, last_y = 0;

    if (cell->first == cell->end)
        return;
    path_put(p, "<path d=\"");
    sheet_pen_init(&pen, cell);
    while ((step = sheet_pen_next(&pen, &x, &y)) != SHEET_END) {
        if (step == SHEET_NEXT) {
            path_char(p, first ? 'l' : ' ');
            put_pair(p, x - last_x, y - last_y);
            first = false;
        } else {
            path_char(p, 'M');
            put_pair(p, x, y);
            if (step == SHEET_ALONE)
                path_put(p, "h0");
            first = true;
        }
        last_x = x;
        last_y = y;
    }
    path_put(p, "\"/>\n");
}

static void put_text(struct path *p, const struct sheet_text *t)
{
    path_put(p, "<text");
    put_attribute(p, "x", t->x);
    put_attribute(p, "y", t->y);
    put_attribute(p, "font-size", sheet_em(t->style));
    if (sheet_bold(t->style))
        path_put(p, " font-weight=\"600\"");
    if (t->style == SHEET_QUIET)
        path_put(p, " fill=\"" QUIET_COLOUR "\"");
    path_char(p, '>');
    put_escaped(p, t->text);
    if (*t->beside) {
        path_put(p, "<tspan dx=\"150\" font-size=\"240\" font-weight=\"400\">");
        put_escaped(p, t->beside);
        path_put(p, "</tspan>");
    }
    path_put(p, "</text>\n");
}

static void put_strip(struct path *p, const struct sheet *sheet, int strip)
{
    path_put(p, "<svg");
    put_attribute(p, "y", sheet_strip_top(strip));
    put_attribute(p, "width", SHEET_WIDTH);
    put_attribute(p, "height", SHEET_HEIGHT);
    path_put(p, ">\n<rect fill=\"" PAPER_COLOUR "\"");
    put_attribute(p, "width", SHEET_WIDTH);
    put_attribute(p, "height", SHEET_HEIGHT);
    path_put(p, "/>\n");
    put_grid(p, SHEET_MM, BIG_SQUARE, FINE_COLOUR, FINE_WIDTH);
    put_grid(p, BIG_SQUARE, 0, STRONG_COLOUR, STRONG_WIDTH);
    path_put(p, "<g fill=\"" INK_COLOUR
                "\" font-family=\"system-ui, 'DejaVu Sans', Arial, sans-serif\">\n");
    for (size_t i = 0; i < sheet->text_count; i++)
        if (sheet->texts[i].strip == strip)
            put_text(p, &sheet->texts[i]);
    path_put(p, "</g>\n");
    put_stroke(p, QUIET_COLOUR, MARK_WIDTH);
    put_lines(p, sheet, strip, true);
    path_put(p, "</g>\n<g fill=\"none\" stroke=\"" INK_COLOUR "\" stroke-linejoin=\"round\" "
                "stroke-linecap=\"round\"");
    put_attribute(p, "stroke-width", TRACE_WIDTH);
    path_put(p, ">\n");
    put_lines(p, sheet, strip, false);
    for (size_t i = 0; i < sheet->cell_count; i++)
        if (sheet->cells[i].strip == strip)
            put_cell(p, &sheet->cells[i]);
    path_put(p, "</g></svg>\n");
}

static void put_head(struct path *p, struct tracing_view view)
{
    char text[TRACING_VIEW_TEXT];
    double width, height;

    tracing_size(view, &width, &height);
    path_put(p, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"");
    path_number(p, (int)width);
    path_put(p, "mm\" height=\"");
    path_number(p, (int)height);
    path_put(p, "mm\" viewBox=\"0 0 ");
    path_number(p, (int)width * SHEET_MM);
    path_char(p, ' ');
    path_number(p, (int)height * SHEET_MM);
    path_put(p, "\"><title>EKG, ");
    tracing_view_text(view, text);
    path_put(p, text);
    path_put(p, " (" TRACING_RENDERER ")</title>\n");
}

enum error tracing_draw_svg(const struct ecg *ecg, struct tracing_view view, const char *caption,
                            struct buffer *out, struct complaint *why)
{
    size_t before = out->len;
    struct sheet sheet;
    struct path p;
    enum error e = sheet_lay_out(ecg, view, caption, &sheet, why);

    if (e != ERROR_OK)
        return e;
    path_init(&p, out);
    put_head(&p, view);
    for (int strip = 0; strip < sheet.strips; strip++)
        put_strip(&p, &sheet, strip);
    path_put(&p, "</svg>\n");
    e = path_finish(&p);
    if (e == ERROR_OK)
        return e;
    out->len = before;
    return complain(why, e, "The tracing is too large to be drawn.");
}
