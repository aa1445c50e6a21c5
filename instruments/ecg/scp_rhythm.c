/* The tracing of an SCP-ECG file: sections 2 to 6 put together. */
#include "instruments/ecg/scp.h"

enum { FACTOR_MAX = 4 };

struct rhythm {
    struct scp_reading *r;
    struct scp_leads leads;
    struct scp_signal signal;
    struct scp_beats beats;
    struct scp_reference reference;
    const struct scp_huffman *huffman;
    unsigned factor;         /* how many samples one value stands for outside protected areas */
    unsigned interval_us;    /* at the full rate */
    unsigned unit_nanovolts; /* in which both the rhythm and the reference beat are whole numbers */
};

/* Both sections may be left out, and then there is no tracing: one without the other is none that
 * can be read. */
static enum error check_there(struct scp_reading *r, bool *none)
{
    bool leads = r->file.sections[3].there, rhythm = r->file.sections[6].there;

    *none = !leads && !rhythm && !r->file.long_term;
    if (*none)
        return ecg_note(r->arena, r->ecg, "The file holds no tracing (no sections 3 and 6).");
    if (leads && rhythm)
        return ERROR_OK;
    if (r->file.long_term)
        return complain(r->why, ERROR_UNSUPPORTED,
                        "This SCP-ECG file holds a long recording or a maker's own sections and no "
                        "ten-second tracing (sections 3 and 6). Export a resting EKG.");
    return complain(r->why, ERROR_BAD_INPUT,
                    "This SCP-ECG file is inconsistent: it has section %s, and section %s is "
                    "missing.",
                    leads ? "3" : "6", leads ? "6" : "3");
}

/* The rate within protected areas is that of the reference beat. */
static enum error find_factor(struct rhythm *m)
{
    struct scp_signal five;
    enum error e;

    m->factor = 1;
    m->interval_us = m->signal.interval_us;
    if (!m->signal.bimodal)
        return ERROR_OK;
    if (!m->r->file.sections[5].there)
        return complain(
            m->r->why, ERROR_UNSUPPORTED,
            "This SCP-ECG file is packed in two rates and does not say which the full "
            "rate is (bimodal without section 5). Export the tracing in another format.");
    e = scp_signal_read(m->r, 5, m->leads.count, &five);
    if (e)
        return e;
    m->factor = m->signal.interval_us / five.interval_us;
    if (m->factor == 0 || m->factor > FACTOR_MAX || (m->factor > 1 && m->factor % 2) ||
        m->factor * five.interval_us != m->signal.interval_us)
        return complain(m->r->why, ERROR_UNSUPPORTED,
                        "This SCP-ECG file is packed in two rates that do not fit (bimodal, %u and "
                        "%u microseconds). Export the tracing in another format.",
                        five.interval_us, m->signal.interval_us);
    m->interval_us = five.interval_us;
    return ERROR_OK;
}

static enum error read_beats(struct rhythm *m)
{
    enum error e;

    if (m->factor == 1 && !m->leads.subtracts)
        return ERROR_OK;
    if (m->leads.from_zero || m->r->file.sections[3].protocol >= SCP_VERSION_3)
        return complain(m->r->why, ERROR_UNSUPPORTED,
                        "This SCP-ECG file %s, so that nobody can tell where its reference beat "
                        "belongs. Export the tracing in another format.",
                        m->leads.from_zero ? "counts samples from 0" : "is of version 3");
    if (!m->r->file.sections[4].there)
        return complain(
            m->r->why, ERROR_BAD_INPUT,
            "This SCP-ECG file is inconsistent: its tracing is packed beat by beat, and "
            "section 4, which says where the beats are, is missing.");
    e = scp_beats_read(m->r, &m->beats);
    if (!e && m->factor > 1 && !m->beats.has_protected)
        return complain(
            m->r->why, ERROR_BAD_INPUT,
            "This SCP-ECG file is inconsistent: its tracing is packed in two rates, and "
            "section 4 does not say where which one holds.");
    return e;
}

