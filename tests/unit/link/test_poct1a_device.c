/* The device's side of POCT1-A: what a simulator says to a host, and what it takes as done. */
#include "tests/unit/link/poct1a_port.h"

static void open_device(struct fake *f, bool blocks)
{
    struct link_options options = { .instrument = true };
    options.framing.start = blocks ? 0x0b : 0;
    poct1a_fake_open(f, &options);
}

static void give(struct fake *f, const char *text)
{
    assert_int_equal(f->link->send(f->state, span_text(text)), ERROR_OK);
}

#define REQ(id) "<REQ.R01>" HDR(id) "<REQ><REQ.request_cd V=\"ROBS\"/></REQ></REQ.R01>"
#define DTV(id) "<DTV.R01>" HDR(id) "<DTV><DTV.command_cd V=\"START_CONTINUOUS\"/></DTV></DTV.R01>"
#define W_STATUS(count)                                                                            \
    "w DST.R01 status_dttm=2026-04-01T05:00:00-05:00 new_observations_qty=" count                  \
    " new_events_qty=0 condition_cd=R\n"

static void a_load_makes_a_conversation(void **state)
{
    struct fake f;
    (void)state;
    open_device(&f, false);
    give(&f, HEL("h1", CAN("START_CONTINUOUS")) OBS("o1", "2.4") OBS("o2", "2.5"));
    assert_int_equal(f.link->send(f.state, span_text("<OBS.R01/>")), ERROR_BUSY);
    fake_expect(&f, "w HEL.R01 vendor_id=TEST serial_id=S1 application_timeout=60 "
                    "directives_supported_cd=START_CONTINUOUS\n");
    feed_text(&f, ACK("1", "AA", "h1"));
    fake_expect(&f, W_STATUS("2"));
    feed_text(&f, ACK("2", "AA", "1") REQ("3"));
    fake_expect(&f, "k 1.1 REQ.R01\nw ACK.R01 type_cd=AA ack_control_id=3\n"
                    "o 1.2 OBS.R01\nw OBS.R01 patient_id=P1 observation_id=INR value=2.4\n");
    feed_text(&f, ACK("4", "AA", "o9")); /* not the one that is out */
    fake_expect(&f, "n acknowledgement of something else\n");
    feed_text(&f, ACK("4", "AA", "o1"));
    fake_expect(&f, "o 1.3 OBS.R01\nw OBS.R01 patient_id=P1 observation_id=INR value=2.5\n");
    feed_text(&f, ACK("5", "AA", "o2"));
    fake_expect(&f, "o 1.4 EOT.R01\nw EOT.R01 topic_cd=OBS\n");
    feed_text(&f, "<ACK.R01>" HDR("6") "<ACK><ACK.type_cd V=\"AA\"/></ACK></ACK.R01>");
    fake_expect(&f, "s no error\n");
    feed_text(&f, DTV("7"));
    fake_expect(&f, "k 1.5 DTV.R01\nw ACK.R01 type_cd=AA ack_control_id=7\n");
    fake_close(&f);
}

/* Behind START_CONTINUOUS what is new is pushed, without the greeting. */
static void later_observations_are_pushed(void **state)
{
    struct fake f;
    (void)state;
    open_device(&f, true);
    give(&f, OBS("o1", "2.4"));
    feed_text(&f, VT "<ACK.R01><ACK><ACK.type_cd V=\"AA\"/></ACK></ACK.R01>" FS);
    feed_text(&f, VT "<ACK.R01><ACK><ACK.type_cd V=\"AA\"/></ACK></ACK.R01>" FS VT REQ("3") FS);
    feed_text(&f, VT ACK("5", "AA", "o1") FS);
    feed_text(&f, VT "<ACK.R01><ACK><ACK.type_cd V=\"AA\"/></ACK></ACK.R01>" FS VT DTV("7") FS);
    assert_non_null(memmem(f.log.at, f.log.len, "s no error\n", 11));
    fake_forget(&f);
    give(&f, HEL("h2", "") OBS("o2", "2.5"));
    fake_expect(&f, "o 1.5 OBS.R01\nw [OBS.R01 patient_id=P1 observation_id=INR value=2.5]\n");
    feed_text(&f, VT ACK("8", "AA", "o2") FS);
    fake_expect(&f, "s no error\n");
    feed_text(&f, VT END("9") FS);
    fake_expect(&f, "k 1.6 END.R01\nw [ACK.R01 type_cd=AA ack_control_id=9]\ne 1 normal\n");
    give(&f, OBS("o3", "2.6")); /* a new conversation */
    assert_non_null(memmem(f.log.at, f.log.len, "w [HEL.R01 ", 11));
    fake_close(&f);
}

