/*
 * POCT1-A documents cut out of a stream of bytes (devices.md 5.3).
 *
 * Invariants: the piece under way begins at the first byte of `input`; what a piece is depends on
 * the bytes alone, never on how they were cut. A device sends its documents bare, one behind the
 * other, or each in an MLLP block (VT .. FS, the CR behind it is not waited for); either is taken
 * at any time. A bare document that is damaged ends where the next one begins, or at silence.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_POCT1A_INBOX_H
#define PHIAL_INSTRUMENTS_LINK_POCT1A_INBOX_H

#include "instruments/link/link.h"
#include "instruments/link/mllp_block.h"
#include "instruments/message/xml_split.h"

enum poct1a_stage {
    POCT1A_OUTSIDE,
    POCT1A_BARE,
    POCT1A_BLOCK,
    POCT1A_DAMAGED, /* a bare document that cannot be well-formed any more */
    POCT1A_WHOLE,   /* a piece is there until it is dropped */
};

struct poct1a_inbox {
    struct buffer input; /* LIMIT_PENDING_INPUT at most */
    size_t at;           /* how much of the piece was looked at */
    enum poct1a_stage stage;
    struct xml_splitter splitter;
    size_t len;                   /* of the piece, when WHOLE */
    bool skipping;                /* behind a document that was too long: until another begins */
    bool noisy;                   /* noise was noted already */
    const struct link_port *port; /* for its notes only */
};

void poct1a_inbox_init(struct poct1a_inbox *b, const struct link_port *port);
void poct1a_inbox_free(struct poct1a_inbox *b);
void poct1a_inbox_clear(struct poct1a_inbox *b);
/* ERROR_TOO_BIG: nothing was taken. */
enum error poct1a_inbox_put(struct poct1a_inbox *b, struct span in);
/* True when a piece is there: a document or block as it came, or the bytes of a damaged one. */
bool poct1a_inbox_next(struct poct1a_inbox *b, struct span *piece);
/* Done with the piece. */
void poct1a_inbox_drop(struct poct1a_inbox *b);
/* The line fell silent: a damaged document is over. */
void poct1a_inbox_silence(struct poct1a_inbox *b);

static inline bool poct1a_inbox_damaged(const struct poct1a_inbox *b)
{
    return b->stage == POCT1A_DAMAGED;
}

/* The document in a piece; false when the piece is a block without its end. */
bool poct1a_unwrap(struct span piece, struct span *document);

static inline bool poct1a_is_block(struct span piece)
{
    return piece.len && piece.at[0] == BYTE_VT;
}

#endif
