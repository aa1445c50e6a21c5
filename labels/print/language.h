/*
 * The languages of label printers: one row each.
 *
 * A row says how the one picture is wrapped (a pure function: dots and what is loaded in, bytes
 * out), what to ask a printer, how to read what it says, and what "printed" can rest on. Nothing
 * else in this folder knows one language from another. A row is a draft while its facts are from
 * memory of a standard and not from a document's own text or a capture (devices.md 5.7: EPL2, TSPL,
 * the DYMO 550's id).
 */
#ifndef PHIAL_LABELS_PRINT_LANGUAGE_H
#define PHIAL_LABELS_PRINT_LANGUAGE_H

#include "labels/draw/bitmap.h"

/* What is loaded: millimetres across the head and along the feed; no length is a continuous tape,
 * no width says nothing. */
struct media {
    unsigned width_mm, length_mm;
};

struct envelope {
    struct media media;
    unsigned dpi;
    bool compress; /* where the language has it */
};

/* What a printer said of itself. */
struct printer_report {
    const char *fault;  /* what a person has to see to, as a sentence; NULL when there is nothing */
    bool notice;        /* it came unasked, and answers no question */
    bool busy;          /* it has something to print, or obeys somebody else */
    bool printed;       /* a label came out */
    struct media media; /* what is loaded, if it says so */
};

enum report_found { REPORT_MORE, REPORT_WHOLE, REPORT_BAD };

/* What "printed" rests on. */
enum proof {
    PROOF_IDLE, /* two answers in a row: nothing left to do, no fault */
    PROOF_BUSY, /* the same, after an answer that it was printing */
    PROOF_SAID, /* its own word that a label came out */
    PROOF_NONE  /* it has no word for it: the label has to be scanned back */
};

struct language {
    const char *id, *title;
    bool draft;
    bool mute_on_network;  /* on port 9100 nothing comes back */
    unsigned dpi;          /* of most of its printers */
    unsigned other_dpi[2]; /* what else there is; 0: nothing */
    struct media media;    /* when phial.conf does not say; none: the label's own size */
    /* The dots that can be printed on such media, ERROR_NOT_FOUND when there is no such; NULL when
     * the label is the paper. */
    enum error (*area)(struct media media, unsigned dpi, int *width, int *height);
    /* One whole job. ERROR_TOO_BIG: the picture is larger than what can be printed on. */
    enum error (*wrap)(const struct bitmap *picture, const struct envelope *envelope,
                       struct buffer *out);
    /* Questions: of an idle printer, before a label, after it (none: the printer speaks of itself).
     * Then what ends a job, and what gives the printer free. */
    struct span check, before, after, end, release;
    unsigned pause_ms; /* between an answer and the next question */
    enum proof proof;
    /* Reads one report at the beginning of the bytes; `*used` of them are done with, also of bad
     * ones. */
    enum report_found (*read)(struct span bytes, size_t *used, struct printer_report *out);
};

size_t language_count(void);
const struct language *language_at(size_t index);
/* NULL when there is none of that id. */
const struct language *language_find(const char *id);
bool language_has_dpi(const struct language *language, unsigned dpi);
/* "62" (a tape) or "62x29". */
enum error media_parse(const char *text, struct media *out);
bool media_same(struct media a, struct media b);
/* "62 mm tape" or "62 x 29 mm labels". */
void media_text(struct media media, char out[48]);

#endif
