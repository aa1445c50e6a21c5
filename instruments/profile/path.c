/*
 * Paths: where in a message a text stands.
 *
 *     TYPE.field[repeat].component.subcomponent/pattern/
 *
 * Field and component are numbers or names, as the format has it; all behind the field may be left
 * out.
 */
#include "instruments/profile/parts.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/hl7.h"

#include <stdio.h>

/* Reading */

enum { WORD_SIZE = 64 };

/* A word up to one of `.[/` or the end, at `*at`, which moves behind it. */
static enum error take_word(const char **at, char *word)
{
    size_t len = strcspn(*at, ".[/");

    if (len == 0 || len >= WORD_SIZE)
        return ERROR_BAD_INPUT;
    memcpy(word, *at, len);
    word[len] = '\0';
    *at += len;
    return ERROR_OK;
}

static bool is_number(const char *word)
{
    return word[strspn(word, "0123456789")] == '\0';
}

/* A number from 1 to 999, or 0. */
static unsigned number_of(const char *word)
{
    uint64_t number;
    return text_to_u64(word, &number) == ERROR_OK && number < 1000 ? (unsigned)number : 0;
}

/* A word as a number or, where the format has names, as a name. */
static enum error number_or_name(struct profile *p, const struct profile_format *format,
                                 const char *word, unsigned *number, const char **name)
{
    if (is_number(word)) {
        *number = number_of(word);
        return *number ? ERROR_OK : ERROR_BAD_INPUT;
    }
    if (!format->named)
        return ERROR_BAD_INPUT;
    *name = arena_text(&p->arena, span_text(word));
    return *name ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error take_type(struct profile *p, const char *word, unsigned *out,
                            struct complaint *why)
{
    size_t index = profile_type_index(p, word);
    struct profile_type *type;

    if (index == PROFILE_TYPES_MAX) {
        if (!profile_format_has(profile_format_of(p, word), word))
            return ERROR_BAD_INPUT;
        if (strlen(word) >= MESSAGE_TYPE_SIZE)
            return ERROR_BAD_INPUT;
        if (p->type_count == PROFILE_TYPES_MAX)
            return complain(why, ERROR_TOO_BIG, "At most %d types of records may be named",
                            PROFILE_TYPES_MAX);
        type = &p->types[p->type_count];
        type->name = arena_text(&p->arena, span_text(word));
        if (!type->name)
            return ERROR_NO_MEMORY;
        index = p->type_count++;
    }
    *out = (unsigned)index;
    return ERROR_OK;
}

static enum error take_repeat(const char **at, struct profile_path *path)
{
    char word[WORD_SIZE];
    size_t len;

    if (**at != '[')
        return ERROR_OK;
    len = strcspn(++*at, "]");
    if (len >= sizeof word || (*at)[len] != ']')
        return ERROR_BAD_INPUT;
    memcpy(word, *at, len);
    word[len] = '\0';
    *at += len + 1;
    path->repeat = number_of(word);
    return path->repeat ? ERROR_OK : ERROR_BAD_INPUT;
}

static enum error take_component(struct profile *p, const struct profile_format *format,
                                 const char **at, struct profile_path *path)
{
    char word[WORD_SIZE];
    enum error e;

    if (**at != '.')
        return ERROR_OK;
    ++*at;
    e = take_word(at, word);
    if (e == ERROR_OK)
        e = number_or_name(p, format, word, &path->component, &path->component_name);
    if (e != ERROR_OK || **at != '.' || !format->subcomponents)
        return e;
    ++*at;
    e = take_word(at, word);
    path->subcomponent = e == ERROR_OK ? number_of(word) : 0;
    return path->subcomponent ? ERROR_OK : ERROR_BAD_INPUT;
}

/* `/pattern/` at the end of the path. */
static enum error take_pattern(struct profile *p, const char **at, struct profile_path *path,
                               struct complaint *why)
{
    char pattern[LIMIT_TEXT];
    size_t len;

    if (**at != '/')
        return ERROR_OK;
    len = strlen(++*at);
    if (len < 2 || len >= sizeof pattern || (*at)[len - 1] != '/')
        return ERROR_BAD_INPUT;
    memcpy(pattern, *at, len - 1);
    pattern[len - 1] = '\0';
    *at += len;
    return profile_pattern_compile(p, pattern, &path->pattern, why);
}

enum error profile_path_parse(struct profile *p, const char *text, struct profile_path *out,
                              struct complaint *why)
{
    struct profile_path path = { .field = 0 };
    char type[WORD_SIZE], word[WORD_SIZE];
    enum error e = take_word(&text, type);

    if (e == ERROR_OK)
        e = *text == '.' ? ERROR_OK : ERROR_BAD_INPUT;
    if (e == ERROR_OK) {
        text++;
        e = take_word(&text, word);
    }
    if (e == ERROR_OK)
        e = number_or_name(p, profile_format_of(p, type), word, &path.field, &path.field_name);
    if (e == ERROR_OK)
        e = take_repeat(&text, &path);
    if (e == ERROR_OK)
        e = take_component(p, profile_format_of(p, type), &text, &path);
    if (e == ERROR_OK)
        e = take_pattern(p, &text, &path, why);
    if (e == ERROR_OK && *text)
        e = ERROR_BAD_INPUT;
    if (e == ERROR_OK)
        e = take_type(p, type, &path.type, why);
    if (e == ERROR_OK)
        *out = path;
    return e;
}

/* Looking up */

bool profile_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* Bytes of the longest start of `text` that is at most LIMIT_TEXT long and ends between
 * characters. */
static size_t cut_length(const char *text)
{
    size_t len = strlen(text);
    if (len <= LIMIT_TEXT)
        return len;
    len = LIMIT_TEXT;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* As profile_plain, of bytes as sent. */
static const char *plain_bytes(struct span bytes, struct arena *arena)
{
    struct buffer b;
    const char *text = NULL;

    buffer_init(&b, 4 * bytes.len + 1);
    if (text_from_device(&b, bytes) == ERROR_OK && buffer_put_byte(&b, 0) == ERROR_OK)
        text = arena_text(arena, span_of(b.at, cut_length((const char *)b.at)));
    buffer_free(&b);
    return text ? text : "";
}

const char *profile_plain(const char *text, struct arena *arena)
{
    struct span bytes = span_text(text);
    if (bytes.len <= LIMIT_TEXT && text_is_plain(bytes))
        return text;
    return plain_bytes(bytes, arena);
}

static unsigned repeat_of(const struct profile_path *path, const struct profile_context *context)
{
    const struct message_record *record = context->at[path->type];
    if (path->repeat)
        return path->repeat;
    return record && record == context->query && context->query_repeat ? context->query_repeat : 1;
}

/* A field that is repeated by its name counts as repeats of one. */
static const struct message_field *named_field(const struct message_record *record,
                                               const char *name, unsigned *repeat)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct message_field *field = &record->fields[i];
        if (!field->name || strcmp(field->name, name) != 0)
            continue;
        if (*repeat <= field->repeat_count)
            return field;
        *repeat -= (unsigned)field->repeat_count;
    }
    return NULL;
}

