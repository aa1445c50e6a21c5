/* GE MUSE XML: every field, every way of writing it, what is refused and why. */
#include "tests/unit/ecg/xml_bench.h"

static const struct ecg_tracing usual = { .rate = 500, .seconds = 2 };
static const struct ecg_tracing small = { .rate = 100, .seconds = 0.5, .limbs = true };
static const struct ecg_muse_form eight = { 0 };
static const struct ecg_muse_form twelve = { .twelve = true };

/* MUSE does not say who made the cart, nor an overall word. */
static void open_bench(struct xml_bench *b, struct ecg_tracing how,
                       const struct ecg_muse_form *form)
{
    xml_bench_open(b, &ecg_muse, how);
    b->made.maker = b->made.severity = b->made.qtc_formula = "";
    assert_int_equal(ecg_muse_write(&b->made, form, &b->file), ERROR_OK);
}

static void reads_as_made(const struct ecg_muse_form *form)
{
    struct xml_bench b;
    open_bench(&b, usual, form);
    if (xml_bench_read(&b) != ERROR_OK)
        fail_msg("%s", b.why.text);
    assert_int_equal(xml_bench_facts(&b.made, &b.read), 0);
    xml_bench_same_leads(&b, form->twelve ? 12 : 8);
    assert_int_equal(b.read.complaints.count, 0);
    xml_bench_close(&b);
}

static void every_field_is_read(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, usual, &eight);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    xml_bench_usual(&b.read);
    assert_string_equal(b.read.confirmed_by, "");
    xml_bench_close(&b);
}

static void forms_of_the_same_are_the_same(void **state)
{
    static const struct ecg_muse_form forms[] = {
        { .declaration = "" },
        { .declaration = "\xef\xbb\xbf<?xml version='1.0'?>", .before = "<!-- by hand -->" },
        { .twelve = true },
        { .unchecked = true },
        { .in_pieces = true },
        { .original_only = true },
        { .distracting = true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        reads_as_made(&forms[i]);
}

static void eight_leads_become_twelve(void **state)
{
    struct xml_bench b;
    const struct ecg_lead *one, *two, *three;
    (void)state;
    open_bench(&b, usual, &eight);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(ecg_complete(&b.read_in, &b.read, &b.why), ERROR_OK);
    one = ecg_lead_find(&b.read, ECG_LEAD_I);
    two = ecg_lead_find(&b.read, ECG_LEAD_II);
    three = ecg_lead_find(&b.read, ECG_LEAD_III);
    assert_true(three->recorded && three->derived && !one->derived);
    for (size_t i = 0; i < one->count; i++)
        assert_true(three->samples[i] * three->microvolts_per_unit ==
                    (two->samples[i] - one->samples[i]) * one->microvolts_per_unit);
    xml_bench_close(&b);
}

static void confirmed_only_when_it_says_so(void **state)
{
    struct xml_bench b;
    (void)state;
    xml_bench_open(&b, &ecg_muse, small);
    b.made.confirmed_by = "READER-TEST";
    assert_int_equal(ecg_muse_write(&b.made, &twelve, &b.file), ERROR_OK);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.confirmed_by, "READER-TEST");
    xml_bench_change(&b, NULL, "</OverreaderLastName>",
                     "</OverreaderLastName><OverreaderFirstName>ANN</OverreaderFirstName>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.confirmed_by, "READER-TEST, ANN");
    xml_bench_change(&b, NULL, ">CONFIRMED<", ">UNCONFIRMED<");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.confirmed_by, "");
    xml_bench_close(&b);
}

static void what_a_person_has_edited_is_said(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &twelve);
    xml_bench_change(&b, NULL, "</Diagnosis>",
                     "</Diagnosis><OriginalDiagnosis><DiagnosisStatement><StmtText>Sinus rhythm"
                     "</StmtText></DiagnosisStatement><DiagnosisStatement><StmtText>Normal"
                     "</StmtText></DiagnosisStatement></OriginalDiagnosis>"
                     "<OriginalRestingECGMeasurements><PRInterval>138</PRInterval><QTInterval>392"
                     "</QTInterval></OriginalRestingECGMeasurements>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.statements.count, 2);
    assert_int_equal(b.read.complaints.count, 2);
    assert_string_equal(b.read.complaints.at[0], "The measurement PR was changed by a person: the "
                                                 "cart had measured 138.");
    assert_string_equal(b.read.complaints.at[1], "A person has edited the statements. The cart had "
                                                 "said: Sinus rhythm Normal");
    xml_bench_close(&b);
}

/* The last line needs no flag; one that has several is a line still. */
static void lines_end_where_the_flag_says(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &twelve);
    xml_bench_change(&b, NULL, "<StmtFlag>ENDSLINE</StmtFlag>\n<StmtText>Sinus",
                     "<StmtFlag>USERINSERT</StmtFlag>\n<StmtText>Sinus");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.statements.count, 1);
    assert_string_equal(b.read.statements.at[0], "Sinus rhythm Nonspecific T wave abnormality");
    xml_bench_change(&b, NULL, "<StmtFlag>USERINSERT</StmtFlag>",
                     "<StmtFlag>USERINSERT</StmtFlag><StmtFlag>ENDSLINE</StmtFlag>");
    xml_bench_change(&b, NULL, "<StmtFlag>ENDSLINE</StmtFlag>\n<StmtText>Non", "<StmtText>Non");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.statements.count, 2);
    xml_bench_close(&b);
}

