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

/* What every badge's bar code begins with, so that the page knows it from a specimen's number. */
#define BADGE_PREFIX "ID-"

struct answer {
    const char *order, *accession, *key, *sentence; /* in the arena, static, or NULL */
    uint64_t copy;
    enum error status; /* not ERROR_OK: the answer is no, but what was written stays */
    bool later;        /* the reply comes later: nothing is sent now */
    bool covered;      /* of a view: it is to be shown without names */
};

typedef enum error action(struct request *r, struct answer *answer, struct complaint *why);

action action_order_enter, action_identify;
action action_collect, action_receive, action_reject, action_store, action_dispose;
action action_label_print, action_label_verify;
action action_resolve, action_sign, action_return, action_critical_told, action_approve;
action action_limits_propose, action_limits_withdraw;
action action_ekg_open, action_ekg_close, action_ekg_run;
action action_ekg_tie, action_ekg_untie, action_ekg_choose, action_overread;
action action_purge_propose, action_purge_approve;
action action_sign_batch, action_task_add, action_task_step, action_return_answer;
action action_cover_ask, action_cover_answer, action_own;
action action_qc_level, action_qc_trigger, action_qc_enter, action_qc_place, action_qc_action;
action action_qc_review, action_qc_void, action_qc_look, action_maintenance;
action action_user_add, action_user_pin, action_user_change, action_view;
action action_badge_issue, action_badge_withdraw, action_operator_name;
action action_certify, action_certify_end, action_emergency_begin, action_emergency_review;
action action_release, action_rule_set;
action action_critical_attempt, action_correct, action_undo, action_proposal_end;
action action_notice_seen;
action action_item_set, action_lot_receive, action_lot_open, action_lot_mark;
action action_place_set, action_temperature_add;
action action_outbox_release, action_outbox_drop;
action action_lab_set, action_manifest_open, action_manifest_pack, action_manifest_unpack;
action action_hand_over, action_reference_result, action_sendout_close, action_reveal;

action action_patient_add, action_patient_correct, action_patient_merge, action_patient_unmerge;
action action_order_cancel, action_oral_authorise, action_add_on, action_aliquot, action_move;
action action_rejection_seen, action_stability_set;
action action_paper_reserve, action_paper_enter, action_paper_void, action_billing_set;
action action_reading_set, action_reading_begin, action_reading_look, action_reading_void;

static inline const char *request_text(const struct request *r, enum wire_field field)
{
    return wire_text(r->m, field);
}

/* The specimen that ACCESSION names, or a sentence. */
enum error request_specimen(struct request *r, struct store_specimen *out, struct complaint *why);
enum error request_order(struct request *r, struct store_order_found *out, struct complaint *why);
/* The patient of the message, by MRN: the one on file when everything agrees, else a new one
 * (`*fresh`), or a sentence. */
enum error request_patient(struct request *r, int64_t *id, bool *fresh, struct complaint *why);
/* The patient's data as the message tells them, and whether they can be somebody's. */
struct store_patient request_patient_told(const struct request *r);
enum error request_patient_data(struct request *r, struct complaint *why);
/* What is filed under an MRN that was merged belongs to the record that was kept: a sentence. */
enum error request_not_merged(struct request *r, int64_t id, struct complaint *why);
/* That PROVIDER is somebody who may order, or a sentence. */
enum error request_provider(struct request *r, struct complaint *why);
/* The test that TEST names, on the menu, or a sentence. */
enum error request_test(struct request *r, struct store_test *out, struct complaint *why);
/* Records the collection that the message tells of, by `collector`; `paper` is the number that the
 * label bears already, or NULL (actions_specimen.c). */
enum error request_collect(struct request *r, const struct store_order_found *order,
                           const char *collector, const struct store_paper_number *paper,
                           struct store_specimen_key *out, struct complaint *why);
/* When COLLECTED_AT says that it was; its sentence otherwise. */
enum error request_collected_at(struct request *r, int64_t *at, struct complaint *why);
/* Notes where ACCESSION is kept from now on, with that event (actions_bench.c). */
enum error request_keep_at(struct request *r, struct answer *answer, enum event event,
                           struct complaint *why);
/* "name, birth date" out of the message's identifiers: at least two that differ, or a sentence. */
enum { REQUEST_IDENTIFIERS = 8, REQUEST_IDENTIFIERS_TEXT = REQUEST_IDENTIFIERS * 67 };
enum error request_identifiers(struct request *r, char out[REQUEST_IDENTIFIERS_TEXT],
                               struct complaint *why);
/* A sentence when limits of the test are not signed: nobody may order it yet (actions_limits.c). */
enum error request_test_live(struct request *r, const struct store_test *test,
                             struct complaint *why);
/* The person's NPI, address and telephone where the message has them; what it does not have stays
 * (actions_people.c). */
enum error request_known_as(struct request *r, struct store_person *person, struct complaint *why);
/* The order, if it is still what the person saw: its version (actions_review.c). */
enum error request_seen_order(struct request *r, struct store_order_found *out,
                              struct complaint *why);
/* What is to be done about a result that is not normal: of the list, and not left out. */
enum error request_disposition(const struct request *r, const struct store_order_found *order,
                               struct complaint *why);
/* Whether the person may sign, send back or set tasks for that order: it is theirs, or they cover
 * whose it is today (actions_follow.c). */
enum error request_owns(struct request *r, const struct store_order_found *order,
                        struct complaint *why);
/* The task that comes with a signature, where the message has one: `disposition` says whether it
 * must (actions_follow.c). */
enum error request_task(struct request *r, const struct store_order_found *order,
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
/* Labels that were under way when core ended before: nobody knows whether they came out. */
void label_jobs_recover(struct core *core);
/* Ends printers that have not answered for long. */
void label_jobs_look(struct core *core);

/* ---- actions_audit.c ---- */

/* Whether who asks for a view sees it without names. */
enum error view_is_covered(struct request *r, bool *out);

/* ---- actions_rules.c ---- */

/* Makes the list of rules known to the read side. */
enum error rules_register(struct core *core, struct complaint *why);

/* The reply of a request that is over (requests.c). `e` ERROR_OK or the refusal. */
void requests_answer(struct core *core, uint32_t source, uint64_t id, enum error e,
                     const struct answer *answer, const struct complaint *why);

#endif
