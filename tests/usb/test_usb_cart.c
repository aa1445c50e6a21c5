/*
 * The whole child on an emulated ECG90A, told to record as core tells it: what goes out to the
 * cart, what is kept of the stream, and how a recording ends when the cart or its cable does.
 */
#include "core/base/limits.h"
#include "instruments/ecg/ecg_reader.h"
#include "tests/pty/core_side.h"
#include "tests/support/contec_live.h"
#include "tests/unit/test.h"
#include "tests/usb/cart.h"

#include <stdlib.h>
#include <string.h>

#define PORT "usb:0483:5750#STM3210"

enum { SECONDS = 10, RATE = 800, NOT_ENDED = 99 };

struct bench {
    struct core_side core;
    struct cart_usb *cart;
    struct buffer kept;
    unsigned frames, ends, silent, unanswered, damaged;
    enum session_end how;
    bool counted; /* a session's end said how many records it had */
    bool gone;    /* the child does not wait for core's answers any more */
};

static struct bench *open_bench(const char *serial, bool stranger)
{
    struct bench *b = calloc(1, sizeof *b);

    assert_non_null(b);
    b->how = (enum session_end)NOT_ENDED;
    buffer_init(&b->kept, LIMIT_ECG_FILE);
    b->cart = cart_new(serial, stranger);
    fake_usb_open_to_all();
    core_side_start(&b->core, USB_CHILD, -1);
    core_side_setup(&b->core, "contec-ecg90a", PORT, NULL);
    return b;
}

static struct bench *open_cart(void)
{
    struct bench *b = open_bench("STM3210", false);

    core_side_expect_up(&b->core);
    return b;
}

static void close_bench(struct bench *b)
{
    cart_free(b->cart);
    buffer_free(&b->kept);
    free(b);
}

static void run(struct bench *b)
{
    struct wire_writer w;

    wire_begin(&w, WIRE_RUN);
    wire_put_number(&w, WIRE_F_COUNT, SECONDS);
    core_side_send(&b->core, &w);
}

static void take(struct bench *b, const struct wire_message *m)
{
    if (m->type == WIRE_KEEP) {
        b->frames++;
        assert_int_equal(wire_number(m, WIRE_F_FRAME_NUMBER), b->frames);
        assert_int_equal(buffer_put(&b->kept, wire_bytes(m, WIRE_F_BYTES)), ERROR_OK);
        if (!b->gone)
            core_side_kept(&b->core, wire_number(m, WIRE_F_TICKET));
    } else if (m->type == WIRE_SESSION_END) {
        b->ends++;
        b->how = (enum session_end)wire_number(m, WIRE_F_ENDING);
        b->counted = wire_has(m, WIRE_F_COUNT);
    } else if (m->type == WIRE_NOTICED) {
        const char *note = wire_text(m, WIRE_F_NOTE);
        b->silent += strcmp(note, "cart fell silent") == 0;
        b->unanswered += strcmp(note, "cart does not answer") == 0;
        b->damaged += strcmp(note, "damaged report") == 0;
    }
}

/* Core: what comes is kept, until a session ends or so many tenths of a second are over. */
static void serve(struct bench *b, unsigned tenths)
{
    struct wire_message m;

    for (unsigned before = b->ends; tenths && b->ends == before;)
        if (core_side_next(&b->core, 100, &m))
            take(b, &m);
        else
            tenths--;
}

/* What was kept is what the cart sent of so many frames. */
static void assert_kept(struct bench *b, uint64_t frames)
{
    struct buffer sent;

    buffer_init(&sent, LIMIT_ECG_FILE);
    assert_int_equal(contec_ecg90a_write(&sent, frames), ERROR_OK);
    assert_int_equal(b->kept.len, sent.len);
    assert_memory_equal(b->kept.at, sent.at, sent.len);
    buffer_free(&sent);
}

