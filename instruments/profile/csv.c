/* Comma-separated values; see the header. */
#include "instruments/profile/csv.h"

#include "core/base/limits.h"
#include "core/base/text.h"

static char find_separator(struct span text)
{
    static const char separators[] = ",;\t";
    size_t counts[3] = { 0, 0, 0 }, best = 0;

    for (size_t i = 0; i < text.len && text.at[i] != '\n' && text.at[i] != '\r'; i++) {
        const char *found = text.at[i] ? strchr(separators, text.at[i]) : NULL;
        if (found)
            counts[found - separators]++;
    }
    for (size_t i = 1; i < 3; i++)
        best = counts[i] > counts[best] ? i : best;
    return separators[best];
}

void csv_open(struct csv_reader *r, struct span text, struct arena *arena)
{
    static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };

    if (text.len >= sizeof mark && memcmp(text.at, mark, sizeof mark) == 0)
        text = span_of(text.at + sizeof mark, text.len - sizeof mark);
    *r = (struct csv_reader) { text, find_separator(text), 1, arena };
}

static bool is_line_end(uint8_t byte)
{
    return byte == '\r' || byte == '\n';
}

/* Takes one byte off the rest; CR LF counts as one line. */
static uint8_t take(struct csv_reader *r)
{
    uint8_t byte = r->rest.at[0];
    r->rest = span_of(r->rest.at + 1, r->rest.len - 1);
    if (byte == '\n' || (byte == '\r' && (!r->rest.len || r->rest.at[0] != '\n')))
        r->line++;
    return byte;
}

static enum error take_quoted(struct csv_reader *r, struct buffer *field)
{
    enum error e = ERROR_OK;

    (void)take(r);
    while (e == ERROR_OK && r->rest.len) {
        uint8_t byte = take(r);
        if (byte == '"') {
            if (!r->rest.len || r->rest.at[0] != '"')
                return ERROR_OK;
            (void)take(r);
        }
        e = buffer_put_byte(field, is_line_end(byte) ? ' ' : byte);
    }
    return e == ERROR_OK ? ERROR_BAD_INPUT : e;
}

static enum error take_field(struct csv_reader *r, struct buffer *field)
{
    enum error e = ERROR_OK;

    buffer_clear(field);
    while (r->rest.len && r->rest.at[0] == ' ')
        (void)take(r);
    if (r->rest.len && r->rest.at[0] == '"')
        e = take_quoted(r, field);
    while (e == ERROR_OK && r->rest.len && !is_line_end(r->rest.at[0]) &&
           r->rest.at[0] != (uint8_t)r->separator)
        e = buffer_put_byte(field, take(r));
    return e;
}

static const char *plain(struct csv_reader *r, const struct buffer *field)
{
    struct span bytes = buffer_span(field);
    struct buffer text;
    const char *copy = NULL;

    while (bytes.len && bytes.at[bytes.len - 1] == ' ')
        bytes.len--;
    if (bytes.len > LIMIT_TEXT)
        bytes.len = LIMIT_TEXT;
    buffer_init(&text, (size_t)4 * LIMIT_TEXT);
    if (text_from_device(&text, bytes) == ERROR_OK)
        copy = arena_text(r->arena, buffer_span(&text));
    buffer_free(&text);
    return copy;
}

static enum error take_row(struct csv_reader *r, struct buffer *field, struct csv_row *out)
{
    out->count = 0;
    out->line = r->line;
    for (;;) {
        enum error e = out->count < CSV_COLUMNS_MAX ? take_field(r, field) : ERROR_TOO_BIG;
        if (e != ERROR_OK)
            return e;
        out->at[out->count] = plain(r, field);
        if (!out->at[out->count++])
            return ERROR_NO_MEMORY;
        if (!r->rest.len || r->rest.at[0] != (uint8_t)r->separator)
            return ERROR_OK;
        (void)take(r);
    }
}

static bool is_blank(const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (*row->at[i])
            return false;
    return true;
}

enum error csv_next(struct csv_reader *r, struct csv_row *out)
{
    struct buffer field;
    enum error e = ERROR_NOT_FOUND;

    buffer_init(&field, LIMIT_PROFILE_FILE);
    while (r->rest.len) {
        while (r->rest.len && is_line_end(r->rest.at[0]))
            (void)take(r);
        e = r->rest.len ? take_row(r, &field, out) : ERROR_NOT_FOUND;
        if (e != ERROR_OK || !is_blank(out))
            break;
        e = ERROR_NOT_FOUND;
    }
    buffer_free(&field);
    return e;
}
