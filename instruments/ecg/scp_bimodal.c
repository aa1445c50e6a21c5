/*
 * Bimodal compression of an SCP-ECG file (EN 1064, 5.7, 5.9 and annex C): around each QRS complex,
 * in the protected areas of section 4, every sample is there; between them one value stands for
 * each 2 or 4 samples, their mean.
 *
 * How a stretch between two areas is stored: as many whole groups as fit, then what is left over,
 * sample by sample. How it is restored: half a group at its first value, straight lines from value
 * to value, half a group at its last value, then what was left over. A stretch begins anew behind
 * each area. The smoothing that annex C adds for the eye is not done: no filter here.
 */
#include "instruments/ecg/scp.h"

/* A stretch outside the protected areas, and the area behind it. */
struct stretch {
    size_t outside, inside;
};

struct walk {
    const struct scp_beats *beats;
    const struct scp_lead *lead;
    size_t next;
    uint32_t at; /* the first sample that is not yet given out */
    bool done;
};

static struct walk walk_of(const struct scp_beats *beats, const struct scp_lead *lead)
{
    return (struct walk) { .beats = beats, .lead = lead, .at = lead->first };
}

static bool next_stretch(struct walk *w, struct stretch *out)
{
    if (w->done)
        return false;
    for (; w->next < w->beats->count; w->next++) {
        const struct scp_beat *beat = &w->beats->at[w->next];
        uint32_t from = beat->protected_from, to = beat->protected_to;
        if (to < w->at || from > w->lead->last || to == 0)
            continue;
        if (from < w->at)
            from = w->at;
        if (to > w->lead->last)
            to = w->lead->last;
        *out = (struct stretch) { from - w->at, to - from + 1 };
        w->at = to + 1;
        w->next++;
        return true;
    }
    *out = (struct stretch) { w->lead->last - w->at + 1, 0 };
    w->done = true;
    return true;
}

static enum error check_areas(const struct scp_beats *beats, struct complaint *why)
{
    uint32_t end = 0;

    for (size_t i = 0; i < beats->count; i++) {
        uint32_t from = beats->at[i].protected_from, to = beats->at[i].protected_to;
        if (from == 0 && to == 0)
            continue;
        if (from <= end || to < from || to == UINT32_MAX)
            return complain(why, ERROR_BAD_INPUT,
                            "This SCP-ECG file is inconsistent: the protected areas of section 4 "
                            "are not in order.");
        end = to;
    }
    return ERROR_OK;
}

enum error scp_bimodal_stored(const struct scp_beats *beats, unsigned factor,
                              const struct scp_lead *lead, size_t *out, struct complaint *why)
{
    struct walk w = walk_of(beats, lead);
    struct stretch s;
    size_t stored = 0;
    enum error e = check_areas(beats, why);

    if (e)
        return e;
    while (next_stretch(&w, &s))
        stored += s.outside / factor + s.outside % factor + s.inside;
    *out = stored;
    return ERROR_OK;
}

/* The n-th of `parts` steps from a value to the next one, rounded. */
static int32_t between(int32_t a, int32_t b, int32_t n, int32_t parts)
{
    int32_t way = (b - a) * n, half = parts / 2;

    return a + (way >= 0 ? way + half : way - half) / parts;
}

/* Whole groups: `groups` values become `groups` times `factor` samples. */
static int32_t *expand_groups(const int32_t *values, size_t groups, unsigned factor, int32_t *out)
{
    for (unsigned i = 0; groups && i < factor / 2; i++)
        *out++ = values[0];
    for (size_t g = 1; g < groups; g++)
        for (unsigned i = 0; i < factor; i++)
            *out++ = between(values[g - 1], values[g], (int32_t)i, (int32_t)factor);
    for (unsigned i = 0; groups && i < factor / 2; i++)
        *out++ = values[groups - 1];
    return out;
}

void scp_bimodal_expand(const struct scp_beats *beats, unsigned factor, const struct scp_lead *lead,
                        const int32_t *stored, int32_t *out)
{
    struct walk w = walk_of(beats, lead);
    struct stretch s;

    while (next_stretch(&w, &s)) {
        size_t groups = s.outside / factor, whole = s.outside % factor + s.inside;
        out = expand_groups(stored, groups, factor, out);
        stored += groups;
        memcpy(out, stored, whole * sizeof *out);
        stored += whole;
        out += whole;
    }
}
