/* What can be said about a record without saying anything about the patient: a lead that holds one
 * value, one that stays at its limit, sums that do not hold, a time that is none. */
#include "core/model/ecg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- one lead ---- */

struct extremes {
    int32_t low, high;
    size_t count, low_run, high_run; /* samples that are no gap; the longest runs at the extremes */
};

static void count_run(int32_t sample, int32_t extreme, size_t *run, size_t *longest)
{
    *run = sample == extreme ? *run + 1 : 0;
    *longest = *run > *longest ? *run : *longest;
}

static struct extremes extremes_of(const struct ecg_lead *lead)
{
    struct extremes x = { INT32_MAX, INT32_MIN, 0, 0, 0 };
    size_t low = 0, high = 0;

    for (size_t i = 0; i < lead->count; i++) {
        if (lead->samples[i] == ECG_GAP)
            continue;
        x.count++;
        x.low = lead->samples[i] < x.low ? lead->samples[i] : x.low;
        x.high = lead->samples[i] > x.high ? lead->samples[i] : x.high;
    }
    for (size_t i = 0; i < lead->count; i++) {
        count_run(lead->samples[i], x.low, &low, &x.low_run);
        count_run(lead->samples[i], x.high, &high, &x.high_run);
    }
    return x;
}

static double microvolts(const struct ecg_lead *lead, int32_t sample)
{
    return lead->microvolts_offset + lead->microvolts_per_unit * sample;
}

static bool stays(const struct ecg_lead *lead, int32_t sample, size_t run)
{
    return fabs(microvolts(lead, sample)) >= ECG_RAIL_UV &&
           (double)run * 1000 >= (double)ECG_RAIL_MS * lead->rate;
}

static enum error check_lead(struct arena *a, struct ecg *e, const struct ecg_lead *lead)
{
    struct extremes x = extremes_of(lead);

    if (x.count == 0)
        return ecg_note(a, e, "Lead %s holds no sample: it was not recorded.", lead->name);
    if (x.low == x.high)
        return ecg_note(a, e, "Lead %s holds one value throughout: there is no signal in it.",
                        lead->name);
    if (stays(lead, x.low, x.low_run) || stays(lead, x.high, x.high_run))
        return ecg_note(a, e,
                        "Lead %s stays at its limit for %d ms or longer: it was saturated there.",
                        lead->name, ECG_RAIL_MS);
    return ERROR_OK;
}

/* ---- sums of limb leads ---- */

/* `lead` should be first * I + second * II, in halves. */
static const struct identity {
    enum ecg_lead_id id;
    double first, second;
    const char *text;
} identities[] = {
    { ECG_LEAD_III, -1, 1, "III = II - I" },
    { ECG_LEAD_AVR, -0.5, -0.5, "aVR = -(I + II)/2" },
    { ECG_LEAD_AVL, 1, -0.5, "aVL = I - II/2" },
    { ECG_LEAD_AVF, -0.5, 1, "aVF = II - I/2" },
};

static bool goes_with(const struct ecg_lead *x, const struct ecg_lead *y)
{
    return x && y && x->recorded && y->recorded && x->count == y->count && x->rate == y->rate &&
           x->start == y->start;
}

/* One voltage on all channels is the cart's own pulse of calibration: no heart does that. */
static bool is_pulse(const struct ecg_lead *one, const struct ecg_lead *two,
                     const struct ecg_lead *sum, size_t at)
{
    double here = microvolts(one, one->samples[at]);
    return here == microvolts(two, two->samples[at]) && here == microvolts(sum, sum->samples[at]);
}

static double residual(const struct identity *id, const struct ecg_lead *one,
                       const struct ecg_lead *two, const struct ecg_lead *sum)
{
    double worst = 0;

    for (size_t i = 0; i < sum->count; i++) {
        double difference;
        if (one->samples[i] == ECG_GAP || two->samples[i] == ECG_GAP ||
            sum->samples[i] == ECG_GAP || is_pulse(one, two, sum, i))
            continue;
        difference = microvolts(sum, sum->samples[i]) -
                     id->first * microvolts(one, one->samples[i]) -
                     id->second * microvolts(two, two->samples[i]);
        worst = fmax(worst, fabs(difference));
    }
    return worst;
}

static enum error check_identity(struct arena *a, struct ecg *e, const struct identity *id)
{
    const struct ecg_lead *one = ecg_lead_find(e, ECG_LEAD_I), *two = ecg_lead_find(e, ECG_LEAD_II);
    const struct ecg_lead *sum = ecg_lead_find(e, id->id);
    double worst;

    if (!goes_with(one, two) || !goes_with(one, sum) || sum->derived || one->derived)
        return ERROR_OK;
    worst = residual(id, one, two, sum);
    if (worst <= ECG_RESIDUAL_UV)
        return ERROR_OK;
    return ecg_note(a, e,
                    "%s does not hold: it differs by up to %.0f µV. A lead's name or scale may be "
                    "wrong in the file.",
                    id->text, worst);
}

/* ---- the time ---- */

/* yyyy-mm-ddThh:mm:ss, perhaps a fraction, perhaps Z or +hh:mm; false: no time. `earliest` is the
 * earliest moment it can be, in ms: without a zone it may be that of the easternmost. */
static bool read_time(const char *text, int64_t *earliest)
{
    enum { EASTERNMOST_MINUTES = 14 * 60 };
    struct tm tm = { 0 };
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    int day = tm.tm_mday, minutes = EASTERNMOST_MINUTES;
    time_t seconds;

    if (!rest)
        return false;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    seconds = timegm(&tm); /* makes March of the 30th of February */
    if (tm.tm_mday != day)
        return false;
    if (strcmp(rest, "Z") == 0)
        minutes = 0;
    else if ((*rest == '+' || *rest == '-') && strptime(rest + 1, "%H:%M", &tm))
        minutes = (*rest == '-' ? -1 : 1) * (tm.tm_hour * 60 + tm.tm_min);
    else if (*rest)
        return false;
    *earliest = ((int64_t)seconds - minutes * 60) * 1000;
    return true;
}

static enum error check_time(struct arena *a, struct ecg *e, int64_t now)
{
    int64_t earliest = 0;

    if (!*e->recorded_at)
        return ERROR_OK;
    if (!read_time(e->recorded_at, &earliest))
        return ecg_note(a, e, "The time of recording, %s, is no date and time.", e->recorded_at);
    if (now != 0 && earliest > now)
        return ecg_note(a, e,
                        "The time of recording, %s, lies in the future: check the clock of the "
                        "cart, and of this machine.",
                        e->recorded_at);
    return ERROR_OK;
}

enum error ecg_check(struct arena *a, struct ecg *e, int64_t now)
{
    enum error error = check_time(a, e, now);

    for (size_t i = 0; error == ERROR_OK && i < e->lead_count; i++)
        if (e->leads[i].recorded && !e->leads[i].derived)
            error = check_lead(a, e, &e->leads[i]);
    for (size_t i = 0; error == ERROR_OK && i < sizeof identities / sizeof identities[0]; i++)
        error = check_identity(a, e, &identities[i]);
    return error;
}
