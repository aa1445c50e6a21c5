/* UTF-8 and small conversions. */
#include "core/base/text.h"

#include "core/base/utf8.h"

#include <errno.h>
#include <stdlib.h>

/* Length of the well-formed sequence at the start of `s`, or 0. RFC 3629 section 4. */
static size_t utf8_sequence(struct span s)
{
    uint8_t first = s.at[0];
    size_t len = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    uint8_t low = 0x80, high = 0xbf;

    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4 || s.len < len)
        return 0;
    if (first == 0xe0)
        low = 0xa0;
    else if (first == 0xed)
        high = 0x9f;
    else if (first == 0xf0)
        low = 0x90;
    else if (first == 0xf4)
        high = 0x8f;
    if (s.at[1] < low || s.at[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s.at[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

bool text_is_utf8(struct span bytes)
{
    while (bytes.len) {
        size_t len = utf8_sequence(bytes);
        if (len == 0)
            return false;
        bytes = span_of(bytes.at + len, bytes.len - len);
    }
    return true;
}

void text_drop_halves(char *text)
{
    struct span rest = span_text(text);
    while (rest.len) {
        size_t len = utf8_sequence(rest);
        for (size_t i = 0; i < len; i++)
            *text++ = (char)rest.at[i];
        len += len == 0;
        rest = span_of(rest.at + len, rest.len - len);
    }
    *text = '\0';
}

static bool is_control(uint8_t byte)
{
    return byte < 0x20 || byte == 0x7f;
}

bool text_is_plain(struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (is_control(bytes.at[i]))
            return false;
    return text_is_utf8(bytes);
}

/* C1 controls mean nothing to a reader. */
static enum error put_latin1(struct buffer *out, uint8_t byte)
{
    return utf8_put(out, byte < 0xa0 ? UTF8_REPLACEMENT : byte);
}

enum error text_from_device(struct buffer *out, struct span bytes)
{
    enum error e = ERROR_OK;
    while (bytes.len && e == ERROR_OK) {
        size_t len = utf8_sequence(bytes);
        if (len == 0)
            e = put_latin1(out, bytes.at[0]);
        else if (len == 1 && is_control(bytes.at[0]))
            e = utf8_put(out, UTF8_REPLACEMENT);
        else
            e = buffer_put(out, span_of(bytes.at, len));
        len = len ? len : 1;
        bytes = span_of(bytes.at + len, bytes.len - len);
    }
    return e;
}

enum error text_copy(char *out, size_t size, const char *text)
{
    size_t len = strlen(text);
    if (len >= size)
        return ERROR_TOO_BIG;
    memcpy(out, text, len + 1);
    return ERROR_OK;
}

enum error text_to_u64(const char *text, uint64_t *out)
{
    char *end;
    unsigned long long value;

    if (*text < '0' || *text > '9')
        return ERROR_BAD_INPUT;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno || *end)
        return ERROR_BAD_INPUT;
    *out = value;
    return ERROR_OK;
}

void text_hex(char *out, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        out[2 * i] = digits[bytes.at[i] >> 4];
        out[2 * i + 1] = digits[bytes.at[i] & 15];
    }
    out[2 * bytes.len] = '\0';
}

static unsigned hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

enum error text_unhex(uint8_t *out, size_t size, const char *text)
{
    if (strlen(text) != 2 * size || strspn(text, "0123456789abcdefABCDEF") != 2 * size)
        return ERROR_BAD_INPUT;
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    return ERROR_OK;
}
