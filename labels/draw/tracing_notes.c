/* The words on an EKG's paper. What a file says is quoted, cut with "…" where the line ends. */
#include "labels/draw/tracing_notes.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    MARGIN = 2 * SHEET_MM,
    CAPTION_Y = 5 * SHEET_MM,
    SCALE_ABOVE_END = 2 * SHEET_MM,
    NAME_MAX = 12, /* characters of a lead's name that is none of the twelve */
    NOTES_MAX = 85,
    LINE_MAX = 155,       /* characters that a line of the sheet has room for */
    LETTERS_WIDE = 0x1100 /* from here on letters may be twice as wide */
};

static const struct {
    int em;
    bool bold;
} styles[] = {
    [SHEET_LABEL] = { 360, true },
    [SHEET_QUIET] = { 300, false },
    [SHEET_NOTE] = { 300, false },
    [SHEET_CAPTION] = { 320, true },
};

int sheet_em(enum sheet_style style)
{
    return styles[style].em;
}

bool sheet_bold(enum sheet_style style)
{
    return styles[style].bold;
}

static unsigned letter_at(const uint8_t *at, size_t *bytes)
{
    static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    size_t size = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    unsigned letter = *at & first_bits[size];
    size_t i = 1;

    for (; i < size && (at[i] & 0xc0) == 0x80; i++)
        letter = letter << 6 | (at[i] & 0x3f);
    *bytes = i < size ? 0 : size;
    return letter;
}

/* Ends the text after `most` letters, or where a letter is not whole. */
static void cut(char *text, size_t room, int most)
{
    static const char dots[] = "\u2026";
    size_t at = 0, keep = 0, bytes;

    while (text[at]) {
        most -= letter_at((const uint8_t *)text + at, &bytes) < LETTERS_WIDE ? 1 : 2;
        if (bytes == 0 || most < 0 || at + bytes + sizeof dots > room) {
            memcpy(text + keep, dots, sizeof dots);
            return;
        }
        at += bytes;
        if (most > 0 && at + sizeof dots <= room)
            keep = at;
    }
}

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t room,
                                                         const char *format, ...)
{
    size_t len = strlen(text);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text + len, room - len, format, args);
    va_end(args);
}

static struct sheet_text *add_text(struct sheet *sheet, enum sheet_style style, int strip, int x,
                                   int y)
{
    struct sheet_text *t = &sheet->texts[sheet->text_count++];
    t->strip = strip;
    t->x = x;
    t->y = y;
    t->room = SHEET_WIDTH - MARGIN - x;
    t->style = style;
    t->text[0] = t->beside[0] = '\0';
    return t;
}

/* Hundredths of a second, without needless zeros. */
static void append_seconds(char *text, size_t room, double seconds)
{
    long hundredths = lrint(fmin(fmax(seconds, 0), 1e6) * 100);
    append(text, room, "%ld", hundredths / 100);
    if (hundredths % 100)
        append(text, room, hundredths % 10 ? ".%02ld" : ".%ld",
               hundredths % 10 ? hundredths % 100 : hundredths % 100 / 10);
}

static void copy_name(const struct ecg_lead *lead, char *out, size_t room)
{
    out[0] = '\0';
    append(out, room, "%s", lead->name);
    cut(out, room, NAME_MAX);
}

/* Moves a name to where no tracing runs through it: up or down, then to the right, as little as
 * possible; it stays when there is no such place. */
static void find_place(const struct sheet *sheet, const struct sheet_cell *cell, int above,
                       struct sheet_text *t)
{
    static const int raise[] = { 0, 20, -20, 40, -40, 60, 80 }; /* hundredths of `above` */
    static const int right[] = { 0, 4 * SHEET_MM, 8 * SHEET_MM };
    int em = sheet_em(t->style), width = (int)strlen(t->text) * em * 3 / 4;

