/* MLLP as receiver: what is acknowledged, when, and what becomes of what breaks off. */
#include "core/base/limits.h"
#include "tests/unit/link/mllp_port.h"

#include <stdio.h>

#define ONE RESULT("M-1", "7.2")
#define TWO RESULT("M-2", "8.3")
#define ONE_LOG                                                                                    \
    "k 1.1\n"                                                                                      \
    "w AA M-1 ACK^R01^ACK\n"                                                                       \
    "m 1 MSH|^~\\&|Meter|Ward|||20260312141235||ORU^R01^ORU_R01|M-1|P|2.5/OBX|1|NM|WBC||7.2/\n"    \
    "e 1 normal\n"
#define TWO_LOG(session)                                                                           \
    "k " session ".1\n"                                                                            \
    "w AA M-2 ACK^R01^ACK\n"                                                                       \
    "m " session                                                                                   \
    " MSH|^~\\&|Meter|Ward|||20260312141235||ORU^R01^ORU_R01|M-2|P|2.5/OBX|1|NM|WBC||8.3/\n"       \
    "e " session " normal\n"

static void stored_then_acknowledged(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    m.fake.disk = FAKE_LATER;
    mllp_say(&m, VT ONE END);
    mllp_expect(&m, "k 1.1\n");
    mllp_say(&m, VT TWO END); /* waits */
    mllp_expect(&m, "");
    mllp_fake_settle(&m, ERROR_OK);
    mllp_expect(&m, "w AA M-1 ACK^R01^ACK\n"
                    "m 1 MSH|^~\\&|Meter|Ward|||20260312141235||ORU^R01^ORU_R01|M-1|P|2.5/"
                    "OBX|1|NM|WBC||7.2/\n"
                    "e 1 normal\n"
                    "k 2.1\n");
    fake_close(&m.fake);
}

static void the_whole_acknowledgement(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    m.verbatim = true;
    mllp_say(&m, VT "MSH|^~\\&|cobas Liat|Ward 3|LIS|Lab|20260312||ORU^R30^ORU_R30|7^x|P|2.5|||||"
                    "|UNICODE UTF-8" CR END);
    assert_true(mllp_saw(&m,
                         "w MSH|^~\\&|LIS|Lab|cobas Liat|Ward 3|20260401050000-0500||ACK^R33^ACK|"
                         "PH19D487C5100-0001|P|2.5||||||UNICODE UTF-8/MSA|AA|7^x/\n"));
    buffer_clear(&m.fake.log);
    mllp_say(&m, VT "MSH#*!?%#M####1##ORU*R01#5" CR END);
    assert_true(mllp_saw(&m, "w "
                             "MSH#*!?%#Phial##M##20260401050000-0500##ACK*R01*ACK#PH19D487C5100-"
                             "0002#P#2.5/MSA#AA#5/\n"));
    buffer_clear(&m.fake.log);
    m.fake.disk = FAKE_REFUSES;
    m.fake.quiet = true;
    mllp_say(&m, VT "MSH|^~\\&|M||||1||ORU|5|P|2.3" CR END);
    mllp_expect(&m,
                "k 3.1\n"
                "w MSH|^~\\&|Phial||M||20260401050000-0500||ACK|PH19D487C5100-0003|P|2.3/MSA|AE|5/"
                "ERR|^^^207&Application internal error/\n"
                "e 3 refused\n");
    fake_close(&m.fake);
}

static void what_the_disk_refuses_is_not_accepted(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    m.fake.disk = FAKE_REFUSES;
    mllp_say(&m, VT ONE END);
    mllp_expect(&m, "k 1.1\nn frame not kept\nw AE M-1 ACK^R01^ACK ERR\ne 1 refused\n");
    m.fake.disk = FAKE_KEEPS;
    mllp_say(&m, VT ONE END); /* again: no repeat of anything that is there */
    mllp_expect(&m, "k 2.1\n"
                    "w AA M-1 ACK^R01^ACK\n"
                    "m 2 MSH|^~\\&|Meter|Ward|||20260312141235||ORU^R01^ORU_R01|M-1|P|2.5/"
                    "OBX|1|NM|WBC||7.2/\n"
                    "e 2 normal\n");
    fake_close(&m.fake);
}

