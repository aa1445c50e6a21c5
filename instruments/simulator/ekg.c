/* An invented EKG: what the cart would say, and a tracing made of bumps; see ekg.h. */
#include "instruments/simulator/ekg.h"

#include "core/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { RATE = 500, SECONDS = 10, UNITS_PER_MV = 400, LEADS = 12, STATEMENTS = 3 };

/* What the cart says, by the kind of values that was asked for. */
static const struct ekg_case {
    int heart_rate, pr, qrs, qt, qtc, axis_p, axis_qrs, axis_t;
    double st; /* mV: how far the ST segment is lifted where the T wave stands upright */
    const char *statements[STATEMENTS];
} cases[SIMULATOR_VALUES_COUNT] = {
    [SIMULATOR_NORMAL] = { 72, 164, 92, 388, 425, 55, 42, 38, 0, { "Sinus rhythm", "Normal ECG" } },
    [SIMULATOR_ABNORMAL] = { 88,
                             212,
                             104,
                             372,
                             451,
                             58,
                             -34,
                             61,
                             0,
                             { "Sinus rhythm with 1st degree A-V block", "Left axis deviation",
                               "Abnormal ECG" } },
    [SIMULATOR_CRITICAL] = { 104,
                             156,
                             96,
                             340,
                             447,
                             60,
                             71,
                             80,
                             0.25,
                             { "Sinus tachycardia", "** ** ACUTE MI / STEMI ** **",
                               "Abnormal ECG" } },
    [SIMULATOR_CONTROL] = { 60, 160, 90, 400, 400, 50, 45, 40, 0, { "Test signal" } },
};

/* A wave of the beat: how long after its beginning it peaks, how wide it is. */
enum wave { WAVE_P, WAVE_Q, WAVE_R, WAVE_S, WAVE_T, WAVES };
static const struct {
    double at, width; /* seconds */
} waves[WAVES] = {
    { 0.10, 0.022 }, { 0.225, 0.008 }, { 0.25, 0.011 }, { 0.275, 0.010 }, { 0.50, 0.045 }
};

/* Heights in mV. Those of III and the augmented leads follow from I and II by definition. */
static const struct {
    const char *code;
    double height[WAVES];
} leads[LEADS] = {
    { "I", { 0.08, -0.04, 0.70, -0.10, 0.22 } },
    { "II", { 0.14, -0.05, 1.05, -0.15, 0.30 } },
    { "III", { 0 } },
    { "AVR", { 0 } },
    { "AVL", { 0 } },
    { "AVF", { 0 } },
    { "V1", { 0.05, 0.00, 0.22, -0.95, -0.05 } },
    { "V2", { 0.06, 0.00, 0.45, -1.20, 0.40 } },
    { "V3", { 0.07, 0.00, 0.75, -0.80, 0.45 } },
    { "V4", { 0.07, -0.03, 1.35, -0.45, 0.42 } },
    { "V5", { 0.07, -0.05, 1.25, -0.20, 0.35 } },
    { "V6", { 0.07, -0.06, 0.95, -0.08, 0.28 } },
};

static double bump(double t, enum wave wave, double height)
{
    double d = (t - waves[wave].at) / waves[wave].width;
    return height * exp(-d * d / 2);
}

/* The lead's voltage `t` seconds after a beat began, in mV. */
static double beat(const struct ekg_case *c, size_t lead, double t)
{
    double sum = 0, between = (waves[WAVE_S].at + waves[WAVE_T].at) / 2;
    double d = (t - between) / 0.05;

    for (unsigned w = 0; w < WAVES; w++)
        sum += bump(t, (enum wave)w, leads[lead].height[w]);
    return sum + (leads[lead].height[WAVE_T] > 0 ? c->st * exp(-d * d / 2) : 0);
}

static int32_t sample(const struct ekg_case *c, size_t lead, unsigned at)
{
    double period = 60.0 / c->heart_rate;
    double t = (double)at / RATE;

    return (int32_t)lrint(beat(c, lead, fmod(t, period)) * UNITS_PER_MV);
}

/* By Einthoven and Goldberger, of the two leads' samples. */
static int32_t limb(size_t lead, int32_t one, int32_t two)
{
    switch (lead) {
    case 2:
        return two - one;
    case 3:
        return -(one + two) / 2;
    case 4:
        return one - two / 2;
    default:
        return two - one / 2;
    }
}

