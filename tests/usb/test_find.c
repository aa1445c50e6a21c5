/* Serial ports by the USB device that they are made of, wherever the kernel has hung them. */
#include "core/usb/usb_find.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wundef"
#include <umockdev.h>
#pragma GCC diagnostic pop
/* clang-format on */

#define USB "/devices/pci0000:00/0000:00:14.0/usb1"

/* A device of these ids in that socket, and one interface of it. */
static void add_device(UMockdevTestbed *t, const char *socket, const char *ids, const char *serial,
                       unsigned interface)
{
    GError *error = NULL;
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "P: " USB "/%s\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: idVendor=%.4s\n"
                   "A: idProduct=%s\nA: serial=%s\n\n"
                   "P: " USB "/%s/%s:1.%u\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\n",
                   socket, ids, ids + 5, serial, socket, socket, interface);
    if (!umockdev_testbed_add_from_string(t, text, &error))
        fail_msg("%s", error->message);
}

static void add_tty(UMockdevTestbed *t, const char *below)
{
    GError *error = NULL;
    char text[512];
    (void)snprintf(text, sizeof text, "P: " USB "/%s\nE: SUBSYSTEM=tty\n", below);
    if (!umockdev_testbed_add_from_string(t, text, &error))
        fail_msg("%s", error->message);
}

static enum error find(unsigned vendor, unsigned product, const char *socket, const char *serial,
                       char *path, size_t size, struct complaint *why)
{
    struct usb_wanted wanted = { .vendor = vendor, .product = product };
    (void)snprintf(wanted.path, sizeof wanted.path, "%s", socket);
    (void)snprintf(wanted.serial, sizeof wanted.serial, "%s", serial);
    return usb_find_serial(&wanted, path, size, why);
}

static void a_port_is_found_by_what_it_is_made_of(void **state)
{
    UMockdevTestbed *t = umockdev_testbed_new();
    struct complaint why = { "" };
    char path[64] = "";
    (void)state;
    add_device(t, "1-1", "10c4:ea60", "0001", 0); /* usb-serial */
    add_tty(t, "1-1/1-1:1.0/ttyUSB3");
    add_device(t, "1-2", "1a86:55d4", "5ABC", 1); /* cdc_acm */
    add_tty(t, "1-2/1-2:1.1/tty/ttyACM0");
    add_device(t, "1-3", "0403:cd18", "P1", 0); /* nobody's */
    assert_int_equal(find(0x10c4, 0xea60, "", "", path, sizeof path, &why), ERROR_OK);
    assert_string_equal(path, "/dev/ttyUSB3");
    assert_int_equal(find(0x1a86, 0x55d4, "1-2", "5ABC", path, sizeof path, &why), ERROR_OK);
    assert_string_equal(path, "/dev/ttyACM0");
    assert_int_equal(find(0x1a86, 0x55d4, "1-1", "", path, sizeof path, &why), ERROR_NOT_FOUND);
    assert_int_equal(find(0x1a86, 0x55d4, "", "5ABD", path, sizeof path, &why), ERROR_NOT_FOUND);
    assert_int_equal(find(0x0403, 0xcd18, "", "", path, sizeof path, &why), ERROR_NOT_FOUND);
    assert_non_null(strstr(why.text, "usb:0403:cd18"));
    g_object_unref(t);
}

/* CP210x bridges all say 0001 (devices.md 4): only the socket tells two of them apart. */
static void two_alike_must_be_named_by_their_socket(void **state)
{
    UMockdevTestbed *t = umockdev_testbed_new();
    struct complaint why = { "" };
    char path[64] = "";
    (void)state;
    add_device(t, "1-1", "10c4:ea60", "0001", 0);
    add_tty(t, "1-1/1-1:1.0/ttyUSB0");
    add_device(t, "1-2", "10c4:ea60", "0001", 0);
    add_tty(t, "1-2/1-2:1.0/ttyUSB1");
    assert_int_equal(find(0x10c4, 0xea60, "", "0001", path, sizeof path, &why), ERROR_CONFLICT);
    assert_int_equal(find(0x10c4, 0xea60, "1-2", "", path, sizeof path, &why), ERROR_OK);
    assert_string_equal(path, "/dev/ttyUSB1");
    g_object_unref(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_is_found_by_what_it_is_made_of),
        cmocka_unit_test(two_alike_must_be_named_by_their_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
