/* Any XML document, to records and back; see the header. */
#include "instruments/message/xml.h"

#include "core/base/text.h"
#include "instruments/message/xml_records.h"

static bool any_root(const struct xml_node *root)
{
    (void)root;
    return true;
}

static bool is_record(const struct xml_node *node)
{
    return node->children || node->attribute_count || !node->parent;
}

static bool is_field(const struct xml_node *node)
{
    return !node->children;
}

static const char *field_name(const struct xml_node *node)
{
    return node->name;
}

static const char *whole(const struct xml_node *node, struct arena *arena)
{
    (void)arena;
    return !*node->text && node->attribute_count == 1 ? node->attributes[0].value : node->text;
}

enum error xml_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                      struct complaint *why)
{
    static const struct xml_dialect dialect = { any_root, is_record, is_field, field_name, whole };
    return xml_records_decode(&dialect, text, arena, out, used, why);
}

static bool is_attribute(const struct message_field *f)
{
    const struct message_repeat *r = &f->repeats[0];
    return r->names && r->component_count == 1 && strcmp(r->names[0], XML_VALUE_COMPONENT) == 0;
}

static bool is_named(const struct message_repeat *r, size_t i, const char *name)
{
    return r->names && r->names[i] && strcmp(r->names[i], name) == 0;
}

/* `<name a="b">text</name>` */
static enum error put_field(const struct message_field *f, struct buffer *out)
{
    const struct message_repeat *r = &f->repeats[0];
    const char *text = r->names ? "" : r->whole;
    enum error e = buffer_put_format(out, "<%s", f->name);
    for (size_t i = 0; r->names && i < r->component_count && e == ERROR_OK; i++)
        if (is_named(r, i, XML_TEXT_COMPONENT) || !r->names[i])
            text = r->components[i];
        else
            e = xml_put_attribute(out, r->names[i], r->components[i]);
    if (e == ERROR_OK)
        e = buffer_put_byte(out, '>');
    if (e == ERROR_OK)
        e = xml_put_text(out, text);
    return e == ERROR_OK ? buffer_put_format(out, "</%s>", f->name) : e;
}

/* An element with attributes is a field of its parent and a record: it is written once. */
static bool is_record_too(const struct message *m, const struct message_field *f)
{
    for (size_t i = 1; i < m->record_count && f->repeats[0].component_count > 1; i++)
        if (strcmp(m->records[i].type, f->name) == 0)
            return true;
    return false;
}

/* Attributes belong into the start tag, all else behind it. */
static enum error put_record(const struct message *m, const struct message_record *r,
                             struct buffer *out)
{
    enum error e = buffer_put_format(out, "<%s", r->type);
    for (size_t i = 0; i < r->field_count && e == ERROR_OK; i++)
        if (is_attribute(&r->fields[i]))
            e = xml_put_attribute(out, r->fields[i].name, r->fields[i].repeats[0].whole);
    if (e == ERROR_OK)
        e = buffer_put_byte(out, '>');
    for (size_t i = 0; i < r->field_count && e == ERROR_OK; i++)
        if (strcmp(r->fields[i].name, XML_TEXT_COMPONENT) == 0)
            e = xml_put_text(out, r->fields[i].repeats[0].whole);
        else if (!is_attribute(&r->fields[i]) && !is_record_too(m, &r->fields[i]))
            e = put_field(&r->fields[i], out);
    return e;
}

enum error xml_encode(const struct message *m, struct buffer *out)
{
    const char *root = xml_message_root(m);
    size_t before = out->len, first = 1;
    enum error e;
    if (!root)
        return ERROR_BAD_INPUT;
    if (m->record_count > 1 && strcmp(m->records[1].type, root) == 0)
        first = 2;
    e = first == 2 ? put_record(m, &m->records[1], out) : buffer_put_format(out, "<%s>", root);
    for (size_t i = first; i < m->record_count && e == ERROR_OK; i++) {
        e = put_record(m, &m->records[i], out);
        if (e == ERROR_OK)
            e = buffer_put_format(out, "</%s>", m->records[i].type);
    }
    if (e == ERROR_OK)
        e = buffer_put_format(out, "</%s>\n", root);
    if (e != ERROR_OK)
        out->len = before;
    return e;
}
