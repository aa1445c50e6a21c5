/* What stands where on a sheet of numbered labels and on the form that goes with it. */
#include "labels/draw/paper_sheet.h"

#include "core/base/text.h"
#include "labels/draw/pdf_pages.h"
#include "labels/draw/symbol.h"
#include "labels/draw/words.h"

#include <stdio.h>

/* The labels' grid, in millimetres. */
#define GRID_LEFT 4.76
#define GRID_TOP 12.7
#define GRID_ACROSS 69.85
#define GRID_DOWN 25.4
#define LABEL_WIDTH 66.67
enum { COLUMNS = 3, ROWS = 10, PER_PAGE = COLUMNS * ROWS, COPIES = 2 };

/* On a label: X of 0.33 mm, quiet zones of more than ten, bars of 10 mm (domain.md 3.4). */
#define MODULE 0.33
#define BARS_LEFT 4.5
#define BARS_TOP 7.2
#define BARS_HEIGHT 10.0
#define SIDE_LEFT 44.5

/* On the form. */
#define LEFT 15.0
#define RIGHT (PDF_LETTER_WIDTH - 15)
#define ROOM (RIGHT - LEFT)

static const struct words_style title = { 5.2, true, WORDS_INK, 0 };
static const struct words_style strong = { 3.5, true, WORDS_INK, 0 };
static const struct words_style plain = { 3.3, false, WORDS_INK, 0 };
static const struct words_style quiet = { 2.6, false, WORDS_QUIET, 0 };
static const struct words_style small = { 2.3, false, WORDS_QUIET, 0 };
static const struct words_style digits = { 3.4, true, WORDS_INK, 0 };
static const struct words_style warning = { 2.6, true, WORDS_WARN, 0 };

static void stroke(struct words *w, double x, double y, double to_x, double to_y)
{
    cairo_set_source_rgb(w->cr, 0.45, 0.5, 0.54);
    cairo_set_line_width(w->cr, 0.2);
    cairo_move_to(w->cr, x, y);
    cairo_line_to(w->cr, to_x, to_y);
    cairo_stroke(w->cr);
}

/* A place to write on: its name in small letters, then a line up to `right`. */
static void blank(struct words *w, struct words_style style, double x, double y, double right,
                  const char *name)
{
    double width = words_line(w, style, x, y, right - x, name);
    stroke(w, x + width + 1, y + 0.4, right, y + 0.4);
}

static enum error put_bars(struct words *w, double x, double y, const char *accession,
                           struct complaint *why)
{
    struct symbol symbol;
    enum error e = symbol_code128(accession, &symbol, why);

    if (e != ERROR_OK)
        return e;
    cairo_set_source_rgb(w->cr, 0, 0, 0);
    for (int i = 0; i < symbol.columns; i++)
        if (symbol.dark[0][i])
            cairo_rectangle(w->cr, x + i * MODULE, y, MODULE, BARS_HEIGHT);
    cairo_fill(w->cr);
    return ERROR_OK;
}

static enum error put_label(struct words *w, const struct paper_sheet *sheet, double x, double y,
                            const char *accession, const char *use, struct complaint *why)
{
    double right = x + LABEL_WIDTH - 2.5;
    char grouped[32];

    blank(w, small, x + 3, y + 5, right, "Name");
    blank(w, small, x + SIDE_LEFT, y + 10, right, "DOB");
    blank(w, small, x + SIDE_LEFT, y + 14.2, right, "Date");
    blank(w, small, x + SIDE_LEFT, y + 18.4, right, "Time");
    blank(w, small, x + SIDE_LEFT, y + 22.6, right, "By");
    (void)snprintf(grouped, sizeof grouped, "%.6s %.5s %s", accession, accession + 6,
                   accession + 11);
    (void)words_line(w, digits, x + BARS_LEFT, y + 20.8, 34, grouped);
    (void)words_line(w, small, x + BARS_LEFT, y + 23.6, 12, use);
    if (!text_empty(sheet->mark))
        (void)words_line(w, warning, x + BARS_LEFT + 13, y + 23.8, 22, sheet->mark);
    return put_bars(w, x + BARS_LEFT, y + BARS_TOP, accession, why);
}

