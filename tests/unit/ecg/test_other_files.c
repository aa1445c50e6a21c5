/* PDFs, Contec's case files, and files that are none of an EKG cart. */
#include "tests/unit/ecg/dicom_case.h"

static void use(struct dicom_case *c, const void *bytes, size_t len)
{
    buffer_clear(&c->file);
    assert_int_equal(buffer_put(&c->file, span_of(bytes, len)), ERROR_OK);
}

/* ---- PDF ---- */

static void write_pdf(struct dicom_case *c, bool encrypted)
{
    buffer_clear(&c->file);
    assert_int_equal(ecg_pdf_write("SYNTHETIC EKG", encrypted, &c->file), ERROR_OK);
}

static void a_pdf_is_taken_as_it_is(void **state)
{
    struct dicom_case *c = *state;

    write_pdf(c, false);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_int_equal(c->read.format, ECG_FORMAT_PDF);
    assert_int_equal(c->read.lead_count, 0);
    assert_string_equal(c->read.patient_name, "");
    assert_int_equal(c->read.complaints.count, 1);
    assert_true(dicom_case_complains(c, "read the name on it"));
    write_pdf(c, true);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_true(dicom_case_complains(c, "encrypted"));
}

static void a_pdf_may_begin_late_and_end_with_rubbish(void **state)
{
    struct dicom_case *c = *state;
    struct buffer late;

    write_pdf(c, false);
    buffer_init(&late, LIMIT_ECG_FILE);
    assert_int_equal(buffer_put_text(&late, "@PJL ENTER LANGUAGE=PDF\r\n"), ERROR_OK);
    assert_int_equal(buffer_put(&late, buffer_span(&c->file)), ERROR_OK);
    assert_int_equal(buffer_put_text(&late, "\r\n\x1a"), ERROR_OK);
    use(c, late.at, late.len);
    buffer_free(&late);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
}

static void a_pdf_that_was_cut_is_refused_at_every_byte(void **state)
{
    static const char end[] = "%%EOF\n";
    struct dicom_case *c = *state;
    size_t whole;

    write_pdf(c, false);
    whole = c->file.len;
    for (size_t len = 8; len < whole - 1; len++) {
        c->file.len = len;
        dicom_case_refused(c, ERROR_BAD_INPUT, "PDF is cut off");
    }
    c->file.len = whole;
    memcpy(memmem(c->file.at, whole, "startxref\n", 10), "startxref\n9999999", 17);
    memcpy(c->file.at + whole - strlen(end), end, strlen(end));
    dicom_case_refused(c, ERROR_BAD_INPUT, "does not lead into the file");
}

static void a_pdf_of_no_version_is_refused(void **state)
{
    struct dicom_case *c = *state;

    write_pdf(c, false);
    c->file.at[5] = '7';
    dicom_case_refused(c, ERROR_UNSUPPORTED, "version");
}

/* ---- Contec ECG90A ---- */

static void write_case(struct dicom_case *c)
{
    const struct ecg_tracing how = { .rate = 800, .seconds = 10 };

    assert_int_equal(ecg_tracing_make(&c->arena, how, &c->said), ERROR_OK);
    c->said.patient_name = "DOE-TES";
    c->said.patient_age = "67";
    buffer_clear(&c->file);
    assert_int_equal(ecg_contec_write(&c->said, "0000042", &c->file), ERROR_OK);
}

static void a_case_file_gives_twelve_leads_and_says_the_doubt(void **state)
{
    struct dicom_case *c = *state;
    const struct ecg_lead *second, *third;

    write_case(c);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_int_equal(c->read.format, ECG_FORMAT_CONTEC_ECG90A);
    assert_string_equal(c->read.patient_name, "DOE-TES");
    assert_string_equal(c->read.patient_sex, "F");
    assert_string_equal(c->read.patient_age, "67 a");
    assert_string_equal(c->read.recorded_at, "2026-03-12T09:44:00");
    assert_string_equal(c->read.model, "ECG90A");
    assert_true(dicom_case_complains(c, "order of the leads"));
    second = ecg_lead_find(&c->read, ECG_LEAD_II);
    third = ecg_lead_find(&c->read, ECG_LEAD_III);
    for (size_t i = 0; i < 8000; i++) {
        double apart = dicom_case_microvolts(second, i) -
                       dicom_case_microvolts(&c->said.leads[ECG_LEAD_II], i);
        assert_true(apart <= 2.5 && apart >= -2.5);
        assert_true(dicom_case_microvolts(ecg_lead_find(&c->read, ECG_LEAD_I), i) ==
                    dicom_case_microvolts(second, i) - dicom_case_microvolts(third, i));
    }
    assert_true(second->rate == 800);
    assert_true(ecg_lead_find(&c->read, ECG_LEAD_AVF)->derived);
}

