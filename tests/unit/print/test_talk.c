/* The conversation with a printer, with answers, silences and faults played by the test: ZPL's at
 * length, then what is different in each other language. */
#include "tests/unit/test.h"

#include "labels/print/talk.h"

#include <stdio.h>
#include <string.h>

static const char label[] = "^XA^FO0,0^GFA,1,1,1,FF^FS^XZ";

struct bench {
    struct talk talk;
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
    const struct talk_effects effects = { b,          bench_write,     bench_arm,
                                          bench_done, bench_condition, bench_over };
    memset(b, 0, sizeof *b);
    talk_init(&b->talk, &effects, language_find("zpl"), (struct media) { 0, 0 }, answers);
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
    talk_bytes(&b->talk, span_of(text, (size_t)len));
}

static void tick(struct bench *b)
{
    assert_int_not_equal(b->armed, 0);
    talk_timer(&b->talk);
}

static void print(struct bench *b)
{
    assert_int_equal(talk_print(&b->talk, span_text(label)), ERROR_OK);
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
    assert_int_equal(talk_print(&b.talk, span_text(label)), ERROR_CLOSED);

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
    talk_failed(&b.talk);
    assert_int_equal(b.status, PRINT_FAILED);

    start(&b, true);
    print(&b);
    answer(&b, (struct state) { 0 });
    talk_failed(&b.talk);
    talk_failed(&b.talk);
    assert_int_equal(b.done, 1);
    assert_int_equal(b.status, PRINT_UNKNOWN);
    assert_int_equal(b.overs, 1);

    start(&b, true);
    talk_failed(&b.talk);
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
    assert_int_equal(talk_check(&b.talk), ERROR_UNSUPPORTED);
}

static void an_idle_printer_tells_its_condition(void **state)
{
    struct bench b;
    (void)state;
    start(&b, true);
    assert_int_equal(talk_check(&b.talk), ERROR_OK);
    assert_int_equal(talk_print(&b.talk, span_text(label)), ERROR_BUSY);
    answer(&b, (struct state) { .paper_out = 1 });
    assert_int_equal(b.conditions, 1);
    assert_non_null(strstr(b.condition, "out of labels"));
    assert_int_equal(talk_check(&b.talk), ERROR_OK);
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
    struct printer_report report;
    size_t used;
    struct bench b;
    (void)state;
    start(&b, true);
    print(&b);
    for (size_t i = 0; i < sizeof text - 1; i++) {
        assert_int_equal(b.done, 0);
        talk_bytes(&b.talk, span_of(text + i, 1));
    }
    assert_int_equal(b.status, PRINT_FAILED);
    for (size_t i = 0; i < sizeof text - 1; i++)
        assert_int_equal(language_find("zpl")->read(span_of(text, i), &used, &report), REPORT_MORE);
}

static void nonsense_is_not_an_answer(void **state)
{
    char flood[TALK_REPLY_MAX + 1];
    struct printer_report report;
    size_t used;
    struct bench b;
    (void)state;
    assert_int_equal(language_find("zpl")->read(span_text("\x02"
                                                          "a,b\x03\x02"
                                                          "1\x03\x02"
                                                          "1\x03"),
                                                &used, &report),
                     REPORT_BAD);
    memset(flood, 'x', sizeof flood);
    start(&b, true);
    print(&b);
    answer(&b, (struct state) { 0 });
    tick(&b);
    talk_bytes(&b.talk, span_of(flood, sizeof flood));
    assert_int_equal(b.status, PRINT_UNKNOWN);
    assert_int_equal(b.overs, 1);
}

/* ---- the other languages ---- */

/* A printer whose answers are bytes; what it got stands in `heard`, one letter each: L a label, and
 * the last byte of a command's name for the rest. */
struct script {
    struct talk talk;
    char heard[64];
    unsigned armed;
    int done, status, conditions, overs;
    char sentence[512];
};

static void script_write(void *context, struct span bytes)
{
    struct script *s = context;
    char what = '?';
    if (bytes.len == sizeof label - 1 && memcmp(bytes.at, label, bytes.len) == 0)
        what = 'L';
    else if (bytes.len == 3 && bytes.at[1] == 'A')
        what = (char)('0' + bytes.at[2]); /* the DYMO 550's lock */
    else if (bytes.len == 4 && bytes.at[3] == 'Q')
        what = 'Q';
    assert_true(strlen(s->heard) < sizeof s->heard - 1);
    s->heard[strlen(s->heard)] = what;
}

static void script_arm(void *context, unsigned ms)
{
    ((struct script *)context)->armed = ms;
}