static void a_refusal_is_told(void **state)
{
    struct fake f;
    (void)state;
    open_device(&f, false);
    give(&f, HEL("h1", "") OBS("o1", "2.4"));
    feed_text(&f, ACK("1", "AA", "h1") ACK("2", "AA", "1") REQ("3"));
    fake_forget(&f);
    feed_text(&f, ACK("4", "AE", "o1"));
    fake_expect(&f, "s no space left\n");
    give(&f, HEL("h1", "") OBS("o1", "2.4"));
    fake_expect(&f, "o 1.3 OBS.R01\nw OBS.R01 patient_id=P1 observation_id=INR value=2.4\n");
    feed_text(&f, "<ESC.R01><ESC><ESC.detail_cd V=\"OTH\"/></ESC></ESC.R01>");
    fake_expect(&f, "k 1.4 ESC.R01\ns the input is not what it should be\n");
    fake_close(&f);
}

static void what_is_not_answered_is_said_again(void **state)
{
    struct fake f;
    (void)state;
    open_device(&f, false);
    give(&f, HEL("h1", "") OBS("o1", "2.4"));
    feed_text(&f, ACK("1", "AA", "h1") ACK("2", "AA", "1"));
    fake_forget(&f);
    fake_pass(&f, 15000); /* the host does not ask: it is told all the same */
    fake_expect(&f, "w OBS.R01 patient_id=P1 observation_id=INR value=2.4\n");
    fake_pass(&f, 15000);
    fake_expect(&f, "n no answer from the host\nw OBS.R01 patient_id=P1 observation_id=INR "
                    "value=2.4\n");
    fake_pass(&f, 15000);
    fake_forget(&f);
    fake_pass(&f, 15000);
    fake_expect(&f, "n no answer from the host\ns the other side is gone\n");
    give(&f, HEL("h1", "") OBS("o1", "2.4"));
    fake_forget(&f);
    f.link->lost(f.state);
    fake_expect(&f, "s the other side is gone\n");
    fake_close(&f);
}

static void a_question_gets_its_answer(void **state)
{
    struct fake f;
    (void)state;
    open_device(&f, false);
    give(&f,
         HEL("h1", "") "<REQ.R01>" HDR("q1") "<REQ><REQ.request_cd V=\"RPAT\"/></REQ></REQ.R01>");
    feed_text(&f, ACK("1", "AA", "h1") ACK("2", "AA", "1"));
    fake_forget(&f);
    feed_text(&f, ACK("3", "AA", "q1"));
    fake_expect(&f, "s no error\n");
    feed_text(&f, "<PTL.R01>" HDR("4") "<PT><PT.patient_id V=\"7\"/></PT></PTL.R01>");
    fake_expect(&f, "k 1.1 PTL.R01\nw ACK.R01 type_cd=AA ack_control_id=4\nm 1 PTL.R01\n");
    fake_close(&f);
}

struct side {
    struct fake fake;
    struct buffer line; /* on its way to the other */
};

static void write_line(void *context, struct span out)
{
    struct side *s = (struct side *)context;
    assert_int_equal(buffer_put(&s->line, out), ERROR_OK);
    poct1a_fake_write(&s->fake, out);
}

static void open_side(struct side *s, bool instrument)
{
    struct link_options options = { .instrument = instrument };
    poct1a_fake_open(&s->fake, &options);
    s->fake.link->close(s->fake.state);
    s->fake.port.write = write_line;
    s->fake.state = link_poct1a.open(&options, &s->fake.port);
    buffer_init(&s->line, LIMIT_MESSAGE);
}

static bool carry(struct side *from, struct side *to)
{
    struct buffer line = from->line;
    if (line.len == 0)
        return false;
    buffer_init(&from->line, LIMIT_MESSAGE);
    fake_feed(&to->fake, buffer_span(&line));
    buffer_free(&line);
    return true;
}

/* Both roles of the link, against each other. */
static void both_sides_understand_each_other(void **state)
{
    struct side host, device;
    (void)state;
    open_side(&host, false);
    open_side(&device, true);
    give(&device.fake, OBS("o1", "2.4") OBS("o2", "2.5"));
    while (carry(&device, &host) || carry(&host, &device))
        continue;
    assert_non_null(memmem(device.fake.log.at, device.fake.log.len, "\ns no error\n", 12));
    assert_int_equal(buffer_put_byte(&host.fake.log, 0), ERROR_OK);
    assert_non_null(strstr((const char *)host.fake.log.at, "w REQ.R01 request_cd=ROBS\n"));
    assert_non_null(strstr((const char *)host.fake.log.at, "w DTV.R02 command_cd=SET_TIME"));
    assert_non_null(
        strstr((const char *)host.fake.log.at, "w DTV.R01 command_cd=START_CONTINUOUS"));
    assert_non_null(strstr((const char *)host.fake.log.at, "m 1 HEL.R01+OBS.R01\n"));
    buffer_free(&host.line);
    buffer_free(&device.line);
    fake_close(&host.fake);
    fake_close(&device.fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_makes_a_conversation),
        cmocka_unit_test(later_observations_are_pushed),
        cmocka_unit_test(a_refusal_is_told),
        cmocka_unit_test(what_is_not_answered_is_said_again),
        cmocka_unit_test(a_question_gets_its_answer),
        cmocka_unit_test(both_sides_understand_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
