/* Philips Sierra XML: what our own writer wrote comes back field by field, in both versions, in
 * every form and encoding; what a cart may leave out or add; refusals with their reasons; damage.
 */
#include "tests/support/ecg_philips_file.h"
#include "tests/support/ecg_xli_write.h"
#include "tests/unit/ecg/xml_bench.h"

static const struct ecg_philips_how xli_103 = { "1.03", ECG_PHILIPS_XLI, false, 0 };
static const struct ecg_philips_how xli_104 = { "1.04", ECG_PHILIPS_XLI, false, 0 };
static const struct ecg_philips_how plain_104 = { "1.04.01", ECG_PHILIPS_PLAIN, false, 0 };

static const char *statements[] = { "Sinus bradycardia - rate< 50", "Nonspecific T abnormality",
                                    ">>> Acute MI <<<" };
/* What the writer always says: 1.03 does not know the notch filter of the signal. */
static const char *filters[] = { "0.05-150 Hz", "60 Hz notch", "cart's report: 0.15-100 Hz",
                                 "cart's report: 60 Hz notch" };
static const char *filters_103[] = { "0.05-150 Hz", "cart's report: 0.15-100 Hz",
                                     "cart's report: 60 Hz notch" };

static void make(struct xml_bench *b, double seconds)
{
    const struct ecg_tracing how = { .rate = 500, .seconds = seconds, .noise = 10 };

    xml_bench_open(b, &ecg_philips, how);
    b->made.statements = (struct text_list) { statements, 3 };
    b->made.filters = (struct text_list) { filters, 4 };
    b->made.patient_name = "M\u00dcLLER-TEST^\u0130RIS^J";
    b->made.patient_age = ""; /* an age, or a birth date */
    b->made.severity = "- ABNORMAL ECG -";
}

static void write(struct xml_bench *b, const struct ecg_philips_how *how)
{
    if (strcmp(how->version, "1.03") == 0)
        b->made.filters = (struct text_list) { filters_103, 3 };
    buffer_clear(&b->file);
    assert_int_equal(ecg_philips_write(&b->made, how, &b->file), ERROR_OK);
}

static void prepare(struct xml_bench *b, const struct ecg_philips_how *how, double seconds)
{
    make(b, seconds);
    write(b, how);
}

/* One of the complaints has these words. */
static bool complains(const struct ecg *e, const char *words)
{
    for (size_t i = 0; i < e->complaints.count; i++)
        if (strstr(e->complaints.at[i], words))
            return true;
    return false;
}

/* ---- what it says ---- */

static void everything_comes_back(void **state)
{
    static const char *const versions[] = { "1.03", "1.04", "1.04.01", "1.04.02" };
    (void)state;
    for (size_t v = 0; v < sizeof versions / sizeof *versions; v++)
        for (int form = ECG_PHILIPS_XLI; form <= ECG_PHILIPS_PLAIN; form++)
            for (int wide = 0; wide < 2; wide++) {
                const struct ecg_philips_how how = { versions[v], (enum ecg_philips_form)form, wide,
                                                     0 };
                struct xml_bench b;
                prepare(&b, &how, 1);
                assert_int_equal(xml_bench_read(&b), ERROR_OK);
                assert_int_equal(xml_bench_facts(&b.made, &b.read), 0);
                assert_string_equal(b.read.qtc_formula, v == 0 ? "" : "Bazett");
                xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
                assert_int_equal(b.read.complaints.count, 0);
                xml_bench_close(&b);
            }
}

static void ten_seconds_go_round(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 11);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.leads[0].count, 5500);
    xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
    assert_int_equal(ecg_complete(&b.read_in, &b.read, &b.why), ERROR_OK);
    xml_bench_close(&b);
}

static void ages_have_their_units(void **state)
{
    static const char birth[] = "<dateofbirth>1958-07-19</dateofbirth>\n";
    struct xml_bench b;
    (void)state;
    make(&b, 0.1);
    b.made.patient_birth_date = "";
    b.made.patient_age = "7 mo";
    write(&b, &xli_104);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.patient_age, "7 mo");
    assert_string_equal(b.read.patient_birth_date, "");
    xml_bench_close(&b);
    prepare(&b, &xli_103, 0.1);
    xml_bench_change(&b, NULL, "<age>", "<age defaultage=\"50\">");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_false(complains(&b.read, "took 50 years"));
    xml_bench_change(&b, NULL, birth, "");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_true(complains(&b.read, "took 50 years"));
    xml_bench_close(&b);
}

