/* MLLP: long messages in pieces, queries and their answers, and the sending side. */
#include "core/base/limits.h"
#include "tests/unit/link/mllp_port.h"

#define QUERY                                                                                      \
    "MSH|^~\\&|Meter|Ward|||20260312141235||QBP^Q11^QBP_Q11|Q-1|P|2.5.1" CR                        \
    "QPD|WOS^Work Order Step^IHELAW|T-1|260312000138" CR "RCP|I||R" CR
#define ANSWER                                                                                     \
    "MSH|^~\\&|Phial||||1||RSP^K11^RSP_K11|A-1|P|2.5.1" CR "MSA|AA|Q-1" CR "QAK|T-1|OK" CR
#define ACK(code, id) "MSH|^~\\&|Phial||||1||ACK^R01|A-1|P|2.5" CR "MSA|" code "|" id CR

/* Frames that are given to keep, for the journal. */
struct journal {
    struct mllp_fake m;
    struct buffer frames[24];
    size_t count;
};

static uint64_t journal_keep(void *context, uint64_t session, unsigned number,
                             enum wire_direction direction, struct span frame)
{
    struct journal *j = context;
    if (direction == WIRE_FROM_INSTRUMENT) {
        assert_true(j->count < 24);
        buffer_init(&j->frames[j->count], LIMIT_FRAME);
        assert_int_equal(buffer_put(&j->frames[j->count++], frame), ERROR_OK);
    }
    return mllp_fake_keep(context, session, number, direction, frame);
}

/* Joined from the journal, the text is what the live link handed on. */
static void assert_joined(struct journal *j, struct span text)
{
    struct link_options options = { 0 };
    struct link_text joined = { .head = 0 };
    bool whole = false;

    buffer_init(&joined.text, LIMIT_MESSAGE);
    for (size_t i = 0; i < j->count; i++) {
        assert_false(whole);
        assert_int_equal(link_mllp.join(&options, buffer_span(&j->frames[i]), &joined, &whole),
                         ERROR_OK);
    }
    assert_true(whole);
    assert_true(span_equal(buffer_span(&joined.text), text));
    buffer_free(&joined.text);
}

static void forget_frames(struct journal *j)
{
    while (j->count)
        buffer_free(&j->frames[--j->count]);
}

/* A message of `len` bytes; `fill` stands where a frame might be cut. */
static void make_long(struct buffer *block, size_t len, const char *fill)
{
    assert_int_equal(buffer_put_text(block, VT RESULT("M-1", "7.2")), ERROR_OK);
    while (block->len - 1 < len)
        assert_int_equal(buffer_put_text(block, fill), ERROR_OK);
    block->len = len + 1;
    assert_int_equal(buffer_put_text(block, END), ERROR_OK);
}

static void a_long_message_is_kept_in_pieces(void **state)
{
    static const char *const fills[] = { "OBX|2|NM|RBC||4.0\r", "\x1cx", "\x0bx", "x\x0b",
                                         "\x0b\x1cx" };
    (void)state;
    for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
        struct journal j = { .count = 0 };
        struct buffer block;
        buffer_init(&block, 2 * LIMIT_MESSAGE);
        make_long(&block, 150 * 1000 + i, fills[i]);
        mllp_fake_open(&j.m, false);
        j.m.fake.port.keep = journal_keep;
        fake_feed(&j.m.fake, buffer_span(&block));
        assert_true(mllp_saw(&j.m, "k 1.3\nw AA M-1 ACK^R01^ACK\nm 1 MSH"));
        assert_joined(&j, mllp_text(buffer_span(&block)));
        forget_frames(&j);
        fake_close(&j.m.fake);
        buffer_free(&block);
    }
}

/* The longest message, and one byte more: refused, and its sender has it still. */
static void the_longest_message(void **state)
{
    struct mllp_fake m;
    struct buffer block;
    (void)state;
    buffer_init(&block, 2 * LIMIT_MESSAGE);
    mllp_fake_open(&m, false);
    make_long(&block, LIMIT_MESSAGE, "x");
    fake_feed(&m.fake, buffer_span(&block));
    assert_true(mllp_saw(&m, "w AA M-1 "));
    buffer_clear(&m.fake.log);
    buffer_clear(&block);
    make_long(&block, LIMIT_MESSAGE + 1, "x");
    fake_feed(&m.fake, buffer_span(&block));
    mllp_expect(&m, "n message too long\nw AR M-1 ACK^R01^ACK ERR\n");
    buffer_clear(&block);
    make_long(&block, 150 * 1000, "\x1c"); /* cannot be cut into frames */
    fake_feed(&m.fake, buffer_span(&block));
    mllp_expect(&m, "n message too long\nw AR M-1 ACK^R01^ACK ERR\n");
    mllp_say(&m, VT RESULT("M-2", "1") END);
    assert_true(mllp_saw(&m, "w AA M-2 "));
    fake_close(&m.fake);
    buffer_free(&block);
}

