/*
 * The leads of GE MUSE XML.
 *
 * A lead is base64 of little-endian 16-bit samples, which the file protects three times: by the
 * count of its bytes, the count of its samples and a CRC-32 of the bytes. All that are there must
 * hold, else the file is refused. MUSE usually stores eight leads; ecg_complete adds the other
 * four. The representative beat (`Median`) is not a recording.
 */
#include "instruments/ecg/muse.h"

#include "core/base/limits.h"
#include "instruments/ecg/base64.h"
#include "instruments/ecg/ecg_text.h"
#include "instruments/ecg/ecg_told.h"

#include <zlib.h>

enum { SAMPLE_BYTES = 2 };

struct lead_reader {
    struct arena *arena;
    struct complaint *why;
    double rate;
};

static enum error refuse(struct lead_reader *r, const struct ecg_lead *lead, const char *what)
{
    return complain(r->why, ERROR_BAD_INPUT, "The file is damaged: lead %.40s %s.", lead->name,
                    what);
}

/* A count that the file states must be this one. */
static bool agrees(const struct xml_node *node, const char *name, size_t count)
{
    const char *text = xml_text(node, name);
    double stated;
    return !*text || (ecg_number(text, &stated) && stated == (double)count);
}

/* CRC-32 as in zlib, over the decoded bytes; some converters write 0 for none. */
static bool crc_holds(const struct xml_node *node, struct span bytes)
{
    const char *text = xml_text(node, "LeadDataCRC32");
    double stated;
    if (!*text)
        return true;
    if (!ecg_number(text, &stated))
        return false;
    return stated == 0 || stated == (double)crc32(0, bytes.at, (uInt)bytes.len);
}

static enum error decode(struct lead_reader *r, const struct xml_node *node,
                         const struct ecg_lead *lead, struct span *bytes)
{
    enum error e = base64_decode(r->arena, xml_text(node, "WaveFormData"), bytes);
    if (e == ERROR_NO_MEMORY)
        return complain(r->why, e, "The file needs more memory than it may have.");
    if (e == ERROR_TOO_BIG)
        return complain(r->why, e, "Lead %.40s is too large.", lead->name);
    if (e != ERROR_OK)
        return refuse(r, lead, "is not whole base64");
    if (!agrees(node, "LeadByteCountTotal", bytes->len))
        return refuse(r, lead, "has not as many bytes as the file says (LeadByteCountTotal)");
    if (bytes->len % SAMPLE_BYTES != 0 ||
        !agrees(node, "LeadSampleCountTotal", bytes->len / SAMPLE_BYTES))
        return refuse(r, lead, "has not as many samples as the file says (LeadSampleCountTotal)");
    if (!crc_holds(node, *bytes))
        return refuse(r, lead, "does not agree with its checksum (LeadDataCRC32)");
    return ERROR_OK;
}

static enum error take_samples(struct lead_reader *r, struct span bytes, struct ecg_lead *lead)
{
    enum error e = ecg_told_samples(r->arena, bytes, &lead->samples, &lead->count);
    if (e == ERROR_TOO_BIG)
        return complain(r->why, e, "The file has more than %d samples in a lead.",
                        LIMIT_ECG_SAMPLES);
    if (e != ERROR_OK)
        return complain(r->why, e, "The file needs more memory than it may have.");
    lead->recorded = lead->count > 0;
    return ERROR_OK;
}

static enum error read_scale(struct lead_reader *r, const struct xml_node *node,
                             struct ecg_lead *lead)
{
    static const struct {
        const char *muse, *unit;
    } units[] = {
        { "MICROVOLTS", "uV" }, { "MILLIVOLTS", "mV" }, { "NANOVOLTS", "nV" }, { "VOLTS", "V" }
    };
    const char *unit = xml_text(node, "LeadAmplitudeUnits");

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].muse) == 0 &&
            ecg_microvolts(xml_text(node, "LeadAmplitudeUnitsPerBit"), units[i].unit,
                           &lead->microvolts_per_unit) &&
            lead->microvolts_per_unit != 0)
            return ERROR_OK;
    return complain(r->why, ERROR_BAD_INPUT,
                    "The file does not say how large lead %.40s is: LeadAmplitudeUnitsPerBit and "
                    "LeadAmplitudeUnits are no voltage.",
                    lead->name);
}

/* What no file was seen to hold anything but its usual value in is not guessed at. */
static enum error check_variant(struct lead_reader *r, const struct xml_node *node,
                                const struct ecg_lead *lead)
{
    static const struct {
        const char *element;
        size_t usual;
    } variants[] = { { "LeadSampleSize", SAMPLE_BYTES },
                     { "FirstSampleBaseline", 0 },
                     { "LeadTimeOffset", 0 } };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (!agrees(node, variants[i].element, variants[i].usual))
            return complain(r->why, ERROR_UNSUPPORTED,
                            "Lead %.40s has the %s %.20s; only %zu is read.", lead->name,
                            variants[i].element, xml_text(node, variants[i].element),
                            variants[i].usual);
    return ERROR_OK;
}

static enum error read_start(struct lead_reader *r, const struct xml_node *node,
                             struct ecg_lead *lead)
{
    const char *offset = xml_text(node, "LeadOffsetFirstSample");
    double samples = 0;
    if (*offset && (!ecg_number(offset, &samples) || samples < 0))
        return refuse(r, lead, "has a LeadOffsetFirstSample that is no count");
    lead->start = samples / r->rate;
    return ERROR_OK;
}

