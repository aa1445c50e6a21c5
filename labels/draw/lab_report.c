/* A laboratory report as PDF: written twice, first to learn how many pages it has. */
#include "labels/draw/lab_report.h"

#include "labels/draw/lab_report_page.h"

#include <cairo-pdf.h>

#define POINTS_A_MM (72 / 25.4)

struct collector {
    struct buffer *out; /* NULL: nothing is kept */
    enum error error;
};

static cairo_status_t collect(void *context, const unsigned char *bytes, unsigned count)
{
    struct collector *c = context;
    if (c->out && c->error == ERROR_OK)
        c->error = buffer_put(c->out, span_of(bytes, count));
    return c->error == ERROR_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_t *open_surface(struct collector *c, cairo_surface_t **surface)
{
    cairo_t *cr;

    *surface = cairo_pdf_surface_create_for_stream(collect, c, LAB_REPORT_WIDTH * POINTS_A_MM,
                                                   LAB_REPORT_HEIGHT * POINTS_A_MM);
    cairo_pdf_surface_restrict_to_version(*surface, CAIRO_PDF_VERSION_1_4);
    cairo_pdf_surface_set_metadata(*surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_pdf_surface_set_metadata(*surface, CAIRO_PDF_METADATA_TITLE, "Laboratory report");
    cr = cairo_create(*surface);
    cairo_scale(cr, POINTS_A_MM, POINTS_A_MM);
    return cr;
}

/* Writes the pages to `out`, or nowhere; `pages` is how many there are, 0 as long as nobody knows,
 * and receives it. */
static enum error write_pages(struct label_drawer *drawer, const struct lab_report *r,
                              struct buffer *out, unsigned *pages)
{
    cairo_surface_t *surface, *nowhere = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, NULL);
    struct collector c = { out, ERROR_OK };
    struct lab_pages p = {
        .words = { open_surface(&c, &surface), drawer, false },
        .unseen = { cairo_create(nowhere), drawer, false },
        .report = r,
        .pages = *pages,
    };
    cairo_status_t status;

    lab_pages_write(&p);
    status = cairo_status(p.words.cr);
    cairo_destroy(p.words.cr);
    cairo_destroy(p.unseen.cr);
    cairo_surface_destroy(nowhere);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    *pages = p.page;
    if (c.error != ERROR_OK)
        return c.error;
    if (p.words.failed)
        return ERROR_IO;
    return status == CAIRO_STATUS_SUCCESS ? ERROR_OK : ERROR_BUG;
}

enum error lab_report_draw(struct label_drawer *drawer, const struct lab_report *r,
                           struct buffer *out, struct complaint *why)
{
    size_t before = out->len;
    unsigned pages = 0;
    enum error e = lab_report_lint(r, why);

    if (e != ERROR_OK)
        return e;
    e = write_pages(drawer, r, NULL, &pages);
    if (e == ERROR_OK)
        e = write_pages(drawer, r, out, &pages);
    if (e == ERROR_OK)
        return e;
    out->len = before;
    return complain(why, e, "The report could not be drawn%s.",
                    e == ERROR_IO ? ": a font cannot be used" : "");
}
