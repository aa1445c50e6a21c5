/* Conditions: what a text of the message must say. */
#include "instruments/profile/parts.h"

#include "core/base/limits.h"

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

/* How many repeats a path leads to, named fields of one name together. */
static unsigned count_repeats(const struct profile_path *path,
                              const struct profile_context *context)
{
    const struct message_record *record = context->at[path->type];
    const struct message_field *field = profile_path_field(path, context);
    size_t count = 0;

    if (!field || !path->field_name)
        return field ? (unsigned)field->repeat_count : 0;
    for (size_t i = 0; i < record->field_count; i++)
        if (record->fields[i].name && strcmp(record->fields[i].name, path->field_name) == 0)
            count += record->fields[i].repeat_count;
    return (unsigned)count;
}

/* Lists are made of first components, so that `N^^HL70078` is the flag N. */
struct text_list profile_place_list(const struct profile *p, const struct profile_path *path,
                                    const struct profile_context *context, struct arena *arena)
{
    struct text_list list = { NULL, 0 };
    struct profile_path one = *path;
    unsigned repeats = count_repeats(path, context);
    bool markers = p->quirks & PROFILE_QUIRK_MARKERS_BY_SLASH;

    if (!one.field_name && !one.component)
        one.component = 1;
    if (repeats)
        list.at = arena_take(arena, (markers || repeats > LIMIT_LIST ? LIMIT_LIST : repeats) *
                                        sizeof *list.at);
    for (one.repeat = 1; one.repeat <= repeats; one.repeat++) {
        const char *text = profile_path_text(&one, context, arena);
        if (markers)
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

/* Nothing can be said of a result or comment that has not been read yet, not even that it is blank;
 * what else is missing is blank. */
static bool is_to_come(const struct profile *p, const struct profile_term *term,
                       const struct profile_context *context)
{
    enum profile_role role = p->types[term->path.type].role;
    return !context->at[term->path.type] &&
           (role == PROFILE_ROLE_RESULT || role == PROFILE_ROLE_COMMENT);
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
    case PROFILE_TEST_MATCHES:
        return profile_pattern_matches(term->pattern, text);
    case PROFILE_TEST_BLANK:
        return profile_blank(text);
    case PROFILE_TEST_GIVEN:
        return !profile_blank(text);
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
        if (is_to_come(p, &condition->terms[i], context) ||
            !term_holds(p, &condition->terms[i], context, arena))
            return false;
    return condition->count > 0;
}
