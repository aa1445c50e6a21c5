/*
 * The parts of the SCP-ECG reader (EN 1064, ISO 11073-91064; clause numbers are those of
 * EN 1064:2005). Only scp*.c include this; the outside uses ecg_scp of ecg_reader.h.
 *
 * A file is a record: a checksum, a length, and sections, each with a header that has a checksum of
 * its own. Whatever the checksums cover is refused when they are wrong; section 3 (which leads, how
 * many samples) must agree with section 6 (the samples). What stands beside the tracing (sections
 * 7, 8, 10, 11) and is put together wrongly by the cart is left out and said in a complaint.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_SCP_H
#define PHIAL_INSTRUMENTS_ECG_SCP_H

#include "core/base/limits.h"
#include "core/model/ecg.h"

enum {
    SCP_SECTIONS = 12, /* 0 to 11; others are the maker's own, or of version 3 */
    SCP_SECTION_HEADER = 16,
    SCP_VERSION_3 = 30,      /* protocol numbers are version times ten */
    SCP_NOT_MEASURED = 19999 /* 19999, 29998 and 29999 each say why there is no value (5.10) */
};

/* ---- the record and its sections (5.2, 5.3): scp_sections.c ---- */

struct scp_section {
    struct span body; /* behind the header */
    unsigned protocol;
    bool there;
};

struct scp_file {
    struct scp_section sections[SCP_SECTIONS];
    bool long_term; /* there is a section above 11: a long recording of version 3, or a maker's */
    size_t behind;  /* bytes of the file behind the record */
};

/* What the parts fill in together. */
struct scp_reading {
    struct arena *arena;
    struct ecg *ecg;
    struct complaint *why;
    struct scp_file file;
    unsigned language;   /* the language support code of tag 14 */
    bool unread_letters; /* a text had letters of a code that we do not read */
};

enum ecg_claim scp_claim(struct span file);
/* Checks lengths and all checksums. */
enum error scp_sections_read(struct span file, struct scp_file *out, struct complaint *why);

/* ---- text (annex A): scp_text.c ---- */

enum error scp_text_take(struct scp_reading *r, struct span bytes, const char **out);

/* ---- who, when, with what (section 1): scp_header.c ---- */

/* `confirmed_by` is whom tag 21 names; whether that counts, section 8 or 11 says. */
enum error scp_header_read(struct scp_reading *r, const char **confirmed_by);

/* ---- Huffman codes (section 2): scp_huffman.c ---- */

struct scp_huffman;

/* NULL without a section 2: then samples are 16-bit numbers. */
enum error scp_huffman_read(struct scp_reading *r, const struct scp_huffman **out);
/* At most `want` values; how many there were. `unused` is how many bits are left then. ERROR_OK
 * also when there are too few; ERROR_BAD_INPUT when there is a code that no table has. */
enum error scp_huffman_decode(const struct scp_huffman *h, struct span bytes, int32_t *out,
                              size_t want, size_t *got, size_t *unused);

/* ---- which leads (section 3): scp_leads.c ---- */

struct scp_lead {
    enum ecg_lead_id id;
    const char *name;
    uint32_t first, last; /* counted from 1 throughout the recording */
    size_t count;
};

struct scp_leads {
    struct scp_lead at[LIMIT_ECG_LEADS];
    size_t count;
    bool subtracts; /* a reference beat was taken out of section 6 */
    bool from_zero; /* some writers count from 0 */
};

enum error scp_leads_read(struct scp_reading *r, struct scp_leads *out);

/* ---- samples as sections 5 and 6 hold them: scp_signal.c ---- */

struct scp_signal {
    unsigned section, nanovolts, interval_us, difference;
    bool bimodal;
    struct span leads[LIMIT_ECG_LEADS];
};

enum error scp_signal_read(struct scp_reading *r, unsigned section, size_t lead_count,
                           struct scp_signal *out);
/* No lead of so many bytes has more samples than that. */
size_t scp_signal_capacity(const struct scp_huffman *h, struct span bytes);
/* Exactly `count` samples of a lead, at most its capacity, differences undone; `name` is for the
 * complaint. */
enum error scp_signal_samples(const struct scp_signal *s, const struct scp_huffman *h, size_t lead,
                              size_t count, int32_t *out, const char *name, struct complaint *why);

/* ---- where the beats are, and the beat that was taken out (sections 4 and 5): scp_beats.c ---- */

struct scp_beat {
    unsigned type; /* 0: the reference beat */
    uint32_t from, fiducial, to, protected_from, protected_to;
};

struct scp_beats {
    unsigned reference_ms, fiducial;
    struct scp_beat *at;
    size_t count;
    bool has_protected; /* the protected areas are there */
};

struct scp_reference {
    struct scp_signal signal;
    int32_t *samples; /* lead after lead */
    size_t count;     /* of each lead */
};

enum error scp_beats_read(struct scp_reading *r, struct scp_beats *out);
enum error scp_reference_read(struct scp_reading *r, const struct scp_leads *leads,
                              const struct scp_beats *beats, const struct scp_huffman *h,
                              struct scp_reference *out);
/* Adds the reference beat to a lead at every beat of type 0, `weight` times its numbers. */
enum error scp_beats_add(const struct scp_beats *beats, const struct scp_reference *reference,
                         int32_t weight, const struct scp_lead *lead, size_t number,
                         int32_t *samples, struct complaint *why);

/* ---- bimodal compression (5.9.2 byte 6): scp_bimodal.c ---- */

/* How many values a lead was stored as. */
enum error scp_bimodal_stored(const struct scp_beats *beats, unsigned factor,
                              const struct scp_lead *lead, size_t *out, struct complaint *why);
/* The lead's samples out of those values. */
void scp_bimodal_expand(const struct scp_beats *beats, unsigned factor, const struct scp_lead *lead,
                        const int32_t *stored, int32_t *out);

/* ---- the tracing (sections 2 to 6): scp_rhythm.c ---- */

enum error scp_rhythm_read(struct scp_reading *r);

/* ---- what the cart measured and said ---- */

enum error scp_measurements_read(struct scp_reading *r); /* 7, 10: scp_measurements.c */
enum error scp_statements_read(struct scp_reading *r, const char *confirmed_by); /* 8, 11 */

#endif
