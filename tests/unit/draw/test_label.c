/* What a label accepts, and what each format may and may not hold. */
#include "tests/unit/test.h"

#include "tests/unit/draw/samples.h"

#include <stdlib.h>
#include <string.h>

static struct buffer draw(void **state, const struct label *label, enum label_stock stock,
                          unsigned dpi, enum label_format format, unsigned *unknown)
{
    struct buffer out;
    struct complaint why = { "" };
    struct label_medium medium = { stock, dpi };
    buffer_init(&out, LABEL_PICTURE_MAX);
    if (label_draw(*state, label, medium, format, &out, unknown, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return out;
}

static void a_label_needs_its_fields(void **state)
{
    static const char *const bad_accessions[] = { NULL,           "",
                                                  "26031400042",  "2603140004233",
                                                  "26031400042x", " 260314000423" };
    struct complaint why;
    (void)state;
    for (size_t i = 0; i < sizeof bad_accessions / sizeof *bad_accessions; i++) {
        struct label label = sample_label(sample_scripts[0]);
        label.accession = bad_accessions[i];
        assert_int_equal(label_check(&label, &why), ERROR_BAD_INPUT);
    }
    for (int field = 0; field < 7; field++) {
        struct label label = sample_label(sample_scripts[0]);
        *(const char **[]) { &label.family,       &label.mrn,  &label.birth_date, &label.birth_date,
                             &label.collected_at, &label.site, &label.given }[field] =
            (const char *[]) {
                "", "", "", "03/14/1981", "2026-03-14T09:42Z", "a\nb", "\xff"
            }[field];
        assert_int_equal(label_check(&label, &why), ERROR_BAD_INPUT);
        assert_int_equal(why.text[strlen(why.text) - 1], '.');
    }
}

static void unknown_printers_are_refused(void **state)
{
    struct label label = sample_label(sample_scripts[0]);
    struct complaint why;
    struct buffer out;
    buffer_init(&out, LABEL_PICTURE_MAX);
    assert_int_equal(label_draw(*state, &label, (struct label_medium) { LABEL_STOCK_2X1, 96 },
                                LABEL_PNG, &out, NULL, &why),
                     ERROR_UNSUPPORTED);
    assert_int_equal(out.len, 0);
    buffer_free(&out);
}

static void names_of_stocks_and_formats_are_read_back(void **state)
{
    enum label_stock stock;
    enum label_format format;
    (void)state;
    for (int i = 0; i < LABEL_STOCK_COUNT; i++) {
        assert_int_equal(label_stock_parse(label_stock_id((enum label_stock)i), &stock), ERROR_OK);
        assert_int_equal(stock, i);
    }
    for (int i = 0; i < LABEL_FORMAT_COUNT; i++) {
        assert_int_equal(label_format_parse(label_format_id((enum label_format)i), &format),
                         ERROR_OK);
        assert_int_equal(format, i);
    }
    assert_int_equal(label_stock_parse("4x6", &stock), ERROR_NOT_FOUND);
}

/* Every element of the SVG is one of three, with attributes a strict page policy allows. */
static void no_name_becomes_markup(void **state)
{
    for (size_t i = 0; i < SAMPLE_HOSTILE; i++) {
        struct label label = sample_label(sample_hostile[i]);
        struct buffer svg = draw(state, &label, LABEL_STOCK_SMALL, 300, LABEL_SVG, NULL);
        const char *at;
        assert_int_equal(buffer_put_byte(&svg, 0), ERROR_OK);
        for (at = strchr((const char *)svg.at, '<'); at; at = strchr(at + 1, '<'))
            assert_true(strncmp(at, "<svg xmlns=", 11) == 0 ||
                        strncmp(at, "<path fill=", 11) == 0 || strncmp(at, "</svg>", 6) == 0);
        assert_null(strstr((const char *)svg.at, "style"));
        assert_null(strstr((const char *)svg.at, "TEST"));
        assert_null(strchr((const char *)svg.at, '&'));
        buffer_free(&svg);
    }
}

static void every_script_has_its_glyphs(void **state)
{
    for (size_t i = 0; i < SAMPLE_SCRIPTS; i++) {
        struct label label = sample_label(sample_scripts[i]);
        unsigned unknown = 1;
        struct buffer png = draw(state, &label, LABEL_STOCK_2X1, 203, LABEL_PNG, &unknown);
        if (unknown)
            fail_msg("%u characters of %s, %s have no glyph", unknown, label.family, label.given);
        buffer_free(&png);
    }
}

static void a_character_without_a_glyph_is_counted(void **state)
{
    struct label label = sample_label((struct sample_name) { "X\ue000\ue001-TEST", "" });
    unsigned unknown = 0;
    struct buffer png = draw(state, &label, LABEL_STOCK_2X1, 203, LABEL_PNG, &unknown);
    assert_int_equal(unknown, 2);
    buffer_free(&png);
}

static void a_drawing_depends_on_nothing_but_the_label(void **state)
{
    for (int format = 0; format < LABEL_FORMAT_COUNT; format++) {
        struct label label = sample_label(sample_scripts[5]);
        struct buffer one =
            draw(state, &label, LABEL_STOCK_2X1, 300, (enum label_format)format, NULL);
        struct buffer two =
            draw(state, &label, LABEL_STOCK_2X1, 300, (enum label_format)format, NULL);
        assert_int_equal(one.len, two.len);
        assert_memory_equal(one.at, two.at, one.len);
        buffer_free(&one);
        buffer_free(&two);
    }
}

/* PNG 11.2.2: width and height stand at 16 and 20. */
static void the_picture_has_the_size_of_its_stock(void **state)
{
    static const struct {
        enum label_stock stock;
        unsigned dpi, width, height;
    } sizes[] = {
        { LABEL_STOCK_2X1, 203, 406, 203 },   { LABEL_STOCK_2X1, 300, 600, 300 },
        { LABEL_STOCK_2X1, 600, 1200, 600 },  { LABEL_STOCK_SMALL, 203, 304, 101 },
        { LABEL_STOCK_SMALL, 300, 450, 150 }, { LABEL_STOCK_SMALL, 600, 900, 300 },
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct label label = sample_label(sample_scripts[0]);
        struct buffer png = draw(state, &label, sizes[i].stock, sizes[i].dpi, LABEL_PNG, NULL);
        assert_int_equal(png.at[18] << 8 | png.at[19], sizes[i].width);
        assert_int_equal(png.at[22] << 8 | png.at[23], sizes[i].height);
        buffer_free(&png);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_needs_its_fields),
        cmocka_unit_test(unknown_printers_are_refused),
        cmocka_unit_test(names_of_stocks_and_formats_are_read_back),
        cmocka_unit_test(no_name_becomes_markup),
        cmocka_unit_test(every_script_has_its_glyphs),
        cmocka_unit_test(a_character_without_a_glyph_is_counted),
        cmocka_unit_test(a_drawing_depends_on_nothing_but_the_label),
        cmocka_unit_test(the_picture_has_the_size_of_its_stock),
    };
    return cmocka_run_group_tests(tests, samples_prepare, samples_release);
}