    for (size_t k = 0; k < sizeof right / sizeof *right; k++)
        for (size_t i = 0; i < sizeof raise / sizeof *raise; i++) {
            int y = t->y - above * raise[i] / 100, x = t->x + right[k];
            if (y - em <= CAPTION_Y || sheet_box_touched(sheet, cell->strip, x - SHEET_MM / 2,
                                                         y - em, width, em + SHEET_MM / 2))
                continue;
            t->x = x;
            t->y = y;
            t->room -= right[k];
            return;
        }
}

static void write_label(struct sheet *sheet, const struct ecg *ecg, const struct sheet_cell *cell,
                        int above)
{
    struct sheet_text *t =
        add_text(sheet, SHEET_LABEL, cell->strip, cell->x + SHEET_MM, cell->y - above);
    char name[64];

    copy_name(cell->lead, name, sizeof name);
    t->room = cell->width - SHEET_MM;
    append(t->text, sizeof t->text, "%s%s", cell->inverted ? "-" : "", name);
    find_place(sheet, cell, above, t);
    if (cell->lead->derived)
        append(t->beside, sizeof t->beside, "derived from %s",
               ecg_lead_find(ecg, ECG_LEAD_I)->derived ? "II and III" : "I and II");
}

static bool has_samples(const struct sheet_cell *cell)
{
    return cell->first < cell->end;
}

static void write_remark(struct sheet *sheet, const struct sheet_cell *cell)
{
    struct sheet_text *t;
    if (has_samples(cell))
        return;
    t = add_text(sheet, SHEET_QUIET, cell->strip, cell->x + SHEET_MM, cell->y + SHEET_MM);
    t->room = cell->width - SHEET_MM;
    if (!sheet_lead_drawable(cell->lead)) {
        append(t->text, sizeof t->text, "not recorded");
        return;
    }
    append(t->text, sizeof t->text, "no samples from ");
    append_seconds(t->text, sizeof t->text, cell->from);
    append(t->text, sizeof t->text, " to ");
    append_seconds(t->text, sizeof t->text,
                   cell->from + (double)cell->width / cell->speed / SHEET_MM);
    append(t->text, sizeof t->text, " s");
}

static double recorded_seconds(const struct ecg *ecg)
{
    double end = 0;
    for (size_t i = 0; i < ecg->lead_count; i++) {
        const struct ecg_lead *lead = &ecg->leads[i];
        if (sheet_lead_drawable(lead))
            end = fmax(end, lead->start + (double)lead->count / lead->rate);
    }
    return end;
}

static void note_seconds(struct sheet_text *t, const struct ecg *ecg, struct tracing_view view,
                         const struct sheet *sheet)
{
    double all = recorded_seconds(ecg), shown = (double)TRACING_SECONDS / sheet->strips;
    double from = view.from + t->strip * shown;
    bool usual = fabs(all - TRACING_SECONDS) < 0.05 && view.from == 0 && sheet->strips == 1;

    if (usual)
        return;
    append(t->text, sizeof t->text, " \u00b7 seconds ");
    append_seconds(t->text, sizeof t->text, from);
    append(t->text, sizeof t->text, " to ");
    append_seconds(t->text, sizeof t->text, fmin(from + shown, fmax(all, from)));
    append(t->text, sizeof t->text, " of ");
    append_seconds(t->text, sizeof t->text, all);
    append(t->text, sizeof t->text, " recorded");
}

static void note_rhythm(struct sheet_text *t, const struct ecg *ecg, struct tracing_view view)
{
    const struct ecg_lead *lead = sheet_rhythm_lead(ecg);
    char name[64];
    if (view.layout != TRACING_3X4 || lead->id == ECG_LEAD_II)
        return;
    copy_name(lead, name, sizeof name);
    append(t->text, sizeof t->text, " \u00b7 rhythm strip: %s, because II was not recorded", name);
}

static bool leaves_paper(const struct sheet_cell *cell)
{
    struct sheet_pen pen;
    int x, y;
    sheet_pen_init(&pen, cell);
    while (sheet_pen_next(&pen, &x, &y) != SHEET_END)
        if (y < 0 || y > SHEET_HEIGHT)
            return true;
    return false;
}

