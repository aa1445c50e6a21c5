/*
 * The one record of an EKG, whatever file it came in: what the cart recorded, measured and said,
 * and as whose, exactly as far as the file tells (DESIGN 6).
 *
 * A reader makes it out of a file (instruments/ecg); core compares it with the order and keeps it;
 * labels/draw draws it; `phial decode` prints it. Nothing in it is computed from the waveform
 * (DESIGN 3.7). The one arithmetic is ecg_complete: four limb leads that a file leaves out because
 * they are sums of two others by definition, marked as derived.
 *
 * All text is terminated, valid UTF-8 and never NULL: what is not known is "". Everything lives in
 * the arena that it was decoded into.
 */
#ifndef PHIAL_CORE_MODEL_ECG_H
#define PHIAL_CORE_MODEL_ECG_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/model/record.h"

/* The format's name in C, its id, its text for people, whether its facts are drafts (README). */
#define ECG_FORMAT_TABLE(X)                                                                        \
    X(PDF, "pdf", "PDF", false)                                                                    \
    X(SCP, "scp-ecg", "SCP-ECG", false)                                                            \
    X(AECG, "hl7-aecg", "HL7 annotated ECG", false)                                                \
    X(MUSE, "muse-xml", "GE MUSE XML", false)                                                      \
    X(DICOM, "dicom", "DICOM waveform", false)                                                     \
    X(PHILIPS, "philips-xml", "Philips Sierra XML", false)                                         \
    X(MORTARA, "mortara-xml", "Mortara ELI XML", true)                                             \
    X(CONTEC_ECG90A, "contec-ecg90a", "Contec ECG90A case file", true)                             \
    X(CONTEC_LIVE, "contec-live", "Contec live recording", true)

#define ECG_FORMAT_ENUM(name, id, text, draft) ECG_FORMAT_##name,
enum ecg_format { ECG_FORMAT_TABLE(ECG_FORMAT_ENUM) ECG_FORMAT_COUNT };
#undef ECG_FORMAT_ENUM

const char *ecg_format_id(enum ecg_format format);
const char *ecg_format_text(enum ecg_format format);
bool ecg_format_draft(enum ecg_format format);
enum error ecg_format_parse(const char *id, enum ecg_format *out);

/* What a cart measures, its member of the JSON, its text and its unit for people. */
#define ECG_MEASUREMENT_TABLE(X)                                                                   \
    X(HEART_RATE, "heart_rate", "Rate", "/min")                                                    \
    X(PR, "pr", "PR", "ms")                                                                        \
    X(QRS, "qrs", "QRS", "ms")                                                                     \
    X(QT, "qt", "QT", "ms")                                                                        \
    X(QTC, "qtc", "QTc", "ms")                                                                     \
    X(P_AXIS, "p_axis", "P axis", "°")                                                             \
    X(QRS_AXIS, "qrs_axis", "QRS axis", "°")                                                       \
    X(T_AXIS, "t_axis", "T axis", "°")

#define ECG_MEASUREMENT_ENUM(name, id, text, unit) ECG_##name,
enum ecg_measurement { ECG_MEASUREMENT_TABLE(ECG_MEASUREMENT_ENUM) ECG_MEASUREMENT_COUNT };
#undef ECG_MEASUREMENT_ENUM

const char *ecg_measurement_id(enum ecg_measurement m);
const char *ecg_measurement_text(enum ecg_measurement m);
const char *ecg_measurement_unit(enum ecg_measurement m);

/* The twelve leads in the order of a record, then what else a file may hold, as its own name. */
#define ECG_LEAD_TABLE(X)                                                                          \
    X(I, "I")                                                                                      \
    X(II, "II")                                                                                    \
    X(III, "III")                                                                                  \
    X(AVR, "aVR")                                                                                  \
    X(AVL, "aVL")                                                                                  \
    X(AVF, "aVF")                                                                                  \
    X(V1, "V1")                                                                                    \
    X(V2, "V2")                                                                                    \
    X(V3, "V3")                                                                                    \
    X(V4, "V4")                                                                                    \
    X(V5, "V5")                                                                                    \
    X(V6, "V6")

#define ECG_LEAD_ENUM(name, text) ECG_LEAD_##name,
enum ecg_lead_id {
    ECG_LEAD_TABLE(ECG_LEAD_ENUM) ECG_LEAD_OTHER,
    ECG_LEAD_STANDARD = ECG_LEAD_OTHER
};
#undef ECG_LEAD_ENUM

/* "" for OTHER. */
const char *ecg_lead_text(enum ecg_lead_id id);
/* Whatever a format writes: "I", "Lead I", "LEAD_I", "MDC_ECG_LEAD_AVR", "avR"; OTHER when it is
 * none of the twelve ("-aVR" is none: it is another lead than aVR). */
enum ecg_lead_id ecg_lead_parse(const char *text);

/* A sample that was not recorded, within a lead that was. */
#define ECG_GAP INT32_MIN

