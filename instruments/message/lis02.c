/*
 * LIS02-A2 texts decoded (devices.md 5.2): records at CR, fields, repeats, components, escapes.
 *
 * Splitting walks over the text in units: an escape sequence is one unit, so that nothing in it
 * splits. Where the escape character is a backslash, a backslash before a delimiter makes that
 * delimiter a character: some makers write it so, and no standard sequence looks like it.
 */
#include "instruments/message/lis02.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/message/message.h"

#include <ctype.h>

struct decoder {
    struct arena *arena;
    struct lis02_delimiters delimiters;
    struct buffer scratch; /* a component's bytes after its escapes */
    struct buffer utf8;
};

static const char *const empty_components[] = { "" };
static const struct message_repeat empty_repeat = { empty_components, 1, "", NULL };

/* How much of `s`, which begins with the escape character, is one unit. */
static size_t unit_length(const struct lis02_delimiters *d, struct span s)
{
    struct lis02_escape escape;
    if (lis02_escape_read(d, s, &escape))
        return escape.length;
    return lis02_quotes(d, s) ? 2 : 1;
}

/* Takes the piece before the next `delimiter` off `rest`. False when there is no further one: then
 * the piece is all of it. */
static bool take_piece(const struct lis02_delimiters *d, struct span *rest, char delimiter,
                       struct span *piece)
{
    size_t at = 0;
    while (at < rest->len && rest->at[at] != (uint8_t)delimiter)
        at += rest->at[at] == (uint8_t)d->escape
                  ? unit_length(d, span_of(rest->at + at, rest->len - at))
                  : 1;
    *piece = span_of(rest->at, at);
    if (at == rest->len)
        return false;
    *rest = span_of(rest->at + at + 1, rest->len - at - 1);
    return true;
}

static size_t count_pieces(const struct lis02_delimiters *d, struct span s, char delimiter)
{
    struct span piece;
    size_t count = 1;
    while (take_piece(d, &s, delimiter, &piece))
        count++;
    return count;
}

/* Text of the arena from a device's bytes. */
static const char *plain_text(struct decoder *d, struct span bytes)
{
    if (bytes.len == 0)
        return "";
    if (text_is_plain(bytes))
        return arena_text(d->arena, bytes);
    buffer_clear(&d->utf8);
    if (text_from_device(&d->utf8, bytes) != ERROR_OK)
        return NULL;
    return arena_text(d->arena, buffer_span(&d->utf8));
}

static const char *component_text(struct decoder *d, struct span raw)
{
    if (!raw.len || !memchr(raw.at, d->delimiters.escape, raw.len))
        return plain_text(d, raw);
    buffer_clear(&d->scratch);
    if (lis02_unescape(&d->delimiters, raw, &d->scratch) != ERROR_OK)
        return NULL;
    return plain_text(d, buffer_span(&d->scratch));
}

static enum error decode_repeat(struct decoder *d, struct span raw, struct message_repeat *out)
{
    size_t count = count_pieces(&d->delimiters, raw, d->delimiters.component);
    const char **components = arena_take(d->arena, count * sizeof *components);
    struct span rest = raw, piece;

    if (!components)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        (void)take_piece(&d->delimiters, &rest, d->delimiters.component, &piece);
        components[i] = component_text(d, piece);
        if (!components[i])
            return ERROR_NO_MEMORY;
    }
    out->components = components;
    out->names = NULL;
    out->component_count = count;
    out->whole = count == 1 ? components[0] : plain_text(d, raw);
    return out->whole ? ERROR_OK : ERROR_NO_MEMORY;
}

static enum error decode_field(struct decoder *d, struct span raw, struct message_field *out)
{
    struct message_repeat *repeats;
    struct span rest = raw, piece;
    enum error e = ERROR_OK;

    *out = (struct message_field) { raw, &empty_repeat, 1, NULL };
    if (raw.len == 0)
        return ERROR_OK;
    out->repeat_count = count_pieces(&d->delimiters, raw, d->delimiters.repeat);
    repeats = arena_take(d->arena, out->repeat_count * sizeof *repeats);
    if (!repeats)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < out->repeat_count && e == ERROR_OK; i++) {
        (void)take_piece(&d->delimiters, &rest, d->delimiters.repeat, &piece);
        e = decode_repeat(d, piece, &repeats[i]);
    }
    out->repeats = repeats;
    return e;
}

/* A field that is not to be split: the delimiters of an H record. */
static enum error whole_field(struct decoder *d, struct span raw, struct message_field *out)
{
    struct message_repeat *repeat = arena_take(d->arena, sizeof *repeat);
    const char **component = arena_take(d->arena, sizeof *component);
    const char *text = plain_text(d, raw);

    if (!repeat || !component || !text)
        return ERROR_NO_MEMORY;
    *component = text;
    *repeat = (struct message_repeat) { component, 1, text, NULL };
    *out = (struct message_field) { raw, repeat, 1, NULL };
    return ERROR_OK;
}

/* The record type is letters; what is not makes a type that no profile knows. */
static void set_type(struct message_record *out, struct span raw)
{
    size_t len = raw.len < sizeof out->type - 1 ? raw.len : sizeof out->type - 1;
    for (size_t i = 0; i < len; i++)
        out->type[i] = isalnum(raw.at[i]) ? (char)raw.at[i] : '?';
    out->type[len] = '\0';
}

