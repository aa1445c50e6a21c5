/* Recognising and mending raw bytes; see the header. */
#include "instruments/recording/raw.h"

enum { ETX = 0x03, EOT = 0x04, ENQ = 0x05, ETB = 0x17, STX = 0x02, CR = 0x0d, LF = 0x0a };
enum { VT = 0x0b, FS = 0x1c };

static bool is_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* Control characters written out */

static const struct {
    const char *name;
    uint8_t byte;
} shown_names[] = { { "STX", STX },  { "ETX", ETX }, { "EOT", EOT }, { "ENQ", ENQ },
                    { "ETB", ETB },  { "CR", CR },   { "LF", LF },   { "ACK", 0x06 },
                    { "NAK", 0x15 }, { "CRLF", CR }, { "VT", VT },   { "FS", FS },
                    { "GS", 0x1d },  { "RS", 0x1e }, { "US", 0x1f } };

/* The length of a name in brackets at the start of `rest`, or 0. */
static size_t shown_length(struct span rest, uint8_t *byte)
{
    static const char open[] = "<[{", close[] = ">]}";
    const char *kind = rest.len > 3 && rest.at[0] ? strchr(open, rest.at[0]) : NULL;

    for (size_t i = 0; kind && i < sizeof shown_names / sizeof shown_names[0]; i++) {
        size_t len = strlen(shown_names[i].name);
        if (rest.len < len + 2 || memcmp(rest.at + 1, shown_names[i].name, len) != 0 ||
            rest.at[len + 1] != (uint8_t)close[kind - open])
            continue;
        *byte = shown_names[i].byte;
        return len + 2;
    }
    return 0;
}

static bool shows_frames(struct span bytes)
{
    bool found = false;
    uint8_t byte = 0;

    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.at[i];
        if (c < 0x20 && c != CR && c != LF && c != '\t')
            return false;
        if (!found && shown_length(span_of(bytes.at + i, bytes.len - i), &byte) &&
            (byte == STX || byte == VT))
            found = true;
    }
    return found;
}

/* Writes the bytes with the names read. Real line ends behind a name only lay the text out; any
 * others do so too where `layout` says it. */
static enum error read_names(struct span bytes, bool layout, struct buffer *out)
{
    enum error e = ERROR_OK;
    bool behind = false;

    while (e == ERROR_OK && bytes.len) {
        uint8_t byte = bytes.at[0];
        size_t took = shown_length(bytes, &byte);
        bool end = !took && (byte == CR || byte == LF);
        if (!end || (!behind && !layout))
            e = buffer_put_byte(out, byte);
        behind = took || (end && behind);
        took = took ? took : 1;
        bytes = span_of(bytes.at + took, bytes.len - took);
    }
    return e;
}

/* Frames of LIS01 end their records themselves; the lines of a text report or of HL7 are real. */
enum error raw_read_names(struct span bytes, struct buffer *out)
{
    enum error e = ERROR_NOT_FOUND;

    if (!shows_frames(bytes))
        return e;
    e = read_names(bytes, true, out);
    if (e != ERROR_OK || raw_form_of(buffer_span(out)) == RAW_FRAMES)
        return e;
    buffer_clear(out);
    return read_names(bytes, false, out);
}

/* Frames */

/* The length of a frame without its line end: up to two digits behind ETX or ETB; 0 when there is
 * no such end. */
static size_t frame_length(struct span rest)
{
    for (size_t i = 1; i + 2 < rest.len; i++)
        if ((rest.at[i] == ETX || rest.at[i] == ETB) && is_hex(rest.at[i + 1]) &&
            is_hex(rest.at[i + 2]))
            return i + 3;
    return 0;
}

static size_t line_end_length(struct span rest)
{
    if (rest.len && rest.at[0] == CR)
        return rest.len > 1 && rest.at[1] == LF ? 2 : 1;
    return rest.len && rest.at[0] == LF ? 1 : 0;
}

enum error raw_mend_frames(struct span bytes, struct buffer *out)
{
    const uint8_t *first = bytes.len ? memchr(bytes.at, STX, bytes.len) : NULL;
    size_t before = first ? (size_t)(first - bytes.at) : bytes.len;
    bool opened = before && memchr(bytes.at, ENQ, before);
    enum error e = first && !opened ? buffer_put_byte(out, ENQ) : ERROR_OK;
    uint8_t last = 0;

    while (e == ERROR_OK && bytes.len) {
        size_t frame = bytes.at[0] == STX ? frame_length(bytes) : 0;
        size_t took = frame ? frame : 1;
        e = buffer_put(out, span_of(bytes.at, took));
        last = bytes.at[took - 1];
        bytes = span_of(bytes.at + took, bytes.len - took);
        if (frame && e == ERROR_OK) {
            e = buffer_put_text(out, "\r\n");
            took = line_end_length(bytes);
            bytes = span_of(bytes.at + took, bytes.len - took);
        }
    }
    return e == ERROR_OK && last != EOT ? buffer_put_byte(out, EOT) : e;
}

/* Lines */

/* Whether the last two characters are the checksum of the line, which begins with its frame
 * number: with CR and ETX or ETB, or with the ETX or ETB alone, as frames are. */
static bool has_checksum(struct span line)
{
    static const uint8_t ends[] = { CR + ETX, CR + ETB, ETX, ETB };
    static const uint8_t digits[] = "0123456789ABCDEF";
    uint8_t sum = 0;

    if (line.len < 4)
        return false;
    for (size_t i = 0; i + 2 < line.len; i++)
        sum = (uint8_t)(sum + line.at[i]);
    for (size_t i = 0; i < sizeof ends; i++) {
        uint8_t whole = (uint8_t)(sum + ends[i]);
        if (line.at[line.len - 2] == digits[whole >> 4] &&
            line.at[line.len - 1] == digits[whole & 15])
            return true;
    }
    return false;
}

/* `1H|...`: a frame number before the record type. */
static bool is_numbered(struct span line, uint8_t field)
{
    return line.len > 2 && line.at[0] >= '0' && line.at[0] <= '7' &&
           strchr("HPORCQLMS", line.at[1]) && line.at[1] && line.at[2] == field;
}

static struct span mend_line(struct span line, uint8_t field)
{
    if (!is_numbered(line, field))
        return line;
    if (has_checksum(line))
        line.len -= 2;
    return span_of(line.at + 1, line.len - 1);
}

static size_t line_length(struct span bytes)
{
    size_t len = 0;
    while (len < bytes.len && bytes.at[len] != CR && bytes.at[len] != LF)
        len++;
    return len;
}

/* A line that is only a checksum of two digits stood behind a CR that was kept. */
static bool is_bare_checksum(struct span line)
{
    return line.len == 2 && is_hex(line.at[0]) && is_hex(line.at[1]);
}

enum error raw_mend_lines(struct span bytes, struct buffer *out)
{
    enum error e = ERROR_OK;
    bool numbered;
    uint8_t field;

    bytes = raw_without_mark(bytes);
    field = bytes.len > 2 ? bytes.at[2] : 0;
    numbered = is_numbered(bytes, field) && bytes.at[1] == 'H';
    while (e == ERROR_OK && bytes.len) {
        size_t len = line_length(bytes), end;
        struct span line = span_of(bytes.at, len);
        bytes = span_of(bytes.at + len, bytes.len - len);
        end = line_end_length(bytes);
        bytes = span_of(bytes.at + end, bytes.len - end);
        if (numbered && is_bare_checksum(line))
            continue;
        e = buffer_put(out, numbered ? mend_line(line, field) : line);
        if (e == ERROR_OK)
            e = buffer_put_byte(out, CR);
    }
    return e;
}
