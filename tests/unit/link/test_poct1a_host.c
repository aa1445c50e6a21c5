/* The host's side of POCT1-A: what a device sends, and what it gets to hear when. */
#include "tests/unit/link/poct1a_port.h"

#include <stdlib.h>

static void open_host(struct fake *f)
{
    static const struct link_options options = { .instrument = false };
    poct1a_fake_open(f, &options);
}

#define W_ACK(id) "w ACK.R01 type_cd=AA ack_control_id=" id "\n"
#define CONTINUOUS CAN("SET_TIME") CAN("START_CONTINUOUS")

/* devices.md 5.3, the basic flow, and 3.4: START_CONTINUOUS at its end. */
static void the_whole_conversation(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", CONTINUOUS));
    fake_expect(&f, "k 1.1 HEL.R01\n" W_ACK("1") "m 1 HEL.R01+HEL.R01\n");
    feed_text(&f, DST("2", "2", "1"));
    fake_expect(&f, "k 1.2 DST.R01\n" W_ACK("2") "o 1.3 REQ.R01\nw REQ.R01 request_cd=ROBS\n");
    feed_text(&f, OBS("3", "2.4"));
    fake_expect(&f, "k 1.4 OBS.R01\n" W_ACK("3") "m 1 HEL.R01+OBS.R01\n");
    feed_text(&f, EOT("4"));
    fake_expect(&f, "k 1.5 EOT.R01\n" W_ACK("4") "o 1.6 REQ.R01\nw REQ.R01 request_cd=RDEV\n");
    feed_text(&f, "<EVS.R01>" HDR("5") "<EVT><EVT.severity_cd V=\"W\"/></EVT></EVS.R01>" EOT("6"));
    fake_expect(
        &f,
        "k 1.7 EVS.R01\n" W_ACK("5") "m 1 HEL.R01+EVS.R01\nk 1.8 EOT.R01\n" W_ACK(
            "6") "o 1.9 DTV.R02\nw DTV.R02 command_cd=SET_TIME dttm=2026-04-01T05:00:00-05:00\n");
    feed_text(&f, ACK("7", "AA", "7"));
    fake_expect(&f, "o 1.10 DTV.R01\nw DTV.R01 command_cd=START_CONTINUOUS\n");
    feed_text(&f, ACK("8", "AA", "8") OBS("9", "2.5"));
    fake_expect(&f, "k 1.11 OBS.R01\n" W_ACK("9") "m 1 HEL.R01+OBS.R01\n");
    feed_text(&f, END("10"));
    fake_expect(&f, "k 1.12 END.R01\n" W_ACK("10") "e 1 normal\n");
    f.link->lost(f.state);
    fake_expect(&f, "");
    fake_close(&f);
}

static void play(struct fake *f, const char *text, size_t step)
{
    for (size_t at = 0, len = strlen(text); at < len; at += step)
        fake_feed(f, span_of(text + at, len - at < step ? len - at : step));
}

/* peers.md 2.4: one read is not one document. */
static void documents_are_split_and_joined_at_will(void **state)
{
    static const char text[] =
        "\r\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" HEL("1", CONTINUOUS)
            DST("2", "0", "0") "\n<?xml version=\"1.0\"?>" OBS("3", "2.4")
                OBS("4", "2.4") " " KPA("5") OBS("6", "9") END("7");
    struct fake whole, cut;
    (void)state;
    open_host(&whole);
    play(&whole, text, sizeof text);
    assert_non_null(memmem(whole.log.at, whole.log.len, "m 1 HEL.R01+OBS.R01", 19));
    for (size_t step = 1; step < 600; step += step < 40 ? 1 : 37) {
        open_host(&cut);
        play(&cut, text, step);
        assert_true(span_equal(buffer_span(&whole.log), buffer_span(&cut.log)));
        fake_close(&cut);
    }
    fake_close(&whole);
}

