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
    X(REFERENCE_SET, "reference_set", TEXT, 64)                                                    \
    X(TOPIC, "topic", TEXT, 32)                                                                    \
    X(FORMAT, "format", TEXT, 32)                                                                  \
    X(FACTS, "facts", LINES, LIMIT_ECG_FACTS)                                                      \
    X(TRACING, "tracing", NUMBER, 8)                                                               \
    X(OPINION, "opinion", TEXT, 16)                                                                \
    X(READING, "reading", LINES, LIMIT_TEXT)                                                       \
    X(PICTURE, "picture", TEXT, 64)                                                                \
    X(LAYOUT, "layout", TEXT, 64)

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
    WIRE_SCANNER = 32
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
    /* a scanner's child to core */                                                                \
    X(SCAN, "scan")                                                                                \
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
    X(USER_ADD, "user_add")                                                                        \
    X(USER_PIN, "user_pin")                                                                        \
    X(EKG_OPEN, "ekg_open")                                                                        \
    X(EKG_CLOSE, "ekg_close")                                                                      \
    X(EKG_RUN, "ekg_run")                                                                          \
    X(EKG_TIE, "ekg_tie")                                                                          \
    X(EKG_UNTIE, "ekg_untie")                                                                      \
    X(EKG_CHOOSE, "ekg_choose")                                                                    \
    X(OVERREAD, "overread")

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
enum reply_state { REPLY_STATE_PLAIN, REPLY_STATE_SIGN_IN, REPLY_STATE_LOCKED };

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
