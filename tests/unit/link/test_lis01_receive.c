/* LIS01 as the receiver: one test for each way in which others lose or mix results. */
#include "tests/unit/link/fake_port.h"

#include <stdio.h>
#include <stdlib.h>

#define H "H|\\^&|||A" CR
#define ENQ "\x05"
#define EOT "\x04"

static int setup(void **state)
{
    struct fake *f = malloc(sizeof *f);
    assert_non_null(f);
    fake_open(f, &link_lis01);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fake_close(*state);
    free(*state);
    return 0;
}

/* Opens a session and forgets that. */
static void begin(struct fake *f)
{
    fake_byte(f, BYTE_ENQ);
    fake_expect(f, "w 06\n");
}

static void a_session_is_acknowledged_and_delivered(void **state)
{
    struct fake *f = *state;
    begin(f);
    /* 31+48+0d+03 = 89, by hand */
    fake_feed(f, span_text("\x02"
                           "1H\r\x03"
                           "89\r\n"));
    fake_expect(f, "k 1.1 H/\nw 06\n");
    fake_frame(f, 2, "L|1|N" CR, false);
    fake_expect(f, "k 1.2 L|1|N/\nw 06\nm 1 H/L|1|N/\n");
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "e 1 normal\n");
    assert_int_equal(f->timer, 0);
}

static void half_a_message_then_silence_is_never_continued(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_frame(f, 2, "P|1|A-TEST" CR, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nk 1.2 P|1|A-TEST/\nw 06\n");
    fake_pass(f, 29999);
    fake_expect(f, "");
    fake_pass(f, 2001);
    fake_expect(f, "n silence\ne 1 timeout H|\\^&|||A/P|1|A-TEST/\n");
    begin(f);
    fake_frame(f, 1, H, false);
    fake_frame(f, 2, "P|1|B-TEST" CR "L|1" CR, false);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 2.1 H|\\^&|||A/\nw 06\nk 2.2 P|1|B-TEST/L|1/\nw 06\n"
                   "m 2 H|\\^&|||A/P|1|B-TEST/L|1/\ne 2 normal\n");
}

static void a_repeated_frame_is_acknowledged_and_not_delivered_twice(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_frame(f, 1, H, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nn repeated frame\nw 06\n");
    fake_frame(f, 2, "L|1" CR, false);
    fake_frame(f, 2, "L|1" CR, false);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 1.2 L|1/\nw 06\nm 1 H|\\^&|||A/L|1/\nn repeated frame\nw 06\n"
                   "e 1 normal\n");
}

static void the_same_number_with_other_bytes_is_refused(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_frame(f, 1, "H|\\^&|||B" CR, false);
    fake_frame(f, 3, "P|1" CR, false);
    fake_frame(f, 2, "P|1" CR, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nn frame number reused\nw 15\n"
                   "n frame number\nw 15\nk 1.2 P|1/\nw 06\n");
}

static void the_first_frame_may_have_any_number(void **state)
{
    struct fake *f = *state;
    char text[] = "R|0" CR;
    begin(f);
    fake_frame(f, 6, H, false);
    fake_frame(f, 7, text, false);
    fake_frame(f, 0, text, false);
    fake_frame(f, 1, text, false);
    fake_expect(f, "k 1.6 H|\\^&|||A/\nw 06\nk 1.7 R|0/\nw 06\nk 1.0 R|0/\nw 06\n"
                   "k 1.1 R|0/\nw 06\n");
}

static void an_enquiry_in_the_middle_starts_clean(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_frame(f, 2, "P|1|A-TEST" CR, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nk 1.2 P|1|A-TEST/\nw 06\n");
    fake_byte(f, BYTE_ENQ);
    fake_expect(f, "e 1 enquiry H|\\^&|||A/P|1|A-TEST/\nw 06\n");
    fake_frame(f, 1, H, false);
    fake_frame(f, 2, "L|1" CR, false);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 2.1 H|\\^&|||A/\nw 06\nk 2.2 L|1/\nw 06\nm 2 H|\\^&|||A/L|1/\n"
                   "e 2 normal\n");
}

