/*
 * EKGs: the order that is open at a cart, what carts sent, whose a person says it is, which of an
 * order's tracings is for review, and the overread. Conventions as in store.h.
 */
#ifndef PHIAL_CORE_STORE_TRACINGS_H
#define PHIAL_CORE_STORE_TRACINGS_H

#include "core/model/ecg.h"
#include "core/store/store.h"

/* Notes that the order's EKG is being run at that cart (any id of it), or, with order 0, that
 * nobody is at it any more; the event "ekg-opened" when somebody is. */
enum error store_procedure_add(struct store *s, const struct store_actor *by, int64_t instrument,
                               int64_t order, int64_t *id);
/* The order that was open at the cart at that time (not one that was opened there since): opened
 * last before it, within STORE_PROCEDURE_TIME, and not signed yet. ERROR_NOT_FOUND: none. */
enum { STORE_PROCEDURE_TIME = 12 * 60 * 60 * 1000 };
struct store_procedure {
    int64_t order, patient_id, at;
    const char *number;
};
enum error store_procedure_open(struct store *s, struct arena *a, int64_t instrument, int64_t at,
                                struct store_procedure *out);

/* The order that was opened last at the cart before that time, within STORE_PROCEDURE_TIME, signed
 * since or not; 0: nobody was at it. */
enum error store_procedure_at(struct store *s, int64_t instrument, int64_t at, int64_t *order);

/* Whether a tracing has come for the order since that time: tied to it, or proposed and of nobody
 * else by what the file says. */
enum error store_procedure_done(struct store *s, int64_t order, int64_t since, bool *done);

/* The order as one that a file is held against: `at` is when it was last opened at a cart up to
 * that time, or, when it never was, when it was entered. */
enum error store_procedure_of(struct store *s, struct arena *a, int64_t order, int64_t until,
                              struct store_procedure *out);
/* EKG orders that nothing is tied to, newest first, at most `max`; `at` is when it was ordered. */
enum error store_ekg_to_do(struct store *s, struct arena *a, size_t max,
                           struct store_procedure **out, size_t *count);

/* The newest message with that file, when the file was read (`readable`) or refused before; a file
 * that a person took off the list without tying it was not (DESIGN 3.4). ERROR_NOT_FOUND: none. */
enum error store_ekg_earlier(struct store *s, const uint8_t hash[32], bool readable,
                             int64_t *message);

/* A file that broke off and came again whole, as the frames prove: of the message of a whole file
 * one of the same cart that broke off, waits, and is its beginning; with `broken`, of one that
 * broke off the whole one. ERROR_NOT_FOUND: none. */
enum error store_ekg_counterpart(struct store *s, int64_t message, bool broken, int64_t *other);

struct store_tracing {
    int64_t message;
    enum ecg_format format;
    uint8_t original[32]; /* SHA-256 of the file, ... */
    int64_t size;         /* ... and its length */
    int64_t proposed;     /* the order, or 0 */
    const char *differs;  /* what the file says of another patient */
    int severity;         /* how soon to look, by the cart's own words ... */
    const char *routing;  /* ... which are these: a JSON list */
    int64_t at;           /* received */
};
/* With the event "ekg-received" when it is proposed to an order. */
enum error store_tracing_add(struct store *s, const struct store_actor *by,
                             const struct store_tracing *in, int64_t *id);
/* `samples`: ecg_samples_pack. */
enum error store_waveform_add(struct store *s, int64_t tracing, int64_t position,
                              struct span samples);

struct store_tracing_found {
    int64_t id, message, instrument;
    int64_t order;    /* that it is tied to, or 0 */
    int64_t proposed; /* or 0 */
    bool waiting;     /* among the tracings that nobody has tied */
    const char *format, *recorded_at;
    uint8_t original[32];
    const char *patient_id, *patient_name, *patient_birth_date, *patient_sex; /* as in the file */
    int64_t at;
};
enum error store_tracing_by_id(struct store *s, struct arena *a, int64_t id,
                               struct store_tracing_found *out);

struct store_tie {
    int64_t tracing;
    int64_t order;           /* 0: it is taken off */
    const char *identifiers; /* that the person compared */
    const char *differs;     /* what the file says of another patient, or that it names nobody */
    const char *reason;
};
/* Adds the tie and the event "ekg-tied" or "ekg-untied" of the order. ERROR_CONFLICT when the
 * tracing does not wait, or is tied to none. */
enum error store_tie_add(struct store *s, const struct store_actor *by, const struct store_tie *in,
                         int64_t *id);

/* Says which of the order's tracings is for review, and why not the others; "ekg-chosen". */
enum error store_choice_add(struct store *s, const struct store_actor *by, int64_t order,
                            int64_t tracing, const char *reason, int64_t *id);
/* The tracing for review: the only one that is tied, or the chosen one; 0 when none is. */
struct store_chosen {
    int64_t tracing, tied; /* tied: how many are */
};
enum error store_order_chosen(struct store *s, int64_t order, struct store_chosen *out);

struct store_overread {
    struct store_review review; /* signed */
    int64_t tracing;
    const char *opinion; /* agree, change, disagree */
    const char *reading;
    uint8_t picture[32]; /* SHA-256 of the PDF that was shown */
    const char *renderer, *layout;
};
/* Adds the review, what its signature binds beside the version (the file's hash is taken from the
 * tracing), and the event "signed". ERROR_CONFLICT as store_review_add. */
enum error store_overread_add(struct store *s, const struct store_actor *by,
                              const struct store_overread *in, int64_t *id);

#endif
