/*
 * Files of EKG carts: which format a file is, and what it says.
 *
 * Every reader is pure: bytes in, a record in the caller's arena out; no descriptor, no clock, no
 * state. It believes nothing: each length is checked against the bytes that are there, each loop is
 * bounded by them, samples are counted before they are taken. A file that is damaged where the
 * format protects itself (a checksum, a length, two sections that must agree) is refused with the
 * reason; nothing is guessed and nothing is repaired.
 *
 * Which format: by what the bytes say, never by the file's name.
 */
#ifndef PHIAL_INSTRUMENTS_ECG_READER_H
#define PHIAL_INSTRUMENTS_ECG_READER_H

#include "core/model/ecg.h"

/* How sure a look at the beginning makes. A reader that says MINE has the file to itself. */
enum ecg_claim { ECG_NOT_MINE, ECG_MINE };

struct ecg_reader {
    enum ecg_format format;
    enum ecg_claim (*claim)(struct span file);
    /* Fills `out` (which ecg_init has emptied) with what the file says: leads as they stand in it,
     * not completed. ERROR_BAD_INPUT: damaged or inconsistent; ERROR_UNSUPPORTED: a variant that we
     * do not read; ERROR_TOO_BIG: beyond our limits; ERROR_NO_MEMORY. Each with a sentence. */
    enum error (*read)(struct arena *a, struct span file, struct ecg *out, struct complaint *why);
};

extern const struct ecg_reader ecg_pdf, ecg_scp, ecg_aecg, ecg_muse, ecg_dicom, ecg_philips,
    ecg_mortara, ecg_contec_ecg90a, ecg_contec_live;

/* The reader whose file this is. ERROR_UNSUPPORTED with a sentence that says what the file is
 * instead (a PC-80B's file named .SCP, a .dat of an Edan, another maker's XML, a picture, empty);
 * ERROR_NOT_FOUND with a sentence when it may be anything else: a text, an analyzer's capture. */
enum error ecg_recognise(struct span file, const struct ecg_reader **out, struct complaint *why);

/* Recognises, reads, completes and checks. `a` should be of LIMIT_ECG_ARENA, `now` as ecg_check. */
enum error ecg_decode(struct arena *a, struct span file, int64_t now, struct ecg *out,
                      struct complaint *why);

#endif
