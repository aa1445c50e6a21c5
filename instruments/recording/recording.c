/* Reading and writing recorded sessions; the form stands in the header. */
#include "instruments/recording/recording.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <inttypes.h>

static const char magic[] = "phial-session 1";

static const char *const source_texts[] = { "document", "capture", "simulator" };

/* ASCII's control characters by their names; form feed's is a hexadecimal number. */
static const char *const control_names[] = {
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "HT",  "LF",
    "VT",  "0C",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK",
    "SYN", "ETB", "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US"
};

enum { CONTROLS = sizeof control_names / sizeof control_names[0] };

static const char *recording_source_text(enum recording_source source)
{
    return (unsigned)source < 3 ? source_texts[source] : "";
}

bool recording_is(struct span bytes)
{
    size_t len = sizeof magic - 1;
    return bytes.len > len && memcmp(bytes.at, magic, len) == 0 &&
           (bytes.at[len] == '\n' || bytes.at[len] == '\r');
}

void recording_free(struct recording *r)
{
    arena_free(&r->arena);
}

/* Writing */

enum error recording_put_header(struct buffer *out, const struct recording *header)
{
    const struct {
        const char *key, *value;
    } lines[] = { { "source", recording_source_text(header->source) },
                  { "profile", header->profile },
                  { "link", header->link },
                  { "started", header->started },
                  { "note", header->note } };
    size_t before = out->len;
    enum error e = buffer_put_format(out, "%s\n", magic);

    for (size_t i = 0; e == ERROR_OK && i < sizeof lines / sizeof lines[0]; i++)
        if (!text_empty(lines[i].value))
            e = buffer_put_format(out, "%s: %s\n", lines[i].key, lines[i].value);
    if (e == ERROR_OK)
        e = buffer_put_byte(out, '\n');
    if (e != ERROR_OK)
        out->len = before;
    return e;
}

static size_t run_length(struct span bytes)
{
    size_t len = 1;
    while (len < bytes.len && bytes.at[len] == bytes.at[0])
        len++;
    return len;
}

/* Whether a byte may stand for itself; a blank not at the end of the line. */
static bool is_plain(uint8_t byte, bool last)
{
    return byte > 0x20 ? byte < 0x7f && byte != '<' : byte == ' ' && !last;
}

static enum error put_named(struct buffer *out, uint8_t byte, size_t count)
{
    enum error e = byte < CONTROLS ? buffer_put_format(out, "<%s", control_names[byte])
                                   : buffer_put_format(out, "<%02X", byte);
    if (e == ERROR_OK && count > 1)
        e = buffer_put_format(out, "*%zu", count);
    return e == ERROR_OK ? buffer_put_byte(out, '>') : e;
}

static enum error put_bytes(struct buffer *out, struct span bytes)
{
    enum error e = ERROR_OK;
    while (e == ERROR_OK && bytes.len) {
        size_t count = 1;
        if (is_plain(bytes.at[0], bytes.len == 1)) {
            e = buffer_put_byte(out, bytes.at[0]);
        } else {
            count = run_length(bytes);
            e = put_named(out, bytes.at[0], count);
        }
        bytes = span_of(bytes.at + count, bytes.len - count);
    }
    return e;
}

enum error recording_put_chunk(struct buffer *out, const struct recording_chunk *chunk)
{
    size_t before = out->len;
    enum error e = buffer_put_format(out, "%" PRIu64 ".%03u %c ", chunk->at / 1000,
                                     (unsigned)(chunk->at % 1000),
                                     chunk->direction == WIRE_TO_INSTRUMENT ? '>' : '<');
    if (e == ERROR_OK)
        e = put_bytes(out, chunk->bytes);
    if (e == ERROR_OK)
        e = buffer_put_byte(out, '\n');
    if (e != ERROR_OK)
        out->len = before;
    return e;
}

/* Reading */

struct reader {
    struct recording *out;
    const char *name;
    unsigned line;
    size_t room; /* of chunks */
    bool has_source;
    struct buffer bytes; /* of the line that is being read */
    struct complaint *why;
};

static enum error wrong(const struct reader *r, const char *what)
{
    return complain(r->why, ERROR_BAD_INPUT, "%s:%u: %s.", r->name, r->line, what);
}

static struct span take_line(struct span *rest)
{
    const uint8_t *end = rest->len ? memchr(rest->at, '\n', rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->at) : rest->len;
    struct span line = span_of(rest->at, len);

