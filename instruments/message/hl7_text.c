/* Delimiters, escapes and character sets of HL7 version 2. */
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "instruments/message/escape.h"
#include "instruments/message/hl7.h"

#include <ctype.h>

enum { ESCAPE_BODY = 64 }; /* longest body of an escape that is looked for */

struct hl7_delimiters hl7_delimiters_standard(void)
{
    return (struct hl7_delimiters) { '|', '^', '~', '\\', '&' };
}

static bool is_delimiter(uint8_t byte)
{
    return byte < 0x80 && ispunct(byte);
}

/* MSH-2 names four or five characters; those it leaves out are the standard's. */
static enum error read_delimiters(struct span segment, struct hl7_delimiters *out)
{
    struct hl7_delimiters standard = hl7_delimiters_standard();
    char found[5] = { '|', standard.component, standard.repeat, standard.escape,
                      standard.subcomponent };
    size_t count = 1;

    if (segment.len < 5 || !is_delimiter(segment.at[3]))
        return ERROR_BAD_INPUT;
    found[0] = (char)segment.at[3];
    for (size_t i = 4; i < segment.len && segment.at[i] != segment.at[3] && count < 5; i++) {
        if (!is_delimiter(segment.at[i]) || memchr(found, segment.at[i], count))
            return ERROR_BAD_INPUT;
        found[count++] = (char)segment.at[i];
    }
    for (size_t i = 1; i < 5; i++)
        if (memchr(found, found[i], i))
            return ERROR_BAD_INPUT;
    *out = (struct hl7_delimiters) { found[0], found[1], found[2], found[3], found[4] };
    return ERROR_OK;
}

static size_t line_length(struct span s)
{
    const uint8_t *end = memchr(s.at, '\r', s.len);
    size_t len = end ? (size_t)(end - s.at) : s.len;
    end = memchr(s.at, '\n', len);
    return end ? (size_t)(end - s.at) : len;
}

bool hl7_take_segment(struct span *rest, struct span *segment)
{
    static const uint8_t mark[] = { 0xef, 0xbb, 0xbf }; /* what some programs put before UTF-8 */
    size_t start = 0, len;

    while (start < rest->len && (rest->at[start] == '\r' || rest->at[start] == '\n'))
        start++;
    if (rest->len - start >= sizeof mark && memcmp(rest->at + start, mark, sizeof mark) == 0)
        start += sizeof mark;
    if (start == rest->len)
        return false;
    *rest = span_of(rest->at + start, rest->len - start);
    len = line_length(*rest);
    *segment = span_of(rest->at, len);
    *rest = span_of(rest->at + len, rest->len - len);
    return true;
}

bool hl7_segment_is(struct span segment, const char *name)
{
    size_t len = 0;
    while (name[len]) {
        if (len == segment.len || segment.at[len] != (uint8_t)name[len])
            return false;
        len++;
    }
    return segment.len == len || !isalnum(segment.at[len]);
}

static void read_fields(struct span segment, struct hl7_header *out)
{
    struct span rest = span_of(segment.at + 4, segment.len - 4);
    const uint8_t *end;

    out->field[1] = span_of(segment.at + 3, 1);
    for (size_t i = 2; i <= HL7_HEADER_FIELDS; i++) {
        end = rest.len ? memchr(rest.at, out->delimiters.field, rest.len) : NULL;
        out->field[i] = span_of(rest.at, end ? (size_t)(end - rest.at) : rest.len);
        rest = end ? span_of(end + 1, rest.len - out->field[i].len - 1)
                   : span_of(rest.at + rest.len, 0);
    }
}

enum error hl7_header_read(struct span text, struct hl7_header *out)
{
    struct hl7_header header = { .charset = HL7_CHARSET_UNSAID };
    struct span segment;

    do {
        if (!hl7_take_segment(&text, &segment))
            return ERROR_BAD_INPUT;
    } while (hl7_segment_is(segment, "FHS") || hl7_segment_is(segment, "BHS"));
    if (!hl7_segment_is(segment, "MSH") || read_delimiters(segment, &header.delimiters) != ERROR_OK)
        return ERROR_BAD_INPUT;
    read_fields(segment, &header);
    header.charset = hl7_charset_read(header.field[18]);
    *out = header;
    return ERROR_OK;
}

