/* DICOM: whose EKG, when, with what, and what the cart measured and said. */
#include "tests/unit/ecg/dicom_case.h"

static void everything_said_comes_through(void **state)
{
    struct dicom_case *c = *state;
    static const char *filters[] = { "0.05-150 Hz", "60 Hz notch" };

    c->said.operator_id = "KENT-TEST^PAT";
    c->said.software = "5.3";
    c->said.patient_age = "67 a";
    dicom_case_read(c);
    assert_string_equal(c->read.patient_name, "MARLOWE-TEST^IRIS^J");
    assert_string_equal(c->read.patient_id, "00900142");
    assert_string_equal(c->read.patient_birth_date, "1958-07-19");
    assert_string_equal(c->read.patient_sex, "F");
    assert_string_equal(c->read.patient_age, "67 a");
    assert_string_equal(c->read.recorded_at, "2026-03-12T09:44:00");
    assert_string_equal(c->read.maker, "Synthetic");
    assert_string_equal(c->read.model, "Cart");
    assert_string_equal(c->read.serial, "0001");
    assert_string_equal(c->read.software, "5.3");
    assert_string_equal(c->read.operator_id, "KENT-TEST^PAT");
    assert_string_equal(c->read.confirmed_by, "");
    assert_int_equal(c->read.statements.count, 2);
    assert_string_equal(c->read.statements.at[1], "Nonspecific T wave abnormality");
    assert_int_equal(c->read.filters.count, 2);
    assert_string_equal(c->read.filters.at[0], filters[0]);
    assert_string_equal(c->read.filters.at[1], filters[1]);
}

static void names_have_three_parts_of_one_group(void **state)
{
    static const struct {
        const char *sent, *read;
    } cases[] = {
        { "MARLOWE-TEST^IRIS", "MARLOWE-TEST^IRIS" },
        { "MARLOWE-TEST^IRIS^J^Dr^III", "MARLOWE-TEST^IRIS^J" },
        { "MARLOWE-TEST^^^^", "MARLOWE-TEST" },
        { "MARLOWE-TEST ^ IRIS ", "MARLOWE-TEST^IRIS" },
        { "^IRIS", "^IRIS" },
        { "MARLOWE-TEST^IRIS=X^Y=Z", "MARLOWE-TEST^IRIS" },
        { "=X-TEST^Y", "X-TEST^Y" },
        { "MARLOWE-TEST^IRIS\\OTHER^NAME", "MARLOWE-TEST^IRIS" },
        { "", "" },
        { "^^^", "" },
    };
    struct dicom_case *c = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        c->said.patient_name = cases[i].sent;
        dicom_case_read(c);
        assert_string_equal(c->read.patient_name, cases[i].read);
    }
}

static void letters_are_those_of_the_file(void **state)
{
    static const struct {
        const char *letters, *read;
    } cases[] = {
        { "ISO_IR 192", "MÜLLER-TEST^JOSÉ" },
        { "ISO_IR 100", "MÜLLER-TEST^JOSÉ" },
        { NULL, "MÜLLER-TEST^JOSÉ" },
        { "ISO_IR 144", "M\xef\xbf\xbd\xef\xbf\xbdLLER-TEST^JOS\xef\xbf\xbd\xef\xbf\xbd" },
    };
    struct dicom_case *c = *state;

    c->said.patient_name = "MÜLLER-TEST^JOSÉ";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        c->form.letters = cases[i].letters;
        dicom_case_read(c);
        assert_string_equal(c->read.patient_name, cases[i].read);
        assert_int_equal(dicom_case_complains(c, "\"ISO_IR 144\""), i == 3);
    }
}

static void sexes_and_ages_are_those_of_the_record(void **state)
{
    struct dicom_case *c = *state;

    c->said.patient_sex = "X"; /* "O" in the file */
    c->said.patient_age = "105";
    dicom_case_read(c);
    assert_string_equal(c->read.patient_sex, "X");
    assert_string_equal(c->read.patient_age, "105 a");
    memcpy(dicom_case_find(c, "105Y", 4), "009M", 4);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_string_equal(c->read.patient_age, "9 mo");
    memcpy(dicom_case_find(c, "009M", 4), "abcd", 4);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_string_equal(c->read.patient_age, "abcd");
}

