/*
 * The waveform sequence as leads (PS3.3 C.10.9.1): which of its multiplex groups are the rhythm,
 * and what they say of themselves.
 *
 * A cart writes one group of all leads, or several of a few leads each, one after the other (3 x 4
 * formats), and beside them averaged beats, which are no recording.
 */
#include "core/base/limits.h"
#include "instruments/ecg/dicom.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { GROUPS = 32 };

/* Waveform Sample Interpretation (PS3.3 C.10.9.1.5). */
static const struct interpretation {
    const char *name;
    uint32_t bits;
    bool is_signed;
} interpretations[] = {
    { "SS", 16, true }, { "US", 16, false }, { "SB", 8, true },
    { "UB", 8, false }, { "SL", 32, true },
};

static enum error damaged(struct dicom_reading *r, size_t number, const char *what)
{
    return complain(r->why, ERROR_BAD_INPUT,
                    "The DICOM file is damaged: waveform group %zu %s. Export it again.", number,
                    what);
}

static enum error read_interpretation(struct dicom_reading *r, struct dicom_group *g)
{
    const char *name = "";
    enum error e = dicom_text(r, g->elements, DICOM_TAG(0x5400, 0x1006), &name);

    for (size_t i = 0; e == ERROR_OK && i < sizeof interpretations / sizeof interpretations[0]; i++)
        if (strcmp(name, interpretations[i].name) == 0 && g->bits == interpretations[i].bits) {
            g->is_signed = interpretations[i].is_signed;
            return ERROR_OK;
        }
    return e != ERROR_OK ? e
                         : complain(r->why, ERROR_UNSUPPORTED,
                                    "The samples of the DICOM file are written in a way that is "
                                    "not read here (%u bits, \"%.16s\").",
                                    g->bits, name);
}

static enum error read_numbers(struct dicom_reading *r, size_t number, struct dicom_group *g)
{
    const struct dicom_node *list = g->elements;

    if (!dicom_number(list, DICOM_TAG(0x003a, 0x0005), &g->channels) || g->channels == 0 ||
        !dicom_number(list, DICOM_TAG(0x003a, 0x0010), &g->samples) || g->samples == 0 ||
        !dicom_number(list, DICOM_TAG(0x5400, 0x1004), &g->bits) ||
        !dicom_decimal(list, DICOM_TAG(0x003a, 0x001a), &g->rate) || g->rate <= 0)
        return damaged(r, number, "does not say how many channels, samples and bits it has");
    if (g->samples > LIMIT_ECG_SAMPLES)
        return complain(r->why, ERROR_TOO_BIG, "The recording is longer than an EKG may be.");
    if (dicom_decimal(list, DICOM_TAG(0x0018, 0x1068), &g->offset))
        g->offset /= 1000; /* it is in milliseconds */
    if (g->offset < 0)
        return damaged(r, number, "begins before the recording does");
    return ERROR_OK;
}

/* Channels, samples and bits must make up the data, to the byte that evens them out. */
static enum error read_data(struct dicom_reading *r, size_t number, struct dicom_group *g)
{
    uint64_t want;

    g->data = dicom_value(g->elements, DICOM_TAG(0x5400, 0x1010));
    g->padding = dicom_value(g->elements, DICOM_TAG(0x5400, 0x100a));
    want = (uint64_t)g->channels * g->samples * (g->bits / 8);
    if (g->data.len < want || g->data.len > want + 1)
        return damaged(r, number, "does not hold the samples that it promises");
    return ERROR_OK;
}

/* Upper and lower case alike. */
static bool holds(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (; strlen(text) >= len; text++)
        if (strncasecmp(text, word, len) == 0)
            return true;
    return false;
}

static enum error read_kind(struct dicom_reading *r, struct dicom_group *g)
{
    const char *originality = "";
    enum error e = dicom_text(r, g->elements, DICOM_TAG(0x003a, 0x0004), &originality);

    if (e == ERROR_OK)
        e = dicom_text(r, g->elements, DICOM_TAG(0x003a, 0x0020), &g->label);
    if (e == ERROR_OK) {
        g->original = strcasecmp(originality, "ORIGINAL") == 0;
        g->median = holds(g->label, "MEDIAN") || holds(g->label, "AVERAGE") ||
                    holds(g->label, "BEAT") || holds(g->label, "TEMPLATE");
    }
    return e;
}

static enum error read_group(struct dicom_reading *r, size_t number,
                             const struct dicom_node *elements, struct dicom_group *out)
{
    struct dicom_group g = { .elements = elements, .label = "" };
    enum error e = read_kind(r, &g);

    if (e == ERROR_OK)
        e = read_numbers(r, number, &g);
    if (e == ERROR_OK)
        e = read_interpretation(r, &g);
    if (e == ERROR_OK)
        e = read_data(r, number, &g);
    if (e == ERROR_OK)
        *out = g;
    return e;
}

