/* Link "text": how reports are cut, what is kept, what is answered, and what breaks off. */
#include "core/base/limits.h"
#include "tests/unit/link/report_port.h"

static void open_framed(struct fake *f, struct link_framing framing)
{
    struct link_options options = { .framing = framing };
    report_open(f, &link_text, &options);
}

static const struct link_framing boxed = { .start = BYTE_STX, .end = BYTE_ETX };
static const struct link_framing lines = { .end = BYTE_CR };
static const struct link_framing printed = { .first_line = "MACHINE", .last_line = "....." };
static const struct link_framing silent = { .idle_ms = 1500 };
static const struct link_framing summed = {
    .start = BYTE_STX, .end = BYTE_ETX, .sum = LINK_SUM_MOD256, .acknowledge = true
};

static void test_a_report_is_one_frame_one_message_one_session(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    report_say(&f, "\x02 ID:14\r LEU +\r\x03");
    fake_expect(&f, "k 1 \x02 ID:14/ LEU +/\x03\nm 1  ID:14/ LEU +/\ne 1 normal\n");
    report_say(&f, "\r\n\x02 ID:15\r\x03");
    fake_expect(&f, "k 2 \x02 ID:15/\x03\nm 2  ID:15/\ne 2 normal\n");
    assert_int_equal(f.timer, 0);
    fake_close(&f);
}

static void test_how_the_bytes_are_cut_changes_nothing(void **unused)
{
    static const char bytes[] = "\x02 ID:14\r\x03\x02 ID:15\r\x03";
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    for (size_t i = 0; i + 1 < sizeof bytes; i++)
        fake_byte(&f, (uint8_t)bytes[i]);
    fake_expect(&f, "k 1 \x02 ID:14/\x03\nm 1  ID:14/\ne 1 normal\n"
                    "k 2 \x02 ID:15/\x03\nm 2  ID:15/\ne 2 normal\n");
    fake_close(&f);
}

static void test_noise_in_front_of_a_report_has_no_effect_but_a_note(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    report_say(&f, "~x\x02 ID:14\r\x03");
    fake_expect(&f, "n noise\nk 1 \x02 ID:14/\x03\nm 1  ID:14/\ne 1 normal\n");
    report_say(&f, "ab\x03");
    fake_expect(&f, "n noise\n");
    report_say(&f, "lonely");
    fake_pass(&f, LINK_SILENCE_MS);
    fake_expect(&f, "n noise\n");
    fake_close(&f);
}

static void test_a_report_joined_in_its_middle_is_kept_and_no_message(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    report_say(&f, " pH   7.5\r SG 1.010\r\x03");
    fake_expect(&f, "n report without its start\nn damaged report\n"
                    "k 1  pH   7.5/ SG 1.010/\x03\ne 1 damaged  pH   7.5/ SG 1.010/\n");
    fake_close(&f);
}

static void test_a_new_start_inside_a_report_ends_the_old_one(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    report_say(&f, "\x02 ID:14\r LEU");
    report_say(&f, "\x02 ID:15\r\x03");
    fake_expect(&f, "n report broken off\nk 1 \x02 ID:14/ LEU\ne 1 enquiry  ID:14/ LEU\n"
                    "k 2 \x02 ID:15/\x03\nm 2  ID:15/\ne 2 normal\n");
    fake_close(&f);
}

static void test_silence_breaks_a_framed_report_off(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    report_say(&f, "\x02 ID:14\r LEU");
    fake_pass(&f, LINK_SILENCE_MS - 1);
    fake_expect(&f, "");
    fake_pass(&f, 1);
    fake_expect(&f, "n report broken off\nk 1 \x02 ID:14/ LEU\ne 1 timeout  ID:14/ LEU\n");
    report_say(&f, " +\r\x03"); /* too short to be more than noise */
    report_say(&f, "\x02 ID:15\r\x03");
    fake_expect(&f, "n noise\nk 2 \x02 ID:15/\x03\nm 2  ID:15/\ne 2 normal\n");
    fake_close(&f);
}

static void test_a_lost_line_breaks_a_report_off(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    report_say(&f, "\x02 ID:14\r");
    f.link->lost(f.state);
    fake_expect(&f, "k 1 \x02 ID:14/\ne 1 disconnected  ID:14/\n");
    report_say(&f, "\x02 ID:15\r\x03");
    fake_expect(&f, "k 2 \x02 ID:15/\x03\nm 2  ID:15/\ne 2 normal\n");
    fake_close(&f);
}

