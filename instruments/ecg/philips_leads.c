/* Philips Sierra XML: the waveform, plain or compressed, as leads; the filters that went over it.
 */
#include "core/base/limits.h"
#include "instruments/ecg/base64.h"
#include "instruments/ecg/ecg_told.h"
#include "instruments/ecg/philips.h"
#include "instruments/ecg/xli.h"

#include <math.h>
#include <stdio.h>

#define SIGNAL "dataacquisition/signalcharacteristics"
#define DAMAGED "The waveform is damaged: "

enum { BITS = 16, NAME_MAX_LENGTH = 32 };

/* What the file says of its waveform. */
struct signal {
    struct arena *a;
    const struct xml_node *wave; /* parsedwaveforms */
    const struct xml_node *cart; /* signalcharacteristics */
    double rate, unit, offset;   /* per second, uV, in units */
    size_t count;                /* samples of each lead */
    const char *labels[LIMIT_ECG_LEADS];
    size_t leads;
    int32_t *samples[LIMIT_ECG_LEADS];
    size_t nameless; /* channels in the data that no label belongs to */
};

/* 1.04 says it with the waveform, 1.03 where it speaks of the acquisition. */
static const char *said(const struct signal *s, const char *attribute, const char *element)
{
    const char *value = xml_value(s->wave, "", attribute);
    return *value ? value : xml_text(s->cart, element);
}

static bool is(const struct signal *s, const char *attribute, const char *value)
{
    return strcmp(xml_value(s->wave, "", attribute), value) == 0;
}

static bool positive(const char *text, double *out)
{
    return ecg_number(text, out) && *out > 0;
}

/* ---- what it is ---- */

static enum error find_wave(const struct xml_node *root, struct signal *s, struct complaint *why)
{
    s->wave = xml_find(root, "waveforms/parsedwaveforms");
    s->cart = xml_find(root, SIGNAL);
    if (s->wave)
        return ERROR_OK;
    if (xml_find(root, "waveforms/unparsedwaveforms"))
        return complain(why, ERROR_UNSUPPORTED,
                        "The file holds no waveform: it points to another file that holds it. "
                        "Export the EKG as one file, or as PDF.");
    if (xml_find(root, "waveforms/leadwaveforms"))
        return complain(why, ERROR_UNSUPPORTED,
                        "The file holds its leads one by one (leadwaveforms), which is not read. "
                        "Export the EKG as PDF instead.");
    return complain(why, ERROR_BAD_INPUT, "The file holds no waveform.");
}

static enum error read_scale(struct signal *s, bool first_version, struct complaint *why)
{
    const char *unit = said(s, "resolution", "resolution");
    const char *offset = xml_value(s->wave, "", "signaloffset");

    if (!*unit)
        unit = xml_text(s->cart, "signalresolution");
    if (first_version && !*offset)
        offset = xml_text(s->cart, "signaloffset");
    if (!positive(unit, &s->unit))
        return complain(why, ERROR_BAD_INPUT, "The file does not say the scale of its waveform.");
    s->offset = 0;
    if (*offset && !ecg_number(offset, &s->offset))
        return complain(why, ERROR_BAD_INPUT,
                        "The file says an offset of its waveform that is no number.");
    return ERROR_OK;
}

/* The number of samples that the duration and the rate make together. */
static enum error read_length(struct signal *s, struct complaint *why)
{
    double ms = 0, count;

    if (!positive(said(s, "samplespersecond", "samplingrate"), &s->rate))
        return complain(why, ERROR_BAD_INPUT,
                        "The file does not say the sampling rate of its waveform.");
    if (!positive(xml_value(s->wave, "", "durationperchannel"), &ms))
        return complain(why, ERROR_BAD_INPUT, "The file does not say how long its waveform is.");
    count = round(ms * s->rate / 1000);
    if (!(count <= LIMIT_ECG_SAMPLES))
        return complain(why, ERROR_TOO_BIG, "The file says more than %d samples in a lead.",
                        LIMIT_ECG_SAMPLES);
    if (count < 2)
        return complain(why, ERROR_BAD_INPUT, "The file says that its waveform has no length.");
    s->count = (size_t)count;
    return ERROR_OK;
}

static enum error add_label(struct signal *s, const char *at, size_t len, struct complaint *why)
{
    const char *label;

    if (s->leads == LIMIT_ECG_LEADS || len > NAME_MAX_LENGTH)
        return complain(why, ERROR_TOO_BIG, "The file names more leads than an EKG has.");
    label = arena_text(s->a, span_of(at, len));
    if (!label)
        return complain(why, ERROR_NO_MEMORY, "The file needs more memory than it may have.");
    s->labels[s->leads++] = label;
    return ERROR_OK;
}

