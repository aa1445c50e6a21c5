/* Packing an answer for a browser that takes it so: pure. */
#ifndef PHIAL_WEB_GZIP_H
#define PHIAL_WEB_GZIP_H

#include "core/base/buffer.h"

/* Whether an Accept-Encoding header (NULL: none was sent) takes gzip. */
bool gzip_is_taken(const char *accept);
/* Puts the bytes of `b` into a gzip member. On failure `b` is as it was. */
enum error gzip_pack(struct buffer *b);

#endif
