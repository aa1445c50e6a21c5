/* HL7 annotated ECG: every field, every way of writing it, what is refused and why. */
#include "tests/unit/ecg/xml_bench.h"

#include <time.h>

static const struct ecg_tracing usual = { .rate = 500, .seconds = 2 };
static const struct ecg_tracing small = { .rate = 50, .seconds = 0.8, .limbs = true };
static const struct ecg_aecg_form plain = { 0 };

static void open_bench(struct xml_bench *b, struct ecg_tracing how,
                       const struct ecg_aecg_form *form)
{
    xml_bench_open(b, &ecg_aecg, how);
    assert_int_equal(ecg_aecg_write(&b->made, form, &b->file), ERROR_OK);
}

static void reads_as_made(const struct ecg_aecg_form *form)
{
    struct xml_bench b;
    open_bench(&b, usual, form);
    if (xml_bench_read(&b) != ERROR_OK)
        fail_msg("%s", b.why.text);
    assert_int_equal(xml_bench_facts(&b.made, &b.read), 0);
    assert_string_equal(b.read.qtc_formula, b.made.qtc_formula);
    xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
    assert_int_equal(b.read.complaints.count, 0);
    xml_bench_close(&b);
}

static void every_field_is_read(void **state)
{
    struct xml_bench b;
    (void)state;
    reads_as_made(&plain);
    open_bench(&b, usual, &plain);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    xml_bench_usual(&b.read);
    assert_string_equal(b.read.maker, "Synthetic");
    assert_string_equal(b.read.qtc_formula, "Bazett");
    assert_string_equal(b.read.severity, "ABNORMAL ECG");
    xml_bench_close(&b);
}

