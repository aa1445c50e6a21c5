/* Views of an EKG, what cannot be drawn, how large a drawing is. Its lines: tests/tracing. */
#include "tests/unit/test.h"

#include "labels/draw/tracing.h"
#include "tests/support/ecg_tracing.h"
#include "tests/unit/draw/samples.h"

#include "core/base/limits.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

struct drawn {
    struct arena arena;
    struct ecg ecg;
    struct buffer out;
    struct complaint why;
};

static void begin(struct drawn *d, double rate, double seconds)
{
    arena_init(&d->arena, LIMIT_ECG_ARENA);
    buffer_init(&d->out, TRACING_SVG_MAX);
    d->why.text[0] = '\0';
    assert_int_equal(
        ecg_tracing_make(&d->arena, (struct ecg_tracing) { rate, seconds, 5, false }, &d->ecg),
        ERROR_OK);
}

static void end(struct drawn *d)
{
    buffer_free(&d->out);
    arena_free(&d->arena);
}

static void a_view_is_read_back_from_its_text(void **state)
{
    static const char *const texts[] = { "3x4 standard 25 10", "6x2 cabrera 50 5",
                                         "12x1 standard 50 20", "3x4 cabrera 25 20 from 37" };
    char text[TRACING_VIEW_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct tracing_view view = { 0 };
        assert_int_equal(tracing_view_parse(texts[i], &view), ERROR_OK);
        tracing_view_text(view, text);
        assert_string_equal(text, texts[i]);
    }
    tracing_view_text(tracing_view_usual(), text);
    assert_string_equal(text, texts[0]);
}

static void another_text_is_no_view(void **state)
{
    static const char *const texts[] = {
        "",
        "3x4",
        "3x4 standard 25",
        "4x3 standard 25 10",
        "3x4 Standard 25 10",
        "3x4 standard 30 10",
        "3x4 standard 25 15",
        "3x4 standard 25 10 ",
        "3x4  standard 25 10",
        "3x4 standard 25 10 from",
        "3x4 standard 25 10 from 0",
        "3x4 standard 25 10 from 3601",
        "3x4 standard 25 10 from 5 x",
        "3x4 standard 025 10",
        "3x4 standard 25 10 since 5",
    };
    struct tracing_view view = tracing_view_usual(), usual = view;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (tracing_view_parse(texts[i], &view) != ERROR_NOT_FOUND)
            fail_msg("'%s' was read as a view", texts[i]);
    assert_int_equal(tracing_speed_parse("-25", &view), ERROR_NOT_FOUND);
    assert_int_equal(tracing_gain_parse("10.0", &view), ERROR_NOT_FOUND);
    assert_int_equal(tracing_layout_parse("", &view), ERROR_NOT_FOUND);
    assert_memory_equal(&view, &usual, sizeof view);
}

static void a_sheet_is_as_large_as_it_says(void **state)
{
    struct tracing_view view = tracing_view_usual();
    struct drawn d;
    (void)state;
    begin(&d, 50, 10);
    for (view.speed = 25; view.speed <= 50; view.speed += 25) {
        double width, height;
        char head[64];
        tracing_size(view, &width, &height);
        assert_int_equal((int)width, 265);
        assert_int_equal((int)height, view.speed == 25 ? 145 : 295);
        buffer_clear(&d.out);
        assert_int_equal(tracing_draw_svg(&d.ecg, view, NULL, &d.out, &d.why), ERROR_OK);
        (void)snprintf(head, sizeof head, "width=\"%dmm\" height=\"%dmm\" ", (int)width,
                       (int)height);
        assert_non_null(memmem(d.out.at, 200, head, strlen(head)));
    }
    end(&d);
}

static void a_record_without_leads_has_a_signature_page_only(void **state)
{
    struct tracing_overread overread = { .opinion = "agree", .person = "Dana Whitfield-TEST, NP" };
    struct tracing_report report = { .family = "MARLOWE-TEST" };
    struct drawn d;

    begin(&d, 50, 10);
    ecg_init(&d.ecg);
    d.ecg.format = ECG_FORMAT_PDF;
    assert_int_equal(ecg_complete(&d.arena, &d.ecg, &d.why), ERROR_OK);
    assert_false(tracing_drawable(&d.ecg));
    assert_int_equal(tracing_draw_svg(&d.ecg, tracing_view_usual(), NULL, &d.out, &d.why),
                     ERROR_BAD_INPUT);
    assert_non_null(strstr(d.why.text, "open the original."));
    assert_int_equal(
        tracing_draw_pdf(*state, &d.ecg, tracing_view_usual(), &report, &d.out, &d.why),
        ERROR_BAD_INPUT);
    assert_int_equal(d.out.len, 0);
    report.overread = &overread;
    assert_int_equal(
        tracing_draw_pdf(*state, &d.ecg, tracing_view_usual(), &report, &d.out, &d.why), ERROR_OK);
    assert_memory_equal(d.out.at, "%PDF-1.4", 8);
    assert_non_null(memmem(d.out.at, d.out.len, "/Count 1\n", 9));
    end(&d);
}

