/*
 * PCRE2 patterns of a profile: compiled when the profile is read, matched within limits.
 *
 * Invariant: a match that passes its limits is no match, so that no text of a device can hold the
 * program up.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "instruments/profile/parts.h"

#include "core/base/limits.h"

#include <pcre2.h>
#include <stdlib.h>

struct profile_pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
    struct profile_pattern *next;
};

static enum error wrong(struct complaint *why, int number, size_t at)
{
    PCRE2_UCHAR said[128] = "";
    (void)pcre2_get_error_message(number, said, sizeof said);
    return complain(why, ERROR_BAD_INPUT, "%s at character %zu", (const char *)said, at + 1);
}

enum error profile_pattern_compile(struct profile *p, const char *text,
                                   const struct profile_pattern **out, struct complaint *why)
{
    struct profile_pattern *pattern = arena_take(&p->arena, sizeof *pattern);
    int number = 0;
    PCRE2_SIZE at = 0;

    if (!pattern)
        return ERROR_NO_MEMORY;
    pattern->code =
        pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &number, &at, NULL);
    if (!pattern->code)
        return wrong(why, number, at);
    pattern->next = p->compiled;
    p->compiled = pattern;
    pattern->limits = pcre2_match_context_create(NULL);
    if (!pattern->limits)
        return ERROR_NO_MEMORY;
    (void)pcre2_set_match_limit(pattern->limits, LIMIT_PATTERN_STEPS);
    (void)pcre2_set_depth_limit(pattern->limits, LIMIT_PATTERN_DEPTH);
    (void)pcre2_set_heap_limit(pattern->limits, LIMIT_PATTERN_HEAP);
    *out = pattern;
    return ERROR_OK;
}

void profile_patterns_free(struct profile *p)
{
    for (struct profile_pattern *at = p->compiled; at; at = at->next) {
        pcre2_code_free(at->code);
        pcre2_match_context_free(at->limits);
    }
    p->compiled = NULL;
}

/* NULL when it does not match, or memory or the limits are out. */
static pcre2_match_data *match(const struct profile_pattern *pattern, const char *text)
{
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(pattern->code, NULL);

    if (data && pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, data,
                            pattern->limits) < 0) {
        pcre2_match_data_free(data);
        data = NULL;
    }
    return data;
}

bool profile_pattern_matches(const struct profile_pattern *pattern, const char *text)
{
    pcre2_match_data *data = match(pattern, text);
    pcre2_match_data_free(data);
    return data != NULL;
}

const char *profile_pattern_take(const struct profile_pattern *pattern, const char *text,
                                 struct arena *arena)
{
    pcre2_match_data *data = match(pattern, text);
    const char *taken = NULL;

    if (data) {
        const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
        size_t group = pcre2_get_ovector_count(data) > 1 ? 1 : 0;
        PCRE2_SIZE start = at[2 * group], end = at[2 * group + 1];
        if (start != PCRE2_UNSET && end > start)
            taken = arena_text(arena, span_of(text + start, end - start));
    }
    pcre2_match_data_free(data);
    return taken ? taken : "";
}
