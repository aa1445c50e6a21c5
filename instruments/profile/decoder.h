/* Decoding one text: what the engine's files share. For this folder only. */
#ifndef PHIAL_INSTRUMENTS_PROFILE_DECODER_H
#define PHIAL_INSTRUMENTS_PROFILE_DECODER_H

#include "instruments/profile/parts.h"

#include <stddef.h>

enum { DECODER_NONE = -1 };

/* What a message's record is in this profile. */
struct decoder_mark {
    enum profile_role role;
    size_t type; /* its place in a context; PROFILE_TYPES_MAX when no path leads there */
};

struct decoder {
    const struct profile *p;
    struct arena *arena;
    const char *id; /* the profile's, in the arena */
    bool whole;     /* the text did not break off */
    struct record *records;
    size_t count, room;
    struct profile_context context;
    struct text_list strange; /* complaints about the message as a whole */

    /* The message that is being read. */
    const struct message *message;       /* NULL between two */
    const struct profile_format *format; /* that it is in */
    const struct decoder_mark *marks;    /* of its records */
    size_t at;                           /* the record that is being read */
    size_t first;                        /* the index of the message's first record in `records` */
    bool ended, patient, grouped;        /* came to its end; named a patient; has opened a record */
    bool by_specimen;                    /* specimens open records, not orders */

    /* The record that is open. */
    ptrdiff_t open;                    /* its index, or DECODER_NONE */
    size_t open_room;                  /* how many results it has room for */
    size_t kind;                       /* the first line of [kinds] that holds for it */
    unsigned depth;                    /* of its newest result */
    bool led;                          /* what belongs to the next order has begun */
    bool behind;                       /* a detail stood behind the newest result */
    bool skipping;                     /* the newest result was none */
    bool torn;                         /* its details name two specimens or patients */
    const struct message_record *twin; /* that one, at quirk TWIN_SAYS_WHEN */
    struct text_list waiting; /* comments before any result of the open or the next record */
};

/* Reads one message into records (message.c). `talk`: it only keeps the conversation going, so that
 * it makes no record of its own. */
void decoder_read_message(struct decoder *d, const struct message *message,
                          const struct profile_format *format, bool talk);
/* A record for a message that held no order, result or question. */
void decoder_add_bare(struct decoder *d);

/* Takes the message's record `at`: opens, fills or closes a record of ours, as its role has it
 * (group.c, like the three below). */
void decoder_take_record(struct decoder *d);
/* A record of ours, blank; NULL when memory is out. */
struct record *decoder_add_record(struct decoder *d);
/* Closes the open record, if there is one. */
void decoder_close_record(struct decoder *d);
/* INCOMPLETE when the message broke off, else what the profile's [kinds] say, or `otherwise`. */
enum record_kind decoder_kind(const struct decoder *d, enum record_kind otherwise);

/* Fills from the context what the record does not say yet (fill.c). */
void decoder_fill(struct decoder *d, struct record *r);
/* A place's text, without the blanks that quirk PADDED_FIELDS means. */
const char *decoder_text(struct decoder *d, enum profile_place place);
/* Remembers the first line of [kinds] that holds at this point. */
void decoder_judge(struct decoder *d);
/* Takes the comments that this record carries: its own, when paths lead there. */
struct text_list decoder_remarks(struct decoder *d, const struct message_record *record,
                                 size_t type);
/* Comments that stood before any result: to the first result, in front of its own; without any
 * result to the complaints, so that they are seen. */
void decoder_settle_waiting(struct decoder *d, struct record *r);
/* Takes the operator out at quirk OPERATOR_REPEATS_PATIENT. */
void decoder_drop_odd_operator(struct decoder *d, struct record *r);
/* Moves a list's texts behind another's. */
void decoder_move_list(struct text_list *from, struct text_list *to, struct arena *arena);

#endif