    *rest = span_of(rest->at + len + (end != NULL), rest->len - len - (end != NULL));
    if (line.len && line.at[line.len - 1] == '\r')
        line.len--;
    return line;
}

static enum error read_source(struct reader *r, const char *value)
{
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(value, source_texts[i]) == 0) {
            r->out->source = (enum recording_source)i;
            r->has_source = true;
            return ERROR_OK;
        }
    return wrong(r, "A source is document, capture or simulator");
}

/* Notes are joined by a blank. */
static enum error add_note(struct reader *r, const char *value)
{
    size_t before = strlen(r->out->note), len = strlen(value);
    char *note = arena_take(&r->out->arena, before + len + 2);

    if (!note)
        return complain(r->why, ERROR_NO_MEMORY, "%s: there is no memory left.", r->name);
    memcpy(note, r->out->note, before);
    if (before)
        note[before++] = ' ';
    memcpy(note + before, value, len + 1);
    r->out->note = note;
    return ERROR_OK;
}

static enum error read_header_line(struct reader *r, struct span line)
{
    const uint8_t *colon = memchr(line.at, ':', line.len);
    const struct {
        const char *key;
        const char **out;
    } keys[] = { { "profile", &r->out->profile },
                 { "link", &r->out->link },
                 { "started", &r->out->started } };
    size_t key = colon ? (size_t)(colon - line.at) : 0, start = key + 1;
    const char *value;

    while (colon && start < line.len && line.at[start] == ' ')
        start++;
    value = colon ? arena_text(&r->out->arena, span_of(line.at + start, line.len - start)) : NULL;
    if (!value || !text_is_plain(line))
        return wrong(r, "A line of the header is \"key: value\"");
    if (span_equal(span_of(line.at, key), span_text("source")))
        return read_source(r, value);
    if (span_equal(span_of(line.at, key), span_text("note")))
        return add_note(r, value);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (span_equal(span_of(line.at, key), span_text(keys[i].key))) {
            *keys[i].out = value;
            return ERROR_OK;
        }
    return wrong(r, "The header knows source, profile, link, started and note");
}

/* `STX`, `3C`, `00*53`: the byte and how often. */
static enum error read_name(const char *name, uint8_t *byte, uint64_t *count)
{
    char text[16];
    char *star;
    uint64_t times = 1;

    if (text_copy(text, sizeof text, name) != ERROR_OK)
        return ERROR_BAD_INPUT;
    star = strchr(text, '*');
    if (star) {
        *star = '\0';
        if (text_to_u64(star + 1, &times) != ERROR_OK || times == 0 || times > LIMIT_FRAME)
            return ERROR_BAD_INPUT;
    }
    *count = times;
    for (unsigned i = 0; i < CONTROLS; i++)
        if (strcmp(text, control_names[i]) == 0) {
            *byte = (uint8_t)i;
            return ERROR_OK;
        }
    if (strcmp(text, "DEL") == 0) {
        *byte = 0x7f;
        return ERROR_OK;
    }
    return text_unhex(byte, 1, text);
}

/* `<NAME>` at the start of the line's rest; sets how many characters it took. */
static enum error read_named(struct reader *r, struct span rest, size_t *took)
{
    const uint8_t *end = memchr(rest.at, '>', rest.len);
    size_t len = end ? (size_t)(end - rest.at) - 1 : 0;
    char name[16] = "";
    uint64_t count = 0;
    uint8_t byte = 0;
    enum error e = ERROR_OK;

    if (len == 0 || len >= sizeof name)
        return wrong(r, "A \"<\" begins a name such as <STX> or <3C>");
    memcpy(name, rest.at + 1, len);
    if (read_name(name, &byte, &count) != ERROR_OK)
        return wrong(r, "There is no such byte; a name is <STX>, <3C> or <00*53>");
    while (e == ERROR_OK && count--)
        e = buffer_put_byte(&r->bytes, byte);
    *took = len + 2;
    return e == ERROR_OK ? e : wrong(r, "This line carries too many bytes");
}

static enum error read_bytes(struct reader *r, struct span rest)
{
    buffer_clear(&r->bytes);
    while (rest.len) {
        size_t took = 1;
        enum error e;
        if (rest.at[0] == '<')
            e = read_named(r, rest, &took);
        else if (rest.at[0] < 0x20 || rest.at[0] >= 0x7f)
            e = wrong(r, "A byte that is not printable is written by its name, such as <E9>");
        else
            e = buffer_put_byte(&r->bytes, rest.at[0]);
        if (e != ERROR_OK)
            return e == ERROR_BAD_INPUT ? e : wrong(r, "This line carries too many bytes");
        rest = span_of(rest.at + took, rest.len - took);
    }
    return ERROR_OK;
}

