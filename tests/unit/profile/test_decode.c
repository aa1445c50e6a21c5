/* Records out of messages: what belongs together, whom it is about, and what is complained of. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/profile/profile.h"

#include <stdio.h>
#include <string.h>

struct decoded {
    struct profile *p;
    struct arena arena;
    struct record *records;
    size_t count;
};

static enum error decode_as(struct decoded *d, const char *profile, const char *text, bool whole)
{
    *d = (struct decoded) { .p = NULL };
    assert_int_equal(profile_load(profile, NULL, &d->p, NULL), ERROR_OK);
    arena_init(&d->arena, LIMIT_DECODE_ARENA);
    return profile_decode(d->p, span_text(text), whole, &d->arena, &d->records, &d->count, NULL);
}

static void decode(struct decoded *d, const char *text)
{
    assert_int_equal(decode_as(d, "generic-lis02", text, true), ERROR_OK);
}

static void release(struct decoded *d)
{
    arena_free(&d->arena);
    profile_free(d->p);
}

static bool complains(const struct record *r, const char *about)
{
    for (size_t i = 0; i < r->complaints.count; i++)
        if (strstr(r->complaints.at[i], about))
            return true;
    return false;
}

#define HEADER "H|\\^&|||X|||||||P|LIS2-A2|20260312\r"

static void test_one_record_for_each_order(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, HEADER "P|1|A\rO|1|S1\rR|1|^^^X|1\rO|2|S2\rR|1|^^^X|2\rR|2|^^^Y|3\rP|2|B\rO|1|S3\r"
                      "R|1|^^^X|4\rL|1|N\r");
    assert_int_equal(d.count, 3);
    assert_string_equal(d.records[0].specimen, "S1");
    assert_string_equal(d.records[1].specimen, "S2");
    assert_int_equal(d.records[1].result_count, 2);
    assert_string_equal(d.records[1].patient_id, "A");
    assert_string_equal(d.records[2].patient_id, "B");
    assert_string_equal(d.records[2].results[0].value, "4");
    release(&d);
}

/* The next patient's record must not inherit what the last one had. */
static void test_patients_do_not_mix(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, HEADER "P|1|A|||FIRST-TEST^A||19600101|F\rO|1|S1\rR|1|^^^X|1|||||||op\rP|2\rO|1||\r"
                      "R|1|^^^X|2\rL|1|N\r");
    assert_int_equal(d.count, 2);
    assert_string_equal(d.records[0].operator_id, "op");
    assert_string_equal(d.records[1].patient_id, "");
    assert_string_equal(d.records[1].patient_name, "");
    assert_string_equal(d.records[1].patient_birth_date, "");
    assert_string_equal(d.records[1].specimen, "");
    assert_string_equal(d.records[1].operator_id, "");
    release(&d);
}

static void test_kinds(void **state)
{
    static const struct {
        const char *text;
        enum record_kind kind;
    } cases[] = {
        { HEADER "P|1\rO|1|S\rR|1|^^^X|1\rL|1|N\r", RECORD_PATIENT },
        { HEADER "P|1\rO|1|S||^^^X|||||||Q\rR|1|^^^X|1\rL|1|N\r", RECORD_QC },
        { "H|\\^&|||X|||||||Q\rP|1\rO|1|S\rR|1|^^^X|1\rL|1|N\r", RECORD_QC },
        { HEADER "Q|1|^S\rL|1|N\r", RECORD_QUERY },
        { HEADER "Q|1|^S||||||||||A\rL|1|N\r", RECORD_SERVICE },
        { HEADER "L|1|N\r", RECORD_SERVICE },
        { HEADER "L\r", RECORD_SERVICE },
        { "H|\\^&|||X|||||||D\rP|1\rO|1|S\rR|1|^^^X|1\rL|1|N\r", RECORD_SERVICE },
        { HEADER "P|1\rO|1|S\rR|1|^^^X|1\rL|1|T\r", RECORD_INCOMPLETE },
        { HEADER "P|1\rO|1|S\rR|1|^^^X|1\r", RECORD_INCOMPLETE },
        { HEADER "Q|1|^S\r", RECORD_INCOMPLETE },
        { HEADER, RECORD_INCOMPLETE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decoded d;
        decode(&d, cases[i].text);
        assert_int_equal(d.count, 1);
        if (d.records[0].kind != cases[i].kind)
            fail_msg("%zu: %s", i, record_kind_text(d.records[0].kind));
        release(&d);
    }
}

static void test_broken_off(void **state)
{
    struct decoded d;

    (void)state;
    assert_int_equal(
        decode_as(&d, "generic-lis02", HEADER "P|1\rO|1|S\rR|1|^^^X|1\rL|1|N\r", false), ERROR_OK);
    assert_int_equal(d.records[0].kind, RECORD_INCOMPLETE);
    assert_int_equal(d.records[0].result_count, 1);
    release(&d);
}

static void test_several_messages(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d,
           HEADER "P|1|A\rO|1|S1\rR|1|^^^X|1\rL|1|N\r\n" HEADER "P|1\rO|1|S2\rR|1|^^^X|2\rL|1|N\r");
    assert_int_equal(d.count, 2);
    assert_string_equal(d.records[1].specimen, "S2");
    assert_string_equal(d.records[1].patient_id, "");
    release(&d);
}

