/* The text of a profile: what is read, and the line that is named when something is wrong. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "instruments/profile/profile.h"
#include "instruments/profile/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char whole[] = "# a profile\n"
                            "[profile]\n"
                            "id = maker-model\n"
                            "maker = Maker\n"
                            "model = Model\n"
                            "maturity = recorded\n"
                            "[connection]\n"
                            "link = lis01\n"
                            "usb = 0403:CD18\n"
                            "usb = 10c4:ea60 bridge\n"
                            "baud = 19200\n"
                            "frame = 8E2\n"
                            "flow = xon-xoff\n"
                            "dtr = off\n"
                            "[message]\n"
                            "format = lis02\n"
                            "[paths]\n"
                            "code = R.3.4\n"
                            "value = R.4\n"
                            "[analytes]\n"
                            "GLU | 2345-7 | Glucose | mg/dL | 0\n"
                            "XYZ | - | Unmapped | - | -\n";

static void test_whole(void **state)
{
    const struct profile_line_settings *line;
    const struct profile_usb_id *usb;
    const struct profile_analyte *analytes;
    struct profile *p = NULL;
    size_t count;

    (void)state;
    assert_int_equal(profile_parse("x.profile", span_text(whole), &p, NULL), ERROR_OK);
    assert_string_equal(profile_id(p), "maker-model");
    assert_string_equal(profile_maker(p), "Maker");
    assert_string_equal(profile_model(p), "Model");
    assert_int_equal(profile_maturity(p), PROFILE_RECORDED);
    assert_string_equal(profile_link(p), "lis01");
    assert_string_equal(profile_message(p), "lis02");
    line = profile_line(p);
    assert_int_equal(line->baud, 19200);
    assert_int_equal(line->stop_bits, 2);
    assert_int_equal(line->parity, 'E');
    assert_int_equal(line->flow, 'X');
    assert_false(line->dtr);
    assert_true(line->rts);
    usb = profile_usb_ids(p, &count);
    assert_int_equal(count, 2);
    assert_int_equal(usb[0].product, 0xcd18);
    assert_false(usb[0].bridge);
    assert_int_equal(usb[1].vendor, 0x10c4);
    assert_true(usb[1].bridge);
    analytes = profile_analytes(p, &count);
    assert_int_equal(count, 2);
    assert_string_equal(analytes[0].loinc, "2345-7");
    assert_int_equal(analytes[0].decimals, 0);
    assert_string_equal(analytes[1].loinc, "");
    assert_int_equal(analytes[1].decimals, -1);
    assert_string_equal(profile_code_for_loinc(p, "2345-7"), "GLU");
    assert_null(profile_code_for_loinc(p, "4548-4"));
    profile_free(p);
}

/* A good profile with one more line at its end, and the complaint that line must bring. */
static void test_complaints(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        { "GLU | 2345-6 | Glucose | mg/dL | 0", "x.profile:23: This is no LOINC" },
        { "GLU | 2345-7 | Glucose | mg/dL | 0", "x.profile:23: This code stands here twice" },
        { "GLU | 2345-7 | Glucose", "five columns" },
        { "A | - | - | - | -", "needs a code and a name" },
        { "A | - | B | - | many", "Decimals are" },
        { "[nonsense]", "x.profile:23: There is no section" },
        { "[paths]\nvalue = R", "x.profile:24: A path is written" },
        { "[paths]\nvalue = X.3", "A path is written" },
        { "[paths]\nvalue = R.0", "A path is written" },
        { "[paths]\nvalue = R.3.4.5", "A path is written" },
        { "[paths]\nvalue = R.3[0].4", "A path is written" },
        { "[paths]\nweight = R.3", "There is no place of the name" },
        { "[kinds]\nmaybe = R.3 = 4", "kind = condition" },
        { "[kinds]\nqc = R.3", "A condition is a path" },
        { "[kinds]\nqc = R = Q", "A path is written" },
        { "[connection]\nbaud = fast", "A baud rate" },
        { "[connection]\nframe = 9N1", "8N1" },
        { "[connection]\nusb = 0403", "A USB id" },
        { "[connection]\nusb = 0403:CD18 cable", "A USB id" },
        { "[connection]\nusb = 0403:CD18 serials", "A USB id" },
        { "[connection]\nusb = 0403:CD18 serial \"A", "A USB id" },
        { "[connection]\nusb = 0403:CD18 serial 0123456789012345678901234567890123", "A USB id" },
        { "[connection]\nflow = much", "A flow control" },
        { "[connection]\ndtr = maybe", "on or off" },
        { "[message]\nformat = hl7", "must stand before the first path" },
        { "[message]\ndelimiters = ||^&", "four different signs" },
        { "[message]\nquirk = unheard-of", "There is no quirk" },
        { "[profile]\nmaturity = old", "A maturity is" },
        { "[profile]\nid = Not An Id", "An id is made" },
        { "[profile]\ncolour = red", "no key of the name" },
        { "[units]\nmg/dL", "A unit is" },
        { "[flags]\n! = danger", "A marker is" },
        { "[profile]\nmodel = caf\xe9", "not UTF-8" },
        { "[paths]\nlot = R.lot", "A path is written" },
        { "[paths]\nlot = R.3/(/", "missing closing parenthesis" },
        { "[paths]\nlot = R.1 R.2 R.3 R.4 R.5 R.6 R.7 R.8 R.9", "At most eight paths" },
        { "[kinds]\nqc = R.3 ~ *", "x.profile:24: quantifier" },
        { "[kinds]\nqc = R.3 is red", "A condition is a path" },
        { "[kinds]\nqc = R.3 ~", "A condition is a path" },
        { "[skip]\nR.3", "A condition is a path" },
        { "[structure]\nking = R", "There is no role" },
        { "[structure]\norder =", "role = TYPE" },
        { "[times]\n%H:%M", "A time is written like" },
        { "[framing]\nstart = STX2", "A byte is a name" },
        { "[framing]\nidle = soon", "Silence is" },
        { "[framing]\nlast_line =", "What a line begins with" },
        { "[framing]\nsum = crc", "A checksum is" },
        { "[framing]\nacknowledge = maybe", "yes or no" },
        { "[framing]\nnul = zero", "A NUL is" },
        { "[framing]\nspeed = 3", "no key of the name" },
        { "[patterns]\nresult = x", "Patterns are for profiles" },
        { "[waiver]\nGLU | blood | all | yes | -", "waived, moderate or high" },
        { "[waiver]\nGLU | blood | all | waived | March", "A date is written" },
        { "[waiver]\nGLU", "A waiver has five columns" },
        { "[template]\nLEU {code}", "A line of a template begins with" },
        { "[template]\nonce: {code}", "Only a line \"result:\"" },
        { "[template]\nresult: {colour}", "knows no such text" },
        { "[template]\nresult: {code", "knows no such text" },
        { "[template]\nresult: \\q", "After a backslash" },
        { "[message]\nseparators = CR", "Patterns are for profiles" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct complaint why = { "" };
        struct profile *p = NULL;
        char text[2048];
        (void)snprintf(text, sizeof text, "%s%s\n", whole, cases[i].line);
        assert_int_equal(profile_parse("x.profile", span_text(text), &p, &why), ERROR_BAD_INPUT);
        assert_null(p);
        if (!strstr(why.text, cases[i].says))
            fail_msg("\"%s\" brought: %s", cases[i].line, why.text);
    }
}

