/*
 * The leads of an HL7 annotated ECG.
 *
 * A sequence set holds sequences of one length each: one of time, and one for each lead. A value is
 * origin + scale * digit, each with its unit; a unit that is no voltage, or a set without a time,
 * is refused: nothing is drawn at a scale that the file does not say.
 */
#include "instruments/ecg/aecg.h"

#include "core/base/limits.h"
#include "instruments/ecg/ecg_text.h"

#include <math.h>
#include <time.h>

struct set {
    double increment;  /* seconds */
    double head;       /* seconds: since 1970, or since whatever the file counts from */
    const char *clock; /* the code of its time sequence */
    size_t count;      /* samples of each lead; 0 while no lead is known */
};

struct leads {
    struct arena *arena;
    struct ecg *ecg;
    struct complaint *why;
    double heads[LIMIT_ECG_LEADS]; /* of each lead's set */
    const char *clock;             /* of all sets */
};

/* ---- time ---- */

/* An HL7 point in time as seconds; zones are alike within one file. */
static bool read_point(struct arena *a, const char *text, double *out)
{
    struct tm tm = { 0 };
    const char *form = NULL, *rest;
    double fraction = 0;
    if (ecg_date_time(a, text, &form) != ERROR_OK)
        return false;
    rest = strptime(form, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!rest)
        return false;
    for (double digit = 0.1; *rest == '.' || (*rest >= '0' && *rest <= '9'); rest++) {
        if (*rest == '.')
            continue;
        fraction += digit * (*rest - '0');
        digit /= 10;
    }
    *out = (double)timegm(&tm) + fraction;
    return true;
}

static bool is_time(const struct xml_node *sequence)
{
    return aecg_is(sequence, "TIME_ABSOLUTE") || aecg_is(sequence, "TIME_RELATIVE");
}

/* GLIST_TS or GLIST_PQ: a head and an increment. */
static enum error read_time(struct leads *l, const struct xml_node *sequence, struct set *set)
{
    const struct xml_node *value = xml_find(sequence, "value");
    const char *head = xml_value(value, "head", "value");
    bool absolute = aecg_is(sequence, "TIME_ABSOLUTE");

    if (!ecg_seconds(xml_value(value, "increment", "value"), xml_value(value, "increment", "unit"),
                     &set->increment) ||
        set->increment <= 0)
        return complain(l->why, ERROR_BAD_INPUT,
                        "The file does not say how far apart its samples are: its time has no "
                        "increment in seconds, milliseconds or microseconds.");
    set->clock = absolute ? "TIME_ABSOLUTE" : "TIME_RELATIVE";
    if (absolute ? !read_point(l->arena, head, &set->head)
                 : !ecg_seconds(head, xml_value(value, "head", "unit"), &set->head))
        set->head = NAN;
    return ERROR_OK;
}

static enum error find_time(struct leads *l, const struct xml_node *sequences, struct set *set)
{
    const struct xml_node *component = xml_find(sequences, "component");
    for (; component; component = xml_next(component)) {
        const struct xml_node *sequence = xml_find(component, "sequence");
        if (is_time(sequence))
            return read_time(l, sequence, set);
    }
    return complain(l->why, ERROR_BAD_INPUT,
                    "The file does not say how far apart its samples are: a sequence set of it "
                    "has no sequence of times.");
}

/* ---- one lead ---- */

static const char *name_of(const struct xml_node *sequence)
{
    const char *code = xml_value(sequence, "code", "code"), *lead = strstr(code, "_ECG_LEAD_");
    return lead ? lead + strlen("_ECG_LEAD_") : code;
}

static enum error read_scale(struct leads *l, const struct xml_node *value, struct ecg_lead *lead)
{
    const char *origin = xml_value(value, "origin", "value");
    if (!ecg_microvolts(xml_value(value, "scale", "value"), xml_value(value, "scale", "unit"),
                        &lead->microvolts_per_unit) ||
        lead->microvolts_per_unit == 0)
        return complain(l->why, ERROR_BAD_INPUT,
                        "The file does not say how large lead %s is: it has no scale in volts.",
                        lead->name);
    if (*origin &&
        !ecg_microvolts(origin, xml_value(value, "origin", "unit"), &lead->microvolts_offset))
        return complain(l->why, ERROR_BAD_INPUT,
                        "The file does not say where zero is in lead %s: its origin is not in "
                        "volts.",
                        lead->name);
    return ERROR_OK;
}

