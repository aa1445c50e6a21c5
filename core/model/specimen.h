/*
 * The life of a specimen: its states, the events that move it, and the only table of both in C.
 *
 * core/store writes this same table into the database, where a trigger refuses any other step
 * (domain.md 3.2). An event that moves nothing (a scan, a view) has no row here: it keeps the
 * state.
 */
#ifndef PHIAL_CORE_MODEL_SPECIMEN_H
#define PHIAL_CORE_MODEL_SPECIMEN_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define SPECIMEN_STATE_TABLE(X)                                                                    \
    X(NONE, "none", "not collected")                                                               \
    X(COLLECTED, "collected", "collected, no label yet")                                           \
    X(LABELLED, "labelled", "labelled, not yet scanned back")                                      \
    X(VERIFIED, "verified", "label verified")                                                      \
    X(RECEIVED, "received", "received at the bench")                                               \
    X(TESTED, "tested", "tested")                                                                  \
    X(STORED, "stored", "stored")                                                                  \
    X(REJECTED, "rejected", "rejected")                                                            \
    X(DISPOSED, "disposed", "disposed of")                                                         \
    X(PACKED, "packed", "packed to be sent out")                                                   \
    X(SENT, "sent", "sent to a reference laboratory")

#define SPECIMEN_STATE_ENUM(name, id, text) SPECIMEN_##name,
enum specimen_state { SPECIMEN_STATE_TABLE(SPECIMEN_STATE_ENUM) SPECIMEN_STATE_COUNT };
#undef SPECIMEN_STATE_ENUM

/* The event, its stored name, its text for people. */
#define EVENT_TABLE(X)                                                                             \
    X(ORDERED, "ordered", "Ordered")                                                               \
    X(IDENTIFIED, "identified", "Patient identified")                                              \
    X(COLLECTED, "collected", "Collected")                                                         \
    X(LABEL_PRINTED, "label-printed", "Label printed")                                             \
    X(LABEL_REPRINTED, "label-reprinted", "Label printed again")                                   \
    X(LABEL_FAILED, "label-failed", "Label not printed")                                           \
    X(LABEL_VERIFIED, "label-verified", "Label verified")                                          \
    X(WRONG_LABEL, "wrong-label", "Wrong label scanned")                                           \
    X(RECEIVED, "received", "Received")                                                            \
    X(REJECTED, "rejected", "Rejected")                                                            \
    X(RESULT_RECEIVED, "result-received", "Result received")                                       \
    X(RESULT_HELD, "result-held", "Result held")                                                   \
    X(RESULT_LINKED, "result-linked", "Result linked by a person")                                 \
    X(STORED, "stored", "Stored")                                                                  \
    X(MOVED, "moved", "Moved")                                                                     \
    X(DISPOSED, "disposed", "Disposed of")                                                         \
    X(VIEWED, "viewed", "Viewed")                                                                  \
    X(SIGNED, "signed", "Signed")                                                                  \
    X(RETURNED, "returned", "Sent back")                                                           \
    X(CRITICAL_TOLD, "critical-told", "Critical value told")                                       \
    X(QUERIED, "queried", "Instrument asked for tests")                                            \
    X(EXCEPTION, "exception", "Exception noted")                                                   \
    X(EKG_OPENED, "ekg-opened", "EKG begun at the cart")                                           \
    X(EKG_RECEIVED, "ekg-received", "EKG received")                                                \
    X(EKG_TIED, "ekg-tied", "EKG tied to the order by a person")                                   \
    X(EKG_UNTIED, "ekg-untied", "EKG taken off the order")                                         \
    X(EKG_CHOSEN, "ekg-chosen", "EKG chosen for review")                                           \
    X(ALIQUOTED, "aliquoted", "Made as an aliquot")                                                \
    X(DIVIDED, "divided", "Aliquot taken")                                                         \
    X(ADDED_ON, "added-on", "Test added")                                                          \
    X(CANCELLED, "cancelled", "Order cancelled")                                                   \
    X(RECOLLECT_ASKED, "recollect-asked", "Another specimen asked for")                            \
    X(AUTHORISED, "authorised", "Oral order authorised")                                           \
    X(TEST_STARTED, "test-started", "Test started by hand")                                        \
    X(TEST_ENDED, "test-ended", "Test by hand ended without a result")                             \
    X(MERGED, "merged", "Patient records merged")                                                  \
    X(UNMERGED, "unmerged", "Merge of patient records undone")                                     \
    X(PATIENT_CORRECTED, "patient-corrected", "Patient’s data corrected")                          \
    X(TASK_SET, "task-set", "Task set")                                                            \
    X(TASK_STEP, "task-step", "Task worked on")                                                    \
    X(TASK_CLOSED, "task-closed", "Task done")                                                     \
    X(OWNER, "owner", "Whose result it is")                                                        \
    X(RETURN_ANSWERED, "return-answered", "Answered, for review again")                            \
    X(PACKED, "packed", "Packed to be sent out")                                                   \
    X(UNPACKED, "unpacked", "Taken off the manifest")                                              \
    X(HANDED_OVER, "handed-over", "Handed to the courier")                                         \
    X(REFERENCE_RESULT, "reference-result", "Reference laboratory's result received")              \
    X(CRITICAL_SOUGHT, "critical-sought", "Somebody to tell the critical value was not reached")   \
    X(CRITICAL_LATE, "critical-late", "Critical value not told yet")                               \
    X(CORRECTED, "corrected", "Result corrected")                                                  \
    X(WITHDRAWN, "withdrawn", "Result withdrawn: not this patient’s")                              \
    X(PROPOSED, "proposed", "Decision proposed to a second person")                                \
    X(PROPOSAL_ENDED, "proposal-ended", "Second person decided")

#define EVENT_ENUM(name, id, text) EVENT_##name,
enum event { EVENT_TABLE(EVENT_ENUM) EVENT_COUNT };
#undef EVENT_ENUM

struct specimen_step {
    enum event event;
    enum specimen_state from, to;
};

/* All steps; `*count` receives their number. */
const struct specimen_step *specimen_steps(size_t *count);
/* ERROR_CONFLICT when the event may not happen in that state. An event that moves nothing gives
 * `from`. */
enum error specimen_next(enum specimen_state from, enum event event, enum specimen_state *to);
/* Whether an instrument's result may be linked by itself to a specimen in this state. */
bool specimen_testable(enum specimen_state state);

const char *specimen_state_id(enum specimen_state state);
const char *specimen_state_text(enum specimen_state state);
enum error specimen_state_parse(const char *id, enum specimen_state *out);
const char *event_id(enum event event);
const char *event_text(enum event event);

#endif
