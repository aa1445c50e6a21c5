/* What stands where on a laboratory report. */
#include "labels/draw/lab_report_page.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

#define LEFT 15.0
#define RIGHT (LAB_REPORT_WIDTH - 15)
#define ROOM (RIGHT - LEFT)
#define TOP 14.0
#define BOTTOM (LAB_REPORT_HEIGHT - 24)
#define ENDLESS 1e6

static const struct words_style title = { 5.2, true, WORDS_INK, 0 };
static const struct words_style name_style = { 4.8, true, WORDS_INK, 0 };
static const struct words_style heading = { 2.9, true, WORDS_QUIET, 0 };
static const struct words_style strong = { 3.5, true, WORDS_INK, 0 };
static const struct words_style plain = { 3.3, false, WORDS_INK, 0 };
static const struct words_style quiet = { 2.9, false, WORDS_QUIET, 0 };
static const struct words_style warning = { 3.4, true, WORDS_WARN, 0 };
static const struct words_style warned = { 3.1, false, WORDS_WARN, 0 };

struct cell {
    double x, width;
    struct words_style style;
    const char *text;
};

static const char *text_of(const char *text)
{
    return text ? text : "";
}

static void rule(struct words *w, double y, double width)
{
    cairo_set_source_rgb(w->cr, 0.6, 0.66, 0.7);
    cairo_set_line_width(w->cr, width);
    cairo_move_to(w->cr, LEFT, y);
    cairo_line_to(w->cr, RIGHT, y);
    cairo_stroke(w->cr);
}

/* ---- Rows of cells that wrap ---- */

static double put_cell(struct words *w, const struct cell *c, double y)
{
    struct flow flow = { .words = w, .x = c->x, .y = y, .width = c->width, .bottom = ENDLESS };
    flow_put(&flow, c->style, text_of(c->text));
    return flow.y;
}

static double put_cells(struct words *w, const struct cell *cells, size_t count, double y)
{
    double lowest = y;

    for (size_t i = 0; i < count; i++) {
        double end = put_cell(w, &cells[i], y);
        lowest = end > lowest ? end : lowest;
    }
    return lowest;
}

/* A row stands on one page: a value is never torn from what it is the value of. */
static void put_row(struct flow *flow, const struct cell *cells, size_t count)
{
    struct lab_pages *p = flow->context;
    double height = put_cells(&p->unseen, cells, count, 0);

    if (flow->y + height > flow->bottom)
        flow->turn(flow, p);
    flow->y = put_cells(&p->words, cells, count, flow->y);
}

/* ---- Head and foot of each page ---- */

static void put_mark(struct lab_pages *p)
{
    cairo_t *cr = p->words.cr;
    const struct words_style style = { 26, true, WORDS_WARN, 0 };

    if (text_empty(p->report->mark))
        return;
    cairo_save(cr);
    cairo_push_group(cr);
    cairo_translate(cr, 38, LAB_REPORT_HEIGHT - 62);
    cairo_rotate(cr, -0.9);
    (void)words_line(&p->words, style, 0, 0, 300, p->report->mark);
    cairo_pop_group_to_source(cr);
    cairo_paint_with_alpha(cr, 0.13);
    cairo_restore(cr);
}

static void put_laboratory(struct lab_pages *p)
{
    const struct lab_report *r = p->report;
    const struct lab_report_place *lab = &r->places[0];
    struct flow flow = { .words = &p->words, .x = LEFT, .y = TOP, .width = 108, .bottom = ENDLESS };

    flow_put(&flow, strong, lab->name);
    flow_put(&flow, plain, lab->address);
    if (!text_empty(lab->phone))
        flow_put_format(&flow, quiet, "Phone %s", lab->phone);
    if (!text_empty(lab->clia))
        flow_put_format(&flow, quiet, "CLIA %s", lab->clia);
    if (!text_empty(r->director))
        flow_put_format(&flow, quiet, "Laboratory director: %s", r->director);
}

static void put_title(struct lab_pages *p)
{
    const struct lab_report *r = p->report;
    double x = LEFT + 112;
    struct flow flow = {
        .words = &p->words, .x = x, .y = TOP, .width = RIGHT - x, .bottom = ENDLESS
    };

    flow_put(&flow, title, r->corrected ? "CORRECTED REPORT" : "Laboratory report");
    flow_put(&flow, r->corrected ? warning : strong, r->status);
    flow_put_format(&flow, plain, "Reported %s", text_of(r->reported));
    flow_put_format(&flow, plain, "Order %s", text_of(r->order));
}

