/* Walking the tree in document order and making records, fields and components of it. */
#include "instruments/message/xml_records.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/xml.h"
#include "instruments/message/xml_split.h"

struct walk {
    const struct xml_dialect *dialect;
    struct arena *arena;
    struct message_record *records;
    size_t count;
};

static const char *const text_name[] = { XML_TEXT_COMPONENT };
static const char *const value_name[] = { XML_VALUE_COMPONENT };

static enum error set_field(struct walk *w, struct message_field *out, const char *name,
                            const struct message_repeat *value, struct span raw)
{
    struct message_repeat *repeat = arena_take(w->arena, sizeof *repeat);
    if (!repeat)
        return ERROR_NO_MEMORY;
    *repeat = *value;
    *out =
        (struct message_field) { .raw = raw, .repeats = repeat, .repeat_count = 1, .name = name };
    return ERROR_OK;
}

/* A field of one text. */
static enum error set_simple(struct walk *w, struct message_field *out, const char *name,
                             const char *text, const char *const *component_name, struct span raw)
{
    const char **component = arena_take(w->arena, sizeof *component);
    struct message_repeat value;
    if (!component)
        return ERROR_NO_MEMORY;
    *component = text;
    value = (struct message_repeat) { component, 1, text, component_name };
    return set_field(w, out, name, &value, raw);
}

/* An element as a field: attributes, inner elements, text. */
static enum error set_element(struct walk *w, struct message_field *out,
                              const struct xml_node *node)
{
    size_t count = node->attribute_count + node->child_count + 1, at = 0;
    const char **components = arena_take(w->arena, count * sizeof *components);
    const char **names = arena_take(w->arena, count * sizeof *names);
    const char *whole = w->dialect->whole(node, w->arena);
    struct message_repeat value;

    if (!components || !names || !whole)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < node->attribute_count; i++, at++) {
        names[at] = node->attributes[i].name;
        components[at] = node->attributes[i].value;
    }
    for (const struct xml_node *c = node->children; c; c = c->next, at++) {
        names[at] = c->name;
        components[at] = w->dialect->whole(c, w->arena);
        if (!components[at])
            return ERROR_NO_MEMORY;
    }
    names[at] = XML_TEXT_COMPONENT;
    components[at] = node->text;
    value = (struct message_repeat) { components, count, whole, names };
    return set_field(w, out, w->dialect->field_name(node), &value, node->raw);
}

static enum error fill_fields(struct walk *w, struct message_record *out,
                              const struct xml_node *node)
{
    size_t count = node->attribute_count + node->child_count + 1;
    enum error e = ERROR_OK;

    out->fields = arena_take(w->arena, count * sizeof *out->fields);
    if (!out->fields)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < node->attribute_count && e == ERROR_OK; i++)
        e = set_simple(w, &out->fields[out->field_count++], node->attributes[i].name,
                       node->attributes[i].value, value_name, node->raw);
    for (const struct xml_node *c = node->children; c && e == ERROR_OK; c = c->next)
        if (w->dialect->is_field(c))
            e = set_element(w, &out->fields[out->field_count++], c);
    if (*node->text && e == ERROR_OK)
        e = set_simple(w, &out->fields[out->field_count++], XML_TEXT_COMPONENT, node->text,
                       text_name, node->raw);
    return e;
}

static void set_type(struct message_record *out, const char *name)
{
    size_t len = strlen(name) < sizeof out->type - 1 ? strlen(name) : sizeof out->type - 1;
    while (len && ((uint8_t)name[len] & 0xc0) == 0x80) /* not within a character */
        len--;
    memcpy(out->type, name, len);
    out->type[len] = '\0';
}

static enum error put_root(struct walk *w, const struct xml_node *root)
{
    struct message_record *out = &w->records[w->count++];
    set_type(out, XML_RECORD);
    out->raw = root->raw;
    out->fields = arena_take(w->arena, sizeof *out->fields);
    if (!out->fields)
        return ERROR_NO_MEMORY;
    out->field_count = 1;
    return set_simple(w, &out->fields[0], XML_ROOT, root->name, text_name, root->raw);
}