static void test_comments(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, HEADER "P|1\rC|1|I|of the patient\rO|1|S\rC|1|I|of the order\rR|1|^^^X|1\r"
                      "C|1|I|of X\rC|2|I|\rC|3|I|^^\rR|2|^^^Y|2\rC|1|I|of Y\rL|1|N\r");
    assert_int_equal(d.records[0].results[0].comments.count, 3);
    assert_string_equal(d.records[0].results[0].comments.at[0], "of the patient");
    assert_string_equal(d.records[0].results[0].comments.at[1], "of the order");
    assert_string_equal(d.records[0].results[0].comments.at[2], "of X");
    assert_string_equal(d.records[0].results[1].comments.at[0], "of Y");
    release(&d);
    decode(&d, HEADER "P|1\rO|1|S1\rC|1|I|of the first\rR|1|^^^X|1\rO|2|S2\rR|1|^^^X|2\rL|1|N\r");
    assert_string_equal(d.records[0].results[0].comments.at[0], "of the first");
    assert_int_equal(d.records[1].results[0].comments.count, 0);
    release(&d);
    decode(&d, HEADER "P|1\rO|1|S||^^^X|||||||X\rC|1|I|E105|G\rL|1|N\r");
    assert_int_equal(d.records[0].result_count, 0);
    assert_true(complains(&d.records[0], "E105"));
    release(&d);
}

static void test_values_stay_as_sent(void **state)
{
    struct decoded d;
    const struct record_result *r;

    (void)state;
    decode(&d, HEADER "P|1\rO|1|S\rR|1|^^^A|--- |%\rR|2|^^^B|>=1000|mg/dL||>\\A||F\rR|3|^^^C|40^^\r"
                      "R|4|^^^D|3+^2+^1\rR|5|^^^E|^3.5|furlong\rR|6|^^^F|a&F&b\rL|1|N\r");
    r = d.records[0].results;
    assert_string_equal(r[0].value, "--- ");
    assert_string_equal(r[0].number, "");
    assert_string_equal(r[1].value, ">=1000");
    assert_string_equal(r[1].comparator, ">=");
    assert_string_equal(r[1].number, "1000");
    assert_int_equal(r[1].flags.count, 2);
    assert_string_equal(r[1].flags.at[1], "A");
    assert_string_equal(r[1].ucum, "mg/dL");
    assert_string_equal(r[2].value, "40");
    assert_string_equal(r[2].number, "40");
    assert_string_equal(r[3].value, "3+^2+^1");
    assert_string_equal(r[3].number, "");
    assert_string_equal(r[4].number, "3.5");
    assert_string_equal(r[4].unit, "furlong");
    assert_string_equal(r[4].ucum, "");
    assert_string_equal(r[5].value, "a|b");
    release(&d);
}

/* The specimen is matched to the byte: no blank is taken off. */
static void test_specimen_keeps_blanks(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, HEADER "P|1\rO|1||^^      27^M\rR|1|^^^X|1\rL|1|N\r");
    assert_string_equal(d.records[0].specimen, "      27");
    release(&d);
}

