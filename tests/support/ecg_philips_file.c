/* A record as Philips Sierra XML 1.03 or 1.04; see the header. */
#include "tests/support/ecg_philips_file.h"

#include "tests/support/ecg_xli_write.h"
#include "tests/support/ecg_xml_files.h"

#include <stdlib.h>

enum { FILE_MAX = 16 * 1024 * 1024, NAME_PARTS = 3, LEADS_MAX = 32, A_LINE = 76 };

struct writer {
    struct buffer *out;
    const struct ecg *ecg;
    const struct ecg_philips_how *how;
    bool first_version;
    enum error e; /* the first one; nothing is written behind it */
};

static void put(struct writer *w, const char *text)
{
    if (w->e == ERROR_OK)
        w->e = buffer_put_text(w->out, text);
}

/* `before`, the text with what XML needs escaped, `behind`. */
static void put_told(struct writer *w, const char *before, const char *text, const char *behind)
{
    put(w, before);
    if (w->e == ERROR_OK)
        w->e = ecg_xml_escape(text, w->out);
    put(w, behind);
}

static void put_element(struct writer *w, const char *name, const char *text)
{
    put(w, "<");
    put(w, name);
    put_told(w, ">", text, "</");
    put(w, name);
    put(w, ">\n");
}

static void put_number(struct writer *w, const char *before, double value, const char *behind)
{
    put(w, before);
    if (w->e == ERROR_OK)
        w->e = buffer_put_format(w->out, "%.12g", value);
    put(w, behind);
}

/* Cuts `text` at `separator`; what is behind it is "" when it does not occur. */
static const char *cut(char *text, const char *separator)
{
    char *at = strstr(text, separator);
    if (!at)
        return "";
    *at = '\0';
    return at + strlen(separator);
}

/* ---- facts ---- */

static void put_head(struct writer *w)
{
    put(w, w->how->wide ? "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n"
                        : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    put(w, "<restingecgdata xmlns=\"http://www3.medical.philips.com\" status=\"Unconfirmed\" "
           "lang=\"en\">\n<documentinfo>\n"
           "<documentname>synthetic-file-nothing-was-recorded.xml</documentname>\n");
    put_element(w, "documenttype", w->first_version ? "SierraECG" : "PhilipsECG");
    put_element(w, "documentversion", w->how->version);
    put(w, "</documentinfo>\n<reportinfo><reportbandwidth>\n"
           "<highpassfiltersetting>0.15</highpassfiltersetting>\n"
           "<lowpassfiltersetting>100</lowpassfiltersetting>\n"
           "<notchfiltersetting>60</notchfiltersetting>\n</reportbandwidth></reportinfo>\n");
}

static void put_machine(struct writer *w)
{
    const struct ecg *e = w->ecg;

    put_told(w, "<machine machineid=\"", e->serial, "\" detaildescription=\"");
    if (*e->maker || *e->software) {
        put_told(w, "", e->maker, ":M5000:");
        put_told(w, "", e->software, "");
    }
    put_told(w, "\">", e->model, "</machine>\n<acquirer>");
    if (w->first_version)
        put_element(w, "operatorid", e->operator_id);
    else
        put_told(w, "<operator id=\"", e->operator_id, "\">SOMEBODY-TEST</operator>");
    put(w, "</acquirer>\n");
}

static void put_acquisition(struct writer *w)
{
    const struct ecg_lead *lead = &w->ecg->leads[0];
    char *date = strdup(w->ecg->recorded_at);
    const char *time = date ? cut(date, "T") : "";

    put_told(w, "<dataacquisition date=\"", date ? date : "", "\"");
    put_told(w, " time=\"", time, "\" statflag=\"False\">\n");
    put_machine(w);
    put_number(w, "<signalcharacteristics>\n<samplingrate>", lead->rate, "</samplingrate>\n");
    if (w->first_version)
        put_number(w, "<signalresolution>", lead->microvolts_per_unit,
                   "</signalresolution>\n<signalbandwidth>0.05-150</signalbandwidth>\n"
                   "<acquisitiontype>STD-12</acquisitiontype>\n");
    else
        put(w, "<resolution>1</resolution>\n<hipass>0.01</hipass>\n<lowpass>300</lowpass>\n"
               "<acquisitiontype>10-WIRE</acquisitiontype>\n");
    put(w, "<bitspersample>13</bitspersample>\n<signaloffset>0</signaloffset>\n"
           "<signalsigned>True</signalsigned>\n"
           "<numberchannelsallocated>12</numberchannelsallocated>\n"
           "<numberchannelsvalid>12</numberchannelsvalid>\n");
    put(w, w->first_version ? "<leadset>STD-12</leadset>\n"
                            : "<electrodeplacement>STD</electrodeplacement>\n");
    put(w, "</signalcharacteristics>\n</dataacquisition>\n");
    free(date);
}

static void put_age(struct writer *w)
{
    char *age = strdup(w->ecg->patient_age);
    const char *unit = age ? cut(age, " ") : "";

    put(w, "<age>");
    if (*w->ecg->patient_birth_date)
        put_element(w, "dateofbirth", w->ecg->patient_birth_date);
    if (age && *age)
        put_element(w, strcmp(unit, "mo") == 0 ? "months" : "years", age);
    put(w, "</age>\n<pacestatus>Unknown</pacestatus>\n");
    free(age);
}

static void put_patient(struct writer *w)
{
    static const char *const names[NAME_PARTS] = { "lastname", "firstname", "middlename" };
    char *name = strdup(w->ecg->patient_name), *part = name;
    const char *sex = w->ecg->patient_sex;

    put(w, "<patient criteriaversionforpatientdata=\"0B\"><generalpatientdata>\n");
    put_element(w, "patientid", w->ecg->patient_id);
    put(w, "<name>");
    for (unsigned i = 0; part && i < NAME_PARTS; i++) {
        char *next = strchr(part, '^');
        if (next)
            *next++ = '\0';
        put_element(w, names[i], part);
        part = next;
    }
    put(w, "</name>\n");
    put_age(w);
    put_element(w, "sex", *sex == 'F' ? "Female" : *sex == 'M' ? "Male" : "Unknown");
    put(w, "</generalpatientdata></patient>\n");
    free(name);
}

/* ---- what the cart says ---- */

static void put_measurements(struct writer *w)
{
    static const char *const names[][2] = {
        { "heartrate", "heartrate" },
        { "print", "meanprint" },
        { "qrsdur", "meanqrsdur" },
        { "qtint", "meanqtint" },
        { "", "meanqtc" },
        { "pfrontaxis", "pfrontaxis" },
        { "qrsfrontaxis", "qrsfrontaxis" },
        { "tfrontaxis", "tfrontaxis" },
    };
    const char *formula = w->ecg->qtc_formula;

    for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++) {
        const char *value = w->ecg->measurements[i];
        if (*names[i][w->first_version])
            put_element(w, names[i][w->first_version], *value ? value : "Failed");
        else if (strcmp(formula, "Bazett") == 0 || strcmp(formula, "Fridericia") == 0)
            put_element(w, *formula == 'B' ? "qtcb" : "qtcf", value);
        else if (*value) {
            put_told(w, "<qtco label=\"QTc\" methodname=\"", formula, "\">");
            put_told(w, "", value, "</qtco>\n");
        }
    }
}

