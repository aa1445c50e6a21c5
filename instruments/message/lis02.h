/* Delimiters and escapes of LIS02-A2, for the decoder and the encoder (devices.md 5.2). */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_LIS02_H
#define PHIAL_INSTRUMENTS_MESSAGE_LIS02_H

#include "instruments/message/message.h"

struct lis02_escape {
    size_t length;    /* with both escape characters */
    struct span body; /* between them */
};

/* True when `s` begins with a well-formed escape sequence: letters and digits between two escape
 * characters. Anything else after an escape character is text. */
bool lis02_escape_read(const struct lis02_delimiters *d, struct span s, struct lis02_escape *out);
/* True when `s` begins with a backslash, the escape character, that makes the delimiter behind it
 * a character. */
bool lis02_quotes(const struct lis02_delimiters *d, struct span s);
/* Appends the raw bytes with their escapes resolved; unknown ones stay as they are. */
enum error lis02_unescape(const struct lis02_delimiters *d, struct span raw, struct buffer *out);

#endif
