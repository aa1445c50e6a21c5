/* A synthetic EKG; see ecg_tracing.h. */
#include "tests/support/ecg_tracing.h"

#include <math.h>

#define UNIT 2.5
#define BEAT 0.81 /* seconds: 74 a minute */

struct wave {
    double at, width;
};

enum { WAVES = 5, SOURCES = 8 };

/* P, Q, R, S, T within a beat. */
static const struct wave waves[WAVES] = {
    { 0.12, 0.022 }, { 0.245, 0.008 }, { 0.268, 0.011 }, { 0.295, 0.010 }, { 0.520, 0.045 }
};

/* Of I, II and V1 to V6, in microvolts. */
static const int heights[SOURCES][WAVES] = {
    { 80, -60, 700, -90, 160 },    { 130, -70, 1100, -150, 220 }, { 60, 0, 220, -900, -60 },
    { 70, 0, 480, -1500, 420 },    { 80, -20, 900, -1100, 480 },  { 90, -80, 1600, -500, 400 },
    { 90, -110, 1500, -220, 320 }, { 80, -100, 1100, -120, 240 },
};

static double beat_value(const int *height, double t)
{
    double value = 0;
    for (int w = 0; w < WAVES; w++) {
        double away = (t - waves[w].at) / waves[w].width;
        value += height[w] * exp(-away * away / 2);
    }
    return value;
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 16;
}

static int32_t *take_source(struct arena *a, const struct ecg_tracing *how, int source)
{
    size_t count = (size_t)lrint(how->rate * how->seconds);
    int32_t *samples = arena_take(a, (count + 1) * sizeof *samples);
    uint32_t state = 77U + (uint32_t)source;

    for (size_t i = 0; samples && i < count; i++) {
        double t = (double)i / how->rate;
        double wander = 40 * sin(t * 1.9 + source), noise = 0;
        if (how->noise)
            noise = (double)(next_random(&state) % (2U * (unsigned)how->noise + 1)) - how->noise;
        samples[i] =
            (int32_t)lrint((beat_value(heights[source], fmod(t, BEAT)) + wander + noise) / UNIT);
    }
    return samples;
}

static void put_lead(struct ecg *out, enum ecg_lead_id id, const struct ecg_tracing *how,
                     int32_t *samples)
{
    struct ecg_lead *lead = &out->leads[id];

    *lead = (struct ecg_lead) { .id = id, .name = ecg_lead_text(id) };
    if (!samples)
        return;
    lead->recorded = true;
    lead->rate = how->rate;
    lead->microvolts_per_unit = UNIT;
    lead->samples = samples;
    lead->count = (size_t)lrint(how->rate * how->seconds);
}

/* first * a + second * b, in whole units. */
static int32_t *take_sum(struct arena *a, const struct ecg *out, double first, double second)
{
    const struct ecg_lead *x = &out->leads[ECG_LEAD_I], *y = &out->leads[ECG_LEAD_II];
    int32_t *samples = arena_take(a, (x->count + 1) * sizeof *samples);
    if (!samples || !x->samples || !y->samples)
        return NULL;
    for (size_t i = 0; i < x->count; i++)
        samples[i] = (int32_t)lrint(first * x->samples[i] + second * y->samples[i]);
    return samples;
}

static void say(struct ecg *out)
{
    static const char *statements[] = { "Sinus rhythm", "Nonspecific T wave abnormality" };
    static const char *filters[] = { "0.05-150 Hz", "60 Hz notch" };
    static const char *const measured[ECG_MEASUREMENT_COUNT] = { "74",  "168", "92", "392",
                                                                 "435", "58",  "41", "47" };
    out->format = ECG_FORMAT_SCP;
    out->patient_name = "MARLOWE-TEST^IRIS^J";
    out->patient_id = "00900142";
    out->patient_birth_date = "1958-07-19";
    out->patient_sex = "F";
    out->recorded_at = "2026-03-12T09:44:00";
    out->maker = "Synthetic";
    out->model = "Cart";
    out->serial = "0001";
    out->qtc_formula = "Bazett";
    out->severity = "ABNORMAL ECG";
    out->statements = (struct text_list) { statements, 2 };
    out->filters = (struct text_list) { filters, 2 };
    memcpy(out->measurements, measured, sizeof measured);
}

enum error ecg_tracing_make(struct arena *a, struct ecg_tracing how, struct ecg *out)
{
    static const struct {
        enum ecg_lead_id id;
        double first, second;
    } sums[] = {
        { ECG_LEAD_III, -1, 1 },
        { ECG_LEAD_AVR, -0.5, -0.5 },
        { ECG_LEAD_AVL, 1, -0.5 },
        { ECG_LEAD_AVF, -0.5, 1 },
    };

    ecg_init(out);
    out->leads = arena_take(a, ECG_LEAD_STANDARD * sizeof *out->leads);
    if (!out->leads)
        return ERROR_NO_MEMORY;
    out->lead_count = ECG_LEAD_STANDARD;
    put_lead(out, ECG_LEAD_I, &how, take_source(a, &how, 0));
    put_lead(out, ECG_LEAD_II, &how, take_source(a, &how, 1));
    for (size_t i = 0; !a->exhausted && i < sizeof sums / sizeof *sums; i++)
        put_lead(out, sums[i].id, &how, take_sum(a, out, sums[i].first, sums[i].second));
    for (int v = 0; v < SOURCES - 2; v++)
        put_lead(out, (enum ecg_lead_id)(ECG_LEAD_V1 + v), &how,
                 how.limbs ? NULL : take_source(a, &how, v + 2));
    say(out);
    return a->exhausted ? ERROR_NO_MEMORY : ERROR_OK;
}
