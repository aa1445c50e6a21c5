/* The encoding of RFC 3629; see the header. */
#include "core/base/utf8.h"

enum error utf8_put(struct buffer *out, uint32_t point)
{
    uint8_t bytes[4];
    size_t len = 0;

    if ((point >= 0xd800 && point < 0xe000) || point > 0x10ffff)
        point = UTF8_REPLACEMENT;
    if (point < 0x80)
        return buffer_put_byte(out, (uint8_t)point);
    if (point < 0x800) {
        bytes[len++] = (uint8_t)(0xc0 | point >> 6);
    } else if (point < 0x10000) {
        bytes[len++] = (uint8_t)(0xe0 | point >> 12);
        bytes[len++] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
    } else {
        bytes[len++] = (uint8_t)(0xf0 | point >> 18);
        bytes[len++] = (uint8_t)(0x80 | (point >> 12 & 0x3f));
        bytes[len++] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
    }
    bytes[len++] = (uint8_t)(0x80 | (point & 0x3f));
    return buffer_put(out, span_of(bytes, len));
}
