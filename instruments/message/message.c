/* Looking up places in a message, whatever the format. */
#include "instruments/message/message.h"

#include <string.h>

static struct message_repeat const *named_repeat(const struct message_record *record,
                                                 const char *field)
{
    for (size_t i = 0; i < record->field_count; i++)
        if (record->fields[i].name && strcmp(record->fields[i].name, field) == 0)
            return &record->fields[i].repeats[0];
    return NULL;
}

const char *message_named(const struct message_record *record, const char *field,
                          const char *component)
{
    const struct message_repeat *r = named_repeat(record, field);

    if (!r || !component)
        return r ? r->whole : "";
    for (size_t i = 0; r->names && i < r->component_count; i++)
        if (strcmp(r->names[i], component) == 0)
            return r->components[i];
    return "";
}

const char *message_at(const struct message_record *record, unsigned field, unsigned repeat,
                       unsigned component)
{
    const struct message_repeat *r;
    size_t index = repeat ? repeat - 1 : 0;

    if (field == 0 || field > record->field_count)
        return "";
    if (index >= record->fields[field - 1].repeat_count)
        return "";
    r = &record->fields[field - 1].repeats[index];
    if (component == 0)
        return r->whole;
    return component <= r->component_count ? r->components[component - 1] : "";
}
