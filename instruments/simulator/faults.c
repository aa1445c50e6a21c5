/* Faults, drawn from a seeded generator so that a run can be repeated. */
#include "instruments/simulator/faults.h"

#include "core/base/limits.h"

enum { STX = 0x02, ACK = 0x06, NAK = 0x15, FRAME_LEAST = 7, PER_MILLE = 1000 };

void faults_init(struct faults *f, const struct simulator_plan *plan, void *context,
                 void (*write)(void *context, struct span out))
{
    *f = (struct faults) { .random = plan->seed, .context = context, .write = write };
    memcpy(f->per_mille, plan->faults, sizeof f->per_mille);
    buffer_init(&f->last, LIMIT_FRAME);
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
    return f->per_mille[fault] && faults_draw(f, PER_MILLE) < f->per_mille[fault];
}

static void write_out(struct faults *f, struct span out)
{
    if (!strikes(f, SIMULATOR_SPLIT)) {
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

static void write_frame(struct faults *f, struct span frame)
{
    struct buffer copy;
    buffer_clear(&f->last);
    f->awaiting = buffer_put(&f->last, frame) == ERROR_OK;
    if (frame.at[1] != '1' && strikes(f, SIMULATOR_HALF)) { /* half: one frame went out before */
        f->mute = true;
        return;
    }
    if (strikes(f, SIMULATOR_NOISE))
        write_noise(f);
    buffer_init(&copy, LIMIT_FRAME);
    if (strikes(f, SIMULATOR_DAMAGE) && buffer_put(&copy, frame) == ERROR_OK) {
        damage(f, &copy);
        frame = buffer_span(&copy);
    }
    write_out(f, frame);
    buffer_free(&copy);
}

void faults_out(struct faults *f, struct span out)
{
    static const uint8_t nak = NAK;
    if (f->mute || out.len == 0)
        return;
    if (out.at[0] == STX && out.len >= FRAME_LEAST)
        write_frame(f, out);
    else if (out.len == 1 && out.at[0] == ACK && strikes(f, SIMULATOR_NAK))
        write_out(f, span_of(&nak, 1));
    else
        write_out(f, out);
}

bool faults_in(struct faults *f, struct span in)
{
    if (f->mute)
        return false;
    if (in.len != 1 || in.at[0] != ACK || !f->awaiting)
        return true;
    f->awaiting = false;
    if (strikes(f, SIMULATOR_DROP))
        return false;
    if (strikes(f, SIMULATOR_REPEAT)) {
        write_out(f, buffer_span(&f->last));
        return false; /* the acknowledgement of the copy counts */
    }
    return true;
}
