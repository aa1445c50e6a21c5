/* Mortara ELI XML (draft): what our own writer wrote comes back field by field; other forms that
 * public readers know; refusals with their reasons; damage. */
#include "tests/support/ecg_mortara_file.h"
#include "tests/unit/ecg/xml_bench.h"

/* What the writer always says. */
static const char *filters[] = { "0.05-150 Hz", "60 Hz notch" };
static const char *statements[] = { "SINUS RHYTHM", "LEFT AXIS DEVIATION - QRS AXIS < -30" };

static void prepare(struct xml_bench *b, double seconds)
{
    const struct ecg_tracing how = { .rate = 500, .seconds = seconds, .noise = 10 };

    xml_bench_open(b, &ecg_mortara, how);
    b->made.statements = (struct text_list) { statements, 2 };
    b->made.filters = (struct text_list) { filters, 2 };
    b->made.severity = ""; /* the form has none */
    assert_int_equal(ecg_mortara_write(&b->made, &b->file), ERROR_OK);
}

static void everything_comes_back(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, 2);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(xml_bench_facts(&b.made, &b.read), 0);
    assert_string_equal(b.read.qtc_formula, "Bazett");
    xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
    assert_int_equal(b.read.complaints.count, 0);
    xml_bench_close(&b);
}

static void an_offset_shifts_the_zero(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, 0.1);
    xml_bench_change(&b, NULL, "OFFSET=\"0\"", "OFFSET=\"-20\"");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_true(b.read.leads[0].microvolts_offset == -50);
    assert_true(b.read.leads[1].microvolts_offset == 0);
    xml_bench_close(&b);
}

static void other_spellings_are_read(void **state)
{
    static const char fields[] =
        "<DEMOGRAPHIC_FIELDS><DEMOGRAPHIC_FIELD LABEL=\"Last:\" VALUE=\"ROE-TEST\"/>"
        "<DEMOGRAPHIC_FIELD ID=\"7\" LABEL=\"Nombre\" VALUE=\"ANA\"/>"
        "<DEMOGRAPHIC_FIELD ID=\"2\" LABEL=\"ID:\" VALUE=\"77\"/>"
        "<DEMOGRAPHIC_FIELD LABEL=\"DOB:\" VALUE=\"19900515\"/>"
        "<DEMOGRAPHIC_FIELD LABEL=\"Sex:\" VALUE=\"male\"/></DEMOGRAPHIC_FIELDS><OLD";
    struct xml_bench b;
    (void)state;
    prepare(&b, 0.1);
    xml_bench_change(&b, NULL, "<SUBJECT", fields);
    xml_bench_change(&b, NULL, "ACQUISITION_TIME_XML=\"2026-03-12T09:44:00\"",
                     "ACQUISITION_TIME=\"20231201120005\"");
    xml_bench_change(&b, NULL, "AGE_UNITS=\"Y\"", "AGE_UNITS=\"M\"");
    xml_bench_change(&b, NULL, "PR_DURATION", "PR_INTERVAL");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.patient_name, "ROE-TEST^ANA");
    assert_string_equal(b.read.patient_id, "77");
    assert_string_equal(b.read.patient_birth_date, "1990-05-15");
    assert_string_equal(b.read.patient_sex, "M");
    assert_string_equal(b.read.patient_age, "67 M");
    assert_string_equal(b.read.recorded_at, "2023-12-01T12:00:05");
    assert_string_equal(b.read.measurements[ECG_PR], "168");
    xml_bench_close(&b);
}

static void what_was_not_measured_is_empty(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, 0.1);
    xml_bench_change(&b, NULL, "QRS_AXIS=\"41\"", "QRS_AXIS=\"*\"");
    xml_bench_change(&b, NULL, " QTC=\"435\"", "");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.measurements[ECG_QRS_AXIS], "");
    assert_string_equal(b.read.measurements[ECG_QTC], "");
    assert_string_equal(b.read.qtc_formula, "");
    xml_bench_close(&b);
}

static void the_formula_is_named_when_it_can_be_told(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, 0.1);
    xml_bench_change(&b, NULL, "QTF=\"2\"", "QTF=\"435\"");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.qtc_formula, ""); /* it may be either */
    xml_bench_change(&b, NULL, "QTB=\"435\"", "QTB=\"441\"");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.qtc_formula, "Fridericia");
    xml_bench_close(&b);
}

