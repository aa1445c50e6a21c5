/* Element strings: an identifier of two to four digits, then data of a fixed or varying length. */
#include "core/model/gs1.h"

#include <stdio.h>
#include <string.h>

enum { GS = 0x1d, AI_MAX = 4, FIELDS_MAX = 16 };

/* The identifiers that stand on medical products; a fixed length has min equal to max. */
static const struct ai {
    const char *id;
    size_t min, max;
    bool digits;
} table[] = {
    { "00", 18, 18, true },  { "01", 14, 14, true },  { "02", 14, 14, true },
    { "10", 1, 20, false },  { "11", 6, 6, true },    { "12", 6, 6, true },
    { "13", 6, 6, true },    { "15", 6, 6, true },    { "16", 6, 6, true },
    { "17", 6, 6, true },    { "20", 2, 2, true },    { "21", 1, 20, false },
    { "22", 1, 20, false },  { "30", 1, 8, true },    { "37", 1, 8, true },
    { "240", 1, 30, false }, { "241", 1, 30, false }, { "250", 1, 30, false },
    { "251", 1, 30, false }, { "400", 1, 30, false }, { "7003", 10, 10, true },
    { "710", 1, 20, false }, { "91", 1, 90, false },
};

struct reader {
    const char *at;
    bool parenthesised;
};

static size_t separator(const char *at)
{
    static const char written[] = "<GS>";

    if (*at == GS)
        return 1;
    return strncmp(at, written, sizeof written - 1) == 0 ? sizeof written - 1 : 0;
}

static bool all_digits(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (at[i] < '0' || at[i] > '9')
            return false;
    return true;
}

static const struct ai *find_ai(const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t size = strlen(table[i].id);
        if ((len == 0 || len == size) && strncmp(at, table[i].id, size) == 0)
            return &table[i];
    }
    return NULL;
}

/* Takes the identifier; NULL when there is none that is known. */
static const struct ai *take_ai(struct reader *r)
{
    const struct ai *ai;
    size_t len = 0;

    if (r->parenthesised) {
        if (*r->at++ != '(')
            return NULL;
        len = strspn(r->at, "0123456789");
        if (len < 2 || len > AI_MAX || r->at[len] != ')')
            return NULL;
    }
    ai = find_ai(r->at, len);
    if (ai)
        r->at += r->parenthesised ? len + 1 : strlen(ai->id);
    return ai;
}

/* How long the data is that begins here. */
static size_t data_length(const struct reader *r, const struct ai *ai)
{
    size_t len = 0;

    if (!r->parenthesised && ai->min == ai->max)
        return strnlen(r->at, ai->max);
    while (r->at[len] && separator(r->at + len) == 0 && !(r->parenthesised && r->at[len] == '('))
        len++;
    return len;
}

bool gs1_gtin_is(const char *gtin)
{
    unsigned sum = 0;

    if (strlen(gtin) != GS1_GTIN - 1 || !all_digits(gtin, GS1_GTIN - 1))
        return false;
    for (size_t i = 0; i < GS1_GTIN - 2; i++)
        sum += (unsigned)(gtin[i] - '0') * (i % 2 ? 1 : 3);
    return (unsigned)(gtin[GS1_GTIN - 2] - '0') == (10 - sum % 10) % 10;
}

/* yymmdd; day 00 is the month's last. */
static bool read_date(const char *text, unsigned now, char out[DATE_SIZE])
{
    unsigned yy = (unsigned)((text[0] - '0') * 10 + (text[1] - '0'));
    unsigned month = (unsigned)((text[2] - '0') * 10 + (text[3] - '0'));
    unsigned day = (unsigned)((text[4] - '0') * 10 + (text[5] - '0'));
    unsigned year = now - now % 100 + yy;

    if (year > now + 50)
        year -= 100;
    else if (year + 49 < now)
        year += 100;
    if (day == 0)
        day = date_month_days(year, month);
    (void)snprintf(out, DATE_SIZE, "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
    return date_is(out);
}

static bool keep(char *out, size_t size, const char *at, size_t len)
{
    if (len >= size || out[0]) /* the same twice is no code that can be trusted */
        return false;
    (void)snprintf(out, size, "%.*s", (int)len, at);
    return true;
}

static bool take_data(const struct ai *ai, const char *at, size_t len, unsigned year,
                      struct gs1 *out)
{
    if (len < ai->min || len > ai->max || (ai->digits && !all_digits(at, len)))
        return false;
    for (size_t i = 0; i < len; i++)
        if (at[i] <= ' ' || at[i] > '~')
            return false;
    if (strcmp(ai->id, "01") == 0)
        return keep(out->gtin, sizeof out->gtin, at, len) && gs1_gtin_is(out->gtin);
    if (strcmp(ai->id, "10") == 0)
        return keep(out->lot, sizeof out->lot, at, len);
    if (strcmp(ai->id, "21") == 0)
        return keep(out->serial, sizeof out->serial, at, len);
    if (strcmp(ai->id, "17") == 0)
        return !out->expires[0] && read_date(at, year, out->expires);
    return true;
}

/* What the reader of a scanner puts in front: the symbology, and FNC1. */
static const char *skip_prefix(const char *text)
{
    if (text[0] == ']' && text[1] && text[2])
        text += 3;
    return text + separator(text);
}

enum error gs1_parse(const char *text, unsigned year, struct gs1 *out)
{
    struct reader r = { .at = skip_prefix(text) };
    struct gs1 found = { .gtin = "" };

    r.parenthesised = *r.at == '(';
    for (unsigned i = 0; *r.at; i++) {
        const struct ai *ai = take_ai(&r);
        size_t len;
        if (!ai || i == FIELDS_MAX)
            return ERROR_BAD_INPUT;
        len = data_length(&r, ai);
        if (!take_data(ai, r.at, len, year, &found))
            return ERROR_BAD_INPUT;
        r.at += len;
        r.at += separator(r.at);
    }
    if (!found.gtin[0] && !found.lot[0])
        return ERROR_BAD_INPUT;
    *out = found;
    return ERROR_OK;
}