static size_t decoded_samples(const struct bench *b)
{
    struct complaint why = { "" };
    struct arena arena;
    struct ecg ecg;
    size_t count;

    arena_init(&arena, LIMIT_ECG_ARENA);
    if (ecg_decode(&arena, buffer_span(&b->kept), 0, &ecg, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    assert_int_equal(ecg.format, ECG_FORMAT_CONTEC_LIVE);
    count = ecg_lead_find(&ecg, ECG_LEAD_II)->count;
    arena_free(&arena);
    return count;
}

static void assert_commands(struct bench *b, const uint8_t *firsts, size_t count)
{
    for (int wait = 0; wait < 100 && cart_heard(b->cart) < count; wait++)
        serve(b, 1);
    assert_int_equal(cart_heard(b->cart), count);
    for (size_t i = 0; i < count; i++) {
        uint8_t command[CART_COMMAND];
        cart_command(b->cart, i, command);
        assert_int_equal(command[0], firsts[i]);
        for (size_t k = 1; k < CART_COMMAND; k++) /* A1 01 alone has a second byte */
            assert_int_equal(command[k], k == 1 && firsts[i] == 0xa1);
    }
}

static void recording_arrives_to_the_last_byte(void **state)
{
    static const uint8_t commands[] = { 0x91, 0x82, 0x93, 0xa1, 0x90, 0x91 };
    struct bench *b = open_cart();

    (void)state;
    run(b);
    serve(b, 200);
    assert_int_equal(b->how, SESSION_END_NORMAL);
    assert_false(b->counted); /* so that core hands it to the EKG reader */
    assert_kept(b, (uint64_t)(b->kept.len / CONTEC_REPORT - 1) * CONTEC_FRAMES);
    assert_in_range(decoded_samples(b), SECONDS * RATE, (SECONDS + 2) * RATE);
    assert_commands(b, commands, sizeof commands);
    assert_int_equal(core_side_status(&b->core, "Seccomp:"), 2);
    assert_int_equal(core_side_end(&b->core), 0);
    close_bench(b);
}

static void second_recording_has_nothing_of_the_first(void **state)
{
    struct bench *b = open_cart();

    (void)state;
    run(b);
    serve(b, 200);
    buffer_clear(&b->kept);
    b->frames = 0;
    run(b);
    serve(b, 200);
    assert_int_equal(b->ends, 2);
    assert_int_equal(b->how, SESSION_END_NORMAL);
    assert_kept(b, (uint64_t)(b->kept.len / CONTEC_REPORT - 1) * CONTEC_FRAMES);
    assert_int_equal(core_side_end(&b->core), 0);
    close_bench(b);
}

static void cart_that_falls_silent_is_kept_as_far_as_it_came(void **state)
{
    struct bench *b = open_cart();

    (void)state;
    cart_silent_after(b->cart, 1000);
    run(b);
    serve(b, 100);
    assert_int_equal(b->how, SESSION_END_TIMEOUT);
    serve(b, 15); /* what was noticed is told once a second */
    assert_int_equal(b->silent, 1);
    assert_kept(b, 1000);
    assert_int_equal(decoded_samples(b), 1000);
    assert_int_equal(core_side_end(&b->core), 0);
    close_bench(b);
}

static void unplugged_in_the_middle_ends_child_and_session(void **state)
{
    struct bench *b = open_cart();

    (void)state;
    cart_silent_after(b->cart, 6000);
    run(b);
    for (int wait = 0; wait < 100 && cart_frames(b->cart) < 6000; wait++)
        serve(b, 1);
    serve(b, 3); /* the last of them is read */
    assert_int_equal(b->ends, 0);
    fake_usb_unplug(cart_usb(b->cart));
    b->gone = true;
    serve(b, 100);
    assert_int_equal(b->how, SESSION_END_DISCONNECTED);
    assert_kept(b, 6000);
    assert_int_equal(core_side_wait(&b->core), 0);
    fake_usb_plug(cart_usb(b->cart));
    close_bench(b);
}

static void stall_on_the_way_loses_nothing(void **state)
{
    struct bench *b = open_cart();

    (void)state;
    cart_silent_after(b->cart, 1000);
    run(b);
    for (int wait = 0; wait < 100 && cart_frames(b->cart) < 1000; wait++)
        serve(b, 1);
    fake_usb_stall(cart_usb(b->cart), 1);
    cart_silent_after(b->cart, 2000);
    serve(b, 100);
    assert_true(fake_usb_clears(cart_usb(b->cart)) > 0);
    assert_kept(b, 2000);
    assert_int_equal(core_side_end(&b->core), 0);
    close_bench(b);
}

/* Nothing behind a damaged report would stand at its time. */
static void short_report_ends_the_recording_before_it(void **state)
{
    struct bench *b = open_cart();

    (void)state;
    cart_cut_report(b->cart, 2000, 10);
    run(b);
    serve(b, 100);
    assert_int_equal(b->how, SESSION_END_TIMEOUT);
    serve(b, 15); /* what was noticed is told once a second */
    assert_int_equal(b->damaged, 1);
    assert_kept(b, 2000);
    assert_int_equal(core_side_end(&b->core), 0);
    close_bench(b);
}

static void device_that_does_not_say_that_it_is_one_is_not_started(void **state)
{
    static const uint8_t commands[] = { 0x91, 0x82, 0x91 };
    struct bench *b = open_bench("STM3210", true);

    (void)state;
    core_side_expect_up(&b->core);
    run(b);
    for (int wait = 0; wait < 60 && !b->unanswered; wait++)
        serve(b, 1);
    assert_int_equal(b->unanswered, 1);
    assert_int_equal(b->frames + b->ends, 0);
    assert_commands(b, commands, sizeof commands);
    assert_int_equal(core_side_end(&b->core), 0);
    close_bench(b);
}

/* The ids are those of many devices: one with another serial number is not even opened. */
static void device_with_another_serial_number_is_left_alone(void **state)
{
    struct bench *b = open_bench("0000001A", false);
    struct wire_message m;

    (void)state;
    while (core_side_next(&b->core, 1500, &m)) {
        assert_int_not_equal(m.type, WIRE_READY);
        assert_false(m.type == WIRE_LINK && wire_number(&m, WIRE_F_STATE) == LINK_STATE_UP);
    }
    assert_int_equal(cart_heard(b->cart), 0);
    (void)core_side_end(&b->core);
    close_bench(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recording_arrives_to_the_last_byte),
        cmocka_unit_test(second_recording_has_nothing_of_the_first),
        cmocka_unit_test(cart_that_falls_silent_is_kept_as_far_as_it_came),
        cmocka_unit_test(unplugged_in_the_middle_ends_child_and_session),
        cmocka_unit_test(stall_on_the_way_loses_nothing),
        cmocka_unit_test(short_report_ends_the_recording_before_it),
        cmocka_unit_test(device_that_does_not_say_that_it_is_one_is_not_started),
        cmocka_unit_test(device_with_another_serial_number_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
