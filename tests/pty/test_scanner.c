/* The scanner's child over a pseudo-terminal, with the test as core and as scanner. */
#include "tests/pty/core_side.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

struct bench {
    struct core_side core;
    int line; /* the scanner's end */
    char slave[64];
};

static void start(struct bench *b)
{
    struct termios raw;
    char port[80];
    int slave;

    assert_int_equal(openpty(&b->line, &slave, b->slave, NULL, NULL), 0);
    assert_int_equal(tcgetattr(slave, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
    assert_int_equal(chmod(b->slave, 0666), 0);
    assert_int_equal(close(slave), 0);
    (void)fcntl(b->line, F_SETFD, FD_CLOEXEC);
    core_side_start(&b->core, SCANNER_CHILD, -1);
    b->core.side = WIRE_SCANNER;
    (void)snprintf(port, sizeof port, "serial:%s", b->slave);
    core_side_setup(&b->core, NULL, port, "baud=115200");
    core_side_expect_up(&b->core);
}

static void say(struct bench *b, const char *bytes)
{
    assert_int_equal(write(b->line, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

static void expect_scan(struct bench *b, const char *text)
{
    struct wire_message m = core_side_expect(&b->core, WIRE_SCAN);
    assert_string_equal(wire_text(&m, WIRE_F_SCANNED), text);
}

static void expect_word(struct bench *b, enum link_state state, const char *words)
{
    struct wire_message m = core_side_expect(&b->core, WIRE_LINK);
    assert_int_equal(wire_number(&m, WIRE_F_STATE), state);
    if (!strstr(wire_text(&m, WIRE_F_SENTENCE), words))
        fail_msg("\"%s\" does not say \"%s\"", wire_text(&m, WIRE_F_SENTENCE), words);
}

static void scans_come_one_by_one_out_of_any_pieces(void **state)
{
    struct bench b;
    (void)state;
    start(&b);
    say(&b, "]C0260314");
    (void)usleep(50000);
    say(&b, "000423\r\n]d2260314000431\r\n");
    expect_scan(&b, "260314000423");
    expect_scan(&b, "260314000431");
    assert_int_equal(core_side_status(&b.core, "Seccomp:"), 2);
    assert_int_equal(core_side_end(&b.core), 0);
    (void)close(b.line);
}

static void what_is_no_scan_is_told_of_and_never_handed_on(void **state)
{
    struct bench b;
    (void)state;
    start(&b);
    say(&b, "2603\0011400\r");
    expect_word(&b, LINK_STATE_UP, "damaged or too long");
    say(&b, "260314000423"); /* and no end */
    expect_word(&b, LINK_STATE_UP, "no end after a scan");
    say(&b, "260314000431\r");
    expect_scan(&b, "260314000431");
    expect_word(&b, LINK_STATE_UP, ""); /* all is well again */
    assert_int_equal(core_side_end(&b.core), 0);
    (void)close(b.line);
}

static void a_scanner_that_goes_ends_the_child_cleanly(void **state)
{
    struct bench b;
    struct wire_message m;
    (void)state;
    start(&b);
    (void)close(b.line);
    m = core_side_expect(&b.core, WIRE_LINK);
    assert_int_equal(wire_number(&m, WIRE_F_STATE), LINK_STATE_DOWN);
    assert_int_equal(core_side_wait(&b.core), 0);
}

static void a_port_that_makes_no_sense_ends_it(void **state)
{
    struct core_side core;
    struct wire_message m;
    (void)state;
    core_side_start(&core, SCANNER_CHILD, -1);
    core.side = WIRE_SCANNER;
    core_side_setup(&core, NULL, "usb:05e0:1200", NULL);
    m = core_side_expect(&core, WIRE_LINK);
    assert_non_null(strstr(wire_text(&m, WIRE_F_SENTENCE), "A scanner that types needs no port"));
    assert_int_equal(core_side_wait(&core), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scans_come_one_by_one_out_of_any_pieces),
        cmocka_unit_test(what_is_no_scan_is_told_of_and_never_handed_on),
        cmocka_unit_test(a_scanner_that_goes_ends_the_child_cleanly),
        cmocka_unit_test(a_port_that_makes_no_sense_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
