/*
 * Facts: the tables that are only ever added to, and the one way to add a row.
 *
 * The canonical form of a row, from which its link is computed, is
 *   "phial-1" 0, the table's name 0, id as u64,
 *   for each column that is not NULL, in the table's order without id and link:
 *     its position from 1 as u16, a tag (i integer, t text, b blob), its length as u32, its bytes
 *     (an integer as 8 bytes),
 *   0 as u16, and the 32 bytes of the link of the row before (zeros before the first).
 * Numbers are little-endian. A column that a later migration appends, and that is NULL in older
 * rows, changes nothing in their links.
 */
#ifndef PHIAL_CORE_STORE_FACTS_H
#define PHIAL_CORE_STORE_FACTS_H

#include "core/store/store.h"

#include <sodium.h>

/* The seal names a table by its place here: rows are only appended to this list. */
#define FACT_TABLE(X)                                                                              \
    X(SITE, "site")                                                                                \
    X(PERSON, "person")                                                                            \
    X(SIGN_IN, "sign_in")                                                                          \
    X(VIEW, "view")                                                                                \
    X(INSTRUMENT, "instrument")                                                                    \
    X(TEST, "test")                                                                                \
    X(TEST_ANALYTE, "test_analyte")                                                                \
    X(REFERENCE_SET, "reference_set")                                                              \
    X(REFERENCE_LIMIT, "reference_limit")                                                          \
    X(REFERENCE_APPROVAL, "reference_approval")                                                    \
    X(PATIENT, "patient")                                                                          \
    X(ORDERS, "orders")                                                                            \
    X(ORDER_TEST, "order_test")                                                                    \
    X(IDENTIFICATION, "identification")                                                            \
    X(ACCESSION_ISSUE, "accession_issue")                                                          \
    X(SPECIMEN, "specimen")                                                                        \
    X(LABEL_PRINT, "label_print")                                                                  \
    X(LABEL_OUTCOME, "label_outcome")                                                              \
    X(SESSION, "session")                                                                          \
    X(FRAME, "frame")                                                                              \
    X(SESSION_END, "session_end")                                                                  \
    X(DECODED, "decoded")                                                                          \
    X(MESSAGE, "message")                                                                          \
    X(EVENT, "event")                                                                              \
    X(RESULT, "result")                                                                            \
    X(RESOLUTION, "resolution")                                                                    \
    X(REVIEW, "review")                                                                            \
    X(CRITICAL_NOTICE, "critical_notice")                                                          \
    X(PIN_SET, "pin_set")                                                                          \
    X(PROCEDURE, "procedure")                                                                      \
    X(TRACING, "tracing")                                                                          \
    X(WAVEFORM, "waveform")                                                                        \
    X(TRACING_TIE, "tracing_tie")                                                                  \
    X(TRACING_CHOICE, "tracing_choice")                                                            \
    X(OVERREAD, "overread")                                                                        \
    X(RULE_SETTING, "rule_setting")                                                                \
    X(GATE_WARNING, "gate_warning")                                                                \
    X(GATE_OVERRIDE, "gate_override")                                                              \
    X(COLLECTION_DETAIL, "collection_detail")                                                      \
    X(ALIQUOT, "aliquot")                                                                          \
    X(RECOLLECTION, "recollection")                                                                \
    X(REJECTION_SEEN, "rejection_seen")                                                            \
    X(ORDER_CANCEL, "order_cancel")                                                                \
    X(ORAL_AUTHORISATION, "oral_authorisation")                                                    \
    X(STORAGE, "storage")                                                                          \
    X(STABILITY, "stability")                                                                      \
    X(READING, "reading")                                                                          \
    X(READING_RUN, "reading_run")                                                                  \
    X(READING_LOOK, "reading_look")                                                                \
    X(READING_END, "reading_end")                                                                  \
    X(PATIENT_MERGE, "patient_merge")                                                              \
    X(PATIENT_UNMERGE, "patient_unmerge")                                                          \
    X(PERSON_ROLE, "person_role")                                                                  \
    X(BADGE, "badge")                                                                              \
    X(OPERATOR_NAME, "operator_name")                                                              \
    X(CERTIFICATE, "certificate")                                                                  \
    X(EMERGENCY, "emergency")                                                                      \
    X(EMERGENCY_REVIEW, "emergency_review")                                                        \
    X(REFERENCE_WITHDRAWAL, "reference_withdrawal")                                                \
    X(QC_LEVEL, "qc_level")                                                                        \
    X(QC_RANGE, "qc_range")                                                                        \
    X(QC_TRIGGER, "qc_trigger")                                                                    \
    X(QC_RUN, "qc_run")                                                                            \
    X(QC_VALUE, "qc_value")                                                                        \
    X(QC_ACTION, "qc_action")                                                                      \
    X(QC_REVIEW, "qc_review")                                                                      \
    X(QC_VOID, "qc_void")                                                                          \
    X(QC_LOOK_BACK, "qc_look_back")                                                                \
    X(QC_DISMISSAL, "qc_dismissal")                                                                \
    X(MAINTENANCE, "maintenance")                                                                  \
    X(PURGE, "purge")                                                                              \
    X(PURGE_APPROVAL, "purge_approval")                                                            \
    X(TOMBSTONE, "tombstone")                                                                      \
    X(TASK, "task")                                                                                \
    X(TASK_STEP, "task_step")                                                                      \
    X(COVER, "cover")                                                                              \
    X(COVER_STEP, "cover_step")                                                                    \
    X(OWNERSHIP, "ownership")                                                                      \
    X(RETURN_ANSWER, "return_answer")                                                              \
    X(REFERENCE_LAB, "reference_lab")                                                              \
    X(REFERENCE_LAB_TEST, "reference_lab_test")                                                    \
    X(MANIFEST, "manifest")                                                                        \
    X(MANIFEST_LINE, "manifest_line")                                                              \
    X(MANIFEST_COUNT, "manifest_count")                                                            \
    X(HAND_OVER, "hand_over")                                                                      \
    X(REFERENCE_RESULT, "reference_result")                                                        \
    X(REVEAL, "reveal")                                                                            \
    X(PRACTICE, "practice")                                                                        \
    X(ITEM, "item")                                                                                \
    X(ITEM_TEST, "item_test")                                                                      \
    X(LOT, "lot")                                                                                  \
    X(LOT_RECEIPT, "lot_receipt")                                                                  \
    X(LOT_OPENING, "lot_opening")                                                                  \
    X(LOT_MARK, "lot_mark")                                                                        \
    X(PLACE, "place")                                                                              \
    X(TEMPERATURE, "temperature")                                                                  \
    X(CRITICAL_ATTEMPT, "critical_attempt")                                                        \
    X(CRITICAL_STEP, "critical_step")                                                              \
    X(CORRECTION, "correction")                                                                    \
    X(CORRECTION_MOVE, "correction_move")                                                          \
    X(NOTICE_ITEM, "notice_item")                                                                  \
    X(NOTICE_SEEN, "notice_seen")                                                                  \
    X(PROPOSAL, "proposal")                                                                        \
    X(PROPOSAL_END, "proposal_end")                                                                \
    X(OUTBOX_ENDPOINT, "outbox_endpoint")                                                          \
    X(OUTBOX_MESSAGE, "outbox_message")                                                            \
    X(OUTBOX_RESULT, "outbox_result")                                                              \
    X(OUTBOX_STATE, "outbox_state")                                                                \
    X(PAPER_SHEET, "paper_sheet")                                                                  \
    X(PAPER_NUMBER, "paper_number")                                                                \
    X(PAPER_END, "paper_end")                                                                      \
    X(PAPER_HELD, "paper_held")                                                                    \
    X(BILLING_CODE, "billing_code")                                                                \
    X(HELD_CRITICAL, "held_critical")                                                              \
    X(HELD_STEP, "held_step")

