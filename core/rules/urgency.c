/* The cart's own words and figures against the site's phrases; see urgency.h. */
#include "core/rules/urgency.h"

#include "core/model/json_text.h"
#include "core/rules/decimal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { EXACT_WORD = 3, WHY_MAX = 16 };

static size_t word_length(const char *text)
{
    size_t len = 0;

    while (isalnum((unsigned char)text[len]) || (unsigned char)text[len] >= 0x80)
        len++;
    return len;
}

/* The next word, or NULL; `*len` receives its length. */
static const char *next_word(const char *text, size_t *len)
{
    while (*text && !word_length(text))
        text++;
    *len = word_length(text);
    return *len ? text : NULL;
}

static bool same_letters(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return true;
}

/* Whether a word of the text begins with that one; a short one must be a word by itself. */
static bool has_word(const char *text, const char *word, size_t len)
{
    size_t each;

    for (const char *at = text; (at = next_word(at, &each)) != NULL; at += each)
        if (each >= len && (len > EXACT_WORD || each == len) && same_letters(at, word, len))
            return true;
    return false;
}

static bool has_phrase(const char *text, const char *phrase, size_t length)
{
    bool any = false;
    size_t len;

    for (const char *at = phrase; (at = next_word(at, &len)) != NULL; at += len) {
        if (at >= phrase + length)
            break;
        if (!has_word(text, at, len))
            return false;
        any = true;
    }
    return any;
}

/* The first of the phrases that the text holds, without blanks around it; "" when it holds none. */
static struct span find_phrase(const char *text, const char *phrases)
{
    for (const char *at = phrases; *at;) {
        size_t length = strcspn(at, ","), len;
        const char *begin = next_word(at, &len);
        if (has_phrase(text, at, length)) {
            while (length && isspace((unsigned char)at[length - 1]))
                length--;
            return span_of((const uint8_t *)begin, length - (size_t)(begin - at));
        }
        at += length + (at[length] == ',');
    }
    return span_of(NULL, 0);
}

/* What is found on the way. */
struct judging {
    json_t *why;
    enum severity severity;
};

static void add(struct judging *j, enum severity severity, const char *reason)
{
    if (severity > j->severity)
        j->severity = severity;
    if (json_array_size(j->why) < WHY_MAX)
        (void)json_array_append_new(j->why, json_string(reason));
}

static void judge_text(struct judging *j, const char *text, const char *phrases)
{
    struct span urgent = find_phrase(text, phrases);
    char reason[LIMIT_TEXT + 128];

    if (urgent.len)
        (void)snprintf(reason, sizeof reason, "%.*s: %s", (int)(urgent.len < 64 ? urgent.len : 64),
                       (const char *)urgent.at, text);
    else if (has_word(text, "abnormal", 8) || has_word(text, "borderline", 10))
        (void)snprintf(reason, sizeof reason, "%s", text);
    else
        return;
    add(j, urgent.len ? SEVERITY_CRITICAL : SEVERITY_ABNORMAL, reason);
}

/* Below `low` (NULL: no such bound), above `high`; with `reached` a value of `high` counts too. */
static void judge_number(struct judging *j, const struct ecg *e, enum ecg_measurement m,
                         const char *low, const char *high, bool reached)
{
    const char *value = e->measurements[m];
    char reason[128];

    if (!decimal_is(value))
        return;
    if (!(low && decimal_compare(value, low) < 0) && decimal_compare(value, high) < !reached)
        return;
    (void)snprintf(reason, sizeof reason, "%s %.16s %s", ecg_measurement_text(m), value,
                   ecg_measurement_unit(m));
    add(j, SEVERITY_CRITICAL, reason);
}

enum error urgency_judge(const struct ecg *e, const char *phrases, enum severity *out,
                         struct buffer *why)
{
    struct judging j = { json_array(), SEVERITY_NORMAL };
    enum error error;

    judge_text(&j, e->severity, phrases);
    for (size_t i = 0; i < e->statements.count; i++)
        judge_text(&j, e->statements.at[i], phrases);
    judge_number(&j, e, ECG_HEART_RATE, "40", "130", false);
    judge_number(&j, e, ECG_QTC, NULL, "500", true);
    if (e->statements.count == 0 && !*e->severity)
        add(&j, SEVERITY_ABNORMAL, "The cart made no statement.");
    error = json_text_put(j.why, JSON_COMPACT, why);
    if (error == ERROR_OK)
        *out = j.severity;
    return error;
}
