/* A DICOM file: preamble, file meta information, transfer syntax (PS3.10 section 7), and which kind
 * of object it holds. */
#include "core/base/limits.h"
#include "instruments/ecg/dicom.h"
#include "instruments/ecg/ecg_bytes.h"
#include "instruments/ecg/ecg_text.h"

#include <zlib.h>

enum {
    META = DICOM_PREAMBLE + 4,
    GROUP_LENGTH = 12,         /* of the element that says how long the group is */
    RATIO = 256,               /* what deflated waveforms grow by, at most ... */
    ALWAYS_TAKEN = 1024 * 1024 /* ... beyond what is small anyway */
};

struct uid {
    const char *uid, *name;
};

static const char explicit_little[] = "1.2.840.10008.1.2.1",
                  implicit_little[] = "1.2.840.10008.1.2",
                  deflated_little[] = "1.2.840.10008.1.2.1.99";

/* Transfer syntaxes that are not read; the first that begins so. */
static const struct uid syntaxes[] = {
    { "1.2.840.10008.1.2.2", "big endian" },
    { "1.2.840.10008.1.2.4.", "a compression of pictures" },
    { "1.2.840.10008.1.2.5", "a compression of pictures (RLE)" },
    { "1.2.840.10008.1.20", "Papyrus 3 implicit little endian" },
};

/* SOP classes (PS3.4 table B.5-1): those that are read, and those that are met beside them. */
static const struct uid waveforms[] = {
    { "1.2.840.10008.5.1.4.1.1.9.1.1", "12-lead ECG" },
    { "1.2.840.10008.5.1.4.1.1.9.1.2", "General ECG" },
    { "1.2.840.10008.5.1.4.1.1.9.1.3", "Ambulatory ECG" },
    { "1.2.840.10008.5.1.4.1.1.9.1.4", "General 32-bit ECG" },
};

static const struct uid others[] = {
    { "1.2.840.10008.1.3.10", "the directory of a DICOM medium" },
    { "1.2.840.10008.5.1.4.1.1.104.1", "a PDF within DICOM: have the cart export the PDF itself" },
    { "1.2.840.10008.5.1.4.1.1.104.2", "a clinical document within DICOM" },
    { "1.2.840.10008.5.1.4.1.1.9.2.1", "a hemodynamic waveform" },
    { "1.2.840.10008.5.1.4.1.1.9.3.1", "a waveform of cardiac electrophysiology" },
    { "1.2.840.10008.5.1.4.1.1.9.4.", "a recording of sound" },
    { "1.2.840.10008.5.1.4.1.1.9.", "another waveform than an EKG" },
    { "1.2.840.10008.5.1.4.1.1.88.", "a structured report" },
    { "1.2.840.10008.5.1.4.1.1.", "a picture or another object" },
};

static bool begins(const char *uid, const char *with)
{
    return strncmp(uid, with, strlen(with)) == 0;
}

static enum error refuse_syntax(const char *uid, struct complaint *why)
{
    for (size_t i = 0; i < sizeof syntaxes / sizeof syntaxes[0]; i++)
        if (begins(uid, syntaxes[i].uid))
            return complain(why, ERROR_UNSUPPORTED,
                            "The DICOM file is written in a way that is not read here (%s, %s): "
                            "have it exported as explicit little endian.",
                            syntaxes[i].name, uid);
    return complain(why, ERROR_UNSUPPORTED,
                    "The DICOM file is written in a way that is not known here (\"%.64s\"): have "
                    "it exported as explicit little endian.",
                    uid);
}

/* ---- file meta information, always explicit little endian ---- */

/* Where group 2 ends, by its first element. */
static enum error meta_of(struct span file, struct span *out, struct complaint *why)
{
    static const uint8_t opening[] = { 2, 0, 0, 0, 'U', 'L', 4, 0 };
    const uint8_t *at = file.at + META;
    size_t left = file.len - META, length;

    if (left < GROUP_LENGTH || memcmp(at, opening, sizeof opening) != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The DICOM file is damaged: the part that says how it is written does not "
                        "begin as it must. Export it again.");
    length = ecg_little32(at + sizeof opening);
    if (length > left - GROUP_LENGTH)
        return complain(why, ERROR_BAD_INPUT,
                        "The DICOM file is cut off in the part that says how it is written. Export "
                        "it again.");
    *out = span_of(at + GROUP_LENGTH, length);
    return ERROR_OK;
}

static enum error uid_of(struct arena *a, const struct dicom_node *list, uint32_t tag,
                         const char **out)
{
    return ecg_text_take(a, dicom_value(list, tag), out);
}

/* ---- deflated (PS3.5 annex A.5: RFC 1951 without a wrapping) ---- */

static voidpf take(voidpf arena, uInt items, uInt size)
{
    return arena_take(arena, (size_t)items * size);
}

static void give_back(voidpf arena, voidpf at)
{
    (void)arena;
    (void)at; /* the arena gives back everything at once */
}

