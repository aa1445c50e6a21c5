/* The doctor on invented machines: folders that look like /sys, /dev, /run/udev and /proc. */
#include "tests/unit/test.h"

#include "core/daemon/doctor/doctor.h"
#include "core/daemon/doctor/lines.h"

#include <ftw.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { PATH = 1024, STRANGER = 64000 };

struct machine {
    char root[64];
    char *said;
    size_t len;
    struct doctor doctor;
};

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0755);
        *slash = '/';
    }
}

__attribute__((format(printf, 3, 4))) static void
add_file(const struct machine *m, const char *text, const char *format, ...)
{
    char below[PATH / 2], path[PATH];
    va_list args;
    FILE *file;

    va_start(args, format);
    (void)vsnprintf(below, sizeof below, format, args);
    va_end(args);
    (void)snprintf(path, sizeof path, "%s%s", m->root, below);
    make_folders(path);
    file = fopen(path, "we");
    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void add_link(const struct machine *m, const char *target, const char *below)
{
    char path[PATH];
    (void)snprintf(path, sizeof path, "%s%s", m->root, below);
    make_folders(path);
    assert_int_equal(symlink(target, path), 0);
}

static void set_node(const struct machine *m, const char *node, mode_t mode, gid_t group)
{
    char path[PATH];
    add_file(m, "", "%s", node);
    (void)snprintf(path, sizeof path, "%s%s", m->root, node);
    assert_int_equal(chmod(path, mode), 0);
    if (geteuid() == 0)
        assert_int_equal(chown(path, 0, group), 0);
}

/* A USB device in that port, with one interface of a class. */
static void plug(const struct machine *m, const char *port, const char *vendor, const char *product,
                 const char *interface_class)
{
#define USB "/sys/bus/usb/devices/"
    add_file(m, vendor, USB "%s/idVendor", port);
    add_file(m, product, USB "%s/idProduct", port);
    add_file(m, "00\n", USB "%s/bDeviceClass", port);
    add_file(m, "1\n", USB "%s/busnum", port);
    add_file(m, "5\n", USB "%s/devnum", port);
    add_file(m,
             "SN\x01"
             "42\n",
             USB "%s/serial", port);
    add_file(m, interface_class, USB "%s:1.0/bInterfaceClass", port);
}

/* The serial port that the kernel made of it. */
static void add_tty(const struct machine *m, const char *name, const char *port)
{
    char target[PATH];
    (void)snprintf(target, sizeof target, "../../../bus/usb/devices/%s:1.0/%s", port, name);
    add_file(m, "", USB "%s:1.0/%s/driver", port, name);
    add_file(m, "188:0\n", "/sys/class/tty/%s/dev", name);
    {
        char link[PATH];
        (void)snprintf(link, sizeof link, "/sys/class/tty/%s/device", name);
        add_link(m, target, link);
    }
}

static int begin(void **state)
{
    struct machine *m = calloc(1, sizeof *m);
    assert_non_null(m);
    (void)snprintf(m->root, sizeof m->root, "/tmp/phial-doctor-XXXXXX");
    assert_non_null(mkdtemp(m->root));
    m->doctor = (struct doctor) { .root = m->root,
                                  .profile_folder = "",
                                  .user = { "phial", STRANGER, { 20 }, 1 } };
    m->doctor.out = open_memstream(&m->said, &m->len);
    assert_non_null(m->doctor.out);
    *state = m;
    return 0;
}

static int drop(const char *path, const struct stat *at, int kind, struct FTW *where)
{
    (void)at;
    (void)kind;
    (void)where;
    return remove(path);
}

static int end(void **state)
{
    struct machine *m = *state;
    (void)fclose(m->doctor.out);
    (void)nftw(m->root, drop, 16, FTW_DEPTH | FTW_PHYS);
    free(m->said);
    free(m);
    return 0;
}

static void look(struct machine *m)
{
    doctor_look_at_devices(&m->doctor);
    (void)fflush(m->doctor.out);
}

#define assert_said(m, text)                                                                       \
    do {                                                                                           \
        if (!strstr((m)->said, text))                                                              \
            fail_msg("not said: %s\nbut:\n%s", text, (m)->said);                                   \
    } while (0)
#define assert_not_said(m, text)                                                                   \
    do {                                                                                           \
        if (strstr((m)->said, text))                                                               \
            fail_msg("said: %s\nin:\n%s", text, (m)->said);                                        \
    } while (0)

static void a_cable_is_only_a_candidate(void **state)
{
    struct machine *m = *state;
    plug(m, "1-1.2", "0403\n", "6001\n", "ff\n");
    add_tty(m, "ttyUSB0", "1-1.2");
    set_node(m, "/dev/ttyUSB0", 0660, 20);
    add_link(m, "../../ttyUSB0", "/dev/phial/by-path/pci-0000:00:14.0-usb-0:1.2:1.0");
    look(m);
    assert_said(m, "found /dev/ttyUSB0: a serial cable with an FTDI FT232R chip (USB 0403:6001");
    assert_said(m, "serial number SN?42), plugged into USB port 1-1.2");
    assert_said(m, "      It may be profile generic-lis02: ");
    assert_said(m, "The cable does not say which instrument is at its end");
    assert_said(m, "    profile = PROFILE\n");
    assert_said(m, "    port = serial:/dev/phial/by-path/pci-0000:00:14.0-usb-0:1.2:1.0\n");
    assert_int_equal(m->doctor.ill, geteuid() == 0 ? 0 : 1);
}

static void an_instrument_is_named(void **state)
{
    struct machine *m = *state;
    plug(m, "1-3", "1a79\n", "7800\n", "03\n");
    set_node(m, "/dev/bus/usb/001/005", 0660, 20);
    look(m);
    assert_said(m, "Contour");
    assert_said(m, "    profile = ascensia-contour-next\n");
    assert_said(m, "    port = usb:1a79:7800@1-3\n");
}

/* The ids of a chip that is in all kinds of devices: the serial number makes it that cart. */
static void shared_ids_are_told_apart_by_the_serial_number(void **state)
{
    struct machine *m = *state;
    plug(m, "1-3", "0483\n", "5750\n", "03\n");
    set_node(m, "/dev/bus/usb/001/005", 0660, 20);
    look(m);
    assert_not_said(m, "contec-ecg90a");
    add_file(m, "STM3210\n", "/sys/bus/usb/devices/1-3/serial");
    look(m);
    assert_said(m, "    profile = contec-ecg90a\n");
    assert_said(m, "    port = usb:0483:5750@1-3#STM3210\n");
}

static void a_makers_own_chip_on_a_serial_port_is_that_instrument(void **state)
{
    struct machine *m = *state;
    plug(m, "2-1", "0403\n", "cd18\n", "ff\n");
    add_tty(m, "ttyUSB3", "2-1");
    set_node(m, "/dev/ttyUSB3", 0660, 20);
    look(m);
    assert_said(m, "    profile = abaxis-piccolo-xpress\n");
    assert_said(m, "    port = serial:/dev/ttyUSB3\n");
    assert_said(m, "That name changes when cables are plugged in another order");
}

static void what_is_configured_is_said_to_be(void **state)
{
    static const struct doctor_bound bound = { "urine", "generic-lis02",
                                               "serial:/dev/phial/by-path/left",
                                               DOCTOR_INSTRUMENT };
    struct machine *m = *state;
    plug(m, "1-1", "0403\n", "6001\n", "ff\n");
    add_tty(m, "ttyUSB0", "1-1");
    set_node(m, "/dev/ttyUSB0", 0660, 20);
    add_link(m, "../../ttyUSB0", "/dev/phial/by-path/left");
    m->doctor.bound = &bound;
    m->doctor.bound_count = 1;
    look(m);
    assert_said(m, "It is the instrument \"urine\" (generic-lis02) of phial.conf.");
    assert_not_said(m, "[instrument NAME]");
}

/* Of two alike the configuration names one by its socket, another by its number. */
static void alike_devices_are_told_apart(void **state)
{
    static const struct doctor_bound bound[] = {
        { "left", "siemens-dca-vantage", "serial:usb:0403:6001@1-1", DOCTOR_INSTRUMENT },
        { "right", "abbott-afinion-2", "serial:usb:0403:6001#FT0000", DOCTOR_INSTRUMENT },
        { "front", "", "0A5F:0084", DOCTOR_PRINTER },
    };
    struct machine *m = *state;
    plug(m, "1-1", "0403\n", "6001\n", "ff\n");
    add_tty(m, "ttyUSB0", "1-1");
    set_node(m, "/dev/ttyUSB0", 0666, 20);
    plug(m, "1-2", "0403\n", "6001\n", "ff\n");
    add_tty(m, "ttyUSB1", "1-2");
    set_node(m, "/dev/ttyUSB1", 0666, 20);
    plug(m, "1-3", "0a5f\n", "0084\n", "07\n");
    set_node(m, "/dev/bus/usb/001/005", 0666, 20);
    m->doctor.bound = bound;
    m->doctor.bound_count = 3;
    look(m);
    assert_said(m, "It is the instrument \"left\" (siemens-dca-vantage)");
    assert_not_said(m, "right");
    assert_said(m, "port = serial:/dev/ttyUSB1\n");
    assert_not_said(m, "port = serial:/dev/ttyUSB0\n");
    assert_said(m, "It is the printer \"front\" of phial.conf.");
}

static void a_printer_is_named_with_its_section(void **state)
{
    struct machine *m = *state;
    plug(m, "1-4", "04f9\n", "2042\n", "07\n");
    set_node(m, "/dev/bus/usb/001/005", 0666, 20);
    look(m);
    assert_said(m, "found /dev/bus/usb/001/005: a Brother QL-700 label printer");
    assert_said(m, "    kind = usb\n          port = 04f9:2042@1-4\n");
}

static void a_serial_scanner_gets_its_own_section(void **state)
{
    static const struct doctor_bound bound = { "desk", "", "serial:/dev/ttyACM0", DOCTOR_SCANNER };
    struct machine *m = *state;
    plug(m, "1-4", "05e0\n", "1701\n", "02\n");
    add_tty(m, "ttyACM0", "1-4");
    set_node(m, "/dev/ttyACM0", 0666, 20);
    look(m);
    assert_said(m, "    [scanner NAME]\n          port = serial:/dev/ttyACM0\n");
    assert_not_said(m, "[instrument NAME]");
    m->doctor.bound = &bound;
    m->doctor.bound_count = 1;
    look(m);
    assert_said(m, "It is the scanner \"desk\" of phial.conf.");
}

static void a_missing_permission_comes_with_its_cure(void **state)
{
    struct machine *m = *state;
    const struct group *group;
    if (geteuid() != 0) {
        skip(); /* the group of a node cannot be chosen */
    }
    group = getgrgid(20);
    assert_non_null(group);
    plug(m, "1-1", "0403\n", "6001\n", "ff\n");
    add_tty(m, "ttyUSB0", "1-1");
    set_node(m, "/dev/ttyUSB0", 0660, 20);
    plug(m, "1-2", "1a79\n", "7800\n", "03\n");
    set_node(m, "/dev/bus/usb/001/005", 0664, 0);
    m->doctor.user.group_count = 0;
    look(m);
    assert_said(m, "WRONG phial may not use /dev/ttyUSB0: do `adduser phial dialout`");
    assert_said(m, "WRONG phial may not use /dev/bus/usb/001/005, as Phial's udev rules do not "
                   "apply to it");
    assert_int_equal(m->doctor.ill, 2);
}

static void a_modem_manager_is_told_of_unless_udev_keeps_it_away(void **state)
{
    struct machine *m = *state;
    plug(m, "1-1", "0403\n", "6001\n", "ff\n");
    add_tty(m, "ttyUSB0", "1-1");
    set_node(m, "/dev/ttyUSB0", 0666, 20);
    add_file(m, "ModemManager\n", "/proc/4711/comm");
    look(m);
    assert_said(m, "WRONG ModemManager runs and may take /dev/ttyUSB0 at any time");
    add_file(m, "I:1\nE:ID_MM_DEVICE_IGNORE=1\n", "/run/udev/data/c188:0");
    assert_int_equal(fseeko(m->doctor.out, 0, SEEK_SET), 0);
    memset(m->said, '\0', m->len);
    m->doctor.ill = 0;
    look(m);
    assert_int_equal(m->doctor.ill, 0);
}

static void a_program_that_holds_the_port_is_named(void **state)
{
    struct machine *m = *state;
    plug(m, "1-1", "10c4\n", "ea60\n", "ff\n");
    add_tty(m, "ttyUSB0", "1-1");
    set_node(m, "/dev/ttyUSB0", 0666, 20);
    add_file(m, "brltty\n", "/proc/88/comm");
    add_link(m, "/dev/ttyUSB0", "/proc/88/fd/7");
    look(m);
    assert_said(m, "WRONG brltty has taken /dev/ttyUSB0 (process 88)");
    assert_said(m, "apt remove brltty");
    assert_int_equal(m->doctor.ill, 1);
    add_file(m, "", "/usr/lib/udev/rules.d/85-brltty.rules");
    look(m);
    assert_said(m, "WRONG brltty is installed: it takes some cables");
}

static void ports_that_never_send_are_told(void **state)
{
    struct machine *m = *state;
    plug(m, "1-1", "0770\n", "0450\n", "ff\n");
    add_tty(m, "ttyUSB0", "1-1");
    set_node(m, "/dev/ttyUSB0", 0666, 20);
    plug(m, "1-2", "04f9\n", "2049\n", "08\n");
    plug(m, "1-3", "05e0\n", "1900\n", "ff\n");
    look(m);
    assert_said(m, "WRONG That port is for service only and never sends a reading.");
    assert_said(m, "WRONG It is in Editor Lite mode and shows itself as a disk.");
    assert_said(m, "SNAPI");
    assert_not_said(m, "[instrument NAME]");
    assert_int_equal(m->doctor.ill, 3);
}

static void a_cable_without_a_port_is_told(void **state)
{
    struct machine *m = *state;
    plug(m, "1-1", "1a86\n", "7523\n", "ff\n");
    look(m);
    assert_said(m, "WRONG No serial driver of the kernel has taken it");
}

static void a_console_is_no_place_for_an_instrument(void **state)
{
    static const struct doctor_bound bound = { "urine", "generic-lis02", "serial:/dev/ttyS0",
                                               false };
    struct machine *m = *state;
    add_file(m, "4\n", "/sys/class/tty/ttyS0/type");
    add_file(m, "", "/sys/devices/pnp0/00:01/driver");
    add_link(m, "../../../devices/pnp0/00:01", "/sys/class/tty/ttyS0/device");
    add_file(m, "0\n", "/sys/class/tty/ttyS1/type");
    add_link(m, "../../../devices/pnp0/00:01", "/sys/class/tty/ttyS1/device");
    add_file(m, "tty0 ttyS0\n", "/sys/class/tty/console/active");
    set_node(m, "/dev/ttyS0", 0660, 20);
    look(m);
    assert_said(m, "found /dev/ttyS0: a serial port of this machine");
    assert_said(m, "      It is this machine's console");
    assert_not_said(m, "[instrument NAME]");
    assert_not_said(m, "ttyS1");
    assert_int_equal(m->doctor.ill, 0);
    m->doctor.bound = &bound;
    m->doctor.bound_count = 1;
    look(m);
    assert_said(m, "WRONG Take another port than /dev/ttyS0, or take console=ttyS0 off");
}

static void what_is_no_instrument_is_not_spoken_of(void **state)
{
    struct machine *m = *state;
    plug(m, "1-1", "046d\n", "c077\n", "03\n");
    add_file(m, "09\n", "/sys/bus/usb/devices/usb1/bDeviceClass");
    add_file(m, "1d6b\n", "/sys/bus/usb/devices/usb1/idVendor");
    look(m);
    assert_string_equal(m->said, "");
}

static void dead_lines_are_explained(void **state)
{
    struct machine *m = *state;
    lines_judge(&m->doctor, "/dev/ttyUSB0", TIOCM_DTR | TIOCM_RTS);
    (void)fflush(m->doctor.out);
    assert_said(m, "WRONG /dev/ttyUSB0: nothing drives CTS, DSR or DCD.");
    assert_said(m, "null-modem");
    lines_judge(&m->doctor, "/dev/ttyUSB1", TIOCM_CTS | TIOCM_DTR);
    (void)fflush(m->doctor.out);
    assert_said(m, "ok    /dev/ttyUSB1: something drives the lines CTS:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cable_is_only_a_candidate, begin, end),
        cmocka_unit_test_setup_teardown(an_instrument_is_named, begin, end),
        cmocka_unit_test_setup_teardown(shared_ids_are_told_apart_by_the_serial_number, begin, end),
        cmocka_unit_test_setup_teardown(a_makers_own_chip_on_a_serial_port_is_that_instrument,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_is_configured_is_said_to_be, begin, end),
        cmocka_unit_test_setup_teardown(alike_devices_are_told_apart, begin, end),
        cmocka_unit_test_setup_teardown(a_printer_is_named_with_its_section, begin, end),
        cmocka_unit_test_setup_teardown(a_serial_scanner_gets_its_own_section, begin, end),
        cmocka_unit_test_setup_teardown(a_missing_permission_comes_with_its_cure, begin, end),
        cmocka_unit_test_setup_teardown(a_modem_manager_is_told_of_unless_udev_keeps_it_away, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_program_that_holds_the_port_is_named, begin, end),
        cmocka_unit_test_setup_teardown(ports_that_never_send_are_told, begin, end),
        cmocka_unit_test_setup_teardown(a_cable_without_a_port_is_told, begin, end),
        cmocka_unit_test_setup_teardown(a_console_is_no_place_for_an_instrument, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_instrument_is_not_spoken_of, begin, end),
        cmocka_unit_test_setup_teardown(dead_lines_are_explained, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
