/* The inspector's pack: a CSV file for each table, and the page over all of them. */
#include "core/store/pack.h"

#include "core/base/limits.h"
#include "core/model/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { FILE_MAX = 256 * 1024 * 1024, PAGE_MAX = 64 * 1024 * 1024, NAME_SIZE = 40 };

#define PACK_ROW(id, file, title, note) { READ_PACK_##id, file, title, note },
static const struct {
    enum store_query query;
    const char *file, *title, *note;
} sections[] = { PACK_TABLE(PACK_ROW) };
#undef PACK_ROW

bool pack_day_begins(const char *text, int later, int64_t *out)
{
    struct tm tm = { .tm_isdst = -1 };
    time_t at;

    if (!date_is(text) || !strptime(text, "%Y-%m-%d", &tm))
        return false;
    tm.tm_isdst = -1;
    tm.tm_mday += later;
    at = mktime(&tm);
    if (at == (time_t)-1)
        return false;
    *out = (int64_t)at * 1000;
    return true;
}

/* One table on its way. */
struct pack_table {
    struct buffer csv, rows; /* the file; the page's rows */
    size_t lines;            /* the header among them */
    enum error error;
};

static void put(struct buffer *out, enum error *e, const char *text)
{
    if (*e == ERROR_OK)
        *e = buffer_put_text(out, text);
}

/* What a spreadsheet would calculate: `=1+1`, `-2+3`; but not a number with its sign. */
static bool is_formula(const char *text)
{
    size_t digits = *text ? strspn(text + 1, "0123456789.") : 0;
    return *text && strchr("=+-@\t\r", *text) && (digits == 0 || text[1 + digits]);
}

/* RFC 4180; a cell that a spreadsheet would take for a formula begins with an apostrophe. */
static void put_csv(struct buffer *out, enum error *e, const char *text)
{
    put(out, e, is_formula(text) ? "\"'" : "\"");
    for (const char *at = text; *at && *e == ERROR_OK; at++) {
        if (*at == '"')
            put(out, e, "\"");
        *e = *e == ERROR_OK ? buffer_put_byte(out, (uint8_t)*at) : *e;
    }
    put(out, e, "\"");
}

static void put_html(struct buffer *out, enum error *e, const char *text)
{
    for (const char *at = text; *at && *e == ERROR_OK; at++) {
        const char *safe = *at == '<'   ? "&lt;"
                           : *at == '>' ? "&gt;"
                           : *at == '&' ? "&amp;"
                           : *at == '"' ? "&quot;"
                                        : NULL;
        *e = safe ? buffer_put_text(out, safe) : buffer_put_byte(out, (uint8_t)*at);
    }
}

static void put_number(struct buffer *out, enum error *e, size_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%zu", number);
    put(out, e, text);
}

static enum error take_row(void *context, const char *const *cells, size_t count)
{
    struct pack_table *t = context;
    const char *tag = t->lines == 0 ? "th scope=col" : "td";

    for (size_t i = 0; i < count; i++) {
        put(&t->csv, &t->error, i ? "," : "");
        put_csv(&t->csv, &t->error, cells[i]);
    }
    put(&t->csv, &t->error, "\r\n");
    if (t->lines <= PACK_PAGE_ROWS) {
        put(&t->rows, &t->error, "<tr>");
        for (size_t i = 0; i < count; i++) {
            put(&t->rows, &t->error, "<");
            put(&t->rows, &t->error, tag);
            put(&t->rows, &t->error, ">");
            put_html(&t->rows, &t->error, cells[i]);
        }
        put(&t->rows, &t->error, "\n");
    }
    t->lines++;
    return t->error;
}

/* The table's part of the page. */
static void put_section(struct buffer *page, enum error *e, size_t i, const struct pack_table *t)
{
    size_t rows = t->lines - 1;

    put(page, e, "<section id=\"");
    put(page, e, sections[i].file);
    put(page, e, "\"><h2>");
    put(page, e, sections[i].title);
    put(page, e, " <small>");
    put_number(page, e, rows);
    put(page, e, rows == 1 ? " row" : " rows");
    put(page, e, "</small></h2><p>");
    put(page, e, sections[i].note);
    put(page, e, " <a href=\"");
    put(page, e, sections[i].file);
    put(page, e, ".csv\">");
    put(page, e, sections[i].file);
    put(page, e, ".csv</a>");
    if (rows > PACK_PAGE_ROWS) {
        put(page, e, " Here are the first ");
        put_number(page, e, PACK_PAGE_ROWS);
        put(page, e, " rows, in the file all.");
    }
    put(page, e, "</p><div class=wide><table>");
    if (*e == ERROR_OK)
        *e = buffer_put(page, buffer_span(&t->rows));
    put(page, e, "</table></div></section>\n");
}

static enum error make_table(struct store_reader *r, const struct pack_about *about, size_t i,
                             const struct pack_sink *sink, struct buffer *page, size_t *rows)
{
    const struct store_params params = { .since = about->since,
                                         .until = about->until,
                                         .now = about->now };
    struct pack_table t = { .error = ERROR_OK };
    const struct store_table table = { take_row, &t };
    char name[NAME_SIZE];
    enum error e;

    buffer_init(&t.csv, FILE_MAX);
    buffer_init(&t.rows, PAGE_MAX);
    e = store_read_table(r, sections[i].query, &params, &table);
    (void)snprintf(name, sizeof name, "%s.csv", sections[i].file);
    if (e == ERROR_OK)
        e = sink->file(sink->context, name, buffer_span(&t.csv));
    if (e == ERROR_OK)
        put_section(page, &e, i, &t);
    *rows = t.lines ? t.lines - 1 : 0;
    buffer_free(&t.csv);
    buffer_free(&t.rows);
    return e;
}

