/* The conversation with a ZPL printer, with answers, silences and faults played by the test. */
#include "tests/unit/test.h"

#include "labels/print/zebra.h"

#include <stdio.h>
#include <string.h>

static const char label[] = "^XA^FO0,0^GFA,1,1,1,FF^FS^XZ";

struct bench {
    struct zebra zebra;
    char written[4096];
    size_t questions, labels;
    unsigned armed;
    int done, status, conditions, overs;
    char sentence[512], condition[512];
};

static void bench_write(void *context, struct span bytes)
{
    struct bench *b = context;
    if (bytes.len == sizeof label - 1 && memcmp(bytes.at, label, bytes.len) == 0)
        b->labels++;
    else if (bytes.len >= 3 && memcmp(bytes.at, "~HS", 3) == 0)
        b->questions++;
    else
        fail_msg("something else was written");
}

static void bench_arm(void *context, unsigned ms)
{
    ((struct bench *)context)->armed = ms;
}

static void bench_done(void *context, enum print_status status, const char *sentence)
{
    struct bench *b = context;
    b->done++;
    b->status = (int)status;
    (void)snprintf(b->sentence, sizeof b->sentence, "%s", sentence);
}

static void bench_condition(void *context, const char *sentence)
{
    struct bench *b = context;
    b->conditions++;
    (void)snprintf(b->condition, sizeof b->condition, "%s", sentence);
}

static void bench_over(void *context, const char *sentence)
{
    struct bench *b = context;
    b->overs++;
    assert_string_not_equal(sentence, "");
}

static void start(struct bench *b, bool answers)
{
    const struct zebra_effects effects = { b,          bench_write,     bench_arm,
                                           bench_done, bench_condition, bench_over };
    memset(b, 0, sizeof *b);
    zebra_init(&b->zebra, &effects, answers);
}

struct state {
    int paper_out, paused, formats, head_open, ribbon_out, left;
};

static void answer(struct bench *b, struct state s)
{
    char text[256];
    int len = snprintf(text, sizeof text,
                       "\x02"
                       "030,%d,%d,1245,%03d,0,0,0,000,0,0,0\x03\r\n"
                       "\x02"
                       "000,0,%d,%d,0,2,4,0,%08d,1,000\x03\r\n"
                       "\x02"
                       "1234,0\x03\r\n",
                       s.paper_out, s.paused, s.formats, s.head_open, s.ribbon_out, s.left);
    zebra_bytes(&b->zebra, span_of(text, (size_t)len));
}

static void tick(struct bench *b)
{
    assert_int_not_equal(b->armed, 0);
    zebra_timer(&b->zebra);
}

static void print(struct bench *b)
{
    assert_int_equal(zebra_print(&b->zebra, span_text(label)), ERROR_OK);
}

static void printed_means_the_printer_said_so_twice(void **state)
{
    struct bench b;
    (void)state;
    start(&b, true);
    print(&b);
    assert_int_equal(b.questions, 1);
    assert_int_equal(b.labels, 0);
    answer(&b, (struct state) { 0 });
    assert_int_equal(b.labels, 1);
    tick(&b);
    answer(&b, (struct state) { .formats = 1 });
    tick(&b);
    answer(&b, (struct state) { .left = 1 });
    tick(&b);
    answer(&b, (struct state) { 0 });
    assert_int_equal(b.done, 0);
    tick(&b);
    answer(&b, (struct state) { 0 });
    assert_int_equal(b.done, 1);
    assert_int_equal(b.status, PRINT_DONE);
    assert_int_equal(b.labels, 1);
    assert_int_equal(b.armed, 0);
}

