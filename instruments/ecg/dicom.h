/*
 * The parts of the DICOM waveform reader (PS3.5 for the encoding, PS3.3 C.10.9 and A.34 for the
 * waveform, PS3.10 for the file; clause numbers are those of the standard). Only dicom*.c include
 * this; the outside uses ecg_dicom of ecg_reader.h.
 *
 * A file becomes a tree of elements, in which every length was checked against what it stands in;
 * then the tree is asked. What tells the same thing twice (the SOP class, the number of channels
 * and of samples, a lead's code and its name) must agree.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_DICOM_H
#define PHIAL_INSTRUMENTS_ECG_DICOM_H

#include "core/model/ecg.h"

enum { DICOM_PREAMBLE = 128, DICOM_DEPTH = 16, DICOM_ELEMENTS = 100000 };

#define DICOM_TAG(group, element) ((uint32_t)(group) << 16 | (element))

/* ---- elements: dicom_tree.c ---- */

/* An element of a data set, or an item of a sequence: then the children are the item's elements;
 * a sequence's children are its items. */
struct dicom_node {
    uint32_t tag;
    struct span value; /* empty for a sequence */
    struct dicom_node *next, *children;
};

enum dicom_encoding { DICOM_EXPLICIT, DICOM_IMPLICIT };

/* A whole data set. */
enum error dicom_tree_read(struct arena *a, struct span bytes, enum dicom_encoding encoding,
                           struct dicom_node **out, struct complaint *why);

/* An element of a list, or NULL. */
const struct dicom_node *dicom_find(const struct dicom_node *list, uint32_t tag);
/* The elements of a sequence's first item, or NULL. */
const struct dicom_node *dicom_item(const struct dicom_node *list, uint32_t sequence);
/* The value of an element; empty when there is none. */
struct span dicom_value(const struct dicom_node *list, uint32_t tag);
/* Unsigned little-endian numbers of 2 or 4 bytes; false when there is none. */
bool dicom_number(const struct dicom_node *list, uint32_t tag, uint32_t *out);

/* ---- text: dicom_text.c ---- */

enum dicom_letters { DICOM_LETTERS_ANY, DICOM_LETTERS_LATIN, DICOM_LETTERS_UTF8, DICOM_LETTERS_NO };

struct dicom_reading {
    struct arena *arena;
    struct ecg *ecg;
    struct complaint *why;
    const struct dicom_node *set; /* the data set's elements */
    enum dicom_letters letters;
    bool unread_letters; /* some were of a character set that we do not read */
    bool said_mark;      /* that the mark for missing samples is not taken as one */
};

/* By Specific Character Set (PS3.3 C.12.1.1.2). */
enum dicom_letters dicom_letters_of(const struct dicom_node *set);
/* Trimmed, plain; "" when there is no such element. */
enum error dicom_text(struct dicom_reading *r, const struct dicom_node *list, uint32_t tag,
                      const char **out);
enum error dicom_text_of(struct dicom_reading *r, struct span bytes, const char **out);
/* A person's name: FAMILY^GIVEN^MIDDLE of the first group of letters that holds something. */
enum error dicom_person(struct dicom_reading *r, const struct dicom_node *list, uint32_t tag,
                        const char **out);
/* A decimal string; false when there is none, or something else. */
bool dicom_decimal(const struct dicom_node *list, uint32_t tag, double *out);

/* The first item of a code sequence: value, scheme and meaning, each "" when it is not there. */
struct dicom_code {
    const char *value, *scheme, *meaning;
};

enum error dicom_code(struct dicom_reading *r, const struct dicom_node *list, uint32_t sequence,
                      struct dicom_code *out);

/* ---- the file: dicom_file.c ---- */

/* Checks preamble and file meta information, and gives the tree of the data set. */
enum error dicom_file_read(struct arena *a, struct span file, struct dicom_node **out,
                           struct complaint *why);

/* ---- the rest ---- */

/* Leads out of the waveform sequence: dicom_groups.c, dicom_channel.c. */
enum error dicom_leads_read(struct dicom_reading *r);
/* Patient, device, times, people: dicom_header.c. */
enum error dicom_header_read(struct dicom_reading *r);
/* Measurements and statements: dicom_annotations.c. */
enum error dicom_annotations_read(struct dicom_reading *r);

/* One multiplex group (PS3.3 C.10.9.1). */
struct dicom_group {
    const struct dicom_node *elements;
    const char *label;
    bool original, median;
    uint32_t channels, samples, bits;
    double rate, offset; /* per second; seconds */
    struct span data, padding;
    bool is_signed;
};

/* One channel of a group as a lead. `*is_lead` is false when it holds something else than a
 * voltage: then a complaint says what. Filters go to the record. */
enum error dicom_channel_read(struct dicom_reading *r, const struct dicom_group *group,
                              uint32_t number, const struct dicom_node *definition,
                              struct ecg_lead *out, bool *is_lead);

#endif
