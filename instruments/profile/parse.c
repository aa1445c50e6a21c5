/*
 * The text of a profile, read line by line, with file:line in every complaint.
 *
 *     # a remark
 *     [section]
 *     key = value
 *     code | LOINC | name | UCUM unit | decimals          (in [analytes]; `-` for what is not
 * there)
 *
 * The sections and their keys stand in the tables below; instruments/profiles/ shows them in use.
 */
#include "instruments/profile/parser.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

struct key {
    const char *name;
    enum error (*read)(struct parser *parser, const char *value);
};

struct parser_section {
    const char *name;
    const struct key *keys; /* NULL when `read` takes every line */
    enum error (*read)(struct parser *parser, char *line);
};

enum error parser_wrong(const struct parser *parser, const char *what, const char *text)
{
    return complain(parser->why, ERROR_BAD_INPUT, "%s:%u: %s: \"%s\".", parser->file, parser->line,
                    what, text);
}

enum error parser_no_memory(const struct parser *parser)
{
    return complain(parser->why, ERROR_NO_MEMORY, "%s: there is no memory left to read it.",
                    parser->file);
}

const char *parser_trim(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        text[--len] = '\0';
    return text + strspn(text, " \t");
}

/* Cuts `left SEPARATOR right` in two, trimmed; NULL without the separator. */
const char *parser_split(char *line, const char *separator, const char **left)
{
    char *at = strstr(line, separator);
    if (!at)
        return NULL;
    *at = '\0';
    *left = parser_trim(line);
    return parser_trim(at + strlen(separator));
}

enum error parser_keep(struct parser *parser, const char *value, const char **out)
{
    const char *copy = arena_text(&parser->p->arena, span_text(value));
    if (!copy)
        return parser_no_memory(parser);
    *out = copy;
    return ERROR_OK;
}

/* [profile] */

static bool is_id(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return len > 0 && len < 64 && text[len] == '\0';
}

static enum error read_id(struct parser *parser, const char *value)
{
    if (!is_id(value))
        return parser_wrong(parser, "An id is made of small letters, digits and hyphens, not",
                            value);
    return parser_keep(parser, value, &parser->p->id);
}

static enum error read_maker(struct parser *parser, const char *value)
{
    return parser_keep(parser, value, &parser->p->maker);
}

static enum error read_model(struct parser *parser, const char *value)
{
    return parser_keep(parser, value, &parser->p->model);
}

static enum error read_maturity(struct parser *parser, const char *value)
{
    static const char *const names[] = { "draft", "recorded", "field" };
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(value, names[i]) == 0) {
            parser->p->maturity = (enum profile_maturity)i;
            return ERROR_OK;
        }
    return parser_wrong(parser, "A maturity is draft, recorded or field, not", value);
}

/* Where the facts come from: for people. */
static enum error read_source(struct parser *parser, const char *value)
{
    return *value ? ERROR_OK : parser_wrong(parser, "Say where the facts come from", value);
}

/* [connection] */

