/* A serial line over an FTDI chip that the kernel left to us, with libusb for real. */
#include "tests/support/port_bench.h"
#include "tests/unit/test.h"
#include "tests/usb/cable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORT "usb:0403:cd18"

struct bench {
    struct port_bench port; /* first: the callbacks' context */
    struct cable *cable;
    struct ftdi_chip chip; /* the last look */
    uint8_t got[16384];
    unsigned len, stalls, parities, breaks, overruns;
};

static const struct transport_line usual = { 9600, 8, 1, 'N', 'N', true, true };

static void on_bytes(void *context, struct span in)
{
    struct bench *b = context;
    assert_true(b->len + in.len <= sizeof b->got);
    memcpy(b->got + b->len, in.at, in.len);
    b->len += (unsigned)in.len;
}

static void on_note(void *context, const char *what)
{
    struct bench *b = context;
    b->stalls += strcmp(what, "stall") == 0;
    b->parities += strcmp(what, "parity") == 0;
    b->breaks += strcmp(what, "break") == 0;
    b->overruns += strcmp(what, "overrun") == 0;
}

static void open_port(struct bench *b, const char *name, const struct transport_line *line)
{
    unsigned before = b->port.readies;
    port_bench_open(&b->port, name, line, on_bytes, on_note, &b->port.transport);
    port_bench_until(&b->port, &b->port.readies, before + 1);
}

static void open_started(struct bench *b)
{
    open_port(b, PORT, &usual);
    transport_start(b->port.transport);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b || uv_loop_init(&b->port.loop) != 0)
        return -1;
    b->cable = cable_new();
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    if (port_bench_close(&b->port) != 0)
        return -1;
    cable_free(b->cable);
    free(b);
    return 0;
}

static void say(struct bench *b, const char *text, uint8_t errors)
{
    cable_say(b->cable, text, strlen(text), errors);
}

static void the_chip_gets_the_lines_settings(void **state)
{
    struct bench *b = *state;
    const struct transport_line odd = { 19200, 7, 2, 'E', 'X', false, true };
    open_port(b, PORT, &usual);
    cable_look(b->cable, &b->chip);
    assert_true(b->chip.resets > 0);
    assert_int_equal(b->chip.baud, 9600);
    assert_int_equal(b->chip.data, 0x0008);
    assert_int_equal(b->chip.flow, 0);
    assert_true(b->chip.dtr && b->chip.rts);
    assert_true(b->chip.latency > 0);
    assert_int_equal(fake_usb_pending(cable_usb(b->cable)), 0); /* nothing is read yet */
    transport_close(b->port.transport);
    open_port(b, PORT, &odd);
    cable_look(b->cable, &b->chip);
    assert_int_equal(b->chip.baud, 19200);
    assert_int_equal(b->chip.data, 7 | 2 << 8 | 2 << 11);
    assert_int_equal(b->chip.flow, 4);
    assert_int_equal(b->chip.flow_characters, 0x1311);
    assert_false(b->chip.dtr);
    assert_true(b->chip.rts);
}

static void bytes_pass_both_ways_without_the_status(void **state)
{
    struct bench *b = *state;
    char text[3000];
    open_started(b);
    for (unsigned i = 0; i < sizeof text; i++)
        text[i] = (char)('A' + i % 26);
    cable_say(b->cable, text, sizeof text, 0); /* many packets in one transfer */
    port_bench_until(&b->port, &b->len, sizeof text);
    assert_memory_equal(b->got, text, sizeof text);
    assert_int_equal(transport_write(b->port.transport, span_text("\x06")), ERROR_OK);
    assert_int_equal(transport_write(b->port.transport, span_of(text, sizeof text)), ERROR_OK);
    port_bench_run(&b->port, 200);
    cable_look(b->cable, &b->chip);
    assert_int_equal(b->chip.heard_len, sizeof text + 1);
    assert_memory_equal(b->chip.heard + 1, text, sizeof text);
}

static void status_alone_is_no_data(void **state)
{
    struct bench *b = *state;
    open_started(b);
    for (int i = 0; i < 5; i++)
        cable_tick(b->cable);
    say(b, "x", 0);
    port_bench_until(&b->port, &b->len, 1);
    port_bench_run(&b->port, 50);
    assert_int_equal(b->len, 1);
}

/* What the line damaged is never data: a NUL stands there, and it is counted. */
static void a_damaged_byte_becomes_a_nul(void **state)
{
    struct bench *b = *state;
    open_started(b);
    say(b, "good", 0);
    port_bench_until(&b->port, &b->len, 4);
    say(b, "p", FTDI_CHIP_PARITY);
    say(b, "more", 0);
    port_bench_until(&b->port, &b->len, 9);
    say(b, "f", FTDI_CHIP_FRAMING);
    port_bench_until(&b->port, &b->len, 10);
    assert_memory_equal(b->got, "good\0more\0", 10);
    assert_int_equal(b->parities, 2);
    cable_say(b->cable, "", 1, FTDI_CHIP_BREAK);
    port_bench_until(&b->port, &b->breaks, 1);
    assert_int_equal(b->got[10], 0);
}

