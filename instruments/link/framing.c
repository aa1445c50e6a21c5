/* Frames: recognised byte by byte, and composed. */
#include "instruments/link/framing.h"

#include "core/base/limits.h"

void framer_init(struct framer *f)
{
    *f = (struct framer) { .stage = FRAMER_OUTSIDE };
    buffer_init(&f->bytes, LIMIT_FRAME);
}

void framer_free(struct framer *f)
{
    buffer_free(&f->bytes);
}

void framer_reset(struct framer *f)
{
    buffer_clear(&f->bytes);
    f->stage = FRAMER_OUTSIDE;
    f->overlong = f->damaged = false;
    f->sum = f->told = 0;
    f->text_end = 0;
    f->tail[0] = f->tail[1] = 0;
    f->what = NULL;
}

void framer_begin(struct framer *f)
{
    framer_reset(f);
    f->overlong = buffer_put_byte(&f->bytes, BYTE_STX) != ERROR_OK;
    f->stage = FRAMER_TEXT;
}

/* The value of a hexadecimal digit; lower case is accepted (devices.md 5.1), -1 otherwise. */
static int hex_value(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    return -1;
}

static enum frame_verdict frame_bad(struct framer *f, const char *what)
{
    f->stage = FRAMER_OUTSIDE;
    f->what = what;
    return FRAME_BAD;
}

static enum frame_verdict put_text(struct framer *f, uint8_t byte)
{
    f->sum = (uint8_t)(f->sum + byte);
    f->damaged = f->damaged || byte == 0; /* no record holds one: instruments/transport/parmrk.h */
    if (byte != BYTE_ETX && byte != BYTE_ETB)
        return FRAME_MORE;
    f->text_end = f->bytes.len - 1;
    f->stage = FRAMER_CHECK_HIGH;
    return FRAME_MORE;
}

static enum frame_verdict put_check(struct framer *f, uint8_t byte)
{
    int value = hex_value(byte);
    if (value < 0)
        return frame_bad(f, "checksum");
    f->told = (uint8_t)(f->told << 4 | value);
    if (f->stage == FRAMER_CHECK_HIGH) {
        f->stage = FRAMER_CHECK_LOW;
        return FRAME_MORE;
    }
    f->stage = FRAMER_END;
    return FRAME_MORE;
}

/* The number must be a digit of 0 to 7 (devices.md 5.1). */
static bool number_is_good(const struct framer *f)
{
    return f->text_end > 1 && f->bytes.at[1] >= '0' && f->bytes.at[1] < '0' + FRAME_NUMBERS;
}

/* The byte behind the checksum belongs to the frame whatever it is and however bad the frame: a
 * damaged CR may read ENQ, and would be answered besides. */
static enum frame_verdict put_end(struct framer *f, uint8_t byte)
{
    if (f->overlong)
        return frame_bad(f, "frame too long");
    if (f->told != f->sum)
        return frame_bad(f, "checksum");
    if (f->damaged)
        return frame_bad(f, "damaged byte");
    if (byte != BYTE_CR && byte != BYTE_LF)
        return frame_bad(f, "frame end");
    if (!number_is_good(f))
        return frame_bad(f, "frame number");
    f->stage = FRAMER_OUTSIDE;
    return FRAME_WHOLE;
}

enum frame_verdict framer_put(struct framer *f, uint8_t byte)
{
    if (buffer_put_byte(&f->bytes, byte) != ERROR_OK)
        f->overlong = true;
    f->tail[0] = f->tail[1];
    f->tail[1] = byte;
    if (f->stage == FRAMER_TEXT)
        return put_text(f, byte);
    if (f->stage == FRAMER_END)
        return put_end(f, byte);
    return put_check(f, byte);
}

struct frame_view framer_view(const struct framer *f)
{
    return (struct frame_view) {
        .number = (unsigned)(f->bytes.at[1] - '0'),
        .text = span_of(f->bytes.at + 2, f->text_end - 2),
        .more = f->bytes.at[f->text_end] == BYTE_ETB,
    };
}

/* Runs the recogniser over all bytes; a line end is supplied where it is missing. */
static enum frame_verdict recognise(struct framer *f, struct span frame)
{
    enum frame_verdict verdict = FRAME_MORE;
    framer_begin(f);
    for (size_t i = 1; i < frame.len && verdict == FRAME_MORE; i++)
        verdict = framer_put(f, frame.at[i]);
    if (verdict == FRAME_MORE && f->stage == FRAMER_END)
        verdict = framer_put(f, BYTE_CR);
    return verdict;
}

enum error frame_parse(struct span frame, struct frame_view *out)
{
    struct framer f;
    enum error e = ERROR_BAD_INPUT;

    if (frame.len < 2 || frame.at[0] != BYTE_STX)
        return ERROR_BAD_INPUT;
    framer_init(&f);
    if (recognise(&f, frame) == FRAME_WHOLE) {
        *out = framer_view(&f);
        out->text.at = frame.at + 2;
        e = ERROR_OK;
    }
    framer_free(&f);
    return e;
}

enum error frame_compose(struct buffer *out, unsigned number, struct span text, bool more)
{
    static const char digits[] = "0123456789ABCDEF";
    uint8_t head[2] = { BYTE_STX, (uint8_t)('0' + number % FRAME_NUMBERS) };
    uint8_t tail[5] = { more ? BYTE_ETB : BYTE_ETX, 0, 0, BYTE_CR, BYTE_LF };
    unsigned sum = head[1] + tail[0];
    enum error e;

    for (size_t i = 0; i < text.len; i++)
        sum += text.at[i];
    tail[1] = (uint8_t)digits[sum >> 4 & 15];
    tail[2] = (uint8_t)digits[sum & 15];
    e = buffer_put(out, span_of(head, sizeof head));
    if (e == ERROR_OK)
        e = buffer_put(out, text);
    if (e == ERROR_OK)
        e = buffer_put(out, span_of(tail, sizeof tail));
    return e;
}
