/*
 * Writes synthetic SCP-ECG files (EN 1064): for tests, and for a demonstration that needs a file.
 *
 * Nothing in them was ever recorded. Every option of the format that the reader knows can be asked
 * for; what the standard forbids too, where a reader must refuse it. ecg_scp_write says only what
 * the description says: an empty text, a negative number or a zero count is left out.
 *
 * The shortest way to a file: struct ecg_scp_file f; ecg_scp_synthetic(&f); ecg_scp_write(&f,
 * &out).
 */
#ifndef PHIAL_TESTS_SUPPORT_ECG_SCP_FILE_H
#define PHIAL_TESTS_SUPPORT_ECG_SCP_FILE_H

#include "core/base/buffer.h"

enum {
    ECG_SCP_LEADS = 16,
    ECG_SCP_BEATS = 24,
    ECG_SCP_STATEMENTS = 8,
    ECG_SCP_SAMPLES = 5000, /* of each lead of ecg_scp_synthetic */
    ECG_SCP_REFERENCE = 500
};

enum ecg_scp_huffman {
    ECG_SCP_PLAIN,    /* no section 2: 16-bit numbers */
    ECG_SCP_DEFAULT,  /* the standard's own table */
    ECG_SCP_CUSTOM,   /* one table in the file */
    ECG_SCP_SWITCHING /* two tables, and codes that switch between them */
};

/* One heart beat of section 4, all numbers counted from 1. `type` 0 is what section 5 holds. */
struct ecg_scp_beat {
    unsigned type;
    uint32_t from, fiducial, to;           /* where the reference beat was taken out */
    uint32_t protected_from, protected_to; /* kept at the full rate when bimodal */
};

struct ecg_scp_lead {
    uint8_t id; /* the standard's: 1 I, 2 II, 3 to 8 V1 to V6, 61 III, 62 aVR, 63 aVL, 64 aVF */
    uint32_t first;
    int16_t samples[ECG_SCP_SAMPLES];
    int16_t reference[ECG_SCP_REFERENCE];
};

struct ecg_scp_file {
    uint8_t protocol; /* 13, 20 ... */

    /* section 1 */
    const char *family, *second_family, *given, *patient_id, *operator_id, *confirmed_by;
    int birth_year, birth_month, birth_day, age, age_unit, sex;
    const char *maker, *model, *serial, *software;
    uint8_t language;
    int year, month, day, hour, minute, second, zone_minutes, zone_sent;
    int high_pass_centihertz, low_pass_hertz, filter_bits;

    /* sections 2, 3, 5, 6 */
    enum ecg_scp_huffman huffman;
    unsigned difference; /* 0, 1, 2 */
    unsigned nanovolts, interval_us;
    size_t lead_count, sample_count;
    struct ecg_scp_lead leads[ECG_SCP_LEADS];
    bool counts_from_zero; /* section 3 says 0 to sample_count */
    int promised_more;     /* section 3 promises so many samples more than section 6 holds */

    /* section 4: there when beat_count > 0 */
    struct ecg_scp_beat beats[ECG_SCP_BEATS];
    size_t beat_count;
    bool subtracts; /* section 6 holds what is left without the reference beat */
    unsigned reference_fiducial, reference_length;
    unsigned reference_nanovolts; /* 0: as the rhythm's */
    unsigned decimation;          /* above 1: bimodal */

    /* section 7: there when has_measurements; 29999 is "not measured" */
    bool has_measurements;
    unsigned rr, pp, p_onset, p_offset, qrs_onset, qrs_offset, t_offset;
    int p_axis, qrs_axis, t_axis;
    unsigned spikes; /* pacemaker spikes, of no meaning */
    unsigned rate, qtc;
    int qtc_formula; /* below 0: the section ends before rate and QTc */

    /* sections 8 and 11: there when status >= 0; 0 original, 1 confirmed, 2 overread */
    int status, coded_status;
    const char *statements[ECG_SCP_STATEMENTS];
    const char *coded[ECG_SCP_STATEMENTS];
    bool has_lead_measurements; /* section 10 */
};

/* Nothing said: every text "", every number as "not sent"; 500 a second, 2.5 microvolts. */
void ecg_scp_blank(struct ecg_scp_file *f);
/* An invented patient's ten seconds in twelve leads, whose identities hold, with everything said.
 */
void ecg_scp_synthetic(struct ecg_scp_file *f);
/* Beats at the waves of ecg_scp_synthetic, with a reference beat. */
void ecg_scp_add_beats(struct ecg_scp_file *f);
/* Appends the file. */
enum error ecg_scp_write(const struct ecg_scp_file *f, struct buffer *out);

/* CRC-CCITT as the standard has it. */
uint16_t ecg_scp_crc(struct span bytes);
/* Makes the checksums of a file right again that was changed, as far as its pointers lead. */
void ecg_scp_repair(uint8_t *file, size_t len);
/* Where in the file a section's data begins (behind its header), and how many bytes it has. */
size_t ecg_scp_section(const uint8_t *file, size_t len, unsigned id, size_t *size);

#endif