static enum error read_lead(struct lead_reader *r, const struct xml_node *node, struct ecg *e)
{
    struct ecg_lead lead = { .rate = r->rate, .name = "" };
    struct span bytes = span_of(NULL, 0);
    enum error error = ecg_text_take(r->arena, span_text(xml_text(node, "LeadID")), &lead.name);

    if (error != ERROR_OK)
        return complain(r->why, error, "The file needs more memory than it may have.");
    if (e->lead_count == LIMIT_ECG_LEADS)
        return complain(r->why, ERROR_TOO_BIG, "The file has more than %d leads.", LIMIT_ECG_LEADS);
    if (!*lead.name)
        return complain(r->why, ERROR_BAD_INPUT,
                        "The file is damaged: one of its leads has no name (LeadID).");
    lead.id = ecg_lead_parse(lead.name);
    if (lead.id != ECG_LEAD_OTHER)
        lead.name = ecg_lead_text(lead.id);
    error = check_variant(r, node, &lead);
    if (error == ERROR_OK)
        error = read_scale(r, node, &lead);
    if (error == ERROR_OK)
        error = read_start(r, node, &lead);
    if (error == ERROR_OK)
        error = decode(r, node, &lead, &bytes);
    if (error == ERROR_OK)
        error = take_samples(r, bytes, &lead);
    if (error != ERROR_OK)
        return error;
    e->leads[e->lead_count++] = lead;
    if (strcmp(xml_text(node, "LeadOff"), "TRUE") == 0)
        error = ecg_note(r->arena, e, "The cart says that lead %s was off.", lead.name);
    return error;
}

/* ---- the waveform ---- */

/* The one that is of type Rhythm, else the only one that does not say what it is. */
static const struct xml_node *find_rhythm(const struct xml_node *root, size_t *count)
{
    const struct xml_node *waveform = xml_find(root, "Waveform"), *found = NULL, *unnamed = NULL;
    for (; waveform; waveform = xml_next(waveform)) {
        const char *type = xml_text(waveform, "WaveformType");
        if (strcmp(type, "Rhythm") == 0) {
            found = found ? found : waveform;
            ++*count;
        } else if (!*type && !unnamed) {
            unnamed = waveform;
        }
    }
    return found ? found : unnamed;
}

/* SampleBase * 10^SampleExponent samples a second. */
static enum error read_rate(struct lead_reader *r, const struct xml_node *waveform)
{
    const char *exponent = xml_text(waveform, "SampleExponent");
    int32_t shift = 0;
    if ((*exponent && (!ecg_integer(exponent, &shift) || shift < -9 || shift > 9)) ||
        !ecg_number_shifted(xml_text(waveform, "SampleBase"), shift, &r->rate) || r->rate <= 0)
        return complain(r->why, ERROR_BAD_INPUT,
                        "The file does not say how many samples it has in a second: SampleBase "
                        "and SampleExponent are no rate.");
    return ERROR_OK;
}

/* HighPassFilter counts hundredths of a hertz (16 is 0.16 Hz), the others whole ones. A word, such
 * as NONE, stands as it is. */
static enum error read_filters(struct arena *a, const struct xml_node *waveform, struct ecg *e)
{
    static const struct {
        const char *element, *kind;
        int shift;
    } filters[] = {
        { "HighPassFilter", "high pass", -2 },
        { "LowPassFilter", "low pass", 0 },
        { "ACFilter", "notch", 0 },
    };
    enum error error = ERROR_OK;
    for (size_t i = 0; i < sizeof filters / sizeof *filters && error == ERROR_OK; i++) {
        const char *value = xml_text(waveform, filters[i].element);
        double hertz;
        if (*value && ecg_number_shifted(value, filters[i].shift, &hertz))
            error = ecg_told_filter(a, e, "%s %.6g Hz", filters[i].kind, hertz);
        else if (*value)
            error = ecg_told_filter(a, e, "%s %.40s", filters[i].kind, value);
    }
    return error;
}

static enum error read_leads(struct lead_reader *r, const struct xml_node *waveform, struct ecg *e)
{
    const struct xml_node *node = xml_find(waveform, "LeadData");
    enum error error = ERROR_OK;
    size_t count = 0;

    e->leads = arena_take(r->arena, LIMIT_ECG_LEADS * sizeof *e->leads);
    if (!e->leads)
        return complain(r->why, ERROR_NO_MEMORY, "The file needs more memory than it may have.");
    for (; node && error == ERROR_OK; node = xml_next(node), count++)
        error = read_lead(r, node, e);
    if (error != ERROR_OK)
        return error;
    if (count == 0 || !agrees(waveform, "NumberofLeads", count))
        return complain(r->why, ERROR_BAD_INPUT,
                        "The file is damaged: it has %zu leads where it says %.20s.", count,
                        xml_text(waveform, "NumberofLeads"));
    return ERROR_OK;
}

enum error muse_read_waveform(struct arena *a, const struct xml_node *root, struct ecg *e,
                              struct complaint *why)
{
    size_t rhythms = 0;
    const struct xml_node *waveform = find_rhythm(root, &rhythms);
    struct lead_reader r = { .arena = a, .why = why };
    enum error error;

    if (!waveform)
        return complain(why, ERROR_BAD_INPUT,
                        "The file holds no recording: it has no Waveform of the type Rhythm.");
    error = read_rate(&r, waveform);
    if (error == ERROR_OK)
        error = read_leads(&r, waveform, e);
    if (error != ERROR_OK)
        return error;
    error = read_filters(a, waveform, e);
    if (error == ERROR_OK && rhythms > 1)
        error =
            ecg_note(a, e, "The file holds %zu recordings; this is the first of them.", rhythms);
    return error == ERROR_OK ? error
                             : complain(why, error, "The file needs more memory than it may have.");
}
