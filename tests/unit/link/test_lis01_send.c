/* LIS01 as the sender, and contention from both sides. */
#include "tests/unit/link/fake_port.h"

#include <stdlib.h>

#define MESSAGE "H|\\^&" CR "L|1|N" CR

static int setup(void **state)
{
    struct fake *f = malloc(sizeof *f);
    assert_non_null(f);
    fake_open(f, &link_lis01);
    *state = f;
    return 0;
}

static int setup_instrument(void **state)
{
    struct link_options options = { .instrument = true };
    struct fake *f = malloc(sizeof *f);
    assert_non_null(f);
    fake_open_with(f, &link_lis01, &options);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fake_close(*state);
    free(*state);
    return 0;
}

static enum error give(struct fake *f, const char *text)
{
    return f->link->send(f->state, span_text(text));
}

/* Sends the message and has the first frame out. */
static void begin(struct fake *f)
{
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "w 05\no 1.1 H|\\^&/\nw 1 H|\\^&/\n");
}

static void a_message_is_sent_record_by_record(void **state)
{
    struct fake *f = *state;
    begin(f);
    assert_int_equal(give(f, MESSAGE), ERROR_BUSY);
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "o 1.2 L|1|N/\nw 2 L|1|N/\n");
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "w 04\ne 1 normal\ns no error\n");
    assert_int_equal(f->timer, 0);
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_expect(f, "w 05\n");
}

static void long_records_are_cut_at_240_characters(void **state)
{
    struct fake *f = *state;
    char text[503];
    memset(text, 'x', sizeof text - 1);
    text[500] = '\r';
    text[501] = 'L';
    text[502] = 0;
    assert_int_equal(give(f, text), ERROR_OK);
    buffer_clear(&f->log);
    for (int i = 0; i < 4; i++)
        fake_byte(f, BYTE_ACK);
    assert_int_equal(buffer_put_byte(&f->log, 0), ERROR_OK);
    text[240] = 0;
    assert_non_null(strstr((char *)f->log.at, "w 1+x"));
    assert_non_null(strstr((char *)f->log.at, "w 2+x"));
    assert_non_null(strstr((char *)f->log.at, "w 3 xxxxxxxxxxxxxxxxxxxx/\n"));
    assert_non_null(strstr((char *)f->log.at, "w 4 L/\n"));
    assert_memory_equal(strstr((char *)f->log.at, "w 1+") + 4, text, 240);
    assert_int_equal(strstr((char *)f->log.at, "w 1+")[244], '\n');
}

static void numbers_run_to_seven_and_on_with_zero(void **state)
{
    struct fake *f = *state;
    assert_int_equal(give(f, "1\r2\r3\r4\r5\r6\r7\r0\r1\r"), ERROR_OK);
    buffer_clear(&f->log);
    for (int i = 0; i < 10; i++)
        fake_byte(f, BYTE_ACK);
    fake_expect(f, "o 1.1 1/\nw 1 1/\no 1.2 2/\nw 2 2/\no 1.3 3/\nw 3 3/\no 1.4 4/\nw 4 4/\n"
                   "o 1.5 5/\nw 5 5/\no 1.6 6/\nw 6 6/\no 1.7 7/\nw 7 7/\no 1.0 0/\nw 0 0/\n"
                   "o 1.1 1/\nw 1 1/\nw 04\ne 1 normal\ns no error\n");
}

static void restricted_characters_are_not_sent(void **state)
{
    static const uint8_t restricted[] = { 0,    1,    2,    3,    4,    5,    6,    0x0a,
                                          0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17 };
    struct fake *f = *state;
    for (size_t i = 0; i < sizeof restricted; i++) {
        uint8_t text[] = { 'H', '|', restricted[i], '\r' };
        assert_int_equal(f->link->send(f->state, span_of(text, sizeof text)), ERROR_BAD_INPUT);
    }
    assert_int_equal(give(f, ""), ERROR_BAD_INPUT);
    fake_expect(f, "");
}

