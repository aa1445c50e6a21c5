/* Where the ink of a label's texts lies, dot by dot. */
#ifndef PHIAL_TESTS_UNIT_DRAW_INK_H
#define PHIAL_TESTS_UNIT_DRAW_INK_H

#include "labels/draw/scene.h"

#include <stdio.h>

enum { INK_EDGE = 40, INK_MARGIN = 2 };

static inline bool ink_in(const struct scene_rect *r, int x, int y)
{
    return x >= r->x && x < r->x + r->width && y >= r->y && y < r->y + r->height;
}

/* NULL when a dot may be dark there. */
static inline const char *ink_wrong_at(const struct scene *scene, int x, int y)
{
    if (x < INK_MARGIN || y < INK_MARGIN || x >= scene->width - INK_MARGIN ||
        y >= scene->height - INK_MARGIN)
        return "leaves the label";
    if (ink_in(&scene->quiet[0], x, y) || ink_in(&scene->quiet[1], x, y))
        return "lies in a quiet zone";
    return NULL;
}

/* Draws the text alone, on more than the label; true when every dark dot may be there. */
static inline bool ink_stays(const struct scene *scene, char *why, size_t size)
{
    const int width = scene->width + 2 * INK_EDGE, height = scene->height + 2 * INK_EDGE;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
    cairo_t *cr = cairo_create(surface);
    const uint8_t *pixels;
    const char *wrong = NULL;
    size_t ink = 0;

    cairo_translate(cr, INK_EDGE, INK_EDGE);
    scene_paint_texts(scene, cr);
    cairo_surface_flush(surface);
    pixels = cairo_image_surface_get_data(surface);
    for (int y = 0; y < height && !wrong; y++)
        for (int x = 0; x < width && !wrong; x++) {
            if (!pixels[y * cairo_image_surface_get_stride(surface) + x])
                continue;
            ink++;
            wrong = ink_wrong_at(scene, x - INK_EDGE, y - INK_EDGE);
            if (wrong)
                (void)snprintf(why, size, "ink at %d,%d of %dx%d %s", x - INK_EDGE, y - INK_EDGE,
                               scene->width, scene->height, wrong);
        }
    if (!wrong && ink < 100) {
        wrong = "is missing";
        (void)snprintf(why, size, "only %zu dots of ink", ink);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return !wrong;
}

#endif
