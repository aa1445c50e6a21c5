/*
 * HL7 version 2 decoded: one walk that counts, one that splits.
 *
 * The text is copied twice into the arena. In the first copy a terminator replaces each delimiter,
 * so that a component is a pointer into it; in the second only those between repeats and fields
 * go, for a repeat as a whole. Only a piece with an escape, a control character or a byte of
 * another character set is written anew. All arrays are taken at once, by the counts of the first
 * walk.
 */
#include "instruments/message/hl7.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <ctype.h>

/* What a byte does to the splitting. */
enum byte_class { ORDINARY, ODD, COMPONENT, REPEAT, FIELD, LINE_END, CLASS_COUNT };

struct decoder {
    struct arena *arena;
    struct hl7_delimiters delimiters;
    enum hl7_charset charset;
    bool utf8_throughout;
    uint8_t class_of[256];
    struct span text; /* of this message */
    char *parts;      /* the copy that is cut at every delimiter */
    char *wholes;     /* the copy that is cut at repeats and fields */
    struct message_record *records;
    struct message_field *fields; /* the next that is free */
    struct message_repeat *repeats;
    const char **components;
    struct buffer scratch, utf8; /* of a piece that is written anew */
};

static const char *const empty_components[] = { "" };
static const struct message_repeat empty_repeat = { empty_components, 1, "", NULL };

static bool is_ascii(struct span s)
{
    uint64_t eight, high = 0;
    while (s.len >= sizeof eight) {
        memcpy(&eight, s.at, sizeof eight);
        high |= eight;
        s = span_of(s.at + sizeof eight, s.len - sizeof eight);
    }
    for (size_t i = 0; i < s.len; i++)
        high |= s.at[i];
    return (high & 0x8080808080808080u) == 0;
}

/* Bytes above 0x7f are ordinary in text that is UTF-8 throughout, whatever MSH-18 says: nothing
 * else looks like it by chance. */
static void classify(struct decoder *d)
{
    d->utf8_throughout = is_ascii(d->text) || text_is_utf8(d->text);
    for (unsigned byte = 0; byte < 256; byte++) {
        bool odd = byte < 0x20 || byte == 0x7f || (byte > 0x7f && !d->utf8_throughout);
        d->class_of[byte] = odd ? ODD : ORDINARY;
    }
    d->class_of['\r'] = d->class_of['\n'] = LINE_END;
    d->class_of[(uint8_t)d->delimiters.field] = FIELD;
    d->class_of[(uint8_t)d->delimiters.repeat] = REPEAT;
    d->class_of[(uint8_t)d->delimiters.component] = COMPONENT;
    d->class_of[(uint8_t)d->delimiters.escape] = ODD;
}

struct counts {
    size_t of[CLASS_COUNT];
    size_t filled; /* fields that are not empty, segment names among them */
};

static struct counts count_all(const struct decoder *d)
{
    struct counts counts = { .filled = 0 };
    size_t begin = 0; /* of the field */

    for (size_t i = 0; i < d->text.len; i++) {
        uint8_t class = d->class_of[d->text.at[i]];
        if (class == ORDINARY)
            continue;
        counts.of[class]++;
        if (class < FIELD)
            continue;
        counts.filled += i > begin;
        begin = i + 1;
    }
    counts.filled += d->text.len > begin;
    return counts;
}

static bool take_room(struct decoder *d, size_t records)
{
    struct counts counts = count_all(d);
    /* two of MSH are not counted as the others are */
    size_t fields = counts.of[FIELD] + 2, repeats = counts.filled + counts.of[REPEAT] + 2;
    size_t components = repeats + counts.of[COMPONENT];

    d->records = arena_take(d->arena, records * sizeof *d->records);
    d->fields = arena_take(d->arena, fields * sizeof *d->fields);
    d->repeats = arena_take(d->arena, repeats * sizeof *d->repeats);
    d->components = arena_take(d->arena, components * sizeof *d->components);
    d->parts = arena_take(d->arena, d->text.len + 1);
    d->wholes = arena_take(d->arena, d->text.len + 1);
    if (!d->records || !d->fields || !d->repeats || !d->components || !d->parts || !d->wholes)
        return false;
    memcpy(d->parts, d->text.at, d->text.len);
    memcpy(d->wholes, d->text.at, d->text.len);
    return true;
}

/* A piece written anew, in UTF-8; NULL when memory is out. What an escape says in hexadecimal is
 * bytes of the message's character set. */
static const char *odd_text(struct decoder *d, struct span raw, bool unescape)
{
    enum hl7_charset charset = d->charset;
    enum error e = ERROR_OK;

    buffer_clear(&d->scratch);
    buffer_clear(&d->utf8);
    if (unescape) {
        e = hl7_unescape(&d->delimiters, raw, &d->scratch);
        raw = buffer_span(&d->scratch);
    }
    if (d->utf8_throughout && text_is_utf8(raw))
        charset = HL7_CHARSET_UTF8;
    if (e == ERROR_OK)
        e = hl7_to_utf8(charset, raw, &d->utf8);
    return e == ERROR_OK ? arena_text(d->arena, buffer_span(&d->utf8)) : NULL;
}

