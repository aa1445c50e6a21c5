/* Names, words and numbers as carts write them; see the header. */
#include "instruments/ecg/ecg_told.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/ecg/ecg_bytes.h"
#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

static enum error keep(struct arena *a, const struct buffer *text, const char **out)
{
    return ecg_text_take(a, buffer_span(text), out);
}

enum error ecg_told_name(struct arena *a, const char *family, const char *given, const char *middle,
                         const char **out)
{
    struct buffer name;
    enum error e;

    buffer_init(&name, 3 * LIMIT_TEXT + 3);
    e = buffer_put_format(&name, "%.*s", LIMIT_TEXT, family);
    if (e == ERROR_OK && (*given || *middle))
        e = buffer_put_format(&name, "^%.*s", LIMIT_TEXT, given);
    if (e == ERROR_OK && *middle)
        e = buffer_put_format(&name, "^%.*s", LIMIT_TEXT, middle);
    if (e == ERROR_OK)
        e = keep(a, &name, out);
    buffer_free(&name);
    return e;
}

const char *ecg_told_sex(const char *text)
{
    static const struct {
        const char *word, *sex;
    } words[] = {
        { "female", "F" }, { "f", "F" },       { "male", "M" }, { "m", "M" },
        { "other", "X" },  { "unknown", "U" }, { "u", "U" },    { "x", "X" },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i].word) == 0)
            return words[i].sex;
    return text;
}

/* What does not fit into the list is said; that the list is full is no reason to refuse. */
static enum error add(struct arena *a, struct ecg *e, struct text_list *list, const char *text,
                      const char *what)
{
    enum error error = ecg_list_add(a, list, text);
    if (error != ERROR_FULL)
        return error;
    return ecg_note(a, e, "The file has more %s than fit here; left out: \"%s\".", what, text);
}

enum error ecg_told_statement(struct arena *a, struct ecg *e, const char *text, const char *reason)
{
    struct buffer whole;
    const char *kept = "";
    enum error error;

    if (!*text && !*reason)
        return ERROR_OK;
    buffer_init(&whole, 2 * LIMIT_TEXT + 4);
    error = buffer_put_format(&whole, "%.*s%s%.*s", LIMIT_TEXT, text, *text && *reason ? " - " : "",
                              LIMIT_TEXT, reason);
    if (error == ERROR_OK)
        error = keep(a, &whole, &kept);
    buffer_free(&whole);
    return error == ERROR_OK ? add(a, e, &e->statements, kept, "statements") : error;
}

enum error ecg_told_filter(struct arena *a, struct ecg *e, const char *format, ...)
{
    char line[128];
    const char *kept = "";
    va_list values;
    enum error error;

    va_start(values, format);
    (void)vsnprintf(line, sizeof line, format, values);
    va_end(values);
    text_drop_halves(line);
    error = ecg_text_take(a, span_text(line), &kept);
    return error == ERROR_OK ? add(a, e, &e->filters, kept, "filters") : error;
}

const char *ecg_told_number(const char *text)
{
    double value;
    return ecg_number(text, &value) ? text : "";
}

enum error ecg_told_samples(struct arena *a, struct span bytes, int32_t **out, size_t *count)
{
    size_t all = bytes.len / 2;
    int32_t *samples;

    if (all > LIMIT_ECG_SAMPLES)
        return ERROR_TOO_BIG;
    samples = arena_take(a, (all ? all : 1) * sizeof *samples);
    if (!samples)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < all; i++) {
        int32_t bits = ecg_little16(bytes.at + 2 * i);
        samples[i] = bits < 0x8000 ? bits : bits - 0x10000;
    }
    *out = samples;
    *count = all;
    return ERROR_OK;
}