/* 1.04: the file names its leads. It may name more than it has samples of, never fewer. */
static enum error read_labels(struct signal *s, const char *labels, struct complaint *why)
{
    const char *number = xml_value(s->wave, "", "numberofleads");
    int32_t leads = 0;

    while (*(labels += strspn(labels, " "))) {
        size_t len = strcspn(labels, " ");
        enum error e = add_label(s, labels, len, why);
        if (e != ERROR_OK)
            return e;
        labels += len;
    }
    if (!ecg_integer(number, &leads) || leads < 1)
        return complain(why, ERROR_BAD_INPUT, "The file does not say how many leads it has.");
    if ((size_t)leads > s->leads)
        return complain(why, ERROR_BAD_INPUT, "The file says %d leads and names %zu.", (int)leads,
                        s->leads);
    s->leads = (size_t)leads;
    return ERROR_OK;
}

/* 1.03: a set of leads has its names by definition. */
static enum error name_by_set(struct signal *s, struct complaint *why)
{
    const char *set = xml_text(s->cart, "leadset"), *wires = xml_text(s->cart, "acquisitiontype");

    if (!*set)
        set = wires;
    if (strcmp(set, "STD-12") != 0 && strcmp(wires, "STD-12") != 0 && strcmp(wires, "10-WIRE") != 0)
        return complain(why, ERROR_UNSUPPORTED,
                        "The file does not name its leads, and they are of the set \"%.40s\", "
                        "which is not known. Export the EKG as PDF instead.",
                        set);
    for (unsigned i = 0; i < ECG_LEAD_STANDARD; i++)
        s->labels[i] = ecg_lead_text((enum ecg_lead_id)i);
    s->leads = ECG_LEAD_STANDARD;
    return ERROR_OK;
}

static enum error read_names(struct signal *s, struct complaint *why)
{
    const char *labels = xml_value(s->wave, "", "leadlabels");
    enum error e = *labels ? read_labels(s, labels, why) : name_by_set(s, why);

    if (e == ERROR_OK && s->leads * s->count * sizeof(int16_t) > LIMIT_ECG_PACKED)
        return complain(why, ERROR_TOO_BIG, "The file says more samples than are taken.");
    return e;
}

/* ---- its samples ---- */

static enum error no_memory(struct complaint *why)
{
    return complain(why, ERROR_NO_MEMORY, "The file needs more memory than it may have.");
}

/* All leads behind one another, each of the length that the file says. */
static enum error split(struct signal *s, int32_t *all, size_t count, struct complaint *why)
{
    size_t channels = count / s->count;

    if (count % s->count || channels < s->leads || channels > LIMIT_ECG_LEADS)
        return complain(why, ERROR_BAD_INPUT,
                        DAMAGED "the file says %zu leads of %zu samples and holds %zu samples.",
                        s->leads, s->count, count);
    for (size_t i = 0; i < s->leads; i++)
        s->samples[i] = all + i * s->count;
    s->nameless = channels - s->leads;
    return ERROR_OK;
}

static enum error read_text(struct signal *s, struct complaint *why)
{
    int32_t *all = NULL;
    size_t count = 0;
    enum error e = ecg_integers(s->a, s->wave->text, &all, &count, why);

    return e == ERROR_OK ? split(s, all, count, why) : e;
}

static enum error read_words(struct signal *s, struct span bytes, struct complaint *why)
{
    int32_t *all = NULL;
    size_t count = 0;
    enum error e;

    if (strcmp(said(s, "signalsigned", "signalsigned"), "False") == 0)
        return complain(why, ERROR_UNSUPPORTED,
                        "The file's samples have no sign, which is not read. Export the EKG as PDF "
                        "instead.");
    if (bytes.len % 2)
        return complain(why, ERROR_BAD_INPUT, DAMAGED "it ends within a sample.");
    e = ecg_told_samples(s->a, bytes, &all, &count);
    if (e != ERROR_OK)
        return complain(why, e, "The file holds more samples than are taken.");
    return split(s, all, count, why);
}

/* What is left of III to aVF stands in the place of the third to the sixth lead. */
static enum error check_order(const struct signal *s, struct complaint *why)
{
    for (size_t i = 0; i < s->leads && i < XLI_LIMB_LEADS; i++)
        if (ecg_lead_parse(s->labels[i]) != (enum ecg_lead_id)i)
            return complain(why, ERROR_UNSUPPORTED,
                            "The waveform is compressed, and its leads do not begin with I, II, "
                            "III, aVR, aVL, aVF: this form is not known. Export the EKG as PDF "
                            "instead.");
    if (s->offset != 0)
        return complain(why, ERROR_UNSUPPORTED,
                        "The waveform is compressed and has an offset: this form is not known. "
                        "Export the EKG as PDF instead.");
    return ERROR_OK;
}