static void a_sex_may_be_said_to_be_unknown(void **state)
{
    static const char *const sexes[] = { "F", "M", "U" };
    struct xml_bench b;
    (void)state;
    make(&b, 0.1);
    for (size_t i = 0; i < sizeof sexes / sizeof *sexes; i++) {
        b.made.patient_sex = sexes[i];
        write(&b, &xli_104);
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        assert_string_equal(b.read.patient_sex, sexes[i]);
    }
    xml_bench_change(&b, NULL, "<sex>Unknown</sex>", "<sex></sex>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.patient_sex, "");
    xml_bench_close(&b);
}

static void whoever_confirmed_it_is_named(void **state)
{
    struct xml_bench b;
    (void)state;
    make(&b, 0.1);
    b.made.confirmed_by = "CHEN-TEST, ADA";
    for (int first = 0; first < 2; first++) {
        write(&b, first ? &xli_103 : &xli_104);
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        assert_string_equal(b.read.confirmed_by, "CHEN-TEST, ADA");
    }
    xml_bench_close(&b);
}

static void the_qtc_names_its_formula(void **state)
{
    static const char *const formulas[] = { "Bazett", "Fridericia", "Hodges" };
    struct xml_bench b;
    (void)state;
    make(&b, 0.1);
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) {
        b.made.qtc_formula = formulas[i];
        write(&b, &xli_104);
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        assert_string_equal(b.read.measurements[ECG_QTC], "435");
        assert_string_equal(b.read.qtc_formula, formulas[i]);
    }
    xml_bench_close(&b);
}

/* Without the interpretation, what the analysis program found counts; its words for "none" do not.
 */
static void measurements_of_the_analysis_are_taken(void **state)
{
    static const char cross[] =
        "<internalmeasurements><crossleadmeasurements><pfrontaxis>Indeterminate</pfrontaxis>"
        "<qrsfrontaxis>-21</qrsfrontaxis><meanventrate>41</meanventrate><meanprint>151</meanprint>"
        "<meanqrsdur>135</meanqrsdur><meanqtint>476</meanqtint><meanqtc>393</meanqtc>"
        "</crossleadmeasurements></internalmeasurements><gone>";
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 0.1);
    xml_bench_change(&b, NULL, "<interpretations>", cross);
    xml_bench_change(&b, NULL, "</interpretations>", "</gone>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.measurements[ECG_HEART_RATE], "41");
    assert_string_equal(b.read.measurements[ECG_PR], "151");
    assert_string_equal(b.read.measurements[ECG_QRS], "135");
    assert_string_equal(b.read.measurements[ECG_QT], "476");
    assert_string_equal(b.read.measurements[ECG_QTC], "393");
    assert_string_equal(b.read.qtc_formula, "");
    assert_string_equal(b.read.measurements[ECG_P_AXIS], "");
    assert_string_equal(b.read.measurements[ECG_QRS_AXIS], "-21");
    assert_int_equal(b.read.statements.count, 0);
    xml_bench_close(&b);
}

/* What was settled in the interpretation comes before what the program found. */
static void the_interpretation_comes_first(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 0.1);
    xml_bench_change(&b, NULL, "<interpretations>",
                     "<internalmeasurements><crossleadmeasurements><meanventrate>41</meanventrate>"
                     "<meanqtc>393</meanqtc></crossleadmeasurements></internalmeasurements>"
                     "<interpretations>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.measurements[ECG_HEART_RATE], "74");
    assert_string_equal(b.read.measurements[ECG_QTC], "435");
    xml_bench_close(&b);
}

static void a_record_number_stands_for_a_missing_id(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 0.1);
    xml_bench_change(&b, NULL, "<patientid>00900142</patientid>",
                     "<patientid/><MRN>00900143</MRN>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.patient_id, "00900143");
    assert_int_equal(b.read.complaints.count, 0);
    xml_bench_close(&b);
}

