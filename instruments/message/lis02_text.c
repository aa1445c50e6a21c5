/* Delimiters, escapes and composing of LIS02-A2. */
#include "core/base/text.h"
#include "instruments/message/escape.h"
#include "instruments/message/lis02.h"

#include <ctype.h>

enum { ESCAPE_BODY = 256 }; /* longest body of an escape that is looked for */

struct lis02_delimiters lis02_delimiters_standard(void)
{
    return (struct lis02_delimiters) { '|', '\\', '^', '&' };
}

static bool is_delimiter(uint8_t byte)
{
    return byte < 0x80 && ispunct(byte);
}

static bool is_new(const char *known, size_t count, char c)
{
    return memchr(known, c, count) == NULL;
}

enum error lis02_delimiters_read(struct span header, struct lis02_delimiters *out)
{
    struct lis02_delimiters standard = lis02_delimiters_standard();
    char found[4] = { 0, standard.repeat, standard.component, standard.escape };
    size_t count = 1;

    if (header.len < 2 || header.at[0] != 'H' || !is_delimiter(header.at[1]))
        return ERROR_BAD_INPUT;
    found[0] = (char)header.at[1];
    /* A delimiter given twice counts once: text that went through a program which doubles
     * backslashes. */
    for (size_t i = 2; i < header.len && header.at[i] != header.at[1] && count < 4; i++) {
        if (!is_delimiter(header.at[i]))
            return ERROR_BAD_INPUT;
        if (is_new(found, count, (char)header.at[i]))
            found[count++] = (char)header.at[i];
    }
    for (size_t i = 1; i < 4; i++)
        if (!is_new(found, i, found[i]))
            return ERROR_BAD_INPUT;
    *out = (struct lis02_delimiters) { found[0], found[1], found[2], found[3] };
    return ERROR_OK;
}

bool lis02_escape_read(const struct lis02_delimiters *d, struct span s, struct lis02_escape *out)
{
    size_t at = 1;
    while (at < s.len && at <= ESCAPE_BODY && s.at[at] < 0x80 && isalnum(s.at[at]))
        at++;
    if (at == 1 || at >= s.len || s.at[at] != (uint8_t)d->escape)
        return false;
    *out = (struct lis02_escape) { at + 1, span_of(s.at + 1, at - 1) };
    return true;
}

bool lis02_quotes(const struct lis02_delimiters *d, struct span s)
{
    return d->escape == '\\' && s.len > 1 && s.at[0] == '\\' &&
           (s.at[1] == (uint8_t)d->field || s.at[1] == (uint8_t)d->repeat ||
            s.at[1] == (uint8_t)d->component);
}

/* The byte that a sequence of one letter stands for, or 0; *known says whether the letter is one
 * of the standard's. */
static char letter_value(const struct lis02_delimiters *d, uint8_t letter, bool *known)
{
    const struct {
        char letter, value;
    } table[] = { { 'F', d->field },  { 'S', d->component },
                  { 'R', d->repeat }, { 'E', d->escape },
                  { 'H', 0 },         { 'N', 0 } };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if ((uint8_t)table[i].letter == letter) {
            *known = true;
            return table[i].value;
        }
    *known = false;
    return 0;
}

static enum error put_escape(const struct lis02_delimiters *d, struct span raw,
                             const struct lis02_escape *escape, struct buffer *out)
{
    enum error e = ERROR_OK;
    bool known = false;
    char value = escape->body.len == 1 ? letter_value(d, escape->body.at[0], &known) : 0;

    if (known)
        return value ? buffer_put_byte(out, (uint8_t)value) : ERROR_OK;
    if (escape_put_hex(escape->body, out, &e))
        return e;
    return buffer_put(out, span_of(raw.at, escape->length));
}

enum error lis02_unescape(const struct lis02_delimiters *d, struct span raw, struct buffer *out)
{
    enum error e = ERROR_OK;
    while (raw.len && e == ERROR_OK) {
        struct lis02_escape escape;
        size_t len = 1;
        if (raw.at[0] == (uint8_t)d->escape && lis02_escape_read(d, raw, &escape)) {
            e = put_escape(d, raw, &escape, out);
            len = escape.length;
        } else if (lis02_quotes(d, raw)) {
            e = buffer_put_byte(out, raw.at[1]);
            len = 2;
        } else {
            e = buffer_put_byte(out, raw.at[0]);
        }
        raw = span_of(raw.at + len, raw.len - len);
    }
    return e;
}

static enum error put_escaped(struct buffer *out, const struct lis02_delimiters *d, char letter)
{
    uint8_t three[3] = { (uint8_t)d->escape, (uint8_t)letter, (uint8_t)d->escape };
    return buffer_put(out, span_of(three, sizeof three));
}

static enum error put_character(struct buffer *out, const struct lis02_delimiters *d, char c)
{
    if (c == LIS02_NEXT_COMPONENT[0])
        return buffer_put_byte(out, (uint8_t)d->component);
    if (c == LIS02_NEXT_REPEAT[0])
        return buffer_put_byte(out, (uint8_t)d->repeat);
    if (c == d->field)
        return put_escaped(out, d, 'F');
    if (c == d->component)
        return put_escaped(out, d, 'S');
    if (c == d->repeat)
        return put_escaped(out, d, 'R');
    if (c == d->escape)
        return put_escaped(out, d, 'E');
    if ((uint8_t)c < 0x20 || c == 0x7f)
        c = ' ';
    return buffer_put_byte(out, (uint8_t)c);
}

static enum error put_value(struct buffer *out, const struct lis02_delimiters *d, const char *text)
{
    enum error e = ERROR_OK;
    for (; text && *text && e == ERROR_OK; text++)
        e = put_character(out, d, *text);
    return e;
}

static enum error put_names(struct buffer *out, const struct lis02_delimiters *d)
{
    char names[3] = { d->repeat, d->component, d->escape };
    return buffer_put(out, span_of(names, sizeof names));
}

enum error lis02_put_record(struct buffer *out, const struct lis02_delimiters *delimiters,
                            const char *const *values, size_t count)
{
    bool header = count && strcmp(values[0], "H") == 0;
    size_t before = out->len;
    enum error e = ERROR_OK;

    while (count > 1 && text_empty(values[count - 1]))
        count--;
    if (header && count < 2)
        count = 2;
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        if (i)
            e = buffer_put_byte(out, (uint8_t)delimiters->field);
        if (e == ERROR_OK)
            e = header && i == 1 ? put_names(out, delimiters)
                                 : put_value(out, delimiters, values[i]);
    }
    if (e == ERROR_OK)
        e = buffer_put_byte(out, '\r');
    if (e != ERROR_OK)
        out->len = before;
    return e;
}
