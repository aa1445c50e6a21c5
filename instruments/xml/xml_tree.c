/* Building the tree from expat's events; see the header. */
#include "instruments/xml/xml_tree.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/xml/xml_encoding.h"
#include "instruments/xml/xml_expat.h"

#include <strings.h>

struct builder {
    XML_Parser parser;
    const struct xml_rules *rules;
    struct arena *arena;
    struct span document;
    struct xml_node *root, *open;
    /* Of all open elements, one behind the other; the innermost begins at the last `text_at`. */
    struct buffer text;
    size_t text_at[LIMIT_XML_DEPTH];
    struct buffer plain;
    size_t elements;
    bool has_doctype;
    enum error error; /* the first, ERROR_OK while there is none */
    const char *what; /* a constant: what was wrong */
};

static const char unknown_entity[] = "it refers to an entity that XML itself does not have";

static void fail(struct builder *b, enum error e, const char *what)
{
    if (b->error != ERROR_OK)
        return;
    b->error = e;
    b->what = what;
    (void)XML_StopParser(b->parser, XML_FALSE);
}

/* In place: a line end with the blanks around it, or a tab, becomes one blank. */
static struct span fold(uint8_t *text, size_t len)
{
    size_t out = 0;
    for (size_t at = 0; at < len;) {
        size_t end = at;
        bool folds = false;
        while (end < len && xml_is_blank(text[end]))
            folds |= text[end++] != ' ';
        if (folds)
            text[out++] = ' ';
        else
            while (at < end)
                text[out++] = text[at++];
        at = end;
        while (at < len && !xml_is_blank(text[at]))
            text[out++] = text[at++];
    }
    return span_of(text, out);
}

/* A copy in the arena; what is no plain text (a control character) becomes so. */
static const char *keep_text(struct builder *b, struct span text)
{
    const char *kept = NULL;
    if (text.len == 0)
        return "";
    if (text_is_plain(text)) {
        kept = arena_text(b->arena, text);
    } else {
        buffer_clear(&b->plain);
        if (text_from_device(&b->plain, text) == ERROR_OK)
            kept = arena_text(b->arena, buffer_span(&b->plain));
    }
    if (!kept)
        fail(b, ERROR_NO_MEMORY, "it needs more memory than it may have");
    return kept ? kept : "";
}

static void keep_attributes(struct builder *b, struct xml_node *node, const char *const *pairs)
{
    struct xml_attribute *attributes;
    size_t count = 0;
    while (pairs[2 * count])
        if (++count > b->rules->attributes) {
            fail(b, ERROR_TOO_BIG, "an element has too many attributes");
            return;
        }
    attributes = arena_take(b->arena, (count ? count : 1) * sizeof *attributes);
    if (!attributes) {
        fail(b, ERROR_NO_MEMORY, "it needs more memory than it may have");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        attributes[i].name = keep_text(b, span_text(xml_local_name(pairs[2 * i])));
        attributes[i].value = keep_text(b, span_text(pairs[2 * i + 1]));
    }
    node->attributes = attributes;
    node->attribute_count = count;
}

static void hang_in(struct builder *b, struct xml_node *node)
{
    node->parent = b->open;
    if (!b->open) {
        b->root = node;
    } else {
        if (b->open->last)
            b->open->last->next = node;
        else
            b->open->children = node;
        b->open->last = node;
        b->open->child_count++;
        node->depth = b->open->depth + 1;
    }
    b->open = node;
}

static size_t position(const struct builder *b)
{
    XML_Index index = XML_GetCurrentByteIndex(b->parser);
    return index < 0 || (size_t)index > b->document.len ? b->document.len : (size_t)index;
}

/* The next character of the document at `*at`, which it passes; 0 when it is none of ASCII. */
static char next_ascii(const struct builder *b, size_t *at)
{
    const uint8_t *bytes = b->document.at + *at;
    bool big = b->document.at[0] == 0xfe || b->document.at[0] == 0;
    if (!xml_is_wide(b->document)) {
        *at += 1;
        return (char)bytes[0];
    }
    *at += 2;
    if (*at > b->document.len || bytes[big ? 0 : 1])
        return 0;
    return (char)bytes[big ? 1 : 0];
}

static bool is_reference_of_xml(const char *name)
{
    static const char *const known[] = { "amp;", "lt;", "gt;", "quot;", "apos;" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(name, known[i], strlen(known[i])) == 0)
            return true;
    return *name == '#';
}

/* Whether the start tag that expat is at holds a reference to another entity than XML's own. expat
 * drops those in attributes without a word when a DTD is named that might declare them. */