static void forms_of_the_same_are_the_same(void **state)
{
    static const struct ecg_aecg_form forms[] = {
        { .declaration = "" },
        { .declaration = "\xef\xbb\xbf<?xml version=\"1.0\"?>" },
        { .declaration = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\r\n" },
        { .declaration = "", .before = "<!-- AnnotatedECG? --><!-- <RestingECG/> -->\n" },
        { .before = "<!DOCTYPE AnnotatedECG SYSTEM \"aecg.dtd\">\n" },
        { .prefix = "hl7:" },
        { .time_unit = "ms" },
        { .time_unit = "us" },
        { .voltage = "mV" },
        { .voltage = "nV" },
        { .relative = true },
        { .in_beats = true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        reads_as_made(&forms[i]);
}

static void only_the_recording_counts(void **state)
{
    (void)state;
    reads_as_made(&(struct ecg_aecg_form) { .distracting = true });
    reads_as_made(&(struct ecg_aecg_form) { .distracting = true, .in_beats = true });
}

/* Every byte as one character of UTF-16, in either order. */
static void widen(struct xml_bench *b, bool big)
{
    struct buffer out;
    buffer_init(&out, b->file.max);
    assert_int_equal(buffer_put(&out, span_of(big ? "\xfe\xff" : "\xff\xfe", 2)), ERROR_OK);
    for (size_t i = 0; i < b->file.len; i++) {
        uint8_t two[2] = { big ? 0 : b->file.at[i], big ? b->file.at[i] : 0 };
        assert_int_equal(buffer_put(&out, span_of(two, 2)), ERROR_OK);
    }
    buffer_free(&b->file);
    b->file = out;
}

static void names_in_any_encoding(void **state)
{
    static const struct {
        const char *declaration, *as_written, *as_read;
    } rows[] = {
        { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "J\xc3\xb6RG", "J\u00f6RG" },
        { "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "J\xf6RG", "J\u00f6RG" },
        { "<?xml version=\"1.0\" encoding=\"windows-1252\"?>", "\x8aJ\xf6RG", "\u0160J\u00f6RG" },
        { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "J\xf6RG", "J\u00f6RG" }, /* it is not */
        { "", "O&apos;JO &amp; &#246;", "O'JO & \u00f6" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct xml_bench b;
        char name[64];
        open_bench(&b, small, &(struct ecg_aecg_form) { .declaration = rows[i].declaration });
        xml_bench_change(&b, NULL, "IRIS", rows[i].as_written);
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        (void)snprintf(name, sizeof name, "MARLOWE-TEST^%s^J", rows[i].as_read);
        assert_string_equal(b.read.patient_name, name);
        xml_bench_close(&b);
    }
}

static void utf_16_is_read(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        struct xml_bench b;
        open_bench(&b, small,
                   &(struct ecg_aecg_form) { .declaration =
                                                 "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n" });
        widen(&b, big);
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        assert_int_equal(xml_bench_facts(&b.made, &b.read), 0);
        xml_bench_close(&b);
    }
}

static void what_is_not_said_is_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &plain);
    xml_bench_refuses(&b, "TIME_ABSOLUTE", " unit=\"s\"", "", ERROR_BAD_INPUT, "how far apart");
    xml_bench_refuses(&b, "TIME_ABSOLUTE", "value=\"0.02\"", "value=\"0\"", ERROR_BAD_INPUT,
                      "how far apart");
    xml_bench_refuses(&b, "TIME_ABSOLUTE", "value=\"0.02\"", "value=\"-1\"", ERROR_BAD_INPUT,
                      "how far apart");
    xml_bench_refuses(&b, NULL, "TIME_ABSOLUTE", "TIME_OTHERWISE", ERROR_BAD_INPUT,
                      "how far apart");
    xml_bench_refuses(&b, "LEAD_II\"", "scale value=\"2.5\"", "scale value=\"0\"", ERROR_BAD_INPUT,
                      "how large lead II is");
    xml_bench_refuses(&b, "LEAD_II\"", "scale value=\"2.5\" unit=\"uV\"", "scale value=\"2.5\"",
                      ERROR_BAD_INPUT, "how large lead II is");
    xml_bench_refuses(&b, "LEAD_II\"", "origin value=\"0\" unit=\"uV\"",
                      "origin value=\"1\" unit=\"cm\"", ERROR_BAD_INPUT,
                      "where zero is in lead II");
    xml_bench_refuses(&b, NULL, "component><series", "component><other", ERROR_BAD_INPUT,
                      "mismatched tag");
    xml_bench_close(&b);
}

static void damage_is_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &plain);
    xml_bench_refuses(&b, "LEAD_AVF\"", "<digits>", "<digits>12 ", ERROR_BAD_INPUT,
                      "aVF has 41 samples");
    xml_bench_refuses(&b, "LEAD_AVF\"", "<digits>", "<digits>x ", ERROR_BAD_INPUT,
                      "sample 1 of a lead");
    xml_bench_refuses(&b, "LEAD_AVF\"", "<digits>", "<digits>1.5 ", ERROR_BAD_INPUT,
                      "sample 1 of a lead");
    xml_bench_refuses(&b, "LEAD_AVF\"", "<digits>", "<digits>99999999999 ", ERROR_BAD_INPUT,
                      "sample 1");
    xml_bench_refuses(&b, "LEAD_AVF\"", "<digits>", "<digits><x>", ERROR_BAD_INPUT,
                      "mismatched tag");
    xml_bench_refuses(&b, NULL, "code=\"MDC_ECG_LEAD_I\"", "", ERROR_BAD_INPUT, "what it is of");
    xml_bench_refuses(&b, NULL, "</AnnotatedECG>", "", ERROR_BAD_INPUT,
                      "it ends before it is complete. Have the cart export");
    xml_bench_close(&b);
}

