/*
 * Blocks of MLLP cut out of a stream (devices.md 5.4): VT text FS CR.
 *
 * Forgiven: bytes outside blocks; a final CR that is missing (the next VT ends the block, or
 * silence) or is an LF; an FS or VT inside the text that no block ends or begins with: a flipped
 * bit makes either out of a letter. A VT inside a block that a message follows begins that block
 * anew: its sender broke off and began again. How the bytes were cut never changes what a block is.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_MLLP_BLOCK_H
#define PHIAL_INSTRUMENTS_LINK_MLLP_BLOCK_H

#include "core/base/buffer.h"

enum mllp_byte { BYTE_VT = 0x0b, BYTE_FS = 0x1c };

enum mllp_stage {
    MLLP_OUTSIDE,
    MLLP_INSIDE,
    MLLP_ENDING /* behind an FS: a CR ends the block, and so does silence */
};

enum mllp_verdict {
    MLLP_MORE,
    MLLP_NOISE,       /* a byte outside that is no line end */
    MLLP_WHOLE,       /* the byte ended a block */
    MLLP_WHOLE_BEFORE /* the block ended before this byte: reset, then put it again */
};

struct mllp_splitter {
    struct buffer block; /* as it came, from VT */
    enum mllp_stage stage;
    bool overlong; /* there was more than LIMIT_MESSAGE: block has the beginning of it */
};

void mllp_splitter_init(struct mllp_splitter *s);
void mllp_splitter_free(struct mllp_splitter *s);
/* Outside again; the block is forgotten. */
void mllp_splitter_reset(struct mllp_splitter *s);
enum mllp_verdict mllp_splitter_put(struct mllp_splitter *s, uint8_t byte);
/* The whole block, as it came; `*restarted` when what stood before it was dropped. */
struct span mllp_splitter_block(const struct mllp_splitter *s, bool *restarted);

/* The text between VT and FS. Of a frame without one of the two: without that. */
struct span mllp_text(struct span frame);
/* True when the frame ends a block. */
bool mllp_ends(struct span frame);
/* Appends a whole block. */
enum error mllp_compose(struct buffer *out, struct span text);

#endif
