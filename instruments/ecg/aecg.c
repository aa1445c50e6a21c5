/* HL7 annotated ECG: whose it is, when and by what it was recorded. The series that was recorded is
 * read; what was derived from it (a representative beat) is not a recording. */
#include "instruments/ecg/aecg.h"

#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_told.h"

#define SUBJECT "componentOf/timepointEvent/componentOf/subjectAssignment/subject/trialSubject/"
#define PERSON SUBJECT "subjectDemographicPerson/"
#define DEVICE "author/seriesAuthor/manufacturedSeriesDevice/"
#define AT(member) offsetof(struct ecg, member)

static const struct ecg_xml_fact of_subject[] = {
    { AT(patient_id), SUBJECT "id", "extension" },
    { AT(patient_name), PERSON "name", NULL },
    { AT(patient_birth_date), PERSON "birthTime", "value" },
    { AT(patient_sex), PERSON "administrativeGenderCode", "code" },
};

static const struct ecg_xml_fact of_series[] = {
    { AT(maker), "author/seriesAuthor/manufacturerOrganization/name", NULL },
    { AT(model), DEVICE "manufacturerModelName", NULL },
    { AT(serial), DEVICE "serialNumber", NULL },
    { AT(serial), DEVICE "SerialNumber", NULL },
    { AT(serial), DEVICE "id", "extension" },
    { AT(software), DEVICE "softwareName", NULL },
    { AT(operator_id), "secondaryPerformer/seriesPerformer/id", "extension" },
    { AT(operator_id), "secondaryPerformer/seriesPerformer/assignedPerson/name", NULL },
    { AT(recorded_at), "effectiveTime/low", "value" },
    { AT(recorded_at), "effectiveTime/center", "value" },
    { AT(recorded_at), "effectiveTime", "value" },
};

/* When the series itself does not say when. */
static const struct ecg_xml_fact of_document[] = {
    { AT(recorded_at), "effectiveTime/low", "value" },
    { AT(recorded_at), "effectiveTime/center", "value" },
    { AT(recorded_at), "effectiveTime", "value" },
};

#define FACTS(table) (table), sizeof(table) / sizeof *(table)

bool aecg_is(const struct xml_node *node, const char *code)
{
    return strcmp(xml_value(node, "code", "code"), code) == 0;
}

/* The name in parts (HL7 V3 datatype EN), if it has parts. */
static enum error read_name(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const struct xml_node *name = xml_find(root, PERSON "name");
    const struct xml_node *given = xml_find(name, "given");
    const char *family = xml_text(name, "family");
    const char *middle = xml_text(xml_next(given), "");
    const char *first = xml_text(given, "");

    if (!*family && !*first)
        return ERROR_OK;
    return ecg_told_name(a, family, first, middle, &e->patient_name);
}

/* HL7 vocabulary AdministrativeGender: UN is undifferentiated; what is not known is a null flavor.
 */
static void read_sex(const struct xml_node *root, struct ecg *e)
{
    const char *unknown = xml_value(root, PERSON "administrativeGenderCode", "nullFlavor");
    if (strcmp(e->patient_sex, "UN") == 0)
        e->patient_sex = "X";
    else if (strcmp(e->patient_sex, "UNK") == 0 || (!*e->patient_sex && *unknown))
        e->patient_sex = "U";
    e->patient_sex = ecg_told_sex(e->patient_sex);
}

/* Beside the birth date, some files say the age as the cart used it (LOINC 21612-7, reported). */
static enum error read_age(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const struct xml_node *about = xml_find(root, "controlVariable");
    for (; about; about = xml_next(about)) {
        const struct xml_node *said = xml_find(about, "relatedObservation");
        const char *value = xml_value(said, "value", "value");
        const char *unit = xml_value(said, "value", "unit");
        if (!aecg_is(said, "21612-7") || !*value)
            continue;
        return ecg_text_format(a, &e->patient_age, "%s%s%s", value, *unit ? " " : "", unit);
    }
    return ERROR_OK;
}

static enum error read_subject(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    enum error error = ecg_xml_facts(a, root, FACTS(of_subject), e);
    if (error == ERROR_OK)
        error = read_name(a, root, e);
    if (error == ERROR_OK)
        error = ecg_date(a, e->patient_birth_date, &e->patient_birth_date);
    if (error == ERROR_OK)
        error = read_age(a, root, e);
    read_sex(root, e);
    return error;
}

static enum error read_circumstances(struct arena *a, const struct xml_node *root,
                                     const struct xml_node *series, struct ecg *e)
{
    enum error error = ecg_xml_facts(a, series, FACTS(of_series), e);
    if (error == ERROR_OK)
        error = ecg_xml_facts(a, root, FACTS(of_document), e);
    if (error == ERROR_OK)
        error = ecg_date_time(a, e->recorded_at, &e->recorded_at);
    return error;
}

/* The first series that says RHYTHM, else the first that is no representative beat. */
static const struct xml_node *find_series(const struct xml_node *root, size_t *rhythms)
{
    const struct xml_node *found = NULL, *component = xml_find(root, "component");
    bool says_so = false;
    for (; component; component = xml_next(component)) {
        const struct xml_node *series = xml_find(component, "series");
        bool rhythm = aecg_is(series, "RHYTHM");
        if (!series || aecg_is(series, "REPRESENTATIVE_BEAT"))
            continue;
        ++*rhythms;
        if (!found || (rhythm && !says_so))
            found = series;
        says_so |= rhythm;
    }
    return found;
}

static enum error read_series(struct arena *a, const struct xml_node *root, struct ecg *out,
                              struct complaint *why)
{
    size_t rhythms = 0;
    const struct xml_node *series = find_series(root, &rhythms);
    enum error e;

    if (!series)
        return complain(why, ERROR_BAD_INPUT,
                        "The file holds no recording: it has no series of rhythm waveforms.");
    e = aecg_read_leads(a, series, out, why);
    if (e != ERROR_OK)
        return e;
    e = read_circumstances(a, root, series, out);
    if (e == ERROR_OK)
        e = aecg_read_annotations(a, series, out);
    if (e == ERROR_OK)
        e = aecg_read_filters(a, series, out);
    if (e == ERROR_OK && rhythms > 1)
        e = ecg_note(a, out, "The file holds %zu recordings; this is the first of them.", rhythms);
    return e == ERROR_OK ? e : complain(why, e, "The file needs more memory than it may have.");
}

static enum ecg_claim claim_aecg(struct span file)
{
    return ecg_xml_claim(file, "AnnotatedECG");
}

static enum error read_aecg(struct arena *a, struct span file, struct ecg *out,
                            struct complaint *why)
{
    const struct xml_node *root;
    struct ecg draft = *out;
    enum error e = ecg_xml_read(a, file, &root, why);
    if (e == ERROR_OK)
        e = ecg_xml_one_patient(
            root, "componentOf/timepointEvent/componentOf/subjectAssignment/subject/trialSubject",
            why);
    if (e != ERROR_OK)
        return e;
    e = read_subject(a, root, &draft);
    if (e != ERROR_OK)
        return complain(why, e, "The file needs more memory than it may have.");
    e = read_series(a, root, &draft, why);
    if (e == ERROR_OK)
        *out = draft;
    return e;
}

const struct ecg_reader ecg_aecg = { ECG_FORMAT_AECG, claim_aecg, read_aecg };