/* Where the pieces that are being read began, as places in the text. */
struct cursor {
    size_t field, repeat, component;
    bool odd_repeat, odd_component;
    struct message_repeat *first_repeat;
    const char **first_component;
};

static bool end_component(struct decoder *d, struct cursor *c, size_t at)
{
    const char *text = d->parts + c->component;
    d->parts[at] = '\0';
    if (c->odd_component) {
        text = odd_text(d, span_of(d->text.at + c->component, at - c->component), true);
        if (!text)
            return false;
    }
    *d->components++ = text;
    c->component = at + 1;
    c->odd_component = false;
    return true;
}

static bool end_repeat(struct decoder *d, struct cursor *c, size_t at)
{
    struct message_repeat *r = d->repeats;

    if (!end_component(d, c, at))
        return false;
    d->wholes[at] = '\0';
    r->components = c->first_component;
    r->component_count = (size_t)(d->components - c->first_component);
    if (r->component_count == 1)
        r->whole = r->components[0];
    else if (c->odd_repeat)
        r->whole = odd_text(d, span_of(d->text.at + c->repeat, at - c->repeat), false);
    else
        r->whole = d->wholes + c->repeat;
    d->repeats++;
    c->first_component = d->components;
    c->repeat = at + 1;
    c->odd_repeat = false;
    return r->whole != NULL;
}

static bool is_null(const struct decoder *d, size_t from, size_t to)
{
    return to - from == 2 && d->text.at[from] == '"' && d->text.at[from + 1] == '"';
}

/* The field that ends before `at` is entered and the next begins behind it. */
static bool end_field(struct decoder *d, struct cursor *c, size_t at)
{
    struct message_field *f = d->fields++;

    f->raw = span_of(d->text.at + c->field, at - c->field);
    f->repeats = &empty_repeat;
    f->repeat_count = 1;
    if (f->raw.len && !is_null(d, c->field, at)) {
        f->repeats = c->first_repeat;
        if (!end_repeat(d, c, at))
            return false;
        f->repeat_count = (size_t)(d->repeats - c->first_repeat);
    }
    *c = (struct cursor) { at + 1, at + 1, at + 1, false, false, d->repeats, d->components };
    return true;
}

/* Fields from `from` to the segment's end. */
static bool split_fields(struct decoder *d, size_t from, size_t end)
{
    struct cursor c = { from, from, from, false, false, d->repeats, d->components };
    bool ok = true;

    for (size_t i = from; i < end && ok; i++) {
        enum byte_class class = d->class_of[d->text.at[i]];
        if (class == ORDINARY)
            continue;
        switch (class) {
        case ODD:
            c.odd_component = c.odd_repeat = true;
            break;
        case COMPONENT:
            ok = end_component(d, &c, i);
            break;
        case REPEAT:
            ok = end_repeat(d, &c, i);
            break;
        case FIELD:
            ok = end_field(d, &c, i);
            break;
        default:
            break;
        }
    }
    return ok && end_field(d, &c, end);
}

/* A field that is not to be split: of the two that name the delimiters. */
static bool whole_field(struct decoder *d, size_t from, size_t end)
{
    struct message_field *f = d->fields++;
    struct span raw = span_of(d->text.at + from, end - from);
    const char *text = text_is_plain(raw) ? arena_text(d->arena, raw) : odd_text(d, raw, false);

    if (!text)
        return false;
    *d->components = text;
    *d->repeats = (struct message_repeat) { d->components++, 1, text, NULL };
    *f = (struct message_field) { raw, d->repeats++, 1, NULL };
    return true;
}

/* The segment's name is letters and digits; what is not makes a type that no profile knows. */
static size_t set_type(const struct decoder *d, struct message_record *r, struct span segment)
{
    size_t len = 0, end = 0;
    while (end < segment.len && segment.at[end] != (uint8_t)d->delimiters.field)
        end++;
    for (; len < end && len < sizeof r->type - 1; len++)
        r->type[len] = isalnum(segment.at[len]) ? (char)segment.at[len] : '?';
    r->type[len] = '\0';
    return end;
}

static bool split_header(struct decoder *d, struct span segment, size_t start)
{
    size_t end = 4;
    while (end < segment.len && segment.at[end] != (uint8_t)d->delimiters.field)
        end++;
    if (!whole_field(d, start + 3, start + 4) || !whole_field(d, start + 4, start + end))
        return false;
    return end == segment.len || split_fields(d, start + end + 1, start + segment.len);
}

static bool split_segment(struct decoder *d, struct span segment, struct message_record *r,
                          bool first)
{
    size_t start = (size_t)(segment.at - d->text.at), name;
    bool ok = true;

    name = set_type(d, r, segment);
    r->raw = segment;
    r->fields = d->fields;
    if (first)
        ok = split_header(d, segment, start);
    else if (name < segment.len)
        ok = split_fields(d, start + name + 1, start + segment.len);
    r->field_count = (size_t)(d->fields - r->fields);
    return ok;
}

