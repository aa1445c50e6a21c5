/* The USB transport with libusb for real, on an emulated meter. */
#include "instruments/transport/transport.h"
#include "tests/unit/test.h"
#include "tests/usb/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    uv_loop_t loop;
    struct meter *meter;
    struct transport *transport;
    uint8_t got[METER_REPORTS][METER_REPORT];
    size_t lengths[METER_REPORTS];
    unsigned reports, waits, readies, ups, downs, gone, stalls, overruns;
    char sentence[512];
};

static void on_waiting(void *context, const char *sentence)
{
    struct bench *b = context;
    b->waits++;
    (void)snprintf(b->sentence, sizeof b->sentence, "%s", sentence);
}

static void on_ready(void *context)
{
    struct bench *b = context;
    b->readies++;
}

static void on_up(void *context)
{
    struct bench *b = context;
    b->ups++;
}

static void on_bytes(void *context, struct span in)
{
    struct bench *b = context;
    assert_true(b->reports < METER_REPORTS && in.len <= METER_REPORT);
    memcpy(b->got[b->reports], in.at, in.len);
    b->lengths[b->reports++] = in.len;
}

static void on_down(void *context, const char *sentence, bool gone)
{
    struct bench *b = context;
    b->downs++;
    b->gone += gone;
    (void)snprintf(b->sentence, sizeof b->sentence, "%s", sentence);
}

static void on_note(void *context, const char *what)
{
    struct bench *b = context;
    b->stalls += strcmp(what, "stall") == 0;
    b->overruns += strcmp(what, "overrun") == 0;
}

static void on_time(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

static void run_for(struct bench *b, unsigned ms)
{
    uv_timer_t timer;
    (void)uv_timer_init(&b->loop, &timer);
    (void)uv_timer_start(&timer, on_time, ms, 0);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    (void)uv_run(&b->loop, UV_RUN_NOWAIT);
}

static void run_until(struct bench *b, const unsigned *counter, unsigned least)
{
    for (int i = 0; i < 200 && *counter < least; i++)
        run_for(b, 20);
    if (*counter < least)
        fail_msg("it never came; the last sentence was: %s", b->sentence);
}

static void open_port(struct bench *b, const char *name)
{
    struct transport_events events = { b, on_waiting, on_ready, on_up, on_bytes, on_down, on_note };
    struct transport_port port;
    struct complaint why;
    assert_int_equal(transport_parse(name, &port, &why), ERROR_OK);
    assert_int_equal(transport_open(&b->loop, &port, NULL, -1, &events, &b->transport, &why),
                     ERROR_OK);
}

static void open_started(struct bench *b)
{
    unsigned before = b->readies;
    open_port(b, "usb:1a79:7800");
    run_until(b, &b->readies, before + 1);
    transport_start(b->transport);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b || uv_loop_init(&b->loop) != 0)
        return -1;
    b->meter = meter_new();
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    transport_close(b->transport);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&b->loop) != 0)
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
    assert_int_equal(b->ups, 1);
    for (unsigned i = 0; i < 10; i++) {
        memset(report, (int)i, sizeof report);
        meter_say(b->meter, report, sizeof report);
    }
    run_until(b, &b->reports, 10);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(b->lengths[i], METER_REPORT);
        assert_int_equal(b->got[i][7], i);
    }
    for (unsigned i = 0; i < 3; i++) { /* all at once: they queue */
        uint8_t ack[5] = { 0, 0, 0, 1, (uint8_t)(6 + i) };
        assert_int_equal(transport_write(b->transport, span_of(ack, sizeof ack)), ERROR_OK);
    }
    run_for(b, 200);
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
    run_until(b, &b->readies, 1);
    run_for(b, 60);
    assert_int_equal(meter_pending(b->meter), 0);
}

static void a_short_packet_is_a_report(void **state)
{
    struct bench *b = *state;
    open_started(b);
    meter_say(b->meter, "ABC\x01\x05", 5);
    run_until(b, &b->reports, 1);
    assert_int_equal(b->lengths[0], 5);
    assert_memory_equal(b->got[0], "ABC\x01\x05", 5);
}

static void a_stall_is_cleared_and_reading_goes_on(void **state)
{
    struct bench *b = *state;
    open_started(b);
    run_for(b, 40);
    meter_stall(b->meter, 2);
    run_until(b, &b->stalls, 2);
    meter_say(b->meter, "still here", 10);
    run_until(b, &b->reports, 1);
    assert_int_equal(meter_clears(b->meter), 2);
    assert_int_equal(b->downs, 0);
}

static void a_device_that_only_stalls_is_given_up(void **state)
{
    struct bench *b = *state;
    open_started(b);
    meter_stall(b->meter, 1000);
    run_until(b, &b->gone, 1);
    assert_int_equal(b->downs, 1);
}

static void too_long_a_packet_is_noted_and_not_data(void **state)
{
    struct bench *b = *state;
    open_started(b);
    meter_babble(b->meter);
    run_until(b, &b->overruns, 1);
    assert_int_equal(b->reports, 0);
    meter_say(b->meter, "next", 4);
    run_until(b, &b->reports, 1);
}

static void unplugged_in_a_transfer_and_plugged_in_again(void **state)
{
    struct bench *b = *state;
    open_started(b);
    run_for(b, 40);
    assert_int_equal(meter_pending(b->meter), 1);
    meter_unplug(b->meter);
    run_until(b, &b->gone, 1);
    assert_int_equal(b->downs, 1);
    assert_non_null(strstr(b->sentence, "went away"));
    assert_int_equal(transport_write(b->transport, span_text("x")), ERROR_CLOSED);
    transport_close(b->transport);
    open_port(b, "usb:1a79:7800");
    run_until(b, &b->waits, 1);
    assert_non_null(strstr(b->sentence, "No device 1a79:7800"));
    meter_plug(b->meter);
    run_until(b, &b->readies, 2);
    transport_start(b->transport);
    meter_say(b->meter, "again", 5);
    run_until(b, &b->reports, 1);
}

static void only_the_named_socket_counts(void **state)
{
    struct bench *b = *state;
    open_port(b, "usb:1a79:7800@1-2");
    run_until(b, &b->waits, 1);
    run_for(b, 600);
    assert_int_equal(b->readies, 0);
    transport_close(b->transport);
    open_port(b, "usb:1a79:7800@1-1");
    run_until(b, &b->readies, 1);
}

static void a_pause_keeps_the_report_for_later(void **state)
{
    struct bench *b = *state;
    open_started(b);
    transport_listen(b->transport, false);
    meter_say(b->meter, "one", 3);
    meter_say(b->meter, "two", 3);
    run_for(b, 80);
    assert_int_equal(b->reports, 0);
    transport_listen(b->transport, true);
    run_until(b, &b->reports, 2);
    assert_memory_equal(b->got[0], "one", 3);
    assert_memory_equal(b->got[1], "two", 3);
}

static void a_report_too_long_is_refused(void **state)
{
    struct bench *b = *state;
    uint8_t large[METER_REPORT + 1] = { 0 };
    open_started(b);
    assert_int_equal(transport_write(b->transport, span_of(large, sizeof large)), ERROR_TOO_BIG);
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
