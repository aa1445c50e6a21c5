/* `phial decode` as a script sees it: its exit code, and what it prints. */
#include "tests/unit/command.h"

#include "instruments/recording/commands.h"

#include <stdlib.h>

static char folder[] = "/tmp/phial-decode-XXXXXX";

static const char *write_file(const char *name, const char *text)
{
    static char path[128];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* Runs it with standard output in a file; the text is in `out`. NULL ends the arguments. */
static int run(const char *first, const char *second, const char *third, char *out, size_t size)
{
    const char *const given[] = { "decode", first, second, third };
    return command_run(command_decode, 4, given, out, size);
}

static const char good[] = "H|\\^&|||Example\rP|1|A\rO|1|S\rR|1|^^^X|5.9|%\rL|1|N\r";

static void test_good(void **state)
{
    char out[4096];

    (void)state;
    assert_int_equal(run(write_file("good", good), NULL, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "{\"profile\":\"generic-lis02\",\"kind\":\"patient\""));
    assert_int_equal(strchr(out, '\n') - out, (long)strlen(out) - 1);
}

static void test_profile_is_obeyed(void **state)
{
    char out[4096];

    (void)state;
    assert_int_equal(
        run("--profile", "siemens-dca-vantage", write_file("good", good), out, sizeof out), 0);
    assert_non_null(strstr(out, "siemens-dca-vantage"));
}

static void test_codes(void **state)
{
    char out[4096];

    (void)state;
    assert_int_equal(run(NULL, NULL, NULL, out, sizeof out), 2);
    assert_int_equal(run("--colour", "x", NULL, out, sizeof out), 2);
    assert_int_equal(run("--profile", "nobody", write_file("good", good), out, sizeof out), 2);
    assert_int_equal(run("/nowhere/at/all", NULL, NULL, out, sizeof out), 3);
    assert_int_equal(run(write_file("bad", "no message"), NULL, NULL, out, sizeof out), 1);
    assert_string_equal(out, "");
    assert_int_equal(run("--help", NULL, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "Usage: phial decode"));
}

/* A site's profile is recognised from its folder before a built-in one that fits as well. */
static void test_folder(void **state)
{
    static const char profile[] = "[profile]\nid = site-example\nmaker = Site\nmodel = Example\n"
                                  "[connection]\nlink = lis01\n[message]\nformat = lis02\n"
                                  "recognise = H.5 = Example\n[paths]\ncode = R.3.4\nvalue = R.4\n";
    char out[4096], option[160];

    (void)state;
    (void)write_file("site-example.profile", profile);
    (void)snprintf(option, sizeof option, "--profiles=%s", folder);
    assert_int_equal(run(option, write_file("good", good), NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "site-example"));
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = { "good", "bad", "site-example.profile" };
    char path[128];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_profile_is_obeyed),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
