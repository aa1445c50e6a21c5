/* Cutting blocks; see the header. */
#include "instruments/link/mllp_block.h"

#include "core/base/limits.h"

enum { BLOCK_OVERHEAD = 3 };

void mllp_splitter_init(struct mllp_splitter *s)
{
    *s = (struct mllp_splitter) { .stage = MLLP_OUTSIDE };
    buffer_init(&s->block, LIMIT_MESSAGE + BLOCK_OVERHEAD);
}

void mllp_splitter_free(struct mllp_splitter *s)
{
    buffer_free(&s->block);
}

void mllp_splitter_reset(struct mllp_splitter *s)
{
    buffer_clear(&s->block);
    s->stage = MLLP_OUTSIDE;
    s->overlong = false;
}

static void append(struct mllp_splitter *s, uint8_t byte)
{
    if (buffer_put_byte(&s->block, byte) != ERROR_OK)
        s->overlong = true;
}

static enum mllp_verdict put_outside(struct mllp_splitter *s, uint8_t byte)
{
    if (byte != BYTE_VT)
        return byte == '\r' || byte == '\n' ? MLLP_MORE : MLLP_NOISE;
    mllp_splitter_reset(s);
    s->stage = MLLP_INSIDE;
    append(s, byte);
    return MLLP_MORE;
}

static enum mllp_verdict put_ending(struct mllp_splitter *s, uint8_t byte)
{
    if (byte == BYTE_VT)
        return MLLP_WHOLE_BEFORE;
    append(s, byte);
    if (byte == '\r' || byte == '\n')
        return MLLP_WHOLE;
    s->stage = byte == BYTE_FS ? MLLP_ENDING : MLLP_INSIDE;
    return MLLP_MORE;
}

enum mllp_verdict mllp_splitter_put(struct mllp_splitter *s, uint8_t byte)
{
    if (s->stage == MLLP_OUTSIDE)
        return put_outside(s, byte);
    if (s->stage == MLLP_ENDING)
        return put_ending(s, byte);
    append(s, byte);
    if (byte == BYTE_FS)
        s->stage = MLLP_ENDING;
    return MLLP_MORE;
}

/* HL7 messages and batches, and the XML of POCT1-A. */
static bool begins_message(struct span text)
{
    static const char *const beginnings[] = { "MSH", "FHS", "BHS", "<" };
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        size_t len = strlen(beginnings[i]);
        if (text.len >= len && memcmp(text.at, beginnings[i], len) == 0)
            return true;
    }
    return false;
}

struct span mllp_splitter_block(const struct mllp_splitter *s, bool *restarted)
{
    struct span all = buffer_span(&s->block);
    *restarted = false;
    for (size_t i = all.len; i-- > 1;)
        if (all.at[i] == BYTE_VT && begins_message(span_of(all.at + i + 1, all.len - i - 1))) {
            *restarted = true;
            return span_of(all.at + i, all.len - i);
        }
    return all;
}

bool mllp_ends(struct span frame)
{
    size_t len = frame.len;
    if (len && (frame.at[len - 1] == '\r' || frame.at[len - 1] == '\n'))
        len--;
    return len && frame.at[len - 1] == BYTE_FS;
}

struct span mllp_text(struct span frame)
{
    if (mllp_ends(frame)) {
        frame.len -= frame.at[frame.len - 1] != BYTE_FS;
        frame.len--;
    }
    if (frame.len && frame.at[0] == BYTE_VT)
        frame = span_of(frame.at + 1, frame.len - 1);
    return frame;
}

enum error mllp_compose(struct buffer *out, struct span text)
{
    static const uint8_t end[] = { BYTE_FS, '\r' };
    size_t before = out->len;
    enum error e = buffer_put_byte(out, BYTE_VT);
    if (e == ERROR_OK)
        e = buffer_put(out, text);
    if (e == ERROR_OK)
        e = buffer_put(out, span_of(end, sizeof end));
    if (e != ERROR_OK)
        out->len = before;
    return e;
}
