/* Each language's bytes, read back by an interpreter of the test's own and compared dot for dot. */
#include "tests/labels/interpret.h"
#include "tests/unit/draw/samples.h"
#include "tests/unit/test.h"

#include "labels/print/language.h"

#include <stdio.h>
#include <string.h>

/* What is loaded, for each language that asks; and a stock that fits on it. */
static const struct loading {
    const char *language;
    struct media media;
    enum label_stock stock;
} loadings[] = {
    { "zpl", { 0, 0 }, LABEL_STOCK_2X1 },
    { "zpl", { 0, 0 }, LABEL_STOCK_SMALL },
    { "epl2", { 0, 0 }, LABEL_STOCK_2X1 },
    { "epl2", { 0, 0 }, LABEL_STOCK_SMALL },
    { "tspl", { 0, 0 }, LABEL_STOCK_2X1 },
    { "tspl", { 0, 0 }, LABEL_STOCK_SMALL },
    { "brother-ql", { 62, 0 }, LABEL_STOCK_2X1 },
    { "brother-ql", { 62, 29 }, LABEL_STOCK_62X29 },
    { "brother-ql", { 62, 29 }, LABEL_STOCK_SMALL },
    { "brother-ql", { 29, 90 }, LABEL_STOCK_2X1 },
    { "dymo-450", { 57, 32 }, LABEL_STOCK_2X1 },
    { "dymo-450", { 28, 89 }, LABEL_STOCK_2X1 },
    { "dymo-450", { 25, 54 }, LABEL_STOCK_SMALL },
    { "dymo-550", { 57, 32 }, LABEL_STOCK_2X1 },
    { "dymo-550", { 28, 89 }, LABEL_STOCK_2X1 },
};
enum { LOADINGS = sizeof loadings / sizeof *loadings };

static struct buffer wrap(const struct language *language, const struct bitmap *picture,
                          struct media media, unsigned dpi, bool compress)
{
    const struct envelope envelope = { media, dpi, compress };
    struct buffer out;
    buffer_init(&out, LABEL_PICTURE_MAX);
    assert_int_equal(language->wrap(picture, &envelope, &out), ERROR_OK);
    return out;
}

static void expect_back(const struct language *language, const struct bitmap *picture,
                        struct media media, unsigned dpi)
{
    for (int compress = 0; compress < 2; compress++) {
        struct buffer bytes = wrap(language, picture, media, dpi, compress);
        struct complaint why = { "" };
        struct bitmap paper;
        if (!interpret(language->id, buffer_span(&bytes), &paper, &why))
            fail_msg("%s: %s", language->id, why.text);
        if (!interpret_holds(&paper, picture))
            fail_msg("%s: another picture comes out", language->id);
        bitmap_free(&paper);
        buffer_free(&bytes);
    }
}

static int prepare(void **state)
{
    struct label_drawer *drawer = NULL;
    struct complaint why = { "" };
    if (label_draw_prepare(&drawer, &why) != ERROR_OK)
        return -1;
    *state = drawer;
    return 0;
}

static int end(void **state)
{
    label_draw_free(*state);
    return 0;
}

static void every_label_comes_out_dot_for_dot(void **state)
{
    static const unsigned resolutions[] = { 203, 300, 600 };
    for (size_t i = 0; i < LOADINGS; i++) {
        const struct language *language = language_find(loadings[i].language);
        for (size_t r = 0; r < 3; r++) {
            struct label label = sample_label(sample_scripts[(i + r) % 6]);
            struct bitmap picture;
            if (!language_has_dpi(language, resolutions[r]))
                continue;
            assert_int_equal(
                label_draw_bitmap(*state, &label,
                                  (struct label_medium) { loadings[i].stock, resolutions[r] },
                                  &picture, NULL, NULL),
                ERROR_OK);
            expect_back(language, &picture, loadings[i].media, resolutions[r]);
            bitmap_free(&picture);
        }
    }
}

static uint32_t next(uint32_t *seed)
{
    return *seed = *seed * 1664525 + 1013904223;
}

static bool pattern(int kind, int x, int y, uint32_t *seed)
{
    if (kind == 0)
        return next(seed) >> 31;
    return (kind == 1 ? x / (1 + y % 7) : y / 5 + x / 40) & 1;
}

