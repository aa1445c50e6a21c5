/* phial.conf and the command line: what is taken, and what a person is told about the rest. */
#include "tests/unit/test.h"

#include "core/daemon/config.h"
#include "core/daemon/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct folder {
    char path[64];
};

static void make_folder(struct folder *f, const char *conf)
{
    char path[128];
    FILE *file;

    (void)snprintf(f->path, sizeof f->path, "/tmp/phial-config-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    if (!conf)
        return;
    (void)snprintf(path, sizeof path, "%s/phial.conf", f->path);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(conf, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void remove_folder(const struct folder *f)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/phial.conf", f->path);
    (void)unlink(path);
    (void)rmdir(f->path);
}

/* Reads a configuration of that text. */
static enum error read_text(const char *conf, struct config *c, struct complaint *why)
{
    struct folder f;
    enum error e;

    *why = (struct complaint) { "" };
    make_folder(&f, conf);
    config_init(c);
    e = config_read(c, f.path, why);
    remove_folder(&f);
    return e;
}

static void runs_without_a_file(void **state)
{
    struct config c;
    struct complaint why;

    (void)state;
    assert_int_equal(read_text(NULL, &c, &why), ERROR_OK);
    assert_string_equal(c.listen, "127.0.0.1:8080");
    assert_int_equal(c.idle_lock_seconds, 180);
    assert_int_equal(c.instrument_count, 0);
    config_free(&c);
}

static void instruments_and_printers_are_read(void **state)
{
    struct config c;
    struct complaint why;

    (void)state;
    assert_int_equal(read_text("[site]\nname = Elm Street Clinic\nzone = America/Chicago\n"
                               "[instrument afinion]\nprofile = abbott-afinion-2\n"
                               "port = tcp-listen:127.0.0.1:4001\nbaud = 19200\n"
                               "[printer front]\nkind = tcp\nport = 10.0.0.9:9100\ndpi = 300\n",
                               &c, &why),
                     ERROR_OK);
    assert_string_equal(c.site_name, "Elm Street Clinic");
    assert_int_equal(c.instrument_count, 1);
    assert_string_equal(c.instruments[0].profile, "abbott-afinion-2");
    assert_int_equal(c.instruments[0].setting_count, 1);
    assert_string_equal(c.instruments[0].settings[0], "baud=19200");
    assert_int_equal(c.printer_count, 1);
    assert_string_equal(c.printers[0].stock, "2x1");
    assert_string_equal(c.printers[0].settings[0], "dpi=300");
    config_free(&c);
}

/* What is wrong, and the words that the complaint must hold. */
static void refused(const char *conf, const char *words)
{
    struct config c;
    struct complaint why;

    assert_int_not_equal(read_text(conf, &c, &why), ERROR_OK);
    if (!strstr(why.text, words))
        fail_msg("\"%s\" does not say \"%s\"", why.text, words);
    config_free(&c);
}

static void a_site_has_its_own_words_for_urgent(void **state)
{
    struct config c;
    struct complaint why;

    (void)state;
    assert_int_equal(read_text("", &c, &why), ERROR_OK);
    assert_non_null(strstr(c.ekg_urgent, "STEMI"));
    config_free(&c);
    assert_int_equal(read_text("[ekg]\nurgent = tako-tsubo, wide complex\n", &c, &why), ERROR_OK);
    assert_string_equal(c.ekg_urgent, "tako-tsubo, wide complex");
    config_free(&c);
    assert_int_equal(read_text("[ekg]\nurgently = STEMI\n", &c, &why), ERROR_BAD_INPUT);
    config_free(&c);
}

static void mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    refused("[site]\nzone = UTC\ncolour = red\n", "phial.conf:3: there is no setting colour");
    refused("[sites]\nzone = UTC\n", "phial.conf:2: there is no section [sites]");
    refused("[site]\nidle_lock = never\n", "phial.conf:2:");
    refused("[instrument x]\nprofile = generic-lis02\n", "[instrument x] needs");
    refused(
        "[site]\nname = 2345678901234567890123456789012345678901234567890123456789012345678901234"
        "56789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
        "1234567890123456789012345678901234567890123456789012345678901234567890\n",
        "phial.conf:2: the line has more than");
    refused("[printer p]\nkind = laser\nport = /tmp\n", "must be file, tcp, usb or cups");
    refused("[printer p]\nkind = usb\n", "VVVV:PPPP for kind=usb");
    refused("[printer p]\nkind = usb\nport = zebra\n", "the printer's ids such as");
    refused("[printer p]\nkind = usb\nport = 04f9:209b\nlanguage = brother-ql\nmedia = 38\n",
            "cannot print on a tape of 38 mm");
}

static void never_offered_to_others_without_tls(void **state)
{
    struct config c;
    struct complaint why;

    (void)state;
    refused("[web]\nlisten = 0.0.0.0:8080\n", "certificate=");
    refused("[web]\nlisten = 127.0.0.1.example.org:80\n", "certificate=");
    refused("[web]\nlisten = 0.0.0.0:8080\ncertificate = c.pem\n", "both");
    refused("[web]\nlisten = 8080\n", "address and a port");
    assert_int_equal(
        read_text("[web]\nlisten = 0.0.0.0:8443\ncertificate = c\nkey = k\n", &c, &why), ERROR_OK);
    config_free(&c);
}

#define LABORATORY "[site]\naddress = 1 Invented Street\nclia = 99D0000000\n"

/* Results go to a health record only where the way there is protected, and never from practice
 * (M28). */
static void a_health_record_is_connected_with_care(void **state)
{
    struct config c;
    struct complaint why;

    (void)state;
    assert_int_equal(read_text(LABORATORY "[exchange EHR]\nprofile = generic-251\nport = "
                                          "127.0.0.1:2575\nsend = filed\nalarm = 5\n",
                               &c, &why),
                     ERROR_OK);
    assert_int_equal(c.exchange_count, 1);
    assert_true(c.exchanges[0].filed);
    assert_int_equal(c.exchanges[0].alarm_minutes, 5);
    assert_int_equal(c.exchanges[0].timeout_seconds, 30);
    config_free(&c);
    refused(LABORATORY "[exchange EHR]\nport = 127.0.0.1:2575\n", "needs a name, profile=");
    refused("[exchange EHR]\nprofile = generic-251\nport = 127.0.0.1:2575\n", "address= and clia=");
    refused(LABORATORY "[exchange EHR]\nprofile = generic-251\nport = ehr.example.org:2575\n",
            "unprotected");
    refused(LABORATORY "[exchange EHR]\nsend = never\n", "send is signed or filed");
    refused(LABORATORY "practice = yes\n[exchange EHR]\nprofile = generic-251\nport = "
                       "127.0.0.1:2575\n",
            "invented results never go to a health record");
    assert_int_equal(read_text(LABORATORY "[exchange EHR]\nprofile = generic-251\nport = "
                                          "10.1.2.3:2575\nin_clear = yes\n",
                               &c, &why),
                     ERROR_OK);
    config_free(&c);
}

static void options_are_taken_and_refused(void **state)
{
    const char *data = "d";
    bool json = false;
    uint64_t port = 0;
    const struct option_spec specs[] = { { "data", &data, NULL, NULL },
                                         { "json", NULL, &json, NULL },
                                         { "port", NULL, NULL, &port } };
    char *good[] = { (char *)"x",      (char *)"word", (char *)"--data=/a", (char *)"--json",
                     (char *)"--port", (char *)"8",    (char *)"--",        (char *)"--data" };
    char *unknown[] = { (char *)"x", (char *)"--dat", (char *)"/a" };
    char *valueless[] = { (char *)"x", (char *)"--data" };
    char *word[] = { (char *)"x", (char *)"--port", (char *)"many" };
    struct option_words words;
    struct complaint why;

    (void)state;
    assert_int_equal(options_parse(8, good, specs, 3, &words, &why), ERROR_OK);
    assert_string_equal(data, "/a");
    assert_true(json);
    assert_int_equal(port, 8);
    assert_int_equal(words.count, 2);
    assert_string_equal(words.at[1], "--data");
    assert_int_equal(options_parse(3, unknown, specs, 3, &words, &why), ERROR_BAD_INPUT);
    assert_non_null(strstr(why.text, "--dat"));
    assert_int_equal(options_parse(2, valueless, specs, 3, &words, &why), ERROR_BAD_INPUT);
    assert_int_equal(options_parse(3, word, specs, 3, &words, &why), ERROR_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_without_a_file),
        cmocka_unit_test(instruments_and_printers_are_read),
        cmocka_unit_test(a_site_has_its_own_words_for_urgent),
        cmocka_unit_test(mistakes_are_named_with_their_line),
        cmocka_unit_test(never_offered_to_others_without_tls),
        cmocka_unit_test(a_health_record_is_connected_with_care),
        cmocka_unit_test(options_are_taken_and_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
