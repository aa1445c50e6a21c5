/* Reading a profile's text: what the files of the parser share. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_PARSER_H
#define PHIAL_INSTRUMENTS_PROFILE_PARSER_H

#include "instruments/profile/parts.h"

struct parser_section;

struct parser {
    struct profile *p;
    const char *file;
    unsigned line;
    const struct parser_section *section;
    struct complaint *why;
};

/* Complains about this line: `what: "text"`; returns ERROR_BAD_INPUT. */
enum error parser_wrong(const struct parser *parser, const char *what, const char *text);
/* Copies a text into the profile. */
enum error parser_keep(struct parser *parser, const char *value, const char **out);
/* Cuts `left SEPARATOR right` in two, both trimmed; NULL without the separator. */
const char *parser_split(char *line, const char *separator, const char **left);
/* Takes blanks off both ends, the end's in place. */
const char *parser_trim(char *text);

enum error parser_no_memory(const struct parser *parser);
/* Reads a condition: terms joined by ` and `. */
enum error parser_read_condition(struct parser *parser, const char *value,
                                 struct profile_condition *out);

/* Keys of [message]. */
enum error parser_read_separators(struct parser *parser, const char *value);
enum error parser_read_strip(struct parser *parser, const char *value);
/* [framing]: its keys. */
enum error parser_read_framing(struct parser *parser, char *line);

/* The lines of the sections that are lists, and the key `recognise`. */
enum error parser_read_recognise(struct parser *parser, const char *value);
enum error parser_read_place(struct parser *parser, char *line);
enum error parser_read_kind(struct parser *parser, char *line);
enum error parser_read_analyte(struct parser *parser, char *line);
enum error parser_read_unit(struct parser *parser, char *line);
enum error parser_read_flag(struct parser *parser, char *line);
enum error parser_read_skip(struct parser *parser, char *line);
enum error parser_read_waiver(struct parser *parser, char *line);
enum error parser_read_structure(struct parser *parser, char *line);
enum error parser_read_time(struct parser *parser, char *line);
enum error parser_read_pattern(struct parser *parser, char *line);
enum error parser_read_template(struct parser *parser, char *line);

#endif
