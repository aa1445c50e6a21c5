/* What form raw bytes have: by their control characters first, then by how they begin. */
#include "instruments/recording/raw.h"

enum { VT = 0x0b, STX = 0x02, ETX = 0x03, ENQ = 0x05, ETB = 0x17, CR = 0x0d, LF = 0x0a };
enum { REPORT_LENGTH = 3, REPORT_PAYLOAD = 60, EOT = 0x04 };

static bool is_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static bool is_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_gap(uint8_t c)
{
    return c == CR || c == LF || c == ' ' || c == '\t';
}

struct span raw_without_mark(struct span bytes)
{
    static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };
    if (bytes.len >= sizeof mark && memcmp(bytes.at, mark, sizeof mark) == 0)
        return span_of(bytes.at + sizeof mark, bytes.len - sizeof mark);
    return bytes;
}

bool raw_says(struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (!is_gap(bytes.at[i]))
            return true;
    return false;
}

static bool is_reports(struct span bytes)
{
    bool speaks = false;

    if (bytes.len == 0 || bytes.len % RAW_REPORT != 0)
        return false;
    for (size_t i = 0; i < bytes.len; i += RAW_REPORT) {
        uint8_t first = bytes.at[i + REPORT_LENGTH + 1];
        if (bytes.at[i + REPORT_LENGTH] > REPORT_PAYLOAD || memcmp(bytes.at + i, bytes.at, 3) != 0)
            return false;
        speaks = speaks || first == STX || first == ENQ || first == EOT;
    }
    return speaks;
}

/* A letter of LIS02 and a delimiter: `H|`, `H!`. */
static bool begins_record(struct span at, const char *letters)
{
    return at.len > 1 && at.at[0] && strchr(letters, at.at[0]) && at.at[1] > ' ' &&
           at.at[1] < 0x7f && !is_word(at.at[1]);
}

/* Whether a frame that begins here has an end: ETX or ETB with two digits behind it. */
static bool has_end(struct span frame)
{
    for (size_t i = 1; i + 2 < frame.len; i++) {
        if (frame.at[i] == STX)
            return false;
        if ((frame.at[i] == ETX || frame.at[i] == ETB) && is_hex(frame.at[i + 1]) &&
            is_hex(frame.at[i + 2]))
            return true;
    }
    return false;
}

/* STX, a frame number, and then a record or a checksum: reports of other devices have an STX too.
 */
static bool is_frame(struct span at)
{
    if (at.len < 3 || at.at[0] != STX || at.at[1] < '0' || at.at[1] > '7')
        return false;
    return begins_record(span_of(at.at + 2, at.len - 2), "HPORCQLMS") || has_end(at);
}

static bool is_framed(struct span bytes)
{
    if (bytes.len && bytes.at[0] == ENQ)
        return true;
    for (size_t i = 0; i < bytes.len; i++)
        if (is_frame(span_of(bytes.at + i, bytes.len - i)))
            return true;
    return false;
}

static struct span skip_gap(struct span bytes)
{
    while (bytes.len && is_gap(bytes.at[0]))
        bytes = span_of(bytes.at + 1, bytes.len - 1);
    return bytes;
}

static bool begins_with(struct span bytes, const char *word)
{
    size_t len = strlen(word);
    return bytes.len >= len && memcmp(bytes.at, word, len) == 0;
}

/* MSH, or what a batch puts in front of it, and a delimiter. */
static bool begins_segment(struct span bytes)
{
    static const char *const names[] = { "MSH", "FHS", "BHS" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (bytes.len > 3 && begins_with(bytes, names[i]) && bytes.at[3] > ' ' &&
            !is_word(bytes.at[3]))
            return true;
    return false;
}

/* Also in UTF-16, with its mark. */
static bool begins_document(struct span bytes)
{
    static const uint8_t little[] = { 0xff, 0xfe, '<', 0 }, big[] = { 0xfe, 0xff, 0, '<' };
    struct span start = skip_gap(raw_without_mark(bytes));
    return begins_with(start, "<") ||
           (bytes.len > 4 && (memcmp(bytes.at, little, 4) == 0 || memcmp(bytes.at, big, 4) == 0));
}

/* What follows the first VT. */
static struct span first_block(struct span bytes)
{
    const uint8_t *vt = bytes.len ? memchr(bytes.at, VT, bytes.len) : NULL;
    size_t before = vt ? (size_t)(vt - bytes.at) + 1 : bytes.len;
    return skip_gap(span_of(bytes.at + before, bytes.len - before));
}

bool raw_holds_xml(struct span bytes)
{
    return begins_document(first_block(bytes));
}

/* `H|`, or a later record where the header was lost, with a frame number where one was left. */
static bool begins_lines(struct span bytes)
{
    if (bytes.len > 2 && bytes.at[0] >= '0' && bytes.at[0] <= '7' && bytes.at[2] == '|')
        bytes = span_of(bytes.at + 1, bytes.len - 1);
    return begins_record(bytes, "H") || (begins_record(bytes, "PORCQL") && bytes.at[1] == '|');
}

enum raw_form raw_form_of(struct span bytes)
{
    struct span start = skip_gap(raw_without_mark(bytes)), block = first_block(bytes);

    if (is_reports(bytes))
        return RAW_REPORTS;
    if (begins_segment(block) || begins_document(block))
        return RAW_BLOCKS;
    if (begins_segment(start))
        return RAW_SEGMENTS;
    if (begins_document(bytes))
        return RAW_XML;
    if (is_framed(bytes))
        return RAW_FRAMES;
    return begins_lines(start) ? RAW_LINES : RAW_TEXT;
}

size_t raw_message_length(struct span bytes)
{
    bool header = false;

    for (size_t i = 0; i < bytes.len; i++) {
        struct span rest = span_of(bytes.at + i, bytes.len - i);
        bool starts = i == 0 || bytes.at[i - 1] == CR || bytes.at[i - 1] == LF;
        if (!starts || !begins_segment(rest))
            continue;
        if (header)
            return i;
        header = rest.at[0] == 'M';
    }
    return bytes.len;
}

bool raw_take_report(struct span *rest, struct span *report)
{
    const uint8_t *start = rest->len ? memchr(rest->at, STX, rest->len) : NULL;
    size_t from = start ? (size_t)(start - rest->at) + 1 : 0, end = from;

    if (!raw_says(*rest))
        return false;
    while (end < rest->len && rest->at[end] != STX && (!start || rest->at[end] != ETX))
        end++;
    *report = span_of(rest->at + from, end - from);
    end += end < rest->len && rest->at[end] == ETX;
    *rest = span_of(rest->at + end, rest->len - end);
    return true;
}
