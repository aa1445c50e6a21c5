/* Reading named values and putting them into a message; see input.h. */
#include "core/daemon/input.h"

#include "core/base/text.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim(struct span text)
{
    while (text.len && is_blank(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len && is_blank(text.at[text.len - 1]))
        text.len--;
    return text;
}

static enum error add(struct input *in, struct span name, struct span value, struct complaint *why)
{
    const char *kept_name = arena_text(&in->arena, name);
    const char *kept_value = arena_text(&in->arena, value);

    if (in->count == INPUT_PAIRS || !kept_name || !kept_value)
        return complain(why, ERROR_TOO_BIG, "There is too much on standard input.");
    in->pairs[in->count].name = kept_name;
    in->pairs[in->count].value = kept_value;
    in->count++;
    return ERROR_OK;
}

static enum error add_line(struct input *in, struct span line, size_t number, struct complaint *why)
{
    const uint8_t *colon;

    line = trim(line);
    if (!line.len || line.at[0] == '#')
        return ERROR_OK;
    colon = memchr(line.at, ':', line.len);
    if (!colon)
        return complain(why, ERROR_BAD_INPUT, "Line %zu is not of the form `name: value`.", number);
    return add(in, trim(span_of(line.at, (size_t)(colon - line.at))),
               trim(span_of(colon + 1, line.len - (size_t)(colon - line.at) - 1)), why);
}

static enum error parse_lines(struct input *in, struct span text, struct complaint *why)
{
    enum error e = ERROR_OK;
    for (size_t number = 1; text.len && e == ERROR_OK; number++) {
        const uint8_t *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) : text.len;
        e = add_line(in, span_of(text.at, len), number, why);
        len += end ? 1 : 0;
        text = span_of(text.at + len, text.len - len);
    }
    return e;
}

static enum error add_json(struct input *in, const char *name, const json_t *value,
                           struct complaint *why)
{
    char number[32];
    struct span text;

    if (json_is_string(value)) {
        text = span_of(json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        text = span_text(number);
    } else {
        return complain(why, ERROR_BAD_INPUT, "The value of %s must be text or a whole number.",
                        name);
    }
    return add(in, span_text(name), text, why);
}

static enum error parse_json(struct input *in, struct span text, struct complaint *why)
{
    json_error_t failed;
    json_t *root = json_loadb((const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &failed);
    enum error e = ERROR_OK;
    const char *name;
    json_t *value, *one;
    size_t i;

    if (!root || !json_is_object(root)) {
        json_decref(root);
        return complain(why, ERROR_BAD_INPUT, "Standard input is no JSON object: line %d: %s.",
                        failed.line, failed.text);
    }
    json_object_foreach(root, name, value)
    {
        if (e == ERROR_OK && !json_is_array(value))
            e = add_json(in, name, value, why);
        json_array_foreach(value, i, one) if (e == ERROR_OK) e = add_json(in, name, one, why);
    }
    json_decref(root);
    return e;
}

enum error input_parse(struct input *in, struct span text, struct complaint *why)
{
    size_t at = 0;
    in->count = 0;
    arena_init(&in->arena, 2 * (size_t)LIMIT_WIRE);
    while (at < text.len && (is_blank(text.at[at]) || text.at[at] == '\n'))
        at++;
    if (at < text.len && text.at[at] == '{')
        return parse_json(in, text, why);
    return parse_lines(in, text, why);
}

enum error input_read(struct input *in, int fd, struct complaint *why)
{
    uint8_t chunk[4096];
    struct buffer text;
    enum error e = ERROR_OK;
    ssize_t got;

    *in = (struct input) { .count = 0 };
    buffer_init(&text, LIMIT_WIRE);
    while (e == ERROR_OK && (got = read(fd, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        e = got < 0 ? complain(why, ERROR_IO, "Standard input cannot be read: %s.", strerror(errno))
                    : buffer_put(&text, span_of(chunk, (size_t)got));
    }
    if (e == ERROR_TOO_BIG)
        e = complain(why, e, "There is too much on standard input.");
    if (e == ERROR_OK)
        e = input_parse(in, buffer_span(&text), why);
    buffer_free(&text);
    return e;
}

void input_free(struct input *in)
{
    arena_free(&in->arena);
    in->count = 0;
}

const char *input_find(const struct input *in, const char *name)
{
    for (size_t i = 0; i < in->count; i++)
        if (strcmp(in->pairs[i].name, name) == 0)
            return in->pairs[i].value;
    return "";
}

static const struct wire_rule *find_rule(enum wire_type type, const char *name)
{
    const struct wire_shape *shape = wire_shape(type);
    for (size_t i = 0; i < shape->field_count; i++) {
        enum wire_field field = shape->fields[i].field;
        if (field != WIRE_F_ID && field != WIRE_F_TOKEN &&
            strcmp(wire_field_name(field), name) == 0)
            return &shape->fields[i];
    }
    return NULL;
}

static enum error put(struct wire_writer *w, enum wire_field field, const char *value,
                      struct complaint *why)
{
    uint64_t number;

    if (wire_field_kind(field) == WIRE_TEXT || wire_field_kind(field) == WIRE_LINES) {
        wire_put_text(w, field, value);
        return ERROR_OK;
    }
    if (wire_field_kind(field) != WIRE_NUMBER || text_to_u64(value, &number) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT, "%s must be a whole number.", wire_field_name(field));
    wire_put_number(w, field, number);
    return ERROR_OK;
}

enum error input_fill(const struct input *in, struct wire_writer *w, enum wire_type type,
                      struct complaint *why)
{
    const struct wire_shape *shape = wire_shape(type);

    for (size_t i = 0; i < in->count; i++) {
        const struct wire_rule *rule = find_rule(type, in->pairs[i].name);
        if (!rule && strcmp(in->pairs[i].name, "pin") == 0)
            continue;
        if (!rule)
            return complain(why, ERROR_BAD_INPUT, "\"%s\" is not asked for here; see --help.",
                            in->pairs[i].name);
        if (put(w, rule->field, in->pairs[i].value, why) != ERROR_OK)
            return ERROR_BAD_INPUT;
    }
    for (size_t i = 0; i < shape->field_count; i++) {
        const char *name = wire_field_name(shape->fields[i].field);
        if (shape->fields[i].how == '!' && find_rule(type, name) && !input_find(in, name)[0])
            return complain(why, ERROR_BAD_INPUT, "`%s: ...` is missing on standard input.", name);
    }
    return ERROR_OK;
}