/* PixCell puts XML into MLLP blocks: answered alike. */
static void blocks_are_answered_by_blocks(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, VT HEL("1", "") FS VT "\n" DST("2", "1", "0") "\n" FS);
    fake_expect(&f, "k 1.1 HEL.R01\nw [ACK.R01 type_cd=AA ack_control_id=1]\nm 1 HEL.R01+HEL.R01\n"
                    "k 1.2 DST.R01\nw [ACK.R01 type_cd=AA ack_control_id=2]\n"
                    "o 1.3 REQ.R01\nw [REQ.R01 request_cd=ROBS]\n");
    feed_text(&f, VT OBS("3", "1") FS VT OBS("4", "1") OBS("5", "1") FS);
    fake_expect(&f, "k 1.4 OBS.R01\nw [ACK.R01 type_cd=AA ack_control_id=3]\nm 1 HEL.R01+OBS.R01\n"
                    "n malformed document\nk 1.5 OBS.R01+OBS.R01\n"
                    "w [ESC.R01 esc_control_id=4 detail_cd=OTH note_txt=The message is not "
                    "well-formed.]\nm 1 HEL.R01+OBS.R01+OBS.R01\n");
    fake_close(&f);
}

/* devices.md 5.3: ACK.control_id on HemoScreen and Sofia. */
static void each_family_gets_its_own_echo(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, "<HEL.R01>" HDR("1") DEVICE("QUIDEL") SKILLS("100", "") "</HEL.R01>");
    fake_expect(&f, "k 1.1 HEL.R01\nw ACK.R01 type_cd=AA control_id=1\nm 1 HEL.R01+HEL.R01\n");
    feed_text(&f, "<HEL.R01>" HDR("1") DEVICE("ROCHE") SKILLS("100", "") "</HEL.R01>");
    fake_expect(&f, "e 1 enquiry\nk 2.1 HEL.R01\n" W_ACK("1") "m 2 HEL.R01+HEL.R01\n");
    feed_text(&f, "<OBS.R01><SVC/></OBS.R01>"); /* no control id at all */
    fake_expect(&f, "k 2.2 OBS.R01\nw ACK.R01 type_cd=AA\nm 2 HEL.R01+OBS.R01\n");
    fake_close(&f);
}

/* A device that was silent too long is still the one that it said it was. */
static void the_family_outlives_a_silent_session(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, "<HEL.R01>" HDR("1") DEVICE("QUIDEL") SKILLS("100", "") "</HEL.R01>");
    fake_pass(&f, 100000);
    fake_forget(&f);
    feed_text(&f, OBS("2", "1"));
    fake_expect(&f, "k 2.1 OBS.R01\nw ACK.R01 type_cd=AA control_id=2\nm 2 OBS.R01\n");
    f.link->lost(f.state);
    fake_forget(&f);
    feed_text(&f, OBS("2", "1")); /* another connection: who knows */
    fake_expect(&f, "k 3.1 OBS.R01\n" W_ACK("2") "m 3 OBS.R01\n");
    fake_close(&f);
}

/* ... and its acknowledgements of ours are taken in every form. */
static void every_acknowledgement_is_understood(void **state)
{
    static const char *const forms[] = {
        ACK("9", "AA", "77"),
        "<ACK.R01>" HDR(
            "9") "<ACK><ACK.type_cd V=\"AA\"/><ACK.control_id V=\"3\"/></ACK></ACK.R01>",
        "<ACK.R01>" HDR("9") "<ACK><ACK.type_cd V=\"AA\"/></ACK></ACK.R01>",
        "<ACK.R01><ACK><ACK.type_cd>AA</ACK.type_cd></ACK></ACK.R01>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct fake f;
        open_host(&f);
        feed_text(&f, HEL("1", CONTINUOUS) DST("2", "0", "0"));
        fake_forget(&f);
        feed_text(&f, forms[i]);
        fake_expect(&f, "o 1.4 DTV.R01\nw DTV.R01 command_cd=START_CONTINUOUS\n");
        fake_close(&f);
    }
}