static void script_done(void *context, enum print_status status, const char *sentence)
{
    struct script *s = context;
    s->done++;
    s->status = (int)status;
    (void)snprintf(s->sentence, sizeof s->sentence, "%s", sentence);
}

static void script_condition(void *context, const char *sentence)
{
    struct script *s = context;
    s->conditions++;
    (void)snprintf(s->sentence, sizeof s->sentence, "%s", sentence);
}

static void script_over(void *context, const char *sentence)
{
    (void)sentence;
    ((struct script *)context)->overs++;
}

static void begin(struct script *s, const char *language)
{
    const struct talk_effects effects = { s,           script_write,     script_arm,
                                          script_done, script_condition, script_over };
    const struct language *l = language_find(language);
    memset(s, 0, sizeof *s);
    talk_init(&s->talk, &effects, l, l->media, true);
}

static void begin_label(struct script *s, const char *language)
{
    begin(s, language);
    assert_int_equal(talk_print(&s->talk, span_text(label)), ERROR_OK);
}

static void say(struct script *s, const void *bytes, size_t len)
{
    talk_bytes(&s->talk, span_of(bytes, len));
}

static void say_byte(struct script *s, uint8_t byte)
{
    say(s, &byte, 1);
}

/* The pause is over, or the patience. */
static void pass(struct script *s)
{
    assert_int_not_equal(s->armed, 0);
    talk_timer(&s->talk);
}

static void expect_end(const struct script *s, enum print_status status, const char *words,
                       const char *heard)
{
    assert_int_equal(s->done, 1);
    assert_int_equal(s->status, status);
    if (!strstr(s->sentence, words))
        fail_msg("\"%s\" is not in: %s", words, s->sentence);
    assert_string_equal(s->heard, heard);
}

/* TSPL: a byte of bits, at once: bit 5 is the only word that it prints. */

static void tspl_must_have_been_seen_printing(void **state)
{
    struct script s;
    (void)state;
    begin_label(&s, "tspl");
    say_byte(&s, 0x00);
    for (unsigned i = 0; i < 3; i++) {
        pass(&s);
        say_byte(&s, i == 1 ? 0x20 : 0x00);
    }
    assert_int_equal(s.done, 0);
    pass(&s);
    say_byte(&s, 0x00);
    expect_end(&s, PRINT_DONE, "", "?L????");

    begin_label(&s, "tspl"); /* it sits there and does nothing */
    say_byte(&s, 0x00);
    while (!s.done) {
        pass(&s);
        say_byte(&s, 0x00);
    }
    assert_int_equal(s.status, PRINT_UNKNOWN);
    assert_non_null(strstr(s.sentence, "did not say that it came out"));
}

static void tspl_faults_stop_the_label(void **state)
{
    static const struct {
        uint8_t bits;
        const char *words;
    } faults[] = { { 0x01, "open" },   { 0x02, "jammed" }, { 0x04, "out of labels" },
                   { 0x08, "ribbon" }, { 0x10, "paused" }, { 0x80, "error" } };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct script s;
        begin_label(&s, "tspl");
        say_byte(&s, faults[i].bits);
        expect_end(&s, PRINT_FAILED, faults[i].words, "?");
    }
}

/* EPL2: codes of two digits; no word for a label that came out. */

static void epl2_is_never_believed_and_its_faults_are_told(void **state)
{
    struct script s;
    (void)state;
    begin_label(&s, "epl2");
    say(&s,
        "\x11"
        "0",
        2);
    say(&s, "0\r\n", 3);
    pass(&s);
    say(&s, "00\r\n", 4);
    expect_end(&s, PRINT_UNKNOWN, "scan it back", "?L?");
    begin_label(&s, "epl2");
    say(&s, "07\r\n", 4);
    expect_end(&s, PRINT_FAILED, "out of labels or ribbon", "?");
    begin_label(&s, "epl2");
    say(&s, "00,11\r\n", 7);
    expect_end(&s, PRINT_FAILED, "open", "?");
    begin_label(&s, "epl2");
    say(&s, "93\r\n", 4);
    expect_end(&s, PRINT_FAILED, "error", "?");
    begin_label(&s, "epl2"); /* nonsense is no answer */
    say(&s, "hello\r\n", 7);
    assert_int_equal(s.done, 0);
    pass(&s);
    expect_end(&s, PRINT_FAILED, "does not answer", "?");
}

/* Brother: 32 bytes, asked for or not. */

struct brother {
    uint8_t error1, error2, width, type, length, status, phase;
};

