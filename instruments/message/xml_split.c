/* Finding the end of a document; see the header. One function for each stage. */
#include "instruments/message/xml_split.h"

#include "core/base/limits.h"

void xml_splitter_init(struct xml_splitter *s)
{
    *s = (struct xml_splitter) { .stage = XML_TEXT };
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_name_start(uint8_t byte)
{
    uint8_t lower = byte | 0x20;
    return (lower >= 'a' && lower <= 'z') || byte == '_' || byte == ':' || byte >= 0x80;
}

static bool is_upper(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* True for the name of a POCT1-A message: `OBS.R01`. */
static bool is_message_name(struct span name)
{
    const uint8_t *n = name.at;
    return name.len == 7 && is_upper(n[0]) && is_upper(n[1]) && is_upper(n[2]) && n[3] == '.' &&
           n[4] == 'R' && is_digit(n[5]) && is_digit(n[6]);
}

static enum xml_verdict bad(struct xml_splitter *s, const char *what)
{
    s->what = what;
    return XML_BAD;
}

static enum xml_verdict go(struct xml_splitter *s, enum xml_stage stage)
{
    s->stage = stage;
    s->run = 0;
    return XML_MORE;
}

static enum xml_verdict put_text(struct xml_splitter *s, uint8_t byte)
{
    static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };
    if (byte == '<')
        return go(s, XML_OPENED);
    if (s->depth || is_blank(byte))
        return XML_MORE;
    if (s->run < sizeof mark && byte == mark[s->run]) {
        s->run++;
        return XML_MORE;
    }
    return bad(s, "text outside the document");
}

static void begin_name(struct xml_splitter *s)
{
    s->name_len = 0;
    s->named = false;
}

static void put_name(struct xml_splitter *s, uint8_t byte)
{
    if (s->name_len < XML_NAME_SEEN)
        s->name[s->name_len] = (char)byte;
    s->name_len++;
}

static struct span seen_name(const struct xml_splitter *s)
{
    return span_of(s->name, s->name_len < XML_NAME_SEEN ? s->name_len : XML_NAME_SEEN);
}

static enum xml_verdict put_opened(struct xml_splitter *s, uint8_t byte)
{
    begin_name(s);
    if (byte == '/')
        return s->depth ? go(s, XML_END_TAG) : bad(s, "an end tag without an element");
    if (byte == '?')
        return go(s, XML_INSTRUCTION);
    if (byte == '!')
        return go(s, XML_DECLARATION);
    if (!is_name_start(byte))
        return bad(s, "no tag behind <");
    put_name(s, byte);
    return go(s, XML_START_TAG);
}

/* The name of a start tag is complete. */
static bool nests_message(struct xml_splitter *s)
{
    s->named = true;
    return s->depth && is_message_name(seen_name(s));
}

static enum xml_verdict open_element(struct xml_splitter *s)
{
    if (s->depth == LIMIT_XML_DEPTH)
        return bad(s, "elements nested too deep");
    s->depth++;
    return go(s, XML_TEXT);
}

static enum xml_verdict put_start_tag(struct xml_splitter *s, uint8_t byte)
{
    bool ends_name = is_blank(byte) || byte == '>' || byte == '/';
    if (!s->named && ends_name && nests_message(s))
        return bad(s, "a message inside a message");
    if (!s->named)
        put_name(s, byte);
    if (byte == '<')
        return bad(s, "< within a tag");
    if (byte == '"' || byte == '\'') {
        s->quote = (char)byte;
        return go(s, XML_QUOTED);
    }
    if (byte == '/')
        return go(s, XML_EMPTY_TAG);
    return byte == '>' ? open_element(s) : XML_MORE;
}

static enum xml_verdict put_quoted(struct xml_splitter *s, uint8_t byte)
{
    if (byte == '<')
        return bad(s, "< within a value");
    return byte == (uint8_t)s->quote ? go(s, XML_START_TAG) : XML_MORE;
}

static enum xml_verdict put_empty_tag(struct xml_splitter *s, uint8_t byte)
{
    if (byte != '>')
        return bad(s, "no > behind / in a tag");
    (void)go(s, XML_TEXT);
    return s->depth ? XML_MORE : XML_WHOLE;
}

static enum xml_verdict put_end_tag(struct xml_splitter *s, uint8_t byte)
{
    if (byte == '<')
        return bad(s, "< within a tag");
    if (byte != '>')
        return XML_MORE;
    s->depth--;
    (void)go(s, XML_TEXT);
    return s->depth ? XML_MORE : XML_WHOLE;
}

static enum xml_verdict put_instruction(struct xml_splitter *s, uint8_t byte)
{
    if (!s->named && is_blank(byte)) {
        s->named = true;
        if (s->depth && span_equal(seen_name(s), span_text("xml")))
            return bad(s, "a document inside a document");
    }
    if (!s->named)
        put_name(s, byte);
    if (byte == '>' && s->run)
        return go(s, XML_TEXT);
    s->run = byte == '?';
    return XML_MORE;
}

static enum xml_verdict put_declaration(struct xml_splitter *s, uint8_t byte)
{
    if (byte == '[' && s->depth && s->run == 0)
        return go(s, XML_CDATA_WORD);
    if (byte == 'D' && !s->depth && s->run == 0) {
        (void)go(s, XML_DOCTYPE);
        s->quote = '\0';
        s->run = 1;
        return XML_MORE;
    }
    if (byte != '-')
        return bad(s, "no comment behind <!");
    return s->run++ ? go(s, XML_COMMENT) : XML_MORE;
}

static enum xml_verdict put_doctype(struct xml_splitter *s, uint8_t byte)
{
    bool quote = byte == '"' || byte == '\'';
    if (s->quote || quote) {
        s->quote = s->quote == (char)byte ? '\0' : s->quote ? s->quote : (char)byte;
        return XML_MORE;
    }
    s->run += byte == '<';
    s->run -= byte == '>';
    return s->run ? XML_MORE : go(s, XML_TEXT);
}

/* Two of `mark` and then `>`. */
static enum xml_verdict put_until(struct xml_splitter *s, uint8_t byte, uint8_t mark)
{
    if (byte == '>' && s->run >= 2)
        return go(s, XML_TEXT);
    s->run = byte == mark ? s->run + 1 : 0;
    return XML_MORE;
}

static enum xml_verdict put_comment(struct xml_splitter *s, uint8_t byte)
{
    return put_until(s, byte, '-');
}

static enum xml_verdict put_cdata(struct xml_splitter *s, uint8_t byte)
{
    return put_until(s, byte, ']');
}

static enum xml_verdict put_cdata_word(struct xml_splitter *s, uint8_t byte)
{
    static const char word[] = "CDATA[";
    if (byte != (uint8_t)word[s->run])
        return bad(s, "no CDATA behind <![");
    return word[++s->run] ? XML_MORE : go(s, XML_CDATA);
}

enum xml_verdict xml_splitter_put(struct xml_splitter *s, uint8_t byte)
{
    static enum xml_verdict (*const put[])(struct xml_splitter *, uint8_t) = {
        [XML_TEXT] = put_text,
        [XML_OPENED] = put_opened,
        [XML_START_TAG] = put_start_tag,
        [XML_QUOTED] = put_quoted,
        [XML_EMPTY_TAG] = put_empty_tag,
        [XML_END_TAG] = put_end_tag,
        [XML_INSTRUCTION] = put_instruction,
        [XML_DECLARATION] = put_declaration,
        [XML_DOCTYPE] = put_doctype,
        [XML_COMMENT] = put_comment,
        [XML_CDATA_WORD] = put_cdata_word,
        [XML_CDATA] = put_cdata,
    };
    return put[s->stage](s, byte);
}

enum xml_verdict xml_split(struct span bytes, size_t *len)
{
    struct xml_splitter s;
    xml_splitter_init(&s);
    for (size_t i = 0; i < bytes.len; i++) {
        enum xml_verdict verdict = xml_splitter_put(&s, bytes.at[i]);
        if (verdict != XML_MORE) {
            *len = i + 1;
            return verdict;
        }
    }
    return XML_MORE;
}

/* Whether the bytes are, or may become, `<?xml` or `<OBS.R01`. */
static bool may_begin(struct span rest)
{
    static const char head[] = "<?xml";
    static const char shape[] = "<AAA.R00";
    size_t i = 0;
    while (i < rest.len && head[i] && rest.at[i] == (uint8_t)head[i])
        i++;
    if (i == rest.len || !head[i])
        return true;
    for (i = 0; i < rest.len && shape[i]; i++) {
        bool fits = shape[i] == 'A'   ? is_upper(rest.at[i])
                    : shape[i] == '0' ? is_digit(rest.at[i])
                                      : rest.at[i] == (uint8_t)shape[i];
        if (!fits)
            return false;
    }
    return true;
}

size_t xml_find_document(struct span bytes, size_t from)
{
    while (from < bytes.len) {
        const uint8_t *next = memchr(bytes.at + from, '<', bytes.len - from);
        if (!next)
            break;
        from = (size_t)(next - bytes.at);
        if (may_begin(span_of(next, bytes.len - from)))
            return from;
        from++;
    }
    return bytes.len;
}
