/* Writes synthetic HL7 annotated ECGs; see ecg_xml_files.h. */
#include "tests/support/ecg_xml_files.h"

#include <stdio.h>

enum { OTHER_NUMBER = 777, BEAT_SAMPLES = 300 };

struct writer {
    const struct ecg *ecg;
    const struct ecg_aecg_form *form;
    struct ecg_xml_out xml;
};

/* "<name" with the form's prefix; `attributes` as they stand. */
static void open_tag(struct writer *w, const char *name, const char *attributes)
{
    ecg_xml_put(&w->xml, "<%s%s%s%s>", w->form->prefix ? w->form->prefix : "", name,
                *attributes ? " " : "", attributes);
}

static void close_tag(struct writer *w, const char *name)
{
    ecg_xml_put(&w->xml, "</%s%s>\n", w->form->prefix ? w->form->prefix : "", name);
}

/* Several within each other: "a/b/c". */
static void open_all(struct writer *w, const char *path)
{
    char name[64];
    for (size_t len; *path; path += len + (path[len] == '/')) {
        len = strcspn(path, "/");
        (void)snprintf(name, sizeof name, "%.*s", (int)len, path);
        open_tag(w, name, "");
    }
}

static void close_all(struct writer *w, const char *path)
{
    const char *last = strrchr(path, '/');
    char outer[256];
    close_tag(w, last ? last + 1 : path);
    if (!last)
        return;
    (void)snprintf(outer, sizeof outer, "%.*s", (int)(last - path), path);
    close_all(w, outer);
}

static void put_text(struct writer *w, const char *name, const char *text)
{
    if (!*text)
        return;
    open_tag(w, name, "");
    ecg_xml_put_escaped(&w->xml, text);
    close_tag(w, name);
}

/* An empty element with one attribute, or with a value and its unit. */
static void put_value(struct writer *w, const char *name, const char *attribute, const char *value,
                      const char *unit)
{
    if (!*value)
        return;
    ecg_xml_put(&w->xml, "<%s%s %s=\"", w->form->prefix ? w->form->prefix : "", name, attribute);
    ecg_xml_put_escaped(&w->xml, value);
    ecg_xml_put(&w->xml, "\"");
    if (unit)
        ecg_xml_put(&w->xml, " unit=\"%s\"", unit);
    ecg_xml_put(&w->xml, "/>\n");
}

static void put_code(struct writer *w, const char *code)
{
    put_value(w, "code", "code", code, NULL);
}

/* 2006-06-20T11:23:52 or 2006-06-20 without what stands between the digits. */
static void put_point(struct writer *w, const char *name, const char *time)
{
    char digits[32];
    size_t len = 0;
    for (; *time && len + 1 < sizeof digits; time++)
        if (*time >= '0' && *time <= '9')
            digits[len++] = *time;
    digits[len] = '\0';
    put_value(w, name, "value", digits, NULL);
}

/* ---- whose it is ---- */

static void put_name(struct writer *w, const char *name)
{
    static const char *const parts[] = { "family", "given", "given" };
    char part[256];
    if (!strchr(name, '^')) {
        put_text(w, "name", name);
        return;
    }
    open_tag(w, "name", "");
    for (size_t i = 0; i < 3 && *name; i++) {
        size_t len = strcspn(name, "^");
        (void)snprintf(part, sizeof part, "%.*s", (int)len, name);
        put_text(w, parts[i], part);
        name += len + (name[len] == '^');
    }
    close_tag(w, "name");
}

static void put_subject(struct writer *w)
{
    static const char path[] =
        "componentOf/timepointEvent/componentOf/subjectAssignment/subject/trialSubject";
    const struct ecg *e = w->ecg;
    open_all(w, path);
    put_value(w, "id", "extension", e->patient_id, NULL);
    open_tag(w, "subjectDemographicPerson", "");
    if (*e->patient_name)
        put_name(w, e->patient_name);
    put_value(w, "administrativeGenderCode", "code", e->patient_sex, NULL);
    put_point(w, "birthTime", e->patient_birth_date);
    close_tag(w, "subjectDemographicPerson");
    close_all(w, path);
}

