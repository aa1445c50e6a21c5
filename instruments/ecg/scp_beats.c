/*
 * Sections 4 and 5 of an SCP-ECG file: where the beats are, and the reference beat that a cart took
 * out of the rhythm before it packed it (EN 1064, 5.7, 5.8, annex C).
 *
 * The reference beat's fiducial point lies on a beat's; where a beat's zone reaches, its samples
 * are added back. Zones may overlap, but not so often that a file costs more than a few times its
 * own length.
 */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/scp_bytes.h"

enum { BEAT = 14, AREA = 8, ZONES_MAX = 4 };

enum error scp_beats_read(struct scp_reading *r, struct scp_beats *out)
{
    struct scp_cursor c = scp_cursor_of(r->file.sections[4].body);
    struct scp_beats b = { .reference_ms = scp_u16(&c) };

    b.fiducial = scp_u16(&c);
    b.count = scp_u16(&c);
    if (c.ended || c.rest.len < b.count * BEAT)
        return complain(r->why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: section 4 says %zu beats and has room "
                        "for %zu.",
                        b.count, c.rest.len / BEAT);
    b.has_protected = c.rest.len >= b.count * (BEAT + AREA);
    if (b.count && !(b.at = arena_take(r->arena, b.count * sizeof *b.at)))
        return ERROR_NO_MEMORY;
    for (size_t i = 0; i < b.count; i++) {
        b.at[i].type = scp_u16(&c);
        b.at[i].from = scp_u32(&c);
        b.at[i].fiducial = scp_u32(&c);
        b.at[i].to = scp_u32(&c);
    }
    for (size_t i = 0; b.has_protected && i < b.count; i++) {
        b.at[i].protected_from = scp_u32(&c);
        b.at[i].protected_to = scp_u32(&c);
    }
    *out = b;
    return ERROR_OK;
}

static enum error take_reference(struct scp_reading *r, const struct scp_leads *leads,
                                 const struct scp_huffman *h, struct scp_reference *ref)
{
    enum error e = ERROR_OK;

    for (size_t i = 0; !e && i < leads->count; i++)
        if (ref->count > scp_signal_capacity(h, ref->signal.leads[i]))
            return complain(r->why, ERROR_BAD_INPUT,
                            "Sections 4 and 5 of this SCP-ECG file disagree: the reference beat "
                            "should have %zu samples, and section 5 has %zu bytes for lead %s.",
                            ref->count, ref->signal.leads[i].len, leads->at[i].name);
    ref->samples = arena_take(r->arena, ref->count * leads->count * sizeof *ref->samples);
    if (!ref->samples)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; !e && i < leads->count; i++)
        e = scp_signal_samples(&ref->signal, h, i, ref->count, ref->samples + i * ref->count,
                               leads->at[i].name, r->why);
    return e;
}

enum error scp_reference_read(struct scp_reading *r, const struct scp_leads *leads,
                              const struct scp_beats *beats, const struct scp_huffman *h,
                              struct scp_reference *out)
{
    struct scp_reference ref = { .count = 0 };
    enum error e;

    if (!r->file.sections[5].there || beats->count == 0)
        return complain(
            r->why, ERROR_BAD_INPUT,
            "This SCP-ECG file is inconsistent: section 3 says that a reference beat was "
            "taken out of the tracing, and the file does not hold it (sections 4, 5).");
    e = scp_signal_read(r, 5, leads->count, &ref.signal);
    if (e)
        return e;
    ref.count = (size_t)beats->reference_ms * 1000 / ref.signal.interval_us;
    if (ref.count == 0)
        return complain(r->why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: section 4 does not say how long its "
                        "reference beat is.");
    e = take_reference(r, leads, h, &ref);
    if (!e)
        *out = ref;
    return e;
}

/* Which samples of the recording a beat's zone covers in a lead: none when to < from. */
static void clamp_zone(const struct scp_beats *beats, const struct scp_beat *beat,
                       const struct scp_lead *lead, size_t count, int64_t *from, int64_t *to)
{
    int64_t begin = (int64_t)beat->fiducial - beats->fiducial + 1; /* of the reference beat */
    int64_t end = begin + (int64_t)count - 1;

    *from = beat->from;
    *to = beat->to;
    if (*from < begin)
        *from = begin;
    if (*from < lead->first)
        *from = lead->first;
    if (*to > end)
        *to = end;
    if (*to > lead->last)
        *to = lead->last;
}

enum error scp_beats_add(const struct scp_beats *beats, const struct scp_reference *reference,
                         int32_t weight, const struct scp_lead *lead, size_t number,
                         int32_t *samples, struct complaint *why)
{
    const int32_t *ref = reference->samples + number * reference->count;
    size_t budget = ZONES_MAX * lead->count;

    for (size_t i = 0; i < beats->count; i++) {
        const struct scp_beat *beat = &beats->at[i];
        int64_t from, to;
        clamp_zone(beats, beat, lead, reference->count, &from, &to);
        if (beat->type != 0 || to < from)
            continue;
        if ((size_t)(to - from) >= budget)
            return complain(why, ERROR_BAD_INPUT,
                            "This SCP-ECG file is inconsistent: the beats of section 4 cover each "
                            "other many times.");
        budget -= (size_t)(to - from) + 1;
        for (int64_t x = from; x <= to; x++) {
            size_t in_beat = (size_t)(x - beat->fiducial + beats->fiducial - 1);
            int64_t sum = samples[x - lead->first] + (int64_t)weight * ref[in_beat];
            if (sum >= INT32_MAX || sum <= INT32_MIN)
                return complain(
                    why, ERROR_BAD_INPUT,
                    "This SCP-ECG file is inconsistent: lead %s with its reference beat "
                    "has a sample beyond all bounds.",
                    lead->name);
            samples[x - lead->first] = (int32_t)sum;
        }
    }
    return ERROR_OK;
}