static enum error expand_lead(struct signal *s, size_t i, struct span *rest, uint8_t *room,
                              struct complaint *why)
{
    struct xli_chunk chunk;
    size_t len = 0;
    enum error e = xli_next(rest, &chunk, why);

    if (e == ERROR_OK)
        e = xli_expand(chunk.codes, room, 2 * s->count, &len, why);
    if (e != ERROR_OK)
        return e;
    if (len != 2 * s->count)
        return complain(why, ERROR_BAD_INPUT,
                        DAMAGED "the file says %zu samples, and lead %s has %zu.", s->count,
                        s->labels[i], len / 2);
    s->samples[i] = arena_take(s->a, s->count * sizeof *s->samples[i]);
    if (!s->samples[i])
        return no_memory(why);
    xli_samples(span_of(room, len), chunk.first, s->samples[i]);
    return ERROR_OK;
}

/* Carts may write chunks for all channels that they have, connected or not. */
static enum error skip_channels(struct signal *s, struct span rest, struct complaint *why)
{
    struct xli_chunk chunk;
    enum error e = ERROR_OK;

    for (; e == ERROR_OK && rest.len; s->nameless++)
        e = xli_next(&rest, &chunk, why);
    return e;
}

static enum error read_xli(struct signal *s, struct span bytes, struct complaint *why)
{
    uint8_t *room = arena_take(s->a, 2 * s->count);
    enum error e = check_order(s, why);

    if (e == ERROR_OK && !room)
        e = no_memory(why);
    for (size_t i = 0; e == ERROR_OK && i < s->leads; i++)
        e = expand_lead(s, i, &bytes, room, why);
    if (e == ERROR_OK)
        e = skip_channels(s, bytes, why);
    if (e == ERROR_OK)
        xli_restore(s->samples, s->leads < XLI_LIMB_LEADS ? s->leads : XLI_LIMB_LEADS, s->count);
    return e;
}

/* The name of the compression, "" for none: 1.04 `compression`, 1.03 a flag and the method. */
static const char *compression(const struct signal *s)
{
    const char *method = xml_value(s->wave, "", "compression");

    if (is(s, "compressflag", "False"))
        return "";
    if (!*method)
        method = xml_value(s->wave, "", "compressmethod");
    return strcmp(method, "None") == 0 || strcmp(method, "Uncompressed") == 0 ? "" : method;
}

static enum error check_word(const struct signal *s, struct complaint *why)
{
    const char *bits = xml_value(s->wave, "", "bitspersample");
    int32_t size = BITS;

    if (!*bits)
        bits = xml_value(s->wave, "", "nbitspersample");
    if (*bits && (!ecg_integer(bits, &size) || size != BITS))
        return complain(why, ERROR_UNSUPPORTED,
                        "The file's samples have \"%.20s\" bits; 16 are read. Export the EKG as "
                        "PDF instead.",
                        bits);
    return ERROR_OK;
}

static enum error read_bytes(struct signal *s, const char *method, struct complaint *why)
{
    struct span bytes;
    enum error e = check_word(s, why);

    if (e != ERROR_OK)
        return e;
    e = base64_decode(s->a, s->wave->text, &bytes);
    if (e != ERROR_OK)
        return complain(why, e, DAMAGED "its text is no whole Base64.");
    if (!*method)
        return read_words(s, bytes, why);
    if (strcmp(method, "XLI") == 0)
        return read_xli(s, bytes, why);
    return complain(why, ERROR_UNSUPPORTED,
                    "The waveform is compressed by \"%.40s\", which is not read. Export the EKG as "
                    "PDF instead.",
                    method);
}

static enum error read_samples(struct signal *s, struct complaint *why)
{
    const char *encoding = xml_value(s->wave, "", "dataencoding"), *method = compression(s);

    if (strcmp(encoding, "Base64") == 0)
        return read_bytes(s, method, why);
    if (strcmp(encoding, "Plain") == 0 && !*method)
        return read_text(s, why);
    return complain(why, ERROR_UNSUPPORTED,
                    "The waveform is written as \"%.40s\"%s, which is not read. Export the EKG as "
                    "PDF instead.",
                    encoding, *method ? " and compressed" : "");
}

/* ---- into the record ---- */

static enum error put_leads(struct signal *s, struct ecg *e, struct complaint *why)
{
    e->leads = arena_take(s->a, s->leads * sizeof *e->leads);
    if (!e->leads)
        return no_memory(why);
    for (size_t i = 0; i < s->leads; i++) {
        if (strcmp(s->labels[i], "?") == 0) {
            s->nameless++;
            continue;
        }
        e->leads[e->lead_count++] = (struct ecg_lead) { .id = ecg_lead_parse(s->labels[i]),
                                                        .name = s->labels[i],
                                                        .recorded = true,
                                                        .rate = s->rate,
                                                        .microvolts_per_unit = s->unit,
                                                        .microvolts_offset = -s->offset * s->unit,
                                                        .samples = s->samples[i],
                                                        .count = s->count };
    }
    return ERROR_OK;
}