static void test_missing(void **state)
{
    static const char *const needed[] = { "id = maker-model\n", "maker = Maker\n",
                                          "model = Model\n",    "link = lis01\n",
                                          "format = lis02\n",   "value = R.4\n" };

    (void)state;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const char *at = strstr(whole, needed[i]);
        struct complaint why = { "" };
        struct profile *p = NULL;
        char text[2048];
        assert_non_null(at);
        (void)snprintf(text, sizeof text, "%.*s%s", (int)(at - whole), whole,
                       at + strlen(needed[i]));
        assert_int_equal(profile_parse("x.profile", span_text(text), &p, &why), ERROR_BAD_INPUT);
        assert_non_null(strstr(why.text, "x.profile:"));
    }
}

static void test_too_large(void **state)
{
    size_t size = LIMIT_PROFILE_LINES + 10;
    char *text = malloc(size);
    struct profile *p = NULL;

    (void)state;
    assert_non_null(text);
    memset(text, '\n', size);
    assert_int_equal(profile_parse("x", span_of(text, size), &p, NULL), ERROR_TOO_BIG);
    free(text);
}

/* Every profile that is built in can be read, bears its file's name, and holds only LOINC codes
 * with the right check digit. */
static void test_builtin(void **state)
{
    const char *const *ids = profile_builtin_ids();
    size_t profiles = 0;

    (void)state;
    for (; ids[profiles]; profiles++) {
        const struct profile_analyte *analytes;
        struct complaint why = { "" };
        struct profile *p = NULL;
        size_t count;
        if (profile_load(ids[profiles], NULL, &p, &why) != ERROR_OK)
            fail_msg("%s", why.text);
        assert_string_equal(profile_id(p), ids[profiles]);
        analytes = profile_analytes(p, &count);
        for (size_t i = 0; i < count; i++)
            assert_true(!*analytes[i].loinc || value_is_loinc(analytes[i].loinc));
        profile_free(p);
    }
    assert_true(profiles >= 5);
}