static void test_a_damaged_byte_makes_a_report_damaged(void **unused)
{
    static const char bytes[] = "\x02 ID:1\0\r\x03";
    struct link_framing padded = boxed;
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    fake_feed(&f, span_of(bytes, sizeof bytes - 1));
    assert_non_null(strstr((const char *)f.log.at, "damaged report"));
    assert_null(memmem(f.log.at, f.log.len, "\nm ", 3));
    fake_close(&f);

    padded.nul_is_data = true;
    open_framed(&f, padded);
    fake_feed(&f, span_of(bytes, sizeof bytes - 1));
    assert_non_null(memmem(f.log.at, f.log.len, "\nm 1", 4));
    fake_close(&f);
}

static void test_a_burst_of_lines_is_many_reports(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, lines);
    report_say(&f, "1,a,b\r\n2,c,,\r3,");
    fake_expect(&f, "k 1 1,a,b/\nm 1 1,a,b\ne 1 normal\nk 2 2,c,,/\nm 2 2,c,,\ne 2 normal\n");
    fake_pass(&f, LINK_SILENCE_MS);
    fake_expect(&f, "n report broken off\nk 3 3,\ne 3 timeout 3,\n");
    fake_close(&f);
}

static void test_a_last_line_ends_a_report(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, printed);
    report_say(&f, "\r\n MACHINE 7\r\nID 1\r\n ..........\r\n");
    fake_expect(&f, "k 1  MACHINE 7/\nID 1/\n ........../\n"
                    "m 1  MACHINE 7/\nID 1/\n ........../\ne 1 normal\n");
    report_say(&f, "MACHINE 7\rID 2\r......");
    fake_expect(&f, "");
    fake_pass(&f, LINK_SILENCE_MS); /* no line end came behind the last line */
    fake_expect(&f, "k 2 MACHINE 7/ID 2/......\nm 2 MACHINE 7/ID 2/......\ne 2 normal\n");
    fake_close(&f);
}

static void test_a_first_line_keeps_two_people_apart(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, printed);
    report_say(&f, "MACHINE 7\rID A\rLEU 3+\r");
    report_say(&f, "MACHINE 7\rID B\r.......\r");
    fake_expect(&f, "n report broken off\n"
                    "k 1 MACHINE 7/ID A/LEU 3+/\ne 1 enquiry MACHINE 7/ID A/LEU 3+/\n"
                    "k 2 MACHINE 7/ID B/......./\nm 2 MACHINE 7/ID B/......./\ne 2 normal\n");
    report_say(&f, "LEU 3+\r........\r"); /* whose beginning nobody heard */
    fake_expect(&f, "n damaged report\nk 3 LEU 3+/......../\ne 3 damaged LEU 3+/......../\n");
    fake_close(&f);
}

static void test_a_report_may_have_either_of_two_last_lines(void **unused)
{
    struct link_framing two = { .last_line = "...", .other_last_line = "L|" };
    struct fake f;
    (void)unused;
    open_framed(&f, two);
    report_say(&f, "A\r...\rH|\rL|1\r");
    fake_expect(&f, "k 1 A/.../\nm 1 A/.../\ne 1 normal\nk 2 H|/L|1/\nm 2 H|/L|1/\ne 2 normal\n");
    fake_close(&f);
}

static void test_silence_ends_a_report_that_has_no_other_end(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, silent);
    report_say(&f, "TC=200\r");
    fake_pass(&f, 1499);
    report_say(&f, "HDL=40\r");
    fake_pass(&f, 1499);
    fake_expect(&f, "");
    fake_pass(&f, 1);
    fake_expect(&f, "k 1 TC=200/HDL=40/\nm 1 TC=200/HDL=40/\ne 1 normal\n");
    fake_close(&f);
}

/* Pulled in the middle of `HDL=48`: the 4 that came is no value. */
static void test_a_line_without_its_end_breaks_a_report_off(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, silent);
    report_say(&f, "TC=200\rHDL=4");
    fake_pass(&f, 1500);
    fake_expect(&f, "k 1 TC=200/HDL=4\ne 1 timeout TC=200/HDL=4\n");
    fake_close(&f);
}

