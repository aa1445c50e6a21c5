/* The links of Contec carts: what goes out in which order, what is kept, how a recording ends. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/link/link.h"
#include "tests/support/contec_live.h"

#include <stdlib.h>
#include <string.h>

enum { COMMANDS = 16, COMMAND = 8, KEEPS = 64 };

/* The port: commands one after the other, frames, and how it ended. */
struct bench {
    struct link_port port;
    const struct link *link;
    void *state;
    uint8_t commands[COMMANDS][COMMAND];
    unsigned command_count, timer, frames, messages, ends, notes;
    struct buffer kept, rest;
    size_t last_frame;
    uint64_t tickets, refused_from; /* tickets from here on are refused; 0: none */
    bool later;                     /* the disk answers when the test says so */
    enum session_end how;
    int64_t now;
};

static void on_write(void *context, struct span out)
{
    struct bench *b = context;
    assert_true(b->command_count < COMMANDS && out.len <= COMMAND);
    /* 8B, 8C and 8D delete what the cart has stored (ecg.md 7). */
    assert_false(out.at[0] >= 0x8b && out.at[0] <= 0x8d);
    memset(b->commands[b->command_count], 0, COMMAND);
    memcpy(b->commands[b->command_count++], out.at, out.len);
}

static void on_arm(void *context, unsigned ms)
{
    ((struct bench *)context)->timer = ms;
}

static enum error disk(const struct bench *b, uint64_t ticket)
{
    return b->refused_from && ticket >= b->refused_from ? ERROR_FULL : ERROR_OK;
}

static uint64_t on_keep(void *context, uint64_t session, unsigned number,
                        enum wire_direction direction, struct span frame)
{
    struct bench *b = context;
    uint64_t ticket = ++b->tickets;
    assert_true(session > 0 && number == b->frames + 1 && frame.len <= LIMIT_FRAME);
    assert_int_equal(direction, WIRE_FROM_INSTRUMENT);
    b->frames++;
    b->last_frame = frame.len;
    assert_int_equal(buffer_put(&b->kept, frame), ERROR_OK);
    if (!b->later)
        b->link->settled(b->state, ticket, disk(b, ticket));
    return ticket;
}

static void on_message(void *context, uint64_t session, struct span text)
{
    struct bench *b = context;
    assert_true(session > 0 && span_equal(text, buffer_span(&b->kept)));
    b->messages++;
}

static void on_ended(void *context, uint64_t session, enum session_end how, struct span rest)
{
    struct bench *b = context;
    assert_true(session > 0);
    b->ends++;
    b->how = how;
    buffer_clear(&b->rest);
    if (rest.len)
        assert_int_equal(buffer_put(&b->rest, rest), ERROR_OK);
}

static void on_sent(void *context, enum error how)
{
    (void)context;
    (void)how;
    fail_msg("nothing is ever sent");
}

static void on_note(void *context, const char *what)
{
    assert_true(*what);
    ((struct bench *)context)->notes++;
}

static struct link_time on_now(void *context)
{
    return (struct link_time) { ((struct bench *)context)->now, 0 };
}

static struct bench *open_bench(const struct link *link)
{
    static const struct link_options options = { .whole_files = true };
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->link = link;
    b->port = (struct link_port) { b,        on_write, on_arm,  on_keep, on_message,
                                   on_ended, on_sent,  on_note, on_now };
    buffer_init(&b->kept, LIMIT_ECG_FILE);
    buffer_init(&b->rest, LIMIT_ECG_FILE);
    b->state = link->open(&options, &b->port);
    assert_non_null(b->state);
    return b;
}

static void close_bench(struct bench *b)
{
    b->link->close(b->state);
    buffer_free(&b->kept);
    buffer_free(&b->rest);
    free(b);
}

static void pass(struct bench *b)
{
    assert_true(b->timer > 0);
    b->timer = 0;
    b->link->expired(b->state);
}

