/*
 * Talking with a printer: ask, send one label, ask until it is out. No I/O, no clock; the printer's
 * language is a row (language.h).
 *
 * Invariants:
 * - At most one label is under way; its bytes are written at most once, whatever happens.
 * - Nothing is sent to a printer that has not just said that it can print (paper, head, pause, the
 *   right labels) and is idle, unless it is one that never answers.
 * - `done` is called exactly once for each talk_print. PRINT_DONE only when the printer said so as
 *   its language can (enum proof): by two answers in a row that nothing is left and nothing is
 *   wrong (one alone may be older than the label), or by its own word. A language without such a
 *   word ends in PRINT_UNKNOWN with a sentence that says so: the label has to be scanned back.
 * - What was locked is given back before `done`, on every way out on which the printer is there.
 * - After talk_failed or a silence the machine is over: the owner closes the connection, because
 *   a late answer must not be taken for a later question's.
 */
#ifndef PHIAL_LABELS_PRINT_TALK_H
#define PHIAL_LABELS_PRINT_TALK_H

#include "labels/print/language.h"
#include "labels/print/printer.h"

enum {
    TALK_ANSWER_MS = 3000, /* silence after a question */
    TALK_BUSY_MS = 10000,  /* how long a busy printer is asked before giving up */
    TALK_OUT_MS = 15000,   /* how long until the label must be out */
    TALK_START_MS = 2000,  /* how long until a printer that prints must have said so */
    TALK_REPLY_MAX = 1024  /* reports that came together, and noise before them */
};

struct talk_effects {
    void *context;
    void (*write)(void *context, struct span bytes);
    void (*arm)(void *context, unsigned ms); /* one timer; 0 stops it */
    void (*done)(void *context, enum print_status status, const char *sentence);
    void (*condition)(void *context, const char *sentence); /* of an idle check; "" is well */
    void (*over)(void *context, const char *sentence);      /* close the connection */
};

enum talk_state { TALK_IDLE, TALK_CHECK, TALK_BEFORE, TALK_AFTER, TALK_RELEASE, TALK_OVER };

struct talk {
    struct talk_effects effects;
    const struct language *language;
    struct media media; /* what has to be loaded, if the printer can tell */
    enum talk_state state;
    bool answers, asked, locked, sent, seen_busy;
    unsigned polls, idle_answers;
    const char *hint;  /* a fault that the port itself told of, or NULL */
    struct span label; /* borrowed until done */
    enum print_status outcome;
    struct complaint sentence; /* of the outcome */
    uint8_t reply[TALK_REPLY_MAX];
    size_t reply_len;
};

void talk_init(struct talk *t, const struct talk_effects *effects, const struct language *language,
               struct media media, bool answers);
bool talk_busy(const struct talk *t);
/* Prints one label in the printer's language. The machine must not be busy or over (ERROR_BUSY,
 * ERROR_CLOSED). */
enum error talk_print(struct talk *t, struct span label);
/* Asks an idle printer how it is. ERROR_UNSUPPORTED when it never answers. */
enum error talk_check(struct talk *t);
/* What the port knows by itself (a printer of the USB class): a fault, or NULL. It counts where the
 * printer says nothing of its own. */
void talk_hint(struct talk *t, const char *fault);
void talk_bytes(struct talk *t, struct span bytes);
void talk_timer(struct talk *t);
/* The connection is gone. */
void talk_failed(struct talk *t);
/* The owner closes the connection: what the printer should hear before; empty when nothing. */
struct span talk_last_words(const struct talk *t);

#endif