static void put_statement(struct writer *w, const char *statement)
{
    char *left = strdup(statement);
    const char *right = left ? cut(left, " - ") : "";

    put(w, "<statement><statementcode>X</statementcode>");
    put_element(w, "leftstatement", left ? left : "");
    put_element(w, "rightstatement", right);
    put(w, "</statement>\n");
    free(left);
}

static void put_interpretation(struct writer *w)
{
    const struct ecg *e = w->ecg;
    const char *group = w->first_version ? "interpretationmeasurements" : "globalmeasurements";

    put(w, "<interpretations><interpretation criteriaversion=\"0B\">\n<");
    put(w, group);
    put(w, ">\n");
    put_measurements(w);
    put(w, "</");
    put(w, group);
    put(w, ">\n");
    put_told(w, "<mdsignatureline>", *e->confirmed_by ? "Confirmed by: " : "Unconfirmed Diagnosis",
             "");
    put_told(w, "", e->confirmed_by, "</mdsignatureline>\n");
    if (!w->first_version && *e->confirmed_by)
        put_element(w, "confirmingclinician", e->confirmed_by);
    put_told(w, "<severity code=\"AB\">", e->severity, "</severity>\n");
    for (size_t i = 0; i < e->statements.count; i++)
        put_statement(w, e->statements.at[i]);
    put(w, "</interpretation></interpretations>\n");
}

/* ---- waveform ---- */

static enum error put_words(struct buffer *out, const struct ecg_lead *lead)
{
    enum error e = ERROR_OK;
    for (size_t i = 0; i < lead->count && e == ERROR_OK; i++) {
        e = buffer_put_byte(out, (uint8_t)lead->samples[i]);
        if (e == ERROR_OK)
            e = buffer_put_byte(out, (uint8_t)(lead->samples[i] >> 8));
    }
    return e;
}

/* All leads and, behind them, the first one again for each nameless channel. */
static enum error collect(const struct writer *w, struct buffer *bytes)
{
    const int32_t *samples[LEADS_MAX];
    const struct ecg *ecg = w->ecg;
    enum error e = ERROR_OK;

    for (size_t i = 0; i < ecg->lead_count; i++)
        samples[i] = ecg->leads[i].samples;
    if (w->how->form == ECG_PHILIPS_XLI)
        e = ecg_xli_put_leads(bytes, samples, ecg->lead_count, ecg->leads[0].count);
    for (size_t i = 0; i < ecg->lead_count && w->how->form == ECG_PHILIPS_BASE64; i++)
        if (e == ERROR_OK)
            e = put_words(bytes, &ecg->leads[i]);
    for (unsigned i = 0; i < w->how->more && e == ERROR_OK; i++)
        e = w->how->form == ECG_PHILIPS_XLI
                ? ecg_xli_put_chunk(bytes, samples[0], ecg->leads[0].count)
                : put_words(bytes, &ecg->leads[0]);
    return e;
}