static void end_and_enquiry_in_one_segment(void **state)
{
    struct fake *f = *state;
    for (unsigned i = 1; i < 300; i++) {
        char lines[128];
        if (i == 1)
            begin(f);
        fake_frame(f, 1, H "L|1" CR, false);
        fake_feed(f, span_text(EOT ENQ));
        (void)snprintf(lines, sizeof lines,
                       "k %u.1 H|\\^&|||A/L|1/\nw 06\nm %u H|\\^&|||A/L|1/\ne %u normal\nw 06\n", i,
                       i, i);
        fake_expect(f, lines);
    }
}

static void enquiry_and_end_alone_leave_no_trace(void **state)
{
    struct fake *f = *state;
    fake_byte(f, BYTE_ENQ);
    fake_expect(f, "w 06\n");
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "");
    assert_int_equal(f->timer, 0);
}

static void enquiries_given_up_before_they_were_read_get_one_answer(void **state)
{
    struct fake *f = *state;
    fake_feed(f, span_text(ENQ EOT ENQ EOT ENQ));
    fake_expect(f, "n late answer\nn late answer\nw 06\n");
    fake_frame(f, 1, H, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\n");
    fake_feed(f, span_text(ENQ ENQ)); /* in the middle, and twice */
    fake_expect(f, "e 1 enquiry H|\\^&|||A/\nn late answer\nw 06\n");
}

static void frames_with_etb_are_joined(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, "H|\\^&|||A" CR "R|1|^^^Glu", true);
    fake_frame(f, 2, "cose|93|mg/dL" CR "L|", true);
    fake_frame(f, 3, "1|N" CR, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/R|1|^^^Glu\nw 06\nk 1.2 cose|93|mg/dL/L|\nw 06\n"
                   "k 1.3 1|N/\nw 06\nm 1 H|\\^&|||A/R|1|^^^Glucose|93|mg/dL/L|1|N/\n");
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "e 1 normal\n");
}

/* c111: ETB behind each record, ETX behind the last; Contour: ETB behind every record. */
static void a_message_is_whole_at_its_terminator_even_with_etb(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, true);
    fake_frame(f, 2, "L|1|N" CR, true);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nk 1.2 L|1|N/\nw 06\nm 1 H|\\^&|||A/L|1|N/\n");
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "e 1 normal\n");
}

static void several_messages_in_one_session(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H "L|1" CR, false);
    fake_frame(f, 2, H, false);
    fake_frame(f, 3, "L|1" CR, false);
    fake_frame(f, 4, H, false);
    f->quiet = true;
    buffer_clear(&f->log);
    f->link->lost(f->state);
    fake_expect(f, "e 1 disconnected H|\\^&|||A/\n");
    assert_int_equal(f->timer, 0);
}

static void frames_without_cr_still_end_records(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, "H|\\^&", false);
    fake_frame(f, 2, "O|1|7", false);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 1.1 H|\\^&\nw 06\nk 1.2 O|1|7\nw 06\nm 1 H|\\^&/O|1|7/\ne 1 normal\n");
}

static void a_wrong_checksum_is_refused(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_feed(f, span_text("\x02"
                           "1H\r\x03"
                           "88\r\n"));
    fake_feed(f, span_text("\x02"
                           "1H\r\x17"
                           "89\r\n")); /* the sum that ETX would have: 9d is right */
    fake_expect(f, "n checksum\nw 15\nn checksum\nw 15\n");
    fake_feed(f, span_text("\x02"
                           "1H\r\x17"
                           "9d\n")); /* lower case, CR missing */
    fake_expect(f, "k 1.1 H/\nw 06\n");
    fake_feed(f, span_text("\x02"
                           "8H\r\x03"
                           "90\r\n"));
    fake_expect(f, "n frame number\nw 15\n");
}

