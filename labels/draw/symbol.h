/*
 * The two bar codes of a label, as modules: libzint encodes, nobody else.
 *
 * Owner: the caller's struct. A warning of libzint is a failure: a symbol that is not to its
 * standard is not printed.
 */
#ifndef PHIAL_LABELS_DRAW_SYMBOL_H
#define PHIAL_LABELS_DRAW_SYMBOL_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SYMBOL_CODE128_MODULES = 101, /* 12 digits in subset C: 8 characters of 11, stop of 13 */
    SYMBOL_MATRIX_CELLS = 14,     /* 12 digits: 6 codewords, ISO/IEC 16022 table 7 */
    SYMBOL_ROWS = SYMBOL_MATRIX_CELLS,
    SYMBOL_COLUMNS = SYMBOL_CODE128_MODULES
};

struct symbol {
    int rows, columns;
    bool dark[SYMBOL_ROWS][SYMBOL_COLUMNS];
};

/* ISO/IEC 15417 in subset C, one row of exactly SYMBOL_CODE128_MODULES. */
enum error symbol_code128(const char *accession, struct symbol *out, struct complaint *why);
/* ISO/IEC 16022 ECC 200, square. */
enum error symbol_matrix(const char *accession, struct symbol *out, struct complaint *why);

#endif
