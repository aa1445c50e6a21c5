/* Section 3 of an SCP-ECG file: which leads, from which sample to which (EN 1064, 5.6). */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/scp_bytes.h"

enum { FLAG_SUBTRACTS = 1 };

/* The standard's numbers of the twelve, and the names of the others. */
static const struct {
    unsigned id;
    enum ecg_lead_id lead;
} twelve[] = {
    { 1, ECG_LEAD_I },    { 2, ECG_LEAD_II },   { 61, ECG_LEAD_III }, { 62, ECG_LEAD_AVR },
    { 63, ECG_LEAD_AVL }, { 64, ECG_LEAD_AVF }, { 3, ECG_LEAD_V1 },   { 4, ECG_LEAD_V2 },
    { 5, ECG_LEAD_V3 },   { 6, ECG_LEAD_V4 },   { 7, ECG_LEAD_V5 },   { 8, ECG_LEAD_V6 },
};

static const char *const others[] = {
    [9] = "V7",   [10] = "V2R", [11] = "V3R",   [12] = "V4R",
    [13] = "V5R", [14] = "V6R", [15] = "V7R",   [16] = "X",
    [17] = "Y",   [18] = "Z",   [19] = "CC5",   [20] = "CM5",
    [21] = "LA",  [22] = "RA",  [23] = "LL",    [24] = "fI",
    [25] = "fE",  [26] = "fC",  [27] = "fA",    [28] = "fM",
    [29] = "fF",  [30] = "fH",  [65] = "-aVR",  [66] = "V8",
    [67] = "V9",  [68] = "V8R", [69] = "V9R",   [70] = "D",
    [71] = "A",   [72] = "J",   [73] = "Defib", [74] = "External pacing",
    [75] = "A1",  [76] = "A2",  [77] = "A3",    [78] = "A4"
};

/* A lead that the standard does not number, or leaves unnamed, is told by its number and place. */
static enum error name_lead(struct scp_reading *r, unsigned id, size_t place, struct scp_lead *out)
{
    for (size_t i = 0; i < sizeof twelve / sizeof *twelve; i++)
        if (twelve[i].id == id) {
            out->id = twelve[i].lead;
            out->name = ecg_lead_text(out->id);
            return ERROR_OK;
        }
    out->id = ECG_LEAD_OTHER;
    if (id < sizeof others / sizeof *others && others[id]) {
        out->name = others[id];
        return ERROR_OK;
    }
    return ecg_text_format(r->arena, &out->name, "lead %zu (number %u)", place + 1, id);
}

/* First and last sample, counted from 1. Who counts from 0 says one more than there are. */
static enum error read_lead(struct scp_reading *r, struct scp_cursor *c, size_t place,
                            struct scp_leads *leads)
{
    struct scp_lead *lead = &leads->at[place];
    uint32_t first = scp_u32(c), last = scp_u32(c);
    enum error e = name_lead(r, scp_u8(c), place, lead);

    if (e)
        return e;
    if (first == 0) {
        leads->from_zero = true;
        first = 1;
    }
    if (last < first - 1)
        return complain(r->why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: lead %s (section 3) ends at sample %u "
                        "before it begins at %u.",
                        lead->name, last, first);
    if (last - (first - 1) > LIMIT_ECG_SAMPLES)
        return complain(r->why, ERROR_TOO_BIG,
                        "This SCP-ECG file has %u samples of lead %s; at most %d are read.",
                        last - (first - 1), lead->name, LIMIT_ECG_SAMPLES);
    lead->first = first;
    lead->last = last;
    lead->count = last - (first - 1);
    return ERROR_OK;
}

enum error scp_leads_read(struct scp_reading *r, struct scp_leads *out)
{
    struct scp_cursor c = scp_cursor_of(r->file.sections[3].body);
    unsigned count = scp_u8(&c), flags = scp_u8(&c);
    enum error e = ERROR_OK;

    if (count == 0 || c.rest.len < (size_t)count * 9)
        return complain(r->why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: section 3 says %u leads and has room "
                        "for %zu.",
                        count, c.rest.len / 9);
    if (count > LIMIT_ECG_LEADS)
        return complain(r->why, ERROR_TOO_BIG,
                        "This SCP-ECG file has %u leads; at most %d are read.", count,
                        LIMIT_ECG_LEADS);
    *out = (struct scp_leads) { .count = count, .subtracts = (flags & FLAG_SUBTRACTS) != 0 };
    for (size_t i = 0; !e && i < count; i++)
        e = read_lead(r, &c, i, out);
    return e;
}