static void electrodes_that_were_off_are_not_recorded(void **state)
{
    struct dicom_case *c = *state;

    write_case(c);
    for (size_t i = ECG_LEAD_V1; i <= ECG_LEAD_V6; i++)
        c->said.leads[i].recorded = false;
    c->said.leads[ECG_LEAD_II].samples[100] = ECG_GAP;
    buffer_clear(&c->file);
    assert_int_equal(ecg_contec_write(&c->said, "0000042", &c->file), ERROR_OK);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    for (size_t i = ECG_LEAD_V1; i <= ECG_LEAD_V6; i++)
        assert_false(c->read.leads[i].recorded);
    assert_int_equal(ecg_lead_find(&c->read, ECG_LEAD_II)->samples[100], ECG_GAP);
    assert_int_equal(ecg_lead_find(&c->read, ECG_LEAD_AVR)->samples[100], ECG_GAP);
    assert_true(ecg_lead_find(&c->read, ECG_LEAD_AVR)->samples[101] != ECG_GAP);
}

static void a_case_file_that_was_cut_is_refused(void **state)
{
    struct dicom_case *c = *state;
    size_t whole;

    write_case(c);
    whole = c->file.len;
    c->file.len = whole - 1;
    dicom_case_refused(c, ERROR_BAD_INPUT, "cut off");
    c->file.len = whole - 16; /* by a whole frame: the end mark is not where it should be */
    dicom_case_refused(c, ERROR_BAD_INPUT, "end mark");
    c->file.len = 79;
    dicom_case_refused(c, ERROR_BAD_INPUT, "cut off");
}

/* ---- what is none ---- */

static void other_files_are_told_by_what_they_are(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        enum error e;
        const char *words;
    } cases[] = {
        { "", 0, ERROR_UNSUPPORTED, "empty" },
        { "\x89PNG\r\n\x1a\n", 8, ERROR_UNSUPPORTED, "picture (PNG)" },
        { "\xff\xd8\xff\xe0"
          "0123",
          8, ERROR_UNSUPPORTED, "picture (JPEG)" },
        { "PK\3\4....", 8, ERROR_UNSUPPORTED, "ZIP" },
        { "MZ......", 8, ERROR_UNSUPPORTED, "program" },
        { "<?xml version='1.0'?><BeneHeartR12/>", 36, ERROR_UNSUPPORTED, "Mindray" },
        { "<x:eventdata xmlns:x='y'/>", 26, ERROR_UNSUPPORTED, "Schiller" },
        { "<invoice/>", 10, ERROR_NOT_FOUND, "root element is invoice" },
        { "Sinus rhythm, 72/min\r\n", 22, ERROR_NOT_FOUND, "a text" },
        { "\1\2\3\4\5\6\7", 7, ERROR_NOT_FOUND, "no EKG's file" },
    };
    struct dicom_case *c = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        use(c, cases[i].bytes, cases[i].len);
        dicom_case_refused(c, cases[i].e, cases[i].words);
    }
}

/* The layout of SCP-ECG with its lengths the other way round: a handheld recorder's. */
static void a_recorders_file_named_scp_is_told(void **state)
{
    uint8_t file[32768] = { 0 };
    struct dicom_case *c = *state;

    file[4] = 0x80; /* the length, big-endian */
    file[10] = 136; /* of section 0 */
    memcpy(file + 16, "SCPECG", 6);
    use(c, file, sizeof file);
    dicom_case_refused(c, ERROR_UNSUPPORTED, "Heal Force");
    memset(file, 0, sizeof file); /* in two bytes, behind something else */
    file[2] = 17;
    file[5] = 0x80;
    file[10] = 136;
    file[22] = 1;
    use(c, file, sizeof file);
    dicom_case_refused(c, ERROR_UNSUPPORTED, "Heal Force");
    memset(file, 0, sizeof file); /* everything big-endian */
    file[4] = 0x80;
    file[13] = 136;
    use(c, file, sizeof file);
    dicom_case_refused(c, ERROR_UNSUPPORTED, "Heal Force");
}

static void an_edan_file_is_told_by_its_size(void **state)
{
    struct dicom_case *c = *state;
    uint8_t *file = calloc(1, 162031);

    assert_non_null(file);
    file[0] = 1;
    use(c, file, 162031);
    free(file);
    dicom_case_refused(c, ERROR_UNSUPPORTED, "Edan");
}

static void a_file_beyond_the_limit_is_refused(void **state)
{
    struct dicom_case *c = *state;
    const struct ecg_reader *reader = NULL;

    assert_int_equal(ecg_recognise(span_of("x", (size_t)LIMIT_ECG_FILE + 1), &reader, &c->why),
                     ERROR_TOO_BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DICOM_TEST(a_pdf_is_taken_as_it_is),
        DICOM_TEST(a_pdf_may_begin_late_and_end_with_rubbish),
        DICOM_TEST(a_pdf_that_was_cut_is_refused_at_every_byte),
        DICOM_TEST(a_pdf_of_no_version_is_refused),
        DICOM_TEST(a_case_file_gives_twelve_leads_and_says_the_doubt),
        DICOM_TEST(electrodes_that_were_off_are_not_recorded),
        DICOM_TEST(a_case_file_that_was_cut_is_refused),
        DICOM_TEST(other_files_are_told_by_what_they_are),
        DICOM_TEST(a_recorders_file_named_scp_is_told),
        DICOM_TEST(an_edan_file_is_told_by_its_size),
        DICOM_TEST(a_file_beyond_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
