/*
 * The one vocabulary between processes (DESIGN 1).
 *
 * A message is one packet of a SOCK_SEQPACKET socket: its type, then fields, each with a tag and
 * a type. Two tables say everything: WIRE_FIELDS, what a field is called, holds and may measure;
 * and wire_table.c, which fields a message must or may have and who may send it. wire_read checks
 * a packet against both, so that a receiver never sees a malformed message: it gets ERROR_BAD_INPUT
 * and ends the sender. The field names are also the names of the web's JSON and of the command
 * line's options.
 *
 * Layout, little-endian: u16 type; then per field u16 tag, u32 length, bytes. A text is UTF-8
 * and carries its terminator within its length. A number is 8 bytes. A group holds fields.
 */
#ifndef PHIAL_CORE_MODEL_WIRE_H
#define PHIAL_CORE_MODEL_WIRE_H

#include "core/base/buffer.h"
#include "core/base/limits.h"

enum wire_kind { WIRE_NUMBER, WIRE_TEXT, WIRE_LINES, WIRE_BYTES, WIRE_GROUP };

/* LINES is text that may hold line ends. The last column is the most bytes (of text, without the
 * terminator). A message's table says which fields may come more than once. */
#define WIRE_FIELDS(X)                                                                             \
    X(ID, "id", NUMBER, 8)                                                                         \
    X(TICKET, "ticket", NUMBER, 8)                                                                 \
    X(SESSION, "session", NUMBER, 8)                                                               \
    X(FRAME_NUMBER, "frame_number", NUMBER, 8)                                                     \
    X(DIRECTION, "direction", NUMBER, 8)                                                           \
    X(ENDING, "ending", NUMBER, 8)                                                                 \
    X(STATE, "state", NUMBER, 8)                                                                   \
    X(STATUS, "status", NUMBER, 8)                                                                 \
    X(ORDINAL, "ordinal", NUMBER, 8)                                                               \
    X(LAST, "last", NUMBER, 8)                                                                     \
    X(AT, "at", NUMBER, 8)                                                                         \
    X(FOUND, "found", NUMBER, 8)                                                                   \
    X(COPY, "copy", NUMBER, 8)                                                                     \
    X(COUNT, "count", NUMBER, 8)                                                                   \
    X(AUTOMATIC, "automatic", NUMBER, 8)                                                           \
    X(BYTES, "bytes", BYTES, LIMIT_FRAME)                                                          \
    X(HASH, "hash", BYTES, 32)                                                                     \
    X(INSTRUMENT, "instrument", TEXT, 64)                                                          \
    X(PROFILE, "profile", TEXT, 64)                                                                \
    X(PROFILE_FOLDER, "profile_folder", TEXT, LIMIT_TEXT)                                          \
    X(PORT, "port", TEXT, LIMIT_TEXT)                                                              \
    X(SETTINGS, "settings", TEXT, LIMIT_TEXT)                                                      \
    X(SENTENCE, "sentence", LINES, LIMIT_TEXT)                                                     \
    X(KIND, "kind", TEXT, 32)                                                                      \
    X(MODEL, "model", TEXT, LIMIT_TEXT)                                                            \
    X(SERIAL, "serial", TEXT, LIMIT_TEXT)                                                          \
    X(SOFTWARE, "software", TEXT, LIMIT_TEXT)                                                      \
    X(SPECIMEN, "specimen", TEXT, LIMIT_TEXT)                                                      \
    X(PATIENT_ID, "patient_id", TEXT, LIMIT_TEXT)                                                  \
    X(PATIENT_NAME, "patient_name", TEXT, LIMIT_TEXT)                                              \
    X(PATIENT_BIRTH_DATE, "patient_birth_date", TEXT, LIMIT_TEXT)                                  \
    X(PATIENT_SEX, "patient_sex", TEXT, LIMIT_TEXT)                                                \
    X(OPERATOR, "operator", TEXT, LIMIT_TEXT)                                                      \
    X(RUN, "run", TEXT, LIMIT_TEXT)                                                                \
    X(LOOKS_LIKE, "looks_like", TEXT, 256)                                                         \
    X(SENT_AT, "sent_at", TEXT, LIMIT_TEXT)                                                        \
    X(RESULT, "result", GROUP, LIMIT_WIRE)                                                         \
    X(CODE, "code", TEXT, LIMIT_TEXT)                                                              \
    X(LOINC, "loinc", TEXT, 32)                                                                    \
    X(NAME, "name", TEXT, LIMIT_TEXT)                                                              \
    X(VALUE, "value", TEXT, LIMIT_TEXT)                                                            \
    X(COMPARATOR, "comparator", TEXT, 4)                                                           \
    X(NUMBER, "number", TEXT, LIMIT_TEXT)                                                          \
    X(UNIT, "unit", TEXT, LIMIT_TEXT)                                                              \
    X(UCUM, "ucum", TEXT, 64)                                                                      \
    X(FLAG, "flag", TEXT, LIMIT_TEXT)                                                              \
    X(RANGE, "range", TEXT, LIMIT_TEXT)                                                            \
    X(RESULT_STATUS, "result_status", TEXT, LIMIT_TEXT)                                            \
    X(OBSERVED_AT, "observed_at", TEXT, LIMIT_TEXT)                                                \
    X(LOT, "lot", TEXT, LIMIT_TEXT)                                                                \
    X(COMMENT, "comment", TEXT, LIMIT_TEXT)                                                        \
    X(COMPLAINT, "complaint", TEXT, LIMIT_TEXT)                                                    \
    X(TOKEN, "token", TEXT, 64)                                                                    \
    X(LOGIN, "login", TEXT, 64)                                                                    \
    X(PIN, "pin", TEXT, 64)                                                                        \
    X(NEW_PIN, "new_pin", TEXT, 64)                                                                \
    X(ROLE, "role", TEXT, 32)                                                                      \
    X(PERSON, "person", NUMBER, 8)                                                                 \
    X(WORKSTATION, "workstation", TEXT, 128)                                                       \
    X(MRN, "mrn", TEXT, 64)                                                                        \
    X(FAMILY, "family", TEXT, LIMIT_NAME)                                                          \
    X(GIVEN, "given", TEXT, LIMIT_NAME)                                                            \
    X(BIRTH_DATE, "birth_date", TEXT, 10)                                                          \
    X(SEX, "sex", TEXT, 8)                                                                         \
    X(ORDER, "order", TEXT, 64)                                                                    \
    X(TEST, "test", TEXT, 64)                                                                      \
    X(PROVIDER, "provider", TEXT, 64)                                                              \
    X(PRIORITY, "priority", TEXT, 16)                                                              \
    X(MODE, "mode", TEXT, 16)                                                                      \
    X(IDENTIFIER, "identifier", TEXT, 64)                                                          \
    X(METHOD, "method", TEXT, 64)                                                                  \
    X(SPECIMEN_TYPE, "specimen_type", TEXT, 64)                                                    \
    X(CONTAINER, "container", TEXT, 64)                                                            \
    X(SITE, "site", TEXT, 64)                                                                      \
    X(COLLECTED_AT, "collected_at", TEXT, 32)                                                      \
    X(COLLECTOR, "collector", TEXT, 64)                                                            \
    X(ACCESSION, "accession", TEXT, 12)                                                            \
    X(SCANNED, "scanned", TEXT, 256)                                                               \
    X(PRINTER, "printer", TEXT, 64)                                                                \
    X(STOCK, "stock", TEXT, 16)                                                                    \
    X(LOCATION, "location", TEXT, 128)                                                             \
    X(CONDITION, "condition", TEXT, 128)                                                           \
    X(REASON, "reason", TEXT, LIMIT_TEXT)                                                          \
    X(REASON_CODE, "reason_code", TEXT, 16)                                                        \
    X(MEANING, "meaning", TEXT, 32)                                                                \
    X(DISPOSITION, "disposition", TEXT, 32)                                                        \
    X(NOTE, "note", LINES, LIMIT_TEXT)                                                             \
    X(VERSION, "version", TEXT, 64)                                                                \
    X(MESSAGE, "message", NUMBER, 8)                                                               \
    X(RESOLUTION, "resolution", TEXT, 32)                                                          \
    X(READ_BACK, "read_back", TEXT, LIMIT_TEXT)                                                    \
    X(TOLD_TO, "told_to", TEXT, LIMIT_NAME)                                                        \
    X(WHAT, "what", TEXT, 32)                                                                      \
    X(KEY, "key", TEXT, 128)                                                                       \
    X(LIST, "list", TEXT, 16)                                                                      \
    X(REFERENCE_SET, "reference_set", TEXT, 64)                                                    \
    X(LIMITS, "limits", LINES, LIMIT_LIMITS)                                                       \
    X(EFFECTIVE, "effective", TEXT, 32)                                                            \
    X(TOPIC, "topic", TEXT, 32)                                                                    \
    X(FORMAT, "format", TEXT, 32)                                                                  \
    X(FACTS, "facts", LINES, LIMIT_ECG_FACTS)                                                      \
    X(TRACING, "tracing", NUMBER, 8)                                                               \
    X(INSTEAD, "instead", TEXT, 64)                                                                \
    X(OPINION, "opinion", TEXT, 16)                                                                \
    X(READING, "reading", LINES, LIMIT_TEXT)                                                       \
    X(PICTURE, "picture", TEXT, 64)                                                                \
    X(QC, "qc", NUMBER, 8)                                                                         \
    X(EVERY, "every", NUMBER, 8)                                                                   \
    X(TRIGGER, "trigger", TEXT, 40)                                                                \
    X(BASIS, "basis", TEXT, 32)                                                                    \
    X(EXPECTED, "expected", TEXT, 64)                                                              \
    X(MEAN, "mean", TEXT, 32)                                                                      \
    X(SD, "sd", TEXT, 32)                                                                          \
    X(MATCHES, "matches", TEXT, 64)                                                                \
    X(WESTGARD, "westgard", NUMBER, 8)                                                             \
    X(REAGENT_LOT, "reagent_lot", TEXT, 64)                                                        \
    X(LAYOUT, "layout", TEXT, 64)                                                                  \
    X(RELEASE, "release", TEXT, LIMIT_TEXT)                                                        \
    X(RULE, "rule", TEXT, 16)                                                                      \
    X(FINDING, "finding", TEXT, 16)                                                                \
    X(LEVEL, "level", TEXT, 64)                                                                    \
    X(PLACER, "placer", TEXT, 64)                                                                  \
    X(ICD10, "icd10", TEXT, 64)                                                                    \
    X(VOLUME, "volume", TEXT, 32)                                                                  \
    X(FASTING, "fasting", TEXT, 4)                                                                 \
    X(LAST_MENSES, "last_menses", TEXT, 10)                                                        \
    X(ANTICOAGULANT, "anticoagulant", TEXT, 64)                                                    \
    X(TEMPERATURE, "temperature", TEXT, 16)                                                        \
    X(RECOLLECT, "recollect", TEXT, 4)                                                             \
    X(CONTROL, "control", TEXT, 64)                                                                \
    X(AGAIN, "again", TEXT, 128)                                                                   \
    X(CONFIRMED, "confirmed", NUMBER, 8)                                                           \
    X(READ_FROM, "read_from", NUMBER, 8)                                                           \
    X(READ_TO, "read_to", NUMBER, 8)                                                               \
    X(SECOND_LOOK, "second_look", TEXT, 16)                                                        \
    X(SOURCE, "source", TEXT, LIMIT_TEXT)                                                          \
    X(MINUTES, "minutes", NUMBER, 8)                                                               \
    X(MERGED_MRN, "merged_mrn", TEXT, 64)                                                          \
    X(MERGE, "merge", NUMBER, 8)                                                                   \
    X(ROLES, "roles", TEXT, 256)                                                                   \
    X(EMERGENCY, "emergency", NUMBER, 8)                                                           \
    X(EMERGENCY_UNTIL, "emergency_until", NUMBER, 8)                                               \
    X(ACTIVE, "active", NUMBER, 8)                                                                 \
    X(JUSTIFIED, "justified", NUMBER, 8)                                                           \
    X(TRAINED_ON, "trained_on", TEXT, 10)                                                          \
    X(VALID_UNTIL, "valid_until", TEXT, 10)                                                        \
    X(EVIDENCE, "evidence", TEXT, LIMIT_TEXT)                                                      \
    X(LABORATORY, "laboratory", NUMBER, 8)                                                         \
    X(ADDRESS, "address", TEXT, LIMIT_TEXT)                                                        \
    X(CLIA, "clia", TEXT, 16)                                                                      \
    X(PHONE, "phone", TEXT, 64)                                                                    \
    X(DAYS, "days", NUMBER, 8)                                                                     \
    X(MANIFEST, "manifest", TEXT, 24)                                                              \
    X(COURIER, "courier", TEXT, 128)                                                               \
    X(LAB_NUMBER, "lab_number", TEXT, 64)                                                          \
    X(REPORTED_AT, "reported_at", TEXT, 32)                                                        \
    X(COVERED, "covered", NUMBER, 8)                                                               \
    X(PRACTICE, "practice", NUMBER, 8)                                                             \
    X(BEFORE, "before", TEXT, 10)                                                                  \
    X(PURGE, "purge", NUMBER, 8)                                                                   \
    X(TASK, "task", NUMBER, 8)                                                                     \
    X(OWNER, "owner", TEXT, 64)                                                                    \
    X(DUE, "due", TEXT, 10)                                                                        \
    X(INSTRUCTION, "instruction", LINES, LIMIT_TEXT)                                               \
    X(OUTCOME, "outcome", TEXT, 16)                                                                \
    X(COVER, "cover", NUMBER, 8)                                                                   \
    X(DEPUTY, "deputy", TEXT, 64)                                                                  \
    X(FROM_DAY, "from_day", TEXT, 10)                                                              \
    X(UNTIL_DAY, "until_day", TEXT, 10)                                                            \
    X(CREDENTIAL, "credential", TEXT, 64)                                                          \
    X(CONTACT, "contact", TEXT, LIMIT_NAME)                                                        \
    X(VALUE_READ, "value_read", TEXT, LIMIT_TEXT)                                                  \
    X(RESULT_ID, "result_id", NUMBER, 8)                                                           \
    X(REQUESTED_BY, "requested_by", TEXT, LIMIT_NAME)                                              \
    X(PROPOSAL, "proposal", NUMBER, 8)                                                             \
    X(ITEM_ID, "item_id", NUMBER, 8)                                                               \
    X(ITEM, "item", NUMBER, 8)                                                                     \
    X(LOT_ID, "lot_id", NUMBER, 8)                                                                 \
    X(PLACE, "place", NUMBER, 8)                                                                   \
    X(MAKER, "maker", TEXT, 128)                                                                   \
    X(GTIN, "gtin", TEXT, 14)                                                                      \
    X(STORAGE, "storage", TEXT, 64)                                                                \
    X(EXPIRES, "expires", TEXT, 10)                                                                \
    X(SHIPMENT, "shipment", TEXT, 64)                                                              \
    X(OPENED_ON, "opened_on", TEXT, 10)                                                            \
    X(MEASURE, "measure", TEXT, 8)                                                                 \
    X(LOW, "low", TEXT, 16)                                                                        \
    X(HIGH, "high", TEXT, 16)                                                                      \
    X(LOWEST, "lowest", TEXT, 16)                                                                  \
    X(HIGHEST, "highest", TEXT, 16)                                                                \
    X(PRESENT, "present", TEXT, 16)                                                                \
    X(USABLE, "usable", NUMBER, 8)                                                                 \
    X(OUTBOX, "outbox", NUMBER, 8)                                                                 \
    X(CONTROL_ID, "control_id", TEXT, 200)                                                         \
    X(SHEET, "sheet", NUMBER, 8)                                                                   \
    X(BILLING, "billing", LINES, LIMIT_BILLING)                                                    \
    X(NEW_MRN, "new_mrn", TEXT, 64)                                                                \
    X(NPI, "npi", TEXT, 16)

