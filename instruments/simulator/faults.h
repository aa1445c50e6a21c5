/*
 * Inside instruments/simulator: a real line's mishaps, between a link and its port.
 *
 * Which of them a line can have depends on its link: nobody notices a turned bit where there is no
 * checksum, nobody loses an acknowledgement where there is none. Such faults never happen.
 */
#ifndef PHIAL_INSTRUMENTS_SIMULATOR_FAULTS_H
#define PHIAL_INSTRUMENTS_SIMULATOR_FAULTS_H

#include "core/base/buffer.h"
#include "instruments/link/options.h"
#include "instruments/simulator/simulator.h"

/* How the host answers a frame. */
enum faults_answer { FAULTS_SILENCE, FAULTS_BYTE, FAULTS_MESSAGE };

struct faults_line {
    unsigned possible; /* a bit for each enum simulator_fault */
    enum faults_answer answer;
    bool frames; /* a message is several writes: STX frames between ENQ and EOT */
    bool files;  /* each write is a whole file */
};

/* What this link can suffer. */
struct faults_line faults_line(const char *link, const struct link_options *options);

struct faults {
    struct faults_line line;
    unsigned per_mille[SIMULATOR_FAULT_COUNT];
    uint64_t random;
    struct buffer last; /* the frame that went out last */
    bool awaiting;      /* ... and is not acknowledged */
    bool deaf;          /* until the next frame goes out nothing is heard */
    bool mute;          /* the message breaks off: nothing goes out any more */
    bool slow;          /* what is written now, is written slowly */
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