/* Noise, lines and fields: what no label looks like. */
static void any_picture_comes_out(void **state)
{
    uint32_t seed = 20260312;
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct bitmap picture;
        int width = 8 + (int)(next(&seed) >> 16) % 280, height = 8 + (int)(next(&seed) >> 16) % 200;
        assert_int_equal(bitmap_new(width, height, &picture), ERROR_OK);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                if (pattern(round % 3, x, y, &seed))
                    bitmap_darken(&picture, x, y);
        for (size_t i = 0; i < LOADINGS; i++) {
            const struct language *language = language_find(loadings[i].language);
            expect_back(language, &picture, loadings[i].media, language->dpi);
        }
        bitmap_free(&picture);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    static const struct envelope narrow = { { 29, 90 }, 300, false },
                                 none = { { 41, 0 }, 300, false };
    struct bitmap picture;
    struct buffer out;
    (void)state;
    buffer_init(&out, LABEL_PICTURE_MAX);
    assert_int_equal(bitmap_new(696, 310, &picture), ERROR_OK);
    assert_int_equal(language_find("brother-ql")->wrap(&picture, &narrow, &out), ERROR_TOO_BIG);
    assert_int_equal(language_find("brother-ql")->wrap(&picture, &none, &out), ERROR_NOT_FOUND);
    assert_int_equal(language_find("dymo-450")->wrap(&picture, &none, &out), ERROR_NOT_FOUND);
    assert_int_equal(language_find("dymo-550")->wrap(&picture, &narrow, &out), ERROR_OK);
    bitmap_free(&picture);
    buffer_free(&out);
}

/* Three dots, byte for byte as the documents have it. */
static void a_small_picture_is_these_bytes(void **state)
{
    static const struct {
        const char *language, *bytes;
        size_t len;
    } expected[] = {
#define WHOLE(text) text, sizeof(text) - 1
        { "zpl", WHOLE("^XA^PW10^LL2^LH0,0^FO0,0^GFA,4,4,2,H8,H04,^FS^PQ1,0,0,N^XZ\n") },
        { "epl2", WHOLE("\nN\nq10\nQ2,24\nGW0,0,2,2,\x77\xff\xff\xbf\nP1\n") },
        { "tspl", WHOLE("\r\nSIZE 0.05,0.01\r\nGAP 0.12,0\r\nCLS\r\nBITMAP 0,0,2,2,0,"
                        "\x77\xff\xff\xbf\r\nPRINT 1,1\r\n") },
    };
    struct bitmap picture;
    (void)state;
    assert_int_equal(bitmap_new(10, 2, &picture), ERROR_OK);
    bitmap_darken(&picture, 0, 0);
    bitmap_darken(&picture, 4, 0);
    bitmap_darken(&picture, 9, 1);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct buffer out = wrap(language_find(expected[i].language), &picture,
                                 (struct media) { 0, 0 }, 203, false);
        assert_int_equal(out.len, expected[i].len);
        assert_memory_equal(out.at, expected[i].bytes, expected[i].len);
        buffer_free(&out);
    }
    bitmap_free(&picture);
}

/* Counts how often a byte stands in the picture. */
static size_t count_byte(const struct buffer *b, char byte)
{
    size_t count = 0;
    for (size_t i = 0; i < b->len; i++)
        count += b->at[i] == (uint8_t)byte;
    return count;
}

static void no_name_becomes_a_printer_command(void **state)
{
    for (size_t i = 0; i < SAMPLE_HOSTILE; i++) {
        static const char head[] = "^XA^PW406^LL203^LH0,0^FO0,0^GFA,10353,10353,51,";
        static const char tail[] = "^FS^PQ1,0,0,N^XZ\n";
        struct label label = sample_label(sample_hostile[i]);
        struct bitmap picture;
        struct buffer out;
        assert_int_equal(label_draw_bitmap(*state, &label,
                                           (struct label_medium) { LABEL_STOCK_2X1, 203 }, &picture,
                                           NULL, NULL),
                         ERROR_OK);
        out = wrap(language_find("zpl"), &picture, (struct media) { 0, 0 }, 203, false);
        assert_memory_equal(out.at, head, sizeof head - 1);
        assert_memory_equal(out.at + out.len - (sizeof tail - 1), tail, sizeof tail - 1);
        assert_int_equal(count_byte(&out, '^'), 9);
        assert_int_equal(count_byte(&out, '~'), 0);
        buffer_free(&out);
        bitmap_free(&picture);
    }
}

static void media_are_read_as_they_are_written(void **state)
{
    static const char *const bad[] = { "",        "x",    "62x",     "x29", "4",
                                       "62x29x1", "6200", "62 x 29", "-9" };
    struct media media;
    (void)state;
    assert_int_equal(media_parse("62", &media), ERROR_OK);
    assert_true(media_same(media, (struct media) { 62, 0 }));
    assert_int_equal(media_parse("29x90", &media), ERROR_OK);
    assert_true(media_same(media, (struct media) { 29, 90 }));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(media_parse(bad[i], &media), ERROR_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_label_comes_out_dot_for_dot),
        cmocka_unit_test(any_picture_comes_out),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_small_picture_is_these_bytes),
        cmocka_unit_test(no_name_becomes_a_printer_command),
        cmocka_unit_test(media_are_read_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, prepare, end);
}
