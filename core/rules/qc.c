/* Whether a control passes. */
#include "core/rules/qc.h"

#include "core/rules/decimal.h"
#include "core/rules/match.h"

#include <stdint.h>
#include <string.h>

/* Millionths: enough for every control's values, and exact at the limit. */
enum { PLACES = 6, DIGITS_MAX = 12 };

static bool given(const char *text)
{
    return text && *text;
}

/* ---- A range or a word ---- */

enum error qc_expected_check(const struct qc_expected *expected, struct complaint *why)
{
    const char *const numbers[] = { expected->low, expected->high, expected->mean, expected->sd };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (given(numbers[i]) && !decimal_is(numbers[i]))
            return complain(why, ERROR_BAD_INPUT,
                            "\"%s\" is not a number. Write it with digits and a point.",
                            numbers[i]);
    if (!given(expected->low) && !given(expected->high) && !given(expected->text))
        return complain(why, ERROR_BAD_INPUT,
                        "Say what is expected of the control: a range, or a word such as "
                        "Positive.");
    if (given(expected->text) && (given(expected->low) || given(expected->high)))
        return complain(why, ERROR_BAD_INPUT, "Give a range or a word, not both.");
    if (given(expected->low) && given(expected->high) &&
        decimal_compare(expected->low, expected->high) > 0)
        return complain(why, ERROR_BAD_INPUT, "The range ends before it begins.");
    if (given(expected->mean) != given(expected->sd))
        return complain(why, ERROR_BAD_INPUT,
                        "Give the mean and the standard deviation together, or neither.");
    if (given(expected->sd) && decimal_compare(expected->sd, "0") <= 0)
        return complain(why, ERROR_BAD_INPUT, "The standard deviation must be above zero.");
    return ERROR_OK;
}

/* Whether everything that the value may be lies within. `<2.0` is below 2.0 with no lower end. */
static bool within(const struct qc_expected *expected, const struct qc_observed *observed)
{
    const char *c = given(observed->comparator) ? observed->comparator : "";
    bool open_below = *c == '<', open_above = *c == '>';

    if (given(expected->low) &&
        (open_below || decimal_compare(observed->number, expected->low) < 0))
        return false;
    return !given(expected->high) ||
           (!open_above && decimal_compare(observed->number, expected->high) <= 0);
}

/* What came is not what is expected. */
static void judge_word(const struct qc_expected *expected, const char *value,
                       struct qc_outcome *out)
{
    out->passed = match_text(expected->text, value);
    if (!out->passed)
        (void)complain(&out->sentence, ERROR_OK, "%.100s came, %.100s is expected.",
                       *value ? value : "Nothing", expected->text);
}

void qc_judge(const struct qc_expected *expected, const struct qc_observed *observed,
              struct qc_outcome *out)
{
    const char *low = given(expected->low) ? expected->low : "any";
    const char *high = given(expected->high) ? expected->high : "any";
    const char *value = given(observed->value) ? observed->value : "";
    bool number = given(observed->number) && decimal_is(observed->number);

    memset(out, 0, sizeof *out);
    if (given(expected->text)) {
        judge_word(expected, value, out);
        return;
    }
    out->passed = number && within(expected, observed);
    if (!number)
        (void)complain(&out->sentence, ERROR_OK, "%.100s is no number; %s to %s is expected.",
                       *value ? value : "Nothing", low, high);
    else if (!out->passed)
        (void)complain(&out->sentence, ERROR_OK, "%.100s is outside %s to %s.", value, low, high);
}

/* ---- Westgard ---- */

/* The decimal in millionths; false when it is too long for them. */
static bool millionths(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    const char *at = *text == '-' || *text == '+' ? text + 1 : text;
    size_t whole = strspn(at, "0123456789");
    int64_t sum = 0;
    int places = 0;

    if (!decimal_is(text) || whole > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < whole; i++)
        sum = sum * 10 + (at[i] - '0');
    for (at += whole + (at[whole] == '.'); places < PLACES; places++)
        sum = sum * 10 + (*at ? *at++ - '0' : 0);
    *out = negative ? -sum : sum;
    return true;
}

/* The distance from the mean and the SD, in millionths. */
struct distance {
    int64_t off, sd;
};

static bool distance_of(const struct qc_point *p, struct distance *out)
{
    int64_t number, mean;

    if (!p || !given(p->number) || !given(p->mean) || !given(p->sd) ||
        !millionths(p->number, &number) || !millionths(p->mean, &mean) ||
        !millionths(p->sd, &out->sd) || out->sd <= 0)
        return false;
    out->off = number - mean;
    return true;
}

/* More than n SD above (side 1) or below (side -1). */
static bool beyond(const struct distance *d, int n, int side)
{
    return side * d->off > n * d->sd;
}

/* The side on which it is more than n SD away, or 0. */
static int side_beyond(const struct distance *d, int n)
{
    return beyond(d, n, 1) - beyond(d, n, -1);
}

/* More than 4 SD between the two: the difference of off/sd, without dividing. */
static bool four_apart(const struct distance *a, const struct distance *b)
{
    __extension__ typedef __int128 wide;
    wide apart = (wide)a->off * b->sd - (wide)b->off * a->sd, four = (wide)4 * a->sd * b->sd;

    return apart > four || apart < -four;
}

static void broken(struct qc_outcome *out, enum qc_rule rule, bool passed, const char *words)
{
    out->rule = rule;
    out->passed = passed;
    (void)complain(&out->sentence, ERROR_OK, "Rule %s: %s", qc_rule_name(rule), words);
}

void qc_westgard(const struct qc_point *now, const struct qc_point *before,
                 const struct qc_point *others, size_t other_count, struct qc_outcome *out)
{
    struct distance d, other;
    int side;

    memset(out, 0, sizeof *out);
    out->passed = true;
    if (!distance_of(now, &d))
        return;
    side = side_beyond(&d, 2);
    if (side_beyond(&d, 3)) {
        broken(out, QC_RULE_1_3S, false, "the value is more than 3 SD from the mean.");
        return;
    }
    if (side && distance_of(before, &other) && beyond(&other, 2, side)) {
        broken(out, QC_RULE_2_2S, false, "this value and the one before are more than 2 SD off.");
        return;
    }
    for (size_t i = 0; i < other_count; i++) {
        if (!distance_of(&others[i], &other))
            continue;
        if (side && beyond(&other, 2, side)) {
            broken(out, QC_RULE_2_2S, false, "two levels are more than 2 SD off, the same way.");
            return;
        }
        if (four_apart(&d, &other)) {
            broken(out, QC_RULE_R_4S, false, "two levels are more than 4 SD apart.");
            return;
        }
    }
    if (side)
        broken(out, QC_RULE_1_2S, true, "the value is more than 2 SD from the mean. Watch it.");
}

const char *qc_rule_name(enum qc_rule rule)
{
    static const char *const names[] = { "", "1-2s", "1-3s", "2-2s", "R-4s" };
    return (unsigned)rule < sizeof names / sizeof names[0] ? names[rule] : "";
}
