/* Reading what a profile says of text reports and other formats: how they are framed, cut, read and
 * written, and what part their records play. */
#include "instruments/profile/parser.h"

#include "core/base/text.h"
#include "instruments/message/text.h"
#include "instruments/profile/template.h"
#include "instruments/profile/value.h"

/* [framing] (instruments/link/options.h) */

/* One byte: a control character's name, or itself. */
static enum error read_byte(struct parser *parser, const char *value, uint8_t *out)
{
    static const struct {
        const char *name;
        uint8_t byte;
    } names[] = { { "STX", 0x02 }, { "ETX", 0x03 }, { "EOT", 0x04 }, { "TAB", 0x09 },
                  { "LF", 0x0a },  { "FF", 0x0c },  { "CR", 0x0d },  { "ETB", 0x17 },
                  { "ESC", 0x1b }, { "FS", 0x1c },  { "GS", 0x1d },  { "RS", 0x1e },
                  { "US", 0x1f } };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(value, names[i].name) == 0) {
            *out = names[i].byte;
            return ERROR_OK;
        }
    if (!value[0] || value[1])
        return parser_wrong(parser, "A byte is a name such as STX or CR, or one character, not",
                            value);
    *out = (uint8_t)value[0];
    return ERROR_OK;
}

static enum error read_start(struct parser *parser, const char *value)
{
    return read_byte(parser, value, &parser->p->link_options.framing.start);
}

static enum error read_end(struct parser *parser, const char *value)
{
    return read_byte(parser, value, &parser->p->link_options.framing.end);
}

static enum error read_mark(struct parser *parser, const char *value, char *out, size_t size)
{
    if (!*value || text_copy(out, size, value) != ERROR_OK)
        return parser_wrong(parser, "What a line begins with has 1 to 31 bytes, not", value);
    return ERROR_OK;
}

static enum error read_first_line(struct parser *parser, const char *value)
{
    struct link_framing *f = &parser->p->link_options.framing;
    return read_mark(parser, value, f->first_line, sizeof f->first_line);
}

static enum error read_last_line(struct parser *parser, const char *value)
{
    struct link_framing *f = &parser->p->link_options.framing;
    if (*f->last_line)
        return read_mark(parser, value, f->other_last_line, sizeof f->other_last_line);
    return read_mark(parser, value, f->last_line, sizeof f->last_line);
}

static enum error read_idle(struct parser *parser, const char *value)
{
    uint64_t ms;
    if (text_to_u64(value, &ms) != ERROR_OK || ms < 10 || ms > 600000)
        return parser_wrong(parser, "Silence is 10 to 600000 milliseconds, not", value);
    parser->p->link_options.framing.idle_ms = (unsigned)ms;
    return ERROR_OK;
}

static enum error read_sum(struct parser *parser, const char *value)
{
    bool sum = strcmp(value, "mod256") == 0;
    if (!sum && strcmp(value, "none") != 0)
        return parser_wrong(parser, "A checksum is none or mod256, not", value);
    parser->p->link_options.framing.sum = sum ? LINK_SUM_MOD256 : LINK_SUM_NONE;
    return ERROR_OK;
}

static enum error read_acknowledge(struct parser *parser, const char *value)
{
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0)
        return parser_wrong(parser, "Whether it waits for an answer is yes or no, not", value);
    parser->p->link_options.framing.acknowledge = yes;
    return ERROR_OK;
}

static enum error read_nul(struct parser *parser, const char *value)
{
    bool data = strcmp(value, "data") == 0;
    if (!data && strcmp(value, "damage") != 0)
        return parser_wrong(parser, "A NUL is data or damage, not", value);
    parser->p->link_options.framing.nul_is_data = data;
    return ERROR_OK;
}

enum error parser_read_framing(struct parser *parser, char *line)
{
    static const struct {
        const char *name;
        enum error (*read)(struct parser *parser, const char *value);
    } keys[] = { { "start", read_start },
                 { "end", read_end },
                 { "first_line", read_first_line },
                 { "last_line", read_last_line },
                 { "idle", read_idle },
                 { "sum", read_sum },
                 { "acknowledge", read_acknowledge },
                 { "nul", read_nul } };
    const char *key, *value = parser_split(line, "=", &key);

    if (!value)
        return parser_wrong(parser, "A line is \"key = value\", not", line);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(key, keys[i].name) == 0)
            return keys[i].read(parser, value);
    return parser_wrong(parser, "This section has no key of the name", key);
}

/* [patterns], and how a text is cut (instruments/message/text.h) */

static bool takes_patterns(const struct profile *p)
{
    for (size_t i = 0; i < p->format_count; i++)
        if (p->formats[i]->needs_patterns)
            return true;
    return false;
}

