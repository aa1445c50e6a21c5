/* The escape that LIS02-A2 and HL7 share. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_ESCAPE_H
#define PHIAL_INSTRUMENTS_MESSAGE_ESCAPE_H

#include "core/base/buffer.h"

/* Appends the bytes that an escape's body of X and pairs of hexadecimal digits stands for; false
 * when it is no such body, and then nothing is appended. *e is ERROR_OK before, and what the
 * buffer says after. */
bool escape_put_hex(struct span body, struct buffer *out, enum error *e);

#endif