static void what_is_wrong_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *from, *to;
        enum error error;
        const char *words;
    } wrong[] = {
        { "BITS=\"16\" FORMAT=\"SIGNED\" UNITS_PER_MV=\"400\"",
          "BITS=\"12\" FORMAT=\"SIGNED\" UNITS_PER_MV=\"400\"", ERROR_UNSUPPORTED, "16 bits" },
        { "FORMAT=\"SIGNED\" UNITS_PER_MV=\"400\"", "FORMAT=\"UNSIGNED\" UNITS_PER_MV=\"400\"",
          ERROR_UNSUPPORTED, "lead I" },
        { "ENCODING=\"BASE64\"", "ENCODING=\"HEX\"", ERROR_UNSUPPORTED, "Base64" },
        { "UNITS_PER_MV=\"400\"", "UNITS_PER_MV=\"0\"", ERROR_BAD_INPUT, "scale of lead I" },
        { "UNITS_PER_MV=\"400\"", "", ERROR_BAD_INPUT, "scale of lead I" },
        { "SAMPLE_FREQ=\"500\"", "SAMPLE_FREQ=\"fast\"", ERROR_BAD_INPUT, "sampling rate" },
        { "OFFSET=\"0\"", "OFFSET=\"x\"", ERROR_BAD_INPUT, "offset" },
        { "DURATION=\"50\"", "DURATION=\"51\"", ERROR_BAD_INPUT, "says \"51\"" },
        { "DURATION=\"50\"", "", ERROR_BAD_INPUT, "damaged" },
        { "<CHANNEL",
          "<CHANNEL NAME=\"X\" SAMPLE_FREQ=\"1\" UNITS_PER_MV=\"1\" DURATION=\"1\" "
          "DATA=\"AAAA\"/><CHANNEL",
          ERROR_BAD_INPUT, "lead X is no whole" },
        { "<CHANNEL", "<CHANNFL", ERROR_BAD_INPUT, "\"CHANNFL\"" },
        { "<CHANNEL", "=CHANNEL", ERROR_BAD_INPUT, "text between" },
        { "NAME=\"V6\"", "NAME=\"\"", ERROR_BAD_INPUT, "without a name" },
        { "ENCODING=\"BASE64\" DATA=\"", "ENCODING=\"BASE64\" DATA=\"AA==", ERROR_BAD_INPUT,
          "Base64" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct xml_bench b;
        prepare(&b, 0.1);
        xml_bench_change(&b, NULL, wrong[i].from, wrong[i].to);
        xml_bench_refused(&b, wrong[i].error, wrong[i].words);
        xml_bench_close(&b);
    }
}

static void another_ecg_is_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, 0.1);
    buffer_clear(&b.file);
    assert_int_equal(buffer_put_text(&b.file, "<ECG><WAVE/></ECG>"), ERROR_OK);
    xml_bench_refused(&b, ERROR_BAD_INPUT, "no CHANNEL");
    assert_int_equal(ecg_mortara.claim(span_text("<RestingECG/>")), ECG_NOT_MINE);
    xml_bench_close(&b);
}

static void too_many_leads_are_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, 0.1);
    for (int i = ECG_LEAD_STANDARD; i <= LIMIT_ECG_LEADS; i++)
        xml_bench_change(&b, NULL, "</ECG>",
                         "<CHANNEL NAME=\"X\" SAMPLE_FREQ=\"500\" UNITS_PER_MV=\"1\" "
                         "DURATION=\"1\" DATA=\"AAA=\"/></ECG>");
    xml_bench_refused(&b, ERROR_TOO_BIG, "more leads");
    xml_bench_close(&b);
}

/* A character of Base64 may lie across two samples; a scale is one of the channel's and its zero.
 */
static void damage(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, 0.04);
    xml_bench_truncate(&b);
    xml_bench_flip(&b, 5);
    xml_bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_back),
        cmocka_unit_test(an_offset_shifts_the_zero),
        cmocka_unit_test(other_spellings_are_read),
        cmocka_unit_test(what_was_not_measured_is_empty),
        cmocka_unit_test(the_formula_is_named_when_it_can_be_told),
        cmocka_unit_test(what_is_wrong_is_refused_with_the_reason),
        cmocka_unit_test(another_ecg_is_refused),
        cmocka_unit_test(too_many_leads_are_refused),
        cmocka_unit_test(damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