static enum error put_records(struct walk *w, const struct xml_node *root)
{
    enum error e = put_root(w, root);
    for (const struct xml_node *node = root; node && e == ERROR_OK; node = xml_walk(root, node)) {
        struct message_record *out = &w->records[w->count];
        if (!w->dialect->is_record(node))
            continue;
        set_type(out, node->name);
        out->raw = node->raw;
        out->depth = node->depth;
        e = fill_fields(w, out, node);
        w->count++;
    }
    return e;
}

static enum error make_message(const struct xml_dialect *dialect, const struct xml_node *root,
                               struct arena *arena, struct message *out, struct complaint *why)
{
    struct walk w = { .dialect = dialect, .arena = arena };
    size_t count = 1;
    enum error e;
    const struct xml_node *node = root;

    do
        count += dialect->is_record(node);
    while ((node = xml_walk(root, node)) != NULL);
    if (count > LIMIT_RECORDS)
        return complain(why, ERROR_TOO_BIG, "The message has more than %d records.", LIMIT_RECORDS);
    w.records = arena_take(arena, count * sizeof *w.records);
    e = w.records ? put_records(&w, root) : ERROR_NO_MEMORY;
    if (e != ERROR_OK)
        return complain(why, e, "The message needs more memory to decode than it may have.");
    *out = (struct message) { w.records, w.count };
    return ERROR_OK;
}

/* Where the first document ends. Two bytes a character: the text is one document. */
static size_t first_document(struct span text)
{
    size_t len = text.len;
    if (!xml_is_wide(text) && xml_split(text, &len) != XML_WHOLE)
        return text.len;
    return len;
}

static bool is_filler(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\0';
}

static const struct xml_rules message_rules = {
    .bytes = LIMIT_MESSAGE,
    .elements = LIMIT_XML_ELEMENTS,
    .attributes = LIMIT_XML_ATTRIBUTES,
};

enum error xml_records_decode(const struct xml_dialect *dialect, struct span text,
                              struct arena *arena, struct message *out, size_t *used,
                              struct complaint *why)
{
    struct xml_node *root;
    size_t len = first_document(text);
    enum error e = xml_tree_read(span_of(text.at, len), &message_rules, arena, &root, why);

    if (e != ERROR_OK)
        return e;
    if (!dialect->is_root(root))
        return complain(why, ERROR_BAD_INPUT,
                        "The XML document is no message of POCT1-A: its root is called %.60s.",
                        root->name);
    e = make_message(dialect, root, arena, out, why);
    if (e != ERROR_OK)
        return e;
    while (len < text.len && is_filler(text.at[len]))
        len++;
    *used = len;
    return ERROR_OK;
}

static const char *entity_of(char c)
{
    static const struct {
        char c;
        const char *entity;
    } table[] = {
        { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&apos;" },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].c == c)
            return table[i].entity;
    return NULL;
}

enum error xml_put_text(struct buffer *out, const char *text)
{
    enum error e = ERROR_OK;
    for (; *text && e == ERROR_OK; text++) {
        const char *entity = entity_of(*text);
        if (entity)
            e = buffer_put_text(out, entity);
        else
            e = buffer_put_byte(out, (uint8_t)*text < ' ' ? ' ' : (uint8_t)*text);
    }
    return e;
}

enum error xml_put_attribute(struct buffer *out, const char *name, const char *value)
{
    enum error e = buffer_put_format(out, " %s=\"", name);
    if (e == ERROR_OK)
        e = xml_put_text(out, value);
    return e == ERROR_OK ? buffer_put_byte(out, '"') : e;
}

const char *xml_message_root(const struct message *m)
{
    const char *root;
    if (m->record_count == 0 || strcmp(m->records[0].type, XML_RECORD) != 0)
        return NULL;
    root = message_named(&m->records[0], XML_ROOT, NULL);
    return *root ? root : NULL;
}
