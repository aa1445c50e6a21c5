/*
 * An XML document as a tree, by expat, for whoever reads XML that a device made.
 *
 * Nothing is ever loaded, and no entity is known but the five that XML itself has: a document that
 * declares others, or refers to others, is refused, so that nothing can grow by being read. Depth,
 * elements, attributes and bytes are limited. Text that is not in the encoding that the document
 * names (or in none that is known here) is read as text_from_device reads it. Everything lives in
 * the arena; the document itself must outlive the tree, for `raw` points into it.
 */
#ifndef PHIAL_INSTRUMENTS_XML_TREE_H
#define PHIAL_INSTRUMENTS_XML_TREE_H

#include "core/base/arena.h"
#include "core/base/error.h"

struct xml_attribute {
    const char *name, *value; /* the name without its namespace prefix */
};

struct xml_node {
    const char *name; /* without its namespace prefix */
    const struct xml_attribute *attributes;
    size_t attribute_count;
    /* Its own, without that of the elements in it and without the blanks around; "" for none. */
    const char *text;
    struct xml_node *parent, *children, *next; /* next: of the same parent */
    struct xml_node *last;                     /* of the children */
    size_t child_count;
    unsigned depth;  /* 0 for the root */
    struct span raw; /* from its start tag to its end tag */
};

/* What a kind of document may be. */
struct xml_rules {
    size_t bytes, elements, attributes; /* of the document, in it, of one element */
    /* A document type declaration that only names a DTD is passed over; else it is refused. */
    bool doctype;
    /* Text is for reading: a line end with the blanks around it, or a tab, is one blank. Else such
     * characters within a text become U+FFFD, as every other control character does, and blanks
     * without line ends around it stay. */
    bool folded;
};

/* Whether the text has two bytes for a character (UTF-16). */
bool xml_is_wide(struct span text);

/* Reads exactly one document; blanks around it are forgiven. ERROR_BAD_INPUT when it is not
 * well-formed, ERROR_TOO_BIG past a limit; `why` may be NULL. */
enum error xml_tree_read(struct span document, const struct xml_rules *rules, struct arena *arena,
                         struct xml_node **root, struct complaint *why);

enum { XML_ROOT_NAME = 64, XML_ROOT_WITHIN = 64 * 1024 };
/* The name of the root element, without its prefix, of what looks like an XML document, reading no
 * further than its start tag; false when there is none within the first XML_ROOT_WITHIN bytes. */
bool xml_root_name(struct span document, char out[XML_ROOT_NAME]);

/* ---- finding things; `node` may be NULL, then nothing is found ---- */

/* The first element at a path of names such as "subject/trialSubject", below `node`; NULL when
 * there is none. An empty path is the node itself. */
const struct xml_node *xml_find(const struct xml_node *node, const char *path);
/* The next one of the same name and parent, or NULL. */
const struct xml_node *xml_next(const struct xml_node *node);
/* The next element anywhere within `top` in document order, or NULL; begin with `top` itself. */
const struct xml_node *xml_walk(const struct xml_node *top, const struct xml_node *node);
/* The text of the first element at the path, "" when there is none. */
const char *xml_text(const struct xml_node *node, const char *path);
/* An attribute's value of the first element at the path, "" when there is none. */
const char *xml_value(const struct xml_node *node, const char *path, const char *attribute);

#endif