/* ---- The page's head ---- */

static const char style[] =
    "<!doctype html><html lang=en-US><head><meta charset=utf-8><title>Inspector's pack</title>"
    "<style>body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}"
    "h1{margin:0 0 .3rem}h2{margin:2.2rem 0 .2rem}h2 small{font-weight:400;color:#4a535d}"
    "table{border-collapse:collapse}th,td{border:1px solid #b9c1ca;padding:.2rem .5rem;"
    "text-align:left;vertical-align:top;font-size:13px}th{background:#eef1f4}"
    ".wide{overflow-x:auto}dt{font-weight:600;float:left;clear:left;width:11rem}dd{margin:0 0 "
    ".2rem "
    "11rem}.mark{border:3px solid #8a1c1c;color:#8a1c1c;padding:.5rem 1rem;font-weight:700}"
    "@media print{.wide{overflow:visible}section{break-before:page}}</style></head><body>\n";

static void put_fact(struct buffer *page, enum error *e, const char *name, const char *value)
{
    put(page, e, "<dt>");
    put(page, e, name);
    put(page, e, "</dt><dd>");
    put_html(page, e, value && *value ? value : "not on record");
    put(page, e, "</dd>");
}

static void put_head(struct buffer *page, enum error *e, const struct pack_about *about)
{
    put(page, e, style);
    if (about->practice)
        put(page, e, "<p class=mark>PRACTICE. Every patient and result is invented.</p>");
    put(page, e, "<h1>Inspector's pack</h1><dl>");
    put_fact(page, e, "Laboratory", about->site);
    put_fact(page, e, "Address", about->address);
    put_fact(page, e, "CLIA number", about->clia);
    put_fact(page, e, "Certificate", about->certificate);
    put_fact(page, e, "Director", about->director);
    put_fact(page, e, "From", about->from);
    put_fact(page, e, "To, included", about->to);
    put_fact(page, e, "Taken by", about->by);
    put_fact(page, e, "Names",
             about->covered ? "covered: a patient is P- and a number, with a year of birth"
                            : "shown");
    put_fact(page, e, "Chain of custody", about->custody);
    put(page, e,
        "</dl><p>Each table is a file beside this page. Times are the site's. Nothing here was "
        "typed for the pack: each row is a record made when it happened, and its number (Row) "
        "finds "
        "it in the database.</p>\n");
}

/* What the instruments' profiles say of the waiver. */
static void put_waivers(struct buffer *page, enum error *e, const struct pack_about *about)
{
    put(page, e, "<section id=waivers><h2>CLIA waivers of the instruments <small>");
    put_number(page, e, about->waiver_count);
    put(page, e, about->waiver_count == 1 ? " row" : " rows");
    put(page, e,
        "</small></h2><p>As looked up when the instrument's profile was made. The FDA's CLIA "
        "database decides.</p><div class=wide><table><tr><th>Instrument | test | specimen | "
        "population | category | looked up</tr>");
    for (size_t i = 0; i < about->waiver_count; i++) {
        put(page, e, "<tr><td>");
        put_html(page, e, about->waivers[i]);
    }
    put(page, e, "</table></div></section>\n");
}

static void put_contents(struct buffer *page, enum error *e, const size_t rows[PACK_COUNT])
{
    put(page, e,
        "<h2>Contents</h2><table id=contents><tr><th scope=col>Table<th scope=col>Rows"
        "<th scope=col>File</tr>\n");
    for (size_t i = 0; i < PACK_COUNT; i++) {
        put(page, e, "<tr><td><a href=\"#");
        put(page, e, sections[i].file);
        put(page, e, "\">");
        put(page, e, sections[i].title);
        put(page, e, "</a><td>");
        put_number(page, e, rows[i]);
        put(page, e, "<td>");
        put(page, e, sections[i].file);
        put(page, e, ".csv</tr>\n");
    }
    put(page, e, "</table>\n");
}

enum error pack_make(struct store_reader *r, const struct pack_about *about,
                     const struct pack_sink *sink, struct complaint *why)
{
    size_t rows[PACK_COUNT] = { 0 };
    struct buffer tables, page;
    enum error e = ERROR_OK;

    buffer_init(&tables, PAGE_MAX);
    buffer_init(&page, PAGE_MAX);
    for (size_t i = 0; i < PACK_COUNT && e == ERROR_OK; i++) {
        e = make_table(r, about, i, sink, &tables, &rows[i]);
        if (e != ERROR_OK)
            (void)complain(why, e,
                           "The table \"%s\" could not be made: %s. Ask for a shorter span.",
                           sections[i].title, error_text(e));
    }
    put_head(&page, &e, about);
    put_contents(&page, &e, rows);
    put_waivers(&page, &e, about);
    if (e == ERROR_OK)
        e = buffer_put(&page, buffer_span(&tables));
    put(&page, &e, "</body></html>\n");
    if (e == ERROR_OK)
        e = sink->file(sink->context, "index.html", buffer_span(&page));
    buffer_free(&tables);
    buffer_free(&page);
    return e;
}