static void cut_and_joined_at_will(void **state)
{
    static const char both[] = VT ONE END VT TWO END;
    (void)state;
    for (size_t cut = 0; cut <= strlen(both); cut++) {
        struct mllp_fake m;
        mllp_fake_open(&m, false);
        fake_feed(&m.fake, span_of(both, cut));
        fake_feed(&m.fake, span_of(both + cut, strlen(both) - cut));
        mllp_expect(&m, ONE_LOG TWO_LOG("2"));
        assert_int_equal(m.fake.timer, 0);
        fake_close(&m.fake);
    }
}

/* The acknowledgement is lost: the same block comes again, in the connection or after it. */
static void a_repeat_is_acknowledged_and_not_kept_twice(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT ONE END);
    mllp_expect(&m, ONE_LOG);
    m.now += 30000;
    mllp_say(&m, VT ONE END);
    mllp_expect(&m, "n repeated message\nw AA M-1 ACK^R01^ACK\n");
    m.fake.link->lost(m.fake.state);
    mllp_say(&m, VT ONE END);
    mllp_expect(&m, "n repeated message\nw AA M-1 ACK^R01^ACK\n");
    mllp_say(&m, VT TWO END); /* news */
    mllp_expect(&m, TWO_LOG("2"));
    fake_close(&m.fake);
}

static void what_is_no_repeat_is_kept(void **state)
{
    static const char *const anonymous[] = {
        VT "MSH|^~\\&|M||||||ORU^R01|5|P|2.5" CR END, /* no time */
        VT "MSH|^~\\&|M||||1||ORU^R01||P|2.5" CR END, /* no control id */
    };
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    for (size_t i = 0; i < 2; i++) {
        mllp_say(&m, anonymous[i]);
        mllp_say(&m, anonymous[i]);
    }
    assert_int_equal(m.fake.tickets, 8); /* two for each: the block and its acknowledgement */
    mllp_say(&m, VT ONE END);
    m.now += 3600000;
    mllp_say(&m, VT ONE END); /* nobody waits an hour for an acknowledgement */
    assert_int_equal(m.fake.tickets, 12);
    mllp_say(&m, VT RESULT("M-1", "7.3") END); /* the same control id, another result */
    assert_int_equal(m.fake.tickets, 14);
    fake_close(&m.fake);
}

static void a_block_that_the_connection_was_lost_in(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT "MSH|^~\\&|Other patient");
    m.fake.link->lost(m.fake.state);
    mllp_expect(&m, "n half a message\n");
    assert_int_equal(m.fake.timer, 0);
    mllp_say(&m, VT ONE END);
    mllp_expect(&m, ONE_LOG);
    fake_close(&m.fake);
}

static void a_sender_that_begins_again(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT "MSH|^~\\&|Other|||||ORU^R01|M-0|P|2.5" CR "OBX|1|NM|WBC||9" VT ONE END);
    mllp_expect(&m, "n half a message\n" ONE_LOG);
    fake_close(&m.fake);
}

static void silence_inside_a_block(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT "MSH|^~\\&|Other");
    fake_pass(&m.fake, 29000);
    mllp_say(&m, " patient"); /* slow is not silent */
    fake_pass(&m.fake, 29000);
    mllp_expect(&m, "");
    fake_pass(&m.fake, 1000);
    mllp_expect(&m, "n half a message\n");
    mllp_say(&m, "the rest" END VT ONE END);
    mllp_expect(&m, "n noise\n" ONE_LOG);
    fake_close(&m.fake);
}

static void noise_between_blocks(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, "\x05\xff\x06garbage" END "\r\n" VT ONE END "\r\n\x04" VT TWO END);
    mllp_expect(&m, "n noise\n" ONE_LOG "n noise\n" TWO_LOG("2"));
    mllp_say(&m, VT END VT "\r" END); /* somebody keeps the line alive */
    mllp_expect(&m, "n empty block\nn empty block\n");
    fake_close(&m.fake);
}