static void test_a_slow_disk_does_not_join_two_reports(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, silent);
    f.disk = FAKE_LATER;
    report_say(&f, "A\r");
    fake_pass(&f, 1500);
    report_say(&f, "B\r");
    fake_pass(&f, 1500);
    report_say(&f, "C\r");
    fake_expect(&f, "k 1 A/\n");
    f.link->settled(f.state, 1, ERROR_OK);
    fake_expect(&f, "m 1 A/\ne 1 normal\nk 2 B/\n");
    f.link->settled(f.state, 2, ERROR_OK);
    fake_expect(&f, "m 2 B/\ne 2 normal\n");
    fake_pass(&f, 1500);
    fake_expect(&f, "k 3 C/\n");
    fake_close(&f);
}

static void test_what_the_disk_refuses_is_held_and_kept_later(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    f.disk = FAKE_REFUSES;
    report_say(&f, "\x02 A\r\x03\x02 B\r\x03");
    fake_expect(&f, "k 1 \x02 A/\x03\nn report not kept\nk 1 \x02 A/\x03\nn report not kept\n");
    f.link->lost(f.state); /* nobody can send it again */
    f.disk = FAKE_KEEPS;
    fake_pass(&f, 2000);
    fake_expect(&f, "k 1 \x02 A/\x03\nm 1  A/\ne 1 normal\nk 2 \x02 B/\x03\nm 2  B/\ne 2 normal\n");
    assert_int_equal(f.timer, 0);
    fake_close(&f);
}

static void test_what_cannot_be_held_is_told(void **unused)
{
    static char text[30000];
    struct fake f;
    (void)unused;
    memset(text, 'x', sizeof text);
    text[0] = BYTE_STX;
    text[sizeof text - 1] = BYTE_ETX;
    open_framed(&f, boxed);
    f.quiet = false;
    f.disk = FAKE_LATER;
    for (size_t held = 0; held + sizeof text <= LIMIT_PENDING_INPUT; held += sizeof text)
        fake_feed(&f, span_of(text, sizeof text));
    fake_expect(&f, "k 1 (long)\n");
    fake_feed(&f, span_of(text, sizeof text));
    fake_expect(&f, "n report lost\n");
    fake_close(&f);
}

static void test_a_report_that_is_too_long_ends_and_the_next_is_right(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    fake_byte(&f, BYTE_STX);
    for (unsigned i = 0; i < 3 * LIMIT_FRAME; i++)
        fake_byte(&f, i % 70 ? 'x' : BYTE_CR);
    fake_byte(&f, BYTE_ETX);
    assert_non_null(
        memmem(f.log.at, f.log.len, "n report too long\nn damaged report\nk 1 (long)", 44));
    assert_null(memmem(f.log.at, f.log.len, "k 2", 3));
    buffer_clear(&f.log);
    report_say(&f, "\x02 B\r\x03");
    fake_expect(&f, "k 2 \x02 B/\x03\nm 2  B/\ne 2 normal\n");
    fake_close(&f);
}

static void test_a_listening_device_is_acknowledged_when_it_is_on_disk(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, summed);
    f.disk = FAKE_LATER;
    report_say(&f, "\x02"
                   "AB\r90\x03");
    fake_expect(&f, "k 1 \x02"
                    "AB/90\x03\n");
    f.link->settled(f.state, 1, ERROR_OK);
    fake_expect(&f, "w 06\nm 1 AB/\ne 1 normal\n");
    report_say(&f, "\x02"
                   "AB\r90\x03");
    fake_expect(&f, "k 2 \x02"
                    "AB/90\x03\n");
    f.link->settled(f.state, 2, ERROR_FULL);
    fake_expect(&f, "n report not kept\nw 15\ne 2 refused\n");
    fake_close(&f);
}

static void test_a_wrong_sum_is_refused_where_the_device_listens(void **unused)
{
    struct link_framing deaf = summed;
    struct fake f;
    (void)unused;
    open_framed(&f, summed);
    report_say(&f, "\x02"
                   "AC\r90\x03");
    fake_expect(&f, "n damaged report\nw 15\n");
    fake_close(&f);

    deaf.acknowledge = false;
    open_framed(&f, deaf);
    report_say(&f, "\x02"
                   "AC\r90\x03");
    fake_expect(&f, "n damaged report\nk 1 \x02"
                    "AC/90\x03\ne 1 damaged AC/\n");
    fake_close(&f);
}

