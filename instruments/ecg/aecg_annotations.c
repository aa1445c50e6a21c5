/*
 * What the device has added to the leads of an HL7 annotated ECG.
 *
 * Measurements of the whole recording come before those of the representative beat, and those
 * before the ones of the first beat; measurements of one lead are none of the recording. An
 * annotation set whose author is a person is no word of the device.
 */
#include "instruments/ecg/aecg.h"

#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_told.h"

#include <stdio.h>

enum quantity { TIME, RATE, ANGLE };

static const struct measurement {
    const char *code;
    enum ecg_measurement measurement;
    enum quantity quantity;
    const char *formula;
} measurements[] = {
    { "MDC_ECG_HEART_RATE", ECG_HEART_RATE, RATE, NULL },
    { "MDC_ECG_TIME_PD_PR", ECG_PR, TIME, NULL },
    { "MDC_ECG_TIME_PD_PR_GL", ECG_PR, TIME, NULL },
    { "MDC_ECG_TIME_PD_QRS", ECG_QRS, TIME, NULL },
    { "MDC_ECG_TIME_PD_QRS_GL", ECG_QRS, TIME, NULL },
    { "MDC_ECG_TIME_PD_QT", ECG_QT, TIME, NULL },
    { "MDC_ECG_TIME_PD_QT_GL", ECG_QT, TIME, NULL },
    { "MDC_ECG_TIME_PD_QTc", ECG_QTC, TIME, NULL },
    { "MDC_ECG_TIME_PD_QTcB", ECG_QTC, TIME, "Bazett" },
    { "MDC_ECG_TIME_PD_QTcF", ECG_QTC, TIME, "Fridericia" },
    { "MDC_ECG_ANGLE_P_FRONT", ECG_P_AXIS, ANGLE, NULL },
    { "MDC_ECG_ANGLE_QRS_FRONT", ECG_QRS_AXIS, ANGLE, NULL },
    { "MDC_ECG_ANGLE_T_FRONT", ECG_T_AXIS, ANGLE, NULL },
};

/* What is looked for in one round through the annotations. */
struct round {
    struct arena *arena;
    struct ecg *ecg;
    bool beats; /* measurements within a beat, or those outside of one, and statements */
};

/* ---- measurements ---- */

static bool is_one_of(const char *text, const char *const *list)
{
    while (*list && strcmp(*list, text) != 0)
        list++;
    return *list != NULL;
}

/* The digits as sent when they are in the record's unit, else converted; false: another unit. */
static bool in_our_unit(enum quantity quantity, const char *value, const char *unit, char *room,
                        size_t size, const char **out)
{
    static const char *const ms[] = { "ms", "", NULL }, *const degrees[] = { "deg", "", NULL };
    static const char *const minutes[] = { "bpm", "/min", "1/min", "{beats}/min", "", NULL };
    static const char *const *const ours[] = { ms, minutes, degrees };
    double seconds;

    *out = value;
    if (is_one_of(unit, ours[quantity]))
        return true;
    if (quantity != TIME || !ecg_seconds(value, unit, &seconds))
        return false;
    (void)snprintf(room, size, "%.6g", seconds * 1000);
    *out = room;
    return true;
}

static enum error take_measurement(struct round *r, const struct measurement *m,
                                   const struct xml_node *annotation)
{
    const char *value = xml_value(annotation, "value", "value"), *digits;
    const char *unit = xml_value(annotation, "value", "unit");
    const char **member = &r->ecg->measurements[m->measurement];
    char room[32];
    double number;

    if (**member || !*value)
        return ERROR_OK;
    if (!ecg_number(value, &number) ||
        !in_our_unit(m->quantity, value, unit, room, sizeof room, &digits))
        return ecg_note(r->arena, r->ecg, "The measurement %s, %.40s %.20s, cannot be read.",
                        ecg_measurement_text(m->measurement), value, unit);
    if (m->formula)
        r->ecg->qtc_formula = m->formula;
    return ecg_text_take(r->arena, span_text(digits), member);
}

static enum error find_measurement(struct round *r, const struct xml_node *annotation)
{
    for (size_t i = 0; i < sizeof measurements / sizeof *measurements; i++)
        if (aecg_is(annotation, measurements[i].code))
            return take_measurement(r, &measurements[i], annotation);
    return ERROR_OK;
}

/* ---- statements ---- */

static const char *text_of(const struct xml_node *annotation)
{
    const char *text = xml_text(annotation, "value");
    return *text ? text : xml_value(annotation, "value", "displayName");
}

static bool is_listed(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i], text) == 0)
            return true;
    return false;
}

static enum error take_statement(struct round *r, const char *said)
{
    const char *text = "";
    enum error e = ecg_text_take(r->arena, span_text(said), &text);
    if (e != ERROR_OK || is_listed(&r->ecg->statements, text))
        return e;
    return ecg_told_statement(r->arena, r->ecg, text, "");
}