/* Bytes with a parity error come as NUL; three of them can leave the sum as it was. */
static void a_damaged_byte_is_refused_though_the_checksum_holds(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_feed(f, span_of("\x02"
                         "1H\0\0\0\r\x03"
                         "89\r\n",
                         12));
    fake_expect(f, "n damaged byte\nw 15\n");
}

/* Two damaged bits, one of them makes ENQ of the CR: still one answer, and no new session. */
static void a_bad_frame_takes_its_line_end_with_it(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_feed(f, span_text("\x02"
                           "2P\x03"
                           "00" ENQ "\n"));
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nn checksum\nw 15\n");
    fake_frame(f, 2, "P|1" CR, false);
    fake_expect(f, "k 1.2 P|1/\nw 06\n");
}

static void a_frame_without_line_end_is_taken_when_the_line_is_silent(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_feed(f, span_text("\x02"
                           "1H\r\x03"
                           "89"));
    fake_pass(f, 1999);
    fake_expect(f, "");
    fake_pass(f, 1);
    fake_expect(f, "k 1.1 H/\nw 06\n");
}

static void noise_outside_frames_is_ignored(void **state)
{
    struct fake *f = *state;
    fake_feed(f, span_text("~~\x06\x15garbage"));
    fake_expect(f, "n noise\n");
    begin(f);
    fake_feed(f, span_text("xyz"));
    fake_frame(f, 1, H, false);
    fake_feed(f, span_text("\x7f\x06\x15 0123\r\n"));
    fake_frame(f, 2, "L|1" CR, false);
    fake_expect(f, "n noise\nk 1.1 H|\\^&|||A/\nw 06\nk 1.2 L|1/\nw 06\nm 1 H|\\^&|||A/L|1/\n");
}

/* One flipped bit makes ENQ out of E. An ACK for it would be taken for the frame's. */
static void an_enquiry_inside_a_frame_is_judged_by_the_checksum(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_feed(f, span_text("\x02"
                           "1H|"));
    fake_byte(f, BYTE_ENQ);
    fake_feed(f, span_text("\r\x03"
                           "4A\r\n")); /* the sum with an E */
    fake_expect(f, "n checksum\nw 15\n");
    fake_frame(f, 1, "H|E" CR, false);
    fake_expect(f, "k 1.1 H|E/\nw 06\n");
}

static void an_enquiry_inside_a_frame_and_silence_is_a_new_start(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_feed(f, span_text("\x02"
                           "2P|1|A-TE"));
    fake_byte(f, BYTE_ENQ);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\n");
    fake_pass(f, 2000);
    fake_expect(f, "n half a frame\ne 1 enquiry H|\\^&|||A/\nw 06\n");
    fake_frame(f, 1, H "L|1" CR, false);
    fake_expect(f, "k 2.1 H|\\^&|||A/L|1/\nw 06\nm 2 H|\\^&|||A/L|1/\n");
}

static void an_end_inside_a_frame_and_silence_ends_the_session(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_feed(f, span_text("\x02"
                           "2P|1|A-TE"));
    fake_pass(f, 15000);
    fake_byte(f, BYTE_EOT);
    fake_pass(f, 2000);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nn half a frame\ne 1 refused H|\\^&|||A/\n");
}

/* EOT with one flipped bit, and the real ENQ right behind it: two answers would be one too many. */
static void an_end_that_reads_enquiry_is_answered_once(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H "L|1" CR, false);
    fake_byte(f, BYTE_ENQ);
    fake_expect(f, "k 1.1 H|\\^&|||A/L|1/\nw 06\nm 1 H|\\^&|||A/L|1/\ne 1 enquiry\nw 06\n");
    fake_byte(f, BYTE_ENQ);
    fake_expect(f, "n second enquiry\n");
    fake_pass(f, 1000);
    fake_byte(f, BYTE_ENQ); /* a sender that waited and asks again */
    fake_expect(f, "w 06\n");
    fake_byte(f, BYTE_ENQ); /* and one that never had a frame to lose */
    fake_expect(f, "w 06\n");
    fake_pass(f, 30000);
    fake_expect(f, "n silence\n");
}