/* How many bytes come out; to `out` when it is not NULL. */
static enum error inflate_all(struct arena *a, struct span in, size_t most, uint8_t *out,
                              size_t *count)
{
    uint8_t scratch[16384] = { 0 };
    z_stream z = { .zalloc = take, .zfree = give_back, .opaque = a };
    int status = inflateInit2(&z, -MAX_WBITS);

    if (status != Z_OK)
        return ERROR_NO_MEMORY;
    z.next_in = (z_const Bytef *)in.at;
    z.avail_in = (uInt)in.len;
    while (status == Z_OK && z.total_out <= most) {
        z.next_out = out ? out + z.total_out : scratch;
        z.avail_out = out ? (uInt)(most - z.total_out) : (uInt)sizeof scratch;
        status = inflate(&z, Z_NO_FLUSH);
    }
    *count = z.total_out;
    (void)inflateEnd(&z);
    if (z.total_out > most)
        return ERROR_TOO_BIG;
    return status == Z_STREAM_END ? ERROR_OK : ERROR_BAD_INPUT;
}

/* Twice: to know the size, and to keep it. */
static enum error unpack(struct arena *a, struct span in, struct span *out, struct complaint *why)
{
    size_t most = in.len > LIMIT_ECG_FILE / RATIO ? LIMIT_ECG_FILE : in.len * RATIO, count = 0;
    uint8_t *bytes;
    enum error e;

    if (most < ALWAYS_TAKEN)
        most = ALWAYS_TAKEN;
    e = inflate_all(a, in, most, NULL, &count);
    if (e == ERROR_TOO_BIG)
        return complain(why, e, "The DICOM file is deflated and grows beyond what an EKG has.");
    if (e == ERROR_BAD_INPUT)
        return complain(why, e,
                        "The DICOM file is damaged: what is deflated in it does not end. Export it "
                        "again.");
    bytes = e == ERROR_OK ? arena_take(a, count + 1) : NULL;
    if (!bytes)
        return ERROR_NO_MEMORY;
    e = inflate_all(a, in, count + 1, bytes, &count); /* room is left, so that the end is seen */
    if (e == ERROR_OK)
        *out = span_of(bytes, count);
    return e;
}

/* ---- the data set ---- */

static enum error read_set(struct arena *a, const char *syntax, struct span rest,
                           struct dicom_node **out, struct complaint *why)
{
    enum error e = ERROR_OK;

    if (strcmp(syntax, implicit_little) == 0)
        return dicom_tree_read(a, rest, DICOM_IMPLICIT, out, why);
    if (strcmp(syntax, deflated_little) == 0)
        e = unpack(a, rest, &rest, why);
    else if (strcmp(syntax, explicit_little) != 0)
        return refuse_syntax(syntax, why);
    return e == ERROR_OK ? dicom_tree_read(a, rest, DICOM_EXPLICIT, out, why) : e;
}

static enum error check_class(const char *meta, const char *set, struct complaint *why)
{
    const char *uid = *set ? set : meta;

    if (*meta && *set && strcmp(meta, set) != 0)
        return complain(why, ERROR_BAD_INPUT,
                        "The DICOM file is damaged: it says of two kinds of object that it is one "
                        "(%.64s, %.64s). Export it again.",
                        meta, set);
    for (size_t i = 0; i < sizeof waveforms / sizeof waveforms[0]; i++)
        if (strcmp(uid, waveforms[i].uid) == 0)
            return ERROR_OK;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (begins(uid, others[i].uid))
            return complain(why, ERROR_UNSUPPORTED, "This DICOM file is no EKG but %s (%.64s).",
                            others[i].name, uid);
    return complain(why, ERROR_UNSUPPORTED, "This DICOM file holds no EKG (\"%.64s\").", uid);
}

enum error dicom_file_read(struct arena *a, struct span file, struct dicom_node **out,
                           struct complaint *why)
{
    const char *syntax = "", *in_meta = "", *in_set = "";
    struct dicom_node *meta = NULL, *set = NULL;
    struct span group = { NULL, 0 };
    enum error e = meta_of(file, &group, why);

    if (e == ERROR_OK)
        e = dicom_tree_read(a, group, DICOM_EXPLICIT, &meta, why);
    if (e == ERROR_OK)
        e = uid_of(a, meta, DICOM_TAG(0x0002, 0x0010), &syntax);
    if (e == ERROR_OK)
        e = uid_of(a, meta, DICOM_TAG(0x0002, 0x0002), &in_meta);
    if (e == ERROR_OK)
        e = read_set(
            a, syntax,
            span_of(group.at + group.len, (size_t)(file.at + file.len - group.at) - group.len),
            &set, why);
    if (e == ERROR_OK)
        e = uid_of(a, set, DICOM_TAG(0x0008, 0x0016), &in_set);
    if (e == ERROR_OK)
        e = check_class(in_meta, in_set, why);
    if (e == ERROR_OK)
        *out = set;
    return e;
}
