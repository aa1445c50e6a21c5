/* Reading the two tables and giving them to the store. */
#include "core/catalogue/catalogue.h"

#include "core/base/text.h"
#include "core/rules/decimal.h"
#include "core/rules/judge.h"
#include "core/store/bench.h"
#include "core/store/limits.h"
#include "core/store/paper.h"
#include "core/store/reading.h"

#include "core/catalogue/catalogue.inc"

#include <stdio.h>

enum {
    COLUMNS = 11,
    LINE = 1024,
    ANALYTES = 64,
    MENU_TEXT = 16384,
    MAX_YEARS = 200,
    BILLING_MOST = 200
};

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

    if (!d->test.code || d->test.analyte_count == ANALYTES || r->count < 5 || r->count > 6 ||
        !*r->columns[3])
        return complain(why, ERROR_BAD_INPUT,
                        "Line %u: an analyte follows its test and has a code, "
                        "a LOINC, a name, a unit and perhaps the word expected.",
                        r->number);
    if (*r->columns[2] && !catalogue_is_loinc(r->columns[2]))
        return complain(why, ERROR_BAD_INPUT, "Line %u: %.20s is not a LOINC; look it up again.",
                        r->number, r->columns[2]);
    if (r->count == 6 && strcmp(r->columns[5], "expected") != 0)
        return complain(why, ERROR_BAD_INPUT, "Line %u: after the unit only expected can stand.",
                        r->number);
    a->code = keep(d, r->columns[1]);
    a->loinc = keep(d, r->columns[2]);
    a->name = keep(d, r->columns[3]);
    a->ucum = keep(d, r->columns[4]);
    a->expected = r->count == 6;
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

/* ---- How tests are read, and how long specimens are good: examples ---- */

static enum error add_eye(struct store *s, const struct reader *r, int64_t at)
{
    char choices[LINE];
    uint64_t from = 0, to = 0;
    struct store_reading example = {
        .test_code = r->columns[1],
        .how = { .kind = READING_CHOICE, .choices = choices, .control = true },
        .source = "EXAMPLE",
        .at = at
    };
    int64_t id;

    if (r->count != 6 || text_to_u64(r->columns[2], &from) != ERROR_OK ||
        text_to_u64(r->columns[3], &to) != ERROR_OK ||
        reading_second_parse(r->columns[4], &example.how.second_look) != ERROR_OK)
        return ERROR_BAD_INPUT;
    (void)text_copy(choices, sizeof choices, r->columns[5]);
    for (char *c = choices; *c; c++)
        if (*c == '|')
            *c = '\n';
    example.how.control = strchr(choices, '\n') == NULL; /* a strip of many pads has none */
    example.how.read_from = (int64_t)from;
    example.how.read_to = (int64_t)to;
    return store_reading_add(s, &example, &id);
}

static enum error add_typed(struct store *s, const struct reader *r, int64_t at)
{
    const struct store_reading example = {
        .test_code = r->columns[1],
        .how = { .kind = READING_NUMBER, .low = r->columns[2], .high = r->columns[3] },
        .source = "EXAMPLE",
        .at = at
    };
    int64_t id;

    if (r->count != 4 || !decimal_is(r->columns[2]) || !decimal_is(r->columns[3]))
        return ERROR_BAD_INPUT;
    return store_reading_add(s, &example, &id);
}

static enum error add_good(struct store *s, const struct reader *r, int64_t at)
{
    struct store_stability example = { .test_code = r->columns[1],
                                       .source = r->columns[4],
                                       .at = at };
    uint64_t minutes = 0;
    int64_t id;

    if (r->count != 5 || text_to_u64(r->columns[3], &minutes) != ERROR_OK ||
        stability_temperature_parse(r->columns[2], &example.temperature) != ERROR_OK)
        return ERROR_BAD_INPUT;
    example.minutes = (int64_t)minutes;
    return store_stability_add(s, &example, &id);
}

static enum error read_bench(struct store *s, const char *text, int64_t at, struct complaint *why)
{
    static const struct {
        const char *word;
        enum error (*add)(struct store *s, const struct reader *r, int64_t at);
    } words[] = { { "eye", add_eye }, { "typed", add_typed }, { "good", add_good } };
    struct reader r = { .at = text };
    enum error e = ERROR_OK;

    while (e == ERROR_OK && next_line(&r, &e, why)) {
        enum error added = ERROR_BAD_INPUT;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (strcmp(r.columns[0], words[i].word) == 0)
                added = words[i].add(s, &r, at);
        if (added == ERROR_BAD_INPUT)
            e = complain(why, added, "Line %u is none that says how a test is read.", r.number);
        else
            e = added;
    }
    return e;
}

/* Once for a site: whether it has had the examples is told by one of them. */
static enum error add_examples(struct store *s, int64_t at, struct complaint *why)
{
    struct store_reading known;
    struct arena arena;
    enum error e;

    arena_init(&arena, MENU_TEXT);
    e = store_reading_of(s, &arena, "HCG", &known);
    arena_free(&arena);
    return e == ERROR_NOT_FOUND ? read_bench(s, catalogue_readings, at, why) : e;
}

enum error catalogue_read_menu(struct store *s, const char *text, int64_t at, struct complaint *why)
{
    return read_menu(s, text, at, false, why);
}

/* Years as days, or days themselves, "28d"; empty is 0: from birth, or without end. */
static bool read_age(const char *text, int64_t *days)
{
    size_t digits = strspn(text, "0123456789");
    bool in_days = digits && strcmp(text + digits, "d") == 0;
    char number[8];
    uint64_t value = 0;

    if (!*text) {
        *days = 0;
        return true;
    }
    (void)snprintf(number, sizeof number, "%.*s", (int)digits, text);
    if ((text[digits] && !in_days) || text_to_u64(number, &value) != ERROR_OK ||
        value > (in_days ? MAX_YEARS * 366 : MAX_YEARS))
        return false;
    *days = in_days ? (int64_t)value : judge_years((int64_t)value);
    return true;
}

