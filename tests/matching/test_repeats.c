/* A retransmission is not a second result; two equal results are two results (DESIGN 3.4). */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

#define RESULTS "SELECT count(*) FROM result"
#define REPEATS "SELECT count(*) FROM message WHERE disposition='repeat'"
#define MARKED "SELECT count(*) FROM result WHERE identical_repeat=1"
#define HELD "SELECT count(*) FROM message WHERE disposition='held'"
#define WAITING "SELECT count(*) FROM held"

/* The last acknowledgement is lost; the instrument gives up with EOT and sends all again. */
static void message_again_after_unanswered_end(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_session(&s.device, &s.record, "one", SESSION_END_UNANSWERED);
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, REPEATS), 1);
}

static void message_again_after_reconnect(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_session(&s.device, &s.record, "one", SESSION_END_DISCONNECTED);
    device_session(&s.device, &s.record, "one", SESSION_END_DISCONNECTED);
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, REPEATS), 2);
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 2);
    assert_int_equal(world_count(s.w, MARKED), 1);
}

static void two_equal_results_are_two(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 2);
    assert_int_equal(world_count(s.w, MARKED), 1);
    assert_int_equal(world_count(s.w, REPEATS), 0);
}

/* After a bad end the message may come again once; the second copy in one session is a second
 * measurement. */
static void a_bad_end_excuses_one_copy(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_session(&s.device, &s.record, "one", SESSION_END_TIMEOUT);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "one"), ERROR_OK);
    assert_int_equal(device_keep(&s.device, "one"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(world_count(s.w, REPEATS), 1);
    assert_int_equal(world_count(s.w, RESULTS), 2);
    assert_int_equal(world_count(s.w, MARKED), 1);
}

static void news_between_ends_the_excuse(void **state)
{
    struct scene s;
    struct accession other;

    scene_open(&s, state);
    world_specimen(s.w, "M2", "Roe-TEST", world_a1c, 1, SPECIMEN_VERIFIED, &other);
    world_turn(s.w);
    device_session(&s.device, &s.record, "one", SESSION_END_TIMEOUT);
    s.record.specimen = other.digits;
    device_session(&s.device, &s.record, "two", SESSION_END_NORMAL);
    s.record.specimen = s.accession.digits;
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, REPEATS), 0);
    assert_int_equal(world_count(s.w, RESULTS), 3);
    assert_int_equal(world_count(s.w, MARKED), 1);
}

/* An instrument that asks before it sends does so again: that is nothing new. */
static void a_query_between_is_no_news(void **state)
{
    struct scene s;
    uint64_t ticket;

    scene_open(&s, state);
    device_session(&s.device, &s.record, "one", SESSION_END_TIMEOUT);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "Q"), ERROR_OK);
    assert_int_equal(device_query(&s.device, s.accession.digits, &ticket), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, REPEATS), 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
}

/* Several messages in the broken session come again in sessions of their own. */
static void many_messages_again(void **state)
{
    struct scene s;
    struct accession other;
    struct record second;

    scene_open(&s, state);
    world_specimen(s.w, "M2", "Roe-TEST", world_a1c, 1, SPECIMEN_VERIFIED, &other);
    world_turn(s.w);
    second = s.record;
    second.specimen = other.digits;
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "one two"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &second, "two"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_DISCONNECTED), ERROR_OK);
    world_turn(s.w);
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    device_session(&s.device, &second, "two", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 2);
    assert_int_equal(world_count(s.w, REPEATS), 2);
}

static void another_instrument_is_another_result(void **state)
{
    struct scene s;
    struct device other;

    scene_open(&s, state);
    device_attach(&other, s.w, "a1c-2");
    device_session(&s.device, &s.record, "one", SESSION_END_TIMEOUT);
    device_session(&other, &s.record, "one", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 2);
    assert_int_equal(world_count(s.w, REPEATS), 0);
}

/* "Resend" at the instrument: a new time in the header, the same run. */
static void same_run_is_a_repeat(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.run = "17";
    device_session(&s.device, &s.record, "at nine", SESSION_END_NORMAL);
    device_session(&s.device, &s.record, "at ten", SESSION_END_NORMAL);
    device_session(&s.device, &s.record, "at eleven", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, REPEATS), 2);
    s.record.serial = "T0002";
    device_session(&s.device, &s.record, "at twelve", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 2);
}

/* A POCT1-A device says who it is when it connects, and not when it takes up a conversation. */
static void same_run_is_a_repeat_when_the_serial_is_not_told(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.run = "17";
    device_session(&s.device, &s.record, "with its hello", SESSION_END_NORMAL);
    s.record.serial = "";
    device_session(&s.device, &s.record, "without", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, REPEATS), 1);
}

static void same_run_other_value_is_held(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.run = "17";
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    s.result.value = s.result.number = "6.4";
    device_session(&s.device, &s.record, "two", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, HELD " AND reason_code='run-differs'"), 1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM event WHERE type='result-held'"), 1);
}

static void a_correction_is_a_new_version(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.run = "17";
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    s.result.value = s.result.number = "6.4";
    s.result.status = "C";
    device_session(&s.device, &s.record, "two", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 2);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM result WHERE version=2 AND value='6.4' "
                                      "AND replaces=(SELECT min(id) FROM result)"),
                     1);
}

static void a_correction_without_a_run(void **state)
{
    struct scene s;
    struct device other;

    scene_open(&s, state);
    device_attach(&other, s.w, "a1c-2");
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    device_session(&other, &s.record, "other", SESSION_END_NORMAL);
    s.result.value = s.result.number = "6.4";
    s.result.status = "C";
    device_session(&s.device, &s.record, "two", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, "SELECT replaces FROM result WHERE status='C'"),
                     world_count(s.w, "SELECT min(id) FROM result"));
}

