/*
 * Text: UTF-8 checks, and the few copies and conversions that C makes dangerous.
 *
 * Text inside Phial is valid UTF-8 without control characters. Bytes from a device that are not
 * become so by text_from_device, which loses nothing that can be shown.
 */
#ifndef PHIAL_CORE_BASE_TEXT_H
#define PHIAL_CORE_BASE_TEXT_H

#include "core/base/buffer.h"

/* True when the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool text_is_utf8(struct span bytes);
/* True when it is UTF-8 and holds no control character (below 0x20, or 0x7f). */
bool text_is_plain(struct span bytes);
/* Appends the bytes as UTF-8. A byte that is no part of a UTF-8 sequence is read as ISO 8859-1;
 * control characters become U+FFFD. */
enum error text_from_device(struct buffer *out, struct span bytes);
/* Takes out, in place, the bytes that are no part of a UTF-8 sequence: what is left of a character
 * where a format has cut a text. */
void text_drop_halves(char *text);
/* Copies a terminated text into `out` of `size` bytes; ERROR_TOO_BIG changes nothing. */
enum error text_copy(char *out, size_t size, const char *text);
/* A whole decimal number without sign, blanks or anything behind it. */
enum error text_to_u64(const char *text, uint64_t *out);
/* Lower-case hexadecimal, terminated: `out` has room for 2 * bytes.len + 1. */
void text_hex(char *out, struct span bytes);
/* The reverse; the text must have exactly 2 * size digits of either case. */
enum error text_unhex(uint8_t *out, size_t size, const char *text);
static inline bool text_empty(const char *text)
{
    return !text || !*text;
}
/* Empty, or nothing but blanks. */
static inline bool text_blank(const char *text)
{
    while (text && (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\r'))
        text++;
    return text_empty(text);
}

#endif
