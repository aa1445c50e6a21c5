/* CLINITEK 50: who asks when, what is acknowledged, and what is never two records. */
#include "core/base/limits.h"
#include "instruments/link/report.h"
#include "tests/unit/link/report_port.h"

static const struct link_framing packets = { .start = BYTE_STX,
                                             .end = BYTE_ETX,
                                             .sum = LINK_SUM_MOD256 };

static void open_host(struct fake *f)
{
    report_open(f, &link_clinitek_50, &(struct link_options) { 0 });
}

static void packet(struct fake *f, const char *text)
{
    struct buffer out;
    buffer_init(&out, LIMIT_FRAME);
    assert_int_equal(report_compose(&packets, span_text(text), &out), ERROR_OK);
    fake_feed(f, buffer_span(&out));
    buffer_free(&out);
}

/* As if the device had just said who it is. */
static void open_known(struct fake *f)
{
    open_host(f);
    fake_pass(f, 500);
    packet(f, "\rID\r");
    fake_pass(f, 100);
    assert_true(report_saw(f, "w 12"));
    buffer_clear(&f->log);
}

static void test_the_published_identification_holds_its_sum(void **unused)
{
    static const char text[] = "\x02\r\n6510  01.02 9706201349\r\nDEUTSCH - CONV.\r\n"
                               "MULTISTIX 8 SG\r\n48\x03";
    (void)unused;
    assert_int_equal(report_judge(&packets, span_text(text)), SESSION_END_NORMAL);
}

static void test_the_host_asks_who_it_is_and_then_for_records(void **unused)
{
    struct fake f;
    (void)unused;
    open_host(&f);
    fake_expect(&f, "");
    fake_pass(&f, 500);
    fake_expect(&f, "w 05\n");
    packet(&f, "\rID\r");
    fake_expect(&f, "k 1 \x02/ID/A7\x03\nw 06\nm 1 /ID/\ne 1 normal\n");
    fake_pass(&f, 100);
    fake_expect(&f, "w 12\n");
    packet(&f, "\rA\r");
    fake_expect(&f, "k 2 \x02/A/5B\x03\nw 06\nm 2 /A/\ne 2 normal\n");
    fake_pass(&f, 100);
    fake_expect(&f, "w 12\n"); /* is there another? */
    fake_close(&f);
}

static void test_who_does_not_answer_is_asked_again_who_it_is(void **unused)
{
    struct fake f;
    (void)unused;
    open_known(&f);
    fake_pass(&f, 3000 + 5000 + 3000 + 5000 + 3000 + 5000);
    fake_expect(&f, "w 12\nw 12\nw 05\n");
    fake_close(&f);
}

static void test_nothing_is_acknowledged_before_it_is_on_disk(void **unused)
{
    struct fake f;
    (void)unused;
    open_known(&f);
    f.disk = FAKE_LATER;
    packet(&f, "\rA\r");
    fake_expect(&f, "k 2 \x02/A/5B\x03\n");
    assert_int_equal(f.timer, 0);
    f.link->settled(f.state, f.tickets, ERROR_FULL);
    fake_expect(&f, "n frame not kept\ne 2 refused\nw 15\n");
    packet(&f, "\rA\r");
    f.link->settled(f.state, f.tickets, ERROR_OK);
    fake_expect(&f, "k 3 \x02/A/5B\x03\nw 06\nm 3 /A/\ne 3 normal\n");
    fake_close(&f);
}

static void test_a_record_that_comes_again_is_not_a_second_one(void **unused)
{
    struct fake f;
    (void)unused;
    open_known(&f);
    packet(&f, "\rA\r");
    buffer_clear(&f.log);
    packet(&f, "\rA\r"); /* the ACK was lost */
    fake_expect(&f, "n repeated frame\nw 06\n");
    report_say(&f, "\x02\rA\r5b\x03"); /* a flipped bit in the sum's letter: still the same */
    fake_expect(&f, "n repeated frame\nw 06\n");
    fake_pass(&f, 5000);
    fake_expect(&f, "w 12\n");
    packet(&f, "\rB\r");
    fake_expect(&f, "k 3 \x02/B/5C\x03\nw 06\nm 3 /B/\ne 3 normal\n");
    fake_close(&f);
}