static void a_second_frame_is_not_taken_for_a_refused_first(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_feed(f, span_text("\x02"
                           "1H\r\x03"
                           "00\r\n"));
    fake_frame(f, 2, "P|1" CR, false);
    fake_expect(f, "n checksum\nw 15\nn frame number\nw 15\n");
    fake_frame(f, 1, H, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\n");
}

static void a_control_right_behind_stx_counts(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H "L|1" CR, false);
    fake_feed(f, span_text("\x02" EOT ENQ "\x02\x02"));
    fake_feed(f, span_text("1H\r\x03"
                           "89\r\n"));
    fake_expect(f, "k 1.1 H|\\^&|||A/L|1/\nw 06\nm 1 H|\\^&|||A/L|1/\ne 1 normal\nw 06\n"
                   "k 2.1 H/\nw 06\n");
}

static void the_disk_refuses_and_the_retry_is_kept(void **state)
{
    struct fake *f = *state;
    begin(f);
    f->disk = FAKE_REFUSES;
    fake_frame(f, 1, H "L|1" CR, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/L|1/\nn frame not kept\nw 15\n");
    f->disk = FAKE_KEEPS;
    fake_frame(f, 1, H "L|1" CR, false);
    fake_expect(f, "k 1.1 H|\\^&|||A/L|1/\nw 06\nm 1 H|\\^&|||A/L|1/\n");
}

static void refused_to_the_end_the_rest_is_not_whole(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    f->disk = FAKE_REFUSES;
    f->quiet = true;
    for (int i = 0; i < 6; i++)
        fake_frame(f, 2, "P|1" CR, false);
    buffer_clear(&f->log);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "e 1 refused H|\\^&|||A/\n");
}

static void nothing_is_acknowledged_before_the_disk_answers(void **state)
{
    struct fake *f = *state;
    begin(f);
    f->disk = FAKE_LATER;
    fake_frame(f, 1, H, false);
    fake_frame(f, 2, "L|1" CR, false); /* a sender that does not wait */
    fake_feed(f, span_text(EOT ENQ));
    fake_pass(f, 4000);
    fake_expect(f, "k 1.1 H|\\^&|||A/\n");
    f->link->settled(f->state, 99, ERROR_OK); /* not the ticket that is open */
    fake_expect(f, "");
    f->link->settled(f->state, 1, ERROR_OK);
    fake_expect(f, "w 06\nk 1.2 L|1/\n");
    f->link->settled(f->state, 2, ERROR_OK); /* one ACK, for the ENQ: two would be one too many */
    fake_expect(f, "n late answer\nm 1 H|\\^&|||A/L|1/\ne 1 unanswered\nw 06\n");
}

/* After 15 s the sender gives up and asks again: the late ACK and the ACK to its ENQ would be two,
 * and it would take the second for its first frame's. */
static void a_slow_disk_never_answers_twice(void **state)
{
    struct fake *f = *state;
    begin(f);
    f->disk = FAKE_LATER;
    fake_frame(f, 1, H, false);
    fake_pass(f, 15000);
    fake_feed(f, span_text(EOT ENQ));
    fake_expect(f, "k 1.1 H|\\^&|||A/\n");
    f->link->settled(f->state, 1, ERROR_OK);
    fake_expect(f, "n late answer\ne 1 unanswered H|\\^&|||A/\nw 06\n");
}

/* The answer came in time but late, and was lost: 15 s after its frame the sender gives up. */
static void an_end_soon_after_a_late_answer_is_doubted(void **state)
{
    struct fake *f = *state;
    begin(f);
    f->disk = FAKE_LATER;
    fake_frame(f, 1, H, false);
    fake_pass(f, 12000);
    f->link->settled(f->state, 1, ERROR_OK);
    fake_pass(f, 3000);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\ne 1 unanswered H|\\^&|||A/\n");
}

