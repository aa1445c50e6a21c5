/* Reading paths and conditions: section [paths], and what other sections say with them. */
#include "instruments/profile/parser.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdio.h>

/* The length of the path at the start of `text`: up to a blank or a `+`, neither of which ends one
 * within its pattern. */
static size_t path_length(const char *text)
{
    size_t len = strcspn(text, " +/");

    if (text[len] != '/')
        return len;
    for (len++; text[len] && text[len] != '/'; len++)
        len += text[len] == '\\' && text[len + 1];
    return text[len] ? len + 1 : len;
}

static enum error wrong_path(const struct parser *parser, const char *text)
{
    char what[96];
    (void)snprintf(what, sizeof what, "A path is written %s, not", parser->p->formats[0]->example);
    return parser_wrong(parser, what, text);
}

/* Reads the path at `*text`, which moves behind it. */
static enum error read_path(struct parser *parser, const char **text, struct profile_path *out)
{
    struct complaint why = { "" };
    char one[LIMIT_TEXT + 1];
    size_t len = path_length(*text);
    enum error e;

    if (!parser->p->format_count)
        return parser_wrong(parser, "Before the first path, [message] must say the format", *text);
    memcpy(one, *text, len);
    one[len] = '\0';
    *text += len;
    e = profile_path_parse(parser->p, one, out, &why);
    if (e == ERROR_NO_MEMORY)
        return parser_no_memory(parser);
    if (*why.text)
        return parser_wrong(parser, why.text, one);
    return e == ERROR_OK ? e : wrong_path(parser, one);
}

/* [paths]: every key is a place of the table in parts.h. */

static enum error read_paths(struct parser *parser, const char *value, struct profile_paths *out)
{
    struct profile_paths paths = { .count = 0 };
    bool joined = false;

    while (*value) {
        enum error e;
        if (paths.count == PROFILE_PATHS_MAX)
            return parser_wrong(parser, "At most eight paths may stand here", value);
        e = read_path(parser, &value, &paths.at[paths.count]);
        if (e != ERROR_OK)
            return e;
        paths.at[paths.count++].joined = joined;
        joined = *value == '+';
        value += joined ? 1 : strspn(value, " ");
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

/* Conditions: `O.12 = Q`, several joined by ` and `. */

static const struct operator_row {
    const char *sign;
    enum profile_test test;
} operators[] = { { "is blank", PROFILE_TEST_BLANK },     { "is given", PROFILE_TEST_GIVEN },
                  { "!= ", PROFILE_TEST_DIFFERENT },      { "= ", PROFILE_TEST_EQUAL },
                  { "contains ", PROFILE_TEST_CONTAINS }, { "starts ", PROFILE_TEST_STARTS },
                  { "has ", PROFILE_TEST_HAS },           { "~ ", PROFILE_TEST_MATCHES } };

static const struct operator_row *take_operator(const char **text)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t len = strlen(operators[i].sign);
        if (strncmp(*text, operators[i].sign, len) == 0) {
            *text += len;
            *text += strspn(*text, " ");
            return &operators[i];
        }
    }
    return NULL;
}

static bool needs_text(enum profile_test test)
{
    return test != PROFILE_TEST_BLANK && test != PROFILE_TEST_GIVEN;
}

static enum error compile_pattern(struct parser *parser, struct profile_term *out)
{
    struct complaint why = { "" };
    enum error e = profile_pattern_compile(parser->p, out->text, &out->pattern, &why);

    if (e == ERROR_NO_MEMORY)
        return parser_no_memory(parser);
    return e == ERROR_OK ? e : parser_wrong(parser, why.text, out->text);
}

static enum error read_term(struct parser *parser, const char *text, struct profile_term *out)
{
    const struct operator_row *row;
    const char *at = text;
    size_t blanks;
    enum error e;

    if (!text[path_length(text)])
        return parser_wrong(parser,
                            "A condition is a path, then =, !=, contains, starts, has, ~, is blank "
                            "or is given, then a text",
                            text);
    e = read_path(parser, &at, &out->path);
    if (e != ERROR_OK)
        return e;
    blanks = strspn(at, " ");
    at += blanks;
    row = blanks ? take_operator(&at) : NULL;
    if (!row || needs_text(row->test) != (*at != '\0'))
        return parser_wrong(parser,
                            "A condition is a path, then =, !=, contains, starts, has, ~, is blank "
                            "or is given, then a text",
                            text);
    out->test = row->test;
    e = parser_keep(parser, at, &out->text);
    return e == ERROR_OK && out->test == PROFILE_TEST_MATCHES ? compile_pattern(parser, out) : e;
}

enum error parser_read_condition(struct parser *parser, const char *value,
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
        e = read_term(parser, parser_trim(at), &out->terms[out->count]);
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
        return parser_wrong(parser, "A profile has at most eight lines \"recognise\"", value);
    e = parser_read_condition(parser, value, &p->recognise[p->recognise_count]);
    if (e == ERROR_OK)
        p->recognise_count++;
    return e;
}
