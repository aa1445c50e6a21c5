/* Text on a page of a report; see words.h. */
#include "labels/draw/words.h"

static const double colours[][3] = {
    [WORDS_INK] = { 0.078, 0.129, 0.169 },
    [WORDS_QUIET] = { 0.278, 0.345, 0.388 },
    [WORDS_WARN] = { 0.490, 0.267, 0 },
};

static PangoLayout *make_layout(const struct words *w, struct words_style style, const char *text)
{
    char *clean = font_clean(text);
    PangoLayout *layout = font_layout(w->drawer, FONT_AS_SHAPES, clean, style.bold, style.em);
    PangoAttrList *attributes = pango_attr_list_new();

    /* else "confirmed" is found in no reader that searches for it */
    pango_attr_list_insert(attributes, pango_attr_font_features_new("liga 0, clig 0"));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    g_free(clean);
    return layout;
}

static void move_pen(const struct words *w, struct words_style style, double x, double y)
{
    const double *c = colours[style.colour];
    cairo_set_source_rgb(w->cr, c[0], c[1], c[2]);
    cairo_move_to(w->cr, x, y);
}

double words_line(struct words *w, struct words_style style, double x, double y, double room,
                  const char *text)
{
    PangoLayout *layout = make_layout(w, style, text);
    int width;

    pango_layout_get_size(layout, &width, NULL);
    if (width > room * PANGO_SCALE) {
        pango_layout_set_width(layout, (int)(room * PANGO_SCALE));
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        pango_layout_get_size(layout, &width, NULL);
    }
    move_pen(w, style, x, y - (double)pango_layout_get_baseline(layout) / PANGO_SCALE);
    pango_cairo_show_layout(w->cr, layout);
    if (!font_drawable(pango_layout_get_line_readonly(layout, 0)))
        w->failed = true;
    g_object_unref(layout);
    return (double)width / PANGO_SCALE;
}

/* Whether there is room for `height` more, maybe on a new page. */
static bool make_room(struct flow *flow, double height)
{
    if (flow->full)
        return false;
    if (flow->y + height > flow->bottom + 1e-6) {
        if (flow->turn)
            flow->turn(flow, flow->context);
        else
            flow->full = true;
    }
    return !flow->full;
}

static void put_lines(struct flow *flow, struct words_style style, PangoLayout *layout)
{
    PangoLayoutIter *at = pango_layout_get_iter(layout);
    do {
        PangoRectangle box;
        double height;
        pango_layout_iter_get_line_extents(at, NULL, &box);
        height = (double)box.height / PANGO_SCALE;
        if (!make_room(flow, height))
            break;
        move_pen(flow->words, style, flow->x + (double)box.x / PANGO_SCALE,
                 flow->y + (double)(pango_layout_iter_get_baseline(at) - box.y) / PANGO_SCALE);
        pango_cairo_show_layout_line(flow->words->cr, pango_layout_iter_get_line_readonly(at));
        if (!font_drawable(pango_layout_iter_get_line_readonly(at)))
            flow->words->failed = true;
        flow->y += height;
    } while (pango_layout_iter_next_line(at));
    pango_layout_iter_free(at);
}

void flow_put(struct flow *flow, struct words_style style, const char *text)
{
    char **lines = g_strsplit(text ? text : "", "\n", -1);
    for (size_t i = 0; lines[i]; i++) {
        PangoLayout *layout;
        if (!*lines[i] && i == 0)
            continue;
        layout = make_layout(flow->words, style, lines[i]);
        pango_layout_set_width(layout, (int)(flow->width * PANGO_SCALE));
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        if (style.lines) {
            pango_layout_set_height(layout, -style.lines);
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        }
        put_lines(flow, style, layout);
        g_object_unref(layout);
    }
    g_strfreev(lines);
}

void flow_put_format(struct flow *flow, struct words_style style, const char *format, ...)
{
    va_list args;
    char *text;
    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    flow_put(flow, style, text);
    g_free(text);
}

void flow_skip(struct flow *flow, double millimetres)
{
    flow->y += millimetres;
}
