/* A device that prints or speaks LIS01: each byte goes to the right side, sessions count together.
 */
#include "core/base/limits.h"
#include "tests/unit/link/report_port.h"

static const struct link_options printing = { .framing = { .first_line = "URISYS",
                                                           .last_line = "....." } };

static uint64_t keep_either(void *context, uint64_t session, unsigned number,
                            enum wire_direction direction, struct span frame)
{
    struct frame_view view;
    if (frame_parse(frame, &view) == ERROR_OK)
        return fake_keep(context, session, number, direction, frame);
    return report_keep(context, session, number, direction, frame);
}

static void open_host(struct fake *f)
{
    fake_open_with(f, &link_text_lis01, &printing);
    f->port.keep = keep_either;
}

static void test_a_print_out_and_then_a_session(void **unused)
{
    struct fake f;
    (void)unused;
    open_host(&f);
    report_say(&f, "URISYS1100\r.....\r");
    fake_expect(&f, "k 1 URISYS1100/...../\nm 1 URISYS1100/...../\ne 1 normal\n");
    fake_byte(&f, BYTE_ENQ);
    fake_frame(&f, 1, "H|\\^&\rL|1\r", false);
    fake_byte(&f, BYTE_EOT);
    fake_expect(&f, "w 06\nk 2.1 H|\\^&/L|1/\nw 06\nm 2 H|\\^&/L|1/\ne 2 normal\n");
    assert_int_equal(f.timer, 0);
    report_say(&f, "URISYS1100\r.....\r");
    fake_expect(&f, "k 3 URISYS1100/...../\nm 3 URISYS1100/...../\ne 3 normal\n");
    fake_close(&f);
}

static void test_a_flipped_bit_in_a_print_out_begins_no_session(void **unused)
{
    struct fake f;
    (void)unused;
    open_host(&f);
    report_say(&f, "URISYS1100\rL\x05U neg\r.....\r");
    fake_expect(&f, "k 1 URISYS1100/L\x05U neg/...../\nm 1 URISYS1100/L\x05U neg/...../\n"
                    "e 1 normal\n");
    fake_close(&f);
}

static void test_each_side_keeps_its_time(void **unused)
{
    struct fake f;
    (void)unused;
    open_host(&f);
    report_say(&f, "URISYS1100\rL");
    fake_pass(&f, LINK_SILENCE_MS);
    fake_expect(&f, "n report broken off\nk 1 URISYS1100/L\ne 1 timeout URISYS1100/L\n");
    fake_byte(&f, BYTE_ENQ);
    fake_pass(&f, 30000); /* LIS01's silence */
    fake_expect(&f, "w 06\nn silence\n");
    report_say(&f, "URISYS1100\r.....\r");
    fake_expect(&f, "k 2 URISYS1100/...../\nm 2 URISYS1100/...../\ne 2 normal\n");
    fake_close(&f);
}

static void test_the_disk_answers_the_side_that_asked(void **unused)
{
    struct fake f;
    (void)unused;
    open_host(&f);
    f.disk = FAKE_LATER;
    report_say(&f, "URISYS1100\r.....\r");
    fake_byte(&f, BYTE_ENQ);
    fake_frame(&f, 1, "H|\\^&\rL|1\r", false);
    fake_expect(&f, "k 1 URISYS1100/...../\nw 06\nk 2.1 H|\\^&/L|1/\n");
    f.link->settled(f.state, 2, ERROR_OK);
    fake_expect(&f, "w 06\nm 2 H|\\^&/L|1/\n");
    f.link->settled(f.state, 1, ERROR_FULL);
    fake_expect(&f, "n report not kept\n");
    f.disk = FAKE_KEEPS;
    fake_byte(&f, BYTE_EOT);
    fake_expect(&f, "e 2 normal\n");
    fake_pass(&f, 2000);
    fake_expect(&f, "k 1 URISYS1100/...../\nm 1 URISYS1100/...../\ne 1 normal\n");
    fake_close(&f);
}

static void test_a_lost_line_ends_both(void **unused)
{
    struct fake f;
    (void)unused;
    open_host(&f);
    fake_byte(&f, BYTE_ENQ);
    fake_frame(&f, 1, "H|\\^&\r", true);
    buffer_clear(&f.log);
    f.link->lost(f.state);
    fake_expect(&f, "e 1 disconnected H|\\^&/\n");
    assert_int_equal(f.timer, 0);
    report_say(&f, "URISYS1100\r");
    f.link->lost(f.state);
    fake_expect(&f, "k 2 URISYS1100/\ne 2 disconnected URISYS1100/\n");
    fake_close(&f);
}

static void test_the_journal_knows_both_kinds_of_frames(void **unused)
{
    struct link_text text = { .head = 0 };
    bool whole = false;
    (void)unused;
    buffer_init(&text.text, LIMIT_MESSAGE);
    assert_int_equal(
        link_text_lis01.join(&printing, span_text("URISYS1100\r.....\r"), &text, &whole), ERROR_OK);
    assert_true(whole);
    link_text_next(&text);
    assert_int_equal(link_text_lis01.join(&printing,
                                          span_text("\x02"
                                                    "1H|\r\x03"
                                                    "05\r\n"),
                                          &text, &whole),
                     ERROR_OK);
    assert_false(whole);
    assert_true(span_equal(buffer_span(&text.text), span_text("H|\r")));
    buffer_free(&text.text);
}

static void test_a_simulated_device_does_either(void **unused)
{
    struct link_options options = printing;
    struct fake f;
    (void)unused;
    options.instrument = true;
    fake_open_with(&f, &link_text_lis01, &options);
    f.port.keep = keep_either;
    assert_int_equal(f.link->send(f.state, span_text("U\r.....\r")), ERROR_OK);
    fake_expect(&f, "o 1 U/...../\nw 55 0d 2e 2e 2e 2e 2e 0d\n");
    fake_pass(&f, 100);
    fake_expect(&f, "e 1 normal\ns no error\n");
    assert_int_equal(f.link->send(f.state, span_text("H|\\^&\rL|1\r")), ERROR_OK);
    fake_expect(&f, "w 05\n");
    fake_byte(&f, BYTE_ACK);
    fake_expect(&f, "o 2.1 H|\\^&/\nw 1 H|\\^&/\n");
    fake_byte(&f, BYTE_ACK);
    fake_byte(&f, BYTE_ACK);
    assert_true(report_saw(&f, "s no error"));
    fake_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_print_out_and_then_a_session),
        cmocka_unit_test(test_a_flipped_bit_in_a_print_out_begins_no_session),
        cmocka_unit_test(test_each_side_keeps_its_time),
        cmocka_unit_test(test_the_disk_answers_the_side_that_asked),
        cmocka_unit_test(test_a_lost_line_ends_both),
        cmocka_unit_test(test_the_journal_knows_both_kinds_of_frames),
        cmocka_unit_test(test_a_simulated_device_does_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
