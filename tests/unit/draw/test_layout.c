/* Where things stand on a label: bars, quiet zones, the ink of every text, and how names are cut.
 */
#include "tests/unit/test.h"

#include "labels/draw/layout.h"
#include "labels/draw/symbol.h"
#include "tests/unit/draw/ink.h"
#include "tests/unit/draw/samples.h"

#include <stdlib.h>
#include <string.h>

static const unsigned resolutions[] = { 203, 300, 600 };
enum { RESOLUTIONS = 3 };

static struct scene lay_out(void **state, const struct label *label, enum label_stock stock,
                            unsigned dpi, enum font_use use)
{
    struct scene scene = { 0 };
    struct complaint why = { "" };
    if (scene_lay_out(&scene, *state, use, label, (struct label_medium) { stock, dpi }, &why) !=
        ERROR_OK)
        fail_msg("%s", why.text);
    return scene;
}

/* A label with as much text as each field takes. */
static struct label crowded(struct sample_name name)
{
    struct label label = sample_label(name);
    label.mrn = "MRN-2024-00123456789-LONGER-THAN-ANY-LABEL-IS-WIDE-0001";
    label.container = "LAVENDER EDTA K2 PAEDIATRIC \u0627\u0644\u0645\u0646\u0635\u0648\u0631";
    label.priority = "as soon as possible please";
    label.collector = "maria.rodriguez-guadalupe";
    label.specimen_type = "Capillary blood from a finger";
    label.site = "left ring finger, second stick";
    label.copy = 999;
    return label;
}

static void ink_stays_where_it_may(void **state)
{
    for (size_t i = 0; i < SAMPLE_SCRIPTS + SAMPLE_HOSTILE; i++)
        for (int variant = 0; variant < 2 * LABEL_STOCK_COUNT * RESOLUTIONS; variant++) {
            struct sample_name name =
                i < SAMPLE_SCRIPTS ? sample_scripts[i] : sample_hostile[i - SAMPLE_SCRIPTS];
            struct label label = variant & 1 ? crowded(name) : sample_label(name);
            struct scene scene =
                lay_out(state, &label, (enum label_stock)(variant / 2 % LABEL_STOCK_COUNT),
                        resolutions[variant / 2 / LABEL_STOCK_COUNT],
                        i & 1 ? FONT_AS_SHAPES : FONT_ON_DOTS);
            char why[128];
            if (!ink_stays(&scene, why, sizeof why))
                fail_msg("%s: %s", name.family, why);
            scene_free(&scene);
        }
}

/* The widths of all bars and spaces of the Code 128, in dots; the first and last are quiet. */
static void bars_are_whole_and_quiet(void **state)
{
    for (int variant = 0; variant < LABEL_STOCK_COUNT * RESOLUTIONS; variant++) {
        enum label_stock stock = (enum label_stock)(variant % LABEL_STOCK_COUNT);
        unsigned dpi = resolutions[variant / LABEL_STOCK_COUNT];
        struct label label = sample_label(sample_scripts[0]);
        struct scene scene = lay_out(state, &label, stock, dpi, FONT_ON_DOTS);
        const struct scene_rect *zone = &scene.quiet[0];
        int first = scene.width, last = 0, module = 1;
        double mm = dpi / 25.4;

        while (module < 0.25 * mm - 1e-6)
            module++;
        for (size_t i = 0; i < scene.rect_count; i++) {
            const struct scene_rect *r = &scene.rects[i];
            if (!ink_in(zone, r->x, r->y))
                continue;
            assert_int_equal(r->width % module, 0);
            assert_int_equal(r->height, zone->height);
            first = MIN(first, r->x);
            last = MAX(last, r->x + r->width);
        }
        assert_int_equal(last - first, SYMBOL_CODE128_MODULES * module);
        assert_true(first >= 10 * module);
        assert_true(zone->x + zone->width - last >= 10 * module);
        if (stock == LABEL_STOCK_2X1) {
            assert_true(zone->height >= 10 * mm - 1e-6);
            assert_true(first >= 5 * mm - 1e-6);
            assert_true(zone->width - last >= 5 * mm - 1e-6);
        }
        assert_true(zone->width <= scene.quiet[1].x);
        scene_free(&scene);
    }
}

