/* What POCT1-A documents mean, and what the host says to a request for a patient. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "instruments/profile/profile.h"

#include <string.h>

#define HELLO "<HEL.R01><DEV><DEV.model_id V=\"Meter\"/><DEV.serial_id V=\"7\"/></DEV></HEL.R01>\n"
#define HDR                                                                                        \
    "<HDR><HDR.control_id V=\"3\"/><HDR.creation_dttm V=\"2026-03-12T09:41:02-05:00\"/></HDR>"
#define RESULT(code, value, more)                                                                  \
    "<OBS><OBS.observation_id V=\"" code "\"/><OBS.value " value "/>" more "</OBS>"
#define NOTE(text) "<NTE><NTE.text V=\"" text "\"/></NTE>"

struct decoded {
    struct profile *profile;
    struct arena arena;
    struct record *records;
    size_t count;
    enum error error;
};

static void decode(struct decoded *d, const char *text)
{
    *d = (struct decoded) { .count = 0 };
    arena_init(&d->arena, LIMIT_DECODE_ARENA);
    assert_int_equal(profile_load("generic-poct1a", NULL, &d->profile, NULL), ERROR_OK);
    d->error =
        profile_decode(d->profile, span_text(text), true, &d->arena, &d->records, &d->count, NULL);
}

static void forget(struct decoded *d)
{
    arena_free(&d->arena);
    profile_free(d->profile);
}

static void each_service_is_a_record_of_the_device(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, HELLO "<OBS.R01>" HDR "<SVC><PT><PT.patient_id V=\"A\"/>" RESULT(
                   "X", "V=\"1\"", "") "</PT><OPR><OPR.operator_id "
                                       "V=\"N\"/></OPR></SVC><SVC><PT>" RESULT("X", "V=\"2\"",
                                                                               "") "</PT></SVC></"
                                                                                   "OBS.R01>");
    assert_int_equal(d.count, 2);
    assert_string_equal(d.records[0].serial, "7");
    assert_string_equal(d.records[0].patient_id, "A");
    assert_string_equal(d.records[0].operator_id, "N");
    assert_string_equal(d.records[1].serial, "7");
    assert_string_equal(d.records[1].patient_id, ""); /* nothing of the first */
    assert_string_equal(d.records[1].operator_id, "");
    assert_string_equal(d.records[1].results[0].value, "2");
    forget(&d);
}

static void notes_belong_to_what_they_stand_in(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "<OBS.R01>" HDR "<SVC><PT>" RESULT("X", "V=\"1\"", "")
                   RESULT("Y", "V=\"2\"", NOTE("of Y")) "</PT>" NOTE("of all") "</SVC></OBS.R01>");
    assert_int_equal(d.count, 1);
    assert_int_equal(d.records[0].results[0].comments.count, 1);
    assert_string_equal(d.records[0].results[0].comments.at[0], "of all");
    assert_string_equal(d.records[0].results[1].comments.at[0], "of Y");
    forget(&d);
}

/* devices.md 3.10: Sofia's own example of a control says the role of a patient. */
static void the_message_type_tells_a_control(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "<OBS.R02><SVC><SVC.role_cd V=\"OBS\"/><CTC>" RESULT("X", "V=\"1\"",
                                                                    "") "</CTC></SVC></OBS.R02>");
    assert_int_equal(d.records[0].kind, RECORD_QC);
    forget(&d);
    decode(&d, "<OBS.R01><SVC><SVC.role_cd V=\"LQC\"/><PT>" RESULT("X", "V=\"1\"",
                                                                   "") "</PT></SVC></OBS.R01>");
    assert_int_equal(d.records[0].kind, RECORD_QC);
    forget(&d);
    decode(&d, "<OBS.R02><SVC><SVC.role_cd V=\"CVR\"/><CTC>" RESULT("X", "V=\"1\"",
                                                                    "") "</CTC></SVC></OBS.R02>");
    assert_int_equal(d.records[0].kind, RECORD_CALIBRATION);
    forget(&d);
}

static void a_test_without_a_value_is_no_result_of_a_patient(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, "<OBS.R01><SVC><PT>" RESULT("X", "NULL=\"NI\"", "") "</PT></SVC></OBS.R01>");
    assert_int_equal(d.records[0].kind, RECORD_INCOMPLETE);
    assert_string_equal(d.records[0].results[0].value, "");
    assert_string_equal(d.records[0].results[0].comments.at[0], "NI");
    forget(&d);
}

static void a_greeting_alone_says_who_is_there(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, HELLO "<HEL.R01>" HDR "<DEV><DEV.serial_id V=\"7\"/></DEV></HEL.R01>");
    assert_int_equal(d.count, 1);
    assert_int_equal(d.records[0].kind, RECORD_SERVICE);
    assert_string_equal(d.records[0].serial, "7");
    forget(&d);
}

/* Else a document that cannot be read would pass for a greeting. */
static void what_cannot_be_read_is_no_service_message(void **state)
{
    struct decoded d;
    (void)state;
    decode(&d, HELLO "<OBS.R01>" HDR "<SVC></PT></OBS.R01>");
    assert_int_equal(d.error, ERROR_BAD_INPUT);
    forget(&d);
}

static void assert_answer(const struct profile_answer *answer, const char *expected)
{
    struct profile *p = NULL;
    struct buffer text;
    buffer_init(&text, LIMIT_MESSAGE);
    assert_int_equal(profile_load("generic-poct1a", NULL, &p, NULL), ERROR_OK);
    assert_int_equal(profile_encode_answer(p, answer, &text), ERROR_OK);
    assert_int_equal(buffer_put_byte(&text, 0), ERROR_OK);
    assert_string_equal((const char *)text.at, expected);
    buffer_free(&text);
    profile_free(p);
}

#define PTL                                                                                        \
    "<PTL.R01><HDR><HDR.message_type V=\"PTL.R01\"/><HDR.control_id V=\"PA19CE16BC3B0\"/>"         \
    "<HDR.version_id V=\"POCT1\"/><HDR.creation_dttm V=\"2026-03-12T09:41:02+00:00\"/></HDR>"

static void a_request_for_a_patient_is_answered(void **state)
{
    struct profile_answer a = { .found = true,
                                .specimen = "260312000013",
                                .patient_id = "MRN-1",
                                .patient_name = "M&M-TEST^ANA",
                                .patient_birth_date = "1985-06-07",
                                .patient_sex = "F",
                                .now = 1773308462000 };
    (void)state;
    assert_answer(&a,
                  PTL "<PT><PT.patient_id V=\"260312000013\"/><PT.name><FAM V=\"M&amp;M-TEST\"/>"
                      "<GIV V=\"ANA\"/></PT.name><PT.birth_date V=\"1985-06-07\"/>"
                      "<PT.gender_cd V=\"F\"/></PT></PTL.R01>\n");
    a.found = false;
    assert_answer(&a, PTL "</PTL.R01>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_service_is_a_record_of_the_device),
        cmocka_unit_test(notes_belong_to_what_they_stand_in),
        cmocka_unit_test(the_message_type_tells_a_control),
        cmocka_unit_test(a_test_without_a_value_is_no_result_of_a_patient),
        cmocka_unit_test(a_greeting_alone_says_who_is_there),
        cmocka_unit_test(what_cannot_be_read_is_no_service_message),
        cmocka_unit_test(a_request_for_a_patient_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
