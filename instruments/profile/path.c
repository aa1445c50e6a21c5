/* Paths and conditions: where in a message a text stands, and what it must say. */
#include "instruments/profile/parts.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <stdlib.h>

/* A number from 1 to 999 at `*at`, which moves behind it; 0 when there is none. */
static unsigned take_number(const char **at)
{
    unsigned number = 0;
    for (int i = 0; i < 3 && **at >= '0' && **at <= '9'; i++)
        number = number * 10 + (unsigned)(*(*at)++ - '0');
    return number;
}

enum error profile_path_parse(const char *text, struct profile_path *out)
{
    const char *letter = text[0] ? strchr(PROFILE_CONTEXT_LETTERS, text[0]) : NULL;
    struct profile_path path = { 0, 0, 0, 0 };

    if (!letter || text[1] != '.')
        return ERROR_BAD_INPUT;
    path.record = (unsigned)(letter - PROFILE_CONTEXT_LETTERS);
    text += 2;
    path.field = take_number(&text);
    if (path.field == 0)
        return ERROR_BAD_INPUT;
    if (*text == '[') {
        text++;
        path.repeat = take_number(&text);
        if (path.repeat == 0 || *text++ != ']')
            return ERROR_BAD_INPUT;
    }
    if (*text == '.') {
        text++;
        path.component = take_number(&text);
        if (path.component == 0)
            return ERROR_BAD_INPUT;
    }
    if (*text)
        return ERROR_BAD_INPUT;
    *out = path;
    return ERROR_OK;
}

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

static const struct message_record *context_record(const struct profile_path *path,
                                                   const struct profile_context *context)
{
    return context->at[path->record];
}

static const char *field_text(const struct message_field *field, struct arena *arena)
{
    if (field->repeat_count == 1 && field->repeats[0].component_count == 1)
        return profile_plain(field->repeats[0].components[0], arena);
    if (field->repeat_count == 1)
        return profile_plain(field->repeats[0].whole, arena);
    return plain_bytes(field->raw, arena);
}

static unsigned repeat_of(const struct profile_path *path, const struct profile_context *context)
{
    if (path->repeat)
        return path->repeat;
    return path->record == PROFILE_Q && context->query_repeat ? context->query_repeat : 1;
}

const char *profile_path_text(const struct profile_path *path,
                              const struct profile_context *context, struct arena *arena)
{
    const struct message_record *record = context_record(path, context);

    if (!record || path->field > record->field_count)
        return "";
    if (path->component == 0 && path->repeat == 0)
        return field_text(&record->fields[path->field - 1], arena);
    return profile_plain(message_at(record, path->field, repeat_of(path, context), path->component),
                         arena);
}

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

const char *profile_path_name(const struct profile_path *path,
                              const struct profile_context *context, struct arena *arena)
{
    const struct message_record *record = context_record(path, context);

    if (!record || path->field > record->field_count || path->component)
        return profile_path_text(path, context, arena);
    return join_components(&record->fields[path->field - 1].repeats[0], arena);
}

const char *profile_place_name(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena)
{
    const struct profile_paths *paths = &p->places[place];
    for (size_t i = 0; i < paths->count; i++) {
        const char *text = profile_path_name(&paths->at[i], context, arena);
        if (!profile_blank(text))
            return text;
    }
    return "";
}

const char *profile_place_text(const struct profile *p, enum profile_place place,
                               const struct profile_context *context, struct arena *arena)
{
    const struct profile_paths *paths = &p->places[place];
    for (size_t i = 0; i < paths->count; i++) {
        const char *text = profile_path_text(&paths->at[i], context, arena);
        if (!profile_blank(text))
            return text;
    }
    return "";
}

static void list_add(struct text_list *list, const char *text)
{
    if (list->at && !profile_blank(text) && list->count < LIMIT_LIST)
        list->at[list->count++] = text;
}

/* Cuts `>/A/M0` at its slashes. */
static void list_add_markers(struct text_list *list, const char *text, struct arena *arena)
{
    while (*text) {
        size_t len = strcspn(text, "/");
        const char *marker = arena_text(arena, span_of(text, len));
        list_add(list, marker ? marker : "");
        text += len + (text[len] == '/');
    }
}

struct text_list profile_place_list(const struct profile *p, const struct profile_path *path,
                                    const struct profile_context *context, struct arena *arena)
{
    const struct message_record *record = context_record(path, context);
    struct text_list list = { NULL, 0 };
    unsigned component = path->component ? path->component : 1;
    size_t repeats = record && path->field <= record->field_count
                         ? record->fields[path->field - 1].repeat_count
                         : 0;

    size_t room =
        p->quirks & PROFILE_QUIRK_MARKERS_BY_SLASH || repeats > LIMIT_LIST ? LIMIT_LIST : repeats;

    if (repeats)
        list.at = arena_take(arena, room * sizeof *list.at);
    for (unsigned i = 1; i <= repeats; i++) {
        const char *text = profile_plain(message_at(record, path->field, i, component), arena);
        if (p->quirks & PROFILE_QUIRK_MARKERS_BY_SLASH)
            list_add_markers(&list, text, arena);
        else
            list_add(&list, text);
    }
    return list;
}

static bool list_has(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i], text) == 0)
            return true;
    return false;
}

static bool term_holds(const struct profile *p, const struct profile_term *term,
                       const struct profile_context *context, struct arena *arena)
{
    const char *text = profile_path_text(&term->path, context, arena);
    struct text_list list;

    switch (term->test) {
    case PROFILE_TEST_EQUAL:
        return strcmp(text, term->text) == 0;
    case PROFILE_TEST_DIFFERENT:
        return strcmp(text, term->text) != 0;
    case PROFILE_TEST_CONTAINS:
        return strstr(text, term->text) != NULL;
    case PROFILE_TEST_STARTS:
        return strncmp(text, term->text, strlen(term->text)) == 0;
    case PROFILE_TEST_HAS:
        list = profile_place_list(p, &term->path, context, arena);
        return list_has(&list, term->text);
    }
    return false;
}

bool profile_condition_holds(const struct profile *p, const struct profile_condition *condition,
                             const struct profile_context *context, struct arena *arena)
{
    for (size_t i = 0; i < condition->count; i++)
        if (!term_holds(p, &condition->terms[i], context, arena))
            return false;
    return condition->count > 0;
}
