/* Acknowledged means on disk, and what is on disk is decoded once (DESIGN 3.1). */
#include "tests/matching/world.h"
#include "tests/unit/test.h"

#define RESULTS "SELECT count(*) FROM result"
#define FRAMES "SELECT count(*) FROM frame"
#define DECODED "SELECT count(*) FROM decoded"

/* Gives the decoder what waits and lets it answer; the number of sessions given. */
static size_t decode_all(struct world *w)
{
    struct device decoder;
    size_t given;

    if (!w->decoder)
        device_attach(&decoder, w, NULL);
    if (!ingest_undecoded(w->ingest, false))
        return 0;
    decoder.world = w;
    decoder.child = w->decoder;
    assert_int_equal(store_begin(w->store), ERROR_OK);
    assert_int_equal(ingest_decode(w->ingest, decoder.child), ERROR_OK);
    assert_int_equal(w->packet_count, 0); /* not before the commit */
    world_turn(w);
    given = w->packet_count;
    for (size_t i = 0; i < given; i++) {
        struct wire_message m;
        struct complaint why;
        assert_int_equal(wire_read(span_of(w->packets[i], w->packet_lens[i]), WIRE_CORE, &m, &why),
                         ERROR_OK);
        assert_int_equal(device_decode(&decoder, &m), ERROR_OK);
        world_turn(w);
    }
    return given;
}

static void nothing_is_acknowledged_before_the_commit(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "one"), ERROR_OK);
    assert_int_equal(s.w->kept, 0);
    world_turn(s.w);
    assert_int_equal(s.w->kept, 1);
    assert_int_equal(world_count(s.w, FRAMES), 1);
}

static void a_failed_commit_refuses_and_leaves_nothing(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "one"), ERROR_OK);
    world_fail(s.w);
    assert_int_equal(s.w->kept, 0);
    assert_int_equal(s.w->refused, 1);
    assert_int_equal(world_count(s.w, FRAMES), 0);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM session"), 0);
    assert_int_equal(device_keep(&s.device, "one"), ERROR_OK); /* sent again after the NAK */
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(s.w->kept, 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(decode_all(s.w), 0);
}

static void records_of_a_failed_commit_are_decoded_from_the_journal(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_UNANSWERED), ERROR_OK);
    world_fail(s.w);
    assert_int_equal(world_count(s.w, RESULTS), 0);
    assert_int_equal(decode_all(s.w), 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, DECODED), 1);
    assert_int_equal(world_count(s.w, "SELECT how FROM session_end"), SESSION_END_UNANSWERED);
    assert_int_equal(decode_all(s.w), 0);
}