/* Ids that many devices have, told by the serial number of this one. */
static void test_usb_serial(void **state)
{
    static const char text[] = "[profile]\nid = x\nmaker = Maker\nmodel = Model\nmaturity = draft\n"
                               "[connection]\nlink = file\nusb = 0483:5750 serial STM3210\n"
                               "usb = 0483:5751\n[message]\nformat = ecg\n";
    const struct profile_usb_id *usb;
    struct profile *p = NULL;
    size_t count;

    (void)state;
    assert_int_equal(profile_parse("x", span_text(text), &p, NULL), ERROR_OK);
    usb = profile_usb_ids(p, &count);
    assert_int_equal(count, 2);
    assert_int_equal(usb[0].vendor, 0x0483);
    assert_string_equal(usb[0].serial, "STM3210");
    assert_false(usb[0].bridge);
    assert_string_equal(usb[1].serial, "");
    profile_free(p);
}

/* Of EKG files a profile says only where they come from. */
static void test_ekg_files(void **state)
{
    static const char head[] = "[profile]\nid = x\nmaker = Maker\nmodel = Model\nmaturity = draft\n"
                               "[connection]\nlink = file\n[message]\nformat = ecg\n";
    static const char *const more[] = { "[paths]\ncode = R.3\nvalue = R.4\n",
                                        "[analytes]\nGLU | 2345-7 | Glucose | mg/dL | 0\n",
                                        "[units]\n% = %\n" };
    struct record *records = NULL;
    struct profile *p = NULL;
    struct arena arena;
    size_t count = 0;

    (void)state;
    assert_int_equal(profile_parse("x", span_text(head), &p, NULL), ERROR_OK);
    assert_true(profile_is_ekg(p));
    assert_true(profile_link_options(p)->whole_files);
    arena_init(&arena, LIMIT_DECODE_ARENA);
    assert_int_equal(profile_decode(p, span_text("%PDF-1.4"), true, &arena, &records, &count, NULL),
                     ERROR_BAD_INPUT);
    arena_free(&arena);
    profile_free(p);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, "%s%s", head, more[i]);
        assert_int_equal(profile_parse("x", span_text(text), &p, NULL), ERROR_BAD_INPUT);
    }
}

/* A profile of the site's own folder wins over the built-in one of that id. */
static void test_folder(void **state)
{
    char folder[] = "/tmp/phial-profiles-XXXXXX", path[128];
    struct complaint why = { "" };
    struct profile *p = NULL;
    FILE *f;

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/generic-lis02.profile", folder);
    f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(whole, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(profile_load("generic-lis02", folder, &p, &why), ERROR_OK);
    assert_string_equal(profile_maker(p), "Maker");
    profile_free(p);
    assert_int_equal(profile_load("abbott-afinion-2", folder, &p, &why), ERROR_OK);
    assert_string_equal(profile_maker(p), "Abbott");
    profile_free(p);
    assert_int_equal(profile_load("nobody-nothing", folder, &p, &why), ERROR_NOT_FOUND);
    assert_int_equal(profile_load("../etc/passwd", folder, &p, &why), ERROR_BAD_INPUT);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),      cmocka_unit_test(test_complaints),
        cmocka_unit_test(test_missing),    cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_usb_serial), cmocka_unit_test(test_ekg_files),
        cmocka_unit_test(test_builtin),    cmocka_unit_test(test_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