/* ---- several groups ---- */

struct groups {
    struct dicom_group at[GROUPS];
    size_t count;
};

static enum error read_groups(struct dicom_reading *r, struct groups *out)
{
    const struct dicom_node *sequence = dicom_find(r->set, DICOM_TAG(0x5400, 0x0100));
    enum error e = ERROR_OK;

    for (const struct dicom_node *item = sequence ? sequence->children : NULL;
         e == ERROR_OK && item; item = item->next) {
        if (out->count == GROUPS)
            return complain(r->why, ERROR_TOO_BIG,
                            "The DICOM file has more waveform groups than an EKG has.");
        e = read_group(r, out->count + 1, item->children, &out->at[out->count]);
        out->count += e == ERROR_OK;
    }
    if (e == ERROR_OK && out->count == 0)
        return complain(r->why, ERROR_BAD_INPUT, "The DICOM file holds no waveform.");
    return e;
}

/* The groups that are the rhythm: the original ones; where no group says so, all that are no
 * averaged beat. */
static bool is_rhythm(const struct groups *g, size_t which)
{
    bool some_original = false;

    for (size_t i = 0; i < g->count; i++)
        some_original = some_original || (g->at[i].original && !g->at[i].median);
    return !g->at[which].median && (g->at[which].original || !some_original);
}

/* The recording begins with its first group. */
static void shift_to_first(struct groups *g)
{
    double first = INFINITY;

    for (size_t i = 0; i < g->count; i++)
        if (is_rhythm(g, i))
            first = fmin(first, g->at[i].offset);
    for (size_t i = 0; i < g->count; i++)
        g->at[i].offset = fmax(0, g->at[i].offset - first);
}

static struct ecg_lead *find_same(struct ecg *e, const struct ecg_lead *lead)
{
    for (size_t i = 0; i < e->lead_count; i++)
        if (e->leads[i].id == lead->id &&
            (lead->id != ECG_LEAD_OTHER || strcmp(e->leads[i].name, lead->name) == 0))
            return &e->leads[i];
    return NULL;
}

static double seconds(const struct ecg_lead *lead)
{
    return (double)lead->count / lead->rate;
}

/* A lead that stands in two groups (a strip of 2.5 s, and the rhythm below it) is the longer one;
 * twice in one group it is an error that ecg_complete tells. */
static enum error add_lead(struct dicom_reading *r, size_t before, const struct ecg_lead *lead)
{
    struct ecg *e = r->ecg;
    struct ecg_lead *same = find_same(e, lead);
    size_t at = same ? (size_t)(same - e->leads) : e->lead_count;

    if (same && at < before) {
        if (seconds(lead) > seconds(same))
            *same = *lead;
        return ecg_note(r->arena, e, "Lead %s stands in the file twice: the longer one is shown.",
                        lead->name);
    }
    if (e->lead_count == LIMIT_ECG_LEADS)
        return complain(r->why, ERROR_TOO_BIG, "The DICOM file has more leads than an EKG has.");
    e->leads[e->lead_count++] = *lead;
    return ERROR_OK;
}

static enum error read_channels(struct dicom_reading *r, size_t number, const struct dicom_group *g)
{
    const struct dicom_node *sequence = dicom_find(g->elements, DICOM_TAG(0x003a, 0x0200));
    const struct dicom_node *item = sequence ? sequence->children : NULL;
    size_t before = r->ecg->lead_count;
    enum error e = ERROR_OK;
    uint32_t i = 0;

    for (; e == ERROR_OK && item && i < g->channels; item = item->next, i++) {
        struct ecg_lead lead = { .name = "" };
        bool is_lead = false;
        e = dicom_channel_read(r, g, i, item->children, &lead, &is_lead);
        if (e == ERROR_OK && is_lead)
            e = add_lead(r, before, &lead);
    }
    if (e == ERROR_OK && (item || i != g->channels))
        return damaged(r, number, "does not say what each of its channels is");
    return e;
}

enum error dicom_leads_read(struct dicom_reading *r)
{
    struct groups groups = { .count = 0 };
    enum error e = read_groups(r, &groups);
    bool found = false;

    if (e != ERROR_OK)
        return e;
    shift_to_first(&groups);
    r->ecg->leads = arena_take(r->arena, LIMIT_ECG_LEADS * sizeof *r->ecg->leads);
    if (!r->ecg->leads)
        return ERROR_NO_MEMORY;
    for (size_t i = 0; e == ERROR_OK && i < groups.count; i++)
        if (is_rhythm(&groups, i)) {
            found = true;
            e = read_channels(r, i + 1, &groups.at[i]);
        }
    if (e == ERROR_OK && !found)
        e = ecg_note(r->arena, r->ecg,
                     "The file holds averaged beats only: there is no recording to show.");
    return e;
}
