/* From a tree to records, for both dialects of XML. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_XML_RECORDS_H
#define PHIAL_INSTRUMENTS_MESSAGE_XML_RECORDS_H

#include "instruments/message/message.h"
#include "instruments/xml/xml_tree.h"

/* What a dialect makes of an element. */
struct xml_dialect {
    bool (*is_root)(const struct xml_node *root);
    bool (*is_record)(const struct xml_node *node);
    bool (*is_field)(const struct xml_node *node);
    const char *(*field_name)(const struct xml_node *node);
    /* The text that stands for the whole field. */
    const char *(*whole)(const struct xml_node *node, struct arena *arena);
};

/* Decodes the first document of `text`. */
enum error xml_records_decode(const struct xml_dialect *dialect, struct span text,
                              struct arena *arena, struct message *out, size_t *used,
                              struct complaint *why);

/* Writing: `<name` and the attributes are for the caller. */
enum error xml_put_attribute(struct buffer *out, const char *name, const char *value);
/* The root that a message's first record names, or NULL. */
const char *xml_message_root(const struct message *m);

#endif
