/* The USB transport with libusb for real, on an emulated meter. */
#include "tests/support/port_bench.h"
#include "tests/unit/test.h"
#include "tests/usb/meter.h"

#include <stdlib.h>
#include <string.h>

struct bench {
    struct port_bench port; /* first: the callbacks' context */
    struct meter *meter;
    uint8_t got[METER_REPORTS][METER_REPORT];
    size_t lengths[METER_REPORTS];
    unsigned reports, stalls, overruns;
};

static void on_bytes(void *context, struct span in)
{
    struct bench *b = context;
    assert_true(b->reports < METER_REPORTS && in.len <= METER_REPORT);
    memcpy(b->got[b->reports], in.at, in.len);
    b->lengths[b->reports++] = in.len;
}

static void on_note(void *context, const char *what)
{
    struct bench *b = context;
    b->stalls += strcmp(what, "stall") == 0;
    b->overruns += strcmp(what, "overrun") == 0;
}

static void open_port(struct bench *b, const char *name)
{
    port_bench_open(&b->port, name, NULL, on_bytes, on_note, &b->port.transport);
}

static void open_started(struct bench *b)
{
    unsigned before = b->port.readies;
    open_port(b, "usb:1a79:7800");
    port_bench_until(&b->port, &b->port.readies, before + 1);
    transport_start(b->port.transport);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b || uv_loop_init(&b->port.loop) != 0)
        return -1;
    b->meter = meter_new();
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    if (port_bench_close(&b->port) != 0)
        return -1;
    meter_free(b->meter);
    free(b);
    return 0;
}

static void reports_pass_both_ways_in_order(void **state)
{
    struct bench *b = *state;
    uint8_t report[METER_REPORT], back[METER_REPORT];
    open_started(b);
    assert_int_equal(b->port.ups, 1);
    for (unsigned i = 0; i < 10; i++) {
        memset(report, (int)i, sizeof report);
        meter_say(b->meter, report, sizeof report);
    }
    port_bench_until(&b->port, &b->reports, 10);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(b->lengths[i], METER_REPORT);
        assert_int_equal(b->got[i][7], i);
    }
    for (unsigned i = 0; i < 3; i++) { /* all at once: they queue */
        uint8_t ack[5] = { 0, 0, 0, 1, (uint8_t)(6 + i) };
        assert_int_equal(transport_write(b->port.transport, span_of(ack, sizeof ack)), ERROR_OK);
    }
    port_bench_run(&b->port, 200);
    assert_int_equal(meter_heard(b->meter), 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(meter_report(b->meter, i, back), METER_REPORT);
        assert_int_equal(back[4], 6 + i);
        assert_int_equal(back[5], 0); /* filled with zeros */
        assert_int_equal(back[METER_REPORT - 1], 0);
    }
}

static void nothing_is_read_before_the_start(void **state)
{
    struct bench *b = *state;
    open_port(b, "usb:1a79:7800@1-1");
    port_bench_until(&b->port, &b->port.readies, 1);
    port_bench_run(&b->port, 60);
    assert_int_equal(fake_usb_pending(meter_usb(b->meter)), 0);
}

static void a_short_packet_is_a_report(void **state)
{
    struct bench *b = *state;
    open_started(b);
    meter_say(b->meter, "ABC\x01\x05", 5);
    port_bench_until(&b->port, &b->reports, 1);
    assert_int_equal(b->lengths[0], 5);
    assert_memory_equal(b->got[0], "ABC\x01\x05", 5);
}

static void a_stall_is_cleared_and_reading_goes_on(void **state)
{
    struct bench *b = *state;
    open_started(b);
    port_bench_run(&b->port, 40);
    fake_usb_stall(meter_usb(b->meter), 2);
    port_bench_until(&b->port, &b->stalls, 2);
    meter_say(b->meter, "still here", 10);
    port_bench_until(&b->port, &b->reports, 1);
    assert_int_equal(fake_usb_clears(meter_usb(b->meter)), 2);
    assert_int_equal(b->port.downs, 0);
}

static void a_device_that_only_stalls_is_given_up(void **state)
{
    struct bench *b = *state;
    open_started(b);
    fake_usb_stall(meter_usb(b->meter), 1000);
    port_bench_until(&b->port, &b->port.gone, 1);
    assert_int_equal(b->port.downs, 1);
}

static void too_long_a_packet_is_noted_and_not_data(void **state)
{
    struct bench *b = *state;
    open_started(b);
    fake_usb_babble(meter_usb(b->meter));
    port_bench_until(&b->port, &b->overruns, 1);
    assert_int_equal(b->reports, 0);
    meter_say(b->meter, "next", 4);
    port_bench_until(&b->port, &b->reports, 1);
}

static void unplugged_in_a_transfer_and_plugged_in_again(void **state)
{
    struct bench *b = *state;
    open_started(b);
    port_bench_run(&b->port, 40);
    assert_int_equal(fake_usb_pending(meter_usb(b->meter)), 1);
    meter_unplug(b->meter);
    port_bench_until(&b->port, &b->port.gone, 1);
    assert_int_equal(b->port.downs, 1);
    assert_non_null(strstr(b->port.sentence, "went away"));
    assert_int_equal(transport_write(b->port.transport, span_text("x")), ERROR_CLOSED);
    transport_close(b->port.transport);
    open_port(b, "usb:1a79:7800");
    port_bench_until(&b->port, &b->port.waits, 1);
    assert_non_null(strstr(b->port.sentence, "No device 1a79:7800"));
    meter_plug(b->meter);
    port_bench_until(&b->port, &b->port.readies, 2);
    transport_start(b->port.transport);
    meter_say(b->meter, "again", 5);
    port_bench_until(&b->port, &b->reports, 1);
}

static void only_the_named_socket_counts(void **state)
{
    struct bench *b = *state;
    open_port(b, "usb:1a79:7800@1-2");
    port_bench_until(&b->port, &b->port.waits, 1);
    port_bench_run(&b->port, 600);
    assert_int_equal(b->port.readies, 0);
    transport_close(b->port.transport);
    open_port(b, "usb:1a79:7800@1-1");
    port_bench_until(&b->port, &b->port.readies, 1);
}

static void a_pause_keeps_the_report_for_later(void **state)
{
    struct bench *b = *state;
    open_started(b);
    transport_listen(b->port.transport, false);
    meter_say(b->meter, "one", 3);
    meter_say(b->meter, "two", 3);
    port_bench_run(&b->port, 80);
    assert_int_equal(b->reports, 0);
    transport_listen(b->port.transport, true);
    port_bench_until(&b->port, &b->reports, 2);
    assert_memory_equal(b->got[0], "one", 3);
    assert_memory_equal(b->got[1], "two", 3);
}

static void a_report_too_long_is_refused(void **state)
{
    struct bench *b = *state;
    uint8_t large[METER_REPORT + 1] = { 0 };
    open_started(b);
    assert_int_equal(transport_write(b->port.transport, span_of(large, sizeof large)),
                     ERROR_TOO_BIG);
}

#define WITH_METER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_METER(reports_pass_both_ways_in_order),
        WITH_METER(nothing_is_read_before_the_start),
        WITH_METER(a_short_packet_is_a_report),
        WITH_METER(a_stall_is_cleared_and_reading_goes_on),
        WITH_METER(a_device_that_only_stalls_is_given_up),
        WITH_METER(too_long_a_packet_is_noted_and_not_data),
        WITH_METER(unplugged_in_a_transfer_and_plugged_in_again),
        WITH_METER(only_the_named_socket_counts),
        WITH_METER(a_pause_keeps_the_report_for_later),
        WITH_METER(a_report_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