static void an_edited_measurement_says_so(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 0.1);
    xml_bench_change(&b, NULL, "<qtint>", "<qtint editedflag=\"True\" uneditedvalue=\"430\">");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_string_equal(b.read.measurements[ECG_QT], "392");
    assert_true(complains(&b.read, "QT was changed by a person; the cart's own value was 430."));
    xml_bench_close(&b);
}

static void odd_facts_are_said(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 0.1);
    xml_bench_change(&b, NULL, "STD</electrodeplacement>",
                     "MASON-LIKAR</electrodeplacement><derivedleads>V1 V3</derivedleads>");
    xml_bench_change(&b, NULL, "artfiltered=\"False\"",
                     "artfiltered=\"True\" waveformmodified=\"True\" modifiedby=\"TMV\"");
    xml_bench_change(&b, NULL, "</patientid>", "</patientid><MRN>M-1</MRN>");
    xml_bench_change(&b, NULL, "</interpretation>", "</interpretation><interpretation/>");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_true(complains(&b.read, "MASON-LIKAR"));
    assert_true(complains(&b.read, "derived them: V1 V3."));
    assert_true(complains(&b.read, "changed after it was recorded, by TMV."));
    assert_true(complains(&b.read, "record number M-1."));
    assert_true(complains(&b.read, "more than one interpretation"));
    assert_string_equal(b.read.filters.at[2], "artifact filter");
    xml_bench_close(&b);
}

/* ---- waveforms ---- */

static void an_offset_is_subtracted(void **state)
{
    struct xml_bench b;
    (void)state;
    make(&b, 0.1);
    for (size_t i = 0; i < b.made.lead_count; i++)
        b.made.leads[i].microvolts_offset = -2500;
    write(&b, &plain_104);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
    assert_true(b.read.leads[3].microvolts_offset == -2500);
    xml_bench_close(&b);
    /* 1.03 says it of the acquisition; 1.04 says there what is not true of the waveform. */
    for (int first = 0; first < 2; first++) {
        const struct ecg_philips_how how = { first ? "1.03" : "1.04", ECG_PHILIPS_BASE64, false,
                                             0 };
        prepare(&b, &how, 0.1);
        xml_bench_change(&b, NULL, "<signaloffset>0", "<signaloffset>40");
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        assert_true(b.read.leads[0].microvolts_offset == (first ? -100 : 0));
        xml_bench_close(&b);
    }
}

/* 1.03 names a method even where its flag says that nothing is compressed. */
static void the_flag_says_whether_it_is_compressed(void **state)
{
    const struct ecg_philips_how how = { "1.03", ECG_PHILIPS_BASE64, false, 0 };
    struct xml_bench b;
    (void)state;
    prepare(&b, &how, 0.1);
    xml_bench_change(&b, NULL, "compressmethod=\"None\"", "compressmethod=\"XLI\"");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
    xml_bench_close(&b);
}

/* Carts with 16 channels write 16 chunks, whatever is connected. */
static void channels_without_a_name_are_left_out(void **state)
{
    for (int form = ECG_PHILIPS_XLI; form <= ECG_PHILIPS_BASE64; form++) {
        const struct ecg_philips_how how = { "1.03", (enum ecg_philips_form)form, false, 4 };
        struct xml_bench b;
        (void)state;
        prepare(&b, &how, 0.2);
        assert_int_equal(xml_bench_read(&b), ERROR_OK);
        xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
        assert_true(complains(&b.read, "4 more channels"));
        xml_bench_close(&b);
    }
}

static void more_names_than_leads_are_cut_off(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 0.1);
    xml_bench_change(&b, NULL, "leadlabels=\"I II III aVR aVL aVF V1 V2 V3 V4 V5 V6",
                     "leadlabels=\"I II III aVR aVL aVF V1 V2 V3 V4 V5 ? V3R V4R");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.lead_count, 11);
    assert_true(complains(&b.read, "1 more channels"));
    xml_bench_close(&b);
}

static void leads_of_ten_wires_need_no_names(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_104, 0.1);
    xml_bench_change(&b, NULL, " leadlabels=\"I II III aVR aVL aVF V1 V2 V3 V4 V5 V6\"", "");
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
    xml_bench_close(&b);
}