/* Whether an earlier cell of the strip shows the same lead beyond the edge. */
static bool said_before(const struct sheet *sheet, size_t until)
{
    for (size_t i = 0; i < until; i++)
        if (sheet->cells[i].lead == sheet->cells[until].lead &&
            sheet->cells[i].strip == sheet->cells[until].strip && leaves_paper(&sheet->cells[i]))
            return true;
    return false;
}

/* Names every lead whose tracing runs over the paper's upper or lower edge. */
static void note_off_paper(struct sheet_text *t, const struct sheet *sheet)
{
    bool first = true;
    char name[64];
    for (size_t i = 0; i < sheet->cell_count; i++) {
        const struct sheet_cell *cell = &sheet->cells[i];
        if (cell->strip != t->strip || !leaves_paper(cell) || said_before(sheet, i))
            continue;
        copy_name(cell->lead, name, sizeof name);
        append(t->text, sizeof t->text, "%s%s", first ? " \u00b7 runs off the paper: " : ", ",
               name);
        first = false;
    }
}

static void note_others(struct sheet_text *t, const struct ecg *ecg, struct tracing_view view)
{
    const struct ecg_lead *rhythm = view.layout == TRACING_3X4 ? sheet_rhythm_lead(ecg) : NULL;
    bool first = true;
    char name[64];
    for (size_t i = ECG_LEAD_STANDARD; i < ecg->lead_count; i++) {
        if (!sheet_lead_drawable(&ecg->leads[i]) || &ecg->leads[i] == rhythm)
            continue;
        copy_name(&ecg->leads[i], name, sizeof name);
        append(t->text, sizeof t->text, "%s%s",
               first ? " \u00b7 in the file, not on this sheet: " : ", ", name);
        first = false;
    }
}

/* As the cart had set them: there is no filter of ours. */
static void note_filters(struct sheet_text *t, const struct ecg *ecg)
{
    static const char ours[] = " (none of ours)";
    append(t->text, sizeof t->text, " \u00b7 filters: ");
    for (size_t i = 0; i < ecg->filters.count; i++)
        append(t->text, sizeof t->text, "%s%s", i ? ", " : "", ecg->filters.at[i]);
    if (ecg->filters.count == 0)
        append(t->text, sizeof t->text, "the file names none");
    cut(t->text, sizeof t->text - sizeof ours, LINE_MAX - (int)strlen(ours));
    append(t->text, sizeof t->text, "%s", ours);
}

static void write_scale(struct sheet *sheet, const struct ecg *ecg, struct tracing_view view,
                        int strip)
{
    struct sheet_text *t =
        add_text(sheet, SHEET_NOTE, strip, MARGIN, SHEET_HEIGHT - SCALE_ABOVE_END);
    append(t->text, sizeof t->text, "%u mm/s \u00b7 %u mm/mV", view.speed, view.gain);
    note_seconds(t, ecg, view, sheet);
    note_rhythm(t, ecg, view);
    note_off_paper(t, sheet);
    note_others(t, ecg, view);
    cut(t->text, sizeof t->text, NOTES_MAX);
    note_filters(t, ecg);
}

void sheet_write(struct sheet *sheet, const struct ecg *ecg, struct tracing_view view, int label,
                 const char *caption)
{
    for (int strip = 0; strip < sheet->strips; strip++) {
        if (caption && *caption) {
            struct sheet_text *t = add_text(sheet, SHEET_CAPTION, strip, MARGIN, CAPTION_Y);
            append(t->text, sizeof t->text, "%s", caption);
            cut(t->text, sizeof t->text, LINE_MAX);
        }
        write_scale(sheet, ecg, view, strip);
    }
    for (size_t i = 0; i < sheet->cell_count; i++) {
        write_label(sheet, ecg, &sheet->cells[i], label);
        write_remark(sheet, &sheet->cells[i]);
    }
}
