/* Finding elements, texts and attributes in the tree; see xml_tree.h. */
#include "instruments/xml/xml_tree.h"

/* Whether the path's first step is this name. */
static bool is_step(const char *path, const char *name)
{
    size_t len = strcspn(path, "/");
    return strlen(name) == len && memcmp(path, name, len) == 0;
}

const struct xml_node *xml_find(const struct xml_node *node, const char *path)
{
    const char *rest = strchr(path, '/');
    if (!node || !*path)
        return node;
    for (const struct xml_node *child = node->children; child; child = child->next) {
        const struct xml_node *found = NULL;
        if (is_step(path, child->name))
            found = rest ? xml_find(child, rest + 1) : child;
        if (found)
            return found;
    }
    return NULL;
}

const struct xml_node *xml_next(const struct xml_node *node)
{
    const struct xml_node *next = node ? node->next : NULL;
    while (next && strcmp(next->name, node->name) != 0)
        next = next->next;
    return next;
}

const struct xml_node *xml_walk(const struct xml_node *top, const struct xml_node *node)
{
    if (!node || node->children)
        return node ? node->children : NULL;
    while (node != top && !node->next)
        node = node->parent;
    return node == top ? NULL : node->next;
}

const char *xml_text(const struct xml_node *node, const char *path)
{
    const struct xml_node *found = xml_find(node, path);
    return found ? found->text : "";
}

const char *xml_value(const struct xml_node *node, const char *path, const char *attribute)
{
    const struct xml_node *found = xml_find(node, path);
    for (size_t i = 0; found && i < found->attribute_count; i++)
        if (strcmp(found->attributes[i].name, attribute) == 0)
            return found->attributes[i].value;
    return "";
}