/* The first message of a session is lost with its turn; the second comes in a turn that holds. */
static void a_spoilt_session_is_decoded_as_a_whole(void **state)
{
    struct scene s;
    char second[32];

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    (void)snprintf(second, sizeof second, "%s again", s.accession.digits);
    assert_int_equal(device_keep(&s.device, second), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    world_fail(s.w);
    assert_int_equal(device_send(&s.device, &s.record, "two"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(world_count(s.w, RESULTS), 0);
    assert_int_equal(decode_all(s.w), 1);
    assert_int_equal(world_count(s.w, RESULTS), 2);
}

static void what_a_dead_driver_left_is_decoded_once(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    device_detach(&s.device);
    assert_int_equal(world_count(s.w, "SELECT how FROM session_end"), SESSION_END_CHILD_LOST);
    assert_int_equal(decode_all(s.w), 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    world_crash(s.w);
    assert_int_equal(decode_all(s.w), 0);
    assert_int_equal(world_count(s.w, RESULTS), 1);
}

static void a_living_driver_keeps_its_session(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(decode_all(s.w), 0);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    assert_int_equal(device_end(&s.device, SESSION_END_NORMAL), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(world_count(s.w, RESULTS), 1);
}

/* Core dies between the commit of the frame and the record, at each place. */
static void what_a_dead_core_left_is_decoded_once(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK); /* not committed */
    world_crash(s.w);
    assert_int_equal(world_count(s.w, RESULTS), 0);
    assert_int_equal(decode_all(s.w), 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, DECODED), 1);
    assert_int_equal(world_count(s.w, "SELECT how FROM session_end"), SESSION_END_CHILD_LOST);
}

/* Records committed, the mark not: the second decode meets the first. */
static void a_second_decode_meets_the_first(void **state)
{
    struct scene s;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    assert_int_equal(device_send(&s.device, &s.record, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    world_crash(s.w);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(decode_all(s.w), 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM message"), 1);
    assert_int_equal(world_count(s.w, DECODED), 1);
}

/* The driver dies, the instrument sends all again before the journal is decoded: one result, in
 * whichever order the two are read. */
static void the_journal_may_be_read_after_the_repeat(void **state)
{
    struct scene s;
    struct device again;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    device_detach(&s.device);
    device_attach(&again, s.w, "a1c-1");
    device_session(&again, &s.record, s.accession.digits, SESSION_END_NORMAL);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(decode_all(s.w), 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM message WHERE disposition='repeat'"),
                     1);
}

/* A transmission on which the decoder dies is tried again, and then shown to a person. */
static void what_kills_the_decoder_is_parked(void **state)
{
    struct scene s;
    struct device decoder;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "poison"), ERROR_OK);
    world_turn(s.w);
    device_detach(&s.device);
    for (int i = 0; i < 3; i++) {
        device_attach(&decoder, s.w, NULL);
        assert_true(ingest_undecoded(s.w->ingest, false));
        assert_int_equal(store_begin(s.w->store), ERROR_OK);
        assert_int_equal(ingest_decode(s.w->ingest, decoder.child), ERROR_OK);
        world_turn(s.w);
        device_detach(&decoder);
    }
    assert_int_equal(s.w->packet_count, 2);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held"), 1);
    assert_int_equal(world_count(s.w, DECODED), 1);
    assert_int_equal(decode_all(s.w), 0);
}

static void many_sessions_wait_their_turn(void **state)
{
    struct scene s;

    scene_open(&s, state);
    for (int i = 0; i < 9; i++) {
        char frame[32];
        (void)snprintf(frame, sizeof frame, "%s %d", s.accession.digits, i);
        device_begin(&s.device);
        assert_int_equal(device_keep(&s.device, frame), ERROR_OK);
    }
    world_turn(s.w);
    device_detach(&s.device);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(decode_all(s.w), i < 2 ? 4 : 1);
        world_forget_packets(s.w);
    }
    assert_int_equal(world_count(s.w, RESULTS), 9);
    assert_int_equal(decode_all(s.w), 0);
}

/* The frames that a failed commit should have released to the decoder are offered to it again. */
static void a_decode_that_was_not_committed_is_given_again(void **state)
{
    struct scene s;
    struct device decoder;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, s.accession.digits), ERROR_OK);
    world_turn(s.w);
    device_detach(&s.device);
    device_attach(&decoder, s.w, NULL);
    assert_int_equal(store_begin(s.w->store), ERROR_OK);
    assert_int_equal(ingest_decode(s.w->ingest, decoder.child), ERROR_OK);
    world_fail(s.w);
    assert_int_equal(s.w->packet_count, 0);
    assert_int_equal(decode_all(s.w), 1);
    assert_int_equal(world_count(s.w, RESULTS), 1);
}

/* Another profile may make fewer records of the same frames: what it reads at a place that another
 * message has already is no copy of that one. */
static void another_reading_of_the_journal_loses_nothing(void **state)
{
    struct scene s;
    struct device decoder;
    struct record second;

    scene_open(&s, state);
    second = s.record;
    second.run = "2";
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "one, two"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    assert_int_equal(device_send(&s.device, &s.record, "one"), ERROR_OK);
    world_turn(s.w);
    device_detach(&s.device);
    for (int i = 0; i < 2; i++) { /* the first decoder dies before the end */
        device_attach(&decoder, s.w, NULL);
        assert_int_equal(store_begin(s.w->store), ERROR_OK);
        assert_int_equal(ingest_decode(s.w->ingest, decoder.child), ERROR_OK);
        world_turn(s.w);
        decoder.session = (uint64_t)world_count(s.w, "SELECT session FROM undecoded");
        assert_int_equal(device_send(&decoder, &s.record, "one"), ERROR_OK);
        assert_int_equal(device_send(&decoder, &second, "two"), ERROR_OK);
        if (i > 0)
            assert_int_equal(device_end(&decoder, SESSION_END_NORMAL), ERROR_OK);
        world_turn(s.w);
        device_detach(&decoder);
    }
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM message WHERE run = '2'"), 1);
    assert_int_equal(world_count(s.w, RESULTS), 3);
    assert_int_equal(world_count(s.w, DECODED), 1);
}

/* A decoder that counts wrongly is not asked for ever. */
static void a_decoder_that_counts_wrongly_is_given_up(void **state)
{
    struct scene s;
    struct device decoder;

    scene_open(&s, state);
    device_begin(&s.device);
    assert_int_equal(device_keep(&s.device, "one"), ERROR_OK);
    world_turn(s.w);
    device_detach(&s.device);
    device_attach(&decoder, s.w, NULL);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(store_begin(s.w->store), ERROR_OK);
        assert_int_equal(ingest_decode(s.w->ingest, decoder.child), ERROR_OK);
        world_turn(s.w);
        if (s.w->packet_count != (size_t)i + 1)
            break;
        decoder.session = (uint64_t)world_count(s.w, "SELECT session FROM undecoded");
        decoder.ordinal = 7;
        assert_int_equal(device_end(&decoder, SESSION_END_NORMAL), ERROR_OK);
        world_turn(s.w);
    }
    assert_int_equal(s.w->packet_count, 2);
    assert_int_equal(world_count(s.w, "SELECT count(*) FROM held"), 1);
    assert_int_equal(world_count(s.w, DECODED), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(nothing_is_acknowledged_before_the_commit),
        IN_WORLD(a_failed_commit_refuses_and_leaves_nothing),
        IN_WORLD(records_of_a_failed_commit_are_decoded_from_the_journal),
        IN_WORLD(a_spoilt_session_is_decoded_as_a_whole),
        IN_WORLD(what_a_dead_driver_left_is_decoded_once),
        IN_WORLD(a_living_driver_keeps_its_session),
        IN_WORLD(what_a_dead_core_left_is_decoded_once),
        IN_WORLD(a_second_decode_meets_the_first),
        IN_WORLD(the_journal_may_be_read_after_the_repeat),
        IN_WORLD(what_kills_the_decoder_is_parked),
        IN_WORLD(many_sessions_wait_their_turn),
        IN_WORLD(a_decode_that_was_not_committed_is_given_again),
        IN_WORLD(another_reading_of_the_journal_loses_nothing),
        IN_WORLD(a_decoder_that_counts_wrongly_is_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