/* Seconds with three decimals, as milliseconds. */
static enum error read_time(struct span *rest, uint64_t *ms)
{
    char text[20] = "";
    const uint8_t *end = memchr(rest->at, ' ', rest->len);
    size_t len = end ? (size_t)(end - rest->at) : 0;
    uint64_t seconds, fraction;
    char *point;

    if (len < 5 || len >= sizeof text)
        return ERROR_BAD_INPUT;
    memcpy(text, rest->at, len);
    point = text + len - 4;
    if (*point != '.')
        return ERROR_BAD_INPUT;
    *point = '\0';
    if (text_to_u64(text, &seconds) != ERROR_OK || text_to_u64(point + 1, &fraction) != ERROR_OK)
        return ERROR_BAD_INPUT;
    *ms = seconds * 1000 + fraction;
    *rest = span_of(rest->at + len + 1, rest->len - len - 1);
    return ERROR_OK;
}

static enum error add_chunk(struct reader *r, const struct recording_chunk *chunk)
{
    struct recording *out = r->out;

    if (out->chunk_count == r->room) {
        size_t room = r->room ? 2 * r->room : 64;
        struct recording_chunk *chunks = arena_take(&out->arena, room * sizeof *chunks);
        if (!chunks)
            return complain(r->why, ERROR_TOO_BIG, "%s is larger than a recording may be.",
                            r->name);
        if (out->chunk_count)
            memcpy(chunks, out->chunks, out->chunk_count * sizeof *chunks);
        out->chunks = chunks;
        r->room = room;
    }
    out->chunks[out->chunk_count++] = *chunk;
    return ERROR_OK;
}

static enum error read_chunk_line(struct reader *r, struct span line)
{
    struct recording_chunk chunk = { 0, WIRE_FROM_INSTRUMENT, { NULL, 0 } };
    const char *copy;
    enum error e;

    if (read_time(&line, &chunk.at) != ERROR_OK || line.len < 2 || line.at[1] != ' ' ||
        (line.at[0] != '<' && line.at[0] != '>'))
        return wrong(r, "A line is a time such as 0.020, then < or >, then bytes");
    if (r->out->chunk_count && chunk.at < r->out->chunks[r->out->chunk_count - 1].at)
        return wrong(r, "This time is before that of the line above");
    if (line.at[0] == '>')
        chunk.direction = WIRE_TO_INSTRUMENT;
    e = read_bytes(r, span_of(line.at + 2, line.len - 2));
    if (e != ERROR_OK)
        return e;
    copy = arena_text(&r->out->arena, buffer_span(&r->bytes));
    if (!copy)
        return complain(r->why, ERROR_TOO_BIG, "%s is larger than a recording may be.", r->name);
    chunk.bytes = span_of(copy, r->bytes.len);
    return add_chunk(r, &chunk);
}

static enum error read_all(struct reader *r, struct span rest)
{
    bool header = true;
    enum error e = ERROR_OK;

    while (e == ERROR_OK && rest.len) {
        struct span line = take_line(&rest);
        r->line++;
        if (r->line == 1 || (line.len && line.at[0] == '#'))
            continue;
        if (!line.len)
            header = false;
        else
            e = header ? read_header_line(r, line) : read_chunk_line(r, line);
    }
    if (e == ERROR_OK && !r->has_source)
        e = wrong(r, "The header does not say the source: document, capture or simulator");
    return e;
}

enum error recording_read(const char *name, struct span bytes, struct recording *out,
                          struct complaint *why)
{
    struct recording r = { .profile = "", .link = "", .started = "", .note = "" };
    struct reader reader = { &r, name, 0, 0, false, { NULL, 0, 0, 0 }, why };
    enum error e;

    if (!recording_is(bytes))
        return complain(why, ERROR_BAD_INPUT,
                        "%s is not a recorded session: its first line is not \"%s\".", name, magic);
    arena_init(&r.arena, (size_t)4 * LIMIT_CAPTURE_FILE);
    buffer_init(&reader.bytes, LIMIT_FRAME);
    e = read_all(&reader, bytes);
    buffer_free(&reader.bytes);
    if (e != ERROR_OK) {
        recording_free(&r);
        return e;
    }
    *out = r;
    return ERROR_OK;
}
