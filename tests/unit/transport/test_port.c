/* The texts that name a port. */
#include "instruments/transport/transport.h"
#include "tests/unit/test.h"

#include <string.h>

static void good_names_are_taken_apart(void **state)
{
    struct transport_port p;
    (void)state;
    assert_int_equal(transport_parse("serial:/dev/serial/by-id/x", &p, NULL), ERROR_OK);
    assert_int_equal(p.kind, TRANSPORT_SERIAL);
    assert_string_equal(p.path, "/dev/serial/by-id/x");
    assert_int_equal(transport_parse("tcp-listen::4000", &p, NULL), ERROR_OK);
    assert_string_equal(p.path, "127.0.0.1");
    assert_string_equal(p.service, "4000");
    assert_int_equal(transport_parse("tcp:[::1]:65535", &p, NULL), ERROR_OK);
    assert_int_equal(p.kind, TRANSPORT_TCP);
    assert_string_equal(p.path, "::1");
    assert_int_equal(transport_parse("usb:1a79:7800@1-1.2", &p, NULL), ERROR_OK);
    assert_int_equal(p.vendor, 0x1a79);
    assert_int_equal(p.product, 0x7800);
    assert_string_equal(p.path, "1-1.2");
    assert_int_equal(transport_parse("usb:1A79:7800", &p, NULL), ERROR_OK);
    assert_string_equal(p.path, "");
    assert_int_equal(transport_parse("usb:0403:cd18@1-1.2#P 1", &p, NULL), ERROR_OK);
    assert_string_equal(p.path, "1-1.2");
    assert_string_equal(p.serial, "P 1");
    assert_int_equal(transport_parse("serial:usb:1a86:55d4#5ABC", &p, NULL), ERROR_OK);
    assert_int_equal(p.kind, TRANSPORT_SERIAL);
    assert_true(p.by_usb);
    assert_string_equal(p.path, "");
    assert_string_equal(p.serial, "5ABC");
    assert_int_equal(transport_parse("folder:/srv/lead care", &p, NULL), ERROR_OK);
    assert_int_equal(p.kind, TRANSPORT_FOLDER);
    assert_string_equal(p.path, "/srv/lead care");
    assert_int_equal(transport_parse("decode:", &p, NULL), ERROR_OK);
    assert_int_equal(p.kind, TRANSPORT_NONE);
}

static void bad_names_are_refused_with_a_sentence(void **state)
{
    static const char *const bad[] = { "",
                                       "/dev/ttyUSB0",
                                       "serial:ttyUSB0",
                                       "tcp:",
                                       "tcp:host",
                                       "tcp:host:",
                                       "tcp:host:70000",
                                       "tcp:host:12x",
                                       "tcp-listen:5",
                                       "usb:1a79",
                                       "usb:1a79:78",
                                       "usb:1a79:7800:1",
                                       "usb:1a7g:7800",
                                       "usb:",
                                       "usb:1a79:7800@",
                                       "usb:1a79:7800#",
                                       "serial:usb:1a79",
                                       "folder:",
                                       "folder:reports",
                                       "decode:x",
                                       "pty:" };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct transport_port p = { .kind = TRANSPORT_NONE, .vendor = 7 };
        struct complaint why = { "" };
        assert_int_equal(transport_parse(bad[i], &p, &why), ERROR_BAD_INPUT);
        assert_int_equal(p.vendor, 7);
        assert_true(why.text[0] && why.text[strlen(why.text) - 1] == '.');
    }
}

static void a_long_name_is_refused(void **state)
{
    char text[600] = "serial:/";
    struct transport_port p;
    (void)state;
    memset(text + 8, 'x', sizeof text - 9);
    assert_int_equal(transport_parse(text, &p, NULL), ERROR_BAD_INPUT);
    memcpy(text, "tcp:xxxx", 8);
    memcpy(text + sizeof text - 6, ":5000", 6);
    assert_int_equal(transport_parse(text, &p, NULL), ERROR_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_names_are_taken_apart),
        cmocka_unit_test(bad_names_are_refused_with_a_sentence),
        cmocka_unit_test(a_long_name_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