static enum error find_statement(struct round *r, const struct xml_node *annotation)
{
    static const char *const statements[] = { "MDC_ECG_INTERPRETATION",
                                              "MDC_ECG_INTERPRETATION_STATEMENT",
                                              "MDC_ECG_INTERPRETATION_COMMENT", "MDC_ECG_RHY",
                                              NULL };
    static const char *const overall[] = { "MDC_ECG_INTERPRETATION_SEVERITY",
                                           "MDC_ECG_INTERPRETATION_SUMMARY", NULL };
    const char *code = xml_value(annotation, "code", "code"), *said = text_of(annotation);

    if (is_one_of(code, overall) && !*r->ecg->severity)
        return ecg_text_take(r->arena, span_text(said), &r->ecg->severity);
    if (is_one_of(code, overall) || is_one_of(code, statements))
        return take_statement(r, said);
    return ERROR_OK;
}

/* ---- going through them ---- */

/* Its region of interest names a lead. */
static bool is_of_a_lead(const struct xml_node *annotation)
{
    const struct xml_node *support = xml_find(annotation, "support"), *node = support;
    while ((node = xml_walk(support, node)) != NULL)
        if (strcmp(node->name, "boundary") == 0 &&
            strstr(xml_value(node, "code", "code"), "_ECG_LEAD_"))
            return true;
    return false;
}

/* An annotation and those within it; xml_tree.h bounds the depth. */
static enum error take_annotation(struct round *r, const struct xml_node *annotation, bool in_beat)
{
    const struct xml_node *component = xml_find(annotation, "component");
    enum error e = ERROR_OK;

    if (!annotation || is_of_a_lead(annotation))
        return ERROR_OK;
    in_beat |= aecg_is(annotation, "MDC_ECG_BEAT");
    if (in_beat == r->beats)
        e = find_measurement(r, annotation);
    if (e == ERROR_OK && !in_beat && !r->beats)
        e = find_statement(r, annotation);
    for (; component && e == ERROR_OK; component = xml_next(component))
        e = take_annotation(r, xml_find(component, "annotation"), in_beat);
    return e;
}

static bool is_by_a_person(const struct xml_node *set)
{
    const struct xml_node *author = xml_find(set, "author/assignedEntity/assignedAuthorType");
    return xml_find(author, "assignedPerson") && !xml_find(author, "assignedDevice");
}

static enum error take_set(struct round *r, const struct xml_node *set)
{
    const struct xml_node *component = xml_find(set, "component");
    enum error e = ERROR_OK;
    if (is_by_a_person(set))
        return ERROR_OK;
    for (; component && e == ERROR_OK; component = xml_next(component))
        e = take_annotation(r, xml_find(component, "annotation"), false);
    return e;
}

static enum error take_sets(struct round *r, const struct xml_node *series)
{
    const struct xml_node *subject = xml_find(series, "subjectOf");
    enum error e = ERROR_OK;
    for (; subject && e == ERROR_OK; subject = xml_next(subject))
        e = take_set(r, xml_find(subject, "annotationSet"));
    return e;
}

enum error aecg_read_annotations(struct arena *a, const struct xml_node *series, struct ecg *e)
{
    const struct xml_node *derived = xml_find(series, "derivation/derivedSeries");
    const struct {
        const struct xml_node *series;
        bool beats;
    } rounds[] = { { series, false }, { derived, false }, { derived, true }, { series, true } };
    enum error error = ERROR_OK;
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds && error == ERROR_OK; i++) {
        struct round round = { a, e, rounds[i].beats };
        error = take_sets(&round, rounds[i].series);
    }
    return error;
}

/* ---- filters ---- */

/* "low pass 150 Hz", "high pass FIR", "notch Adaptive 60 Hz": the kind, then whatever is said of
 * it. */
static enum error take_filter(struct arena *a, const char *kind, const struct xml_node *filter,
                              struct ecg *e)
{
    const struct xml_node *component = xml_find(filter, "component");
    char line[512];
    size_t len = (size_t)snprintf(line, sizeof line, "%s", kind);

    for (; component && len < sizeof line / 2; component = xml_next(component)) {
        const struct xml_node *value = xml_find(component, "controlVariable/value");
        const char *number = xml_value(value, "", "value"), *unit = xml_value(value, "", "unit");
        const char *said = *number ? number : xml_text(value, "");
        if (*said)
            len += (size_t)snprintf(line + len, sizeof line - len, " %.60s%s%.20s", said,
                                    *unit ? " " : "", unit);
    }
    return ecg_told_filter(a, e, "%s", line);
}

enum error aecg_read_filters(struct arena *a, const struct xml_node *series, struct ecg *e)
{
    static const struct {
        const char *code, *text;
    } kinds[] = {
        { "MDC_ECG_CTL_VBL_ATTR_FILTER_HIGH_PASS", "high pass" },
        { "MDC_ECG_CTL_VBL_ATTR_FILTER_LOW_PASS", "low pass" },
        { "MDC_ECG_CTL_VBL_ATTR_FILTER_NOTCH", "notch" },
    };
    const struct xml_node *variable = xml_find(series, "controlVariable");
    enum error error = ERROR_OK;

    for (; variable && error == ERROR_OK; variable = xml_next(variable)) {
        const struct xml_node *filter = xml_find(variable, "controlVariable");
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds && error == ERROR_OK; i++)
            if (aecg_is(filter, kinds[i].code))
                error = take_filter(a, kinds[i].text, filter, e);
    }
    return error;
}
