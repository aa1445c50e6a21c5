/*
 * A profile's text patterns, read and compiled once; see text.h.
 *
 * Nobody trusts a pattern: its length, the steps of a match, their depth and their memory have
 * limits, and it cannot leave UTF-8.
 */
#include "instruments/message/text_pattern.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PATTERN_OPTIONS = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_NO_AUTO_CAPTURE | PCRE2_DUPNAMES |
                      PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C
};

const char *text_type_name(enum text_type type)
{
#define TEXT_TYPE_NAME(name, text) text,
    static const char *const names[] = { TEXT_TYPES(TEXT_TYPE_NAME) };
#undef TEXT_TYPE_NAME
    return names[type];
}

struct text_patterns *text_patterns_new(void)
{
    struct text_patterns *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->limits = pcre2_match_context_create(NULL);
    if (!p->limits) {
        free(p);
        return NULL;
    }
    (void)pcre2_set_match_limit(p->limits, LIMIT_PATTERN_STEPS);
    (void)pcre2_set_depth_limit(p->limits, LIMIT_PATTERN_DEPTH);
    (void)pcre2_set_heap_limit(p->limits, LIMIT_PATTERN_HEAP);
    buffer_init(&p->defined, LIMIT_TEXT);
    p->separates['\r'] = p->separates['\n'] = true;
    return p;
}

void text_patterns_free(struct text_patterns *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->count; i++)
        pcre2_code_free(p->at[i].compiled);
    pcre2_match_context_free(p->limits);
    buffer_free(&p->defined);
    free(p);
}

/* The type that a pattern may have whose name begins with these `len` characters. */
static bool find_type(const char *name, size_t len, enum text_type *out)
{
    for (unsigned i = 0; i < TEXT_TYPE_COUNT; i++) {
        const char *known = text_type_name((enum text_type)i);
        if (i == TEXT_UNKNOWN || strlen(known) != len || strncmp(name, known, len) != 0)
            continue;
        *out = (enum text_type)i;
        return true;
    }
    return false;
}

/* `TYPE`, `TYPE CODE`, each with a `*` behind it or not. */
static enum error read_name(const char *name, struct text_pattern *out, struct complaint *why)
{
    size_t len = strlen(name), type = strcspn(name, " *");
    const char *code = name + type;

    out->front = len > 0 && name[len - 1] == '*';
    len -= out->front;
    if (!find_type(name, type, &out->type))
        return complain(why, ERROR_BAD_INPUT,
                        "A pattern is called header, patient, order, result, comment, detail, end "
                        "or skip, not \"%.40s\".",
                        name);
    code += strspn(code, " ");
    while (len > 0 && name[len - 1] == ' ')
        len--;
    len = name + len > code ? (size_t)(name + len - code) : 0;
    if (len >= sizeof out->code || !text_is_plain(span_of(code, len)))
        return complain(why, ERROR_BAD_INPUT, "The code in \"%.40s\" is too long.", name);
    memcpy(out->code, code, len);
    out->code[len] = '\0';
    return ERROR_OK;
}

static enum error tell_error(int number, size_t at, size_t wrapped, struct complaint *why)
{
    char message[128] = "";
    (void)pcre2_get_error_message(number, (PCRE2_UCHAR *)message, sizeof message);
    return complain(why, ERROR_BAD_INPUT, "The pattern is wrong at character %zu: %s.",
                    at > wrapped ? at - wrapped + 1 : 1, message);
}

/* Compiles a pattern behind what is defined. Blanks at the end of a whole line belong to it. */
static enum error compile(const struct text_patterns *p, const char *pattern,
                          struct text_pattern *out, struct complaint *why)
{
    static const char open[] = "(?:", close_front[] = ")", close_line[] = ") *";
    uint32_t options = PATTERN_OPTIONS | (out->front ? 0 : PCRE2_ENDANCHORED);
    struct buffer all;
    size_t at = 0;
    int number = 0;
    enum error e;

    buffer_init(&all, 2 * LIMIT_TEXT);
    e = buffer_put(&all, buffer_span(&p->defined));
    if (e == ERROR_OK)
        e = strlen(pattern) < LIMIT_TEXT ? buffer_put_text(&all, open) : ERROR_TOO_BIG;
    if (e == ERROR_OK)
        e = buffer_put_text(&all, pattern);
    if (e == ERROR_OK)
        e = buffer_put_text(&all, out->front ? close_front : close_line);
    if (e == ERROR_TOO_BIG)
        e = complain(why, ERROR_BAD_INPUT, "The pattern is too long.");
    if (e == ERROR_OK) {
        out->compiled = pcre2_compile(all.at, all.len, options, &number, &at, NULL);
        if (!out->compiled)
            e = tell_error(number, at, p->defined.len + sizeof open - 1, why);
    }
    buffer_free(&all);
    return e;
}