/* A flipped bit makes FS out of `<`, VT out of `K`: neither ends or begins a block there. */
static void controls_in_the_text(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT "MSH|^~\\&|M\x1c"
                    "7||||1||ORU^R01|1|P|2.5" CR "OBX|\x0b"
                    "ALIUM|\x1c\x1cx" CR END);
    mllp_expect(&m, "k 1.1\n"
                    "w AA 1 ACK^R01^ACK\n"
                    "m 1 MSH|^~\\&|M\x1c"
                    "7||||1||ORU^R01|1|P|2.5/OBX|\x0b"
                    "ALIUM|\x1c\x1cx/\n"
                    "e 1 normal\n");
    fake_close(&m.fake);
}

static void a_missing_end_is_forgiven(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT ONE "\x1c");
    mllp_expect(&m, "");
    fake_pass(&m.fake, 1000);
    mllp_say(&m, "\r" VT TWO "\x1c"); /* the CR came late */
    mllp_say(&m, VT RESULT("M-3", "1") "\x1c\n");
    assert_true(mllp_saw(&m, "w AA M-1 "));
    assert_true(mllp_saw(&m, "w AA M-2 "));
    assert_true(mllp_saw(&m, "w AA M-3 "));
    assert_false(mllp_saw(&m, "noise"));
    fake_close(&m.fake);
}

static void what_cannot_be_read_is_kept_and_rejected(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT "PID|1||x" CR END);
    mllp_expect(&m, "k 1.1\nw AR  ACK ERR\nm 1 PID|1||x/\ne 1 normal\n");
    m.fake.disk = FAKE_REFUSES;
    mllp_say(&m, VT "PID|2||x" CR END);
    mllp_expect(&m, "k 2.1\nn frame not kept\nw AE  ACK ERR\ne 2 refused\n");
    fake_close(&m.fake);
}

/* MSH-15, MSH-16; what is said when it is stored, and when it is not. */
static void enhanced_mode(void **state)
{
    static const struct {
        const char *accept, *application, *good, *bad;
    } cases[] = {
        { "", "", "AA", "AE" },     { "AL", "NE", "CA", "CE" },     { "AL", "AL", "CA AA", "CE" },
        { "NE", "AL", "AA", "AE" }, { "ER", "AL", "AA", "CE" },     { "SU", "SU", "CA AA", "" },
        { "NE", "NE", "", "" },     { "", "NE", "", "" },           { "AL", "", "CA", "CE" },
        { "ER", "ER", "", "CE" },   { "\"\"", "\"\"", "AA", "AE" },
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        bool good = i % 2;
        struct mllp_fake m;
        char block[256], said[64] = "", *at;
        mllp_fake_open(&m, false);
        m.fake.disk = good ? FAKE_KEEPS : FAKE_REFUSES;
        (void)snprintf(block, sizeof block, VT "MSH|^~\\&|M||||1||OUL^R22|9|P|2.5.1|||%s|%s" CR END,
                       cases[i / 2].accept, cases[i / 2].application);
        mllp_say(&m, block);
        assert_int_equal(buffer_put_byte(&m.fake.log, 0), ERROR_OK);
        for (at = (char *)m.fake.log.at; (at = strstr(at, "\nw ")) != NULL; at += 3)
            (void)snprintf(said + strlen(said), 8, "%s%.2s", *said ? " " : "", at + 3);
        assert_string_equal(said, good ? cases[i / 2].good : cases[i / 2].bad);
        fake_close(&m.fake);
    }
}

