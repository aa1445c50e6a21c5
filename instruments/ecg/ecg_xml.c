/* The tree of an EKG's XML file within its limits; see the header. */
#include "instruments/ecg/ecg_xml.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_text.h"

enum ecg_claim ecg_xml_claim(struct span file, const char *root)
{
    char name[XML_ROOT_NAME];
    return xml_root_name(file, name) && strcmp(name, root) == 0 ? ECG_MINE : ECG_NOT_MINE;
}

enum error ecg_xml_read(struct arena *a, struct span file, const struct xml_node **root,
                        struct complaint *why)
{
    static const struct xml_rules rules = {
        .bytes = LIMIT_ECG_FILE,
        .elements = LIMIT_ECG_ELEMENTS,
        .attributes = LIMIT_XML_ATTRIBUTES,
        .doctype = true,
        .folded = true,
    };
    struct xml_node *tree;
    struct complaint what = { "" };
    enum error e = xml_tree_read(file, &rules, a, &tree, &what);
    if (e != ERROR_OK)
        return complain(why, e, "%s Have the cart export the EKG again.", what.text);
    *root = tree;
    return ERROR_OK;
}

enum error ecg_xml_one_patient(const struct xml_node *root, const char *path, struct complaint *why)
{
    for (const struct xml_node *n = xml_find(root, path); n && n != root; n = n->parent)
        if (xml_next(n))
            return complain(why, ERROR_BAD_INPUT,
                            "The file says twice whose EKG it is (\"%.40s\"), so nobody can tell. "
                            "Have the cart export each EKG into a file of its own.",
                            n->name);
    return ERROR_OK;
}

enum error ecg_xml_facts(struct arena *a, const struct xml_node *top,
                         const struct ecg_xml_fact *facts, size_t count, struct ecg *e)
{
    for (size_t i = 0; i < count; i++) {
        const char **member = (const char **)(void *)((char *)e + facts[i].member);
        const char *text = facts[i].attribute ? xml_value(top, facts[i].path, facts[i].attribute)
                                              : xml_text(top, facts[i].path);
        if (!**member && ecg_text_take(a, span_text(text), member) != ERROR_OK)
            return ERROR_NO_MEMORY;
    }
    return ERROR_OK;
}
