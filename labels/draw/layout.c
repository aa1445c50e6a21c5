/* A label's symbols and rows, put where its stock wants them. */
#include "labels/draw/layout.h"

#include "core/base/text.h"
#include "labels/draw/stock.h"
#include "labels/draw/symbol.h"

#include <math.h>
#include <stdio.h>

/* Beside the bars, where the stock has the room; ten modules in any case. */
enum { QUIET_MM = 5 };

struct layout_work {
    struct scene *scene;
    const struct label_drawer *drawer;
    enum font_use use;
    const struct label *label;
    const struct stock *stock;
    double dots; /* in a millimetre */
};

/* Dark modules side by side become one rectangle. */
static enum error put_symbol(struct scene *scene, const struct symbol *symbol, int x, int y,
                             int module, int height)
{
    for (int row = 0; row < symbol->rows; row++)
        for (int column = 0, end; column < symbol->columns; column = end) {
            end = column + 1;
            if (!symbol->dark[row][column])
                continue;
            while (end < symbol->columns && symbol->dark[row][end])
                end++;
            if (scene->rect_count == SCENE_RECTS)
                return ERROR_BUG;
            scene->rects[scene->rect_count++] =
                (struct scene_rect) { x + column * module, y + row * height,
                                      (end - column) * module, height };
        }
    return ERROR_OK;
}

static int at_least(double mm, double dots)
{
    return (int)ceil(mm * dots - 1e-6);
}

static enum error put_bars(struct layout_work *w, int room, struct complaint *why)
{
    struct symbol symbol;
    enum error e = symbol_code128(w->label->accession, &symbol, why);
    int module = at_least(0.25, w->dots), wide = module * SYMBOL_CODE128_MODULES;
    int quiet = MIN(at_least(QUIET_MM, w->dots), (room - wide) / 2);
    int top = at_least(w->stock->bars_top, w->dots);
    int high = at_least(w->stock->bars_height, w->dots);

    if (e != ERROR_OK)
        return e;
    if (quiet < 10 * module)
        return complain(why, ERROR_BUG, "The bars do not fit on the stock %s.", w->stock->id);
    w->scene->quiet[0] = (struct scene_rect) { 0, top, wide + 2 * quiet, high };
    return put_symbol(w->scene, &symbol, quiet, top, module, high);
}

/* Puts the matrix at the right, in the middle of the bars' height; `*left` receives where its
 * quiet zone begins. */
static enum error put_matrix(struct layout_work *w, int *left, struct complaint *why)
{
    struct symbol symbol;
    enum error e = symbol_matrix(w->label->accession, &symbol, why);
    int cell = MAX((int)round(w->stock->cell * w->dots), 1);
    int side = cell * SYMBOL_MATRIX_CELLS;
    int x = w->scene->width - (int)round(w->stock->matrix_right * w->dots) - side;
    int y = (int)round((w->stock->bars_top + w->stock->bars_height / 2) * w->dots - side / 2.0);

    if (e != ERROR_OK)
        return e;
    *left = x - cell;
    w->scene->quiet[1] =
        (struct scene_rect) { x - cell, y - cell, side + 2 * cell, side + 2 * cell };
    return put_symbol(w->scene, &symbol, x, y, cell, cell);
}

static enum error put_row(struct layout_work *w, const struct stock_row *row, struct cell *cells,
                          size_t count)
{
    const struct row at = {
        .left = ceil(w->stock->left * w->dots),
        .right = floor(w->scene->width - w->stock->right * w->dots),
        .top = ceil(row->top * w->dots),
        .bottom = floor(row->bottom * w->dots),
        .em = row->em * w->dots,
        .least = row->least * w->dots,
    };
    enum error e = row_lay_out(w->scene, w->drawer, w->use, &at, cells, count);
    for (size_t i = 0; i < count; i++) {
        g_free(cells[i].text);
        g_free(cells[i].given);
    }
    return e;
}

static char *cleaned(const char *text)
{
    return font_clean(text ? text : "");
}

/* "Label: text", or nothing when there is no text. */
static char *labelled(const char *label, const char *text)
{
    char *clean = cleaned(text);
    char *out = *clean ? g_strconcat(label, " ", clean, NULL) : g_strdup("");
    g_free(clean);
    return out;
}

/* Which copy it is, and that nothing about it is real. */
static char *copy_mark(const struct label *label)
{
    const char *practice = label->practice ? "PRACTICE" : "";

    if (!label->copy)
        return g_strdup(practice);
    return g_strdup_printf("%s%sCOPY %u", practice, *practice ? " " : "", label->copy);
}

