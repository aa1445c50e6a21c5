/* Writes synthetic GE MUSE XML; see ecg_xml_files.h. */
#include "tests/support/ecg_xml_files.h"

#include <stdio.h>
#include <stdlib.h>

enum { BASE64_LINE = 68, BEAT_SAMPLES = 600 };

struct writer {
    const struct ecg *ecg;
    const struct ecg_muse_form *form;
    struct ecg_xml_out xml;
};

static void put_text(struct writer *w, const char *name, const char *text)
{
    if (!*text)
        return;
    ecg_xml_put(&w->xml, "<%s>", name);
    ecg_xml_put_escaped(&w->xml, text);
    ecg_xml_put(&w->xml, "</%s>\n", name);
}

static void put_number(struct writer *w, const char *name, double number)
{
    ecg_xml_put(&w->xml, "<%s>%.10g</%s>\n", name, number, name);
}

/* The n-th part of A^B^C. */
static void put_part(struct writer *w, const char *name, const char *text, int n)
{
    char part[256];
    for (; n && *text; n--)
        text += strcspn(text, "^") + (text[strcspn(text, "^")] == '^');
    (void)snprintf(part, sizeof part, "%.*s", (int)strcspn(text, "^"), text);
    put_text(w, name, part);
}

/* yyyy-mm-dd as mm-dd-yyyy. */
static void put_date(struct writer *w, const char *name, const char *date)
{
    char american[16];
    if (strlen(date) < 10)
        return;
    (void)snprintf(american, sizeof american, "%.5s-%.4s", date + 5, date);
    put_text(w, name, american);
}

static const char *word_of_sex(const char *sex)
{
    return strcmp(sex, "F") == 0 ? "FEMALE" : strcmp(sex, "M") == 0 ? "MALE" : sex;
}

static void put_patient(struct writer *w)
{
    const struct ecg *e = w->ecg;
    ecg_xml_put(&w->xml, "<PatientDemographics>\n");
    put_text(w, "PatientID", e->patient_id);
    if (*e->patient_age) {
        ecg_xml_put(&w->xml, "<PatientAge>%.*s</PatientAge>\n", (int)strcspn(e->patient_age, " "),
                    e->patient_age);
        put_text(w, "AgeUnits", "YEARS");
    }
    put_date(w, "DateofBirth", e->patient_birth_date);
    put_text(w, "Gender", word_of_sex(e->patient_sex));
    put_part(w, "PatientLastName", e->patient_name, 0);
    put_part(w, "PatientFirstName", e->patient_name, 1);
    put_part(w, "PatientMiddleName", e->patient_name, 2);
    ecg_xml_put(&w->xml, "</PatientDemographics>\n");
}

static void put_test(struct writer *w)
{
    const struct ecg *e = w->ecg;
    const char *time = strchr(e->recorded_at, 'T');
    ecg_xml_put(&w->xml, "<TestDemographics>\n<DataType>RESTING</DataType>\n");
    put_text(w, "AcquisitionDevice", e->model);
    put_text(w, "Status", *e->confirmed_by ? "CONFIRMED" : "UNCONFIRMED");
    if (time)
        put_text(w, "AcquisitionTime", time + 1);
    put_date(w, "AcquisitionDate", e->recorded_at);
    put_text(w, "AcquisitionSoftwareVersion", e->software);
    put_text(w, "OverreaderLastName", e->confirmed_by);
    put_text(w, "AcquisitionTechID", e->operator_id);
    ecg_xml_put(&w->xml, "</TestDemographics>\n");
    ecg_xml_put(&w->xml, "<PharmaData>\n");
    put_text(w, "PharmaCartID", e->serial);
    ecg_xml_put(&w->xml, "</PharmaData>\n");
}

static void put_measurements(struct writer *w)
{
    static const char *const names[ECG_MEASUREMENT_COUNT] = {
        [ECG_HEART_RATE] = "VentricularRate",
        [ECG_PR] = "PRInterval",
        [ECG_QRS] = "QRSDuration",
        [ECG_QT] = "QTInterval",
        [ECG_QTC] = "QTCorrected",
        [ECG_P_AXIS] = "PAxis",
        [ECG_QRS_AXIS] = "RAxis",
        [ECG_T_AXIS] = "TAxis",
    };
    const char *parent =
        w->form->original_only ? "OriginalRestingECGMeasurements" : "RestingECGMeasurements";
    ecg_xml_put(&w->xml, "<%s>\n", parent);
    for (int m = 0; m < ECG_MEASUREMENT_COUNT; m++)
        put_text(w, names[m], w->ecg->measurements[m]);
    ecg_xml_put(&w->xml, "</%s>\n", parent);
}

static void put_statement(struct writer *w, const char *text, bool ends_line)
{
    ecg_xml_put(&w->xml, "<DiagnosisStatement>\n");
    if (ends_line)
        put_text(w, "StmtFlag", "ENDSLINE");
    put_text(w, "StmtText", text);
    ecg_xml_put(&w->xml, "</DiagnosisStatement>\n");
}

/* In pieces: the first word, then the rest of the line. */
static void put_diagnosis(struct writer *w)
{
    const char *parent = w->form->original_only ? "OriginalDiagnosis" : "Diagnosis";
    ecg_xml_put(&w->xml, "<%s>\n<Modality>RESTING</Modality>\n", parent);
    for (size_t i = 0; i < w->ecg->statements.count; i++) {
        const char *text = w->ecg->statements.at[i], *blank = strchr(text, ' ');
        char first[64];
        if (w->form->in_pieces && blank) {
            (void)snprintf(first, sizeof first, "%.*s", (int)(blank - text), text);
            put_statement(w, first, false);
            text = blank + 1;
        }
        put_statement(w, text, true);
    }
    ecg_xml_put(&w->xml, "</%s>\n", parent);
}

