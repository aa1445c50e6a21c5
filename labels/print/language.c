/* The table of languages; sources: devices.md 5.7, with the grade of each fact. */
#include "labels/print/language.h"

#include "core/base/text.h"
#include "labels/print/envelopes.h"

#include <stdio.h>
#include <string.h>

#define BYTES(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

enum { SOON_MS = 50, PAUSE_MS = 250 };

/* 400 zeros, ESC @, ESC i S: whatever it was in the middle of is over, then how it is. */
#define TEN_ZEROS "\0\0\0\0\0\0\0\0\0\0"
#define HUNDRED_ZEROS                                                                              \
    TEN_ZEROS TEN_ZEROS TEN_ZEROS TEN_ZEROS TEN_ZEROS TEN_ZEROS TEN_ZEROS TEN_ZEROS TEN_ZEROS      \
        TEN_ZEROS
#define BROTHER_QUESTION HUNDRED_ZEROS HUNDRED_ZEROS HUNDRED_ZEROS HUNDRED_ZEROS "\x1b@\x1bi\x53"

static const struct language languages[] = {
    {
        .id = "zpl",
        .title = "Zebra ZPL II",
        .dpi = 203,
        .other_dpi = { 300, 600 },
        .wrap = zpl_wrap,
        .check = BYTES("~HS\r\n"),
        .before = BYTES("~HS\r\n"),
        .after = BYTES("~HS\r\n"),
        .pause_ms = PAUSE_MS,
        .proof = PROOF_IDLE,
        .read = zpl_read,
    },
    {
        .id = "epl2",
        .title = "Zebra and Eltron EPL2",
        .draft = true,
        .dpi = 203,
        .other_dpi = { 300, 0 },
        .wrap = epl2_wrap,
        .check = BYTES("^ee\r\n"),
        .before = BYTES("^ee\r\n"),
        .after = BYTES("^ee\r\n"),
        .pause_ms = PAUSE_MS,
        .proof = PROOF_NONE,
        .read = epl2_read,
    },
    {
        .id = "tspl",
        .title = "TSC TSPL",
        .draft = true,
        .dpi = 203,
        .other_dpi = { 300, 600 },
        .wrap = tspl_wrap,
        .check = BYTES("\x1b!?"),
        .before = BYTES("\x1b!?"),
        .after = BYTES("\x1b!?"),
        .pause_ms = SOON_MS,
        .proof = PROOF_BUSY,
        .read = tspl_read,
    },
    {
        .id = "brother-ql",
        .title = "Brother QL raster",
        .mute_on_network = true,
        .dpi = 300,
        .media = { 62, 0 },
        .area = brother_area,
        .wrap = brother_wrap,
        .check = BYTES(BROTHER_QUESTION),
        .before = BYTES(BROTHER_QUESTION),
        .pause_ms = PAUSE_MS,
        .proof = PROOF_SAID,
        .read = brother_read,
    },
    {
        .id = "dymo-450",
        .title = "DYMO LabelWriter 450",
        .dpi = 300,
        .media = { 57, 32 },
        .area = dymo_area,
        .wrap = dymo450_wrap,
        .check = BYTES("\x1b\x41"),
        .before = BYTES("\x1b\x41"),
        .after = BYTES("\x1b\x41"),
        .pause_ms = PAUSE_MS,
        .proof = PROOF_NONE,
        .read = dymo450_read,
    },
    {
        .id = "dymo-550",
        .title = "DYMO LabelWriter 550 and Wireless",
        .draft = true,
        .dpi = 300,
        .media = { 57, 32 },
        .area = dymo_area,
        .wrap = dymo550_wrap,
        .check = BYTES("\x1b\x41\x00"),
        .before = BYTES("\x1b\x41\x01"),
        .after = BYTES("\x1b\x41\x02"),
        .end = BYTES("\x1b\x45\x1b\x51"),
        .release = BYTES("\x1b\x41\x00"),
        .pause_ms = PAUSE_MS,
        .proof = PROOF_NONE,
        .read = dymo550_read,
    },
};

size_t language_count(void)
{
    return sizeof languages / sizeof *languages;
}

const struct language *language_at(size_t index)
{
    return &languages[index];
}

const struct language *language_find(const char *id)
{
    for (size_t i = 0; i < language_count(); i++)
        if (strcmp(id, languages[i].id) == 0)
            return &languages[i];
    return NULL;
}

bool language_has_dpi(const struct language *language, unsigned dpi)
{
    return dpi &&
           (dpi == language->dpi || dpi == language->other_dpi[0] || dpi == language->other_dpi[1]);
}

/* One side in millimetres; labels are smaller than half a metre. */
static enum error parse_side(struct span text, unsigned *out)
{
    char digits[4];
    uint64_t number;

    if (text.len == 0 || text.len >= sizeof digits)
        return ERROR_BAD_INPUT;
    memcpy(digits, text.at, text.len);
    digits[text.len] = '\0';
    if (text_to_u64(digits, &number) != ERROR_OK || number < 5 || number > 500)
        return ERROR_BAD_INPUT;
    *out = (unsigned)number;
    return ERROR_OK;
}

enum error media_parse(const char *text, struct media *out)
{
    const char *by = strchr(text, 'x');
    struct media media = { 0, 0 };
    enum error e =
        parse_side(span_of(text, by ? (size_t)(by - text) : strlen(text)), &media.width_mm);

    if (e == ERROR_OK && by)
        e = parse_side(span_text(by + 1), &media.length_mm);
    if (e == ERROR_OK)
        *out = media;
    return e;
}

bool media_same(struct media a, struct media b)
{
    return a.width_mm == b.width_mm && a.length_mm == b.length_mm;
}

void media_text(struct media media, char out[48])
{
    if (media.length_mm)
        (void)snprintf(out, 48, "labels of %u x %u mm", media.width_mm, media.length_mm);
    else
        (void)snprintf(out, 48, "a tape of %u mm", media.width_mm);
}

enum error envelope_put_white_rows(const struct bitmap *picture, struct buffer *out)
{
    enum error e = ERROR_OK;

    for (int y = 0; y < picture->height && e == ERROR_OK; y++)
        for (size_t x = 0; x < picture->stride && e == ERROR_OK; x++)
            e = buffer_put_byte(out, (uint8_t)~bitmap_row(picture, y)[x]);
    return e;
}

const char *fault_of_bits(const struct fault_bit *table, size_t count, unsigned bits)
{
    for (size_t i = 0; i < count; i++)
        if (bits & table[i].mask)
            return table[i].sentence;
    return NULL;
}