/* Files whose patient was blotted out, and other things that are no numbers and no dates. */
static void what_is_no_value_is_none(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &twelve);
    xml_bench_change(&b, NULL, "03-12-2026", "XX-XX-XXXX");
    xml_bench_change(&b, NULL, "07-19-1958", "1958");
    xml_bench_change(&b, NULL, "FEMALE", "XX");
    xml_bench_change(&b, NULL, ">168<", ">---<");
    xml_bench_change(&b, NULL, "<ACFilter>60", "<ACFilter>NONE");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.recorded_at, "XX-XX-XXXX 09:44:00");
    assert_string_equal(b.read.patient_birth_date, "1958");
    assert_string_equal(b.read.patient_sex, "XX");
    assert_string_equal(b.read.measurements[ECG_PR], "");
    assert_string_equal(b.read.complaints.at[0], "The measurement PR, ---, is no number.");
    assert_string_equal(b.read.filters.at[2], "notch NONE");
    xml_bench_close(&b);
}

static void what_does_not_agree_is_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &twelve);
    xml_bench_refuses(&b, NULL, "<LeadByteCountTotal>100<", "<LeadByteCountTotal>102<",
                      ERROR_BAD_INPUT, "lead I has not as many bytes");
    xml_bench_refuses(&b, NULL, "<LeadSampleCountTotal>50<", "<LeadSampleCountTotal>51<",
                      ERROR_BAD_INPUT, "lead I has not as many samples");
    xml_bench_refuses(&b, NULL, "<LeadDataCRC32>", "<LeadDataCRC32>1", ERROR_BAD_INPUT,
                      "lead I does not agree with its checksum");
    xml_bench_refuses(&b, NULL, "<LeadDataCRC32>", "<LeadDataCRC32>x", ERROR_BAD_INPUT, "checksum");
    xml_bench_refuses(&b, NULL, "<NumberofLeads>6<", "<NumberofLeads>8<", ERROR_BAD_INPUT,
                      "it has 6 leads where it says 8");
    xml_bench_refuses(&b, NULL, "<WaveFormData>", "<WaveFormData>=", ERROR_BAD_INPUT,
                      "is not whole base64");
    xml_bench_refuses(&b, NULL, "<WaveFormData>", "<WaveFormData>&lt;", ERROR_BAD_INPUT,
                      "is not whole base64");
    xml_bench_refuses(&b, NULL, "<WaveFormData>", "<WaveFormData>AAAA", ERROR_BAD_INPUT,
                      "not as many bytes");
    xml_bench_refuses(&b, NULL, "</RestingECG>", "", ERROR_BAD_INPUT,
                      "it ends before it is complete. Have the cart export");
    xml_bench_close(&b);
}

static void what_is_not_said_is_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &twelve);
    xml_bench_refuses(&b, NULL, "<SampleBase>100</SampleBase>", "", ERROR_BAD_INPUT, "in a second");
    xml_bench_refuses(&b, NULL, "<SampleBase>100<", "<SampleBase>-100<", ERROR_BAD_INPUT,
                      "in a second");
    xml_bench_refuses(&b, NULL, "<SampleExponent>0<", "<SampleExponent>x<", ERROR_BAD_INPUT,
                      "in a second");
    xml_bench_refuses(&b, NULL, "<LeadAmplitudeUnits>MICROVOLTS<", "<LeadAmplitudeUnits>COUNTS<",
                      ERROR_BAD_INPUT, "how large lead I is");
    xml_bench_refuses(&b, NULL, "PerBit>2.5<", "PerBit><", ERROR_BAD_INPUT, "how large lead I is");
    xml_bench_refuses(&b, NULL, "<LeadID>I<", "<LeadID><", ERROR_BAD_INPUT, "has no name");
    xml_bench_refuses(&b, NULL, "<WaveformType>Rhythm<", "<WaveformType>Median<", ERROR_BAD_INPUT,
                      "no Waveform of the type Rhythm");
    xml_bench_refuses(&b, NULL, "<LeadSampleSize>2<", "<LeadSampleSize>4<", ERROR_UNSUPPORTED,
                      "LeadSampleSize 4");
    xml_bench_refuses(&b, NULL, "<FirstSampleBaseline>0<", "<FirstSampleBaseline>9<",
                      ERROR_UNSUPPORTED, "FirstSampleBaseline 9");
    xml_bench_refuses(&b, NULL, "<LeadTimeOffset>0<", "<LeadTimeOffset>9<", ERROR_UNSUPPORTED,
                      "LeadTimeOffset 9");
    xml_bench_refuses(&b, NULL, "FirstSample>0<", "FirstSample>-1<", ERROR_BAD_INPUT,
                      "LeadOffsetFirstSample");
    xml_bench_close(&b);
}

