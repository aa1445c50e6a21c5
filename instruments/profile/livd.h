/*
 * A maker's LIVD sheet (LOINC for in-vitro diagnostics) as lines of a profile's section [analytes].
 *
 * A code that the sheet gives one LOINC for becomes a line. One that it gives several, by specimen
 * or by unit, is a choice that only a person can make: each is written as a remark, and until one
 * of them is taken the code maps to nothing. Units become UCUM by the profile's own map; the
 * sheet's words are never guessed at.
 */
#ifndef PHIAL_INSTRUMENTS_PROFILE_LIVD_H
#define PHIAL_INSTRUMENTS_PROFILE_LIVD_H

#include "instruments/profile/profile.h"

struct livd_summary {
    size_t lines;   /* codes that were mapped */
    size_t choices; /* codes that wait for a person */
    size_t refused; /* rows that are no mapping: no code, or no LOINC */
};

/* `name` is the sheet's name for complaints, which say its line. Appends the section;
 * ERROR_BAD_INPUT changes nothing: the sheet lacks a column, or is no table. */
enum error livd_convert(const char *name, struct span sheet, const struct profile *p,
                        struct buffer *out, struct livd_summary *summary, struct complaint *why);

#endif
