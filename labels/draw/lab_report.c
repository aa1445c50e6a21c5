/* A laboratory report as PDF: written twice, first to learn how many pages it has. */
#include "labels/draw/lab_report.h"

#include "labels/draw/lab_report_page.h"
#include "labels/draw/pdf_pages.h"

/* Writes the pages to `out`, or nowhere; `pages` is how many there are, 0 as long as nobody knows,
 * and receives it. */
static enum error write_pages(struct label_drawer *drawer, const struct lab_report *r,
                              struct buffer *out, unsigned *pages)
{
    cairo_surface_t *nowhere = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, NULL);
    struct pdf_pages pdf;
    struct lab_pages p = { .report = r, .pages = *pages };
    enum error e;

    pdf_pages_open(&pdf, "Laboratory report", out);
    p.words = (struct words) { pdf.cr, drawer, false };
    p.unseen = (struct words) { cairo_create(nowhere), drawer, false };
    lab_pages_write(&p);
    cairo_destroy(p.unseen.cr);
    cairo_surface_destroy(nowhere);
    e = pdf_pages_close(&pdf);
    *pages = p.page;
    return e == ERROR_OK && p.words.failed ? ERROR_IO : e;
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