struct ecg_lead {
    enum ecg_lead_id id;
    bool recorded;    /* false: the file has no sample of it; then `count` is 0 */
    bool derived;     /* by ecg_complete */
    const char *name; /* of the table, else as in the file */
    double rate;      /* samples a second, > 0 when recorded */
    double start;     /* seconds from the beginning of the recording */
    double microvolts_per_unit, microvolts_offset; /* uV = offset + unit * sample */
    int32_t *samples;
    size_t count;
};

struct ecg {
    enum ecg_format format;
    /* The name in parts, where the file has parts: `FAMILY^GIVEN^MIDDLE`; else as it stands. The
     * birth date as yyyy-mm-dd where it is a whole date, else as it stands; sex F, M, X or U (said
     * to be unknown), else as it stands. */
    const char *patient_id, *patient_name, *patient_birth_date, *patient_sex;
    const char *patient_age; /* as the cart used it, such as "67 a" or "67" */
    const char *recorded_at; /* `2006-06-20T11:23:52`, a zone only when sent */
    const char *maker, *model, *serial, *software;
    const char *operator_id;                         /* who ran it, as in the file */
    const char *measurements[ECG_MEASUREMENT_COUNT]; /* digits as sent; "" not measured */
    const char *qtc_formula;                         /* "Bazett", ... as far as the file says */
    struct text_list statements; /* the machine's own, word for word, in its order */
    const char *severity;        /* its overall word, such as ABNORMAL ECG */
    const char *confirmed_by;    /* whom the file names as having confirmed it */
    struct text_list filters;    /* "0.05-150 Hz", "60 Hz notch", as the file says */
    /* The twelve, in the table's order, then others: after ecg_complete. */
    struct ecg_lead *leads;
    size_t lead_count;
    struct text_list complaints; /* sentences about the file: what could not be read, what is odd */
};

/* Every text "", no leads. */
void ecg_init(struct ecg *e);
/* Appends to a list of at most LIMIT_LIST; ERROR_FULL beyond. `text` is borrowed: of the arena, or
 * static. */
enum error ecg_list_add(struct arena *a, struct text_list *list, const char *text);
/* Adds a sentence to the complaints, cut at LIMIT_TEXT; one more than the list holds is left out,
 * which is no error. */
enum error ecg_note(struct arena *a, struct ecg *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts the leads into the record's order, adds those of the twelve that the file does not hold as
 * not recorded, and, when the file is of the eight-lead form (I and II, all of V1 to V6, and none
 * of III, aVR, aVL, aVF), computes those four by their definition (III = II - I, aVR = -(I + II)/2,
 * aVL = I - II/2, aVF = II - I/2), in half units, so that nothing is rounded. `scp` and ECG90A
 * files that hold II and III instead of I and II are completed likewise. A lead whose twin differs
 * in rate, start, scale or count is left out, with a complaint. Two leads of one name:
 * ERROR_BAD_INPUT. A PDF keeps none. Refuses a recorded lead without samples, a valid rate, start
 * and scale, and more leads or samples than the limits. */
enum error ecg_complete(struct arena *a, struct ecg *e, struct complaint *why);

/* Facts of the data that say nothing about the patient, as complaints: a lead that is flat (one
 * value throughout) or saturated (stays at its largest or smallest value, `ECG_RAIL_UV` or more
 * from zero, for `ECG_RAIL_MS`), leads whose identities (I + III = II, aVR = -(I + II)/2 ...) do
 * not hold within `ECG_RESIDUAL_UV` (where all three hold one value it is a pulse of calibration),
 * a time of recording that is no time or lies after `now` (ms,
 * 0: not known). */
enum { ECG_RESIDUAL_UV = 20, ECG_RAIL_UV = 3000, ECG_RAIL_MS = 50 };
enum error ecg_check(struct arena *a, struct ecg *e, int64_t now);

/* The lead of the twelve, after ecg_complete. */
const struct ecg_lead *ecg_lead_find(const struct ecg *e, enum ecg_lead_id id);

/* ---- JSON (DESIGN 6) ---- */

/* One object on one line; with `samples` each lead carries "microvolts": an array of numbers, null
 * where there is a gap. Beside DESIGN's members: "operator", "severity", "confirmed_by",
 * "qtc_formula", "filters", "age" in the patient, and per lead "start", "derived" and
 * "microvolts_offset". */
enum error ecg_to_json(const struct ecg *e, bool samples, struct buffer *out);
/* The facts back, with leads that have no samples yet (`count` is as written, `samples` NULL). */
enum error ecg_from_json(struct arena *a, struct span json, struct ecg *out);

/* ---- a lead's samples as bytes: one byte, 2 or 4, then little-endian integers of that width; the
 * smallest one is the gap ---- */

enum error ecg_samples_pack(const struct ecg_lead *lead, struct buffer *out);
/* Fills in `samples` of a lead whose `count` is known. ERROR_BAD_INPUT when the count differs. */
enum error ecg_samples_unpack(struct arena *a, struct span bytes, struct ecg_lead *lead);

#endif