static bool refers_to_an_entity(const struct builder *b)
{
    size_t at = position(b), end = at + (size_t)XML_GetCurrentByteCount(b->parser);
    if (end > b->document.len)
        end = b->document.len;
    while (at < end) {
        char name[6] = "";
        size_t ahead;
        if (next_ascii(b, &at) != '&')
            continue;
        ahead = at;
        for (size_t i = 0; i + 1 < sizeof name && ahead < end; i++)
            name[i] = next_ascii(b, &ahead);
        if (!is_reference_of_xml(name))
            return true;
    }
    return false;
}

static void XMLCALL on_start(void *context, const char *name, const char **pairs)
{
    struct builder *b = context;
    struct xml_node *node;
    if (b->error != ERROR_OK)
        return;
    if (++b->elements > b->rules->elements) {
        fail(b, ERROR_TOO_BIG, "it has too many elements");
        return;
    }
    if (b->open && b->open->depth + 1 == LIMIT_XML_DEPTH) {
        fail(b, ERROR_TOO_BIG, "its elements are nested too deep");
        return;
    }
    node = arena_take(b->arena, sizeof *node);
    if (!node) {
        fail(b, ERROR_NO_MEMORY, "it needs more memory than it may have");
        return;
    }
    hang_in(b, node);
    node->name = keep_text(b, span_text(xml_local_name(name)));
    node->text = "";
    node->raw = span_of(b->document.at + position(b), 0);
    keep_attributes(b, node, pairs);
    b->text_at[node->depth] = b->text.len;
    if (b->has_doctype && refers_to_an_entity(b))
        fail(b, ERROR_BAD_INPUT, unknown_entity);
}

static bool has_line_end(struct span text)
{
    return text.len && (memchr(text.at, '\n', text.len) || memchr(text.at, '\r', text.len));
}

/* What an indented document puts around a text is not text: line ends, and the blanks with them.
 * Blanks alone are as sent. */
static struct span without_indent(struct span text)
{
    size_t start = 0, end = text.len;
    while (start < end && xml_is_blank(text.at[start]))
        start++;
    while (end > start && xml_is_blank(text.at[end - 1]))
        end--;
    if (start == end)
        return span_of(NULL, 0);
    if (!has_line_end(span_of(text.at, start)))
        start = 0;
    if (!has_line_end(span_of(text.at + end, text.len - end)))
        end = text.len;
    return span_of(text.at + start, end - start);
}

static struct span own_text(struct builder *b, size_t start)
{
    uint8_t *text;
    if (b->text.len == start)
        return span_of(NULL, 0);
    text = b->text.at + start;
    if (b->rules->folded)
        return xml_without_blanks(fold(text, b->text.len - start));
    return without_indent(span_of(text, b->text.len - start));
}

static void XMLCALL on_end(void *context, const char *name)
{
    struct builder *b = context;
    struct xml_node *node = b->open;
    const uint8_t *end;
    (void)name;
    if (b->error != ERROR_OK || !node)
        return;
    end = b->document.at + position(b);
    node->raw.len = (size_t)(end - node->raw.at) + (size_t)XML_GetCurrentByteCount(b->parser);
    node->text = keep_text(b, own_text(b, b->text_at[node->depth]));
    b->text.len = b->text_at[node->depth];
    b->open = node->parent;
}

static void XMLCALL on_text(void *context, const char *text, int len)
{
    struct builder *b = context;
    if (b->error != ERROR_OK || !b->open)
        return;
    if (buffer_put(&b->text, span_of(text, (size_t)len)) != ERROR_OK)
        fail(b, ERROR_TOO_BIG, "it is too large");
}

static void XMLCALL on_doctype(void *context, const char *name, const char *system,
                               const char *public, int internal)
{
    struct builder *b = context;
    (void)name;
    (void)system;
    (void)public;
    b->has_doctype = true;
    if (!b->rules->doctype)
        fail(b, ERROR_BAD_INPUT, "it has a document type declaration, which is not allowed");
    else if (internal)
        fail(b, ERROR_BAD_INPUT, "it has declarations of its own, which are not allowed");
}

/* What a DTD that nobody reads might have declared. */
static void XMLCALL on_skipped_entity(void *context, const char *name, int is_parameter)
{
    (void)name;
    (void)is_parameter;
    fail(context, ERROR_BAD_INPUT, unknown_entity);
}

static int XMLCALL on_encoding(void *context, const char *name, XML_Encoding *out)
{
    (void)context;
    for (size_t i = 0; i < XML_ENCODINGS; i++) {
        const struct xml_encoding *known = &xml_encodings[i];
        if (strcasecmp(known->name, name) != 0)
            continue;
        for (int byte = 0; byte < XML_UPPER_HALF; byte++) {
            int upper = known->upper[byte];
            out->map[byte] = byte;
            out->map[XML_UPPER_HALF + byte] = upper ? upper : -1;
        }
        out->data = NULL;
        out->convert = NULL;
        out->release = NULL;
        return XML_STATUS_OK;
    }
    return XML_STATUS_ERROR;
}

