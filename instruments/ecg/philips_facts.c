/* Philips Sierra XML: the patient, the cart, its measurements and statements. */
#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_told.h"
#include "instruments/ecg/philips.h"

#include <strings.h>

#define PATIENT "patient/generalpatientdata/"
#define ACQUIRED "dataacquisition/"
#define AT(member) offsetof(struct ecg, member)

static const struct ecg_xml_fact told[] = {
    { AT(patient_id), PATIENT "patientid", NULL },
    { AT(patient_id), PATIENT "MRN", NULL },
    { AT(patient_birth_date), PATIENT "age/dateofbirth", NULL },
    { AT(patient_sex), PATIENT "sex", NULL },
    { AT(model), ACQUIRED "machine", NULL },
    { AT(serial), ACQUIRED "machine", "machineid" },
    { AT(operator_id), ACQUIRED "acquirer/operator", "id" },
    { AT(operator_id), ACQUIRED "acquirer/operator", NULL },
    { AT(operator_id), ACQUIRED "acquirer/operatorid", NULL },
};

/* Of one interpretation. */
static const struct ecg_xml_fact of_interpretation[] = {
    { AT(severity), "severity", NULL },
    { AT(confirmed_by), "confirmingclinician", NULL },
    { AT(confirmed_by), "confirmingclinician", "id" },
};

static enum error read_age(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    static const struct {
        const char *path, *unit; /* UCUM */
    } ages[] = {
        { PATIENT "age/years", "a" },  { PATIENT "age/months", "mo" },
        { PATIENT "age/weeks", "wk" }, { PATIENT "age/days", "d" },
        { PATIENT "age/hours", "h" },  { PATIENT "age/minutes", "min" },
    };
    const char *assumed = xml_value(root, PATIENT "age", "defaultage");

    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        const char *age = xml_text(root, ages[i].path);
        if (*age)
            return ecg_text_format(a, &e->patient_age, "%.40s %s", age, ages[i].unit);
    }
    if (*assumed && !*e->patient_birth_date)
        return ecg_note(a, e, "The cart was given no age and took %.40s years for its analysis.",
                        assumed);
    return ERROR_OK;
}

static enum error read_patient(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *record = xml_text(root, PATIENT "MRN");
    enum error error = ecg_told_name(a, xml_text(root, PATIENT "name/lastname"),
                                     xml_text(root, PATIENT "name/firstname"),
                                     xml_text(root, PATIENT "name/middlename"), &e->patient_name);

    e->patient_sex = ecg_told_sex(e->patient_sex);
    if (error == ERROR_OK)
        error = read_age(a, root, e);
    if (error == ERROR_OK && *record && strcmp(record, e->patient_id) != 0)
        error = ecg_note(a, e, "Beside the patient's id the file names the record number %.80s.",
                         record);
    return error;
}

/* MANUFACTURER:MODEL:SOFTWARE, as the schema agrees upon; anything else is taken for the model's
 * description, and left alone when the model is known. */
static enum error read_machine(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *detail = xml_value(root, ACQUIRED "machine", "detaildescription");
    const char *model = strchr(detail, ':'), *software = model ? strchr(model + 1, ':') : NULL;
    enum error error = ERROR_OK;

    if (!software)
        return *e->model ? ERROR_OK : ecg_text_take(a, span_text(detail), &e->model);
    error = ecg_text_take(a, span_of(detail, (size_t)(model - detail)), &e->maker);
    if (error == ERROR_OK && !*e->model)
        error = ecg_text_take(a, span_of(model + 1, (size_t)(software - model - 1)), &e->model);
    if (error == ERROR_OK)
        error = ecg_text_take(a, span_text(software + 1), &e->software);
    return error;
}

static enum error read_time(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *date = xml_value(root, "dataacquisition", "date");
    const char *time = xml_value(root, "dataacquisition", "time");

    return ecg_text_format(a, &e->recorded_at, "%.50s%s%.50s", date, *date && *time ? "T" : "",
                           time);
}

/* ---- measurements ---- */

/* Where a measurement may stand: what was settled in the interpretation first, then what the
 * analysis program found (1.04: crossleadmeasurements, 1.03: globalmeasurements). */
struct place {
    enum ecg_measurement measurement;
    const char *in_interpretation[2];
    const char *in_analysis;
};

static const struct place places[] = {
    { ECG_HEART_RATE, { "heartrate", "heartrate" }, "meanventrate" },
    { ECG_PR, { "print", "meanprint" }, "meanprint" },
    { ECG_QRS, { "qrsdur", "meanqrsdur" }, "meanqrsdur" },
    { ECG_QT, { "qtint", "meanqtint" }, "meanqtint" },
    { ECG_P_AXIS, { "pfrontaxis", "pfrontaxis" }, "pfrontaxis" },
    { ECG_QRS_AXIS, { "qrsfrontaxis", "qrsfrontaxis" }, "qrsfrontaxis" },
    { ECG_T_AXIS, { "tfrontaxis", "tfrontaxis" }, "tfrontaxis" },
};

struct sources {
    const struct xml_node *settled, *analysis;
};

static const struct xml_node *first_of(const struct xml_node *top, const char *one,
                                       const char *other)
{
    const struct xml_node *found = xml_find(top, one);
    return found ? found : xml_find(top, other);
}

/* A value that a person changed in the cart or in its server says so, with the cart's own. */
static enum error note_edit(struct arena *a, const struct xml_node *value, enum ecg_measurement m,
                            struct ecg *e)
{
    const char *own = xml_value(value, "", "uneditedvalue");