static void test_the_journal_gives_the_same_text(void **unused)
{
    static const struct {
        const struct link_framing *framing;
        const char *frame, *text;
        bool whole;
    } cases[] = {
        { &boxed, "\x02 ID:14\r\x03", " ID:14\r", true },
        { &boxed, "\x02 ID:14\r", " ID:14\r", false },
        { &boxed, " ID:14\r\x03", " ID:14\r", false },
        { &lines, "1,2\r", "1,2", true },
        { &lines, "1,2", "1,2", false },
        { &printed, "MACHINE\rA\r.....\r", "MACHINE\rA\r.....\r", true },
        { &printed, "MACHINE\rA\r", "MACHINE\rA\r", false },
        { &printed, "A\r.....\r", "A\r.....\r", false },
        { &summed,
          "\x02"
          "AB\r90\x03",
          "AB\r", true },
        { &summed,
          "\x02"
          "AB\r91\x03",
          "AB\r", false },
        { &silent, "TC=200\r", "TC=200\r", true },
        { &silent, "TC=20", "TC=20", false },
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct link_options options = { .framing = *cases[i].framing };
        struct link_text text = { .head = 0 };
        bool whole = !cases[i].whole;
        buffer_init(&text.text, LIMIT_MESSAGE);
        assert_int_equal(link_text.join(&options, span_text(cases[i].frame), &text, &whole),
                         ERROR_OK);
        assert_int_equal(whole, cases[i].whole);
        assert_true(span_equal(buffer_span(&text.text), span_text(cases[i].text)));
        buffer_free(&text.text);
    }
}

static void test_a_simulated_device_sends_what_a_host_takes(void **unused)
{
    struct link_options options = { .framing = summed, .instrument = true };
    struct fake f;
    (void)unused;
    report_open(&f, &link_text, &options);
    assert_int_equal(f.link->send(f.state, span_text("AB\r")), ERROR_OK);
    assert_int_equal(f.link->send(f.state, span_text("AB\r")), ERROR_BUSY);
    fake_expect(&f, "o 1 \x02"
                    "AB/90\x03\nw 02 41 42 0d 39 30 03\n");
    fake_byte(&f, BYTE_NAK);
    fake_expect(&f, "w 02 41 42 0d 39 30 03\n");
    fake_byte(&f, BYTE_ACK);
    fake_expect(&f, "e 1 normal\ns no error\n");
    assert_int_equal(f.link->send(f.state, span_text("AB\r")), ERROR_OK);
    buffer_clear(&f.log);
    for (unsigned i = 0; i < 6; i++)
        fake_pass(&f, 15000);
    assert_non_null(memmem(f.log.at, f.log.len, "s the system refused", 20));
    fake_close(&f);
}

static void test_a_host_has_nothing_to_say(void **unused)
{
    struct fake f;
    (void)unused;
    open_framed(&f, boxed);
    assert_int_equal(f.link->send(f.state, span_text("x")), ERROR_UNSUPPORTED);
    fake_expect(&f, "");
    fake_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_report_is_one_frame_one_message_one_session),
        cmocka_unit_test(test_how_the_bytes_are_cut_changes_nothing),
        cmocka_unit_test(test_noise_in_front_of_a_report_has_no_effect_but_a_note),
        cmocka_unit_test(test_a_report_joined_in_its_middle_is_kept_and_no_message),
        cmocka_unit_test(test_a_new_start_inside_a_report_ends_the_old_one),
        cmocka_unit_test(test_silence_breaks_a_framed_report_off),
        cmocka_unit_test(test_a_lost_line_breaks_a_report_off),
        cmocka_unit_test(test_a_damaged_byte_makes_a_report_damaged),
        cmocka_unit_test(test_a_burst_of_lines_is_many_reports),
        cmocka_unit_test(test_a_last_line_ends_a_report),
        cmocka_unit_test(test_a_first_line_keeps_two_people_apart),
        cmocka_unit_test(test_a_report_may_have_either_of_two_last_lines),
        cmocka_unit_test(test_silence_ends_a_report_that_has_no_other_end),
        cmocka_unit_test(test_a_line_without_its_end_breaks_a_report_off),
        cmocka_unit_test(test_a_slow_disk_does_not_join_two_reports),
        cmocka_unit_test(test_what_the_disk_refuses_is_held_and_kept_later),
        cmocka_unit_test(test_what_cannot_be_held_is_told),
        cmocka_unit_test(test_a_report_that_is_too_long_ends_and_the_next_is_right),
        cmocka_unit_test(test_a_listening_device_is_acknowledged_when_it_is_on_disk),
        cmocka_unit_test(test_a_wrong_sum_is_refused_where_the_device_listens),
        cmocka_unit_test(test_the_journal_gives_the_same_text),
        cmocka_unit_test(test_a_simulated_device_sends_what_a_host_takes),
        cmocka_unit_test(test_a_host_has_nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