static void builder_init(struct builder *b, const struct xml_rules *rules, struct arena *arena,
                         struct span document)
{
    *b = (struct builder) { .rules = rules, .arena = arena, .document = document };
    /* No encoding makes more than three bytes out of one. */
    buffer_init(&b->text, 3 * rules->bytes);
    buffer_init(&b->plain, 3 * rules->bytes);
}

static void builder_free(struct builder *b)
{
    XML_ParserFree(b->parser);
    buffer_free(&b->text);
    buffer_free(&b->plain);
}

/* expat's words for a document that was cut off say where it noticed, not what it is. */
static const char *what_is_wrong(enum XML_Error how)
{
    static const enum XML_Error cut[] = { XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN,
                                          XML_ERROR_PARTIAL_CHAR,
                                          XML_ERROR_UNCLOSED_CDATA_SECTION };
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++)
        if (how == cut[i])
            return "it ends before it is complete";
    return XML_ErrorString(how);
}

/* `encoding` NULL: what the document says. */
static void parse(struct builder *b, const char *encoding, enum XML_Error *how)
{
    *how = XML_ERROR_NO_MEMORY;
    b->parser = XML_ParserCreate(encoding);
    if (!b->parser) {
        b->error = ERROR_NO_MEMORY;
        b->what = "there is no memory for it";
        return;
    }
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, on_start, on_end);
    XML_SetCharacterDataHandler(b->parser, on_text);
    XML_SetStartDoctypeDeclHandler(b->parser, on_doctype);
    XML_SetSkippedEntityHandler(b->parser, on_skipped_entity);
    XML_SetUnknownEncodingHandler(b->parser, on_encoding, b);
    if (XML_Parse(b->parser, (const char *)b->document.at, (int)b->document.len, XML_TRUE) ==
        XML_STATUS_OK) {
        *how = XML_ERROR_NONE;
        return;
    }
    *how = XML_GetErrorCode(b->parser);
    if (b->error == ERROR_OK) {
        b->error = *how == XML_ERROR_NO_MEMORY ? ERROR_NO_MEMORY : ERROR_BAD_INPUT;
        b->what = what_is_wrong(*how);
    }
}

/* Byte for byte what text_from_device makes of it, but line ends and tabs stay: an ASCII document
 * with some foreign bytes in it. */
static enum error to_utf8(struct span document, const struct xml_rules *rules, struct arena *arena,
                          struct span *out)
{
    struct buffer text;
    const char *kept = NULL;
    enum error e = ERROR_OK;
    buffer_init(&text, 3 * rules->bytes);
    for (size_t at = 0; at < document.len && e == ERROR_OK;) {
        size_t end = at;
        while (end < document.len && !(xml_is_blank(document.at[end]) && document.at[end] != ' '))
            end++;
        if (end > at)
            e = text_from_device(&text, span_of(document.at + at, end - at));
        if (e == ERROR_OK && end < document.len)
            e = buffer_put_byte(&text, document.at[end]);
        at = end + 1;
    }
    if (e == ERROR_OK)
        kept = arena_text(arena, buffer_span(&text));
    if (kept)
        *out = span_of(kept, text.len);
    buffer_free(&text);
    return e == ERROR_OK && !kept ? ERROR_NO_MEMORY : e;
}

enum error xml_tree_read(struct span document, const struct xml_rules *rules, struct arena *arena,
                         struct xml_node **root, struct complaint *why)
{
    struct builder b;
    enum XML_Error how;
    enum error e = ERROR_OK;

    document = xml_without_blanks(document);
    if (document.len == 0)
        return complain(why, ERROR_BAD_INPUT, "The XML document is empty.");
    if (document.len > rules->bytes)
        return complain(why, ERROR_TOO_BIG, "The XML document is larger than %zu bytes.",
                        rules->bytes);
    builder_init(&b, rules, arena, document);
    parse(&b, NULL, &how);
    if (how != XML_ERROR_NONE && xml_is_misnamed(how, document)) {
        builder_free(&b);
        e = to_utf8(document, rules, arena, &document);
        builder_init(&b, rules, arena, document);
        if (e == ERROR_OK)
            parse(&b, "UTF-8", &how);
    }
    if (e == ERROR_OK)
        e = b.error;
    if (e == ERROR_OK)
        *root = b.root;
    else
        (void)complain(why, e, "The XML document cannot be read at byte %zu: %s.",
                       b.parser ? position(&b) : 0, b.what ? b.what : error_text(e));
    builder_free(&b);
    return e;
}
