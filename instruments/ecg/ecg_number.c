/* Numbers out of text, alike in every locale; see ecg_xml.h. */
#include "instruments/ecg/ecg_xml.h"

#include "core/base/limits.h"

#include <math.h>

enum { EXPONENT_MAX = 300, DIGITS_MAX = 18 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

static bool take_sign(const char **at)
{
    bool negative = **at == '-';
    if (**at == '-' || **at == '+')
        (*at)++;
    return negative;
}

/* Digits, as far as a double can tell them apart; returns how many there were. */
struct mantissa {
    uint64_t value;
    int digits, exponent;
};

static bool take_digits(const char **at, struct mantissa *m, bool fraction)
{
    const char *start = *at;
    for (; is_digit(**at); (*at)++) {
        if (m->digits == DIGITS_MAX) {
            m->exponent += !fraction;
        } else {
            m->value = m->value * 10 + (uint64_t)(**at - '0');
            m->digits += m->value > 0;
            m->exponent -= fraction;
        }
        if (m->exponent > EXPONENT_MAX || m->exponent < -EXPONENT_MAX)
            break;
    }
    return *at > start;
}

static bool take_exponent(const char **at, int *out)
{
    bool negative;
    int value = 0;
    if (**at != 'e' && **at != 'E')
        return true;
    (*at)++;
    negative = take_sign(at);
    if (!is_digit(**at))
        return false;
    for (; is_digit(**at); (*at)++)
        if ((value = value * 10 + (**at - '0')) > EXPONENT_MAX)
            return false;
    *out += negative ? -value : value;
    return true;
}

bool ecg_number_shifted(const char *text, int shift, double *out)
{
    const char *at = skip_blanks(text);
    bool negative = take_sign(&at), any;
    struct mantissa m = { 0 };
    double value;

    any = take_digits(&at, &m, false);
    if (*at == '.') {
        at++;
        any |= take_digits(&at, &m, true);
    }
    if (!any || !take_exponent(&at, &m.exponent) || *skip_blanks(at))
        return false;
    m.exponent += shift;
    /* Both are exact for what is written in files, so that there is one rounding. */
    value = (double)m.value;
    value = m.exponent < 0 ? value / pow(10, -m.exponent) : value * pow(10, m.exponent);
    if (!isfinite(value))
        return false;
    *out = negative ? -value : value;
    return true;
}

bool ecg_number(const char *text, double *out)
{
    return ecg_number_shifted(text, 0, out);
}

struct unit {
    const char *name;
    int shift; /* the power of ten to what is asked for */
};

static bool in_unit(const struct unit *units, size_t count, const char *text, const char *unit,
                    double *out)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(units[i].name, unit) == 0)
            return ecg_number_shifted(text, units[i].shift, out);
    return false;
}

bool ecg_microvolts(const char *text, const char *unit, double *out)
{
    /* The micro sign and the Greek letter look alike, and both are written. */
    static const struct unit units[] = { { "uV", 0 }, { "\u00b5V", 0 }, { "\u03bcV", 0 },
                                         { "mV", 3 }, { "nV", -3 },     { "V", 6 } };
    return in_unit(units, sizeof units / sizeof *units, text, unit, out);
}

bool ecg_seconds(const char *text, const char *unit, double *out)
{
    static const struct unit units[] = {
        { "s", 0 }, { "ms", -3 }, { "us", -6 }, { "\u00b5s", -6 }, { "\u03bcs", -6 }
    };
    return in_unit(units, sizeof units / sizeof *units, text, unit, out);
}

/* One number at `*at`, which it passes; blanks or the end must follow. */
static bool take_integer(const char **at, int32_t *out)
{
    bool negative = take_sign(at);
    int64_t value = 0;
    if (!is_digit(**at))
        return false;
    for (; is_digit(**at); (*at)++)
        if ((value = value * 10 + (**at - '0')) > INT32_MAX)
            return false;
    if (**at && !is_blank(**at))
        return false;
    *out = (int32_t)(negative ? -value : value);
    return true;
}

bool ecg_integer(const char *text, int32_t *out)
{
    const char *at = skip_blanks(text);
    int32_t value;
    if (!take_integer(&at, &value) || *skip_blanks(at))
        return false;
    *out = value;
    return true;
}

static size_t count_words(const char *text)
{
    size_t count = 0;
    for (const char *at = skip_blanks(text); *at; at = skip_blanks(at)) {
        count++;
        while (*at && !is_blank(*at))
            at++;
    }
    return count;
}

enum error ecg_integers(struct arena *a, const char *text, int32_t **out, size_t *count,
                        struct complaint *why)
{
    size_t words = count_words(text);
    const char *at = skip_blanks(text);
    int32_t *numbers;

    if (words > LIMIT_ECG_SAMPLES)
        return complain(why, ERROR_TOO_BIG, "The file has more than %d samples in a lead.",
                        LIMIT_ECG_SAMPLES);
    numbers = arena_take(a, (words ? words : 1) * sizeof *numbers);
    if (!numbers)
        return complain(why, ERROR_NO_MEMORY, "The file needs more memory than it may have.");
    for (size_t i = 0; i < words; i++, at = skip_blanks(at))
        if (!take_integer(&at, &numbers[i]))
            return complain(why, ERROR_BAD_INPUT,
                            "The file is damaged: sample %zu of a lead is no whole number.", i + 1);
    *out = numbers;
    *count = words;
    return ERROR_OK;
}
