/* What phial.conf says of a printer: what is understood, what is refused in which words, and what a
 * person is told of a printer that is set up well. */
#include "tests/unit/test.h"

#include "labels/print/printer.h"

#include <string.h>

struct words {
    const char *kind, *port, *stock;
    const char *settings[6];
};

static enum error read_words(const struct words *w, struct printer_setup *out,
                             struct complaint *why)
{
    struct printer_words words = { "bench", w->kind, w->port, w->stock, w->settings, 0 };
    while (words.setting_count < 6 && w->settings[words.setting_count])
        words.setting_count++;
    return printer_read(&words, out, why);
}

static struct printer_setup expect(struct words w)
{
    struct printer_setup setup = { .dpi = 0 };
    struct complaint why = { "" };
    if (read_words(&w, &setup, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return setup;
}

static void what_is_not_said_comes_from_the_language(void **state)
{
    struct printer_setup s;
    (void)state;
    s = expect((struct words) { "tcp", "10.0.0.9:9100", "2x1", { NULL } });
    assert_string_equal(s.language->id, "zpl");
    assert_int_equal(s.dpi, 203);
    assert_true(s.answers);
    s = expect((struct words) { "tcp", "[fe80::1]:9100", "2x1", { "language=tspl", "dpi=300" } });
    assert_string_equal(s.host, "fe80::1");
    assert_int_equal(s.dpi, 300);
    s = expect((struct words) { "usb",
                                "04f9:209b@1-1.2#000J9Z",
                                "62x29",
                                { "language=brother-ql", "media=62x29", "compress=yes" } });
    assert_int_equal(s.vendor, 0x04f9);
    assert_int_equal(s.product, 0x209b);
    assert_string_equal(s.path, "1-1.2");
    assert_string_equal(s.serial, "000J9Z");
    assert_int_equal(s.dpi, 300);
    assert_true(s.answers && s.compress);
    s = expect((struct words) { "tcp", "10.0.0.9:9100", "2x1", { "language=brother-ql" } });
    assert_int_equal(s.media.width_mm, 62);
    assert_false(s.answers); /* on the network it says nothing */
    s = expect(
        (struct words) { "tcp", "10.0.0.9:9100", "2x1", { "language=brother-ql", "answers=yes" } });
    assert_true(s.answers);
    s = expect((struct words) { "cups", "Front_desk", "1.5x0.5", { NULL } });
    assert_string_equal(s.queue, "Front_desk");
    assert_null(s.language);
    assert_int_equal(s.format, LABEL_PDF);
    s = expect((struct words) { "file", "/var/labels", "", { "format=dymo-450" } });
    assert_string_equal(s.language->id, "dymo-450");
}

static void mistakes_are_refused_in_clear_words(void **state)
{
    static const struct {
        struct words words;
        const char *said;
    } mistakes[] = {
        { { "usb", "04f9", "2x1", { NULL } }, "the printer's ids such as 0a5f:0084" },
        { { "usb", "04f9:20", "2x1", { NULL } }, "the printer's ids" },
        { { "usb", "04f9:209b-1", "2x1", { NULL } }, "the printer's ids" },
        { { "usb", "04f9:209b@", "2x1", { NULL } }, "the printer's ids" },
        { { "tcp", "10.0.0.9", "2x1", { NULL } }, "an address and a port" },
        { { "cups", "Front desk", "2x1", { NULL } }, "the name of a queue" },
        { { "cups", "Q", "2x1", { "format=svg" } }, "pdf, png or a language" },
        { { "tcp", "h:9100", "4x6", { NULL } }, "stock= must be 2x1, 1.5x0.5 or 62x29" },
        { { "tcp", "h:9100", "2x1", { "language=pcl" } }, "language= must be zpl, epl2" },
        { { "tcp", "h:9100", "2x1", { "dpi=200" } }, "dpi= must be 203, 300 or 600" },
        { { "tcp", "h:9100", "2x1", { "language=epl2", "dpi=600" } }, "does not have 600 dots" },
        { { "tcp", "h:9100", "2x1", { "media=wide" } }, "media= must be what is loaded" },
        { { "tcp", "h:9100", "2x1", { "answers=maybe" } }, "answers= must be yes or no" },
        { { "tcp", "h:9100", "2x1", { "compress" } }, "does not know the setting" },
        { { "usb", "04f9:209b", "2x1", { "language=brother-ql", "media=38" } },
          "cannot print on a tape of 38 mm" },
        { { "usb", "04f9:209b", "2x1", { "language=brother-ql", "media=62x29" } },
          "stock=2x1 does not fit on labels of 62 x 29 mm" },
        { { "usb", "0922:0020", "2x1", { "language=dymo-450", "media=25x54" } }, "does not fit" },
        { { "usb", "0922:0020", "2x1", { "language=dymo-450", "media=57" } }, "cannot print on" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct printer_setup setup;
        struct complaint why = { "" };
        assert_int_not_equal(read_words(&mistakes[i].words, &setup, &why), ERROR_OK);
        if (!strstr(why.text, mistakes[i].said) || !strstr(why.text, "[printer bench]"))
            fail_msg("\"%s\" does not say \"%s\"", why.text, mistakes[i].said);
    }
}

static void what_a_printer_cannot_say_is_said(void **state)
{
    static const struct {
        struct words words;
        const char *said; /* NULL: nothing */
    } printers[] = {
        { { "tcp", "h:9100", "2x1", { NULL } }, NULL },
        { { "usb", "04f9:209b", "2x1", { "language=brother-ql" } }, NULL },
        { { "file", "labels", "2x1", { NULL } }, NULL },
        { { "tcp", "h:9100", "2x1", { "answers=no" } }, "does not report" },
        { { "tcp", "h:9100", "2x1", { "language=brother-ql" } }, "does not report" },
        { { "cups", "Q", "2x1", { NULL } }, "A queue cannot tell" },
        { { "usb", "0922:0020", "2x1", { "language=dymo-450" } }, "no word for a label" },
        { { "tcp", "h:9100", "2x1", { "language=tspl" } }, "language=tspl is a draft" },
        { { "usb", "0922:0028", "2x1", { "language=dymo-550" } }, "a draft" },
        { { "usb", "0a5f:0084", "2x1", { "language=epl2" } }, "has to be scanned back" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof printers / sizeof *printers; i++) {
        struct printer_setup setup = expect(printers[i].words);
        struct complaint remarks;
        printer_remarks(&setup, &remarks);
        if (printers[i].said ? !strstr(remarks.text, printers[i].said) : remarks.text[0] != '\0')
            fail_msg("printer %zu: \"%s\"", i, remarks.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_comes_from_the_language),
        cmocka_unit_test(mistakes_are_refused_in_clear_words),
        cmocka_unit_test(what_a_printer_cannot_say_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
