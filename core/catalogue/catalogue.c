/* Reading the two tables and giving them to the store. */
#include "core/catalogue/catalogue.h"

#include "core/base/text.h"
#include "core/rules/decimal.h"

#include "core/catalogue/catalogue.inc"

#include <stdio.h>

enum { COLUMNS = 10, LINE = 512, ANALYTES = 64, MENU_TEXT = 16384, MAX_YEARS = 200 };

bool catalogue_is_loinc(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    unsigned sum = 0;
    bool twice = true;

    if (digits < 1 || digits > 7 || text[digits] != '-' || strlen(text) != digits + 2)
        return false;
    for (size_t i = digits; i-- > 0; twice = !twice) {
        unsigned value = (unsigned)(text[i] - '0') * (twice ? 2 : 1);
        sum += value / 10 + value % 10;
    }
    return text[digits + 1] == (char)('0' + (10 - sum % 10) % 10);
}

/* One line, cut into columns at commas outside double quotes; false when there are too many. */
static bool cut_line(char *line, const char *columns[COLUMNS], size_t *count)
{
    char *out = line, *start = line;
    bool quoted = false;

    *count = 0;
    for (const char *at = line;; at++) {
        char byte = *at;
        if (byte == '"') {
            quoted = !quoted;
            continue;
        }
        if (byte && (quoted || byte != ',')) {
            *out++ = byte;
            continue;
        }
        *out++ = '\0';
        if (*count == COLUMNS)
            return false;
        columns[(*count)++] = start;
        start = out;
        if (!byte)
            return !quoted;
    }
}

/* Reads lines one by one. */
struct reader {
    const char *at;
    unsigned number;
    char line[LINE];
    const char *columns[COLUMNS];
    size_t count;
};

/* The next line that says something: true; `*e` when it cannot be read. */
static bool next_line(struct reader *r, enum error *e, struct complaint *why)
{
    while (*r->at) {
        size_t len = strcspn(r->at, "\n");
        const char *line = r->at;
        r->at += len + (r->at[len] == '\n');
        r->number++;
        if (len == 0 || *line == '#')
            continue;
        if (len >= sizeof r->line) {
            *e = complain(why, ERROR_BAD_INPUT, "Line %u is too long.", r->number);
            return false;
        }
        memcpy(r->line, line, len);
        r->line[len] = '\0';
        if (!cut_line(r->line, r->columns, &r->count)) {
            *e = complain(why, ERROR_BAD_INPUT, "Line %u has too many columns or an open quote.",
                          r->number);
            return false;
        }
        return true;
    }
    return false;
}

/* A test that is being read; its texts live in the arena. */
struct draft {
    struct arena arena;
    struct store_test test;
    struct store_analyte analytes[ANALYTES];
    bool missing_only;
};

static bool is_known(struct store *s, const char *code)
{
    struct store_test known;
    struct arena arena;
    bool found;

    arena_init(&arena, MENU_TEXT);
    found = store_test_by_code(s, &arena, code, &known) != ERROR_NOT_FOUND;
    arena_free(&arena);
    return found;
}

static enum error add_draft(struct store *s, struct draft *d, int64_t at)
{
    int64_t id;
    enum error e = ERROR_OK;

    if (!d->test.code)
        return ERROR_OK;
    d->test.analytes = d->analytes;
    d->test.active = true;
    if (!d->missing_only || !is_known(s, d->test.code))
        e = store_test_add(s, &d->test, at, &id);
    arena_free(&d->arena);
    d->test = (struct store_test) { 0 };
    return e;
}

static const char *keep(struct draft *d, const char *text)
{
    return arena_text(&d->arena, span_text(text));
}