    if (!value || strcmp(xml_value(value, "", "editedflag"), "True") != 0)
        return ERROR_OK;
    return ecg_note(a, e, "%s was changed by a person%s%.20s.", ecg_measurement_text(m),
                    *own ? "; the cart's own value was " : "", own);
}

static enum error take(struct arena *a, const struct xml_node *value, enum ecg_measurement m,
                       struct ecg *e)
{
    const char *number = ecg_told_number(xml_text(value, ""));

    if (!*number || *e->measurements[m])
        return ERROR_OK;
    e->measurements[m] = number;
    return note_edit(a, value, m, e);
}

static enum error read_measurement(struct arena *a, const struct sources *from,
                                   const struct place *place, struct ecg *e)
{
    enum error error =
        take(a, first_of(from->settled, place->in_interpretation[0], place->in_interpretation[1]),
             place->measurement, e);
    if (error == ERROR_OK)
        error = take(a, xml_find(from->analysis, place->in_analysis), place->measurement, e);
    return error;
}

/* QTc with the name of its formula: 1.04 says it by the element's name, 1.03 (meanqtc) not at all.
 */
static enum error read_qtc(struct arena *a, const struct sources *from, struct ecg *e)
{
    static const struct {
        const char *path, *formula;
    } forms[] = { { "qtcb", "Bazett" }, { "qtcf", "Fridericia" }, { "meanqtc", "" } };
    const struct xml_node *other = xml_find(from->settled, "qtco");
    enum error error = ERROR_OK;

    for (size_t i = 0; error == ERROR_OK && i < sizeof forms / sizeof *forms; i++) {
        bool before = *e->measurements[ECG_QTC];
        error = take(a, xml_find(from->settled, forms[i].path), ECG_QTC, e);
        if (!before && *e->measurements[ECG_QTC])
            e->qtc_formula = forms[i].formula;
    }
    if (error == ERROR_OK && !*e->measurements[ECG_QTC] && other) {
        const char *label = xml_value(other, "", "label");
        const char *method = xml_value(other, "", "methodname");
        error = take(a, other, ECG_QTC, e);
        if (*e->measurements[ECG_QTC] && error == ERROR_OK)
            error = ecg_text_take(a, span_text(*method ? method : label), &e->qtc_formula);
    }
    if (error == ERROR_OK && !*e->measurements[ECG_QTC])
        error = take(a, xml_find(from->analysis, "meanqtc"), ECG_QTC, e);
    return error;
}

static enum error read_measurements(struct arena *a, const struct xml_node *root,
                                    const struct xml_node *interpretation, struct ecg *e)
{
    const struct sources from = {
        first_of(interpretation, "globalmeasurements", "interpretationmeasurements"),
        first_of(root, "internalmeasurements/crossleadmeasurements",
                 "measurements/globalmeasurements"),
    };
    enum error error = ERROR_OK;

    for (size_t i = 0; error == ERROR_OK && i < sizeof places / sizeof *places; i++)
        error = read_measurement(a, &from, &places[i], e);
    return error == ERROR_OK ? read_qtc(a, &from, e) : error;
}

/* ---- statements ---- */

/* Before clinicians had an element of their own, the line of the signature named whoever confirmed
 * it; "Unconfirmed diagnosis" is nobody. */
static enum error read_signature(struct arena *a, const struct xml_node *interpretation,
                                 struct ecg *e)
{
    static const char confirmed[] = "confirmed by", not_yet[] = "unconfirmed";
    const char *line = xml_text(interpretation, "mdsignatureline");

    if (*e->confirmed_by || strncasecmp(line, not_yet, sizeof not_yet - 1) == 0)
        return ERROR_OK;
    if (strncasecmp(line, confirmed, sizeof confirmed - 1) == 0) {
        line += sizeof confirmed - 1;
        line += *line == ':';
    }
    return ecg_text_take(a, span_text(line), &e->confirmed_by);
}

static enum error read_interpretation(struct arena *a, const struct xml_node *interpretation,
                                      struct ecg *e)
{
    const struct xml_node *s = xml_find(interpretation, "statement");
    enum error error = ecg_xml_facts(a, interpretation, of_interpretation,
                                     sizeof of_interpretation / sizeof *of_interpretation, e);

    if (error == ERROR_OK)
        error = read_signature(a, interpretation, e);
    for (; error == ERROR_OK && s; s = xml_next(s))
        error =
            ecg_told_statement(a, e, xml_text(s, "leftstatement"), xml_text(s, "rightstatement"));
    return error;
}

/* The first one is the program's; whoever reads it later may have added another. */
static enum error note_more(struct arena *a, const struct xml_node *interpretation, struct ecg *e)
{
    if (!xml_next(interpretation))
        return ERROR_OK;
    return ecg_note(a, e, "The file holds more than one interpretation; this is the first one.");
}

enum error philips_read_facts(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const struct xml_node *interpretation = xml_find(root, "interpretations/interpretation");
    enum error error = ecg_xml_facts(a, root, told, sizeof told / sizeof *told, e);

    if (error == ERROR_OK)
        error = read_patient(a, root, e);
    if (error == ERROR_OK)
        error = read_machine(a, root, e);
    if (error == ERROR_OK)
        error = read_time(a, root, e);
    if (error == ERROR_OK)
        error = read_interpretation(a, interpretation, e);
    if (error == ERROR_OK)
        error = note_more(a, interpretation, e);
    if (error == ERROR_OK)
        error = read_measurements(a, root, interpretation, e);
    return error;
}