static void brother_says(struct script *s, struct brother b)
{
    uint8_t bytes[32] = { 0x80, 0x20, 0x42, 0x34, 0x39, 0x30 };
    bytes[8] = b.error1;
    bytes[9] = b.error2;
    bytes[10] = b.width;
    bytes[11] = b.type;
    bytes[17] = b.length;
    bytes[18] = b.status;
    bytes[19] = b.phase;
    say(s, bytes, 10);
    say(s, bytes + 10, 22);
}

#define TAPE .width = 62, .type = 0x0a
enum { SAYS_PRINTED = 1, SAYS_ERROR = 2, SAYS_PHASE = 6 };

static void brother_says_itself_that_the_label_came_out(void **state)
{
    struct script s;
    (void)state;
    begin_label(&s, "brother-ql");
    brother_says(&s, (struct brother) { TAPE });
    brother_says(&s, (struct brother) { TAPE, .status = SAYS_PHASE, .phase = 1 });
    assert_int_equal(s.done, 0);
    brother_says(&s, (struct brother) { TAPE, .status = SAYS_PRINTED });
    expect_end(&s, PRINT_DONE, "", "?L");
}

static void brother_words_of_an_earlier_label_count_for_nothing(void **state)
{
    struct script s;
    (void)state;
    begin_label(&s, "brother-ql");
    brother_says(&s, (struct brother) { TAPE, .status = SAYS_PRINTED });
    brother_says(&s, (struct brother) { TAPE, .status = SAYS_PHASE });
    assert_string_equal(s.heard, "?");
    brother_says(&s, (struct brother) { TAPE });
    assert_string_equal(s.heard, "?L");
    assert_int_equal(s.done, 0);
}

