/* Bitmaps: made, placed, and drawn from a scene. */
#include "labels/draw/bitmap.h"

#include "labels/draw/picture.h"

#include <stdlib.h>

enum error bitmap_new(int width, int height, struct bitmap *out)
{
    struct bitmap bitmap = { width, height, ((size_t)width + 7) / 8, NULL };
    bitmap.bits = calloc((size_t)height, bitmap.stride);
    if (!bitmap.bits)
        return ERROR_NO_MEMORY;
    *out = bitmap;
    return ERROR_OK;
}

void bitmap_free(struct bitmap *bitmap)
{
    free(bitmap->bits);
    bitmap->bits = NULL;
}

bool bitmap_dark(const struct bitmap *bitmap, int x, int y)
{
    return bitmap_row(bitmap, y)[x / 8] & 0x80 >> (x & 7);
}

void bitmap_darken(struct bitmap *bitmap, int x, int y)
{
    bitmap->bits[(size_t)y * bitmap->stride + (size_t)x / 8] |= (uint8_t)(0x80 >> (x & 7));
}

enum error bitmap_place(const struct bitmap *picture, int width, int height, struct bitmap *out)
{
    bool turned = picture->width > width || picture->height > height;
    int wide = turned ? picture->height : picture->width;
    int high = turned ? picture->width : picture->height;
    int left = (width - wide) / 2, top = (height - high) / 2;
    enum error e;

    if (wide > width || high > height)
        return ERROR_TOO_BIG;
    e = bitmap_new(width, height, out);
    for (int y = 0; y < picture->height && e == ERROR_OK; y++)
        for (int x = 0; x < picture->width; x++)
            if (bitmap_dark(picture, x, y))
                bitmap_darken(out, left + (turned ? wide - 1 - y : x), top + (turned ? x : y));
    return e;
}

static enum error surface_error(cairo_status_t status)
{
    return status == CAIRO_STATUS_SUCCESS     ? ERROR_OK
           : status == CAIRO_STATUS_NO_MEMORY ? ERROR_NO_MEMORY
                                              : ERROR_BUG;
}

/* Grey 0 is dark; text and bars are drawn without intermediate grey. */
static void collect_bits(cairo_surface_t *surface, struct bitmap *bitmap)
{
    const uint8_t *pixels = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    for (int y = 0; y < bitmap->height; y++)
        for (int x = 0; x < bitmap->width; x++)
            if (pixels[(size_t)y * stride + (size_t)x * 4] < 128)
                bitmap_darken(bitmap, x, y);
}

enum error picture_bitmap(const struct scene *scene, struct bitmap *out)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, scene->width, scene->height);
    cairo_t *cr = cairo_create(surface);
    struct bitmap bitmap = { 0 };
    enum error e;

    cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    scene_paint_rects(scene, cr);
    scene_paint_texts(scene, cr);
    e = surface_error(cairo_status(cr));
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    if (e == ERROR_OK)
        e = bitmap_new(scene->width, scene->height, &bitmap);
    if (e == ERROR_OK) {
        collect_bits(surface, &bitmap);
        *out = bitmap;
    }
    cairo_surface_destroy(surface);
    return e;
}
