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

/* The lines of the sections that are lists, and the key `recognise`. */
enum error parser_read_recognise(struct parser *parser, const char *value);
enum error parser_read_place(struct parser *parser, char *line);
enum error parser_read_kind(struct parser *parser, char *line);
enum error parser_read_analyte(struct parser *parser, char *line);
enum error parser_read_unit(struct parser *parser, char *line);
enum error parser_read_flag(struct parser *parser, char *line);

#endif