static void lost_bytes_leave_a_nul(void **state)
{
    struct bench *b = *state;
    open_started(b);
    say(b, "A", FTDI_CHIP_OVERRUN);
    port_bench_until(&b->port, &b->len, 2);
    assert_memory_equal(b->got, "\0A", 2);
    assert_int_equal(b->overruns, 1);
}

static void a_write_taken_in_parts_goes_on(void **state)
{
    struct bench *b = *state;
    char text[700];
    memset(text, 'w', sizeof text);
    text[699] = 'z';
    open_started(b);
    fake_usb_shorten(cable_usb(b->cable), 100);
    assert_int_equal(transport_write(b->port.transport, span_of(text, sizeof text)), ERROR_OK);
    port_bench_run(&b->port, 300);
    cable_look(b->cable, &b->chip);
    assert_int_equal(b->chip.heard_len, sizeof text);
    assert_memory_equal(b->chip.heard, text, sizeof text);
}

static void a_stall_is_cleared_and_reading_goes_on(void **state)
{
    struct bench *b = *state;
    open_started(b);
    port_bench_run(&b->port, 40);
    assert_true(fake_usb_pending(cable_usb(b->cable)) > 1); /* one waits behind the other */
    fake_usb_stall(cable_usb(b->cable), 1);
    port_bench_until(&b->port, &b->stalls, 1);
    for (char c = 'a'; c <= 'z'; c++)
        cable_say(b->cable, &c, 1, 0);
    port_bench_until(&b->port, &b->len, 26);
    assert_memory_equal(b->got, "abcdefghijklmnopqrstuvwxyz", 26);
    assert_int_equal(b->port.downs, 0);
    assert_true(fake_usb_clears(cable_usb(b->cable)) > 0);
}

static void a_chip_that_only_stalls_is_given_up(void **state)
{
    struct bench *b = *state;
    open_started(b);
    fake_usb_stall(cable_usb(b->cable), 1000);
    port_bench_until(&b->port, &b->port.gone, 1);
    assert_int_equal(b->port.downs, 1);
}

static void unplugged_in_a_transfer_and_plugged_in_again(void **state)
{
    struct bench *b = *state;
    open_started(b);
    port_bench_run(&b->port, 40);
    assert_true(fake_usb_pending(cable_usb(b->cable)) > 0);
    fake_usb_unplug(cable_usb(b->cable));
    port_bench_until(&b->port, &b->port.gone, 1);
    assert_int_equal(b->port.downs, 1);
    assert_int_equal(transport_write(b->port.transport, span_text("x")), ERROR_CLOSED);
    transport_close(b->port.transport);
    port_bench_open(&b->port, PORT, &usual, on_bytes, on_note, &b->port.transport);
    port_bench_until(&b->port, &b->port.waits, 1);
    fake_usb_plug(cable_usb(b->cable));
    port_bench_until(&b->port, &b->port.readies, 2);
    transport_start(b->port.transport);
    say(b, "again", 0);
    port_bench_until(&b->port, &b->len, 5);
}

static void a_pause_keeps_the_order(void **state)
{
    struct bench *b = *state;
    open_started(b);
    transport_listen(b->port.transport, false);
    for (char c = '0'; c <= '9'; c++) {
        cable_say(b->cable, &c, 1, 0);
        port_bench_run(&b->port, 10);
    }
    assert_int_equal(b->len, 0);
    transport_listen(b->port.transport, true);
    port_bench_until(&b->port, &b->len, 10);
    assert_memory_equal(b->got, "0123456789", 10);
}

static void the_serial_number_may_say_which(void **state)
{
    struct bench *b = *state;
    port_bench_open(&b->port, PORT "#P0009999", &usual, on_bytes, on_note, &b->port.transport);
    port_bench_until(&b->port, &b->port.waits, 1);
    transport_close(b->port.transport);
    open_port(b, PORT "@1-1#P0001234", &usual);
}

static void a_rate_that_the_chip_has_not_is_said(void **state)
{
    struct bench *b = *state;
    const struct transport_line line = { 2500000, 8, 1, 'N', 'N', true, true };
    port_bench_open(&b->port, PORT, &line, on_bytes, on_note, &b->port.transport);
    port_bench_until(&b->port, &b->port.waits, 1);
    assert_non_null(strstr(b->port.sentence, "2500000"));
}

#define WITH_CABLE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CABLE(the_chip_gets_the_lines_settings),
        WITH_CABLE(bytes_pass_both_ways_without_the_status),
        WITH_CABLE(status_alone_is_no_data),
        WITH_CABLE(a_damaged_byte_becomes_a_nul),
        WITH_CABLE(lost_bytes_leave_a_nul),
        WITH_CABLE(a_write_taken_in_parts_goes_on),
        WITH_CABLE(a_stall_is_cleared_and_reading_goes_on),
        WITH_CABLE(a_chip_that_only_stalls_is_given_up),
        WITH_CABLE(unplugged_in_a_transfer_and_plugged_in_again),
        WITH_CABLE(a_pause_keeps_the_order),
        WITH_CABLE(the_serial_number_may_say_which),
        WITH_CABLE(a_rate_that_the_chip_has_not_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