static void a_lead_without_a_list_is_another_variant(void **state)
{
    struct xml_bench b;
    (void)state;
    xml_bench_open(&b, &ecg_aecg, small);
    assert_int_equal(
        buffer_put_text(&b.file,
                        "<AnnotatedECG><component><series><code code='RHYTHM'/><component>"
                        "<sequenceSet><component><sequence><code code='TIME_RELATIVE'/><value>"
                        "<increment value='2' unit='ms'/></value></sequence></component><component>"
                        "<sequence><code code='MDC_ECG_LEAD_II'/><value><scale value='1' "
                        "unit='uV'/></value></sequence></component></sequenceSet></component>"
                        "</series></component></AnnotatedECG>"),
        ERROR_OK);
    xml_bench_refused(&b, ERROR_UNSUPPORTED, "Lead II is not written as a list");
    xml_bench_change(&b, NULL, "<scale", "<digits/><scale");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_false(b.read.leads[0].recorded);
    xml_bench_change(&b, NULL, "<digits/>", "<digits>1 -2 +3</digits>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.leads[0].samples[1], -2);
    assert_true(b.read.leads[0].rate == 500);
    xml_bench_change(&b, NULL, "series>", "other>");
    xml_bench_change(&b, NULL, "</series>", "</other>");
    xml_bench_refused(&b, ERROR_BAD_INPUT, "no series of rhythm waveforms");
    xml_bench_close(&b);
}

/* Leads of several times: each in its own set. */
static void sets_begin_when_they_say(void **state)
{
    struct xml_bench b;
    const char *two = "<sequenceSet><component><sequence><code code='TIME_ABSOLUTE'/><value>"
                      "<head value='20260312094402.500'/><increment value='4' unit='ms'/></value>"
                      "</sequence></component><component><sequence><code code='MDC_ECG_LEAD_V1'/>"
                      "<value><scale value='1' unit='uV'/><digits>1 2 3</digits></value></sequence>"
                      "</component></sequenceSet></component><component>"
                      "<sequenceSet>";
    (void)state;
    open_bench(&b, small, &plain);
    xml_bench_change(&b, NULL, "<sequenceSet>", two);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.lead_count, 7);
    assert_string_equal(b.read.leads[0].name, "V1");
    assert_true(b.read.leads[0].start == 2.5 && b.read.leads[0].rate == 250);
    assert_true(b.read.leads[1].start == 0 && b.read.leads[1].rate == 50);
    xml_bench_change(&b, NULL, "20260312094402.500", "yesterday");
    xml_bench_refused(&b, ERROR_BAD_INPUT, "when lead V1 begins");
    xml_bench_change(&b, NULL, "TIME_ABSOLUTE", "TIME_RELATIVE");
    xml_bench_refused(&b, ERROR_UNSUPPORTED, "in two ways");
    xml_bench_close(&b);
}

static void measurements_in_other_units(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &plain);
    xml_bench_change(&b, "TIME_PD_PR", "value=\"168\" unit=\"ms\"", "value=\"0.168\" unit=\"s\"");
    xml_bench_change(&b, "TIME_PD_QRS", "value=\"92\" unit=\"ms\"", "value=\"92\" unit=\"mm\"");
    xml_bench_change(&b, "TIME_PD_QT", "value=\"392\"", "value=\"none\"");
    xml_bench_change(&b, NULL, "TIME_PD_QTcB", "TIME_PD_QTc");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.measurements[ECG_PR], "168");
    assert_string_equal(b.read.measurements[ECG_QRS], "");
    assert_string_equal(b.read.measurements[ECG_QT], "");
    assert_string_equal(b.read.measurements[ECG_QTC], "435");
    assert_string_equal(b.read.qtc_formula, "");
    assert_int_equal(b.read.complaints.count, 2);
    assert_string_equal(b.read.complaints.at[0], "The measurement QRS, 92 mm, cannot be read.");
    xml_bench_close(&b);
}