/* The profile's patterns, made when the first thing is said of them. */
static enum error need_patterns(struct parser *parser)
{
    struct profile *p = parser->p;

    if (!takes_patterns(p))
        return parser_wrong(parser, "Patterns are for profiles whose [message] says before",
                            "format = text");
    if (!p->patterns)
        p->patterns = text_patterns_new();
    return p->patterns ? ERROR_OK : parser_no_memory(parser);
}

/* What text.h said of a line, with the line's place. */
static enum error said(const struct parser *parser, enum error e, const struct complaint *why,
                       const char *text)
{
    if (e == ERROR_NO_MEMORY)
        return parser_no_memory(parser);
    return e == ERROR_OK ? e : parser_wrong(parser, *why->text ? why->text : error_text(e), text);
}

enum error parser_read_pattern(struct parser *parser, char *line)
{
    struct complaint why = { "" };
    char *pattern = strchr(line, '=');
    const char *name;
    enum error e = need_patterns(parser);

    if (e != ERROR_OK)
        return e;
    if (!pattern || !pattern[1])
        return parser_wrong(parser, "A line of this section is \"name = pattern\", not", line);
    *pattern++ = '\0';
    pattern += *pattern == ' '; /* any further blank is the pattern's */
    name = parser_trim(line);
    return said(parser, text_patterns_add(parser->p->patterns, name, pattern, &why), &why, pattern);
}

enum error parser_read_separators(struct parser *parser, const char *value)
{
    struct complaint why = { "" };
    enum error e = need_patterns(parser);

    if (e != ERROR_OK)
        return e;
    return said(parser, text_patterns_separate(parser->p->patterns, value, &why), &why, value);
}

enum error parser_read_strip(struct parser *parser, const char *value)
{
    struct complaint why = { "" };
    enum error e = need_patterns(parser);

    if (e != ERROR_OK)
        return e;
    return said(parser, text_patterns_strip(parser->p->patterns, value, &why), &why, value);
}

/* [structure]: `role = TYPE TYPE` */

static enum error read_role(struct parser *parser, const char *name, enum profile_role *out)
{
    static const struct profile_role_row roles[] = {
        { "header", PROFILE_ROLE_HEADER },     { "patient", PROFILE_ROLE_PATIENT },
        { "specimen", PROFILE_ROLE_SPECIMEN }, { "lead", PROFILE_ROLE_LEAD },
        { "order", PROFILE_ROLE_ORDER },       { "result", PROFILE_ROLE_RESULT },
        { "comment", PROFILE_ROLE_COMMENT },   { "detail", PROFILE_ROLE_DETAIL },
        { "query", PROFILE_ROLE_QUERY },       { "end", PROFILE_ROLE_END },
        { "other", PROFILE_ROLE_OTHER },
    };
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(name, roles[i].type) == 0) {
            *out = roles[i].role;
            return ERROR_OK;
        }
    return parser_wrong(parser, "There is no role of the name", name);
}

enum error parser_read_structure(struct parser *parser, char *line)
{
    struct profile *p = parser->p;
    const char *name, *types = parser_split(line, "=", &name);
    enum profile_role role = PROFILE_ROLE_OTHER;
    enum error e;

    if (!types || !*types)
        return parser_wrong(parser, "A line of this section is \"role = TYPE\", not", line);
    e = read_role(parser, name, &role);
    while (e == ERROR_OK && *types) {
        size_t len = strcspn(types, " ");
        struct profile_structure *s = &p->structure[p->structure_count];
        if (len >= MESSAGE_TYPE_SIZE || p->structure_count == PROFILE_TYPES_MAX)
            return parser_wrong(parser, "This is too long, or there are too many", types);
        s->role = role;
        s->type = arena_text(&p->arena, span_of(types, len));
        if (!s->type)
            return parser_no_memory(parser);
        p->structure_count++;
        types += len + strspn(types + len, " ");
    }
    return e;
}

/* [times]: a format of strptime(3) a line */
enum error parser_read_time(struct parser *parser, char *line)
{
    struct profile *p = parser->p;
    enum error e;

    if (!value_time_format_is(line))
        return parser_wrong(parser, "A time is written like %d-%m-%Y %H:%M, not", line);
    e = parser_keep(parser, line, &p->times[p->time_count]);
    if (e == ERROR_OK)
        p->time_count++;
    return e;
}

/* [template] */
enum error parser_read_template(struct parser *parser, char *line)
{
    struct profile *p = parser->p;
    struct complaint why = { "" };
    enum error e = template_parse(line, &p->arena, &p->template[p->template_count], &why);

    e = said(parser, e, &why, line);
    if (e == ERROR_OK)
        p->template_count++;
    return e;
}