#define WIRE_FIELD_ENUM(name, text, kind, max) WIRE_F_##name,
enum wire_field { WIRE_FIELDS(WIRE_FIELD_ENUM) WIRE_FIELD_COUNT };
#undef WIRE_FIELD_ENUM

/* Who sends a message. */
enum wire_side {
    WIRE_CORE = 1,
    WIRE_INSTRUMENT = 2,
    WIRE_LABELS = 4,
    WIRE_WEB = 8,      /* a person's request, by the page ... */
    WIRE_CONTROL = 16, /* ... or by the command line, on the control socket */
    WIRE_SCANNER = 32,
    WIRE_EXCHANGE = 64, /* the connection to a health record */
    WIRE_PACKER = 128   /* who makes an inspector's pack */
};

/* Every message; its fields stand in wire_table.c in the same order. */
#define WIRE_MESSAGES(X)                                                                           \
    /* core to a child */                                                                          \
    X(SETUP, "setup")                                                                              \
    X(KEPT, "kept")                                                                                \
    X(REFUSED, "refused")                                                                          \
    X(ANSWER, "answer")                                                                            \
    X(DECODE, "decode")                                                                            \
    X(PRINT, "print")                                                                              \
    X(REPLY, "reply")                                                                              \
    X(CHANGED, "changed")                                                                          \
    X(STATUS, "status")                                                                            \
    X(SCANNED, "scanned")                                                                          \
    X(RUN, "run")                                                                                  \
    X(DELIVER, "deliver")                                                                          \
    /* an instrument to core */                                                                    \
    X(READY, "ready")                                                                              \
    X(LINK, "link")                                                                                \
    X(KEEP, "keep")                                                                                \
    X(RECORD, "record")                                                                            \
    X(SESSION_END, "session_end")                                                                  \
    X(NOTICED, "noticed")                                                                          \
    X(WAVEFORM, "waveform")                                                                        \
    X(TRACING, "tracing")                                                                          \
    /* a printer's child to core */                                                                \
    X(PRINTED, "printed")                                                                          \
    /* an inspector's pack: core to its child, the child to core and core to the page, and back */ \
    X(PACK, "pack")                                                                                \
    X(PART, "part")                                                                                \
    X(MORE, "more")                                                                                \
    /* a scanner's child to core */                                                                \
    X(SCAN, "scan")                                                                                \
    /* a health record's child to core */                                                          \
    X(DELIVERED, "delivered")                                                                      \
    /* a person, by web or by the command line */                                                  \
    X(SIGN_IN, "sign_in")                                                                          \
    X(SIGN_OUT, "sign_out")                                                                        \
    X(WHO, "who")                                                                                  \
    X(VIEW, "view")                                                                                \
    X(ORDER_ENTER, "order_enter")                                                                  \
    X(IDENTIFY, "identify")                                                                        \
    X(COLLECT, "collect")                                                                          \
    X(LABEL_PRINT, "label_print")                                                                  \
    X(LABEL_VERIFY, "label_verify")                                                                \
    X(RECEIVE, "receive")                                                                          \
    X(REJECT, "reject")                                                                            \
    X(STORE, "store")                                                                              \
    X(DISPOSE, "dispose")                                                                          \
    X(RESOLVE, "resolve")                                                                          \
    X(SIGN, "sign")                                                                                \
    X(RETURN, "return")                                                                            \
    X(CRITICAL_TOLD, "critical_told")                                                              \
    X(APPROVE, "approve")                                                                          \
    X(LIMITS_PROPOSE, "limits_propose")                                                            \
    X(LIMITS_WITHDRAW, "limits_withdraw")                                                          \
    X(USER_ADD, "user_add")                                                                        \
    X(USER_PIN, "user_pin")                                                                        \
    X(EKG_OPEN, "ekg_open")                                                                        \
    X(EKG_CLOSE, "ekg_close")                                                                      \
    X(EKG_RUN, "ekg_run")                                                                          \
    X(EKG_TIE, "ekg_tie")                                                                          \
    X(EKG_UNTIE, "ekg_untie")                                                                      \
    X(EKG_CHOOSE, "ekg_choose")                                                                    \
    X(QC_LEVEL, "qc_level")                                                                        \
    X(QC_TRIGGER, "qc_trigger")                                                                    \
    X(QC_ENTER, "qc_enter")                                                                        \
    X(QC_PLACE, "qc_place")                                                                        \
    X(QC_ACTION, "qc_action")                                                                      \
    X(QC_REVIEW, "qc_review")                                                                      \
    X(QC_VOID, "qc_void")                                                                          \
    X(QC_LOOK, "qc_look")                                                                          \
    X(MAINTENANCE, "maintenance")                                                                  \
    X(OVERREAD, "overread")                                                                        \
    X(RELEASE, "release")                                                                          \
    X(RULE_SET, "rule_set")                                                                        \
    X(PATIENT_ADD, "patient_add")                                                                  \
    X(PATIENT_CORRECT, "patient_correct")                                                          \
    X(PATIENT_MERGE, "patient_merge")                                                              \
    X(PATIENT_UNMERGE, "patient_unmerge")                                                          \
    X(ORDER_CANCEL, "order_cancel")                                                                \
    X(ORAL_AUTHORISE, "oral_authorise")                                                            \
    X(ADD_ON, "add_on")                                                                            \
    X(ALIQUOT, "aliquot")                                                                          \
    X(MOVE, "move")                                                                                \
    X(REJECTION_SEEN, "rejection_seen")                                                            \
    X(STABILITY_SET, "stability_set")                                                              \
    X(READING_SET, "reading_set")                                                                  \
    X(READING_BEGIN, "reading_begin")                                                              \
    X(READING_LOOK, "reading_look")                                                                \
    X(READING_VOID, "reading_void")                                                                \
    X(USER_CHANGE, "user_change")                                                                  \
    X(BADGE_ISSUE, "badge_issue")                                                                  \
    X(BADGE_WITHDRAW, "badge_withdraw")                                                            \
    X(OPERATOR_NAME, "operator_name")                                                              \
    X(CERTIFY, "certify")                                                                          \
    X(CERTIFY_END, "certify_end")                                                                  \
    X(EMERGENCY_BEGIN, "emergency_begin")                                                          \
    X(EMERGENCY_REVIEW, "emergency_review")                                                        \
    X(LAB_SET, "lab_set")                                                                          \
    X(MANIFEST_OPEN, "manifest_open")                                                              \
    X(MANIFEST_PACK, "manifest_pack")                                                              \
    X(MANIFEST_UNPACK, "manifest_unpack")                                                          \
    X(HAND_OVER, "hand_over")                                                                      \
    X(REFERENCE_RESULT, "reference_result")                                                        \
    X(SENDOUT_CLOSE, "sendout_close")                                                              \
    X(REVEAL, "reveal")                                                                            \
    X(PURGE_PROPOSE, "purge_propose")                                                              \
    X(PURGE_APPROVE, "purge_approve")                                                              \
    X(SIGN_BATCH, "sign_batch")                                                                    \
    X(TASK_ADD, "task_add")                                                                        \
    X(TASK_STEP, "task_step")                                                                      \
    X(RETURN_ANSWER, "return_answer")                                                              \
    X(COVER_ASK, "cover_ask")                                                                      \
    X(COVER_ANSWER, "cover_answer")                                                                \
    X(OWN, "own")                                                                                  \
    X(CRITICAL_ATTEMPT, "critical_attempt")                                                        \
    X(CORRECT, "correct")                                                                          \
    X(UNDO, "undo")                                                                                \
    X(PROPOSAL_END, "proposal_end")                                                                \
    X(NOTICE_SEEN, "notice_seen")                                                                  \
    X(ITEM_SET, "item_set")                                                                        \
    X(LOT_RECEIVE, "lot_receive")                                                                  \
    X(LOT_OPEN, "lot_open")                                                                        \
    X(LOT_MARK, "lot_mark")                                                                        \
    X(PLACE_SET, "place_set")                                                                      \
    X(TEMPERATURE_ADD, "temperature_add")                                                          \
    X(OUTBOX_RELEASE, "outbox_release")                                                            \
    X(OUTBOX_DROP, "outbox_drop")                                                                  \
    X(PAPER_RESERVE, "paper_reserve")                                                              \
    X(PAPER_ENTER, "paper_enter")                                                                  \
    X(PAPER_VOID, "paper_void")                                                                    \
    X(BILLING_SET, "billing_set")

