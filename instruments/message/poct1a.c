/* POCT1-A documents to records and back (devices.md 5.3); see xml.h. */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/xml.h"
#include "instruments/message/xml_records.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* `OBS.R01`, and vendors' own such as `DTV.SIEM.DVCMD`. */
static bool is_root(const struct xml_node *root)
{
    const char *n = root->name;
    return is_upper(n[0]) && is_upper(n[1]) && is_upper(n[2]) && n[3] == '.' && is_upper(n[4]);
}

static const char *behind_dot(const struct xml_node *node)
{
    const char *dot = strchr(node->name, '.');
    return dot && dot[1] ? dot + 1 : node->name;
}

static bool has_dot(const struct xml_node *node)
{
    return strchr(node->name, '.') != NULL;
}

static bool is_aggregate(const struct xml_node *node)
{
    for (const struct xml_node *up = node->parent; up; up = up->parent)
        if (up->parent && has_dot(up))
            return false; /* within a field */
    return node->parent && !has_dot(node);
}

static const char *attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (strcmp(node->attributes[i].name, name) == 0)
            return node->attributes[i].value;
    return "";
}

static const char *own_text(const struct xml_node *node)
{
    const char *v = attribute(node, "V");
    return *v ? v : node->text;
}

/* `<PT.name><FAM V="A"/><GIV V="B"/></PT.name>` as `A^B`. */
static const char *joined(const struct xml_node *node, struct arena *arena)
{
    size_t size = 1, len = 0;
    char *text;
    for (const struct xml_node *c = node->children; c; c = c->next)
        size += strlen(own_text(c)) + 1;
    text = arena_take(arena, size);
    if (!text)
        return NULL;
    for (const struct xml_node *c = node->children; c; c = c->next) {
        const char *part = own_text(c);
        if (c != node->children)
            text[len++] = '^';
        memcpy(text + len, part, strlen(part) + 1);
        len += strlen(part);
    }
    return text;
}

static const char *whole(const struct xml_node *node, struct arena *arena)
{
    const char *text = own_text(node);
    return *text || !node->children ? text : joined(node, arena);
}

enum error poct1a_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                         struct complaint *why)
{
    static const struct xml_dialect dialect = { is_root, is_aggregate, has_dot, behind_dot, whole };
    return xml_records_decode(&dialect, text, arena, out, used, why);
}

/* Which aggregates an aggregate stands in, the closest first. What is not here, and what finds
 * none of them open, stands right below the root. */
static const struct {
    const char *type;
    const char *within[5];
} places[] = {
    { "DCP", { "DEV" } },
    { "DSC", { "DEV" } },
    { "PT", { "SVC" } },
    { "CTC", { "SVC" } },
    { "OBS", { "PT", "CTC", "SVC" } },
    { "NTE", { "OBS", "PT", "CTC", "SVC", "EVT" } },
    { "OPR", { "SVC", "EVT" } },
    { "ORD", { "SVC" } },
    { "SPC", { "SVC" } },
    { "RGT", { "SVC" } },
    { "TM", { "DTV" } },
    { "ACC", { "OPR" } },
};

struct writer {
    struct buffer *out;
    const char *open[LIMIT_XML_DEPTH]; /* [0] is the root */
    unsigned count;
    enum error error;
};

static void put(struct writer *w, const char *before, const char *text, const char *behind)
{
    if (w->error == ERROR_OK)
        w->error = buffer_put_format(w->out, "%s%s%s", before, text, behind);
}

static unsigned depth_of(const struct writer *w, const char *type)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (size_t k = 0; k < 5 && places[i].within[k]; k++)
            for (unsigned at = w->count; at > 1 && strcmp(places[i].type, type) == 0; at--)
                if (strcmp(w->open[at - 1], places[i].within[k]) == 0)
                    return at;
    return 1;
}

static void close_down_to(struct writer *w, unsigned count)
{
    while (w->count > count)
        put(w, "</", w->open[--w->count], ">");
}

static bool is_inner(const char *name)
{
    static const char *const inner[] = { "FAM", "GIV", "MID", "SFX", "PFX", "DEG" };
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++)
        if (strcmp(inner[i], name) == 0)
            return true;
    return false;
}

static void put_attributes(struct writer *w, const struct message_repeat *r)
{
    if (!r->names && w->error == ERROR_OK)
        w->error = xml_put_attribute(w->out, "V", r->whole);
    for (size_t i = 0; r->names && i < r->component_count && w->error == ERROR_OK; i++) {
        const char *name = r->names[i] ? r->names[i] : "V";
        if (r->components[i] && strcmp(name, XML_TEXT_COMPONENT) != 0 && !is_inner(name))
            w->error = xml_put_attribute(w->out, name, r->components[i]);
    }
}

static void put_inner(struct writer *w, const char *name, const char *value)
{
    put(w, "<", name, "");
    if (w->error == ERROR_OK)
        w->error = xml_put_attribute(w->out, "V", value);
    put(w, "", "/>", "");
}

static void put_content(struct writer *w, const struct message_repeat *r)
{
    for (size_t i = 0; r->names && i < r->component_count && w->error == ERROR_OK; i++) {
        if (!r->names[i] || !r->components[i])
            continue;
        if (is_inner(r->names[i]))
            put_inner(w, r->names[i], r->components[i]);
        else if (strcmp(r->names[i], XML_TEXT_COMPONENT) == 0)
            w->error = xml_put_text(w->out, r->components[i]);
    }
}

static bool has_content(const struct message_repeat *r)
{
    for (size_t i = 0; r->names && i < r->component_count; i++) {
        const char *name = r->names[i] ? r->names[i] : "V";
        bool inside = is_inner(name) || strcmp(name, XML_TEXT_COMPONENT) == 0;
        if (inside && !text_empty(r->components[i]))
            return true;
    }
    return false;
}

static void put_field(struct writer *w, const char *type, const struct message_field *f)
{
    if (!f->name)
        return;
    put(w, "<", type, ".");
    put(w, "", f->name, "");
    put_attributes(w, &f->repeats[0]);
    if (!has_content(&f->repeats[0])) {
        put(w, "", "", "/>");
        return;
    }
    put(w, "", "", ">");
    put_content(w, &f->repeats[0]);
    put(w, "</", type, ".");
    put(w, "", f->name, ">");
}

static void put_record(struct writer *w, const struct message_record *r)
{
    unsigned depth = r->depth ? r->depth : depth_of(w, r->type);
    close_down_to(w, depth);
    if (w->count == LIMIT_XML_DEPTH && w->error == ERROR_OK)
        w->error = ERROR_TOO_BIG;
    if (w->error != ERROR_OK)
        return;
    put(w, "<", r->type, ">");
    w->open[w->count++] = r->type;
    for (size_t i = 0; i < r->field_count; i++)
        put_field(w, r->type, &r->fields[i]);
}

enum error poct1a_encode(const struct message *m, struct buffer *out)
{
    const char *root = xml_message_root(m);
    struct writer w = { .out = out, .error = ERROR_OK };
    size_t before = out->len;

    if (!root)
        return ERROR_BAD_INPUT;
    put(&w, "<", root, ">");
    w.open[w.count++] = root;
    for (size_t i = 1; i < m->record_count; i++)
        put_record(&w, &m->records[i]);
    close_down_to(&w, 0);
    put(&w, "", "", "\n");
    if (w.error != ERROR_OK)
        out->len = before;
    return w.error;
}
