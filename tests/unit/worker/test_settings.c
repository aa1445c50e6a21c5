/* What the site's configuration says beyond the profile. */
#include "instruments/worker/settings.h"
#include "tests/unit/test.h"

static void each_setting_lands_in_its_place(void **state)
{
    static const char *const good[] = {
        "baud=4800",   "data_bits=7", "parity=E", "stop_bits=2",
        "flow=rtscts", "dtr=off",     "rts=off",  "max_frame=64000"
    };
    struct settings s;
    (void)state;
    settings_of_profile(NULL, &s);
    assert_int_equal(s.line.baud, 9600);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_int_equal(settings_apply(good[i], &s, NULL), ERROR_OK);
    assert_int_equal(s.line.baud, 4800);
    assert_int_equal(s.line.data_bits, 7);
    assert_int_equal(s.line.parity, 'E');
    assert_int_equal(s.line.stop_bits, 2);
    assert_int_equal(s.line.flow, 'R');
    assert_false(s.line.dtr || s.line.rts);
    assert_int_equal(s.max_frame, 64000);
}

static void what_is_wrong_is_named_and_changes_nothing(void **state)
{
    static const char *const bad[] = { "",
                                       "baud",
                                       "baud=",
                                       "baud=fast",
                                       "baud=1",
                                       "parity=e",
                                       "parity=EE",
                                       "parity=",
                                       "dtr=1",
                                       "flow=some",
                                       "data_bits=9",
                                       "stop_bits=3",
                                       "max_frame=64001",
                                       "colour=red",
                                       "bau=9600" };
    struct settings s, before;
    (void)state;
    settings_of_profile(NULL, &s);
    before = s;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct complaint why = { "" };
        assert_int_equal(settings_apply(bad[i], &s, &why), ERROR_BAD_INPUT);
        assert_true(why.text[0] != '\0');
    }
    assert_int_equal(s.line.baud, before.line.baud);
    assert_int_equal(s.line.parity, before.line.parity);
    assert_int_equal(s.max_frame, before.max_frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_setting_lands_in_its_place),
        cmocka_unit_test(what_is_wrong_is_named_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
