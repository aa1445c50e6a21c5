/* Scans out of bytes: ends, prefixes, and what is no scan. */
#include "instruments/scanner/commands.h"
#include "instruments/scanner/scan.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

/* What the bytes give, one letter and text each: "=text" a scan, "!" a spoiled one. */
static const char *scanned(const char *bytes, size_t len)
{
    static char out[2048];
    struct scan scan;
    char text[SCAN_MAX + 1];
    size_t used = 0;

    scan_init(&scan);
    out[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        enum scan_found found = scan_take(&scan, (uint8_t)bytes[i], text);
        if (found == SCAN_WHOLE)
            used += (size_t)snprintf(out + used, sizeof out - used, "=%s", text);
        else if (found == SCAN_SPOILED)
            used += (size_t)snprintf(out + used, sizeof out - used, "!");
    }
    return out;
}

#define GIVES(bytes, wanted) assert_string_equal(scanned(bytes, sizeof(bytes) - 1), wanted)

static void any_of_the_usual_ends_ends_a_scan(void **state)
{
    (void)state;
    GIVES("260314000423\r", "=260314000423");
    GIVES("260314000423\n", "=260314000423");
    GIVES("260314000423\t", "=260314000423");
    GIVES("260314000423\r\n260314000431\r\n", "=260314000423=260314000431");
    GIVES("\r\n\r\n", "");
    GIVES("260314000423", "");
}

static void the_symbology_is_taken_off(void **state)
{
    static const char *const prefixes[] = {
        "]C0", "]C1", "]A0", "]d2", "]F0", "]I0", "]Q1", "]L2"
    };
    (void)state;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        char bytes[64];
        int len = snprintf(bytes, sizeof bytes, "%s260314000423\r", prefixes[i]);
        assert_string_equal(scanned(bytes, (size_t)len), "=260314000423");
    }
    GIVES("]Z0123\r", "=]Z0123"); /* that is no symbology */
    GIVES("]C\r", "=]C");
    GIVES("]C0\r", "=]C0"); /* nothing behind it */
    GIVES("A]C0123\r", "=A]C0123");
}

static void what_is_not_plain_or_too_long_is_thrown_away_whole(void **state)
{
    char longest[SCAN_MAX + 3];
    (void)state;
    GIVES("2603\00114000423\r260314000423\r", "!=260314000423");
    GIVES("2603\x1d"
          "14\r",
          "!");
    GIVES("26031\xc3\xa9\r", "!");
    memset(longest, '7', sizeof longest);
    longest[SCAN_MAX] = '\r';
    assert_int_equal(strlen(scanned(longest, SCAN_MAX + 1)), SCAN_MAX + 1);
    longest[SCAN_MAX] = '7';
    longest[SCAN_MAX + 1] = '\r';
    assert_string_equal(scanned(longest, SCAN_MAX + 2), "!");
}

static void a_scan_without_an_end_is_dropped(void **state)
{
    struct scan scan;
    char text[SCAN_MAX + 1];
    (void)state;
    scan_init(&scan);
    assert_false(scan_drop(&scan));
    assert_int_equal(scan_take(&scan, '2', text), SCAN_MORE);
    assert_true(scan_drop(&scan));
    assert_int_equal(scan_take(&scan, '6', text), SCAN_MORE);
    assert_int_equal(scan_take(&scan, '\r', text), SCAN_WHOLE);
    assert_string_equal(text, "6");
}

static void a_scanner_is_at_a_serial_port(void **state)
{
    static const char *const fast[] = { "baud=115200" }, *const odd[] = { "parity=E" };
    struct complaint why = { "" };
    (void)state;
    assert_int_equal(scanner_check("serial:/dev/ttyACM0", fast, 1, &why), ERROR_OK);
    assert_int_equal(scanner_check("serial:usb:05e0:1701", NULL, 0, &why), ERROR_OK);
    assert_int_equal(scanner_check("tcp:10.0.0.9:4001", NULL, 0, &why), ERROR_OK);
    assert_int_not_equal(scanner_check("usb:05e0:1200", NULL, 0, &why), ERROR_OK);
    assert_non_null(strstr(why.text, "A scanner that types needs no port"));
    assert_int_not_equal(scanner_check("serial:/dev/ttyACM0", odd, 1, &why), ERROR_OK);
    assert_non_null(strstr(why.text, "parity=E"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_of_the_usual_ends_ends_a_scan),
        cmocka_unit_test(the_symbology_is_taken_off),
        cmocka_unit_test(what_is_not_plain_or_too_long_is_thrown_away_whole),
        cmocka_unit_test(a_scan_without_an_end_is_dropped),
        cmocka_unit_test(a_scanner_is_at_a_serial_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
