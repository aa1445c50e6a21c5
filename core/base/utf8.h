/* UTF-8 out of code points. */
#ifndef PHIAL_CORE_BASE_UTF8_H
#define PHIAL_CORE_BASE_UTF8_H

#include "core/base/buffer.h"

/* What stands for a character that could not be read. */
enum { UTF8_REPLACEMENT = 0xfffd };

/* Appends one code point; one that is none (a surrogate, or beyond U+10FFFF) as the replacement. */
enum error utf8_put(struct buffer *out, uint32_t point);

#endif
