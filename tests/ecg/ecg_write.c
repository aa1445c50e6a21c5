/* One call for all writers of synthetic EKG files; see the header. */
#include "tests/ecg/ecg_write.h"

#include "tests/support/ecg_dicom_file.h"
#include "tests/support/ecg_mortara_file.h"
#include "tests/support/ecg_philips_file.h"
#include "tests/support/ecg_scp_file.h"
#include "tests/support/ecg_xml_files.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- SCP-ECG, whose writer has a description of its own ---- */

struct scp_name {
    char family[128], given[128];
};

static void split_name(const char *name, struct scp_name *out)
{
    size_t len = strcspn(name, "^");
    const char *rest = name[len] ? name + len + 1 : "";

    (void)snprintf(out->family, sizeof out->family, "%.*s", (int)len, name);
    (void)snprintf(out->given, sizeof out->given, "%.*s", (int)strcspn(rest, "^"), rest);
}

static int number_of(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

/* The number at a place of `yyyy-mm-ddThh:mm:ss`; -1 when the text ends before. */
static int part_of(const char *text, size_t at)
{
    return strlen(text) > at ? abs(number_of(text + at)) : -1;
}

static void scp_person(const struct ecg *e, const struct scp_name *name, struct ecg_scp_file *f)
{
    f->family = name->family;
    f->given = name->given;
    f->patient_id = e->patient_id;
    f->birth_year = part_of(e->patient_birth_date, 0);
    f->birth_month = part_of(e->patient_birth_date, 5);
    f->birth_day = part_of(e->patient_birth_date, 8);
    f->sex = strcmp(e->patient_sex, "M") == 0 ? 1 : strcmp(e->patient_sex, "F") == 0 ? 2 : 0;
    f->year = part_of(e->recorded_at, 0);
    f->month = part_of(e->recorded_at, 5);
    f->day = part_of(e->recorded_at, 8);
    f->hour = part_of(e->recorded_at, 11);
    f->minute = part_of(e->recorded_at, 14);
    f->second = part_of(e->recorded_at, 17);
    f->maker = e->maker;
    f->model = e->model;
    f->serial = e->serial;
    f->software = e->software;
    f->operator_id = e->operator_id;
}

/* The format keeps places, not intervals: P begins at 100 ms. */
static void scp_measured(const struct ecg *e, struct ecg_scp_file *f)
{
    enum { P_ONSET = 100, P_LENGTH = 80, NONE = 29999 };
    bool pr = *e->measurements[ECG_PR], qrs = *e->measurements[ECG_QRS],
         qt = *e->measurements[ECG_QT];
    unsigned onset = P_ONSET + (unsigned)number_of(e->measurements[ECG_PR]);

    f->has_measurements = true;
    f->p_onset = pr ? P_ONSET : NONE;
    f->p_offset = pr ? P_ONSET + P_LENGTH : NONE;
    f->qrs_onset = onset;
    f->qrs_offset = qrs ? onset + (unsigned)number_of(e->measurements[ECG_QRS]) : NONE;
    f->t_offset = qt ? onset + (unsigned)number_of(e->measurements[ECG_QT]) : NONE;
    f->p_axis = *e->measurements[ECG_P_AXIS] ? number_of(e->measurements[ECG_P_AXIS]) : NONE;
    f->qrs_axis = *e->measurements[ECG_QRS_AXIS] ? number_of(e->measurements[ECG_QRS_AXIS]) : NONE;
    f->t_axis = *e->measurements[ECG_T_AXIS] ? number_of(e->measurements[ECG_T_AXIS]) : NONE;
    f->rr = f->pp = NONE;
    f->rate = *e->measurements[ECG_HEART_RATE]
                  ? (unsigned)number_of(e->measurements[ECG_HEART_RATE])
                  : NONE;
    f->qtc = *e->measurements[ECG_QTC] ? (unsigned)number_of(e->measurements[ECG_QTC]) : NONE;
    f->qtc_formula = strcmp(e->qtc_formula, "Bazett") == 0 ? 1 : 0;
}

static void scp_said(const struct ecg *e, struct ecg_scp_file *f)
{
    f->status = 0;
    for (size_t i = 0; i < e->statements.count && i < ECG_SCP_STATEMENTS; i++)
        f->statements[i] = e->statements.at[i];
}

static enum error scp_leads(const struct ecg *e, struct ecg_scp_file *f)
{
    static const uint8_t ids[ECG_LEAD_STANDARD] = { 1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8 };

    for (size_t i = 0; i < e->lead_count && i < ECG_LEAD_STANDARD; i++) {
        const struct ecg_lead *lead = &e->leads[i];
        struct ecg_scp_lead *out = &f->leads[f->lead_count];
        if (!lead->recorded)
            continue;
        if (lead->count > ECG_SCP_SAMPLES)
            return ERROR_TOO_BIG;
        f->lead_count++;
        f->sample_count = lead->count;
        f->nanovolts = (unsigned)(lead->microvolts_per_unit * 1000);
        f->interval_us = (unsigned)(1000000 / lead->rate);
        out->id = ids[lead->id];
        out->first = 1;
        for (size_t k = 0; k < lead->count; k++)
            out->samples[k] = (int16_t)lead->samples[k];
    }
    return ERROR_OK;
}

static enum error write_scp(const struct ecg *e, struct buffer *out)
{
    struct ecg_scp_file *f = calloc(1, sizeof *f);
    struct scp_name name;
    enum error error;

    if (!f)
        return ERROR_NO_MEMORY;
    ecg_scp_blank(f);
    f->huffman = ECG_SCP_DEFAULT;
    f->difference = 2;
    split_name(e->patient_name, &name);
    scp_person(e, &name, f);
    scp_measured(e, f);
    scp_said(e, f);
    error = scp_leads(e, f);
    if (error == ERROR_OK)
        error = ecg_scp_write(f, out);
    free(f);
    return error;
}

/* ---- the others ---- */

static enum error write_pdf(const struct ecg *e, struct buffer *out)
{
    char text[256];

    (void)snprintf(text, sizeof text, "SYNTHETIC EKG  %.60s  %.30s  %.30s", e->patient_name,
                   e->patient_id, e->recorded_at);
    for (char *at = text; *at; at++)
        if (strchr("()\\", *at) || *at == '^')
            *at = ' ';
    return ecg_pdf_write(text, false, out);
}

static enum error write_aecg(const struct ecg *e, struct buffer *out)
{
    return ecg_aecg_write(e, &(struct ecg_aecg_form) { 0 }, out);
}

static enum error write_muse(const struct ecg *e, struct buffer *out)
{
    return ecg_muse_write(e, &(struct ecg_muse_form) { 0 }, out);
}

static enum error write_dicom(const struct ecg *e, struct buffer *out)
{
    return ecg_dicom_write(e, &(struct ecg_dicom_form) { .letters = "ISO_IR 192" }, out);
}

/* The format's own compression is of all twelve; of fewer, the samples stand there as they are. */
static enum error write_philips(const struct ecg *e, struct buffer *out)
{
    struct ecg_philips_how how = { .version = "1.04" };
    struct ecg_lead leads[ECG_LEAD_STANDARD];
    struct ecg record = *e;

    record.leads = leads;
    record.lead_count = 0;
    for (size_t i = 0; i < e->lead_count && i < ECG_LEAD_STANDARD; i++)
        if (e->leads[i].recorded)
            leads[record.lead_count++] = e->leads[i];
    if (record.lead_count < ECG_LEAD_STANDARD)
        how = (struct ecg_philips_how) { .version = "1.04", .form = ECG_PHILIPS_BASE64 };
    return ecg_philips_write(&record, &how, out);
}

static enum error write_contec(const struct ecg *e, struct buffer *out)
{
    return ecg_contec_write(e, "0000001", out);
}

enum error ecg_write(const struct ecg *e, enum ecg_format format, struct buffer *out)
{
    static enum error (*const writers[ECG_FORMAT_COUNT])(const struct ecg *, struct buffer *) = {
        [ECG_FORMAT_PDF] = write_pdf,
        [ECG_FORMAT_SCP] = write_scp,
        [ECG_FORMAT_AECG] = write_aecg,
        [ECG_FORMAT_MUSE] = write_muse,
        [ECG_FORMAT_DICOM] = write_dicom,
        [ECG_FORMAT_PHILIPS] = write_philips,
        [ECG_FORMAT_MORTARA] = ecg_mortara_write,
        [ECG_FORMAT_CONTEC_ECG90A] = write_contec,
    };
    return writers[format] ? writers[format](e, out) : ERROR_UNSUPPORTED;
}

double ecg_write_rate(enum ecg_format format)
{
    enum { USUAL = 500, CONTEC = 800 };
    return format == ECG_FORMAT_CONTEC_ECG90A ? CONTEC : USUAL;
}