static unsigned common_unit(unsigned a, unsigned b)
{
    while (b) {
        unsigned rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static enum error read_reference(struct rhythm *m)
{
    enum error e;

    m->unit_nanovolts = m->signal.nanovolts;
    if (!m->leads.subtracts)
        return ERROR_OK;
    e = scp_reference_read(m->r, &m->leads, &m->beats, m->huffman, &m->reference);
    if (e)
        return e;
    if (m->reference.signal.interval_us != m->interval_us)
        return complain(m->r->why, ERROR_UNSUPPORTED,
                        "This SCP-ECG file has a reference beat of another sample rate (%u "
                        "microseconds) than its rhythm (%u). Export the tracing in another format.",
                        m->reference.signal.interval_us, m->interval_us);
    m->unit_nanovolts = common_unit(m->signal.nanovolts, m->reference.signal.nanovolts);
    return ERROR_OK;
}

/* Who counts from 0 may mean the last sample's number or how many there are; bytes tell. */
static void settle_count(const struct rhythm *m, size_t i, struct scp_lead *lead)
{
    if (m->leads.from_zero && !m->huffman && m->signal.leads[i].len / 2 == lead->count + 1) {
        lead->last++;
        lead->count++;
    }
}

static enum error stored_count(const struct rhythm *m, size_t i, const struct scp_lead *lead,
                               size_t *out)
{
    size_t stored = lead->count;
    size_t room = scp_signal_capacity(m->huffman, m->signal.leads[i]);
    enum error e = ERROR_OK;

    if (m->factor > 1)
        e = scp_bimodal_stored(&m->beats, m->factor, lead, &stored, m->r->why);
    if (e)
        return e;
    if (stored > room)
        return complain(
            m->r->why, ERROR_BAD_INPUT,
            "Sections 3 and 6 of this SCP-ECG file disagree: lead %s should have %zu "
            "samples, and the %zu bytes of section 6 cannot hold more than %zu. The file "
            "cannot be trusted; export the tracing from the cart again.",
            lead->name, stored, m->signal.leads[i].len, room);
    *out = stored;
    return ERROR_OK;
}

static enum error unpack(const struct rhythm *m, size_t i, const struct scp_lead *lead,
                         size_t stored, int32_t *samples)
{
    int32_t *values = samples;
    enum error e;

    if (m->factor > 1 && !(values = arena_take(m->r->arena, stored * sizeof *values)))
        return ERROR_NO_MEMORY;
    e = scp_signal_samples(&m->signal, m->huffman, i, stored, values, lead->name, m->r->why);
    if (!e && m->factor > 1)
        scp_bimodal_expand(&m->beats, m->factor, lead, values, samples);
    return e;
}

static enum error add_reference(const struct rhythm *m, size_t i, const struct scp_lead *lead,
                                int32_t *samples)
{
    int32_t own = (int32_t)(m->signal.nanovolts / m->unit_nanovolts);

    if (!m->leads.subtracts)
        return ERROR_OK;
    for (size_t k = 0; k < lead->count; k++)
        samples[k] *= own; /* 16 bits by 16 bits */
    return scp_beats_add(&m->beats, &m->reference,
                         (int32_t)(m->reference.signal.nanovolts / m->unit_nanovolts), lead, i,
                         samples, m->r->why);
}

static enum error read_lead(const struct rhythm *m, size_t i, struct ecg_lead *out)
{
    struct scp_lead lead = m->leads.at[i];
    int32_t *samples;
    size_t stored = 0;
    enum error e;

    settle_count(m, i, &lead);
    e = stored_count(m, i, &lead, &stored);
    if (e)
        return e;
    samples = arena_take(m->r->arena, lead.count * sizeof *samples);
    if (!samples)
        return ERROR_NO_MEMORY;
    e = unpack(m, i, &lead, stored, samples);
    if (!e)
        e = add_reference(m, i, &lead, samples);
    if (e)
        return e;
    *out = (struct ecg_lead) { .id = lead.id,
                               .name = lead.name,
                               .recorded = true,
                               .rate = 1e6 / m->interval_us,
                               .start = (lead.first - 1) * (m->interval_us / 1e6),
                               .microvolts_per_unit = m->unit_nanovolts / 1000.0,
                               .samples = samples,
                               .count = lead.count };
    return ERROR_OK;
}

/* Leads without a single sample are left to ecg_complete, which says that they were not recorded.
 */
static enum error read_leads(struct rhythm *m)
{
    struct ecg *e = m->r->ecg;
    struct ecg_lead *leads = arena_take(m->r->arena, m->leads.count * sizeof *leads);
    enum error failed = leads ? ERROR_OK : ERROR_NO_MEMORY;
    size_t count = 0;

    for (size_t i = 0; !failed && i < m->leads.count; i++)
        if (m->leads.at[i].count || m->signal.leads[i].len)
            failed = read_lead(m, i, &leads[count++]);
    if (failed)
        return failed;
    if (count == 0)
        return complain(m->r->why, ERROR_BAD_INPUT,
                        "This SCP-ECG file holds no tracing: none of its leads has a sample.");
    e->leads = leads;
    e->lead_count = count;
    if (m->factor == 1)
        return ERROR_OK;
    return ecg_note(m->r->arena, e,
                    "Between the beats the cart kept one value for %u samples; what lies between "
                    "these values is a straight line.",
                    m->factor);
}

enum error scp_rhythm_read(struct scp_reading *r)
{
    struct rhythm m = { .r = r };
    bool none = false;
    enum error e = check_there(r, &none);

    if (e || none)
        return e;
    e = scp_leads_read(r, &m.leads);
    if (!e)
        e = scp_huffman_read(r, &m.huffman);
    if (!e)
        e = scp_signal_read(r, 6, m.leads.count, &m.signal);
    if (!e)
        e = find_factor(&m);
    if (!e)
        e = read_beats(&m);
    if (!e)
        e = read_reference(&m);
    return e ? e : read_leads(&m);
}
