/*
 * An EKG's report as PDF.
 *
 * The words are cairo's; every line is written here, in the units of the sheet and with the very
 * numbers of the SVG, and laid under the words (pdf_append.h). The paper is left white: it is going
 * to be printed on paper.
 */
#include "labels/draw/pdf_append.h"
#include "labels/draw/tracing_path.h"
#include "labels/draw/tracing_report.h"

#include "core/base/limits.h"

#include <cairo-pdf.h>
#include <math.h>

#define POINTS_A_MM (72 / 25.4)
#define WARN_COLOUR "#7d4400"

enum { BILLION = 1000000000, FRAME_WIDTH = 50 };

static void put_decimal(struct path *p, double value)
{
    long rest = lrint(value * BILLION);
    path_number(p, (int)(rest / BILLION));
    path_char(p, '.');
    rest %= BILLION;
    for (long digit = BILLION / 10; digit; digit /= 10)
        path_char(p, (char)('0' + rest / digit % 10));
    path_char(p, ' ');
}

/* From here on numbers are hundredths of a millimetre, downwards from a corner in millimetres. */
static void begin_space(struct path *p, double x, double y)
{
    path_put(p, "q ");
    put_decimal(p, POINTS_A_MM / SHEET_MM);
    path_put(p, "0 0 -");
    put_decimal(p, POINTS_A_MM / SHEET_MM);
    put_decimal(p, x * POINTS_A_MM);
    put_decimal(p, (REPORT_HEIGHT / 10.0 - y) * POINTS_A_MM);
    path_put(p, "cm\n");
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void begin_stroke(struct path *p, const char *colour, int width)
{
    for (int i = 1; i < 7; i += 2)
        put_decimal(p, (hex(colour[i]) * 16 + hex(colour[i + 1])) / 255.0);
    path_put(p, "RG ");
    path_number(p, width);
    path_put(p, " w\n");
}

static void put_point(struct path *p, int x, int y, const char *operation)
{
    path_number(p, x);
    path_char(p, ' ');
    path_number(p, y);
    path_put(p, operation);
}

static void put_segment(struct path *p, int x, int y, int to_x, int to_y)
{
    put_point(p, x, y, " m ");
    put_point(p, to_x, to_y, " l\n");
}

static void put_grid(struct path *p, int pitch, int except, const char *colour, int width)
{
    begin_stroke(p, colour, width);
    for (int x = 0; x <= SHEET_WIDTH; x += pitch)
        if (!except || x % except)
            put_segment(p, x, 0, x, SHEET_HEIGHT);
    for (int y = 0; y <= SHEET_HEIGHT; y += pitch)
        if (!except || y % except)
            put_segment(p, 0, y, SHEET_WIDTH, y);
    path_put(p, "S\n");
}

static void put_lines(struct path *p, const struct sheet *sheet, int strip, bool marks)
{
    for (size_t i = 0; i < sheet->line_count; i++) {
        const struct sheet_line *line = &sheet->lines[i];
        if (line->strip != strip || line->mark != marks)
            continue;
        put_point(p, line->at[0].x, line->at[0].y, " m\n");
        for (int k = 1; k < line->count; k++)
            put_point(p, line->at[k].x, line->at[k].y, " l\n");
        path_put(p, "S\n");
    }
}

static void put_cell(struct path *p, const struct sheet_cell *cell)
{
    struct sheet_pen pen;
    enum sheet_step step;
    int x = 0, y = 0;

    if (cell->first == cell->end)
        return;
    sheet_pen_init(&pen, cell);
    while ((step = sheet_pen_next(&pen, &x, &y)) != SHEET_END) {
        put_point(p, x, y, step == SHEET_NEXT ? " l\n" : " m\n");
        if (step == SHEET_ALONE)
            put_point(p, x, y, " l\n");
    }
    path_put(p, "S\n");
}

/* The dashed frame that says UNCONFIRMED around what the cart said. */
static void put_frame(struct path *p)
{
    begin_space(p, REPORT_FRAME_X / 10.0, REPORT_TOP / 10.0);
    begin_stroke(p, WARN_COLOUR, FRAME_WIDTH);
    path_put(p, "[200 120] 0 d 0 0 ");
    put_point(p, REPORT_FRAME_WIDTH * 10, REPORT_FRAME_HEIGHT * 10, " re S\nQ\n");
}

static enum error draw_strip(const struct sheet *sheet, int strip, struct buffer *out)
{
    struct path p;

    path_init(&p, out);
    put_frame(&p);
    begin_space(&p, REPORT_MARGIN / 10.0, REPORT_SHEET / 10.0);
    path_put(&p, "0 0 ");
    put_point(&p, SHEET_WIDTH, SHEET_HEIGHT, " re W n\n");
    put_grid(&p, SHEET_MM, BIG_SQUARE, FINE_COLOUR, FINE_WIDTH);
    put_grid(&p, BIG_SQUARE, 0, STRONG_COLOUR, STRONG_WIDTH);
    begin_stroke(&p, QUIET_COLOUR, MARK_WIDTH);
    put_lines(&p, sheet, strip, true);
    begin_stroke(&p, INK_COLOUR, TRACE_WIDTH);
    path_put(&p, "1 J 1 j\n");
    put_lines(&p, sheet, strip, false);
    for (size_t i = 0; i < sheet->cell_count; i++)
        if (sheet->cells[i].strip == strip)
            put_cell(&p, &sheet->cells[i]);
    path_put(&p, "Q\n");
    return path_finish(&p);
}

struct collector {
    struct buffer *out;
    enum error error;
};

static cairo_status_t collect(void *context, const unsigned char *bytes, unsigned count)
{
    struct collector *c = context;
    if (c->error == ERROR_OK)
        c->error = buffer_put(c->out, span_of(bytes, count));
    return c->error == ERROR_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void write_pages(struct report *r, const struct sheet *sheet)
{
    for (int strip = 0; sheet && strip < sheet->strips; strip++)
        report_tracing_page(r, sheet, strip);
    if (sheet && !report_statements_fit(r))
        report_statement_pages(r);
    if (r->facts->overread)
        report_signature_pages(r);
}

/* Every word of the report, in PDF 1.4: its tables can be read, later ones are packed. */
static enum error write_words(struct report *r, const struct sheet *sheet, struct buffer *out)
{
    struct collector c = { out, ERROR_OK };
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        collect, &c, REPORT_WIDTH / 10.0 * POINTS_A_MM, REPORT_HEIGHT / 10.0 * POINTS_A_MM);
    cairo_status_t status;

    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, "EKG");
    r->words.cr = cairo_create(surface);
    cairo_scale(r->words.cr, POINTS_A_MM, POINTS_A_MM);
    write_pages(r, sheet);
    status = cairo_status(r->words.cr);
    cairo_destroy(r->words.cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (c.error != ERROR_OK)
        return c.error;
    if (r->words.failed)
        return ERROR_IO;
    return status == CAIRO_STATUS_SUCCESS ? ERROR_OK : ERROR_BUG;
}

static enum error write_report(struct report *r, const struct sheet *sheet, struct buffer *out)
{
    struct buffer words, lines[SHEET_STRIPS];
    size_t strips = sheet ? (size_t)sheet->strips : 0;
    enum error e;

    buffer_init(&words, LIMIT_ECG_PDF);
    for (size_t i = 0; i < strips; i++)
        buffer_init(&lines[i], TRACING_SVG_MAX);
    e = write_words(r, sheet, &words);
    for (size_t i = 0; i < strips && e == ERROR_OK; i++)
        e = draw_strip(sheet, (int)i, &lines[i]);
    if (e == ERROR_OK)
        e = pdf_append(buffer_span(&words), lines, strips, out);
    for (size_t i = 0; i < strips; i++)
        buffer_free(&lines[i]);
    buffer_free(&words);
    return e;
}

enum error tracing_draw_pdf(struct label_drawer *drawer, const struct ecg *ecg,
                            struct tracing_view view, const struct tracing_report *facts,
                            struct buffer *out, struct complaint *why)
{
    struct report r = {
        .words = { NULL, drawer, false }, .ecg = ecg, .facts = facts, .view = view, .page = 1
    };
    bool drawable = tracing_drawable(ecg);
    size_t before = out->len;
    struct sheet sheet;
    enum error e;

    if (!tracing_view_valid(view) || (!drawable && !facts->overread))
        return complain(why, ERROR_BAD_INPUT,
                        "There is no tracing in this file to draw: open the original.");
    if (drawable && (e = sheet_lay_out(ecg, view, NULL, &sheet, why)) != ERROR_OK)
        return e;
    e = write_report(&r, drawable ? &sheet : NULL, out);
    if (e == ERROR_OK)
        return e;
    out->len = before;
    return complain(why, e, "The EKG could not be drawn as a PDF%s.",
                    e == ERROR_IO ? ": a font cannot be used" : "");
}
