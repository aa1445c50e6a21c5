/* A stored record reads back as it was. */
#include "core/rules/repeat.h"
#include "core/rules/reread.h"
#include "tests/unit/test.h"

static void a_record_survives_its_json(void **state)
{
    const char *flags[] = { "H", "W" }, *comments[] = { "a \"quoted\" word", "N\xc3\xba\xc3\xb1" };
    const char *complaints[] = { "No unit." };
    struct record_result result = { "HbA1c",
                                    "4548-4",
                                    "Hemoglobin A1c",
                                    ">15.0",
                                    ">",
                                    "15.0",
                                    "%",
                                    "%",
                                    { flags, 2 },
                                    "4-6",
                                    "F",
                                    "2026-03-12T09:41:02",
                                    "L1",
                                    { comments, 2 } };
    struct record record = { RECORD_QC,
                             "p",
                             "m",
                             "s",
                             "1.0",
                             "260312000019",
                             "M1",
                             "DOE-TEST^JANE",
                             "19810314",
                             "F",
                             "op",
                             "17",
                             "2026-03-12T09:42:00",
                             "",
                             &result,
                             1,
                             { complaints, 1 } };
    struct record back;
    struct buffer json;
    struct arena arena;

    (void)state;
    buffer_init(&json, 65536);
    arena_init(&arena, 65536);
    assert_int_equal(record_to_json(&record, &json), ERROR_OK);
    assert_int_equal(buffer_put_byte(&json, 0), ERROR_OK);
    assert_int_equal(reread_record(&arena, (const char *)json.at, &back), ERROR_OK);
    assert_true(repeat_same_record(&record, &back));
    assert_string_equal(back.software, "1.0");
    assert_string_equal(back.results[0].comparator, ">");
    assert_string_equal(back.complaints.at[0], "No unit.");
    back.results[0].value = "15.0";
    assert_false(repeat_same_record(&record, &back));
    arena_free(&arena);
    buffer_free(&json);
}

static void other_text_is_refused(void **state)
{
    struct arena arena;
    struct record out;

    (void)state;
    arena_init(&arena, 65536);
    assert_int_equal(reread_record(&arena, "", &out), ERROR_BAD_INPUT);
    assert_int_equal(reread_record(&arena, "[1]", &out), ERROR_BAD_INPUT);
    assert_int_equal(reread_record(&arena, "{\"kind\":\"dog\"}", &out), ERROR_BAD_INPUT);
    assert_int_equal(reread_record(&arena, "{\"kind\":\"qc\"}", &out), ERROR_OK);
    assert_string_equal(out.specimen, "");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_survives_its_json),
        cmocka_unit_test(other_text_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
