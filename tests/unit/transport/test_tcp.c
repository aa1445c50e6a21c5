/* TCP as the side that connects, and the loop under libusb. */
#include "core/base/limits.h"
#include "core/usb/usb_loop.h"
#include "tests/support/port_bench.h"
#include "tests/unit/test.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct bench {
    struct port_bench port; /* first: the callbacks' context */
    int listener, peer;
    char address[64];
    unsigned bytes;
};

static void on_bytes(void *context, struct span in)
{
    struct bench *b = context;
    b->bytes += (unsigned)in.len;
}

static void on_note(void *context, const char *what)
{
    (void)context;
    (void)what;
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    *state = b;
    if (!b || uv_loop_init(&b->port.loop) != 0 ||
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
    if (port_bench_close(&b->port) != 0)
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
    port_bench_open(&b->port, name, NULL, on_bytes, on_note, &b->port.transport);
}

static void connect_and_start(struct bench *b)
{
    open_to(b, b->address);
    port_bench_until(&b->port, &b->port.readies, 1);
    for (int i = 0; i < 100 && b->peer < 0; i++) {
        b->peer = accept4(b->listener, NULL, NULL, SOCK_CLOEXEC);
        (void)usleep(1000);
    }
    assert_true(b->peer >= 0);
    transport_start(b->port.transport);
    assert_int_equal(b->port.ups, 1);
}

static void it_connects_and_reads_only_after_the_start(void **state)
{
    struct bench *b = *state;
    char heard[8];
    open_to(b, b->address);
    port_bench_until(&b->port, &b->port.readies, 1);
    for (int i = 0; i < 100 && b->peer < 0; i++) {
        b->peer = accept4(b->listener, NULL, NULL, SOCK_CLOEXEC);
        (void)usleep(1000);
    }
    assert_int_equal(write(b->peer, "\x05", 1), 1);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->bytes, 0);
    transport_start(b->port.transport);
    port_bench_until(&b->port, &b->bytes, 1);
    assert_int_equal(transport_write(b->port.transport, span_text("\x06")), ERROR_OK);
    port_bench_run(&b->port, 20);
    assert_int_equal(read(b->peer, heard, sizeof heard), 1);
}

static void a_closed_connection_is_gone(void **state)
{
    struct bench *b = *state;
    connect_and_start(b);
    assert_int_equal(close(b->peer), 0);
    b->peer = -1;
    port_bench_until(&b->port, &b->port.gone, 1);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->port.downs, 1);
    assert_int_equal(transport_write(b->port.transport, span_text("x")), ERROR_CLOSED);
}

static void a_refused_connection_is_tried_again(void **state)
{
    struct bench *b = *state;
    struct complaint why;
    char again[80];
    (void)close(b->listener);
    b->listener = -1;
    open_to(b, b->address);
    port_bench_until(&b->port, &b->port.waits, 1);
    assert_non_null(strstr(b->port.sentence, "does not answer"));
    (void)snprintf(again, sizeof again, "tcp-listen:%s", b->address + 4);
    assert_int_equal(transport_bind(again, &b->listener, &why), ERROR_OK);
    port_bench_until(&b->port, &b->port.readies, 1);
    assert_int_equal(b->port.waits, 1);
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
        e = transport_write(b->port.transport, span_of(block, sizeof block));
    assert_int_equal(e, ERROR_FULL);
}

static void a_paused_connection_keeps_its_bytes(void **state)
{
    struct bench *b = *state;
    connect_and_start(b);
    transport_listen(b->port.transport, false);
    assert_int_equal(write(b->peer, "abc", 3), 3);
    port_bench_run(&b->port, 60);
    assert_int_equal(b->bytes, 0);
    transport_listen(b->port.transport, true);
    port_bench_until(&b->port, &b->bytes, 3);
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
    assert_int_equal(usb_loop_open(&b->port.loop, usb, &l), ERROR_OK);
    (void)uv_timer_init(&b->port.loop, &timer);
    timer.data = usb;
    (void)uv_timer_start(&timer, wake, 5, 0);
    port_bench_run(&b->port, 50);
    uv_close((uv_handle_t *)&timer, NULL);
    usb_loop_close(l);
    libusb_exit(usb);
    port_bench_run(&b->port, 5);
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