static void put_patient(struct flow *flow, const struct lab_report *r)
{
    const bool given = !text_empty(r->given);

    flow_put_format(flow, name_style, "%s%s%s", r->family, given ? ", " : "",
                    given ? r->given : "");
    flow_put_format(flow, strong, "MRN %s   DOB %s   Sex %s", r->mrn, text_of(r->birth_date),
                    text_of(r->sex));
    if (!text_empty(r->restated))
        flow_put(flow, warning, r->restated);
    flow_put_format(flow, plain, "Ordered by %s, %s", text_of(r->provider), text_of(r->ordered));
    if (!text_empty(r->requester))
        flow_put(flow, quiet, r->requester);
}

static void begin_page(struct flow *flow, struct lab_pages *p)
{
    put_mark(p);
    put_laboratory(p);
    put_title(p);
    rule(&p->words, TOP + 24, 0.5);
    flow->y = TOP + 26.5;
    put_patient(flow, p->report);
    flow_skip(flow, 1.5);
    rule(&p->words, flow->y, 0.5);
    flow_skip(flow, 3);
}

static void put_foot(struct lab_pages *p)
{
    const struct lab_report *r = p->report;
    const bool other = !text_empty(r->mrn_now) && strcmp(r->mrn_now, r->mrn) != 0;
    double y = LAB_REPORT_HEIGHT - 16;
    GString *who = g_string_new(NULL), *page = g_string_new(NULL);

    g_string_printf(who, "%s%s%s   MRN %s%s%s   order %s", r->family,
                    text_empty(r->given) ? "" : ", ", text_of(r->given), r->mrn,
                    other ? ", now " : "", other ? r->mrn_now : "", text_of(r->order));
    g_string_printf(page, "Page %u of %u", p->page, p->pages ? p->pages : 99);
    rule(&p->words, y - 4, 0.2);
    (void)words_line(&p->words, quiet, LEFT, y, ROOM - 32, who->str);
    (void)words_line(&p->words, quiet, RIGHT - 24, y, 24, page->str);
    (void)words_line(&p->words, quiet, LEFT, y + 4, ROOM, text_of(r->printed));
    g_string_free(who, TRUE);
    g_string_free(page, TRUE);
}

static void end_page(struct lab_pages *p)
{
    put_foot(p);
    cairo_show_page(p->words.cr);
}

static void turn_page(struct flow *flow, void *context)
{
    struct lab_pages *p = context;

    end_page(p);
    p->page++;
    begin_page(flow, p);
}

/* ---- What it says ---- */

static void put_heading(struct flow *flow, const char *text)
{
    if (flow->y + 14 > flow->bottom)
        flow->turn(flow, flow->context);
    flow_skip(flow, 2.5);
    flow_put(flow, heading, text);
    flow_skip(flow, 0.6);
}

static void put_corrections(struct flow *flow, const struct lab_report *r)
{
    bool any = false;

    for (size_t i = 0; i < r->result_count; i++) {
        const struct lab_report_result *result = &r->results[i];
        if (text_empty(result->corrected))
            continue;
        if (!any)
            flow_put(flow, warning, "CORRECTED: this report takes the place of an earlier one.");
        any = true;
        flow_put_format(flow, warned, "%s: %s", result->name, result->corrected);
    }
    if (any)
        flow_skip(flow, 1.5);
}

enum { RESULT_CELLS = 6 };

/* Where the columns of the results begin. */
#define TEST_X LEFT
#define RESULT_X (LEFT + 60)
#define UNIT_X (LEFT + 95)
#define FLAG_X (LEFT + 117)
#define RANGE_X (LEFT + 131)
#define WHERE_X (LEFT + 168)

static void put_result_head(struct flow *flow)
{
    static const struct cell heads[] = {
        { TEST_X, 58, { 2.6, true, WORDS_QUIET, 0 }, "TEST" },
        { RESULT_X, 34, { 2.6, true, WORDS_QUIET, 0 }, "RESULT" },
        { UNIT_X, 20, { 2.6, true, WORDS_QUIET, 0 }, "UNIT" },
        { FLAG_X, 12, { 2.6, true, WORDS_QUIET, 0 }, "FLAG" },
        { RANGE_X, 36, { 2.6, true, WORDS_QUIET, 0 }, "REFERENCE INTERVAL" },
        { WHERE_X, 18, { 2.6, true, WORDS_QUIET, 0 }, "SPECIMEN" },
    };
    put_row(flow, heads, sizeof heads / sizeof heads[0]);
    flow_skip(flow, 0.8);
}