/* DESIGN 3.1 */
static void nothing_is_acknowledged_before_it_is_on_disk(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    f.disk = FAKE_LATER;
    feed_text(&f, HEL("1", "") OBS("2", "1"));
    fake_expect(&f, "k 1.1 HEL.R01\n");
    fake_pass(&f, 3600000);
    fake_expect(&f, "");
    f.link->settled(f.state, 99, ERROR_OK); /* nobody's */
    fake_expect(&f, "");
    f.link->settled(f.state, 1, ERROR_OK);
    fake_expect(&f, W_ACK("1") "m 1 HEL.R01+HEL.R01\nk 1.2 OBS.R01\n");
    f.link->settled(f.state, 2, ERROR_OK);
    fake_expect(&f, W_ACK("2") "m 1 HEL.R01+OBS.R01\n");
    fake_close(&f);
}

static void what_the_disk_refuses_is_refused(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", ""));
    fake_forget(&f);
    f.disk = FAKE_REFUSES;
    feed_text(&f, OBS("2", "1"));
    fake_expect(&f, "k 1.2 OBS.R01\nn frame not kept\nw ACK.R01 type_cd=AE ack_control_id=2\n");
    f.disk = FAKE_KEEPS;
    feed_text(&f, OBS("2", "1"));
    fake_expect(&f, "k 1.3 OBS.R01\n" W_ACK("2") "m 1 HEL.R01+OBS.R01\n");
    fake_close(&f);
}

/* peers.md 1: a lost acknowledgement and the same document again. */
static void a_document_sent_again_is_no_second_result(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", "") OBS("2", "1"));
    fake_forget(&f);
    feed_text(&f, OBS("2", "1"));
    fake_expect(&f, "n repeated frame\n" W_ACK("2"));
    feed_text(&f, OBS("3", "1")); /* another number: another result */
    fake_expect(&f, "k 1.3 OBS.R01\n" W_ACK("3") "m 1 HEL.R01+OBS.R01\n");
    f.link->lost(f.state);
    fake_expect(&f, "e 1 disconnected\n");
    feed_text(&f, HEL("1", "") OBS("3", "1")); /* another session: core decides */
    fake_expect(&f,
                "k 2.1 HEL.R01\n" W_ACK("1") "m 2 HEL.R01+HEL.R01\n"
                                             "k 2.2 OBS.R01\n" W_ACK("3") "m 2 HEL.R01+OBS.R01\n");
    fake_close(&f);
}

static void a_cut_document_is_forgotten_and_comes_again(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", "") "<OBS.R01><HDR><HDR.contr");
    fake_forget(&f);
    f.link->lost(f.state);
    fake_expect(&f, "e 1 disconnected\n");
    feed_text(&f, "ol_id V=\"7\"/></HDR></OBS.R01>" HEL("1", "") OBS("2", "1"));
    fake_expect(&f, "n noise\nn an end tag without an element\nn malformed document\nk 2.1 ?16\n"
                    "w ESC.R01 esc_control_id= detail_cd=OTH note_txt=The message is not "
                    "well-formed.\nm 2 ?16\n"
                    "e 2 enquiry\nk 3.1 HEL.R01\n" W_ACK("1") "m 3 HEL.R01+HEL.R01\n"
                                                              "k 3.2 OBS.R01\n" W_ACK(
                                                                  "2") "m 3 HEL.R01+OBS.R01\n");
    fake_close(&f);
}

