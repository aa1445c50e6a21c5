/* Reading the sections of a profile that are lists: kinds, analytes, units, flags, waiver ... */
#include "instruments/profile/parser.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/value.h"

/* [kinds]: `qc = O.12 = Q`; the first line that holds decides. */
enum error parser_read_kind(struct parser *parser, char *line)
{
    struct profile_condition *out = &parser->p->kinds[parser->p->kind_count];
    const char *key, *value = parser_split(line, "=", &key);
    enum error e;

    if (!value || record_kind_parse(key, &out->kind) != ERROR_OK)
        return parser_wrong(parser, "A line of this section is \"kind = condition\", not", line);
    e = parser_read_condition(parser, value, out);
    if (e == ERROR_OK)
        parser->p->kind_count++;
    return e;
}

/* [skip]: each line a condition on a result; one for which it holds is no result. */
enum error parser_read_skip(struct parser *parser, char *line)
{
    enum error e = parser_read_condition(parser, line, &parser->p->skips[parser->p->skip_count]);
    if (e == ERROR_OK)
        parser->p->skip_count++;
    return e;
}

/* Lines of five columns; `-` is what is not there. */

enum { COLUMNS = 5 };

static enum error cut_columns(struct parser *parser, char *line, const char *what,
                              const char **columns)
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        char *bar = strchr(line, '|');
        if (!bar != (i == COLUMNS - 1))
            return parser_wrong(parser, what, line);
        if (bar)
            *bar = '\0';
        columns[i] = parser_trim(line);
        if (strcmp(columns[i], "-") == 0)
            columns[i] = "";
        line = bar ? bar + 1 : line;
    }
    return ERROR_OK;
}

/* [analytes] */

static enum error keep_analyte(struct parser *parser, const char **columns,
                               struct profile_analyte *out)
{
    const char **texts[] = { &out->code, &out->loinc, &out->name, &out->ucum };
    enum error e = ERROR_OK;

    for (unsigned i = 0; e == ERROR_OK && i < 4; i++)
        e = parser_keep(parser, columns[i], texts[i]);
    return e;
}

enum error parser_read_analyte(struct parser *parser, char *line)
{
    struct profile *p = parser->p;
    struct profile_analyte analyte = { .decimals = -1 };
    const char *columns[COLUMNS] = { "", "", "", "", "" };
    uint64_t decimals;
    enum error e =
        cut_columns(parser, line,
                    "An analyte has five columns: code | LOINC | name | UCUM | decimals", columns);

    if (e != ERROR_OK)
        return e;
    if (!*columns[0] || !*columns[2])
        return parser_wrong(parser, "An analyte needs a code and a name", columns[0]);
    if (*columns[1] && !value_is_loinc(columns[1]))
        return parser_wrong(parser, "This is no LOINC code, or its check digit is wrong",
                            columns[1]);
    if (strlen(columns[3]) > 64)
        return parser_wrong(parser, "A UCUM unit has at most 64 signs", columns[3]);
    if (*columns[4]) {
        if (text_to_u64(columns[4], &decimals) != ERROR_OK || decimals > 9)
            return parser_wrong(parser, "Decimals are a digit or -, not", columns[4]);
        analyte.decimals = (int)decimals;
    }
    for (size_t i = 0; i < p->analyte_count; i++)
        if (strcmp(p->analytes[i].code, columns[0]) == 0 &&
            strcmp(p->analytes[i].ucum, columns[3]) == 0)
            return parser_wrong(parser, "This code stands here twice with the same unit",
                                columns[0]);
    e = keep_analyte(parser, columns, &analyte);
    if (e == ERROR_OK)
        p->analytes[p->analyte_count++] = analyte;
    return e;
}

/* [units]: `vendor = UCUM` */
enum error parser_read_unit(struct parser *parser, char *line)
{
    struct profile_unit *out = &parser->p->units[parser->p->unit_count];
    const char *vendor, *ucum = parser_split(line, " = ", &vendor);
    enum error e;

    if (!ucum || !*vendor || !*ucum || strlen(ucum) > 64)
        return parser_wrong(parser, "A unit is \"vendor's unit = UCUM unit\", not", line);
    e = parser_keep(parser, vendor, &out->vendor);
    if (e == ERROR_OK)
        e = parser_keep(parser, ucum, &out->ucum);
    if (e == ERROR_OK)
        parser->p->unit_count++;
    return e;
}

/* [flags]: `! = flag A` or `B = comment Before a meal` */
enum error parser_read_flag(struct parser *parser, char *line)
{
    struct profile_flag *out = &parser->p->flags[parser->p->flag_count];
    const char *vendor, *means = parser_split(line, " = ", &vendor);
    enum error e;

    if (!means || !*vendor ||
        (strncmp(means, "flag ", 5) != 0 && strncmp(means, "comment ", 8) != 0))
        return parser_wrong(parser, "A marker is \"sign = flag X\" or \"sign = comment text\", not",
                            line);
    e = parser_keep(parser, vendor, &out->vendor);
    if (e == ERROR_OK)
        e = *means == 'f' ? parser_keep(parser, means + 5, &out->flag)
                          : parser_keep(parser, means + 8, &out->comment);
    if (e == ERROR_OK)
        parser->p->flag_count++;
    return e;
}

/* [waiver]: `test | specimen | population | category | checked date`; test `*` is every test. */

static bool is_category(const char *text)
{
    static const char *const categories[] = { "waived", "moderate", "high" };
    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++)
        if (strcmp(text, categories[i]) == 0)
            return true;
    return false;
}

/* A date as 2026-03-01. */
static bool is_date(const char *text)
{
    static const char form[] = "0000-00-00";
    size_t i = 0;
    for (; form[i] && text[i]; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return !form[i] && !text[i];
}

enum error parser_read_waiver(struct parser *parser, char *line)
{
    struct profile_waiver *out = &parser->p->waivers[parser->p->waiver_count];
    const char **texts[] = { &out->test, &out->specimen, &out->population, &out->category,
                             &out->checked };
    const char *columns[COLUMNS] = { "", "", "", "", "" };
    enum error e = cut_columns(
        parser, line,
        "A waiver has five columns: test | specimen | population | category | checked", columns);

    if (e != ERROR_OK)
        return e;
    if (!*columns[0] || !is_category(columns[3]))
        return parser_wrong(parser,
                            "A waiver needs a test and the category waived, moderate or high, not",
                            columns[3]);
    if (*columns[4] && !is_date(columns[4]))
        return parser_wrong(parser, "A date is written 2026-03-01, not", columns[4]);
    for (unsigned i = 0; e == ERROR_OK && i < COLUMNS; i++)
        e = parser_keep(parser, columns[i], texts[i]);
    if (e == ERROR_OK)
        parser->p->waiver_count++;
    return e;
}
