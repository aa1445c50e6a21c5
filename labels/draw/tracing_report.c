/* The words of an EKG's report; see tracing_report.h. */
#include "labels/draw/tracing_report.h"

#include "core/base/text.h"

#include <ctype.h>

#define MM(tenths) ((tenths) / 10.0)
#define LEFT MM(REPORT_MARGIN)
#define RIGHT MM(REPORT_WIDTH - REPORT_MARGIN)
#define WHO_WIDTH 92.0
#define MEASURED_X 103.0
#define MEASURED_WIDTH 44.0

static const struct words_style title = { 4.4, true, WORDS_INK, 0 };
static const struct words_style heading = { 2.8, true, WORDS_QUIET, 0 };
static const struct words_style strong = { 3.4, true, WORDS_INK, 0 };
static const struct words_style reading = { 3.6, false, WORDS_INK, 0 };
static const struct words_style plain = { 3.1, false, WORDS_INK, 0 };
static const struct words_style quiet = { 2.7, false, WORDS_QUIET, 0 };
static const struct words_style warning = { 3.4, true, WORDS_WARN, 0 };

static const char *text_of(const char *text)
{
    return text ? text : "";
}

static bool matches(const char *text, const char *form)
{
    for (; *form; text++, form++)
        if (*form == '#' ? !isdigit((unsigned char)*text) : *text != *form)
            return false;
    return true;
}

/* yyyy-mm-dd[Thh:mm[:ss...]] as people here write it; another text stays as it is. */
static char *us_time(const char *iso)
{
    iso = text_of(iso);
    if (!matches(iso, "####-##-##"))
        return g_strdup(iso);
    return g_strdup_printf("%.2s/%.2s/%.4s%s%s", iso + 5, iso + 8, iso, iso[10] == 'T' ? " " : "",
                           iso[10] == 'T' ? iso + 11 : iso + 10);
}

/* "label text" behind what is there, set off; nothing for an empty text. */
static void add(GString *line, const char *label, const char *text)
{
    if (text_empty(text))
        return;
    if (line->len)
        g_string_append(line, "   ");
    if (*label)
        g_string_append_printf(line, "%s ", label);
    g_string_append(line, text);
}

/* In the head there is room for so many lines of each: none may push out what follows it. */
static void put_line(struct flow *flow, struct words_style style, int lines, GString *line)
{
    style.lines = lines;
    flow_put(flow, style, line->str);
    g_string_free(line, TRUE);
}

/* A name that is too long for one line is set smaller. */
static void put_name(struct flow *flow, const struct tracing_report *f)
{
    GString *name = g_string_new(text_of(f->family));
    struct words_style style = title;
    if (!text_empty(f->given))
        g_string_append_printf(name, ", %s", f->given);
    if (g_utf8_strlen(name->str, -1) > 40)
        style.em = g_utf8_strlen(name->str, -1) > 100 ? plain.em : strong.em;
    put_line(flow, style, 2, name);
}

static void put_patient(struct flow *flow, const struct report *r)
{
    const struct tracing_report *f = r->facts;
    char *born = us_time(f->birth_date);
    GString *line = g_string_new(NULL);

    put_name(flow, f);
    add(line, "DOB", born);
    add(line, "", f->sex);
    add(line, "MRN", f->mrn);
    put_line(flow, strong, 2, line);
    g_free(born);
}

static void put_order(struct flow *flow, const struct report *r)
{
    const struct tracing_report *f = r->facts;
    GString *order = g_string_new(NULL), *why = g_string_new(NULL);

    add(order, "Order", f->order);
    add(order, "for", f->provider);
    put_line(flow, plain, 1, order);
    add(why, "Reason:", f->reason);
    put_line(flow, plain, 1, why);
    put_line(flow, plain, 1, g_string_new(text_of(f->site)));
}

