/*
 * Base64 (RFC 4648 section 4), as files of EKG carts carry samples in it.
 *
 * White space anywhere is forgiven. The padding must be there and stand at the end, and no other
 * character may stand anywhere: a text that was cut or changed is refused, not guessed at.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_BASE64_H
#define PHIAL_INSTRUMENTS_ECG_BASE64_H

#include "core/base/arena.h"
#include "core/base/error.h"

/* The bytes, in the arena. ERROR_BAD_INPUT, ERROR_TOO_BIG (LIMIT_ECG_FILE), ERROR_NO_MEMORY. */
enum error base64_decode(struct arena *a, const char *text, struct span *out);

#endif