static void which_event_answers(void **state)
{
    static const struct {
        const char *sent, *answered;
    } cases[] = { { "ORU^R30^ORU_R30", "ACK^R33^ACK" }, { "ORU^R31^ORU_R30", "ACK^R33^ACK" },
                  { "ORU^R32", "ACK^R33^ACK" },         { "ORU^R01", "ACK^R01^ACK" },
                  { "OUL^R22^OUL_R22", "ACK^R22^ACK" }, { "ORU", "ACK" } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mllp_fake m;
        char block[256], line[64];
        mllp_fake_open(&m, false);
        (void)snprintf(block, sizeof block, VT "MSH|^~\\&|M||||1||%s|9|P|2.5" CR END,
                       cases[i].sent);
        (void)snprintf(line, sizeof line, "w AA 9 %s\n", cases[i].answered);
        mllp_say(&m, block);
        assert_true(mllp_saw(&m, line));
        fake_close(&m.fake);
    }
}

static void a_batch_has_an_acknowledgement_for_each_message(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    m.fake.quiet = true;
    mllp_say(&m, VT "FHS|^~\\&|" CR "BHS|^~\\&|" CR ONE TWO "BTS|2" CR END);
    assert_true(mllp_saw(&m, "w AA M-1 ACK^R01^ACK\nw AA M-2 ACK^R01^ACK\nm 1 FHS"));
    fake_close(&m.fake);
}

static void a_reply_is_never_answered(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT "MSH|^~\\&|M||||1||ACK^R01|9|P|2.5" CR "MSA|AA|1" CR END);
    mllp_expect(&m, "k 1.1\nm 1 MSH|^~\\&|M||||1||ACK^R01|9|P|2.5/MSA|AA|1/\ne 1 normal\n");
    fake_close(&m.fake);
}

/* The connection goes while the disk works: what is then on disk counts, and comes again. */
static void lost_while_it_was_stored(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    m.fake.disk = FAKE_LATER;
    mllp_say(&m, VT ONE END);
    m.fake.link->lost(m.fake.state);
    mllp_say(&m, VT ONE END);
    mllp_expect(&m, "k 1.1\n");
    mllp_fake_settle(&m, ERROR_OK);
    mllp_expect(&m, "m 1 MSH|^~\\&|Meter|Ward|||20260312141235||ORU^R01^ORU_R01|M-1|P|2.5/"
                    "OBX|1|NM|WBC||7.2/\n"
                    "e 1 disconnected\n"
                    "n repeated message\n"
                    "w AA M-1 ACK^R01^ACK\n");
    fake_close(&m.fake);
}

static void input_is_bounded_while_the_disk_works(void **state)
{
    static uint8_t flood[LIMIT_PENDING_INPUT + 1];
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    m.fake.disk = FAKE_LATER;
    mllp_say(&m, VT ONE END);
    memset(flood, 'x', sizeof flood);
    fake_feed(&m.fake, span_of(flood, sizeof flood));
    mllp_expect(&m, "k 1.1\nn input overflow\n");
    mllp_fake_settle(&m, ERROR_OK);
    m.fake.disk = FAKE_KEEPS;
    buffer_clear(&m.fake.log);
    mllp_say(&m, VT TWO END);
    mllp_expect(&m, TWO_LOG("2"));
    fake_close(&m.fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_then_acknowledged),
        cmocka_unit_test(the_whole_acknowledgement),
        cmocka_unit_test(what_the_disk_refuses_is_not_accepted),
        cmocka_unit_test(cut_and_joined_at_will),
        cmocka_unit_test(a_repeat_is_acknowledged_and_not_kept_twice),
        cmocka_unit_test(what_is_no_repeat_is_kept),
        cmocka_unit_test(a_block_that_the_connection_was_lost_in),
        cmocka_unit_test(a_sender_that_begins_again),
        cmocka_unit_test(silence_inside_a_block),
        cmocka_unit_test(noise_between_blocks),
        cmocka_unit_test(controls_in_the_text),
        cmocka_unit_test(a_missing_end_is_forgiven),
        cmocka_unit_test(what_cannot_be_read_is_kept_and_rejected),
        cmocka_unit_test(enhanced_mode),
        cmocka_unit_test(which_event_answers),
        cmocka_unit_test(a_batch_has_an_acknowledgement_for_each_message),
        cmocka_unit_test(a_reply_is_never_answered),
        cmocka_unit_test(lost_while_it_was_stored),
        cmocka_unit_test(input_is_bounded_while_the_disk_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