static void put_plain(struct writer *w)
{
    for (size_t i = 0; i < w->ecg->lead_count; i++)
        for (size_t k = 0; k < w->ecg->leads[i].count; k++)
            put_number(w, k % 25 ? " " : "\n", w->ecg->leads[i].samples[k], "");
}

static void put_samples(struct writer *w)
{
    struct buffer bytes;

    if (w->how->form == ECG_PHILIPS_PLAIN) {
        put_plain(w);
        return;
    }
    buffer_init(&bytes, FILE_MAX);
    if (w->e == ERROR_OK)
        w->e = collect(w, &bytes);
    if (w->e == ERROR_OK)
        w->e = ecg_base64_write(buffer_span(&bytes), A_LINE, w->out);
    buffer_free(&bytes);
}

static void put_first_form(struct writer *w)
{
    bool xli = w->how->form == ECG_PHILIPS_XLI;

    put(w, xli ? " compressflag=\"True\" compressmethod=\"XLI\""
               : " compressflag=\"False\" compressmethod=\"None\"");
    put(w, " nbitspersample=\"16\"");
}

static void put_form(struct writer *w)
{
    const struct ecg_lead *lead = &w->ecg->leads[0];

    if (w->how->form == ECG_PHILIPS_XLI)
        put(w, " compression=\"XLI\"");
    put_number(w, " numberofleads=\"", (double)w->ecg->lead_count, "\" leadlabels=\"");
    for (size_t i = 0; i < w->ecg->lead_count; i++)
        put_told(w, i ? " " : "", w->ecg->leads[i].name, "");
    put_number(w, "\" samplespersecond=\"", lead->rate, "\"");
    put_number(w, " resolution=\"", lead->microvolts_per_unit, "\"");
    if (lead->microvolts_offset != 0)
        put_number(w, " signaloffset=\"", -lead->microvolts_offset / lead->microvolts_per_unit,
                   "\"");
    put(w, " signalsigned=\"True\" bitspersample=\"16\" hipass=\"0.05\" lowpass=\"150\""
           " notchfiltered=\"True\" notchfilterfreqs=\"60\" artfiltered=\"False\"");
}

static void put_waveform(struct writer *w)
{
    const struct ecg_lead *lead = &w->ecg->leads[0];

    put(w, "<waveforms>\n<parsedwaveforms dataencoding=\"");
    put(w, w->how->form == ECG_PHILIPS_PLAIN ? "Plain\"" : "Base64\"");
    put_number(w, " durationperchannel=\"", (double)lead->count * 1000 / lead->rate, "\"");
    if (w->first_version)
        put_first_form(w);
    else
        put_form(w);
    put(w, ">");
    put_samples(w);
    put(w, "</parsedwaveforms>\n<repbeats dataencoding=\"Base64\">"
           "<repbeat leadname=\"I\" duration=\"4\">AQACAA==</repbeat></repbeats>\n</waveforms>\n"
           "</restingecgdata>");
}

/* ---- the encoding ---- */

static uint32_t character(const uint8_t **at, const uint8_t *end)
{
    uint32_t c = *(*at)++;
    unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

    c &= more ? 0x3fU >> more : 0x7fU;
    while (more-- && *at < end)
        c = c << 6 | (*(*at)++ & 0x3fU);
    return c;
}

/* UTF-16, little endian, of what has no character beyond the first plane. */
static enum error widen(struct span text, struct buffer *out)
{
    const uint8_t *at = text.at, *end = text.at + text.len;
    enum error e = buffer_put(out, span_of("\xff\xfe", 2));

    while (at < end && e == ERROR_OK) {
        uint32_t c = character(&at, end);
        const uint8_t two[] = { (uint8_t)c, (uint8_t)(c >> 8) };
        e = buffer_put(out, span_of(two, sizeof two));
    }
    return e;
}

enum error ecg_philips_write(const struct ecg *e, const struct ecg_philips_how *how,
                             struct buffer *out)
{
    struct buffer text;
    struct writer w = { &text, e, how, strcmp(how->version, "1.03") == 0, ERROR_OK };

    if (e->lead_count == 0 || e->lead_count > LEADS_MAX)
        return ERROR_BAD_INPUT;
    buffer_init(&text, FILE_MAX);
    put_head(&w);
    put_acquisition(&w);
    put_patient(&w);
    put_interpretation(&w);
    put_waveform(&w);
    if (w.e == ERROR_OK)
        w.e = how->wide ? widen(buffer_span(&text), out) : buffer_put(out, buffer_span(&text));
    buffer_free(&text);
    return w.e;
}
