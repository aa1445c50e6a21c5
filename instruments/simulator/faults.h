/* Inside instruments/simulator: a real line's mishaps, between a link and its port. */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_FAULTS_H
#define PHIAL_INSTRUMENTS_SIMULATOR_FAULTS_H

#include "core/base/buffer.h"
#include "instruments/simulator/simulator.h"

struct faults {
    unsigned per_mille[SIMULATOR_FAULT_COUNT];
    uint64_t random;
    struct buffer last; /* the frame that went out last */
    bool awaiting;      /* ... and is not acknowledged */
    bool mute;          /* the message breaks off: nothing goes out any more */
    void *context;
    void (*write)(void *context, struct span out);
};

void faults_init(struct faults *f, const struct simulator_plan *plan, void *context,
                 void (*write)(void *context, struct span out));
void faults_free(struct faults *f);
uint64_t faults_draw(struct faults *f, uint64_t below);
/* What the link writes, on its way to the port. Sets `mute` when a message is to break off. */
void faults_out(struct faults *f, struct span out);
/* What arrived: false when the link is not to see it. */
bool faults_in(struct faults *f, struct span in);

#endif
