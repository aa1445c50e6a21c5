/*
 * Samples as sections 5 and 6 of an SCP-ECG file hold them: a scale, an interval, then for each
 * lead so many bytes, Huffman codes or 16-bit numbers, of the samples or of their first or second
 * differences (EN 1064, 5.8 and 5.9).
 *
 * Samples are 16-bit numbers, and so are differences in the carts that make them: they are added up
 * modulo 2^16, which undoes exactly what was done.
 */
#include "instruments/ecg/scp.h"

#include "instruments/ecg/scp_bytes.h"

enum {
    HEADER = 6, /* before the leads' lengths */
    LEADS_MAX = 255,
    DIFFERENCES_MAX = 2,
    SPARE_BYTES = 3, /* what may stand behind a lead's last code whatever it is: carts pad */
    SPARE_SAMPLE = 2 /* bytes, of a reference beat, whose length is given in whole milliseconds */
};

static enum error read_header(struct scp_reading *r, struct scp_cursor *c, struct scp_signal *out)
{
    /* section 5 has no such flag, nor has version 3 */
    bool has_flag = out->section == 6 && r->file.sections[6].protocol < SCP_VERSION_3;
    unsigned bimodal;

    out->nanovolts = scp_u16(c);
    out->interval_us = scp_u16(c);
    out->difference = scp_u8(c);
    bimodal = scp_u8(c);
    out->bimodal = has_flag && bimodal;
    if (out->nanovolts == 0 || out->interval_us == 0)
        return complain(r->why, ERROR_BAD_INPUT,
                        "This SCP-ECG file is inconsistent: section %u gives no scale or no sample "
                        "rate.",
                        out->section);
    if (out->difference > DIFFERENCES_MAX || (has_flag && bimodal > 1))
        return complain(
            r->why, ERROR_UNSUPPORTED,
            "This SCP-ECG file has its samples in a form that is not read here (section "
            "%u: differences %u, bimodal %u). Export the tracing in another format.",
            out->section, out->difference, bimodal);
    return ERROR_OK;
}

/* Bytes that say nothing: few, and behind them all 0 or all 255. */
static bool is_padding(struct span bytes, size_t spare)
{
    uint8_t fill = bytes.len ? bytes.at[bytes.len - 1] : 0;

    while ((fill == 0 || fill == 0xff) && bytes.len && bytes.at[bytes.len - 1] == fill)
        bytes.len--;
    return bytes.len <= spare;
}

/* True when another number of leads than section 3 says would fit the section's bytes: flat leads
 * look like padding. */
static bool fits_more_leads(struct span body, size_t lead_count)
{
    struct scp_cursor lengths = scp_cursor_of(body);
    size_t sum = HEADER;

    (void)scp_take(&lengths, HEADER);
    for (size_t i = 0; i < LEADS_MAX; i++) {
        sum += 2 + scp_u16(&lengths);
        if (lengths.ended || sum > body.len)
            return false;
        if (i >= lead_count && body.len - sum <= SPARE_BYTES)
            return true;
    }
    return false;
}

enum error scp_signal_read(struct scp_reading *r, unsigned section, size_t lead_count,
                           struct scp_signal *out)
{
    struct scp_cursor c = scp_cursor_of(r->file.sections[section].body), lengths;
    struct scp_signal s = { .section = section };
    enum error e = read_header(r, &c, &s);

    if (e)
        return e;
    lengths = scp_cursor_of(scp_take(&c, 2 * lead_count));
    for (size_t i = 0; i < lead_count; i++)
        s.leads[i] = scp_take(&c, scp_u16(&lengths));
    if (c.ended || lengths.ended)
        return complain(
            r->why, ERROR_BAD_INPUT,
            "Sections 3 and %u of this SCP-ECG file disagree: %zu leads have more bytes "
            "than section %u has room for.",
            section, lead_count, section);
    if (!is_padding(c.rest, SPARE_BYTES) ||
        (c.rest.len > SPARE_BYTES && fits_more_leads(r->file.sections[section].body, lead_count)))
        return complain(
            r->why, ERROR_BAD_INPUT,
            "Sections 3 and %u of this SCP-ECG file disagree: section %u holds %zu bytes "
            "more than %zu leads have.",
            section, section, c.rest.len, lead_count);
    *out = s;
    return ERROR_OK;
}

size_t scp_signal_capacity(const struct scp_huffman *h, struct span bytes)
{
    return h ? bytes.len * 8 : bytes.len / 2;
}

static void undo_differences(int32_t *samples, size_t count, unsigned difference)
{
    for (size_t i = difference; difference && i < count; i++) {
        uint32_t value = (uint32_t)samples[i] + (uint32_t)samples[i - 1];
        if (difference == 2)
            value += (uint32_t)samples[i - 1] - (uint32_t)samples[i - 2];
        samples[i] = (int16_t)(uint16_t)value;
    }
}

/* Whose promise section 5 and section 6 have to keep. */
static enum error disagree(const struct scp_signal *s, size_t count, const char *holds, size_t got,
                           const char *name, struct complaint *why)
{
    return complain(why, ERROR_BAD_INPUT,
                    "Sections %u and %u of this SCP-ECG file disagree: lead %s should have %zu "
                    "samples, and section %u holds %s%zu. The file cannot be trusted; export the "
                    "tracing from the cart again.",
                    s->section == 6 ? 3 : 4, s->section, name, count, s->section, holds, got);
}

static enum error take_numbers(const struct scp_signal *s, struct span bytes, size_t count,
                               int32_t *out, const char *name, struct complaint *why)
{
    struct scp_cursor c = scp_cursor_of(bytes);

    for (size_t i = 0; i < count; i++)
        out[i] = scp_s16(&c);
    if (!is_padding(c.rest, s->section == 6 ? 0 : SPARE_SAMPLE))
        return disagree(s, count, "", bytes.len / 2, name, why);
    return ERROR_OK;
}

static enum error take_codes(const struct scp_signal *s, const struct scp_huffman *h,
                             struct span bytes, size_t count, int32_t *out, const char *name,
                             struct complaint *why)
{
    size_t got = 0, unused = 0, behind;

    if (scp_huffman_decode(h, bytes, out, count, &got, &unused))
        return complain(why, ERROR_BAD_INPUT,
                        "Sections 2 and %u of this SCP-ECG file disagree: lead %s has a code that "
                        "is in no Huffman table.",
                        s->section, name);
    if (got < count)
        return disagree(s, count, "", got, name, why);
    behind = unused / 8;
    if (!is_padding(span_of(bytes.at + bytes.len - behind, behind), SPARE_BYTES))
        return disagree(s, count, "more than ", count, name, why);
    return ERROR_OK;
}

enum error scp_signal_samples(const struct scp_signal *s, const struct scp_huffman *h, size_t lead,
                              size_t count, int32_t *out, const char *name, struct complaint *why)
{
    struct span bytes = s->leads[lead];
    enum error e = h ? take_codes(s, h, bytes, count, out, name, why)
                     : take_numbers(s, bytes, count, out, name, why);

    if (!e)
        undo_differences(out, count, s->difference);
    return e;
}
