/*
 * The whole child on an emulated meter: opened, confined, the meter's memory read report by report,
 * every frame on core's disk before it is acknowledged, and the end when the meter is unplugged.
 */
#include "instruments/recording/recording.h"
#include "tests/pty/core_side.h"
#include "tests/unit/test.h"
#include "tests/usb/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SESSION "tests/replay/ascensia-contour-next/three-readings.session"

struct bench {
    struct core_side core;
    struct meter *meter;
    struct recording recording;
    unsigned kept, records, unreadable;
    bool ended;
};

static void read_session(struct recording *out)
{
    static char text[65536];
    struct complaint why = { "" };
    size_t len;
    FILE *f = fopen(SESSION, "re");
    assert_non_null(f);
    len = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    if (recording_read(SESSION, span_of(text, len), out, &why) != ERROR_OK)
        fail_msg("%s", why.text);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    b->meter = meter_new();
    meter_open_to_all();
    read_session(&b->recording);
    *state = b;
    core_side_start(&b->core, USB_CHILD, -1);
    core_side_setup(&b->core, "ascensia-contour-next", "usb:1a79:7800", NULL);
    core_side_expect_up(&b->core);
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    recording_free(&b->recording);
    meter_free(b->meter);
    free(b);
    return 0;
}

/* Core: what comes is taken, frames are kept. */
static void serve_core(struct bench *b, int ms)
{
    struct wire_message m;
    while (core_side_next(&b->core, ms, &m)) {
        if (m.type == WIRE_KEEP) {
            b->kept++;
            core_side_kept(&b->core, wire_number(&m, WIRE_F_TICKET));
        } else if (m.type == WIRE_RECORD) {
            b->records++;
            b->unreadable += strcmp(wire_text(&m, WIRE_F_KIND), "incomplete") == 0;
        } else if (m.type == WIRE_SESSION_END) {
            b->ended = true;
        }
    }
}

/* The meter's side of the recording, as far as chunk `end`: it says its reports and waits for the
 * host's. */
static void play(struct bench *b, size_t end)
{
    size_t heard = 0;
    for (size_t i = 0; i < end; i++) {
        const struct recording_chunk *c = &b->recording.chunks[i];
        if (c->direction == WIRE_FROM_INSTRUMENT) {
            meter_say(b->meter, c->bytes.at, c->bytes.len);
            continue;
        }
        heard++;
        for (int wait = 0; wait < 300 && meter_heard(b->meter) < heard; wait++)
            serve_core(b, 10);
        assert_true(meter_heard(b->meter) >= heard);
    }
}

static void a_meter_is_read_to_the_end(void **state)
{
    struct bench *b = *state;
    play(b, b->recording.chunk_count);
    for (int i = 0; i < 100 && !b->ended; i++)
        serve_core(b, 20);
    assert_true(b->ended);
    assert_int_equal(b->kept, 6);    /* H P R R R L */
    assert_int_equal(b->records, 3); /* each reading is a record of its own */
    assert_int_equal(b->unreadable, 0);
    assert_int_equal(core_side_status(&b->core, "Seccomp:"), 2);
    assert_int_equal(core_side_status(&b->core, "Threads:"), 1);
    assert_int_equal(core_side_end(&b->core), 0);
}

static void a_meter_unplugged_in_the_middle_ends_the_child(void **state)
{
    struct bench *b = *state;
    play(b, b->recording.chunk_count / 2);
    meter_unplug(b->meter);
    for (int i = 0; i < 100 && !b->ended; i++)
        serve_core(b, 20);
    assert_true(b->ended);
    assert_int_equal(core_side_wait(&b->core), 0);
    meter_plug(b->meter);
}

#define WITH_METER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_METER(a_meter_is_read_to_the_end),
        WITH_METER(a_meter_unplugged_in_the_middle_ends_the_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
