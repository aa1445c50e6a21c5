/* Building the tree from expat's events; see the header. */
#include "instruments/message/xml_tree.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/xml_encoding.h"

#include <expat.h>
#include <strings.h>

struct builder {
    XML_Parser parser;
    struct arena *arena;
    struct span document;
    struct xml_node *root, *open;
    struct buffer text[LIMIT_XML_DEPTH]; /* of the open elements, by depth */
    struct buffer plain;
    size_t elements;
    enum error error; /* the first, ERROR_OK while there is none */
    const char *what; /* a constant: what was wrong */
};

static void fail(struct builder *b, enum error e, const char *what)
{
    if (b->error != ERROR_OK)
        return;
    b->error = e;
    b->what = what;
    (void)XML_StopParser(b->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon && colon[1] ? colon + 1 : name;
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
        if (++count > LIMIT_XML_ATTRIBUTES) {
            fail(b, ERROR_TOO_BIG, "an element has too many attributes");
            return;
        }
    attributes = arena_take(b->arena, (count ? count : 1) * sizeof *attributes);
    if (!attributes) {
        fail(b, ERROR_NO_MEMORY, "it needs more memory than it may have");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        attributes[i].name = keep_text(b, span_text(local_name(pairs[2 * i])));
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

static void XMLCALL on_start(void *context, const char *name, const char **pairs)
{
    struct builder *b = context;
    struct xml_node *node;
    if (b->error != ERROR_OK)
        return;
    if (++b->elements > LIMIT_XML_ELEMENTS) {
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
    node->name = keep_text(b, span_text(local_name(name)));
    node->text = "";
    node->raw = span_of(b->document.at + position(b), 0);
    keep_attributes(b, node, pairs);
    buffer_clear(&b->text[node->depth]);
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
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
    while (start < end && is_blank(text.at[start]))
        start++;
    while (end > start && is_blank(text.at[end - 1]))
        end--;
    if (start == end)
        return span_of(NULL, 0);
    if (!has_line_end(span_of(text.at, start)))
        start = 0;
    if (!has_line_end(span_of(text.at + end, text.len - end)))
        end = text.len;
    return span_of(text.at + start, end - start);
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
    node->text = keep_text(b, without_indent(buffer_span(&b->text[node->depth])));
    b->open = node->parent;
}

static void XMLCALL on_text(void *context, const char *text, int len)
{
    struct builder *b = context;
    if (b->error != ERROR_OK || !b->open)
        return;
    if (buffer_put(&b->text[b->open->depth], span_of(text, (size_t)len)) != ERROR_OK)
        fail(b, ERROR_TOO_BIG, "it is too large");
}

static void XMLCALL on_doctype(void *context, const char *name, const char *system,
                               const char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    fail(context, ERROR_BAD_INPUT, "it has a document type declaration, which is not allowed");
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

static void builder_init(struct builder *b, struct arena *arena, struct span document)
{
    *b = (struct builder) { .arena = arena, .document = document, .error = ERROR_OK };
    for (size_t i = 0; i < LIMIT_XML_DEPTH; i++)
        buffer_init(&b->text[i], LIMIT_MESSAGE);
    buffer_init(&b->plain, 3 * (size_t)LIMIT_MESSAGE);
}

static void builder_free(struct builder *b)
{
    XML_ParserFree(b->parser);
    for (size_t i = 0; i < LIMIT_XML_DEPTH; i++)
        buffer_free(&b->text[i]);
    buffer_free(&b->plain);
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
    XML_SetUnknownEncodingHandler(b->parser, on_encoding, b);
    if (XML_Parse(b->parser, (const char *)b->document.at, (int)b->document.len, XML_TRUE) ==
        XML_STATUS_OK) {
        *how = XML_ERROR_NONE;
        return;
    }
    *how = XML_GetErrorCode(b->parser);
    if (b->error == ERROR_OK) {
        b->error = *how == XML_ERROR_NO_MEMORY ? ERROR_NO_MEMORY : ERROR_BAD_INPUT;
        b->what = XML_ErrorString(*how);
    }
}

/* Byte for byte what text_from_device makes of it, but line ends and tabs stay: an ASCII document
 * with some foreign bytes in it. */
static enum error to_utf8(struct span document, struct arena *arena, struct span *out)
{
    struct buffer text;
    const char *kept = NULL;
    enum error e = ERROR_OK;
    buffer_init(&text, 3 * (size_t)LIMIT_MESSAGE);
    for (size_t at = 0; at < document.len && e == ERROR_OK;) {
        size_t end = at;
        while (end < document.len && !(is_blank(document.at[end]) && document.at[end] != ' '))
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

bool xml_is_wide(struct span text)
{
    return text.len > 1 && (text.at[0] >= 0xfe || !text.at[0] || !text.at[1]);
}

/* The document's bytes are not in its encoding, or nobody knows that. */
static bool is_misnamed(enum XML_Error how, struct span document)
{
    if (xml_is_wide(document))
        return false;
    return how == XML_ERROR_UNKNOWN_ENCODING || how == XML_ERROR_INCORRECT_ENCODING ||
           (how == XML_ERROR_INVALID_TOKEN && !text_is_utf8(document));
}

static struct span without_blanks(struct span s)
{
    while (s.len && is_blank(s.at[0]))
        s = span_of(s.at + 1, s.len - 1);
    while (s.len && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

enum error xml_tree_read(struct span document, struct arena *arena, struct xml_node **root,
                         struct complaint *why)
{
    struct builder b;
    enum XML_Error how;
    enum error e = ERROR_OK;

    document = without_blanks(document);
    if (document.len == 0)
        return complain(why, ERROR_BAD_INPUT, "The XML document is empty.");
    if (document.len > LIMIT_MESSAGE)
        return complain(why, ERROR_TOO_BIG, "The XML document is larger than %d bytes.",
                        LIMIT_MESSAGE);
    builder_init(&b, arena, document);
    parse(&b, NULL, &how);
    if (how != XML_ERROR_NONE && is_misnamed(how, document)) {
        builder_free(&b);
        e = to_utf8(document, arena, &document);
        builder_init(&b, arena, document);
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
