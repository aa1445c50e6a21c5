/* What a file that no reader claims looks like, for the sentence that refuses it. For ecg_reader.c
 * only. */
#ifndef PHIAL_INSTRUMENTS_ECG_LOOKS_H
#define PHIAL_INSTRUMENTS_ECG_LOOKS_H

#include "core/base/error.h"
#include "core/base/span.h"

/* A recorder's file that is named .SCP and laid out like SCP-ECG, but is not: section 0 stands
 * where it should, the length before it is no little-endian one. */
bool ecg_looks_like_pc80b(struct span file);
/* ERROR_UNSUPPORTED when it is known what it is, else ERROR_NOT_FOUND; each with the sentence. */
enum error ecg_looks_like(struct span file, struct complaint *why);

#endif