static void put_recording(struct flow *flow, const struct report *r)
{
    const struct ecg *e = r->ecg;
    char *recorded = us_time(e->recorded_at), *born = us_time(e->patient_birth_date);
    GString *when = g_string_new(NULL), *cart = g_string_new(NULL), *file = g_string_new(NULL);

    add(when, "Recorded", text_empty(recorded) ? "at a time the file does not say" : recorded);
    add(when, "received", r->facts->received_at);
    put_line(flow, plain, 1, when);
    add(cart, "", e->maker);
    add(cart, "", e->model);
    add(cart, "serial", e->serial);
    add(cart, "software", e->software);
    if (cart->len)
        g_string_prepend(cart, "Cart: ");
    put_line(flow, quiet, 1, cart);
    add(file, "", e->patient_name);
    add(file, "ID", e->patient_id);
    add(file, "DOB", born);
    add(file, "", e->patient_sex);
    g_string_prepend(file, file->len ? "In the file: " : "The file names nobody.");
    put_line(flow, quiet, 2, file);
    put_line(flow, quiet, 2, g_string_new(text_of(r->facts->tied)));
    g_free(recorded);
    g_free(born);
}

static void put_who(struct report *r)
{
    struct flow flow = {
        .words = &r->words,
        .x = LEFT,
        .y = MM(REPORT_TOP),
        .width = WHO_WIDTH,
        .bottom = MM(REPORT_SHEET) - 1,
    };
    put_patient(&flow, r);
    flow_skip(&flow, 0.6);
    put_order(&flow, r);
    put_recording(&flow, r);
}

/* Value and unit, "not sent" for what is not there. */
static void put_measured(struct report *r, double y, const char *label, const char *value,
                         const char *unit)
{
    GString *text = g_string_new(text_empty(value) ? "not sent" : value);
    if (!text_empty(value))
        g_string_append_printf(text, " %s", unit);
    words_line(&r->words, plain, MEASURED_X, y, 15, label);
    words_line(&r->words, text_empty(value) ? quiet : strong, MEASURED_X + 14, y,
               MEASURED_WIDTH - 14, text->str);
    g_string_free(text, TRUE);
}

static void put_axes(struct report *r, double y)
{
    GString *axes = g_string_new(NULL);
    bool sent = false;
    for (int m = ECG_P_AXIS; m <= ECG_T_AXIS; m++) {
        bool there = !text_empty(r->ecg->measurements[m]);
        g_string_append_printf(axes, "%s%s", m == ECG_P_AXIS ? "" : " / ",
                               there ? r->ecg->measurements[m] : "-");
        sent = sent || there;
    }
    put_measured(r, y, "P/QRS/T", sent ? axes->str : "", "\u00b0");
    g_string_free(axes, TRUE);
}

/* The cart's numbers, digits as it sent them. */
static void put_measurements(struct report *r)
{
    double y = MM(REPORT_TOP) + 3;
    words_line(&r->words, heading, MEASURED_X, y, MEASURED_WIDTH, "THE CART\u2019S MEASUREMENTS");
    for (int m = ECG_HEART_RATE; m <= ECG_QTC; m++) {
        GString *unit = g_string_new(ecg_measurement_unit((enum ecg_measurement)m));
        if (m == ECG_QTC && !text_empty(r->ecg->qtc_formula))
            g_string_append_printf(unit, " %s", r->ecg->qtc_formula);
        y += 5;
        put_measured(r, y, ecg_measurement_text((enum ecg_measurement)m), r->ecg->measurements[m],
                     unit->str);
        g_string_free(unit, TRUE);
    }
    put_axes(r, y + 5);
}

/* What it said of all of it, then word for word, in the cart's order. */
static void put_statements(struct flow *flow, const struct ecg *e)
{
    if (!text_empty(e->severity))
        flow_put_format(flow, strong, "Severity sent: %s", e->severity);
    for (size_t i = 0; i < e->statements.count; i++)
        flow_put(flow, plain, e->statements.at[i]);
    if (e->statements.count == 0)
        flow_put(flow, quiet, "The cart sent no statement.");
    if (!text_empty(e->confirmed_by))
        flow_put_format(flow, quiet, "The file says that it was confirmed by %s.", e->confirmed_by);
    for (size_t i = 0; i < e->complaints.count; i++)
        flow_put_format(flow, quiet, "About the file: %s", e->complaints.at[i]);
}

