/* The scene as shapes (SVG) and as a page (PDF). */
#include "labels/draw/picture.h"

#include <cairo-pdf.h>

struct path_writer {
    struct buffer *out;
    enum error error;
};

static void put_point(struct path_writer *w, char command, const cairo_path_data_t *points,
                      int count)
{
    if (w->error == ERROR_OK)
        w->error = buffer_put_byte(w->out, (uint8_t)command);
    for (int i = 0; i < count && w->error == ERROR_OK; i++)
        w->error = buffer_put_format(w->out, i ? " %.2f %.2f" : "%.2f %.2f", points[i].point.x,
                                     points[i].point.y);
}

static void put_path(struct path_writer *w, const cairo_path_t *path)
{
    for (int i = 0; i < path->num_data; i += path->data[i].header.length) {
        const cairo_path_data_t *at = &path->data[i];
        switch (at->header.type) {
        case CAIRO_PATH_MOVE_TO:
            put_point(w, 'M', at + 1, 1);
            break;
        case CAIRO_PATH_LINE_TO:
            put_point(w, 'L', at + 1, 1);
            break;
        case CAIRO_PATH_CURVE_TO:
            put_point(w, 'C', at + 1, 3);
            break;
        case CAIRO_PATH_CLOSE_PATH:
            put_point(w, 'Z', NULL, 0);
            break;
        }
    }
}

static enum error put_text_shapes(struct buffer *out, const struct scene *scene)
{
    /* without bounds: Pango leaves out glyphs beyond a surface's edge */
    cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, NULL);
    cairo_t *cr = cairo_create(surface);
    struct path_writer w = { out, ERROR_OK };

    for (size_t i = 0; i < scene->text_count && w.error == ERROR_OK; i++) {
        const struct scene_text *text = &scene->texts[i];
        cairo_path_t *path;
        cairo_new_path(cr);
        cairo_move_to(cr, text->x, text->y);
        pango_cairo_layout_path(cr, text->layout);
        path = cairo_copy_path(cr);
        w.error = buffer_put_format(out, "<path fill=\"%s\" d=\"", text->light ? "#fff" : "#000");
        if (path->status == CAIRO_STATUS_SUCCESS)
            put_path(&w, path);
        else
            w.error = ERROR_NO_MEMORY;
        cairo_path_destroy(path);
        if (w.error == ERROR_OK)
            w.error = buffer_put_text(out, "\"/>\n");
    }
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return w.error;
}

static enum error put_rect_shapes(struct buffer *out, const struct scene *scene)
{
    enum error e = buffer_put_text(out, "<path fill=\"#000\" shape-rendering=\"crispEdges\" d=\"");
    for (size_t i = 0; i < scene->rect_count && e == ERROR_OK; i++) {
        const struct scene_rect *r = &scene->rects[i];
        e = buffer_put_format(out, "M%d %dh%dv%dh-%dz", r->x, r->y, r->width, r->height, r->width);
    }
    return e == ERROR_OK ? buffer_put_text(out, "\"/>\n") : e;
}

enum error picture_svg(const struct scene *scene, struct buffer *out)
{
    double mm = 25.4 / scene->dpi;
    enum error e = buffer_put_format(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.2fmm\" height=\"%.2fmm\" "
        "viewBox=\"0 0 %d %d\">\n<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>\n",
        scene->width * mm, scene->height * mm, scene->width, scene->height, scene->width,
        scene->height);
    if (e == ERROR_OK)
        e = put_rect_shapes(out, scene);
    if (e == ERROR_OK)
        e = put_text_shapes(out, scene);
    return e == ERROR_OK ? buffer_put_text(out, "</svg>\n") : e;
}

static cairo_status_t put_bytes(void *context, const unsigned char *bytes, unsigned count)
{
    struct path_writer *w = context;
    if (w->error == ERROR_OK)
        w->error = buffer_put(w->out, span_of(bytes, count));
    return w->error == ERROR_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

enum error picture_pdf(const struct scene *scene, struct buffer *out)
{
    double points = 72.0 / scene->dpi;
    struct path_writer w = { out, ERROR_OK };
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        put_bytes, &w, scene->width * points, scene->height * points);
    cairo_t *cr = cairo_create(surface);
    cairo_status_t status;

    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_scale(cr, points, points);
    scene_paint_rects(scene, cr);
    scene_paint_texts(scene, cr);
    cairo_show_page(cr);
    status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (w.error != ERROR_OK)
        return w.error;
    return status == CAIRO_STATUS_SUCCESS ? ERROR_OK : ERROR_BUG;
}
