/*
 * One frame of LIS01 (devices.md 5.1): STX FN text (ETB|ETX) C1 C2 CR LF.
 *
 * The recogniser takes byte after byte and answers more, whole or bad. It ends a frame at the CR
 * (or at an LF in its place): whether an LF follows is not waited for, so that how the bytes were
 * cut never changes what a frame is. Until the two checksum digits every byte counts as text, also
 * ENQ and EOT: a single flipped bit makes either of them out of a letter, and only the checksum
 * can tell. What a silent line inside a frame means is the receiver's to decide.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_FRAMING_H
#define PHIAL_INSTRUMENTS_LINK_FRAMING_H

#include "core/base/buffer.h"

enum link_byte {
    BYTE_STX = 0x02,
    BYTE_ETX = 0x03,
    BYTE_EOT = 0x04,
    BYTE_ENQ = 0x05,
    BYTE_ACK = 0x06,
    BYTE_LF = 0x0a,
    BYTE_CR = 0x0d,
    BYTE_NAK = 0x15,
    BYTE_ETB = 0x17,
};

enum { FRAME_NUMBERS = 8 };  /* they run 1 2 .. 7 0 1 */
enum { FRAME_OVERHEAD = 7 }; /* bytes of a frame that are not text */

struct frame_view {
    unsigned number;
    struct span text; /* borrowed from the frame's bytes */
    bool more;        /* ended by ETB */
};

enum frame_verdict { FRAME_MORE, FRAME_WHOLE, FRAME_BAD };

enum framer_stage { FRAMER_OUTSIDE, FRAMER_TEXT, FRAMER_CHECK_HIGH, FRAMER_CHECK_LOW, FRAMER_END };

struct framer {
    struct buffer bytes; /* from STX; LIMIT_FRAME at most */
    enum framer_stage stage;
    bool overlong;
    bool damaged; /* a NUL in the text: a byte that came with a parity error */
    uint8_t sum, told;
    size_t text_end;  /* where ETB or ETX stands in bytes */
    uint8_t tail[2];  /* the last two bytes, whether there was room for them or not */
    const char *what; /* after FRAME_BAD: what was wrong */
};

void framer_init(struct framer *f);
void framer_free(struct framer *f);
/* Forgets the frame. */
void framer_reset(struct framer *f);
/* After an STX. */
void framer_begin(struct framer *f);
/* The next byte of a begun frame. After whole or bad it is outside; the bytes stay until reset. */
enum frame_verdict framer_put(struct framer *f, uint8_t byte);
/* What was recognised: valid after FRAME_WHOLE until reset. */
struct frame_view framer_view(const struct framer *f);

static inline bool framer_inside(const struct framer *f)
{
    return f->stage != FRAMER_OUTSIDE;
}

/* True when nothing but the STX has come yet. */
static inline bool framer_empty(const struct framer *f)
{
    return f->stage == FRAMER_TEXT && f->bytes.len == 1 && !f->overlong;
}

/* A frame from the journal; its line end may be missing. ERROR_BAD_INPUT when it is none. */
enum error frame_parse(struct span frame, struct frame_view *out);
/* Appends a whole frame. */
enum error frame_compose(struct buffer *out, unsigned number, struct span text, bool more);

#endif
