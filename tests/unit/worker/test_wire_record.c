/* A record to the wire: what core would refuse is never sent, and nothing is silently left out. */
#include "core/base/limits.h"
#include "instruments/worker/wire_record.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t digest[32] = { 1, 2, 3 };
static const struct wire_record head = { 5, 2, 9, false, { digest, sizeof digest } };

/* Writes and reads back as core does. */
static struct wire_message pass(struct wire_writer *w, const struct record *r)
{
    struct wire_message m;
    struct span packet;
    struct complaint why = { "" };
    wire_record_write(w, &head, r);
    assert_int_equal(wire_finish(w, &packet), ERROR_OK);
    if (wire_read(packet, WIRE_INSTRUMENT, &m, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    return m;
}

static void everything_is_carried(void **state)
{
    const char *flags[] = { "H", "A" }, *complaints[] = { "Something is odd." };
    struct record_result results[2];
    struct record r;
    struct wire_writer w;
    struct wire_message m, group;
    struct span content;
    size_t at = 0, flag_at = 0;
    (void)state;
    record_init(&r);
    record_result_init(&results[0]);
    record_result_init(&results[1]);
    results[1].code = "GLU";
    results[1].value = ">=1000";
    results[1].comparator = ">=";
    results[1].number = "1000";
    results[1].flags = (struct text_list) { flags, 2 };
    r.kind = RECORD_PATIENT;
    r.specimen = "260312000161";
    r.operator_id = "OP1";
    r.results = results;
    r.result_count = 2;
    r.complaints = (struct text_list) { complaints, 1 };
    m = pass(&w, &r);
    assert_int_equal(wire_number(&m, WIRE_F_SESSION), 5);
    assert_int_equal(wire_number(&m, WIRE_F_ORDINAL), 2);
    assert_int_equal(wire_number(&m, WIRE_F_TICKET), 9);
    assert_string_equal(wire_text(&m, WIRE_F_SPECIMEN), "260312000161");
    assert_string_equal(wire_text(&m, WIRE_F_OPERATOR), "OP1");
    assert_string_equal(wire_text(&m, WIRE_F_COMPLAINT), "Something is odd.");
    assert_true(wire_next(&m, WIRE_F_RESULT, &at, &content));
    assert_true(wire_next(&m, WIRE_F_RESULT, &at, &content));
    group = wire_group(content);
    assert_string_equal(wire_text(&group, WIRE_F_VALUE), ">=1000");
    assert_true(wire_next(&group, WIRE_F_FLAG, &flag_at, &content));
    assert_true(wire_next(&group, WIRE_F_FLAG, &flag_at, &content));
    assert_string_equal((const char *)content.at, "A");
    assert_false(wire_next(&m, WIRE_F_RESULT, &at, &content));
    wire_free(&w);
}

static void a_text_too_long_is_cut_between_characters_and_said(void **state)
{
    char *name = malloc(LIMIT_TEXT + 3);
    struct record r;
    struct wire_writer w;
    struct wire_message m;
    (void)state;
    assert_non_null(name);
    memset(name, 'x', LIMIT_TEXT - 1);
    memcpy(name + LIMIT_TEXT - 1, "\xc3\xa9x", 4); /* the maximum falls within the letter */
    record_init(&r);
    r.kind = RECORD_PATIENT;
    r.patient_name = name;
    m = pass(&w, &r);
    assert_int_equal(strlen(wire_text(&m, WIRE_F_PATIENT_NAME)), LIMIT_TEXT - 1);
    assert_non_null(strstr(wire_text(&m, WIRE_F_COMPLAINT), "cut"));
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "patient");
    wire_free(&w);
    free(name);
}

static void a_record_too_large_is_held_without_its_results(void **state)
{
    static struct record_result results[LIMIT_RESULTS];
    static char value[LIMIT_TEXT + 1];
    struct record r;
    struct wire_writer w;
    struct wire_message m;
    (void)state;
    memset(value, '7', LIMIT_TEXT);
    for (size_t i = 0; i < LIMIT_RESULTS; i++) {
        record_result_init(&results[i]);
        results[i].value = value;
    }
    record_init(&r);
    r.kind = RECORD_PATIENT;
    r.specimen = "260312000161";
    r.results = results;
    r.result_count = LIMIT_RESULTS;
    m = pass(&w, &r);
    assert_string_equal(wire_text(&m, WIRE_F_KIND), "incomplete");
    assert_false(wire_has(&m, WIRE_F_RESULT));
    assert_non_null(strstr(wire_text(&m, WIRE_F_COMPLAINT), "too large"));
    assert_int_equal(wire_number(&m, WIRE_F_TICKET), 9);
    wire_free(&w);
}

/* Core ends a child that sends a longer list than agreed. */
static void what_was_cut_is_said_within_the_limit(void **state)
{
    const char *complaints[LIMIT_LIST];
    char *serial = malloc(LIMIT_TEXT * 2);
    struct record r;
    struct wire_writer w;
    struct wire_message m;
    struct span content;
    size_t at = 0, count = 0, said = 0;
    (void)state;
    assert_non_null(serial);
    memset(serial, '7', LIMIT_TEXT * 2);
    serial[LIMIT_TEXT * 2 - 1] = '\0';
    for (size_t i = 0; i < LIMIT_LIST; i++)
        complaints[i] = "Something is odd.";
    record_init(&r);
    r.kind = RECORD_PATIENT;
    r.serial = serial;
    r.complaints = (struct text_list) { complaints, LIMIT_LIST };
    m = pass(&w, &r);
    while (wire_next(&m, WIRE_F_COMPLAINT, &at, &content)) {
        count++;
        said += strstr((const char *)content.at, "cut") != NULL;
    }
    assert_int_equal(count, LIMIT_LIST);
    assert_int_equal(said, 1);
    wire_free(&w);
    free(serial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_carried),
        cmocka_unit_test(what_was_cut_is_said_within_the_limit),
        cmocka_unit_test(a_text_too_long_is_cut_between_characters_and_said),
        cmocka_unit_test(a_record_too_large_is_held_without_its_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