/* A serial number that may stand in a udev rule as it is. */
static bool is_plain_number(const char *text)
{
    for (const char *c = text; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_' && *c != '.')
            return false;
    return *text != '\0';
}

static enum error read_usb(struct parser *parser, const char *value)
{
    static const char serial[] = " serial ";
    struct profile_usb_id id = { 0, 0, false, "" };
    uint8_t bytes[4];
    char digits[9] = "";
    bool numbered;

    if (strlen(value) < 9 || value[4] != ':')
        return parser_wrong(parser, "A USB id is written 0403:CD18, not", value);
    memcpy(digits, value, 4);
    memcpy(digits + 4, value + 5, 4);
    id.bridge = strcmp(value + 9, " bridge") == 0;
    numbered = strncmp(value + 9, serial, strlen(serial)) == 0 &&
               is_plain_number(value + 9 + strlen(serial)) &&
               text_copy(id.serial, sizeof id.serial, value + 9 + strlen(serial)) == ERROR_OK;
    if (text_unhex(bytes, 4, digits) != ERROR_OK || (value[9] && !id.bridge && !numbered))
        return parser_wrong(parser,
                            "A USB id is written 0403:CD18, with \"bridge\" behind it for a cable, "
                            "or \"serial\" and the number that tells it from others",
                            value);
    id.vendor = (unsigned)bytes[0] << 8 | bytes[1];
    id.product = (unsigned)bytes[2] << 8 | bytes[3];
    parser->p->usb[parser->p->usb_count++] = id;
    return ERROR_OK;
}

static enum error read_baud(struct parser *parser, const char *value)
{
    uint64_t baud;
    if (text_to_u64(value, &baud) != ERROR_OK || baud < 50 || baud > 4000000)
        return parser_wrong(parser, "A baud rate is a number such as 9600, not", value);
    parser->p->line.baud = (unsigned)baud;
    return ERROR_OK;
}

static enum error read_frame(struct parser *parser, const char *value)
{
    struct profile_line_settings *line = &parser->p->line;
    if (strlen(value) != 3 || value[0] < '5' || value[0] > '8' || !strchr("NEO", value[1]) ||
        value[2] < '1' || value[2] > '2')
        return parser_wrong(parser, "A character frame is written 8N1, not", value);
    line->data_bits = (unsigned)(value[0] - '0');
    line->parity = value[1];
    line->stop_bits = (unsigned)(value[2] - '0');
    return ERROR_OK;
}

static enum error read_flow(struct parser *parser, const char *value)
{
    static const char *const names[] = { "none", "xon-xoff", "rts-cts" };
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(value, names[i]) == 0) {
            parser->p->line.flow = "NXR"[i];
            return ERROR_OK;
        }
    return parser_wrong(parser, "A flow control is none, xon-xoff or rts-cts, not", value);
}

static enum error read_switch(struct parser *parser, const char *value, bool *out)
{
    bool on = strcmp(value, "on") == 0;
    if (!on && strcmp(value, "off") != 0)
        return parser_wrong(parser, "A control line is on or off, not", value);
    *out = on;
    return ERROR_OK;
}

static enum error read_dtr(struct parser *parser, const char *value)
{
    return read_switch(parser, value, &parser->p->line.dtr);
}

static enum error read_rts(struct parser *parser, const char *value)
{
    return read_switch(parser, value, &parser->p->line.rts);
}

static enum error read_link(struct parser *parser, const char *value)
{
    if (!is_id(value))
        return parser_wrong(parser, "A link is a name such as lis01, not", value);
    return parser_keep(parser, value, &parser->p->link);
}

/* [message] */

static enum error read_format(struct parser *parser, const char *value)
{
    struct profile *p = parser->p;
    char what[96];

    if (p->type_count || p->structure_count)
        return parser_wrong(parser, "The format must stand before the first path", value);
    for (p->format_count = 0; *value; value += strspn(value, " ")) {
        size_t len = strcspn(value, " ");
        const char *name = arena_text(&p->arena, span_of(value, len));
        const struct profile_format *format = profile_format_find(name ? name : "");
        if (!format || p->format_count == PROFILE_FORMATS_MAX) {
            (void)snprintf(what, sizeof what, "A message format is %s, at most two of them, not",
                           profile_format_names());
            return parser_wrong(parser, what, value);
        }
        p->formats[p->format_count++] = format;
        value += len;
    }
    p->message = p->format_count ? p->formats[0]->name : NULL;
    return ERROR_OK;
}

static enum error read_delimiters(struct parser *parser, const char *value)
{
    bool good = strlen(value) == 4;
    for (size_t i = 0; good && i < 4; i++)
        good = value[i] > ' ' && value[i] < 0x7f && !strchr(value + i + 1, value[i]);
    if (!good)
        return parser_wrong(parser, "Delimiters are four different signs such as |\\^&, not",
                            value);
    return parser_keep(parser, value, &parser->p->delimiters);
}

static enum error read_quirk(struct parser *parser, const char *value)
{
#define PROFILE_QUIRK_NAME(name, key) key,
    static const char *const names[] = { PROFILE_QUIRKS(PROFILE_QUIRK_NAME) };
#undef PROFILE_QUIRK_NAME
    for (unsigned i = 0; i < PROFILE_QUIRK_COUNT; i++)
        if (strcmp(value, names[i]) == 0) {
            parser->p->quirks |= 1u << i;
            return ERROR_OK;
        }
    return parser_wrong(parser, "There is no quirk of the name", value);
}

