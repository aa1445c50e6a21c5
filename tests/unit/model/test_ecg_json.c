/* An EKG's record as JSON, to the letter, and back. */
#include "tests/unit/test.h"

#include "core/base/limits.h"
#include "core/model/ecg.h"

#include <string.h>

static int32_t samples[] = { 1, -2, ECG_GAP };
static struct ecg_lead leads[] = {
    { ECG_LEAD_I, true, false, "I", 500, 0, 2.44, 0.5, samples, 3 },
    { ECG_LEAD_II, false, false, "II", 0, 0, 0, 0, NULL, 0 },
};
static const char *statements[] = { "Sinus rhythm", "Größe \"x\"" };
static const char *filters[] = { "0.05-150 Hz" };

static struct ecg sample_record(void)
{
    struct ecg e;

    ecg_init(&e);
    e.format = ECG_FORMAT_MUSE;
    e.patient_id = "4711";
    e.patient_name = "DOE-TEST^JANE";
    e.patient_birth_date = "1959-01-02";
    e.patient_sex = "F";
    e.patient_age = "67 a";
    e.recorded_at = "2026-06-20T11:23:52";
    e.maker = "Maker";
    e.serial = "S1";
    e.measurements[ECG_HEART_RATE] = "82";
    e.measurements[ECG_QRS_AXIS] = "-49";
    e.operator_id = "ann";
    e.severity = "ABNORMAL ECG";
    e.qtc_formula = "Bazett";
    e.statements = (struct text_list) { statements, 2 };
    e.filters = (struct text_list) { filters, 1 };
    e.leads = leads;
    e.lead_count = 2;
    return e;
}

static const char expected[] =
    "{\"format\":\"muse-xml\",\"kind\":\"ecg\",\"patient\":{\"id\":\"4711\",\"name\":\"DOE-TEST^"
    "JANE\",\"birth_date\":\"1959-01-02\",\"sex\":\"F\",\"age\":\"67 a\"},\"recorded_at\":\"2026-"
    "06-20T11:23:52\",\"device\":{\"maker\":\"Maker\",\"model\":\"\",\"serial\":\"S1\","
    "\"software\":\"\"},\"measurements\":{\"heart_rate\":\"82\",\"pr\":\"\",\"qrs\":\"\",\"qt\":"
    "\"\",\"qtc\":\"\",\"p_axis\":\"\",\"qrs_axis\":\"-49\",\"t_axis\":\"\"},\"statements\":["
    "\"Sinus rhythm\",\"Größe \\\"x\\\"\"],\"leads\":[{\"name\":\"I\",\"rate\":500,"
    "\"microvolts_per_unit\":2.44,\"samples\":3,\"recorded\":true,\"start\":0,\"derived\":false,"
    "\"microvolts_offset\":0.5%s},{\"name\":\"II\",\"rate\":0,\"microvolts_per_unit\":0,"
    "\"samples\":0,\"recorded\":false,\"start\":0,\"derived\":false,\"microvolts_offset\":0%s}],"
    "\"complaints\":[],\"operator\":\"ann\",\"severity\":\"ABNORMAL ECG\",\"confirmed_by\":\"\","
    "\"qtc_formula\":\"Bazett\",\"filters\":[\"0.05-150 Hz\"]}";

static void check_written(bool with_samples, const char *first, const char *second)
{
    struct ecg e = sample_record();
    struct buffer out, want;

    buffer_init(&out, LIMIT_ECG_FACTS);
    buffer_init(&want, LIMIT_ECG_FACTS);
    assert_int_equal(ecg_to_json(&e, with_samples, &out), ERROR_OK);
    assert_int_equal(buffer_put_format(&want, expected, first, second), ERROR_OK);
    assert_int_equal(buffer_put_byte(&out, 0), ERROR_OK);
    assert_int_equal(buffer_put_byte(&want, 0), ERROR_OK);
    assert_string_equal((const char *)out.at, (const char *)want.at);
    buffer_free(&out);
    buffer_free(&want);
}

static void members_stand_in_their_order(void **state)
{
    (void)state;
    check_written(false, "", "");
    check_written(true, ",\"microvolts\":[2.94,-4.38,null]", ",\"microvolts\":[]");
}

static void what_was_written_comes_back(void **state)
{
    struct ecg e = sample_record(), again;
    struct buffer out, twice;
    struct arena arena;

    (void)state;
    buffer_init(&out, LIMIT_ECG_FACTS);
    buffer_init(&twice, LIMIT_ECG_FACTS);
    arena_init(&arena, LIMIT_ECG_ARENA);
    assert_int_equal(ecg_to_json(&e, false, &out), ERROR_OK);
    assert_int_equal(ecg_from_json(&arena, buffer_span(&out), &again), ERROR_OK);
    assert_int_equal(again.format, ECG_FORMAT_MUSE);
    assert_int_equal(again.leads[0].id, ECG_LEAD_I);
    assert_int_equal(again.leads[0].count, 3);
    assert_null(again.leads[0].samples);
    assert_true(again.leads[0].microvolts_per_unit == 2.44);
    assert_int_equal(ecg_to_json(&again, false, &twice), ERROR_OK);
    assert_int_equal(out.len, twice.len);
    assert_memory_equal(out.at, twice.at, out.len);
    arena_free(&arena);
    buffer_free(&out);
    buffer_free(&twice);
}

static void what_is_no_record_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"format\":\"wave\",\"leads\":[]}",
        "{\"format\":\"pdf\"}",
        "{\"format\":\"pdf\",\"leads\":[{}]}",
        "{\"format\":\"pdf\",\"leads\":[{\"name\":\"I\",\"rate\":0,\"samples\":3,\"recorded\":"
        "true}]}",
        "{\"format\":\"pdf\",\"leads\":[{\"name\":\"I\",\"rate\":1,\"samples\":9999999,"
        "\"recorded\":true}]}",
        "{\"format\":\"pdf\",\"leads\":[],\"recorded_at\":5}",
        "{\"format\":\"pdf\",\"leads\":[],\"statements\":\"x\"}",
        "{\"format\":\"pdf\",\"leads\":[],\"statements\":[5]}",
    };
    struct ecg out = sample_record();
    struct arena arena;

    (void)state;
    arena_init(&arena, LIMIT_ECG_ARENA);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ecg_from_json(&arena, span_text(bad[i]), &out), ERROR_BAD_INPUT);
    assert_string_equal(out.patient_id, "4711"); /* untouched */
    assert_int_equal(ecg_from_json(&arena, span_text("{\"format\":\"pdf\",\"leads\":[]}"), &out),
                     ERROR_OK);
    assert_string_equal(out.patient_id, "");
    arena_free(&arena);
}

static void too_little_room_changes_nothing(void **state)
{
    struct ecg e = sample_record();
    struct buffer out;

    (void)state;
    buffer_init(&out, 100);
    assert_int_equal(buffer_put_text(&out, "before"), ERROR_OK);
    assert_int_equal(ecg_to_json(&e, false, &out), ERROR_TOO_BIG);
    assert_int_equal(out.len, 6);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_their_order),
        cmocka_unit_test(what_was_written_comes_back),
        cmocka_unit_test(what_is_no_record_is_refused),
        cmocka_unit_test(too_little_room_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
