/*
 * What the readers of XML files share: the tree of the file within an EKG's limits, and the bulk
 * of numbers that such files write as text. See instruments/xml/xml_tree.h for the tree.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_XML_H
#define PHIAL_INSTRUMENTS_ECG_XML_H

#include "instruments/ecg/ecg_reader.h"
#include "instruments/xml/xml_tree.h"

/* MINE when the root element has this name, with or without an XML declaration, a byte order mark,
 * comments or a namespace prefix before it. */
enum ecg_claim ecg_xml_claim(struct span file, const char *root);

/* The whole file, folded (xml_rules), a DOCTYPE that only names a DTD passed over. `file` must
 * outlive what is made of it. The sentence of a refusal names the byte. */
enum error ecg_xml_read(struct arena *a, struct span file, const struct xml_node **root,
                        struct complaint *why);

/* A decimal number such as "0.002", "-44", "4.88E0", blanks around it forgiven; false for anything
 * else ("", "1,5", "NaN", "0x10"). No locale. */
bool ecg_number(const char *text, double *out);
/* The same, times ten to the power of `shift`, without a second rounding. */
bool ecg_number_shifted(const char *text, int shift, double *out);
/* A voltage in V, mV, uV (also as "µV") or nV, as microvolts; false for another unit or no number.
 */
bool ecg_microvolts(const char *text, const char *unit, double *out);
/* A time in s, ms or us, as seconds; likewise. */
bool ecg_seconds(const char *text, const char *unit, double *out);
/* A whole number of int32 without INT32_MIN (which is ECG_GAP). */
bool ecg_integer(const char *text, int32_t *out);
/* Whole numbers with blanks between them. ERROR_BAD_INPUT for anything else, ERROR_TOO_BIG for
 * more than LIMIT_ECG_SAMPLES. No number at all is a count of 0. */
enum error ecg_integers(struct arena *a, const char *text, int32_t **out, size_t *count,
                        struct complaint *why);

/* Whose the file is must be said once: ERROR_BAD_INPUT when the element at the path, or one that it
 * stands in, has another of its name beside it. */
enum error ecg_xml_one_patient(const struct xml_node *root, const char *path,
                               struct complaint *why);

/* Where a text of the record stands in the file. */
struct ecg_xml_fact {
    size_t member;         /* offsetof(struct ecg, ...) of a `const char *` */
    const char *path;      /* below `top` */
    const char *attribute; /* NULL: the element's text */
};

/* Fills in the members that are "" so far; of two facts for one member the first that says anything
 * counts. Texts are trimmed and cut as by ecg_text_take. */
enum error ecg_xml_facts(struct arena *a, const struct xml_node *top,
                         const struct ecg_xml_fact *facts, size_t count, struct ecg *e);

#endif