/* `define NAME`: tried by itself first, so that what is wrong is told here. */
static enum error define(struct text_patterns *p, const char *name, const char *pattern,
                         struct complaint *why)
{
    struct text_pattern trial = { .front = true };
    size_t before = p->defined.len;
    enum error e = compile(p, pattern, &trial, why);

    if (e != ERROR_OK)
        return e;
    pcre2_code_free(trial.compiled);
    e = buffer_put_format(&p->defined, "(?(DEFINE)(?<%s>%s))", name, pattern);
    if (e == ERROR_TOO_BIG)
        e = complain(why, ERROR_BAD_INPUT, "The definitions are too long.");
    if (e == ERROR_OK)
        e = compile(p, "x", &trial, why); /* a name that PCRE2 does not take */
    if (e == ERROR_OK)
        pcre2_code_free(trial.compiled);
    else
        p->defined.len = before;
    return e;
}

enum error text_patterns_add(struct text_patterns *p, const char *name, const char *pattern,
                             struct complaint *why)
{
    static const char defining[] = "define ";
    struct text_pattern *out = &p->at[p->count];
    enum error e;

    if (strncmp(name, defining, sizeof defining - 1) == 0)
        return define(p, name + sizeof defining - 1, pattern, why);
    if (p->count == TEXT_PATTERNS_MAX)
        return complain(why, ERROR_TOO_BIG, "A profile has at most %d patterns.",
                        TEXT_PATTERNS_MAX);
    *out = (struct text_pattern) { .type = TEXT_SKIP };
    e = read_name(name, out, why);
    if (e == ERROR_OK)
        e = compile(p, pattern, out, why);
    if (e != ERROR_OK)
        return e;
    (void)pcre2_pattern_info(out->compiled, PCRE2_INFO_NAMECOUNT, &out->group_count);
    (void)pcre2_pattern_info(out->compiled, PCRE2_INFO_NAMEENTRYSIZE, &out->group_size);
    (void)pcre2_pattern_info(out->compiled, PCRE2_INFO_NAMETABLE, (void *)&out->groups);
    p->count++;
    return ERROR_OK;
}

/* The byte that a word of `len` characters stands for; -1 for none. */
static int separator_byte(const char *word, size_t len)
{
    static const struct {
        const char *name;
        int byte;
    } names[] = { { "CR", 0x0d },  { "LF", 0x0a },  { "TAB", 0x09 }, { "FF", 0x0c },
                  { "FS", 0x1c },  { "GS", 0x1d },  { "RS", 0x1e },  { "US", 0x1f },
                  { "ESC", 0x1b }, { "NUL", 0x00 }, { "STX", 0x02 }, { "ETX", 0x03 },
                  { "EOT", 0x04 } };
    if (len == 1 && isgraph((unsigned char)word[0]))
        return (unsigned char)word[0];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i].name) == len && strncmp(names[i].name, word, len) == 0)
            return names[i].byte;
    return -1;
}

enum error text_patterns_separate(struct text_patterns *p, const char *words, struct complaint *why)
{
    bool separates[256] = { false };
    size_t count = 0;

    for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
        size_t len = strcspn(words, " ");
        int byte = separator_byte(words, len);
        if (byte < 0)
            return complain(why, ERROR_BAD_INPUT,
                            "A separator is one character or one of CR LF TAB FF FS GS RS US ESC "
                            "NUL STX ETX EOT, not \"%.20s\".",
                            words);
        separates[byte] = true;
        words += len;
        count++;
    }
    if (count == 0)
        return complain(why, ERROR_BAD_INPUT, "No separator is named.");
    memcpy(p->separates, separates, sizeof separates);
    return ERROR_OK;
}

enum error text_patterns_strip(struct text_patterns *p, const char *characters,
                               struct complaint *why)
{
    for (const char *c = characters; *c; c++)
        if (!isprint((unsigned char)*c))
            return complain(why, ERROR_BAD_INPUT, "Only printable ASCII can be taken out.");
    for (const char *c = characters; *c; c++)
        p->stripped[(unsigned char)*c] = *c != ' ';
    return ERROR_OK;
}