/* ---- waveforms ---- */

/* CRC-32 of ISO 3309, bit by bit: not the reader's own. */
static uint32_t checksum(struct span bytes)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= bytes.at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void put_samples(struct writer *w, struct span bytes)
{
    ecg_xml_put(&w->xml, "<WaveFormData>");
    if (w->xml.error == ERROR_OK)
        w->xml.error = ecg_base64_write(bytes, BASE64_LINE, w->xml.out);
    ecg_xml_put(&w->xml, "</WaveFormData>\n");
}

static void put_lead(struct writer *w, const struct ecg_lead *lead, size_t count, int sign)
{
    struct buffer bytes;
    buffer_init(&bytes, 2 * count);
    for (size_t i = 0; i < count && w->xml.error == ERROR_OK; i++) {
        unsigned bits = (unsigned)(sign * lead->samples[i]);
        uint8_t two[2] = { (uint8_t)bits, (uint8_t)(bits >> 8) };
        w->xml.error = buffer_put(&bytes, span_of(two, 2));
    }
    ecg_xml_put(&w->xml, "<LeadData>\n");
    if (!w->form->unchecked) {
        put_number(w, "LeadByteCountTotal", (double)(2 * count));
        put_number(w, "LeadTimeOffset", 0);
        put_number(w, "LeadSampleCountTotal", (double)count);
    }
    put_number(w, "LeadAmplitudeUnitsPerBit", lead->microvolts_per_unit);
    put_text(w, "LeadAmplitudeUnits", "MICROVOLTS");
    put_text(w, "LeadID", lead->name);
    put_number(w, "LeadOffsetFirstSample", lead->start * lead->rate);
    put_number(w, "FirstSampleBaseline", 0);
    put_number(w, "LeadSampleSize", 2);
    put_text(w, "LeadOff", "FALSE");
    if (!w->form->unchecked)
        put_number(w, "LeadDataCRC32", (double)checksum(buffer_span(&bytes)));
    put_samples(w, buffer_span(&bytes));
    ecg_xml_put(&w->xml, "</LeadData>\n");
    buffer_free(&bytes);
}

static bool is_stored(const struct writer *w, const struct ecg_lead *lead)
{
    return lead->recorded &&
           (w->form->twelve || lead->id < ECG_LEAD_III || lead->id > ECG_LEAD_AVF);
}

/* The number behind "high pass " and the like; MUSE counts that one in hundredths. */
static void put_filters(struct writer *w)
{
    static const struct {
        const char *begin, *element;
        double factor;
    } kinds[] = {
        { "high pass ", "HighPassFilter", 100 },
        { "low pass ", "LowPassFilter", 1 },
        { "notch ", "ACFilter", 1 },
    };
    for (size_t i = 0; i < w->ecg->filters.count; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            const char *line = w->ecg->filters.at[i];
            size_t len = strlen(kinds[k].begin);
            if (strncmp(line, kinds[k].begin, len) == 0)
                put_number(w, kinds[k].element, strtod(line + len, NULL) * kinds[k].factor);
        }
}

/* `count` 0: the whole recording; else so many samples of it, upside down. */
static void put_waveform(struct writer *w, const char *type, size_t count)
{
    const struct ecg *e = w->ecg;
    size_t stored = 0;
    double rate = 0;
    for (size_t i = 0; i < e->lead_count; i++) {
        stored += is_stored(w, &e->leads[i]);
        rate = is_stored(w, &e->leads[i]) ? e->leads[i].rate : rate;
    }
    ecg_xml_put(&w->xml, "<Waveform>\n");
    put_text(w, "WaveformType", type);
    put_number(w, "NumberofLeads", (double)stored);
    put_text(w, "SampleType", "CONTINUOUS_SAMPLES");
    put_number(w, "SampleBase", rate);
    put_number(w, "SampleExponent", 0);
    put_filters(w);
    for (size_t i = 0; i < e->lead_count; i++)
        if (is_stored(w, &e->leads[i]))
            put_lead(w, &e->leads[i], count ? count : e->leads[i].count, count ? -1 : 1);
    ecg_xml_put(&w->xml, "</Waveform>\n");
}

enum error ecg_muse_write(const struct ecg *e, const struct ecg_muse_form *form, struct buffer *out)
{
    static const char usual[] = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n";
    static const char doctype[] = "<!DOCTYPE RestingECG SYSTEM \"restecg.dtd\">\n";
    struct writer w = { e, form, { out, ERROR_OK } };
    ecg_xml_put(&w.xml, "%s%s", form->declaration ? form->declaration : usual,
                form->before ? form->before : doctype);
    ecg_xml_put(&w.xml,
                "<RestingECG>\n<MuseInfo>\n<MuseVersion>9.0.0.0</MuseVersion>\n</MuseInfo>\n");
    put_patient(&w);
    put_test(&w);
    put_measurements(&w);
    put_diagnosis(&w);
    if (form->distracting)
        put_waveform(&w, "Median", BEAT_SAMPLES);
    put_waveform(&w, "Rhythm", 0);
    ecg_xml_put(&w.xml, "</RestingECG>\n");
    return w.xml.error;
}
