/*
 * Why a record is not simply linked: the closed list that the store, the page and the log share
 * (DESIGN 3.3: everything ends somewhere, with a reason that a person can read).
 */
#ifndef PHIAL_CORE_RULES_REASON_H
#define PHIAL_CORE_RULES_REASON_H

/* The reason's name, the id that is stored, what it says. A detail follows the sentence. */
#define REASON_TABLE(X)                                                                            \
    X(NONE, "", "")                                                                                \
    X(NO_SPECIMEN, "no-specimen", "The instrument sent no specimen number.")                       \
    X(BLANKS, "blanks", "The specimen number has blanks in or around it.")                         \
    X(NOT_ACCESSION, "not-accession", "The specimen number does not have the form of a label.")    \
    X(CHECK_DIGIT, "check-digit",                                                                  \
      "The check digit is wrong: a digit was mistyped, or the label is of another site.")          \
    X(UNKNOWN, "unknown", "No specimen has this number.")                                          \
    X(PAPER, "paper",                                                                              \
      "The number is of a paper label, and its specimen has not been entered yet.")                \
    X(PAPER_VOID, "paper-void", "The number is of a paper label that was declared void.")          \
    X(BEFORE_COLLECTED, "before-collected", "It came before the tube was collected, by the form.") \
    X(STATE, "state", "The specimen is in a state in which it cannot be tested.")                  \
    X(PATIENT_ID, "patient-id", "The patient number on the instrument is not the specimen's.")     \
    X(PATIENT_NAME, "patient-name", "The name on the instrument is not the specimen's.")           \
    X(BIRTH_DATE, "birth-date", "The birth date on the instrument is not the specimen's.")         \
    X(SEX, "sex", "The sex on the instrument is not the specimen's.")                              \
    X(NO_RESULTS, "no-results", "The message names a specimen and holds no result.")               \
    X(UNMAPPED, "unmapped", "A code of this message belongs to no test that was ordered.")         \
    X(NOT_ORDERED, "not-ordered", "A test of this message was not ordered on the specimen.")       \
    X(UNIT_MISSING, "unit-missing", "A number came without its unit.")                             \
    X(UNIT, "unit", "A result came in another unit than the test is set to.")                      \
    X(RUN_DIFFERS, "run-differs",                                                                  \
      "The same run came before with another result, and it is not marked as a correction.")       \
    X(INCOMPLETE, "incomplete", "The transmission broke off.")                                     \
    X(REPEAT_RUN, "repeat-run", "The instrument sent the same run before.")                        \
    X(REPEAT_BROKEN, "repeat-broken",                                                              \
      "The instrument sent the same message twice because a session ended badly.")                 \
    X(QC_NAMES_SPECIMEN, "qc-specimen",                                                            \
      "Quality control that carries the number of a patient's specimen.")                          \
    X(UNREADABLE, "unreadable", "Nothing in the transmission could be read.")                      \
    X(OTHER_INSTRUMENT, "other-instrument",                                                        \
      "The message looks like one of another instrument than the one on this port.")               \
    X(SUPERSEDED, "superseded", "The same message came again later, whole.")                       \
    X(EKG_CONFIRM, "ekg-confirm", "The file agrees with the order that is open at this cart.")     \
    X(EKG_DIFFERS, "ekg-differs", "The file does not agree with the order that is open here.")     \
    X(EKG_UNNAMED, "ekg-unnamed", "The file does not say enough of whose it is.")                  \
    X(EKG_NO_ORDER, "ekg-no-order", "No order is open at this cart.")                              \
    X(EKG_REPEAT, "ekg-repeat", "The same file came before.")

#define REASON_ENUM(name, id, text) REASON_##name,
enum reason { REASON_TABLE(REASON_ENUM) REASON_COUNT };
#undef REASON_ENUM

const char *reason_id(enum reason reason);
/* The sentence of the table. */
const char *reason_text(enum reason reason);

#endif