/* The frame's inside; `below` is kept free at its end. */
static struct flow statement_box(struct words *words, double below)
{
    return (struct flow) {
        .words = words,
        .x = MM(REPORT_FRAME_X) + 2,
        .y = MM(REPORT_TOP) + 5.6,
        .width = MM(REPORT_FRAME_WIDTH) - 4,
        .bottom = MM(REPORT_TOP + REPORT_FRAME_HEIGHT) - 1.4 - below,
    };
}

/* Nothing of a page that is put on this surface is ever seen: only whether it fits is asked. */
bool report_statements_fit(const struct report *r)
{
    cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_ALPHA, NULL);
    struct words unseen = { cairo_create(surface), r->words.drawer, false };
    struct flow flow = statement_box(&unseen, 0);

    put_statements(&flow, r->ecg);
    cairo_destroy(unseen.cr);
    cairo_surface_destroy(surface);
    return !flow.full;
}

static void put_said(struct report *r)
{
    bool fit = report_statements_fit(r);
    struct flow flow = statement_box(&r->words, fit ? 0 : strong.em + 1);
    double x = flow.x, y = MM(REPORT_TOP) + 4.2;
    double used = words_line(&r->words, warning, x, y, flow.width, "UNCONFIRMED");

    words_line(&r->words, heading, x + used + 3, y, flow.width - used - 3,
               "THE CART\u2019S STATEMENTS, AS SENT");
    put_statements(&flow, r->ecg);
    if (!fit)
        words_line(&r->words, warning, x, MM(REPORT_TOP + REPORT_FRAME_HEIGHT) - 1.6, flow.width,
                   "There is more: all of it stands on a page of its own.");
}

static void put_foot(struct report *r)
{
    double y = MM(REPORT_BOTTOM);
    char view[TRACING_VIEW_TEXT];
    GString *line = g_string_new(NULL), *page = g_string_new(NULL);

    tracing_view_text(r->view, view);
    g_string_printf(page, "Page %u", r->page);
    g_string_printf(line, "%s   original %.12s   SHA-256 %s", ecg_format_text(r->ecg->format),
                    text_of(r->facts->original), text_of(r->facts->original));
    words_line(&r->words, quiet, LEFT, y - 4, RIGHT - LEFT, line->str);
    g_string_printf(line, "%s   %s", TRACING_RENDERER,
                    tracing_drawable(r->ecg) ? view : "original not redrawn");
    if (tracing_drawable(r->ecg))
        g_string_append_printf(line,
                               "   %u mm/s   %u mm/mV   true size when printed at 100 %%: a large "
                               "square is 5 mm   Phial computes nothing from the waveform",
                               r->view.speed, r->view.gain);
    words_line(&r->words, quiet, LEFT, y, RIGHT - LEFT - 20, line->str);
    words_line(&r->words, quiet, RIGHT - 14, y, 14, page->str);
    g_string_free(line, TRUE);
    g_string_free(page, TRUE);
}

static void put_strip(struct report *r, const struct sheet *sheet, int strip)
{
    for (size_t i = 0; i < sheet->text_count; i++) {
        const struct sheet_text *t = &sheet->texts[i];
        double x = LEFT + (double)t->x / SHEET_MM, y = MM(REPORT_SHEET) + (double)t->y / SHEET_MM;
        double room = (double)t->room / SHEET_MM, used;
        struct words_style style = { (double)sheet_em(t->style) / SHEET_MM, sheet_bold(t->style),
                                     t->style == SHEET_QUIET ? WORDS_QUIET : WORDS_INK, 1 };
        if (t->strip != strip)
            continue;
        used = words_line(&r->words, style, x, y, room, t->text) + 1.5;
        style = (struct words_style) { 2.4, false, WORDS_INK, 1 };
        if (*t->beside && room > used)
            words_line(&r->words, style, x + used, y, room - used, t->beside);
    }
}

