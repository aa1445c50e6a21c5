/*
 * Inside instruments/worker: the EKG reader, a process that looks into the files of EKG carts.
 *
 * It is the decoder's sister, kept apart because such files are large, foreign and of many formats:
 * it holds no descriptor but the channel to core, has a budget of memory for itself and of time for
 * each file, and dies alone when a file is worse than its readers expect. Core then starts another
 * one and, when a file did that twice, shows the file as unreadable.
 *
 * Core sends the frames that it keeps (DECODE); joined, they are the file, byte for byte. The
 * answer, in this order: WAVEFORM pieces of each lead that has samples, by its place among the
 * leads of FACTS; one TRACING, with FORMAT and FACTS, or with COMPLAINT alone when the file is
 * refused; SESSION_END.
 */
#ifndef PHIAL_INSTRUMENTS_WORKER_EKG_H
#define PHIAL_INSTRUMENTS_WORKER_EKG_H

#include "core/model/channel.h"

/* A file of that session, joined; `broken` when its end is missing. `now`: when it came, ms.
 * ERROR_CLOSED and the like when core cannot be told: the process ends. */
struct ekg_file {
    uint64_t session;
    struct span bytes;
    bool broken;
    int64_t now;
};
enum error ekg_answer(struct channel *core, const struct ekg_file *file);

/* What one file may cost, and the reader's memory. A test links budgets of its own. */
struct ekg_budget {
    unsigned processor_seconds, seconds; /* for one file */
    size_t memory;                       /* bytes that the process may write to, in all */
};
extern const struct ekg_budget ekg_budget;

/* Once, before confinement; false when the kernel refuses. */
bool ekg_budget_memory(void);
/* From now on a file's time counts: when it is over, the kernel ends this process. */
void ekg_budget_begin(void);
void ekg_budget_end(void);

#endif