static void test_a_damaged_packet_is_asked_for_again_six_times(void **unused)
{
    struct fake f;
    (void)unused;
    open_known(&f);
    for (int i = 0; i < 5; i++) {
        report_say(&f, "\x02\rA\r00\x03");
        fake_expect(&f, "n damaged packet\nw 15\n");
    }
    report_say(&f, "\x02\rA\r00\x03");
    fake_expect(&f, "n damaged packet\nn packet given up\n");
    fake_pass(&f, 5000);
    fake_expect(&f, "w 12\n");
    fake_close(&f);
}

static void test_half_a_packet_is_refused_and_comes_again(void **unused)
{
    struct fake f;
    (void)unused;
    open_known(&f);
    report_say(&f, "\x02\rA");
    fake_pass(&f, 3000);
    fake_expect(&f, "n report broken off\nn damaged packet\nw 15\n");
    report_say(&f, "\x02"); /* and nothing more */
    fake_pass(&f, 3000);
    fake_pass(&f, 5000);
    fake_expect(&f, "n report broken off\nw 12\n");
    packet(&f, "\rA\r");
    assert_true(report_saw(&f, "m 2 /A/"));
    fake_close(&f);
}

static void test_a_lost_line_ends_what_waits_for_the_disk(void **unused)
{
    struct fake f;
    (void)unused;
    open_known(&f);
    f.disk = FAKE_LATER;
    packet(&f, "\rA\r");
    buffer_clear(&f.log);
    f.link->lost(f.state);
    fake_expect(&f, "e 2 disconnected\n");
    f.link->settled(f.state, f.tickets, ERROR_OK);
    fake_expect(&f, ""); /* not acknowledged: the device still has it */
    fake_pass(&f, 5000);
    fake_expect(&f, "w 05\n");
    fake_close(&f);
}

static void test_only_a_whole_packet_is_a_frame_of_the_journal(void **unused)
{
    struct link_text text = { .head = 0 };
    bool whole = false;
    (void)unused;
    buffer_init(&text.text, LIMIT_MESSAGE);
    assert_int_equal(link_clinitek_50.join(NULL, span_text("\x02\rA\r5B\x03"), &text, &whole),
                     ERROR_OK);
    assert_true(whole);
    assert_true(span_equal(buffer_span(&text.text), span_text("\rA\r")));
    assert_int_equal(link_clinitek_50.join(NULL, span_text("\x02\rA\r5A\x03"), &text, &whole),
                     ERROR_BAD_INPUT);
    buffer_free(&text.text);
}

static void test_a_simulated_device_answers_the_host(void **unused)
{
    struct link_options options = { .instrument = true };
    struct fake f;
    (void)unused;
    report_open(&f, &link_clinitek_50, &options);
    assert_int_equal(f.link->send(f.state, span_text("A\r\n")), ERROR_OK);
    assert_int_equal(f.link->send(f.state, span_text("A\r\n")), ERROR_BUSY);
    fake_expect(&f, "o 1 \x02/\nA/\n6F\x03\n");
    fake_byte(&f, BYTE_ENQ);
    assert_true(report_saw(&f, "w 02 0d 0a 36 35 31 30"));
    fake_byte(&f, BYTE_ACK);
    buffer_clear(&f.log);
    fake_byte(&f, 0x12);
    fake_byte(&f, BYTE_NAK);
    fake_expect(&f, "w 02 0d 0a 41 0d 0a 36 46 03\nw 02 0d 0a 41 0d 0a 36 46 03\n");
    fake_byte(&f, BYTE_ACK);
    fake_expect(&f, "e 1 normal\ns no error\n");
    fake_byte(&f, 0x12);
    fake_expect(&f, "");
    fake_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_identification_holds_its_sum),
        cmocka_unit_test(test_the_host_asks_who_it_is_and_then_for_records),
        cmocka_unit_test(test_who_does_not_answer_is_asked_again_who_it_is),
        cmocka_unit_test(test_nothing_is_acknowledged_before_it_is_on_disk),
        cmocka_unit_test(test_a_record_that_comes_again_is_not_a_second_one),
        cmocka_unit_test(test_a_damaged_packet_is_asked_for_again_six_times),
        cmocka_unit_test(test_half_a_packet_is_refused_and_comes_again),
        cmocka_unit_test(test_a_lost_line_ends_what_waits_for_the_disk),
        cmocka_unit_test(test_only_a_whole_packet_is_a_frame_of_the_journal),
        cmocka_unit_test(test_a_simulated_device_answers_the_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
