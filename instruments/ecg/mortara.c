/*
 * Mortara ELI XML (ELI Link's export): root `ECG`, a `CHANNEL` for each lead.
 *
 * Draft: held against no file of a cart. Names of elements and attributes, units and forms are what
 * several public readers agree upon; what only some of them know (DEMOGRAPHIC_FIELD instead of
 * SUBJECT, PR_INTERVAL instead of PR_DURATION) is read where the other is not there. Samples are
 * 16 bits, little endian, in Base64; microvolts = (sample + OFFSET) * 1000 / UNITS_PER_MV.
 */
#include "core/base/limits.h"
#include "instruments/ecg/base64.h"
#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_told.h"
#include "instruments/ecg/ecg_xml.h"

#include <strings.h>

enum { NAME_MAX_BYTES = 32 }; /* of a lead */

#define AT(member) offsetof(struct ecg, member)
#define SAID(m) offsetof(struct ecg, measurements[m])

static const struct ecg_xml_fact told[] = {
    { AT(patient_id), "SUBJECT", "ID" },
    { AT(patient_birth_date), "SUBJECT", "DOB_XML" },
    { AT(patient_birth_date), "SUBJECT", "DOB" },
    { AT(patient_sex), "SUBJECT", "GENDER" },
    { AT(recorded_at), "", "ACQUISITION_TIME_XML" },
    { AT(recorded_at), "", "ACQUISITION_TIME" },
    { AT(maker), "SOURCE", "MANUFACTURER" },
    { AT(model), "SOURCE", "MODEL" },
    { AT(serial), "SOURCE", "ACQUIRING_DEVICE_SERIAL_NUMBER" },
    { AT(software), "SOURCE", "ACQUIRING_DEVICE_SW_VERSION" },
    { AT(software), "SOURCE", "SOFTWARE_VERSION" },
    { AT(operator_id), "", "TECHNICIAN" },
    { SAID(ECG_HEART_RATE), "", "VENT_RATE" },
    { SAID(ECG_PR), "TYPICAL_CYCLE", "PR_DURATION" },
    { SAID(ECG_PR), "TYPICAL_CYCLE", "PR_INTERVAL" },
    { SAID(ECG_QRS), "TYPICAL_CYCLE", "QRS_DURATION" },
    { SAID(ECG_QT), "TYPICAL_CYCLE", "QT" },
    { SAID(ECG_QT), "TYPICAL_CYCLE", "QT_INT" },
    { SAID(ECG_QTC), "TYPICAL_CYCLE", "QTC" },
    { SAID(ECG_QTC), "TYPICAL_CYCLE", "QTC_INT" },
    { SAID(ECG_P_AXIS), "TYPICAL_CYCLE", "P_AXIS" },
    { SAID(ECG_QRS_AXIS), "TYPICAL_CYCLE", "QRS_AXIS" },
    { SAID(ECG_T_AXIS), "TYPICAL_CYCLE", "T_AXIS" },
};

/* Fields of the form that the cart shows; which one it is tells the number, or the label that this
 * clinic gave it. */
static const struct {
    const char *id, *label;
    size_t member;
} fields[] = {
    { "2", "ID:", AT(patient_id) },
    { "", "DOB:", AT(patient_birth_date) },
    { "", "Sex:", AT(patient_sex) },
};

static const char *field(const struct xml_node *root, const char *id, const char *label)
{
    const struct xml_node *f = xml_find(root, "DEMOGRAPHIC_FIELDS/DEMOGRAPHIC_FIELD");
    for (; f; f = xml_next(f)) {
        const char *number = xml_value(f, "", "ID");
        if (*number ? strcmp(number, id) == 0 : strcmp(xml_value(f, "", "LABEL"), label) == 0)
            return xml_value(f, "", "VALUE");
    }
    return "";
}

/* ---- facts ---- */

static enum error read_name(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *family = xml_value(root, "SUBJECT", "LAST_NAME");
    const char *given = xml_value(root, "SUBJECT", "FIRST_NAME");
    const char *middle = xml_value(root, "SUBJECT", "MIDDLE_NAME");

    if (!*family && !*given) {
        family = field(root, "1", "Last:");
        given = field(root, "7", "First:");
    }
    return ecg_told_name(a, family, given, middle, &e->patient_name);
}

static enum error read_age(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *age = xml_value(root, "", "AGE"), *unit = xml_value(root, "", "AGE_UNITS");

    if (!*age)
        return ERROR_OK;
    if (strcasecmp(unit, "Y") == 0)
        unit = "a"; /* UCUM, as the record has it; what the other letters are is not public */
    return ecg_text_format(a, &e->patient_age, "%.30s%s%.20s", age, *unit ? " " : "", unit);
}

