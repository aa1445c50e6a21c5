/*
 * What a printer would do with the bytes of one label: a small interpreter for each language,
 * written from the languages' documents and not from the code under test.
 */
#ifndef PHIAL_TESTS_LABELS_INTERPRET_H
#define PHIAL_TESTS_LABELS_INTERPRET_H

#include "labels/draw/bitmap.h"

/* The dots that come out of the head, as a person sees them. False, with what is wrong in `why`,
 * when the bytes are not exactly one label of that language. The caller calls bitmap_free. */
bool interpret(const char *language, struct span bytes, struct bitmap *out, struct complaint *why);

/* Whether the picture lies in the middle of the paper, as it is or turned by a quarter, and nothing
 * else is on it. */
bool interpret_holds(const struct bitmap *paper, const struct bitmap *picture);

#endif