struct span hl7_raw_component(const struct hl7_delimiters *d, struct span field, unsigned component)
{
    const uint8_t *end = field.len ? memchr(field.at, d->repeat, field.len) : NULL;
    if (end)
        field.len = (size_t)(end - field.at);
    while (field.len) {
        end = memchr(field.at, d->component, field.len);
        if (component == 1)
            return span_of(field.at, end ? (size_t)(end - field.at) : field.len);
        if (!end)
            break;
        component--;
        field = span_of(end + 1, field.len - (size_t)(end - field.at) - 1);
    }
    return span_of(NULL, 0);
}

/* Escapes */

/* The length of the escape at the start of `s`, both escape characters counted, or 0. */
static size_t escape_length(const struct hl7_delimiters *d, struct span s)
{
    size_t at = 1;
    while (at < s.len && at <= ESCAPE_BODY && s.at[at] > ' ' && s.at[at] < 0x7f &&
           s.at[at] != (uint8_t)d->escape)
        at++;
    return at > 1 && at < s.len && s.at[at] == (uint8_t)d->escape ? at + 1 : 0;
}

/* The text of an escape whose body is a name. HL7 2.5 chapter 2.7. */
static const char *named_escape(const struct hl7_delimiters *d, struct span body, char *one)
{
    const struct {
        const char *name;
        char value; /* 0: nothing */
    } table[] = { { "F", d->field },  { "S", d->component },    { "R", d->repeat },
                  { "E", d->escape }, { "T", d->subcomponent }, { "H", 0 },
                  { "N", 0 },         { ".br", ' ' },           { ".sp", ' ' },
                  { ".ce", ' ' } };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (span_equal(body, span_text(table[i].name))) {
            one[0] = table[i].value;
            one[1] = '\0';
            return one;
        }
    return NULL;
}

/* A line break among the bytes of a hexadecimal escape is a blank. */
static bool put_hex(struct span body, struct buffer *out, enum error *e)
{
    size_t before = out->len;
    if (!escape_put_hex(body, out, e))
        return false;
    for (size_t i = before; i < out->len; i++)
        if (out->at[i] == '\r' || out->at[i] == '\n' || out->at[i] == '\t')
            out->at[i] = ' ';
    return true;
}

static enum error put_escape(const struct hl7_delimiters *d, struct span whole, struct buffer *out)
{
    struct span body = span_of(whole.at + 1, whole.len - 2);
    enum error e = ERROR_OK;
    char one[2];
    const char *text = named_escape(d, body, one);

    if (text)
        return buffer_put_text(out, text);
    if (put_hex(body, out, &e))
        return e;
    return buffer_put(out, whole);
}

enum error hl7_unescape(const struct hl7_delimiters *d, struct span raw, struct buffer *out)
{
    enum error e = ERROR_OK;
    while (raw.len && e == ERROR_OK) {
        const uint8_t *next = memchr(raw.at, d->escape, raw.len);
        size_t plain = next ? (size_t)(next - raw.at) : raw.len, escape;
        e = buffer_put(out, span_of(raw.at, plain));
        raw = span_of(raw.at + plain, raw.len - plain);
        if (!raw.len || e != ERROR_OK)
            break;
        escape = escape_length(d, raw);
        e = escape ? put_escape(d, span_of(raw.at, escape), out) : buffer_put_byte(out, raw.at[0]);
        escape = escape ? escape : 1;
        raw = span_of(raw.at + escape, raw.len - escape);
    }
    return e;
}

/* Character sets */

enum hl7_charset hl7_charset_read(struct span name)
{
    static const struct {
        const char *name;
        enum hl7_charset charset;
    } table[] = { { "8859/1", HL7_CHARSET_8859_1 },
                  { "8859/9", HL7_CHARSET_8859_9 },
                  { "8859/15", HL7_CHARSET_8859_15 } };
    if (name.len == 0)
        return HL7_CHARSET_UNSAID;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t len = strlen(table[i].name);
        bool next_repeat = name.len > len && !isdigit(name.at[len]);
        if (name.len >= len && memcmp(name.at, table[i].name, len) == 0 &&
            (name.len == len || next_repeat))
            return table[i].charset;
    }
    return HL7_CHARSET_UTF8;
}

struct difference {
    uint8_t byte;
    uint16_t point;
};