static const struct key profile_keys[] = { { "id", read_id },         { "maker", read_maker },
                                           { "model", read_model },   { "maturity", read_maturity },
                                           { "source", read_source }, { NULL, NULL } };
static const struct key connection_keys[] = { { "usb", read_usb },     { "baud", read_baud },
                                              { "frame", read_frame }, { "flow", read_flow },
                                              { "dtr", read_dtr },     { "rts", read_rts },
                                              { "link", read_link },   { NULL, NULL } };
static const struct key message_keys[] = { { "format", read_format },
                                           { "delimiters", read_delimiters },
                                           { "quirk", read_quirk },
                                           { "separators", parser_read_separators },
                                           { "strip", parser_read_strip },
                                           { "recognise", parser_read_recognise },
                                           { NULL, NULL } };

static const struct parser_section sections[] = {
    { "[profile]", profile_keys, NULL },          { "[connection]", connection_keys, NULL },
    { "[framing]", NULL, parser_read_framing },   { "[message]", message_keys, NULL },
    { "[patterns]", NULL, parser_read_pattern },  { "[structure]", NULL, parser_read_structure },
    { "[times]", NULL, parser_read_time },        { "[paths]", NULL, parser_read_place },
    { "[kinds]", NULL, parser_read_kind },        { "[skip]", NULL, parser_read_skip },
    { "[analytes]", NULL, parser_read_analyte },  { "[units]", NULL, parser_read_unit },
    { "[flags]", NULL, parser_read_flag },        { "[waiver]", NULL, parser_read_waiver },
    { "[template]", NULL, parser_read_template },
};

static enum error read_section(struct parser *parser, const char *line)
{
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (strcmp(line, sections[i].name) == 0) {
            parser->section = &sections[i];
            return ERROR_OK;
        }
    return parser_wrong(parser, "There is no section of the name", line);
}

static enum error read_key(struct parser *parser, char *line)
{
    const char *key, *value = parser_split(line, "=", &key);

    if (!value)
        return parser_wrong(parser, "A line is \"key = value\", not", line);
    for (const struct key *k = parser->section->keys; k->name; k++)
        if (strcmp(key, k->name) == 0)
            return k->read(parser, value);
    return parser_wrong(parser, "This section has no key of the name", key);
}

static enum error read_line(struct parser *parser, char *line)
{
    line += strspn(line, " \t");
    (void)parser_trim(line);
    if (!*line || *line == '#')
        return ERROR_OK;
    if (*line == '[')
        return read_section(parser, line);
    if (!parser->section)
        return parser_wrong(parser, "A profile begins with [profile], not with", line);
    return parser->section->read ? parser->section->read(parser, line) : read_key(parser, line);
}

static enum error read_lines(struct parser *parser, struct span text)
{
    char line[LIMIT_TEXT + 1];
    enum error e = ERROR_OK;

    while (e == ERROR_OK && text.len) {
        const uint8_t *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) : text.len;
        size_t used = len + (end != NULL);

        parser->line++;
        if (len > 0 && text.at[len - 1] == '\r')
            len--;
        if (len > LIMIT_TEXT)
            return parser_wrong(parser, "This line is too long", "");
        if (len)
            memcpy(line, text.at, len);
        line[len] = '\0';
        if (!text_is_utf8(span_of(text.at, len)) || strlen(line) != len)
            return parser_wrong(parser, "This line is not UTF-8 text", "");
        e = read_line(parser, line);
        text = span_of(text.at + used, text.len - used);
    }
    return e;
}

static bool lacks_patterns(const struct profile *p)
{
    for (size_t i = 0; i < p->format_count; i++)
        if (p->formats[i]->needs_patterns)
            return !p->patterns;
    return false;
}

/* Whether the messages are read elsewhere, so that nothing of a profile could speak of them. */
static bool reads_elsewhere(const struct profile *p)
{
    return p->formats[0]->elsewhere;
}

static enum error check_elsewhere(const struct parser *parser)
{
    const struct profile *p = parser->p;

