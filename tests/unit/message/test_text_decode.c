/* Text reports by patterns: what becomes a record, what is merged, what is never lost or guessed.
 */
#include "core/base/limits.h"
#include "instruments/message/text.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

struct bench {
    struct text_patterns *patterns;
    struct arena arena;
    struct message message;
    struct complaint why;
};

static int open_bench(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    b->patterns = text_patterns_new();
    arena_init(&b->arena, LIMIT_DECODE_ARENA);
    *state = b;
    return b->patterns ? 0 : -1;
}

static int close_bench(void **state)
{
    struct bench *b = *state;
    text_patterns_free(b->patterns);
    arena_free(&b->arena);
    free(b);
    return 0;
}

static void add(struct bench *b, const char *name, const char *pattern)
{
    b->why.text[0] = '\0';
    if (text_patterns_add(b->patterns, name, pattern, &b->why) != ERROR_OK)
        fail_msg("%s: %s", name, b->why.text);
}

static enum error decode(struct bench *b, struct span text)
{
    size_t used = 0;
    enum error e = text_decode(text, b->patterns, &b->arena, &b->message, &used, &b->why);
    if (e == ERROR_OK)
        assert_int_equal(used, text.len);
    return e;
}

static void read_text(struct bench *b, const char *text)
{
    assert_int_equal(decode(b, span_text(text)), ERROR_OK);
}

/* The records are exactly these types. */
static void expect_types(const struct bench *b, const char *types)
{
    char all[512] = "";
    size_t len = 0;
    for (size_t i = 0; i < b->message.record_count && len < sizeof all - MESSAGE_TYPE_SIZE; i++)
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? " " : "",
                                b->message.records[i].type);
    assert_string_equal(all, types);
}

static const char *at(const struct bench *b, size_t record, const char *field)
{
    assert_true(record < b->message.record_count);
    return message_named(&b->message.records[record], field, NULL);
}

static bool has(const struct bench *b, size_t record, const char *field)
{
    const struct message_record *r = &b->message.records[record];
    for (size_t i = 0; i < r->field_count; i++)
        if (strcmp(r->fields[i].name, field) == 0)
            return true;
    return false;
}

static void add_strip_reader(struct bench *b)
{
    add(b, "order", " *ID: *(?<id>.*?)");
    add(b, "order",
        " *Date:(?<day>\\d+)-(?<month>\\d+)-(?<year>\\d+) (?<hour>\\d+):(?<minute>\\d+)"
        "( (?<half>[ap]m))?");
    add(b, "result", "(?<flag>[ *])(?<code>[A-Z]{3}) +(?<grade>[-+0-9]+)( +(?<value>.*?))?");
}

static void test_lines_of_one_order_are_one_record(void **state)
{
    struct bench *b = *state;
    add_strip_reader(b);
    read_text(b, " ID: 14\r\n Date:02-01-2026 03:04 pm\r\n*LEU   3+   500\r\n NIT   -  \r\n");
    expect_types(b, "order result result");
    assert_string_equal(at(b, 0, "id"), "14");
    assert_string_equal(at(b, 0, "time"), "2026-01-02T15:04");
    assert_string_equal(at(b, 1, "flag"), "*");
    assert_string_equal(at(b, 1, "code"), "LEU");
    assert_string_equal(at(b, 1, "value"), "500");
    assert_string_equal(at(b, 2, "grade"), "-");
    assert_false(has(b, 2, "value"));
}

static void test_a_second_id_begins_another_order(void **state)
{
    struct bench *b = *state;
    add_strip_reader(b);
    read_text(b, " ID:A\r Date:02-01-2026 03:04\r*LEU 1\r ID:B\r Date:03-01-2026 00:00\r*LEU 2\r");
    expect_types(b, "order result order result");
    assert_string_equal(at(b, 0, "id"), "A");
    assert_string_equal(at(b, 0, "time"), "2026-01-02T03:04");
    assert_string_equal(at(b, 2, "id"), "B");
    assert_string_equal(at(b, 2, "time"), "2026-01-03T00:00");
}

/* The end of A's report, whose number was left blank, got lost on the line: what comes is B's. */
static void test_behind_results_an_order_is_the_next_ones(void **state)
{
    struct bench *b = *state;
    add(b, "order", " *ID:");
    add_strip_reader(b);
    read_text(b, " ID:\r Date:02-01-2026 03:04\r*LEU 1\r ID:B\r Date:02-01-2026 03:09\r*LEU 2\r");
    expect_types(b, "order result order result");
    assert_false(has(b, 0, "id"));
    assert_string_equal(at(b, 2, "id"), "B");
    assert_string_equal(at(b, 2, "time"), "2026-01-02T03:09");
}