static enum error start_test(struct draft *d, const struct reader *r, struct complaint *why)
{
    if (r->count != 5 || !*r->columns[1] || !*r->columns[2])
        return complain(why, ERROR_BAD_INPUT,
                        "Line %u: a test has a code, a name, a specimen type "
                        "and a container.",
                        r->number);
    arena_init(&d->arena, MENU_TEXT);
    d->test.code = keep(d, r->columns[1]);
    d->test.name = keep(d, r->columns[2]);
    d->test.specimen_type = keep(d, r->columns[3]);
    d->test.container = keep(d, r->columns[4]);
    return d->test.container ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error add_analyte(struct draft *d, const struct reader *r, struct complaint *why)
{
    struct store_analyte *a = &d->analytes[d->test.analyte_count];

    if (!d->test.code || d->test.analyte_count == ANALYTES || r->count != 5 || !*r->columns[3])
        return complain(why, ERROR_BAD_INPUT,
                        "Line %u: an analyte follows its test and has a code, "
                        "a LOINC, a name and a unit.",
                        r->number);
    if (*r->columns[2] && !catalogue_is_loinc(r->columns[2]))
        return complain(why, ERROR_BAD_INPUT, "Line %u: %.20s is not a LOINC; look it up again.",
                        r->number, r->columns[2]);
    a->code = keep(d, r->columns[1]);
    a->loinc = keep(d, r->columns[2]);
    a->name = keep(d, r->columns[3]);
    a->ucum = keep(d, r->columns[4]);
    d->test.analyte_count++;
    return a->ucum ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error read_menu(struct store *s, const char *text, int64_t at, bool missing_only,
                            struct complaint *why)
{
    struct reader r = { .at = text };
    struct draft d = { .test = { .code = NULL }, .missing_only = missing_only };
    enum error e = ERROR_OK;

    while (e == ERROR_OK && next_line(&r, &e, why)) {
        if (strcmp(r.columns[0], "analyte") == 0) {
            e = add_analyte(&d, &r, why);
            continue;
        }
        if (strcmp(r.columns[0], "test") != 0) {
            e = complain(why, ERROR_BAD_INPUT, "Line %u begins with neither test nor analyte.",
                         r.number);
            continue;
        }
        e = add_draft(s, &d, at);
        if (e == ERROR_OK)
            e = start_test(&d, &r, why);
    }
    if (e == ERROR_OK)
        e = add_draft(s, &d, at);
    arena_free(&d.arena);
    return e;
}

enum error catalogue_read_menu(struct store *s, const char *text, int64_t at, struct complaint *why)
{
    return read_menu(s, text, at, false, why);
}

/* Years as days; empty is 0: from birth, or without end. */
static bool read_years(const char *text, int64_t *days)
{
    uint64_t years = 0;

    if (*text && (text_to_u64(text, &years) != ERROR_OK || years > MAX_YEARS))
        return false;
    *days = (int64_t)years * 1461 / 4;
    return true;
}

static enum error read_limit(const struct reader *r, struct store_limit *out, struct complaint *why)
{
    const char *const *c = r->columns;

    if (r->count != COLUMNS || !catalogue_is_loinc(c[0]))
        return complain(why, ERROR_BAD_INPUT, "Line %u: ten columns, and the first is a LOINC.",
                        r->number);
    for (size_t i = 4; i < 8; i++)
        if (*c[i] && !decimal_is(c[i]))
            return complain(why, ERROR_BAD_INPUT, "Line %u: %.20s is not a number.", r->number,
                            c[i]);
    *out = (struct store_limit) { .loinc = c[0],
                                  .sex = c[1],
                                  .low = c[4],
                                  .high = c[5],
                                  .critical_low = c[6],
                                  .critical_high = c[7],
                                  .text_normal = c[8],
                                  .unit = c[9] };
    if (!read_years(c[2], &out->age_from) || !read_years(c[3], &out->age_to))
        return complain(why, ERROR_BAD_INPUT, "Line %u: ages are whole years.", r->number);
    return ERROR_OK;
}

enum error catalogue_read_limits(struct store *s, int64_t set, const char *text,
                                 struct complaint *why)
{
    struct reader r = { .at = text };
    enum error e = ERROR_OK;

    while (e == ERROR_OK && next_line(&r, &e, why)) {
        struct store_limit limit;
        int64_t id;
        e = read_limit(&r, &limit, why);
        if (e == ERROR_OK)
            e = store_reference_limit_add(s, set, &limit, &id);
    }
    return e;
}

enum error catalogue_add_menu(struct store *s, int64_t at, struct complaint *why)
{
    return catalogue_read_menu(s, catalogue_menu, at, why);
}

enum error catalogue_complete_menu(struct store *s, int64_t at, struct complaint *why)
{
    return read_menu(s, catalogue_menu, at, true, why);
}

enum error catalogue_add_limits(struct store *s, int64_t at, int64_t *set, struct complaint *why)
{
    int64_t id;
    enum error e = store_reference_set_add(s, CATALOGUE_EXAMPLE_SET,
                                           "Examples: have them approved by the laboratory "
                                           "director, or replace them",
                                           at, &id);
    if (e == ERROR_OK)
        e = catalogue_read_limits(s, id, catalogue_limits, why);
    if (e == ERROR_OK)
        *set = id;
    return e;
}
