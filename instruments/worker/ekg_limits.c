/* What a file of an EKG cart may cost. The slowest of our readers takes milliseconds for the
 * largest file of its kind; a hundred times as long is a file that means harm. */
#include "core/base/limits.h"
#include "instruments/worker/ekg.h"

/* The file, twice while it is joined, everything decoded, the packed samples, twice while core is
 * told, and what the program itself needs. */
const struct ekg_budget ekg_budget = {
    .processor_seconds = 10,
    .seconds = 60,
    .memory = 2UL * LIMIT_ECG_FILE + LIMIT_ECG_ARENA + 3UL * LIMIT_ECG_PACKED + (64UL << 20),
};
