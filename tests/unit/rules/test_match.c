/* Comparing what a device sent of a patient with who the patient is. */
#include "core/rules/match.h"
#include "tests/unit/test.h"

static void a_name_is_compared_by_its_words(void **state)
{
    static const struct {
        const char *sent, *family, *given;
        bool same;
    } cases[] = {
        { "DOE-TEST^JANE^Q", "Doe-TEST", "Jane Q", true },
        { "doe-test^jane", "Doe-TEST", "Jane Q", true }, /* no middle name sent */
        { "DOE-TEST", "Doe-TEST", "Jane Q", true },
        { "Doe-TEST, Jane", "Doe-TEST", "Jane Q", true },
        { "Jane Q Doe-TEST", "Doe-TEST", "Jane Q", true },
        { "DOETEST JANE", "Doe-TEST", "Jane", true },
        { "  DOE-TEST  JANE ", "Doe-TEST", "Jane", true },
        { "O'HARA-TEST^MARY", "OHara-TEST", "Mary", true },
        { "N\xc3\x9a\xc3\x91"
          "EZ-TEST^ANA",
          "N\xc3\xba\xc3\xb1"
          "ez-TEST",
          "Ana", true },
        { "DOE-TEST^JANET", "Doe-TEST", "Jane", false },
        { "DOE-TEST^JAN", "Doe-TEST", "Jane", false },
        { "DOE^JANE", "Doe-TEST", "Jane", false },
        { "ROE-TEST^JANE", "Doe-TEST", "Jane", false },
        { "JANE^DOE-TEST", "Doe-TEST", "Jane", false },
        { "DOE-TEST^JANE^X", "Doe-TEST", "Jane Q", false },
        { "DOE-TEST JANE X", "Doe-TEST", "Jane", false },
        { "Unknown", "Doe-TEST", "Jane", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (match_name(cases[i].sent, cases[i].family, cases[i].given) != cases[i].same)
            fail_msg("%s and %s, %s", cases[i].sent, cases[i].family, cases[i].given);
}

static void a_birth_date_is_compared_by_its_digits(void **state)
{
    (void)state;
    assert_true(match_birth_date("19810314", "1981-03-14"));
    assert_true(match_birth_date("1981-03-14", "1981-03-14"));
    assert_true(match_birth_date("19810314000000", "1981-03-14"));
    assert_false(match_birth_date("19810413", "1981-03-14"));
    assert_false(match_birth_date("1981", "1981-03-14"));
    assert_false(match_birth_date("03/14/1981", "1981-03-14"));
    assert_false(match_birth_date("198103", "1981-03-14"));
}

static struct match_decision decide(struct record *r, struct match_specimen *s)
{
    struct match_decision out;

    match_decide(r, "4711", s, &out);
    return out;
}

/* What an instrument sends for that specimen: an HbA1c that needs no unit, not being a number. */
static void measure(const char *accession, struct record *record, struct record_result *result)
{
    record_init(record);
    record_result_init(result);
    record->kind = RECORD_PATIENT;
    record->specimen = accession;
    record->results = result;
    record->result_count = 1;
    result->code = "HbA1c";
    result->value = "---";
}

/* The specimen's number in the patient's place names this very tube. */
static void a_repeated_number_is_no_contradiction(void **state)
{
    static const struct match_analyte analyte = { 7, "HbA1c", "4548-4", "Hemoglobin A1c", "%" };
    struct accession accession;
    struct record_result result;
    struct record record;
    struct match_specimen specimen = { .state = SPECIMEN_RECEIVED,
                                       .mrn = "M1",
                                       .family = "Doe-TEST",
                                       .given = "Jane",
                                       .birth_date = "1981-03-14",
                                       .sex = "F",
                                       .analytes = &analyte,
                                       .analyte_count = 1 };

    (void)state;
    assert_int_equal(accession_make(&accession, 260312, 1, "4711"), ERROR_OK);
    specimen.accession = accession.digits;
    measure(accession.digits, &record, &result);
    record.patient_id = accession.digits;
    assert_int_equal(decide(&record, &specimen).disposition, DISPOSITION_LINKED);
    assert_ptr_equal(decide(&record, &specimen).analyte[0], &analyte);
    result.value = result.number = "5.9";
    assert_int_equal(decide(&record, &specimen).reason, REASON_UNIT_MISSING);
    result.unit = "%";
    assert_int_equal(decide(&record, &specimen).disposition, DISPOSITION_LINKED);
    /* Even a specimen of that very number is not linked to when the number cannot be ours. */
    specimen.accession = record.specimen = "260312000028";
    if (accession_valid(record.specimen, "4711"))
        specimen.accession = record.specimen = "260312000029";
    assert_int_equal(decide(&record, &specimen).reason, REASON_CHECK_DIGIT);
    specimen.accession = accession.digits;
    /* A caller that looked up another specimen than the one named is not believed. */
    assert_int_equal(decide(&record, &specimen).disposition, DISPOSITION_HELD);
}

/* A header that repeats what the tube's label says is of this tube, although the name was put right
 * since; it must be the whole of what one label says. */
static void what_the_label_says_is_no_contradiction(void **state)
{
    static const struct store_patient label = { 1, "M1", "Do-TEST", "Jane", "1981-03-14", "F" };
    static const struct match_analyte analyte = { 7, "HbA1c", "4548-4", "Hemoglobin A1c", "%" };
    static const struct {
        const char *id, *name, *birth_date, *sex;
        enum reason reason;
    } cases[] = {
        { "", "DO-TEST^JANE", "", "", REASON_PATIENT_NAME }, /* anybody's, without the number */
        { "M1", "DO-TEST^JANE", "", "", REASON_NONE },
        { "", "DOE-TEST^JANE", "", "", REASON_NONE },
        { "M1", "DO-TEST^JANE", "19810314", "F", REASON_NONE },
        { "M2", "DOE-TEST^JANE", "19810413", "F", REASON_NONE },
        { "", "ROE-TEST^JANE", "", "", REASON_PATIENT_NAME },
        { "", "DO-TEST^JANE", "19810413", "", REASON_PATIENT_NAME }, /* half of each */
        { "M2", "DO-TEST^JANE", "", "", REASON_PATIENT_NAME },
        { "M1", "DOE-TEST^JANE", "", "", REASON_PATIENT_ID },
        { "", "DO-TEST^JANE", "", "M", REASON_PATIENT_NAME },
    };
    struct accession accession;
    struct record_result result;
    struct record record;
    struct match_specimen specimen = { .state = SPECIMEN_RECEIVED,
                                       .mrn = "M2",
                                       .family = "Doe-TEST",
                                       .given = "Jane",
                                       .birth_date = "1981-04-13",
                                       .sex = "F",
                                       .told = &label,
                                       .told_count = 1,
                                       .analytes = &analyte,
                                       .analyte_count = 1 };

    (void)state;
    assert_int_equal(accession_make(&accession, 260312, 1, "4711"), ERROR_OK);
    specimen.accession = accession.digits;
    measure(accession.digits, &record, &result);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        record.patient_id = cases[i].id;
        record.patient_name = cases[i].name;
        record.patient_birth_date = cases[i].birth_date;
        record.patient_sex = cases[i].sex;
        if (decide(&record, &specimen).reason != cases[i].reason)
            fail_msg("%s %s %s %s", cases[i].id, cases[i].name, cases[i].birth_date, cases[i].sex);
    }
    specimen.told_count = 0;
    record.patient_id = "", record.patient_name = "DO-TEST^JANE";
    record.patient_birth_date = record.patient_sex = "";
    assert_int_equal(decide(&record, &specimen).reason, REASON_PATIENT_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_compared_by_its_words),
        cmocka_unit_test(a_birth_date_is_compared_by_its_digits),
        cmocka_unit_test(a_repeated_number_is_no_contradiction),
        cmocka_unit_test(what_the_label_says_is_no_contradiction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