static void put_age(struct writer *w)
{
    char value[32];
    size_t len = strcspn(w->ecg->patient_age, " ");
    const char *unit = w->ecg->patient_age + len;
    if (!*w->ecg->patient_age)
        return;
    (void)snprintf(value, sizeof value, "%.*s", (int)len, w->ecg->patient_age);
    open_all(w, "controlVariable/relatedObservation");
    put_code(w, "21612-7");
    put_value(w, "value", "value", value, *unit ? unit + 1 : NULL);
    close_all(w, "controlVariable/relatedObservation");
}

static void put_device(struct writer *w)
{
    open_all(w, "author/seriesAuthor/manufacturedSeriesDevice");
    put_value(w, "id", "extension", w->ecg->serial, NULL);
    put_text(w, "manufacturerModelName", w->ecg->model);
    put_text(w, "softwareName", w->ecg->software);
    close_tag(w, "manufacturedSeriesDevice");
    open_tag(w, "manufacturerOrganization", "");
    put_text(w, "name", w->ecg->maker);
    close_all(w, "author/seriesAuthor/manufacturerOrganization");
    open_all(w, "secondaryPerformer/seriesPerformer");
    put_value(w, "id", "extension", w->ecg->operator_id, NULL);
    close_all(w, "secondaryPerformer/seriesPerformer");
}

static void put_filters(struct writer *w)
{
    static const char outer[] = "controlVariable/controlVariable";
    static const struct {
        const char *begin, *code, *of;
    } kinds[] = {
        { "high pass ", "MDC_ECG_CTL_VBL_ATTR_FILTER_HIGH_PASS",
          "MDC_ECG_CTL_VBL_ATTR_FILTER_CUTOFF_FREQ" },
        { "low pass ", "MDC_ECG_CTL_VBL_ATTR_FILTER_LOW_PASS",
          "MDC_ECG_CTL_VBL_ATTR_FILTER_CUTOFF_FREQ" },
        { "notch ", "MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH", "MDC_ECG_CTL_VBL_ATTR_NOTCH_FREQ" },
    };
    for (size_t i = 0; i < w->ecg->filters.count; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            const char *line = w->ecg->filters.at[i];
            char hertz[16];
            if (strncmp(line, kinds[k].begin, strlen(kinds[k].begin)) != 0)
                continue;
            line += strlen(kinds[k].begin);
            (void)snprintf(hertz, sizeof hertz, "%.*s", (int)strcspn(line, " "), line);
            open_all(w, outer);
            put_code(w, kinds[k].code);
            open_all(w, "component/controlVariable");
            put_code(w, kinds[k].of);
            put_value(w, "value", "value", hertz, "Hz");
            close_all(w, "component/controlVariable");
            close_all(w, outer);
        }
}

/* ---- leads ---- */

static double in_unit(const char *unit, const char *small, const char *large)
{
    return unit && strcmp(unit, small) == 0 ? 1e3 : unit && strcmp(unit, large) == 0 ? 1e-3 : 1;
}

static void put_time(struct writer *w, double rate)
{
    const char *unit = w->form->time_unit ? w->form->time_unit : "s";
    char increment[32];
    double factor = strcmp(unit, "ms") == 0 ? 1e3 : strcmp(unit, "us") == 0 ? 1e6 : 1;
    (void)snprintf(increment, sizeof increment, "%.9g", factor / rate);
    open_all(w, "component/sequence");
    put_code(w, w->form->relative ? "TIME_RELATIVE" : "TIME_ABSOLUTE");
    open_tag(w, "value", w->form->relative ? "xsi:type=\"GLIST_PQ\"" : "xsi:type=\"GLIST_TS\"");
    if (w->form->relative)
        put_value(w, "head", "value", "0.000", "s");
    else
        put_point(w, "head", w->ecg->recorded_at);
    put_value(w, "increment", "value", increment, unit);
    close_tag(w, "value");
    close_all(w, "component/sequence");
}

