/* The window, the words, and the numbers. */
#include "core/rules/reading.h"

#include "core/rules/decimal.h"

#include <string.h>

enum { SECOND = 1000 };

enum reading_clock reading_clock(const struct reading *how, int64_t began, int64_t now)
{
    if (how->read_to == 0)
        return READING_OPEN;
    if (now < began + how->read_from * SECOND)
        return READING_EARLY;
    return now > began + how->read_to * SECOND ? READING_TOO_LATE : READING_OPEN;
}

/* The line of that analyte, and its length; the only line stands for all. */
static const char *line_of(const struct reading *how, size_t analyte, size_t *len)
{
    const char *line = how->choices;

    if (strchr(line, '\n'))
        for (size_t i = 0; i < analyte; i++) {
            const char *end = strchr(line, '\n');
            line = end ? end + 1 : "";
        }
    *len = strcspn(line, "\n");
    return line;
}

bool reading_has_choice(const struct reading *how, size_t analyte, const char *text, bool *first)
{
    size_t left, len = strlen(text);
    const char *at = line_of(how, analyte, &left);
    bool is_first = true;

    while (left > 0) {
        size_t size = strcspn(at, ";\n");
        if (size == len && len > 0 && memcmp(at, text, len) == 0) {
            *first = is_first;
            return true;
        }
        is_first = false;
        if (size >= left)
            break;
        at += size + 1;
        left -= size + 1;
    }
    return false;
}

bool reading_needs_second(const struct reading *how, const char *const *found, size_t count)
{
    if (how->second_look != READING_POSITIVE)
        return how->second_look == READING_ALWAYS;
    for (size_t i = 0; i < count; i++) {
        bool first = false;
        if (!reading_has_choice(how, i, found[i], &first) || !first)
            return true;
    }
    return false;
}

bool reading_is_number(const char *text, char comparator[4], const char **number)
{
    size_t len = strspn(text, "<>=");

    if (len > 2 || (len > 0 && text[0] == '=') || (len == 2 && text[1] != '='))
        return false;
    memcpy(comparator, text, len);
    comparator[len] = '\0';
    *number = text + len;
    return decimal_is(*number);
}

bool reading_is_odd(const struct reading *how, const char *number)
{
    return (decimal_is(how->low) && decimal_compare(number, how->low) < 0) ||
           (decimal_is(how->high) && decimal_compare(number, how->high) > 0);
}