/* peers.md 1: what is malformed is kept, shown and refused, and the next document is not lost. */
static void damage_costs_one_document(void **state)
{
#define ESC(id)                                                                                    \
    "w ESC.R01 esc_control_id=" id " detail_cd=OTH note_txt=The message is not well-formed.\n"
    static const char *const broken[] = {
        "<OBS.R01>" HDR("5") "<SVC><PT></SVC></OBS.R01>",          /* tags cross */
        "<OBS.R01>" HDR("5") "<SVC>&nothing;</SVC></OBS.R01>",     /* an unknown entity */
        "<OBS.R01>" HDR("5") "<SVC><PT><PT.patient_id V=\"P1\"/>", /* the end is missing */
        "<OBS.R01>" HDR("5") "<SVC><PT><PT.patient_id V=\"P1/></PT></SVC></OBS.R01>",
        "<OBS.R01>" HDR("5") "<SVC>\x01</SVC></OBS.R01>",
        "<!DOCTYPE OBS.R01 [<!ENTITY a \"b\">]><OBS.R01>" HDR("5") "</OBS.R01>",
        "<note>" HDR("5") "</note>", /* XML, but not ours */
    };
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct fake f;
        open_host(&f);
        feed_text(&f, HEL("1", ""));
        fake_forget(&f);
        f.quiet = true;
        feed_text(&f, broken[i]);
        feed_text(&f, OBS("6", "1"));
        assert_int_equal(buffer_put_byte(&f.log, 0), ERROR_OK);
        assert_non_null(strstr((const char *)f.log.at, ESC("5")));
        assert_non_null(
            strstr((const char *)f.log.at, "k 1.3 OBS.R01\n" W_ACK("6") "m 1 HEL.R01+OBS.R01\n"));
        assert_int_equal(strncmp((const char *)f.log.at, "k 1.2 ?", 7), 0);
        fake_close(&f);
    }
}

static void silence_ends_a_damaged_document(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", "") "<OBS.R01><a <b>");
    fake_forget(&f);
    fake_pass(&f, 1999);
    fake_expect(&f, "");
    fake_pass(&f, 1);
    fake_expect(&f, "n malformed document\nk 1.2 ?15\n" ESC("") "m 1 HEL.R01+?15\n");
    fake_close(&f);
}

static void a_document_without_end_is_capped(void **state)
{
    struct fake f;
    char *text = malloc(4L * LIMIT_FRAME);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', 4L * LIMIT_FRAME);
    open_host(&f);
    feed_text(&f, HEL("1", "") "<OBS.R01><a>");
    fake_forget(&f);
    fake_feed(&f, span_of(text, 3L * LIMIT_FRAME));
    feed_text(&f, "<b/>" OBS("2", "1"));
    fake_expect(&f,
                "n document too long\nn malformed document\nk 1.2 ?64000\n" ESC(
                    "") "m 1 HEL.R01+?64000\nk 1.3 OBS.R01\n" W_ACK("2") "m 1 HEL.R01+OBS.R01\n");
    feed_text(&f, VT);
    fake_feed(&f, span_of(text, 3L * LIMIT_FRAME));
    feed_text(&f, FS VT OBS("3", "1") FS);
    f.quiet = true;
    assert_non_null(memmem(f.log.at, f.log.len, "w [ACK.R01 type_cd=AA ack_control_id=3]", 39));
    fake_close(&f);
    free(text);
}

static void too_much_while_the_disk_is_slow_ends_the_session(void **state)
{
    struct fake f;
    char *text = malloc(LIMIT_PENDING_INPUT + 1L);
    (void)state;
    assert_non_null(text);
    memset(text, ' ', LIMIT_PENDING_INPUT + 1L);
    open_host(&f);
    f.disk = FAKE_LATER;
    feed_text(&f, HEL("1", ""));
    fake_forget(&f);
    fake_feed(&f, span_of(text, LIMIT_PENDING_INPUT + 1L));
    fake_expect(&f, "n input overflow\n");
    f.link->settled(f.state, 1, ERROR_OK);
    fake_expect(&f, W_ACK("1") "m 1 HEL.R01+HEL.R01\ne 1 refused\n");
    fake_close(&f);
    free(text);
}

/* Time */

static void a_silent_device_ends_its_session(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", ""));
    fake_forget(&f);
    fake_pass(&f, 59999);
    fake_expect(&f, "");
    fake_pass(&f, 1);
    fake_expect(&f, "n silence\ne 1 timeout\n");
    fake_pass(&f, 3600000);
    fake_expect(&f, "");
    feed_text(&f, KPA("2")); /* belongs to no session, owns nothing */
    fake_expect(&f, W_ACK("2"));
    fake_close(&f);
}