/* The head of a page that no label covers. */
static void put_head(struct words *w, const struct paper_sheet *sheet, double y)
{
    char *text = g_strdup_printf("%s    %s    Print without scaling, on labels 1 × 2 5/8 in.",
                                 sheet->site, sheet->told);
    (void)words_line(w, quiet, LEFT, y, ROOM, text);
    g_free(text);
}

static enum error put_labels(struct words *w, const struct paper_sheet *sheet,
                             struct complaint *why)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; i < sheet->number_count * COPIES && e == ERROR_OK; i++) {
        size_t on_page = i % PER_PAGE, row = on_page / COLUMNS;
        double x = GRID_LEFT + GRID_ACROSS * (double)(on_page % COLUMNS);
        double y = GRID_TOP + GRID_DOWN * (double)row;
        if (on_page == 0 && i)
            cairo_show_page(w->cr);
        if (on_page == 0)
            put_head(w, sheet, 8.5);
        e = put_label(w, sheet, x, y, sheet->numbers[i / COPIES], i % COPIES ? "FORM" : "TUBE",
                      why);
    }
    cairo_show_page(w->cr);
    return e;
}

/* A box to tick, and what it is for. */
static void box(struct words *w, double x, double y, double room, const char *text)
{
    cairo_set_source_rgb(w->cr, 0.08, 0.13, 0.17);
    cairo_set_line_width(w->cr, 0.25);
    cairo_rectangle(w->cr, x, y - 2.7, 3, 3);
    cairo_stroke(w->cr);
    (void)words_line(w, plain, x + 4.5, y, room - 5, text);
}

static void put_form_head(struct words *w, const struct paper_sheet *sheet)
{
    (void)words_line(w, title, LEFT, 20, 115, "Laboratory request on paper");
    (void)words_line(w, strong, LEFT, 26, 115, sheet->site);
    (void)words_line(w, quiet, LEFT, 31, 115,
                     "For when the computer is down. Enter it from paper afterwards.");
    if (!text_empty(sheet->mark))
        (void)words_line(w, warning, LEFT, 36, 115, sheet->mark);
    cairo_set_source_rgb(w->cr, 0.45, 0.5, 0.54);
    cairo_set_line_width(w->cr, 0.3);
    cairo_rectangle(w->cr, RIGHT - LABEL_WIDTH, 13, LABEL_WIDTH, GRID_DOWN);
    cairo_stroke(w->cr);
    (void)words_line(w, quiet, RIGHT - LABEL_WIDTH + 8, 27, LABEL_WIDTH - 16,
                     "Stick the label marked FORM here");
}

static double put_patient(struct words *w, double y)
{
    const double half = LEFT + ROOM / 2;

    blank(w, plain, LEFT, y, half - 4, "Family name");
    blank(w, plain, half, y, RIGHT, "Given name");
    blank(w, plain, LEFT, y + 9, half - 4, "Date of birth");
    blank(w, plain, half, y + 9, half + 36, "Sex");
    blank(w, plain, half + 39, y + 9, RIGHT, "MRN");
    blank(w, plain, LEFT, y + 18, half - 4, "Ordered by");
    blank(w, plain, half, y + 18, RIGHT, "Signature");
    box(w, LEFT, y + 26, 30, "Routine");
    box(w, LEFT + 30, y + 26, 30, "STAT");
    box(w, half, y + 26, ROOM / 2, "By word of mouth, read back");
    return y + 34;
}