static void test_what_belongs_to_the_next_person_never_joins_this_one(void **state)
{
    struct bench *b = *state;
    add(b, "order", "ID (?<id>.+)");
    add(b, "detail", "LOT (?<lot>.+)");
    add(b, "detail", "OPERATOR (?<operator>.+)");
    read_text(b, "ID A\rLOT 1\rID B\rOPERATOR x\r");
    expect_types(b, "order detail order detail");
    assert_false(has(b, 1, "operator"));
}

static void test_an_end_closes_everything(void **state)
{
    struct bench *b = *state;
    add(b, "header", "DEVICE (?<model>.+)");
    add(b, "header", "SERIAL (?<serial>.+)");
    add(b, "end", "-+");
    read_text(b, "DEVICE a\r-----\rSERIAL 2\r");
    expect_types(b, "header end header");
}

static void test_an_unknown_line_is_a_record(void **state)
{
    struct bench *b = *state;
    add_strip_reader(b);
    read_text(b, " ID:A\r\nHello, you\r\n\r\n   \r\n");
    expect_types(b, "order ?");
    assert_string_equal(at(b, 1, "line"), "Hello, you");
    assert_false(has(b, 1, "why"));
}

static void test_a_known_line_without_meaning_is_skipped(void **state)
{
    struct bench *b = *state;
    add_strip_reader(b);
    add(b, "skip", "=+");
    read_text(b, "====\r ID:A\r");
    expect_types(b, "order");
}

static void test_a_pattern_takes_a_whole_line_or_nothing(void **state)
{
    struct bench *b = *state;
    add(b, "order", "ID");
    read_text(b, "ID 5\r");
    expect_types(b, "?");
    read_text(b, "ID   \r"); /* but for blanks at its end */
    expect_types(b, "order");
}

static void test_many_results_in_one_line(void **state)
{
    struct bench *b = *state;
    add(b, "order*", "(?<sequence>\\d+),(?<id>[^,]*)");
    add(b, "result*", ",(?<code>[A-Z]{2,3}) ?,(?<value>[^,]*)(,(?<flag>[^,]*))?");
    add(b, "skip", ",+");
    read_text(b, "001,X7,SG ,1.020,,PRO,30 mg/dL,*,LEU,Small,,,,,\r");
    expect_types(b, "order result result result");
    assert_string_equal(at(b, 0, "id"), "X7");
    assert_string_equal(at(b, 1, "value"), "1.020");
    assert_string_equal(at(b, 2, "flag"), "*");
    assert_string_equal(at(b, 3, "value"), "Small");
    read_text(b, "001,X7,ABCD,5\r"); /* the rest of a line that nobody knows */
    expect_types(b, "order ?");
    assert_string_equal(at(b, 1, "line"), ",ABCD,5");
}

static void test_fixed_columns_with_codes_of_the_profile(void **state)
{
    struct bench *b = *state;
    add(b, "order*", "D1U(?<id>.{6})");
    add(b, "result WBC*", "(?<=^.{9})(?<value>(?<whole>...)(?<fraction>.))(?<flag>.)");
    add(b, "result PLT*", "(?<=^.{14})(?<value>(?<whole>....))(?<flag>.)");
    read_text(b, "D1U  007800910*0005!\r");
    expect_types(b, "order result result ?");
    assert_string_equal(at(b, 0, "id"), "  0078");
    assert_string_equal(at(b, 1, "code"), "WBC");
    assert_string_equal(at(b, 1, "value"), "0091");
    assert_string_equal(at(b, 1, "number"), "9.1");
    assert_string_equal(at(b, 2, "value"), "*000");
    assert_false(has(b, 2, "number"));
    read_text(b, "D1U  00780000000100\r");
    assert_string_equal(at(b, 1, "number"), "0.0");
    assert_string_equal(at(b, 2, "code"), "PLT");
    assert_string_equal(at(b, 2, "number"), "10");
    read_text(b, "D1U  0078*00000010+\r");
    assert_string_equal(at(b, 1, "value"), "*000");
    assert_false(has(b, 1, "number"));
}

