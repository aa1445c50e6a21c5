/* JSON to packets and back, by the tables of the wire. */
#include "web/api.h"

#include "core/base/text.h"
#include "core/model/json_text.h"

#include <string.h>

enum error api_message_type(const char *name, enum wire_type *out)
{
    enum wire_type type;
    if (wire_type_parse(name, &type) != ERROR_OK || !(wire_shape(type)->senders & WIRE_CONTROL))
        return ERROR_NOT_FOUND;
    *out = type;
    return ERROR_OK;
}

enum error api_parse(struct span body, json_t **out, struct complaint *why)
{
    json_error_t error;
    json_t *parsed;

    if (body.len == 0) {
        parsed = json_object();
    } else {
        parsed = json_loadb((const char *)body.at, body.len, JSON_REJECT_DUPLICATES, &error);
        if (!parsed)
            return complain(why, ERROR_BAD_INPUT, "The request is not JSON (line %d: %s).",
                            error.line, error.text);
    }
    if (!json_is_object(parsed)) {
        json_decref(parsed);
        return complain(why, ERROR_BAD_INPUT, "The request must be one JSON object.");
    }
    *out = parsed;
    return ERROR_OK;
}

static const struct wire_rule *find_rule(const struct wire_shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->field_count; i++)
        if (strcmp(wire_field_name(shape->fields[i].field), name) == 0)
            return &shape->fields[i];
    return NULL;
}

static enum error put_text(struct wire_writer *w, enum wire_field field, json_t *value,
                           struct complaint *why)
{
    const char *name = wire_field_name(field);
    struct span text;

    if (!json_is_string(value))
        return complain(why, ERROR_BAD_INPUT, "%s must be a text.", name);
    text = span_of(json_string_value(value), json_string_length(value));
    if (text.len > wire_field_max(field))
        return complain(why, ERROR_BAD_INPUT, "%s is too long: at most %zu characters.", name,
                        wire_field_max(field));
    if (wire_field_kind(field) == WIRE_TEXT ? !text_is_plain(text)
                                            : memchr(text.at, '\0', text.len) != NULL)
        return complain(why, ERROR_BAD_INPUT, "%s holds a character that cannot be typed.", name);
    wire_put_text(w, field, json_string_value(value));
    return ERROR_OK;
}

static enum error put_number(struct wire_writer *w, enum wire_field field, json_t *value,
                             struct complaint *why)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return complain(why, ERROR_BAD_INPUT, "%s must be a whole number.", wire_field_name(field));
    wire_put_number(w, field, (uint64_t)json_integer_value(value));
    return ERROR_OK;
}

static enum error put_one(struct wire_writer *w, enum wire_field field, json_t *value,
                          struct complaint *why)
{
    switch (wire_field_kind(field)) {
    case WIRE_NUMBER:
        return put_number(w, field, value, why);
    case WIRE_TEXT:
    case WIRE_LINES:
        return put_text(w, field, value, why);
    case WIRE_BYTES:
    case WIRE_GROUP:
        break;
    }
    return complain(why, ERROR_BAD_INPUT, "%s cannot be sent by the page.", wire_field_name(field));
}

static enum error put_member(struct wire_writer *w, const struct wire_shape *shape,
                             const char *name, json_t *value, struct complaint *why)
{
    const struct wire_rule *rule = find_rule(shape, name);
    json_t *item;
    size_t i;

    if (!rule || rule->field == WIRE_F_ID || rule->field == WIRE_F_TOKEN)
        return complain(why, ERROR_BAD_INPUT, "This request has no member %s.", name);
    if (rule->how != '*' || !json_is_array(value))
        return put_one(w, rule->field, value, why);
    if (json_array_size(value) > LIMIT_LIST)
        return complain(why, ERROR_BAD_INPUT, "%s has too many values.", name);
    json_array_foreach(value, i, item)
    {
        enum error e = put_one(w, rule->field, item, why);
        if (e != ERROR_OK)
            return e;
    }
    return ERROR_OK;
}