static double put_collection(struct words *w, double y)
{
    const double half = LEFT + ROOM / 2;

    (void)words_line(w, strong, LEFT, y, ROOM, "At the chair: the label goes on before you leave");
    box(w, LEFT, y + 8, 60, "Name, stated by the patient");
    box(w, LEFT + 64, y + 8, 60, "Date of birth, stated");
    box(w, LEFT + 124, y + 8, 60, "Tube, form, patient agree");
    blank(w, plain, LEFT, y + 17, half - 4, "Specimen and site");
    blank(w, plain, half, y + 17, RIGHT, "Container and its lot");
    blank(w, plain, LEFT, y + 26, half - 4, "Date and time");
    blank(w, plain, half, y + 26, RIGHT, "Collected by");
    return y + 35;
}

static double put_tests(struct words *w, const struct paper_sheet *sheet, double y, double bottom)
{
    const double width = ROOM / 3;
    size_t rows = (sheet->test_count + 2) / 3, most = (size_t)((bottom - y - 8) / 5.2);

    (void)words_line(w, strong, LEFT, y, ROOM, "Tests");
    rows = rows > most ? most : rows;
    for (size_t i = 0; i < sheet->test_count && i < rows * 3; i++) {
        size_t column = i / rows, row = i % rows;
        double x = LEFT + width * (double)column, line = y + 7 + 5.2 * (double)row;
        if (i + 1 == rows * 3 && sheet->test_count > rows * 3) /* what has no box is written out */
            blank(w, plain, x, line, RIGHT, "Other:");
        else
            box(w, x, line, width, sheet->tests[i]);
    }
    return y + 9 + 5.2 * (double)rows;
}

static void put_results(struct words *w, double y)
{
    static const char *const heads[] = { "Test", "Result and unit", "Instrument or kit, lot",
                                         "Time", "By" };
    static const double at[] = { 0, 42, 85, 140, 160 };

    (void)words_line(w, strong, LEFT, y, ROOM,
                     "Results read meanwhile (an instrument that kept them sends them later)");
    for (size_t i = 0; i < 5; i++)
        (void)words_line(w, quiet, LEFT + at[i], y + 6, 50, heads[i]);
    for (int line = 0; line < 4; line++)
        stroke(w, LEFT, y + 14 + 7 * line, RIGHT, y + 14 + 7 * line);
    blank(w, plain, LEFT, y + 44, LEFT + 92, "Critical value told to");
    blank(w, plain, LEFT + 96, y + 44, LEFT + 130, "at");
    box(w, LEFT + 136, y + 44, 50, "Value was read back");
}

static void put_form(struct words *w, const struct paper_sheet *sheet)
{
    const double results = PDF_LETTER_HEIGHT - 58;
    double y = put_patient(w, 52);

    put_form_head(w, sheet);
    (void)put_tests(w, sheet, put_collection(w, y), results - 4);
    put_results(w, results);
    cairo_show_page(w->cr);
}

enum error paper_sheet_draw(struct label_drawer *drawer, const struct paper_sheet *sheet,
                            struct buffer *out, struct complaint *why)
{
    size_t before = out->len;
    struct pdf_pages pdf;
    struct words w;
    enum error drawn, e;

    for (size_t i = 0; i < sheet->number_count; i++)
        if (strspn(sheet->numbers[i], "0123456789") != 12 || sheet->numbers[i][12])
            return complain(why, ERROR_BAD_INPUT, "\"%.32s\" is no number of a label.",
                            sheet->numbers[i]);
    if (!sheet->number_count)
        return complain(why, ERROR_BAD_INPUT, "The sheet has no numbers.");
    pdf_pages_open(&pdf, "Labels for paper", out);
    w = (struct words) { pdf.cr, drawer, false };
    drawn = put_labels(&w, sheet, why);
    if (drawn == ERROR_OK)
        put_form(&w, sheet);
    e = pdf_pages_close(&pdf);
    if (drawn == ERROR_OK && e == ERROR_OK && !w.failed)
        return ERROR_OK;
    out->len = before;
    if (drawn != ERROR_OK)
        return drawn;
    return complain(why, e == ERROR_OK ? ERROR_IO : e, "The sheet could not be drawn%s.",
                    w.failed ? ": a font cannot be used" : "");
}