static const struct message_field *
find_field(const struct profile_path *path, const struct profile_context *context, unsigned *repeat)
{
    const struct message_record *record = context->at[path->type];

    if (!record)
        return NULL;
    if (path->field_name)
        return named_field(record, path->field_name, repeat);
    return path->field <= record->field_count ? &record->fields[path->field - 1] : NULL;
}

const struct message_field *profile_path_field(const struct profile_path *path,
                                               const struct profile_context *context)
{
    unsigned repeat = 1;
    return find_field(path, context, &repeat);
}

static const char *whole_field(const struct message_field *field, struct arena *arena)
{
    if (field->repeat_count == 1 && field->repeats[0].component_count == 1)
        return profile_plain(field->repeats[0].components[0], arena);
    if (field->repeat_count == 1)
        return profile_plain(field->repeats[0].whole, arena);
    return plain_bytes(field->raw, arena);
}

static const char *named_component(const struct message_repeat *repeat, const char *name)
{
    for (size_t i = 0; repeat->names && i < repeat->component_count; i++)
        if (strcmp(repeat->names[i], name) == 0)
            return repeat->components[i];
    return "";
}

static const char *component_text(const struct profile_path *path,
                                  const struct message_repeat *repeat)
{
    if (path->component_name)
        return named_component(repeat, path->component_name);
    if (path->component == 0)
        return repeat->whole;
    return path->component <= repeat->component_count ? repeat->components[path->component - 1]
                                                      : "";
}

