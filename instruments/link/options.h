/*
 * How one instrument's line behaves where its link leaves a choice. Pure data: a profile says it
 * (section [framing]), the worker hands it to the link.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_OPTIONS_H
#define PHIAL_INSTRUMENTS_LINK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* A checksum in front of the end byte of a text frame. */
enum link_sum {
    LINK_SUM_NONE,
    LINK_SUM_MOD256 /* two hexadecimal digits: the sum of all bytes behind the start, mod 256 */
};

/* Link "text": how a report of a printer-like device is cut out of its stream. At least one of
 * `end`, `last_line` and `idle_ms` ends a report. */
struct link_framing {
    uint8_t start;            /* a report begins with this byte, STX; 0: with any */
    uint8_t end;              /* ... and ends with this one, ETX or CR; 0: by the ways below */
    char first_line[32];      /* a line that has this in it is a report's first; "" for none */
    char last_line[32];       /* the line that begins so, after blanks, is its last; "" for none */
    char other_last_line[32]; /* ... or so, for a device that has two kinds of reports */
    /* So much silence ends a report; or, where `end` or `last_line` does that, breaks it off (0:
     * after LINK_SILENCE_MS). */
    unsigned idle_ms;
    enum link_sum sum;
    bool acknowledge; /* the device waits for ACK or NAK */
    bool nul_is_data; /* the device pads with NUL; else a NUL is a damaged byte */
};

enum { LINK_SILENCE_MS = 10000 };

struct link_options {
    unsigned max_frame; /* longest frame to send, with its framing; 0 for LIMIT_FRAME_STANDARD */
    bool instrument;    /* act as the instrument: it wins contention (a simulator) */
    struct link_framing framing;
    /* Link "file": files of LIMIT_ECG_FILE whose frames hold no byte of ours, for whoever needs the
     * file itself; else texts of LIMIT_MESSAGE. A profile of format ecg sets it. */
    bool whole_files;
};

#endif