static void who_it_is_as_the_file_says(void **state)
{
    static const struct {
        const char *from, *to, *sex;
    } rows[] = {
        { "code=\"F\"", "code=\"UN\"", "X" },
        { "code=\"F\"", "code=\"UNK\"", "U" },
        { "code=\"F\"", "nullFlavor=\"UNK\"", "U" },
        { "code=\"F\"", "code=\"Z\"", "Z" },
    };
    struct xml_bench b;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_bench(&b, small, &plain);
        xml_bench_change(&b, "administrativeGenderCode", rows[i].from, rows[i].to);
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        assert_string_equal(b.read.patient_sex, rows[i].sex);
        xml_bench_close(&b);
    }
    open_bench(&b, small, &plain);
    xml_bench_change(&b, NULL, "<given>IRIS</given>\n<given>J</given>", "");
    xml_bench_change(&b, NULL, "19580719", "1958");
    xml_bench_change(&b, NULL, "extension=\"00900142\"", "root=\"1.2.3\"");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.patient_name, "MARLOWE-TEST");
    assert_string_equal(b.read.patient_birth_date, "1958");
    assert_string_equal(b.read.patient_id, "");
    b.made.patient_name = "initials C.T-TEST";
    buffer_clear(&b.file);
    assert_int_equal(ecg_aecg_write(&b.made, &plain, &b.file), ERROR_OK);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.patient_name, "initials C.T-TEST");
    xml_bench_close(&b);
}

static void other_roots_are_not_claimed(void **state)
{
    static const char *const files[] = {
        "",
        "<",
        "AnnotatedECG",
        "<RestingECG/>",
        "<AnnotatedECGs/>",
        "<!-- <AnnotatedECG> --><a/>",
        "{\"AnnotatedECG\":1}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_int_equal(ecg_aecg.claim(span_text(files[i])), ECG_NOT_MINE);
    assert_int_equal(ecg_aecg.claim(span_text(" \n<h:AnnotatedECG xmlns:h='urn:x'>")), ECG_MINE);
}

static void damaged_files(void **state)
{
    struct xml_bench b;
    (void)state;
    open_bench(&b, small, &plain);
    xml_bench_truncate(&b);
    xml_bench_flip(&b, 1);
    xml_bench_close(&b);
}

static double seconds_of(clock_t start)
{
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* Files that are made to be slow or large: one of many annotations, one of many leads. */
static void hostile_files_end_soon(void **state)
{
    static const char *const pieces[] = { "<component><annotation/></component>",
                                          ("<component><annotation><code code='MDC_ECG_RHY'/>"
                                           "<value displayName='x'/></annotation></component>"),
                                          "<component/>", "<support><x/></support>", "<x/>" };
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct xml_bench b;
        struct buffer many;
        clock_t start;
        open_bench(&b, small, &plain);
        buffer_init(&many, LIMIT_ECG_FILE);
        assert_int_equal(buffer_put_text(&many, "<annotationSet>"), ERROR_OK);
        for (size_t n = 0; n < 40000; n++)
            assert_int_equal(buffer_put_text(&many, pieces[i]), ERROR_OK);
        assert_int_equal(buffer_put_byte(&many, '\0'), ERROR_OK);
        xml_bench_change(&b, NULL, "<annotationSet>", (const char *)many.at);
        start = clock();
        (void)xml_bench_read(&b);
        assert_true(seconds_of(start) < 5);
        assert_true(b.read_in.used <= LIMIT_ECG_ARENA);
        buffer_free(&many);
        xml_bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(forms_of_the_same_are_the_same),
        cmocka_unit_test(only_the_recording_counts),
        cmocka_unit_test(names_in_any_encoding),
        cmocka_unit_test(utf_16_is_read),
        cmocka_unit_test(what_is_not_said_is_refused),
        cmocka_unit_test(damage_is_refused),
        cmocka_unit_test(a_lead_without_a_list_is_another_variant),
        cmocka_unit_test(sets_begin_when_they_say),
        cmocka_unit_test(measurements_in_other_units),
        cmocka_unit_test(who_it_is_as_the_file_says),
        cmocka_unit_test(other_roots_are_not_claimed),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(hostile_files_end_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