/* One run in two messages, and then with all of it: only what is new becomes a result. */
static void a_run_grows(void **state)
{
    static const char *const acr[] = { "ACR" };
    struct scene s;
    struct record_result both[2];

    scene_open(&s, state);
    world_specimen(s.w, "00012", "Doe-TEST", acr, 1, SPECIMEN_VERIFIED, &s.accession);
    world_turn(s.w);
    record_result_init(&both[0]);
    record_result_init(&both[1]);
    both[0].code = "ALB", both[0].loinc = "14957-5", both[0].value = both[0].number = "20";
    both[0].unit = both[0].ucum = "mg/L";
    both[1].code = "CRE", both[1].loinc = "2161-8", both[1].value = both[1].number = "100";
    both[1].unit = both[1].ucum = "mg/dL";
    s.record.run = "3";
    s.record.results = both;
    device_session(&s.device, &s.record, "half", SESSION_END_NORMAL);
    s.record.result_count = 2;
    device_session(&s.device, &s.record, "whole", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 2);
    assert_int_equal(world_count(s.w, "SELECT count(DISTINCT code) FROM result"), 2);
}

/* What was held and comes again as the same run does not wait twice. */
static void a_held_run_waits_once(void **state)
{
    struct scene s;

    scene_open(&s, state);
    s.record.run = "17";
    s.record.specimen = "260312000010";
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    device_session(&s.device, &s.record, "two", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, WAITING), 1);
}

static void dismiss(struct world *w, enum resolution kind)
{
    struct store_resolution resolution = { .message = world_count(w, "SELECT message FROM held"),
                                           .kind = kind,
                                           .identifiers = "",
                                           .reason = "Sent again after the label was scanned.",
                                           .person = w->person,
                                           .at = w->now };
    int64_t id;

    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(store_resolution_add(w->store, &resolution, &id), ERROR_OK);
    world_turn(w);
}

/* A person took a run off the list without linking it: what comes again is no copy of a result. */
static void a_dismissed_run_that_comes_again_is_no_repeat(void **state)
{
    struct scene s;

    scene_open(&s, state);
    world_specimen(s.w, "M2", "Roe-TEST", world_a1c, 1, SPECIMEN_LABELLED, &s.accession);
    world_turn(s.w);
    s.record.specimen = s.accession.digits;
    s.record.run = "17";
    device_session(&s.device, &s.record, "one", SESSION_END_NORMAL);
    device_session(&s.device, &s.record, "two", SESSION_END_TIMEOUT); /* a repeat, and waits not */
    assert_int_equal(world_count(s.w, WAITING), 1);
    dismiss(s.w, RESOLUTION_TEST_RUN);
    device_session(&s.device, &s.record, "two", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, WAITING), 1);
}

/* Half a message, silence, and the same again whole: the half leaves the list. */
static void a_broken_message_is_superseded_by_its_whole(void **state)
{
    struct scene s;
    struct record half;

    scene_open(&s, state);
    half = s.record;
    half.kind = RECORD_INCOMPLETE;
    half.result_count = 0;
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "first frame,"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &half, "first frame,"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_TIMEOUT), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(world_count(s.w, WAITING), 1);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "first frame,"), ERROR_OK);
    assert_int_equal(device_keep(&s.device, "second frame"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &s.record, "first frame,second frame"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(world_count(s.w, WAITING), 0);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM resolution WHERE kind='superseded'"),
                     1);
}

/* The next patient's message begins otherwise: the half of the first stays for a person. */
static void a_broken_message_is_not_superseded_by_another(void **state)
{
    struct scene s;
    struct accession other;
    struct record half;

    scene_open(&s, state);
    world_specimen(s.w, "M2", "Roe-TEST", world_a1c, 1, SPECIMEN_VERIFIED, &other);
    world_turn(s.w);
    half = s.record;
    half.kind = RECORD_INCOMPLETE;
    device_session(&s.device, &half, "Doe frame", SESSION_END_TIMEOUT);
    s.record.specimen = other.digits;
    device_session(&s.device, &s.record, "Roe frame and more", SESSION_END_NORMAL);
    s.record.specimen = s.accession.digits;
    device_session(&s.device, &s.record, "Doe otherwise", SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, WAITING), 1);
    assert_int_equal(world_count(s.w, RESULTS), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(message_again_after_unanswered_end),
        IN_WORLD(message_again_after_reconnect),
        IN_WORLD(two_equal_results_are_two),
        IN_WORLD(a_bad_end_excuses_one_copy),
        IN_WORLD(news_between_ends_the_excuse),
        IN_WORLD(a_query_between_is_no_news),
        IN_WORLD(many_messages_again),
        IN_WORLD(another_instrument_is_another_result),
        IN_WORLD(same_run_is_a_repeat),
        IN_WORLD(same_run_is_a_repeat_when_the_serial_is_not_told),
        IN_WORLD(same_run_other_value_is_held),
        IN_WORLD(a_correction_is_a_new_version),
        IN_WORLD(a_correction_without_a_run),
        IN_WORLD(a_run_grows),
        IN_WORLD(a_held_run_waits_once),
        IN_WORLD(a_dismissed_run_that_comes_again_is_no_repeat),
        IN_WORLD(a_broken_message_is_superseded_by_its_whole),
        IN_WORLD(a_broken_message_is_not_superseded_by_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