static void a_slow_disk_and_the_same_frame_again_is_one_answer(void **state)
{
    struct fake *f = *state;
    begin(f);
    f->disk = FAKE_LATER;
    fake_frame(f, 1, H, false);
    fake_pass(f, 15000);
    fake_frame(f, 1, H, false);
    f->link->settled(f->state, 1, ERROR_OK);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nn late answer\nn repeated frame\nw 06\n");
}

static void a_lost_last_acknowledgement_is_told(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H "L|1" CR, false);
    fake_pass(f, 15000); /* the instrument's own time is up */
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 1.1 H|\\^&|||A/L|1/\nw 06\nm 1 H|\\^&|||A/L|1/\ne 1 unanswered\n");
    begin(f);
    fake_frame(f, 1, H "L|1" CR, false);
    fake_expect(f, "k 2.1 H|\\^&|||A/L|1/\nw 06\nm 2 H|\\^&|||A/L|1/\n");
    f->link->lost(f->state);
    fake_expect(f, "e 2 disconnected\n");
    begin(f);
    fake_frame(f, 1, H "L|1" CR, false);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 3.1 H|\\^&|||A/L|1/\nw 06\nm 3 H|\\^&|||A/L|1/\ne 3 normal\n");
}

static void a_lost_acknowledgement_in_the_middle_leaves_a_rest(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    fake_pass(f, 15000);
    fake_byte(f, BYTE_EOT);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\ne 1 unanswered H|\\^&|||A/\n");
    begin(f);
    fake_frame(f, 1, H "R|1", true);
    fake_byte(f, BYTE_EOT); /* more was announced */
    fake_expect(f, "k 2.1 H|\\^&|||A/R|1\nw 06\ne 2 unanswered H|\\^&|||A/R|1\n");
}

static void the_line_lost_while_a_frame_is_kept(void **state)
{
    struct fake *f = *state;
    begin(f);
    fake_frame(f, 1, H, false);
    f->disk = FAKE_LATER;
    fake_frame(f, 2, "P|1" CR, false);
    f->link->lost(f->state);
    f->link->settled(f->state, 2, ERROR_OK); /* too late: nobody waits for it */
    fake_expect(f, "k 1.1 H|\\^&|||A/\nw 06\nk 1.2 P|1/\ne 1 disconnected H|\\^&|||A/\n");
    f->disk = FAKE_KEEPS;
    begin(f);
    fake_frame(f, 3, H "L|1" CR, false);
    fake_expect(f, "k 2.3 H|\\^&|||A/L|1/\nw 06\nm 2 H|\\^&|||A/L|1/\n");
}

static void a_frame_far_over_247_is_accepted(void **state)
{
    struct fake *f = *state;
    static char text[LIMIT_FRAME];
    struct buffer frame;
    f->quiet = true;
    memset(text, 'x', sizeof text);
    text[0] = 'R';
    begin(f);
    buffer_init(&frame, 2 * LIMIT_FRAME);
    assert_int_equal(frame_compose(&frame, 1, span_of(text, LIMIT_FRAME - FRAME_OVERHEAD), false),
                     ERROR_OK);
    fake_feed(f, buffer_span(&frame));
    assert_memory_equal(f->log.at, "k 1.1 Rxxx", 10);
    assert_memory_equal(f->log.at + f->log.len - 6, "\nw 06\n", 6);
    buffer_clear(&f->log);
    buffer_clear(&frame);
    assert_int_equal(
        frame_compose(&frame, 2, span_of(text, LIMIT_FRAME - FRAME_OVERHEAD + 2), false), ERROR_OK);
    fake_feed(f, buffer_span(&frame));
    fake_expect(f, "w 15\n");
    buffer_free(&frame);
}

static void text_beyond_the_limit_is_refused_and_the_session_goes_on(void **state)
{
    struct fake *f = *state;
    static char text[60001];
    unsigned number = 1;
    memset(text, 'x', sizeof text - 1);
    begin(f);
    for (size_t total = 0; total + 60001 <= LIMIT_MESSAGE; total += 60001, number++)
        fake_frame(f, number % 8, text, false);
    buffer_clear(&f->log);
    fake_frame(f, number % 8, text, false);
    fake_expect(f, "n message too long\nw 15\n");
    fake_byte(f, BYTE_EOT);
    buffer_put_byte(&f->log, 0);
    assert_memory_equal(f->log.at, "e 1 refused xxxx", 16);
}

