/*
 * The whole child on an emulated device: opened, confined, read to the end, every frame on core's
 * disk before it is acknowledged, and the end when the device is unplugged. A meter of reports, and
 * an analyzer behind its own FTDI chip.
 */
#include "instruments/recording/recording.h"
#include "tests/pty/core_side.h"
#include "tests/unit/test.h"
#include "tests/usb/cable.h"
#include "tests/usb/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define METER_SESSION "tests/replay/ascensia-contour-next/three-readings.session"
#define CABLE_SESSION "tests/replay/abaxis-piccolo-xpress/patient-panel.session"

struct bench {
    struct core_side core;
    struct meter *meter; /* or */
    struct cable *cable;
    struct recording recording;
    unsigned kept, records, unreadable;
    bool ended;
};

static void read_session(const char *name, struct recording *out)
{
    static char text[65536];
    struct complaint why = { "" };
    size_t len;
    FILE *f = fopen(name, "re");
    assert_non_null(f);
    len = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    if (recording_read(name, span_of(text, len), out, &why) != ERROR_OK)
        fail_msg("%s", why.text);
}

static struct bench *start(void **state, bool meter)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    *state = b;
    if (meter)
        b->meter = meter_new();
    else
        b->cable = cable_new();
    fake_usb_open_to_all();
    read_session(meter ? METER_SESSION : CABLE_SESSION, &b->recording);
    core_side_start(&b->core, USB_CHILD, -1);
    core_side_setup(&b->core, meter ? "ascensia-contour-next" : "abaxis-piccolo-xpress",
                    meter ? "usb:1a79:7800" : "usb:0403:cd18", NULL);
    core_side_expect_up(&b->core);
    return b;
}

static int set_up_meter(void **state)
{
    return start(state, true)->meter ? 0 : -1;
}

static int set_up_cable(void **state)
{
    return start(state, false)->cable ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    recording_free(&b->recording);
    if (b->meter)
        meter_free(b->meter);
    if (b->cable)
        cable_free(b->cable);
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
static size_t heard_bytes(struct bench *b)
{
    static struct ftdi_chip chip;
    cable_look(b->cable, &chip);
    return chip.heard_len;
}

static void serve_until_heard(struct bench *b, size_t bytes)
{
    for (int wait = 0; wait < 300 && heard_bytes(b) < bytes; wait++)
        serve_core(b, 10);
    assert_true(heard_bytes(b) >= bytes);
}

/* The analyzer's side, the same way; the line counts bytes. */
static void play_line(struct bench *b, size_t end)
{
    size_t heard = 0;
    for (size_t i = 0; i < end; i++) {
        const struct recording_chunk *c = &b->recording.chunks[i];
        if (c->direction == WIRE_FROM_INSTRUMENT) {
            cable_say(b->cable, c->bytes.at, c->bytes.len, 0);
            continue;
        }
        heard += c->bytes.len;
        serve_until_heard(b, heard);
    }
}

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

static void an_analyzer_behind_its_own_chip_is_read_to_the_end(void **state)
{
    struct bench *b = *state;
    play_line(b, b->recording.chunk_count);
    for (int i = 0; i < 100 && !b->ended; i++)
        serve_core(b, 20);
    assert_true(b->ended);
    assert_true(b->kept > 5);
    assert_true(b->records > 0);
    assert_int_equal(b->unreadable, 0);
    assert_int_equal(core_side_status(&b->core, "Seccomp:"), 2);
    assert_int_equal(core_side_status(&b->core, "Threads:"), 1);
    assert_int_equal(core_side_end(&b->core), 0);
}

/* A byte that the chip marks as damaged is refused with its frame, and comes well the next time. */
static void a_parity_error_on_the_chips_line_is_refused(void **state)
{
    struct bench *b = *state;
    struct span frame = b->recording.chunks[2].bytes;
    cable_say(b->cable, "\x05", 1, 0);
    serve_until_heard(b, 1);
    cable_say(b->cable, frame.at, 20, 0);
    cable_say(b->cable, frame.at + 20, 1, FTDI_CHIP_PARITY);
    cable_say(b->cable, frame.at + 21, frame.len - 21, 0);
    serve_until_heard(b, 2);
    assert_int_equal(b->kept, 0);
    cable_say(b->cable, frame.at, frame.len, 0);
    serve_until_heard(b, 3);
    assert_int_equal(b->kept, 1);
    assert_int_equal(core_side_end(&b->core), 0);
}

static void an_unplugged_chip_ends_the_child(void **state)
{
    struct bench *b = *state;
    play_line(b, b->recording.chunk_count / 2);
    fake_usb_unplug(cable_usb(b->cable));
    for (int i = 0; i < 100 && !b->ended; i++)
        serve_core(b, 20);
    assert_true(b->ended);
    assert_int_equal(core_side_wait(&b->core), 0);
    fake_usb_plug(cable_usb(b->cable));
}

#define WITH_METER(test) cmocka_unit_test_setup_teardown(test, set_up_meter, tear_down)
#define WITH_CABLE(test) cmocka_unit_test_setup_teardown(test, set_up_cable, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_METER(a_meter_is_read_to_the_end),
        WITH_METER(a_meter_unplugged_in_the_middle_ends_the_child),
        WITH_CABLE(an_analyzer_behind_its_own_chip_is_read_to_the_end),
        WITH_CABLE(a_parity_error_on_the_chips_line_is_refused),
        WITH_CABLE(an_unplugged_chip_ends_the_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
