/* Writing, checking and reading the packets between processes; see wire.h for the layout. */
#include "core/model/wire.h"

#include "core/base/text.h"

#include <string.h>

enum { HEAD_TYPE = 2, HEAD_FIELD = 6 };

struct field_kind {
    const char *name;
    enum wire_kind kind;
    size_t max;
};

#define WIRE_FIELD_ROW(name, text, kind, max) { text, WIRE_##kind, max },
static const struct field_kind field_kinds[] = { WIRE_FIELDS(WIRE_FIELD_ROW) };
#undef WIRE_FIELD_ROW

#define WIRE_NAME(name, text) text,
static const char *const type_names[] = { WIRE_MESSAGES(WIRE_NAME) };
static const char *const ending_texts[] = { SESSION_END_TABLE(WIRE_NAME) };
#undef WIRE_NAME

const char *wire_type_name(enum wire_type type)
{
    return (unsigned)type < WIRE_TYPE_COUNT ? type_names[type] : "";
}

const char *wire_field_name(enum wire_field field)
{
    return (unsigned)field < WIRE_FIELD_COUNT ? field_kinds[field].name : "";
}

enum wire_kind wire_field_kind(enum wire_field field)
{
    return field_kinds[field].kind;
}

size_t wire_field_max(enum wire_field field)
{
    return field_kinds[field].max;
}

const char *session_end_text(enum session_end how)
{
    return (unsigned)how < SESSION_END_COUNT ? ending_texts[how] : "";
}

enum error wire_type_parse(const char *name, enum wire_type *out)
{
    for (unsigned i = 0; i < WIRE_TYPE_COUNT; i++)
        if (strcmp(name, type_names[i]) == 0) {
            *out = (enum wire_type)i;
            return ERROR_OK;
        }
    return ERROR_NOT_FOUND;
}

/* Numbers in packets are little-endian, written byte by byte so that no host matters. */
static void store_le(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t load_le(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i > 0; i--)
        value = value << 8 | at[i - 1];
    return value;
}

void wire_begin(struct wire_writer *w, enum wire_type type)
{
    uint8_t head[HEAD_TYPE];
    buffer_init(&w->out, LIMIT_WIRE);
    w->group = 0;
    store_le(head, type, sizeof head);
    w->error = buffer_put(&w->out, span_of(head, sizeof head));
}

static void put_field(struct wire_writer *w, enum wire_field field, struct span content)
{
    uint8_t head[HEAD_FIELD];
    if (w->error != ERROR_OK)
        return;
    store_le(head, field, 2);
    store_le(head + 2, content.len, 4);
    w->error = buffer_put(&w->out, span_of(head, sizeof head));
    if (w->error == ERROR_OK)
        w->error = buffer_put(&w->out, content);
}

void wire_put_number(struct wire_writer *w, enum wire_field field, uint64_t value)
{
    uint8_t bytes[8];
    store_le(bytes, value, sizeof bytes);
    put_field(w, field, span_of(bytes, sizeof bytes));
}

void wire_put_text(struct wire_writer *w, enum wire_field field, const char *text)
{
    put_field(w, field, span_of(text ? text : "", text ? strlen(text) + 1 : 1));
}

void wire_put_bytes(struct wire_writer *w, enum wire_field field, struct span bytes)
{
    put_field(w, field, bytes);
}

void wire_open_group(struct wire_writer *w, enum wire_field field)
{
    if (w->group && w->error == ERROR_OK)
        w->error = ERROR_BUG;
    w->group = w->out.len + 2;
    put_field(w, field, span_of(NULL, 0));
}

void wire_close_group(struct wire_writer *w)
{
    if (!w->group && w->error == ERROR_OK)
        w->error = ERROR_BUG;
    if (w->error == ERROR_OK)
        store_le(w->out.at + w->group, w->out.len - w->group - 4, 4);
    w->group = 0;
}

enum error wire_finish(struct wire_writer *w, struct span *packet)
{
    if (w->group && w->error == ERROR_OK)
        w->error = ERROR_BUG;
    if (w->error == ERROR_OK)
        *packet = buffer_span(&w->out);
    return w->error;
}

void wire_free(struct wire_writer *w)
{
    buffer_free(&w->out);
}

/* Cuts the next field off `rest`; false at the end or when it is cut short. */
static bool next_field(struct span *rest, unsigned *field, struct span *content)
{
    size_t len;
    if (rest->len < HEAD_FIELD)
        return false;
    len = (size_t)load_le(rest->at + 2, 4);
    if (len > rest->len - HEAD_FIELD)
        return false;
    *field = (unsigned)load_le(rest->at, 2);
    *content = span_of(rest->at + HEAD_FIELD, len);
    *rest = span_of(rest->at + HEAD_FIELD + len, rest->len - HEAD_FIELD - len);
    return true;
}

static bool text_fits(struct span content, size_t max, bool lines)
{
    if (content.len == 0 || content.at[content.len - 1] != '\0' || content.len - 1 > max)
        return false;
    content.len--;
    if (!lines)
        return text_is_plain(content);
    return text_is_utf8(content) && (!content.len || !memchr(content.at, '\0', content.len));
}