static void a_connection_is_kept_alive(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", CAN("START_CONTINUOUS")) DST("2", "0", "0") ACK("3", "AA", "3"));
    fake_forget(&f);
    for (int i = 0; i < 3; i++) {
        fake_pass(&f, 29999);
        fake_expect(&f, "");
        fake_pass(&f, 1);
        fake_expect(&f, "w KPA.R01\n");
        fake_pass(&f, 1000);
        feed_text(&f, ACK("4", "AA", "9"));
        fake_expect(&f, "");
    }
    fake_pass(&f, 30000);
    fake_expect(&f, "w KPA.R01\n");
    fake_pass(&f, 30000);
    fake_expect(&f, "n silence\ne 1 timeout\n");
    fake_close(&f);
}

/* What is asked for and does not come holds nothing up. */
static void an_unanswered_request_is_given_up(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", CONTINUOUS) DST("2", "5", "0"));
    fake_forget(&f);
    fake_pass(&f, 15000);
    fake_expect(&f,
                "n no answer from the instrument\n"
                "o 1.4 DTV.R02\nw DTV.R02 command_cd=SET_TIME dttm=2026-04-01T05:00:00-05:00\n");
    fake_pass(&f, 15000);
    fake_expect(&f, "n no answer from the instrument\n"
                    "o 1.5 DTV.R01\nw DTV.R01 command_cd=START_CONTINUOUS\n");
    feed_text(&f, "<ESC.R01>" HDR("3") "<ESC><ESC.detail_cd V=\"OTH\"/></ESC></ESC.R01>");
    fake_expect(&f, "k 1.6 ESC.R01\nn escape\nn not acknowledged by the instrument\n");
    feed_text(&f, OBS("4", "1"));
    fake_expect(&f, "k 1.7 OBS.R01\n" W_ACK("4") "m 1 HEL.R01+OBS.R01\n");
    fake_close(&f);
}

/* A docked device of profile SA waits for our END. */
static void a_docked_device_is_told_the_end(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", "<DSC.connection_profile_cd V=\"SA\"/>") DST("2", "0", "0"));
    fake_forget(&f);
    fake_pass(&f, 14999);
    fake_expect(&f, "");
    fake_pass(&f, 1);
    fake_expect(&f, "o 1.3 END.R01\nw END.R01 reason_cd=NRM\n");
    feed_text(&f, ACK("3", "AA", "3"));
    fake_expect(&f, "e 1 normal\n");
    fake_close(&f);
}

/* Lists and answers */

#define OPERATOR(id) "<OPR><OPR.operator_id V=\"" id "\"/></OPR>"

static void an_operator_list_goes_down(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    assert_int_equal(f.link->send(f.state, span_text("no XML")), ERROR_BAD_INPUT);
    assert_int_equal(
        f.link->send(f.state, span_text("<OPL.R01>" HDR("1") OPERATOR("7") "</OPL.R01>")),
        ERROR_OK);
    assert_int_equal(f.link->send(f.state, span_text("<OPL.R01/>")), ERROR_BUSY);
    feed_text(&f, HEL("1", "") DST("2", "0", "0"));
    fake_expect(&f, "k 1.1 HEL.R01\n" W_ACK("1") "m 1 HEL.R01+HEL.R01\nk 1.2 DST.R01\n" W_ACK(
                        "2") "o 1.3 OPL.R01\nw OPL.R01 operator_id=7\n");
    feed_text(&f, ACK("3", "AA", "1"));
    fake_expect(&f, "o 1.4 EOT.R01\nw EOT.R01 topic_cd=OPL\n");
    feed_text(&f, ACK("4", "AA", "4"));
    fake_expect(&f, "s no error\n");
    fake_close(&f);
}

