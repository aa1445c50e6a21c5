/* GE MUSE XML (RestingECG): whose it is, when it was recorded, what the cart measured. */
#include "instruments/ecg/muse.h"

#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_told.h"

#include <stdio.h>

#define PATIENT "PatientDemographics/"
#define TEST "TestDemographics/"
#define MEASURED(name) offsetof(struct ecg, measurements[ECG_##name])
#define AT(member) offsetof(struct ecg, member)

static const struct ecg_xml_fact facts[] = {
    { AT(patient_id), PATIENT "PatientID", NULL },
    { AT(patient_sex), PATIENT "Gender", NULL },
    { AT(model), TEST "AcquisitionDevice", NULL },
    { AT(serial), "PharmaData/PharmaCartID", NULL },
    { AT(software), TEST "AcquisitionSoftwareVersion", NULL },
    { AT(operator_id), TEST "AcquisitionTechID", NULL },
};

/* What a person has corrected comes before what the cart had measured first. */
#define MEASUREMENTS(parent)                                                                       \
    { MEASURED(HEART_RATE), parent "VentricularRate", NULL },                                      \
        { MEASURED(PR), parent "PRInterval", NULL },                                               \
        { MEASURED(QRS), parent "QRSDuration", NULL },                                             \
        { MEASURED(QT), parent "QTInterval", NULL },                                               \
        { MEASURED(QTC), parent "QTCorrected", NULL }, { MEASURED(P_AXIS), parent "PAxis", NULL }, \
        { MEASURED(QRS_AXIS), parent "RAxis", NULL },                                              \
    {                                                                                              \
        MEASURED(T_AXIS), parent "TAxis", NULL                                                     \
    }
static const struct ecg_xml_fact corrected[] = { MEASUREMENTS("RestingECGMeasurements/") };
static const struct ecg_xml_fact original[] = { MEASUREMENTS("OriginalRestingECGMeasurements/") };
#undef MEASUREMENTS

#define TABLE(table) (table), sizeof(table) / sizeof *(table)

static bool is_digits(const char *text, size_t from, size_t count)
{
    return strspn(text + from, "0123456789") >= count;
}

/* "mm-dd-yyyy", as yyyy-mm-dd; false for anything else, such as a date that was blotted out. */
static bool read_date(const char *text, char out[11])
{
    if (strlen(text) != 10 || !is_digits(text, 0, 2) || text[2] != '-' || !is_digits(text, 3, 2) ||
        text[5] != '-' || !is_digits(text, 6, 4))
        return false;
    (void)snprintf(out, 11, "%.4s-%.2s-%.2s", text + 6, text, text + 3);
    return true;
}

/* "hh:mm:ss" or "hh:mm". */
static bool is_time(const char *text)
{
    size_t len = strlen(text);
    return (len == 5 || len == 8) && is_digits(text, 0, 2) && text[2] == ':' &&
           is_digits(text, 3, 2) && (len == 5 || (text[5] == ':' && is_digits(text, 6, 2)));
}

static enum error read_times(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *birth = xml_text(root, PATIENT "DateofBirth");
    const char *date = xml_text(root, TEST "AcquisitionDate");
    const char *time = xml_text(root, TEST "AcquisitionTime");
    char iso[11];
    enum error error;

    error =
        ecg_text_take(a, span_text(read_date(birth, iso) ? iso : birth), &e->patient_birth_date);
    if (error != ERROR_OK)
        return error;
    if (read_date(date, iso) && is_time(time))
        return ecg_text_format(a, &e->recorded_at, "%sT%s%s", iso, time,
                               strlen(time) == 5 ? ":00" : "");
    return ecg_text_format(a, &e->recorded_at, "%s%s%s", date, *date && *time ? " " : "", time);
}

static enum error read_name(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    return ecg_told_name(a, xml_text(root, PATIENT "PatientLastName"),
                         xml_text(root, PATIENT "PatientFirstName"),
                         xml_text(root, PATIENT "PatientMiddleName"), &e->patient_name);
}