/* Field 2 of the header: from behind H and the field delimiter up to the next one. */
static void split_header(const struct lis02_delimiters *d, struct span raw, struct span *named,
                         struct span *rest)
{
    size_t at = 2;
    while (at < raw.len && raw.at[at] != (uint8_t)d->field)
        at++;
    *named = span_of(raw.at + 2, at - 2);
    *rest = at < raw.len ? span_of(raw.at + at + 1, raw.len - at - 1) : span_of(NULL, 0);
}

static enum error decode_fields(struct decoder *d, struct span rest, struct message_field *fields,
                                size_t count)
{
    enum error e = ERROR_OK;
    for (size_t i = 0; i < count && e == ERROR_OK; i++) {
        struct span piece;
        (void)take_piece(&d->delimiters, &rest, d->delimiters.field, &piece);
        e = decode_field(d, piece, &fields[i]);
    }
    return e;
}

static enum error decode_header(struct decoder *d, struct span raw, struct message_record *out)
{
    struct span named, rest;
    size_t behind;
    enum error e;

    split_header(&d->delimiters, raw, &named, &rest);
    behind = rest.at ? count_pieces(&d->delimiters, rest, d->delimiters.field) : 0;
    out->raw = raw;
    out->field_count = 2 + behind;
    out->fields = arena_take(d->arena, out->field_count * sizeof *out->fields);
    if (!out->fields)
        return ERROR_NO_MEMORY;
    set_type(out, span_of(raw.at, 1));
    e = whole_field(d, span_of(raw.at, 1), &out->fields[0]);
    if (e == ERROR_OK)
        e = whole_field(d, named, &out->fields[1]);
    if (e == ERROR_OK)
        e = decode_fields(d, rest, out->fields + 2, behind);
    return e;
}

static enum error decode_record(struct decoder *d, struct span raw, struct message_record *out)
{
    out->raw = raw;
    out->field_count = count_pieces(&d->delimiters, raw, d->delimiters.field);
    out->fields = arena_take(d->arena, out->field_count * sizeof *out->fields);
    if (!out->fields)
        return ERROR_NO_MEMORY;
    if (decode_fields(d, raw, out->fields, out->field_count) != ERROR_OK)
        return ERROR_NO_MEMORY;
    set_type(out, out->fields[0].raw);
    return ERROR_OK;
}

/* Takes the next record that is not blank off `rest`: CR, LF and CR LF all end one. */
static bool take_record(struct span *rest, struct span *record)
{
    size_t start = 0, end;
    if (rest->len == 0) /* its pointer may be NULL */
        return false;
    while (start < rest->len && (rest->at[start] == '\r' || rest->at[start] == '\n'))
        start++;
    for (end = start; end < rest->len && rest->at[end] != '\r' && rest->at[end] != '\n';)
        end++;
    *record = span_of(rest->at + start, end - start);
    *rest = span_of(rest->at + end, rest->len - end);
    return record->len != 0;
}

static bool record_is(const struct lis02_delimiters *d, struct span record, char type)
{
    return record.at[0] == (uint8_t)type && (record.len == 1 || record.at[1] == (uint8_t)d->field);
}

/* How many records the message has, and what text is left behind its L record or before the next
 * H; ERROR_TOO_BIG beyond LIMIT_RECORDS. */
static enum error measure(const struct lis02_delimiters *d, struct span text, size_t *count,
                          struct span *behind)
{
    struct span record, before = text;
    size_t records = 0;

    for (; take_record(&text, &record); before = text) {
        if (records && record_is(d, record, 'H')) {
            text = before;
            break;
        }
        if (++records > LIMIT_RECORDS)
            return ERROR_TOO_BIG;
        if (record_is(d, record, 'L'))
            break;
    }
    while (text.len && (text.at[0] == '\r' || text.at[0] == '\n'))
        text = span_of(text.at + 1, text.len - 1);
    *count = records;
    *behind = text;
    return ERROR_OK;
}

static enum error decode_records(struct decoder *d, struct span text, struct message *out)
{
    struct span record;
    enum error e = ERROR_OK;
    for (size_t i = 0; i < out->record_count && e == ERROR_OK; i++) {
        (void)take_record(&text, &record);
        e = i ? decode_record(d, record, &out->records[i])
              : decode_header(d, record, &out->records[i]);
    }
    return e;
}

static enum error decode_all(struct decoder *d, struct span text, struct message *out)
{
    out->records = arena_take(d->arena, out->record_count * sizeof *out->records);
    return out->records ? decode_records(d, text, out) : ERROR_NO_MEMORY;
}

enum error lis02_decode(struct span text, struct arena *arena, struct message *out, size_t *used,
                        struct complaint *why)
{
    struct decoder d = { .arena = arena };
    struct message message;
    struct span rest = text, header, behind;
    enum error e;

    if (!take_record(&rest, &header))
        return complain(why, ERROR_BAD_INPUT, "The message is empty.");
    e = lis02_delimiters_read(header, &d.delimiters);
    if (e != ERROR_OK)
        return complain(why, e,
                        "The message does not begin with a header record (H and its delimiters); "
                        "compare the instrument's output format with its profile.");
    e = measure(&d.delimiters, text, &message.record_count, &behind);
    if (e != ERROR_OK)
        return complain(why, e, "The message has more than %d records.", LIMIT_RECORDS);
    buffer_init(&d.scratch, LIMIT_MESSAGE);
    buffer_init(&d.utf8, 3 * (size_t)LIMIT_MESSAGE);
    e = decode_all(&d, text, &message);
    buffer_free(&d.scratch);
    buffer_free(&d.utf8);
    if (e != ERROR_OK)
        return complain(why, e, "The message needs more memory to decode than it may have.");
    *out = message;
    *used = text.len - behind.len;
    return ERROR_OK;
}