/* yyyy-mm-dd to mm/dd/yyyy. */
static char *us_date(const char *iso)
{
    return g_strdup_printf("%.2s/%.2s/%.4s", iso + 5, iso + 8, iso);
}

/* yyyy-mm-ddThh:mm to mm/dd/yy hh:mm. */
static char *us_time(const char *iso)
{
    if (text_empty(iso))
        return g_strdup("");
    return g_strdup_printf("%.2s/%.2s/%.2s %.5s", iso + 5, iso + 8, iso + 2, iso + 11);
}

/* The digits as people read them out: day, running number, check digit. */
static char *grouped(const char *accession)
{
    return g_strdup_printf("%.6s %.5s %.1s", accession, accession + 6, accession + 11);
}

static char *birth_date(const struct label *label, bool with_sex)
{
    char *date = us_date(label->birth_date), *sex = cleaned(with_sex ? label->sex : "");
    char *out = g_strconcat("DOB ", date, *sex ? "  " : "", sex, NULL);
    g_free(date);
    g_free(sex);
    return out;
}

static char *priority(const char *text)
{
    char *clean = cleaned(text), *upper;
    if (g_ascii_strcasecmp(clean, "routine") == 0)
        *clean = '\0';
    upper = g_utf8_strup(clean, -1);
    g_free(clean);
    return upper;
}

/* Where from: "Venous L arm". */
static char *source(const struct label *label)
{
    char *type = cleaned(label->specimen_type), *site = cleaned(label->site);
    char *out = g_strconcat(type, *type && *site ? " " : "", site, NULL);
    g_free(type);
    g_free(site);
    return out;
}

static enum error put_name(struct layout_work *w, bool with_copy)
{
    struct cell cells[] = {
        { cleaned(w->label->family), cleaned(w->label->given), CELL_NAME, true, false, false },
        { with_copy ? copy_mark(w->label) : g_strdup(""), NULL, CELL_WHOLE, true, false, true },
    };
    return put_row(w, &w->stock->name, cells, 2);
}

static enum error put_full_rows(struct layout_work *w)
{
    const struct label *l = w->label;
    struct cell second[] = {
        { labelled("MRN", l->mrn), NULL, CELL_CUT_MIDDLE, false, false, false },
        { birth_date(l, true), NULL, CELL_WHOLE, false, false, false },
    };
    struct cell third[] = {
        { grouped(l->accession), NULL, CELL_WHOLE, true, false, false },
        { cleaned(l->container), NULL, CELL_CUT_END, false, false, false },
        { priority(l->priority), NULL, CELL_CUT_END, true, true, true },
    };
    struct cell fourth[] = {
        { us_time(l->collected_at), NULL, CELL_WHOLE, false, false, false },
        { labelled("Coll:", l->collector), NULL, CELL_CUT_END, false, false, false },
        { source(l), NULL, CELL_CUT_END, false, false, false },
        { copy_mark(l), NULL, CELL_WHOLE, true, false, true },
    };
    enum error e = put_row(w, &w->stock->second, second, 2), f, g;
    f = put_row(w, &w->stock->third, third, 3);
    g = put_row(w, &w->stock->fourth, fourth, 4);
    return e != ERROR_OK ? e : f != ERROR_OK ? f : g;
}

static enum error put_short_row(struct layout_work *w)
{
    struct cell cells[] = {
        { grouped(w->label->accession), NULL, CELL_WHOLE, true, false, false },
        { birth_date(w->label, false), NULL, CELL_WHOLE, false, false, true },
    };
    return put_row(w, &w->stock->second, cells, 2);
}

enum error scene_lay_out(struct scene *scene, const struct label_drawer *drawer, enum font_use use,
                         const struct label *label, struct label_medium medium,
                         struct complaint *why)
{
    const struct stock *stock = stock_of(medium.stock);
    struct layout_work w = { scene, drawer, use, label, stock, medium.dpi / 25.4 };
    int left = 0;
    enum error e;

    *scene = (struct scene) { .dpi = medium.dpi };
    label_size(medium, &scene->width, &scene->height);
    e = put_matrix(&w, &left, why);
    if (e == ERROR_OK)
        e = put_bars(&w, left, why);
    if (e == ERROR_OK)
        e = put_name(&w, !stock->full);
    if (e == ERROR_OK)
        e = stock->full ? put_full_rows(&w) : put_short_row(&w);
    return e;
}
