/* The streams of events: how many there may be, and who ends whom. */
#include "tests/unit/test.h"

#include "web/events.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct room {
    struct web *web;
    struct events *events;
    struct MHD_Response *streams[LIMIT_STREAMS + 1];
};

static int set_up(void **state)
{
    struct room *room = calloc(1, sizeof *room);
    assert_non_null(room);
    room->web = calloc(1, sizeof *room->web);
    assert_non_null(room->web);
    room->web->running = true; /* there is no daemon to drive */
    assert_int_equal(uv_loop_init(&room->web->loop), 0);
    assert_int_equal(events_open(room->web, &room->events), ERROR_OK);
    *state = room;
    return 0;
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    uv_close(handle, NULL);
}

static int tear_down(void **state)
{
    struct room *room = *state;
    uv_walk(&room->web->loop, close_handle, NULL);
    (void)uv_run(&room->web->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&room->web->loop), 0);
    free(room->events);
    free(room->web);
    free(room);
    return 0;
}

static struct MHD_Response *stream(struct room *room, unsigned session)
{
    char token[GUARD_TOKEN_SIZE];
    (void)snprintf(token, sizeof token, "%064x", session);
    return events_stream(room->events, NULL, token);
}

static void there_are_only_so_many_streams(void **state)
{
    struct room *room = *state;

    for (unsigned i = 0; i < LIMIT_STREAMS; i++) {
        room->streams[i] = stream(room, i);
        assert_non_null(room->streams[i]);
    }
    assert_int_equal(events_count(room->events), LIMIT_STREAMS);
    assert_null(stream(room, LIMIT_STREAMS));
    MHD_destroy_response(room->streams[7]);
    assert_int_equal(events_count(room->events), LIMIT_STREAMS - 1);
    room->streams[7] = stream(room, LIMIT_STREAMS);
    assert_non_null(room->streams[7]);
    for (unsigned i = 0; i < LIMIT_STREAMS; i++)
        MHD_destroy_response(room->streams[i]);
    assert_int_equal(events_count(room->events), 0);
}

static void a_stream_that_nobody_reads_stays_small(void **state)
{
    struct room *room = *state;
    struct MHD_Response *response = stream(room, 1);

    assert_non_null(response);
    for (unsigned i = 0; i < 20000; i++)
        events_tell(room->events, "changed", json_pack("{s:s,s:s}", "topic", "inbox", "key", "R1"));
    assert_true(events_waiting(room->events) <= EVENTS_ROOM);
    MHD_destroy_response(response);
}

/* What a scanner reads is told to one session, known by the hash of its token. */
static void a_scan_goes_to_one_stream(void **state)
{
    struct room *room = *state;
    struct MHD_Response *one = stream(room, 1), *other = stream(room, 2);
    size_t before = events_waiting(room->events), told;
    uint8_t hash[crypto_hash_sha256_BYTES] = { 0 };
    char token[GUARD_TOKEN_SIZE];

    events_tell_one(room->events, span_of(hash, sizeof hash), "scan", json_pack("{s:s}", "a", "b"));
    assert_int_equal(events_waiting(room->events), before);
    (void)snprintf(token, sizeof token, "%064x", 1);
    (void)crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
    events_tell_one(room->events, span_of(hash, sizeof hash), "scan", json_pack("{s:s}", "a", "b"));
    told = events_waiting(room->events) - before;
    assert_true(told > 0);
    events_tell(room->events, "scan", json_pack("{s:s}", "a", "b"));
    assert_int_equal(events_waiting(room->events), before + 3 * told);
    events_tell_one(room->events, span_of(hash, 3), "scan", json_pack("{s:s}", "a", "b"));
    assert_int_equal(events_waiting(room->events), before + 3 * told);
    MHD_destroy_response(one);
    MHD_destroy_response(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(there_are_only_so_many_streams, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stream_that_nobody_reads_stays_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_scan_goes_to_one_stream, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