static enum error read_age(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    static const struct {
        const char *muse, *ucum;
    } units[] = {
        { "YEARS", "a" }, { "MONTHS", "mo" }, { "WEEKS", "wk" }, { "DAYS", "d" }, { "HOURS", "h" }
    };
    const char *age = xml_text(root, PATIENT "PatientAge");
    const char *unit = xml_text(root, PATIENT "AgeUnits");

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].muse) == 0)
            unit = units[i].ucum;
    return ecg_text_format(a, &e->patient_age, "%s%s%s", age, *age && *unit ? " " : "",
                           *age ? unit : "");
}

/* The technician's name, where the file has no number of theirs. */
static enum error read_operator(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *family = xml_text(root, TEST "AcquisitionTechLastName");
    const char *given = xml_text(root, TEST "AcquisitionTechFirstName");
    if (*e->operator_id)
        return ERROR_OK;
    return ecg_text_format(a, &e->operator_id, "%s%s%s", family, *family && *given ? ", " : "",
                           given);
}

/* What is no number was not measured. */
static enum error check_measurements(struct arena *a, struct ecg *e)
{
    enum error error = ERROR_OK;
    for (int m = 0; m < ECG_MEASUREMENT_COUNT && error == ERROR_OK; m++) {
        const char **value = &e->measurements[m];
        if (!**value || *ecg_told_number(*value))
            continue;
        error = ecg_note(a, e, "The measurement %s, %.40s, is no number.",
                         ecg_measurement_text((enum ecg_measurement)m), *value);
        *value = "";
    }
    return error;
}

static enum error note_correction(struct arena *a, struct ecg *e, enum ecg_measurement m,
                                  const char *first)
{
    if (!*first || strcmp(first, e->measurements[m]) == 0)
        return ERROR_OK;
    return ecg_note(a, e,
                    "The measurement %s was changed by a person: the cart had measured %.40s.",
                    ecg_measurement_text(m), first);
}

static enum error read_measurements(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    struct ecg first;
    enum error error;

    if (!xml_find(root, "RestingECGMeasurements"))
        error = ecg_xml_facts(a, root, TABLE(original), e);
    else
        error = ecg_xml_facts(a, root, TABLE(corrected), e);
    ecg_init(&first);
    if (error == ERROR_OK)
        error = ecg_xml_facts(a, root, TABLE(original), &first);
    for (int m = 0; m < ECG_MEASUREMENT_COUNT && error == ERROR_OK; m++)
        error = note_correction(a, e, (enum ecg_measurement)m, first.measurements[m]);
    return error == ERROR_OK ? check_measurements(a, e) : error;
}

static enum error read_facts(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    enum error error = ecg_xml_facts(a, root, TABLE(facts), e);
    if (error == ERROR_OK)
        error = read_name(a, root, e);
    if (error == ERROR_OK)
        error = read_times(a, root, e);
    if (error == ERROR_OK)
        error = read_age(a, root, e);
    if (error == ERROR_OK)
        error = read_operator(a, root, e);
    if (error == ERROR_OK)
        error = read_measurements(a, root, e);
    e->patient_sex = ecg_told_sex(e->patient_sex);
    return error == ERROR_OK ? muse_read_diagnosis(a, root, e) : error;
}

static enum ecg_claim claim_muse(struct span file)
{
    return ecg_xml_claim(file, "RestingECG");
}

static enum error read_muse(struct arena *a, struct span file, struct ecg *out,
                            struct complaint *why)
{
    const struct xml_node *root;
    struct ecg draft = *out;
    enum error e = ecg_xml_read(a, file, &root, why);
    if (e == ERROR_OK)
        e = ecg_xml_one_patient(root, "PatientDemographics/PatientID", why);
    if (e == ERROR_OK)
        e = ecg_xml_one_patient(root, "PatientDemographics", why);
    if (e == ERROR_OK)
        e = muse_read_waveform(a, root, &draft, why);
    if (e != ERROR_OK)
        return e;
    e = read_facts(a, root, &draft);
    if (e != ERROR_OK)
        return complain(why, e, "The file needs more memory than it may have.");
    *out = draft;
    return ERROR_OK;
}

const struct ecg_reader ecg_muse = { ECG_FORMAT_MUSE, claim_muse, read_muse };