static void next_page(struct report *r)
{
    cairo_show_page(r->words.cr);
    r->page++;
}

void report_tracing_page(struct report *r, const struct sheet *sheet, int strip)
{
    put_who(r);
    put_measurements(r);
    put_said(r);
    put_strip(r, sheet, strip);
    put_foot(r);
    next_page(r);
}

/* A page of text only begins with whose it is. */
static void begin_text_page(struct flow *flow, const struct report *r)
{
    flow->y = MM(REPORT_TOP);
    put_patient(flow, r);
    put_order(flow, r);
    flow_skip(flow, 5);
}

static void turn_page(struct flow *flow, void *context)
{
    struct report *r = context;
    put_foot(r);
    next_page(r);
    begin_text_page(flow, r);
}

static struct flow text_pages(struct report *r)
{
    struct flow flow = {
        .words = &r->words,
        .x = LEFT,
        .width = RIGHT - LEFT,
        .bottom = MM(REPORT_BOTTOM) - 9,
        .turn = turn_page,
        .context = r,
    };
    begin_text_page(&flow, r);
    return flow;
}

void report_statement_pages(struct report *r)
{
    struct flow flow = text_pages(r);
    flow_put(&flow, warning, "UNCONFIRMED: all statements of the cart, as sent");
    flow_skip(&flow, 2);
    put_statements(&flow, r->ecg);
    put_foot(r);
    next_page(r);
}

static void put_fact(struct flow *flow, const char *label, struct words_style style,
                     const char *text)
{
    if (text_empty(text))
        return;
    flow_put(flow, heading, label);
    flow_put(flow, style, text);
    flow_skip(flow, 2.2);
}

static const char *opinion_sentence(const char *opinion)
{
    if (strcmp(opinion, "agree") == 0)
        return "AGREE with the cart\u2019s statements";
    if (strcmp(opinion, "change") == 0)
        return "CHANGE the cart\u2019s statements";
    if (strcmp(opinion, "disagree") == 0)
        return "DISAGREE with the cart\u2019s statements";
    return opinion;
}

void report_signature_pages(struct report *r)
{
    const struct tracing_overread *o = r->facts->overread;
    struct flow flow = text_pages(r);

    flow_put(&flow, title, "Overread of this EKG");
    flow_skip(&flow, 3);
    put_fact(&flow, "OPINION", strong, opinion_sentence(text_of(o->opinion)));
    put_fact(&flow, "READING", reading, o->reading);
    put_fact(&flow, "SIGNED BY", strong, o->person);
    put_fact(&flow, "MEANING", plain, o->meaning);
    put_fact(&flow, "AT", plain, o->signed_at);
    put_recording(&flow, r);
    flow_skip(&flow, 3);
    flow_put(&flow, heading, "THIS SIGNATURE BINDS");
    flow_put_format(&flow, plain, "the cart\u2019s file as received, SHA-256 %s",
                    text_of(o->original));
    if (!text_empty(o->picture))
        flow_put_format(&flow, plain, "the PDF that was shown before signing, SHA-256 %s",
                        o->picture);
    flow_put_format(&flow, plain, "drawn by %s as %s", text_of(o->renderer),
                    text_empty(o->layout) ? "the cart made it" : o->layout);
    if (tracing_drawable(r->ecg) && strcmp(text_of(o->renderer), TRACING_RENDERER) != 0)
        flow_put_format(
            &flow, plain,
            "This copy is drawn by %s out of the same file: its lines may lie elsewhere "
            "than in the picture that was signed.",
            TRACING_RENDERER);
    put_foot(r);
    next_page(r);
}