/* All leads alike at the end is the cart's pulse; all leads at rest is nothing. */
static void the_calibration_pulse_is_said(void **state)
{
    struct xml_bench b;
    (void)state;
    make(&b, 1);
    for (size_t i = 0; i < b.made.lead_count; i++)
        for (size_t k = 400; k < 500; k++)
            b.made.leads[i].samples[k] = 0;
    write(&b, &xli_103);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_int_equal(b.read.complaints.count, 0);
    for (size_t i = 0; i < b.made.lead_count; i++)
        for (size_t k = 420; k < 480; k++)
            b.made.leads[i].samples[k] = 400;
    write(&b, &xli_103);
    assert_int_equal(xml_bench_read(&b), ERROR_OK);
    assert_true(complains(&b.read, "From 0.800 s on, all leads hold the cart's calibration pulse"));
    xml_bench_same_leads(&b, ECG_LEAD_STANDARD);
    xml_bench_close(&b);
}

/* ---- refusals ---- */

struct wrong {
    const struct ecg_philips_how *how;
    const char *from, *to;
    enum error error;
    const char *words;
};

static void is_refused(const struct wrong *w)
{
    struct xml_bench b;
    prepare(&b, w->how, 0.1);
    xml_bench_change(&b, NULL, w->from, w->to);
    xml_bench_refused(&b, w->error, w->words);
    xml_bench_close(&b);
}

/* The same of a file that is put together here. */
static void text_is_refused(const char *text, enum error error, const char *words)
{
    struct xml_bench b;
    make(&b, 0.1);
    assert_int_equal(buffer_put_text(&b.file, text), ERROR_OK);
    xml_bench_refused(&b, error, words);
    xml_bench_close(&b);
}