/* A LOINC, or "local:CODE". */
static bool is_analyte(const char *text)
{
    return catalogue_is_loinc(text) || (strncmp(text, "local:", 6) == 0 && text[6]);
}

static bool is_sex(const char *text)
{
    return strlen(text) <= 1 && strspn(text, "FMXU") == strlen(text);
}

/* The numbers must be decimals and lie in their order: critical, reference, critical. */
static enum error check_numbers(unsigned line, const struct store_limit *l, struct complaint *why)
{
    const char *const ordered[] = { l->critical_low, l->low, l->high, l->critical_high };
    const char *before = "";

    for (size_t i = 0; i < sizeof ordered / sizeof ordered[0]; i++) {
        if (!*ordered[i])
            continue;
        if (!decimal_is(ordered[i]))
            return complain(why, ERROR_BAD_INPUT, "Line %u: %.20s is not a number.", line,
                            ordered[i]);
        if (*before && decimal_compare(before, ordered[i]) > 0)
            return complain(why, ERROR_BAD_INPUT,
                            "Line %u: %.20s stands before %.20s. The order is: critical low, low, "
                            "high, critical high.",
                            line, before, ordered[i]);
        before = ordered[i];
    }
    return ERROR_OK;
}

static enum error read_limit(const struct reader *r, struct store_limit *out, struct complaint *why)
{
    const char *const *c = r->columns;

    if (r->count < COLUMNS - 1 || !is_analyte(c[0]))
        return complain(why, ERROR_BAD_INPUT,
                        "Line %u: ten columns, or eleven with the type of specimen; the first is "
                        "a LOINC.",
                        r->number);
    *out = (struct store_limit) { .loinc = c[0],
                                  .sex = c[1],
                                  .low = c[4],
                                  .high = c[5],
                                  .critical_low = c[6],
                                  .critical_high = c[7],
                                  .text_normal = c[8],
                                  .unit = c[9],
                                  .specimen_type = r->count == COLUMNS ? c[10] : "" };
    if (!is_sex(out->sex))
        return complain(why, ERROR_BAD_INPUT, "Line %u: the sex is F, M, X, U or left out.",
                        r->number);
    if (!read_age(c[2], &out->age_from) || !read_age(c[3], &out->age_to) ||
        (out->age_to && out->age_to <= out->age_from))
        return complain(why, ERROR_BAD_INPUT,
                        "Line %u: ages are whole years, or days such as 28d; the second is the "
                        "first that is not meant any more.",
                        r->number);
    return check_numbers(r->number, out, why);
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

/* Whether the examples speak of an analyte of which no set says anything yet. */
static enum error is_news(struct store *s, bool *news, struct complaint *why)
{
    struct reader r = { .at = catalogue_limits };
    enum error e = ERROR_OK;

    *news = false;
    while (e == ERROR_OK && !*news && next_line(&r, &e, why)) {
        bool known;
        e = store_limit_known(s, r.columns[0], &known);
        if (e == ERROR_OK)
            *news = !known;
    }
    return e;
}

enum error catalogue_complete_limits(struct store *s, int64_t at, struct complaint *why)
{
    bool news;
    int64_t set;
    enum error e = is_news(s, &news, why);

    return e == ERROR_OK && news ? catalogue_add_limits(s, at, &set, why) : e;
}

enum error catalogue_add_menu(struct store *s, int64_t at, struct complaint *why)
{
    enum error e = catalogue_read_menu(s, catalogue_menu, at, why);

    return e == ERROR_OK ? add_examples(s, at, why) : e;
}

enum error catalogue_complete_menu(struct store *s, int64_t at, struct complaint *why)
{
    enum error e = read_menu(s, catalogue_menu, at, true, why);

    return e == ERROR_OK ? add_examples(s, at, why) : e;
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

/* The heading that a spreadsheet puts above its columns is no test. */
static bool is_heading(const struct reader *r)
{
    return r->number == 1 && strcmp(r->columns[0], "test") == 0;
}

static enum error take_billing(struct store *s, const struct store_actor *by,
                               const struct reader *r, struct complaint *why)
{
    char codes[LINE];
    size_t len;

    if (r->count != 2)
        return complain(why, ERROR_BAD_INPUT,
                        "Line %u: a line has two columns, the test and its codes.", r->number);
    if (!is_known(s, r->columns[0]))
        return complain(why, ERROR_NOT_FOUND,
                        "Line %u: \"%.60s\" is no test of the menu. Nothing was taken in.",
                        r->number, r->columns[0]);
    len = strcspn(r->columns[1], "\r");
    (void)snprintf(codes, sizeof codes, "%.*s", (int)len, r->columns[1]);
    if (!text_is_plain(span_text(codes)) || len > BILLING_MOST)
        return complain(why, ERROR_BAD_INPUT, "Line %u: codes are plain text of at most %d bytes.",
                        r->number, BILLING_MOST);
    return store_billing_set(s, by, r->columns[0], codes);
}

enum error catalogue_read_billing(struct store *s, const struct store_actor *by, const char *text,
                                  unsigned *count, struct complaint *why)
{
    struct reader r = { .at = text };
    enum error e = ERROR_OK;

    *count = 0;
    while (e == ERROR_OK && next_line(&r, &e, why)) {
        if (is_heading(&r) || (r.count == 1 && strcmp(r.columns[0], "\r") == 0))
            continue;
        e = take_billing(s, by, &r, why);
        *count += e == ERROR_OK;
    }
    return e;
}