static void test_values_stay_as_sent(void **state)
{
    struct bench *b = *state;
    add(b, "result", "(?<code>\\w+)=(?<value>.*)");
    read_text(b, "A=>=1000 mg/dL\rB=--- \rC=Trace-lysed\rD=1.020\rE=\xb5g\rF=a\tb\r");
    assert_string_equal(at(b, 0, "value"), ">=1000 mg/dL");
    assert_string_equal(at(b, 1, "value"), "--- ");
    assert_string_equal(at(b, 2, "value"), "Trace-lysed");
    assert_string_equal(at(b, 3, "value"), "1.020");
    assert_string_equal(at(b, 4, "value"), "\xc2\xb5g"); /* no UTF-8: read as ISO 8859-1 */
    assert_string_equal(at(b, 5, "value"), "a b");
}

static void test_separators_and_junk_are_the_profiles_word(void **state)
{
    struct bench *b = *state;
    assert_int_equal(text_patterns_separate(b->patterns, "RS GS ;", NULL), ERROR_OK);
    assert_int_equal(text_patterns_strip(b->patterns, "?", NULL), ERROR_OK);
    add(b, "result", "(?<code>..)(?<value>.*)");
    read_text(b, "\x1e"
                 "pi5?\x1eqnO??K\x1d"
                 "b0;zz9\r");
    expect_types(b, "result result result result");
    assert_string_equal(at(b, 0, "value"), "5");
    assert_string_equal(at(b, 1, "value"), "OK");
    assert_string_equal(at(b, 3, "value"), "9\xef\xbf\xbd"); /* CR is no separator any more */
}

static void test_times_in_any_order(void **state)
{
    static const struct {
        const char *line, *time;
    } cases[] = {
        { "D 2026/3/7", "2026-03-07" },
        { "D 26/03/07 7:05", "2026-03-07T07:05" },
        { "D 26/Mar/07 12:05 am", "2026-03-07T00:05" },
        { "D 26/march/07 12:05 PM", "2026-03-07T12:05" },
        { "D 26/03/07 23:59:58", "2026-03-07T23:59:58" },
        { "D 26/13/45 1:02", "2026-13-45T01:02" }, /* for whoever reads it as a time to refuse */
        { "D 26/xyz/07", "26/xyz/07 : " },
    };
    struct bench *b = *state;
    add(b, "order",
        "D (?<year>\\d+)/(?<month>\\w+)/(?<day>\\d+)"
        "( (?<hour>\\d+):(?<minute>\\d+)(:(?<second>\\d+))?( (?<half>\\w\\w))?)?");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read_text(b, cases[i].line);
        assert_string_equal(at(b, 0, "time"), cases[i].time);
    }
}

static void test_one_name_in_two_alternatives(void **state)
{
    struct bench *b = *state;
    add(b, "result", "(?<code>\\w+) (\\[(?<value>.*)\\]|(?<value>\\d+) (?<unit>\\S+))");
    read_text(b, "A [neg]\rB 5 mg/dL\r");
    assert_string_equal(at(b, 0, "value"), "neg");
    assert_string_equal(at(b, 1, "value"), "5");
    assert_string_equal(at(b, 1, "unit"), "mg/dL");
}

static void test_what_is_defined_is_known_to_all_that_follow(void **state)
{
    struct bench *b = *state;
    add(b, "define pad", "GLU|LEU");
    add(b, "define value", "[^,]*");
    add(b, "result*", "(?<code>(?&pad)),(?<value>(?&value)),?");
    read_text(b, "GLU,Negative,LEU,Small\r");
    expect_types(b, "result result");
    assert_string_equal(at(b, 1, "code"), "LEU");
    assert_string_equal(at(b, 1, "value"), "Small");
    assert_false(has(b, 1, "pad"));
}

static void test_a_catastrophic_pattern_is_stopped_and_told(void **state)
{
    struct bench *b = *state;
    add(b, "order", "ID (?<id>\\d+)");
    add(b, "result", "(x+x+)+[yz]");
    add(b, "skip", ".*"); /* must not hide what the one before might have taken */
    read_text(b, "ID 5\rxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\rabc\r");
    expect_types(b, "order ? ?");
    assert_string_not_equal(at(b, 1, "why"), "");
    assert_string_not_equal(at(b, 2, "why"), "");
    assert_string_equal(at(b, 2, "line"), "abc");
}