static void too_much_input_ends_the_session(void **state)
{
    struct fake *f = *state;
    static char noise[LIMIT_PENDING_INPUT + 1];
    memset(noise, 'x', sizeof noise);
    begin(f);
    f->disk = FAKE_LATER;
    fake_frame(f, 1, H, false);
    fake_feed(f, span_of(noise, sizeof noise));
    fake_frame(f, 2, "L|1" CR, false);
    f->link->settled(f->state, 1, ERROR_OK);
    fake_expect(f, "k 1.1 H|\\^&|||A/\nn input overflow\nw 06\ne 1 refused H|\\^&|||A/\n");
    begin(f);
}

static void a_frame_outside_a_session_is_not_answered(void **state)
{
    struct fake *f = *state;
    fake_frame(f, 1, H, false);
    fake_feed(f, span_text("\x02"
                           "1H\r\x03"
                           "00\r\n"));
    fake_expect(f, "n frame outside a session\nn frame outside a session\n");
    assert_int_equal(f->timer, 0);
}

/* A session of two messages, with noise, a repeat, a bad frame and ETB. */
static void put_session(struct buffer *out)
{
    (void)buffer_put_text(out, "..." ENQ);
    (void)frame_compose(out, 1, span_text(H "P|1" CR "R|1|^^^Glu"), true);
    (void)buffer_put_text(out, "noise");
    (void)frame_compose(out, 1, span_text(H "P|1" CR "R|1|^^^Glu"), true);
    (void)buffer_put_text(out, "\x02"
                               "2P\x03"
                               "00\r\n");
    (void)frame_compose(out, 2, span_text("cose|93" CR "L|1|N" CR), false);
    (void)buffer_put_text(out, EOT ENQ);
    (void)frame_compose(out, 1, span_text(H "L|1|N" CR), false);
    (void)buffer_put_text(out, EOT);
}

static void feed_in_pieces(struct fake *f, struct span in, const size_t *cuts, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        fake_feed(f, span_of(in.at + at, cuts[i] - at));
        at = cuts[i];
    }
    fake_feed(f, span_of(in.at + at, in.len - at));
}

static void expect_the_same(struct span in, const size_t *cuts, size_t count, const char *lines)
{
    struct fake f;
    fake_open(&f, &link_lis01);
    feed_in_pieces(&f, in, cuts, count);
    fake_expect(&f, lines);
    fake_close(&f);
}

static void every_cut_has_the_same_effects(void **state)
{
    static const char lines[] =
        "n noise\nw 06\nk 1.1 H|\\^&|||A/P|1/R|1|^^^Glu\nw 06\nn noise\nn repeated frame\nw 06\n"
        "n checksum\nw 15\nk 1.2 cose|93/L|1|N/\nw 06\n"
        "m 1 H|\\^&|||A/P|1/R|1|^^^Glucose|93/L|1|N/\ne 1 normal\nw 06\n"
        "k 2.1 H|\\^&|||A/L|1|N/\nw 06\nm 2 H|\\^&|||A/L|1|N/\ne 2 normal\n";
    struct buffer session;
    size_t cuts[512] = { 0 };
    (void)state;
    buffer_init(&session, LIMIT_MESSAGE);
    put_session(&session);
    assert_true(session.len < 512);
    expect_the_same(buffer_span(&session), cuts, 0, lines);
    for (size_t first = 0; first <= session.len; first++)
        for (size_t second = first; second <= session.len; second += 3) {
            cuts[0] = first;
            cuts[1] = second;
            expect_the_same(buffer_span(&session), cuts, 2, lines);
        }
    for (size_t i = 0; i < session.len; i++)
        cuts[i] = i;
    expect_the_same(buffer_span(&session), cuts, session.len, lines);
    buffer_free(&session);
}

