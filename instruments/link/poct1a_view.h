/*
 * What one POCT1-A document says to the one who holds the conversation (devices.md 5.3). Pure: the
 * live link and the decoder of the journal read a piece alike.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_POCT1A_VIEW_H
#define PHIAL_INSTRUMENTS_LINK_POCT1A_VIEW_H

#include "core/base/buffer.h"

/* Kind, message type up to the dot, and what becomes of such a document. */
enum {
    POCT1A_KEEP = 1,        /* on disk before it is acknowledged */
    POCT1A_ACKNOWLEDGE = 2, /* its sender waits for ACK.R01 */
    POCT1A_HAND_ON = 4,     /* it is a message for the decoder */
};
#define POCT1A_KINDS(X)                                                                            \
    X(HELLO, "HEL", POCT1A_KEEP | POCT1A_ACKNOWLEDGE | POCT1A_HAND_ON)                             \
    X(STATUS, "DST", POCT1A_KEEP | POCT1A_ACKNOWLEDGE)                                             \
    X(OBSERVATIONS, "OBS", POCT1A_KEEP | POCT1A_ACKNOWLEDGE | POCT1A_HAND_ON)                      \
    X(END_OF_TOPIC, "EOT", POCT1A_KEEP | POCT1A_ACKNOWLEDGE)                                       \
    X(REQUEST, "REQ", POCT1A_KEEP | POCT1A_ACKNOWLEDGE | POCT1A_HAND_ON)                           \
    X(DIRECTIVE, "DTV", POCT1A_KEEP | POCT1A_ACKNOWLEDGE | POCT1A_HAND_ON)                         \
    X(END, "END", POCT1A_KEEP | POCT1A_ACKNOWLEDGE)                                                \
    X(ACKNOWLEDGEMENT, "ACK", 0)                                                                   \
    X(KEEP_ALIVE, "KPA", POCT1A_ACKNOWLEDGE)                                                       \
    X(ESCAPE, "ESC", POCT1A_KEEP)                                                                  \
    /* events, lists and makers' own */                                                            \
    X(OTHER, "", POCT1A_KEEP | POCT1A_ACKNOWLEDGE | POCT1A_HAND_ON)                                \
    /* no well-formed document of POCT1-A at all */                                                \
    X(MALFORMED, "", POCT1A_KEEP | POCT1A_HAND_ON)

#define POCT1A_KIND_ENUM(name, type, does) POCT1A_##name,
enum poct1a_kind { POCT1A_KINDS(POCT1A_KIND_ENUM) POCT1A_KIND_COUNT };
#undef POCT1A_KIND_ENUM

enum { POCT1A_ID = 64, POCT1A_WORD = 40 };

/* What a device says of itself in HEL. */
struct poct1a_peer {
    unsigned timeout_ms; /* application_timeout; 0 when not said */
    size_t max_size;     /* of a document for it; 0 when not said */
    bool continuous;     /* it can be told START_CONTINUOUS */
    bool set_time;       /* ... and SET_TIME */
    bool ends;           /* it waits for END when all is said (connection profile SA) */
    bool short_echo;     /* it wants ACK.control_id, not ACK.ack_control_id */
};

struct poct1a_view {
    enum poct1a_kind kind;
    unsigned does;
    struct span document;       /* in the piece, out of its block */
    char control_id[POCT1A_ID]; /* HDR.control_id */
    char echo[POCT1A_ID];       /* ACK: whose acknowledgement it is; "" when not said */
    bool refused;               /* ACK: AE */
    char word[POCT1A_WORD];     /* REQ.request_cd, DTV.command_cd, EOT.topic_cd */
    bool observations, events;  /* DST: there are new ones */
    struct poct1a_peer peer;    /* HEL */
};

/* Reads a piece of the inbox or a frame of the journal. ERROR_NO_MEMORY only. HEL: `hello` is set
 * to a short HEL that only says who the device is, without time and number: it stands in front of
 * each message of the session. `hello` may be NULL. */
enum error poct1a_view_read(struct span piece, struct poct1a_view *out, struct buffer *hello);

#endif