    if (p->format_count == 1 && !p->type_count && !p->structure_count && !p->analyte_count &&
        !p->template_count && !p->waiver_count && !p->flag_count && !p->unit_count)
        return ERROR_OK;
    return complain(parser->why, ERROR_BAD_INPUT,
                    "%s:%u: Files of format %s say themselves what is in them: the profile has no "
                    "other format, no paths and no analytes.",
                    parser->file, parser->line, p->message);
}

/* What every profile has to say. */
static enum error check_whole(const struct parser *parser)
{
    const struct profile *p = parser->p;
    const struct {
        const char *value, *name;
    } needed[] = { { p->id, "id in [profile]" },
                   { p->maker, "maker in [profile]" },
                   { p->model, "model in [profile]" },
                   { p->link, "link in [connection]" },
                   { p->message, "format in [message]" } };

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (text_empty(needed[i].value))
            return complain(parser->why, ERROR_BAD_INPUT, "%s:%u: The profile has no %s.",
                            parser->file, parser->line, needed[i].name);
    if (reads_elsewhere(p))
        return check_elsewhere(parser);
    if (lacks_patterns(p))
        return complain(parser->why, ERROR_BAD_INPUT, "%s:%u: The profile has no [patterns].",
                        parser->file, parser->line);
    if (p->places[PROFILE_PLACE_CODE].count == 0 || p->places[PROFILE_PLACE_VALUE].count == 0)
        return complain(parser->why, ERROR_BAD_INPUT,
                        "%s:%u: The profile does not say in [paths] where code and value stand.",
                        parser->file, parser->line);
    return ERROR_OK;
}

/* No list of a profile can have more entries than the text has lines. */
static enum error make_lists(struct profile *p, struct span text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n';
    if (lines > LIMIT_PROFILE_LINES)
        return ERROR_TOO_BIG;
    p->usb = arena_take(&p->arena, lines * sizeof *p->usb);
    p->kinds = arena_take(&p->arena, lines * sizeof *p->kinds);
    p->analytes = arena_take(&p->arena, lines * sizeof *p->analytes);
    p->units = arena_take(&p->arena, lines * sizeof *p->units);
    p->flags = arena_take(&p->arena, lines * sizeof *p->flags);
    p->skips = arena_take(&p->arena, lines * sizeof *p->skips);
    p->waivers = arena_take(&p->arena, lines * sizeof *p->waivers);
    p->times = arena_take(&p->arena, lines * sizeof *p->times);
    p->structure = arena_take(&p->arena, lines * sizeof *p->structure);
    p->template = arena_take(&p->arena, lines * sizeof *p->template);
    return p->arena.exhausted ? ERROR_NO_MEMORY : ERROR_OK;
}

/* What the record types are and what paths lead there, known when all is read. */
static void settle_types(struct profile *p)
{
    for (size_t i = 0; i < p->type_count; i++)
        p->types[i].role =
            profile_role_of(p, profile_format_of(p, p->types[i].name), p->types[i].name);
    for (unsigned place = 0; place < PROFILE_PLACE_CODE; place++)
        for (size_t i = 0; i < p->places[place].count; i++)
            p->types[p->places[place].at[i].type].fills = true;
}

enum error profile_parse(const char *name, struct span text, struct profile **out,
                         struct complaint *why)
{
    struct profile *p = calloc(1, sizeof *p);
    struct parser parser = { p, name, 0, NULL, why };
    enum error e = ERROR_OK;

    if (!p)
        return parser_no_memory(&parser);
    arena_init(&p->arena, (size_t)64 * LIMIT_PROFILE_FILE);
    p->line = (struct profile_line_settings) { 9600, 8, 1, 'N', 'N', true, true };
    p->delimiters = "|\\^&";
    e = text.len > LIMIT_PROFILE_FILE ? ERROR_TOO_BIG : make_lists(p, text);
    if (e == ERROR_TOO_BIG)
        e = complain(why, e, "%s is larger than a profile may be.", name);
    else if (e != ERROR_OK)
        e = parser_no_memory(&parser);
    else
        e = read_lines(&parser, text);
    if (e == ERROR_OK)
        e = check_whole(&parser);
    if (e != ERROR_OK) {
        profile_free(p);
        return e;
    }
    settle_types(p);
    p->link_options.whole_files = reads_elsewhere(p);
    *out = p;
    return ERROR_OK;
}
