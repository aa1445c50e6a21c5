/* Composing HL7 version 2: segments of values, and whole messages from their trees. */
#include "core/base/text.h"
#include "instruments/message/hl7.h"

static enum error put_escape(struct buffer *out, const struct hl7_delimiters *d, const char *body)
{
    return buffer_put_format(out, "%c%s%c", d->escape, body, d->escape);
}

/* The escape's name of a delimiter, or NULL. */
static const char *escape_name(const struct hl7_delimiters *d, char c)
{
    if (c == d->field)
        return "F";
    if (c == d->component)
        return "S";
    if (c == d->repeat)
        return "R";
    if (c == d->escape)
        return "E";
    return c == d->subcomponent ? "T" : NULL;
}

static enum error put_character(struct buffer *out, const struct hl7_delimiters *d, char c)
{
    const char *name = escape_name(d, c);
    if (name)
        return put_escape(out, d, name);
    if ((uint8_t)c < 0x20 || c == 0x7f)
        return buffer_put_format(out, "%cX%02X%c", d->escape, (unsigned)(uint8_t)c, d->escape);
    return buffer_put_byte(out, (uint8_t)c);
}

static enum error put_text(struct buffer *out, const struct hl7_delimiters *d, const char *text)
{
    enum error e = ERROR_OK;
    for (; *text && e == ERROR_OK; text++)
        e = put_character(out, d, *text);
    return e;
}

/* The same for a value in which the marks of hl7.h separate parts. */
static enum error put_value(struct buffer *out, const struct hl7_delimiters *d, const char *text)
{
    enum error e = ERROR_OK;
    for (; text && *text && e == ERROR_OK; text++) {
        if (*text == HL7_NEXT_COMPONENT[0])
            e = buffer_put_byte(out, (uint8_t)d->component);
        else if (*text == HL7_NEXT_REPEAT[0])
            e = buffer_put_byte(out, (uint8_t)d->repeat);
        else if (*text == HL7_NEXT_SUBCOMPONENT[0])
            e = buffer_put_byte(out, (uint8_t)d->subcomponent);
        else
            e = put_character(out, d, *text);
    }
    return e;
}

static enum error put_delimiters(struct buffer *out, const struct hl7_delimiters *d)
{
    char named[5] = { d->field, d->component, d->repeat, d->escape, d->subcomponent };
    return buffer_put(out, span_of(named, sizeof named));
}

enum error hl7_put_segment(struct buffer *out, const struct hl7_delimiters *d,
                           const char *const *values, size_t count)
{
    bool header = count && strcmp(values[0], "MSH") == 0;
    size_t before = out->len;
    enum error e = buffer_put_text(out, values[0]);

    while (count > 1 && text_empty(values[count - 1]))
        count--;
    if (header && e == ERROR_OK)
        e = put_delimiters(out, d);
    for (size_t i = header ? 3 : 1; i < count && e == ERROR_OK; i++) {
        e = buffer_put_byte(out, (uint8_t)d->field);
        if (e == ERROR_OK)
            e = put_value(out, d, values[i]);
    }
    if (e == ERROR_OK)
        e = buffer_put_byte(out, '\r');
    if (e != ERROR_OK)
        out->len = before;
    return e;
}

static enum error put_repeat(struct buffer *out, const struct hl7_delimiters *d,
                             const struct message_repeat *r)
{
    size_t count = r->component_count;
    enum error e = ERROR_OK;
    while (count > 1 && !*r->components[count - 1])
        count--;
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        if (i)
            e = buffer_put_byte(out, (uint8_t)d->component);
        if (e == ERROR_OK)
            e = put_text(out, d, r->components[i]);
    }
    return e;
}

static enum error put_field(struct buffer *out, const struct hl7_delimiters *d,
                            const struct message_field *f)
{
    enum error e = ERROR_OK;
    for (size_t i = 0; i < f->repeat_count && e == ERROR_OK; i++) {
        if (i)
            e = buffer_put_byte(out, (uint8_t)d->repeat);
        if (e == ERROR_OK)
            e = put_repeat(out, d, &f->repeats[i]);
    }
    return e;
}

static bool field_is_empty(const struct message_field *f)
{
    return f->repeat_count == 1 && f->repeats[0].component_count == 1 &&
           !*f->repeats[0].components[0];
}

static enum error put_record(struct buffer *out, const struct hl7_delimiters *d,
                             const struct message_record *r)
{
    bool header = strcmp(r->type, "MSH") == 0;
    size_t count = r->field_count;
    enum error e = buffer_put_text(out, r->type);

    while (count && field_is_empty(&r->fields[count - 1]))
        count--;
    if (header && e == ERROR_OK)
        e = put_delimiters(out, d);
    for (size_t i = header ? 2 : 0; i < count && e == ERROR_OK; i++) {
        e = buffer_put_byte(out, (uint8_t)d->field);
        if (e == ERROR_OK)
            e = put_field(out, d, &r->fields[i]);
    }
    return e == ERROR_OK ? buffer_put_byte(out, '\r') : e;
}

/* The delimiters that the tree's own MSH names, else the standard's. */
static struct hl7_delimiters tree_delimiters(const struct message *m)
{
    struct hl7_delimiters d = hl7_delimiters_standard();
    const char *field = m->record_count ? message_at(&m->records[0], 1, 1, 1) : "";
    const char *named = m->record_count ? message_at(&m->records[0], 2, 1, 1) : "";

    if (!m->record_count || strcmp(m->records[0].type, "MSH") != 0 || strlen(field) != 1 ||
        strlen(named) < 4)
        return d;
    return (struct hl7_delimiters) { field[0], named[0], named[1], named[2], named[3] };
}

enum error hl7_encode(const struct message *m, struct buffer *out)
{
    struct hl7_delimiters d = tree_delimiters(m);
    size_t before = out->len;
    enum error e = ERROR_OK;
    for (size_t i = 0; i < m->record_count && e == ERROR_OK; i++)
        e = put_record(out, &d, &m->records[i]);
    if (e != ERROR_OK)
        out->len = before;
    return e;
}