static enum error read_patient(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    enum error error = read_name(a, root, e);

    for (size_t i = 0; error == ERROR_OK && i < sizeof fields / sizeof *fields; i++) {
        const char **member = (const char **)(void *)((char *)e + fields[i].member);
        if (!**member)
            error = ecg_text_take(a, span_text(field(root, fields[i].id, fields[i].label)), member);
    }
    e->patient_sex = ecg_told_sex(e->patient_sex);
    if (error == ERROR_OK)
        error = ecg_date(a, e->patient_birth_date, &e->patient_birth_date);
    return error == ERROR_OK ? read_age(a, root, e) : error;
}

/* QTC is by the formula that the cart is set to; when it is one of the two others that stand beside
 * it, and not both, that is the one. */
static void name_formula(const struct xml_node *root, struct ecg *e)
{
    const char *bazett = xml_value(root, "TYPICAL_CYCLE", "QTB");
    const char *fridericia = xml_value(root, "TYPICAL_CYCLE", "QTF");
    const char *own = e->measurements[ECG_QTC];

    if (!*own || strcmp(bazett, fridericia) == 0)
        return;
    if (strcmp(own, bazett) == 0)
        e->qtc_formula = "Bazett";
    else if (strcmp(own, fridericia) == 0)
        e->qtc_formula = "Fridericia";
}

static enum error read_statements(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const struct xml_node *s = xml_find(root, "AUTOMATIC_INTERPRETATION/STATEMENT");
    enum error error = ERROR_OK;

    for (; error == ERROR_OK && s; s = xml_next(s))
        error = ecg_told_statement(a, e, xml_value(s, "", "TEXT"), xml_value(s, "", "REASON"));
    return error;
}

static enum error read_filters(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    const char *low = xml_value(root, "SOURCE", "HIGH_PASS_FILTER");
    const char *high = xml_value(root, "SOURCE", "LOW_PASS_FILTER");
    const char *notch = xml_value(root, "SOURCE", "NOTCH_FILTER");
    enum error error = ERROR_OK;

    if (*low && *high)
        error = ecg_told_filter(a, e, "%.20s-%.20s Hz", low, high);
    else if (*high)
        error = ecg_told_filter(a, e, "low-pass %.20s Hz", high);
    if (error == ERROR_OK && *notch && strcmp(notch, "0") != 0)
        error = ecg_told_filter(a, e, "%.20s Hz notch", notch);
    return error;
}

static enum error read_facts(struct arena *a, const struct xml_node *root, struct ecg *e)
{
    enum error error = ecg_xml_facts(a, root, told, sizeof told / sizeof *told, e);

    for (unsigned i = 0; i < ECG_MEASUREMENT_COUNT; i++)
        e->measurements[i] = ecg_told_number(e->measurements[i]);
    if (error == ERROR_OK)
        error = ecg_date_time(a, e->recorded_at, &e->recorded_at);
    if (error == ERROR_OK)
        error = read_patient(a, root, e);
    if (error == ERROR_OK)
        error = read_statements(a, root, e);
    if (error == ERROR_OK)
        error = read_filters(a, root, e);
    name_formula(root, e);
    return error;
}

/* ---- leads ---- */

/* Whether an attribute that need not be there is there and something else. */
static bool differs(const struct xml_node *channel, const char *attribute, const char *known)
{
    const char *value = xml_value(channel, "", attribute);
    return *value && strcasecmp(value, known) != 0;
}

static enum error check_form(const struct xml_node *channel, struct complaint *why)
{
    if (differs(channel, "BITS", "16") || differs(channel, "FORMAT", "SIGNED") ||
        differs(channel, "ENCODING", "BASE64"))
        return complain(why, ERROR_UNSUPPORTED,
                        "The samples of lead %.20s are not 16 bits with a sign in Base64, the one "
                        "form that is read. Export the EKG as PDF instead.",
                        xml_value(channel, "", "NAME"));
    return ERROR_OK;
}

static enum error read_scale(const struct xml_node *channel, struct ecg_lead *lead,
                             struct complaint *why)
{
    const char *offset = xml_value(channel, "", "OFFSET");
    double units = 0, added = 0;

    if (!ecg_number(xml_value(channel, "", "SAMPLE_FREQ"), &lead->rate) || !(lead->rate > 0))
        return complain(why, ERROR_BAD_INPUT, "The file does not say the sampling rate of lead %s.",
                        lead->name);
    if (!ecg_number(xml_value(channel, "", "UNITS_PER_MV"), &units) || !(units > 0))
        return complain(why, ERROR_BAD_INPUT, "The file does not say the scale of lead %s.",
                        lead->name);
    if (*offset && !ecg_number(offset, &added))
        return complain(why, ERROR_BAD_INPUT,
                        "The file says an offset of lead %s that is no number.", lead->name);
    lead->microvolts_per_unit = 1000 / units;
    lead->microvolts_offset = added * 1000 / units;
    return ERROR_OK;
}