static enum error check_needed(const struct wire_shape *shape, json_t *body, struct complaint *why)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        enum wire_field field = shape->fields[i].field;
        if (shape->fields[i].how == '!' && field != WIRE_F_ID && field != WIRE_F_TOKEN &&
            !json_object_get(body, wire_field_name(field)))
            return complain(why, ERROR_BAD_INPUT, "%s is missing.", wire_field_name(field));
    }
    return ERROR_OK;
}

enum error api_to_wire(enum wire_type type, json_t *body, uint64_t id, const char *token,
                       struct wire_writer *w, struct complaint *why)
{
    const struct wire_shape *shape = wire_shape(type);
    const char *name;
    json_t *value;
    enum error e = check_needed(shape, body, why);

    wire_begin(w, type);
    wire_put_number(w, WIRE_F_ID, id);
    if (find_rule(shape, wire_field_name(WIRE_F_TOKEN)))
        wire_put_text(w, WIRE_F_TOKEN, token);
    if (e != ERROR_OK)
        return e;
    json_object_foreach(body, name, value)
    {
        e = put_member(w, shape, name, value, why);
        if (e != ERROR_OK)
            return e;
    }
    return ERROR_OK;
}

static json_t *field_json(const struct wire_message *m, enum wire_field field)
{
    return wire_field_kind(field) == WIRE_NUMBER ? json_integer((json_int_t)wire_number(m, field))
                                                 : json_string(wire_text(m, field));
}

json_t *api_from_reply(const struct wire_message *reply)
{
    static const enum wire_field hidden[] = { WIRE_F_ID, WIRE_F_TOKEN, WIRE_F_PERSON,
                                              WIRE_F_STATUS };
    const struct wire_shape *shape = wire_shape(WIRE_REPLY);
    enum error status = (enum error)wire_number(reply, WIRE_F_STATUS);
    json_t *object =
        json_pack("{s:b,s:i,s:s}", "ok", status == ERROR_OK, "state", 0, "sentence", "");

    for (size_t i = 0; object && i < shape->field_count; i++) {
        enum wire_field field = shape->fields[i].field;
        bool shown = wire_has(reply, field);
        for (size_t h = 0; h < sizeof hidden / sizeof hidden[0]; h++)
            shown = shown && hidden[h] != field;
        if (shown &&
            json_object_set_new(object, wire_field_name(field), field_json(reply, field)) != 0) {
            json_decref(object);
            object = NULL; /* rather none than half a reply */
        }
    }
    return object;
}

unsigned api_http_status_of(enum error e)
{
    static const unsigned statuses[ERROR_COUNT] = {
        [ERROR_OK] = 200,      [ERROR_NO_MEMORY] = 503, [ERROR_BAD_INPUT] = 400,
        [ERROR_TOO_BIG] = 413, [ERROR_NOT_FOUND] = 404, [ERROR_CONFLICT] = 409,
        [ERROR_DENIED] = 403,  [ERROR_BUSY] = 503,      [ERROR_CLOSED] = 503,
        [ERROR_FULL] = 507,    [ERROR_IO] = 503,        [ERROR_UNSUPPORTED] = 501,
        [ERROR_BUG] = 500,
    };
    return (unsigned)e < ERROR_COUNT ? statuses[e] : 500;
}

unsigned api_http_status(const struct wire_message *reply)
{
    switch ((enum reply_state)wire_number(reply, WIRE_F_STATE)) {
    case REPLY_STATE_SIGN_IN:
        return 401;
    case REPLY_STATE_LOCKED:
        return 423;
    case REPLY_STATE_PLAIN:
    case REPLY_STATE_CHOOSE:
        break;
    }
    return api_http_status_of((enum error)wire_number(reply, WIRE_F_STATUS));
}

enum error api_print(json_t *object, struct buffer *out)
{
    return json_text_put(object, JSON_COMPACT, out);
}

enum error api_print_failure(struct buffer *out, enum error e, const char *sentence)
{
    return api_print(json_pack("{s:b,s:i,s:s}", "ok", 0, "state", 0, "sentence",
                               *sentence ? sentence : error_text(e)),
                     out);
}