static void a_dtd_is_named_and_never_read(void **state)
{
    static const char *const refused[] = {
        "<!DOCTYPE RestingECG [<!ENTITY a \"x\">]>",
        "<!DOCTYPE RestingECG SYSTEM \"file:///etc/passwd\" [<!ENTITY a SYSTEM \"file:///etc\">]>",
        "<!DOCTYPE RestingECG [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;\">]>",
        "<!DOCTYPE RestingECG [<!ENTITY % a SYSTEM \"file:///etc/passwd\"> %a;]>",
    };
    struct xml_bench b;
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        open_bench(&b, small, &(struct ecg_muse_form) { .before = refused[i], .twelve = true });
        xml_bench_refused(&b, ERROR_BAD_INPUT, "declarations of its own");
        xml_bench_close(&b);
    }
    open_bench(&b, small, &twelve);
    xml_bench_refuses(&b, NULL, "<LeadID>I<", "<LeadID>&secret;I<", ERROR_BAD_INPUT,
                      "refers to an entity");
    xml_bench_close(&b);
}

/* A variant without types, filters, counts and checksums; other leads of other offsets. */
static void less_is_read_as_well(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &(struct ecg_muse_form) { .twelve = true, .unchecked = true });
    xml_bench_change(&b, NULL, "<WaveformType>Rhythm</WaveformType>", "");
    xml_bench_change(&b, NULL, "<SampleExponent>0</SampleExponent>", "");
    xml_bench_change(&b, NULL, "FirstSample>0<", "FirstSample>50<");
    xml_bench_change(&b, NULL, "<LeadOff>FALSE", "<LeadOff>TRUE");
    xml_bench_change(&b, NULL, "PerBit>2.5<", "PerBit>0.0025<");
    xml_bench_change(&b, NULL, "MICROVOLTS", "MILLIVOLTS");
    xml_bench_change(&b, NULL, "<LeadID>III<", "<LeadID>VX<");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_true(b.read.leads[0].start == 0.5 && b.read.leads[0].microvolts_per_unit == 2.5);
    assert_string_equal(b.read.complaints.at[0], "The cart says that lead I was off.");
    assert_int_equal(b.read.leads[2].id, ECG_LEAD_OTHER);
    assert_string_equal(b.read.leads[2].name, "VX");
    xml_bench_change(&b, NULL, "<SampleBase>100<",
                     "<SampleExponent>2</SampleExponent><SampleBase>1<");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_true(b.read.leads[1].rate == 100);
    xml_bench_close(&b);
}

/* A converter's 0 is no checksum; an empty lead was not recorded. */
static void what_was_not_computed_is_not_compared(void **state)
{
    struct xml_bench b;
    const char *start, *end;
    (void)state;
    open_bench(&b, small, &twelve);
    xml_bench_change(&b, NULL, "<LeadDataCRC32>", "<LeadDataCRC32>0</LeadDataCRC32><Other>");
    xml_bench_change(&b, NULL, "</LeadDataCRC32>\n<WaveForm", "</Other>\n<WaveForm");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    xml_bench_close(&b);
    open_bench(&b, small, &(struct ecg_muse_form) { .twelve = true, .unchecked = true });
    assert_int_equal(buffer_put_byte(&b.file, '\0'), ERROR_OK);
    start = strstr((const char *)b.file.at, "<WaveFormData>") + strlen("<WaveFormData>");
    end = strstr(start, "</WaveFormData>");
    memset(&b.file.at[(const uint8_t *)start - b.file.at], ' ', (size_t)(end - start));
    b.file.len--;
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_false(b.read.leads[0].recorded);
    assert_true(b.read.leads[1].recorded);
    xml_bench_close(&b);
}

static void damaged_files(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &twelve);
    xml_bench_truncate(&b);
    xml_bench_flip(&b, 1);
    xml_bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(forms_of_the_same_are_the_same),
        cmocka_unit_test(eight_leads_become_twelve),
        cmocka_unit_test(confirmed_only_when_it_says_so),
        cmocka_unit_test(what_a_person_has_edited_is_said),
        cmocka_unit_test(lines_end_where_the_flag_says),
        cmocka_unit_test(what_is_no_value_is_none),
        cmocka_unit_test(what_does_not_agree_is_refused),
        cmocka_unit_test(what_is_not_said_is_refused),
        cmocka_unit_test(a_dtd_is_named_and_never_read),
        cmocka_unit_test(less_is_read_as_well),
        cmocka_unit_test(what_was_not_computed_is_not_compared),
        cmocka_unit_test(damaged_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
