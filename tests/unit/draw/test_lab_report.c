/* The lint names each element that a report would lack; nothing is drawn without it. */
#include "labels/draw/lab_report.h"
#include "tests/unit/draw/pdf_text.h"
#include "tests/unit/test.h"

#include <string.h>

enum { ROWS = 60 };

/* A whole report, which each test takes something from. */
struct paper {
    struct lab_report_place places[2];
    struct lab_report_specimen specimens[1];
    struct lab_report_result results[ROWS];
    struct lab_report report;
};

static void fill(struct paper *p, size_t results)
{
    memset(p, 0, sizeof *p);
    p->places[0] =
        (struct lab_report_place) { .name = "Invented Clinic", .address = "1 Invented Street" };
    p->places[1] = (struct lab_report_place) { .name = "Far Laboratory (invented)",
                                               .address = "2 Invented Road" };
    p->specimens[0] = (struct lab_report_specimen) { .number = "260314000423",
                                                     .source = "whole blood, L arm",
                                                     .collected = "03/14/2026 09:41 EDT",
                                                     .condition = "acceptable, no remark" };
    for (size_t i = 0; i < results; i++)
        p->results[i] = (struct lab_report_result) { .test = "Basic metabolic panel",
                                                     .name = "Potassium",
                                                     .value = "6.7",
                                                     .unit = "mmol/L",
                                                     .needs_unit = true,
                                                     .flag = "HH",
                                                     .reference = "3.5-5.0",
                                                     .measured = "03/14/2026 09:50" };
    p->report = (struct lab_report) { .family = "Doe-TEST",
                                      .given = "Jane",
                                      .mrn = "00123456",
                                      .birth_date = "03/14/1981",
                                      .sex = "F",
                                      .order = "R000012",
                                      .provider = "Dr. Kay Invented",
                                      .ordered = "03/14/2026 09:40 EDT",
                                      .status = "FINAL",
                                      .reported = "03/14/2026 09:51 EDT",
                                      .director = "Dr. Kay Invented",
                                      .printed = "Printed 03/14/2026",
                                      .mark = "PRACTICE",
                                      .places = p->places,
                                      .place_count = 1,
                                      .specimens = p->specimens,
                                      .specimen_count = 1,
                                      .results = p->results,
                                      .result_count = results };
}

static void each_element_is_missed_by_name(void **state)
{
    struct paper p;
    const struct {
        const char **place;
        const char *words;
    } rows[] = {
        { &p.report.family, "the patient's name (42 CFR 493.1291(c)(1))" },
        { &p.report.mrn, "the patient's number (MRN) (42 CFR 493.1291(c)(1))" },
        { &p.places[0].name, "the name of the laboratory that did the test" },
        { &p.places[0].address, "the address of the laboratory that did the test" },
        { &p.report.reported, "the date of the report (42 CFR 493.1291(c)(3))" },
        { &p.results[0].name, "the test that was done (42 CFR 493.1291(c)(4))" },
        { &p.specimens[0].source, "the specimen's source" },
        { &p.results[0].value, "a result (Potassium) (42 CFR 493.1291(c)(6))" },
        { &p.results[0].unit, "the unit of a result (Potassium)" },
        { &p.specimens[0].condition, "the condition of a specimen" },
        { &p.results[0].reference, "a reference interval (Potassium) (42 CFR 493.1291(d))" },
    };

    (void)state;
    fill(&p, 1);
    assert_int_equal(lab_report_lint(&p.report, NULL), ERROR_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct complaint why = { "" };
        struct buffer out;
        fill(&p, 1);
        *rows[i].place = "";
        buffer_init(&out, LAB_REPORT_PDF);
        assert_int_equal(lab_report_draw(NULL, &p.report, &out, &why), ERROR_BAD_INPUT);
        assert_int_equal(out.len, 0);
        if (!strstr(why.text, rows[i].words))
            fail_msg("\"%s\" does not name %s", why.text, rows[i].words);
        buffer_free(&out);
    }
}

/* domain.md 2.3: the reference laboratory's address is what surveyors miss most. */
static void a_reference_laboratory_needs_its_address(void **state)
{
    struct complaint why = { "" };
    struct paper p;

    (void)state;
    fill(&p, 2);
    p.report.place_count = 2;
    p.results[1].place = 1;
    assert_int_equal(lab_report_lint(&p.report, &why), ERROR_OK);
    p.places[1].address = "";
    assert_int_equal(lab_report_lint(&p.report, &why), ERROR_BAD_INPUT);
    assert_non_null(strstr(why.text, "(Far Laboratory (invented))"));
    p.places[1].address = "2 Invented Road";
    p.results[1].place = 2; /* of no laboratory in the list */
    assert_int_equal(lab_report_lint(&p.report, &why), ERROR_BAD_INPUT);
}

static char *drawn(const struct lab_report *report)
{
    struct label_drawer *drawer = NULL;
    struct complaint why = { "" };
    struct buffer out;
    char *text;

    assert_int_equal(label_draw_prepare(&drawer, &why), ERROR_OK);
    buffer_init(&out, LAB_REPORT_PDF);
    if (lab_report_draw(drawer, report, &out, &why) != ERROR_OK)
        fail_msg("%s", why.text);
    text = pdf_text(&out);
    buffer_free(&out);
    label_draw_free(drawer);
    return text;
}

static unsigned count_of(const char *text, const char *words)
{
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, words)); at += strlen(words))
        count++;
    return count;
}

/* Each page says whose it is and which of how many; a corrected one says so before all else. */
static void a_long_report_has_a_head_on_each_page(void **state)
{
    struct paper p;
    char *text, words[32];
    unsigned pages;

    (void)state;
    fill(&p, ROWS);
    p.results[3].corrected = "it was 5.4 mmol/L, reported 03/14/2026 09:45 EDT; corrected by Lena";
    p.report.corrected = true;
    text = drawn(&p.report);
    assert_int_equal(count_of(text, "DOB 03/14/1981"), count_of(text, "CORRECTED REPORT"));
    assert_true(count_of(text, "CORRECTED REPORT") >= 2);
    pages = count_of(text, "CORRECTED REPORT");
    for (unsigned i = 1; i <= pages; i++) {
        (void)snprintf(words, sizeof words, "Page %u of %u", i, pages);
        assert_int_equal(count_of(text, words), 1);
    }
    assert_int_equal(count_of(text, "6.7"), ROWS);
    assert_non_null(strstr(text, "it was 5.4 mmol/L"));
    assert_non_null(strstr(text, "Nobody has reviewed these results yet."));
    free(text);
}

/* Each page says at its foot whose it is, and by which number that is found now. */
static void the_foot_says_the_number_of_now(void **state)
{
    struct paper p;
    char *text;

    (void)state;
    fill(&p, 1);
    p.report.mrn_now = "00123456";
    text = drawn(&p.report);
    assert_null(strstr(text, ", now "));
    free(text);
    p.report.mrn_now = "00999999";
    text = drawn(&p.report);
    assert_int_equal(count_of(text, "MRN 00123456, now 00999999"), 1);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_element_is_missed_by_name),
        cmocka_unit_test(a_reference_laboratory_needs_its_address),
        cmocka_unit_test(a_long_report_has_a_head_on_each_page),
        cmocka_unit_test(the_foot_says_the_number_of_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
