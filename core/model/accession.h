/*
 * The accession: the 12 digits that name one specimen, on its label and in every message.
 *
 * `yymmdd`, five running digits, and a Damm check digit over those eleven and the site's salt.
 * Damm (quasigroup of order 10) catches every single wrong digit and every swap of neighbours;
 * the salt makes most numbers of another site invalid here. Never issued twice: core/store.
 */
#ifndef PHIAL_CORE_MODEL_ACCESSION_H
#define PHIAL_CORE_MODEL_ACCESSION_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { ACCESSION_DIGITS = 12, ACCESSION_SIZE = 13, ACCESSION_PER_DAY = 100000 };

struct accession {
    char digits[ACCESSION_SIZE]; /* terminated */
};

/* `day` is yymmdd as a number (260314); `running` is below ACCESSION_PER_DAY; `salt` any text of
 * digits. */
enum error accession_make(struct accession *out, uint32_t day, uint32_t running, const char *salt);

/* Whether the text is an accession of the site with that salt: 12 digits, nothing else, not even a
 * blank, with the right check digit. It says nothing about whether it was issued. */
bool accession_valid(const char *text, const char *salt);

#endif