/* One peer skips the refused frame and says that all went well. */
static void a_refused_frame_is_sent_again(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_byte(f, BYTE_NAK);
    fake_expect(f, "w 1 H|\\^&/\n");
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "o 1.2 L|1|N/\nw 2 L|1|N/\n");
}

static void six_refusals_end_it(void **state)
{
    struct fake *f = *state;
    begin(f);
    for (int i = 0; i < 5; i++) {
        fake_byte(f, BYTE_NAK);
        fake_expect(f, "w 1 H|\\^&/\n");
    }
    fake_byte(f, BYTE_NAK);
    fake_expect(f, "n frame refused six times\nw 04\ne 1 normal\ns the system refused or failed\n");
    assert_int_equal(f->timer, 0);
}

static void no_answer_to_a_frame_ends_the_transfer_and_the_message_is_remembered(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "o 1.2 L|1|N/\nw 2 L|1|N/\n");
    fake_pass(f, 14999);
    fake_expect(f, "");
    fake_pass(f, 1);
    fake_expect(f, "n no answer\nw 04\ne 1 normal\n");
    fake_pass(f, 10000);
    fake_expect(f, "w 05\n");
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "o 2.1 H|\\^&/\nw 1 H|\\^&/\n");
}

static void no_answer_at_all_gives_up_in_the_end(void **state)
{
    struct fake *f = *state;
    f->quiet = true;
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_pass(f, 15000);
    fake_expect(f, "w 05\nw 04\n");
    fake_pass(f, 4 * 25000);
    buffer_clear(&f->log);
    fake_pass(f, 24999);
    fake_expect(f, "w 05\n");
    fake_pass(f, 1);
    fake_expect(f, "w 04\ns the other side is gone\n");
    assert_int_equal(f->timer, 0);
}

static void a_busy_receiver_is_asked_again_after_ten_seconds(void **state)
{
    struct fake *f = *state;
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_byte(f, BYTE_NAK);
    fake_pass(f, 9999);
    fake_expect(f, "w 05\n");
    fake_pass(f, 1);
    fake_expect(f, "w 05\n");
    for (int i = 0; i < 5; i++) {
        fake_byte(f, BYTE_NAK);
        fake_pass(f, 10000);
    }
    fake_expect(f, "w 05\nw 05\nw 05\nw 05\ns busy, try again\n");
}

static void the_host_yields_in_contention(void **state)
{
    struct fake *f = *state;
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_byte(f, BYTE_ENQ);
    fake_pass(f, 1000);
    fake_expect(f, "w 05\nn contention\n");
    fake_byte(f, BYTE_ENQ); /* the instrument asks again and is heard */
    fake_frame(f, 1, "H" CR "L|1" CR, false);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "w 06\nk 1.1 H/L|1/\nw 06\nm 1 H/L|1/\ne 1 normal\n");
    fake_pass(f, 100);
    fake_expect(f, "w 05\n");
}

static void the_host_asks_again_after_twenty_seconds(void **state)
{
    struct fake *f = *state;
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_byte(f, BYTE_ENQ);
    fake_pass(f, 19999);
    fake_expect(f, "w 05\nn contention\n");
    fake_pass(f, 1);
    fake_expect(f, "w 05\n");
}

static void the_instrument_asks_again_after_one_second(void **state)
{
    struct fake *f = *state;
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_byte(f, BYTE_ENQ);
    fake_pass(f, 999);
    fake_expect(f, "w 05\nn contention\n");
    fake_pass(f, 1);
    fake_expect(f, "w 05\n");
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "o 1.1 H|\\^&/\nw 1 H|\\^&/\n");
}