#define FACT_ENUM(name, table) FACT_##name,
enum fact { FACT_TABLE(FACT_ENUM) FACT_COUNT };
#undef FACT_ENUM

/* "" for a number out of range. */
const char *fact_table(enum fact fact);

enum field_kind { FIELD_NULL, FIELD_INTEGER, FIELD_TEXT, FIELD_BLOB };

/* One column's value; the bytes of a text or blob are borrowed. */
struct field {
    const char *name;
    enum field_kind kind;
    int64_t number;
    struct span bytes;
};

static inline struct field field_number(const char *name, int64_t number)
{
    return (struct field) { name, FIELD_INTEGER, number, { 0 } };
}

/* 0 is NULL. */
static inline struct field field_id(const char *name, int64_t id)
{
    return (struct field) { name, id ? FIELD_INTEGER : FIELD_NULL, id, { 0 } };
}

/* NULL is "". */
static inline struct field field_text(const char *name, const char *text)
{
    return (struct field) { name, FIELD_TEXT, 0, span_text(text ? text : "") };
}

/* NULL and "" are NULL: for columns that a later migration has appended. */
static inline struct field field_known(const char *name, const char *text)
{
    struct field f = field_text(name, text);
    f.kind = text && *text ? FIELD_TEXT : FIELD_NULL;
    return f;
}

/* NULL and "" are NULL: for columns that a migration has appended. */
static inline struct field field_told(const char *name, const char *text)
{
    bool told = text && *text;
    return (struct field) { name, told ? FIELD_TEXT : FIELD_NULL, 0, span_text(told ? text : "") };
}

static inline struct field field_blob(const char *name, struct span bytes)
{
    return (struct field) { name, FIELD_BLOB, 0, bytes };
}

/* Computing a link: begin, one call a column in order (NULLs too), end. */
struct fact_hash {
    crypto_hash_sha256_state state;
    unsigned position;
};
void fact_hash_begin(struct fact_hash *h, const char *table, int64_t id);
void fact_hash_column(struct fact_hash *h, enum field_kind kind, int64_t number, struct span bytes);
void fact_hash_end(struct fact_hash *h, const uint8_t previous[STORE_LINK],
                   uint8_t out[STORE_LINK]);

/* Adds the row: `columns` are all of the table's, in its order, without id and link. */
enum error fact_add(struct store *s, enum fact fact, const struct field *columns, size_t count,
                    int64_t *id);

#define FACT_ADD(store, fact, columns, id)                                                         \
    fact_add((store), (fact), (columns), sizeof(columns) / sizeof((columns)[0]), (id))

#endif