static enum error read_samples(struct arena *a, const struct xml_node *channel,
                               struct ecg_lead *lead, struct complaint *why)
{
    const char *duration = xml_value(channel, "", "DURATION");
    struct span bytes = { NULL, 0 };
    int32_t count = 0;
    enum error e = base64_decode(a, xml_value(channel, "", "DATA"), &bytes);

    if (e == ERROR_OK && bytes.len % 2)
        e = ERROR_BAD_INPUT;
    if (e != ERROR_OK)
        return complain(why, e, "The waveform is damaged: lead %s is no whole Base64 of samples.",
                        lead->name);
    e = ecg_told_samples(a, bytes, &lead->samples, &lead->count);
    if (e != ERROR_OK)
        return complain(why, e, "Lead %s holds more samples than are taken.", lead->name);
    if (!ecg_integer(duration, &count) || count < 0 || (size_t)count != lead->count)
        return complain(why, ERROR_BAD_INPUT,
                        "The waveform is damaged: the file says \"%.20s\" samples of lead %s and "
                        "holds %zu.",
                        duration, lead->name, lead->count);
    lead->recorded = lead->count > 0;
    return ERROR_OK;
}

static enum error read_lead(struct arena *a, const struct xml_node *channel, struct ecg_lead *lead,
                            struct complaint *why)
{
    enum error e = ecg_text_take(a, span_text(xml_value(channel, "", "NAME")), &lead->name);

    if (e != ERROR_OK)
        return complain(why, e, "The file needs more memory than it may have.");
    if (!*lead->name || strlen(lead->name) > NAME_MAX_BYTES)
        return complain(why, ERROR_BAD_INPUT,
                        "The file holds a lead without a name, or with one that is too long.");
    lead->id = ecg_lead_parse(lead->name);
    e = check_form(channel, why);
    if (e == ERROR_OK)
        e = read_scale(channel, lead, why);
    return e == ERROR_OK ? read_samples(a, channel, lead, why) : e;
}

/* A lead that is called anything but CHANNEL, or is no element at all, would be missing without a
 * word. */
static enum error check_names(const struct xml_node *root, struct complaint *why)
{
    if (*root->text)
        return complain(why, ERROR_BAD_INPUT,
                        "The file is damaged: it holds text between its elements.");
    for (const struct xml_node *child = root->children; child; child = child->next)
        if (*xml_value(child, "", "DATA") && strcmp(child->name, "CHANNEL") != 0)
            return complain(why, ERROR_BAD_INPUT,
                            "The file is damaged: it holds samples in an element \"%.40s\", which "
                            "is not known.",
                            child->name);
    return ERROR_OK;
}

static enum error read_leads(struct arena *a, const struct xml_node *root, struct ecg *e,
                             struct complaint *why)
{
    const struct xml_node *channel = xml_find(root, "CHANNEL");
    enum error error = check_names(root, why);

    if (error != ERROR_OK)
        return error;
    if (!channel)
        return complain(why, ERROR_BAD_INPUT,
                        "The file's root is ECG, and it holds no CHANNEL: it is no EKG of an ELI "
                        "cart.");
    e->leads = arena_take(a, LIMIT_ECG_LEADS * sizeof *e->leads);
    if (!e->leads)
        return complain(why, ERROR_NO_MEMORY, "The file needs more memory than it may have.");
    for (; error == ERROR_OK && channel; channel = xml_next(channel)) {
        if (e->lead_count == LIMIT_ECG_LEADS)
            return complain(why, ERROR_TOO_BIG, "The file holds more leads than an EKG has.");
        error = read_lead(a, channel, &e->leads[e->lead_count], why);
        e->lead_count += error == ERROR_OK;
    }
    return error;
}

static enum ecg_claim claim(struct span file)
{
    return ecg_xml_claim(file, "ECG");
}

static enum error read(struct arena *a, struct span file, struct ecg *out, struct complaint *why)
{
    const struct xml_node *root = NULL;
    enum error e = ecg_xml_read(a, file, &root, why);

    if (e == ERROR_OK)
        e = ecg_xml_one_patient(root, "SUBJECT", why);
    if (e == ERROR_OK)
        e = read_leads(a, root, out, why);
    if (e != ERROR_OK)
        return e;
    e = read_facts(a, root, out);
    return e == ERROR_OK ? e : complain(why, e, "The file needs more memory than it may have.");
}

const struct ecg_reader ecg_mortara = { ECG_FORMAT_MORTARA, claim, read };