static void what_is_no_view_or_beyond_the_end_is_refused(void **state)
{
    static const struct tracing_view views[] = {
        { TRACING_LAYOUT_COUNT, TRACING_STANDARD, 25, 10, 0 },
        { TRACING_3X4, TRACING_ORDER_COUNT, 25, 10, 0 },
        { TRACING_3X4, TRACING_STANDARD, 0, 10, 0 },
        { TRACING_3X4, TRACING_STANDARD, 25, 0, 0 },
        { TRACING_3X4, TRACING_STANDARD, 25, 10, 11 },
    };
    struct tracing_report report = { .family = "MARLOWE-TEST" };
    struct drawn d;
    begin(&d, 50, 10);
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        assert_int_equal(tracing_draw_svg(&d.ecg, views[i], NULL, &d.out, &d.why), ERROR_BAD_INPUT);
        assert_int_equal(tracing_draw_pdf(*state, &d.ecg, views[i], &report, &d.out, &d.why),
                         ERROR_BAD_INPUT);
        assert_int_equal(d.out.len, 0);
        assert_int_equal(d.why.text[strlen(d.why.text) - 1], '.');
    }
    end(&d);
}

static void too_much_to_draw_is_said_and_leaves_nothing(void **state)
{
    struct tracing_view view = { TRACING_12X1, TRACING_STANDARD, 25, 10, 0 };
    struct tracing_report report = { .family = "MARLOWE-TEST" };
    struct drawn d;
    begin(&d, 40000, 10);
    assert_int_equal(buffer_put_text(&d.out, "before"), ERROR_OK);
    assert_int_equal(tracing_draw_svg(&d.ecg, view, NULL, &d.out, &d.why), ERROR_TOO_BIG);
    assert_string_equal(d.why.text, "The tracing is too large to be drawn.");
    assert_int_equal(tracing_draw_pdf(*state, &d.ecg, view, &report, &d.out, &d.why),
                     ERROR_TOO_BIG);
    assert_int_equal(d.out.len, 6);
    end(&d);
}

static void the_same_record_gives_the_same_bytes(void **state)
{
    struct tracing_report report = { .family = "MARLOWE-TEST", .given = "Iris J" };
    struct drawn first, second;
    begin(&first, 500, 10);
    begin(&second, 500, 10);
    assert_int_equal(
        tracing_draw_pdf(*state, &first.ecg, tracing_view_usual(), &report, &first.out, &first.why),
        ERROR_OK);
    /* something else in between: fonts have been used, another second may have begun */
    report.given = "\u0645\u062d\u0645\u062f";
    assert_int_equal(tracing_draw_pdf(*state, &second.ecg, tracing_view_usual(), &report,
                                      &second.out, &second.why),
                     ERROR_OK);
    buffer_clear(&second.out);
    report.given = "Iris J";
    assert_int_equal(tracing_draw_pdf(*state, &second.ecg, tracing_view_usual(), &report,
                                      &second.out, &second.why),
                     ERROR_OK);
    assert_int_equal(first.out.len, second.out.len);
    assert_memory_equal(first.out.at, second.out.at, first.out.len);
    assert_null(memmem(first.out.at, first.out.len, "/CreationDate (D:", 17));
    end(&first);
    end(&second);
}

/* The acceptance: 20 kB for ten seconds of twelve leads, at 500 samples a second, as usually
 * shown. */
static void ten_seconds_are_small_on_the_wire(void **state)
{
    struct drawn d;
    uLongf size;
    uint8_t *packed;
    (void)state;
    begin(&d, 500, 10);
    assert_int_equal(tracing_draw_svg(&d.ecg, tracing_view_usual(), NULL, &d.out, &d.why),
                     ERROR_OK);
    size = compressBound((uLong)d.out.len);
    packed = arena_take(&d.arena, size);
    assert_non_null(packed);
    assert_int_equal(compress2(packed, &size, d.out.at, (uLong)d.out.len, 6), Z_OK);
    assert_in_range(size, 10000, 20000);
    end(&d);
}

/* A cart's words stand in the drawing as characters. */
static void no_name_becomes_markup(void **state)
{
    static const char *hostile[] = { "</text><script>x()</script>", "\"/><image href=\"x\"/>" };
    struct drawn d;
    (void)state;
    begin(&d, 50, 10);
    d.ecg.filters = (struct text_list) { hostile, 2 };
    for (size_t i = 0; i < SAMPLE_HOSTILE; i++) {
        buffer_clear(&d.out);
        assert_int_equal(tracing_draw_svg(&d.ecg, tracing_view_usual(), sample_hostile[i].family,
                                          &d.out, &d.why),
                         ERROR_OK);
        assert_null(memmem(d.out.at, d.out.len, "<script", 7));
        assert_null(memmem(d.out.at, d.out.len, "<image", 6));
        assert_null(memmem(d.out.at, d.out.len, "\"/><svg ", 8));
        assert_non_null(memmem(d.out.at, d.out.len, "&lt;/text&gt;&lt;script", 23));
    }
    buffer_clear(&d.out);
    assert_int_equal(
        tracing_draw_svg(&d.ecg, tracing_view_usual(), "a\uffff\u202eb\tc", &d.out, &d.why),
        ERROR_OK);
    assert_non_null(memmem(d.out.at, d.out.len, ">a\ufffdb c<", 9));
    end(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_is_read_back_from_its_text),
        cmocka_unit_test(another_text_is_no_view),
        cmocka_unit_test(a_sheet_is_as_large_as_it_says),
        cmocka_unit_test(a_record_without_leads_has_a_signature_page_only),
        cmocka_unit_test(what_is_no_view_or_beyond_the_end_is_refused),
        cmocka_unit_test(too_much_to_draw_is_said_and_leaves_nothing),
        cmocka_unit_test(the_same_record_gives_the_same_bytes),
        cmocka_unit_test(ten_seconds_are_small_on_the_wire),
        cmocka_unit_test(no_name_becomes_markup),
    };
    return cmocka_run_group_tests(tests, samples_prepare, samples_release);
}
