/* Faults, drawn from a seeded generator so that a run can be repeated. */
#include "instruments/simulator/faults.h"

#include "core/base/limits.h"

#include <string.h>

enum { STX = 0x02, ACK = 0x06, NAK = 0x15, FRAME_LEAST = 7, PER_MILLE = 1000 };

#define FAULT(name) (1U << SIMULATOR_##name)

/* A report that silence ends has no place for noise: it would be a part of it. */
static struct faults_line text_line(const struct link_options *options)
{
    const struct link_framing *framing = &options->framing;
    struct faults_line line = { FAULT(REPEAT) | FAULT(HALF) | FAULT(SPLIT), FAULTS_SILENCE, false,
                                false };
    if (framing->start)
        line.possible |= FAULT(NOISE);
    if (framing->sum != LINK_SUM_NONE)
        line.possible |= FAULT(DAMAGE);
    if (framing->acknowledge) {
        line.possible |= FAULT(DROP);
        line.answer = FAULTS_BYTE;
    }
    return line;
}

struct faults_line faults_line(const char *link, const struct link_options *options)
{
    static const struct {
        const char *link;
        struct faults_line line;
    } known[] = {
        { "lis01",
          { FAULT(NOISE) | FAULT(DAMAGE) | FAULT(DROP) | FAULT(NAK) | FAULT(REPEAT) | FAULT(HALF) |
                FAULT(SPLIT),
            FAULTS_BYTE, true, false } },
        { "contour-hid", { 0, FAULTS_SILENCE, false, false } },
        { "clinitek-50",
          { FAULT(DAMAGE) | FAULT(DROP) | FAULT(REPEAT) | FAULT(HALF) | FAULT(SPLIT), FAULTS_BYTE,
            false, false } },
        { "mllp",
          { FAULT(NOISE) | FAULT(DROP) | FAULT(REPEAT) | FAULT(HALF) | FAULT(SPLIT), FAULTS_MESSAGE,
            false, false } },
        { "poct1a",
          { FAULT(DROP) | FAULT(REPEAT) | FAULT(HALF) | FAULT(SPLIT), FAULTS_MESSAGE, false,
            false } },
        { "file",
          { FAULT(DROP) | FAULT(REPEAT) | FAULT(HALF) | FAULT(SPLIT), FAULTS_BYTE, false, true } },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].link, link) == 0)
            return known[i].line;
    return text_line(options);
}

void faults_init(struct faults *f, const struct simulator_plan *plan, void *context,
                 void (*write)(void *context, struct span out))
{
    *f = (struct faults) { .random = plan->seed, .context = context, .write = write };
    memcpy(f->per_mille, plan->faults, sizeof f->per_mille);
    buffer_init(&f->last, LIMIT_MESSAGE);
}

void faults_free(struct faults *f)
{
    buffer_free(&f->last);
}

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t faults_draw(struct faults *f, uint64_t below)
{
    uint64_t z = f->random += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return (z ^ z >> 31) % below;
}

static bool strikes(struct faults *f, enum simulator_fault fault)
{
    return f->line.possible & 1U << fault && f->per_mille[fault] &&
           faults_draw(f, PER_MILLE) < f->per_mille[fault];
}

static void write_out(struct faults *f, struct span out)
{
    f->slow = strikes(f, SIMULATOR_SPLIT);
    if (!f->slow || f->line.files) {
        f->write(f->context, out);
        return;
    }
    for (size_t i = 0; i < out.len; i++)
        f->write(f->context, span_of(out.at + i, 1));
}

static void write_noise(struct faults *f)
{
    static const uint8_t noise[] = { 0x7f, 'x', 0x00, 0x80, '~' };
    f->write(f->context, span_of(noise, 1 + faults_draw(f, sizeof noise)));
}

/* One bit of the frame number, the text or the checksum. The framing stays, so that the host
 * notices at once and not by its timer. */
static void damage(struct faults *f, struct buffer *frame)
{
    uint8_t *at;
    do
        at = &frame->at[1 + faults_draw(f, frame->len - 3)];
    while (*at < ' ');
    *at ^= (uint8_t)(1U << faults_draw(f, 4));
}

/* The message ends here. Of several frames the first goes out, of one frame its first half. */
static bool breaks_off(struct faults *f, struct span frame)
{
    if ((f->line.frames && frame.at[1] == '1') || !strikes(f, SIMULATOR_HALF))
        return false;
    if (!f->line.frames)
        f->write(f->context, span_of(frame.at, frame.len / 2));
    f->mute = true;
    return true;
}

static void write_frame(struct faults *f, struct span frame)
{
    struct buffer copy;
    buffer_clear(&f->last);
    f->deaf = false;
    f->awaiting = buffer_put(&f->last, frame) == ERROR_OK && f->line.answer != FAULTS_SILENCE;
    if (breaks_off(f, frame))
        return;
    if (strikes(f, SIMULATOR_NOISE))
        write_noise(f);
    buffer_init(&copy, LIMIT_MESSAGE);
    if (strikes(f, SIMULATOR_DAMAGE) && buffer_put(&copy, frame) == ERROR_OK) {
        damage(f, &copy);
        frame = buffer_span(&copy);
    }
    write_out(f, frame);
    if (f->line.answer == FAULTS_SILENCE && strikes(f, SIMULATOR_REPEAT))
        write_out(f, buffer_span(&f->last));
    buffer_free(&copy);
}

static bool is_frame(const struct faults *f, struct span out)
{
    if (f->line.files)
        return true;
    return out.len >= FRAME_LEAST && (!f->line.frames || out.at[0] == STX);
}

void faults_out(struct faults *f, struct span out)
{
    static const uint8_t nak = NAK;
    if (f->mute || out.len == 0)
        return;
    if (is_frame(f, out))
        write_frame(f, out);
    else if (out.len == 1 && out.at[0] == ACK && strikes(f, SIMULATOR_NAK))
        write_out(f, span_of(&nak, 1));
    else
        write_out(f, out);
}

bool faults_in(struct faults *f, struct span in)
{
    if (f->mute || f->deaf)
        return false;
    if (!f->awaiting || (f->line.answer == FAULTS_BYTE && (in.len != 1 || in.at[0] != ACK)))
        return true;
    f->awaiting = false;
    if (strikes(f, SIMULATOR_DROP)) {
        f->deaf = f->line.answer == FAULTS_MESSAGE; /* it may come in parts */
        return false;
    }
    if (strikes(f, SIMULATOR_REPEAT)) {
        write_out(f, buffer_span(&f->last));
        return false; /* the acknowledgement of the copy counts */
    }
    return true;
}