#define WIRE_MESSAGE_ENUM(name, text) WIRE_##name,
enum wire_type { WIRE_MESSAGES(WIRE_MESSAGE_ENUM) WIRE_TYPE_COUNT };
#undef WIRE_MESSAGE_ENUM

enum { WIRE_FIELDS_MAX = 24 };

/* One line of wire_table.c: `!` needs the field, `?` allows it once, `*` allows it any number of
 * times. */
struct wire_rule {
    char how;
    enum wire_field field;
};

struct wire_shape {
    unsigned senders; /* of enum wire_side */
    struct wire_rule fields[WIRE_FIELDS_MAX];
    size_t field_count;
};

const struct wire_shape *wire_shape(enum wire_type type);
/* The fields of a RESULT group. */
const struct wire_shape *wire_result_shape(void);
const char *wire_type_name(enum wire_type type);
const char *wire_field_name(enum wire_field field);
enum wire_kind wire_field_kind(enum wire_field field);
size_t wire_field_max(enum wire_field field);
enum error wire_type_parse(const char *name, enum wire_type *out);

/* Values of DIRECTION, ENDING and STATE. */
enum wire_direction { WIRE_FROM_INSTRUMENT = 0, WIRE_TO_INSTRUMENT = 1 };

#define SESSION_END_TABLE(X)                                                                       \
    X(NORMAL, "ended by the instrument")                                                           \
    X(TIMEOUT, "the instrument fell silent")                                                       \
    X(ENQUIRY, "the instrument started again in the middle")                                       \
    X(DISCONNECTED, "the link went down")                                                          \
    X(CHILD_LOST, "the driver stopped")                                                            \
    X(REFUSED, "given up after too many bad frames")                                               \
    X(UNANSWERED, "the instrument may have missed the last acknowledgement")                       \
    X(DAMAGED, "a part of it was damaged or missing")