static enum error read_digits(struct leads *l, const struct xml_node *value, struct set *set,
                              struct ecg_lead *lead)
{
    const struct xml_node *digits = xml_find(value, "digits");
    enum error e;
    if (!digits)
        return complain(l->why, ERROR_UNSUPPORTED,
                        "Lead %s is not written as a list of numbers; such files are not read.",
                        lead->name);
    e = ecg_integers(l->arena, digits->text, &lead->samples, &lead->count, l->why);
    if (e != ERROR_OK)
        return e;
    lead->recorded = lead->count > 0;
    if (!lead->recorded)
        return ERROR_OK;
    if (set->count && set->count != lead->count)
        return complain(l->why, ERROR_BAD_INPUT,
                        "The file is damaged: lead %s has %zu samples where another of the same "
                        "time has %zu.",
                        lead->name, lead->count, set->count);
    set->count = lead->count;
    return ERROR_OK;
}

static enum error read_lead(struct leads *l, const struct xml_node *sequence, struct set *set)
{
    const struct xml_node *value = xml_find(sequence, "value");
    struct ecg_lead lead = { .rate = 1 / set->increment };
    enum error e = ecg_text_take(l->arena, span_text(name_of(sequence)), &lead.name);

    if (e != ERROR_OK)
        return complain(l->why, e, "The file needs more memory than it may have.");
    if (l->ecg->lead_count == LIMIT_ECG_LEADS)
        return complain(l->why, ERROR_TOO_BIG, "The file has more than %d leads.", LIMIT_ECG_LEADS);
    if (!*lead.name)
        return complain(l->why, ERROR_BAD_INPUT,
                        "The file is damaged: one of its sequences does not say what it is of.");
    lead.id = ecg_lead_parse(lead.name);
    if (lead.id != ECG_LEAD_OTHER)
        lead.name = ecg_lead_text(lead.id);
    e = read_scale(l, value, &lead);
    if (e == ERROR_OK)
        e = read_digits(l, value, set, &lead);
    if (e != ERROR_OK)
        return e;
    l->heads[l->ecg->lead_count] = set->head;
    l->ecg->leads[l->ecg->lead_count++] = lead;
    return ERROR_OK;
}

/* ---- a set, a series ---- */

static enum error read_set(struct leads *l, const struct xml_node *sequences)
{
    const struct xml_node *component = xml_find(sequences, "component");
    struct set set = { .head = NAN };
    enum error e = find_time(l, sequences, &set);

    for (; component && e == ERROR_OK; component = xml_next(component)) {
        const struct xml_node *sequence = xml_find(component, "sequence");
        if (sequence && !is_time(sequence))
            e = read_lead(l, sequence, &set);
    }
    if (e != ERROR_OK)
        return e;
    if (l->clock && strcmp(l->clock, set.clock) != 0)
        return complain(l->why, ERROR_UNSUPPORTED,
                        "The file counts the times of its leads in two ways that cannot be "
                        "compared.");
    l->clock = set.clock;
    return ERROR_OK;
}

/* Each lead's start, from the earliest. A single set needs no head that can be read. */
static enum error set_starts(struct leads *l, size_t sets)
{
    double first = INFINITY;
    if (sets == 1)
        return ERROR_OK;
    for (size_t i = 0; i < l->ecg->lead_count; i++) {
        if (isnan(l->heads[i]))
            return complain(l->why, ERROR_BAD_INPUT,
                            "The file does not say when lead %s begins, which differs between "
                            "its leads.",
                            l->ecg->leads[i].name);
        first = fmin(first, l->heads[i]);
    }
    for (size_t i = 0; i < l->ecg->lead_count; i++)
        l->ecg->leads[i].start = l->heads[i] - first;
    return ERROR_OK;
}

enum error aecg_read_leads(struct arena *a, const struct xml_node *series, struct ecg *out,
                           struct complaint *why)
{
    const struct xml_node *component = xml_find(series, "component");
    struct leads l = { .arena = a, .ecg = out, .why = why };
    enum error e = ERROR_OK;
    size_t sets = 0;

    out->leads = arena_take(a, LIMIT_ECG_LEADS * sizeof *out->leads);
    if (!out->leads)
        return complain(why, ERROR_NO_MEMORY, "The file needs more memory than it may have.");
    for (; component && e == ERROR_OK; component = xml_next(component)) {
        const struct xml_node *set = xml_find(component, "sequenceSet");
        if (set) {
            e = read_set(&l, set);
            sets++;
        }
    }
    if (e == ERROR_OK)
        e = set_starts(&l, sets);
    if (e == ERROR_OK && out->lead_count == 0)
        e = complain(why, ERROR_BAD_INPUT, "The file holds no lead: its recording is empty.");
    return e;
}
