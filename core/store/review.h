/*
 * What follows a result: tasks, cover for a colleague, whose an order is, the answer to what was
 * sent back. Conventions as in store.h; an owner, provider or deputy is a login, a day is text
 * (2026-03-14), of the site.
 *
 * A TASK is {"task","order","patient":PATIENT,"tests":[name],"kind","instruction","owner",
 *   "owner_name","due","by":PERSON,"at",
 *   "steps":[{"kind":"attempt"|"done"|"not-needed"|"handed","note","owner","due","by":PERSON,"at"}],
 *   "outcome": null or the step that closed it}
 *
 * READ_TASKS (key: an owner's login, or "" for all; state "open" (default) or "closed"; now; from,
 *   limit) gives {"counts":{"open","late","mine" (of the key)},"rows":[TASK],
 *   "hands":[{"login","name"}]}: late and nearest due first; hands: who may be given a task.
 * READ_INBOX_INDEX (key, state: as READ_INBOX; now) gives the whole list in the order of
 * READ_INBOX, without anything of a patient: {"rows":[["R000123",severity,"version's first 16
 * digits and what else is shown of it",ekg 0 or 1]]}, at most 20,000. READ_OVERDUE (now) gives what
 * waits longer than it should (domain.md 5.3 and 5.6: 60 minutes when critical, 7 days when
 * abnormal, 14 days otherwise), longest first, for the whole practice:
 *   {"targets":{"critical","abnormal","normal"} (milliseconds),"rows":[{"order","patient":PATIENT,
 *   "tests":[name],"severity","since","owner","owner_name" ("" when nobody's)}],
 *   "tasks":[TASK] (late ones),"returned":[as rows: sent back and not answered for a day],
 *   "missing":[{"order","patient":PATIENT,"tests":[name],"missing":[names of tests and analytes],
 *     "since" (the tube was taken),"owner","owner_name","state" (of its review; "none": nothing has
 *     come)}] a day after the tube was taken}
 * READ_COVERS (key: who asks; now) gives {"rows":[{"cover","provider","provider_name","deputy",
 *   "deputy_name","from","until","reason","state":"asked"|"accepted"|"declined"|"ended"|"over",
 *   "now":0 or 1 (it stands today),"by":PERSON,"at","steps":[{"kind","note","by":PERSON,"at"}]}],
 *   newest first, at most 100,"providers":[{"login","name"}],"today"}
 */
#ifndef PHIAL_CORE_STORE_REVIEW_H
#define PHIAL_CORE_STORE_REVIEW_H

#include "core/store/store.h"

/* Whether the active person with that login holds a role with that right. */
enum error store_login_may(struct store *s, const char *login, enum right right, bool *out);

struct store_task {
    int64_t order;
    const char *version; /* what the provider saw */
    const char *kind, *instruction, *owner, *due;
};
/* With the event "task-set". ERROR_CONFLICT when the order's results are not that version. */
enum error store_task_add(struct store *s, const struct store_actor *by,
                          const struct store_task *in, int64_t *id);

struct store_task_found {
    int64_t id, order;
    const char *number, *instruction;
    const char *owner; /* now */
    bool open;
    int64_t person;
};
enum error store_task_by_id(struct store *s, struct arena *a, int64_t id,
                            struct store_task_found *out);

struct store_task_step {
    int64_t task;
    const char *kind, *note;
    const char *owner, *due; /* of "handed"; else "" */
};
/* With the event "task-step", or "task-closed" for an outcome. ERROR_CONFLICT when it has its
 * outcome already. */
enum error store_task_step_add(struct store *s, const struct store_actor *by,
                               const struct store_task_step *in, int64_t *id);

struct store_cover {
    int64_t id;
    const char *provider, *deputy, *from_day, *until_day, *reason;
    const char *state; /* found: "asked", "accepted", "declined" or "ended" */
};
enum error store_cover_add(struct store *s, const struct store_actor *by,
                           const struct store_cover *in, int64_t *id);
enum error store_cover_by_id(struct store *s, struct arena *a, int64_t id, struct store_cover *out);
/* ERROR_CONFLICT when that was said before. */
enum error store_cover_step_add(struct store *s, const struct store_actor *by, int64_t cover,
                                const char *kind, const char *note, int64_t *id);
/* Whether that deputy covers that provider on that day. */
enum error store_cover_stands(struct store *s, const char *provider, const char *deputy,
                              const char *day, bool *out);

/* Whose the order is (the ordering provider unless it changed hands), and to whom it is offered
 * ("" when to nobody). */
struct store_owner {
    const char *login, *offered;
};
enum error store_order_owner(struct store *s, struct arena *a, int64_t order,
                             struct store_owner *out);
/* `kind`: offered, accepted, declined, taken, assigned; with the event "owner". */
enum error store_ownership_add(struct store *s, const struct store_actor *by, int64_t order,
                               const char *kind, const char *owner, const char *note, int64_t *id);

/* Who signed the order as it stands: ERROR_NOT_FOUND when nobody has. */
struct store_signature {
    const char *name;
    int64_t at;
};
enum error store_order_signature(struct store *s, struct arena *a, int64_t order,
                                 struct store_signature *out);

/* Whether a rule of the laboratory found something against a result of the order; the instrument's
 * clock says nothing about a value. */
enum error store_order_warned(struct store *s, int64_t order, bool *out);

/* Answers what was sent back, if that still stands (else ERROR_CONFLICT); "return-answered". */
enum error store_return_answer_add(struct store *s, const struct store_actor *by, int64_t order,
                                   const char *note, int64_t *id);

#endif
