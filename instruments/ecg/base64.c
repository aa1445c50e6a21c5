/* Base64 to bytes; see the header. */
#include "instruments/ecg/base64.h"

#include "core/base/limits.h"

enum { NO_DIGIT = -1 };

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : NO_DIGIT;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The digits and padding of a whole text, checked before anything is taken. */
static bool measure(const char *text, size_t *digits)
{
    size_t padding = 0;
    *digits = 0;
    for (; *text; text++) {
        if (is_blank(*text))
            continue;
        if (*text == '=')
            padding++;
        else if (padding || digit_of(*text) == NO_DIGIT)
            return false;
        else
            ++*digits;
    }
    return padding <= 2 && (*digits + padding) % 4 == 0;
}

static size_t unpack(const char *text, uint8_t *out)
{
    uint32_t bits = 0;
    unsigned held = 0;
    size_t count = 0;
    for (; *text; text++) {
        int digit = digit_of(*text);
        if (digit == NO_DIGIT)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[count++] = (uint8_t)(bits >> held);
        }
    }
    return count;
}

enum error base64_decode(struct arena *a, const char *text, struct span *out)
{
    size_t digits;
    uint8_t *bytes;
    if (!measure(text, &digits))
        return ERROR_BAD_INPUT;
    if (digits / 4 * 3 + 3 > LIMIT_ECG_FILE)
        return ERROR_TOO_BIG;
    bytes = arena_take(a, digits / 4 * 3 + 3);
    if (!bytes)
        return ERROR_NO_MEMORY;
    *out = span_of(bytes, unpack(text, bytes));
    return ERROR_OK;
}