static void put_digits(struct writer *w, const struct ecg_lead *lead, size_t count)
{
    open_tag(w, "digits", "");
    for (size_t i = 0; i < count; i++)
        ecg_xml_put(&w->xml, "%d%s", (int)lead->samples[i], i % 20 == 19 ? "\n" : " ");
    close_tag(w, "digits");
}

static void put_lead(struct writer *w, const struct ecg_lead *lead, size_t count)
{
    const char *unit = w->form->voltage ? w->form->voltage : "uV";
    double factor = in_unit(unit, "nV", "mV");
    char code[64] = "MDC_ECG_LEAD_", number[32];
    for (size_t i = 0, at = strlen(code); lead->name[i] && at + 1 < sizeof code; i++, at++)
        code[at] = lead->name[i] == 'a' ? 'A' : lead->name[i];
    open_all(w, "component/sequence");
    put_code(w, code);
    open_tag(w, "value", "xsi:type=\"SLIST_PQ\"");
    (void)snprintf(number, sizeof number, "%.9g", lead->microvolts_offset * factor);
    put_value(w, "origin", "value", number, unit);
    (void)snprintf(number, sizeof number, "%.9g", lead->microvolts_per_unit * factor);
    put_value(w, "scale", "value", number, unit);
    put_digits(w, lead, count);
    close_tag(w, "value");
    close_all(w, "component/sequence");
}

/* `count` samples of each lead at most, 0: all. */
static void put_set(struct writer *w, size_t count)
{
    const struct ecg *e = w->ecg;
    bool timed = false;
    open_all(w, "component/sequenceSet");
    for (size_t i = 0; i < e->lead_count; i++) {
        if (!e->leads[i].recorded)
            continue;
        if (!timed)
            put_time(w, e->leads[i].rate);
        timed = true;
        put_lead(w, &e->leads[i], count ? count : e->leads[i].count);
    }
    close_all(w, "component/sequenceSet");
}

/* ---- annotations ---- */

static void put_said(struct writer *w, const char *code, const char *text)
{
    if (!*text)
        return;
    open_all(w, "component/annotation");
    put_code(w, code);
    open_tag(w, "value", "xsi:type=\"ST\"");
    ecg_xml_put_escaped(&w->xml, text);
    close_tag(w, "value");
    close_all(w, "component/annotation");
}

/* `other`: a number that must not be taken for the record's, 0: the record's. */
static void put_measurements(struct writer *w, int other)
{
    static const struct {
        const char *code, *unit;
    } rows[ECG_MEASUREMENT_COUNT] = {
        [ECG_HEART_RATE] = { "MDC_ECG_HEART_RATE", "bpm" },
        [ECG_PR] = { "MDC_ECG_TIME_PD_PR", "ms" },
        [ECG_QRS] = { "MDC_ECG_TIME_PD_QRS", "ms" },
        [ECG_QT] = { "MDC_ECG_TIME_PD_QT", "ms" },
        [ECG_QTC] = { "MDC_ECG_TIME_PD_QTc", "ms" },
        [ECG_P_AXIS] = { "MDC_ECG_ANGLE_P_FRONT", "deg" },
        [ECG_QRS_AXIS] = { "MDC_ECG_ANGLE_QRS_FRONT", "deg" },
        [ECG_T_AXIS] = { "MDC_ECG_ANGLE_T_FRONT", "deg" },
    };
    bool bazett = strcmp(w->ecg->qtc_formula, "Bazett") == 0;
    char number[16];
    (void)snprintf(number, sizeof number, "%d", other);
    for (int m = 0; m < ECG_MEASUREMENT_COUNT; m++) {
        if (!*w->ecg->measurements[m])
            continue;
        open_all(w, "component/annotation");
        put_code(w, m == ECG_QTC && bazett ? "MDC_ECG_TIME_PD_QTcB" : rows[m].code);
        put_value(w, "value", "value", other ? number : w->ecg->measurements[m], rows[m].unit);
        close_all(w, "component/annotation");
    }
}

