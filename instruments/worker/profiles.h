/* Inside instruments/worker: the profiles that a child has at hand when it may open no file. */
#ifndef PHIAL_INSTRUMENTS_WORKER_PROFILES_H
#define PHIAL_INSTRUMENTS_WORKER_PROFILES_H

#include "instruments/profile/profile.h"

enum { WORKER_PROFILES = 64 };

struct worker_profiles {
    struct profile *at[WORKER_PROFILES];
    size_t count;
};

/* Those of the site's folder ("" for none), before confinement. One that cannot be read is left
 * out, and the log says so under the name `who`. */
void worker_profiles_load(struct worker_profiles *ps, const char *folder, const char *who);
void worker_profiles_free(struct worker_profiles *ps);
/* The profile of that id: the site's own, else a built-in one, which is kept for the next time.
 * NULL with a sentence when there is none. */
const struct profile *worker_profiles_find(struct worker_profiles *ps, const char *id,
                                           struct complaint *why);

#endif