static const char *subcomponent_text(const struct profile_path *path, unsigned repeat,
                                     const struct profile_context *context, struct arena *arena)
{
    return hl7_subcomponent(context->first, context->at[path->type], path->field, repeat,
                            path->component, path->subcomponent, arena);
}

static const char *path_text(const struct profile_path *path, const struct profile_context *context,
                             struct arena *arena)
{
    unsigned repeat = repeat_of(path, context);
    const struct message_field *field = find_field(path, context, &repeat);

    if (!field)
        return "";
    if (!path->field_name && !path->component && !path->repeat)
        return whole_field(field, arena);
    if (repeat > field->repeat_count)
        return "";
    return profile_plain(path->subcomponent ? subcomponent_text(path, repeat, context, arena)
                                            : component_text(path, &field->repeats[repeat - 1]),
                         arena);
}

const char *profile_path_text(const struct profile_path *path,
                              const struct profile_context *context, struct arena *arena)
{
    const char *text = path_text(path, context, arena);
    return path->pattern && *text ? profile_pattern_take(path->pattern, text, arena) : text;
}

/* A name: its components joined by `^`, without empty ones at the end. */
static const char *join_components(const struct message_repeat *repeat, struct arena *arena)
{
    struct buffer b;
    const char *text = NULL;
    size_t count = repeat->component_count;
    enum error e = ERROR_OK;

    buffer_init(&b, LIMIT_MESSAGE);
    while (count > 1 && profile_blank(repeat->components[count - 1]))
        count--;
    for (size_t i = 0; e == ERROR_OK && i < count; i++) {
        e = buffer_put_text(&b, i ? "^" : "");
        if (e == ERROR_OK)
            e = buffer_put_text(&b, repeat->components[i]);
    }
    if (e == ERROR_OK)
        text = plain_bytes(buffer_span(&b), arena);
    buffer_free(&b);
    return text ? text : "";
}

static const char *path_name(const struct profile_path *path, const struct profile_context *context,
                             struct arena *arena)
{
    const struct message_field *field = profile_path_field(path, context);

    if (!field || path->field_name || path->component || path->pattern)
        return profile_path_text(path, context, arena);
    return join_components(&field->repeats[0], arena);
}

/* `first` and `second`, which `a+b` names, with a blank between them. */
static const char *join_texts(const char *first, const char *second, struct arena *arena)
{
    size_t size = strlen(first) + strlen(second) + 2;
    char *text;

    if (profile_blank(first) || profile_blank(second))
        return profile_blank(first) ? second : first;
    text = arena_take(arena, size);
    if (!text)
        return "";
    (void)snprintf(text, size, "%s %s", first, second);
    return profile_plain(text, arena);
}

typedef const char *path_reader(const struct profile_path *path,
                                const struct profile_context *context, struct arena *arena);

static const char *first_of(const struct profile_paths *paths, path_reader *read,
                            const struct profile_context *context, struct arena *arena)
{
    for (size_t i = 0; i < paths->count; i++) {
        const char *text = read(&paths->at[i], context, arena);
        for (; i + 1 < paths->count && paths->at[i + 1].joined; i++)
            text = join_texts(text, read(&paths->at[i + 1], context, arena), arena);
        if (!profile_blank(text))
            return text;
    }
    return "";
}

const char *profile_place_name(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena)
{
    return first_of(&p->places[place], path_name, context, arena);
}

const char *profile_place_text(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena)
{
    return first_of(&p->places[place], profile_path_text, context, arena);
}