static void put_beat(struct writer *w, int other)
{
    open_all(w, "component/annotation");
    put_code(w, "MDC_ECG_BEAT");
    put_measurements(w, other);
    close_all(w, "component/annotation");
}

/* What holds for one lead only. */
static void put_of_a_lead(struct writer *w)
{
    static const char region[] = "support/supportingROI/component/boundary";
    open_all(w, "component/annotation");
    put_code(w, "SYNTHETIC_OF_A_LEAD");
    open_all(w, region);
    put_code(w, "MDC_ECG_LEAD_V1");
    close_all(w, region);
    put_measurements(w, OTHER_NUMBER);
    close_all(w, "component/annotation");
}

static void put_by_a_person(struct writer *w)
{
    static const char author[] = "author/assignedEntity/assignedAuthorType/assignedPerson";
    open_all(w, "subjectOf/annotationSet");
    open_all(w, author);
    put_text(w, "name", "Reader");
    close_all(w, author);
    put_measurements(w, OTHER_NUMBER);
    put_said(w, "MDC_ECG_INTERPRETATION_STATEMENT", "What a person has said");
    close_all(w, "subjectOf/annotationSet");
}

static void put_annotations(struct writer *w)
{
    if (w->form->distracting)
        put_by_a_person(w);
    open_all(w, "subjectOf/annotationSet");
    if (w->form->distracting) {
        put_of_a_lead(w);
        put_beat(w, w->form->in_beats ? 0 : OTHER_NUMBER);
    } else if (w->form->in_beats) {
        put_beat(w, 0);
    }
    if (!w->form->in_beats)
        put_measurements(w, 0);
    open_all(w, "component/annotation");
    put_code(w, "MDC_ECG_INTERPRETATION");
    for (size_t i = 0; i < w->ecg->statements.count; i++)
        put_said(w, "MDC_ECG_INTERPRETATION_STATEMENT", w->ecg->statements.at[i]);
    put_said(w, "MDC_ECG_INTERPRETATION_SUMMARY", w->ecg->severity);
    close_all(w, "component/annotation");
    close_all(w, "subjectOf/annotationSet");
}

/* ---- the file ---- */

static void put_series(struct writer *w)
{
    open_all(w, "component/series");
    put_code(w, "RHYTHM");
    open_tag(w, "effectiveTime", "");
    put_point(w, "low", w->ecg->recorded_at);
    close_tag(w, "effectiveTime");
    put_device(w);
    put_filters(w);
    put_set(w, 0);
    put_annotations(w);
    if (w->form->distracting) {
        open_all(w, "derivation/derivedSeries");
        put_code(w, "REPRESENTATIVE_BEAT");
        put_set(w, BEAT_SAMPLES);
        close_all(w, "derivation/derivedSeries");
    }
    close_all(w, "component/series");
}

enum error ecg_aecg_write(const struct ecg *e, const struct ecg_aecg_form *form, struct buffer *out)
{
    static const char usual[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    struct writer w = { e, form, { out, ERROR_OK } };
    ecg_xml_put(&w.xml, "%s", form->declaration ? form->declaration : usual);
    ecg_xml_put(&w.xml, "%s", form->before ? form->before : "");
    open_tag(&w, "AnnotatedECG",
             "xmlns=\"urn:hl7-org:v3\" xmlns:hl7=\"urn:hl7-org:v3\" "
             "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" type=\"Observation\"");
    put_subject(&w);
    put_age(&w);
    if (form->distracting) {
        open_all(&w, "component/series");
        put_code(&w, "REPRESENTATIVE_BEAT");
        put_set(&w, BEAT_SAMPLES);
        close_all(&w, "component/series");
    }
    put_series(&w);
    close_tag(&w, "AnnotatedECG");
    return w.xml.error;
}