static void put_result(struct flow *flow, const struct lab_report *r,
                       const struct lab_report_result *result)
{
    char where[64];
    const bool flagged = !text_empty(result->flag) && strcmp(result->flag, "N") != 0;
    const struct cell cells[RESULT_CELLS] = {
        { TEST_X, 58, plain, result->name },
        { RESULT_X, 34, strong, result->value },
        { UNIT_X, 20, plain, result->unit },
        { FLAG_X, 12, flagged ? strong : plain, text_empty(result->flag) ? "none" : result->flag },
        { RANGE_X, 36, plain, result->reference },
        { WHERE_X, 18, plain, where },
    };
    const struct flow saved = *flow;

    if (r->place_count > 1)
        (void)snprintf(where, sizeof where, "%zu, lab %zu", result->specimen + 1,
                       result->place + 1);
    else
        (void)snprintf(where, sizeof where, "%zu", result->specimen + 1);
    put_row(flow, cells, RESULT_CELLS);
    flow->x = LEFT + 4;
    flow->width = ROOM - 4;
    if (!text_empty(result->measured))
        flow_put_format(flow, quiet, "measured %s", result->measured);
    for (size_t i = 0; i < result->note_count; i++)
        flow_put_format(flow, quiet, "note: %s", result->notes[i]);
    flow->x = saved.x;
    flow->width = saved.width;
    flow_skip(flow, 1.2);
}

static void put_results(struct flow *flow, const struct lab_report *r)
{
    const char *test = NULL;

    put_result_head(flow);
    for (size_t i = 0; i < r->result_count; i++) {
        const char *of = text_of(r->results[i].test);
        if (!test || strcmp(test, of) != 0) {
            if (flow->y + 12 > flow->bottom)
                flow->turn(flow, flow->context);
            flow_put(flow, strong, *of ? of : "Not ordered");
        }
        test = of;
        put_result(flow, r, &r->results[i]);
    }
    for (size_t i = 0; i < r->not_done_count; i++)
        flow_put_format(flow, plain, "%s: no result yet", r->not_done[i]);
}

static void put_remarks(struct flow *flow, const struct lab_report *r)
{
    if (!r->remark_count)
        return;
    put_heading(flow, "REMARKS");
    for (size_t i = 0; i < r->remark_count; i++)
        flow_put(flow, plain, r->remarks[i]);
}

static void put_specimens(struct flow *flow, const struct lab_report *r)
{
    put_heading(flow, "SPECIMENS");
    for (size_t i = 0; i < r->specimen_count; i++) {
        const struct lab_report_specimen *s = &r->specimens[i];
        flow_put_format(flow, plain, "%zu   %s, %s%s%s", i + 1, s->number, s->source,
                        text_empty(s->container) ? "" : ", ", text_of(s->container));
        flow_put_format(flow, quiet, "     collected %s   received %s", text_of(s->collected),
                        text_empty(s->received) ? "not noted" : s->received);
        flow_put_format(flow, plain, "     Condition: %s", s->condition);
    }
}

static void put_places(struct flow *flow, const struct lab_report *r)
{
    put_heading(flow, "PERFORMED AT");
    for (size_t i = 0; i < r->place_count; i++) {
        const struct lab_report_place *p = &r->places[i];
        char which[40] = "";
        if (r->place_count > 1)
            (void)snprintf(which, sizeof which, "lab %zu: ", i + 1);
        flow_put_format(flow, plain, "%s%s, %s%s%s%s%s", which, p->name, p->address,
                        text_empty(p->clia) ? "" : ", CLIA ", text_of(p->clia),
                        text_empty(p->phone) ? "" : ", phone ", text_of(p->phone));
    }
}

static void put_signature(struct flow *flow, const struct lab_report_signature *s)
{
    flow_put_format(flow, strong, "%s", s->person);
    flow_put_format(flow, plain, "%s, %s%s", s->meaning, s->at,
                    s->current ? "" : " (of an earlier version of these results)");
    if (!text_empty(s->note))
        flow_put_format(flow, plain, "\u201c%s\u201d", s->note);
}

static void put_signatures(struct flow *flow, const struct lab_report *r)
{
    put_heading(flow, "SIGNED");
    if (!r->signature_count)
        flow_put(flow, warning, "Nobody has reviewed these results yet.");
    for (size_t i = 0; i < r->signature_count; i++)
        put_signature(flow, &r->signatures[i]);
}

void lab_pages_write(struct lab_pages *p)
{
    struct flow flow = {
        .words = &p->words,
        .x = LEFT,
        .width = ROOM,
        .bottom = BOTTOM,
        .turn = turn_page,
        .context = p,
    };

    p->page = 1;
    begin_page(&flow, p);
    put_corrections(&flow, p->report);
    put_results(&flow, p->report);
    put_remarks(&flow, p->report);
    put_specimens(&flow, p->report);
    put_places(&flow, p->report);
    put_signatures(&flow, p->report);
    flow_skip(&flow, 2);
    flow_put(&flow, quiet,
             "Flags: H, L outside the reference interval; HH, LL critical; A abnormal; N within. "
             "They come from the instrument or from limits that the laboratory director signed.");
    end_page(p);
}