static bool content_fits(enum wire_field field, struct span content)
{
    const struct field_kind *kind = &field_kinds[field];
    switch (kind->kind) {
    case WIRE_NUMBER:
        return content.len == 8;
    case WIRE_TEXT:
        return text_fits(content, kind->max, false);
    case WIRE_LINES:
        return text_fits(content, kind->max, true);
    case WIRE_BYTES:
    case WIRE_GROUP:
        return content.len <= kind->max;
    }
    return false;
}

static const struct wire_rule *find_rule(const struct wire_shape *shape, unsigned field,
                                         size_t *index)
{
    for (size_t i = 0; i < shape->field_count; i++)
        if ((unsigned)shape->fields[i].field == field) {
            *index = i;
            return &shape->fields[i];
        }
    return NULL;
}

static enum error check_fields(struct span rest, const struct wire_shape *shape, const char *name,
                               struct complaint *why);

/* Checks one field against the shape; counts[] says how often each was seen. */
static enum error check_field(const struct wire_shape *shape, unsigned field, struct span content,
                              unsigned counts[WIRE_FIELDS_MAX], const char *name,
                              struct complaint *why)
{
    size_t index = 0;
    const struct wire_rule *rule = find_rule(shape, field, &index);
    if (!rule)
        return complain(why, ERROR_BAD_INPUT, "The message %s may not hold field %u.", name, field);
    if (counts[index]++ && rule->how != '*')
        return complain(why, ERROR_BAD_INPUT, "The message %s holds %s twice.", name,
                        wire_field_name(rule->field));
    if (!content_fits(rule->field, content))
        return complain(why, ERROR_BAD_INPUT, "The field %s of the message %s is malformed.",
                        wire_field_name(rule->field), name);
    if (wire_field_kind(rule->field) == WIRE_GROUP)
        return check_fields(content, wire_result_shape(), name, why);
    return ERROR_OK;
}

static enum error check_fields(struct span rest, const struct wire_shape *shape, const char *name,
                               struct complaint *why)
{
    unsigned counts[WIRE_FIELDS_MAX] = { 0 };
    unsigned field = 0;
    struct span content;
    size_t seen = 0;

    while (next_field(&rest, &field, &content)) {
        enum error e = ++seen > LIMIT_WIRE_FIELDS
                           ? complain(why, ERROR_BAD_INPUT, "The message %s is too long.", name)
                           : check_field(shape, field, content, counts, name, why);
        if (e != ERROR_OK)
            return e;
    }
    if (rest.len)
        return complain(why, ERROR_BAD_INPUT, "The message %s is cut short.", name);
    for (size_t i = 0; i < shape->field_count; i++)
        if (shape->fields[i].how == '!' && !counts[i])
            return complain(why, ERROR_BAD_INPUT, "The message %s lacks %s.", name,
                            wire_field_name(shape->fields[i].field));
    return ERROR_OK;
}

enum error wire_read(struct span packet, enum wire_side from, struct wire_message *m,
                     struct complaint *why)
{
    unsigned type;
    struct span fields;
    enum error e;

    if (packet.len < HEAD_TYPE || packet.len > LIMIT_WIRE)
        return complain(why, ERROR_BAD_INPUT, "A message of %zu bytes is no message.", packet.len);
    type = (unsigned)load_le(packet.at, HEAD_TYPE);
    if (type >= WIRE_TYPE_COUNT || !(wire_shape((enum wire_type)type)->senders & from))
        return complain(why, ERROR_BAD_INPUT, "A message of type %u may not come from there.",
                        type);
    fields = span_of(packet.at + HEAD_TYPE, packet.len - HEAD_TYPE);
    e = check_fields(fields, wire_shape((enum wire_type)type), type_names[type], why);
    if (e != ERROR_OK)
        return e;
    *m = (struct wire_message) { (enum wire_type)type, fields };
    return ERROR_OK;
}

bool wire_next(const struct wire_message *m, enum wire_field field, size_t *at,
               struct span *content)
{
    struct span rest;
    unsigned found;

    if (*at >= m->fields.len) /* also of a message without fields: its bytes are nowhere */
        return false;
    rest = span_of(m->fields.at + *at, m->fields.len - *at);
    while (next_field(&rest, &found, content)) {
        *at = m->fields.len - rest.len;
        if (found == (unsigned)field)
            return true;
    }
    return false;
}

bool wire_has(const struct wire_message *m, enum wire_field field)
{
    size_t at = 0;
    struct span content;
    return wire_next(m, field, &at, &content);
}

uint64_t wire_number(const struct wire_message *m, enum wire_field field)
{
    size_t at = 0;
    struct span content;
    return wire_next(m, field, &at, &content) ? load_le(content.at, 8) : 0;
}

const char *wire_text(const struct wire_message *m, enum wire_field field)
{
    size_t at = 0;
    struct span content;
    return wire_next(m, field, &at, &content) ? (const char *)content.at : "";
}

struct span wire_bytes(const struct wire_message *m, enum wire_field field)
{
    size_t at = 0;
    struct span content;
    return wire_next(m, field, &at, &content) ? content : span_of(NULL, 0);
}

struct wire_message wire_group(struct span content)
{
    return (struct wire_message) { WIRE_TYPE_COUNT, content };
}
