/*
 * Text in an SCP-ECG file (EN 1064, annex A): one code for the whole file, said by tag 14.
 *
 * ISO 8859-1 and UTF-8 are read, and ISO 10646 as two or one byte a letter. Of the other codes only
 * the letters of ASCII are sure: the rest become U+FFFD, because a wrong letter in a name is worse
 * than none.
 */
#include "instruments/ecg/scp.h"

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "instruments/ecg/ecg_bytes.h"
#include "instruments/ecg/ecg_text.h"

enum { CODE_ISO_10646 = 0x07, CODE_UTF_8 = 0x37 };

static uint32_t unit_at(struct span bytes, size_t i)
{
    return i + 1 < bytes.len ? ecg_little16(bytes.at + i) : 0;
}

/* Little-endian, as every number of the format, to the first unit that is 0. */
static enum error put_utf16(struct buffer *out, struct span bytes)
{
    enum error e = ERROR_OK;
    size_t i = unit_at(bytes, 0) == 0xfeff ? 2 : 0;
    uint32_t c;

    for (; e == ERROR_OK && (c = unit_at(bytes, i)) != 0; i += 2) {
        uint32_t low = unit_at(bytes, i + 2);
        if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10 | (low - 0xdc00));
            i += 2;
        }
        e = utf8_put(out, c);
    }
    return e;
}

static enum error put_ascii(struct buffer *out, struct span bytes, bool *unread)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < bytes.len && bytes.at[i]; i++) {
        bool known = bytes.at[i] < 0x80;
        *unread = *unread || !known;
        e = utf8_put(out, known ? bytes.at[i] : UTF8_REPLACEMENT);
    }
    return e;
}

/* Letter after letter, with the ends of lines as blanks. */
static enum error put_bytes(struct buffer *out, struct span bytes)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < bytes.len && bytes.at[i]; i++) {
        bool is_break = bytes.at[i] == '\r' || bytes.at[i] == '\n' || bytes.at[i] == '\t';
        e = buffer_put_byte(out, is_break ? ' ' : bytes.at[i]);
    }
    return e;
}

static bool is_wide(struct span bytes)
{
    return (bytes.len >= 4 && (bytes.at[1] == 0 || bytes.at[3] == 0)) ||
           unit_at(bytes, 0) == 0xfeff;
}

/* What ecg_text_take can read as it stands: ISO 8859-1 and UTF-8. */
static bool is_plain(unsigned language, struct span bytes)
{
    return (language & 1) == 0 || (language & 3) == 1 || language == CODE_UTF_8 ||
           (language == CODE_ISO_10646 && text_is_utf8(bytes));
}

enum error scp_text_take(struct scp_reading *r, struct span bytes, const char **out)
{
    struct buffer read, line;
    enum error e;

    buffer_init(&read, LIMIT_TEXT);
    buffer_init(&line, LIMIT_TEXT);
    if (r->language == CODE_ISO_10646 && is_wide(bytes))
        e = put_utf16(&read, bytes);
    else if (is_plain(r->language, bytes))
        e = buffer_put(&read, span_of(bytes.at, bytes.len < LIMIT_TEXT ? bytes.len : LIMIT_TEXT));
    else
        e = put_ascii(&read, bytes, &r->unread_letters);
    if (e != ERROR_NO_MEMORY) /* what is longer than a text may be is cut */
        e = put_bytes(&line, buffer_span(&read));
    if (e != ERROR_NO_MEMORY)
        e = ecg_text_take(r->arena, buffer_span(&line), out);
    buffer_free(&line);
    buffer_free(&read);
    return e;
}