static void an_empty_header_names_nobody(void **state)
{
    struct dicom_case *c = *state;

    c->said.patient_name = c->said.patient_id = c->said.patient_birth_date = "";
    c->said.patient_sex = "";
    dicom_case_read(c);
    assert_string_equal(c->read.patient_name, "");
    assert_string_equal(c->read.patient_id, "");
    assert_string_equal(c->read.patient_birth_date, "");
    assert_string_equal(c->read.patient_sex, "");
}

static void times_are_those_of_the_acquisition(void **state)
{
    struct dicom_case *c = *state;

    c->form.apart = true; /* the content's are of 1999 */
    dicom_case_read(c);
    assert_string_equal(c->read.recorded_at, "2026-03-12T09:44:00");
    memcpy(dicom_case_find(c, "\x08\0\x22\0", 4), "\x08\0\x21\0", 4); /* the series' */
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_string_equal(c->read.recorded_at, "1999-01-01T01:01:01");
    dicom_case_read(c); /* a day without a time is a day all the same */
    memcpy(dicom_case_find(c, "\x08\0\x32\0", 4), "\x08\0\x31\0", 4);
    memcpy(dicom_case_find(c, "\x08\0\x33\0", 4), "\x08\0\x34\0", 4);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_string_equal(c->read.recorded_at, "2026-03-12");
    c->form.apart = false;
    c->said.recorded_at = "";
    dicom_case_read(c);
    assert_string_equal(c->read.recorded_at, "");
}

static void measurements_of_one_channel_or_place_do_not_count(void **state)
{
    struct dicom_case *c = *state;

    c->form.unconfirmed = true;
    c->said.measurements[ECG_T_AXIS] = "";
    for (unsigned codes = ECG_DICOM_SCPECG; codes <= ECG_DICOM_MDC; codes++) {
        c->form.codes = (enum ecg_dicom_codes)codes;
        dicom_case_read(c);
        for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++)
            assert_string_equal(c->read.measurements[i], c->said.measurements[i]);
    }
}

static void an_interval_in_another_unit_is_left_out(void **state)
{
    struct dicom_case *c = *state;
    uint8_t *at;

    dicom_case_write(c);
    at = dicom_case_find(c, "/min", 4);
    at = memmem(at, 2000, "SH\2\0ms", 6); /* of the first interval: PR */
    assert_non_null(at);
    memcpy(at + 4, "s ", 2);
    assert_int_equal(dicom_case_decode(c), ERROR_OK);
    assert_string_equal(c->read.measurements[ECG_PR], "");
    assert_string_equal(c->read.measurements[ECG_QRS], "92");
    assert_true(dicom_case_complains(c, "PR is left out"));
}

static void who_reads_has_confirmed_only_when_it_says_so(void **state)
{
    static const char *confirmed[] = { "Sinus rhythm", "Confirmed report" };
    static const char *unconfirmed[] = { "UNCONFIRMED REPORT" };
    struct dicom_case *c = *state;

    c->said.confirmed_by = "HOUSE-TEST^GREG";
    dicom_case_read(c);
    assert_string_equal(c->read.confirmed_by, "");
    c->said.statements = (struct text_list) { unconfirmed, 1 };
    dicom_case_read(c);
    assert_string_equal(c->read.confirmed_by, "");
    c->said.statements = (struct text_list) { confirmed, 2 };
    dicom_case_read(c);
    assert_string_equal(c->read.confirmed_by, "HOUSE-TEST^GREG");
}

static void a_text_of_lines_is_as_many_statements(void **state)
{
    static const char *text[] = { "Sinus rhythm\r\nNormal axis\r\n\r\nNormal ECG" };
    struct dicom_case *c = *state;

    c->said.statements = (struct text_list) { text, 1 };
    dicom_case_read(c);
    assert_int_equal(c->read.statements.count, 3);
    assert_string_equal(c->read.statements.at[0], "Sinus rhythm");
    assert_string_equal(c->read.statements.at[2], "Normal ECG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DICOM_TEST(everything_said_comes_through),
        DICOM_TEST(names_have_three_parts_of_one_group),
        DICOM_TEST(letters_are_those_of_the_file),
        DICOM_TEST(sexes_and_ages_are_those_of_the_record),
        DICOM_TEST(an_empty_header_names_nobody),
        DICOM_TEST(times_are_those_of_the_acquisition),
        DICOM_TEST(measurements_of_one_channel_or_place_do_not_count),
        DICOM_TEST(an_interval_in_another_unit_is_left_out),
        DICOM_TEST(who_reads_has_confirmed_only_when_it_says_so),
        DICOM_TEST(a_text_of_lines_is_as_many_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
