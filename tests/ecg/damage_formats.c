/* Every form of every format that has a writer; see the header. */
#include "tests/ecg/damage_formats.h"

#include "tests/ecg/ecg_write.h"
#include "tests/support/ecg_dicom_file.h"
#include "tests/support/ecg_philips_file.h"
#include "tests/support/ecg_xml_files.h"

static enum error write_pdf(const struct ecg *e, struct buffer *out)
{
    return ecg_write(e, ECG_FORMAT_PDF, out);
}

static enum error write_scp(const struct ecg *e, struct buffer *out)
{
    return ecg_write(e, ECG_FORMAT_SCP, out);
}

static enum error write_aecg(const struct ecg *e, struct buffer *out)
{
    return ecg_write(e, ECG_FORMAT_AECG, out);
}

static enum error write_muse(const struct ecg *e, struct buffer *out)
{
    return ecg_write(e, ECG_FORMAT_MUSE, out);
}

static enum error write_muse_unchecked(const struct ecg *e, struct buffer *out)
{
    return ecg_muse_write(e, &(struct ecg_muse_form) { .unchecked = true, .twelve = true }, out);
}

static enum error write_dicom(const struct ecg *e, struct buffer *out)
{
    return ecg_dicom_write(e, &(struct ecg_dicom_form) { 0 }, out);
}

static enum error write_dicom_implicit(const struct ecg *e, struct buffer *out)
{
    const struct ecg_dicom_form form = { .syntax = ECG_DICOM_IMPLICIT, .undefined = true };
    return ecg_dicom_write(e, &form, out);
}

static enum error write_dicom_deflated(const struct ecg *e, struct buffer *out)
{
    return ecg_dicom_write(e, &(struct ecg_dicom_form) { .syntax = ECG_DICOM_DEFLATED }, out);
}

static enum error write_philips(const struct ecg *e, struct buffer *out)
{
    const struct ecg_philips_how how = { .version = "1.04", .form = ECG_PHILIPS_XLI };
    return ecg_philips_write(e, &how, out);
}

static enum error write_philips_base64(const struct ecg *e, struct buffer *out)
{
    const struct ecg_philips_how how = { .version = "1.03", .form = ECG_PHILIPS_BASE64 };
    return ecg_philips_write(e, &how, out);
}

static enum error write_mortara(const struct ecg *e, struct buffer *out)
{
    return ecg_write(e, ECG_FORMAT_MORTARA, out);
}

static enum error write_contec(const struct ecg *e, struct buffer *out)
{
    return ecg_write(e, ECG_FORMAT_CONTEC_ECG90A, out);
}

const struct damage_format damage_formats[] = {
    { "pdf", ECG_FORMAT_PDF, DAMAGE_TOUCHED, 1, write_pdf },
    { "scp", ECG_FORMAT_SCP, DAMAGE_REFUSED, 0, write_scp },
    { "aecg", ECG_FORMAT_AECG, DAMAGE_TOUCHED, 1, write_aecg },
    { "muse", ECG_FORMAT_MUSE, DAMAGE_TOUCHED, 1, write_muse },
    { "muse-unchecked", ECG_FORMAT_MUSE, DAMAGE_TOUCHED, 1, write_muse_unchecked },
    { "dicom", ECG_FORMAT_DICOM, DAMAGE_TOUCHED, 0, write_dicom },
    { "dicom-implicit", ECG_FORMAT_DICOM, DAMAGE_TOUCHED, 0, write_dicom_implicit },
    { "dicom-deflated", ECG_FORMAT_DICOM, DAMAGE_BOUNDED, 0, write_dicom_deflated },
    { "philips", ECG_FORMAT_PHILIPS, DAMAGE_BOUNDED, 1, write_philips },
    { "philips-base64", ECG_FORMAT_PHILIPS, DAMAGE_TOUCHED, 1, write_philips_base64 },
    { "mortara", ECG_FORMAT_MORTARA, DAMAGE_TOUCHED, 1, write_mortara },
    { "contec", ECG_FORMAT_CONTEC_ECG90A, DAMAGE_TOUCHED, 0, write_contec },
};

const size_t damage_format_count = sizeof damage_formats / sizeof damage_formats[0];
