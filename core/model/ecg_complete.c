/* The leads of a record: in order, the twelve all there, and the four limb leads that a file of
 * eight leaves out, computed by their definition. */
#include "core/model/ecg.h"

#include "core/base/limits.h"

#include <math.h>
#include <string.h>

/* A limb lead as (first * A + second * B) halves of the two that the file holds. */
struct derivation {
    enum ecg_lead_id id;
    int first, second;
};

enum { DERIVED = 4 };

/* Which two limb leads a file of eight holds, and the other four out of them (Einthoven's and
 * Goldberger's definitions). */
static const struct eight {
    enum ecg_lead_id first, second;
    struct derivation derive[DERIVED];
} eights[] = {
    { ECG_LEAD_I,
      ECG_LEAD_II,
      { { ECG_LEAD_III, -2, 2 },
        { ECG_LEAD_AVR, -1, -1 },
        { ECG_LEAD_AVL, 2, -1 },
        { ECG_LEAD_AVF, -1, 2 } } },
    { ECG_LEAD_II,
      ECG_LEAD_III,
      { { ECG_LEAD_I, 2, -2 },
        { ECG_LEAD_AVR, -2, 1 },
        { ECG_LEAD_AVL, 1, -2 },
        { ECG_LEAD_AVF, 1, 1 } } },
};

static size_t others_of(const struct ecg *e)
{
    size_t others = 0;

    for (size_t i = 0; i < e->lead_count; i++)
        others += e->leads[i].id == ECG_LEAD_OTHER;
    return others;
}

/* What every reader must have made sure of: nothing behind this has to ask again. */
static enum error check_leads(const struct ecg *e, struct complaint *why)
{
    if (ECG_LEAD_STANDARD + others_of(e) > LIMIT_ECG_LEADS)
        return complain(why, ERROR_TOO_BIG, "The file holds %zu leads, more than an EKG has.",
                        e->lead_count);
    for (size_t i = 0; i < e->lead_count; i++) {
        const struct ecg_lead *lead = &e->leads[i];
        if (!lead->recorded)
            continue;
        if (lead->count > LIMIT_ECG_SAMPLES)
            return complain(why, ERROR_TOO_BIG, "Lead %s has %zu samples, more than are taken.",
                            lead->name, lead->count);
        if (!(lead->rate > 0) || !isfinite(lead->rate) || !(lead->start >= 0) ||
            !isfinite(lead->start))
            return complain(why, ERROR_BAD_INPUT, "Lead %s has no valid sampling rate or start.",
                            lead->name);
        if (!isfinite(lead->microvolts_per_unit) || lead->microvolts_per_unit == 0 ||
            !isfinite(lead->microvolts_offset) || !lead->samples)
            return complain(why, ERROR_BAD_INPUT, "Lead %s has no valid scale.", lead->name);
    }
    return ERROR_OK;
}

static enum error find_twins(const struct ecg *e, struct complaint *why)
{
    for (size_t i = 0; i < e->lead_count; i++)
        for (size_t k = 0; k < i; k++)
            if (e->leads[i].id == e->leads[k].id &&
                (e->leads[i].id != ECG_LEAD_OTHER ||
                 strcmp(e->leads[i].name, e->leads[k].name) == 0))
                return complain(why, ERROR_BAD_INPUT,
                                "The file holds the lead %s twice: which of the two it is cannot "
                                "be told.",
                                e->leads[i].name);
    return ERROR_OK;
}

/* The twelve, recorded or not, then the others in the file's order. */
static enum error put_in_order(struct arena *a, struct ecg *e)
{
    size_t count = ECG_LEAD_STANDARD;
    struct ecg_lead *leads = arena_take(a, (count + others_of(e)) * sizeof *leads);

    if (!leads)
        return ERROR_NO_MEMORY;
    for (unsigned i = 0; i < ECG_LEAD_STANDARD; i++) {
        const struct ecg_lead *found = ecg_lead_find(e, (enum ecg_lead_id)i);
        leads[i] = found ? *found : (struct ecg_lead) { .id = (enum ecg_lead_id)i };
        leads[i].name = ecg_lead_text((enum ecg_lead_id)i);
        if (!leads[i].recorded)
            leads[i].count = 0;
    }
    for (size_t i = 0; i < e->lead_count; i++)
        if (e->leads[i].id == ECG_LEAD_OTHER)
            leads[count++] = e->leads[i];
    e->leads = leads;
    e->lead_count = count;
    return ERROR_OK;
}