static void documents_that_are_not_read(void **state)
{
    static const struct wrong wrong[] = {
        { &xli_103, ">1.03<", ">1.02<", ERROR_UNSUPPORTED, "version \"1.02\"" },
        { &xli_104, ">1.04<", ">2.0<", ERROR_UNSUPPORTED, "Export it as PDF" },
        { &xli_103, "SierraECG<", "MortaraECG<", ERROR_UNSUPPORTED, "\"MortaraECG\"" },
        { &xli_103, "<documentversion>1.03</documentversion>", "", ERROR_UNSUPPORTED, "version" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        is_refused(&wrong[i]);
}

static void documents_without_a_waveform(void **state)
{
    static const char *const kinds[][2] = {
        { "<unparsedwaveforms/>", "another file" },
        { "<leadwaveforms/>", "one by one" },
        { "", "holds no waveform" },
    };
    char file[512];
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        (void)snprintf(file, sizeof file,
                       "<restingecgdata><documentinfo><documenttype>PhilipsECG</documenttype>"
                       "<documentversion>1.04</documentversion></documentinfo><waveforms>%s"
                       "</waveforms></restingecgdata>",
                       kinds[i][0]);
        text_is_refused(file, *kinds[i][0] ? ERROR_UNSUPPORTED : ERROR_BAD_INPUT, kinds[i][1]);
    }
}

static void waveforms_that_are_not_read(void **state)
{
    static const struct wrong wrong[] = {
        { &xli_103, "compressmethod=\"XLI\"", "compressmethod=\"ZIP\"", ERROR_UNSUPPORTED,
          "\"ZIP\"" },
        { &xli_104, "compression=\"XLI\"", "compression=\"Huffman\"", ERROR_UNSUPPORTED,
          "\"Huffman\"" },
        { &xli_104, "dataencoding=\"Base64\" durationp", "dataencoding=\"Hex\" durationp",
          ERROR_UNSUPPORTED, "\"Hex\" and compressed" },
        { &plain_104, "dataencoding=\"Plain\"", "dataencoding=\"Plain\" compression=\"XLI\"",
          ERROR_UNSUPPORTED, "\"Plain\" and compressed" },
        { &xli_104, " bitspersample=\"16\"", " bitspersample=\"12\"", ERROR_UNSUPPORTED, "16 are" },
        { &xli_103, "nbitspersample=\"16\"", "nbitspersample=\"8\"", ERROR_UNSUPPORTED, "\"8\"" },
        { &xli_104, "leadlabels=\"I II", "leadlabels=\"II I", ERROR_UNSUPPORTED, "aVF" },
        { &xli_104, "leadlabels=\"I II", "signaloffset=\"9\" leadlabels=\"I II", ERROR_UNSUPPORTED,
          "offset" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        is_refused(&wrong[i]);
}

static void an_unknown_set_of_leads_is_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_103, 0.1);
    xml_bench_change(&b, NULL, "<leadset>STD-12</leadset>", "<leadset>EASI</leadset>");
    xml_bench_change(&b, NULL, "<acquisitiontype>STD-12", "<acquisitiontype>EASI");
    xml_bench_refused(&b, ERROR_UNSUPPORTED, "\"EASI\"");
    xml_bench_close(&b);
}

static void samples_without_a_sign_are_refused(void **state)
{
    const struct ecg_philips_how how = { "1.04", ECG_PHILIPS_BASE64, false, 0 };
    struct xml_bench b;
    (void)state;
    prepare(&b, &how, 0.1);
    xml_bench_change(&b, NULL, "signalsigned=\"True\"", "signalsigned=\"False\"");
    xml_bench_refused(&b, ERROR_UNSUPPORTED, "no sign");
    xml_bench_close(&b);
}

static void sizes_must_agree(void **state)
{
    const struct ecg_philips_how words = { "1.04", ECG_PHILIPS_BASE64, false, 0 };
    const struct wrong wrong[] = {
        { &xli_103, "durationperchannel=\"100\"", "durationperchannel=\"98\"", ERROR_BAD_INPUT,
          "more samples than the file says" },
        { &xli_103, "durationperchannel=\"100\"", "durationperchannel=\"102\"", ERROR_BAD_INPUT,
          "says 51 samples, and lead I has 50" },
        { &plain_104, "durationperchannel=\"100\"", "durationperchannel=\"98\"", ERROR_BAD_INPUT,
          "12 leads of 49 samples and holds 600" },
        { &words, "durationperchannel=\"100\"", "durationperchannel=\"102\"", ERROR_BAD_INPUT,
          "12 leads of 51 samples and holds 600" },
        { &words, "numberofleads=\"12\" leadlabels=\"", "numberofleads=\"13\" leadlabels=\"X ",
          ERROR_BAD_INPUT, "13 leads of 50 samples and holds 600" },
        { &xli_104, "numberofleads=\"12\"", "numberofleads=\"13\"", ERROR_BAD_INPUT,
          "13 leads and names 12" },
        { &xli_104, "numberofleads=\"12\"", "numberofleads=\"0\"", ERROR_BAD_INPUT, "how many" },
        { &xli_104, "numberofleads=\"12\" ", "", ERROR_BAD_INPUT, "how many leads" },
        { &xli_103, "durationperchannel=\"100\"", "durationperchannel=\"\"", ERROR_BAD_INPUT,
          "how long" },
        { &xli_103, "durationperchannel=\"100\"", "durationperchannel=\"1e12\"", ERROR_TOO_BIG,
          "more than" },
        { &xli_103, "durationperchannel=\"100\"", "durationperchannel=\"1000000\"", ERROR_TOO_BIG,
          "more samples than are taken" },
        { &xli_103, "durationperchannel=\"100\"", "durationperchannel=\"1\"", ERROR_BAD_INPUT,
          "no length" },
        { &xli_103, "<samplingrate>500<", "<samplingrate>0<", ERROR_BAD_INPUT, "sampling rate" },
        { &xli_103, "<signalresolution>2.5<", "<signalresolution>-1<", ERROR_BAD_INPUT, "scale" },
        { &plain_104, "leadlabels=\"I II", "signaloffset=\"x\" leadlabels=\"I II", ERROR_BAD_INPUT,
          "offset" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        is_refused(&wrong[i]);
}

/* The compressed bytes themselves: a chunk too few, one cut short, bytes behind the last. */
static void chunks_must_be_whole(void **state)
{
    static const char *const words[] = { "end within a lead's header", "says that",
                                         "end within a lead's header" };
    const int32_t zeros[50] = { 0 };
    (void)state;
    for (size_t kind = 0; kind < sizeof words / sizeof *words; kind++) {
        struct buffer bytes, text, file;
        buffer_init(&bytes, 65536);
        buffer_init(&text, 65536);
        buffer_init(&file, 65536);
        for (int i = 0; i < (kind == 0 ? 11 : 12); i++)
            assert_int_equal(ecg_xli_put_chunk(&bytes, zeros, 50), ERROR_OK);
        if (kind == 1)
            bytes.len -= 3;
        else if (kind == 2)
            assert_int_equal(buffer_put_byte(&bytes, 0), ERROR_OK);
        assert_int_equal(ecg_base64_write(buffer_span(&bytes), 76, &text), ERROR_OK);
        assert_int_equal(
            buffer_put_format(
                &file,
                "<restingecgdata><documentinfo><documenttype>SierraECG</documenttype>"
                "<documentversion>1.03</documentversion></documentinfo><dataacquisition>"
                "<signalcharacteristics><samplingrate>500</samplingrate><signalresolution>5"
                "</signalresolution><leadset>STD-12</leadset></signalcharacteristics>"
                "</dataacquisition><waveforms><parsedwaveforms dataencoding=\"Base64\" "
                "compressflag=\"True\" compressmethod=\"XLI\" durationperchannel=\"100\">%.*s"
                "</parsedwaveforms></waveforms></restingecgdata>",
                (int)text.len, (const char *)text.at),
            ERROR_OK);
        assert_int_equal(buffer_put_byte(&file, '\0'), ERROR_OK);
        text_is_refused((const char *)file.at, ERROR_BAD_INPUT, words[kind]);
        buffer_free(&file);
        buffer_free(&text);
        buffer_free(&bytes);
    }
}

static void a_text_that_is_no_base64_is_refused(void **state)
{
    struct xml_bench b;
    (void)state;
    prepare(&b, &xli_103, 0.1);
    xml_bench_change(&b, NULL, "</parsedwaveforms>", "A</parsedwaveforms>");
    xml_bench_refused(&b, ERROR_BAD_INPUT, "Base64");
    xml_bench_close(&b);
}

/* ---- damage ---- */

/* Nothing in the format protects a sample: a byte of plain text is of one, a character of Base64
 * may lie across two, and what stands for all leads (the scale) is in each of them. A byte of XLI
 * may be part of any number of strings. */
static void damage(void **state)
{
    static const struct {
        struct ecg_philips_how how;
        size_t values;
    } kinds[] = {
        { { "1.03", ECG_PHILIPS_XLI, false, 0 }, SIZE_MAX },
        { { "1.04", ECG_PHILIPS_XLI, true, 0 }, SIZE_MAX },
        { { "1.04", ECG_PHILIPS_PLAIN, false, 0 }, ECG_LEAD_STANDARD },
        { { "1.03", ECG_PHILIPS_BASE64, false, 0 }, ECG_LEAD_STANDARD },
    };
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct xml_bench b;
        prepare(&b, &kinds[i].how, 0.02);
        xml_bench_truncate(&b);
        xml_bench_flip(&b, kinds[i].values);
        xml_bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_back),
        cmocka_unit_test(ten_seconds_go_round),
        cmocka_unit_test(ages_have_their_units),
        cmocka_unit_test(a_sex_may_be_said_to_be_unknown),
        cmocka_unit_test(whoever_confirmed_it_is_named),
        cmocka_unit_test(the_qtc_names_its_formula),
        cmocka_unit_test(measurements_of_the_analysis_are_taken),
        cmocka_unit_test(the_interpretation_comes_first),
        cmocka_unit_test(a_record_number_stands_for_a_missing_id),
        cmocka_unit_test(an_edited_measurement_says_so),
        cmocka_unit_test(odd_facts_are_said),
        cmocka_unit_test(an_offset_is_subtracted),
        cmocka_unit_test(the_flag_says_whether_it_is_compressed),
        cmocka_unit_test(channels_without_a_name_are_left_out),
        cmocka_unit_test(more_names_than_leads_are_cut_off),
        cmocka_unit_test(leads_of_ten_wires_need_no_names),
        cmocka_unit_test(the_calibration_pulse_is_said),
        cmocka_unit_test(documents_that_are_not_read),
        cmocka_unit_test(documents_without_a_waveform),
        cmocka_unit_test(waveforms_that_are_not_read),
        cmocka_unit_test(an_unknown_set_of_leads_is_refused),
        cmocka_unit_test(samples_without_a_sign_are_refused),
        cmocka_unit_test(sizes_must_agree),
        cmocka_unit_test(chunks_must_be_whole),
        cmocka_unit_test(a_text_that_is_no_base64_is_refused),
        cmocka_unit_test(damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
