/* The bytes that cairo makes of pages. */
#include "labels/draw/pdf_pages.h"

#include <cairo-pdf.h>

#define POINTS_A_MM (72 / 25.4)

static cairo_status_t collect(void *context, const unsigned char *bytes, unsigned count)
{
    struct pdf_pages *p = context;
    if (p->out && p->error == ERROR_OK)
        p->error = buffer_put(p->out, span_of(bytes, count));
    return p->error == ERROR_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

void pdf_pages_open(struct pdf_pages *p, const char *title, struct buffer *out)
{
    *p = (struct pdf_pages) { .out = out, .error = ERROR_OK };
    p->surface = cairo_pdf_surface_create_for_stream(collect, p, PDF_LETTER_WIDTH * POINTS_A_MM,
                                                     PDF_LETTER_HEIGHT * POINTS_A_MM);
    cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_4);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, title);
    p->cr = cairo_create(p->surface);
    cairo_scale(p->cr, POINTS_A_MM, POINTS_A_MM);
}

enum error pdf_pages_close(struct pdf_pages *p)
{
    cairo_status_t status = cairo_status(p->cr);

    cairo_destroy(p->cr);
    cairo_surface_finish(p->surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(p->surface);
    cairo_surface_destroy(p->surface);
    if (p->error != ERROR_OK)
        return p->error;
    return status == CAIRO_STATUS_SUCCESS ? ERROR_OK : ERROR_BUG;
}
