/* Reading days: tokens of digits or of letters, then what their number, length and order mean. */
#include "core/rules/day.h"

#include <ctype.h>
#include <string.h>

enum { TOKENS = 3, LONG_DATE = 8 };

struct token {
    unsigned value, digits;
    char end;      /* the sign behind it */
    bool is_month; /* by its name */
};

/* A month's number by the first three letters of its English name, or 0. */
static unsigned month_of(const char *text, size_t len)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char word[4] = "";

    if (len < 3)
        return 0;
    for (size_t i = 0; i < 3; i++)
        word[i] = (char)tolower((unsigned char)text[i]);
    for (unsigned i = 0; i < 12; i++)
        if (strncmp(names + (size_t)i * 3, word, 3) == 0)
            return i + 1;
    return 0;
}

static size_t digits_value(const char *text, unsigned *value)
{
    size_t len = 0;

    *value = 0;
    for (; len < LONG_DATE && isdigit((unsigned char)text[len]); len++)
        *value = *value * 10 + (unsigned)(text[len] - '0');
    return len;
}

/* The first tokens of the text; false at a word that is no month. */
static bool tokens_read(const char *text, struct token out[TOKENS], unsigned *count)
{
    for (*count = 0; *text && *count < TOKENS; ++*count) {
        struct token *t = &out[*count];
        size_t len;
        text += strspn(text, " ,./-");
        if (!*text)
            break;
        *t = (struct token) { .is_month = isalpha((unsigned char)*text) != 0 };
        if (t->is_month) {
            for (len = 0; isalpha((unsigned char)text[len]); len++)
                ;
            t->value = month_of(text, len);
        } else {
            len = digits_value(text, &t->value);
            t->digits = (unsigned)len;
        }
        if (len == 0 || (t->is_month && !t->value))
            return false;
        text += len;
        t->end = *text;
        if (t->digits >= LONG_DATE || *text == 'T' || *text == ':') {
            ++*count;
            break;
        }
    }
    return *count > 0;
}

/* Eight digits in one: the year first, or last where the front is none. */
static struct day long_day(unsigned value)
{
    struct day d = { value / 10000, value / 100 % 100, value % 100 };

    if (d.year < 1800 || d.year > 2199)
        d = (struct day) { value % 10000, value / 1000000, value / 10000 % 100 };
    return d;
}

/* Two numbers before the year: the month first, unless dots or a value above 12 say otherwise. */
static struct day short_day(const struct token t[TOKENS])
{
    bool day_first = t[0].end == '.' || t[0].value > 12;

    return (struct day) { t[2].value, t[day_first ? 1 : 0].value, t[day_first ? 0 : 1].value };
}

static bool is_day(const struct day *d)
{
    return d->month <= 12 && d->day <= 31 && (d->year < 100 || (d->year >= 1800 && d->year < 2200));
}

bool day_read(const char *text, struct day *out)
{
    struct token t[TOKENS] = { { 0 } };
    struct day d;
    unsigned count;

    if (!tokens_read(text, t, &count))
        return false;
    if (t[0].digits == LONG_DATE)
        d = long_day(t[0].value);
    else if (count == TOKENS && t[1].is_month)
        d = t[0].digits == 4 ? (struct day) { t[0].value, t[1].value, t[2].value }
                             : (struct day) { t[2].value, t[1].value, t[0].value };
    else if (count == TOKENS && t[0].is_month)
        d = (struct day) { t[2].value, t[0].value, t[1].value };
    else if (count == TOKENS && t[0].digits == 4)
        d = (struct day) { t[0].value, t[1].value, t[2].value };
    else if (count == TOKENS && t[0].digits <= 2 && t[1].digits <= 2)
        d = short_day(t);
    else if (t[0].digits == 4 && count <= 2)
        d = (struct day) { t[0].value, count == 2 ? t[1].value : 0, 0 };
    else
        return false;
    if (!is_day(&d))
        return false;
    *out = d;
    return true;
}

bool day_within(const struct day *told, const struct day *whole)
{
    unsigned year = told->year < 100 ? whole->year % 100 : whole->year;

    return told->year == year && (!told->month || told->month == whole->month) &&
           (!told->day || told->day == whole->day);
}
