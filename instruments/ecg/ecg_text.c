/* Device bytes as text, dates as the record writes them. */
#include "instruments/ecg/ecg_text.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>

static bool is_padding(uint8_t byte)
{
    return byte <= ' ' || byte == 0x7f;
}

static struct span trim(struct span s)
{
    const uint8_t *nul = s.len ? memchr(s.at, '\0', s.len) : NULL;

    if (nul)
        s.len = (size_t)(nul - s.at);
    while (s.len && is_padding(s.at[s.len - 1]))
        s.len--;
    while (s.len && is_padding(s.at[0]))
        s = span_of(s.at + 1, s.len - 1);
    return s;
}

enum error ecg_text_take(struct arena *a, struct span bytes, const char **out)
{
    struct span rest = trim(bytes);
    const char *text = "";
    struct buffer plain;

    buffer_init(&plain, LIMIT_TEXT);
    if (rest.len > LIMIT_TEXT)
        rest.len = LIMIT_TEXT;
    (void)text_from_device(&plain, rest); /* stops at the limit, between two characters */
    if (plain.len)
        text = arena_text(a, buffer_span(&plain));
    buffer_free(&plain);
    if (!text)
        return ERROR_NO_MEMORY;
    *out = text;
    return ERROR_OK;
}

enum error ecg_text_format(struct arena *a, const char **out, const char *format, ...)
{
    char text[LIMIT_TEXT + 1];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    text_drop_halves(text);
    return ecg_text_take(a, span_text(text), out);
}

static bool are_digits(const char *text, size_t count)
{
    return strspn(text, "0123456789") >= count;
}

static enum error keep(struct arena *a, const char *text, const char **out)
{
    const char *kept = arena_text(a, span_text(text));

    if (!kept)
        return ERROR_NO_MEMORY;
    *out = kept;
    return ERROR_OK;
}

enum error ecg_date(struct arena *a, const char *text, const char **out)
{
    char date[16];

    if (strlen(text) != 8 || !are_digits(text, 8))
        return keep(a, text, out);
    (void)snprintf(date, sizeof date, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
    return keep(a, date, out);
}

/* The zone's form in the record; "" for none, NULL for something else. */
static const char *zone_of(const char *rest, char *zone, size_t size)
{
    if (!*rest)
        return "";
    if ((*rest != '+' && *rest != '-') || strlen(rest) != 5 || !are_digits(rest + 1, 4))
        return NULL;
    (void)snprintf(zone, size, "%.3s:%.2s", rest, rest + 3);
    return zone;
}

enum error ecg_date_time(struct arena *a, const char *text, const char **out)
{
    enum { MINUTES = 12, SECONDS = 14, FRACTION = 9 };
    size_t digits = strspn(text, "0123456789"), fraction = 0;
    const char *seconds = digits == SECONDS ? text + MINUTES : "00", *zone;
    char room[8], whole[64];

    if (digits != MINUTES && digits != SECONDS)
        return keep(a, text, out);
    if (digits == SECONDS && text[SECONDS] == '.')
        fraction = 1 + strspn(text + SECONDS + 1, "0123456789");
    zone = zone_of(text + digits + fraction, room, sizeof room);
    if (!zone || fraction == 1 || fraction > FRACTION + 1)
        return keep(a, text, out);
    (void)snprintf(whole, sizeof whole, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%.*s%s", text, text + 4,
                   text + 6, text + 8, text + 10, seconds, (int)fraction, text + digits, zone);
    return keep(a, whole, out);
}
