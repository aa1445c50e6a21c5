/* How two records differ, in values that a person would see. */
#ifndef PHIAL_TESTS_ECG_COMPARE_H
#define PHIAL_TESTS_ECG_COMPARE_H

#include "core/model/ecg.h"

struct compare {
    unsigned changed; /* values that say something else; one that all leads share counts once */
    unsigned gone;    /* values that say nothing any more */
    size_t samples;   /* samples of leads that came out of the file with another number */
    char first[96];   /* the first value that changed, for a message */
};

/* Complaints are not compared; leads that were derived follow from the others. */
struct compare compare_records(const struct ecg *before, const struct ecg *after);

#endif
