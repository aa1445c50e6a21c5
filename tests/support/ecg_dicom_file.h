/*
 * Writes synthetic DICOM waveform files out of a record: nothing in them was ever recorded.
 *
 * A file says what the record says; a lead that was not recorded is left out. A form that is all
 * zero gives the usual file: explicit little endian, one group of 16-bit samples, lengths written.
 */
#ifndef PHIAL_TESTS_SUPPORT_ECG_DICOM_FILE_H
#define PHIAL_TESTS_SUPPORT_ECG_DICOM_FILE_H

#include "core/model/ecg.h"

enum ecg_dicom_syntax { ECG_DICOM_EXPLICIT, ECG_DICOM_IMPLICIT, ECG_DICOM_DEFLATED };

enum ecg_dicom_codes {
    ECG_DICOM_SCPECG,       /* 5.6.3-9-1, "Lead I" */
    ECG_DICOM_MDC,          /* 2:1, "Lead I" */
    ECG_DICOM_NAMES,        /* a code of the maker's own, "I" */
    ECG_DICOM_CONTRADICTING /* the code of the first channel says V1 */
};

struct ecg_dicom_form {
    enum ecg_dicom_syntax syntax;
    const char *syntax_uid; /* instead of that of `syntax`; NULL: that */
    const char *class_uid;  /* NULL: 12-lead ECG */
    const char *letters;    /* Specific Character Set; NULL: none */
    enum ecg_dicom_codes codes;
    bool nameless;     /* the leads have names that say nothing: only the codes do */
    bool explained;    /* behind each name something stands in parentheses */
    bool undefined;    /* lengths of sequences and items */
    bool nul_padded;   /* codes and texts */
    bool millivolts;   /* as unit, with a correction factor of 0.5 and twice the sensitivity */
    bool unsigned_;    /* samples, around a baseline */
    bool strips;       /* 3 x 4: four groups of three leads, each a quarter long and later */
    bool rhythm;       /* ... and a fifth with all of II */
    bool medians;      /* groups of averaged beats before and behind, with other numbers */
    bool padding;      /* gaps are written as 0x8000, and that is said; else there must be none */
    bool padding_zero; /* a padding value of 0 is said, although 0 is a sample */
    bool apart;        /* acquisition date and time in two elements, content date besides */
    bool unconfirmed;  /* annotations of single channels and places besides, with other numbers */
    unsigned bits;     /* 0: 16; or 8 */
    unsigned stored;   /* 0: as bits; 12: without the sign in the bits above */
};

enum error ecg_dicom_write(const struct ecg *e, const struct ecg_dicom_form *form,
                           struct buffer *out);

/* The smallest PDF that shows a text: one page. With `encrypted` its trailer says that it is. */
enum error ecg_pdf_write(const char *text, bool encrypted, struct buffer *out);

/* A case file of a Contec ECG90A: II, III, V1 to V6 of the record, which should be at 800 a second;
 * what was not recorded is "not connected". */
enum error ecg_contec_write(const struct ecg *e, const char *case_name, struct buffer *out);

#endif
