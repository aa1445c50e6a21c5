/* What every format does with a scene: paint it, count what could not be shown, free it. */
#include "labels/draw/scene.h"

void scene_free(struct scene *scene)
{
    for (size_t i = 0; i < scene->text_count; i++)
        g_object_unref(scene->texts[i].layout);
    scene->text_count = 0;
}

unsigned scene_unknown(const struct scene *scene)
{
    unsigned count = 0;
    for (size_t i = 0; i < scene->text_count; i++)
        count += (unsigned)pango_layout_get_unknown_glyphs_count(scene->texts[i].layout);
    return count;
}

bool scene_drawable(const struct scene *scene)
{
    for (size_t i = 0; i < scene->text_count; i++)
        if (!font_drawable(pango_layout_get_line_readonly(scene->texts[i].layout, 0)))
            return false;
    return true;
}

void scene_paint_rects(const struct scene *scene, cairo_t *cr)
{
    cairo_set_source_rgb(cr, 0, 0, 0);
    for (size_t i = 0; i < scene->rect_count; i++) {
        const struct scene_rect *r = &scene->rects[i];
        cairo_rectangle(cr, r->x, r->y, r->width, r->height);
    }
    cairo_fill(cr);
}

void scene_paint_texts(const struct scene *scene, cairo_t *cr)
{
    for (size_t i = 0; i < scene->text_count; i++) {
        const struct scene_text *text = &scene->texts[i];
        double grey = text->light ? 1 : 0;
        cairo_set_source_rgb(cr, grey, grey, grey);
        cairo_move_to(cr, text->x, text->y);
        pango_cairo_show_layout(cr, text->layout);
    }
}
