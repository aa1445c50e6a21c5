/*
 * Talking with a ZPL printer: ask, send one label, ask until it is out. No I/O, no clock.
 *
 * Invariants:
 * - At most one label is under way; its bytes are written at most once, whatever happens.
 * - Nothing is sent to a printer that has not just said by ~HS that it can print (paper, head,
 *   ribbon, pause) and is idle, unless it is set up as one that never answers.
 * - `done` is called exactly once for each zebra_print, with PRINT_DONE only after two answers in
 *   a row that say: no format in the buffer, no label left, no fault. ~HS is answered at once, so
 *   one answer alone may be older than the label.
 * - After zebra_failed or a silence the machine is over: the owner closes the connection, because
 *   a late answer must not be taken for a later question's.
 *
 * Source: ZPL II Programming Guide, ~HS (Host Status Return); devices.md 5.7.
 */
#ifndef PHIAL_LABELS_PRINT_ZEBRA_H
#define PHIAL_LABELS_PRINT_ZEBRA_H

#include "labels/print/printer.h"

enum {
    ZEBRA_ANSWER_MS = 3000, /* silence after a question */
    ZEBRA_PAUSE_MS = 250,   /* between an answer and the next question */
    ZEBRA_BUSY_POLLS = 40,  /* how often a busy printer is asked before giving up: 10 s */
    ZEBRA_OUT_POLLS = 60,   /* how often for the label to be out: 15 s */
    ZEBRA_REPLY_MAX = 512   /* three lines of about 40 bytes, and noise before them */
};

struct zebra_status {
    bool paper_out, paused, buffer_full, partial, corrupt, cold, hot, head_open, ribbon_out,
        label_waiting;
    unsigned formats, left;
};

enum zebra_reply { ZEBRA_MORE, ZEBRA_WHOLE, ZEBRA_BAD };
/* Reads an answer to ~HS: three lines, each STX ... ETX. Bytes before a STX are skipped. */
enum zebra_reply zebra_read_status(struct span bytes, struct zebra_status *out);
/* The fault a person has to see to, as a sentence; NULL when there is none. */
const char *zebra_fault(const struct zebra_status *status);

struct zebra_effects {
    void *context;
    void (*write)(void *context, struct span bytes);
    void (*arm)(void *context, unsigned ms); /* one timer; 0 stops it */
    void (*done)(void *context, enum print_status status, const char *sentence);
    void (*condition)(void *context, const char *sentence); /* of an idle check; "" is well */
    void (*over)(void *context, const char *sentence);      /* close the connection */
};

enum zebra_state { ZEBRA_IDLE, ZEBRA_CHECK, ZEBRA_BEFORE, ZEBRA_AFTER, ZEBRA_OVER };

struct zebra {
    struct zebra_effects effects;
    enum zebra_state state;
    bool answers, asked;
    unsigned polls, idle_answers;
    struct span label; /* borrowed until done */
    uint8_t reply[ZEBRA_REPLY_MAX];
    size_t reply_len;
};

void zebra_init(struct zebra *z, const struct zebra_effects *effects, bool answers);
bool zebra_busy(const struct zebra *z);
/* Prints one label of ZPL. The machine must not be busy or over (ERROR_BUSY, ERROR_CLOSED). */
enum error zebra_print(struct zebra *z, struct span label);
/* Asks an idle printer how it is. */
enum error zebra_check(struct zebra *z);
void zebra_bytes(struct zebra *z, struct span bytes);
void zebra_timer(struct zebra *z);
/* The connection is gone. */
void zebra_failed(struct zebra *z);

#endif