static void a_fault_before_means_nothing_is_sent(void **state)
{
    static const struct {
        struct state state;
        const char *word;
    } faults[] = {
        { { .paper_out = 1 }, "out of labels" },
        { { .head_open = 1 }, "head is open" },
        { { .ribbon_out = 1 }, "ribbon" },
        { { .paused = 1 }, "paused" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct bench b;
        start(&b, true);
        print(&b);
        answer(&b, faults[i].state);
        assert_int_equal(b.status, PRINT_FAILED);
        assert_non_null(strstr(b.sentence, faults[i].word));
        assert_non_null(strstr(b.sentence, "No label was sent"));
        assert_int_equal(b.labels, 0);
        print(&b); /* the fault is mended: the same connection serves */
        answer(&b, (struct state) { 0 });
        assert_int_equal(b.labels, 1);
    }
}

static void silence_before_is_a_failure_and_after_unknown(void **state)
{
    struct bench b;
    (void)state;
    start(&b, true);
    print(&b);
    tick(&b);
    assert_int_equal(b.status, PRINT_FAILED);
    assert_int_equal(b.labels, 0);
    assert_int_equal(b.overs, 1);
    assert_int_equal(zebra_print(&b.zebra, span_text(label)), ERROR_CLOSED);

    start(&b, true);
    print(&b);
    answer(&b, (struct state) { 0 });
    tick(&b);
    tick(&b);
    assert_int_equal(b.done, 1);
    assert_int_equal(b.status, PRINT_UNKNOWN);
    assert_non_null(strstr(b.sentence, "Look at the printer"));
    assert_int_equal(b.labels, 1);
    assert_int_equal(b.overs, 1);
}

static void a_connection_that_breaks_tells_the_same(void **state)
{
    struct bench b;
    (void)state;
    start(&b, true);
    print(&b);
    zebra_failed(&b.zebra);
    assert_int_equal(b.status, PRINT_FAILED);

    start(&b, true);
    print(&b);
    answer(&b, (struct state) { 0 });
    zebra_failed(&b.zebra);
    zebra_failed(&b.zebra);
    assert_int_equal(b.done, 1);
    assert_int_equal(b.status, PRINT_UNKNOWN);
    assert_int_equal(b.overs, 1);

    start(&b, true);
    zebra_failed(&b.zebra);
    assert_int_equal(b.done, 0);
    assert_int_equal(b.overs, 1);
}

static void a_fault_while_printing_is_waited_for_then_unknown(void **state)
{
    struct bench b;
    (void)state;
    start(&b, true);
    print(&b);
    answer(&b, (struct state) { 0 });
    while (!b.done) {
        tick(&b);
        answer(&b, (struct state) { .paper_out = 1, .left = 1 });
    }
    assert_int_equal(b.status, PRINT_UNKNOWN);
    assert_non_null(strstr(b.sentence, "out of labels"));
    assert_int_equal(b.labels, 1);

    start(&b, true);
    print(&b);
    answer(&b, (struct state) { 0 });
    for (int i = 0; i < 20; i++) {
        tick(&b);
        answer(&b, (struct state) { .paper_out = 1, .left = 1 });
    }
    for (int i = 0; i < 2; i++) {
        tick(&b);
        answer(&b, (struct state) { 0 });
    }
    assert_int_equal(b.status, PRINT_DONE);
    assert_int_equal(b.labels, 1);
}

static void a_busy_printer_is_waited_for(void **state)
{
    struct bench b;
    (void)state;
    start(&b, true);
    print(&b);
    for (int i = 0; i < 5; i++) {
        answer(&b, (struct state) { .formats = 3 });
        assert_int_equal(b.labels, 0);
        tick(&b);
    }
    answer(&b, (struct state) { 0 });
    assert_int_equal(b.labels, 1);

    start(&b, true);
    print(&b);
    answer(&b, (struct state) { .formats = 3 });
    while (!b.done) {
        tick(&b);
        answer(&b, (struct state) { .formats = 3 });
    }
    assert_int_equal(b.status, PRINT_FAILED);
    assert_int_equal(b.labels, 0);
}

static void a_printer_that_never_answers_is_never_believed(void **state)
{
    struct bench b;
    (void)state;
    start(&b, false);
    print(&b);
    assert_int_equal(b.labels, 1);
    assert_int_equal(b.questions, 0);
    assert_int_equal(b.status, PRINT_UNKNOWN);
    assert_int_equal(zebra_check(&b.zebra), ERROR_UNSUPPORTED);
}

static void an_idle_printer_tells_its_condition(void **state)
{
    struct bench b;
    (void)state;
    start(&b, true);
    assert_int_equal(zebra_check(&b.zebra), ERROR_OK);
    assert_int_equal(zebra_print(&b.zebra, span_text(label)), ERROR_BUSY);
    answer(&b, (struct state) { .paper_out = 1 });
    assert_int_equal(b.conditions, 1);
    assert_non_null(strstr(b.condition, "out of labels"));
    assert_int_equal(zebra_check(&b.zebra), ERROR_OK);
    answer(&b, (struct state) { 0 });
    assert_string_equal(b.condition, "");
    assert_int_equal(b.labels, 0);
}

static void answers_come_in_any_pieces(void **state)
{
    static const char text[] = "noise\r\n\x02"
                               "030,1,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02"
                               "000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x02"
                               "1234,0\x03";
    struct zebra_status status;
    struct bench b;
    (void)state;
    start(&b, true);
    print(&b);
    for (size_t i = 0; i < sizeof text - 1; i++) {
        assert_int_equal(b.done, 0);
        zebra_bytes(&b.zebra, span_of(text + i, 1));
    }
    assert_int_equal(b.status, PRINT_FAILED);
    for (size_t i = 0; i < sizeof text - 1; i++)
        assert_int_equal(zebra_read_status(span_of(text, i), &status), ZEBRA_MORE);
}

static void nonsense_is_not_an_answer(void **state)
{
    char flood[ZEBRA_REPLY_MAX + 1];
    struct zebra_status status;
    struct bench b;
    (void)state;
    assert_int_equal(zebra_read_status(span_text("\x02"
                                                 "a,b\x03\x02"
                                                 "1\x03\x02"
                                                 "1\x03"),
                                       &status),
                     ZEBRA_BAD);
    memset(flood, 'x', sizeof flood);
    start(&b, true);
    print(&b);
    answer(&b, (struct state) { 0 });
    tick(&b);
    zebra_bytes(&b.zebra, span_of(flood, sizeof flood));
    assert_int_equal(b.status, PRINT_UNKNOWN);
    assert_int_equal(b.overs, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed_means_the_printer_said_so_twice),
        cmocka_unit_test(a_fault_before_means_nothing_is_sent),
        cmocka_unit_test(silence_before_is_a_failure_and_after_unknown),
        cmocka_unit_test(a_connection_that_breaks_tells_the_same),
        cmocka_unit_test(a_fault_while_printing_is_waited_for_then_unknown),
        cmocka_unit_test(a_busy_printer_is_waited_for),
        cmocka_unit_test(a_printer_that_never_answers_is_never_believed),
        cmocka_unit_test(an_idle_printer_tells_its_condition),
        cmocka_unit_test(answers_come_in_any_pieces),
        cmocka_unit_test(nonsense_is_not_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
