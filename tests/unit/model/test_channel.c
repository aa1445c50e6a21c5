/* The channel between processes: order, waiting for room, and what ends it. */
#include "core/model/channel.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct bench {
    uv_loop_t loop;
    struct channel *channel;
    int other; /* the raw other end */
    unsigned messages, closes, drains;
    uint64_t last_ticket;
    enum error how;
    struct complaint why;
    bool close_in_message;
};

static void on_message(void *context, const struct wire_message *m)
{
    struct bench *b = context;
    b->messages++;
    assert_int_equal(wire_number(m, WIRE_F_TICKET), b->last_ticket + 1);
    b->last_ticket++;
    if (b->close_in_message) {
        channel_close(b->channel);
        b->channel = NULL;
    }
}

static void on_closed(void *context, enum error how, const struct complaint *why)
{
    struct bench *b = context;
    assert_true(why->text[0] != '\0');
    b->closes++;
    b->how = how;
    b->why = *why;
}

static void on_drained(void *context)
{
    struct bench *b = context;
    b->drains++;
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    struct channel_events events = { b, on_message, on_closed, on_drained };
    int ends[2];
    *state = b;
    if (!b || uv_loop_init(&b->loop) != 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return -1;
    b->other = ends[1];
    return channel_open(&b->loop, ends[0], WIRE_CORE, &events, &b->channel) != ERROR_OK;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    channel_close(b->channel);
    (void)uv_run(&b->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&b->loop) != 0)
        return -1;
    if (b->other >= 0)
        (void)close(b->other);
    free(b);
    return 0;
}

static void turn(struct bench *b)
{
    for (int i = 0; i < 4; i++)
        (void)uv_run(&b->loop, UV_RUN_NOWAIT);
}

static void kept(struct wire_writer *w, uint64_t ticket)
{
    wire_begin(w, WIRE_KEPT);
    wire_put_number(w, WIRE_F_TICKET, ticket);
}

static void say(struct bench *b, uint64_t ticket)
{
    struct wire_writer w;
    struct span packet;
    kept(&w, ticket);
    assert_int_equal(wire_finish(&w, &packet), ERROR_OK);
    assert_int_equal(send(b->other, packet.at, packet.len, 0), (ssize_t)packet.len);
    wire_free(&w);
}

static void packets_arrive_in_order(void **state)
{
    struct bench *b = *state;
    for (uint64_t i = 1; i <= 20; i++)
        say(b, i);
    turn(b);
    assert_int_equal(b->messages, 20);
}

static void a_large_packet_is_not_cut(void **state)
{
    static uint8_t frame[LIMIT_FRAME], in[LIMIT_WIRE];
    struct bench *b = *state;
    struct wire_writer w;
    struct wire_message m;
    ssize_t len;
    wire_begin(&w, WIRE_KEEP);
    wire_put_number(&w, WIRE_F_TICKET, 1);
    wire_put_number(&w, WIRE_F_SESSION, 1);
    wire_put_number(&w, WIRE_F_FRAME_NUMBER, 1);
    wire_put_number(&w, WIRE_F_DIRECTION, 0);
    wire_put_bytes(&w, WIRE_F_BYTES, span_of(frame, sizeof frame));
    assert_int_equal(channel_send(b->channel, &w), ERROR_OK);
    len = recv(b->other, in, sizeof in, 0);
    assert_true(len > LIMIT_FRAME);
    assert_int_equal(wire_read(span_of(in, (size_t)len), WIRE_INSTRUMENT, &m, NULL), ERROR_OK);
}

/* Nobody reads: packets wait, none is lost, all come in order when somebody does. */
static void a_full_socket_is_waited_for(void **state)
{
    struct bench *b = *state;
    struct wire_writer w;
    struct wire_message m;
    uint8_t in[64];
    uint64_t sent = 0, got = 0;
    while (channel_waiting(b->channel) < 4096) {
        kept(&w, ++sent);
        assert_int_equal(channel_send(b->channel, &w), ERROR_OK);
    }
    while (got < sent) {
        ssize_t len = recv(b->other, in, sizeof in, MSG_DONTWAIT);
        if (len < 0) {
            turn(b);
            continue;
        }
        assert_int_equal(wire_read(span_of(in, (size_t)len), WIRE_CORE, &m, NULL), ERROR_OK);
        assert_int_equal(wire_number(&m, WIRE_F_TICKET), ++got);
        if (got == 10) { /* there is room now, but others came first */
            kept(&w, ++sent);
            assert_int_equal(channel_send(b->channel, &w), ERROR_OK);
        }
    }
    turn(b);
    assert_int_equal(channel_waiting(b->channel), 0);
    assert_int_equal(b->drains, 1);
}

static void what_waits_is_bounded(void **state)
{
    struct bench *b = *state;
    enum error e = ERROR_OK;
    struct wire_writer w;
    uint64_t sent = 0;
    while (e == ERROR_OK && sent < 10000000) {
        kept(&w, ++sent);
        e = channel_send(b->channel, &w);
    }
    assert_int_equal(e, ERROR_FULL);
    assert_true(channel_waiting(b->channel) <= LIMIT_CHANNEL_QUEUE);
    assert_int_equal(b->closes, 0);
}

static void the_other_side_ends(void **state)
{
    struct bench *b = *state;
    struct wire_writer w;
    say(b, 1);
    (void)close(b->other);
    b->other = -1;
    turn(b);
    assert_int_equal(b->messages, 1); /* what it said before still counts */
    assert_int_equal(b->closes, 1);
    assert_int_equal(b->how, ERROR_CLOSED);
    kept(&w, 1);
    assert_int_equal(channel_send(b->channel, &w), ERROR_CLOSED);
    turn(b);
    assert_int_equal(b->closes, 1);
}

static void nonsense_ends_the_channel(void **state)
{
    struct bench *b = *state;
    assert_int_equal(send(b->other, "nonsense", 8, 0), 8);
    say(b, 1);
    turn(b);
    assert_int_equal(b->closes, 1);
    assert_int_equal(b->how, ERROR_BAD_INPUT);
    assert_int_equal(b->messages, 0);
}

static void a_packet_beyond_the_maximum_ends_the_channel(void **state)
{
    struct bench *b = *state;
    size_t size = LIMIT_WIRE + 1;
    uint8_t *large = calloc(1, size);
    assert_non_null(large);
    assert_int_equal(send(b->other, large, size, 0), (ssize_t)size);
    free(large);
    turn(b);
    assert_int_equal(b->closes, 1);
    assert_int_equal(b->how, ERROR_BAD_INPUT);
    assert_non_null(strstr(b->why.text, "maximum"));
}

static void it_may_be_closed_in_its_own_message(void **state)
{
    struct bench *b = *state;
    b->close_in_message = true;
    say(b, 1);
    say(b, 2);
    turn(b);
    assert_int_equal(b->messages, 1);
    assert_int_equal(b->closes, 0);
}

#define WITH_CHANNEL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CHANNEL(packets_arrive_in_order),
        WITH_CHANNEL(a_large_packet_is_not_cut),
        WITH_CHANNEL(a_full_socket_is_waited_for),
        WITH_CHANNEL(what_waits_is_bounded),
        WITH_CHANNEL(the_other_side_ends),
        WITH_CHANNEL(nonsense_ends_the_channel),
        WITH_CHANNEL(a_packet_beyond_the_maximum_ends_the_channel),
        WITH_CHANNEL(it_may_be_closed_in_its_own_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