static void one_refused_piece_refuses_the_message(void **state)
{
    struct mllp_fake m;
    struct buffer block;
    (void)state;
    buffer_init(&block, 2 * LIMIT_MESSAGE);
    mllp_fake_open(&m, false);
    m.fake.disk = FAKE_LATER;
    make_long(&block, 150 * 1000, "x");
    fake_feed(&m.fake, buffer_span(&block));
    mllp_fake_settle(&m, ERROR_OK);
    mllp_fake_settle(&m, ERROR_FULL);
    mllp_expect(&m, "k 1.1\nk 1.2\nk 1.3\n");
    mllp_fake_settle(&m, ERROR_OK);
    mllp_expect(&m, "n frame not kept\nw AE M-1 ACK^R01^ACK ERR\ne 1 refused\n");
    fake_close(&m.fake);
    buffer_free(&block);
}

static void the_journal_knows_a_frame(void **state)
{
    struct link_options options = { 0 };
    struct link_text joined = { .head = 0 };
    bool whole = false;
    (void)state;
    buffer_init(&joined.text, LIMIT_MESSAGE);
    assert_int_equal(link_mllp.join(&options, span_of(NULL, 0), &joined, &whole), ERROR_BAD_INPUT);
    assert_int_equal(link_mllp.join(&options, span_text("rest" END), &joined, &whole),
                     ERROR_BAD_INPUT);
    /* the first piece of a block that never came, then another block */
    assert_int_equal(link_mllp.join(&options, span_text(VT "half"), &joined, &whole), ERROR_OK);
    assert_false(whole);
    assert_int_equal(link_mllp.join(&options, span_text(VT "MSH" END), &joined, &whole), ERROR_OK);
    assert_true(whole);
    assert_true(span_equal(buffer_span(&joined.text), span_text("MSH")));
    buffer_free(&joined.text);
}

static void a_query_waits_for_its_answer(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT QUERY END VT RESULT("M-2", "1") END);
    assert_true(mllp_saw(&m, "k 1.1\nm 1 MSH"));
    assert_false(mllp_saw(&m, "w "));
    assert_false(mllp_saw(&m, "k 2.1")); /* one after the other */
    buffer_clear(&m.fake.log);
    assert_int_equal(m.fake.link->send(m.fake.state, span_text(ANSWER)), ERROR_OK);
    assert_true(mllp_saw(&m, "w AA Q-1 RSP^K11^RSP_K11\ne 2 normal\ns no error\nk 3.1\n"));
    assert_int_equal(m.fake.timer, 0);
    buffer_clear(&m.fake.log);
    mllp_say(&m, VT QUERY END); /* asked again: answered again */
    assert_true(mllp_saw(&m, "k 4.1\n"));
    fake_close(&m.fake);
}

static void a_query_that_nobody_answers(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT QUERY END);
    buffer_clear(&m.fake.log);
    fake_pass(&m.fake, 9000);
    mllp_say(&m, "\x05"); /* what arrives meanwhile does not put it off */
    fake_pass(&m.fake, 1000);
    mllp_expect(&m, "n query without answer\nw AE Q-1 ACK^Q11^ACK ERR\nn noise\n");
    assert_int_equal(m.fake.link->send(m.fake.state, span_text(ANSWER)), ERROR_CLOSED);
    mllp_say(&m, VT QUERY END);
    m.fake.link->lost(m.fake.state);
    assert_int_equal(m.fake.link->send(m.fake.state, span_text(ANSWER)), ERROR_CLOSED);
    assert_int_equal(m.fake.timer, 0);
    fake_close(&m.fake);
}

static void a_query_between_is_no_news(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, false);
    mllp_say(&m, VT RESULT("M-1", "7.2") END);
    mllp_say(&m, VT QUERY END);
    assert_int_equal(m.fake.link->send(m.fake.state, span_text(ANSWER)), ERROR_OK);
    buffer_clear(&m.fake.log);
    mllp_say(&m, VT RESULT("M-1", "7.2") END);
    mllp_expect(&m, "n repeated message\nw AA M-1 ACK^R01^ACK\n");
    fake_close(&m.fake);
}

