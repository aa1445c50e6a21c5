/* Synthetic PDF and Contec case files; see ecg_dicom_file.h. */
#include "tests/support/ecg_dicom_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- PDF ---- */

enum { OBJECTS = 5 };

static enum error put_page(struct buffer *out, const char *text, size_t *places)
{
    enum error e = ERROR_OK;

    for (unsigned i = 1; e == ERROR_OK && i <= OBJECTS; i++) {
        places[i] = out->len;
        e = buffer_put_format(out, "%u 0 obj\n", i);
        if (e != ERROR_OK)
            return e;
        if (i == 1)
            e = buffer_put_text(out, "<</Type/Catalog/Pages 2 0 R>>");
        else if (i == 2)
            e = buffer_put_text(out, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
        else if (i == 3)
            e = buffer_put_text(out, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 792 612]/Contents 4 0 "
                                     "R/Resources<</Font<</F1 5 0 R>>>>>>");
        else if (i == 4)
            e = buffer_put_format(out,
                                  "<</Length %zu>>\nstream\nBT /F1 18 Tf 40 560 Td (%s) Tj "
                                  "ET\nendstream",
                                  strlen(text) + 36, text);
        else
            e = buffer_put_text(out, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
        if (e == ERROR_OK)
            e = buffer_put_text(out, "\nendobj\n");
    }
    return e;
}

enum error ecg_pdf_write(const char *text, bool encrypted, struct buffer *out)
{
    size_t places[OBJECTS + 1] = { 0 }, table;
    enum error e = buffer_put_text(out, "%PDF-1.4\n");

    if (e == ERROR_OK)
        e = put_page(out, text, places);
    table = out->len;
    if (e == ERROR_OK)
        e = buffer_put_format(out, "xref\n0 %u\n0000000000 65535 f \n", OBJECTS + 1);
    for (unsigned i = 1; e == ERROR_OK && i <= OBJECTS; i++)
        e = buffer_put_format(out, "%010zu 00000 n \n", places[i]);
    if (e == ERROR_OK)
        e = buffer_put_format(out, "trailer\n<</Size %u/Root 1 0 R%s>>\nstartxref\n%zu\n%%%%EOF\n",
                              OBJECTS + 1, encrypted ? "/Encrypt<</Filter/Standard/V 1>>" : "",
                              table);
    return e;
}

/* ---- Contec ECG90A ---- */

enum { HEADER = 43, FOOTER = 37, CHANNELS = 8 };

static enum error put_header(const struct ecg *e, const char *case_name, struct buffer *out)
{
    uint8_t header[HEADER] = { 0 };
    char when[21];

    (void)snprintf((char *)header, 8, "%s", case_name);
    (void)snprintf(when, sizeof when, "%.19s", e->recorded_at);
    if (strlen(when) == 19)
        when[10] = ' ';
    memcpy(header + 10, when, 20);
    (void)snprintf((char *)header + 32, 8, "%s", e->patient_name);
    header[40] = strcmp(e->patient_sex, "F") == 0 ? 0 : strcmp(e->patient_sex, "M") == 0 ? 1 : 255;
    header[41] = (uint8_t)strtoul(e->patient_age, NULL, 10);
    return buffer_put(out, span_of(header, sizeof header));
}

static unsigned value_of(const struct ecg_lead *lead, size_t at)
{
    double microvolts;

    if (!lead || !lead->recorded || lead->samples[at] == ECG_GAP)
        return 0x6800;
    microvolts = lead->microvolts_offset + lead->microvolts_per_unit * lead->samples[at];
    return (unsigned)(lrint(microvolts / 5) + 2048);
}

enum error ecg_contec_write(const struct ecg *e, const char *case_name, struct buffer *out)
{
    static const enum ecg_lead_id channels[CHANNELS] = { ECG_LEAD_II, ECG_LEAD_III, ECG_LEAD_V1,
                                                         ECG_LEAD_V2, ECG_LEAD_V3,  ECG_LEAD_V4,
                                                         ECG_LEAD_V5, ECG_LEAD_V6 };
    static const uint8_t footer[FOOTER];
    const struct ecg_lead *second = ecg_lead_find(e, ECG_LEAD_II);
    enum error error = put_header(e, case_name, out);

    for (size_t i = 0; error == ERROR_OK && second && i < second->count; i++)
        for (size_t k = 0; error == ERROR_OK && k < CHANNELS; k++) {
            unsigned value = value_of(ecg_lead_find(e, channels[k]), i);
            uint8_t bytes[2] = { (uint8_t)value, (uint8_t)(value >> 8) };
            error = buffer_put(out, span_of(bytes, 2));
        }
    return error == ERROR_OK ? buffer_put(out, span_of(footer, sizeof footer)) : error;
}
