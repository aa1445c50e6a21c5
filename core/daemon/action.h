/*
 * What a person can do: one function for each message, run within a step of the turn's transaction.
 *
 * The table (requests.c) has judged the token and the right before. A function checks what is
 * asked, writes, fills in the answer, and says in `why` what a person should do next. On any error
 * the step is undone.
 */
#ifndef PHIAL_CORE_DAEMON_ACTION_H
#define PHIAL_CORE_DAEMON_ACTION_H

#include "core/daemon/core.h"

struct request {
    struct core *core;
    const struct wire_message *m;
    const struct signin *who;
    struct store_actor actor;
    struct arena *arena;  /* of this request */
    const char *new_hash; /* of NEW_PIN, where the message has one; else "" */
    uint32_t source;
    uint64_t id;
};

struct answer {
    const char *order, *accession, *key, *sentence; /* in the arena, static, or NULL */
    uint64_t copy;
    enum error status; /* not ERROR_OK: the answer is no, but what was written stays */
    bool later;        /* the reply comes later: nothing is sent now */
};

typedef enum error action(struct request *r, struct answer *answer, struct complaint *why);

action action_order_enter, action_identify;
action action_collect, action_receive, action_reject, action_store, action_dispose;
action action_label_print, action_label_verify;
action action_resolve, action_sign, action_return, action_critical_told, action_approve;
action action_ekg_open, action_ekg_close, action_ekg_run;
action action_ekg_tie, action_ekg_untie, action_ekg_choose, action_overread;
action action_user_add, action_user_pin, action_view;

static inline const char *request_text(const struct request *r, enum wire_field field)
{
    return wire_text(r->m, field);
}

/* The specimen that ACCESSION names, or a sentence. */
enum error request_specimen(struct request *r, struct store_specimen *out, struct complaint *why);
enum error request_order(struct request *r, struct store_order_found *out, struct complaint *why);
/* "name, birth date" out of the message's identifiers: at least two that differ, or a sentence. */
enum { REQUEST_IDENTIFIERS = 8, REQUEST_IDENTIFIERS_TEXT = REQUEST_IDENTIFIERS * 67 };
enum error request_identifiers(struct request *r, char out[REQUEST_IDENTIFIERS_TEXT],
                               struct complaint *why);
/* The order, if it is still what the person saw: its version (actions_review.c). */
enum error request_seen_order(struct request *r, struct store_order_found *out,
                              struct complaint *why);
/* What is to be done about a result that is not normal: of the list, and not left out. */
enum error request_disposition(const struct request *r, const struct store_order_found *order,
                               struct complaint *why);
/* Adds an event of the request's actor. ERROR_CONFLICT gives a sentence with the state. */
enum error request_event(struct request *r, const struct store_specimen *specimen,
                         const struct store_event *event, struct complaint *why);
/* "Phial could not write it" and the like, for an error without its own sentence. */
enum error request_failed(enum error e, struct complaint *why);
/* A copy in the request's arena; "" when memory is out. */
const char *request_keep(struct request *r, const char *text);

/* ---- labels under way (actions_label.c) ---- */

/* Its row is on disk: to the printer. */
void label_job_send(struct core *core, struct print_job *job, struct wire_writer *w);
void label_job_printed(struct core *core, const struct child *printer,
                       const struct wire_message *m);
/* The printer's child ended: nobody knows whether its labels came out. */
void label_jobs_lost(struct core *core, const struct child *printer);
/* The row of that label could not be written: nothing is printed. */
void label_job_drop(struct core *core, struct print_job *job, const char *sentence);
/* Ends printers that have not answered for long. */
void label_jobs_look(struct core *core);

/* The reply of a request that is over (requests.c). `e` ERROR_OK or the refusal. */
void requests_answer(struct core *core, uint32_t source, uint64_t id, enum error e,
                     const struct answer *answer, const struct complaint *why);

#endif
