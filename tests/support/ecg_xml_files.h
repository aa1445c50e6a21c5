/*
 * Writes synthetic files of carts that write XML: HL7 annotated ECG and GE MUSE XML, out of any
 * record (such as ecg_tracing_make's). Nothing in them was ever recorded by such a cart.
 *
 * A file says what the record says: a text that is "" and a lead that was not recorded are left
 * out. A form that is all zero gives the usual file.
 */
#ifndef PHIAL_TESTS_SUPPORT_ECG_XML_FILES_H
#define PHIAL_TESTS_SUPPORT_ECG_XML_FILES_H

#include "core/model/ecg.h"

struct ecg_aecg_form {
    const char *declaration; /* NULL: that of UTF-8; "": none */
    const char *before;      /* what stands before the root: comments, a DOCTYPE; NULL: nothing */
    const char *prefix;      /* of every element, such as "hl7:"; NULL: none */
    const char *time_unit;   /* NULL: "s"; else "ms" or "us" */
    const char *voltage;     /* NULL: "uV"; else "mV" or "nV" */
    bool relative;           /* TIME_RELATIVE instead of TIME_ABSOLUTE */
    bool in_beats;           /* the measurements stand in the annotation of a beat */
    bool distracting;        /* a representative beat, a derived series, a person's and a lead's
                                annotations        beside, all with other numbers */
};

enum error ecg_aecg_write(const struct ecg *e, const struct ecg_aecg_form *form,
                          struct buffer *out);

struct ecg_muse_form {
    const char *declaration; /* NULL: that of ISO-8859-1; "": none */
    const char *before;      /* NULL: the DOCTYPE that MUSE writes */
    bool twelve;             /* all leads; else those eight that MUSE stores */
    bool unchecked;          /* without counts and checksums */
    bool in_pieces;          /* each statement in two pieces, the second of which ends the line */
    bool original_only;      /* statements and measurements only as the cart's first ones */
    bool distracting;        /* a representative beat before the recording, with other numbers */
};

enum error ecg_muse_write(const struct ecg *e, const struct ecg_muse_form *form,
                          struct buffer *out);

/* ---- what writers of XML files need ---- */

/* Where a file is written to; the first error stays, and nothing is written behind it. */
struct ecg_xml_out {
    struct buffer *out;
    enum error error;
};

void ecg_xml_put(struct ecg_xml_out *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* With the characters replaced that XML needs for itself. */
void ecg_xml_put_escaped(struct ecg_xml_out *x, const char *text);

/* Base64 in lines of `width` characters (0: in one), each behind a line end. */
enum error ecg_base64_write(struct span bytes, size_t width, struct buffer *out);
/* Text with the characters replaced that XML needs for itself. */
enum error ecg_xml_escape(const char *text, struct buffer *out);

#endif