static void code_128_is_in_subset_c(void **state)
{
    static const char start_c[] = "11010011100";
    struct symbol symbol;
    struct complaint why;
    (void)state;
    assert_int_equal(symbol_code128("260314000423", &symbol, &why), ERROR_OK);
    assert_int_equal(symbol.columns, 101);
    for (int i = 0; i < 11; i++)
        assert_int_equal(symbol.dark[0][i], start_c[i] == '1');
    assert_int_not_equal(symbol_code128("260314000423x", &symbol, &why), ERROR_OK);
}

static char *name_of(void **state, const char *family, const char *given, double width)
{
    PangoLayout *layout = name_fit(*state, FONT_ON_DOTS, family, given, true, 20, width);
    char *text = g_strdup(pango_layout_get_text(layout));
    assert_true(layout_width(layout) <= width + 0.1);
    g_object_unref(layout);
    return text;
}

static void expect_name(void **state, const char *family, const char *given, double width,
                        const char *expected)
{
    char *text = name_of(state, family, given, width);
    assert_string_equal(text, expected);
    g_free(text);
}

static void given_names_are_cut_before_the_family_name(void **state)
{
    expect_name(state, "DOE-SMITH", "JANE QUINN", 400, "DOE-SMITH, JANE QUINN");
    expect_name(state, "DOE-SMITH", "JANE QUINN", 200, "DOE-SMITH, JANE Q");
    expect_name(state, "DOE-SMITH", "JANE QUINN", 180, "DOE-SMITH, JA\u2026");
    expect_name(state, "DOE-SMITH", "JANE QUINN", 120, "DOE-S\u2026, J\u2026");
    expect_name(state, "DOE-SMITH", "", 100, "DOE-SM\u2026");
}

/* A letter and its marks stay together; Arabic has no initials. */
static void cuts_fall_between_whole_characters(void **state)
{
    for (int width = 60; width < 260; width += 3) {
        char *text = name_of(state, "X", "Thi\u0323 Ho\u0302\u0300ng Nhu\u031bng", width);
        assert_null(strstr(text, "i\u2026"));
        assert_null(strstr(text, "o\u0302\u2026"));
        assert_null(strstr(text, "u\u2026"));
        g_free(text);
    }
    char *arabic = name_of(state, "\u0639", "\u0645\u062d\u0645\u062f \u0639\u0628\u062f", 60);
    assert_null(strstr(arabic, "\u062f \u0639"));
    g_free(arabic);
}

/* All printed text, for looking things up. */
static char *all_text(const struct scene *scene)
{
    GString *all = g_string_new("|");
    for (size_t i = 0; i < scene->text_count; i++)
        g_string_append_printf(all, "%s|", pango_layout_get_text(scene->texts[i].layout));
    return g_string_free(all, FALSE);
}

static void expect_text(void **state, struct label label, enum label_stock stock,
                        const char *expected)
{
    struct scene scene = lay_out(state, &label, stock, 203, FONT_ON_DOTS);
    char *text = all_text(&scene);
    assert_string_equal(text, expected);
    g_free(text);
    scene_free(&scene);
}

static void fields_are_printed_as_people_read_them(void **state)
{
    struct label label = sample_label((struct sample_name) { "DOE-TEST", "JANE Q" });
    expect_text(state, label, LABEL_STOCK_2X1,
                "|DOE-TEST, JANE Q|MRN 00123456|DOB 03/14/1981  F|260314 00042 3|LAV EDTA|STAT|"
                "03/14/26 09:42|Coll: MA07|Venous L arm|");
    expect_text(state, label, LABEL_STOCK_SMALL,
                "|DOE-TEST, JANE Q|260314 00042 3|DOB 03/14/1981|");
    label.priority = "routine";
    label.copy = 2;
    expect_text(state, label, LABEL_STOCK_2X1,
                "|DOE-TEST, JANE Q|MRN 00123456|DOB 03/14/1981  F|260314 00042 3|LAV EDTA|"
                "03/14/26 09:42|Coll: MA07|Venous L arm|COPY 2|");
    expect_text(state, label, LABEL_STOCK_SMALL,
                "|DOE-TEST, JANE Q|COPY 2|260314 00042 3|DOB 03/14/1981|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ink_stays_where_it_may),
        cmocka_unit_test(bars_are_whole_and_quiet),
        cmocka_unit_test(code_128_is_in_subset_c),
        cmocka_unit_test(given_names_are_cut_before_the_family_name),
        cmocka_unit_test(cuts_fall_between_whole_characters),
        cmocka_unit_test(fields_are_printed_as_people_read_them),
    };
    return cmocka_run_group_tests(tests, samples_prepare, samples_release);
}
