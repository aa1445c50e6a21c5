/* Comparison of decimals: sign, then length of the whole part, then digits. */
#include "core/rules/decimal.h"

#include <stddef.h>
#include <string.h>

struct decimal {
    bool negative;
    const char *whole, *part;   /* without leading zeros; behind the point */
    size_t whole_len, part_len; /* without trailing zeros behind the point */
};

static const char *skip_sign(const char *text)
{
    return *text == '-' || *text == '+' ? text + 1 : text;
}

bool decimal_is(const char *text)
{
    const char *at = skip_sign(text);
    size_t whole = strspn(at, "0123456789"), part = 0;

    at += whole;
    if (*at == '.') {
        part = strspn(at + 1, "0123456789");
        at += 1 + part;
    }
    return *at == '\0' && whole + part > 0;
}

static struct decimal split(const char *text)
{
    struct decimal d = { .negative = *text == '-' };
    const char *point;

    d.whole = skip_sign(text);
    d.whole += strspn(d.whole, "0");
    d.whole_len = strspn(d.whole, "0123456789");
    point = d.whole + d.whole_len;
    d.part = *point == '.' ? point + 1 : point;
    d.part_len = strlen(d.part);
    while (d.part_len > 0 && d.part[d.part_len - 1] == '0')
        d.part_len--;
    if (d.whole_len == 0 && d.part_len == 0)
        d.negative = false;
    return d;
}

static int compare_magnitude(const struct decimal *a, const struct decimal *b)
{
    size_t shared = a->part_len < b->part_len ? a->part_len : b->part_len;
    int order;

    if (a->whole_len != b->whole_len)
        return a->whole_len < b->whole_len ? -1 : 1;
    order = memcmp(a->whole, b->whole, a->whole_len);
    if (order == 0)
        order = memcmp(a->part, b->part, shared);
    if (order == 0)
        order = (a->part_len > b->part_len) - (a->part_len < b->part_len);
    return order;
}

int decimal_compare(const char *a, const char *b)
{
    struct decimal left = split(a), right = split(b);
    int order;

    if (left.negative != right.negative)
        return left.negative ? -1 : 1;
    order = compare_magnitude(&left, &right);
    return left.negative ? -order : order;
}
