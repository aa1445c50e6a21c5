/* TCP as the side that connects, and the loop under libusb. */
#include "core/base/limits.h"
#include "instruments/transport/transport.h"
#include "instruments/transport/usb_loop.h"
#include "tests/unit/test.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct bench {
    uv_loop_t loop;
    int listener, peer;
    char address[64];
    struct transport *transport;
    unsigned waits, readies, ups, downs, gone, bytes;
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
    b->bytes += (unsigned)in.len;
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
    (void)context;
    (void)what;
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
    for (int i = 0; i < 250 && *counter < least; i++)
        run_for(b, 20);
    assert_true(*counter >= least);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    *state = b;
    if (!b || uv_loop_init(&b->loop) != 0 ||
        transport_bind("tcp-listen:127.0.0.1:0", &b->listener, NULL) != ERROR_OK ||
        getsockname(b->listener, (struct sockaddr *)&a, &size) != 0)
        return -1;
    b->peer = -1;
    (void)snprintf(b->address, sizeof b->address, "tcp:127.0.0.1:%u", ntohs(a.sin_port));
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    transport_close(b->transport);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&b->loop) != 0)
        return -1;
    if (b->peer >= 0)
        (void)close(b->peer);
    if (b->listener >= 0)
        (void)close(b->listener);
    free(b);
    return 0;
}

static void open_to(struct bench *b, const char *name)
{
    struct transport_events events = { b, on_waiting, on_ready, on_up, on_bytes, on_down, on_note };
    struct transport_port port;
    assert_int_equal(transport_parse(name, &port, NULL), ERROR_OK);
    assert_int_equal(transport_open(&b->loop, &port, NULL, -1, &events, &b->transport, NULL),
                     ERROR_OK);
}

static void connect_and_start(struct bench *b)
{
    open_to(b, b->address);
    run_until(b, &b->readies, 1);
    for (int i = 0; i < 100 && b->peer < 0; i++) {
        b->peer = accept4(b->listener, NULL, NULL, SOCK_CLOEXEC);
        (void)usleep(1000);
    }
    assert_true(b->peer >= 0);
    transport_start(b->transport);
    assert_int_equal(b->ups, 1);
}

static void it_connects_and_reads_only_after_the_start(void **state)
{
    struct bench *b = *state;
    char heard[8];
    open_to(b, b->address);
    run_until(b, &b->readies, 1);
    for (int i = 0; i < 100 && b->peer < 0; i++) {
        b->peer = accept4(b->listener, NULL, NULL, SOCK_CLOEXEC);
        (void)usleep(1000);
    }
    assert_int_equal(write(b->peer, "\x05", 1), 1);
    run_for(b, 60);
    assert_int_equal(b->bytes, 0);
    transport_start(b->transport);
    run_until(b, &b->bytes, 1);
    assert_int_equal(transport_write(b->transport, span_text("\x06")), ERROR_OK);
    run_for(b, 20);
    assert_int_equal(read(b->peer, heard, sizeof heard), 1);
}

static void a_closed_connection_is_gone(void **state)
{
    struct bench *b = *state;
    connect_and_start(b);
    assert_int_equal(close(b->peer), 0);
    b->peer = -1;
    run_until(b, &b->gone, 1);
    run_for(b, 60);
    assert_int_equal(b->downs, 1);
    assert_int_equal(transport_write(b->transport, span_text("x")), ERROR_CLOSED);
}

static void a_refused_connection_is_tried_again(void **state)
{
    struct bench *b = *state;
    struct complaint why;
    char again[80];
    (void)close(b->listener);
    b->listener = -1;
    open_to(b, b->address);
    run_until(b, &b->waits, 1);
    assert_non_null(strstr(b->sentence, "does not answer"));
    (void)snprintf(again, sizeof again, "tcp-listen:%s", b->address + 4);
    assert_int_equal(transport_bind(again, &b->listener, &why), ERROR_OK);
    run_until(b, &b->readies, 1);
    assert_int_equal(b->waits, 1);
}

static void an_address_in_use_is_said(void **state)
{
    struct bench *b = *state;
    struct complaint why = { "" };
    char again[80];
    int fd = -7;
    (void)snprintf(again, sizeof again, "tcp-listen:%s", b->address + 4);
    assert_int_equal(transport_bind(again, &fd, &why), ERROR_IO);
    assert_int_equal(fd, -7);
    assert_non_null(strstr(why.text, "another program"));
    assert_int_equal(transport_bind("serial:/dev/null", &fd, &why), ERROR_BAD_INPUT);
}

static void output_that_nobody_takes_is_bounded(void **state)
{
    static uint8_t block[32768];
    struct bench *b = *state;
    enum error e = ERROR_OK;
    connect_and_start(b);
    for (int i = 0; i < 1000 && e == ERROR_OK; i++)
        e = transport_write(b->transport, span_of(block, sizeof block));
    assert_int_equal(e, ERROR_FULL);
}

static void a_paused_connection_keeps_its_bytes(void **state)
{
    struct bench *b = *state;
    connect_and_start(b);
    transport_listen(b->transport, false);
    assert_int_equal(write(b->peer, "abc", 3), 3);
    run_for(b, 60);
    assert_int_equal(b->bytes, 0);
    transport_listen(b->transport, true);
    run_until(b, &b->bytes, 3);
}

static void wake(uv_timer_t *timer)
{
    libusb_interrupt_event_handler(timer->data);
}

/* Only what needs no device: descriptors come in and go, and the loop ends without leftovers. */
static void the_loop_takes_and_gives_back_libusbs_descriptors(void **state)
{
    struct bench *b = *state;
    struct usb_loop *l;
    libusb_context *usb;
    uv_timer_t timer;
    assert_int_equal(libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY), 0);
    assert_int_equal(libusb_init(&usb), 0);
    assert_int_equal(usb_loop_open(&b->loop, usb, &l), ERROR_OK);
    (void)uv_timer_init(&b->loop, &timer);
    timer.data = usb;
    (void)uv_timer_start(&timer, wake, 5, 0);
    run_for(b, 50);
    uv_close((uv_handle_t *)&timer, NULL);
    usb_loop_close(l);
    libusb_exit(usb);
    run_for(b, 5);
}

#define WITH_LOOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_LOOP(it_connects_and_reads_only_after_the_start),
        WITH_LOOP(a_closed_connection_is_gone),
        WITH_LOOP(a_refused_connection_is_tried_again),
        WITH_LOOP(an_address_in_use_is_said),
        WITH_LOOP(output_that_nobody_takes_is_bounded),
        WITH_LOOP(a_paused_connection_keeps_its_bytes),
        WITH_LOOP(the_loop_takes_and_gives_back_libusbs_descriptors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