/* Where the two younger sets differ from ISO 8859-1. */
static const struct difference turkish[] = { { 0xd0, 0x11e }, { 0xdd, 0x130 }, { 0xde, 0x15e },
                                             { 0xf0, 0x11f }, { 0xfd, 0x131 }, { 0xfe, 0x15f } };
static const struct difference euro[] = { { 0xa4, 0x20ac }, { 0xa6, 0x160 }, { 0xa8, 0x161 },
                                          { 0xb4, 0x17d },  { 0xb8, 0x17e }, { 0xbc, 0x152 },
                                          { 0xbd, 0x153 },  { 0xbe, 0x178 } };

static size_t differences(enum hl7_charset charset, const struct difference **out)
{
    *out = charset == HL7_CHARSET_8859_9 ? turkish : euro;
    if (charset == HL7_CHARSET_8859_9)
        return sizeof turkish / sizeof turkish[0];
    return charset == HL7_CHARSET_8859_15 ? sizeof euro / sizeof euro[0] : 0;
}

static uint32_t point_of(enum hl7_charset charset, uint8_t byte)
{
    const struct difference *d;
    size_t count = differences(charset, &d);
    if (byte < 0x20 || (byte >= 0x7f && byte < 0xa0))
        return UTF8_REPLACEMENT;
    for (size_t i = 0; i < count; i++)
        if (d[i].byte == byte)
            return d[i].point;
    return byte;
}

/* The length of the well-formed sequence at the start, or 0. */
static size_t sequence_length(struct span s)
{
    static const size_t by_first[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 3, 4 };
    size_t len = by_first[s.at[0] >> 4];
    return len && len <= s.len && text_is_utf8(span_of(s.at, len)) ? len : 0;
}

static enum error utf8_to_utf8(struct span bytes, struct buffer *out)
{
    enum error e = ERROR_OK;
    while (bytes.len && e == ERROR_OK) {
        size_t len = sequence_length(bytes);
        bool control = len == 1 && (bytes.at[0] < 0x20 || bytes.at[0] == 0x7f);
        e = len == 0 || control ? utf8_put(out, UTF8_REPLACEMENT)
                                : buffer_put(out, span_of(bytes.at, len));
        len = len ? len : 1;
        bytes = span_of(bytes.at + len, bytes.len - len);
    }
    return e;
}

enum error hl7_to_utf8(enum hl7_charset charset, struct span bytes, struct buffer *out)
{
    enum error e = ERROR_OK;
    if (charset == HL7_CHARSET_UNSAID)
        return text_from_device(out, bytes);
    if (charset == HL7_CHARSET_UTF8)
        return utf8_to_utf8(bytes, out);
    for (size_t i = 0; i < bytes.len && e == ERROR_OK; i++)
        e = utf8_put(out, point_of(charset, bytes.at[i]));
    return e;
}

/* The point of a well-formed sequence of up to three bytes; 0 for a longer one. */
static uint32_t point_at(struct span s, size_t len)
{
    if (len == 1)
        return s.at[0];
    if (len == 2)
        return (uint32_t)(s.at[0] & 0x1f) << 6 | (s.at[1] & 0x3fu);
    if (len == 3)
        return (uint32_t)(s.at[0] & 0x0f) << 12 | (uint32_t)(s.at[1] & 0x3f) << 6 |
               (s.at[2] & 0x3fu);
    return 0;
}

static uint8_t byte_of(enum hl7_charset charset, bool ascii, uint32_t point)
{
    if (point && point < 0x80)
        return (uint8_t)point;
    for (unsigned byte = 0xa0; !ascii && point && byte <= 0xff; byte++)
        if (point_of(charset, (uint8_t)byte) == point)
            return (uint8_t)byte;
    return '?';
}

enum error hl7_from_utf8(enum hl7_charset charset, bool ascii, struct span text, struct buffer *out)
{
    enum error e = ERROR_OK;
    if (!ascii && (charset == HL7_CHARSET_UTF8 || charset == HL7_CHARSET_UNSAID))
        return buffer_put(out, text);
    while (text.len && e == ERROR_OK) {
        size_t len = sequence_length(text);
        len = len ? len : 1;
        e = buffer_put_byte(out, byte_of(charset, ascii, point_at(text, len)));
        text = span_of(text.at + len, text.len - len);
    }
    return e;
}