#define SESSION_END_ENUM(name, text) SESSION_END_##name,
enum session_end { SESSION_END_TABLE(SESSION_END_ENUM) SESSION_END_COUNT };
#undef SESSION_END_ENUM
const char *session_end_text(enum session_end how);

enum link_state { LINK_STATE_WAITING, LINK_STATE_UP, LINK_STATE_DOWN };

/* STATE of a REPLY: whether the token is the reason that nothing was done. */
enum reply_state {
    REPLY_STATE_PLAIN,
    REPLY_STATE_SIGN_IN,
    REPLY_STATE_LOCKED,
    REPLY_STATE_CHOOSE /* of a sign-in: in which of ROLES? Nobody is signed in yet */
};

/*
 * Writing. The writer remembers the first error, so that calls need no check until wire_finish.
 */
struct wire_writer {
    struct buffer out;
    enum error error;
    size_t group; /* where the open group's length stands, 0 when none is open */
};

void wire_begin(struct wire_writer *w, enum wire_type type);
void wire_put_number(struct wire_writer *w, enum wire_field field, uint64_t value);
/* NULL is written as "". */
void wire_put_text(struct wire_writer *w, enum wire_field field, const char *text);
void wire_put_bytes(struct wire_writer *w, enum wire_field field, struct span bytes);
void wire_open_group(struct wire_writer *w, enum wire_field field);
void wire_close_group(struct wire_writer *w);
/* The finished packet, valid until wire_free; or the first error. */
enum error wire_finish(struct wire_writer *w, struct span *packet);
void wire_free(struct wire_writer *w);

/*
 * Reading. `m` borrows the packet.
 */
struct wire_message {
    enum wire_type type;
    struct span fields;
};

/* Checks the whole packet: a known type that `from` may send, each field known, of the right kind
 * and size, in its place, text terminated and UTF-8, nothing missing. Else ERROR_BAD_INPUT with
 * `why`. */
enum error wire_read(struct span packet, enum wire_side from, struct wire_message *m,
                     struct complaint *why);
bool wire_has(const struct wire_message *m, enum wire_field field);
/* 0, "" or empty when the field is not there. */
uint64_t wire_number(const struct wire_message *m, enum wire_field field);
const char *wire_text(const struct wire_message *m, enum wire_field field);
struct span wire_bytes(const struct wire_message *m, enum wire_field field);
/* The next field `field` from `*at` on (start with 0): true, and its content. For repeated texts
 * the content is terminated; a group's content is read through wire_group. */
bool wire_next(const struct wire_message *m, enum wire_field field, size_t *at,
               struct span *content);
/* A message view of a group's content, for the reading functions above. */
struct wire_message wire_group(struct span content);

#endif