/* What the journal gives back is what the live link handed on. */
static void frames_of_the_journal_join_to_the_same_text(void **state)
{
    const struct link_options options = { .max_frame = 0 };
    struct link_text text = { .head = 0 };
    struct buffer frame;
    bool whole = true;
    (void)state;
    buffer_init(&text.text, LIMIT_MESSAGE);
    buffer_init(&frame, LIMIT_FRAME);
    (void)frame_compose(&frame, 1, span_text(H "O|1|7"), false);
    assert_int_equal(link_lis01.join(&options, buffer_span(&frame), &text, &whole), ERROR_OK);
    assert_false(whole);
    assert_true(span_equal(buffer_span(&text.text), span_text(H "O|1|7" CR)));
    buffer_clear(&frame);
    (void)frame_compose(&frame, 2, span_text("L|1"), false);
    assert_int_equal(link_lis01.join(&options, buffer_span(&frame), &text, &whole), ERROR_OK);
    assert_true(whole);
    frame.at[3]++;
    assert_int_equal(link_lis01.join(&options, buffer_span(&frame), &text, &whole),
                     ERROR_BAD_INPUT);
    assert_true(span_equal(buffer_span(&text.text), span_text(H "O|1|7" CR "L|1" CR)));
    buffer_free(&frame);
    buffer_free(&text.text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_session_is_acknowledged_and_delivered),
        TEST(half_a_message_then_silence_is_never_continued),
        TEST(a_repeated_frame_is_acknowledged_and_not_delivered_twice),
        TEST(the_same_number_with_other_bytes_is_refused),
        TEST(the_first_frame_may_have_any_number),
        TEST(an_enquiry_in_the_middle_starts_clean),
        TEST(end_and_enquiry_in_one_segment),
        TEST(enquiry_and_end_alone_leave_no_trace),
        TEST(enquiries_given_up_before_they_were_read_get_one_answer),
        TEST(frames_with_etb_are_joined),
        TEST(a_message_is_whole_at_its_terminator_even_with_etb),
        TEST(several_messages_in_one_session),
        TEST(frames_without_cr_still_end_records),
        TEST(a_wrong_checksum_is_refused),
        TEST(a_damaged_byte_is_refused_though_the_checksum_holds),
        TEST(a_bad_frame_takes_its_line_end_with_it),
        TEST(a_frame_without_line_end_is_taken_when_the_line_is_silent),
        TEST(noise_outside_frames_is_ignored),
        TEST(an_enquiry_inside_a_frame_is_judged_by_the_checksum),
        TEST(an_enquiry_inside_a_frame_and_silence_is_a_new_start),
        TEST(an_end_inside_a_frame_and_silence_ends_the_session),
        TEST(an_end_that_reads_enquiry_is_answered_once),
        TEST(a_second_frame_is_not_taken_for_a_refused_first),
        TEST(a_control_right_behind_stx_counts),
        TEST(the_disk_refuses_and_the_retry_is_kept),
        TEST(refused_to_the_end_the_rest_is_not_whole),
        TEST(nothing_is_acknowledged_before_the_disk_answers),
        TEST(a_slow_disk_never_answers_twice),
        TEST(an_end_soon_after_a_late_answer_is_doubted),
        TEST(a_slow_disk_and_the_same_frame_again_is_one_answer),
        TEST(a_lost_last_acknowledgement_is_told),
        TEST(a_lost_acknowledgement_in_the_middle_leaves_a_rest),
        TEST(the_line_lost_while_a_frame_is_kept),
        TEST(a_frame_far_over_247_is_accepted),
        TEST(text_beyond_the_limit_is_refused_and_the_session_goes_on),
        TEST(too_much_input_ends_the_session),
        TEST(a_frame_outside_a_session_is_not_answered),
        cmocka_unit_test(every_cut_has_the_same_effects),
        cmocka_unit_test(frames_of_the_journal_join_to_the_same_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
