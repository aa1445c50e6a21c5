/*
 * A PDF of a cart: kept and shown as it is.
 *
 * Only what tells a whole file from a broken one is looked at (ISO 32000-1, 7.5): the header within
 * the first 1024 bytes, and at the end `startxref`, a place within the file, `%%EOF`. Nothing of
 * its content is read, so nothing is known about the patient.
 */
#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/ecg/ecg_reader.h"

enum { HEADER_WITHIN = 1024, END_WITHIN = 1024 };

static const char header[] = "%PDF-", end_mark[] = "%%EOF", pointer[] = "startxref";

/* The last place of the text within the span, or NULL. */
static const uint8_t *find_last(struct span s, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = s.len; i >= len; i--)
        if (memcmp(s.at + i - len, text, len) == 0)
            return s.at + i - len;
    return NULL;
}

static const uint8_t *find_header(struct span file)
{
    size_t len = file.len < HEADER_WITHIN ? file.len : HEADER_WITHIN;
    return len ? memmem(file.at, len, header, strlen(header)) : NULL;
}

static struct span last_bytes(struct span file, size_t count)
{
    size_t len = file.len < count ? file.len : count;
    return span_of(file.at + file.len - len, len);
}

static enum ecg_claim pdf_claim(struct span file)
{
    return find_header(file) ? ECG_MINE : ECG_NOT_MINE;
}

/* The number behind `at`, blanks before it; false when there is none. */
static bool read_number(const uint8_t *at, const uint8_t *end, size_t *out)
{
    size_t value = 0, digits = 0;

    while (at < end && (*at == ' ' || *at == '\r' || *at == '\n' || *at == '\t'))
        at++;
    for (; at < end && *at >= '0' && *at <= '9' && digits < 12; at++, digits++)
        value = value * 10 + (size_t)(*at - '0');
    *out = value;
    return digits > 0;
}

static enum error check_end(struct span file, struct complaint *why)
{
    struct span tail = last_bytes(file, END_WITHIN);
    const uint8_t *eof = find_last(tail, end_mark);
    const uint8_t *start =
        eof ? find_last(span_of(tail.at, (size_t)(eof - tail.at)), pointer) : NULL;
    size_t place = 0;

    if (!eof)
        return complain(why, ERROR_BAD_INPUT,
                        "The PDF is cut off: its end mark is not there. Export it again.");
    if (!start || !read_number(start + strlen(pointer), eof, &place) || place >= file.len)
        return complain(why, ERROR_BAD_INPUT,
                        "The PDF is damaged: its end does not lead into the file. Export it "
                        "again.");
    return ERROR_OK;
}

static bool is_encrypted(struct span file)
{
    static const char name[] = "/Encrypt";
    return memmem(file.at, file.len, name, strlen(name)) != NULL;
}

static enum error pdf_read(struct arena *a, struct span file, struct ecg *out,
                           struct complaint *why)
{
    const uint8_t *at = find_header(file);
    size_t left = at ? (size_t)(file.at + file.len - at) - strlen(header) : 0;
    enum error e;

    at = at ? at + strlen(header) : file.at;
    if (left < 3 || (at[0] != '1' && at[0] != '2') || at[1] != '.' || at[2] < '0' || at[2] > '9')
        return complain(why, ERROR_UNSUPPORTED,
                        "This PDF says that it is of a version which does not exist.");
    e = check_end(file, why);
    if (e == ERROR_OK)
        e = ecg_note(a, out, "A PDF does not say in data whose it is: read the name on it.");
    if (e == ERROR_OK && is_encrypted(file))
        e = ecg_note(a, out,
                     "The PDF is encrypted: it may ask for a password, or refuse to be printed.");
    return e;
}

const struct ecg_reader ecg_pdf = { ECG_FORMAT_PDF, pdf_claim, pdf_read };
