/*
 * What the cart measured and said: the waveform annotation sequence (PS3.3 C.10.10).
 *
 * An annotation is a text, or a concept with a number and a unit, or a concept with a code. Those
 * that belong to one channel, or mark a place in the waveform, are no measurement of the whole.
 */
#include "instruments/ecg/dicom.h"
#include "instruments/ecg/ecg_told.h"
#include "instruments/ecg/ecg_xml.h"

#include <string.h>
#include <strings.h>

/* Concepts by code (CID 3687 to 3691 of PS3.16, and what carts write of SCP-ECG's sections 7 and
 * 10) and by the names that go with them. */
static const struct concept {
    enum ecg_measurement measurement;
    const char *scheme, *value, *meaning;
}
concepts[] = {
    { ECG_HEART_RATE, "SCPECG", "5.10.2.5-1", "Vent Rate" },
    { ECG_HEART_RATE, "MDC", "2:16016", "Ventricular Heart Rate" },
    { ECG_HEART_RATE, "LN", "8867-4", "Heart Rate" },
    { ECG_PR, "SCPECG", "5.13.5-7", "PR Interval" },
    { ECG_PR, "MDC", "2:15872", "PR Interval global" },
    { ECG_QRS, "SCPECG", "5.13.5-9", "QRS Duration" },
    { ECG_QRS, "MDC", "2:16156", "QRS duration global" },
    { ECG_QT, "SCPECG", "5.13.5-11", "QT Interval" },
    { ECG_QT, "MDC", "2:16160", "QT Interval global" },
    { ECG_QTC, "SCPECG", "5.10.2.5-5", "QTc Interval" },
    { ECG_QTC, "MDC", "2:15876", "QTc Interval global" },
    { ECG_P_AXIS, "SCPECG", "5.10.3-11", "P Axis" },
    { ECG_P_AXIS, "LN", "8626-4", "P wave Axis" },
    { ECG_QRS_AXIS, "SCPECG", "5.10.3-13", "QRS Axis" },
    { ECG_QRS_AXIS, "LN", "8632-2", "R wave Axis" },
    { ECG_T_AXIS, "SCPECG", "5.10.3-15", "T Axis" },
    { ECG_T_AXIS, "LN", "8638-9", "T wave Axis" },
};

static bool find_concept(const struct dicom_code *code, enum ecg_measurement *out)
{
    for (size_t i = 0; i < sizeof concepts / sizeof concepts[0]; i++)
        if ((strcmp(code->scheme, concepts[i].scheme) == 0 &&
             strcmp(code->value, concepts[i].value) == 0) ||
            strcasecmp(code->meaning, concepts[i].meaning) == 0) {
            *out = concepts[i].measurement;
            return true;
        }
    return false;
}

/* Group and channel in pairs; channel 0 is the whole group. */
static bool concerns_all(const struct dicom_node *annotation)
{
    struct span pairs = dicom_value(annotation, DICOM_TAG(0x0040, 0xa0b0));

    for (size_t i = 2; i + 1 < pairs.len; i += 4)
        if (pairs.at[i] != 0 || pairs.at[i + 1] != 0)
            return false;
    return true;
}

static bool marks_a_place(const struct dicom_node *annotation)
{
    return dicom_find(annotation, DICOM_TAG(0x0040, 0xa130)) != NULL;
}

static void note_formula(struct dicom_reading *r, const char *meaning)
{
    static const char *const formulas[] = { "Bazett", "Fridericia", "Framingham", "Hodges" };

    for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++)
        if (strcasestr(meaning, formulas[i]))
            r->ecg->qtc_formula = formulas[i];
}

/* An interval that is not in milliseconds is not guessed at. (The unit of an axis carts get wrong,
 * and there is but one.) */
static bool has_right_unit(enum ecg_measurement m, const struct dicom_code *unit)
{
    bool interval = m == ECG_PR || m == ECG_QRS || m == ECG_QT || m == ECG_QTC;
    return !interval || !*unit->value || strcmp(unit->value, "ms") == 0;
}

static enum error take_measurement(struct dicom_reading *r, const struct dicom_node *annotation,
                                   const struct dicom_code *code, enum ecg_measurement m)
{
    struct dicom_code unit = { "", "", "" };
    const char *value = "";
    double number;
    enum error e = dicom_text(r, annotation, DICOM_TAG(0x0040, 0xa30a), &value);

    if (e == ERROR_OK)
        e = dicom_code(r, annotation, DICOM_TAG(0x0040, 0x08ea), &unit);
    if (e != ERROR_OK || !*value || *r->ecg->measurements[m])
        return e;
    if (!ecg_number(value, &number) || !has_right_unit(m, &unit))
        return ecg_note(r->arena, r->ecg, "The cart's %s is left out: it is \"%.32s\" \"%.32s\".",
                        ecg_measurement_text(m), value, unit.value);
    r->ecg->measurements[m] = value;
    if (m == ECG_QTC)
        note_formula(r, code->meaning);
    return ERROR_OK;
}

static enum error add_statement(struct dicom_reading *r, struct span line)
{
    const char *text = "";
    enum error e = dicom_text_of(r, line, &text);

    return e == ERROR_OK ? ecg_told_statement(r->arena, r->ecg, text, "") : e;
}

/* A text of several lines is as many statements. */
static enum error add_lines(struct dicom_reading *r, struct span text)
{
    enum error e = ERROR_OK;

    while (e == ERROR_OK && text.len) {
        size_t len = 0;
        while (len < text.len && text.at[len] != '\r' && text.at[len] != '\n')
            len++;
        e = add_statement(r, span_of(text.at, len));
        len += len < text.len;
        text = span_of(text.at + len, text.len - len);
    }
    return e;
}

static enum error read_annotation(struct dicom_reading *r, const struct dicom_node *annotation)
{
    struct dicom_code concept = { "", "", "" }, coded = { "", "", "" };
    enum ecg_measurement m;
    enum error e = add_lines(r, dicom_value(annotation, DICOM_TAG(0x0070, 0x0006)));

    if (e == ERROR_OK)
        e = dicom_code(r, annotation, DICOM_TAG(0x0040, 0xa043), &concept);
    if (e == ERROR_OK)
        e = dicom_code(r, annotation, DICOM_TAG(0x0040, 0xa168), &coded);
    if (e == ERROR_OK && *coded.meaning)
        e = add_statement(r, span_text(coded.meaning));
    if (e == ERROR_OK && concerns_all(annotation) && !marks_a_place(annotation) &&
        find_concept(&concept, &m))
        e = take_measurement(r, annotation, &concept, m);
    return e;
}

static bool says_confirmed(const struct ecg *e)
{
    for (size_t i = 0; i < e->statements.count; i++)
        if (strncasecmp(e->statements.at[i], "CONFIRMED", 9) == 0)
            return true;
    return false;
}

enum error dicom_annotations_read(struct dicom_reading *r)
{
    const struct dicom_node *sequence = dicom_find(r->set, DICOM_TAG(0x0040, 0xb020));
    enum error e = ERROR_OK;

    for (const struct dicom_node *item = sequence ? sequence->children : NULL;
         e == ERROR_OK && item; item = item->next)
        e = read_annotation(r, item->children);
    if (e == ERROR_OK && says_confirmed(r->ecg))
        e = dicom_person(r, r->set, DICOM_TAG(0x0008, 0x1060), &r->ecg->confirmed_by);
    return e;
}