static unsigned leads_held(const struct ecg *e)
{
    unsigned held = 0;

    for (size_t i = 0; i < e->lead_count; i++)
        if (e->leads[i].id < ECG_LEAD_STANDARD)
            held |= 1U << e->leads[i].id;
    return held;
}

static const struct eight *form_of(unsigned held)
{
    const unsigned chest = 0x3fU << ECG_LEAD_V1;

    for (size_t i = 0; i < sizeof eights / sizeof eights[0]; i++)
        if (held == (chest | 1U << eights[i].first | 1U << eights[i].second))
            return &eights[i];
    return NULL;
}

static bool are_alike(const struct ecg_lead *x, const struct ecg_lead *y)
{
    return x->count == y->count && x->rate == y->rate && x->start == y->start &&
           x->microvolts_per_unit == y->microvolts_per_unit;
}

/* False when a sum does not fit. */
static bool add_up(const struct derivation *d, const struct ecg_lead *x, const struct ecg_lead *y,
                   int32_t *out)
{
    for (size_t i = 0; i < x->count; i++) {
        int64_t sum = (int64_t)d->first * x->samples[i] + (int64_t)d->second * y->samples[i];
        bool gap = x->samples[i] == ECG_GAP || y->samples[i] == ECG_GAP;
        if (!gap && (sum > INT32_MAX || sum <= INT32_MIN))
            return false;
        out[i] = gap ? ECG_GAP : (int32_t)sum;
    }
    return true;
}

static enum error derive(struct arena *a, struct ecg *e, const struct eight *form,
                         const struct derivation *d)
{
    const struct ecg_lead *x = &e->leads[form->first], *y = &e->leads[form->second];
    struct ecg_lead *lead = &e->leads[d->id];
    int32_t *samples = arena_take(a, (x->count + 1) * sizeof *samples);

    if (!samples)
        return ERROR_NO_MEMORY;
    if (!add_up(d, x, y, samples))
        return ecg_note(a, e,
                        "%s, which the file leaves out, cannot be computed: the samples are too "
                        "large.",
                        lead->name);
    lead->recorded = lead->derived = true;
    lead->rate = x->rate;
    lead->start = x->start;
    lead->microvolts_per_unit = x->microvolts_per_unit / 2;
    lead->microvolts_offset =
        (d->first * x->microvolts_offset + d->second * y->microvolts_offset) / 2;
    lead->samples = samples;
    lead->count = x->count;
    return ERROR_OK;
}

static enum error derive_all(struct arena *a, struct ecg *e, const struct eight *form)
{
    const struct ecg_lead *x = &e->leads[form->first], *y = &e->leads[form->second];
    enum error error = ERROR_OK;

    if (!x->recorded || !y->recorded)
        return ERROR_OK;
    if (!are_alike(x, y))
        return ecg_note(
            a, e,
            "The limb leads that the file leaves out are not computed: the two it holds "
            "differ in rate, start, scale or length.");
    for (unsigned i = 0; error == ERROR_OK && i < DERIVED; i++)
        error = derive(a, e, form, &form->derive[i]);
    return error;
}

enum error ecg_complete(struct arena *a, struct ecg *e, struct complaint *why)
{
    const struct eight *form = form_of(leads_held(e));
    enum error error;

    if (e->format == ECG_FORMAT_PDF) /* a picture: it has no leads at all */
        return ERROR_OK;
    error = check_leads(e, why);
    if (error == ERROR_OK)
        error = find_twins(e, why);
    if (error == ERROR_OK)
        error = put_in_order(a, e);
    if (error == ERROR_OK && form)
        error = derive_all(a, e, form);
    return error == ERROR_NO_MEMORY ? complain(why, error, "There is not enough memory.") : error;
}
