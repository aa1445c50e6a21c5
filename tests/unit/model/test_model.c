/* The specimen's steps, the table of rights, and the record's JSON. */
#include "core/model/people.h"
#include "core/model/record.h"
#include "core/model/specimen.h"
#include "tests/unit/test.h"

#include <string.h>

static void a_specimen_goes_its_way_and_no_other(void **state)
{
    enum specimen_state at = SPECIMEN_NONE;
    (void)state;
    assert_int_equal(specimen_next(at, EVENT_LABEL_PRINTED, &at), ERROR_CONFLICT);
    assert_int_equal(at, SPECIMEN_NONE);
    assert_int_equal(specimen_next(at, EVENT_COLLECTED, &at), ERROR_OK);
    assert_false(specimen_testable(at));
    assert_int_equal(specimen_next(at, EVENT_LABEL_PRINTED, &at), ERROR_OK);
    assert_false(specimen_testable(at));
    assert_int_equal(specimen_next(at, EVENT_LABEL_VERIFIED, &at), ERROR_OK);
    assert_true(specimen_testable(at));
    assert_int_equal(specimen_next(at, EVENT_VIEWED, &at), ERROR_OK);
    assert_int_equal(at, SPECIMEN_VERIFIED);
    assert_int_equal(specimen_next(at, EVENT_REJECTED, &at), ERROR_OK);
    assert_false(specimen_testable(at));
    assert_int_equal(specimen_next(at, EVENT_RESULT_LINKED, &at), ERROR_CONFLICT);
    at = SPECIMEN_COLLECTED; /* labelled by a printer that cannot say so */
    assert_int_equal(specimen_next(at, EVENT_LABEL_VERIFIED, &at), ERROR_OK);
    assert_int_equal(at, SPECIMEN_VERIFIED);
}

static void names_of_states_go_both_ways(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SPECIMEN_STATE_COUNT; i++) {
        enum specimen_state back;
        assert_int_equal(specimen_state_parse(specimen_state_id((enum specimen_state)i), &back),
                         ERROR_OK);
        assert_int_equal(back, i);
    }
}

static void only_a_provider_signs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        assert_true(role_may((enum role)i, RIGHT_SIGN) == (i == ROLE_PROVIDER));
    assert_false(role_may(ROLE_ADMINISTRATOR, RIGHT_VIEW_RESULTS));
    assert_false(role_may((enum role)ROLE_COUNT, RIGHT_VIEW_RESULTS));
}

static void a_record_prints_in_the_agreed_shape(void **state)
{
    const char *flags[] = { "H" };
    struct record_result result;
    struct record record;
    struct buffer out;
    (void)state;
    record_init(&record);
    record_result_init(&result);
    result.code = "HbA1c";
    result.value = ">15.0";
    result.flags = (struct text_list) { flags, 1 };
    record.kind = RECORD_PATIENT;
    record.patient_id = "3643";
    record.results = &result;
    record.result_count = 1;
    buffer_init(&out, 4096);
    assert_int_equal(record_to_json(&record, &out), ERROR_OK);
    assert_int_equal(buffer_put_byte(&out, 0), ERROR_OK);
    assert_string_equal((char *)out.at,
                        "{\"profile\":\"\",\"kind\":\"patient\",\"instrument\":{\"model\":\"\","
                        "\"serial\":\"\",\"software\":\"\"},"
                        "\"specimen\":\"\",\"patient\":{\"id\":\"3643\"},\"operator\":\"\",\"run\":"
                        "\"\",\"sent_at\":\"\","
                        "\"results\":[{\"code\":\"HbA1c\",\"loinc\":\"\",\"name\":\"\",\"value\":"
                        "\">15.0\",\"comparator\":\"\","
                        "\"number\":\"\",\"unit\":\"\",\"ucum\":\"\",\"flags\":[\"H\"],\"range\":"
                        "\"\",\"status\":\"\","
                        "\"observed_at\":\"\",\"lot\":\"\",\"comments\":[]}],\"complaints\":[]}");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_specimen_goes_its_way_and_no_other),
        cmocka_unit_test(names_of_states_go_both_ways),
        cmocka_unit_test(only_a_provider_signs),
        cmocka_unit_test(a_record_prints_in_the_agreed_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
