/*
 * An XML document as a tree, by expat. For this folder only.
 *
 * No DTD and so no entities but the five that XML itself has; depth, elements and attributes are
 * limited. Text that is not in the encoding that the document names (or in none that is known
 * here) is read as text_from_device reads it. Everything lives in the arena.
 */
#ifndef PHIAL_INSTRUMENTS_MESSAGE_XML_TREE_H
#define PHIAL_INSTRUMENTS_MESSAGE_XML_TREE_H

#include "core/base/arena.h"
#include "core/base/error.h"

struct xml_attribute {
    const char *name, *value;
};

struct xml_node {
    const char *name; /* without its namespace prefix */
    const struct xml_attribute *attributes;
    size_t attribute_count;
    const char *text; /* its own, without the blanks and line ends around; "" for none */
    struct xml_node *parent, *children, *next; /* next: of the same parent */
    struct xml_node *last;                     /* of the children */
    size_t child_count;
    unsigned depth;  /* 0 for the root */
    struct span raw; /* from its start tag to its end tag */
};

/* Whether the text has two bytes for a character (UTF-16). */
bool xml_is_wide(struct span text);

/* Reads exactly one document; blanks around it are forgiven. ERROR_BAD_INPUT when it is not
 * well-formed, ERROR_TOO_BIG past a limit; `why` may be NULL. */
enum error xml_tree_read(struct span document, struct arena *arena, struct xml_node **root,
                         struct complaint *why);

#endif