static void a_long_list_goes_in_pieces(void **state)
{
    struct fake f;
    struct buffer list;
    (void)state;
    buffer_init(&list, LIMIT_MESSAGE);
    assert_int_equal(buffer_put_text(&list, "<OPL.R01>" HDR("1")), ERROR_OK);
    for (int i = 0; i < 30; i++)
        assert_int_equal(buffer_put_format(&list, OPERATOR("%04d"), i), ERROR_OK);
    assert_int_equal(buffer_put_text(&list, "</OPL.R01>"), ERROR_OK);
    open_host(&f);
    feed_text(&f, HEL("1", "<DSC.max_message_sz V=\"1000\"/>") DST("2", "0", "0"));
    fake_forget(&f);
    assert_int_equal(f.link->send(f.state, buffer_span(&list)), ERROR_OK);
    for (int i = 0; i < 2; i++)
        feed_text(&f, ACK("3", "AA", "1"));
    f.quiet = true;
    assert_int_equal(buffer_put_byte(&f.log, 0), ERROR_OK);
    assert_non_null(strstr((const char *)f.log.at, "w OPL.R01 operator_id=0000 "));
    assert_non_null(strstr((const char *)f.log.at, "w OPL.R01 operator_id=0024 "));
    assert_non_null(strstr((const char *)f.log.at, " operator_id=0029\n"));
    assert_non_null(strstr((const char *)f.log.at, "w EOT.R01 topic_cd=OPL\n"));
    assert_null(strstr((const char *)f.log.at, "\ns "));
    buffer_free(&list);
    fake_close(&f);
}

static void an_element_that_is_too_long_is_not_sent(void **state)
{
    struct fake f;
    struct buffer list;
    (void)state;
    buffer_init(&list, LIMIT_MESSAGE);
    assert_int_equal(buffer_put_format(&list,
                                       "<PTL.R01>" HDR("1") "<PT><PT.name V=\"%0900d\"/></PT>"
                                                            "</PTL.R01>",
                                       1),
                     ERROR_OK);
    open_host(&f);
    feed_text(&f, HEL("1", "<DSC.max_message_sz V=\"600\"/>") DST("2", "0", "0"));
    fake_forget(&f);
    assert_int_equal(f.link->send(f.state, buffer_span(&list)), ERROR_OK);
    fake_expect(&f, "n too long for the instrument\ns larger than the agreed maximum\n");
    buffer_free(&list);
    fake_close(&f);
}

/* HemoScreen asks for a patient: the question is a message, the answer goes out at once. */
static void a_question_is_answered(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f,
              VT HEL("1", "") FS VT "<REQ.R01>" HDR("2") "<REQ><REQ.request_cd V=\"RPAT\"/></REQ>"
                                                         "</REQ.R01>" FS);
    fake_expect(&f, "k 1.1 HEL.R01\nw [ACK.R01 type_cd=AA ack_control_id=1]\nm 1 HEL.R01+HEL.R01\n"
                    "k 1.2 REQ.R01\nw [ACK.R01 type_cd=AA ack_control_id=2]\n"
                    "m 1 HEL.R01+REQ.R01\n");
    assert_int_equal(f.link->send(f.state, span_text("<PTL.R01>" HDR("8") "</PTL.R01>")), ERROR_OK);
    fake_expect(&f, "o 1.3 PTL.R01\nw [PTL.R01]\n");
    feed_text(&f, VT ACK("3", "AE", "8") FS);
    fake_expect(&f, "n not acknowledged by the instrument\n"
                    "s it does not fit what is already there\n");
    fake_close(&f);
}

/* DESIGN 3.5 */
static void an_answer_is_never_given_in_another_session(void **state)
{
    struct fake f;
    (void)state;
    open_host(&f);
    feed_text(&f, HEL("1", ""));
    assert_int_equal(f.link->send(f.state, span_text("<PTL.R01>" HDR("8") "</PTL.R01>")), ERROR_OK);
    fake_forget(&f);
    feed_text(&f, HEL("1", "") DST("2", "0", "0"));
    fake_expect(&f, "e 1 enquiry\ns the other side is gone\nk 2.1 HEL.R01\n" W_ACK(
                        "1") "m 2 HEL.R01+HEL.R01\nk 2.2 DST.R01\n" W_ACK("2"));
    fake_close(&f);
}

