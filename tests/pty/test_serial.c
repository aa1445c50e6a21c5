/* The serial transport with libserialport for real, on a pseudo-terminal. */
#include "core/base/limits.h"
#include "tests/pty/fake_line.h"
#include "tests/support/port_bench.h"
#include "tests/unit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct bench {
    struct port_bench port; /* first: the callbacks' context */
    int master;
    char slave[64], folder[64], name[96];
    uint8_t got[4096];
    size_t got_count;
    unsigned parity, breaks;
};

static void on_bytes(void *context, struct span in)
{
    struct bench *b = context;
    assert_true(b->got_count + in.len <= sizeof b->got);
    memcpy(b->got + b->got_count, in.at, in.len);
    b->got_count += in.len;
}

static void on_note(void *context, const char *what)
{
    struct bench *b = context;
    b->parity += strcmp(what, "parity") == 0;
    b->breaks += strcmp(what, "break") == 0;
}

static const struct transport_line plain_line = { 9600, 8, 1, 'N', 'N', true, true };

static void open_line(struct bench *b, const char *path, const struct transport_line *line,
                      struct transport **out)
{
    char text[128];
    (void)snprintf(text, sizeof text, "serial:%s", path);
    port_bench_open(&b->port, text, line, on_bytes, on_note, out);
}

static void open_started(struct bench *b, const struct transport_line *line)
{
    open_line(b, b->name, line, &b->port.transport);
    port_bench_until(&b->port, &b->port.readies, 1);
    transport_start(b->port.transport);
}

/* A pseudo-terminal, and a link to it as udev makes them. */
static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct termios raw;
    int slave;
    if (!b || openpty(&b->master, &slave, b->slave, NULL, NULL) != 0 || tcgetattr(slave, &raw) != 0)
        return -1;
    cfmakeraw(&raw);
    if (tcsetattr(slave, TCSANOW, &raw) != 0)
        return -1;
    (void)close(slave);
    (void)snprintf(b->folder, sizeof b->folder, "/tmp/phial-pty-XXXXXX");
    if (!mkdtemp(b->folder))
        return -1;
    (void)snprintf(b->name, sizeof b->name, "%s/analyzer", b->folder);
    fake_line.modem = TIOCM_CTS | TIOCM_DSR | TIOCM_CAR;
    fake_line.exclusive = 0;
    fake_line.asked_cflag = fake_line.asked_iflag = 0;
    *state = b;
    return symlink(b->slave, b->name) != 0 || uv_loop_init(&b->port.loop) != 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    if (port_bench_close(&b->port) != 0)
        return -1; /* a handle was left open */
    if (b->master >= 0)
        (void)close(b->master);
    (void)unlink(b->name);
    (void)rmdir(b->folder);
    free(b);
    return 0;
}

static void say(struct bench *b, const void *bytes, size_t len)
{
    assert_int_equal(write(b->master, bytes, len), (ssize_t)len);
}

static void a_link_of_udev_opens_and_bytes_pass_unchanged(void **state)
{
    struct bench *b = *state;
    uint8_t all[256], back[256];
    open_started(b, &plain_line);
    assert_int_equal(b->port.ups, 1);
    for (unsigned i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)i;
    say(b, all, 255);
    say(b, "\xff\xff", 2); /* under PARMRK a good FF is doubled */
    port_bench_run(&b->port, 60);
    assert_int_equal(b->got_count, sizeof all);
    assert_memory_equal(b->got, all, sizeof all);
    assert_int_equal(transport_write(b->port.transport, span_of(all, sizeof all)), ERROR_OK);
    port_bench_run(&b->port, 20);
    assert_int_equal(read(b->master, back, sizeof back), (ssize_t)sizeof back);
    assert_memory_equal(back, all, sizeof all);
}

static void nothing_is_read_before_the_start(void **state)
{
    struct bench *b = *state;
    open_line(b, b->name, &plain_line, &b->port.transport);
    port_bench_until(&b->port, &b->port.readies, 1);
    say(b, "\x05", 1);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->got_count, 0);
    transport_start(b->port.transport);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->got_count, 1);
}

static void seven_bits_even_parity_two_stop_bits(void **state)
{
    struct bench *b = *state;
    struct transport_line line = { 4800, 7, 2, 'E', 'N', true, true };
    open_started(b, &line);
    assert_int_equal(fake_line.asked_cflag & CSIZE, CS7);
    assert_true((fake_line.asked_cflag & PARENB) && !(fake_line.asked_cflag & PARODD));
    assert_true(fake_line.asked_cflag & CSTOPB);
    assert_true((fake_line.asked_iflag & INPCK) && (fake_line.asked_iflag & PARMRK));
    assert_false(fake_line.asked_iflag & (IGNPAR | ISTRIP | IXON | IXOFF | ICRNL | INLCR));
    assert_int_equal(fake_line.exclusive, 1);
}

static void a_damaged_byte_never_counts_as_data(void **state)
{
    struct bench *b = *state;
    open_started(b, &plain_line);
    say(b,
        "A\xff\x00\x42"
        "C\xff\xff\xff\x00\x00"
        "D\xff",
        12);
    port_bench_run(&b->port, 60);
    say(b,
        "\x00"
        "EF",
        3);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->got_count, 8);
    assert_memory_equal(b->got,
                        "A\0C\xff\0D\0"
                        "F",
                        8);
    assert_int_equal(b->parity, 2);
    assert_int_equal(b->breaks, 1);
}