static void brother_faults_and_wrong_rolls_stop_the_label(void **state)
{
    static const struct {
        struct brother says;
        const char *words;
    } faults[] = {
        { { .error1 = 0x01 }, "out of labels" },
        { { TAPE, .error1 = 0x04 }, "cutter" },
        { { TAPE, .error2 = 0x10 }, "cover is open" },
        { { TAPE, .error2 = 0x40 }, "cannot feed" },
        { { .width = 29, .type = 0x0b, .length = 90 },
          "has labels of 29 x 90 mm, phial.conf says a tape of 62 mm" },
        { { .width = 62, .type = 0x0b, .length = 29 }, "labels of 62 x 29 mm" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct script s;
        begin_label(&s, "brother-ql");
        brother_says(&s, faults[i].says);
        expect_end(&s, PRINT_FAILED, faults[i].words, "?");
    }
}

static void brother_errors_in_the_middle_and_silence_are_unknown(void **state)
{
    struct script s;
    (void)state;
    begin_label(&s, "brother-ql");
    brother_says(&s, (struct brother) { TAPE });
    brother_says(&s, (struct brother) { TAPE, .error2 = 0x10, .status = SAYS_ERROR });
    expect_end(&s, PRINT_UNKNOWN, "cover is open", "?L");
    begin_label(&s, "brother-ql");
    brother_says(&s, (struct brother) { TAPE });
    pass(&s);
    expect_end(&s, PRINT_UNKNOWN, "does not say that it came out", "?L");
    assert_int_equal(s.overs, 1);
}

/* DYMO 450: one byte, one bit. */

static void dymo_450_says_paper_and_no_more(void **state)
{
    struct script s;
    (void)state;
    begin_label(&s, "dymo-450");
    say_byte(&s, 0x20);
    expect_end(&s, PRINT_FAILED, "out of labels", "?");
    begin_label(&s, "dymo-450");
    say_byte(&s, 0x03);
    pass(&s);
    say_byte(&s, 0x03);
    expect_end(&s, PRINT_UNKNOWN, "scan it back", "?L?");
    begin_label(&s, "dymo-450"); /* it runs out on this label */
    say_byte(&s, 0x03);
    while (!s.done) {
        pass(&s);
        say_byte(&s, 0x20);
    }
    assert_int_equal(s.status, PRINT_UNKNOWN);
    assert_non_null(strstr(s.sentence, "out of labels"));
}

/* DYMO 550: the lock is given back on every way out. */

static void dymo_550_says(struct script *s, uint8_t busy, uint8_t paper)
{
    uint8_t bytes[32] = { 0 };
    bytes[0] = busy;
    bytes[15] = paper;
    say(s, bytes, sizeof bytes);
}

static void the_lock_is_always_given_back(void **state)
{
    struct script s;
    (void)state;
    begin_label(&s, "dymo-550");
    dymo_550_says(&s, 0, 0);
    pass(&s);
    dymo_550_says(&s, 1, 0);
    assert_int_equal(s.done, 0); /* first the lock, then the word */
    dymo_550_says(&s, 0, 0);
    expect_end(&s, PRINT_UNKNOWN, "scan it back", "1L2Q0");

    begin_label(&s, "dymo-550"); /* no paper */
    dymo_550_says(&s, 0, 1);
    assert_int_equal(s.done, 0);
    dymo_550_says(&s, 0, 1);
    expect_end(&s, PRINT_FAILED, "out of labels", "10");

    begin_label(&s, "dymo-550"); /* somebody else has it, and keeps it */
    while (!strchr(s.heard, '0')) {
        dymo_550_says(&s, 1, 0);
        if (!strchr(s.heard, '0'))
            pass(&s);
        s.heard[1] = s.heard[1] == '1' ? '\0' : s.heard[1];
    }
    dymo_550_says(&s, 1, 0);
    assert_int_equal(s.status, PRINT_FAILED);
    assert_non_null(strstr(s.sentence, "busy"));

    begin_label(&s, "dymo-550"); /* it falls silent after the label: it may still hear */
    dymo_550_says(&s, 0, 0);
    pass(&s);
    pass(&s);
    expect_end(&s, PRINT_UNKNOWN, "does not say", "1L20");
    assert_int_equal(s.overs, 1);

    begin_label(&s, "dymo-550"); /* and on the last question: the label's fate is known */
    dymo_550_says(&s, 0, 1);
    pass(&s);
    expect_end(&s, PRINT_FAILED, "out of labels", "10");

    begin_label(&s, "dymo-550"); /* Phial stops in the middle */
    assert_int_equal(talk_last_words(&s.talk).len, 3);
    begin(&s, "dymo-550");
    assert_int_equal(talk_last_words(&s.talk).len, 0);
    assert_int_equal(talk_check(&s.talk), ERROR_OK);
    dymo_550_says(&s, 0, 0);
    assert_string_equal(s.heard, "0"); /* looking takes no lock */
}

/* What a USB port knows of its printer. */
static void what_the_port_knows_counts_where_the_printer_is_mute(void **state)
{
    struct bench b;
    struct script s;
    (void)state;
    start(&b, false);
    talk_hint(&b.talk, "The label printer is out of labels: load a roll.");
    print(&b);
    assert_int_equal(b.status, PRINT_FAILED);
    assert_int_equal(b.labels, 0);
    begin(&s, "epl2");
    talk_hint(&s.talk, "The label printer says that it speaks ZPL.");
    assert_int_equal(talk_print(&s.talk, span_text(label)), ERROR_OK);
    say(&s, "00\r\n", 4);
    expect_end(&s, PRINT_FAILED, "speaks ZPL", "?");
}

/* Power off at every moment: never "printed", and "not printed" only before the label. */
static void power_off_at_any_moment(void **state)
{
    (void)state;
    for (size_t l = 0; l < language_count(); l++) {
        struct script s;
        begin_label(&s, language_at(l)->id);
        talk_failed(&s.talk);
        assert_int_equal(s.status, PRINT_FAILED);
        assert_null(strchr(s.heard, 'L'));

        begin(&s, language_at(l)->id);
        s.talk.answers = false; /* it gets the label at once, whatever it would have said */
        s.talk.media = (struct media) { 0, 0 };
        assert_int_equal(talk_print(&s.talk, span_text(label)), ERROR_OK);
        talk_failed(&s.talk);
        assert_int_equal(s.done, 1);
        assert_int_equal(s.status, PRINT_UNKNOWN);
    }
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
        cmocka_unit_test(tspl_must_have_been_seen_printing),
        cmocka_unit_test(tspl_faults_stop_the_label),
        cmocka_unit_test(epl2_is_never_believed_and_its_faults_are_told),
        cmocka_unit_test(brother_says_itself_that_the_label_came_out),
        cmocka_unit_test(brother_words_of_an_earlier_label_count_for_nothing),
        cmocka_unit_test(brother_faults_and_wrong_rolls_stop_the_label),
        cmocka_unit_test(brother_errors_in_the_middle_and_silence_are_unknown),
        cmocka_unit_test(dymo_450_says_paper_and_no_more),
        cmocka_unit_test(the_lock_is_always_given_back),
        cmocka_unit_test(what_the_port_knows_counts_where_the_printer_is_mute),
        cmocka_unit_test(power_off_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
