/* Idle time at core: what a page asks by itself is no sign of life. It takes half a minute, asleep.
 */
#include "tests/daemon/site.h"

#include "tests/unit/test.h"

#include <signal.h>
#include <stdio.h>

static enum error look(struct client *c, bool automatic)
{
    struct complaint why = { "" };
    struct wire_writer w;

    client_begin(c, &w, WIRE_VIEW);
    wire_put_text(&w, WIRE_F_WHAT, "tests");
    if (automatic)
        wire_put_number(&w, WIRE_F_AUTOMATIC, 1);
    return client_call(c, &w, NULL, &why);
}

static void add(struct site *s, const char *as, const char *login, const char *pin)
{
    const char *words[] = { "user", "add", "--data", s->data, as ? "--as" : NULL, as, NULL };
    char input[256];

    (void)snprintf(input, sizeof input,
                   "%s\nlogin: %s\nname: Ada Invented\nrole: administrator\n"
                   "new_pin: %s\n",
                   as ? "pin: 314159" : "", login, pin);
    assert_int_equal(site_run(words, input), 0);
}

static void only_a_person_keeps_a_session_open(void **state)
{
    struct site *s = *state;
    struct complaint why = { "" };
    struct client other;

    assert_int_equal(client_open(s->data, &other, &why), ERROR_OK);
    assert_int_equal(site_sign_in(s, "eve", "271828"), ERROR_OK);
    assert_int_equal(client_sign_in(&other, "bob", "161803", &why), ERROR_OK);
    for (int seconds = 0; seconds < 32; seconds += 2) {
        site_sleep(2000);
        assert_int_equal(look(&other, false), ERROR_OK);
        (void)look(&s->client, true);
    }
    assert_int_equal(look(&s->client, true), ERROR_DENIED);
    assert_int_equal(look(&s->client, false), ERROR_DENIED);
    client_close(&other);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[] = { cmocka_unit_test(only_a_person_keeps_a_session_open) };
    static struct site site;
    int failed = site_child(argc, argv);

    if (failed >= 0)
        return failed;
    site_make(&site, "[site]\nidle_lock = 30\n");
    add(&site, NULL, "ada", "314159");
    site_start(&site);
    add(&site, "ada", "eve", "271828");
    add(&site, "ada", "bob", "161803");
    tests[0].initial_state = &site;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)site_stop(&site, SIGTERM);
    site_remove(&site);
    return failed;
}
