/* One record of a message under construction; see the header. */
#include "instruments/profile/draft.h"

#include "core/base/text.h"

#include <stdlib.h>

void draft_begin(struct draft *d, const struct profile *p, struct arena *arena, const char *type)
{
    *d = (struct draft) { .p = p, .arena = arena, .type = type };
}

static struct draft_field *find_field(struct draft *d, unsigned number, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (name ? strcmp(d->fields[i].name, name) == 0 : d->fields[i].number == number)
            return &d->fields[i];
    return NULL;
}

/* The same, made when it is not there; NULL when there is no room. */
static struct draft_field *need_field(struct draft *d, unsigned number, const char *name)
{
    struct draft_field *field = find_field(d, number, name);

    if (field || d->count == DRAFT_FIELDS)
        return field;
    field = &d->fields[d->count++];
    *field = (struct draft_field) { .number = number, .name = name };
    return field;
}

static unsigned named_component(const struct draft_field *field, const char *name)
{
    unsigned at = 1;
    while (at <= field->count && strcmp(field->names[at], name) != 0)
        at++;
    return at;
}

static void set_component(struct draft_field *field, unsigned component, const char *name,
                          const char *text)
{
    if (name)
        component = named_component(field, name);
    if (component > DRAFT_COMPONENTS)
        return;
    field->names[component] = name;
    field->texts[component] = text;
    if (component > field->count)
        field->count = component;
}

/* `A^B` as two components. */
static void set_whole(struct draft *d, struct draft_field *field, const char *text)
{
    unsigned component = 1;

    for (const char *next; (next = strchr(text, '^')) != NULL; text = next + 1)
        set_component(field, component++, NULL,
                      arena_text(d->arena, span_of(text, (size_t)(next - text))));
    set_component(field, component, NULL, text);
}

/* Whether the path leads into this record, to a place that can be written. */
static bool is_here(const struct draft *d, const struct profile_path *path)
{
    return strcmp(d->p->types[path->type].name, d->type) == 0 && path->repeat <= 1 &&
           !path->pattern;
}

void draft_set(struct draft *d, const struct profile_path *path, const char *text)
{
    struct draft_field *field =
        is_here(d, path) ? need_field(d, path->field, path->field_name) : NULL;

    if (!field)
        return;
    if (path->field_name)
        set_component(
            field, 0,
            path->component_name ? path->component_name : d->p->formats[0]->main_component, text);
    else if (path->component)
        set_component(field, path->component, NULL, text);
    else
        set_whole(d, field, text);
}

/* The text that stands at a path, or NULL. */
static const char *text_at(struct draft *d, const struct profile_path *path)
{
    const struct draft_field *field =
        is_here(d, path) ? find_field(d, path->field, path->field_name) : NULL;
    unsigned component;

    if (!field)
        return NULL;
    component = path->component ? path->component : 1;
    if (path->field_name)
        component = named_component(field, path->component_name ? path->component_name
                                                                : d->p->formats[0]->main_component);
    return component <= field->count ? field->texts[component] : NULL;
}

const char *draft_component(struct draft *d, unsigned field, unsigned component)
{
    const struct draft_field *found = find_field(d, field, NULL);
    return found && component <= found->count ? found->texts[component] : NULL;
}

void draft_place(struct draft *d, enum profile_place place, const char *text)
{
    const struct profile_paths *paths = &d->p->places[place];
    if (paths->count && !text_empty(text))
        draft_set(d, &paths->at[0], text);
}

void draft_put(struct draft *d, const char *field, const char *text, bool as_is)
{
    bool named = d->p->formats[0]->named;
    unsigned number = named ? 0 : (unsigned)strtoul(field, NULL, 10);
    struct draft_field *to;

    if (find_field(d, number, named ? field : NULL))
        return;
    to = need_field(d, number, named ? field : NULL);
    if (!to)
        return;
    if (named)
        set_component(to, 0, d->p->formats[0]->main_component, text);
    else if (as_is)
        set_component(to, 1, NULL, text);
    else
        set_whole(d, to, text);
}

static bool term_holds(const struct profile_term *t, const char *text)
{
    if (text_empty(text))
        return false;
    switch (t->test) {
    case PROFILE_TEST_STARTS:
        return strncmp(text, t->text, strlen(t->text)) == 0;
    case PROFILE_TEST_CONTAINS:
        return strstr(text, t->text) != NULL;
    case PROFILE_TEST_MATCHES:
        return profile_pattern_matches(t->pattern, text);
    default:
        return strcmp(text, t->text) == 0;
    }
}

/* A text for which a term holds, or NULL when none is at hand. */
static const char *term_text(const struct profile_term *t)
{
    switch (t->test) {
    case PROFILE_TEST_EQUAL:
    case PROFILE_TEST_CONTAINS:
    case PROFILE_TEST_STARTS:
    case PROFILE_TEST_HAS:
        return t->text;
    case PROFILE_TEST_GIVEN:
        return "1";
    default:
        return NULL;
    }
}

void draft_condition(struct draft *d, const struct profile_condition *condition)
{
    for (size_t i = 0; i < condition->count; i++) {
        const struct profile_term *t = &condition->terms[i];
        const char *text = term_text(t);
        if (text && is_here(d, &t->path) && !term_holds(t, text_at(d, &t->path)))
            draft_set(d, &t->path, text);
    }
}

/* Finishing */

static bool finish_field(const struct draft *d, const struct draft_field *from,
                         struct message_field *out)
{
    unsigned count = from->count ? from->count : 1;
    const char **texts = arena_take(d->arena, count * sizeof *texts);
    const char **names = arena_take(d->arena, count * sizeof *names);
    struct message_repeat *repeat = arena_take(d->arena, sizeof *repeat);

    if (!texts || !names || !repeat)
        return false;
    for (unsigned i = 0; i < count; i++) {
        texts[i] = from->texts[i + 1] ? from->texts[i + 1] : "";
        names[i] = from->names[i + 1] ? from->names[i + 1] : "";
    }
    *repeat = (struct message_repeat) { .components = texts,
                                        .component_count = count,
                                        .whole = texts[0],
                                        .names = from->name ? names : NULL };
    *out = (struct message_field) { .repeats = repeat, .repeat_count = 1, .name = from->name };
    return true;
}

static size_t highest_field(const struct draft *d)
{
    size_t highest = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->fields[i].number > highest)
            highest = d->fields[i].number;
    return highest;
}

/* The field of that place: the drafted one, or an empty one between two that are. */
static const struct draft_field *field_at(const struct draft *d, size_t at)
{
    static const struct draft_field empty = { .number = 0 };
    if (d->p->formats[0]->named)
        return &d->fields[at];
    for (size_t i = 0; i < d->count; i++)
        if (d->fields[i].number == at + 1)
            return &d->fields[i];
    return &empty;
}

bool draft_finish(const struct draft *d, struct message_record *out)
{
    size_t count = d->p->formats[0]->named ? d->count : highest_field(d);

    *out = (struct message_record) { .field_count = count };
    if (text_copy(out->type, sizeof out->type, d->type) != ERROR_OK)
        return false;
    out->fields = arena_take(d->arena, (count + 1) * sizeof *out->fields);
    for (size_t i = 0; out->fields && i < count; i++)
        if (!finish_field(d, field_at(d, i), &out->fields[i]))
            return false;
    return out->fields != NULL;
}