static void modem_lines_are_as_the_profile_says(void **state)
{
    struct bench *b = *state;
    struct transport_line line = { 9600, 8, 1, 'N', 'N', true, false };
    fake_line.modem |= TIOCM_RTS;
    open_started(b, &line);
    assert_true(fake_line.modem & TIOCM_DTR);
    assert_false(fake_line.modem & TIOCM_RTS);
    assert_false(fake_line.asked_cflag & HUPCL);
}

/* Both directions: DTR off as well. */
static void modem_lines_can_be_off(void **state)
{
    struct bench *b = *state;
    struct transport_line line = { 9600, 8, 1, 'N', 'N', false, true };
    fake_line.modem |= TIOCM_DTR;
    open_started(b, &line);
    assert_false(fake_line.modem & TIOCM_DTR);
    assert_true(fake_line.modem & TIOCM_RTS);
}

static void a_second_user_waits_until_the_first_is_gone(void **state)
{
    struct bench *b = *state;
    struct transport *second;
    open_started(b, &plain_line);
    open_line(b, b->slave, &plain_line, &second);
    port_bench_until(&b->port, &b->port.waits, 1);
    assert_non_null(strstr(b->port.sentence, "used by another program"));
    assert_int_equal(b->port.readies, 1);
    transport_close(b->port.transport);
    b->port.transport = second;
    port_bench_until(&b->port, &b->port.readies, 2);
}

static void the_port_is_waited_for(void **state)
{
    struct bench *b = *state;
    assert_int_equal(unlink(b->name), 0);
    open_line(b, b->name, &plain_line, &b->port.transport);
    port_bench_until(&b->port, &b->port.waits, 1);
    assert_non_null(strstr(b->port.sentence, "is not there"));
    port_bench_run(&b->port, 700);
    assert_int_equal(b->port.waits, 1); /* told once */
    assert_int_equal(symlink(b->slave, b->name), 0);
    port_bench_until(&b->port, &b->port.readies, 1);
}

static void an_unplugged_port_is_gone_at_once(void **state)
{
    struct bench *b = *state;
    struct rusage before, after;
    open_started(b, &plain_line);
    say(b, "last", 4);
    assert_int_equal(close(b->master), 0);
    b->master = -1;
    port_bench_until(&b->port, &b->port.gone, 1);
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    port_bench_run(&b->port, 300);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_int_equal(b->port.downs, 1);
    assert_int_equal(transport_write(b->port.transport, span_text("x")), ERROR_CLOSED);
    /* It does not spin on a hung-up descriptor: no tenth of the time is computed away. */
    assert_true((after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 +
                    after.ru_utime.tv_usec - before.ru_utime.tv_usec <
                30000);
}

static void a_pause_leaves_the_bytes_in_the_port(void **state)
{
    struct bench *b = *state;
    open_started(b, &plain_line);
    transport_listen(b->port.transport, false);
    say(b, "abc", 3);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->got_count, 0);
    transport_listen(b->port.transport, true);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->got_count, 3);
}

static void output_that_nobody_takes_is_bounded(void **state)
{
    static uint8_t block[16384];
    struct bench *b = *state;
    enum error e = ERROR_OK;
    size_t taken = 0;
    open_started(b, &plain_line);
    for (int i = 0; i < 100 && e == ERROR_OK; i++) {
        e = transport_write(b->port.transport, span_of(block, sizeof block));
        taken += e == ERROR_OK ? sizeof block : 0;
    }
    assert_int_equal(e, ERROR_FULL);
    assert_true(taken <= LIMIT_PORT_OUTPUT + 65536);
}

static void the_descriptor_does_not_pass_to_programs(void **state)
{
    struct bench *b = *state;
    DIR *d = opendir("/proc/self/fd");
    const struct dirent *entry;
    unsigned seen = 0;
    open_started(b, &plain_line);
    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        char path[300], target[64];
        ssize_t len;
        (void)snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        len = readlink(path, target, sizeof target - 1);
        if (len <= 0)
            continue;
        target[len] = '\0';
        if (strcmp(target, b->slave) == 0) {
            seen++;
            assert_true(fcntl((int)strtol(entry->d_name, NULL, 10), F_GETFD) & FD_CLOEXEC);
        }
    }
    (void)closedir(d);
    assert_int_equal(seen, 1);
}

#define ON_PTY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_PTY(a_link_of_udev_opens_and_bytes_pass_unchanged),
        ON_PTY(nothing_is_read_before_the_start),
        ON_PTY(seven_bits_even_parity_two_stop_bits),
        ON_PTY(a_damaged_byte_never_counts_as_data),
        ON_PTY(modem_lines_are_as_the_profile_says),
        ON_PTY(modem_lines_can_be_off),
        ON_PTY(a_second_user_waits_until_the_first_is_gone),
        ON_PTY(the_port_is_waited_for),
        ON_PTY(an_unplugged_port_is_gone_at_once),
        ON_PTY(a_pause_leaves_the_bytes_in_the_port),
        ON_PTY(output_that_nobody_takes_is_bounded),
        ON_PTY(the_descriptor_does_not_pass_to_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