static void the_host_stops_when_the_receiver_wants_to_speak(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "w 04\ne 1 normal\n");
    fake_pass(f, 14999);
    fake_expect(f, "");
    fake_byte(f, BYTE_ENQ);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "w 06\n");
    fake_pass(f, 100);
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "w 05\no 2.1 H|\\^&/\nw 1 H|\\^&/\n");
    fake_byte(f, BYTE_ACK);
    fake_byte(f, BYTE_EOT); /* the last frame: all of it is accepted */
    fake_expect(f, "o 2.2 L|1|N/\nw 2 L|1|N/\nw 04\ne 2 normal\ns no error\n");
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_pass(f, 14999);
    fake_expect(f, "");
    fake_pass(f, 1);
    fake_expect(f, "w 05\n");
}

static void an_instrument_finishes_first(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "o 1.2 L|1|N/\nw 2 L|1|N/\n");
    fake_byte(f, BYTE_ACK);
    fake_expect(f, "w 04\ne 1 normal\ns no error\n");
    assert_int_equal(f->timer, 15000);
}

/* The second ACK would count for a frame that is not kept. */
static void noise_before_an_answer_does_not_send_the_frame_twice(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_feed(f, span_text("?!\x06"));
    fake_expect(f, "n no answer but noise\no 1.2 L|1|N/\nw 2 L|1|N/\n");
    fake_byte(f, 'x');
    fake_pass(f, 1000);
    fake_expect(f, "n no answer but noise\nw 2 L|1|N/\n");
}

static void a_message_given_during_a_session_waits_for_its_end(void **state)
{
    struct fake *f = *state;
    fake_byte(f, BYTE_ENQ);
    fake_frame(f, 1, "H" CR, false);
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_frame(f, 2, "L|1" CR, false);
    fake_expect(f, "w 06\nk 1.1 H/\nw 06\nk 1.2 L|1/\nw 06\nm 1 H/L|1/\n");
    fake_feed(f, span_text("\x04\x05")); /* the next session comes first */
    fake_expect(f, "e 1 normal\nw 06\n");
    fake_pass(f, 5000);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "");
    fake_pass(f, 100);
    fake_expect(f, "w 05\n");
}

static void a_stray_byte_does_not_shorten_a_wait(void **state)
{
    struct fake *f = *state;
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_byte(f, BYTE_NAK);
    fake_pass(f, 5000);
    fake_feed(f, span_text("\x02x\x04"));
    fake_pass(f, 2000);
    fake_pass(f, 9999);
    fake_expect(f, "w 05\nn half a frame\n");
    fake_pass(f, 1);
    fake_expect(f, "w 05\n");
}

static void a_lost_line_tells_the_sender(void **state)
{
    struct fake *f = *state;
    begin(f);
    f->link->lost(f->state);
    fake_expect(f, "e 1 disconnected\ns the other side is gone\n");
    assert_int_equal(f->timer, 0);
    assert_int_equal(give(f, MESSAGE), ERROR_OK);
    fake_expect(f, "w 05\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TEST_INSTRUMENT(name) cmocka_unit_test_setup_teardown(name, setup_instrument, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_is_sent_record_by_record),
        TEST(long_records_are_cut_at_240_characters),
        TEST(numbers_run_to_seven_and_on_with_zero),
        TEST(restricted_characters_are_not_sent),
        TEST(a_refused_frame_is_sent_again),
        TEST(six_refusals_end_it),
        TEST(no_answer_to_a_frame_ends_the_transfer_and_the_message_is_remembered),
        TEST(no_answer_at_all_gives_up_in_the_end),
        TEST(a_busy_receiver_is_asked_again_after_ten_seconds),
        TEST(the_host_yields_in_contention),
        TEST(the_host_asks_again_after_twenty_seconds),
        TEST_INSTRUMENT(the_instrument_asks_again_after_one_second),
        TEST(the_host_stops_when_the_receiver_wants_to_speak),
        TEST_INSTRUMENT(an_instrument_finishes_first),
        TEST(noise_before_an_answer_does_not_send_the_frame_twice),
        TEST(a_message_given_during_a_session_waits_for_its_end),
        TEST(a_stray_byte_does_not_shorten_a_wait),
        TEST(a_lost_line_tells_the_sender),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