/* From the journal */

static void join(struct link_text *text, const char *frame, const char *expected, bool message)
{
    static const struct link_options options = { .instrument = false };
    struct fake f = { .quiet = true };
    bool whole = !message;
    buffer_init(&f.log, LIMIT_MESSAGE);
    assert_int_equal(link_poct1a.join(&options, span_text(frame), text, &whole), ERROR_OK);
    assert_int_equal(whole, message);
    poct1a_log(&f, buffer_span(&text->text), false);
    fake_expect(&f, expected);
    if (whole)
        link_text_next(text);
    buffer_free(&f.log);
}

static void the_journal_reads_as_the_line_did(void **state)
{
    struct link_text text = { .head = 0 };
    (void)state;
    buffer_init(&text.text, LIMIT_MESSAGE);
    join(&text, OBS("1", "1"), "OBS.R01", true);
    join(&text, HEL("1", ""), "HEL.R01+HEL.R01", true);
    join(&text, DST("2", "1", "0"), "HEL.R01", false);
    join(&text, "\x0b" OBS("3", "1") "\x1c", "HEL.R01+OBS.R01", true);
    join(&text, "<OBS.R01><x", "HEL.R01+?11", true);
    join(&text, OBS("4", "1"), "HEL.R01+OBS.R01", true);
    buffer_free(&text.text);
}

/* Two sessions of one device: the same result is the same text (what core compares). */
static void who_it_is_holds_no_time(void **state)
{
    struct link_text a = { .head = 0 }, b = { .head = 0 };
    (void)state;
    buffer_init(&a.text, LIMIT_MESSAGE);
    buffer_init(&b.text, LIMIT_MESSAGE);
    join(&a, HEL("1", ""), "HEL.R01+HEL.R01", true);
    join(&b, HEL("77", ""), "HEL.R01+HEL.R01", true);
    assert_true(a.head > 0 && span_equal(buffer_span(&a.text), buffer_span(&b.text)));
    buffer_free(&a.text);
    buffer_free(&b.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_conversation),
        cmocka_unit_test(documents_are_split_and_joined_at_will),
        cmocka_unit_test(blocks_are_answered_by_blocks),
        cmocka_unit_test(each_family_gets_its_own_echo),
        cmocka_unit_test(the_family_outlives_a_silent_session),
        cmocka_unit_test(every_acknowledgement_is_understood),
        cmocka_unit_test(nothing_is_acknowledged_before_it_is_on_disk),
        cmocka_unit_test(what_the_disk_refuses_is_refused),
        cmocka_unit_test(a_document_sent_again_is_no_second_result),
        cmocka_unit_test(a_cut_document_is_forgotten_and_comes_again),
        cmocka_unit_test(damage_costs_one_document),
        cmocka_unit_test(silence_ends_a_damaged_document),
        cmocka_unit_test(a_document_without_end_is_capped),
        cmocka_unit_test(too_much_while_the_disk_is_slow_ends_the_session),
        cmocka_unit_test(a_silent_device_ends_its_session),
        cmocka_unit_test(a_connection_is_kept_alive),
        cmocka_unit_test(an_unanswered_request_is_given_up),
        cmocka_unit_test(a_docked_device_is_told_the_end),
        cmocka_unit_test(an_operator_list_goes_down),
        cmocka_unit_test(a_long_list_goes_in_pieces),
        cmocka_unit_test(an_element_that_is_too_long_is_not_sent),
        cmocka_unit_test(a_question_is_answered),
        cmocka_unit_test(an_answer_is_never_given_in_another_session),
        cmocka_unit_test(the_journal_reads_as_the_line_did),
        cmocka_unit_test(who_it_is_holds_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
