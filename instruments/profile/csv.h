/*
 * Tables of comma-separated values (RFC 4180), as spreadsheets write them: quoted fields, doubled
 * quotes, line ends within quotes; with `;` or a tab where a country writes so. For this folder.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_CSV_H
#define PHIAL_INSTRUMENTS_PROFILE_CSV_H

#include "core/base/arena.h"
#include "core/base/error.h"

enum { CSV_COLUMNS_MAX = 64 };

struct csv_row {
    const char *at[CSV_COLUMNS_MAX]; /* plain text in the arena, without blanks around it */
    size_t count;
    unsigned line; /* where it begins, from 1 */
};

struct csv_reader {
    struct span rest;
    char separator;
    unsigned line;
    struct arena *arena;
};

/* The separator is the one that the first line has most of. */
void csv_open(struct csv_reader *r, struct span text, struct arena *arena);
/* The next row that is not blank. ERROR_NOT_FOUND at the end, ERROR_BAD_INPUT when a quote is not
 * closed, ERROR_TOO_BIG when a row has more columns than CSV_COLUMNS_MAX. */
enum error csv_next(struct csv_reader *r, struct csv_row *out);

#endif
