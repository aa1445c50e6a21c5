/* Text of DICOM elements: character sets, names of persons, decimal strings, codes. */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "instruments/ecg/dicom.h"
#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_xml.h"

#include <stdio.h>

/* Specific Character Set, PS3.3 table C.12-2 and below; whatever is not here is not read. */
static const struct letters {
    const char *name;
    enum dicom_letters kind;
} sets[] = {
    { "", DICOM_LETTERS_ANY },
    { "ISO_IR 6", DICOM_LETTERS_ANY },
    { "ISO 2022 IR 6", DICOM_LETTERS_ANY },
    { "ISO_IR 100", DICOM_LETTERS_LATIN },
    { "ISO 2022 IR 100", DICOM_LETTERS_LATIN },
    { "ISO_IR 192", DICOM_LETTERS_UTF8 },
};

static struct span trim(struct span s)
{
    while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\0'))
        s.len--;
    while (s.len && s.at[0] == ' ')
        s = span_of(s.at + 1, s.len - 1);
    return s;
}

enum dicom_letters dicom_letters_of(const struct dicom_node *set)
{
    struct span name = trim(dicom_value(set, DICOM_TAG(0x0008, 0x0005)));

    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (span_equal(name, span_text(sets[i].name)))
            return sets[i].kind;
    return DICOM_LETTERS_NO;
}

/* A letter above ASCII by a character set that needs a hand: ISO 8859-1, or one that is not read.
 */
static enum error put_letter(struct dicom_reading *r, struct buffer *out, uint8_t byte)
{
    if (byte < 0x80 || r->letters == DICOM_LETTERS_LATIN)
        return utf8_put(out, byte);
    r->unread_letters = true;
    return utf8_put(out, UTF8_REPLACEMENT);
}

enum error dicom_text_of(struct dicom_reading *r, struct span bytes, const char **out)
{
    struct buffer letters;
    enum error e = ERROR_OK;

    bytes = trim(bytes);
    if (bytes.len > LIMIT_TEXT)
        bytes.len = LIMIT_TEXT;
    if (r->letters == DICOM_LETTERS_ANY || r->letters == DICOM_LETTERS_UTF8)
        return ecg_text_take(r->arena, bytes, out);
    buffer_init(&letters, 4 * LIMIT_TEXT);
    for (size_t i = 0; e == ERROR_OK && i < bytes.len; i++)
        e = put_letter(r, &letters, bytes.at[i]);
    if (e == ERROR_OK)
        e = ecg_text_take(r->arena, buffer_span(&letters), out);
    buffer_free(&letters);
    return e;
}

enum error dicom_text(struct dicom_reading *r, const struct dicom_node *list, uint32_t tag,
                      const char **out)
{
    return dicom_text_of(r, dicom_value(list, tag), out);
}

/* The bytes before a mark; `s` is then what stands behind it. */
static struct span cut_at(struct span *s, char mark)
{
    const uint8_t *at = s->len ? memchr(s->at, mark, s->len) : NULL;
    struct span piece = span_of(s->at, at ? (size_t)(at - s->at) : s->len);

    *s = at ? span_of(at + 1, s->len - piece.len - 1) : span_of(NULL, 0);
    return piece;
}

/* PS3.5 section 6.2.1: groups between `=`, components between `^`. */
enum error dicom_person(struct dicom_reading *r, const struct dicom_node *list, uint32_t tag,
                        const char **out)
{
    enum { PARTS = 3 };
    struct span value = trim(dicom_value(list, tag)), group = { NULL, 0 };
    char name[LIMIT_NAME] = "";
    size_t len = 0, kept = 0;

    value = cut_at(&value, '\\'); /* the first of several persons */
    while (value.len && trim(group).len == 0)
        group = cut_at(&value, '=');
    for (unsigned i = 0; i < PARTS && (group.len || i == 0); i++) {
        const char *part = "";
        enum error e = dicom_text_of(r, cut_at(&group, '^'), &part);
        if (e != ERROR_OK)
            return e;
        if (len + strlen(part) + 2 > sizeof name)
            break;
        len += (size_t)snprintf(name + len, sizeof name - len, "%s%s", i ? "^" : "", part);
        kept = *part ? len : kept;
    }
    return ecg_text_take(r->arena, span_of(name, kept), out);
}

bool dicom_decimal(const struct dicom_node *list, uint32_t tag, double *out)
{
    enum { DIGITS = 16 };
    struct span value = trim(dicom_value(list, tag));
    char text[DIGITS + 1] = "";

    if (value.len == 0 || value.len > DIGITS)
        return false;
    memcpy(text, value.at, value.len);
    return ecg_number(text, out);
}

enum error dicom_code(struct dicom_reading *r, const struct dicom_node *list, uint32_t sequence,
                      struct dicom_code *out)
{
    const struct dicom_node *item = dicom_item(list, sequence);
    enum error e = dicom_text(r, item, DICOM_TAG(0x0008, 0x0100), &out->value);

    if (e == ERROR_OK)
        e = dicom_text(r, item, DICOM_TAG(0x0008, 0x0102), &out->scheme);
    if (e == ERROR_OK)
        e = dicom_text(r, item, DICOM_TAG(0x0008, 0x0104), &out->meaning);
    return e;
}