static enum error send(struct mllp_fake *m, const char *text)
{
    return m->fake.link->send(m->fake.state, span_text(text));
}

static void sent_and_acknowledged(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, true);
    assert_int_equal(send(&m, RESULT("M-1", "7.2")), ERROR_OK);
    assert_int_equal(send(&m, RESULT("M-2", "7.2")), ERROR_BUSY);
    assert_true(mllp_saw(&m, "w MSH|"));
    buffer_clear(&m.fake.log);
    mllp_say(&m, VT ACK("AA", "M-0") END); /* of another message */
    assert_false(mllp_saw(&m, "s "));
    mllp_say(&m, VT ACK("AA", "M-1") END);
    assert_true(mllp_saw(&m, "s no error\n"));
    assert_int_equal(m.fake.timer, 0);
    assert_int_equal(send(&m, "no message"), ERROR_BAD_INPUT);
    assert_int_equal(send(&m, RESULT("M-2", "\x1c")), ERROR_BAD_INPUT);
    fake_close(&m.fake);
}

static void refused_for_now_and_for_good(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, true);
    assert_int_equal(send(&m, RESULT("M-1", "7.2")), ERROR_OK);
    mllp_say(&m, VT ACK("AE", "M-1") END);
    buffer_clear(&m.fake.log);
    fake_pass(&m.fake, 10000);
    assert_true(mllp_saw(&m, "w MSH|^~\\&|Meter"));
    mllp_say(&m, VT ACK("AR", "M-1") END);
    assert_true(mllp_saw(&m, "n message rejected\ns the system refused or failed\n"));
    fake_close(&m.fake);
}

static void no_answer_at_all(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, true);
    assert_int_equal(send(&m, RESULT("M-1", "7.2")), ERROR_OK);
    fake_pass(&m.fake, 44000);
    assert_false(mllp_saw(&m, "s "));
    fake_pass(&m.fake, 1000);
    assert_true(mllp_saw(&m, "n no answer\ns the other side is gone\n"));
    assert_int_equal(send(&m, RESULT("M-1", "7.2")), ERROR_OK);
    m.fake.link->lost(m.fake.state);
    assert_int_equal(m.fake.timer, 0);
    fake_close(&m.fake);
}

static void both_acknowledgements_where_both_are_asked_for(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, true);
    assert_int_equal(send(&m, "MSH|^~\\&|M||||1||ORU^R01|M-1|P|2.5|||AL|AL" CR), ERROR_OK);
    mllp_say(&m, VT ACK("CA", "M-1") END);
    assert_false(mllp_saw(&m, "s "));
    mllp_say(&m, VT ACK("AA", "M-1") END);
    assert_true(mllp_saw(&m, "s no error\n"));
    buffer_clear(&m.fake.log);
    assert_int_equal(send(&m, "MSH|^~\\&|M||||1||ORU^R01|M-1|P|2.5|||NE|NE" CR), ERROR_OK);
    assert_true(mllp_saw(&m, "s no error\n"));
    fake_close(&m.fake);
}

/* As the instrument: the answer to its query is handed on. */
static void an_answer_arrives(void **state)
{
    struct mllp_fake m;
    (void)state;
    mllp_fake_open(&m, true);
    assert_int_equal(send(&m, QUERY), ERROR_OK);
    buffer_clear(&m.fake.log);
    mllp_say(&m, VT ANSWER END);
    mllp_expect(&m, "s no error\n"
                    "k 1.1\n"
                    "m 1 MSH|^~\\&|Phial||||1||RSP^K11^RSP_K11|A-1|P|2.5.1/MSA|AA|Q-1/QAK|T-1|OK/\n"
                    "e 1 normal\n");
    fake_close(&m.fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_message_is_kept_in_pieces),
        cmocka_unit_test(the_longest_message),
        cmocka_unit_test(one_refused_piece_refuses_the_message),
        cmocka_unit_test(the_journal_knows_a_frame),
        cmocka_unit_test(a_query_waits_for_its_answer),
        cmocka_unit_test(a_query_that_nobody_answers),
        cmocka_unit_test(a_query_between_is_no_news),
        cmocka_unit_test(sent_and_acknowledged),
        cmocka_unit_test(refused_for_now_and_for_good),
        cmocka_unit_test(no_answer_at_all),
        cmocka_unit_test(both_acknowledgements_where_both_are_asked_for),
        cmocka_unit_test(an_answer_arrives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