static void test_unreadable_time(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, HEADER "P|1||||||12/31/1960\rO|1|S\rR|1|^^^X|1|||||||||20261340\rL|1|N\r");
    assert_string_equal(d.records[0].patient_birth_date, "");
    assert_string_equal(d.records[0].results[0].observed_at, "");
    assert_true(complains(&d.records[0], "12/31/1960"));
    assert_true(complains(&d.records[0], "20261340"));
    release(&d);
}

/* A code in a unit that the map does not have must not get the LOINC of another unit. */
static void test_unit_decides_loinc(void **state)
{
    struct decoded d;

    (void)state;
    assert_int_equal(decode_as(&d, "siemens-dca-vantage",
                               "H|\\^&|||DCA VANTAGE^1^S\rP|1\rO|1|S\rR|1|^^^HbA1c|6.1|%\r"
                               "R|2|^^^HbA1c|43|mmol/mol\rR|3|^^^HbA1c|43|\rL|1|N\r",
                               true),
                     ERROR_OK);
    assert_string_equal(d.records[0].results[0].loinc, "4548-4");
    assert_string_equal(d.records[0].results[1].loinc, "");
    assert_string_equal(d.records[0].results[2].loinc, "");
    assert_true(complains(&d.records[0], "mmol/mol"));
    release(&d);
}

static void test_queries(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, HEADER "Q|1|PAT^S1\\^S2||^^^ALL\rQ|2|S3\rQ|3|ALL\rL|1|N\r");
    assert_int_equal(d.count, 4);
    assert_string_equal(d.records[0].specimen, "S1");
    assert_string_equal(d.records[0].patient_id, "PAT");
    assert_string_equal(d.records[1].specimen, "S2");
    assert_string_equal(d.records[1].patient_id, "");
    assert_string_equal(d.records[2].specimen, "S3");
    assert_true(complains(&d.records[3], "without naming one specimen"));
    release(&d);
}

static void test_without_header(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, "R|1|^^^X|1\rL|1|N\r");
    assert_int_equal(d.count, 1);
    assert_int_equal(d.records[0].kind, RECORD_INCOMPLETE);
    assert_string_equal(d.records[0].results[0].value, "1");
    assert_true(complains(&d.records[0], "without its header"));
    release(&d);
    assert_int_equal(decode_as(&d, "generic-lis02", "no message at all", true), ERROR_BAD_INPUT);
    release(&d);
    assert_int_equal(decode_as(&d, "generic-lis02", "", true), ERROR_BAD_INPUT);
    release(&d);
}

/* Nothing is dropped where a record has more results than a packet may carry. */
static void test_many_results(void **state)
{
    static char text[LIMIT_MESSAGE];
    const size_t results = LIMIT_RESULTS + 50;
    size_t len, count = 0;
    struct decoded d;

    (void)state;
    len = (size_t)snprintf(text, sizeof text, HEADER "P|1\rO|1|S\r");
    for (size_t i = 0; i < results; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "R|%zu|^^^X|%zu\r", i + 1, i);
    (void)snprintf(text + len, sizeof text - len, "L|1|N\r");
    decode(&d, text);
    assert_int_equal(d.count, 2);
    for (size_t i = 0; i < d.count; i++) {
        count += d.records[i].result_count;
        assert_string_equal(d.records[i].specimen, "S");
    }
    assert_int_equal(count, results);
    release(&d);
}

static void test_unknown_record(void **state)
{
    struct decoded d;

    (void)state;
    decode(&d, HEADER "P|1\rO|1|S\rR|1|^^^X|1\rZ|1|what\rM|1|maker\rL|1|N\r");
    assert_int_equal(d.count, 1);
    assert_true(complains(&d.records[0], "unknown type \"Z\""));
    assert_int_equal(d.records[0].complaints.count, 1);
    release(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_record_for_each_order),
        cmocka_unit_test(test_patients_do_not_mix),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_broken_off),
        cmocka_unit_test(test_several_messages),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_values_stay_as_sent),
        cmocka_unit_test(test_specimen_keeps_blanks),
        cmocka_unit_test(test_unreadable_time),
        cmocka_unit_test(test_unit_decides_loinc),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_without_header),
        cmocka_unit_test(test_many_results),
        cmocka_unit_test(test_unknown_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