/* How many samples at the end are the same in all leads: no heart, but the cart's own pulse. */
static size_t common_tail(const struct signal *s)
{
    for (size_t at = s->count; at-- > 0;)
        for (size_t i = 1; i < s->leads; i++)
            if (s->samples[i][at] != s->samples[0][at])
                return s->count - at - 1;
    return s->count;
}

static enum error note_pulse(const struct signal *s, struct ecg *e)
{
    size_t tail = s->leads < XLI_LIMB_LEADS ? 0 : common_tail(s);
    bool flat = true;

    for (size_t at = s->count - tail; at + 1 < s->count; at++)
        flat = flat && s->samples[0][at] == s->samples[0][at + 1];
    if (flat)
        return ERROR_OK;
    return ecg_note(s->a, e,
                    "From %.3f s on, all leads hold the cart's calibration pulse instead of a "
                    "signal.",
                    (double)(s->count - tail) / s->rate);
}

static enum error note_channels(const struct signal *s, struct ecg *e)
{
    const char *modifier = xml_value(s->wave, "", "modifiedby");
    const char *electrodes = xml_text(s->cart, "electrodeplacement");
    const char *derived = xml_text(s->cart, "derivedleads");
    enum error error = ERROR_OK;

    if (s->nameless)
        error = ecg_note(s->a, e, "The file holds %zu more channels that it does not name.",
                         s->nameless);
    if (error == ERROR_OK && is(s, "waveformmodified", "True"))
        error = ecg_note(s->a, e, "The waveform was changed after it was recorded%s%.80s.",
                         *modifier ? ", by " : "", modifier);
    if (error == ERROR_OK && *derived)
        error = ecg_note(s->a, e, "The cart did not record these leads but derived them: %.200s.",
                         derived);
    if (error == ERROR_OK && *electrodes && strcmp(electrodes, "STD") != 0 &&
        strcmp(electrodes, "Unknown") != 0)
        error = ecg_note(s->a, e, "The cart says of the electrodes' places: %.80s.", electrodes);
    return error == ERROR_OK ? note_pulse(s, e) : error;
}

/* ---- filters ---- */

/* What the waveform went through, then what the cart used for its own report. */
static enum error read_filters(const struct signal *s, const struct xml_node *root, struct ecg *e)
{
    const struct xml_node *report = xml_find(root, "reportinfo/reportbandwidth");
    const char *low = said(s, "hipass", "hipass"), *high = said(s, "lowpass", "lowpass");
    const char *band = xml_text(s->cart, "signalbandwidth");
    const char *notch = said(s, "notchfilterfreqs", "notchfilterfreqs");
    const char *drawn = xml_text(report, "notchfiltersetting");
    enum error error = ERROR_OK;

    if (*low && *high)
        error = ecg_told_filter(s->a, e, "%.20s-%.20s Hz", low, high);
    else if (*band)
        error = ecg_told_filter(s->a, e, "%.40s Hz", band);
    if (error == ERROR_OK && strcmp(said(s, "notchfiltered", "notchfiltered"), "True") == 0)
        error = ecg_told_filter(s->a, e, "%.40s%snotch", notch, *notch ? " Hz " : "");
    if (error == ERROR_OK && strcmp(said(s, "artfiltered", "artfiltered"), "True") == 0)
        error = ecg_told_filter(s->a, e, "artifact filter");
    low = xml_text(report, "highpassfiltersetting");
    high = xml_text(report, "lowpassfiltersetting");
    if (error == ERROR_OK && *low && *high)
        error = ecg_told_filter(s->a, e, "cart's report: %.20s-%.20s Hz", low, high);
    if (error == ERROR_OK && *drawn && strcmp(drawn, "None") != 0 && strcmp(drawn, "Unknown") != 0)
        error = ecg_told_filter(s->a, e, "cart's report: %.20s Hz notch", drawn);
    return error;
}

enum error philips_read_leads(struct arena *a, const struct xml_node *root, bool first_version,
                              struct ecg *e, struct complaint *why)
{
    struct signal s = { .a = a };
    enum error error = find_wave(root, &s, why);

    if (error == ERROR_OK)
        error = read_scale(&s, first_version, why);
    if (error == ERROR_OK)
        error = read_length(&s, why);
    if (error == ERROR_OK)
        error = read_names(&s, why);
    if (error == ERROR_OK)
        error = read_samples(&s, why);
    if (error == ERROR_OK)
        error = put_leads(&s, e, why);
    if (error != ERROR_OK)
        return error;
    error = note_channels(&s, e);
    if (error == ERROR_OK)
        error = read_filters(&s, root, e);
    return error == ERROR_OK ? error : no_memory(why);
}