static bool is_batch(struct span segment)
{
    return (segment.at[0] == 'F' || segment.at[0] == 'B') &&
           (hl7_segment_is(segment, "FHS") || hl7_segment_is(segment, "BHS") ||
            hl7_segment_is(segment, "BTS") || hl7_segment_is(segment, "FTS"));
}

static bool begins_message(struct span segment)
{
    return hl7_segment_is(segment, "MSH") || hl7_segment_is(segment, "FHS") ||
           hl7_segment_is(segment, "BHS");
}

/* The text from its first MSH up to the next one or a batch segment, how many segments that are,
 * and where the text goes on behind it. */
static enum error measure(struct span text, struct span *message, size_t *count,
                          struct span *behind)
{
    struct span rest = text, segment;
    const uint8_t *begin = NULL, *end = NULL;
    size_t segments = 0;

    *behind = span_of(text.at + text.len, 0);
    while (hl7_take_segment(&rest, &segment)) {
        if (begin && begins_message(segment)) {
            *behind = span_of(segment.at, (size_t)(text.at + text.len - segment.at));
            break;
        }
        if (is_batch(segment))
            continue;
        if (++segments > LIMIT_RECORDS)
            return ERROR_TOO_BIG;
        begin = begin ? begin : segment.at;
        end = segment.at + segment.len;
    }
    *message = span_of(begin, begin ? (size_t)(end - begin) : 0);
    *count = segments;
    return ERROR_OK;
}

static bool split_all(struct decoder *d, size_t count)
{
    struct message_record *records;
    struct span rest = d->text, segment;
    size_t at = 0;

    if (!take_room(d, count))
        return false;
    records = d->records;
    while (at < count && hl7_take_segment(&rest, &segment)) {
        if (is_batch(segment))
            continue;
        if (!split_segment(d, segment, &records[at], at == 0))
            return false;
        at++;
    }
    return at == count;
}

enum error hl7_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                      struct complaint *why)
{
    struct decoder d = { .arena = arena };
    struct hl7_header header;
    struct span behind;
    size_t count;
    bool ok;

    if (hl7_header_read(text, &header) != ERROR_OK)
        return complain(why, ERROR_BAD_INPUT,
                        "The message does not begin with a header segment (MSH and its "
                        "delimiters); compare the instrument's output format with its profile.");
    if (measure(text, &d.text, &count, &behind) != ERROR_OK)
        return complain(why, ERROR_TOO_BIG, "The message has more than %d segments.",
                        LIMIT_RECORDS);
    d.delimiters = header.delimiters;
    d.charset = header.charset;
    classify(&d);
    buffer_init(&d.scratch, LIMIT_MESSAGE);
    buffer_init(&d.utf8, 3 * (size_t)LIMIT_MESSAGE);
    ok = split_all(&d, count);
    buffer_free(&d.scratch);
    buffer_free(&d.utf8);
    if (!ok)
        return complain(why, ERROR_NO_MEMORY,
                        "The message needs more memory to decode than it may have.");
    out->records = d.records;
    out->record_count = count;
    *used = text.len - behind.len;
    return ERROR_OK;
}

/* Subcomponents */

/* Part `number` (from 1) of a raw text at a delimiter. */
static bool raw_part(struct span *raw, char delimiter, unsigned number)
{
    struct span rest = *raw;
    while (rest.len) {
        const uint8_t *end = memchr(rest.at, delimiter, rest.len);
        size_t len = end ? (size_t)(end - rest.at) : rest.len;
        if (number == 1) {
            *raw = span_of(rest.at, len);
            return true;
        }
        if (!end)
            return false;
        number--;
        rest = span_of(end + 1, rest.len - len - 1);
    }
    return false;
}

const char *hl7_subcomponent(const struct message_record *header,
                             const struct message_record *record, unsigned field, unsigned repeat,
                             unsigned component, unsigned sub, struct arena *arena)
{
    struct hl7_header h;
    struct decoder d = { .arena = arena };
    const char *text = NULL;
    struct span raw;

    if (field == 0 || field > record->field_count || hl7_header_read(header->raw, &h) != ERROR_OK)
        return "";
    raw = record->fields[field - 1].raw;
    if (!raw_part(&raw, h.delimiters.repeat, repeat ? repeat : 1) ||
        !raw_part(&raw, h.delimiters.component, component ? component : 1) ||
        !raw_part(&raw, h.delimiters.subcomponent, sub ? sub : 1) ||
        span_equal(raw, span_text("\"\"")))
        return "";
    d.delimiters = h.delimiters;
    d.charset = h.charset;
    d.utf8_throughout = text_is_utf8(raw);
    buffer_init(&d.scratch, LIMIT_MESSAGE);
    buffer_init(&d.utf8, 3 * (size_t)LIMIT_MESSAGE);
    text = odd_text(&d, raw, true);
    buffer_free(&d.scratch);
    buffer_free(&d.utf8);
    return text ? text : "";
}
