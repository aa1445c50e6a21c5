/* Reading the sections of a profile that are lists: paths, kinds, analytes, units, flags. */
#include "instruments/profile/parser.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/value.h"

/* Conditions: `O.12 = Q`, several joined by ` and `. */

static enum error read_term(struct parser *parser, char *text, struct profile_term *out)
{
    static const struct {
        const char *sign;
        enum profile_test test;
    } tests[] = { { " != ", PROFILE_TEST_DIFFERENT },
                  { " = ", PROFILE_TEST_EQUAL },
                  { " contains ", PROFILE_TEST_CONTAINS },
                  { " starts ", PROFILE_TEST_STARTS },
                  { " has ", PROFILE_TEST_HAS } };
    const char *left, *right = NULL;

    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        if ((right = parser_split(text, tests[i].sign, &left))) {
            out->test = tests[i].test;
            break;
        }
    if (!right || !*right)
        return parser_wrong(
            parser, "A condition is a path, then =, !=, contains, starts or has, then a text",
            text);
    if (profile_path_parse(left, &out->path) != ERROR_OK)
        return parser_wrong(parser, "A path is written O.3 or O.24.2, not", left);
    return parser_keep(parser, right, &out->text);
}

static enum error read_condition(struct parser *parser, const char *value,
                                 struct profile_condition *out)
{
    char text[LIMIT_TEXT + 1];
    char *at = text, *next;
    enum error e = text_copy(text, sizeof text, value);

    if (e != ERROR_OK)
        return parser_wrong(parser, "This line is too long", "");
    while (e == ERROR_OK && at) {
        next = strstr(at, " and ");
        if (next)
            *next = '\0';
        if (out->count == PROFILE_TERMS_MAX)
            return parser_wrong(parser, "A condition has at most four terms", value);
        e = read_term(parser, at, &out->terms[out->count]);
        out->count++;
        at = next ? next + strlen(" and ") : NULL;
    }
    return e;
}

/* Each line is an alternative. */
enum error parser_read_recognise(struct parser *parser, const char *value)
{
    struct profile *p = parser->p;
    enum error e;

    if (p->recognise_count == PROFILE_RECOGNISE_MAX)
        return parser_wrong(parser, "A profile has at most four lines \"recognise\"", value);
    e = read_condition(parser, value, &p->recognise[p->recognise_count]);
    if (e == ERROR_OK)
        p->recognise_count++;
    return e;
}

/* [paths]: every key is a place of the table in parts.h. */

static enum error read_paths(struct parser *parser, const char *value, struct profile_paths *out)
{
    struct profile_paths paths = { .count = 0 };

    while (*value) {
        size_t len = strcspn(value, " ");
        char one[16] = "";
        if (len >= sizeof one || paths.count == PROFILE_PATHS_MAX)
            return parser_wrong(parser, "At most eight paths such as O.24.2 may stand here", value);
        memcpy(one, value, len);
        if (profile_path_parse(one, &paths.at[paths.count++]) != ERROR_OK)
            return parser_wrong(parser, "A path is written O.3 or O.24.2, not", one);
        value += len + strspn(value + len, " ");
    }
    *out = paths;
    return ERROR_OK;
}

enum error parser_read_place(struct parser *parser, char *line)
{
#define PROFILE_PLACE_NAME(name, key) key,
    static const char *const names[] = { PROFILE_PLACES(PROFILE_PLACE_NAME) };
#undef PROFILE_PLACE_NAME
    const char *key, *value = parser_split(line, "=", &key);

    if (!value)
        return parser_wrong(parser, "A line of this section is \"key = paths\", not", line);
    for (unsigned i = 0; i < PROFILE_PLACE_COUNT; i++)
        if (strcmp(key, names[i]) == 0)
            return read_paths(parser, value, &parser->p->places[i]);
    return parser_wrong(parser, "There is no place of the name", key);
}

/* [kinds]: `qc = O.12 = Q`; the first line that holds decides. */
enum error parser_read_kind(struct parser *parser, char *line)
{
    struct profile_condition *out = &parser->p->kinds[parser->p->kind_count];
    const char *key, *value = parser_split(line, "=", &key);
    enum error e;

    if (!value || record_kind_parse(key, &out->kind) != ERROR_OK)
        return parser_wrong(parser, "A line of this section is \"kind = condition\", not", line);
    e = read_condition(parser, value, out);
    if (e == ERROR_OK)
        parser->p->kind_count++;
    return e;
}

/* [analytes] */

enum { ANALYTE_COLUMNS = 5 };

static enum error cut_columns(struct parser *parser, char *line, const char **columns)
{
    for (unsigned i = 0; i < ANALYTE_COLUMNS; i++) {
        char *bar = strchr(line, '|');
        if (!bar != (i == ANALYTE_COLUMNS - 1))
            return parser_wrong(
                parser, "An analyte has five columns: code | LOINC | name | UCUM | decimals", line);
        if (bar)
            *bar = '\0';
        columns[i] = parser_trim(line);
        if (strcmp(columns[i], "-") == 0)
            columns[i] = "";
        line = bar ? bar + 1 : line;
    }
    return ERROR_OK;
}

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
    const char *columns[ANALYTE_COLUMNS] = { "", "", "", "", "" };
    uint64_t decimals;
    enum error e = cut_columns(parser, line, columns);

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