static void expect_commands(const struct bench *b, const uint8_t *firsts, unsigned count)
{
    assert_int_equal(b->command_count, count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(b->commands[i][0], firsts[i]);
}

static void feed(struct bench *b, struct buffer *bytes)
{
    b->link->feed(b->state, buffer_span(bytes));
    buffer_clear(bytes);
}

static void feed_report(struct bench *b, uint64_t at)
{
    uint8_t report[CONTEC_REPORT];
    contec_ecg90a_report(report, at);
    b->link->feed(b->state, span_of(report, sizeof report));
}

static void greet_ecg90a(struct bench *b, unsigned seconds)
{
    uint8_t report[CONTEC_REPORT];
    assert_int_equal(b->link->run(b->state, seconds), ERROR_OK);
    pass(b);
    contec_ecg90a_answer(report);
    b->link->feed(b->state, span_of(report, sizeof report));
    pass(b);
    pass(b);
}

static void ecg90a_is_asked_who_it_is_and_then_records(void **state)
{
    static const uint8_t commands[] = { 0x91, 0x82, 0x93, 0xa1, 0x90, 0x91 };
    struct bench *b = open_bench(&link_contec_ecg90a);
    struct buffer whole;
    (void)state;

    greet_ecg90a(b, 1);
    assert_int_equal(b->link->run(b->state, 1), ERROR_BUSY);
    for (uint64_t at = 0; b->ends == 0 && at < 1000000; at += CONTEC_FRAMES)
        feed_report(b, at);
    expect_commands(b, commands, sizeof commands);
    assert_int_equal(b->commands[3][1], 1);
    assert_int_equal(b->how, SESSION_END_NORMAL);
    assert_int_equal(b->messages, 1);
    buffer_init(&whole, LIMIT_ECG_FILE);
    assert_int_equal(contec_ecg90a_write(&whole, (b->kept.len / CONTEC_REPORT - 1) * CONTEC_FRAMES),
                     ERROR_OK);
    assert_true(span_equal(buffer_span(&whole), buffer_span(&b->kept)));
    assert_true(b->kept.len >= 160 * CONTEC_REPORT); /* the second that was asked for */
    buffer_free(&whole);
    close_bench(b);
}

static void other_device_of_the_same_ids_is_not_started(void **state)
{
    static const uint8_t commands[] = { 0x91, 0x82, 0x91 };
    struct bench *b = open_bench(&link_contec_ecg90a);
    uint8_t report[CONTEC_REPORT] = { 0x82, 'j', 'o', 'y', 's', 't', 'i', 'c', 'k' };
    (void)state;

    assert_int_equal(b->link->run(b->state, 10), ERROR_OK);
    pass(b);
    b->link->feed(b->state, span_of(report, sizeof report));
    pass(b);
    expect_commands(b, commands, sizeof commands);
    assert_int_equal(b->frames + b->ends, 0);
    assert_true(b->notes > 0);
    b->link->lost(b->state);
    assert_int_equal(b->timer, 0);
    assert_int_equal(b->link->run(b->state, 10), ERROR_OK); /* and can be tried again */
    close_bench(b);
}

static void stream_of_the_8000g_is_cut_anywhere(void **state)
{
    static const uint8_t commands[] = { 0x90, 0x85, 0x90, 0x90 };
    (void)state;
    for (size_t cut = 1; cut < 40; cut++) {
        struct bench *b = open_bench(&link_contec_8000g);
        struct buffer stream, piece;
        buffer_init(&stream, LIMIT_ECG_FILE);
        buffer_init(&piece, LIMIT_ECG_FILE);
        assert_int_equal(contec_8000g_write(&stream, 4000), ERROR_OK);
        assert_int_equal(b->link->run(b->state, 1), ERROR_OK);
        pass(b);
        pass(b);
        assert_int_equal(buffer_put(&piece, span_of("\xee\x00\xa0", 3)), ERROR_OK);
        feed(b, &piece); /* left of before: no part of the recording */
        for (size_t at = 0; b->ends == 0 && at < stream.len; at += cut)
            b->link->feed(b->state,
                          span_of(stream.at + at, stream.len - at < cut ? stream.len - at : cut));
        expect_commands(b, commands, sizeof commands);
        assert_int_equal(b->commands[2][1], 5);
        assert_int_equal(b->how, SESSION_END_NORMAL);
        assert_true(b->kept.len >= 15000 && memcmp(b->kept.at, stream.at, b->kept.len) == 0);
        buffer_free(&stream);
        buffer_free(&piece);
        close_bench(b);
    }
}

static void silence_ends_it_and_keeps_what_came(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    greet_ecg90a(b, 1);
    for (uint64_t at = 0; at < 100; at += CONTEC_FRAMES)
        feed_report(b, at);
    pass(b);
    assert_int_equal(b->how, SESSION_END_TIMEOUT);
    assert_int_equal(b->kept.len, 21 * CONTEC_REPORT);
    assert_int_equal(b->commands[b->command_count - 1][0], 0x91);
    assert_int_equal(b->messages, 1); /* what came is whole as far as it goes */
    assert_int_equal(b->rest.len, 0);
    b->notes = 0;
    feed_report(b, 0); /* the stream stops a little later than it is told to */
    assert_int_equal(b->notes, 0);
    pass(b);
    feed_report(b, 0);
    assert_int_equal(b->notes, 1);
    assert_int_equal(b->kept.len, 21 * CONTEC_REPORT); /* what comes now is nobody's */
    close_bench(b);
}

/* A cart that trickles would never be done. */
static void slow_cart_ends_it(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    b->now = 1000000;
    greet_ecg90a(b, 10);
    b->now += 33000;
    feed_report(b, 0);
    assert_int_equal(b->ends, 0);
    b->now++;
    feed_report(b, CONTEC_FRAMES);
    assert_int_equal(b->how, SESSION_END_TIMEOUT);
    assert_int_equal(b->kept.len, 3 * CONTEC_REPORT);
    close_bench(b);
}

/* Nothing behind a report that came in part would stand at its time. */
static void damaged_report_ends_it(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    uint8_t report[CONTEC_REPORT];
    (void)state;
    greet_ecg90a(b, 10);
    feed_report(b, 0);
    contec_ecg90a_report(report, CONTEC_FRAMES);
    b->link->feed(b->state, span_of(report, 10));
    assert_int_equal(b->how, SESSION_END_TIMEOUT);
    assert_int_equal(b->notes, 1);
    assert_int_equal(b->kept.len, 2 * CONTEC_REPORT);
    close_bench(b);
}

/* The reader knows the end of a file by a frame that is not full. */
static void recording_of_full_frames_ends_in_an_empty_one(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    greet_ecg90a(b, 10);
    for (uint64_t at = 0; b->kept.len < LIMIT_FRAME; at += CONTEC_FRAMES)
        feed_report(b, at);
    pass(b);
    assert_int_equal(b->frames, 2);
    assert_int_equal(b->last_frame, 0);
    assert_int_equal(b->messages, 1);
    close_bench(b);
}

static void start_later(struct bench *b)
{
    b->later = true;
    greet_ecg90a(b, 10);
    for (uint64_t at = 0; b->commands[b->command_count - 1][0] != 0x91; at += CONTEC_FRAMES)
        feed_report(b, at);
    assert_int_equal(b->ends, 0); /* the disk has not answered */
    assert_int_equal(b->frames, 2);
}

static void frames_are_kept_while_it_records(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    start_later(b);
    assert_int_equal(b->link->run(b->state, 10), ERROR_BUSY);
    for (uint64_t ticket = 1; ticket <= b->tickets; ticket++)
        b->link->settled(b->state, ticket, ERROR_OK);
    assert_int_equal(b->how, SESSION_END_NORMAL);
    assert_int_equal(b->messages, 1);
    assert_true(b->last_frame < LIMIT_FRAME);
    close_bench(b);
}

static void last_frame_that_is_refused_leaves_none_whole(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    start_later(b);
    b->link->settled(b->state, 1, ERROR_OK);
    b->link->settled(b->state, 2, ERROR_FULL);
    assert_int_equal(b->how, SESSION_END_REFUSED);
    assert_int_equal(b->ends, 1);
    assert_int_equal(b->messages, 0);
    assert_int_equal(b->rest.len, LIMIT_FRAME);
    close_bench(b);
}

/* While the disk is far behind, the port is not listened to: that is no silence of the cart's. */
static void late_disk_is_no_silence(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    b->later = true;
    greet_ecg90a(b, 10);
    for (uint64_t at = 0; b->frames == 0; at += CONTEC_FRAMES)
        feed_report(b, at);
    pass(b);
    assert_int_equal(b->commands[b->command_count - 1][0], 0x90); /* not stopped */
    b->link->settled(b->state, 1, ERROR_OK);
    pass(b);
    assert_int_equal(b->commands[b->command_count - 1][0], 0x91);
    close_bench(b);
}

/* The disk's answers to a recording that is over say nothing of the next one. */
static void late_answers_are_nobodys(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    start_later(b);
    b->link->lost(b->state);
    assert_int_equal(b->how, SESSION_END_DISCONNECTED);
    assert_int_equal(b->messages, 0); /* nothing is known to be on disk */
    b->frames = b->ends = 0;
    buffer_clear(&b->kept);
    start_later(b);
    b->link->settled(b->state, 1, ERROR_FULL);
    b->link->settled(b->state, 2, ERROR_FULL);
    assert_int_equal(b->ends, 0);
    b->link->settled(b->state, 3, ERROR_OK);
    b->link->settled(b->state, 4, ERROR_OK);
    assert_int_equal(b->how, SESSION_END_NORMAL);
    close_bench(b);
}

static void full_disk_ends_it(void **state)
{
    struct bench *b = open_bench(&link_contec_8000g);
    struct buffer stream;
    (void)state;
    b->refused_from = 2;
    buffer_init(&stream, LIMIT_ECG_FILE);
    assert_int_equal(contec_8000g_write(&stream, 20000), ERROR_OK);
    assert_int_equal(b->link->run(b->state, 10), ERROR_OK);
    pass(b);
    pass(b);
    for (size_t at = 0; b->ends == 0 && at < stream.len; at += 500)
        b->link->feed(b->state, span_of(stream.at + at, 500));
    assert_int_equal(b->how, SESSION_END_REFUSED);
    assert_int_equal(b->messages, 0);
    assert_int_equal(b->rest.len, LIMIT_FRAME); /* the frame that is on disk */
    assert_int_equal(b->commands[b->command_count - 1][0], 0x90);
    assert_int_equal(b->commands[b->command_count - 1][1], 0);
    buffer_free(&stream);
    close_bench(b);
}

static void pulled_cable_ends_it(void **state)
{
    struct bench *b = open_bench(&link_contec_ecg90a);
    (void)state;
    greet_ecg90a(b, 10);
    for (uint64_t at = 0; at < 5100; at += CONTEC_FRAMES)
        feed_report(b, at);
    b->link->lost(b->state);
    assert_int_equal(b->how, SESSION_END_DISCONNECTED);
    assert_int_equal(b->timer, 0);
    assert_int_equal(b->kept.len, 1021 * CONTEC_REPORT); /* all that came */
    assert_int_equal(b->command_count, 5);               /* nobody is there to be stopped */
    assert_int_equal(b->link->run(b->state, 1), ERROR_OK);
    close_bench(b);
}

/* A cable pulled before the cart said who it is leaves nothing. */
static void pulled_cable_before_the_first_word(void **state)
{
    struct bench *b = open_bench(&link_contec_8000g);
    (void)state;
    assert_int_equal(b->link->run(b->state, 10), ERROR_OK);
    pass(b);
    b->link->lost(b->state);
    b->link->lost(b->state);
    assert_int_equal(b->frames + b->ends + b->timer, 0);
    assert_int_equal(b->link->run(b->state, 10), ERROR_OK);
    close_bench(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ecg90a_is_asked_who_it_is_and_then_records),
        cmocka_unit_test(other_device_of_the_same_ids_is_not_started),
        cmocka_unit_test(stream_of_the_8000g_is_cut_anywhere),
        cmocka_unit_test(silence_ends_it_and_keeps_what_came),
        cmocka_unit_test(slow_cart_ends_it),
        cmocka_unit_test(damaged_report_ends_it),
        cmocka_unit_test(recording_of_full_frames_ends_in_an_empty_one),
        cmocka_unit_test(frames_are_kept_while_it_records),
        cmocka_unit_test(last_frame_that_is_refused_leaves_none_whole),
        cmocka_unit_test(late_disk_is_no_silence),
        cmocka_unit_test(late_answers_are_nobodys),
        cmocka_unit_test(full_disk_ends_it),
        cmocka_unit_test(pulled_cable_ends_it),
        cmocka_unit_test(pulled_cable_before_the_first_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
