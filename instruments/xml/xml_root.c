/* The root's name, and what both uses of expat share; see the headers. */
#include "instruments/xml/xml_expat.h"

#include "core/base/text.h"
#include "instruments/xml/xml_tree.h"

const char *xml_local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon && colon[1] ? colon + 1 : name;
}

bool xml_is_wide(struct span text)
{
    return text.len > 1 && (text.at[0] >= 0xfe || !text.at[0] || !text.at[1]);
}

struct span xml_without_blanks(struct span s)
{
    if (xml_is_wide(s)) /* expat itself forgives them behind the root */
        return s;
    while (s.len && xml_is_blank(s.at[0]))
        s = span_of(s.at + 1, s.len - 1);
    while (s.len && xml_is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

bool xml_is_misnamed(enum XML_Error how, struct span document)
{
    if (xml_is_wide(document))
        return false;
    return how == XML_ERROR_UNKNOWN_ENCODING || how == XML_ERROR_INCORRECT_ENCODING ||
           (how == XML_ERROR_INVALID_TOKEN && !text_is_utf8(document));
}

struct root {
    XML_Parser parser;
    char *name;
    bool found;
};

static void XMLCALL on_root(void *context, const char *name, const char **attributes)
{
    struct root *root = context;
    (void)attributes;
    if (root->found)
        return;
    root->found = true;
    (void)text_copy(root->name, XML_ROOT_NAME, xml_local_name(name));
    (void)XML_StopParser(root->parser, XML_FALSE);
}

static enum XML_Error look(struct root *root, struct span document, const char *encoding)
{
    enum XML_Error how = XML_ERROR_NONE;
    root->parser = XML_ParserCreate(encoding);
    if (!root->parser)
        return XML_ERROR_NO_MEMORY;
    XML_SetUserData(root->parser, root);
    XML_SetStartElementHandler(root->parser, on_root);
    if (XML_Parse(root->parser, (const char *)document.at, (int)document.len, XML_FALSE) !=
        XML_STATUS_OK)
        how = XML_GetErrorCode(root->parser);
    XML_ParserFree(root->parser);
    return how;
}

bool xml_root_name(struct span document, char out[XML_ROOT_NAME])
{
    struct root root = { .name = out };
    enum XML_Error how;
    size_t first = document.len > 3 && document.at[0] == 0xef ? 3 : 0;

    document = xml_without_blanks(document);
    if (document.len > XML_ROOT_WITHIN)
        document.len = XML_ROOT_WITHIN;
    if (document.len < 2 || (!xml_is_wide(document) && document.at[first] != '<'))
        return false;
    out[0] = '\0';
    how = look(&root, document, NULL);
    if (!root.found && xml_is_misnamed(how, document))
        (void)look(&root, document, "ISO-8859-1");
    return root.found && out[0];
}