static void test_bounds(void **state)
{
    struct bench *b = *state;
    struct buffer text;
    buffer_init(&text, 2 * LIMIT_MESSAGE);
    add(b, "result*", "(?<value>x)");
    for (int i = 0; i <= LIMIT_RECORDS; i++)
        assert_int_equal(buffer_put_byte(&text, 'x'), ERROR_OK);
    assert_int_equal(decode(b, buffer_span(&text)), ERROR_TOO_BIG);
    assert_int_equal(decode(b, span_of(text.at, LIMIT_RECORDS)), ERROR_OK);
    while (text.len <= LIMIT_MESSAGE)
        assert_int_equal(buffer_put_byte(&text, ' '), ERROR_OK);
    assert_int_equal(decode(b, buffer_span(&text)), ERROR_TOO_BIG);
    assert_int_equal(decode(b, span_text(" \r\n")), ERROR_BAD_INPUT);
    buffer_free(&text);
}

static void test_no_memory_is_an_error(void **state)
{
    struct bench *b = *state;
    enum error e = ERROR_NO_MEMORY;
    struct arena small;
    size_t used;
    add(b, "result", "(?<value>.*)");
    for (size_t max = 0; e != ERROR_OK; max += 16) {
        arena_init(&small, max);
        e = text_decode(span_text("a\rb\r"), b->patterns, &small, &b->message, &used, NULL);
        assert_true(e == ERROR_OK || e == ERROR_NO_MEMORY);
        arena_free(&small);
    }
}

static void test_what_is_wrong_with_a_pattern_is_told(void **state)
{
    static const struct {
        const char *name, *pattern, *told;
    } cases[] = {
        { "results", "x", "not \"results\"" },
        { "?", "x", "not \"?\"" },
        { "", "x", "not \"\"" },
        { "result", "(?<a", "character " },
        { "result", "a(b", "character " },
        { "result", "\\C", "character " },
        { "result", "a(?&nothing)", "character " },
        { "define 5", "x", "character " },
        { "define x", "(", "character " },
    };
    struct bench *b = *state;
    char longest[LIMIT_TEXT + 1];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(text_patterns_add(b->patterns, cases[i].name, cases[i].pattern, &b->why),
                         ERROR_BAD_INPUT);
        assert_non_null(strstr(b->why.text, cases[i].told));
    }
    memset(longest, 'x', LIMIT_TEXT);
    longest[LIMIT_TEXT] = '\0';
    assert_int_equal(text_patterns_add(b->patterns, "result", longest, &b->why), ERROR_BAD_INPUT);
    assert_int_equal(text_patterns_separate(b->patterns, "CR LFX", &b->why), ERROR_BAD_INPUT);
    assert_int_equal(text_patterns_separate(b->patterns, "  ", &b->why), ERROR_BAD_INPUT);
    assert_int_equal(text_patterns_strip(b->patterns, "\x01", &b->why), ERROR_BAD_INPUT);
    for (int i = 0; i < 128; i++)
        add(b, "result", "x");
    assert_int_equal(text_patterns_add(b->patterns, "result", "x", &b->why), ERROR_TOO_BIG);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(test_lines_of_one_order_are_one_record),
        WITH_BENCH(test_a_second_id_begins_another_order),
        WITH_BENCH(test_behind_results_an_order_is_the_next_ones),
        WITH_BENCH(test_what_belongs_to_the_next_person_never_joins_this_one),
        WITH_BENCH(test_an_end_closes_everything),
        WITH_BENCH(test_an_unknown_line_is_a_record),
        WITH_BENCH(test_a_known_line_without_meaning_is_skipped),
        WITH_BENCH(test_a_pattern_takes_a_whole_line_or_nothing),
        WITH_BENCH(test_many_results_in_one_line),
        WITH_BENCH(test_fixed_columns_with_codes_of_the_profile),
        WITH_BENCH(test_values_stay_as_sent),
        WITH_BENCH(test_separators_and_junk_are_the_profiles_word),
        WITH_BENCH(test_times_in_any_order),
        WITH_BENCH(test_one_name_in_two_alternatives),
        WITH_BENCH(test_what_is_defined_is_known_to_all_that_follow),
        WITH_BENCH(test_a_catastrophic_pattern_is_stopped_and_told),
        WITH_BENCH(test_bounds),
        WITH_BENCH(test_no_memory_is_an_error),
        WITH_BENCH(test_what_is_wrong_with_a_pattern_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