/* ---- The file ---- */

static enum error put_escaped(struct buffer *out, const char *text)
{
    static const char marks[] = "<>&\"";
    static const char *const names[] = { "&lt;", "&gt;", "&amp;", "&quot;" };
    enum error e = ERROR_OK;

    for (; e == ERROR_OK && *text; text++) {
        const char *mark = strchr(marks, *text);
        e = mark ? buffer_put_text(out, names[mark - marks]) : buffer_put_byte(out, (uint8_t)*text);
    }
    return e;
}

/* The name in its parts, where it has parts. */
static enum error put_name(struct buffer *out, const char *name)
{
    size_t family = strcspn(name, "^");
    char part[256];
    enum error e;

    if (!*name)
        return ERROR_OK;
    (void)snprintf(part, sizeof part, "%.*s", (int)family, name);
    e = buffer_put_text(out, "<name><family>");
    if (e == ERROR_OK)
        e = put_escaped(out, part);
    if (e == ERROR_OK)
        e = buffer_put_text(out, "</family><given>");
    if (e == ERROR_OK)
        e = put_escaped(out, name[family] ? name + family + 1 : "");
    return e == ERROR_OK ? buffer_put_text(out, "</given></name>\n") : e;
}

/* 20260312094455 of 2026-03-12T09:44:55; 19580719 of a date. */
static void compact(char *out, size_t size, const char *text)
{
    size_t len = 0;

    for (; *text && len + 1 < size; text++)
        if (*text >= '0' && *text <= '9')
            out[len++] = *text;
    out[len] = '\0';
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static enum error put_patient(struct buffer *out, const struct simulator_message *m)
{
    char birth[16];
    enum error e = buffer_put_text(out, "<componentOf><timepointEvent><componentOf>"
                                        "<subjectAssignment><subject><trialSubject>\n"
                                        "<id extension=\"");

    compact(birth, sizeof birth, or_empty(m->patient_birth_date));
    if (e == ERROR_OK)
        e = put_escaped(out, or_empty(m->patient_id));
    if (e == ERROR_OK)
        e = buffer_put_text(out, "\"/>\n<subjectDemographicPerson>\n");
    if (e == ERROR_OK)
        e = put_name(out, or_empty(m->patient_name));
    if (e == ERROR_OK && *or_empty(m->patient_sex))
        e = buffer_put_format(out, "<administrativeGenderCode code=\"%.8s\"/>\n", m->patient_sex);
    if (e == ERROR_OK && birth[0])
        e = buffer_put_format(out, "<birthTime value=\"%s\"/>\n", birth);
    return e == ERROR_OK ? buffer_put_text(out, "</subjectDemographicPerson>\n</trialSubject>"
                                                "</subject></subjectAssignment></componentOf>"
                                                "</timepointEvent></componentOf>\n")
                         : e;
}

static enum error put_samples(struct buffer *out, const struct ekg_case *c, size_t lead)
{
    enum error e =
        buffer_put_format(out,
                          "<component><sequence><code code=\"MDC_ECG_LEAD_%s\"/>"
                          "<value xsi:type=\"SLIST_PQ\"><origin value=\"0\" unit=\"uV\"/>"
                          "<scale value=\"%g\" unit=\"uV\"/><digits>",
                          leads[lead].code, 1000.0 / UNITS_PER_MV);

    for (unsigned at = 0; e == ERROR_OK && at < RATE * SECONDS; at++) {
        bool derived = lead >= 2 && lead < 6;
        int32_t value =
            derived ? limb(lead, sample(c, 0, at), sample(c, 1, at)) : sample(c, lead, at);
        e = buffer_put_format(out, at ? " %d" : "%d", value);
    }
    return e == ERROR_OK ? buffer_put_text(out, "</digits></value></sequence></component>\n") : e;
}

static enum error put_measurements(struct buffer *out, const struct ekg_case *c)
{
    const struct {
        const char *code, *unit;
        int value;
    } rows[] = { { "MDC_ECG_HEART_RATE", "bpm", c->heart_rate },
                 { "MDC_ECG_TIME_PD_PR", "ms", c->pr },
                 { "MDC_ECG_TIME_PD_QRS", "ms", c->qrs },
                 { "MDC_ECG_TIME_PD_QT", "ms", c->qt },
                 { "MDC_ECG_TIME_PD_QTc", "ms", c->qtc },
                 { "MDC_ECG_ANGLE_P_FRONT", "deg", c->axis_p },
                 { "MDC_ECG_ANGLE_QRS_FRONT", "deg", c->axis_qrs },
                 { "MDC_ECG_ANGLE_T_FRONT", "deg", c->axis_t } };
    enum error e = ERROR_OK;

    for (size_t i = 0; e == ERROR_OK && i < sizeof rows / sizeof rows[0]; i++)
        e = buffer_put_format(out,
                              "<component><annotation><code code=\"%s\"/><value xsi:type=\"PQ\" "
                              "value=\"%d\" unit=\"%s\"/></annotation></component>\n",
                              rows[i].code, rows[i].value, rows[i].unit);
    return e;
}

static enum error put_statements(struct buffer *out, const struct ekg_case *c)
{
    enum error e = buffer_put_text(out, "<component><annotation>"
                                        "<code code=\"MDC_ECG_INTERPRETATION\"/>\n");

    for (size_t i = 0; e == ERROR_OK && i < STATEMENTS && c->statements[i]; i++)
        e = buffer_put_format(out,
                              "<component><annotation>"
                              "<code code=\"MDC_ECG_INTERPRETATION_STATEMENT\"/>"
                              "<value xsi:type=\"ST\">%s</value></annotation></component>\n",
                              c->statements[i]);
    return e == ERROR_OK ? buffer_put_text(out, "</annotation></component>\n") : e;
}

/* The series: when, by which cart, its leads; then what the cart says about it. */
static enum error put_series(struct buffer *out, const struct ekg_case *c, const char *when)
{
    enum error e = buffer_put_format(
        out,
        "<component><series><code code=\"RHYTHM\"/><effectiveTime><low value=\"%s\"/>"
        "</effectiveTime>\n<author><seriesAuthor><manufacturedSeriesDevice>"
        "<id extension=\"SIM0001\"/><manufacturerModelName>simulated cart</manufacturerModelName>"
        "<softwareName>" PHIAL_VERSION "</softwareName></manufacturedSeriesDevice>"
        "<manufacturerOrganization><name>Phial simulator</name></manufacturerOrganization>"
        "</seriesAuthor></author>\n<component><sequenceSet>\n<component><sequence>"
        "<code code=\"TIME_ABSOLUTE\"/><value xsi:type=\"GLIST_TS\"><head value=\"%s\"/>"
        "<increment value=\"%g\" unit=\"s\"/></value></sequence></component>\n",
        when, when, 1.0 / RATE);

    for (size_t lead = 0; e == ERROR_OK && lead < LEADS; lead++)
        e = put_samples(out, c, lead);
    if (e == ERROR_OK)
        e = buffer_put_text(out, "</sequenceSet></component>\n<subjectOf><annotationSet>\n");
    if (e == ERROR_OK)
        e = put_measurements(out, c);
    if (e == ERROR_OK)
        e = put_statements(out, c);
    return e == ERROR_OK
               ? buffer_put_text(out, "</annotationSet></subjectOf>\n</series></component>\n")
               : e;
}

enum error ekg_invent(const struct invent *i, struct buffer *out)
{
    const struct ekg_case *c = &cases[i->message->values];
    char now[CLOCK_TEXT], when[16];
    enum error e;

    clock_format(now, i->now);
    now[19] = '\0'; /* to the second */
    compact(when, sizeof when, now);
    (void)snprintf(i->said, SIMULATOR_SAID, "%d", c->heart_rate);
    e = buffer_put_format(out,
                          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                          "<!-- Invented by phial simulate: nobody's EKG. -->\n"
                          "<AnnotatedECG xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/"
                          "2001/XMLSchema-instance\">\n<id extension=\"SIM-%llu\"/>\n"
                          "<effectiveTime><low value=\"%s\"/></effectiveTime>\n",
                          (unsigned long long)i->run, when);
    if (e == ERROR_OK)
        e = put_patient(out, i->message);
    if (e == ERROR_OK)
        e = put_series(out, c, when);
    return e == ERROR_OK ? buffer_put_text(out, "</AnnotatedECG>\n") : e;
}
